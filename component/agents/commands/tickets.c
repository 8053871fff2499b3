/* Lists of tickets: of a name, by what is asked besides, or as somebody has saved them. */
#include "agents/tickets.h"
#include "agents/listing.h"
#include "agents/words.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_tickets.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { UNFINISHED = 1 << TICKET_NEW | 1 << TICKET_OPEN | 1 << TICKET_PENDING };
enum whose { WHOEVER, MINE, NOBODYS };

static const struct {
    const char *word;
    const char *label;
    unsigned states; /* 0: any */
    enum whose whose;
    bool is_overdue;
} VIEWS[] = {
    {"mine", N_("mine"), UNFINISHED, MINE, false},
    {"unowned", N_("unowned"), UNFINISHED, NOBODYS, false},
    {"unfinished", N_("unfinished"), UNFINISHED, WHOEVER, false},
    {"overdue", N_("overdue"), 0, WHOEVER, true},
    {"new", N_("new"), 1 << TICKET_NEW, WHOEVER, false},
    {"open", N_("open"), 1 << TICKET_OPEN, WHOEVER, false},
    {"pending", N_("pending"), 1 << TICKET_PENDING, WHOEVER, false},
    {"solved", N_("solved"), 1 << TICKET_SOLVED, WHOEVER, false},
    {"closed", N_("closed"), 1 << TICKET_CLOSED, WHOEVER, false},
    {"all", N_("all"), 0, WHOEVER, false},
};
enum { VIEW_COUNT = sizeof VIEWS / sizeof *VIEWS };

/* The form's values, in the order of enum chat_priority, which begins at 1. */
static const char *const PRIORITIES[] = {"low", "normal", "high", "urgent"};
enum { PRIORITY_COUNT = sizeof PRIORITIES / sizeof *PRIORITIES };

/* ---- choices ---- */

static bool view(const struct command_call *c, size_t at, struct command_choice *out)
{
    const struct saved_record *saved;

    if (at < VIEW_COUNT) {
        *out = (struct command_choice){VIEWS[at].word, language_text(c->language, VIEWS[at].label)};
        return true;
    }
    saved = desk_saved(c->agents->desk, c->agent, at - VIEW_COUNT);
    if (saved != NULL) {
        *out = (struct command_choice){saved->name, saved->name};
    }
    return saved != NULL;
}

static bool department(const struct command_call *c, size_t at, struct command_choice *out)
{
    struct department_view p;

    if (at >= desk_department_count(c->agents->desk) ||
        !desk_department(c->agents->desk, desk_department_id(c->agents->desk, at), &p)) {
        return false;
    }
    *out = (struct command_choice){p.id, p.name};
    return true;
}

static bool priority(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (at >= PRIORITY_COUNT) {
        return false;
    }
    *out = (struct command_choice){
        PRIORITIES[at], agent_words_priority(c->language, (enum chat_priority)(PRIORITY_LOW + at))};
    return true;
}

/* 0: none. */
static enum chat_priority priority_of(const char *word)
{
    for (size_t at = 0; at < PRIORITY_COUNT; at++) {
        if (text_equal(PRIORITIES[at], word)) {
            return (enum chat_priority)(PRIORITY_LOW + at);
        }
    }
    return 0;
}

/* ---- as typed ---- */

/* The word in front of a name, in either language; behind it, or NULL. */
static const char *behind(const char *at, const char *english, const char *german)
{
    const char *words[] = {english, german};

    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(words[i]);
        if (strncasecmp(at, words[i], len) == 0 && strchr(" \t\n", at[len]) != NULL) {
            return at + len + strspn(at + len, " \t\n");
        }
    }
    return NULL;
}

/* "drop NAME" is the field of that name, which stands behind; what begins with a field is of all
 * tickets. */
static char *list_dup(const char *arguments)
{
    const char *at = arguments + strspn(arguments, " \t\n");
    const char *dropped = behind(at, "drop", "vergessen");
    size_t first = strcspn(at, " \t\n");

    if (dropped != NULL && *dropped != '\0') {
        return mem_print("all drop=%s", dropped);
    }
    if (first > 0 && memchr(at, '=', first) != NULL) {
        return mem_print("all %s", at);
    }
    return mem_dup(at);
}

/* "save NAME VIEW ...", once. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    const char *at = arguments + strspn(arguments, " \t\n");
    const char *name = behind(at, "save", "merken");

    (void)c;
    if (name == NULL || *name == '\0') {
        return list_dup(at);
    }
    size_t len = strcspn(name, " \t\n");
    char *list = list_dup(name + len);
    char *typed = mem_print("%s save=%.*s", list, (int)len, name);
    free(list);
    return typed;
}

/* ---- what is asked for ---- */

static const char *view_of(const struct command_call *c)
{
    const char *word = command_value(c, "view");

    return word[0] != '\0'                            ? word
           : desk_is_agent(c->agents->desk, c->agent) ? "mine"
                                                      : "unfinished";
}

static char *view_dup(const struct command_call *c)
{
    return mem_dup(view_of(c));
}

