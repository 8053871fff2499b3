/* tresen reload: the running daemon reads its configuration again. */
#include "command.h"
#include "config.h"
#include "control.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { RELOAD_TIMEOUT_S = 30 };

/* The daemon's answer: the file that it read, and what it did not like. */
static int report(const char *text)
{
    json_t *answer = json_loads(text, 0, NULL);
    const char *file = json_string_value(json_object_get(answer, "file"));
    const char *complaint = json_string_value(json_object_get(answer, "complaint"));
    int code = COMMAND_FAILED;

    if (file == NULL || complaint == NULL) {
        fprintf(stderr, "tresen: the daemon's answer cannot be understood\n");
    } else if (complaint[0] != '\0') {
        fprintf(stderr, "%s\n", complaint);
        code = COMMAND_MISCONFIGURED;
    } else {
        printf("%s is in force\n", file);
        code = COMMAND_DONE;
    }
    json_decref(answer);
    return code;
}

/* The file is valid as it stands here: main.c has read it, to find the daemon. */
int command_reload(const struct config *config, const struct command_line *line)
{
    char *text = NULL;
    int code = COMMAND_FAILED;

    (void)line;
    switch (control_ask(config->control, "reload", "", RELOAD_TIMEOUT_S, &text)) {
    case CONTROL_ANSWERED:
        code = report(text);
        break;
    case CONTROL_REFUSED:
        fprintf(stderr, "tresen: %s\n", text);
        break;
    case CONTROL_NOBODY:
        fprintf(stderr, "tresen: no daemon answers on %s\n", config->control);
        break;
    }
    free(text);
    return code;
}
