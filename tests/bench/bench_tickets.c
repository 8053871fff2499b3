/* What lists and searches of tickets cost.
 *
 *   bench_tickets fill PATH TICKETS ENTRIES     a new database; ENTRIES of each ticket
 *   bench_tickets read PATH SECONDS LINES       each list and search for so long, LINES a second
 *   bench_tickets compare PATH TICKETS ENTRIES  fills it; then each of them beside the same by
 * plain SQL: finds the same, and costs no multiple of it
 *
 * The times of read are between asking on the one thread and being answered on it. Those of compare
 * are of the processor, of all threads: so they are the same on a machine that has much to do. */
#include "filling.h"

#include "base/clock.h"
#include "base/mem.h"
#include "storage/sqlite.h"
#include "storage/storage.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    SAMPLES = 200000,
    ROUNDS = 60,  /* of a comparison */
    RATIO_MAX = 8 /* a median may be so many of plain SQL's, behind the way there and back */
};

struct bench {
    struct storage *storage;
    bool is_answered;
    int64_t numbers[TICKETS_PAGE];
    size_t rows;
    int64_t next;
    int64_t sequence;
    int64_t last_number;
    int64_t sealed_at; /* of the batch that is on its way; 0: none */
    uint64_t batch;
    int64_t *commits;
    size_t commit_count;
};

static int64_t microseconds_of(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return at.tv_sec * 1000000LL + at.tv_nsec / 1000;
}

static int64_t microseconds(void)
{
    return microseconds_of(CLOCK_MONOTONIC);
}

