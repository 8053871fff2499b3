#include "xml/stanza.h"

#include "base/clock.h"
#include "base/text.h"
#include "xml/ns.h"

#include <string.h>

/* RFC 6120 8.3.3. */
static const struct {
    const char *name;
    const char *type;
} CONDITIONS[] = {
    [ERROR_NONE] = {"", ""},
    [ERROR_BAD_REQUEST] = {"bad-request", "modify"},
    [ERROR_CONFLICT] = {"conflict", "cancel"},
    [ERROR_FEATURE_NOT_IMPLEMENTED] = {"feature-not-implemented", "cancel"},
    [ERROR_FORBIDDEN] = {"forbidden", "auth"},
    [ERROR_INTERNAL_SERVER_ERROR] = {"internal-server-error", "cancel"},
    [ERROR_ITEM_NOT_FOUND] = {"item-not-found", "cancel"},
    [ERROR_JID_MALFORMED] = {"jid-malformed", "modify"},
    [ERROR_NOT_ACCEPTABLE] = {"not-acceptable", "modify"},
    [ERROR_NOT_ALLOWED] = {"not-allowed", "cancel"},
    [ERROR_NOT_AUTHORIZED] = {"not-authorized", "auth"},
    [ERROR_POLICY_VIOLATION] = {"policy-violation", "modify"},
    [ERROR_RECIPIENT_UNAVAILABLE] = {"recipient-unavailable", "wait"},
    [ERROR_REGISTRATION_REQUIRED] = {"registration-required", "auth"},
    [ERROR_RESOURCE_CONSTRAINT] = {"resource-constraint", "wait"},
    [ERROR_SERVICE_UNAVAILABLE] = {"service-unavailable", "cancel"},
    [ERROR_UNEXPECTED_REQUEST] = {"unexpected-request", "wait"},
};

enum { CONDITION_COUNT = sizeof CONDITIONS / sizeof *CONDITIONS };

const char *stanza_error_name(enum stanza_error condition)
{
    return CONDITIONS[condition].name;
}

enum stanza_error stanza_error_read(const struct element *stanza)
{
    const struct element *error = element_child(stanza, "error", NULL);
    const struct element *child = error ? element_first(error) : NULL;
    for (; child; child = element_next(child)) {
        if (strcmp(element_ns(child), NS_STANZA_ERROR) != 0) {
            continue;
        }
        for (int i = ERROR_NONE + 1; i < CONDITION_COUNT; i++) {
            if (strcmp(element_name(child), CONDITIONS[i].name) == 0) {
                return (enum stanza_error)i;
            }
        }
    }
    return ERROR_INTERNAL_SERVER_ERROR;
}

bool stanza_may_error(enum stanza_kind kind, const char *type)
{
    return !text_equal(type, "error") && !(kind == STANZA_IQ && text_equal(type, "result"));
}

static void open_stanza(struct writer *w, const char *name, const char *from, const char *to,
                        const char *type, const char *id)
{
    writer_open(w, name, NULL);
    writer_attr(w, "from", from);
    writer_attr(w, "to", to);
    writer_attr(w, "type", type);
    writer_attr(w, "id", id);
}

void stanza_message(struct writer *w, const char *from, const char *to, const char *type,
                    const char *id)
{
    open_stanza(w, "message", from, to, type, id);
}

void stanza_presence(struct writer *w, const char *from, const char *to, const char *type)
{
    open_stanza(w, "presence", from, to, type, NULL);
}

void stanza_iq(struct writer *w, const char *from, const char *to, const char *type, const char *id)
{
    open_stanza(w, "iq", from, to, type, id);
}

/* The beginning of an answer: the same kind of stanza, back. */
static void open_answer(struct writer *w, const struct stanza *s, const char *type)
{
    static const char *const names[] = {"message", "presence", "iq"};
    open_stanza(w, names[s->kind], s->to ? s->to->full : NULL, s->from ? s->from->full : NULL, type,
                s->id && *s->id ? s->id : NULL);
}

void stanza_result(struct writer *w, const struct stanza *s)
{
    open_answer(w, s, "result");
}

void stanza_open_error(struct writer *w, const struct stanza *s, enum stanza_error condition,
                       const char *text)
{
    open_answer(w, s, "error");
    writer_open(w, "error", NULL);
    writer_attr(w, "type", CONDITIONS[condition].type);
    writer_leaf(w, CONDITIONS[condition].name, NS_STANZA_ERROR, NULL);
    if (text) {
        writer_leaf(w, "text", NS_STANZA_ERROR, text);
    }
}

void stanza_error(struct writer *w, const struct stanza *s, enum stanza_error condition,
                  const char *text)
{
    stanza_open_error(w, s, condition, text);
    writer_close(w);
}

static void post_answer_to(const struct post *post, const struct stanza *s,
                           enum stanza_error condition, const char *text)
{
    if (!s->from || !stanza_may_error(s->kind, s->type)) {
        return;
    }
    struct buf xml;
    struct writer w;
    buf_init(&xml, STANZA_BYTES_MAX);
    writer_init(&w, &xml);
    if (condition == ERROR_NONE) {
        stanza_result(&w, s);
    } else {
        stanza_error(&w, s, condition, text);
    }
    if (writer_finish(&w)) {
        post->send(post->ctx, s->from->full, &xml, POST_NOW);
    }
    buf_finish(&xml);
}

void stanza_post_result(const struct post *post, const struct stanza *s)
{
    post_answer_to(post, s, ERROR_NONE, NULL);
}

void stanza_post_error(const struct post *post, const struct stanza *s, enum stanza_error condition,
                       const char *text)
{
    post_answer_to(post, s, condition, text);
}

void stanza_delay(struct writer *w, const char *from, long long utc_ms)
{
    char stamp[CLOCK_STAMP_SIZE];
    clock_stamp(utc_ms, stamp);
    writer_open(w, "delay", NS_DELAY);
    writer_attr(w, "from", from);
    writer_attr(w, "stamp", stamp);
    writer_close(w);
}

void stanza_chat_state(struct writer *w, const char *state)
{
    writer_leaf(w, state, NS_CHATSTATES, NULL);
}

const char *stanza_read_chat_state(const struct element *message)
{
    static const char *const states[] = {"active", "composing", "paused", "inactive", "gone"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (element_child(message, states[i], NS_CHATSTATES)) {
            return states[i];
        }
    }
    return NULL;
}
