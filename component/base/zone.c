#include "base/zone.h"

#include "base/mem.h"
#include "base/zone_rule.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "/usr/share/zoneinfo/"

enum { HEAD = 44, NAME_LEN_MAX = 64, DAY_S = 86400 };

struct zone {
    int64_t *changes; /* seconds UTC, ascending */
    int *offsets;     /* from each of them on */
    size_t count;
    int first; /* before the first of them */
    bool has_rule;
    struct zone_rule rule; /* behind the last of them */
};

/* ---- the file ---- */

/* Counts of a header, RFC 8536 section 3.1. */
struct counts {
    uint64_t is_ut, is_standard, leaps, changes, types, letters;
};

static uint32_t read_32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_64(const unsigned char *at)
{
    return (int64_t)((uint64_t)read_32(at) << 32 | read_32(at + 4));
}

static bool read_head(const unsigned char *at, size_t len, struct counts *out)
{
    if (len < HEAD || memcmp(at, "TZif", 4) != 0 || at[4] < '2') {
        return false;
    }
    *out = (struct counts){.is_ut = read_32(at + 20),
                           .is_standard = read_32(at + 24),
                           .leaps = read_32(at + 28),
                           .changes = read_32(at + 32),
                           .types = read_32(at + 36),
                           .letters = read_32(at + 40)};
    return true;
}

/* Bytes behind the header; time: 4 or 8. */
static uint64_t block_size(const struct counts *c, unsigned time)
{
    return c->changes * (time + 1) + c->types * 6 + c->letters + c->leaps * (time + 4) +
           c->is_standard + c->is_ut;
}

static bool read_block(struct zone *z, const unsigned char *at, const struct counts *c)
{
    const unsigned char *indexes = at + c->changes * 8;
    const unsigned char *types = indexes + c->changes;

    if (c->types == 0) {
        return false;
    }
    z->count = (size_t)c->changes;
    z->changes = mem_array(z->count + 1, sizeof *z->changes);
    z->offsets = mem_array(z->count + 1, sizeof *z->offsets);
    z->first = (int)read_32(types);
    for (size_t i = 0; i < z->count; i++) {
        z->changes[i] = read_64(at + i * 8);
        if (indexes[i] >= c->types || (i > 0 && z->changes[i] <= z->changes[i - 1])) {
            return false;
        }
        z->offsets[i] = (int)read_32(types + (size_t)indexes[i] * 6);
    }
    return true;
}

/* "\nCET-1CEST,M3.5.0,M10.5.0/3\n"; may be empty. */
static bool read_footer(struct zone *z, const unsigned char *at, size_t len)
{
    const unsigned char *end = len > 0 && at[0] == '\n' ? memchr(at + 1, '\n', len - 1) : NULL;

    if (end == NULL) {
        return false;
    }
    char *text = mem_dup_n((const char *)at + 1, (size_t)(end - at - 1));
    bool good = text[0] == '\0' || zone_rule_parse(&z->rule, text);
    z->has_rule = text[0] != '\0';
    free(text);
    return good;
}

static bool is_within_a_day(const struct zone *z)
{
    bool good = z->first > -2 * DAY_S && z->first < 2 * DAY_S;

    for (size_t i = 0; i < z->count; i++) {
        good = good && z->offsets[i] > -2 * DAY_S && z->offsets[i] < 2 * DAY_S;
    }
    return good;
}

struct zone *zone_parse(const unsigned char *bytes, size_t len)
{
    struct counts old;
    struct counts c;

    if (!read_head(bytes, len, &old) || block_size(&old, 4) > len - HEAD) {
        return NULL;
    }
    const unsigned char *at = bytes + HEAD + block_size(&old, 4);
    size_t rest = len - (size_t)(at - bytes);
    if (!read_head(at, rest, &c) || block_size(&c, 8) > rest - HEAD) {
        return NULL;
    }
    struct zone *z = mem_alloc(sizeof *z);
    size_t block = (size_t)block_size(&c, 8);
    if (!read_block(z, at + HEAD, &c) || !read_footer(z, at + HEAD + block, rest - HEAD - block) ||
        !is_within_a_day(z)) {
        zone_destroy(z);
        return NULL;
    }
    return z;
}

void zone_destroy(struct zone *z)
{
    if (z != NULL) {
        free(z->changes);
        free(z->offsets);
        free(z);
    }
}

/* ---- by name ---- */

/* Nothing that leads out of the folder. */
static bool is_name(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && len <= NAME_LEN_MAX && name[0] != '/' && strstr(name, "..") == NULL &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") ==
               len;
}

static struct zone *read_file(const char *path)
{
    unsigned char *bytes = mem_alloc(ZONE_FILE_MAX);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t len = fd >= 0 ? read(fd, bytes, ZONE_FILE_MAX) : -1;
    struct zone *z = len > 0 ? zone_parse(bytes, (size_t)len) : NULL;

    if (fd >= 0) {
        close(fd);
    }
    free(bytes);
    return z;
}

struct zone *zone_load(const char *name, char **complaint)
{
    if (name[0] == '\0') {
        struct zone *own = read_file("/etc/localtime");
        return own != NULL ? own : mem_alloc(sizeof *own);
    }
    if (strcmp(name, "UTC") == 0) {
        return mem_alloc(sizeof(struct zone));
    }
    char *path = mem_print(FOLDER "%s", name);
    struct zone *z = is_name(name) ? read_file(path) : NULL;
    free(path);
    if (z == NULL) {
        *complaint = mem_print("\"%.64s\" is no time zone of this machine; the names are those in "
                               "/usr/share/zoneinfo (package tzdata), like Europe/Berlin",
                               name);
    }
    return z;
}

/* ---- use ---- */

int zone_offset(const struct zone *z, time_ms utc)
{
    int64_t at = utc / 1000 - (utc % 1000 < 0 ? 1 : 0);
    size_t low = 0;
    size_t high = z->count;

    if (z->has_rule && (z->count == 0 || at >= z->changes[z->count - 1])) {
        return zone_rule_offset(&z->rule, at);
    }
    while (low < high) { /* how many changes have been */
        size_t middle = low + (high - low) / 2;
        if (z->changes[middle] <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? z->first : z->offsets[low - 1];
}
