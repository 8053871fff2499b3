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
                            v->record.page_title, v->record.referrer, v->record.only_agent};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        free((char *)(uintptr_t)fields[i]);
    }
    for (size_t i = 0; i < v->old_count; i++) {
        free(v->old_ids[i]);
    }
    free(v->old_ids);
    free(v->old_sequences);
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

static void forget_oldest(struct visitor *v, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(v->old_ids[i]);
    }
    v->old_count -= count;
    memmove(v->old_ids, v->old_ids + count, v->old_count * sizeof *v->old_ids);
    memmove(v->old_sequences, v->old_sequences + count, v->old_count * sizeof *v->old_sequences);
}

void visitor_remember_ids(struct visitor *v, const char *const *ids, const int64_t *sequences,
                          size_t count)
{
    if (count == 0) {
        return;
    }
    v->old_ids = mem_grow(v->old_ids, (v->old_count + count) * sizeof *v->old_ids);
    v->old_sequences =
        mem_grow(v->old_sequences, (v->old_count + count) * sizeof *v->old_sequences);
    for (size_t i = 0; i < count; i++) {
        v->old_ids[v->old_count] = mem_dup(ids[i]);
        v->old_sequences[v->old_count++] = sequences[i];
    }
    if (v->old_count > VISITOR_OLD_IDS) {
        forget_oldest(v, v->old_count - VISITOR_OLD_IDS);
    }
}

int64_t visitor_find_id(const struct visitor *v, const char *sender_id)
{
    for (size_t i = 0; i < v->old_count; i++) {
        if (text_equal(v->old_ids[i], sender_id)) {
            return v->old_sequences[i];
        }
    }
    return 0;
}
