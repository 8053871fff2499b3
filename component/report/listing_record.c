/* Records: what was said and noted. The page is ready for paper: each ticket begins on a sheet of
 * its own. */
#include "base/calendar.h"
#include "base/mem.h"
#include "report/escape.h"
#include "report/listing.h"
#include "report/measure.h"
#include "report/page.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char STYLE[] =
    "@page{size:A4;margin:18mm 16mm}\n"
    "article{break-after:page;margin-bottom:3rem}article:last-of-type{break-after:auto}\n"
    ".facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.8rem 0 1rem}"
    ".facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}\n"
    ".line{display:grid;grid-template-columns:8.5rem 9rem 1fr;gap:0 .8rem;padding:.3rem 0;"
    "border-bottom:1px solid var(--line);break-inside:avoid}\n"
    ".line p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}"
    ".line .who{font-weight:600;overflow-wrap:anywhere}"
    ".line.event,.line.event .who{color:var(--soft);font-weight:400}"
    ".line.note{background:var(--card)}\n"
    ".at{color:var(--soft);font-variant-numeric:tabular-nums;font-size:.9em}\n"
    "@media(max-width:40rem){.line{grid-template-columns:1fr}}\n"
    "@media print{body{padding:0;max-width:none;font-size:10pt}"
    ".line{grid-template-columns:7.5rem 8rem 1fr}}\n";

static const char *say(const struct listing *l, enum phrase what)
{
    return phrase(l->language, what);
}

static const char *comma(const struct listing *l)
{
    return l->language == PHRASE_DE ? ";" : ",";
}

/* ---- what an entry is ---- */

/* What became of a line stands with the line. */
static bool is_shown(const struct listing *l, const struct entry_record *e)
{
    bool is_change = entry_is_change(e) && strncmp(e->event, "form-", 5) != 0 &&
                     strcmp(e->event, "opened") != 0 && strcmp(e->event, "declined") != 0;

    return !is_change && !(l->is_public && e->kind == ENTRY_NOTE);
}

static const char *body(const struct listing *l, const struct entry_record *e)
{
    return e->fate == FATE_RETRACTED ? say(l, PHRASE_TAKEN_BACK) : entry_shown(e);
}

static const char *speaker(const struct listing *l, const struct entry_record *e)
{
    return e->name[0] != '\0' ? e->name : e->by == BY_VISITOR ? say(l, PHRASE_VISITOR) : "";
}

/* "note", the event, "corrected"; "": a plain line. */
static const char *kind(const struct listing *l, const struct entry_record *e)
{
    if (e->event[0] != '\0') {
        return phrase_event(l->language, e->event);
    }
    return e->kind == ENTRY_NOTE       ? say(l, PHRASE_NOTE)
           : e->fate == FATE_CORRECTED ? say(l, PHRASE_CORRECTED)
                                       : "";
}

/* ---- facts of the ticket ---- */

enum { FACTS = 20, SECOND_MS = 1000, NUMBERS_SIZE = 24 * TICKET_LINKS };

struct facts {
    enum phrase names[FACTS];
    const char *values[FACTS];
    char moments[6][MEASURE_SIZE];
    char *rating; /* owned */
    char *own;    /* owned */
    char numbers[3][NUMBERS_SIZE];
    size_t count;
};

static void put(struct facts *f, enum phrase name, const char *value)
{
    if (value[0] != '\0') {
        f->names[f->count] = name;
        f->values[f->count++] = value;
    }
}

static const char *list(const int64_t *numbers, size_t count, char out[NUMBERS_SIZE])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(out + len, NUMBERS_SIZE - len, "%s%" PRId64, i > 0 ? ", " : "",
                                numbers[i]);
    }
    return out;
}

/* Numbers of others are nobody's business outside. */
static void collect_related(const struct archive_ticket *t, struct facts *f)
{
    const struct ticket_related *r = &t->related;

    put(f, PHRASE_MERGED, list(&t->ticket.merged, t->ticket.merged > 0 ? 1 : 0, f->numbers[0]));
    put(f, PHRASE_PARTS, list(r->merged, r->merged_count, f->numbers[1]));
    put(f, PHRASE_LINKS, list(r->links, r->link_count, f->numbers[2]));
}

