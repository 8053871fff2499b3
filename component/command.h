/* command.h - the subcommands of tresen: what main.c reads from the command line, and the exit
 * codes. */
#pragma once

#include "report/phrase.h"

#include <stdbool.h>
#include <stdio.h>

struct config;

/* 65 is EX_DATAERR: a person must act; 75 is EX_TEMPFAIL: a supervisor may try again later. */
enum {
    COMMAND_DONE = 0,
    COMMAND_FAILED = 1,
    COMMAND_MISCONFIGURED = 2,
    COMMAND_DAMAGED = 65,
    COMMAND_LOCKED = 75
};

struct command_line {
    const char *config_file;
    const char *operand; /* FILE of backup and restore, or NULL */
    char *const *words;  /* behind the subcommand */
    int word_count;
    const char *roster_trial; /* JID, or NULL */
    bool json;
    bool watch; /* status: again and again */
    bool force;
    bool yes;    /* erase: not only what would be erased */
    bool ends;   /* erase: an open chat is closed */
    bool manual; /* config-reference as a man page */
    /* report and tickets; NULL: not given */
    const char *language;
    const char *from, *to;
    const char *department;
    const char *owner;
    const char *state;
    const char *limit;
    bool csv;
    bool html;
    bool is_public; /* records without notes */
};

/* Each prints what it has to say and returns an exit code. config is NULL for those that need none.
 */
int command_check(const struct config *config, const struct command_line *line);   /* check.c */
int command_reload(const struct config *config, const struct command_line *line);  /* reload.c */
int command_status(const struct config *config, const struct command_line *line);  /* status.c */
int command_backup(const struct config *config, const struct command_line *line);  /* backup.c */
int command_restore(const struct config *config, const struct command_line *line); /* restore.c */
/* administer.c */
int command_administer_agent(const struct config *config, const struct command_line *line);
int command_administer_department(const struct config *config, const struct command_line *line);
int command_administer_hours(const struct config *config, const struct command_line *line);
int command_administer_canned(const struct config *config, const struct command_line *line);
/* erase.c */
int command_erase_person(const struct config *config, const struct command_line *line);
int command_export_person(const struct config *config, const struct command_line *line);
int command_read_audit(const struct config *config, const struct command_line *line);
int command_read_report(const struct config *config,
                        const struct command_line *line); /* report.c */
int command_read_tickets(const struct config *config,
                         const struct command_line *line); /* tickets.c */

/* ---- what several of them need: command.c ---- */

/* Asks the daemon, which answers in words and with an exit code; prints the words. False: nobody
 * answers there. */
bool command_ask_daemon(const struct config *config, const char *command, const char *argument,
                        int *code);
/* Lines without what terminals obey. */
void command_print_lines(const char *text, FILE *out);

/* At most one of --json, --csv, --html, and a language that there is; else it has been said. */
bool command_is_plain(const struct command_line *line);
/* --language, or that of the configuration. */
enum phrase_language command_language(const struct config *config, const struct command_line *line);
