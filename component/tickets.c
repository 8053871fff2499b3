/* tresen tickets: lists and records, read beside the daemon; changes, through it. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "command.h"
#include "config.h"
#include "control.h"
#include "directory.h"
#include "report/listing.h"
#include "report/period.h"
#include "storage/archive.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 15, LIST_MAX = 50, SEARCH_BYTES = 2000 };

/* What the acts work with. */
struct tickets {
    const struct command_line *line;
    const struct directory *directory;
    struct archive *archive;
    struct listing listing;
    bool found;
    char *error; /* in the middle of a record */
};

static int64_t number_of(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && len <= DIGITS && strspn(text, "0123456789") == len ? strtoll(text, NULL, 10)
                                                                         : 0;
}

static int complain(const char *words)
{
    fprintf(stderr, "tresen: %s\n", words);
    return COMMAND_MISCONFIGURED;
}

static int finish(char *take_error)
{
    if (take_error == NULL) {
        return COMMAND_DONE;
    }
    fprintf(stderr, "tresen: %s\n", take_error);
    free(take_error);
    return COMMAND_FAILED;
}

/* ---- which ---- */

static bool read_state(const char *text, enum ticket_state *state)
{
    for (*state = TICKET_NEW; *state <= TICKET_CLOSED; (*state)++) {
        if (text_equal(listing_state(*state), text)) {
            return true;
        }
    }
    return false;
}

/* NULL, or what is wrong with the options. */
static const char *read_query(const struct tickets *t, struct archive_query *q)
{
    const struct command_line *line = t->line;
    const struct config *c = directory_config(t->directory);
    struct period period;
    int64_t limit = line->limit != NULL ? number_of(line->limit) : 0;

    *q = (struct archive_query){.department = line->department};
    if (line->owner != NULL) {
        q->owner = text_equal(line->owner, "-") ? "" : line->owner;
    }
    if (line->state != NULL && !read_state(line->state, &q->state)) {
        return "--state is new, open, pending, solved or closed";
    }
    if (line->limit != NULL && (limit < 1 || limit > INT_MAX)) {
        return "--limit is a number from 1 on";
    }
    q->max = (unsigned)limit;
    if (line->from != NULL || line->to != NULL) {
        if (!period_between(&period, line->from, line->to, c->days, clock_utc_ms())) {
            return "--from and --to are days, like 2026-03-31, and at most ten years apart";
        }
        q->from = period.from;
        q->to = period.to;
    }
    return NULL;
}

/* ---- list ---- */

static void on_row(void *ctx, const struct archive_ticket *t)
{
    listing_add(&((struct tickets *)ctx)->listing, t);
}

static int list(struct tickets *t)
{
    struct archive_query q;
    const char *wrong = read_query(t, &q);

    if (wrong != NULL) {
        return complain(wrong);
    }
    if (t->line->limit == NULL && t->listing.format == LISTING_TEXT) {
        q.max = LIST_MAX;
    }
    listing_begin(&t->listing);
    char *error = archive_tickets(t->archive, &q, on_row, t);
    listing_end(&t->listing);
    if (q.max > 0 && t->listing.count == q.max && t->listing.format == LISTING_TEXT) {
        fprintf(stderr, "tresen: the newest %u; --limit shows more\n", q.max);
    }
    return finish(error);
}

/* ---- search ---- */

static int search(struct tickets *t)
{
    struct archive_query q;
    struct buf words;
    const char *wrong = read_query(t, &q);

    if (wrong != NULL || t->line->word_count < 2) {
        return complain(wrong != NULL ? wrong : "search WORDS");
    }
    buf_init(&words, SEARCH_BYTES);
    for (int i = 1; i < t->line->word_count; i++) {
        buf_printf(&words, "%s%s", i > 1 ? " " : "", t->line->words[i]);
    }
    if (words.overflow) {
        buf_finish(&words);
        return complain("this is too long");
    }
    listing_begin(&t->listing);
    char *error = archive_search(t->archive, words.bytes, q.max > 0 ? q.max : LIST_MAX, on_row, t);
    listing_end(&t->listing);
    buf_finish(&words);
    return finish(error);
}

/* ---- records ---- */

struct one_record {
    struct tickets *tickets;
    const struct archive_ticket *ticket;
};

static void on_entry(void *ctx, const struct entry_record *e)
{
    const struct one_record *r = ctx;

    listing_record_entry(&r->tickets->listing, r->ticket, e);
}