/* "4 of 5", "thumbs up", and its words; NULL: there is none. free() it. */
static char *rating_dup(const struct listing *l, const struct rating_record *r)
{
    const char *line = r->text[0] != '\0' ? "\n" : "";

    if (r->scale == RATING_NONE) {
        return NULL;
    }
    return r->scale == RATING_STARS
               ? mem_print("%u %s%s%s", r->value, say(l, PHRASE_STARS), line, r->text)
               : mem_print("%s%s%s", say(l, r->value > 0 ? PHRASE_THUMBS_UP : PHRASE_THUMBS_DOWN),
                           line, r->text);
}

/* Whoever collects frees rating and own. */
static void collect(const struct listing *l, const struct archive_ticket *t, struct facts *f)
{
    const struct ticket_record *ticket = &t->ticket;
    bool is_ticket = ticket->state != TICKET_NONE;
    const char *owner = is_ticket ? ticket->owner : t->chat.owner;

    f->count = 0;
    f->rating = rating_dup(l, &t->rating);
    f->own = listing_own_dup(t, "\n");
    put(f, PHRASE_STATE, say(l, PHRASE_STATE_NONE + (enum phrase)ticket->state));
    put(f, PHRASE_DUE, listing_moment(l, t, ticket->due, f->moments[0]));
    put(f, PHRASE_DEPARTMENT, l->department(l->names_ctx, listing_department(t)));
    if (!l->is_public) { /* who has it is nobody's business outside, unless they said something */
        put(f, PHRASE_OWNER,
            owner[0] != '\0' ? l->agent(l->names_ctx, owner) : say(l, PHRASE_NOBODY));
    }
    put(f, PHRASE_REQUESTER, t->requester.name);
    put(f, PHRASE_EMAIL, t->requester.email);
    put(f, PHRASE_PHONE, t->requester.phone);
    if (!l->is_public) {
        put(f, PHRASE_FIELDS, t->requester.fields);
        put(f, PHRASE_OWN, f->own);
        put(f, PHRASE_PRIORITY,
            say(l, PHRASE_PRIORITY_LOW +
                       (enum phrase)(is_ticket ? ticket->priority : t->chat.priority) - 1));
        put(f, PHRASE_TAGS, t->chat.tags);
        put(f, PHRASE_RATING, f->rating != NULL ? f->rating : "");
        collect_related(t, f);
    }
    put(f, PHRASE_BEGAN, listing_moment(l, t, t->chat.created, f->moments[1]));
    put(f, PHRASE_ENDED, listing_moment(l, t, t->chat.closed, f->moments[2]));
    put(f, PHRASE_CONVERTED, listing_moment(l, t, ticket->converted, f->moments[3]));
    put(f, PHRASE_CHANGED, listing_moment(l, t, ticket->changed, f->moments[4]));
    if (!l->is_public && t->spent > 0) {
        put(f, PHRASE_SPENT, measure_duration(f->moments[5], t->spent / SECOND_MS));
    }
}

static const char *title(const struct listing *l, const struct archive_ticket *t)
{
    return say(l, t->ticket.state != TICKET_NONE ? PHRASE_TICKET : PHRASE_CHAT);
}

/* ---- text ---- */

/* Lines behind the first are moved to the right. */
static void print_lines(FILE *out, const char *text, const char *indent)
{
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, "\n");
        char *line = mem_dup_n(at, len);
        fputs(at == text ? "" : indent, out);
        escape_plain(out, line, 0);
        fputc('\n', out);
        free(line);
        at += len + (at[len] == '\n' ? 1 : 0);
    }
}

static void begin_text(const struct listing *l, const struct archive_ticket *t)
{
    struct facts f;

    collect(l, t, &f);
    fprintf(l->out, "%s%s %" PRId64 ": ", l->count > 0 ? "\n" : "", title(l, t), t->chat.number);
    escape_plain(l->out, listing_subject(t), 0);
    fputc('\n', l->out);
    for (size_t i = 0; i < f.count; i++) {
        fprintf(l->out, "  %s: ", say(l, f.names[i]));
        print_lines(l->out, f.values[i], "    ");
    }
    fputc('\n', l->out);
    free(f.rating);
    free(f.own);
}

static void entry_text(const struct listing *l, const struct archive_ticket *t,
                       const struct entry_record *e)
{
    char moment[MEASURE_SIZE];
    const char *what = kind(l, e);
    const char *words = body(l, e);
    const char *who = speaker(l, e);

    fprintf(l->out, "%s ", listing_moment(l, t, e->at, moment));
    if (what[0] != '\0') {
        fputc('[', l->out);
        escape_plain(l->out, what, 0);
        fputs("] ", l->out);
    }
    escape_plain(l->out, who, 0);
    fputs(who[0] != '\0' && words[0] != '\0' ? ": " : "", l->out);
    print_lines(l->out, words, "    ");
    fputs(words[0] == '\0' ? "\n" : "", l->out);
}

