#include "story_walk_state.h"

#include "base/log.h"

struct erasing {
    struct walk *walk;
    size_t found;
};

/* As erasure.c does it: they are out of memory, and no chat of theirs is. */
static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct erasing *e = ctx;

    e->found = count;
    for (size_t i = 0; i < count; i++) {
        if (chats[i].state != CHAT_CLOSED ||
            !desk_forget_chat(e->walk->desk, chats[i].number, false)) {
            BUG("walk: chat %lld is in use, though who had it is erased",
                (long long)chats[i].number);
        }
        storage_erase_chat(e->walk->storage, chats[i].number);
    }
}

void walk_erase(struct walk *w, unsigned v, bool ends)
{
    struct erasing e = {w, 1};
    struct visitor_view view;
    bool is_open = desk_is_talking(w->desk, w->ids[v]);

    walk_commit(w);
    enum desk_result result = desk_forget_visitor(w->desk, w->now, w->ids[v], ends);
    if ((result == DESK_RUNNING) != (is_open && !ends) ||
        (result == DESK_OK && desk_visitor(w->desk, w->ids[v], &view))) {
        BUG("walk: %s is erased with %d", w->ids[v], (int)result);
    }
    if (result != DESK_OK) {
        return;
    }
    for (unsigned i = 0; i < AGENTS; i++) {
        if (walk_has_contact(w, walk_agents[i], w->ids[v])) {
            BUG("walk: %s still has the contact %s, who is erased", walk_agents[i], w->ids[v]);
        }
    }
    while (e.found > 0) {
        storage_chats(w->storage, w->ids[v], on_chats, &e);
        walk_commit(w);
        walk_commit(w);
    }
    storage_erase_visitor(w->storage, w->ids[v]);
    walk_commit(w);
    w->said[v].known_from = w->said[v].next; /* somebody else by that id, from here on */
    w->counts.erased++;
}
