/* commands.h - what agents can do: one table, one file a command, each in two ways.
 *
 * As text, "!word arguments" under a contact (commands.c), or as a form, an ad-hoc command
 * (XEP-0050) at the same address (adhoc.c). Both ways fill the same fields, pass the same checks
 * (place, role, what is required, choices, lengths: call.c) and run the same function; its answer
 * goes back the way that the command came. "!!" sends a line that starts with the prefix.
 *
 * A new command is a file in commands/ with one struct command, a row of COMMANDS in commands.c,
 * a row in docs/AGENTS.md and a scenario that plays it both ways. */
#pragma once

#include "agents/agents_state.h"
#include "agents/language.h"

struct command_call;

/* Under whose contact it can be given. */
enum command_place {
    AT_VISITOR = 1,
    AT_DEPARTMENT = 2,
    AT_SERVICE = 4, /* the domain itself */
    AT_TICKET =
        8, /* ticket_lines.h: whether there is one, and for whom, is known when it is read */
};

#define ROLE_BIT(role) (1U << (role))
#define BY_AGENTS ROLE_BIT(ROLE_AGENT)
#define BY_ANYBODY                                                                                 \
    (ROLE_BIT(ROLE_AGENT) | ROLE_BIT(ROLE_DISPATCHER) | ROLE_BIT(ROLE_SUPERVISOR) |                \
     ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_DATA_PROTECTION))

enum { COMMAND_FIELDS = 14, COMMAND_WORD_BYTES = 256 };

/* As text, a word each; the last field, a LINE or LINES takes the rest. */
enum command_kind {
    FIELD_WORD,    /* without blanks */
    FIELD_ADDRESS, /* the same, of the web: as long as a line */
    FIELD_LINE,    /* one line */
    FIELD_LINES,   /* several */
    FIELD_CHOICE,  /* one of choices, by its value or, as text, its label */
    FIELD_CHOICES  /* several, a line each; as text with commas between */
};

struct command_choice {
    const char *value;
    const char *label; /* in the reader's language */
};

struct command_field {
    const char *name;  /* var of the form */
    const char *label; /* N_() */
    enum command_kind kind;
    bool required;
    /* FIELD_CHOICE, FIELD_CHOICES: false behind the last. What it points to is borrowed until the
     * next. */
    bool (*choice)(const struct command_call *c, size_t at, struct command_choice *out);
    /* What the form shows before it is filled; NULL: nothing. free() it. */
    char *(*current_dup)(const struct command_call *c);
};

struct command {
    const char *word;      /* English, also the node of the form */
    const char *alias;     /* German */
    unsigned places;       /* of enum command_place */
    unsigned roles;        /* ROLE_BIT of each that may give it */
    unsigned ticket_roles; /* besides, at a ticket's address */
    bool only_reads;       /* works while nothing can be stored */
    const char *usage;     /* N_(): what follows the word, "WHO [COMMENT]"; NULL: nothing */
    const char *help;      /* N_(): one line, small letter, no full stop */
    struct command_field fields[COMMAND_FIELDS]; /* ends with one without name */
    /* As text, fields from this one on are typed as name=value, in any order (named.h). 0: none. */
    size_t named;
    /* What was typed, in the order of the fields; free() it. NULL: it is in that order. */
    char *(*typed_dup)(const struct command_call *c, const char *arguments);
    /* What no field can tell alone. False: said why, and the form comes again. NULL: nothing. */
    bool (*check)(struct command_call *c);
    void (*run)(struct command_call *c);
    /* What its form has besides its fields, where only the place knows: what it needs is read first
     * (command_defer), then it is written. NULL: nothing. */
    void (*ask)(struct command_call *c);
    void (*write)(const struct command_call *c, struct writer *w);
};

/* Ends with NULL; in the order of the help. */
const struct command *const *commands_table(void);
/* Has that person a role for it there? */
bool commands_may(const struct agents *a, const struct command *c, const char *jid,
                  enum command_place place);
/* By word or alias, in any case; NULL: unknown. */
const struct command *commands_find(const char *word, size_t len);
/* What kind of address that is for that person. False: there is nobody, or not for them. */
bool commands_place(const struct agents *a, const char *jid, const char *local,
                    enum command_place *out);
/* "!word": a letter behind the prefix, so that "!" alone or "!!" are lines. */
bool commands_is_one(const struct agents *a, const char *line);
/* As typed: its place, role and fields are looked at, then it runs. It answers in any case. */
void commands_start(struct command_call *c, const char *arguments);

/* adhoc.c: an iq that has to do with commands (execute, or disco of their nodes). */
bool adhoc_answer(struct agents *a, const struct stanza *s);
