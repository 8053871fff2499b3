#include "desk/transcript.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void release(const char *text)
{
    free((char *)(uintptr_t)text);
}

/* FNV-1a (Fowler, Noll, Vo). Who makes many ids of one hash makes the search as long as without. */
static uint32_t hash_of(const char *id)
{
    uint32_t hash = 2166136261U;
    for (; *id != '\0'; id++) {
        hash = (hash ^ (unsigned char)*id) * 16777619U;
    }
    return hash;
}

static void line_finish(struct line *l)
{
    release(l->entry.agent);
    release(l->entry.name);
    release(l->entry.sender_id);
    release(l->entry.event);
    release(l->entry.body);
    release(l->entry.shown);
    release(l->entry.visitor_reactions);
    release(l->entry.agent_reactions);
    release(l->entry.form);
    *l = (struct line){0};
}

static struct line *line_at(struct transcript *t, size_t at)
{
    return &t->lines[(t->first + at) % t->size];
}

void transcript_finish(struct transcript *t)
{
    for (size_t i = 0; i < t->count; i++) {
        line_finish(line_at(t, i));
    }
    free(t->lines);
    *t = (struct transcript){0};
}

/* Only called while the ring is unwrapped or empty: it wraps at its final size only. */
static void grow(struct transcript *t)
{
    size_t size = t->size == 0 ? 8 : t->size * 2;

    if (size > TRANSCRIPT_LINES) {
        size = TRANSCRIPT_LINES;
    }
    t->lines = mem_grow(t->lines, size * sizeof *t->lines);
    memset(t->lines + t->size, 0, (size - t->size) * sizeof *t->lines);
    t->size = size;
}

static void drop_first(struct transcript *t)
{
    struct line *l = line_at(t, 0);

    t->bytes -= strlen(l->entry.body) + strlen(l->entry.shown);
    line_finish(l);
    t->first = (t->first + 1) % t->size;
    t->count--;
}

static void let_go_of_bodies(struct transcript *t)
{
    for (size_t i = 0; i + 1 < t->count && t->bytes > TRANSCRIPT_BYTES; i++) {
        struct entry_record *e = &line_at(t, i)->entry;
        t->bytes -= strlen(e->body) + strlen(e->shown);
        release(e->body);
        release(e->shown);
        e->body = mem_dup("");
        e->shown = mem_dup("");
    }
}

void transcript_add(struct transcript *t, const struct entry_record *e)
{
    if (t->count == TRANSCRIPT_LINES) {
        drop_first(t);
    } else if (t->count == t->size) {
        grow(t);
    }
    struct line *l = line_at(t, t->count++);
    l->entry = *e;
    l->entry.agent = mem_dup(e->agent);
    l->entry.name = mem_dup(e->name);
    l->entry.sender_id = mem_dup(e->sender_id);
    l->id_hash = hash_of(e->sender_id);
    l->entry.event = mem_dup(e->event);
    l->entry.body = mem_dup(e->body);
    l->entry.shown = mem_dup(e->shown);
    l->entry.visitor_reactions = mem_dup(e->visitor_reactions);
    l->entry.agent_reactions = mem_dup(e->agent_reactions);
    l->entry.form = mem_dup(e->form != NULL ? e->form : "");
    t->bytes += strlen(e->body) + strlen(e->shown);
    let_go_of_bodies(t);
}

struct entry_record *transcript_at(struct transcript *t, size_t at)
{
    return at < t->count ? &line_at(t, at)->entry : NULL;
}

const struct entry_record *transcript_last(const struct transcript *t)
{
    for (size_t i = t->count; i > 0; i--) {
        const struct entry_record *e = &t->lines[(t->first + i - 1) % t->size].entry;
        if (e->kind != ENTRY_NOTE) {
            return e;
        }
    }
    return NULL;
}

struct entry_record *transcript_find(struct transcript *t, int64_t sequence)
{
    for (size_t i = t->count; i > 0; i--) {
        struct entry_record *e = &line_at(t, i - 1)->entry;
        if (e->sequence == sequence) {
            return e;
        }
    }
    return NULL;
}

static bool is_of(const struct entry_record *e, const char *agent, const char *sender_id,
                  const char *body)
{
    bool same_side =
        agent == NULL ? e->by == BY_VISITOR : e->by == BY_AGENT && text_equal(e->agent, agent);
    bool same_text = body == NULL || e->body[0] == '\0' || text_equal(e->body, body);
    return same_side && same_text && e->kind != ENTRY_NOTICE && text_equal(e->sender_id, sender_id);
}

struct entry_record *transcript_find_id(struct transcript *t, const char *agent,
                                        const char *sender_id, const char *body)
{
    if (sender_id[0] == '\0') {
        return NULL;
    }
    const uint32_t hash = hash_of(sender_id);
    for (size_t i = t->count; i > 0; i--) {
        struct line *l = line_at(t, i - 1);
        if (l->id_hash == hash && is_of(&l->entry, agent, sender_id, body)) {
            return &l->entry;
        }
    }
    return NULL;
}

void transcript_change(struct transcript *t, struct entry_record *e,
                       const struct entry_record *change)
{
    const char *shown = mem_dup(change->shown);
    const char *by_visitor = mem_dup(change->visitor_reactions);
    const char *by_agents = mem_dup(change->agent_reactions);

    t->bytes += strlen(shown);
    t->bytes -= strlen(e->shown);
    release(e->shown);
    release(e->visitor_reactions);
    release(e->agent_reactions);
    e->fate = change->fate;
    e->shown = shown;
    e->visitor_reactions = by_visitor;
    e->agent_reactions = by_agents;
    let_go_of_bodies(t);
}
