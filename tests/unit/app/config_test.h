/* config_test.h - for the tests of the configuration: parse a text, expect a complaint. */
#pragma once

#include "base/mem.h"
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Lines 1 to 7; tests append to it. */
#define BASE                                                                                       \
    "domain: support.localhost\n"                                                                  \
    "server: {secret: hidden}\n"                                                                   \
    "web: {origins: [\"http://127.0.0.1:8080\"]}\n"                                                \
    "storage: sqlite:tresen.db\n"                                                                  \
    "departments:\n"                                                                               \
    "  - {id: sales, agents: [agent@localhost]}\n"

static inline struct config *parse(const char *text, char **error)
{
    *error = NULL;
    return config_parse("/etc/tresen/t.yml", text, strlen(text), error);
}

static inline struct config *accept(const char *text)
{
    char *error;
    struct config *c = parse(text, &error);
    if (c == NULL) {
        fail_msg("refused: %s", error);
    }
    return c;
}

static inline void refuse(const char *text, const char *complaint)
{
    char *error;
    struct config *c = parse(text, &error);
    if (c != NULL) {
        config_destroy(c);
        fail_msg("accepted, instead of: %s", complaint);
    }
    if (strstr(error, complaint) == NULL) {
        fail_msg("said \"%s\" instead of \"%s\"", error, complaint);
    }
    free(error);
}
