#include "agents/ticket_lines.h"

#include "agents/doubt.h"
#include "agents/past.h"
#include "agents/tickets.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "desk/desk_tickets.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char PREFIX[] = "ticket-";

int64_t ticket_lines_number(const char *local)
{
    return strncmp(local, PREFIX, sizeof PREFIX - 1) == 0
               ? tickets_number(local + sizeof PREFIX - 1)
               : 0;
}

static const char *local_of(int64_t number, char out[32])
{
    snprintf(out, 32, "%s%lld", PREFIX, (long long)number);
    return out;
}

const char *ticket_lines_address(const struct agents *a, int64_t number)
{
    char local[32];

    return agents_address(a, local_of(number, local), NULL);
}

/* ---- in ---- */

/* A line, or (body NULL) a mark, that waits for its ticket. */
struct said {
    struct agents *agents;
    int64_t number;
    char *from; /* full JID */
    char *to;
    char *id;
    char *body;
    bool wants_receipt;
    int64_t sequence;
    struct list link; /* agents::said */
};

static void said_destroy(struct said *s)
{
    list_remove(&s->link);
    free(s->from);
    free(s->to);
    free(s->id);
    free(s->body);
    free(s);
}

void ticket_lines_free(struct agents *a)
{
    list_for_each_safe (struct said, s, &a->said, link) {
        said_destroy(s);
    }
}

static void refuse(const struct said *said, const struct jid *from, const struct jid *to,
                   enum stanza_error condition, const char *text)
{
    const struct stanza s = {
        .kind = STANZA_MESSAGE, .type = "chat", .id = said->id, .from = from, .to = to};

    stanza_post_error(said->agents->post, &s, condition,
                      language_text(agents_language(said->agents, from->bare), text));
}

static void acknowledge(const struct said *said, const struct jid *from, const struct jid *to)
{
    if (said->wants_receipt && said->id[0] != '\0') {
        messages_receipt(said->agents, to->local, from->full, said->id);
    }
}

void ticket_lines_remember(const struct agents *a, const struct visitor_record *requester)
{
    struct visitor_view v;

    if (requester->jid[0] != '\0' && !desk_visitor(a->desk, requester->id, &v)) {
        desk_load_visitor(a->desk, requester);
    }
}

static void say_why_not(const struct said *said, const struct jid *from, const struct jid *to,
                        const struct chat_record *chat)
{
    const struct agents *a = said->agents;
    struct chat_view now;
    bool may_read = chat != NULL && past_may_read(a, from->bare, chat);

    if (!may_read) {
        refuse(said, from, to, ERROR_ITEM_NOT_FOUND,
               N_("There is no ticket of this number, or it is not for you."));
    } else if (desk_chat_numbered(a->desk, said->number, &now) && now.state != CHAT_CLOSED) {
        refuse(
            said, from, to, ERROR_NOT_ACCEPTABLE,
            N_("This chat goes on: it is written to under its visitor's contact. Here its record "
               "can be read."));
    } else {
        refuse(said, from, to, ERROR_NOT_ACCEPTABLE,
               N_("This chat is no ticket, and it has ended: the visitor has not seen this. The "
                  "command \"convert\" makes one of it."));
    }
}

static void say_where(const struct said *said, const struct jid *from, const struct jid *to)
{
    struct agents *a = said->agents;
    enum language language = agents_language(a, from->bare);
    int64_t into = desk_ticket(a->desk, said->number)->merged;
    char *text = NULL;

    if (into > 0) {
        text = mem_print(language_text(language, "This ticket is part of ticket %lld now: write to "
                                                 "%s. The requester has not seen this. Here, "
                                                 "%cstate open makes it one of its own again."),
                         (long long)into, ticket_lines_address(a, into), a->config.command_prefix);
    }
    refuse(said, from, to, ERROR_NOT_ACCEPTABLE,
           into > 0 ? text
                    : N_("This ticket went into another one, which was erased since. The requester "
                         "has not seen this. The command \"state open\" opens it again."));
    free(text);
}

