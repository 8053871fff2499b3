#include "desk/repeats.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void line_finish(struct repeat *l)
{
    free(l->agent);
    free(l->id);
}

void repeats_finish(struct repeats *r)
{
    for (size_t i = 0; i < r->count; i++) {
        line_finish(&r->lines[i]);
    }
    free(r->lines);
    *r = (struct repeats){.count = 0};
}

/* FNV-1a: not against an adversary, who could only make a line of their own go unheard. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325U;

    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3U;
    }
    return hash;
}

static void forget_oldest(struct repeats *r, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        line_finish(&r->lines[i]);
    }
    r->count -= count;
    memmove(r->lines, r->lines + count, r->count * sizeof *r->lines);
}

void repeats_add(struct repeats *r, const struct recent_line *lines, size_t count)
{
    if (count == 0) {
        return;
    }
    r->lines = mem_grow(r->lines, (r->count + count) * sizeof *r->lines);
    for (size_t i = 0; i < count; i++) {
        r->lines[r->count++] = (struct repeat){.agent = mem_dup(lines[i].agent),
                                               .id = mem_dup(lines[i].id),
                                               .text = hash_of(lines[i].body),
                                               .sequence = lines[i].sequence};
    }
    if (r->count > REPEATS_LINES) {
        forget_oldest(r, r->count - REPEATS_LINES);
    }
}

int64_t repeats_find(const struct repeats *r, const char *agent, const char *id, const char *body)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct repeat *l = &r->lines[i];
        if (text_equal(l->id, id) && text_equal(l->agent, agent) &&
            (body == NULL || l->text == hash_of(body))) {
            return l->sequence;
        }
    }
    return 0;
}
