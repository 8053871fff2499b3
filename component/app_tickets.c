/* Tickets, changed by who runs the daemon (tresen tickets set): read, changed by the desk, and
 * answered when it is on disk. One at a time. */
#include "administration.h"
#include "app_parts.h"
#include "app_state.h"
#include "base/buf.h"
#include "base/calendar.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "command.h"
#include "config.h"
#include "control.h"
#include "desk/desk.h"
#include "desk/desk_tickets.h"
#include "desk/own_value.h"
#include "report/listing.h"
#include "report/period.h"
#include "router.h"
#include "storage/storage.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 8, DIGITS = 15, ANSWER_BYTES = 8192 };

struct app_ticket_change {
    struct app *app;
    struct control_question *question;
    char *who;
    int64_t number;
    char *text; /* its line feeds became ends */
    struct {
        const char *name;
        const char *value;
    } fields[FIELDS_MAX];
    size_t field_count;
    struct buf answer;
    int code;
};

void app_ticket_change_destroy(struct app_ticket_change *c)
{
    if (c != NULL) {
        buf_finish(&c->answer);
        free(c->text);
        free(c->who);
        free(c);
    }
}

static void finish(void *ctx)
{
    struct app_ticket_change *c = ctx;

    c->app->ticket_change = NULL;
    app_answer(c->question, c->answer.bytes, c->code);
    app_ticket_change_destroy(c);
}

/* ---- fields: NULL, or why not (free() it) ---- */

static char *complaint_dup(const struct app_ticket_change *c, enum desk_result result)
{
    const struct own_field *missing;

    switch (result) {
    case DESK_OK:
    case DESK_REPEATED: /* it is as it is wanted */
        return NULL;
    case DESK_CLOSED:
        return mem_dup("there is no such step from the state it is in; a closed ticket can be "
                       "opened again: state=open");
    case DESK_MISSING:
        missing = desk_own_missing(c->app->desk, c->number);
        return mem_print("cannot be solved without %s: %s=VALUE", missing->label, missing->name);
    case DESK_FULL:
        return mem_print("has at most %d bytes", (int)TICKET_SUBJECT_BYTES);
    case DESK_FORM:
        return mem_dup("does not fit: an owner is an agent of the department, a date lies ahead, "
                       "within ten years");
    default:
        return mem_dup("there is no such ticket");
    }
}

static char *set_state(const struct app_ticket_change *c, const char *value)
{
    static const enum ticket_state WANTED[] = {TICKET_OPEN, TICKET_PENDING, TICKET_SOLVED,
                                               TICKET_CLOSED};

    for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        if (text_equal(value, listing_state(WANTED[i]))) {
            return complaint_dup(
                c, desk_ticket_state(c->app->desk, clock_utc_ms(), c->who, c->number, WANTED[i]));
        }
    }
    return mem_dup("is open, pending, solved or closed");
}

/* By the clock of its department. */
static const struct calendar *clock_of(const struct app_ticket_change *c)
{
    const struct config *config = c->app->config;
    const struct ticket_record *t = desk_ticket(c->app->desk, c->number);

    for (size_t i = 0; t != NULL && i < config->department_count; i++) {
        const struct config_department *p = &config->departments[i];
        if (text_equal(p->id, t->department) && p->hours != NULL) {
            return p->hours;
        }
    }
    return config->days;
}

static char *set_due(const struct app_ticket_change *c, const char *value)
{
    time_ms due = 0;

    if (!text_equal(value, "never") && !period_moment(value, clock_of(c), &due)) {
        return mem_dup("is a day like 2026-12-01, or with a time: \"2026-12-01 09:30\", or never");
    }
    return complaint_dup(c, desk_ticket_due(c->app->desk, clock_utc_ms(), c->who, c->number, due));
}

static char *set_owner(const struct app_ticket_change *c, const char *value)
{
    char *owner =
        text_equal(value, "-") ? mem_dup("") : administration_id_dup(SETTING_AGENT, value);
    char *complaint = complaint_dup(
        c, desk_ticket_assign(c->app->desk, clock_utc_ms(), c->who, c->number, owner));

    free(owner);
    return complaint;
}

static char *set_subject(const struct app_ticket_change *c, const char *value)
{
    char *subject = text_equal(value, "-") ? mem_dup("") : text_name_dup(value, strlen(value));
    char *complaint = complaint_dup(
        c, desk_ticket_subject(c->app->desk, clock_utc_ms(), c->who, c->number, subject));

    free(subject);
    return complaint;
}

/* ---- own fields ---- */

static char *own_complaint_dup(const struct app_ticket_change *c, enum desk_result result,
                               const char *field)
{
    switch (result) {
    case DESK_CLOSED:
        return mem_dup("the fields are state, due, owner, subject and those of its department "
                       "(departments[].fields)");
    case DESK_FORM:
        return mem_print("\"%s\" has another type or pattern (departments[].fields)", field);
    case DESK_FULL:
        return mem_print("has at most %d bytes", (int)OWN_VALUE_BYTES);
    case DESK_MISSING:
        return mem_dup("must be there as long as the ticket is solved");
    default:
        return complaint_dup(c, result);
    }
}

static char *set_own(const struct app_ticket_change *c, const char *field, const char *value)
{
    char *line = text_equal(value, "-") ? mem_dup("") : text_name_dup(value, strlen(value) + 1);
    const struct chat_record chat = {.number = c->number, .department = "", .owner = ""};
    enum desk_result done = desk_set_own(c->app->desk, clock_utc_ms(), c->who, &chat, field, line);

    free(line);
    return own_complaint_dup(c, done, field);
}

/* ---- what stands there ---- */