static void say(const struct said *said, const struct jid *from, const struct jid *to,
                const struct ticket_answer *answer)
{
    struct agents *a = said->agents;
    int64_t sequence = 0;

    if (storage_is_refusing(a->storage) || outbox_is_full(a->outbox)) {
        refuse(said, from, to, ERROR_RESOURCE_CONSTRAINT,
               N_("Lines cannot be kept right now. The visitor has not seen this one."));
        return;
    }
    if (answer->chat != NULL && desk_ticket(a->desk, said->number) != NULL &&
        desk_may_change_ticket(a->desk, from->bare, desk_ticket(a->desk, said->number))) {
        ticket_lines_remember(a, answer->requester);
    }
    enum desk_result done = desk_ticket_say(a->desk, clock_utc_ms(), from->bare, said->number,
                                            said->id, said->body, &sequence);
    if (done == DESK_OK || done == DESK_REPEATED) {
        acknowledge(said, from, to);
    } else if (done == DESK_MERGED) {
        say_where(said, from, to);
    } else if (done == DESK_FORBIDDEN) {
        refuse(said, from, to, ERROR_FORBIDDEN,
               N_("This is for agents of the ticket's department and who has it."));
    } else {
        say_why_not(said, from, to, answer->chat);
    }
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct said *said = ctx;
    struct desk *desk = said->agents->desk;
    struct jid from;
    struct jid to;

    desk_load_ticket(desk, said->number, answer->ticket);
    desk_load_ticket_lines(desk, said->number, answer->recent, answer->recent_count);
    bool good = jid_parse(&from, said->from);
    good = jid_parse(&to, said->to) && good;
    if (good && said->body != NULL) {
        say(said, &from, &to, answer);
    } else if (good && !storage_is_refusing(said->agents->storage)) {
        desk_ticket_seen(desk, clock_utc_ms(), from.bare, said->number, said->sequence,
                         SEEN_DISPLAYED);
    }
    jid_finish(&from);
    jid_finish(&to);
    said_destroy(said);
}

static void read_ticket(struct agents *a, const struct stanza *s, const char *body,
                        int64_t sequence)
{
    struct said *said = mem_alloc(sizeof *said);

    said->agents = a;
    said->number = ticket_lines_number(s->to->local);
    said->from = mem_dup(s->from->full);
    said->to = mem_dup(s->to->full);
    said->id = mem_dup(s->id);
    said->body = mem_dup(body);
    said->wants_receipt = element_child(s->element, "request", NS_RECEIPTS) != NULL;
    said->sequence = sequence;
    list_append(&a->said, &said->link);
    desk_await_ticket(a->desk, said->number);
    storage_ticket(a->storage, said->number, on_ticket, said);
}

void ticket_lines_say(struct agents *a, const struct stanza *s, const char *body)
{
    read_ticket(a, s, body, 0);
}

void ticket_lines_mark(struct agents *a, const struct stanza *s, int64_t sequence)
{
    if (!storage_is_refusing(a->storage)) {
        read_ticket(a, s, NULL, sequence);
    }
}

/* ---- out ---- */

/* Who wrote, before the first line of theirs: the address alone tells nobody. */
static void introduce(struct agents *a, const char *agent, const struct ticket_record *ticket,
                      const char *local)
{
    struct requested_view view;
    struct visitor_view v;
    struct buf words;

    if (!desk_visitor(a->desk, ticket->visitor, &v)) {
        return;
    }
    const char *subject = "";
    for (size_t i = 0; desk_visitor_ticket(a->desk, ticket->visitor, i, &view); i++) {
        subject = view.record->number == ticket->number ? view.subject : subject;
    }
    v.chat = ticket->number;
    buf_init(&words, 8 * 1024);
    agent_words_requester(&words, agents_language(a, agent), a->config.command_prefix, &v,
                          ticket->number, subject);
    lines_add_about(a, agent, local, ticket->visitor, words.bytes);
    buf_finish(&words);
}

void ticket_lines_to_agent(void *ctx, const char *agent, const struct ticket_record *ticket,
                           const struct entry_record *e, bool begins)
{
    struct agents *a = ctx;
    struct change_words words;
    char local[32];

    local_of(ticket->number, local);
    if (begins) {
        introduce(a, agent, ticket, local);
    }
    changes_describe(a, agent, ticket->visitor, e, &words);
    lines_add_entry(a, agent, local, e, false, &words);
    changes_finish(&words);
    doubt_line(a, agent);
}

void ticket_lines_seen(void *ctx, const char *agent, int64_t ticket, const char *sender_id,
                       enum entry_seen seen)
{
    char local[32];

    messages_seen_to_agent(ctx, agent, local_of(ticket, local), sender_id, seen);
}