/* What is typed for this list; free() it. */
static char *words_dup(const struct command_call *c)
{
    static const char *const FIELDS[] = {"department", "tag", "priority"};
    struct buf words;

    buf_init(&words, 4096);
    buf_add_text(&words, view_of(c));
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
        const char *value = command_value(c, FIELDS[i]);
        if (value[0] != '\0') {
            buf_printf(&words, " %s=%s", FIELDS[i], value);
        }
    }
    return buf_detach(&words);
}

static void list(struct command_call *c, const char *head)
{
    const char *words = view_of(c);
    const char *tag = command_value(c, "tag");
    const char *in = command_value(c, "department");
    size_t at = 0;

    while (!text_equal(VIEWS[at].word, words)) {
        at++; /* it is one of them: resolve */
    }
    const struct ticket_query q = {
        .owner = VIEWS[at].whose == MINE      ? c->agent
                 : VIEWS[at].whose == NOBODYS ? ""
                                              : NULL,
        .department = in[0] != '\0' ? in : NULL,
        .states = VIEWS[at].states,
        .due_before = VIEWS[at].is_overdue ? clock_utc_ms() : 0,
        .tag = tag[0] != '\0' ? tag : NULL,
        .priority = priority_of(command_value(c, "priority")),
        .before = tickets_number(command_value(c, "before")),
    };
    listing_start(c, &q, head, "");
}

/* A saved list is its words. False: they do not fit any more; said why. */
static bool resolve(struct command_call *c)
{
    const char *words = desk_saved_words(c->agents->desk, c->agent, view_of(c));

    if (words == NULL) {
        return true;
    }
    char *kept = mem_dup(words);
    char *before = mem_dup(command_value(c, "before"));
    bool good = call_fill_text(c, kept);
    command_put(c, "before", before);
    free(before);
    free(kept);
    return good;
}

static void say_saved(struct command_call *c, enum desk_result result, const char *name)
{
    switch (result) {
    case DESK_OK:
        command_say(c, N_("This list is saved: %ctickets %s"), c->agents->config.command_prefix,
                    name);
        break;
    case DESK_FULL:
        command_fail(c, N_("At most %d lists are saved, of %d bytes each."), DESK_SAVED,
                     DESK_SAVED_BYTES);
        break;
    default:
        command_fail(c, N_("A name has small letters from a to z, digits and hyphens."));
    }
}

static void save(struct command_call *c, const char *name)
{
    for (size_t i = 0; i < VIEW_COUNT; i++) {
        if (strcasecmp(VIEWS[i].word, name) == 0) {
            command_fail(c, N_("A list of this name is there for everybody."));
            return;
        }
    }
    char *words = words_dup(c);
    say_saved(c, desk_saved_put(c->agents->desk, clock_utc_ms(), c->agent, name, words), name);
    free(words);
}

static void drop(struct command_call *c, const char *name)
{
    if (desk_saved_drop(c->agents->desk, clock_utc_ms(), c->agent, name) == DESK_OK) {
        command_say(c, N_("This list is not saved any more."));
    } else {
        command_fail(c, N_("You have saved no list of this name."));
    }
}

static void run(struct command_call *c)
{
    const char *name = command_value(c, "save");
    const char *dropped = command_value(c, "drop");
    const char *before = command_value(c, "before");

    if ((name[0] != '\0' || dropped[0] != '\0') && storage_is_refusing(c->agents->storage)) {
        command_fail(c, N_("Nothing can be kept right now. Nothing was done."));
    } else if (strspn(before, "0123456789") != strlen(before)) {
        command_fail(c, N_("\"%s\" is no number of a ticket."), before);
    } else if (dropped[0] != '\0') {
        drop(c, dropped);
    } else {
        char *saved = mem_dup(name); /* a saved list's words know nothing of it */
        if (resolve(c)) {
            char *words = words_dup(c);
            char *head = mem_print("%s %s", c->command->word, words);
            if (saved[0] != '\0') {
                save(c, saved);
            } else {
                list(c, head);
            }
            free(head);
            free(words);
        }
        free(saved);
    }
}

const struct command command_tickets = {
    .word = "tickets",
    .alias = "liste",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_DISPATCHER) | ROLE_BIT(ROLE_SUPERVISOR) |
             ROLE_BIT(ROLE_DATA_PROTECTION),
    .only_reads = true,
    .usage = N_("[save NAME|drop NAME] [LIST] [department=ID] [tag=TAG] [priority=PRIORITY]"),
    .help = N_("a list of tickets, the latest first: mine, unowned, overdue, open ..."),
    .named = 1,
    .fields =
        {{.name = "view",
          .label = N_("List"),
          .kind = FIELD_CHOICE,
          .choice = view,
          .current_dup = view_dup},
         {.name = "department",
          .label = N_("Department"),
          .kind = FIELD_CHOICE,
          .choice = department},
         {.name = "tag", .label = N_("Tag"), .kind = FIELD_WORD},
         {.name = "priority", .label = N_("Priority"), .kind = FIELD_CHOICE, .choice = priority},
         {.name = "before", .label = N_("Before the ticket number"), .kind = FIELD_WORD},
         {.name = "save", .label = N_("Save it under this name"), .kind = FIELD_WORD},
         {.name = "drop", .label = N_("Forget the saved list of this name"), .kind = FIELD_WORD}},
    .typed_dup = typed_dup,
    .run = run,
};
