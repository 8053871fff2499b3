#include "agents/administering.h"

static bool routing(const struct command_call *c, size_t at, struct command_choice *out)
{
    static const char *const WORDS[] = {"all", "round_robin", "least_busy", "last_agent"};

    (void)c;
    return administering_word(WORDS, sizeof WORDS / sizeof *WORDS, at, out);
}

static bool asked(const struct command_call *c, size_t at, struct command_choice *out)
{
    static const char *const WORDS[] = {"off", "optional", "required"};

    (void)c;
    return administering_word(WORDS, sizeof WORDS / sizeof *WORDS, at, out);
}

static bool check(struct command_call *c)
{
    return administering_check(c, SETTING_DEPARTMENT, 2);
}

static void run(struct command_call *c)
{
    administering_run(c, SETTING_DEPARTMENT);
}

const struct command command_department = {
    .word = "department",
    .alias = "abteilung",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_ADMINISTRATOR),
    .usage = N_("add|change|remove ID [agents=A,B] [name=NAME] [calendar=HOURS] ..."),
    .help = N_("add, change or remove a department"),
    .named = 2,
    .fields = {{.name = "act",
                .label = N_("What is to be done"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = administering_act},
               {.name = "id",
                .label = N_("Id: small letters, digits and hyphens"),
                .kind = FIELD_WORD,
                .required = true},
               {.name = "agents", .label = N_("XMPP addresses of its agents"), .kind = FIELD_LINES},
               {.name = "name", .label = N_("Name, shown to visitors"), .kind = FIELD_LINE},
               {.name = "calendar", .label = N_("Its hours, by their id"), .kind = FIELD_WORD},
               {.name = "routing",
                .label = N_("To whom a chat is offered"),
                .kind = FIELD_CHOICE,
                .choice = routing},
               {.name = "capacity", .label = N_("Chats at once"), .kind = FIELD_WORD},
               {.name = "max_queue", .label = N_("Chats that may wait"), .kind = FIELD_WORD},
               {.name = "call_absent_after_s",
                .label = N_("Seconds after which absent agents are told"),
                .kind = FIELD_WORD},
               {.name = "form.name",
                .label = N_("Visitors are asked for a name"),
                .kind = FIELD_CHOICE,
                .choice = asked},
               {.name = "form.email",
                .label = N_("Visitors are asked for an e-mail address"),
                .kind = FIELD_CHOICE,
                .choice = asked}},
    .check = check,
    .run = run,
};
