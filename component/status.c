/* tresen status: what the daemon says of itself, for people or as JSON. */
#include "base/mem.h"
#include "command.h"
#include "config.h"
#include "control.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_TIMEOUT_S = 10 };

static void print_value(const json_t *value, int indent);

static void print_scalar(const json_t *value)
{
    char *text = json_is_string(value) ? mem_dup(json_string_value(value))
                                       : json_dumps(value, JSON_ENCODE_ANY);
    /* Names come from a file, but terminals obey control characters. */
    for (char *at = text; *at != '\0'; at++) {
        putchar((unsigned char)*at < ' ' || *at == 127 ? '?' : *at);
    }
    free(text);
}

static bool is_plain(const json_t *value)
{
    return !json_is_object(value) && !json_is_array(value);
}

/* One line for an object of plain values: "id=sales state=open waiting=0". */
static void print_line(const json_t *object)
{
    const char *key;
    json_t *value;
    const char *gap = "";
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        printf("%s%s=", gap, key);
        print_scalar(value);
        gap = " ";
    }
    putchar('\n');
}

static bool is_line(const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (!is_plain(value)) {
            return false;
        }
    }
    return json_is_object(object);
}

static void print_object(const json_t *object, int indent)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        printf("%*s%s:", indent, "", key);
        if (is_plain(value)) {
            putchar(' ');
            print_scalar(value);
            putchar('\n');
        } else if (indent > 0 && is_line(value)) {
            putchar(' ');
            print_line(value);
        } else {
            putchar('\n');
            print_value(value, indent + 2);
        }
    }
}

static void print_array(const json_t *array, int indent)
{
    size_t index;
    json_t *value;
    json_array_foreach(array, index, value)
    {
        if (is_line(value)) {
            printf("%*s", indent, "");
            print_line(value);
        } else {
            print_value(value, indent);
        }
    }
}

/* The daemon's own answer: its depth is ours. */
static void print_value(const json_t *value, int indent)
{
    if (json_is_object(value)) {
        print_object(value, indent);
    } else if (json_is_array(value)) {
        print_array(value, indent);
    } else {
        printf("%*s", indent, "");
        print_scalar(value);
        putchar('\n');
    }
}

int command_status(const struct config *config, const struct command_line *line)
{
    char *text = NULL;
    enum control_outcome outcome =
        control_ask(config->control, "status", "", STATUS_TIMEOUT_S, &text);
    if (outcome != CONTROL_ANSWERED) {
        fprintf(stderr, "tresen: %s%s\n", outcome == CONTROL_NOBODY ? "no daemon answers on " : "",
                outcome == CONTROL_NOBODY ? config->control : text);
        free(text);
        return COMMAND_FAILED;
    }
    json_error_t error;
    json_t *status = json_loads(text, JSON_DECODE_ANY, &error);
    if (line->json || status == NULL) {
        printf("%s\n", text);
    } else {
        print_value(status, 0);
    }
    json_decref(status);
    free(text);
    return COMMAND_DONE;
}
