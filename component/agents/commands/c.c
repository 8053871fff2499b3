/* Canned answers: looked at, sent, and kept by those who use them. */
#include "agents/canned_values.h"
#include "agents/macro.h"
#include "agents/ticket_lines.h"
#include "agents/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_tickets.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_POINTS = 40, SHOWN_BYTES = 80 }; /* of each in the list */

/* ---- where it is given ---- */

/* Of a ticket that is in memory, for who may work on it; else of the agent. */
static const char *department_at_ticket(const struct command_call *c)
{
    const struct desk *desk = c->agents->desk;
    const struct ticket_record *t = desk_ticket(desk, tickets_here(c));
    const char *first = desk_agent_department(desk, c->agent, 0);

    if (t != NULL && desk_may_change_ticket(desk, c->agent, t)) {
        return t->department;
    }
    return first != NULL ? first : "";
}

static const char *department_of(const struct command_call *c)
{
    struct chat_view chat;
    const char *first;

    switch (c->place) {
    case AT_VISITOR:
        return desk_chat(c->agents->desk, c->local, &chat) ? chat.department : "";
    case AT_DEPARTMENT:
        return c->local;
    case AT_TICKET:
        return department_at_ticket(c);
    case AT_SERVICE:
        first = desk_agent_department(c->agents->desk, c->agent, 0);
        return first != NULL ? first : "";
    }
    return "";
}

static const struct {
    const char *value;
    const char *label;
} SCOPES[] = {
    [CANNED_OWN] = {"own", N_("only for you")},
    [CANNED_DEPARTMENT] = {"department", N_("for the department")},
    [CANNED_ALL] = {"all", N_("for all")},
};

static bool scope_choice(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (at >= CANNED_ALL) {
        return false;
    }
    out->value = SCOPES[at + 1].value;
    out->label = language_text(c->language, SCOPES[at + 1].label);
    return true;
}

/* if_none: what counts where nothing was said. */
static enum canned_scope scope_of(const struct command_call *c, enum canned_scope if_none)
{
    const char *value = command_value(c, "scope");

    for (int scope = CANNED_OWN; scope <= CANNED_ALL; scope++) {
        if (strcmp(SCOPES[scope].value, value) == 0) {
            return (enum canned_scope)scope;
        }
    }
    return if_none;
}

static const struct canned_record *find(struct command_call *c)
{
    const char *word = command_value(c, "word");
    const struct canned_record *r = desk_canned_find(c->agents->desk, c->agent, department_of(c),
                                                     scope_of(c, (enum canned_scope)0), word);

    if (r == NULL) {
        command_fail(c,
                     N_("There is no canned answer \"%s\" here. %cc lists those that there are."),
                     word, c->agents->config.command_prefix);
    }
    return r;
}

/* ---- what can be done ---- */

static void add_row(struct command_call *c, const struct canned_record *r)
{
    char *one = text_name_dup(r->text, SHOWN_POINTS);
    char *clipped = text_clip_dup(one, SHOWN_POINTS, SHOWN_BYTES);
    char *line =
        mem_print("%s (%s): %s%s", r->word, language_text(c->language, SCOPES[r->scope].label),
                  clipped, text_count(r->text) > text_count(clipped) ? "…" : "");

    command_add(c, line);
    free(one);
    free(clipped);
    free(line);
}

static void run_list(struct command_call *c)
{
    const char *department = department_of(c);
    const struct canned_record *r;
    size_t count = 0;

    for (; (r = desk_canned(c->agents->desk, c->agent, department, count)) != NULL; count++) {
        add_row(c, r);
    }
    if (count == 0) {
        command_say(c, N_("There are no canned answers yet. %cc add WORD TEXT keeps one."),
                    c->agents->config.command_prefix);
    }
}

/* As the visitor would read it; and where the commands behind it begin. */
static char *filled_dup(const struct command_call *c, const struct canned_record *r,
                        const char **steps)
{
    const struct canned_values *values = c->kept;
    struct buf out;

    *steps = macro_find(c->agents, r->text);
    char *raw = mem_dup_n(r->text, (size_t)(*steps - r->text));
    buf_init(&out, STANZA_BYTES_MAX);
    filling_write(&out, raw, values->table);
    free(raw);
    char *text = text_body_dup(commands_line(c->agents, out.bytes));
    buf_finish(&out);
    return text;
}

static void run_show(struct command_call *c)
{
    const struct canned_record *r = find(c);
    const char *steps = "";

    if (r == NULL) {
        return;
    }
    bool is_filled = c->place == AT_VISITOR || c->place == AT_TICKET;
    char *text = is_filled ? filled_dup(c, r, &steps) : mem_dup(r->text);
    char *head = mem_print("%s (%s):", r->word, language_text(c->language, SCOPES[r->scope].label));
    command_add(c, head);
    command_add(c, text);
    free(head);
    if (steps[0] != '\0') {
        command_add(c, steps);
    }
    free(text);
}

