/* story_state.h - for the files of the story only. */
#pragma once

#include "base/map.h"
#include "desk/desk.h"
#include "story.h"

enum {
    STORY_AGENTS = 8,
    STORY_DEPARTMENTS = 4,
    STORY_NAMES = 16,
    STORY_NAME_SIZE = 80,
    STORY_LINE_SIZE = 400,
    STORY_LOOKS = 64
};

/* A call of the port news. */
struct story_look {
    char *agent;
    char *department;
    time_ms after;
};

struct story {
    struct desk *desk;
    struct storage *storage;
    struct desk_agent_ports agent_ports;
    struct desk_visitor_ports visitor_ports;
    struct desk_config config;
    struct desk_agent_config agents[STORY_AGENTS];
    struct desk_department_config departments[STORY_DEPARTMENTS];
    const char *members[STORY_DEPARTMENTS][STORY_AGENTS];
    const char *people[ROLE_COUNT][STORY_AGENTS];
    struct calendar *calendars[STORY_DEPARTMENTS];
    size_t calendar_count;
    const char *known[STORY_AGENTS][2]; /* a skill and a language */
    time_ms now;
    char **told; /* in order */
    size_t told_count;
    size_t told_size;
    struct story_look looks[STORY_LOOKS];
    size_t look_count;
    char notice_body[STORY_NAME_SIZE]; /* of the last notice to a visitor */
    struct map *contacts;              /* "agent visitor", as the ports were told */
    int64_t sequence;                  /* of the last line that was said */
    unsigned ids;
    char names[STORY_NAMES][STORY_NAME_SIZE];
    size_t next_name;
};

/* Good until the sixteenth further name. */
const char *jid_of(struct story *s, const char *agent);
const char *id_of(struct story *s, const char *visitor);
const char *shown_as(struct story *s, const char *agent);
const char *call_name(enum agent_call call);
const char *notice_name(enum agent_notice notice);
void forget_role(struct story *s, enum role role);
void story_connect(struct story *s); /* its ports */
/* What is stored is what the desk holds. */
void story_compare(struct story *s);
