/* The page that a visitor is on: docs/PROTOCOL.md section 2. */
#include "base/clock.h"
#include "visitors/claim.h"
#include "visitors/visitors_state.h"

#include <stdlib.h>

/* Shown to that department's agents, if its site is monitored, and its visitors agree where they
 * are asked. */
static void browses(const struct visitors *v, const struct endpoint *e, const char *department)
{
    const struct visitors_config *c = &v->config;

    if (e->gateway && c->is_monitored != NULL && c->is_monitored(c->ctx, e->site) &&
        (e->may_watch || !c->asks_consent(c->ctx, e->site))) {
        desk_visitor_browses(v->desk, clock_utc_ms(), e->party->id, department);
    }
}

void page_arrived(const struct claim *c, const char *visitor)
{
    struct endpoint *e = c->e;

    e->may_watch = c->says_watch ? c->may_watch : e->may_watch;
    if (c->says_watch && !c->may_watch) {
        desk_visitor_hides(c->v->desk, clock_utc_ms(), visitor);
    } else {
        browses(c->v, e, c->department);
    }
}

void page_receive(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    const struct element *page = element_first(s->element);
    char *url = claim_url_dup(page, "url");
    char *title = claim_name_dup(page, "title", CLAIM_TITLE_POINTS);

    desk_visitor_page(v->desk, clock_utc_ms(), e->party->id, url, title);
    browses(v, e, visitors_department(v, s->to));
    stanza_post_result(v->post, s);
    free(url);
    free(title);
}
