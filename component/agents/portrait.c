#include "agents/portrait.h"

#include "base/base64.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 20 * 1000 };

/* Asked for without having heard of one: "" says that there is none, which is another thing. */
#define UNHEARD "?"

struct portrait {
    struct agents *agents;
    char *agent; /* bare JID */
    bool agreed;
    bool waits;       /* for an answer */
    char *department; /* whom the agent's presence was for last: who asks; NULL: not heard yet */
    char *heard;      /* what the presence said of the picture last; NULL: nothing */
    char *asked;      /* that, when it was asked for; NULL: it is to be asked for */
    unsigned char *bytes; /* NULL: there is none */
    size_t len;
    const char *type;
    char etag[DIGEST_SHA1_BASE64_SIZE];
};

static void forget(struct portrait *p)
{
    free(p->bytes);
    p->bytes = NULL;
    p->len = 0;
}

static void portrait_destroy(struct portrait *p)
{
    forget(p);
    free(p->department);
    free(p->heard);
    free(p->asked);
    free(p->agent);
    free(p);
}

/* By its first bytes, whatever it says it is. */
static const char *type_of(const unsigned char *bytes, size_t len)
{
    if (len >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0) {
        return "image/png";
    }
    if (len >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0) {
        return "image/jpeg";
    }
    if (len >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0) {
        return "image/webp";
    }
    return NULL;
}

static void take(struct portrait *p, const struct element *card)
{
    const struct element *photo = card != NULL ? element_child(card, "PHOTO", NS_VCARD) : NULL;
    const char *text = photo != NULL ? element_child_text(photo, "BINVAL", NS_VCARD) : NULL;

    forget(p);
    if (!p->agreed || text == NULL || text[0] == '\0') {
        return;
    }
    p->bytes = base64_decode_dup(text, PORTRAIT_BYTES, &p->len);
    p->type = p->bytes != NULL ? type_of(p->bytes, p->len) : NULL;
    if (p->type == NULL) {
        forget(p);
        log_info("agent: the photo of %s is not shown: no PNG, JPEG or WebP of at most %d kB",
                 log_safe(p->agent), PORTRAIT_BYTES / 1024);
        return;
    }
    digest_sha1_base64((const char *)p->bytes, p->len, p->etag);
}

static void follow(struct portrait *p);

static void on_vcard(void *ctx, const struct element *reply)
{
    struct portrait *p = ctx;

    p->waits = false;
    if (reply == NULL) {
        mem_replace(&p->asked, NULL); /* the next presence asks again */
        return;
    }
    take(p, element_child(reply, "vCard", NS_VCARD));
    follow(p);
}

/* Asks if what is known is not what the agent's presence says. */
static void follow(struct portrait *p)
{
    const struct agents *a = p->agents;
    struct draft d;

    if (!p->agreed || p->waits || p->department == NULL ||
        (p->asked != NULL && (p->heard == NULL || text_equal(p->heard, p->asked)))) {
        return;
    }
    mem_replace(&p->asked, p->heard != NULL ? p->heard : UNHEARD);
    p->waits = true;
    struct writer *w = draft_begin(&d);
    stanza_iq(w, p->department, p->agent, "get",
              a->post->ask(a->post->ctx, p->agent, ASK_MS, on_vcard, p));
    writer_leaf(w, "vCard", NS_VCARD, NULL);
    draft_send(&d, a->post, p->agent, POST_NOW);
}

/* XEP-0153 4.3: "" where there is none, NULL where the client does not say. */
static const char *hash_of(const struct element *presence)
{
    const struct element *x = element_child(presence, "x", NS_VCARD_UPDATE);
    const struct element *photo = x != NULL ? element_child(x, "photo", NS_VCARD_UPDATE) : NULL;

    if (photo == NULL) {
        return NULL;
    }
    const char *text = element_child_text(x, "photo", NS_VCARD_UPDATE);
    return text != NULL ? text : "";
}

void portrait_hear(struct agents *a, const struct stanza *presence)
{
    struct portrait *p = map_get(a->portraits, presence->from->bare);
    const char *hash = hash_of(presence->element);

    if (p == NULL || !p->agreed) {
        return;
    }
    mem_replace(&p->department, presence->to->bare);
    if (hash != NULL) {
        mem_replace(&p->heard, hash);
    }
    follow(p);
}

void portrait_configure(struct agents *a)
{
    size_t at = 0;
    const char *agent;
    void *value;

    while (map_next(a->portraits, &at, &agent, &value)) {
        ((struct portrait *)value)->agreed = false;
    }
    for (size_t i = 0; i < a->config.person_count; i++) {
        const struct agents_person *person = &a->config.people[i];
        struct portrait *p = map_get(a->portraits, person->jid);
        if (person->shows_face && p == NULL) {
            p = mem_alloc(sizeof *p);
            p->agents = a;
            p->agent = mem_dup(person->jid);
            map_set(a->portraits, person->jid, p);
        }
        if (p != NULL) {
            p->agreed = person->shows_face;
        }
    }
    at = 0;
    while (map_next(a->portraits, &at, &agent, &value)) {
        struct portrait *p = value;
        if (!p->agreed) {
            forget(p);
            mem_replace(&p->asked, NULL);
        }
    }
}

/* A name that two agents have is nobody's: it might be the wrong face. */
bool agents_face(const struct agents *a, const char *name, struct agent_face *out)
{
    const struct portrait *found = NULL;
    size_t same = 0;

    for (size_t i = 0; i < desk_agent_count(a->desk); i++) {
        const char *jid = desk_agent_jid(a->desk, i);
        if (strcmp(desk_agent_name(a->desk, jid), name) == 0) {
            found = map_get(a->portraits, jid);
            same++;
        }
    }
    if (same != 1 || found == NULL || found->bytes == NULL) {
        return false;
    }
    *out = (struct agent_face){found->type, found->bytes, found->len, found->etag};
    return true;
}

void portrait_free(struct agents *a)
{
    size_t at = 0;
    const char *agent;
    void *value;

    while (map_next(a->portraits, &at, &agent, &value)) {
        portrait_destroy(value);
    }
    map_destroy(a->portraits);
}
