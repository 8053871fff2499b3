/* jid.h - addresses (RFC 6122), prepared by libidn's stringprep profiles as the servers do:
 * nodeprep, nameprep, resourceprep; a domain's xn-- labels become letters. Two JIDs are the same
 * exactly if their prepared strings are equal; what preparing again would change is refused, and
 * so is a final dot of the domain (V-0S7). */
#pragma once

#include <stdbool.h>

enum { JID_PART = 1023, JID_MAX = 3071 };

/* A value with one allocation: jid_finish frees it, and is fine on a zeroed one. Strings are
 * borrowed from it. */
struct jid {
    const char *full;  /* local@domain/resource, prepared */
    const char *bare;  /* local@domain */
    const char *local; /* "" when absent */
    const char *domain;
    const char *resource; /* "" when absent */
    char *memory;
};

/* False (and *out zeroed) if text is NULL, empty, too long or not a JID. */
bool jid_parse(struct jid *out, const char *text);
void jid_finish(struct jid *j);
/* Prepared bare form of text, or NULL; free() it. */
char *jid_bare_dup(const char *text);
bool jid_is_local_part(const char *text); /* may it stand before '@' as it is? */
/* XEP-0106 is not used: our local parts are [a-z0-9-] by construction. */
