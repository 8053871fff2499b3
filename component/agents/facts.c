#include "agents/facts.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void facts_date(time_ms at, char out[FACTS_DATE_SIZE])
{
    char stamp[CLOCK_STAMP_SIZE];

    clock_stamp(at, stamp);
    snprintf(out, FACTS_DATE_SIZE, "%.10s %.5s", stamp, stamp + 11);
}

struct telling {
    facts_on tell;
    void *ctx;
};

static void tell(const struct telling *t, const char *label, const char *value)
{
    if (value[0] != '\0') {
        t->tell(t->ctx, label, value);
    }
}

static void add_page(struct buf *out, const char *title, const char *url)
{
    buf_add_text(out, title);
    if (url[0] != '\0') {
        buf_printf(out, title[0] != '\0' ? " – %s" : "%s", url);
    }
}

static void tell_pages(const struct telling *t, const struct agents *a,
                       const struct visitor_view *v)
{
    struct page_view page;
    struct buf text;

    buf_init(&text, 16 * 1024);
    add_page(&text, v->record->page_title, v->record->page_url);
    tell(t, N_("Page"), text.bytes);
    buf_reset(&text);
    for (size_t i = 0; desk_visitor_page_before(a->desk, v->record->id, i, &page); i++) {
        buf_add_text(&text, i > 0 ? "\n" : "");
        add_page(&text, page.title, page.url);
    }
    tell(t, N_("Pages before"), text.bytes);
    buf_finish(&text);
}

/* The zone is what the visitor's page said: a name of the tz database, or anything. */
static void tell_time(const struct telling *t, const char *zone)
{
    char *complaint = NULL;
    struct zone *z = zone[0] != '\0' ? zone_load(zone, &complaint) : NULL;
    char stamp[CLOCK_STAMP_SIZE];
    char text[128];

    free(complaint);
    if (z == NULL) {
        tell(t, N_("Time zone"), zone);
        return;
    }
    time_ms now = clock_utc_ms();
    clock_stamp(now + zone_offset(z, now) * (time_ms)1000, stamp);
    zone_destroy(z);
    snprintf(text, sizeof text, "%.5s (%s)", stamp + 11, zone);
    tell(t, N_("Local time"), text);
}

/* One line a fact, without the newline behind the last. */
static void tell_fields(const struct telling *t, const char *fields)
{
    struct buf text;
    size_t len = strlen(fields);

    buf_init(&text, 32 * 1024);
    buf_add(&text, fields, len > 0 ? len - 1 : 0);
    tell(t, N_("Also known"), text.bytes);
    buf_finish(&text);
}

/* What the visitor's website has signed; all else they say of themselves, and it may be true. */
static void tell_identity(const struct telling *t, enum language language,
                          const struct visitor_record *r)
{
    if (r->subject[0] == '\0') {
        tell(t, N_("Identity"), language_text(language, N_("not verified")));
        return;
    }
    struct buf text;
    size_t len = strlen(r->claims);
    buf_init(&text, 80 * 1024);
    buf_add_filled(&text, language_text(language, N_("verified by the website: %s")), r->subject,
                   NULL);
    buf_add_text(&text, len > 0 ? "\n" : "");
    buf_add(&text, r->claims, len > 0 ? len - 1 : 0);
    tell(t, N_("Identity"), text.bytes);
    buf_finish(&text);
}

void facts_tell(const struct agents *a, enum language language, const struct visitor_view *v,
                facts_on on_fact, void *ctx)
{
    const struct telling t = {on_fact, ctx};
    const struct visitor_record *r = v->record;
    char date[FACTS_DATE_SIZE];

    tell(&t, N_("Name"), r->name);
    tell_identity(&t, language, r);
    tell(&t, N_("E-mail"), r->email);
    tell(&t, N_("Telephone"), r->phone);
    tell_fields(&t, r->fields);
    tell_pages(&t, a, v);
    tell(&t, N_("From"), r->referrer);
    tell(&t, N_("Invitation"), v->invitation);
    tell(&t, N_("Language"), r->language);
    tell_time(&t, r->zone);
    tell(&t, N_("Browser"), r->browser);
    tell(&t, N_("Network"), v->network);
    facts_date(r->first_seen, date);
    tell(&t, N_("First here (UTC)"), r->first_seen > 0 ? date : "");
}
