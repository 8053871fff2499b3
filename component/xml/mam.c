#include "xml/mam.h"

#include "xml/ns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A non-negative number, or -1. */
static int64_t number_of(const char *text)
{
    char *end = NULL;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return -1;
    }
    errno = 0;
    long long number = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : -1;
}

/* ---- filters ---- */

static enum stanza_error read_time(const struct element *field, time_ms *out)
{
    const char *text = element_child_text(field, "value", NS_FORM);

    return text != NULL && clock_read(text, out) ? ERROR_NONE : ERROR_BAD_REQUEST;
}

/* An id that we never gave is not in the archive. */
static enum stanza_error read_id(const struct element *field, int64_t *out)
{
    *out = number_of(element_child_text(field, "value", NS_FORM));
    return *out > 0 ? ERROR_NONE : ERROR_ITEM_NOT_FOUND;
}

static enum stanza_error read_with(const struct element *field, struct mam_query *out)
{
    out->with = element_child_text(field, "value", NS_FORM);
    return ERROR_NONE;
}

static enum stanza_error read_start(const struct element *field, struct mam_query *out)
{
    return read_time(field, &out->from);
}

static enum stanza_error read_end(const struct element *field, struct mam_query *out)
{
    return read_time(field, &out->until);
}

static enum stanza_error read_before_id(const struct element *field, struct mam_query *out)
{
    return read_id(field, &out->before_id);
}

static enum stanza_error read_after_id(const struct element *field, struct mam_query *out)
{
    return read_id(field, &out->after_id);
}

static enum stanza_error read_ids(const struct element *field, struct mam_query *out)
{
    for (const struct element *v = element_first(field); v != NULL; v = element_next(v)) {
        if (out->id_count == MAM_IDS) {
            return ERROR_POLICY_VIOLATION;
        }
        int64_t id = number_of(element_text(v));
        if (id <= 0) {
            return ERROR_ITEM_NOT_FOUND;
        }
        out->ids[out->id_count++] = id;
    }
    return out->id_count > 0 ? ERROR_NONE : ERROR_BAD_REQUEST;
}

static const struct {
    const char *var;
    const char *type;
    enum stanza_error (*read)(const struct element *field, struct mam_query *out);
} FIELDS[] = {
    {"with", "jid-single", read_with},          {"start", "text-single", read_start},
    {"end", "text-single", read_end},           {"before-id", "text-single", read_before_id},
    {"after-id", "text-single", read_after_id}, {"ids", "list-multi", read_ids},
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof *FIELDS };

/* XEP-0313 4.1.4: what is not known is not ignored. */
static enum stanza_error read_field(const struct element *field, struct mam_query *out)
{
    const char *var = element_attr(field, "var");

    if (var != NULL && strcmp(var, "FORM_TYPE") == 0) {
        return ERROR_NONE;
    }
    for (size_t i = 0; var != NULL && i < FIELD_COUNT; i++) {
        if (strcmp(FIELDS[i].var, var) == 0) {
            out->is_filtered = out->is_filtered || i > 0;
            return FIELDS[i].read(field, out);
        }
    }
    return ERROR_FEATURE_NOT_IMPLEMENTED;
}

static enum stanza_error read_filters(const struct element *query, struct mam_query *out)
{
    const struct element *form = element_child(query, "x", NS_FORM);
    enum stanza_error wrong = ERROR_NONE;

    for (const struct element *f = form != NULL ? element_first(form) : NULL;
         f != NULL && wrong == ERROR_NONE; f = element_next(f)) {
        wrong = read_field(f, out);
    }
    return wrong;
}

/* ---- pages ---- */

static enum stanza_error read_page(const struct element *query, struct mam_query *out)
{
    const struct element *set = element_child(query, "set", NS_RSM);
    const char *max = set != NULL ? element_child_text(set, "max", NULL) : NULL;
    const char *after = set != NULL ? element_child_text(set, "after", NULL) : NULL;
    const char *before = set != NULL ? element_child_text(set, "before", NULL) : NULL;

    if (max != NULL) {
        int64_t wanted = number_of(max);
        if (wanted < 0) {
            return ERROR_BAD_REQUEST;
        }
        out->counts = wanted == 0;
        out->max = wanted == 0 ? 1 : wanted > MAM_PAGE ? MAM_PAGE : (unsigned)wanted;
    }
    if (after != NULL && (out->after = number_of(after)) < 0) {
        return ERROR_ITEM_NOT_FOUND; /* XEP-0059 2.2: an id that we never gave */
    }
    if (before != NULL) {
        out->before = before[0] == '\0' ? -1 : number_of(before);
        if (out->before < 0 && before[0] != '\0') {
            return ERROR_ITEM_NOT_FOUND;
        }
    }
    return ERROR_NONE;
}

enum stanza_error mam_read(const struct element *query, struct mam_query *out)
{
    const char *queryid = element_attr(query, "queryid");

    *out = (struct mam_query){.queryid = queryid != NULL ? queryid : "", .max = MAM_PAGE};
    out->flips = element_child(query, "flip-page", NS_MAM) != NULL;
    enum stanza_error wrong = read_filters(query, out);
    if (wrong == ERROR_NONE) {
        wrong = read_page(query, out);
    }
    if (wrong == ERROR_NONE && strlen(out->queryid) > MAM_QUERYID_MAX) {
        wrong = ERROR_BAD_REQUEST;
    }
    return wrong;
}

/* ---- answers ---- */

void mam_write_form(struct writer *w)
{
    writer_open(w, "x", NS_FORM);
    writer_attr(w, "type", "form");
    writer_open(w, "field", NULL);
    writer_attr(w, "type", "hidden");
    writer_attr(w, "var", "FORM_TYPE");
    writer_leaf(w, "value", NULL, NS_MAM);
    writer_close(w);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        writer_open(w, "field", NULL);
        writer_attr(w, "type", FIELDS[i].type);
        writer_attr(w, "var", FIELDS[i].var);
        if (FIELDS[i].read == read_ids) { /* any that there are, not one of a list (XEP-0122) */
            writer_open(w, "validate", NS_VALIDATE);
            writer_attr(w, "datatype", "xs:string");
            writer_leaf(w, "open", NULL, NULL);
            writer_close(w);
        }
        writer_close(w);
    }
    writer_close(w);
}

void mam_open_result(struct writer *w, const char *queryid, int64_t id, time_ms at)
{
    writer_open(w, "result", NS_MAM);
    writer_attr(w, "queryid", queryid[0] != '\0' ? queryid : NULL);
    writer_attr_number(w, "id", id);
    writer_open(w, "forwarded", NS_FORWARD);
    stanza_delay(w, NULL, at);
}

static void write_number(struct writer *w, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)number);
    writer_leaf(w, name, NULL, text);
}

void mam_write_fin(struct writer *w, int64_t first, int64_t last, int64_t total, bool complete)
{
    writer_open(w, "fin", NS_MAM);
    writer_attr(w, "complete", complete ? "true" : NULL);
    writer_open(w, "set", NS_RSM);
    if (first > 0) {
        write_number(w, "first", first);
        write_number(w, "last", last);
    }
    write_number(w, "count", total);
    writer_close(w);
    writer_close(w);
}

size_t mam_bytes(const char *text)
{
    size_t bytes = 0;

    for (; *text != '\0'; text++) {
        bytes += strchr("<>&'\"", *text) != NULL ? sizeof "&quot;" - 1 : 1;
    }
    return bytes;
}
