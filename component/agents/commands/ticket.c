#include "agents/facts.h"
#include "agents/own.h"
#include "agents/past.h"
#include "agents/spent_words.h"
#include "agents/ticket_lines.h"
#include "agents/tickets.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "desk/desk_tickets.h"

#include <stdlib.h>
#include <string.h>

enum { SUBJECT_POINTS = 120 };

static void tell_owner(struct command_call *c, const char *owner)
{
    const struct desk *desk = c->agents->desk;

    command_tell(c, N_("Agent"), "%s",
                 desk_is_agent(desk, owner) ? desk_agent_name(desk, owner) : owner);
}

static void tell_when(struct command_call *c, const char *label, time_ms at)
{
    char date[FACTS_DATE_SIZE];

    facts_date(at, date);
    command_tell(c, label, "%s", at > 0 ? date : "");
}

/* "3:05 h", of opening time. */
static void tell_left(struct command_call *c, const char *label, const struct target_view *view)
{
    long long minutes = view->left_ms / (60 * 1000);

    /* translators: hours and minutes, as 3:05 */
    command_tell(c, label, language_text(c->language, "rests, %lld:%02lld h of opening time left"),
                 minutes / 60, minutes % 60);
}

static void tell_target(struct command_call *c, const struct ticket_record *t,
                        enum ticket_target target)
{
    static const char *const LABELS[] = {N_("First answer"), N_("Next answer"), N_("Solution")};
    struct target_view view;
    time_ms now = clock_utc_ms();
    char date[TICKETS_DATE_SIZE];

    if (!desk_ticket_target(c->agents->desk, now, t, target, &view)) {
        return;
    }
    tickets_date(c->agents, t->department, view.due, date);
    if (view.is_awaited && view.due == 0) {
        tell_left(c, LABELS[target], &view);
    } else if (view.is_awaited && now >= view.due) {
        /* translators: a date */
        command_tell(c, LABELS[target], language_text(c->language, "late: it was due by %s"), date);
    } else if (view.is_awaited) {
        /* translators: a date */
        command_tell(c, LABELS[target], language_text(c->language, "due by %s"), date);
    } else if (target != TARGET_NEXT_ANSWER) {
        command_tell(c, LABELS[target], "%s",
                     language_text(c->language, view.is_missed ? N_("too late") : N_("in time")));
    }
}

/* Their names, with commas between. */
static void tell_watchers(struct command_call *c, const struct ticket_record *t)
{
    struct buf names;
    char *words = mem_dup(t->watchers);
    char *rest = words;

    buf_init(&names, 4096);
    for (char *jid; t->watchers[0] != '\0' && (jid = strsep(&rest, " ")) != NULL;) {
        const char *name = desk_agent_name(c->agents->desk, jid);
        buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", name != NULL ? name : jid);
    }
    command_tell(c, N_("Watched by"), "%s", names.bytes);
    buf_finish(&names);
    free(words);
}

static void tell_numbers(struct command_call *c, const char *label, const int64_t *numbers,
                         size_t count)
{
    struct buf text;

    buf_init(&text, 1024);
    tickets_write_numbers(&text, numbers, count);
    command_tell(c, label, "%s", text.bytes);
    buf_finish(&text);
}

static void tell_state(struct command_call *c, const struct ticket_answer *answer)
{
    const struct ticket_related *r = &answer->related;
    struct buf state;

    buf_init(&state, 1024);
    tickets_write_state(&state, c->language, answer->ticket);
    command_tell(c, N_("State"), "%s", state.bytes);
    buf_finish(&state);
    tell_numbers(c, N_("Linked with"), r->links, r->link_count);
    tell_numbers(c, N_("Part of it"), r->merged, r->merged_count);
}