/* ---- CSV: a line for each entry ---- */

static void entry_csv(const struct listing *l, const struct archive_ticket *t,
                      const struct entry_record *e)
{
    static const char *const KINDS[] = {"", "message", "notice", "note"};
    static const char *const BY[] = {"", "visitor", "agent", "desk"};
    char moment[MEASURE_SIZE];
    const char *const cells[] = {listing_moment(l, t, e->at, moment),
                                 KINDS[e->kind],
                                 BY[e->by],
                                 e->name,
                                 e->event,
                                 e->fate == FATE_RETRACTED ? "" : entry_shown(e)};

    fprintf(l->out, "%" PRId64 "%s%" PRId64, t->chat.number, comma(l), e->sequence);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        fputs(comma(l), l->out);
        escape_csv(l->out, cells[i]);
    }
    fputs("\r\n", l->out);
}

/* ---- JSON ---- */

static void set_text(json_t *object, const char *name, const char *text)
{
    char *clean = escape_json_dup(text);

    json_object_set_new(object, name, json_string(clean));
    free(clean);
}

static void set_stamp(json_t *object, const char *name, time_ms at)
{
    char stamp[CLOCK_STAMP_SIZE] = "";

    if (at != 0) {
        clock_stamp(at, stamp);
    }
    json_object_set_new(object, name, at != 0 ? json_string(stamp) : json_null());
}

static json_t *rating_json(const struct rating_record *r)
{
    static const char *const SCALES[] = {"", "stars", "thumbs"};

    if (r->scale == RATING_NONE) {
        return json_null();
    }
    json_t *rating =
        json_pack("{s:s, s:I}", "scale", SCALES[r->scale], "value", (json_int_t)r->value);
    set_text(rating, "text", r->text);
    set_stamp(rating, "at", r->at);
    return rating;
}

static void set_numbers(json_t *object, const char *name, const int64_t *numbers, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_integer((json_int_t)numbers[i]));
    }
    json_object_set_new(object, name, list);
}

static json_t *own_json(const struct own_records *own)
{
    json_t *values = json_object();

    for (size_t i = 0; i < own->count; i++) {
        set_text(values, own->rows[i].field, own->rows[i].value);
    }
    return values;
}

/* Its fields, up to the list of its entries. */
static void begin_json(const struct listing *l, const struct archive_ticket *t)
{
    const struct ticket_record *ticket = &t->ticket;
    json_t *one = json_pack("{s:I, s:s, s:I}", "number", (json_int_t)t->chat.number, "state",
                            listing_state(ticket->state), "level", (json_int_t)ticket->level);

    set_text(one, "department", listing_department(t));
    set_text(one, "owner", ticket->state != TICKET_NONE ? ticket->owner : t->chat.owner);
    set_text(one, "subject", listing_subject(t));
    set_text(one, "visitor", t->requester.id);
    set_text(one, "name", t->requester.name);
    set_text(one, "email", t->requester.email);
    set_text(one, "phone", t->requester.phone);
    set_text(one, "jid", t->requester.jid);
    if (!l->is_public) {
        set_text(one, "fields", t->requester.fields);
        set_text(one, "tags", t->chat.tags);
        json_object_set_new(one, "own", own_json(&t->own));
        json_object_set_new(one, "spent_s", json_integer(t->spent > 0 ? t->spent / SECOND_MS : 0));
        json_object_set_new(one, "rating", rating_json(&t->rating));
        json_object_set_new(one, "merged",
                            ticket->merged != 0 ? json_integer((json_int_t)ticket->merged)
                                                : json_null());
        set_numbers(one, "parts", t->related.merged, t->related.merged_count);
        set_numbers(one, "links", t->related.links, t->related.link_count);
    }
    set_stamp(one, "began", t->chat.created);
    set_stamp(one, "ended", t->chat.closed);
    set_stamp(one, "converted", ticket->converted);
    set_stamp(one, "changed", ticket->changed);
    set_stamp(one, "due", ticket->due);
    char *text = json_dumps(one, JSON_COMPACT);
    text[strlen(text) - 1] = '\0'; /* it goes on */
    fprintf(l->out, "%s\n%s,\"entries\":[", l->count > 0 ? "," : "", text);
    free(text);
    json_decref(one);
}

