/* Visitors come into slots and leave them, and what is said there. */
#include "agents/slots_state.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

/* Of a client that sends no receipts: a line that comes sooner behind the line that says who is
 * there was typed for the visitor before. */
enum { FRESH_MS = 5 * 1000 };

static int64_t chat_of(const struct agents *a, const char *visitor)
{
    struct visitor_view v;

    return desk_visitor(a->desk, visitor, &v) ? v.chat : 0;
}

/* A visit begins, in a slot that is free or where the same visitor was before. */
static void begin(struct agents *a, const struct pool *p, struct slot *s)
{
    bool goes_on = s->chat == chat_of(a, s->visitor) && !s->parted;

    s->resting = false;
    s->ended = 0;
    s->parted = false;
    s->greeted = s->greeted && goes_on;
    s->chat = chat_of(a, s->visitor);
    s->unread = true; /* in the record: after a crash nobody knows */
    slots_store(a, p, s);
}

static void write_end(const struct agents *a, const struct pool *p, const struct slot *s,
                      struct buf *out)
{
    struct chat_view chat;
    bool is_kept = desk_chat(a->desk, s->visitor, &chat) && chat.number == s->chat &&
                   text_equal(chat.owner, p->agent);

    agent_words_slot_end(out, agents_language(a, p->agent), s->chat, is_kept);
}

void slots_rest(struct agents *a, const struct pool *p, struct slot *s)
{
    if (s->resting) {
        return;
    }
    if (s->greeted && !s->parted) {
        struct buf text;
        buf_init(&text, 1024);
        write_end(a, p, s, &text);
        lines_add(a, p->agent, s->visitor, text.bytes);
        buf_finish(&text);
    }
    s->parted = true;
    s->resting = true;
    s->ended = clock_utc_ms();
    s->rest_since = clock_monotonic_ms();
    slots_store(a, p, s);
    contacts_refresh(a, p->agent, s->local);
}

/* ---- visitors come and go ---- */

const char *slots_take(struct agents *a, const char *agent, const char *visitor)
{
    struct pool *p = map_get(a->pools, agent);
    struct slot *s = slots_by_visitor(p, visitor);

    if (s == NULL && (p == NULL || !p->in_use)) {
        return NULL;
    }
    if (s == NULL && (s = slots_find_free(p)) == NULL) {
        log_info("slots: none of %s is free", log_safe(agent));
        return NULL;
    }
    if (s->visitor == NULL) {
        s->visitor = mem_dup(visitor);
        s->first_notice = outbox_last(a->outbox);
        s->fresh = s->used;
        s->fresh_since = 0;
    }
    s->wanted = true;
    begin(a, p, s);
    return s->local;
}

const char *slots_leave(struct agents *a, const char *agent, const char *visitor)
{
    const struct pool *p = map_get(a->pools, agent);
    struct slot *s = slots_by_visitor(p, visitor);

    if (s == NULL) {
        return NULL;
    }
    s->wanted = false;
    slots_rest(a, p, s);
    return s->local;
}

void slots_close(struct agents *a, const char *visitor)
{
    struct chat_view chat;
    size_t at = 0;
    const char *agent;
    void *value;

    if (!desk_chat(a->desk, visitor, &chat) || chat.state != CHAT_CLOSED) {
        return;
    }
    while (map_next(a->pools, &at, &agent, &value)) {
        struct slot *s = slots_by_visitor(value, visitor);
        if (s != NULL) {
            slots_rest(a, value, s);
        }
    }
}

bool slots_greet(struct agents *a, const char *agent, const char *visitor, struct buf *out)
{
    const struct pool *p = map_get(a->pools, agent);
    struct slot *s = slots_by_visitor(p, visitor);
    struct visitor_view v;
    struct chat_view chat;

    if (s == NULL || !desk_visitor(a->desk, visitor, &v) || !desk_chat(a->desk, visitor, &chat) ||
        chat.state == CHAT_CLOSED) {
        return false;
    }
    if (s->resting && s->chat != chat.number && s->wanted) {
        begin(a, p, s); /* a contact that the desk left where it was, for the next chat */
        contacts_refresh(a, agent, s->local);
    }
    if (s->resting || s->greeted) {
        return false;
    }
    s->greeted = true;
    agent_words_slot_begin(out, agents_language(a, agent), &v);
    return true;
}