static bool say_at_ticket(struct command_call *c, const char *text)
{
    int64_t sequence = 0;
    enum desk_result done =
        desk_ticket_say(c->agents->desk, clock_utc_ms(), c->agent, c->ticket, "", text, &sequence);

    if (done == DESK_OK) {
        command_say(c, N_("Sent to the requester:"));
        command_add(c, text);
    } else if (done == DESK_RUNNING) {
        command_fail(c, N_("This chat goes on: answers are sent under its visitor's contact."));
    } else {
        tickets_well(c, done);
    }
    return done == DESK_OK;
}

static bool say_in_chat(struct command_call *c, const char *text)
{
    int64_t sequence = 0;

    switch (
        desk_agent_say(c->agents->desk, clock_utc_ms(), c->agent, c->local, "", text, &sequence)) {
    case DESK_OK:
    case DESK_REPEATED:
        command_say(c, N_("Sent to the visitor:"));
        command_add(c, text);
        return true;
    case DESK_KEPT: /* the notice says more */
        command_fail(c, N_("The chat has ended. The visitor has not seen this."));
        return false;
    default:
        command_fail(c, N_("This chat is not yours. The visitor has not seen this."));
        return false;
    }
}

/* False: it did not reach the visitor. */
static bool say(struct command_call *c, const char *text)
{
    const struct agents_config *limits = &c->agents->config;

    if (strlen(text) > limits->body_bytes || text_count(text) > limits->body_points) {
        command_fail(c, N_("With what is filled in this is too long for the visitor."));
        return false;
    }
    if (outbox_is_full(c->agents->outbox)) {
        command_fail(c, N_("Nothing can be kept right now. Nothing was done."));
        return false;
    }
    return c->place == AT_TICKET ? say_at_ticket(c, text) : say_in_chat(c, text);
}

static void run_send(struct command_call *c)
{
    const struct canned_record *r = find(c);
    const char *borrowed;

    if (r == NULL) {
        return;
    }
    if (c->place != AT_VISITOR && c->place != AT_TICKET) {
        command_fail(c, N_("Answers are sent under the contact of a visitor or of a ticket."));
        return;
    }
    char *text = filled_dup(c, r, &borrowed);
    char *steps = mem_dup(borrowed);
    if ((text[0] == '\0' || say(c, text)) && steps[0] != '\0') {
        macro_run(c, steps);
    }
    free(text);
    free(steps);
}

/* Was it done? If not, says why. */
static bool is_done(struct command_call *c, enum desk_result result)
{
    switch (result) {
    case DESK_OK:
        return true;
    case DESK_REPEATED:
        command_fail(c,
                     N_("They have a canned answer \"%s\" already. Drop that one first, or "
                        "choose another word."),
                     command_value(c, "word"));
        break;
    case DESK_FULL:
        command_fail(c, N_("No more than %d canned answers are kept there."), CANNED_MAX);
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("This is not for you to change: a department's answers belong to its "
                           "agents, those for all to supervisors and administrators."));
        break;
    default:
        command_fail(c, N_("There is no such canned answer of your own, or no department here."));
        break;
    }
    return false;
}

static void run_add(struct command_call *c)
{
    const char *word = command_value(c, "word");

    if (is_done(c, desk_canned_put(c->agents->desk, clock_utc_ms(), c->agent, department_of(c),
                                   scope_of(c, CANNED_OWN), word, command_value(c, "text")))) {
        command_say(c, N_("\"%s\" is kept."), word);
    }
}

static void run_share(struct command_call *c)
{
    const char *word = command_value(c, "word");

    if (is_done(c, desk_canned_share(c->agents->desk, clock_utc_ms(), c->agent, department_of(c),
                                     scope_of(c, CANNED_DEPARTMENT), word))) {
        command_say(c, N_("\"%s\" is shared."), word);
    }
}

static void run_drop(struct command_call *c)
{
    const char *word = command_value(c, "word");
    const struct canned_record *r = find(c);

    if (r != NULL && is_done(c, desk_canned_drop(c->agents->desk, clock_utc_ms(), c->agent,
                                                 department_of(c), r->scope, word))) {
        command_say(c, N_("\"%s\" is gone."), word);
    }
}

static const struct {
    const char *value;
    const char *label;
    void (*run)(struct command_call *c);
} ACTIONS[] = {
    {"list", N_("list"), run_list},    {"show", N_("show"), run_show},
    {"send", N_("send"), run_send},    {"add", N_("add"), run_add},
    {"share", N_("share"), run_share}, {"drop", N_("drop"), run_drop},
};
enum { ACTION_COUNT = sizeof ACTIONS / sizeof *ACTIONS };

static bool action_choice(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (at >= ACTION_COUNT) {
        return false;
    }
    out->value = ACTIONS[at].value;
    out->label = language_text(c->language, ACTIONS[at].label);
    return true;
}

