#include "desk/watcher.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"

#include <stdlib.h>
#include <string.h>

/* Where that JID stands among the words; NULL: it does not. count: how many there are. */
static const char *find(const char *watchers, const char *jid, size_t *count)
{
    size_t len = strlen(jid);
    const char *found = NULL;

    *count = 0;
    for (const char *word = watchers; *word != '\0'; word += strspn(word, " ")) {
        size_t own = strcspn(word, " ");
        found = own == len && strncmp(word, jid, len) == 0 ? word : found;
        word += own;
        ++*count;
    }
    return found;
}

void watchers_tell(struct desk *d, const struct ticket *t, const char *who,
                   const struct entry_record *e, bool begins)
{
    const struct ticket_record *r = &t->record;
    char *words = mem_dup(r->watchers);
    char *rest = words;

    for (char *jid; (jid = strsep(&rest, " ")) != NULL;) {
        if (desk_is_agent(d, jid) && desk_may_change_ticket(d, jid, r) && !text_equal(jid, who) &&
            !text_equal(jid, r->owner)) {
            d->agent_ports->ticket(d->agent_ports->ctx, jid, r, e, begins);
        }
    }
    free(words);
}

/* Without the word there, and a blank beside it. */
static char *without_dup(const char *watchers, const char *at, const char *jid)
{
    const char *behind = at + strlen(jid);

    return at > watchers ? mem_print("%.*s%s", (int)(at - watchers - 1), watchers, behind)
                         : mem_dup(*behind == ' ' ? behind + 1 : behind);
}

enum desk_result desk_ticket_watch(struct desk *d, time_ms now, const char *who, int64_t number,
                                   bool watches)
{
    struct ticket *t;
    size_t count;
    enum desk_result may = ticket_find_for(d, now, who, number, &t);

    if (may != DESK_OK || !desk_is_agent(d, who)) {
        return may != DESK_OK ? may : DESK_FORBIDDEN;
    }
    const char *before = t->record.watchers;
    const char *at = find(before, who, &count);
    if ((at != NULL) == watches) {
        return DESK_REPEATED;
    }
    if (watches && count >= DESK_WATCHERS) {
        return DESK_FULL;
    }
    t->record.watchers = watches ? mem_print("%s%s%s", before, count > 0 ? " " : "", who)
                                 : without_dup(before, at, who);
    free((char *)(uintptr_t)before);
    ticket_store(d, now, t);
    ticket_note(d, now, t, who, watches ? "watched" : "unwatched", "");
    return DESK_OK;
}
