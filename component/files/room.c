#include "files/room.h"

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_SIZE = 24 };

struct room {
    struct map *counts; /* number of the chat -> size_t, never 0 */
};

static const char *key_of(int64_t chat, char key[KEY_SIZE])
{
    snprintf(key, KEY_SIZE, "%" PRId64, chat);
    return key;
}

struct room *room_create(void)
{
    struct room *r = mem_alloc(sizeof *r);

    r->counts = map_create();
    return r;
}

void room_destroy(struct room *r)
{
    size_t at = 0;
    const char *key;
    void *count;

    if (r == NULL) {
        return;
    }
    while (map_next(r->counts, &at, &key, &count)) {
        free(count);
    }
    map_destroy(r->counts);
    free(r);
}

void room_take(struct room *r, int64_t chat)
{
    char key[KEY_SIZE];
    size_t *count = map_get(r->counts, key_of(chat, key));

    if (count == NULL) {
        count = mem_alloc(sizeof *count);
        map_set(r->counts, key, count);
    }
    ++*count;
}

void room_leave(struct room *r, int64_t chat)
{
    char key[KEY_SIZE];
    size_t *count = map_get(r->counts, key_of(chat, key));

    if (count == NULL) {
        BUG("files: chat %" PRId64 " has none", chat);
    }
    if (--*count == 0) {
        map_remove(r->counts, key);
        free(count);
    }
}

size_t room_taken(const struct room *r, int64_t chat)
{
    char key[KEY_SIZE];
    const size_t *count = map_get(r->counts, key_of(chat, key));

    return count != NULL ? *count : 0;
}
