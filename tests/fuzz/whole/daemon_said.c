#include "whole/daemon_said.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "whole/daemon_config.h"
#include "xml/ns.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 256 * 1024, PAYLOAD_MAX = 4096 };

/* ---- what left ---- */

static void keep(char out[SAID_BYTES], const char *text)
{
    if (text != NULL) {
        snprintf(out, SAID_BYTES, "%s", text);
    }
}

static bool is_ours(const char *jid)
{
    const char *at = strchr(jid, '@');
    const char *domain = at != NULL && at < jid + strcspn(jid, "/") ? at + 1 : jid;

    return strncmp(domain, DAEMON_DOMAIN, strcspn(domain, "/")) == 0 &&
           strcspn(domain, "/") == strlen(DAEMON_DOMAIN);
}

/* An error is from whom the stanza was for (RFC 6120 8.3.1), and that a visitor may make up. */
static void check_addresses(const struct element *e, const char *stream)
{
    const char *from = element_attr(e, "from");
    const char *to = element_attr(e, "to");
    const char *type = element_attr(e, "type");
    bool is_refusal = stream != NULL && type != NULL && strcmp(type, "error") == 0;

    if (from == NULL || to == NULL || !(is_ours(from) || is_refusal)) {
        BUG("a stanza from %s to %s", from != NULL ? from : "nobody", to != NULL ? to : "nobody");
    }
    if (stream != NULL ? strcmp(to, stream) != 0 : is_ours(to)) {
        BUG("%s has what is for %s", stream != NULL ? stream : "the link", to);
    }
}

static void learn_tree(struct said *s, const struct element *e)
{
    if (element_is(e, "token", NS_VISIT)) {
        keep(s->token, element_text(e));
    } else if (element_is(e, "stanza-id", NS_SID) || element_is(e, "result", NS_MAM)) {
        keep(s->entry, element_attr(e, "id"));
    } else if (strcmp(element_name(e), "put") == 0 || strcmp(element_name(e), "get") == 0) {
        const char *url = element_attr(e, "url");
        const char *path = url != NULL ? strstr(url, "/w/1/") : NULL;
        keep(element_name(e)[0] == 'p' ? s->upload : s->file,
             element_name(e)[0] == 'p' ? path : url);
    }
    const char *jid = strcmp(element_name(e), "item") == 0 ? element_attr(e, "jid") : NULL;
    if (jid != NULL && strncmp(jid, "visitor-", 8) == 0) { /* on its way into a roster */
        keep(s->contact, jid);
    }
    for (const struct element *c = element_first(e); c != NULL; c = element_next(c)) {
        learn_tree(s, c);
    }
}

static void learn_link(struct said *s, const struct element *e)
{
    const char *from = element_attr(e, "from");
    const char *type = element_attr(e, "type");

    if (strncmp(from, "visitor-", 8) == 0) {
        snprintf(s->contact, sizeof s->contact, "%.*s", (int)strcspn(from, "/"), from);
    }
    if (strcmp(element_name(e), "message") == 0 && element_child(e, "body", NULL) != NULL) {
        keep(s->message, element_attr(e, "id"));
    }
    if (strcmp(element_name(e), "iq") == 0 && type != NULL &&
        (strcmp(type, "get") == 0 || strcmp(type, "set") == 0)) {
        size_t at = s->question_count++ % SAID_QUESTIONS;
        keep(s->questions[at].id, element_attr(e, "id"));
        keep(s->questions[at].whom, element_attr(e, "to"));
    }
}

void said_learn(struct said *s, const struct element *e, const char *stream)
{
    check_addresses(e, stream);
    learn_tree(s, e);
    if (stream == NULL) {
        learn_link(s, e);
    }
}

/* ---- scripts ---- */

static void add_base64url(struct buf *out, const unsigned char *bytes, size_t len)
{
    unsigned char text[2 * PAYLOAD_MAX];
    int written = EVP_EncodeBlock(text, bytes, (int)len);

    for (int i = 0; i < written && text[i] != '='; i++) {
        buf_add_char(out, (char)(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]));
    }
}

/* A JWT whose payload ends at "%;", which is left out. Returns what was taken of line. */
static size_t add_jwt(struct buf *out, const char *payload)
{
    static const char HEADER[] = "{\"alg\":\"HS256\"}";
    const char *end = strstr(payload, "%;");
    size_t len = end != NULL ? (size_t)(end - payload) : strlen(payload);
    size_t taken = end != NULL ? len + 2 : len;
    unsigned char signature[EVP_MAX_MD_SIZE];
    unsigned signature_len = 0;
    struct buf text;

    len = len < PAYLOAD_MAX ? len : PAYLOAD_MAX;
    buf_init(&text, LINE_MAX_BYTES);
    add_base64url(&text, (const unsigned char *)HEADER, sizeof HEADER - 1);
    buf_add_char(&text, '.');
    add_base64url(&text, (const unsigned char *)payload, len);
    HMAC(EVP_sha256(), DAEMON_KEY, sizeof DAEMON_KEY - 1, (const unsigned char *)text.bytes,
         text.len, signature, &signature_len);
    buf_add_char(&text, '.');
    add_base64url(&text, signature, signature_len);
    buf_add(out, text.bytes, text.len);
    buf_finish(&text);
    return taken;
}

static const char *value_of(const struct said *s, char letter)
{
    size_t last = s->question_count > 0 ? (s->question_count - 1) % SAID_QUESTIONS : 0;

    switch (letter) {
    case 'c':
        return s->contact[0] != '\0' ? s->contact : "visitor-none@" DAEMON_DOMAIN;
    case 't':
        return s->token;
    case 'e':
        return s->entry;
    case 'i':
        return s->message;
    case 'q':
        return s->questions[last].id;
    case 'w':
        return s->questions[last].whom;
    case 'u':
        return s->upload;
    case 'g':
        return s->file;
    case 'p':
        return strstr(s->file, "/w/1/") != NULL ? strstr(s->file, "/w/1/") : "/";
    case 'a':
        return s->api;
    default:
        return NULL;
    }
}

char *said_fill_dup(const struct said *s, const char *line)
{
    struct buf out;

    buf_init(&out, LINE_MAX_BYTES);
    for (const char *at = line; *at != '\0'; at++) {
        const char *value = at[0] == '%' ? value_of(s, at[1]) : NULL;
        if (value != NULL) {
            buf_add_text(&out, value);
            at++;
        } else if (at[0] == '%' && at[1] == 'J') {
            at += 1 + add_jwt(&out, at + 2);
        } else {
            buf_add_char(&out, *at);
        }
    }
    return buf_detach(&out);
}
