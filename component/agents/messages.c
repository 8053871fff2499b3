/* Lines, receipts, markers and typing of agents, both ways. */
#include "agents/agents_state.h"
#include "agents/attachments_api.h"
#include "agents/doubt.h"
#include "agents/slots.h"
#include "agents/ticket_lines.h"
#include "agents/tickets.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "xml/about.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_OMEMO "eu.siacs.conversations.axolotl"
#define NS_OMEMO_2 "urn:xmpp:omemo:2"
#define NS_PGP "jabber:x:encrypted"
#define NS_OPENPGP "urn:xmpp:openpgp:0"

/* ---- in ---- */

void messages_answer(struct agents *a, const char *from, const char *to, const char *text)
{
    char id[ID_SIZE];
    struct draft d;
    struct writer *w = draft_begin(&d);

    id_random(id);
    stanza_message(w, from, to, "chat", id);
    writer_leaf(w, "body", NULL, text);
    draft_send(&d, a->post, to, POST_HELD);
}

void messages_reply(struct agents *a, const struct stanza *s, const char *text)
{
    messages_answer(a, s->to->full, s->from->bare, text);
}

/* Stored: held until the commit. */
void messages_receipt(struct agents *a, const char *local, const char *to, const char *id)
{
    char own[ID_SIZE];
    struct draft d;

    id_random(own);
    struct writer *w = draft_begin(&d);
    stanza_message(w, agents_address(a, local, "web"), to, "chat", own);
    writer_open(w, "received", NS_RECEIPTS);
    writer_attr(w, "id", id);
    writer_close(w);
    draft_send(&d, a->post, to, POST_HELD);
}

void messages_acknowledge(struct agents *a, const struct stanza *s)
{
    if (s->id[0] != '\0' && element_child(s->element, "request", NS_RECEIPTS) != NULL) {
        messages_receipt(a, s->to->local, s->from->full, s->id);
    }
}

/* What only the agent's client can read is not for the visitor, and its fallback text neither. An
 * OMEMO client also sends keys, without anything to read: nobody wrote that. */
static bool is_encrypted(const struct element *message)
{
    static const char *const OMEMOS[] = {NS_OMEMO, NS_OMEMO_2};

    for (size_t i = 0; i < sizeof OMEMOS / sizeof *OMEMOS; i++) {
        const struct element *e = element_child(message, "encrypted", OMEMOS[i]);
        if (e != NULL) {
            return element_child(e, "payload", OMEMOS[i]) != NULL || element_body(message) != NULL;
        }
    }
    return element_child(message, "encryption", NS_EME) != NULL ||
           element_child(message, "openpgp", NS_OPENPGP) != NULL ||
           element_child(message, "x", NS_PGP) != NULL;
}

static void refuse(struct agents *a, const struct stanza *s, enum stanza_error condition,
                   const char *text)
{
    stanza_post_error(a->post, s, condition,
                      language_text(agents_language(a, s->from->bare), text));
}

