#include "transport/limits.h"

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

enum {
    MINUTE_MS = 60 * 1000,
    LOOK = 2,         /* entries looked at for each stranger: a crowd sweeps up behind itself */
    SEARCH_MAX = 64,  /* the same, where there is no room */
    SWEEP_MAX = 4096, /* entries looked at in one tick */
    KEY_SIZE = ADDRESS_SIZE
};

struct limits_place {
    struct limits *limits;
    struct list link; /* limits::left, or limits::used while there is a stream */
    unsigned count;
    time_ms level; /* of the rate of new streams */
    char key[KEY_SIZE];
};

struct limits {
    struct map *by_key;
    struct list used; /* limits_place::link: these say something, however many and old they are */
    struct list left; /* the others, longest unused first */
    unsigned at_once;
    unsigned new_per_minute;
    unsigned interval_ms;
    size_t addresses_max;
    uint64_t refused;
};

bool limits_rate(time_ms *level, unsigned burst, unsigned interval_ms, time_ms now)
{
    time_ms from = *level > now ? *level : now;
    if (from - now > (time_ms)interval_ms * (burst - 1)) {
        return false;
    }
    *level = from + interval_ms;
    return true;
}

struct limits *limits_create(unsigned at_once, unsigned new_per_minute, size_t addresses_max)
{
    struct limits *l = mem_alloc(sizeof *l);
    l->by_key = map_create();
    list_init(&l->used);
    list_init(&l->left);
    limits_configure(l, at_once, new_per_minute, addresses_max);
    return l;
}

void limits_configure(struct limits *l, unsigned at_once, unsigned new_per_minute,
                      size_t addresses_max)
{
    unsigned rate = new_per_minute > 0 ? new_per_minute : 1;

    l->at_once = at_once;
    l->interval_ms = MINUTE_MS / rate > 0 ? MINUTE_MS / rate : 1;
    l->new_per_minute = rate;
    l->addresses_max = addresses_max;
}

static void drop(struct limits *l, struct limits_place *place)
{
    map_remove(l->by_key, place->key);
    list_remove(&place->link);
    free(place);
}

void limits_destroy(struct limits *l)
{
    if (!l) {
        return;
    }
    list_for_each_safe (struct limits_place, place, &l->used, link) {
        drop(l, place);
    }
    list_for_each_safe (struct limits_place, place, &l->left, link) {
        drop(l, place);
    }
    map_destroy(l->by_key);
    free(l);
}

/* Looks at the longest unused entries; drops those that say nothing, up to a bound. */
static void sweep(struct limits *l, time_ms now, unsigned most)
{
    list_for_each_safe (struct limits_place, place, &l->left, link) {
        if (most-- == 0) {
            return;
        }
        if (place->level <= now) {
            drop(l, place);
        }
    }
}

static struct limits_place *place_of(struct limits *l, const struct address *from, time_ms now)
{
    struct address counted = address_neighbourhood(from);
    char key[KEY_SIZE];
    address_print(&counted, key);
    struct limits_place *place = map_get(l->by_key, key);
    if (place) {
        return place;
    }
    sweep(l, now, map_count(l->by_key) < l->addresses_max ? LOOK : SEARCH_MAX);
    if (map_count(l->by_key) >= l->addresses_max) {
        return NULL;
    }
    place = mem_alloc(sizeof *place);
    address_print(&counted, place->key);
    place->limits = l;
    list_append(&l->left, &place->link);
    map_set(l->by_key, place->key, place);
    return place;
}

struct limits_place *limits_enter(struct limits *l, const struct address *from, time_ms now,
                                  unsigned *retry_s)
{
    struct limits_place *place = place_of(l, from, now);
    *retry_s = MINUTE_MS / 1000;
    if (!place || place->count >= l->at_once) {
        l->refused++;
        return NULL;
    }
    if (!limits_rate(&place->level, l->new_per_minute, l->interval_ms, now)) {
        *retry_s = l->interval_ms / 1000 + 1;
        l->refused++;
        return NULL;
    }
    if (place->count++ == 0) {
        list_remove(&place->link);
        list_append(&l->used, &place->link);
    }
    return place;
}

void limits_leave(struct limits_place *place)
{
    if (place && place->count > 0 && --place->count == 0) {
        list_remove(&place->link);
        list_append(&place->limits->left, &place->link);
    }
}

void limits_known(struct limits_place *place)
{
    if (place) {
        limits_leave(place);
        place->level -= place->limits->interval_ms;
    }
}

void limits_tick(struct limits *l, time_ms now)
{
    sweep(l, now, SWEEP_MAX);
    map_fit(l->by_key);
}

size_t limits_count(const struct limits *l)
{
    return map_count(l->by_key);
}

uint64_t limits_refused(const struct limits *l)
{
    return l->refused;
}
