#include "check_archive.h"

#include "base/buf.h"
#include "base/text.h"
#include "config.h"
#include "xml/element.h"
#include "xml/ns.h"
#include "xml/stanza.h"
#include "xml/writer.h"

#include <stdio.h>
#include <string.h>

enum { ASK_MS = 10 * 1000, QUESTION_BYTES = 4096 };

static void add(struct check_archives *a, const char *agent)
{
    const char *at = strchr(agent, '@');
    const char *host = at != NULL ? at + 1 : agent;
    for (size_t i = 0; i < a->count; i++) {
        if (text_equal(a->servers[i].host, host)) {
            return;
        }
    }
    if (a->count < CHECK_ARCHIVES_MAX && strlen(host) < sizeof a->servers[0].host) {
        struct check_archive *server = &a->servers[a->count++];
        snprintf(server->host, sizeof server->host, "%s", host);
        server->keeps = false;
        server->all = a;
    }
}

void check_archives_find(struct check_archives *a, const struct config *config)
{
    a->count = a->waiting = 0;
    for (size_t i = 0; i < config->department_count; i++) {
        const struct config_department *p = &config->departments[i];
        for (size_t k = 0; k < p->agent_count && !p->transcript; k++) {
            add(a, p->agents[k]);
        }
    }
}

static bool has_archive(const struct element *query)
{
    for (const struct element *e = element_first(query); e != NULL; e = element_next(e)) {
        const char *var = element_attr(e, "var");
        if (element_is(e, "feature", NS_DISCO_INFO) && var != NULL && text_equal(var, NS_MAM)) {
            return true;
        }
    }
    return false;
}

static void on_answer(void *ctx, const struct element *reply)
{
    struct check_archive *server = ctx;
    const struct element *query =
        reply != NULL ? element_child(reply, "query", NS_DISCO_INFO) : NULL;
    const char *type = reply != NULL ? element_attr(reply, "type") : NULL;
    server->all->waiting--;
    if (query != NULL && type != NULL && text_equal(type, "result")) {
        server->keeps = has_archive(query);
    }
}

void check_archives_ask(struct check_archives *a, const char *domain, const struct post *post)
{
    for (size_t i = 0; i < a->count; i++) {
        struct check_archive *server = &a->servers[i];
        struct buf buf;
        struct writer w;
        buf_init(&buf, QUESTION_BYTES);
        writer_init(&w, &buf);
        a->waiting++;
        stanza_iq(&w, domain, server->host, "get",
                  post->ask(post->ctx, server->host, ASK_MS, on_answer, server));
        writer_open(&w, "query", NS_DISCO_INFO);
        if (writer_finish(&w)) {
            post->send(post->ctx, server->host, &buf, POST_NOW);
        }
        buf_finish(&buf);
    }
}
