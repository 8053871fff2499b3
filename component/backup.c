/* tresen backup FILE: through the daemon while it runs, by ourselves while it does not. */
#include "base/mem.h"
#include "command.h"
#include "config.h"
#include "control.h"
#include "storage/storage.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKUP_TIMEOUT_S = 3600 };

struct outcome {
    bool done;
    char *error;
};

static void on_commit(void *ctx, uint64_t batch)
{
    (void)ctx;
    (void)batch;
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

static void on_backup(void *ctx, const char *error)
{
    struct outcome *outcome = ctx;
    outcome->done = true;
    outcome->error = error[0] != '\0' ? mem_dup(error) : NULL;
}

/* NULL, or why not (free()). */
static char *backup_directly(const struct config *config, const char *path)
{
    const struct storage_calls calls = {.on_commit = on_commit, .on_refusing = on_refusing};
    struct outcome outcome = {0};
    char *error = NULL;
    struct storage *s = storage_open(config->storage, &calls, &error);
    if (s == NULL) {
        return error;
    }
    storage_backup(s, path, on_backup, &outcome);
    while (!outcome.done) {
        struct pollfd watch = {.fd = storage_fd(s), .events = POLLIN};
        if (poll(&watch, 1, BACKUP_TIMEOUT_S * 1000) <= 0) {
            outcome.done = true;
            outcome.error = mem_dup("storage does not answer");
        } else {
            storage_dispatch(s);
        }
    }
    storage_close(s);
    return outcome.error;
}

int command_backup(const struct config *config, const struct command_line *line)
{
    char *here = getcwd(NULL, 0);
    char *path = line->operand[0] == '/'
                     ? mem_dup(line->operand)
                     : mem_print("%s/%s", here != NULL ? here : "", line->operand);
    char *text = NULL;
    enum control_outcome outcome =
        control_ask(config->control, "backup", path, BACKUP_TIMEOUT_S, &text);
    if (outcome == CONTROL_ANSWERED) {
        free(text);
        text = NULL;
    } else if (outcome == CONTROL_NOBODY &&
               access(config->storage + strlen("sqlite:"), F_OK) != 0) {
        text = mem_print("there is no database at %s yet", config->storage + strlen("sqlite:"));
    } else if (outcome == CONTROL_NOBODY) {
        umask(077);
        text = backup_directly(config, path);
    }
    if (text != NULL) {
        fprintf(stderr, "tresen: no backup: %s\n", text);
    } else {
        printf("%s\n", path);
    }
    int code = text != NULL ? COMMAND_FAILED : COMMAND_DONE;
    free(text);
    free(path);
    free(here);
    return code;
}
