#include "agents/administering.h"

static bool language(const struct command_call *c, size_t at, struct command_choice *out)
{
    static const char *const WORDS[] = {"default", "en", "de"};

    (void)c;
    return administering_word(WORDS, sizeof WORDS / sizeof *WORDS, at, out);
}

static bool duty(const struct command_call *c, size_t at, struct command_choice *out)
{
    static const char *const WORDS[] = {"default", "presence", "explicit"};

    (void)c;
    return administering_word(WORDS, sizeof WORDS / sizeof *WORDS, at, out);
}

static bool contacts(const struct command_call *c, size_t at, struct command_choice *out)
{
    static const char *const WORDS[] = {"same", "auto", "visitor", "slots"};

    (void)c;
    return administering_word(WORDS, sizeof WORDS / sizeof *WORDS, at, out);
}

static bool check(struct command_call *c)
{
    return administering_check(c, SETTING_AGENT, 2);
}

static void run(struct command_call *c)
{
    administering_run(c, SETTING_AGENT);
}

const struct command command_agent = {
    .word = "agent",
    .alias = "mitarbeiter",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_ADMINISTRATOR),
    .usage = N_("add|change|remove ADDRESS [departments=A,B] [name=NAME] [capacity=NUMBER] ..."),
    .help = N_("add, change or remove an agent"),
    .named = 2,
    .fields =
        {{.name = "act",
          .label = N_("What is to be done"),
          .kind = FIELD_CHOICE,
          .required = true,
          .choice = administering_act},
         {.name = "jid", .label = N_("XMPP address"), .kind = FIELD_WORD, .required = true},
         {.name = "departments",
          .label = N_("Departments"),
          .kind = FIELD_CHOICES,
          .choice = administering_department},
         {.name = "name", .label = N_("Name, shown to visitors"), .kind = FIELD_LINE},
         {.name = "capacity", .label = N_("Chats at once"), .kind = FIELD_WORD},
         {.name = "language", .label = N_("Language"), .kind = FIELD_CHOICE, .choice = language},
         {.name = "level", .label = N_("Level of support, 1 to 3"), .kind = FIELD_WORD},
         {.name = "skills", .label = N_("Skills"), .kind = FIELD_LINES},
         {.name = "languages", .label = N_("Languages spoken with visitors"), .kind = FIELD_LINES},
         {.name = "duty", .label = N_("Duty"), .kind = FIELD_CHOICE, .choice = duty},
         {.name = "contacts", .label = N_("Contacts"), .kind = FIELD_CHOICE, .choice = contacts}},
    .check = check,
    .run = run,
};
