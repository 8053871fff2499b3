#include "service.h"

#include "visitors/visitors.h"
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

/* XEP-0363 section 4. */
static void write_upload(struct writer *w, size_t max_bytes)
{
    char number[24];

    writer_open(w, "feature", NULL);
    writer_attr(w, "var", NS_UPLOAD);
    writer_close(w);
    writer_open(w, "x", NS_FORM);
    writer_attr(w, "type", "result");
    writer_open(w, "field", NULL);
    writer_attr(w, "var", "FORM_TYPE");
    writer_attr(w, "type", "hidden");
    writer_leaf(w, "value", NULL, NS_UPLOAD);
    writer_close(w);
    writer_open(w, "field", NULL);
    writer_attr(w, "var", "max-file-size");
    snprintf(number, sizeof number, "%zu", max_bytes);
    writer_leaf(w, "value", NULL, number);
    writer_close(w);
    writer_close(w);
}

static void answer_info(const struct service *service, const struct stanza *s, bool by_agent,
                        struct writer *w)
{
    static const char *const FEATURES[] = {
        NS_DISCO_INFO, NS_DISCO_ITEMS, NS_VERSION,  NS_PING,      NS_RECEIPTS, NS_CHATSTATES,
        NS_MARKERS,    NS_MAM,         NS_SID,      NS_FORM,      NS_VISIT,    NS_RSM,
        NS_CORRECT,    NS_RETRACT,     NS_FALLBACK, NS_REACTIONS, NS_REPLY};
    struct department_view p = {.name = "Live support"};

    is_there(service->desk, s, &p);
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
    /* Not at the domain: it stands among the server's services, and is none of its users'. */
    size_t most = visitors_max_upload(service->visitors, s->to->local);
    if (most > 0 && !by_agent) {
        write_upload(w, most);
    }
    send(service->post, w, s->from->full);
}

static void answer_items(const struct service *service, const struct stanza *s, bool by_agent,
                         struct writer *w)
{
    (void)by_agent;
    char jid[JID_MAX + 1];

    stanza_result(w, s);
    writer_open(w, "query", NS_DISCO_ITEMS);
    for (size_t i = 0; s->to->local[0] == '\0' && i < desk_department_count(service->desk); i++) {
        struct department_view p;
        desk_department(service->desk, desk_department_id(service->desk, i), &p);
        snprintf(jid, sizeof jid, "%s@%s", p.id, service->domain);
        writer_open(w, "item", NULL);
        writer_attr(w, "jid", jid);
        writer_attr(w, "name", p.name);
        writer_close(w);
    }
    send(service->post, w, s->from->full);
}

static void answer_version(const struct service *service, const struct stanza *s, bool by_agent,
                           struct writer *w)
{
    (void)by_agent;
    stanza_result(w, s);
    writer_open(w, "query", NS_VERSION);
    writer_leaf(w, "name", NULL, "Tresen");
    writer_leaf(w, "version", NULL, TRESEN_VERSION);
    send(service->post, w, s->from->full);
}

static void answer_ping(const struct service *service, const struct stanza *s, bool by_agent,
                        struct writer *w)
{
    (void)by_agent;
    stanza_result(w, s);
    send(service->post, w, s->from->full);
}

static const struct {
    const char *name;
    const char *ns;
    void (*answer)(const struct service *service, const struct stanza *s, bool by_agent,
                   struct writer *w);
} ANSWERS[] = {
    {"query", NS_DISCO_INFO, answer_info},
    {"query", NS_DISCO_ITEMS, answer_items},
    {"query", NS_VERSION, answer_version},
    {"ping", NS_PING, answer_ping},
};

bool service_answer(const struct service *service, const struct stanza *s, bool by_agent)
{
    const struct element *payload = element_first(s->element);
    struct department_view p;

    if (s->kind != STANZA_IQ || strcmp(s->type, "get") != 0 || payload == NULL ||
        !is_there(service->desk, s, &p)) {
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
            stanza_post_error(service->post, s, ERROR_ITEM_NOT_FOUND, NULL); /* XEP-0030 7 */
            return true;
        }
        buf_init(&buf, STANZA_BYTES_MAX);
        writer_init(&w, &buf);
        ANSWERS[i].answer(service, s, by_agent, &w);
        buf_finish(&buf);
        return true;
    }
    return false;
}
