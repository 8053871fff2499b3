/* lint: long because lists and searches are one walk over the ranges of one table. */
/* Tickets as the reader finds them: one, lists, what a search finds.
 *
 * A list is the union of ranges of an index, a search the intersection of what the index says of
 * each word; both go down by number. What a read costs is bounded by what it may look at: then the
 * page is short, and says from where to go on. */
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "storage/sqlite.h"

#include <stdlib.h>
#include <string.h>

/* What a read may cost, in steps of an index: some ten milliseconds. */
enum { COSTS_MAX = 15000, FIT_COSTS = 8, SEEK_COSTS = 60, NEAR_STEPS = 30, SOURCES_MAX = 32 };

enum {
    UNFINISHED = 1 << TICKET_NEW | 1 << TICKET_OPEN | 1 << TICKET_PENDING,
    ANY_STATE = UNFINISHED | 1 << TICKET_SOLVED | 1 << TICKET_CLOSED
};

enum query {
    CHAT,
    TICKET_OF,
    REQUESTER,
    FIRST_LINE,
    FIRST_ANSWER,
    SPENT,
    RATING,
    LAST_ENTRIES,
    LINKS,
    MERGED,
    OWN,
    FITS,
    QUERIES
};

static const char *const queries[QUERIES] = {
    [CHAT] = "SELECT " SQLITE_CHAT_COLUMNS " FROM chats WHERE number = ?1",
    [TICKET_OF] = "SELECT " SQLITE_TICKET_COLUMNS " FROM tickets WHERE number = ?1",
    [REQUESTER] = "SELECT " SQLITE_VISITOR_COLUMNS " FROM chats c JOIN visitors v"
                  " ON v.id = c.visitor WHERE c.number = ?1",
    [FIRST_LINE] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE chat = ?1 AND kind = 1"
                   " AND by = 1 AND fate <> 2 ORDER BY sequence LIMIT 1",
    [FIRST_ANSWER] = "SELECT at FROM entries WHERE chat = ?1 AND kind = 1 AND by = 2"
                     " ORDER BY sequence LIMIT 1",
    [SPENT] = "SELECT coalesce(sum(lasted), 0) FROM spent WHERE chat = ?1",
    [RATING] = "SELECT chat, scale, value, text, at, changed FROM ratings WHERE chat = ?1",
    [LAST_ENTRIES] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE sequence IN (SELECT"
                     " sequence FROM entries WHERE chat = ?1 ORDER BY sequence DESC LIMIT ?2)"
                     " ORDER BY sequence",
    [LINKS] = SQLITE_LINKS,
    [MERGED] = SQLITE_MERGED,
    [OWN] = SQLITE_OWN,
    [FITS] = SQLITE_FITS,
};

/* Ranges of an index; ?1 is what they are of, ?2 the state of OF_DEPARTMENT, ?3 the number below
 * which they begin. */
#define DOWN(table, column, condition)                                                             \
    "SELECT " column " FROM " table " WHERE " condition " AND " column " < ?3 ORDER BY " column    \
    " DESC"

enum range {
    OF_OWNER,
    OF_DEPARTMENT,
    IN_STATE,
    DATED,
    TARGETED,
    TAGGED,
    OF_PRIORITY,
    OF_PRIORITY_UNFINISHED,
    OF_ALL,
    WITH_WORD
};

static const char *const ranges[] = {
    [OF_OWNER] = DOWN("tickets", "number", "owner = ?1 AND state < 4"),
    [OF_DEPARTMENT] = DOWN("tickets", "number", "department = ?1 AND state = ?2"),
    [IN_STATE] = DOWN("tickets", "number", "state = ?2"),
    [DATED] = DOWN("tickets INDEXED BY tickets_dated", "number", "due > 0"),
    [TARGETED] = DOWN("tickets INDEXED BY tickets_targeted", "number", "overdue > 0"),
    [TAGGED] = DOWN("tags", "chat", "tag = ?1"),
    [OF_PRIORITY] =
        DOWN("tickets INDEXED BY tickets_of_priority", "number", "priority = ?2 AND priority <> 2"),
    [OF_PRIORITY_UNFINISHED] = DOWN("tickets INDEXED BY tickets_of_priority_unfinished", "number",
                                    "priority = ?2 AND priority <> 2 AND state < 4"),
    [OF_ALL] = "SELECT number FROM tickets WHERE number < ?3 ORDER BY number DESC",
    [WITH_WORD] = ("SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?3"
                   " ORDER BY rowid DESC"),
};

struct sqlite_tickets {
    sqlite3 *db;
    struct sqlite_fold *fold;
    sqlite3_stmt *statements[QUERIES];
};

/* A range that is being read. */
struct source {
    sqlite3_stmt *statement;
    int64_t at; /* number; 0: behind its end */
};

struct walk {
    struct sqlite_tickets *tickets;
    const struct ticket_query *q;
    struct source sources[SOURCES_MAX];
    size_t count;
    bool is_search;
    bool is_damaged; /* the index of searches */
    unsigned costs;
};

/* ---- life ---- */

struct sqlite_tickets *sqlite_tickets_create(sqlite3 *db)
{
    struct sqlite_tickets *t = mem_alloc(sizeof *t);
    t->db = db;
    t->fold = sqlite_fold_create(db);
    bool done = t->fold != NULL;
    for (size_t i = 0; i < QUERIES && done; i++) {
        t->statements[i] = sqlite_prepare(db, queries[i]);
        done = t->statements[i] != NULL;
    }
    if (!done) {
        sqlite_tickets_destroy(t);
        return NULL;
    }
    return t;
}

void sqlite_tickets_destroy(struct sqlite_tickets *t)
{
    if (t == NULL) {
        return;
    }
    for (size_t i = 0; i < QUERIES; i++) {
        sqlite3_finalize(t->statements[i]);
    }
    sqlite_fold_destroy(t->fold);
    free(t);
}

/* ---- one ticket ---- */

static int end_rows(sqlite3_stmt *statement, int code)
{
    int reset = sqlite3_reset(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW ? reset : code;
}

/* SQLITE_ROW and the record, whose texts are good until end_rows; or what sqlite3_step says. */
static int read_record(const struct sqlite_tickets *t, enum query query, enum write_kind kind,
                       int64_t number, void *record)
{
    sqlite3_stmt *statement = t->statements[query];
    sqlite3_bind_int64(statement, 1, number);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        sqlite_read_record(statement, 0, record_shape(kind), record);
    }
    return code;
}

/* One more row of the answer, if there is such a chat. */
static int add_row(const struct sqlite_tickets *t, int64_t number, struct request *request)
{
    struct chat_record chat;
    struct visitor_record requester;
    struct ticket_record ticket;
    struct entry_record line;
    int codes[] = {read_record(t, CHAT, PUT_CHAT, number, &chat),
                   read_record(t, REQUESTER, PUT_VISITOR, number, &requester),
                   read_record(t, TICKET_OF, PUT_TICKET, number, &ticket),
                   read_record(t, FIRST_LINE, PUT_ENTRY, number, &line)};
    if (codes[0] == SQLITE_ROW && codes[1] == SQLITE_ROW) {
        request_fill_row(request_add_row(request, &chat, &requester),
                         codes[2] == SQLITE_ROW ? &ticket : NULL,
                         codes[3] == SQLITE_ROW ? &line : NULL);
    }
    int code = SQLITE_OK;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        int end = end_rows(t->statements[CHAT + i], codes[i]);
        code = code == SQLITE_OK ? end : code;
    }
    return code;
}

