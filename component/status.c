/* tresen status: what the daemon says of itself, for people or as JSON, once or again and again. */
#include "status.h"

#include "command.h"
#include "config.h"
#include "control.h"

#include <stdio.h>
#include <stdlib.h>

enum { STATUS_TIMEOUT_S = 10 };

static void print_status(const char *text, bool json)
{
    json_t *status = json ? NULL : json_loads(text, 0, NULL);

    if (status == NULL) {
        printf("%s\n", text);
    } else {
        char *page = status_page_print(status);
        fputs(page, stdout);
        free(page);
    }
    json_decref(status);
}

int command_status(const struct config *config, const struct command_line *line)
{
    char *text = NULL;

    if (line->watch) {
        return status_watch(config, line->json);
    }
    enum control_outcome outcome =
        control_ask(config->control, "status", "", STATUS_TIMEOUT_S, &text);
    if (outcome != CONTROL_ANSWERED) {
        fprintf(stderr, "tresen: %s%s\n", outcome == CONTROL_NOBODY ? "no daemon answers on " : "",
                outcome == CONTROL_NOBODY ? config->control : text);
        free(text);
        return COMMAND_FAILED;
    }
    print_status(text, line->json);
    free(text);
    return COMMAND_DONE;
}
