/* The page that a visitor is on: docs/PROTOCOL.md section 2. */
#include "base/clock.h"
#include "visitors/claim.h"
#include "visitors/visitors_state.h"

#include <stdlib.h>

void page_browses(const struct visitors *v, const struct endpoint *e, const char *department)
{
    if (e->gateway && v->config.is_monitored != NULL &&
        v->config.is_monitored(v->config.ctx, e->site)) {
        desk_visitor_browses(v->desk, clock_utc_ms(), e->party->id, department);
    }
}

void page_receive(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    const struct element *page = element_first(s->element);
    char *url = claim_url_dup(page, "url");
    char *title = claim_name_dup(page, "title", CLAIM_TITLE_POINTS);

    desk_visitor_page(v->desk, clock_utc_ms(), e->party->id, url, title);
    page_browses(v, e, visitors_department(v, s->to));
    stanza_post_result(v->post, s);
    free(url);
    free(title);
}