static void say(struct agents *a, const struct stanza *s, const struct about *about, int64_t line,
                const char *body)
{
    int64_t sequence = 0;

    if (!desk_is_agent(a->desk, s->from->bare)) {
        refuse(a, s, ERROR_FORBIDDEN, N_("Only agents answer visitors."));
        return;
    }
    if (strlen(body) > a->config.body_bytes || text_count(body) > a->config.body_points) {
        refuse(a, s, ERROR_NOT_ACCEPTABLE, N_("This line is too long for the visitor."));
        return;
    }
    if (storage_is_refusing(a->storage) || outbox_is_full(a->outbox)) {
        refuse(a, s, ERROR_RESOURCE_CONSTRAINT,
               N_("Lines cannot be kept right now. The visitor has not seen this one."));
        return;
    }
    if (ticket_lines_number(s->to->local) > 0) {
        ticket_lines_say(a, s, body);
        return;
    }
    if (about->act == ACT_CORRECT && line != 0) {
        changes_apply(a, s, about, line, body);
        return;
    }
    /* A correction of what is not known is a line, as it is for who does not know XEP-0308. */
    switch (desk_agent_reply(a->desk, clock_utc_ms(), s->from->bare, agents_whom(a, s), s->id, body,
                             line, &sequence)) {
    case DESK_OK:
        attachments_line(a->attachments, s->from->bare, agents_whom(a, s), sequence, body);
        messages_acknowledge(a, s);
        break;
    case DESK_REPEATED:
    case DESK_KEPT:
        messages_acknowledge(a, s);
        break;
    case DESK_FORBIDDEN: /* the notice says who has it */
        break;
    case DESK_FORM:
        refuse(a, s, ERROR_NOT_ACCEPTABLE,
               N_("Visitors have to agree to something, or to fill in a form, before a chat with "
                  "this department. This one has not yet."));
        break;
    case DESK_NOT_FOUND:
    case DESK_FULL:
    case DESK_LEFT_FULL:
    case DESK_CLOSED:
    case DESK_NOT_AUTHOR:
    case DESK_BLOCKED:
    case DESK_RUNNING:
    case DESK_MERGED:
    case DESK_MISSING:
    case DESK_NO_TICKETS:
    case DESK_TOO_MANY:
        refuse(a, s, ERROR_ITEM_NOT_FOUND, N_("This chat is not open any more."));
        break;
    }
}

static void receive_marks(struct agents *a, const struct stanza *s)
{
    struct mark m;
    size_t at = 0;

    while (mark_next(s->element, &at, &m)) {
        outbox_delivered(a->outbox, s->from->bare, m.id);
        if (m.sequence > 0 && m.displayed && ticket_lines_number(s->to->local) > 0) {
            ticket_lines_mark(a, s, m.sequence);
        } else if (m.sequence > 0) {
            desk_agent_seen(a->desk, s->from->bare, agents_whom(a, s), m.sequence,
                            m.displayed ? SEEN_DISPLAYED : SEEN_RECEIVED);
        }
    }
}

static void receive_bounce(struct agents *a, const struct stanza *s)
{
    enum stanza_error condition = stanza_error_read(s->element);

    if (!outbox_bounced(a->outbox, s->from->bare, s->id)) {
        return; /* typing to somebody who has just left, for example */
    }
    if (condition == ERROR_SERVICE_UNAVAILABLE || condition == ERROR_RECIPIENT_UNAVAILABLE ||
        condition == ERROR_ITEM_NOT_FOUND) {
        /* It may come from a session that is over while another is there by now: the server knows.
         * COMPAT: ejabberd 23.01 answers no probe for who is away, so all is forgotten first. */
        const char *department = desk_agent_department(a->desk, s->from->bare, 0);
        availability_forget(a, s->from->bare);
        if (department != NULL) {
            availability_probe(a, s->from->bare, department);
        }
    }
}

/* How to switch it off is said once in a while; each line comes back as not delivered. */
static void receive_sealed(struct agents *a, const struct stanza *s)
{
    struct buf words;

    refuse(a, s, ERROR_NOT_ACCEPTABLE, N_("Encrypted: nobody here can read it."));
    if (paces_take(a->sealed, s->from->bare, clock_monotonic_ms())) {
        buf_init(&words, 2048);
        agent_words_encrypted(&words, agents_language(a, s->from->bare),
                              availability_client(a, s->from));
        messages_reply(a, s, words.bytes);
        buf_finish(&words);
    }
}

/* What is not for who is behind that slot now (slots.h). */
static bool is_refused(struct agents *a, const struct stanza *s)
{
    enum slot_refusal why = slots_refusal(a, s);
    struct buf words;

    if (why == SLOT_REFUSES_NOTHING) {
        return false;
    }
    buf_init(&words, 1024);
    agent_words_slot_refusal(&words, agents_language(a, s->from->bare), why);
    messages_reply(a, s, words.bytes);
    buf_finish(&words);
    return true;
}

