#include "transport/site.h"

#include "base/mem.h"
#include "transport/gateway.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

struct sites {
    struct site *list;
    size_t count;
    bool allow_no_origin;
};

struct sites *sites_create(const struct gateway_site *list, size_t count, bool allow_no_origin)
{
    struct sites *s = mem_alloc(sizeof *s);
    s->list = mem_array(count, sizeof *s->list);
    s->count = count;
    s->allow_no_origin = allow_no_origin;
    for (size_t i = 0; i < count; i++) {
        struct site *site = &s->list[i];
        site->id = mem_dup(list[i].id);
        site->origins = mem_array(list[i].origin_count, sizeof *site->origins);
        site->origin_count = list[i].origin_count;
        for (size_t k = 0; k < site->origin_count; k++) {
            site->origins[k] = mem_dup(list[i].origins[k]);
            for (char *c = site->origins[k]; *c; c++) {
                *c = (char)tolower((unsigned char)*c);
            }
        }
    }
    return s;
}

void sites_destroy(struct sites *s)
{
    if (!s) {
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        for (size_t k = 0; k < s->list[i].origin_count; k++) {
            free(s->list[i].origins[k]);
        }
        free(s->list[i].origins);
        free(s->list[i].id);
    }
    free(s->list);
    free(s);
}

const struct site *sites_find(const struct sites *s, const char *origin, const char **allowed)
{
    if (allowed) {
        *allowed = NULL;
    }
    if (!origin) {
        return s->allow_no_origin && s->count > 0 ? &s->list[0] : NULL;
    }
    for (size_t i = 0; i < s->count; i++) {
        const struct site *site = &s->list[i];
        for (size_t k = 0; k < site->origin_count; k++) {
            if (strcasecmp(site->origins[k], origin) == 0) {
                if (allowed) {
                    *allowed = site->origins[k];
                }
                return site;
            }
        }
    }
    return NULL;
}
