/* story_state.h - what a story holds, for story*.c only. */
#pragma once

#include "story.h"

struct story {
    struct storage *storage;
    struct recorder *post;
    struct outbox *outbox;
    struct agents *agents;
    struct agents_config config;
    struct agents_person person;
    struct desk *desk;
    struct desk_visitor_ports visitors;
    enum roster_mood mood;
    const char *server;
    unsigned ids;
};
