#include "transport/bosh_body.h"

#include "base/log.h"
#include "base/text.h"
#include "xml/ns.h"
#include "xml/reader.h"
#include "xml/writer.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DIGEST_SIZE = 20, POLLING_S = 1 };

static const uint64_t RID_MAX = 9007199254740991U;

/* Digits only, at most max. */
static bool parse_number(const char *text, uint64_t max, uint64_t *out)
{
    uint64_t number = 0;
    for (const char *digit = text; *digit; digit++) {
        if (*digit < '0' || *digit > '9' || digit - text > 16) {
            return false;
        }
        number = number * 10 + (uint64_t)(*digit - '0');
    }
    *out = number;
    return *text && number <= max;
}

bool bosh_is_key(const char *key)
{
    return strlen(key) == BOSH_KEY_SIZE - 1 &&
           strspn(key, "0123456789abcdefABCDEF") == BOSH_KEY_SIZE - 1;
}

bool bosh_key_fits(const char *key, const char *expected)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char hex[BOSH_KEY_SIZE];
    if (!EVP_Digest(key, strlen(key), digest, NULL, EVP_sha1(), NULL)) {
        BUG("SHA-1 is not there");
    }
    for (int i = 0; i < DIGEST_SIZE; i++) {
        snprintf(hex + (ptrdiff_t)2 * i, 3, "%02x", digest[i]);
    }
    /* Whoever knows expected has seen the last request: nothing is given away by the time this
     * takes. */
    return strcasecmp(hex, expected) == 0;
}

static bool is_true(const char *value)
{
    return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

static const char *read_attributes(struct bosh_body *out)
{
    const struct element *root = out->root;
    const char *rid = element_attr(root, "rid");
    const char *wait = element_attr(root, "wait");
    const char *hold = element_attr(root, "hold");
    uint64_t wait_s;
    if (!element_is(root, "body", NS_HTTPBIND) || !rid || !parse_number(rid, RID_MAX, &out->rid)) {
        return "bad-request";
    }
    const char *sid = element_attr(root, "sid");
    out->sid = sid && *sid ? sid : NULL;
    out->key = element_attr(root, "key");
    out->new_key = element_attr(root, "newkey");
    out->to = element_attr(root, "to");
    out->version = element_attr_ns(root, "version", NS_XBOSH);
    out->wait_s = wait && parse_number(wait, UINT_MAX, &wait_s) ? (unsigned)wait_s : UINT_MAX;
    out->has_hold = !hold || strcmp(hold, "0") != 0;
    out->is_restart = is_true(element_attr_ns(root, "restart", NS_XBOSH));
    out->is_terminate = text_equal(element_attr(root, "type"), "terminate");
    return out->new_key && !bosh_is_key(out->new_key) ? "bad-request" : NULL;
}

const char *bosh_body_read(struct bosh_body *out, const struct reader_profile *profile,
                           const char *bytes, size_t len)
{
    *out = (struct bosh_body){0};
    switch (reader_document(profile, bytes, len, &out->root)) {
    case READER_OK:
        break;
    case READER_LIMIT:
        return "policy-violation";
    default:
        return "bad-request";
    }
    const char *condition = read_attributes(out);
    if (condition) {
        element_destroy(out->root);
        out->root = NULL;
    }
    return condition;
}

/* The tag is left open for the payload: the writer would close it. */
static void close_start_tag(struct buf *out)
{
    buf_add_char(out, '>');
}

void bosh_body_welcome(struct buf *out, const struct bosh_welcome *welcome)
{
    struct writer w;
    writer_init(&w, out);
    writer_open(&w, "body", NS_HTTPBIND);
    writer_attr(&w, "xmlns:xmpp", NS_XBOSH);
    writer_attr(&w, "xmlns:stream", NS_STREAM);
    writer_attr(&w, "sid", welcome->sid);
    writer_attr(&w, "from", welcome->domain);
    writer_attr_number(&w, "wait", welcome->wait_s);
    writer_attr_number(&w, "hold", welcome->hold);
    writer_attr_number(&w, "requests", (long long)welcome->hold + 1);
    writer_attr_number(&w, "inactivity", welcome->inactivity_s);
    writer_attr_number(&w, "polling", POLLING_S);
    writer_attr(&w, "ver", "1.6");
    writer_attr(&w, "xmpp:version", "1.0");
    writer_attr(&w, "xmpp:restartlogic", "true");
    close_start_tag(out);
}

void bosh_body_start(struct buf *out)
{
    struct writer w;
    writer_init(&w, out);
    writer_open(&w, "body", NS_HTTPBIND);
    close_start_tag(out);
}

void bosh_body_terminate(struct buf *out, const char *condition)
{
    struct writer w;
    writer_init(&w, out);
    writer_open(&w, "body", NS_HTTPBIND);
    writer_attr(&w, "type", "terminate");
    writer_attr(&w, "condition", condition);
    close_start_tag(out);
}

void bosh_body_end(struct buf *out)
{
    buf_add_text(out, "</body>");
}
