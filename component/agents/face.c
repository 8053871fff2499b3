/* What a contact looks like: name, group, presence (docs/PROTOCOL.md section 8). */
#include "agents/contact.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/ns.h"

enum { SHOW_INTERVAL_MS = 1000 };

char *face_name_dup(const struct contact *c)
{
    struct department_view p;
    struct visitor_view v;
    struct buf name;

    if (c->department) {
        return mem_dup(desk_department(c->agents->desk, c->local, &p) ? p.name : c->name);
    }
    if (!desk_visitor(c->agents->desk, c->local, &v)) {
        return mem_dup(c->name);
    }
    buf_init(&name, 1024);
    agent_words_name(&name, agents_language(c->agents, c->agent), &v);
    return buf_detach(&name);
}

const char *face_group(const struct contact *c)
{
    struct chat_view chat;
    struct department_view p;
    const char *department = c->local;

    if (!c->department) {
        department = desk_chat(c->agents->desk, c->local, &chat) ? chat.department : "";
    }
    return desk_department(c->agents->desk, department, &p)
               ? p.name
               : language_text(agents_language(c->agents, c->agent), "Live chat");
}

static void write_department(struct agents *a, struct writer *w, enum language language,
                             const char *department)
{
    static const char *const SHOWS[] = {"xa", "dnd", "away", NULL};
    struct department_view p;
    struct buf status;

    if (!desk_department(a->desk, department, &p)) {
        return;
    }
    buf_init(&status, 512);
    agent_words_queue(&status, language, &p);
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
    bool away = !c->department && (!desk_visitor(a->desk, c->local, &v) || !v.online);

    /* Who has left the site is not there, though the contact stays while the chat does. */
    stanza_presence(w, address_of(c), to, away ? "unavailable" : NULL);
    if (c->department) {
        write_department(a, w, language, c->local);
    } else {
        card_write_presence(a, w, language, c->local);
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
