#include "transport/upgrade.h"

#include "base/log.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum { KEY_LEN = 24, DIGEST_SIZE = 20, PROTOCOLS_MAX = 8 };

/* 24 characters that are the base64 of 16 bytes: 22 free ones and "==". */
static bool is_key(const char *key)
{
    if (!key || strlen(key) != KEY_LEN || strcmp(key + KEY_LEN - 2, "==") != 0) {
        return false;
    }
    static const char ALPHABET[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return strspn(key, ALPHABET) == KEY_LEN - 2;
}

/* A subprotocol is a case-sensitive token, unlike those that http_list_has looks for. */
static bool list_has_xmpp(const char *list)
{
    while (*list) {
        list += strspn(list, " \t,");
        size_t len = strcspn(list, " \t,");
        if (len == 4 && memcmp(list, "xmpp", 4) == 0) {
            return true;
        }
        list += len;
    }
    return false;
}

static bool offers_xmpp(const struct http_request *r)
{
    const char *lists[PROTOCOLS_MAX];
    size_t count = http_request_headers(r, "Sec-WebSocket-Protocol", lists, PROTOCOLS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (list_has_xmpp(lists[i])) {
            return true;
        }
    }
    return false;
}

static struct upgrade_verdict refusal(int status, const char *words, const char *headers)
{
    return (struct upgrade_verdict){.status = status, .words = words, .headers = headers};
}

struct upgrade_verdict upgrade_check(const struct http_request *r, const struct sites *sites)
{
    if (!http_may_upgrade(r) || !http_request_is_1_1(r) ||
        !http_request_has_token(r, "Upgrade", "websocket")) {
        return refusal(426, "This is a WebSocket endpoint (RFC 7395).",
                       "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    }
    const char *version = http_request_header(r, "Sec-WebSocket-Version");
    if (!version || strcmp(version, "13") != 0) {
        return refusal(426, "WebSocket version 13 is needed.",
                       "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    }
    if (!is_key(http_request_header(r, "Sec-WebSocket-Key"))) {
        return refusal(400, "Sec-WebSocket-Key is missing or no key.", NULL);
    }
    if (!offers_xmpp(r)) {
        return refusal(400, "The subprotocol xmpp is needed.", NULL);
    }
    bool has_one = http_request_header_count(r, "Origin") <= 1;
    const struct site *site =
        has_one ? sites_find(sites, http_request_header(r, "Origin"), NULL) : NULL;
    if (!site) {
        return refusal(403, "This origin is not allowed here.", NULL);
    }
    return (struct upgrade_verdict){.site = site};
}

void upgrade_accept(const char *key, char out[UPGRADE_ACCEPT_SIZE])
{
    char joined[KEY_LEN + 37];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;
    int len = snprintf(joined, sizeof joined, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    if (len < 0 || !EVP_Digest(joined, (size_t)len, digest, &digest_len, EVP_sha1(), NULL)) {
        BUG("SHA-1 is not there");
    }
    EVP_EncodeBlock((unsigned char *)out, digest, DIGEST_SIZE);
}