static char *list_dup(const struct command_call *c)
{
    (void)c;
    return mem_dup("list");
}

/* ---- how it is typed ---- */

/* By its value or its label, as the form takes it; NULL: none. */
static const char *action_of(const struct command_call *c, const char *word, size_t len)
{
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        const char *names[] = {ACTIONS[i].value, language_text(c->language, ACTIONS[i].label)};
        for (size_t k = 0; k < 2; k++) {
            if (strlen(names[k]) == len && strncasecmp(names[k], word, len) == 0) {
                return ACTIONS[i].value;
            }
        }
    }
    return NULL;
}

/* "" lists, "word" shows, "word!" sends; behind "add word" comes the text, and it is one's own. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    arguments += strspn(arguments, " \t\n");
    size_t len = strcspn(arguments, " \t\n");
    const char *action = action_of(c, arguments, len);
    const char *rest = arguments + len;

    if (len == 0) {
        return mem_dup("list");
    }
    if (action == NULL && arguments[len - 1] == '!') {
        return mem_print("send %.*s%s", (int)len - 1, arguments, rest);
    }
    if (action == NULL) {
        return mem_print("show %s", arguments);
    }
    rest += strspn(rest, " \t\n");
    size_t word = strcspn(rest, " \t\n");
    if (strcmp(action, "add") == 0 && word > 0) {
        return mem_print("add %.*s own%s", (int)word, rest, rest + word);
    }
    return mem_dup(arguments);
}

/* A phone makes the first letter a capital one. */
static void fold_word(struct command_call *c)
{
    char *word = mem_dup(command_value(c, "word"));

    for (char *at = word; *at != '\0'; at++) {
        *at = *at >= 'A' && *at <= 'Z' ? (char)tolower(*at) : *at;
    }
    command_put(c, "word", word);
    free(word);
}

static bool has_fault(struct command_call *c, char *take_fault)
{
    bool has = take_fault != NULL;

    if (has) {
        command_fail(c, "%s", take_fault);
    }
    free(take_fault);
    return has;
}

/* Without a text: what there is comes back in the form, to be changed. */
static bool check_add(struct command_call *c)
{
    const char *word = command_value(c, "word");

    if (action_of(c, word, strlen(word)) != NULL) {
        command_fail(c, N_("\"%s\" is what can be done with canned answers. Choose another word."),
                     word);
        return false;
    }
    if (command_value(c, "text")[0] != '\0') {
        return !has_fault(c,
                          canned_text_fault_dup(c->agents, c->language, command_value(c, "text")));
    }
    const struct canned_record *r = desk_canned_find(c->agents->desk, c->agent, department_of(c),
                                                     scope_of(c, (enum canned_scope)0), word);
    if (r == NULL) {
        command_fail(c, N_("%s: this is missing."), language_text(c->language, N_("Text")));
    } else {
        command_say(c, N_("This is the text that there is."));
        command_put(c, "text", r->text);
        command_put(c, "scope", SCOPES[r->scope].value);
    }
    return false;
}

static bool check(struct command_call *c)
{
    const char *action = command_value(c, "action");

    if (strcmp(action, "list") == 0) {
        return true;
    }
    fold_word(c);
    if (has_fault(c, canned_word_fault_dup(c->language, command_value(c, "word")))) {
        return false;
    }
    return strcmp(action, "add") != 0 || check_add(c);
}

static void run_action(struct command_call *c, const struct ticket_answer *ticket)
{
    command_keep(c, canned_values_create(c, ticket), canned_values_destroy);
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        if (strcmp(ACTIONS[i].value, command_value(c, "action")) == 0) {
            ACTIONS[i].run(c);
            return;
        }
    }
}

static void run_at_ticket(struct command_call *c, const struct ticket_answer *answer)
{
    if (tickets_may_read(c->agents, c->agent, answer)) {
        ticket_lines_remember(c->agents, answer->requester);
        run_action(c, answer);
    } else {
        tickets_well(c, DESK_NOT_FOUND);
    }
}

static void run(struct command_call *c)
{
    if (c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), run_at_ticket);
    } else {
        run_action(c, NULL);
    }
}

const struct command command_c = {
    .word = "c",
    .alias = "baustein",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_ADMINISTRATOR),
    .usage = N_("[WORD | WORD! | add WORD TEXT | share WORD | drop WORD]"),
    .help = N_("canned answers: list, look at one, send it, keep them"),
    .fields =
        {
            {.name = "action",
             .label = N_("What to do"),
             .kind = FIELD_CHOICE,
             .required = true,
             .choice = action_choice,
             .current_dup = list_dup},
            {.name = "word", .label = N_("Word"), .kind = FIELD_WORD},
            {.name = "scope",
             .label = N_("For whom"),
             .kind = FIELD_CHOICE,
             .choice = scope_choice},
            {.name = "text", .label = N_("Text"), .kind = FIELD_LINES},
        },
    .typed_dup = typed_dup,
    .check = check,
    .run = run,
};