static int add_last(const struct sqlite_tickets *t, struct request *request)
{
    sqlite3_stmt *statement = t->statements[LAST_ENTRIES];
    int code;
    sqlite3_bind_int64(statement, 1, request->chat);
    sqlite3_bind_int64(statement, 2, TICKET_RECENT);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct entry_record entry;
        sqlite_read_record(statement, 0, record_shape(PUT_ENTRY), &entry);
        request_add_entry(request, &entry);
    }
    return end_rows(statement, code);
}

/* *number stays as it is where there is no row. */
static int read_number(const struct sqlite_tickets *t, enum query query, int64_t chat,
                       int64_t *number)
{
    sqlite3_stmt *statement = t->statements[query];
    sqlite3_bind_int64(statement, 1, chat);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
    }
    return end_rows(statement, code);
}

static int add_rating(const struct sqlite_tickets *t, struct request *request)
{
    struct rating_record rating;
    int code = read_record(t, RATING, PUT_RATING, request->chat, &rating);
    if (code == SQLITE_ROW) {
        request->rows[0].rating = record_dup(record_shape(PUT_RATING), &rating);
    }
    return end_rows(t->statements[RATING], code);
}

int sqlite_read_numbers(sqlite3_stmt *statement, int64_t ticket, int64_t *numbers, size_t *count)
{
    int code;
    sqlite3_bind_int64(statement, 1, ticket);
    sqlite3_bind_int64(statement, 2, TICKET_LINKS);
    *count = 0;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW && *count < TICKET_LINKS) {
        numbers[(*count)++] = sqlite3_column_int64(statement, 0);
    }
    return end_rows(statement, code);
}