static void entry_json(struct listing *l, const struct entry_record *e)
{
    static const char *const KINDS[] = {"", "message", "notice", "note"};
    static const char *const BY[] = {"", "visitor", "agent", "desk"};
    static const char *const FATES[] = {"as-said", "corrected", "retracted"};
    json_t *one = json_pack("{s:I, s:s, s:s, s:s}", "sequence", (json_int_t)e->sequence, "kind",
                            KINDS[e->kind], "by", BY[e->by], "fate", FATES[e->fate]);

    set_stamp(one, "at", e->at);
    set_text(one, "name", e->name);
    set_text(one, "event", e->event);
    set_text(one, "text", e->fate == FATE_RETRACTED ? "" : entry_shown(e));
    fputs(l->is_open ? ",\n " : "\n ", l->out);
    json_dumpf(one, l->out, JSON_COMPACT);
    l->is_open = true;
    json_decref(one);
}

/* ---- paper ---- */

static void begin_html(const struct listing *l, const struct archive_ticket *t)
{
    struct facts f;

    collect(l, t, &f);
    fprintf(l->out, "<article>\n<p class=\"soft\">%s</p>\n<h1>%s %" PRId64 ": <bdi>", l->house,
            title(l, t), t->chat.number);
    escape_html(l->out, listing_subject(t));
    fputs("</bdi></h1>\n<dl class=\"facts\">\n", l->out);
    for (size_t i = 0; i < f.count; i++) {
        fprintf(l->out, "<dt>%s</dt><dd><bdi>", say(l, f.names[i]));
        escape_html(l->out, f.values[i]);
        fputs("</bdi></dd>\n", l->out);
    }
    fprintf(l->out, "</dl>\n<h2>%s</h2>\n", say(l, PHRASE_RECORD));
    free(f.rating);
    free(f.own);
}

static void entry_html(const struct listing *l, const struct archive_ticket *t,
                       const struct entry_record *e)
{
    char moment[MEASURE_SIZE];
    const char *class = e->kind == ENTRY_NOTE ? " note" : e->kind == ENTRY_NOTICE ? " event" : "";
    const char *what = kind(l, e);

    fprintf(l->out, "<div class=\"line%s\"><span class=\"at\">%s</span><span class=\"who\"><bdi>",
            class, listing_moment(l, t, e->at, moment));
    escape_html(l->out, speaker(l, e));
    fputs("</bdi></span><p>", l->out);
    if (what[0] != '\0') {
        fputs("<span class=\"soft\">[", l->out);
        escape_html(l->out, what);
        fputs("]</span> ", l->out);
    }
    fputs("<bdi>", l->out);
    escape_html(l->out, body(l, e));
    fputs("</bdi></p></div>\n", l->out);
}

/* ---- all of them ---- */

void listing_records_begin(struct listing *l)
{
    if (l->format == LISTING_JSON) {
        fputc('[', l->out);
    } else if (l->format == LISTING_CSV) {
        fprintf(l->out, "\xEF\xBB\xBFnumber%ssequence%sat%skind%sby%sname%sevent%stext\r\n",
                comma(l), comma(l), comma(l), comma(l), comma(l), comma(l), comma(l));
    } else if (l->format == LISTING_HTML) {
        page_begin(l->out, l->language, say(l, PHRASE_RECORD), STYLE);
    }
}

void listing_record_begin(struct listing *l, const struct archive_ticket *t)
{
    l->is_open = false;
    if (l->format == LISTING_TEXT) {
        begin_text(l, t);
    } else if (l->format == LISTING_JSON) {
        begin_json(l, t);
    } else if (l->format == LISTING_HTML) {
        begin_html(l, t);
    }
    l->count++;
}

void listing_record_entry(struct listing *l, const struct archive_ticket *t,
                          const struct entry_record *e)
{
    if (!is_shown(l, e)) {
        return;
    }
    switch (l->format) {
    case LISTING_TEXT:
        entry_text(l, t, e);
        break;
    case LISTING_CSV:
        entry_csv(l, t, e);
        break;
    case LISTING_JSON:
        entry_json(l, e);
        break;
    case LISTING_HTML:
        entry_html(l, t, e);
        break;
    }
}

void listing_record_end(struct listing *l)
{
    if (l->format == LISTING_JSON) {
        fputs("]}", l->out);
    } else if (l->format == LISTING_HTML) {
        fputs("</article>\n", l->out);
    }
}

void listing_records_end(struct listing *l)
{
    if (l->format == LISTING_JSON) {
        fputs("\n]\n", l->out);
    } else if (l->format == LISTING_HTML) {
        page_end(l->out);
    }
}
