/* story_state.h - what a story holds, for story*.c only. */
#pragma once

#include "base/id.h"
#include "story.h"

struct tab {
    char jid[64];
    char *site;
    char *address;
};

enum { TABS_MAX = 64, NAMES_MAX = 256 };

struct story {
    struct storage *storage;
    struct recorder *post;
    struct outbox *outbox;
    struct outbox_config outbox_config;
    struct visitors *visitors;
    struct visitors_config config;
    struct desk *desk;
    size_t max_visitors;
    const char *server;  /* what it says of itself */
    bool server_is_mute; /* fences wait */
    unsigned absences;
    struct desk_agent_ports agents;
    struct tab tabs[TABS_MAX];
    size_t tab_count;
    char names[NAMES_MAX][64];
    size_t name_count;
    char token[ID_TOKEN_SIZE];
    char *heard[1024];
    size_t heard_count;
    unsigned iqs;
};

struct desk *story_desk(struct story *s);
/* What there is but storage and post: made and loaded, the link up; ended, and the post with it. */
void story_start(struct story *s);
void story_stop(struct story *s);
/* What the outbox asks servers is answered and taken out. */
void story_servers_answer(struct story *s);
