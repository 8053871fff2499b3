#include "transport/limits.h"

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

enum {
    MINUTE_MS = 60 * 1000,
    SEARCH_MAX = 64,  /* entries looked at to make room for a stranger */
    SWEEP_MAX = 1024, /* entries looked at in one tick */
    KEY_SIZE = ADDRESS_SIZE
};

struct limits_place {
    struct list link; /* limits::places, longest unused first */
    unsigned count;
    unsigned interval_ms;
    time_ms level; /* of the rate of new streams */
    char key[KEY_SIZE];
};

struct limits {
    struct map *by_key;
    struct list places; /* limits_place::link */
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
    list_init(&l->places);
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
    list_for_each (struct limits_place, place, &l->places, link) {
        place->interval_ms = l->interval_ms;
    }
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
    list_for_each_safe (struct limits_place, place, &l->places, link) {
        drop(l, place);
    }
    map_destroy(l->by_key);
    free(l);
}

static bool says_nothing(const struct limits_place *place, time_ms now)
{
    return place->count == 0 && place->level <= now;
}

/* Looks at the longest unused entries; drops those that say nothing, up to a bound. */
static void sweep(struct limits *l, time_ms now, unsigned most)
{
    list_for_each_safe (struct limits_place, place, &l->places, link) {
        if (most-- == 0) {
            return;
        }
        if (says_nothing(place, now)) {
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
        list_remove(&place->link);
        list_append(&l->places, &place->link);
        return place;
    }
    if (map_count(l->by_key) >= l->addresses_max) {
        sweep(l, now, SEARCH_MAX);
        if (map_count(l->by_key) >= l->addresses_max) {
            return NULL;
        }
    }
    place = mem_alloc(sizeof *place);
    address_print(&counted, place->key);
    place->interval_ms = l->interval_ms;
    list_append(&l->places, &place->link);
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
    if (!limits_rate(&place->level, l->new_per_minute, place->interval_ms, now)) {
        *retry_s = place->interval_ms / 1000 + 1;
        l->refused++;
        return NULL;
    }
    place->count++;
    return place;
}

void limits_leave(struct limits_place *place)
{
    if (place && place->count > 0) {
        place->count--;
    }
}

void limits_known(struct limits_place *place)
{
    if (place) {
        limits_leave(place);
        place->level -= place->interval_ms;
    }
}

void limits_tick(struct limits *l, time_ms now)
{
    sweep(l, now, SWEEP_MAX);
}

size_t limits_count(const struct limits *l)
{
    return map_count(l->by_key);
}

uint64_t limits_refused(const struct limits *l)
{
    return l->refused;
}
