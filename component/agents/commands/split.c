/* A ticket of its own for what was asked besides. */
#include "agents/past.h"
#include "agents/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_tickets.h"
#include "desk/related.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 20, READ_MAX = 100, SUBJECT_POINTS = 100, TEXT_BYTES = 8 * 1024 };

/* What the new one is about. */
struct asked {
    char *subject;
    char *text;
};

static void asked_destroy(void *kept)
{
    struct asked *asked = kept;

    free(asked->subject);
    free(asked->text);
    free(asked);
}

static void split(struct command_call *c, const struct ticket_answer *answer)
{
    const struct asked *asked = c->kept;
    const struct ticket_split s = {.subject = asked->subject, .text = asked->text};
    char prefix = c->agents->config.command_prefix;
    int64_t made = 0;
    enum desk_result done =
        desk_ticket_split(c->agents->desk, clock_utc_ms(), c->agent, c->ticket, &s, &made);

    (void)answer;
    if (done == DESK_FULL) {
        command_fail(c,
                     N_("A subject has at most %d bytes, and a ticket is linked with at most %d "
                        "others."),
                     (int)TICKET_SUBJECT_BYTES, (int)TICKET_LINKS);
    } else if (done == DESK_MERGED) {
        command_fail(c,
                     N_("Ticket %lld is part of another one already. %cticket %lld says of "
                        "which."),
                     (long long)c->ticket, prefix, (long long)c->ticket);
    } else if (tickets_well(c, done)) {
        command_say(c, N_("Ticket %lld was split off from ticket %lld. %cticket %lld shows it."),
                    (long long)made, (long long)c->ticket, prefix, (long long)made);
    }
}

static bool is_asked(const struct entry_record *e)
{
    return e->kind == ENTRY_MESSAGE && e->by == BY_VISITOR && e->fate != FATE_RETRACTED;
}

/* Of the requester's lines the last ones, as they stand there now. */
static struct asked *collect(const struct command_call *c, const struct entry_record *entries,
                             size_t count, size_t wanted)
{
    struct asked *asked = mem_alloc(sizeof *asked);
    const char *subject = command_value(c, "subject");
    size_t first = count;
    struct buf text;

    for (size_t found = 0; first > 0 && found < wanted; first--) {
        found += is_asked(&entries[first - 1]) ? 1 : 0;
    }
    buf_init(&text, TEXT_BYTES);
    for (size_t i = first; i < count; i++) {
        if (is_asked(&entries[i])) {
            subject = subject[0] != '\0' ? subject : entry_shown(&entries[i]);
            buf_add_text(&text, text.len > 0 ? "\n" : "");
            past_write_entry(&text, c->language, &entries[i]);
        }
    }
    char *line = text_name_dup(subject, 2 * SUBJECT_POINTS);
    asked->subject = text_clip_dup(line, SUBJECT_POINTS, TICKET_SUBJECT_BYTES);
    asked->text = buf_detach(&text);
    free(line);
    return asked;
}

static void on_transcript(void *ctx, const struct chat_record *chat,
                          const struct entry_record *entries, size_t count, bool complete)
{
    struct command_call *c = ctx;
    struct asked *asked =
        collect(c, entries, count, (size_t)tickets_number(command_value(c, "lines")));
    bool is_named = asked->subject[0] != '\0';

    (void)chat;
    (void)complete;
    command_keep(c, asked, asked_destroy);
    if (!is_named) {
        command_fail(c,
                     N_("Its requester has said nothing. Say what it is about: %csplit %lld 1 "
                        "SUBJECT"),
                     c->agents->config.command_prefix, (long long)c->ticket);
        command_finish(c);
        return;
    }
    tickets_read(c, c->ticket, split);
}

static void run(struct command_call *c)
{
    const char *lines = command_value(c, "lines");
    int64_t count = lines[0] == '\0' ? 1 : tickets_number(lines);

    c->ticket = tickets_given(c);
    if (c->ticket == 0) {
        return;
    }
    if (count < 1 || count > LINES_MAX) {
        command_fail(c, N_("How many of the last lines: 1 to %d."), (int)LINES_MAX);
        return;
    }
    char number[24];
    snprintf(number, sizeof number, "%d", (int)count);
    command_put(c, "lines", number);
    command_defer(c);
    storage_transcript(c->agents->storage, c->ticket, 0, READ_MAX, on_transcript, c);
}

/* "2 SUBJECT", or the subject alone; under a department's contact behind the ticket's number. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    char *own = c->place != AT_DEPARTMENT ? tickets_current_dup(c) : NULL;
    const char *at = arguments + strspn(arguments, " \t\n");
    size_t number = c->place == AT_DEPARTMENT ? strcspn(at, " \t\n") : 0;
    const char *rest = at + number + strspn(at + number, " \t\n");
    size_t word = strcspn(rest, " \t\n");
    bool is_count = word == 0 || strspn(rest, "0123456789") == word;
    char *typed = mem_print("%.*s%s %s%s", (int)number, at,
                            c->place == AT_DEPARTMENT ? ""
                            : own != NULL             ? own
                                                      : "0",
                            is_count ? "" : "1 ", rest);

    free(own);
    return typed;
}

const struct command command_split = {
    .word = "split",
    .alias = "abtrennen",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER] [LINES] [SUBJECT]"),
    .help = N_("make a new ticket of the requester's last line, or so many of them"),
    .fields = {TICKETS_NUMBER,
               {.name = "lines", .label = N_("How many of the last lines"), .kind = FIELD_WORD},
               {.name = "subject", .label = N_("Subject"), .kind = FIELD_LINE}},
    .typed_dup = typed_dup,
    .run = run,
};