static int add_related(const struct sqlite_tickets *t, struct request *request)
{
    struct ticket_related *r = &request->rows[0].related;
    int code = sqlite_read_numbers(t->statements[LINKS], request->chat, r->links, &r->link_count);
    return code == SQLITE_OK ? sqlite_read_numbers(t->statements[MERGED], request->chat, r->merged,
                                                   &r->merged_count)
                             : code;
}

int sqlite_read_own(sqlite3_stmt *statement, int64_t chat, struct own_records *all)
{
    int code;
    sqlite3_bind_int64(statement, 1, chat);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct own_record own;
        sqlite_read_record(statement, 0, record_shape(PUT_OWN), &own);
        own_records_add(all, &own);
    }
    return end_rows(statement, code);
}

static int find_ticket(const struct sqlite_tickets *t, struct request *request)
{
    int code = add_row(t, request->chat, request);
    if (code != SQLITE_OK || request->row_count == 0) {
        return code;
    }
    struct ticket_answer *row = &request->rows[0];
    code = read_number(t, FIRST_ANSWER, request->chat, &row->answered);
    if (code == SQLITE_OK) {
        code = read_number(t, SPENT, request->chat, &row->spent);
    }
    if (code == SQLITE_OK) {
        code = add_rating(t, request);
    }
    code = code == SQLITE_OK ? add_related(t, request) : code;
    code = code == SQLITE_OK ? sqlite_read_own(t->statements[OWN], request->chat, &row->own) : code;
    return code == SQLITE_OK ? add_last(t, request) : code;
}

/* ---- ranges ---- */

static int note_damage(struct walk *w, int code)
{
    w->is_damaged = w->is_damaged || (w->is_search && sqlite_is_damage(w->tickets->db, code));
    return code;
}

/* SQLITE_OK; its rows are read by step. */
static int open_source(struct walk *w, enum range range, const char *text, int64_t number)
{
    int64_t last = INT64_MAX / INDEX_ROWS;
    int64_t below = w->q->before > 0 && w->q->before < last ? w->q->before : last;
    struct source *s = &w->sources[w->count];
    int code = sqlite3_prepare_v2(w->tickets->db, ranges[range], -1, &s->statement, NULL);
    if (code != SQLITE_OK) {
        return note_damage(w, code);
    }
    w->count++;
    if (text != NULL) {
        sqlite3_bind_text(s->statement, 1, text, -1, SQLITE_TRANSIENT);
    }
    sqlite3_bind_int64(s->statement, 2, number);
    sqlite3_bind_int64(s->statement, 3, w->is_search ? below * INDEX_ROWS : below);
    return SQLITE_OK;
}

static bool is_spent(const struct walk *w)
{
    return w->costs >= COSTS_MAX;
}

/* To its next number; of a search that must be of a row that counts. */
static int step(struct walk *w, struct source *s)
{
    int code;
    bool counts = true;
    do {
        code = sqlite3_step(s->statement);
        w->costs++;
        int64_t row = code == SQLITE_ROW ? sqlite3_column_int64(s->statement, 0) : 0;
        s->at = w->is_search ? row / INDEX_ROWS : row;
        counts = !w->is_search || !w->q->scope.names_only || row % INDEX_ROWS == INDEX_NAMES;
    } while (code == SQLITE_ROW && !counts && !is_spent(w));
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : note_damage(w, code);
}