static void receive_typing(struct agents *a, const struct stanza *s)
{
    const char *state = stanza_read_chat_state(s->element);

    if (state != NULL) {
        desk_agent_typing(a->desk, s->from->bare, agents_whom(a, s), state);
    }
}

/* V-156. */
static void receive_line(struct agents *a, const struct stanza *s, const struct about *about,
                         int64_t line, const char *body)
{
    if (!paces_take(a->lines_in, s->from->bare, clock_monotonic_ms())) {
        refuse(a, s, ERROR_RESOURCE_CONSTRAINT,
               N_("Too many lines at once. This one went nowhere."));
    } else if (is_refused(a, s)) {
        return;
    } else if (!commands_run(a, s, body)) {
        say(a, s, about, line, commands_line(a, body));
    } else {
        /* The visitor saw that somebody typed, and sees no line that would end it. */
        receive_typing(a, s);
    }
}

static void receive_text(struct agents *a, const struct stanza *s, const struct about *about)
{
    int64_t line = about->act != ACT_SAY ? changes_line(a, s, about->id) : 0;
    /* What a reply quotes is said by what it is about, if that is known. */
    char *body = about_text_dup(s->element, line == 0 && about->act != ACT_CORRECT);

    if (body != NULL && body[0] != '\0') {
        desk_agent_spoke(a->desk, clock_utc_ms(), s->from->bare);
        receive_line(a, s, about, line, body);
    } else {
        receive_typing(a, s);
    }
    free(body);
}

void messages_from_agent(struct agents *a, const struct stanza *s)
{
    if (strcmp(s->type, "error") == 0) {
        receive_bounce(a, s);
        return;
    }
    if (strcmp(s->type, "groupchat") == 0 || strcmp(s->type, "headline") == 0) {
        stanza_post_error(a->post, s, ERROR_BAD_REQUEST, NULL);
        return;
    }
    receive_marks(a, s);
    slots_heard(a, s);
    struct about about;
    about_read(s->element, &about);
    if (is_encrypted(s->element)) {
        receive_sealed(a, s);
    } else if (about.act == ACT_RETRACT || about.act == ACT_REACT) {
        if (!is_refused(a, s)) {
            changes_receive(a, s, &about);
        }
    } else {
        receive_text(a, s, &about);
    }
}

/* ---- out: ports of the desk ---- */

void messages_to_agent(void *ctx, const char *agent, const char *visitor,
                       const struct entry_record *e, bool again)
{
    struct change_words words;

    struct buf text;

    buf_init(&text, 4096);
    if (slots_greet(ctx, agent, visitor, &text)) {
        lines_add(ctx, agent, visitor, text.bytes);
    }
    buf_finish(&text);
    changes_describe(ctx, agent, visitor, e, &words);
    lines_add_entry(ctx, agent, visitor, e, again, &words);
    changes_finish(&words);
    doubt_line(ctx, agent);
}

/* In a slot (slots.h). An offer that ends leaves who is in the chat anyway where they are. */
static bool ends_visit(const struct agents *a, const char *agent, const char *visitor,
                       enum agent_notice notice)
{
    switch (notice) {
    case NOTICE_TAKEN_BY:
    case NOTICE_WITHDRAWN:
    case NOTICE_DISMISSED:
    case NOTICE_NOT_READING:
        return !desk_agent_is_beside(a->desk, agent, visitor);
    case NOTICE_TAKEN_OVER:
    case NOTICE_CLOSED:
    case NOTICE_MOVED:
        return true;
    default:
        return false;
    }
}

