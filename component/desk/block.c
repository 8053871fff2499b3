#include "desk/block.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"

#include <stdlib.h>

void blocks_init(struct blocks *b)
{
    list_init(&b->list);
    b->count = 0;
}

void blocks_finish(struct blocks *b)
{
    list_for_each_safe (struct block, block, &b->list, link) {
        blocks_drop(b, block);
    }
}

static void insert(struct blocks *b, struct block *block)
{
    struct list *at = b->list.prev;

    while (at != &b->list &&
           LIST_OF(struct block, at, link)->record.number > block->record.number) {
        at = at->prev;
    }
    list_insert_before(at->next, &block->link);
}

const struct block_record *blocks_add(struct blocks *b, const struct block_record *r)
{
    struct block *block = mem_alloc(sizeof *block);

    block->record = *r;
    block->record.visitor = mem_dup(r->visitor);
    block->record.origin = mem_dup(r->origin);
    block->record.department = mem_dup(r->department);
    block->record.agent = mem_dup(r->agent);
    block->record.reason = mem_dup(r->reason);
    insert(b, block);
    b->count++;
    return &block->record;
}

void blocks_drop(struct blocks *b, struct block *block)
{
    const struct block_record *r = &block->record;
    const char *owned[] = {r->visitor, r->origin, r->department, r->agent, r->reason};

    list_remove(&block->link);
    b->count--;
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        free((char *)owned[i]);
    }
    free(block);
}

struct block *blocks_find(const struct blocks *b, int64_t number)
{
    list_for_each (struct block, block, &b->list, link) {
        if (block->record.number == number) {
            return block;
        }
    }
    return NULL;
}

struct block *blocks_of(const struct blocks *b, const char *visitor)
{
    list_for_each (struct block, block, &b->list, link) {
        if (text_equal(block->record.visitor, visitor)) {
            return block;
        }
    }
    return NULL;
}

bool blocks_have_origin(const struct blocks *b, const char *origin, time_ms first_seen)
{
    list_for_each (const struct block, block, &b->list, link) {
        const struct block_record *r = &block->record;
        if (origin[0] != '\0' && text_equal(r->origin, origin) && first_seen >= r->at) {
            return true;
        }
    }
    return false;
}

void blocks_tick(struct desk *d, time_ms now)
{
    list_for_each_safe (struct block, block, &d->blocks.list, link) {
        if (now >= block->record.until) {
            storage_drop_block(d->storage, block->record.number);
            blocks_drop(&d->blocks, block);
        }
    }
}

void blocks_verify(const struct desk *d)
{
    int64_t last = 0;
    size_t count = 0;

    list_for_each (struct block, block, &d->blocks.list, link) {
        const struct block_record *r = &block->record;
        const struct visitor *v = desk_find_visitor(d, r->visitor);
        count++;
        if (r->number <= last || r->until <= r->at || blocks_of(&d->blocks, r->visitor) != block) {
            BUG("block %lld: not in its place, or twice", (long long)r->number);
        }
        if (v != NULL && v->chat != NULL && chat_is_open(v->chat)) {
            BUG("block %lld: its visitor has an open chat", (long long)r->number);
        }
        last = r->number;
    }
    if (count != d->blocks.count || count > BLOCKS_MAX) {
        BUG("blocks: %zu, counted as %zu", count, d->blocks.count);
    }
}
