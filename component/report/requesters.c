#include "report/requesters.h"

#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SECOND_MS = 1000, HOUR_S = 3600 };

struct requesters {
    const struct rate *rates;
    size_t rate_count;
    struct map *known; /* key → struct requester */
    struct requester **all;
    size_t count;
    struct requester others; /* beyond the limit */
};

static bool is_email_of(const char *email, const char *domain)
{
    const char *at = strrchr(email, '@');

    return at != NULL && strcasecmp(at + 1, domain) == 0;
}

static const struct rate *rate_of(const struct requesters *r, const char *department,
                                  const char *email)
{
    for (size_t i = 0; i < r->rate_count; i++) {
        const struct rate *rate = &r->rates[i];
        if ((rate->department == NULL || strcmp(rate->department, department) == 0) &&
            (rate->email == NULL || is_email_of(email, rate->email))) {
            return rate;
        }
    }
    return NULL;
}

struct requesters *requesters_create(const struct rate *rates, size_t count)
{
    struct requesters *r = mem_alloc(sizeof *r);

    r->rates = rates;
    r->rate_count = count;
    r->known = map_create();
    r->others.key = r->others.name = "";
    return r;
}

void requesters_destroy(struct requesters *r)
{
    if (r == NULL) {
        return;
    }
    for (size_t i = 0; i < r->count; i++) {
        free((char *)(uintptr_t)r->all[i]->key);
        free((char *)(uintptr_t)r->all[i]->name);
        free(r->all[i]);
    }
    free(r->all);
    map_destroy(r->known);
    free(r);
}

static struct requester *find_or_make(struct requesters *r, const char *key)
{
    struct requester *one = map_get(r->known, key);

    if (one != NULL || r->count == REQUESTERS_MAX) {
        return one != NULL ? one : &r->others;
    }
    one = mem_alloc(sizeof *one);
    one->key = mem_dup(key);
    one->name = mem_dup("");
    if ((r->count & (r->count - 1)) == 0) { /* doubled at each power of two */
        r->all = mem_grow(r->all, (r->count > 0 ? r->count * 2 : 1) * sizeof *r->all);
    }
    r->all[r->count++] = one;
    map_set(r->known, key, one);
    return one;
}

static void add(struct requester *one, unsigned chats, int64_t seconds, int64_t cost,
                bool has_price)
{
    one->chats += chats;
    one->seconds += seconds;
    one->cost += cost;
    one->has_price = one->has_price || has_price;
}

void requesters_add(struct requesters *r, const char *key, const struct archive_spent *s,
                    bool is_first)
{
    const struct rate *rate = rate_of(r, s->department, s->email);
    struct requester *one = find_or_make(r, key);
    int64_t seconds = s->lasted / SECOND_MS;

    if (s->name[0] != '\0' && one != &r->others) {
        free((char *)(uintptr_t)one->name);
        one->name = mem_dup(s->name);
    }
    add(one, is_first ? 1 : 0, seconds, rate != NULL ? rate->cents * seconds : 0, rate != NULL);
}

static int compare(const void *left, const void *right)
{
    const struct requester *a = *(const struct requester *const *)left;
    const struct requester *b = *(const struct requester *const *)right;

    return a->seconds != b->seconds ? (a->seconds < b->seconds) - (a->seconds > b->seconds)
                                    : strcmp(a->key, b->key);
}

const struct requester *const *requesters_sorted(struct requesters *r, size_t *count)
{
    *count = r->count;
    if (r->count == 0) {
        return NULL;
    }
    qsort(r->all, r->count, sizeof(struct requester *), compare);
    if (r->others.chats > 0) {
        r->all = mem_grow(r->all, (r->count + 1) * sizeof(struct requester *));
        r->all[r->count] = &r->others;
        *count = r->count + 1;
    }
    return (const struct requester *const *)r->all;
}

struct requester requesters_total(const struct requesters *r)
{
    struct requester total = r->others;

    for (size_t i = 0; i < r->count; i++) {
        const struct requester *one = r->all[i];
        add(&total, one->chats, one->seconds, one->cost, one->has_price);
    }
    return total;
}

int64_t requester_cents(const struct requester *r)
{
    int64_t half = r->cost < 0 ? -HOUR_S / 2 : HOUR_S / 2;

    return (r->cost + half) / HOUR_S;
}
