#include "command.h"

#include "base/text.h"
#include "config.h"
#include "control.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_TIMEOUT_S = 30 };

bool command_is_plain(const struct command_line *line)
{
    if (line->json + line->csv + line->html > 1) {
        fprintf(stderr, "tresen: only one of --json, --csv and --html is possible\n");
        return false;
    }
    if (line->language != NULL && !text_equal(line->language, "en") &&
        !text_equal(line->language, "de")) {
        fprintf(stderr, "tresen: --language is en or de\n");
        return false;
    }
    return true;
}

enum phrase_language command_language(const struct config *config, const struct command_line *line)
{
    bool german = line->language != NULL ? text_equal(line->language, "de")
                                         : config->language == CONFIG_LANGUAGE_DE;

    return german ? PHRASE_DE : PHRASE_EN;
}

void command_print_lines(const char *text, FILE *out)
{
    size_t len = strlen(text);

    /* Names come from people, and terminals obey control characters. */
    for (const char *at = text; *at != '\0'; at++) {
        fputc(((unsigned char)*at < ' ' && *at != '\n') || *at == 127 ? '?' : *at, out);
    }
    if (len > 0 && text[len - 1] != '\n') {
        fputc('\n', out);
    }
}

static int report(const char *json)
{
    json_t *answer = json_loads(json, 0, NULL);
    const char *text = json_string_value(json_object_get(answer, "text"));
    int code = (int)json_integer_value(json_object_get(answer, "code"));

    if (text == NULL) {
        fprintf(stderr, "tresen: the daemon's answer cannot be understood\n");
        code = COMMAND_FAILED;
    } else {
        command_print_lines(text, code == COMMAND_DONE ? stdout : stderr);
    }
    json_decref(answer);
    return code;
}

bool command_ask_daemon(const struct config *config, const char *command, const char *argument,
                        int *code)
{
    char *text = NULL;
    enum control_outcome outcome =
        control_ask(config->control, command, argument, ANSWER_TIMEOUT_S, &text);

    if (outcome == CONTROL_ANSWERED) {
        *code = report(text);
    } else if (outcome == CONTROL_REFUSED) {
        fprintf(stderr, "tresen: %s\n", text);
        *code = COMMAND_FAILED;
    }
    free(text);
    return outcome != CONTROL_NOBODY;
}
