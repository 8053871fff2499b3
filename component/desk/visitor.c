#include "desk/visitor.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void keep(const char **field, const char *value)
{
    if (value == NULL || value[0] == '\0') {
        if (*field == NULL) {
            *field = mem_dup("");
        }
        return;
    }
    free((char *)(uintptr_t)*field);
    *field = mem_dup(value);
}

static void page_finish(struct page *p)
{
    free(p->url);
    free(p->title);
}

struct visitor *visitor_create(const struct visitor_record *record)
{
    struct visitor *v = mem_alloc(sizeof *v);

    visitor_update(v, record);
    return v;
}

void visitor_destroy(struct visitor *v)
{
    if (v == NULL) {
        return;
    }
    const char *fields[] = {v->record.id,         v->record.site,     v->record.jid,
                            v->record.name,       v->record.email,    v->record.language,
                            v->record.zone,       v->record.browser,  v->record.page_url,
                            v->record.page_title, v->record.referrer, v->record.only_agent,
                            v->record.last_agent, v->record.phone,    v->record.fields,
                            v->record.consent,    v->record.subject,  v->record.claims};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        free((char *)(uintptr_t)fields[i]);
    }
    repeats_finish(&v->old);
    requested_finish(&v->tickets);
    for (size_t i = 0; i < v->page_count; i++) {
        page_finish(&v->pages[i]);
    }
    prechat_finish(&v->prechat);
    free(v->pages);
    free(v->invitation);
    free(v->network);
    free(v->origin);
    free(v);
}

void visitor_update(struct visitor *v, const struct visitor_record *record)
{
    struct visitor_record *own = &v->record;

    keep(&own->id, record->id);
    keep(&own->site, record->site);
    keep(&own->jid, record->jid);
    keep(&own->name, record->name);
    keep(&own->email, record->email);
    keep(&own->language, record->language);
    keep(&own->zone, record->zone);
    keep(&own->browser, record->browser);
    keep(&own->page_url, record->page_url);
    keep(&own->page_title, record->page_title);
    keep(&own->referrer, record->referrer);
    keep(&own->only_agent, record->only_agent);
    keep(&own->last_agent, record->last_agent);
    keep(&own->phone, record->phone);
    keep(&own->fields, record->fields);
    keep(&own->consent, record->consent);
    keep(&own->subject, record->subject);
    keep(&own->claims, record->claims);
    own->verified = record->verified > own->verified ? record->verified : own->verified;
    if (record->first_seen != 0 && (own->first_seen == 0 || record->first_seen < own->first_seen)) {
        own->first_seen = record->first_seen;
    }
    if (record->last_seen > own->last_seen) {
        own->last_seen = record->last_seen;
    }
}

void visitor_set_page(struct visitor *v, const char *url, const char *title)
{
    free((char *)(uintptr_t)v->record.page_url);
    free((char *)(uintptr_t)v->record.page_title);
    v->record.page_url = mem_dup(url);
    v->record.page_title = mem_dup(title);
}

void visitor_set_last_agent(struct visitor *v, const char *agent)
{
    keep(&v->record.last_agent, agent);
}

bool visitor_leave_page(struct visitor *v, time_ms now, const char *url)
{
    const char *old = v->record.page_url;

    if (url == NULL || url[0] == '\0' || old[0] == '\0' || text_equal(old, url)) {
        return false;
    }
    if (v->pages == NULL) {
        v->pages = mem_array(DESK_PAGES, sizeof *v->pages);
    }
    if (v->page_count == DESK_PAGES) {
        page_finish(&v->pages[0]);
        memmove(v->pages, v->pages + 1, --v->page_count * sizeof *v->pages);
    }
    v->pages[v->page_count++] =
        (struct page){.url = mem_dup(old), .title = mem_dup(v->record.page_title), .left = now};
    return true;
}

/* ---- what agents correct ---- */

/* Of the fields that have a name of their own. */
static bool find_known(struct visitor_record *r, const char *field, const char ***out)
{
    const struct {
        const char *field;
        const char **value;
    } KNOWN[] = {{"name", &r->name}, {"email", &r->email}, {"phone", &r->phone}};

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        if (text_equal(KNOWN[i].field, field)) {
            *out = KNOWN[i].value;
            return true;
        }
    }
    return false;
}

/* The line "field: value" among the free ones; NULL: none. */
static const char *free_line(const struct visitor_record *r, const char *field)
{
    size_t len = strlen(field);
    const char *line = r->fields;

    while (*line != '\0') {
        if (strncmp(line, field, len) == 0 && line[len] == ':') {
            return line;
        }
        line += strcspn(line, "\n") + 1;
    }
    return NULL;
}

static char *field_dup(const struct visitor_record *of, const char *field)
{
    struct visitor_record r = *of;
    const char **known;

    if (find_known(&r, field, &known)) {
        return mem_dup(*known);
    }
    const char *line = free_line(of, field);
    if (line == NULL) {
        return mem_dup("");
    }
    const char *value = line + strlen(field) + 2;
    return mem_dup_n(value, strcspn(value, "\n"));
}

char *visitor_field_dup(const struct visitor *v, const char *field)
{
    return field_dup(&v->record, field);
}

/* "a, b" is "a, b", and it is "b". */
static bool is_among(const char *known, const char *value)
{
    size_t len = strlen(value);
    const char *part = known;

    if (strcasecmp(known, value) == 0) {
        return true;
    }
    while (strncasecmp(part, value, len) != 0 || (part[len] != '\0' && part[len] != ',')) {
        part = strstr(part, ", ");
        if (part == NULL) {
            return false;
        }
        part += 2;
    }
    return true;
}

bool visitor_is(const struct visitor_record *r, const char *field, const char *value)
{
    char *known = field_dup(r, field);
    bool is = is_among(known, value);

    free(known);
    return is;
}

static size_t count_fields(const struct visitor *v)
{
    size_t count = 0;

    for (const char *c = v->record.fields; *c != '\0'; c++) {
        count += *c == '\n' ? 1 : 0;
    }
    return count;
}

static bool correct_free(struct visitor *v, const char *field, const char *value)
{
    const char *fields = v->record.fields;
    const char *line = free_line(&v->record, field);
    size_t before = line != NULL ? (size_t)(line - fields) : strlen(fields);
    const char *after = line != NULL ? line + strcspn(line, "\n") + 1 : "";

    if (line == NULL && value[0] != '\0' && count_fields(v) >= DESK_FIELDS) {
        return false;
    }
    char *all = value[0] != '\0'
                    ? mem_print("%.*s%s: %s\n%s", (int)before, fields, field, value, after)
                    : mem_print("%.*s%s", (int)before, fields, after);
    free((char *)(uintptr_t)fields);
    v->record.fields = all;
    return true;
}

bool visitor_correct(struct visitor *v, const char *field, const char *value)
{
    const char **known;

    if (!find_known(&v->record, field, &known)) {
        return correct_free(v, field, value);
    }
    free((char *)(uintptr_t)*known);
    *known = mem_dup(value);
    return true;
}
