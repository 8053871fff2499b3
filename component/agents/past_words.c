#include "agents/past_words.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define ARROW " -> "

static const struct pair {
    const char *stored;
    const char *shown;
} STATES[] = {{"none", N_("no ticket")},
              {"new", N_("new")},
              {"open", N_("being worked on")},
              {"pending", N_("pending")},
              {"solved", N_("solved")},
              {"closed", N_("closed")},
              {NULL, NULL}},
  PRIORITIES[] = {{"low", N_("low")},
                  {"normal", N_("normal")},
                  {"high", N_("high")},
                  {"urgent", N_("urgent")},
                  {NULL, NULL}},
  TARGETS[] = {{"first answer", N_("First answer")},
               {"next answer", N_("Next answer")},
               {"solution", N_("Solution")},
               {NULL, NULL}},
  RATINGS[] = {{"stars 1", N_("1 of 5")},          {"stars 2", N_("2 of 5")},
               {"stars 3", N_("3 of 5")},          {"stars 4", N_("4 of 5")},
               {"stars 5", N_("5 of 5")},          {"thumbs up", N_("thumbs up")},
               {"thumbs down", N_("thumbs down")}, {NULL, NULL}},
  MAILS[] = {{"receipt", N_("receipt")},
             {"answer", N_("answer")},
             {"too many wait", N_("too many wait")},
             {NULL, NULL}};

static const struct {
    const char *event;
    const struct pair *words;
} EVENTS[] = {
    {"state", STATES},
    {"converted", STATES},
    {"priority", PRIORITIES},
    {"service-warned", TARGETS},
    {"service-breached", TARGETS},
    {"rated", RATINGS},
    {"mail-failed", MAILS},
    {"mailed", MAILS},
};

static const struct pair *words_of(const char *event)
{
    for (size_t i = 0; i < sizeof EVENTS / sizeof *EVENTS; i++) {
        if (text_equal(EVENTS[i].event, event)) {
            return EVENTS[i].words;
        }
    }
    return NULL;
}

/* As it is stored, if it is none of them: a newer desk wrote it. */
static void add_word(struct buf *out, enum language language, const struct pair *words,
                     const char *word, size_t len)
{
    for (; words->stored != NULL; words++) {
        if (strlen(words->stored) == len && strncmp(words->stored, word, len) == 0) {
            buf_add_text(out, language_text(language, words->shown));
            return;
        }
    }
    buf_add(out, word, len);
}

char *past_words_dup(enum language language, const struct entry_record *e)
{
    const struct pair *words = e->kind == ENTRY_NOTE ? words_of(e->event) : NULL;

    if (words == NULL || language == LANGUAGE_EN) {
        return NULL;
    }
    struct buf out;
    size_t first = strcspn(e->body, ":\n");
    const char *arrow = memmem(e->body, first, ARROW, sizeof ARROW - 1);
    first = arrow != NULL ? (size_t)(arrow - e->body) : first;
    buf_init(&out, SIZE_MAX - 1);
    add_word(&out, language, words, e->body, first);
    if (arrow != NULL) {
        const char *second = arrow + sizeof ARROW - 1;
        buf_add_text(&out, ARROW);
        add_word(&out, language, words, second, strlen(second));
    } else {
        buf_add_text(&out, e->body + first); /* a server's words, or what the visitor said */
    }
    return buf_detach(&out);
}