static int64_t microseconds_used(void)
{
    return microseconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* ---- what is asked ---- */

static const char *const TWO[] = {"d1", "d2"};
#define WHO "agent7@example.org"
#define ALL_SCOPE                                                                                  \
    {                                                                                              \
        .who = "", .all = true                                                                     \
    }
#define TWO_SCOPE                                                                                  \
    {                                                                                              \
        .who = WHO, .departments = TWO, .department_count = 2                                      \
    }

struct ask {
    const char *name;
    struct ticket_query q;
    const char *first; /* of the text, with a number below words behind it; NULL: a list */
    const char *second;
    unsigned words;
    const char *plain; /* the numbers, by SQL; ?1 and ?2 are the words. NULL: is not compared */
};

#define UNFINISHED "t.state IN (1, 2, 3)"
#define MINE "t.owner = '" WHO "' AND t.state < 4"
#define SEEN "(t.department IN ('d1', 'd2') OR " MINE ")"
#define NUMBERS "SELECT t.number FROM tickets t WHERE "
#define DOWN " ORDER BY t.number DESC LIMIT 15"
#define FOUND "SELECT DISTINCT rowid / 4 FROM search WHERE search MATCH ?1"
#define FOUND_DOWN " ORDER BY rowid DESC LIMIT 15"

static const struct ask asks[] = {
    {"list mine",
     {.scope = TWO_SCOPE, .owner = WHO, .states = 0xE, .max = 15},
     0,
     0,
     0,
     NUMBERS "t.owner = '" WHO "' AND " UNFINISHED DOWN},
    {"list unowned",
     {.scope = TWO_SCOPE, .owner = "", .states = 0xE, .max = 15},
     0,
     0,
     0,
     NUMBERS "t.owner = '' AND t.department IN ('d1', 'd2') AND " UNFINISHED DOWN},
    {"list unfinished",
     {.scope = TWO_SCOPE, .states = 0xE, .max = 15},
     0,
     0,
     0,
     NUMBERS UNFINISHED " AND " SEEN DOWN},
    {"list closed",
     {.scope = TWO_SCOPE, .states = 0x20, .max = 15},
     0,
     0,
     0,
     NUMBERS "t.state = 5 AND t.department IN ('d1', 'd2')" DOWN},
    {"list all, 50 lines",
     {.scope = ALL_SCOPE, .max = 50},
     0,
     0,
     0,
     "SELECT number FROM tickets ORDER BY number DESC LIMIT 50"},
    {"list tag",
     {.scope = TWO_SCOPE, .tag = "billing", .max = 15},
     0,
     0,
     0,
     "SELECT t.number FROM tags g JOIN tickets t ON t.number = g.chat WHERE g.tag = 'billing'"
     " AND " SEEN " ORDER BY g.chat DESC LIMIT 15"},
    {"list high",
     {.scope = TWO_SCOPE, .states = 0xE, .priority = PRIORITY_HIGH, .max = 15},
     0,
     0,
     0,
     "SELECT t.number FROM tickets t JOIN chats c ON c.number = t.number WHERE c.priority = 3"
     " AND " UNFINISHED " AND " SEEN DOWN},
    {"list low (none)",
     {.scope = ALL_SCOPE, .states = 0xE, .priority = PRIORITY_LOW, .max = 15},
     0,
     0,
     0,
     "SELECT t.number FROM chats c JOIN tickets t ON c.number = t.number WHERE c.priority = 1"
     " AND c.priority <> 2 AND " UNFINISHED DOWN},
    {"list overdue",
     {.scope = TWO_SCOPE, .due_before = 1701000000000, .max = 15},
     0,
     0,
     0,
     NUMBERS "t.due > 0 AND t.due <= 1701000000000 AND " SEEN DOWN},
    {"search a rare word", {.scope = ALL_SCOPE, .max = 15}, "word40", 0, 999, FOUND FOUND_DOWN},
    {"search the commonest", {.scope = ALL_SCOPE, .max = 15}, "word", 0, 1, FOUND FOUND_DOWN},
    {"search it, departments",
     {.scope = TWO_SCOPE, .max = 15},
     "word",
     0,
     1,
     FOUND " AND rowid / 4 IN (SELECT t.number FROM tickets t WHERE t.department IN ('d1', 'd2')"
           " OR t.owner = '" WHO "')" FOUND_DOWN},
    {"search two common",
     {.scope = ALL_SCOPE, .max = 15},
     "word",
     "word1",
     50,
     FOUND " AND rowid / 4 IN (SELECT rowid / 4 FROM search WHERE search MATCH ?2)" FOUND_DOWN},
    {"search common and rare",
     {.scope = ALL_SCOPE, .max = 15},
     "word10",
     "word0",
     999,
     FOUND " AND rowid / 4 IN (SELECT rowid / 4 FROM search WHERE search MATCH ?2)" FOUND_DOWN},
    {"search two, departments",
     {.scope = TWO_SCOPE, .max = 15},
     "word",
     "word3",
     500,
     FOUND " AND rowid / 4 IN (SELECT rowid / 4 FROM search WHERE search MATCH ?2)"
           " AND rowid / 4 IN (SELECT t.number FROM tickets t WHERE t.department IN ('d1', 'd2')"
           " OR t.owner = '" WHO "')" FOUND_DOWN},
    {"search names only",
     {.scope = {.who = "", .all = true, .names_only = true}, .max = 15},
     "word",
     0,
     50,
     "SELECT rowid / 4 FROM search WHERE search MATCH ?1 AND rowid % 4 = 1" FOUND_DOWN},
    {"search an address", {.scope = ALL_SCOPE, .max = 15}, "visitor-000000000100", 0, 9, NULL},
};

enum { ASKS = sizeof asks / sizeof *asks };

/* ---- asking and being answered ---- */

static void on_commit(void *ctx, uint64_t batch)
{
    struct bench *b = ctx;
    if (b->sealed_at != 0 && batch >= b->batch && b->commit_count < SAMPLES) {
        b->commits[b->commit_count++] = microseconds() - b->sealed_at;
        b->sealed_at = 0;
    }
}

static void on_counters(void *ctx, int64_t last_number, int64_t last_sequence, int64_t last_outbox)
{
    struct bench *b = ctx;
    (void)last_outbox;
    b->last_number = last_number;
    b->sequence = last_sequence;
}

static void on_rows(void *ctx, const struct ticket_answer *rows, size_t count, int64_t next)
{
    struct bench *b = ctx;
    b->is_answered = true;
    b->rows = count;
    b->next = next;
    for (size_t i = 0; i < count; i++) {
        b->numbers[i] = rows[i].chat->number;
    }
}

static void turn(struct bench *b, int wait_ms)
{
    struct pollfd fd = {.fd = storage_fd(b->storage), .events = POLLIN};
    poll(&fd, 1, wait_ms);
    storage_dispatch(b->storage);
}

static bool begin(struct bench *b, const char *path)
{
    static struct storage_calls calls = {.on_commit = on_commit};
    char *uri = mem_print("sqlite:%s", path);
    char *error = NULL;
    int64_t began = microseconds();
    calls.ctx = b;
    b->commits = mem_array(SAMPLES, sizeof(int64_t));
    b->storage = storage_open(uri, &calls, &error);
    free(uri);
    if (b->storage == NULL) {
        fprintf(stderr, "%s\n", error);
        return false;
    }
    struct storage_loader loader = {.ctx = b, .counters = on_counters};
    storage_load(b->storage, &loader);
    printf("opened in %.2f s\n", (double)(microseconds() - began) / 1e6);
    return true;
}

static void end(struct bench *b)
{
    storage_close(b->storage);
    free(b->commits);
}

/* The words of a search, and its text; lists have none. */
struct words {
    char first[64];
    char second[64];
    char text[128];
};

static struct ticket_query query_of(const struct ask *a, struct words *w)
{
    struct ticket_query q = a->q;
    if (a->first != NULL) {
        snprintf(w->first, sizeof w->first, "%s%u", a->first, filling_below(a->words));
        snprintf(w->second, sizeof w->second, "%s", a->second != NULL ? a->second : "");
        snprintf(w->text, sizeof w->text, "%s %s", w->first, w->second);
        q.text = w->text;
    }
    return q;
}

static void begin_asking(struct bench *b, const struct ticket_query *q)
{
    b->is_answered = false;
    storage_tickets(b->storage, q, on_rows, b);
}

/* ---- read ---- */

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* In milliseconds. */
static void print_times(const char *name, int64_t *times, size_t count, size_t rows,
                        size_t short_ones)
{
    qsort(times, count, sizeof *times, by_size);
    printf("%-24s n=%-6zu rows=%-3zu short=%-5zu p50=%.2f p99=%.2f max=%.2f\n", name, count, rows,
           short_ones, (double)times[count / 2] / 1e3, (double)times[count * 99 / 100] / 1e3,
           (double)times[count - 1] / 1e3);
    fflush(stdout);
}

/* A line of one of the last hundred chats. */
static void store_line(struct bench *b)
{
    char text[512];
    filling_add_words(text, sizeof text, 4 + filling_below(16));
    storage_put_entry(b->storage,
                      &(struct entry_record){.sequence = ++b->sequence,
                                             .chat = b->last_number - filling_below(100),
                                             .kind = ENTRY_MESSAGE,
                                             .by = BY_VISITOR,
                                             .at = 1,
                                             .agent = "",
                                             .name = "",
                                             .sender_id = "",
                                             .event = "",
                                             .body = text});
    b->batch = storage_seal(b->storage);
    if (b->sealed_at == 0) {
        b->sealed_at = microseconds();
    }
}

static void read_one(struct bench *b, const struct ask *a, double seconds, unsigned lines)
{
    int64_t *times = mem_array(SAMPLES, sizeof *times);
    size_t count = 0;
    size_t short_ones = 0;
    int64_t began = microseconds();
    int64_t next_line = began;
    struct words words;
    do {
        struct ticket_query q = query_of(a, &words);
        int64_t asked = microseconds();
        begin_asking(b, &q);
        while (!b->is_answered) {
            while (lines > 0 && microseconds() >= next_line) {
                store_line(b);
                next_line += 1000000 / lines;
            }
            turn(b, 1);
        }
        times[count++] = microseconds() - asked;
        short_ones += b->next != 0 && b->rows < a->q.max;
    } while (microseconds() < began + (int64_t)(seconds * 1e6) && count < SAMPLES);
    print_times(a->name, times, count, b->rows, short_ones);
    free(times);
}

static int read_all(const char *path, double seconds, unsigned lines)
{
    struct bench b = {.storage = NULL};
    if (!begin(&b, path)) {
        return 1;
    }
    for (size_t i = 0; i < ASKS; i++) {
        read_one(&b, &asks[i], seconds, lines);
    }
    if (b.commit_count > 0) {
        print_times("commits", b.commits, b.commit_count, 0, 0);
    }
    end(&b);
    return 0;
}

/* ---- compare ---- */

/* What is shown of each, for the numbers that the plain query finds. */
#define SHOWN(numbers)                                                                             \
    "SELECT c.number, c.department, c.owner, c.tags, v.name, v.email, v.fields, t.state, t.owner," \
    " t.subject, (SELECT body FROM entries WHERE chat = c.number AND kind = 1 AND by = 1"          \
    " ORDER BY sequence LIMIT 1) FROM chats c JOIN visitors v ON v.id = c.visitor"                 \
    " LEFT JOIN tickets t ON t.number = c.number WHERE c.number IN (%s) ORDER BY c.number DESC",   \
        numbers

static void bind_word(sqlite3_stmt *statement, int at, const char *word)
{
    char quoted[80];
    snprintf(quoted, sizeof quoted, "\"%s\"", word);
    sqlite3_bind_text(statement, at, quoted, -1, SQLITE_TRANSIENT);
}

static bool finds_the_same(const struct bench *b, sqlite3_stmt *plain)
{
    size_t rows = 0;
    bool same = true;
    while (sqlite3_step(plain) == SQLITE_ROW) {
        same = same && rows < b->rows && sqlite3_column_int64(plain, 0) == b->numbers[rows];
        rows++;
    }
    return sqlite3_reset(plain) == SQLITE_OK && same && rows == b->rows;
}

/* What one comparison took, in microseconds; round by round, so that whatever else the machine does
 * strikes all three. */
struct comparison {
    int64_t ours[ROUNDS];
    int64_t plain[ROUNDS];
    int64_t way[ROUNDS]; /* to the reader's thread and back, for nothing */
};

static int64_t median(int64_t *times)
{
    qsort(times, ROUNDS, sizeof *times, by_size);
    return times[ROUNDS / 2];
}

static int64_t ask_and_wait(struct bench *b, const struct ticket_query *q)
{
    int64_t asked = microseconds_used();
    begin_asking(b, q);
    while (!b->is_answered) {
        turn(b, 100);
    }
    return microseconds_used() - asked;
}

static bool compare_rounds(struct bench *b, sqlite3_stmt *plain, const struct ask *a,
                           struct comparison *took)
{
    const struct ticket_query nothing = {.scope = ALL_SCOPE, .before = 1, .max = 1};
    bool same = true;
    struct words words;
    for (size_t i = 0; i < ROUNDS && same; i++) {
        struct ticket_query q = query_of(a, &words);
        took->way[i] = ask_and_wait(b, &nothing);
        took->ours[i] = ask_and_wait(b, &q);
        if (q.text != NULL) {
            bind_word(plain, 1, words.first);
            bind_word(plain, 2, words.second);
        }
        int64_t began = microseconds_used();
        same = finds_the_same(b, plain);
        took->plain[i] = microseconds_used() - began;
    }
    return same;
}

static bool compare_one(struct bench *b, sqlite3 *db, const struct ask *a)
{
    struct comparison took;
    char *sql = mem_print(SHOWN(a->plain));
    sqlite3_stmt *plain = sqlite_prepare(db, sql);
    bool same = plain != NULL && compare_rounds(b, plain, a, &took);
    sqlite3_finalize(plain);
    free(sql);
    if (!same) {
        printf("FAIL %s: plain SQL finds something else, or nothing (%s)\n", a->name,
               sqlite3_errmsg(db));
        return false;
    }
    int64_t ours = median(took.ours);
    int64_t way = median(took.way);
    int64_t sqls = median(took.plain);
    bool fits = ours <= RATIO_MAX * sqls + 2 * way;
    printf("%s %-24s rows=%-3zu %" PRId64 " us, plain SQL %" PRId64 ", the way %" PRId64 "\n",
           fits ? "ok  " : "FAIL", a->name, b->rows, ours, sqls, way);
    return fits;
}

static int compare_all(const char *path, int64_t tickets, unsigned entries)
{
    struct bench b = {.storage = NULL};
    sqlite3 *db = NULL;
    unsigned failed = 0;
    if (filling_run(path, tickets, entries) != 0 || !begin(&b, path)) {
        return 1;
    }
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        failed++;
    }
    for (size_t i = 0; i < ASKS && db != NULL; i++) {
        failed += asks[i].plain != NULL && !compare_one(&b, db, &asks[i]);
    }
    sqlite3_close(db);
    end(&b);
    return failed == 0 ? 0 : 1;
}

/* ---- words of the command ---- */

int main(int count, char **words)
{
    const char *verb = count == 5 ? words[1] : "";
    if (strcmp(verb, "fill") == 0) {
        return filling_run(words[2], strtoll(words[3], NULL, 10),
                           (unsigned)strtoul(words[4], NULL, 10));
    }
    if (strcmp(verb, "read") == 0) {
        return read_all(words[2], strtod(words[3], NULL), (unsigned)strtoul(words[4], NULL, 10));
    }
    if (strcmp(verb, "compare") == 0) {
        return compare_all(words[2], strtoll(words[3], NULL, 10),
                           (unsigned)strtoul(words[4], NULL, 10));
    }
    fprintf(stderr, "bench_tickets fill PATH TICKETS ENTRIES | read PATH SECONDS LINES |"
                    " compare PATH TICKETS ENTRIES\n");
    return 2;
}