/* Of a search: to that number, or below it. Step by step if it is near, else anew. */
static int go_down(struct walk *w, struct source *s, int64_t number)
{
    int code = SQLITE_OK;
    for (unsigned i = 0; i < NEAR_STEPS && s->at > number && code == SQLITE_OK; i++) {
        code = step(w, s);
    }
    if (s->at > number && code == SQLITE_OK) {
        code = sqlite3_reset(s->statement);
        sqlite3_bind_int64(s->statement, 3, (number + 1) * INDEX_ROWS);
        w->costs += SEEK_COSTS;
        if (code == SQLITE_OK) {
            code = step(w, s);
        }
    }
    return code;
}

/* ---- lists: which ranges ---- */

static int open_states(struct walk *w, enum range range, const char *department, unsigned states)
{
    int code = SQLITE_OK;
    for (int state = TICKET_NEW; state <= TICKET_CLOSED && code == SQLITE_OK; state++) {
        if ((states & 1U << state) != 0) {
            code = open_source(w, range, department, state);
        }
    }
    return code;
}

static int open_departments(struct walk *w, unsigned states)
{
    const struct ticket_query *q = w->q;
    const char *const *departments = q->department ? &q->department : q->scope.departments;
    size_t count = q->department ? 1 : q->scope.all ? 0 : q->scope.department_count;
    int code = SQLITE_OK;
    if (count == 0 || count * TICKET_CLOSED >= SOURCES_MAX) {
        return q->states != 0 ? open_states(w, IN_STATE, NULL, states)
                              : open_source(w, OF_ALL, NULL, 0);
    }
    for (size_t i = 0; i < count && code == SQLITE_OK; i++) {
        code = open_states(w, OF_DEPARTMENT, departments[i], states);
    }
    if (code == SQLITE_OK && !q->scope.all && *q->scope.who && (states & UNFINISHED) != 0) {
        code = open_source(w, OF_OWNER, q->scope.who, 0);
    }
    return code;
}

/* The narrowest that there is; what else is asked for is looked at row by row. */
static int open_list(struct walk *w)
{
    const struct ticket_query *q = w->q;
    unsigned states = q->states != 0 ? q->states & ANY_STATE : ANY_STATE;
    if (q->tag != NULL) {
        return open_source(w, TAGGED, q->tag, 0);
    }
    bool is_unfinished = (states & ~(unsigned)UNFINISHED) == 0;
    if (q->owner != NULL && is_unfinished) {
        return open_source(w, OF_OWNER, q->owner, 0);
    }
    if (q->due_before > 0) {
        int code = open_source(w, DATED, NULL, 0);
        return code == SQLITE_OK ? open_source(w, TARGETED, NULL, 0) : code;
    }
    if (q->priority != 0 && q->priority != PRIORITY_NORMAL) {
        return open_source(w, is_unfinished ? OF_PRIORITY_UNFINISHED : OF_PRIORITY, NULL,
                           q->priority);
    }
    return open_departments(w, states);
}

/* ---- searches: one range a word ---- */

