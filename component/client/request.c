#include "client/request.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { ID_MAX = 63 };

static const struct {
    const char *name;
    enum request_kind kind;
    bool to;
    bool body;
    bool id; /* the id is required; elsewhere it may be there */
    bool state;
} REQUESTS[] = {
    {"send", REQUEST_SEND, true, true, false, false},
    {"typing", REQUEST_TYPING, true, false, false, true},
    {"displayed", REQUEST_DISPLAYED, true, false, true, false},
    {"presence", REQUEST_PRESENCE, false, false, false, false},
    {"accept", REQUEST_ACCEPT, true, false, false, false},
    {"list", REQUEST_LIST, false, false, false, false},
    {"quit", REQUEST_QUIT, false, false, false, false},
};

static const char *const STATES[] = {"active", "composing", "paused", "inactive", "gone", NULL};
static const char *const SHOWS[] = {"", "chat", "away", "xa", "dnd", NULL};

static bool is_one_of(const char *const *words, const char *word)
{
    while (*words && strcmp(*words, word) != 0) {
        words++;
    }
    return *words != NULL;
}

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static const char *complaint_about(const struct request *r, size_t kind)
{
    if (REQUESTS[kind].to && (!r->to || !r->to[0])) {
        return "'to' is missing: an address";
    }
    if (REQUESTS[kind].body && (!r->body || !r->body[0])) {
        return "'body' is missing: a text";
    }
    if (REQUESTS[kind].id && !r->id) {
        return "'id' is missing: of the message that was displayed";
    }
    if (r->id && (!r->id[0] || strlen(r->id) > ID_MAX)) {
        return "'id' must have 1 to 63 bytes";
    }
    if (REQUESTS[kind].state && !is_one_of(STATES, r->state)) {
        return "'state' must be active, composing, paused, inactive or gone";
    }
    if (!is_one_of(SHOWS, r->show)) {
        return "'show' must be empty, chat, away, xa or dnd";
    }
    return NULL;
}

static const char *read_request(struct request *r, const json_t *object)
{
    const char *name = member(object, "do");
    size_t kind = 0;
    size_t kinds = sizeof REQUESTS / sizeof REQUESTS[0];
    while (name && kind < kinds && strcmp(REQUESTS[kind].name, name) != 0) {
        kind++;
    }
    if (!name || kind == kinds) {
        return "'do' must be send, typing, displayed, presence, accept, list or quit";
    }
    const char *state = member(object, "state");
    const char *show = member(object, "show");
    r->kind = REQUESTS[kind].kind;
    r->to = member(object, "to");
    r->body = member(object, "body");
    r->id = member(object, "id");
    r->state = state ? state : "composing";
    r->show = show ? show : "";
    r->status = member(object, "status");
    return complaint_about(r, kind);
}

bool request_parse(struct request *r, const char *line, char *why, size_t size)
{
    json_error_t error;
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    *r = (struct request){.memory = object};
    const char *complaint = object ? read_request(r, object) : error.text;
    if (complaint) {
        snprintf(why, size, "%s", complaint);
        request_finish(r);
    }
    return !complaint;
}

void request_finish(struct request *r)
{
    json_decref(r->memory);
    *r = (struct request){0};
}
