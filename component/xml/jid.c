#include "xml/jid.h"

#include "base/mem.h"
#include "base/text.h"

#include <idna.h>
#include <stdlib.h>
#include <string.h>
#include <stringprep.h>

enum part { PART_LOCAL, PART_DOMAIN, PART_RESOURCE };

static const bool PLAIN[256] = {
    ['a' ... 'z'] = true, ['0' ... '9'] = true, ['-'] = true, ['_'] = true};

/* The first that is not plain, or the end. */
static const char *behind_plain(const char *text)
{
    while (PLAIN[(unsigned char)*text]) {
        text++;
    }
    return text;
}

/* One stringprep profile over *text, in place. Unassigned code points pass, as with the servers: a
 * resource may hold an emoji that is younger than Unicode 3.2. */
static bool prepare_once(enum part part, char text[JID_PART + 1])
{
    const Stringprep_profile *profile = part == PART_LOCAL    ? stringprep_xmpp_nodeprep
                                        : part == PART_DOMAIN ? stringprep_nameprep
                                                              : stringprep_xmpp_resourceprep;
    return stringprep(text, JID_PART + 1, 0, profile) == STRINGPREP_OK;
}

/* Labels of letters, digits, '-', '_' and anything beyond ASCII; or an IPv6 address in brackets. */
static bool is_domain(const char *text)
{
    size_t len = strlen(text);
    if (text[0] == '[') {
        size_t inner = strspn(text + 1, "0123456789abcdef:.");
        return inner >= 2 && inner + 2 == len && text[len - 1] == ']';
    }
    size_t label = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '.') {
            if (label == 0) {
                return false;
            }
            label = 0;
        } else if (c >= 0x80 || PLAIN[c]) {
            label++;
        } else {
            return false;
        }
    }
    return label > 0;
}

/* What is written in ASCII (xn--…) and what is written in letters is one domain: the latter is
 * kept. */
static bool convert_domain(char text[JID_PART + 1])
{
    char *converted = NULL;
    if (idna_to_unicode_8z8z(text, &converted, IDNA_ALLOW_UNASSIGNED) != IDNA_SUCCESS) {
        return false;
    }
    size_t len = strlen(converted);
    bool fits = len <= JID_PART;
    if (fits) {
        memcpy(text, converted, len + 1);
    }
    free(converted);
    return fits && prepare_once(PART_DOMAIN, text) && is_domain(text);
}

/* Most addresses: nothing in them that preparing could change or refuse. */
static bool is_plain(enum part part, const char *text)
{
    if (part == PART_LOCAL) {
        return *behind_plain(text) == '\0';
    }
    if (part == PART_DOMAIN) {
        /* What a capital, a letter beyond ASCII or "xn--" could be is not plain. */
        const char *at = text;
        while (*(at = behind_plain(at)) == '.') {
            at++;
        }
        return *at == '\0' && !strstr(text, "--") && is_domain(text);
    }
    while (*text >= ' ' && *text < 0x7F) {
        text++;
    }
    return *text == '\0';
}

/* Prepares len bytes into out; false if they are no such part, or one that preparing again would
 * change: then the servers could not agree on it either. */
static bool prepare(enum part part, const char *bytes, size_t len, char out[JID_PART + 1])
{
    if (len == 0 || len > JID_PART || memchr(bytes, '\0', len) || !text_is_xml(bytes, len)) {
        return false;
    }
    memcpy(out, bytes, len);
    out[len] = '\0';
    if (is_plain(part, out)) {
        return true;
    }
    if (!prepare_once(part, out) || (part == PART_DOMAIN && !convert_domain(out)) || !*out) {
        return false;
    }
    char again[JID_PART + 1];
    memcpy(again, out, strlen(out) + 1);
    return prepare_once(part, again) && (part != PART_DOMAIN || convert_domain(again)) &&
           strcmp(again, out) == 0;
}

/* Full, bare and the three parts in one allocation. */
static void compose(struct jid *out, const char *local, const char *domain, const char *resource)
{
    size_t l = strlen(local), d = strlen(domain), r = strlen(resource);
    size_t bare = l + (l > 0) + d;
    char *at = mem_alloc(2 * bare + r + l + d + r + 6);
    out->memory = at;
    out->bare = at;
    if (l > 0) {
        at = stpcpy(stpcpy(at, local), "@");
    }
    at = stpcpy(at, domain) + 1;
    out->full = at;
    at = stpcpy(at, out->bare);
    if (r > 0) {
        at = stpcpy(stpcpy(at, "/"), resource);
    }
    at++;
    out->local = at;
    at = stpcpy(at, local) + 1;
    out->domain = at;
    at = stpcpy(at, domain) + 1;
    out->resource = at;
    stpcpy(at, resource);
}

bool jid_parse(struct jid *out, const char *text)
{
    *out = (struct jid){0};
    if (!text || strnlen(text, JID_MAX + 1) > JID_MAX) {
        return false;
    }
    char local[JID_PART + 1], domain[JID_PART + 1], resource[JID_PART + 1];
    local[0] = '\0';
    resource[0] = '\0';
    size_t bare = strcspn(text, "/");
    const char *at = memchr(text, '@', bare);
    const char *host = at ? at + 1 : text;
    if (at && !prepare(PART_LOCAL, text, (size_t)(at - text), local)) {
        return false;
    }
    if (!prepare(PART_DOMAIN, host, bare - (size_t)(host - text), domain)) {
        return false;
    }
    if (text[bare] == '/' &&
        !prepare(PART_RESOURCE, text + bare + 1, strlen(text + bare + 1), resource)) {
        return false;
    }
    compose(out, local, domain, resource);
    return true;
}

void jid_finish(struct jid *j)
{
    free(j->memory);
    *j = (struct jid){0};
}

char *jid_bare_dup(const char *text)
{
    struct jid jid;
    char *bare = jid_parse(&jid, text) ? mem_dup(jid.bare) : NULL;
    jid_finish(&jid);
    return bare;
}

bool jid_is_local_part(const char *text)
{
    char prepared[JID_PART + 1];
    return text && prepare(PART_LOCAL, text, strlen(text), prepared) && strcmp(text, prepared) == 0;
}
