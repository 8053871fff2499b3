#include "report/listing.h"

#include "base/buf.h"
#include "base/calendar.h"
#include "base/mem.h"
#include "report/escape.h"
#include "report/measure.h"
#include "report/page.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

enum { SUBJECT = 40, NAME = 20, STATE = 8, OWN_BYTES = 64 * 1024 };

static const char *say(const struct listing *l, enum phrase what)
{
    return phrase(l->language, what);
}

const char *listing_subject(const struct archive_ticket *t)
{
    return t->ticket.subject[0] != '\0' ? t->ticket.subject : t->first_line;
}

const char *listing_department(const struct archive_ticket *t)
{
    return t->ticket.state != TICKET_NONE ? t->ticket.department : t->chat.department;
}

char *listing_own_dup(const struct archive_ticket *t, const char *between)
{
    struct buf text;

    buf_init(&text, OWN_BYTES);
    for (size_t i = 0; i < t->own.count; i++) {
        const struct own_record *r = &t->own.rows[i];
        buf_printf(&text, "%s%s: %s", i > 0 ? between : "", r->field, r->value);
    }
    return buf_detach(&text);
}

const char *listing_state(enum ticket_state state)
{
    static const char *const STATES[] = {"none", "new", "open", "pending", "solved", "closed"};

    return STATES[state];
}

const char *listing_moment(const struct listing *l, const struct archive_ticket *t, time_ms at,
                           char *out)
{
    const struct calendar *clock = l->clock(l->names_ctx, listing_department(t));

    return measure_moment(out, at, at != 0 ? calendar_offset(clock, at) : 0);
}

/* ---- a ticket's fields, the same in each format ---- */

enum { FIELDS = 15, NUMBER_FIELD = 0, MOMENTS = 10, OWN_FIELD = 14 };

static const struct {
    const char *name; /* for programs and spreadsheets */
    enum phrase title;
} COLUMNS[FIELDS] = {
    {"number", PHRASE_NUMBER},   {"state", PHRASE_STATE},     {"department", PHRASE_DEPARTMENT},
    {"owner", PHRASE_OWNER},     {"subject", PHRASE_SUBJECT}, {"requester", PHRASE_REQUESTER},
    {"email", PHRASE_EMAIL},     {"phone", PHRASE_PHONE},     {"priority", PHRASE_PRIORITY},
    {"tags", PHRASE_TAGS},       {"began", PHRASE_BEGAN},     {"converted", PHRASE_CONVERTED},
    {"changed", PHRASE_CHANGED}, {"due", PHRASE_DUE},         {"fields", PHRASE_OWN},
};

struct row {
    const char *fields[FIELDS];
    char number[MEASURE_SIZE];
    char moments[4][MEASURE_SIZE];
    char *own;
};

/* Whoever fills it frees own. */
static void fill(const struct listing *l, const struct archive_ticket *t, struct row *r)
{
    static const char *const PRIORITIES[] = {"", "low", "normal", "high", "urgent"};
    const time_ms moments[] = {t->chat.created, t->ticket.converted, t->ticket.changed,
                               t->ticket.due};

    snprintf(r->number, sizeof r->number, "%" PRId64, t->chat.number);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        if (l->format == LISTING_JSON && moments[i] != 0) {
            clock_stamp(moments[i], r->moments[i]);
        } else {
            listing_moment(l, t, moments[i], r->moments[i]);
        }
        r->fields[MOMENTS + i] = r->moments[i];
    }
    r->fields[0] = r->number;
    r->fields[1] = listing_state(t->ticket.state);
    r->fields[2] = listing_department(t);
    r->fields[3] = t->ticket.state != TICKET_NONE ? t->ticket.owner : t->chat.owner;
    r->fields[4] = listing_subject(t);
    r->fields[5] = t->requester.name;
    r->fields[6] = t->requester.email;
    r->fields[7] = t->requester.phone;
    r->fields[8] =
        PRIORITIES[t->ticket.state != TICKET_NONE ? t->ticket.priority : t->chat.priority];
    r->fields[9] = t->chat.tags;
    r->own = listing_own_dup(t, "; ");
    r->fields[OWN_FIELD] = r->own;
}

/* ---- lists ---- */