static char *value_dup(const struct ticket_record *t, const char *field)
{
    char date[CLOCK_STAMP_SIZE] = "";

    if (t == NULL) {
        return mem_dup("");
    }
    if (text_equal(field, "due") && t->due != 0) {
        clock_stamp(t->due, date);
    }
    return mem_dup(text_equal(field, "state")   ? listing_state(t->state)
                   : text_equal(field, "owner") ? t->owner
                   : text_equal(field, "due")   ? date
                                                : t->subject);
}

static const struct {
    const char *name;
    char *(*set)(const struct app_ticket_change *c, const char *value);
    bool is_of_people; /* its values may name them: they stand in the ticket's record alone, which
                          can be erased */
} SETTERS[] = {{"state", set_state, false},
               {"due", set_due, false},
               {"owner", set_owner, false},
               {"subject", set_subject, true}};

enum { SETTER_COUNT = sizeof SETTERS / sizeof *SETTERS };

static size_t setter_of(const char *name)
{
    size_t at = 0;

    while (at < SETTER_COUNT && !text_equal(SETTERS[at].name, name)) {
        at++;
    }
    return at;
}

/* ---- changing ---- */

static void audit(const struct app_ticket_change *c, const char *field, const char *before,
                  const char *after)
{
    char *what = mem_print("ticket %lld %s", (long long)c->number, field);
    size_t at = setter_of(field);
    bool is_of_people = at == SETTER_COUNT || SETTERS[at].is_of_people;

    storage_put_audit(c->app->storage, &(struct audit_record){.at = clock_utc_ms(),
                                                              .who = c->who,
                                                              .what = what,
                                                              .before = is_of_people ? "" : before,
                                                              .after = is_of_people ? "" : after});
    free(what);
}

static void change_field(struct app_ticket_change *c, const char *name, const char *value)
{
    struct desk *desk = c->app->desk;
    size_t at = setter_of(name);
    char *before = at < SETTER_COUNT ? value_dup(desk_ticket(desk, c->number), name)
                                     : mem_dup(desk_own(desk, c->number, name));

    desk_operate(desk, c->who);
    char *complaint = at < SETTER_COUNT ? SETTERS[at].set(c, value) : set_own(c, name, value);
    desk_operate(desk, NULL);
    char *after = at < SETTER_COUNT ? value_dup(desk_ticket(desk, c->number), name)
                                    : mem_dup(desk_own(desk, c->number, name));
    if (complaint != NULL) {
        buf_printf(&c->answer, "%s: %s\n", name, complaint);
        c->code = COMMAND_MISCONFIGURED;
    } else if (strcmp(before, after) == 0) {
        buf_printf(&c->answer, "%s is so already\n", name);
    } else {
        audit(c, name, before, after);
        buf_printf(&c->answer, "%s: %s\n", name, after[0] != '\0' ? after : "-");
    }
    free(after);
    free(complaint);
    free(before);
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct app_ticket_change *c = ctx;
    const struct post *post = router_post(c->app->router);

    desk_load_ticket(c->app->desk, c->number, answer->ticket);
    desk_load_own(c->app->desk, c->number, &answer->own);
    if (desk_ticket(c->app->desk, c->number) == NULL) {
        buf_printf(&c->answer, "there is no ticket %lld", (long long)c->number);
        c->code = COMMAND_MISCONFIGURED;
    } else if (storage_is_refusing(c->app->storage)) {
        buf_add_text(&c->answer, "nothing can be stored right now");
        c->code = COMMAND_FAILED;
    }
    /* What comes behind a field that does not fit is not tried. */
    for (size_t i = 0; i < c->field_count && c->code == COMMAND_DONE; i++) {
        change_field(c, c->fields[i].name, c->fields[i].value);
    }
    post->after(post->ctx, finish, c);
}

/* ---- reading the question ---- */

/* "1042", then a line for each "state=solved". NULL, or what is wrong (static). */
static const char *read_text(struct app_ticket_change *c)
{
    char *line = strchr(c->text, '\n');
    size_t len = line != NULL ? (size_t)(line - c->text) : 0;

    if (len == 0 || len > DIGITS || strspn(c->text, "0123456789") != len) {
        return "the number of a ticket is wanted, and a field";
    }
    c->number = strtoll(c->text, NULL, 10);
    while (line != NULL) {
        char *field = line + 1;
        char *sign = strchr(field, '=');
        line = strchr(field, '\n');
        if (line != NULL) {
            *line = '\0';
        }
        if (sign == NULL || (line != NULL && sign > line)) {
            return "it goes like this: FIELD=VALUE";
        }
        *sign = '\0';
        if (c->field_count == FIELDS_MAX) {
            return "these are too many fields";
        }
        c->fields[c->field_count].name = field;
        c->fields[c->field_count++].value = sign + 1;
    }
    return NULL;
}

void app_change_ticket(struct app *app, struct control_question *question, const char *argument)
{
    if (app->ticket_change != NULL) {
        control_refuse(question, "another change is being stored; try again in a moment");
        return;
    }
    struct app_ticket_change *c = mem_alloc(sizeof *c);
    c->app = app;
    c->question = question;
    c->who = mem_print("tresen subcommand, uid %u", control_user(question));
    c->text = mem_dup(argument);
    buf_init(&c->answer, ANSWER_BYTES);
    const char *wrong = read_text(c);
    if (wrong != NULL) {
        app_answer(question, wrong, COMMAND_MISCONFIGURED);
        app_ticket_change_destroy(c);
        return;
    }
    app->ticket_change = c;
    desk_await_ticket(app->desk, c->number);
    storage_ticket(app->storage, c->number, on_ticket, c);
}
