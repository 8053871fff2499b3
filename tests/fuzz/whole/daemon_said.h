/* daemon_said.h - what the daemon said last, and scripts that name it (daemon.h: %c, %t, …). */
#pragma once

#include "xml/element.h"

enum { SAID_BYTES = 256, SAID_QUESTIONS = 32 };

struct said {
    char contact[SAID_BYTES];
    char token[SAID_BYTES];
    char entry[SAID_BYTES];
    char message[SAID_BYTES];
    char upload[SAID_BYTES];
    char file[SAID_BYTES];
    char api[SAID_BYTES]; /* where the stand-in for other servers is */
    struct {
        char id[SAID_BYTES];
        char whom[SAID_BYTES];
    } questions[SAID_QUESTIONS];
    size_t question_count;
};

/* Aborts if nobody may be sent that. stream: the address of the stream that it leaves by, NULL: the
 * link. */
void said_learn(struct said *s, const struct element *e, const char *stream);
/* free() it. */
char *said_fill_dup(const struct said *s, const char *line);