static void begin_csv(const struct listing *l)
{
    fputs("\xEF\xBB\xBF", l->out);
    for (size_t i = 0; i < FIELDS; i++) {
        fprintf(l->out, "%s%s", i > 0 ? (l->language == PHRASE_DE ? ";" : ",") : "",
                COLUMNS[i].name);
    }
    fputs("\r\n", l->out);
}

static void begin_text(const struct listing *l)
{
    escape_plain(l->out, say(l, PHRASE_NUMBER), 9);
    escape_plain(l->out, say(l, PHRASE_STATE), STATE + 1);
    escape_plain(l->out, say(l, PHRASE_DEPARTMENT), NAME + 1);
    escape_plain(l->out, say(l, PHRASE_OWNER), NAME + 1);
    escape_plain(l->out, say(l, PHRASE_REQUESTER), NAME + 1);
    fprintf(l->out, "%s\n", say(l, PHRASE_SUBJECT));
}

static void begin_html(const struct listing *l)
{
    page_begin(l->out, l->language, say(l, PHRASE_TICKETS),
               "@page{size:A4 landscape;margin:12mm}body{max-width:none}\n");
    fprintf(
        l->out,
        "<h1>%s</h1>\n<p class=\"soft\">%s</p>\n<div class=\"wide\" tabindex=\"0\"><table>\n<tr>",
        say(l, PHRASE_TICKETS), l->house);
    for (size_t i = 0; i < FIELDS; i++) {
        page_head_cell(l->out, say(l, COLUMNS[i].title));
    }
    fputs("</tr>\n", l->out);
}

void listing_begin(struct listing *l)
{
    switch (l->format) {
    case LISTING_TEXT:
        begin_text(l);
        break;
    case LISTING_CSV:
        begin_csv(l);
        break;
    case LISTING_JSON:
        fputs("[", l->out);
        break;
    case LISTING_HTML:
        begin_html(l);
        break;
    }
}

static void add_json(const struct listing *l, const struct row *r)
{
    json_t *one = json_object();

    for (size_t i = 0; i < FIELDS; i++) {
        char *clean = escape_json_dup(r->fields[i]);
        json_object_set_new(one, COLUMNS[i].name,
                            i == NUMBER_FIELD ? json_integer(strtoll(clean, NULL, 10))
                                              : json_string(clean));
        free(clean);
    }
    fputs(l->count > 0 ? ",\n" : "\n", l->out);
    json_dumpf(one, l->out, JSON_COMPACT);
    json_decref(one);
}

static void add_text(const struct listing *l, const struct archive_ticket *t, const struct row *r)
{
    fprintf(l->out, "%-8s ", r->number);
    escape_plain(l->out, r->fields[1], STATE);
    fputc(' ', l->out);
    escape_plain(l->out, l->department(l->names_ctx, listing_department(t)), NAME);
    fputc(' ', l->out);
    escape_plain(l->out, r->fields[3][0] != '\0' ? l->agent(l->names_ctx, r->fields[3]) : "-",
                 NAME);
    fputc(' ', l->out);
    escape_plain(l->out, t->requester.name[0] != '\0' ? t->requester.name : t->requester.email,
                 NAME);
    fputc(' ', l->out);
    escape_plain(l->out, r->fields[4], SUBJECT);
    fputc('\n', l->out);
}

void listing_add(struct listing *l, const struct archive_ticket *t)
{
    struct row r;

    fill(l, t, &r);
    switch (l->format) {
    case LISTING_TEXT:
        add_text(l, t, &r);
        break;
    case LISTING_CSV:
        for (size_t i = 0; i < FIELDS; i++) {
            fputs(i > 0 ? (l->language == PHRASE_DE ? ";" : ",") : "", l->out);
            escape_csv(l->out, r.fields[i]);
        }
        fputs("\r\n", l->out);
        break;
    case LISTING_JSON:
        add_json(l, &r);
        break;
    case LISTING_HTML:
        fputs("<tr>", l->out);
        for (size_t i = 0; i < FIELDS; i++) {
            page_cell(l->out, r.fields[i]);
        }
        fputs("</tr>\n", l->out);
        break;
    }
    free(r.own);
    l->count++;
}

void listing_end(struct listing *l)
{
    if (l->format == LISTING_JSON) {
        fputs("\n]\n", l->out);
    } else if (l->format == LISTING_HTML) {
        fputs("</table></div>\n", l->out);
        page_end(l->out);
    }
}