static void on_record(void *ctx, const struct archive_ticket *ticket)
{
    struct tickets *t = ctx;
    struct one_record r = {t, ticket};

    if (t->error != NULL) {
        return;
    }
    t->found = true;
    listing_record_begin(&t->listing, ticket);
    t->error = archive_entries(t->archive, ticket->chat.number, on_entry, &r);
    listing_record_end(&t->listing);
}

/* Those of the numbers behind the act. */
static int print_numbers(struct tickets *t)
{
    int code = COMMAND_DONE;

    for (int i = 1; i < t->line->word_count; i++) {
        if (number_of(t->line->words[i]) == 0) {
            return complain("the number of a ticket or chat is wanted");
        }
    }
    listing_records_begin(&t->listing);
    for (int i = 1; i < t->line->word_count && code == COMMAND_DONE; i++) {
        t->found = false;
        char *error = archive_ticket(t->archive, number_of(t->line->words[i]), on_record, t);
        error = error != NULL ? error : t->error;
        if (error == NULL && !t->found) {
            error = mem_print("there is no ticket or chat %s", t->line->words[i]);
        }
        code = finish(error);
    }
    listing_records_end(&t->listing);
    return code;
}

static int show(struct tickets *t)
{
    return t->line->word_count == 2 ? print_numbers(t) : complain("show NUMBER");
}

static int export_all(struct tickets *t)
{
    struct archive_query q;
    const char *wrong = read_query(t, &q);

    if (t->listing.format == LISTING_TEXT) {
        t->listing.format = LISTING_JSON;
    }
    if (t->line->word_count > 1) {
        return print_numbers(t);
    }
    if (wrong != NULL) {
        return complain(wrong);
    }
    listing_records_begin(&t->listing);
    char *error = archive_tickets(t->archive, &q, on_record, t);
    listing_records_end(&t->listing);
    return finish(error != NULL ? error : t->error);
}

/* ---- reading beside the daemon ---- */

static enum listing_format format_of(const struct command_line *line)
{
    return line->json   ? LISTING_JSON
           : line->csv  ? LISTING_CSV
           : line->html ? LISTING_HTML
                        : LISTING_TEXT;
}

static int read_beside(const struct config *config, const struct command_line *line,
                       int (*act)(struct tickets *t))
{
    char *error = NULL;
    struct directory *directory = directory_open(config, &error);

    if (directory == NULL) {
        finish(error);
        return COMMAND_MISCONFIGURED;
    }
    struct archive *archive = archive_open(config->storage, &error);
    struct tickets t = {.line = line,
                        .directory = directory,
                        .archive = archive,
                        .listing = {.out = stdout,
                                    .format = format_of(line),
                                    .language = command_language(config, line),
                                    .house = config->domain,
                                    .is_public = line->is_public,
                                    .names_ctx = directory,
                                    .department = directory_department,
                                    .agent = directory_agent,
                                    .clock = directory_clock}};
    int code = archive != NULL ? act(&t) : finish(error);
    archive_close(archive);
    directory_close(directory);
    return code;
}

/* ---- changes ---- */

/* "1042 state=solved": each value is one word of the shell, so a line feed stands between two. */
static int set(const struct config *config, const struct command_line *line)
{
    struct buf text;
    int code;

    if (line->word_count < 3 || number_of(line->words[1]) == 0) {
        return complain("set NUMBER FIELD=VALUE, with state, due, owner, subject");
    }
    buf_init(&text, CONTROL_QUESTION / 2);
    for (int i = 1; i < line->word_count; i++) {
        buf_printf(&text, "%s%s", i > 1 ? "\n" : "", line->words[i]);
    }
    if (text.overflow) {
        code = complain("this is too long");
    } else if (!command_ask_daemon(config, "ticket", text.bytes, &code)) {
        fprintf(stderr, "tresen: the daemon does not run; tickets are changed through it\n");
        code = COMMAND_FAILED;
    }
    buf_finish(&text);
    return code;
}

static const struct {
    const char *word;
    int (*read)(struct tickets *t);
} READS[] = {{"list", list}, {"search", search}, {"show", show}, {"export", export_all}};

int command_read_tickets(const struct config *config, const struct command_line *line)
{
    if (!command_is_plain(line)) {
        return COMMAND_MISCONFIGURED;
    }
    if (text_equal(line->words[0], "set")) {
        return set(config, line);
    }
    for (size_t i = 0; i < sizeof READS / sizeof *READS; i++) {
        if (text_equal(line->words[0], READS[i].word)) {
            return read_beside(config, line, READS[i].read);
        }
    }
    return complain("tickets: list, search WORDS, show NUMBER, export [NUMBER ...], set NUMBER "
                    "FIELD=VALUE ...");
}
