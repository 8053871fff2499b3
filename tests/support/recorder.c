#include "recorder.h"

#include "base/buf.h"
#include "base/list.h"
#include "base/mem.h"
#include "xml/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sent {
    char *to;
    char *xml;
    struct element *element;
    enum post_when when;
    struct list link;
};

struct question {
    char id[32];
    post_answer answer;
    void *ctx;
    struct list link;
};

struct waiting {
    void (*call)(void *ctx);
    void *ctx;
    struct list link;
};

struct recorder {
    struct post post;
    bool up;
    unsigned asked;
    struct list sent;      /* sent::link */
    struct list questions; /* question::link */
    struct list waiting;   /* waiting::link */
    struct element *taken;
};

/* ---- reading ---- */

struct element *recorder_read(const char *xml, const char *ns)
{
    size_t name = strcspn(xml, " />");
    char *whole =
        ns != NULL ? mem_print("%.*s xmlns='%s'%s", (int)name, xml, ns, xml + name) : mem_dup(xml);
    struct element *e = NULL;

    if (reader_document(&READER_LINK, whole, strlen(whole), &e) != READER_OK) {
        fprintf(stderr, "not well-formed: %s\n", whole);
        abort();
    }
    free(whole);
    return e;
}

/* ---- the post ---- */

static void sent_destroy(struct sent *s)
{
    list_remove(&s->link);
    element_destroy(s->element);
    free(s->to);
    free(s->xml);
    free(s);
}

static bool on_send(void *ctx, const char *to, const struct buf *xml, enum post_when when)
{
    struct recorder *r = ctx;

    if (!r->up) {
        return when == POST_HELD;
    }
    struct sent *s = mem_alloc(sizeof *s);
    s->to = mem_dup(to);
    s->xml = mem_dup_n(xml->bytes, xml->len);
    s->element = recorder_read(s->xml, NULL);
    s->when = when;
    const char *attribute = element_attr(s->element, "to");
    if (attribute == NULL || strcmp(attribute, to) != 0) {
        fprintf(stderr, "posted to %s: %s\n", to, s->xml);
        abort();
    }
    list_append(&r->sent, &s->link);
    return true;
}

static const char *on_ask(void *ctx, const char *to, int timeout_ms, post_answer answer,
                          void *answer_ctx)
{
    struct recorder *r = ctx;
    struct question *q = mem_alloc(sizeof *q);

    (void)to;
    (void)timeout_ms;
    snprintf(q->id, sizeof q->id, "ask-%u", ++r->asked);
    q->answer = answer;
    q->ctx = answer_ctx;
    list_append(&r->questions, &q->link);
    return q->id;
}

static void on_after(void *ctx, void (*call)(void *ctx), void *call_ctx)
{
    struct recorder *r = ctx;
    struct waiting *w = mem_alloc(sizeof *w);

    w->call = call;
    w->ctx = call_ctx;
    list_append(&r->waiting, &w->link);
}

/* ---- life ---- */

struct recorder *recorder_create(void)
{
    struct recorder *r = mem_alloc(sizeof *r);

    r->post = (struct post){.ctx = r, .send = on_send, .ask = on_ask, .after = on_after};
    r->up = true;
    list_init(&r->sent);
    list_init(&r->questions);
    list_init(&r->waiting);
    return r;
}

const struct post *recorder_post(struct recorder *r)
{
    return &r->post;
}

void recorder_link(struct recorder *r, bool up)
{
    r->up = up;
}

void recorder_commit(struct recorder *r)
{
    while (!list_is_empty(&r->waiting)) {
        struct waiting *w = LIST_OF(struct waiting, r->waiting.next, link);
        list_remove(&w->link);
        w->call(w->ctx);
        free(w);
    }
}

void recorder_forget(struct recorder *r)
{
    element_destroy(r->taken);
    r->taken = NULL;
    list_for_each_safe (struct sent, s, &r->sent, link) {
        sent_destroy(s);
    }
}

void recorder_destroy(struct recorder *r)
{
    recorder_answer_none(r);
    recorder_forget(r);
    list_for_each_safe (struct waiting, w, &r->waiting, link) {
        list_remove(&w->link);
        free(w);
    }
    free(r);
}

/* ---- questions ---- */

static void answer(struct question *q, const struct element *reply)
{
    list_remove(&q->link);
    q->answer(q->ctx, reply);
    free(q);
}

