#include "service.h"

#include "xml/ns.h"

#include <stdio.h>
#include <string.h>

#ifndef TRESEN_VERSION
#define TRESEN_VERSION "0"
#endif

/* An address that does not exist is not described: false, the router answers item-not-found. */
static bool is_there(const struct desk *desk, const struct stanza *s, struct department_view *p)
{
    return s->to->local[0] == '\0' || desk_department(desk, s->to->local, p);
}

static void send(const struct post *post, struct writer *w, const char *to)
{
    if (writer_finish(w)) {
        post->send(post->ctx, to, w->out, POST_NOW);
    }
}

static void answer_info(const struct post *post, const struct desk *desk, const char *domain,
                        const struct stanza *s, bool by_agent, struct writer *w)
{
    static const char *const FEATURES[] = {
        NS_DISCO_INFO, NS_DISCO_ITEMS, NS_VERSION,  NS_PING,      NS_RECEIPTS, NS_CHATSTATES,
        NS_MARKERS,    NS_MAM,         NS_SID,      NS_FORM,      NS_VISIT,    NS_RSM,
        NS_CORRECT,    NS_RETRACT,     NS_FALLBACK, NS_REACTIONS, NS_REPLY};
    struct department_view p = {.name = "Live support"};

    (void)domain;
    is_there(desk, s, &p);
    stanza_result(w, s);
    writer_open(w, "query", NS_DISCO_INFO);
    writer_open(w, "identity", NULL);
    writer_attr(w, "category", s->to->local[0] == '\0' ? "component" : "client");
    writer_attr(w, "type", s->to->local[0] == '\0' ? "generic" : "bot");
    writer_attr(w, "name", p.name);
    writer_close(w);
    for (size_t i = 0; i < sizeof FEATURES / sizeof *FEATURES; i++) {
        writer_open(w, "feature", NULL);
        writer_attr(w, "var", FEATURES[i]);
        writer_close(w);
    }
    if (by_agent) {
        writer_open(w, "feature", NULL);
        writer_attr(w, "var", NS_COMMANDS);
        writer_close(w);
    }
    send(post, w, s->from->full);
}

static void answer_items(const struct post *post, const struct desk *desk, const char *domain,
                         const struct stanza *s, bool by_agent, struct writer *w)
{
    (void)by_agent;
    char jid[JID_MAX + 1];

    stanza_result(w, s);
    writer_open(w, "query", NS_DISCO_ITEMS);
    for (size_t i = 0; s->to->local[0] == '\0' && i < desk_department_count(desk); i++) {
        struct department_view p;
        desk_department(desk, desk_department_id(desk, i), &p);
        snprintf(jid, sizeof jid, "%s@%s", p.id, domain);
        writer_open(w, "item", NULL);
        writer_attr(w, "jid", jid);
        writer_attr(w, "name", p.name);
        writer_close(w);
    }
    send(post, w, s->from->full);
}

static void answer_version(const struct post *post, const struct desk *desk, const char *domain,
                           const struct stanza *s, bool by_agent, struct writer *w)
{
    (void)by_agent;
    (void)desk;
    (void)domain;
    stanza_result(w, s);
    writer_open(w, "query", NS_VERSION);
    writer_leaf(w, "name", NULL, "Tresen");
    writer_leaf(w, "version", NULL, TRESEN_VERSION);
    send(post, w, s->from->full);
}

static void answer_ping(const struct post *post, const struct desk *desk, const char *domain,
                        const struct stanza *s, bool by_agent, struct writer *w)
{
    (void)by_agent;
    (void)desk;
    (void)domain;
    stanza_result(w, s);
    send(post, w, s->from->full);
}

static const struct {
    const char *name;
    const char *ns;
    void (*answer)(const struct post *post, const struct desk *desk, const char *domain,
                   const struct stanza *s, bool by_agent, struct writer *w);
} ANSWERS[] = {
    {"query", NS_DISCO_INFO, answer_info},
    {"query", NS_DISCO_ITEMS, answer_items},
    {"query", NS_VERSION, answer_version},
    {"ping", NS_PING, answer_ping},
};

bool service_answer(const struct post *post, const struct desk *desk, const char *domain,
                    const struct stanza *s, bool by_agent)
{
    const struct element *payload = element_first(s->element);
    struct department_view p;

    if (s->kind != STANZA_IQ || strcmp(s->type, "get") != 0 || payload == NULL ||
        !is_there(desk, s, &p)) {
        return false;
    }
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        if (!element_is(payload, ANSWERS[i].name, ANSWERS[i].ns)) {
            continue;
        }
        struct buf buf;
        struct writer w;
        if (element_attr(payload, "node") != NULL) {
            if (by_agent) {
                return false;
            }
            stanza_post_error(post, s, ERROR_ITEM_NOT_FOUND, NULL); /* XEP-0030 7 */
            return true;
        }
        buf_init(&buf, STANZA_BYTES_MAX);
        writer_init(&w, &buf);
        ANSWERS[i].answer(post, desk, domain, s, by_agent, &w);
        buf_finish(&buf);
        return true;
    }
    return false;
}