void slots_part(struct agents *a, const char *agent, const char *visitor, struct buf *out)
{
    const struct pool *p = map_get(a->pools, agent);
    struct slot *s = slots_by_visitor(p, visitor);

    if (s != NULL && s->greeted && !s->parted) {
        s->parted = true;
        buf_add_text(out, "\n");
        write_end(a, p, s, out);
    }
}

/* ---- what goes there, and what comes from there ---- */

void slots_sent(struct agents *a, const char *agent, const char *visitor, const char *id)
{
    const struct pool *p = map_get(a->pools, agent);
    struct slot *s = slots_by_visitor(p, visitor);

    if (s == NULL) {
        return;
    }
    mem_replace(&s->last_id, id);
    if (s->fresh && s->fresh_since == 0) {
        s->fresh_since = clock_monotonic_ms();
    }
    if (!s->unread) {
        s->unread = true;
        if (s->resting) {
            slots_store(a, p, s);
        }
    }
}

/* Notices have the number of their row, lines that of their entry (lines.c). */
static bool is_of_this_visit(const struct agents *a, const struct slot *s, const char *id)
{
    long long number = id[0] != '\0' ? strtoll(id + 1, NULL, 10) : 0;

    return (id[0] == 'n' && number > s->first_notice) ||
           (id[0] == 'e' && desk_line(a->desk, s->visitor, number) != NULL);
}

static void see(struct agents *a, const struct pool *p, struct slot *s)
{
    s->fresh = false;
    s->rest_since = clock_monotonic_ms();
    if (s->unread) {
        s->unread = false;
        if (s->resting) {
            slots_store(a, p, s);
        }
    }
}

void slots_heard(struct agents *a, const struct stanza *s)
{
    struct pool *p = map_get(a->pools, s->from->bare);
    struct slot *slot = slots_by_local(p, s->to->local);
    struct mark m;
    size_t at = 0;

    if (slot == NULL) {
        return;
    }
    while (mark_next(s->element, &at, &m)) {
        p->sends_marks = true;
        if (slot->visitor != NULL && is_of_this_visit(a, slot, m.id)) {
            slot->fresh = false;
        }
        if (slot->visitor != NULL && text_equal(slot->last_id, m.id) && slot->unread) {
            slot->unread = false;
            if (slot->resting) {
                slots_store(a, p, slot);
            }
        }
    }
    /* Whoever types or writes there has what stands there before their eyes; in a slot that has
     * another visitor since, that is not yet said (slots_refusal). */
    if (slot->visitor != NULL && !slot->fresh &&
        (element_body(s->element) != NULL || stanza_read_chat_state(s->element) != NULL)) {
        see(a, p, slot);
    }
}

static bool is_too_early(const struct pool *p, const struct slot *s)
{
    return s->fresh && (p->sends_marks || s->fresh_since == 0 ||
                        clock_monotonic_ms() - s->fresh_since < FRESH_MS);
}

enum slot_refusal slots_refusal(struct agents *a, const struct stanza *s)
{
    const struct pool *p = map_get(a->pools, s->from->bare);
    struct slot *slot = slots_by_local(p, s->to->local);
    const struct element *reply = element_child(s->element, "reply", NS_REPLY);
    const struct element *replace = element_child(s->element, "replace", NS_CORRECT);
    const char *replied = reply != NULL ? element_attr(reply, "id") : NULL;
    const char *replaced = replace != NULL ? element_attr(replace, "id") : NULL;

    if (slot == NULL || slot->visitor == NULL || slot->resting) {
        return SLOT_REFUSES_NOTHING;
    }
    if ((replied != NULL && !is_of_this_visit(a, slot, replied)) ||
        (replaced != NULL && !desk_agent_said(a->desk, p->agent, slot->visitor, replaced))) {
        return SLOT_OTHER_CHAT;
    }
    if (is_too_early(p, slot)) {
        slot->fresh = false; /* now the agent knows */
        return SLOT_TOO_EARLY;
    }
    return SLOT_REFUSES_NOTHING;
}
