/* Who may keep which canned answers. What others read from then on is in the audit log: everything
 * but one's own. */
#include "base/mem.h"
#include "desk/desk_state.h"

#include <stdlib.h>
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

const struct canned_record *desk_canned_shared(const struct desk *d, size_t at)
{
    list_for_each (const struct canned_answer, answer, &d->canned.answers, link) {
        if (answer->record.scope != CANNED_OWN && at-- == 0) {
            return &answer->record;
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

/* text NULL: it is taken away. */
static void audit(struct desk *d, time_ms now, const char *who, enum canned_scope scope,
                  const char *owner, const char *word, const char *before, const char *text)
{
    if (scope == CANNED_OWN) {
        return;
    }
    char *what = mem_print("canned %s %s %s",
                           text == NULL     ? "remove"
                           : before == NULL ? "add"
                                            : "change",
                           scope == CANNED_ALL ? "all" : owner, word);
    storage_put_audit(d->storage, &(struct audit_record){.at = now,
                                                         .who = who,
                                                         .what = what,
                                                         .before = before != NULL ? before : "",
                                                         .after = text != NULL ? text : ""});
    free(what);
}

static enum desk_result put(struct desk *d, time_ms now, const char *who, enum canned_scope scope,
                            const char *owner, const char *word, const char *text)
{
    const struct canned_answer *there = canned_find(&d->canned, scope, owner, word);

    desk_pass(d, now);
    if (there == NULL && canned_count(&d->canned, scope, owner) >= CANNED_MAX) {
        return DESK_FULL;
    }
    const struct canned_record r = {
        .scope = scope, .owner = owner, .word = word, .text = text, .author = who, .changed = now};
    audit(d, now, who, scope, owner, word, there != NULL ? there->text : NULL, text);
    storage_put_canned(d->storage, canned_put(&d->canned, &r));
    return DESK_OK;
}

static enum desk_result drop(struct desk *d, time_ms now, const char *who, enum canned_scope scope,
                             const char *owner, const char *word)
{
    struct canned_answer *answer = canned_find(&d->canned, scope, owner, word);

    desk_pass(d, now);
    if (answer == NULL) {
        return DESK_NOT_FOUND;
    }
    audit(d, now, who, scope, owner, word, answer->text, NULL);
    storage_drop_canned(d->storage, scope, owner, word);
    canned_drop(answer);
    return DESK_OK;
}

enum desk_result desk_canned_put(struct desk *d, time_ms now, const char *jid,
                                 const char *department, enum canned_scope scope, const char *word,
                                 const char *text)
{
    enum desk_result result = may_change(d, jid, department, scope);

    return result == DESK_OK ? put(d, now, jid, scope, owner_of(scope, jid, department), word, text)
                             : result;
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
    return result == DESK_OK ? drop(d, now, jid, CANNED_OWN, jid, word) : result;
}

enum desk_result desk_canned_drop(struct desk *d, time_ms now, const char *jid,
                                  const char *department, enum canned_scope scope, const char *word)
{
    enum desk_result result = may_change(d, jid, department, scope);

    return result == DESK_OK ? drop(d, now, jid, scope, owner_of(scope, jid, department), word)
                             : result;
}

/* ---- by the operator ---- */

static bool is_shared(const struct desk *d, enum canned_scope scope, const char *department)
{
    return scope == CANNED_ALL ||
           (scope == CANNED_DEPARTMENT && desk_find_department(d, department) != NULL);
}

enum desk_result desk_operator_canned_put(struct desk *d, time_ms now, const char *who,
                                          enum canned_scope scope, const char *department,
                                          const char *word, const char *text)
{
    return is_shared(d, scope, department)
               ? put(d, now, who, scope, owner_of(scope, "", department), word, text)
               : DESK_NOT_FOUND;
}

enum desk_result desk_operator_canned_drop(struct desk *d, time_ms now, const char *who,
                                           enum canned_scope scope, const char *department,
                                           const char *word)
{
    return scope != CANNED_OWN ? drop(d, now, who, scope, owner_of(scope, "", department), word)
                               : DESK_NOT_FOUND;
}
