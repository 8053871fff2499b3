/* Who may block whom, and what a block does. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"

enum { HOUR_MS = 60 * 60 * 1000 };

void desk_load_block(struct desk *d, const struct block_record *r)
{
    blocks_add(&d->blocks, r);
}

void desk_visitor_origin(struct desk *d, const char *visitor, const char *origin)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    if (v != NULL) {
        mem_replace(&v->origin, origin);
    }
}

bool desk_is_blocked(const struct desk *d, const char *visitor, time_ms first_seen,
                     const char *origin)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    bool is_talking = v != NULL && v->chat != NULL && chat_is_open(v->chat);

    return blocks_of(&d->blocks, visitor) != NULL ||
           (!is_talking &&
            blocks_have_origin(&d->blocks, origin, v != NULL ? v->record.first_seen : first_seen));
}

static bool may_block(const struct desk *d, const char *who, const struct chat *c)
{
    return (c->owner != NULL && text_equal(c->owner->jid, who)) ||
           desk_has_role(d, who, ROLE_SUPERVISOR) || desk_has_role(d, who, ROLE_DISPATCHER);
}

/* The visitor reads that nothing can be written, never why. */
static void end_chat(struct desk *d, time_ms now, struct chat *c, const char *who,
                     const char *reason)
{
    const struct agent *a = desk_find_agent(d, who);

    chat_add(d, now, c,
             &(struct entry_record){.kind = ENTRY_NOTE,
                                    .by = BY_AGENT,
                                    .agent = who,
                                    .name = a != NULL ? a->name : "",
                                    .sender_id = "",
                                    .event = "blocked",
                                    .body = reason});
    if (chat_is_open(c)) {
        bool is_own = a != NULL && c->owner == a;
        chat_notice(d, now, c, "refused", NULL);
        desk_close_chat(d, now, c, is_own ? "agent" : "desk");
    }
}

enum desk_result desk_agent_block(struct desk *d, time_ms now, const char *who, const char *visitor,
                                  unsigned hours, const char *reason)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL || v->chat == NULL) {
        return DESK_NOT_FOUND;
    }
    if (!may_block(d, who, v->chat)) {
        return DESK_FORBIDDEN;
    }
    if (hours < 1 || hours > BLOCK_HOURS_MAX) {
        return DESK_FORM;
    }
    if (blocks_of(&d->blocks, visitor) != NULL) {
        return DESK_REPEATED;
    }
    if (d->blocks.count >= BLOCKS_MAX) {
        return DESK_FULL;
    }
    const struct block_record r = {.number = v->chat->number,
                                   .visitor = visitor,
                                   .origin = v->origin != NULL ? v->origin : "",
                                   .chat = v->chat->number,
                                   .department = v->chat->department->id,
                                   .agent = who,
                                   .reason = reason,
                                   .at = now,
                                   .until = now + (time_ms)hours * HOUR_MS};
    storage_put_block(d->storage, blocks_add(&d->blocks, &r));
    end_chat(d, now, v->chat, who, reason);
    desk_settle(d, now);
    return DESK_OK;
}

static bool may_undo(const struct desk *d, const char *who, const struct block_record *r)
{
    return text_equal(r->agent, who) || desk_is_agent_of(d, who, r->department) ||
           desk_has_role(d, who, ROLE_SUPERVISOR);
}

enum desk_result desk_agent_unblock(struct desk *d, const char *who, int64_t number)
{
    struct block *block = blocks_find(&d->blocks, number);

    if (block == NULL || !may_undo(d, who, &block->record)) {
        return DESK_NOT_FOUND;
    }
    storage_drop_block(d->storage, number);
    blocks_drop(&d->blocks, block);
    return DESK_OK;
}

const struct block_record *desk_block(const struct desk *d, const char *who, size_t at)
{
    list_for_each (const struct block, block, &d->blocks.list, link) {
        if (may_undo(d, who, &block->record) && at-- == 0) {
            return &block->record;
        }
    }
    return NULL;
}

int64_t desk_block_of(const struct desk *d, const char *visitor)
{
    const struct block *block = blocks_of(&d->blocks, visitor);

    return block != NULL ? block->record.number : 0;
}
