/* Who may keep which canned answers. */
#include "desk/desk_state.h"

#include <string.h>

bool desk_canned_is_word(const char *word)
{
    size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len > 0 && len <= CANNED_WORD_BYTES && word[len] == '\0';
}

void desk_load_canned(struct desk *d, const struct canned_record *r)
{
    canned_put(&d->canned, r);
}

static const char *owner_of(enum canned_scope scope, const char *jid, const char *department)
{
    return scope == CANNED_OWN ? jid : scope == CANNED_DEPARTMENT ? department : "";
}

const struct canned_record *desk_canned(const struct desk *d, const char *jid,
                                        const char *department, size_t at)
{
    for (int scope = CANNED_OWN; scope <= CANNED_ALL; scope++) {
        const char *owner = owner_of((enum canned_scope)scope, jid, department);
        size_t count = canned_count(&d->canned, (enum canned_scope)scope, owner);
        if (at < count) {
            return &canned_at(&d->canned, (enum canned_scope)scope, owner, at)->record;
        }
        at -= count;
    }
    return NULL;
}

const struct canned_record *desk_canned_find(const struct desk *d, const char *jid,
                                             const char *department, enum canned_scope scope,
                                             const char *word)
{
    for (int s = CANNED_OWN; s <= CANNED_ALL; s++) {
        const struct canned_answer *found =
            scope == 0 || (int)scope == s
                ? canned_find(&d->canned, (enum canned_scope)s,
                              owner_of((enum canned_scope)s, jid, department), word)
                : NULL;
        if (found != NULL) {
            return &found->record;
        }
    }
    return NULL;
}

static enum desk_result may_change(const struct desk *d, const char *jid, const char *department,
                                   enum canned_scope scope)
{
    bool leads =
        desk_has_role(d, jid, ROLE_SUPERVISOR) || desk_has_role(d, jid, ROLE_ADMINISTRATOR);

    if (scope == CANNED_DEPARTMENT && desk_find_department(d, department) == NULL) {
        return DESK_NOT_FOUND;
    }
    bool may = leads || (scope == CANNED_OWN && desk_is_agent(d, jid)) ||
               (scope == CANNED_DEPARTMENT && desk_is_agent_of(d, jid, department));
    return may ? DESK_OK : DESK_FORBIDDEN;
}

enum desk_result desk_canned_put(struct desk *d, time_ms now, const char *jid,
                                 const char *department, enum canned_scope scope, const char *word,
                                 const char *text)
{
    const char *owner = owner_of(scope, jid, department);
    enum desk_result result = may_change(d, jid, department, scope);

    desk_pass(d, now);
    if (result != DESK_OK) {
        return result;
    }
    if (canned_find(&d->canned, scope, owner, word) == NULL &&
        canned_count(&d->canned, scope, owner) >= CANNED_MAX) {
        return DESK_FULL;
    }
    const struct canned_record r = {
        .scope = scope, .owner = owner, .word = word, .text = text, .author = jid, .changed = now};
    storage_put_canned(d->storage, canned_put(&d->canned, &r));
    return DESK_OK;
}

enum desk_result desk_canned_share(struct desk *d, time_ms now, const char *jid,
                                   const char *department, enum canned_scope scope,
                                   const char *word)
{
    struct canned_answer *own = canned_find(&d->canned, CANNED_OWN, jid, word);

    if (own == NULL || scope == CANNED_OWN) {
        return DESK_NOT_FOUND;
    }
    if (canned_find(&d->canned, scope, owner_of(scope, jid, department), word) != NULL) {
        return DESK_REPEATED;
    }
    enum desk_result result = desk_canned_put(d, now, jid, department, scope, word, own->text);
    if (result == DESK_OK) {
        storage_drop_canned(d->storage, CANNED_OWN, jid, word);
        canned_drop(own);
    }
    return result;
}

enum desk_result desk_canned_drop(struct desk *d, const char *jid, const char *department,
                                  enum canned_scope scope, const char *word)
{
    const char *owner = owner_of(scope, jid, department);
    enum desk_result result = may_change(d, jid, department, scope);
    struct canned_answer *answer = canned_find(&d->canned, scope, owner, word);

    if (result != DESK_OK) {
        return result;
    }
    if (answer == NULL) {
        return DESK_NOT_FOUND;
    }
    storage_drop_canned(d->storage, scope, owner, word);
    canned_drop(answer);
    return DESK_OK;
}