void messages_notice(void *ctx, const char *agent, const char *visitor, enum agent_notice notice,
                     const char *text)
{
    struct agents *a = ctx;
    struct visitor_view v;
    struct chat_view chat;
    struct department_view p = {.name = ""};
    struct buf words;

    if (!desk_visitor(a->desk, visitor, &v)) {
        return;
    }
    bool has_chat = desk_chat(a->desk, visitor, &chat);
    if (has_chat) {
        desk_department(a->desk, chat.department, &p);
    }
    buf_init(&words, 8 * 1024);
    if (slots_greet(a, agent, visitor, &words)) {
        buf_add_text(&words, "\n");
    }
    agent_words_notice(&words, agents_language(a, agent), a->config.command_prefix, notice, text,
                       &v, has_chat ? &chat : NULL, p.name);
    if (ends_visit(a, agent, visitor, notice)) {
        slots_part(a, agent, visitor, &words);
    }
    if (notice == NOTICE_OFFERED) {
        lines_add_offer(a, agent, visitor, words.bytes);
    } else if (notice == NOTICE_TAKEN_BY) {
        lines_add_taken(a, agent, visitor, words.bytes);
    } else {
        lines_add(a, agent, visitor, words.bytes);
    }
    buf_finish(&words);
    if (notice == NOTICE_HANDED || notice == NOTICE_INVITED) {
        handover_tell(a, agent, visitor);
    }
    doubt_line(a, agent);
}

void messages_report(void *ctx, const char *supervisor, const char *visitor, time_ms since)
{
    struct agents *a = ctx;
    struct visitor_view v;
    struct chat_view chat;
    struct department_view p;
    struct buf words;

    if (!desk_visitor(a->desk, visitor, &v) || !desk_chat(a->desk, visitor, &chat) ||
        !desk_department(a->desk, chat.department, &p)) {
        return;
    }
    buf_init(&words, 8 * 1024);
    agent_words_report(&words, agents_language(a, supervisor), &v, &chat, p.name, since,
                       agents_address(a, visitor, NULL));
    lines_add_about(a, supervisor, chat.department, visitor, words.bytes);
    buf_finish(&words);
}

void messages_call(void *ctx, const char *agent, const char *department, enum agent_call call,
                   const char *visitor, const char *text)
{
    struct agents *a = ctx;
    struct visitor_view v = {.record = NULL};
    struct department_view p;
    struct buf words;

    if (!desk_department(a->desk, department, &p) ||
        (visitor[0] != '\0' && !desk_visitor(a->desk, visitor, &v))) {
        return;
    }
    buf_init(&words, 8 * 1024);
    if (call >= CALL_TICKET) {
        tickets_write_call(a, &words, agent, call, text);
    } else {
        agent_words_call(&words, agents_language(a, agent), a->config.command_prefix, call, text,
                         v.record != NULL ? &v : NULL, p.name, agents_address(a, visitor, NULL));
    }
    lines_add_about(a, agent, department, visitor, words.bytes);
    buf_finish(&words);
}

void messages_typing_to_agent(void *ctx, const char *agent, const char *visitor, const char *state)
{
    struct agents *a = ctx;
    struct draft d;

    /* Only to who is online: a server may keep it for later, or bounce it. */
    if (!a->link_up || !availability_is_there(a, agent) ||
        !contacts_is_settled(a, agent, visitor)) {
        return;
    }
    struct writer *w = draft_begin(&d);
    stanza_message(w, agents_address(a, slots_local(a, agent, visitor), "web"), agent, "chat",
                   NULL);
    stanza_chat_state(w, state);
    writer_leaf(w, "no-store", NS_HINTS, NULL);
    draft_send(&d, a->post, agent, POST_NOW);
}

void messages_seen_to_agent(void *ctx, const char *agent, const char *visitor,
                            const char *sender_id, enum entry_seen seen)
{
    struct agents *a = ctx;
    char id[ID_SIZE];
    struct draft d;

    if (seen != SEEN_DISPLAYED || sender_id[0] == '\0' || !a->link_up) {
        return; /* the receipt that it is stored was sent already */
    }
    id_random(id);
    struct writer *w = draft_begin(&d);
    stanza_message(w, agents_address(a, slots_local(a, agent, visitor), "web"), agent, "chat", id);
    writer_open(w, "displayed", NS_MARKERS);
    writer_attr(w, "id", sender_id);
    writer_close(w);
    draft_send(&d, a->post, agent, POST_HELD);
}
