#include "visitors/proof.h"

#include "base/log.h"
#include "base/mem.h"
#include "visitors/tokens.h"
#include "visitors/visitors_state.h"

#include <stdlib.h>
#include <string.h>

/* More that are good at once are refused: what is not remembered could be used again. */
enum { USED_MAX = 50000 };

static void free_sites(struct visitors *v)
{
    for (size_t i = 0; i < v->config.proof_site_count; i++) {
        free((void *)(uintptr_t)v->config.proof_sites[i].rules.keys);
    }
    free((void *)(uintptr_t)v->config.proof_sites);
}

void proof_configure(struct visitors *v, const struct visitors_config *config)
{
    struct proof_site *sites = mem_array(config->proof_site_count + 1, sizeof *sites);

    for (size_t i = 0; i < config->proof_site_count; i++) {
        size_t count = config->proof_sites[i].rules.key_count;
        struct jwt_named_key *keys = mem_array(count + 1, sizeof *keys);
        memcpy(keys, config->proof_sites[i].rules.keys, count * sizeof *keys);
        sites[i] = config->proof_sites[i];
        sites[i].rules.keys = keys;
    }
    free_sites(v);
    v->config = *config;
    v->config.proof_sites = sites;
}

void proof_finish(struct visitors *v)
{
    free_sites(v);
}

const struct proof_site *proof_site(const struct visitors *v, const char *site)
{
    for (size_t i = 0; i < v->config.proof_site_count; i++) {
        if (strcmp(v->config.proof_sites[i].site, site) == 0) {
            return &v->config.proof_sites[i];
        }
    }
    return NULL;
}

struct proof *proof_read(struct visitors *v, const struct endpoint *e, const char *token)
{
    const struct proof_site *site = proof_site(v, e->site);
    struct proof *p = mem_alloc(sizeof *p);
    enum jwt_verdict verdict = jwt_verify(&site->rules, token, clock_utc_ms(), &p->claims);

    p->has_expired = verdict == JWT_EXPIRED;
    if (verdict == JWT_EXPIRED && clock_utc_ms() - p->claims.issued < site->session_ms) {
        verdict = JWT_GOOD; /* for who shows more */
    }
    if (verdict != JWT_GOOD) {
        log_warn("visitors: a JWT of the site %s was not accepted: it %s", e->site,
                 jwt_verdict_words(verdict));
        if (verdict != JWT_EXPIRED) { /* who has one that the site has signed does not guess */
            tokens_count_guess(v, e);
        }
        proof_destroy(p);
        return NULL;
    }
    return p;
}

void proof_destroy(struct proof *p)
{
    if (p != NULL) {
        jwt_claims_finish(&p->claims);
        free(p);
    }
}

static char *key_print(const struct endpoint *e, const struct proof *p)
{
    return mem_print("%s\n%s", e->site, p->claims.id);
}

/* What was used before a restart is not known any more: with a jti of then nobody comes in. */
static bool is_fresh(const struct visitors *v, const struct endpoint *e, const struct proof *p)
{
    char *key = key_print(e, p);
    bool is = p->claims.issued >= v->proofs_since && map_get(v->proofs, key) == NULL &&
              map_count(v->proofs) < USED_MAX;

    free(key);
    return is;
}

bool proof_is_good(const struct visitors *v, const struct endpoint *e, const struct proof *p)
{
    if (p->is_backed) {
        return true;
    }
    if (p->has_expired) {
        log_warn("visitors: a JWT of the site %s was not accepted: it has run out (exp)", e->site);
        return false;
    }
    if (p->claims.id[0] != '\0' && !is_fresh(v, e, p)) {
        log_warn("visitors: a JWT of the site %s was not accepted: it was used already (jti)",
                 e->site);
        return false;
    }
    return true;
}

void proof_use(struct visitors *v, const struct endpoint *e, const struct proof *p)
{
    if (p->is_backed || p->claims.id[0] == '\0') {
        return;
    }
    char *key = key_print(e, p);
    time_ms *until = mem_alloc(sizeof *until);
    *until = p->claims.expires + JWT_SKEW_MS;
    map_set(v->proofs, key, until);
    free(key);
}

void proof_tick(struct visitors *v)
{
    time_ms now = clock_utc_ms();
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(v->proofs, &at, &key, &value)) {
        if (now >= *(const time_ms *)value) {
            map_remove(v->proofs, key);
            free(value);
        }
    }
}
