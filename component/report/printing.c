#include "report/printing.h"

#include "report/measure.h"

const char *printing_label(const struct printing *p, enum figures_group group, size_t at,
                           const struct tally *t, char out[3])
{
    switch (group) {
    case FIGURES_ALL:
        return phrase(p->language, PHRASE_TOTAL);
    case FIGURES_WEEKDAY:
        return phrase(p->language, PHRASE_MONDAY + (enum phrase)at);
    case FIGURES_HOUR:
        out[0] = (char)('0' + at / 10 % 10);
        out[1] = (char)('0' + at % 10);
        out[2] = '\0';
        return out;
    default:
        return t->id[0] != '\0' ? p->name(p->names_ctx, group, t->id)
                                : phrase(p->language, PHRASE_OTHERS);
    }
}

enum phrase printing_outcome(enum outcome outcome)
{
    static const enum phrase PHRASES[OUTCOMES] = {
        [OUTCOME_ANSWERED] = PHRASE_ANSWERED, [OUTCOME_ABANDONED] = PHRASE_ABANDONED,
        [OUTCOME_MISSED] = PHRASE_MISSED,     [OUTCOME_LEFT] = PHRASE_LEFT_AT_ONCE,
        [OUTCOME_WAITING] = PHRASE_WAITING,
    };

    return PHRASES[outcome];
}

const char *printing_ratings(enum phrase_language language, const struct tally *t,
                             char out[PRINTING_RATINGS_SIZE])
{
    char mean[MEASURE_SIZE];
    char share[MEASURE_SIZE];
    int len = 0;

    out[0] = '\0';
    if (tally_stars(t) > 0) {
        len = snprintf(out, PRINTING_RATINGS_SIZE, "%s %s (%u)",
                       measure_mean(mean, language, tally_mean(t)), phrase(language, PHRASE_STARS),
                       tally_stars(t));
    }
    if (tally_thumbs(t) > 0) {
        snprintf(out + len, PRINTING_RATINGS_SIZE - (size_t)len, "%s%s %s (%u)",
                 len > 0 ? ", " : "", measure_share(share, t->thumbs[1], tally_thumbs(t)),
                 phrase(language, PHRASE_UP), tally_thumbs(t));
    }
    return out;
}