bool recorder_answer(struct recorder *r, const char *id, const char *reply)
{
    list_for_each_safe (struct question, q, &r->questions, link) {
        if (strcmp(q->id, id) == 0) {
            struct element *e = reply != NULL ? recorder_read(reply, NULL) : NULL;
            answer(q, e);
            element_destroy(e);
            return true;
        }
    }
    return false;
}

void recorder_answer_none(struct recorder *r)
{
    for (size_t left = recorder_questions(r); left > 0; left--) {
        answer(LIST_OF(struct question, r->questions.next, link), NULL);
    }
}

size_t recorder_questions(const struct recorder *r)
{
    size_t count = 0;

    list_for_each (struct question, q, &r->questions, link) {
        count += q->id[0] != '\0' ? 1 : 0;
    }
    return count;
}

/* ---- patterns ---- */

static bool text_fits(const char *pattern, const char *text)
{
    size_t len = strlen(pattern);

    if (text == NULL) {
        return false;
    }
    if (len > 0 && pattern[len - 1] == '*') {
        return strncmp(pattern, text, len - 1) == 0;
    }
    return strcmp(pattern, text) == 0;
}

/* The attributes that any stanza of ours has; what they do not name would not be compared. */
static const char *const NAMES[] = {
    "from",         "to",         "type",   "id",      "jid",      "name",
    "subscription", "node",       "ver",    "var",     "hash",     "label",
    "by",           "category",   "stamp",  "event",   "seen",     "url",
    "last",         "left",       "number", "state",   "position", "complete",
    "availability", "department", "agent",  "visitor", "title",    "queryid",
};

static bool attributes_fit(const struct element *pattern, const struct element *e)
{
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const char *wanted = element_attr(pattern, NAMES[i]);
        const char *there = element_attr(e, NAMES[i]);
        if (wanted != NULL ? !text_fits(wanted, there) : there != NULL) {
            return false;
        }
    }
    return true;
}

static bool fits(const struct element *pattern, const struct element *e);

static bool children_fit(const struct element *pattern, const struct element *e)
{
    const struct element *wanted = element_first(pattern);
    const struct element *child = element_first(e);

    while (wanted != NULL && strcmp(element_name(wanted), "_") != 0) {
        if (child == NULL || !fits(wanted, child)) {
            return false;
        }
        wanted = element_next(wanted);
        child = element_next(child);
    }
    return wanted != NULL || child == NULL;
}

/* Text matters where there are no child elements. */
static bool fits(const struct element *pattern, const struct element *e)
{
    return strcmp(element_name(pattern), element_name(e)) == 0 &&
           strcmp(element_ns(pattern), element_ns(e)) == 0 && attributes_fit(pattern, e) &&
           children_fit(pattern, e) &&
           (element_first(pattern) != NULL || text_fits(element_text(pattern), element_text(e)));
}

static bool when_fits(const struct element *pattern, const struct sent *s)
{
    const char *when = element_attr(pattern, "when");

    return when == NULL || strcmp(when, s->when == POST_NOW ? "now" : "held") == 0;
}

const struct element *recorder_find(struct recorder *r, const char *pattern)
{
    struct element *p = recorder_read(pattern, NULL);
    struct element *found = NULL;

    list_for_each_safe (struct sent, s, &r->sent, link) {
        if (when_fits(p, s) && fits(p, s->element)) {
            found = s->element;
            s->element = NULL;
            sent_destroy(s);
            break;
        }
    }
    element_destroy(p);
    if (found != NULL) {
        element_destroy(r->taken);
        r->taken = found;
    }
    return found;
}

const struct element *recorder_take(struct recorder *r, const char *pattern)
{
    const struct element *found = recorder_find(r, pattern);

    if (found == NULL) {
        fprintf(stderr, "nothing like %s\n", pattern);
        recorder_print(r);
    }
    return found;
}

size_t recorder_count(const struct recorder *r)
{
    size_t count = 0;

    list_for_each (struct sent, s, &r->sent, link) {
        count += s->xml != NULL ? 1 : 0;
    }
    return count;
}

void recorder_print(const struct recorder *r)
{
    fprintf(stderr, "%zu sent:\n", recorder_count(r));
    list_for_each (struct sent, s, &r->sent, link) {
        fprintf(stderr, "  %s %s\n", s->when == POST_NOW ? "now " : "held", s->xml);
    }
}
