#include "visitors/tokens.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { GUESSES_PER_MINUTE = 10, OLD_TOKEN_GRACE_MS = 60 * 1000 };

void tokens_renew(struct visitors *v, struct endpoint *e, char token[ID_TOKEN_SIZE])
{
    id_token(token);
    id_hash(token, e->given);
    storage_put_token(v->storage, &(struct token_record){.hash = e->given,
                                                         .visitor = e->party->id,
                                                         .state = TOKEN_NEW,
                                                         .at = clock_utc_ms()});
}

/* A token that was replaced is good for another minute: another page was just loading. Later
 * somebody has a copy of it, and none of that visitor's is good any more (V-081). */
bool tokens_is_good(struct visitors *v, const struct token_record *t, bool proved)
{
    time_ms now = clock_utc_ms();
    bool is_too_old = now - t->at > v->config.token_ms;

    if (proved && !is_too_old) {
        /* Another one is given for it; those of the person's other devices stay. */
        storage_put_token(
            v->storage, &(struct token_record){
                            .hash = t->hash, .visitor = t->visitor, .state = TOKEN_OLD, .at = now});
        storage_prune_tokens(v->storage, t->visitor, now - v->config.token_ms);
        return true;
    }

    if (t->state == TOKEN_OLD && !proved) {
        if (now - t->at > OLD_TOKEN_GRACE_MS) {
            log_warn("visitors: a token was used long after it had been replaced; all of that "
                     "visitor's are void now");
            storage_drop_tokens_of(v->storage, t->visitor);
            return false;
        }
        return true;
    }
    if (is_too_old) {
        storage_drop_token(v->storage, t->hash);
        return false;
    }
    if (t->state == TOKEN_NEW) {
        storage_age_tokens(v->storage, t->visitor, now);
        storage_put_token(v->storage, &(struct token_record){.hash = t->hash,
                                                             .visitor = t->visitor,
                                                             .state = TOKEN_CURRENT,
                                                             .at = now});
    }
    return true;
}

void tokens_drop(struct visitors *v, const struct endpoint *e)
{
    const char *const hashes[] = {e->shown, e->given};

    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        if (hashes[i][0] != '\0') {
            storage_drop_token(v->storage, hashes[i]);
        }
    }
}

static const char *guesser(const struct endpoint *e)
{
    return e->gateway ? e->address : e->bare;
}

bool tokens_may_guess(const struct visitors *v, const struct endpoint *e)
{
    const unsigned *count = map_get(v->guesses, guesser(e));

    return count == NULL || *count < GUESSES_PER_MINUTE;
}

void tokens_count_guess(struct visitors *v, const struct endpoint *e)
{
    unsigned *count = map_get(v->guesses, guesser(e));

    if (count == NULL) {
        count = mem_alloc(sizeof *count);
        map_set(v->guesses, guesser(e), count);
    }
    ++*count;
}
