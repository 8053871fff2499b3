#include "base/map.h"

#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Open addressing with linear probing. A removed entry leaves a grave where a later one of the same
 * probe sequence may lie behind it. */
struct slot {
    char *key; /* NULL: free; GRAVE: removed */
    void *value;
    uint64_t hash;
};

struct map {
    struct slot *slots;
    size_t size; /* a power of two */
    size_t count;
    size_t graves;
    uint64_t key[2];
};

enum { FIRST_SIZE = 8, SPARSE = 16 /* so many slots for each entry */ };

static const char GRAVE_BYTE[1] = "";
#define GRAVE ((char *)GRAVE_BYTE)

struct sip {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static inline void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

/* SipHash-2-4 (Aumasson, Bernstein 2012). The order of bytes in a word does not matter here: no
 * hash leaves the process. */
static uint64_t siphash(const uint64_t key[2], const char *bytes, size_t len)
{
    struct sip s = {key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU,
                    key[0] ^ 0x6c7967656e657261U, key[1] ^ 0x7465646279746573U};
    uint64_t tail = (uint64_t)len << 56;
    for (; len >= 8; bytes += 8, len -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        s.v3 ^= word;
        sip_round(&s);
        sip_round(&s);
        s.v0 ^= word;
    }
    for (size_t i = 0; i < len; i++) {
        tail |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    }
    s.v3 ^= tail;
    sip_round(&s);
    sip_round(&s);
    s.v0 ^= tail;
    s.v2 ^= 0xff;
    for (int i = 0; i < 4; i++) {
        sip_round(&s);
    }
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

struct map *map_create(void)
{
    struct map *m = mem_alloc(sizeof *m);
    m->size = FIRST_SIZE;
    m->slots = mem_array(m->size, sizeof *m->slots);
    ssize_t got;
    do {
        got = getrandom(m->key, sizeof m->key, 0);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof m->key) {
        BUG("getrandom failed errno=%d", errno);
    }
    return m;
}

void map_destroy(struct map *m)
{
    if (!m) {
        return;
    }
    for (size_t i = 0; i < m->size; i++) {
        if (m->slots[i].key != GRAVE) {
            free(m->slots[i].key);
        }
    }
    free(m->slots);
    free(m);
}

static bool is_entry(const struct slot *slot)
{
    return slot->key && slot->key != GRAVE;
}

/* The slot of key, or NULL. */
static struct slot *find(const struct map *m, const char *key, uint64_t hash)
{
    size_t mask = m->size - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct slot *slot = &m->slots[i];
        if (!slot->key) {
            return NULL;
        }
        if (slot->key != GRAVE && slot->hash == hash && strcmp(slot->key, key) == 0) {
            return slot;
        }
    }
}

/* New slots without graves, at most half full. */
static void resize(struct map *m)
{
    struct slot *old = m->slots;
    size_t old_size = m->size;
    size_t size = FIRST_SIZE;
    while (size < (m->count + 1) * 2) {
        size *= 2;
    }
    m->slots = mem_array(size, sizeof *m->slots);
    m->size = size;
    m->graves = 0;
    for (size_t i = 0; i < old_size; i++) {
        if (is_entry(&old[i])) {
            size_t at = (size_t)old[i].hash & (size - 1);
            while (m->slots[at].key) {
                at = (at + 1) & (size - 1);
            }
            m->slots[at] = old[i];
        }
    }
    free(old);
}

void map_fit(struct map *m)
{
    if (m->size > (m->count + 1) * SPARSE) {
        resize(m);
    }
}

void *map_get(const struct map *m, const char *key)
{
    struct slot *slot = find(m, key, siphash(m->key, key, strlen(key)));
    return slot ? slot->value : NULL;
}

void *map_set(struct map *m, const char *key, void *value)
{
    if (!value) {
        BUG("map_set without a value");
    }
    uint64_t hash = siphash(m->key, key, strlen(key));
    struct slot *slot = find(m, key, hash);
    if (slot) {
        void *before = slot->value;
        slot->value = value;
        return before;
    }
    if ((m->count + m->graves + 1) * 4 > m->size * 3) {
        resize(m);
    }
    map_fit(m);
    size_t at = (size_t)hash & (m->size - 1);
    while (is_entry(&m->slots[at])) {
        at = (at + 1) & (m->size - 1);
    }
    if (m->slots[at].key == GRAVE) {
        m->graves--;
    }
    m->slots[at] = (struct slot){.key = mem_dup(key), .value = value, .hash = hash};
    m->count++;
    return NULL;
}

void *map_remove(struct map *m, const char *key)
{
    struct slot *slot = find(m, key, siphash(m->key, key, strlen(key)));
    if (!slot) {
        return NULL;
    }
    void *value = slot->value;
    free(slot->key);
    *slot = (struct slot){.key = GRAVE};
    m->count--;
    m->graves++;
    size_t mask = m->size - 1;
    size_t at = (size_t)(slot - m->slots);
    if (!m->slots[(at + 1) & mask].key) {
        for (; m->slots[at].key == GRAVE; at = (at - 1) & mask) {
            m->slots[at].key = NULL;
            m->graves--;
        }
    }
    return value;
}

size_t map_count(const struct map *m)
{
    return m->count;
}

bool map_next(const struct map *m, size_t *at, const char **key, void **value)
{
    for (; *at < m->size; ++*at) {
        const struct slot *slot = &m->slots[*at];
        if (is_entry(slot)) {
            *key = slot->key;
            *value = slot->value;
            ++*at;
            return true;
        }
    }
    return false;
}
