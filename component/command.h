/* command.h - the subcommands of tresen: what main.c reads from the command line, and the exit
 * codes. */
#pragma once

#include <stdbool.h>

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
    bool force;
    bool manual; /* config-reference as a man page */
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
int command_read_audit(const struct config *config, const struct command_line *line);
