/* What a contact looks like: name, group, presence (docs/PROTOCOL.md section 8). */
#include "agents/contact.h"
#include "agents/slots.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/ns.h"

enum { SHOW_INTERVAL_MS = 1000 };

/* Who stands behind it; NULL: nobody now. */
static const char *visitor_of(const struct contact *c)
{
    bool is_there = !c->slot || slots_is_there(c->agents, c->agent, c->local);

    return is_there ? slots_visitor(c->agents, c->agent, c->local) : NULL;
}

char *face_name_dup(const struct contact *c)
{
    const char *visitor = visitor_of(c);
    struct department_view p;
    struct visitor_view v;
    struct buf name;

    if (c->department) {
        return mem_dup(desk_department(c->agents->desk, c->local, &p) ? p.name : c->name);
    }
    if (visitor != NULL && !desk_visitor(c->agents->desk, visitor, &v)) {
        return mem_dup(c->name);
    }
    buf_init(&name, 1024);
    enum language language = agents_language(c->agents, c->agent);
    if (visitor != NULL) {
        agent_words_name(&name, language, &v);
    } else {
        agent_words_slot_name(&name, language, slots_number(c->local));
    }
    return buf_detach(&name);
}

const char *face_group(const struct contact *c)
{
    struct chat_view chat;
    struct department_view p;
    struct visitor_view v;
    const char *department = c->local;
    enum language language = agents_language(c->agents, c->agent);

    if (!c->department) {
        const char *visitor = visitor_of(c);
        if (visitor != NULL && desk_visitor(c->agents->desk, visitor, &v) && v.browses[0] != '\0') {
            return language_text(language, "On the site");
        }
        department =
            visitor != NULL && desk_chat(c->agents->desk, visitor, &chat) ? chat.department : "";
    }
    return desk_department(c->agents->desk, department, &p) ? p.name
                                                            : language_text(language, "Live chat");
}

static void write_department(const struct contact *c, struct writer *w, enum language language)
{
    struct agents *a = c->agents;
    static const char *const SHOWS[] = {"xa", "dnd", "away", NULL};
    struct department_view p;
    struct buf status;

    if (!desk_department(a->desk, c->local, &p)) {
        return;
    }
    buf_init(&status, 512);
    agent_words_queue(&status, language, &p);
    if (slots_room(a, c->agent) == 0) {
        agent_words_no_slot(&status, language);
    }
    if (SHOWS[p.state] != NULL) {
        writer_leaf(w, "show", NULL, SHOWS[p.state]);
    }
    writer_leaf(w, "status", NULL, status.bytes);
    buf_finish(&status);
}

static const char *address_of(const struct contact *c)
{
    return agents_address(c->agents, c->local, c->department ? "desk" : "web");
}

static void write_presence(const struct contact *c, struct writer *w, const char *to)
{
    struct agents *a = c->agents;
    enum language language = agents_language(a, c->agent);
    struct visitor_view v;
    const char *visitor = visitor_of(c);
    bool away =
        !c->department && (visitor == NULL || !desk_visitor(a->desk, visitor, &v) || !v.online);

    /* Who has left the site is not there, though the contact stays while the chat does. */
    stanza_presence(w, address_of(c), to, away ? "unavailable" : NULL);
    if (c->department) {
        write_department(c, w, language);
    } else if (visitor != NULL) {
        card_write_presence(a, w, language, visitor);
    }
}

void face_show(struct contact *c)
{
    time_ms now = clock_monotonic_ms();
    struct draft d;

    if (c->agents->leaving) {
        return;
    }
    if (c->shown != NULL && c->shown[0] != '\0' && now - c->shown_at < SHOW_INTERVAL_MS) {
        c->stale = true;
        return;
    }
    c->stale = false;
    write_presence(c, draft_begin(&d), c->agent);
    if (!writer_finish(&d.writer) || text_equal(c->shown, d.buf.bytes)) {
        buf_finish(&d.buf);
        return;
    }
    c->shown_at = now;
    mem_replace(&c->shown, d.buf.bytes);
    draft_send(&d, c->agents->post, c->agent, POST_HELD);
}

void face_tick(struct contact *c)
{
    if (c->stale) {
        face_show(c);
    }
}

void face_hide(struct contact *c, enum post_when when)
{
    struct draft d;

    c->stale = false;
    mem_replace(&c->shown, NULL);
    stanza_presence(draft_begin(&d), address_of(c), c->agent, "unavailable");
    draft_send(&d, c->agents->post, c->agent, when);
}

void face_answer(struct contact *c, const char *to)
{
    struct draft d;

    write_presence(c, draft_begin(&d), to);
    draft_send(&d, c->agents->post, to, POST_HELD);
}
