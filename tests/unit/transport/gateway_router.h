/* gateway_router.h - stands in for the router in the gateway's tests: it writes down what streams
 * tell it, and echoes messages if it is told to. Included by one file of a program. */
#pragma once

#include "base/buf.h"
#include "base/mem.h"
#include "router.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

struct router {
    unsigned attached;
    unsigned detached;
    struct buf received;              /* "name:id:body;" of each stanza */
    struct buf log;                   /* jid, site and address of each stream that was attached */
    const struct router_stream *last; /* attached or heard last */
    bool echoes;                      /* a message's body, held by nothing */
    struct post post;
    void (*after)(void *ctx); /* waits for gateway_router_commit */
    void *after_ctx;
};

static inline void gateway_router_after(void *ctx, void (*call)(void *ctx), void *call_ctx)
{
    struct router *r = ctx;
    r->after = call;
    r->after_ctx = call_ctx;
}

static inline void gateway_router_commit(struct router *r)
{
    void (*after)(void *ctx) = r->after;
    r->after = NULL;
    after(r->after_ctx);
}

const struct post *router_post(struct router *r)
{
    return &r->post;
}

static inline void gateway_router_init(struct router *r)
{
    *r = (struct router){.post = {.ctx = r, .after = gateway_router_after}};
    buf_init(&r->received, 1 << 20);
    buf_init(&r->log, 1 << 20);
}

static inline void gateway_router_finish(struct router *r)
{
    buf_finish(&r->received);
    buf_finish(&r->log);
}

/* As the router would: a finished stanza without xmlns. */
static inline void gateway_router_send(struct router *r, const char *xml)
{
    r->last->outlet->send(r->last->outlet, xml, strlen(xml));
}

void router_attach(struct router *r, const struct router_stream *stream)
{
    r->attached++;
    r->last = stream;
    buf_printf(&r->log, "%s site=%s address=%s;", stream->jid, stream->site, stream->address);
}

void router_stream_receive(struct router *r, const struct router_stream *stream,
                           const struct element *element)
{
    const char *id = element_attr(element, "id");
    const char *body = element_child_text(element, "body", NS_CLIENT);
    r->last = stream;
    buf_printf(&r->received, "%s:%s:%s;", element_name(element), id ? id : "", body ? body : "");
    if (r->echoes && body) {
        char *xml =
            mem_print("<message from='sales@support.localhost' id='e-%s'><body>%s</body></message>",
                      id ? id : "", body);
        gateway_router_send(r, xml);
        free(xml);
    }
}

void router_detach(struct router *r, const struct router_stream *stream)
{
    r->detached++;
    if (r->last == stream) {
        r->last = NULL;
    }
}