static bool is_among(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

/* Quoted, it is a word whatever it is; and one word, or the table would refuse it. */
static int open_word(struct walk *w, const char *word)
{
    char *again = sqlite_fold_dup(w->tickets->fold, word, true);
    char *quoted = mem_print("\"%s\"", word);
    int code = strcmp(again, word) == 0 ? open_source(w, WITH_WORD, quoted, 0) : SQLITE_OK;
    free(quoted);
    free(again);
    return code;
}

static int open_search(struct walk *w)
{
    char *words = sqlite_fold_dup(w->tickets->fold, w->q->text, true);
    const char *seen[SEARCH_WORDS];
    size_t count = 0;
    int code = SQLITE_OK;
    char *rest = words;
    for (char *word = strtok_r(words, " ", &rest);
         word != NULL && count < SEARCH_WORDS && code == SQLITE_OK;
         word = strtok_r(NULL, " ", &rest)) {
        if (!is_among(seen, count, word)) {
            seen[count++] = word;
            code = open_word(w, word);
        }
    }
    free(words);
    return code;
}

/* ---- down the ranges ---- */

static int64_t lowest(const struct walk *w)
{
    int64_t low = w->count > 0 ? w->sources[0].at : 0;
    for (size_t i = 1; i < w->count; i++) {
        low = w->sources[i].at < low ? w->sources[i].at : low;
    }
    return low;
}

static int64_t highest(const struct walk *w)
{
    int64_t high = 0;
    for (size_t i = 0; i < w->count; i++) {
        high = w->sources[i].at > high ? w->sources[i].at : high;
    }
    return high;
}

/* The next that all have, from where they stand; 0: there is none. Where the costs are spent it is
 * the number below which the search goes on, less one. */
static int meet(struct walk *w, int64_t *number)
{
    int code = SQLITE_OK;
    *number = lowest(w);
    while (*number > 0 && highest(w) > *number && code == SQLITE_OK && !is_spent(w)) {
        for (size_t i = 0; i < w->count && code == SQLITE_OK && !is_spent(w); i++) {
            code = go_down(w, &w->sources[i], *number);
        }
        *number = lowest(w);
    }
    return code;
}

static int begin(struct walk *w)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < w->count && code == SQLITE_OK; i++) {
        code = step(w, &w->sources[i]);
    }
    return code;
}

/* Past that number. */
static int pass(struct walk *w, int64_t number)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < w->count && code == SQLITE_OK; i++) {
        while (w->sources[i].at == number && code == SQLITE_OK) {
            code = step(w, &w->sources[i]);
        }
    }
    return code;
}

/* ---- a page ---- */

/* next: how it goes on, once the page is full. */
static int look(struct walk *w, int64_t number, struct request *request, bool *is_full)
{
    sqlite3_stmt *row = w->tickets->statements[FITS];
    sqlite3_bind_int64(row, 1, number);
    int code = sqlite3_step(row);
    bool is_wanted = code == SQLITE_ROW && sqlite_ticket_fits(w->q, row);
    code = end_rows(row, code);
    w->costs += FIT_COSTS;
    if (code != SQLITE_OK || !is_wanted) {
        return code;
    }
    if (request->row_count == w->q->max) {
        *is_full = true;
        request->next = number + 1;
        return SQLITE_OK;
    }
    return add_row(w->tickets, number, request);
}

static int walk_down(struct walk *w, struct request *request)
{
    bool is_full = false;
    int64_t number = 0;
    int code = begin(w);
    while (code == SQLITE_OK && !is_full) {
        number = highest(w);
        if (w->is_search) {
            code = meet(w, &number);
        }
        if (number == 0 || code != SQLITE_OK) {
            break;
        }
        if (is_spent(w)) {
            request->next = number + 1;
            break;
        }
        code = look(w, number, request, &is_full);
        if (code == SQLITE_OK && !is_full) {
            code = pass(w, number);
        }
    }
    return code;
}

static int read_ranges(struct walk *w, struct request *request)
{
    int code = w->is_search ? open_search(w) : open_list(w);
    if (code == SQLITE_OK) {
        code = walk_down(w, request);
    }
    for (size_t i = 0; i < w->count; i++) {
        sqlite3_finalize(w->sources[i].statement);
    }
    return code;
}

/* Half of what there is would be a lie. */
static int find_list(struct sqlite_tickets *t, struct request *request)
{
    struct walk w = {.tickets = t, .q = request->list, .is_search = request->list->text != NULL};
    bool is_due = false;
    int code = w.is_search ? sqlite_mend_is_due(t->db, &is_due) : SQLITE_OK;
    if (code == SQLITE_OK && !is_due) {
        code = read_ranges(&w, request);
    }
    if (is_due || w.is_damaged) {
        request_clear(request);
        request->next = TICKETS_UNINDEXED;
        request->found_damage = w.is_damaged;
        code = SQLITE_OK;
    }
    return code;
}

int sqlite_tickets_find(struct sqlite_tickets *t, struct request *request)
{
    return request->kind == LIST ? find_list(t, request) : find_ticket(t, request);
}