static void tell_ticket(struct command_call *c, const struct ticket_record *t)
{
    const struct desk *desk = c->agents->desk;
    struct department_view p;
    char date[TICKETS_DATE_SIZE];

    command_tell(c, N_("Address"), "%s", ticket_lines_address(c->agents, t->number));
    tickets_date(c->agents, t->department, t->due, date);
    command_tell(c, N_("Pending until"), "%s", t->due > 0 ? date : "");
    for (enum ticket_target target = 0; target < TARGET_COUNT; target++) {
        tell_target(c, t, target);
    }
    tell_owner(c, t->owner);
    tell_watchers(c, t);
    command_tell(c, N_("Department"), "%s",
                 desk_department(desk, t->department, &p) ? p.name : t->department);
    if (desk_highest_level(desk) > 1) {
        command_tell(c, N_("Level"), "%u", t->level);
    }
    tell_when(c, N_("Converted (UTC)"), t->converted);
    command_tell(c, N_("Converted by"), "%s",
                 desk_is_agent(desk, t->converted_by) ? desk_agent_name(desk, t->converted_by)
                                                      : t->converted_by);
    tell_when(c, N_("Changed (UTC)"), t->changed);
}

static void tell_requester(struct command_call *c, const struct ticket_answer *answer)
{
    const struct visitor_view v = {.record = answer->requester,
                                   .chat = c->ticket,
                                   .invitation = "",
                                   .network = "",
                                   .browses = ""};
    struct buf name;

    buf_init(&name, 1024);
    agent_words_name(&name, c->language, &v);
    command_tell(c, N_("Requester"), "%s", name.bytes);
    buf_finish(&name);
    command_tell(c, N_("E-mail"), "%s", answer->requester->email);
    command_tell(c, N_("Telephone"), "%s", answer->requester->phone);
}

static void show(struct command_call *c, const struct ticket_answer *answer)
{
    const struct agents *a = c->agents;
    const struct chat_record *chat = answer->chat;
    const struct ticket_record *t = answer->ticket;
    time_ms spent = desk_spent(a->desk, c->ticket);
    char time[SPENT_WORDS_SIZE];
    bool may_read = tickets_may_read(a, c->agent, answer);
    struct buf line;

    if (!tickets_may_see(a, c->agent, answer)) {
        command_fail(c, N_("There is no chat of this number, or it is not for you."));
        return;
    }
    past_note_read(a, c->agent, "ticket", chat->visitor, chat->number);
    buf_init(&line, 4096);
    past_write_chat(a, &line, c->language, chat);
    command_tell(c, N_("Ticket"), "%s", line.bytes);
    buf_finish(&line);
    char *subject = tickets_subject_dup(answer, may_read, SUBJECT_POINTS);
    command_tell(c, N_("Subject"), "%s", subject);
    free(subject);
    tell_state(c, answer);
    if (t != NULL) {
        tell_ticket(c, t);
    } else {
        tell_owner(c, chat->owner);
    }
    command_tell(c, N_("Priority"), "%s", agent_words_priority(c->language, chat->priority));
    own_tell(c, answer);
    tell_requester(c, answer);
    tell_when(c, N_("Taken (UTC)"), chat->claimed);
    tell_when(c, N_("Ended (UTC)"), chat->closed);
    command_tell(c, N_("Time spent"), "%s", spent > 0 ? spent_words(spent, time) : "");
}

/* No chat with the visitor is in memory: the last one that may be read. */
static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct command_call *c = ctx;

    for (size_t i = 0; i < count; i++) {
        if (past_may_read(c->agents, c->agent, &chats[i])) {
            tickets_read(c, chats[i].number, show);
            return;
        }
    }
    command_fail(c, N_("There is no ticket of this visitor that you may read."));
    command_finish(c);
}

static void run(struct command_call *c)
{
    const char *number = command_value(c, "number");
    struct chat_view chat;

    if (number[0] == '\0' && c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), show);
    } else if (number[0] != '\0' || c->place != AT_VISITOR) {
        tickets_act(c, show);
    } else if (desk_chat(c->agents->desk, c->local, &chat)) {
        tickets_read(c, chat.number, show);
    } else {
        command_defer(c);
        storage_chats(c->agents->storage, c->local, on_chats, c);
    }
}

const struct command command_ticket = {
    .word = "ticket",
    .alias = "vorgang",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .usage = N_("[NUMBER]"),
    .help = N_("the chat's ticket, or that of this number: state, what is kept of it"),
    .fields = {{.name = "number", .label = N_("Number of the ticket"), .kind = FIELD_WORD}},
    .run = run,
};
