#include "visitors/refusals.h"

/* One more than the reason; 0: not counted. */
static const unsigned char REASONS[WORD_COUNT] = {
    [WORD_CANNOT_STORE] = 1 + VISITORS_REFUSED_STORAGE,
    [WORD_TOO_FAST] = 1 + VISITORS_REFUSED_PACE,
    [WORD_TOO_LONG] = 1 + VISITORS_REFUSED_LENGTH,
    [WORD_TOO_MANY] = 1 + VISITORS_REFUSED_VISITORS,
    [WORD_QUEUE_FULL] = 1 + VISITORS_REFUSED_QUEUE,
    [WORD_LEFT_FULL] = 1 + VISITORS_REFUSED_QUEUE,
    [WORD_BLOCKED] = 1 + VISITORS_REFUSED_BLOCKED,
    [WORD_FORM_FIRST] = 1 + VISITORS_REFUSED_FORM,
    [WORD_NOT_PROVED] = 1 + VISITORS_REFUSED_PROOF,
    [WORD_PROOF_FIRST] = 1 + VISITORS_REFUSED_PROOF,
    [WORD_FILE_TOO_LARGE] = 1 + VISITORS_REFUSED_FILE,
    [WORD_FILES_FULL] = 1 + VISITORS_REFUSED_FILE,
    [WORD_FILES_BUSY] = 1 + VISITORS_REFUSED_FILE,
};

void refusals_count(struct visitors *v, enum visitor_word word)
{
    if (REASONS[word] != 0) {
        v->refused[REASONS[word] - 1]++;
    }
}

void refusals_count_guess(struct visitors *v)
{
    v->refused[VISITORS_REFUSED_GUESS]++;
}

uint64_t visitors_refused(const struct visitors *v, enum visitors_refusal why)
{
    return v->refused[why];
}

const char *visitors_refusal_name(enum visitors_refusal why)
{
    static const char *const NAMES[VISITORS_REFUSALS] = {
        [VISITORS_REFUSED_STORAGE] = "storage",   [VISITORS_REFUSED_PACE] = "pace",
        [VISITORS_REFUSED_LENGTH] = "length",     [VISITORS_REFUSED_QUEUE] = "queue",
        [VISITORS_REFUSED_VISITORS] = "visitors", [VISITORS_REFUSED_BLOCKED] = "blocked",
        [VISITORS_REFUSED_FORM] = "form",         [VISITORS_REFUSED_PROOF] = "proof",
        [VISITORS_REFUSED_GUESS] = "guess",       [VISITORS_REFUSED_FILE] = "file",
    };

    return NAMES[why];
}
