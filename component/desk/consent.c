#include "desk/consent.h"

#include "base/digest.h"
#include "base/mem.h"
#include "desk/desk_state.h"

#include <stdlib.h>
#include <string.h>

enum { VERSION_DIGITS = CONSENT_VERSION_SIZE - 1 };

void consent_configure(struct department *p, const char *text)
{
    char hash[DIGEST_SHA256_HEX_SIZE];

    free(p->consent);
    p->consent = text != NULL ? mem_dup(text) : NULL;
    memset(p->consent_version, 0, sizeof p->consent_version);
    if (text != NULL) {
        struct digest *digest = digest_sha256_create();
        digest_add(digest, text, strlen(text));
        digest_finish_hex(digest, hash);
        digest_destroy(digest);
        memcpy(p->consent_version, hash, VERSION_DIGITS);
    }
}

bool consent_is_given(const struct department *p, const struct visitor *v)
{
    return p->consent == NULL ||
           strncmp(v->record.consent, p->consent_version, VERSION_DIGITS) == 0;
}

void consent_note(struct desk *d, time_ms now, struct chat *c)
{
    const struct department *p = c->department;

    if (p->consent == NULL) {
        return;
    }
    char *body = mem_print("%s\n%s", c->visitor->record.consent, p->consent);
    chat_note(d, now, c, "consent", NULL, body);
    free(body);
}

enum desk_result desk_visitor_consent(struct desk *d, time_ms now, const char *visitor,
                                      const char *department)
{
    struct visitor *v = desk_find_visitor(d, visitor);
    const struct department *p = desk_find_department(d, department);
    char stamp[CLOCK_STAMP_SIZE];

    desk_pass(d, now);
    if (v == NULL || p == NULL || p->consent == NULL) {
        return DESK_NOT_FOUND;
    }
    if (consent_is_given(p, v)) {
        return DESK_REPEATED;
    }
    clock_stamp(now, stamp);
    char *consent = mem_print("%s %s", p->consent_version, stamp);
    visitor_update(v, &(struct visitor_record){.consent = consent});
    free(consent);
    storage_put_visitor(d->storage, &v->record);
    return DESK_OK;
}

bool desk_visitor_agrees(const struct desk *d, const char *visitor, const char *department)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    const struct department *p = desk_find_department(d, department);

    return p == NULL || p->consent == NULL || (v != NULL && consent_is_given(p, v));
}
