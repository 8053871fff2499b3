/* fake_router.h - stands in for the router in the link's tests: it writes down what the link tells
 * it. Included by one file of a program. */
#pragma once

#include "base/buf.h"
#include "router.h"
#include "xml/ns.h"

#include <string.h>

struct router {
    unsigned ups;
    unsigned downs;
    unsigned offences; /* of them, those for which what we sent is blamed */
    unsigned received;
    struct buf ids;     /* of the stanzas received, each with a blank behind */
    struct buf skipped; /* the same of those skipped */
    struct buf froms;
    struct outlet *link;
};

static inline void fake_router_init(struct router *r)
{
    *r = (struct router){0};
    buf_init(&r->ids, 1 << 20);
    buf_init(&r->skipped, 1 << 20);
    buf_init(&r->froms, 1 << 20);
}

static inline void fake_router_finish(struct router *r)
{
    buf_finish(&r->ids);
    buf_finish(&r->skipped);
    buf_finish(&r->froms);
}

static inline void fake_router_send(struct router *r, const char *xml)
{
    r->link->send(r->link, xml, strlen(xml));
}

void router_link_up(struct router *r, struct outlet *link)
{
    r->ups++;
    r->link = link;
}

void router_link_down(struct router *r, bool offended)
{
    r->offences += offended ? 1 : 0;
    r->downs++;
}

void router_link_receive(struct router *r, const struct element *element)
{
    const char *id = element_attr(element, "id");
    const char *from = element_attr(element, "from");
    r->received++;
    buf_printf(&r->ids, "%s ", id ? id : "-");
    buf_printf(&r->froms, "%s ", from ? from : "-");
}

void router_link_skipped(struct router *r, const struct element *head)
{
    const char *id = element_attr(head, "id");
    buf_printf(&r->skipped, "%s ", id ? id : "-");
}
