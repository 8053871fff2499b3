/* lint: long because each read has its statement here, in one table. */
/* What is stored, read beside the daemon: page by page, each in a read transaction of its own. */
#include "storage/archive.h"

#include "base/mem.h"
#include "storage/migrate.h"
#include "storage/sqlite.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CHATS_A_TIME = 2000, TICKETS_A_TIME = 200, ENTRIES_A_TIME = 100 };

#define SCHEME "sqlite:"

enum archive_statement {
    LAST_CHAT,
    CHATS,
    SPENT,
    TICKETS,
    TICKET_BY_NUMBER,
    LINKS,
    MERGED,
    OWN,
    ENTRIES,
    STATEMENTS
};

/* The shapes of PUT_CHAT, PUT_VISITOR, a first line, PUT_RATING, PUT_TICKET, by the names that
 * their columns have everywhere, and what was spent on it. What is asked for an entry of the chat
 * by its kind is a short range of entries_of_chat, in order. */
#define TICKET_COLUMNS                                                                             \
    "c.*, " SQLITE_VISITOR_COLUMNS                                                                 \
    ", coalesce((SELECT CASE e.fate WHEN 1 THEN e.shown ELSE e.body END FROM entries e"            \
    " WHERE e.chat = c.number AND e.kind = 1 AND e.by = 1 AND e.fate <> 2"                         \
    " ORDER BY e.sequence LIMIT 1), ''), r.chat, r.scale, r.value, r.text, r.at, r.changed, t.*,"  \
    " (SELECT coalesce(sum(s.lasted), 0) FROM spent s WHERE s.chat = c.number)"
#define CHATS_C "(SELECT " SQLITE_CHAT_COLUMNS " FROM chats) c"
#define TICKETS_T "(SELECT " SQLITE_TICKET_COLUMNS " FROM tickets) t"

static const char *const statements[STATEMENTS] = {
    [LAST_CHAT] = "SELECT coalesce(max(number), 0) FROM chats",
    /* Joined first is who took it: nobody joins a chat that waits. */
    [CHATS] = "SELECT c.number, c.visitor, c.department, c.owner, c.state, c.closed_by, c.created,"
              " coalesce((SELECT e.at FROM entries e WHERE e.chat = c.number AND e.kind = 2"
              " AND e.event = 'joined' ORDER BY e.sequence LIMIT 1), 0),"
              " coalesce((SELECT e.at FROM entries e WHERE e.chat = c.number AND e.kind = 2"
              " AND e.event IN ('left-message', 'closing', 'ticket-received')"
              " ORDER BY e.sequence LIMIT 1), 0),"
              " coalesce((SELECT e.event = 'closing' FROM entries e WHERE e.chat = c.number"
              " AND e.kind = 2 AND e.event IN ('left-message', 'closing', 'ticket-received')"
              " ORDER BY e.sequence LIMIT 1), 0),"
              " coalesce((SELECT e.at FROM entries e WHERE e.chat = c.number AND e.kind = 1"
              " AND e.by = 2 ORDER BY e.sequence LIMIT 1), 0),"
              " c.closed, v.name, v.email, v.jid, coalesce(r.scale, 0), coalesce(r.value, 0)"
              " FROM chats c CROSS JOIN visitors v ON v.id = c.visitor"
              " LEFT JOIN ratings r ON r.chat = c.number"
              " WHERE c.number > ?1 AND c.number <= ?2 AND c.created >= ?3 AND c.created < ?4"
              " AND v.only_agent = '' ORDER BY c.number",
    [SPENT] = "SELECT s.chat, c.department, c.visitor, v.name, v.email, v.jid, s.agent, s.began,"
              " s.lasted FROM spent s INDEXED BY spent_on_chat"
              " CROSS JOIN chats c ON c.number = s.chat CROSS JOIN visitors v ON v.id = c.visitor"
              " WHERE s.chat > ?1 AND s.chat <= ?2 AND s.began >= ?3 AND s.began < ?4"
              " AND v.only_agent = '' ORDER BY s.chat, s.began",
    [TICKETS] =
        "SELECT " TICKET_COLUMNS " FROM " TICKETS_T " CROSS JOIN " CHATS_C " ON c.number = t.number"
        " CROSS JOIN visitors v ON v.id = c.visitor LEFT JOIN ratings r ON r.chat = c.number"
        " WHERE t.number < ?1 AND (?2 IS NULL OR t.department = ?2)"
        " AND (?3 IS NULL OR t.owner = ?3) AND (?4 = 0 OR t.state = ?4)"
        " AND t.converted >= ?5 AND t.converted < ?6 AND v.only_agent = ''"
        " ORDER BY t.number DESC LIMIT ?7",
    [TICKET_BY_NUMBER] =
        "SELECT " TICKET_COLUMNS " FROM " CHATS_C " CROSS JOIN visitors v ON v.id = c.visitor"
        " LEFT JOIN ratings r ON r.chat = c.number"
        " LEFT JOIN " TICKETS_T " ON t.number = c.number"
        " WHERE c.number = ?1 AND v.only_agent = ''",
    [LINKS] = SQLITE_LINKS,
    [OWN] = SQLITE_OWN,
    [MERGED] = SQLITE_MERGED,
    [ENTRIES] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE chat = ?1 AND sequence > ?2"
                " ORDER BY sequence LIMIT ?3",
};

struct archive {
    sqlite3 *db;
    char *path;
    sqlite3_stmt *statements[STATEMENTS];
    atomic_bool is_cancelled;
};

/* ---- opening ---- */

/* A database on a read-only medium has no place for a shared memory beside it. */
static sqlite3 *connect(const char *path, char **error)
{
    int64_t tables = 0;
    sqlite3 *db = sqlite_connect(path, path, SQLITE_OPEN_READONLY, error);

    if (db && sqlite_number(db, "SELECT count(*) FROM sqlite_schema", &tables) == SQLITE_OK) {
        return db;
    }
    sqlite3_close(db);
    free(*error);
    *error = NULL;
    char *uri = sqlite_uri_dup(path);
    db = sqlite_connect(uri, path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error);
    free(uri);
    return db;
}

static char *refusal(sqlite3 *db, const char *path)
{
    int64_t version = 0;
    char *words = migrate_refusal(db, path, migrate_schema_count);

    if (words) {
        return words;
    }
    int code = sqlite_number(db, "PRAGMA user_version", &version);
    if (code != SQLITE_OK) {
        return sqlite_words(db, path, code);
    }
    return version == migrate_schema_count
               ? NULL
               : mem_print("%s was written by an older tresen (schema %lld, this program knows "
                           "%d): the daemon brings it up to date when it starts",
                           path, (long long)version, migrate_schema_count);
}

static char *prepare(struct archive *a)
{
    for (size_t i = 0; i < STATEMENTS; i++) {
        a->statements[i] = sqlite_prepare(a->db, statements[i]);
        if (!a->statements[i]) {
            return sqlite_words(a->db, a->path, sqlite3_extended_errcode(a->db));
        }
    }
    return NULL;
}

struct archive *archive_open(const char *uri, char **error)
{
    struct stat about;

    *error = NULL;
    if (strncmp(uri, SCHEME, strlen(SCHEME)) != 0) {
        *error = mem_print("%s cannot be read beside the daemon", uri);
        return NULL;
    }
    const char *path = uri + strlen(SCHEME);
    if (stat(path, &about) != 0 || about.st_size == 0) {
        *error = mem_print("there is no database at %s yet", path);
        return NULL;
    }
    struct archive *a = mem_alloc(sizeof *a);
    a->path = mem_dup(path);
    a->db = connect(path, error);
    if (a->db) {
        *error = refusal(a->db, path);
        *error = *error ? *error : prepare(a);
    }
    if (*error) {
        archive_close(a);
        return NULL;
    }
    return a;
}

void archive_close(struct archive *a)
{
    if (!a) {
        return;
    }
    for (size_t i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(a->statements[i]);
    }
    sqlite3_close(a->db);
    free(a->path);
    free(a);
}

/* The flag is for what is between two statements now. */
void archive_cancel(struct archive *a)
{
    atomic_store(&a->is_cancelled, true);
    sqlite3_interrupt(a->db);
}

/* ---- reading ---- */

static const char *text(sqlite3_stmt *statement, int column)
{
    const char *found = (const char *)sqlite3_column_text(statement, column);

    return found ? found : "";
}

/* The end of a page: what came before it is the answer's. */
static char *end(const struct archive *a, sqlite3_stmt *statement, int code)
{
    int reset = sqlite3_reset(statement);

    sqlite3_clear_bindings(statement);
    code = code == SQLITE_DONE || code == SQLITE_ROW ? reset : code;
    code = code == SQLITE_OK && atomic_load(&a->is_cancelled) ? SQLITE_INTERRUPT : code;
    return code == SQLITE_OK ? NULL : sqlite_words(a->db, a->path, code);
}

static void read_chat(sqlite3_stmt *s, struct archive_chat *c)
{
    int at = 0;

    c->number = sqlite3_column_int64(s, at++);
    c->visitor = text(s, at++);
    c->department = text(s, at++);
    c->owner = text(s, at++);
    c->state = (enum chat_state)sqlite3_column_int(s, at++);
    c->closed_by = text(s, at++);
    c->created = sqlite3_column_int64(s, at++);
    c->taken = sqlite3_column_int64(s, at++);
    c->left = sqlite3_column_int64(s, at++);
    c->closing = sqlite3_column_int(s, at++) != 0;
    c->answered = sqlite3_column_int64(s, at++);
    c->closed = sqlite3_column_int64(s, at++);
    c->name = text(s, at++);
    c->email = text(s, at++);
    c->jid = text(s, at++);
    c->rating = (enum rating_scale)sqlite3_column_int(s, at++);
    c->rated = (unsigned)sqlite3_column_int(s, at);
}

/* Whose call a row is for. */
struct reader {
    void (*chat)(void *ctx, const struct archive_chat *c);
    void (*spent)(void *ctx, const struct archive_spent *s);
    void *ctx;
};

/* Rows of a period, by the numbers of their chats and not by how many they are: a page in which
 * nothing is found is no longer than others. */
static char *walk_chats(struct archive *a, enum archive_statement statement, time_ms from,
                        time_ms to, void (*row)(void *ctx, sqlite3_stmt *s), void *ctx)
{
    sqlite3_stmt *s = a->statements[statement];
    sqlite3_stmt *last_chat = a->statements[LAST_CHAT];
    int code = sqlite3_step(last_chat);
    int64_t last = code == SQLITE_ROW ? sqlite3_column_int64(last_chat, 0) : 0;
    char *error = end(a, last_chat, code);

    for (int64_t at = 0; at < last && !error; at += CHATS_A_TIME) {
        sqlite3_bind_int64(s, 1, at);
        sqlite3_bind_int64(s, 2, at + CHATS_A_TIME);
        sqlite3_bind_int64(s, 3, from);
        sqlite3_bind_int64(s, 4, to);
        while ((code = sqlite3_step(s)) == SQLITE_ROW) {
            row(ctx, s);
        }
        error = end(a, s, code);
    }
    return error;
}

static void on_chat_row(void *ctx, sqlite3_stmt *s)
{
    const struct reader *reader = ctx;
    struct archive_chat found;

    read_chat(s, &found);
    reader->chat(reader->ctx, &found);
}

char *archive_chats(struct archive *a, time_ms from, time_ms to,
                    void (*chat)(void *ctx, const struct archive_chat *c), void *ctx)
{
    struct reader reader = {.chat = chat, .ctx = ctx};

    return walk_chats(a, CHATS, from, to, on_chat_row, &reader);
}

static void on_spent_row(void *ctx, sqlite3_stmt *s)
{
    const struct reader *reader = ctx;
    int at = 0;
    struct archive_spent spent;

    spent.chat = sqlite3_column_int64(s, at++);
    spent.department = text(s, at++);
    spent.visitor = text(s, at++);
    spent.name = text(s, at++);
    spent.email = text(s, at++);
    spent.jid = text(s, at++);
    spent.agent = text(s, at++);
    spent.began = sqlite3_column_int64(s, at++);
    spent.lasted = sqlite3_column_int64(s, at);
    reader->spent(reader->ctx, &spent);
}

char *archive_spent(struct archive *a, time_ms from, time_ms to,
                    void (*spent)(void *ctx, const struct archive_spent *s), void *ctx)
{
    struct reader reader = {.spent = spent, .ctx = ctx};

    return walk_chats(a, SPENT, from, to, on_spent_row, &reader);
}

/* Tickets and entries are copied, page by page, and handed over behind the read: whoever takes them
 * may have to wait for a pager. */
struct page {
    void *rows[TICKETS_A_TIME];
    size_t count;
};

struct ticket_copy {
    struct chat_record *chat;
    struct ticket_record *ticket; /* NULL: it was not converted */
    struct visitor_record *requester;
    char *first_line;
    time_ms spent;
    struct rating_record *rating; /* NULL: none */
    struct ticket_related related;
    struct own_records own;
};

/* SQLITE_OK, or the error. */
static int add_related(struct archive *a, struct ticket_copy *copy)
{
    struct ticket_related *r = &copy->related;
    int64_t number = copy->chat->number;
    int code = sqlite_read_numbers(a->statements[LINKS], number, r->links, &r->link_count);
    if (code == SQLITE_OK) {
        code = sqlite_read_numbers(a->statements[MERGED], number, r->merged, &r->merged_count);
    }
    return code == SQLITE_OK ? sqlite_read_own(a->statements[OWN], number, &copy->own) : code;
}

static struct ticket_copy *copy_ticket(sqlite3_stmt *s)
{
    const struct shape *shapes[] = {record_shape(PUT_CHAT), record_shape(PUT_VISITOR),
                                    record_shape(PUT_TICKET), record_shape(PUT_RATING)};
    int visitor_at = (int)shapes[0]->count;
    int line_at = visitor_at + (int)shapes[1]->count;
    struct ticket_copy *copy = mem_alloc(sizeof *copy);
    struct chat_record chat;
    struct visitor_record visitor;
    int ticket_at = line_at + 1 + (int)shapes[3]->count;
    struct ticket_record ticket;
    struct rating_record rating;

    sqlite_read_record(s, 0, shapes[0], &chat);
    sqlite_read_record(s, visitor_at, shapes[1], &visitor);
    copy->chat = record_dup(shapes[0], &chat);
    copy->requester = record_dup(shapes[1], &visitor);
    copy->first_line = mem_dup(text(s, line_at));
    if (sqlite3_column_type(s, line_at + 1) != SQLITE_NULL) {
        sqlite_read_record(s, line_at + 1, shapes[3], &rating);
        copy->rating = record_dup(shapes[3], &rating);
    }
    if (sqlite3_column_type(s, ticket_at) != SQLITE_NULL) {
        sqlite_read_record(s, ticket_at, shapes[2], &ticket);
        copy->ticket = record_dup(shapes[2], &ticket);
    }
    copy->spent = sqlite3_column_int64(s, ticket_at + (int)shapes[2]->count);
    return copy;
}

/* Of those that had such a target: not kept, be it once, or kept; open is none of both. */
static void judge(const struct ticket_record *r, enum archive_service *service)
{
    const bool is_over[SERVICE_KINDS] = {[SERVICE_FIRST_ANSWER] = r->answered > 0,
                                         [SERVICE_NEXT_ANSWER] = true,
                                         [SERVICE_SOLUTION] = r->solved > 0};

    for (unsigned i = 0; i < SERVICE_KINDS; i++) {
        if (r->measured & (1U << i)) {
            service[i] = r->missed & (1U << i) ? SERVICE_BROKEN
                         : is_over[i]          ? SERVICE_KEPT
                                               : SERVICE_NONE;
        }
    }
}

static const struct ticket_record no_ticket = {.department = "",
                                               .owner = "",
                                               .subject = "",
                                               .converted_by = "",
                                               .visitor = "",
                                               .address = "",
                                               .watchers = ""};

static const struct rating_record no_rating = {.text = ""};

static void hand_over(const struct page *page, archive_on_ticket ticket, void *ctx)
{
    for (size_t i = 0; i < page->count; i++) {
        struct ticket_copy *copy = page->rows[i];
        struct archive_ticket t = {.chat = *copy->chat,
                                   .ticket = copy->ticket ? *copy->ticket : no_ticket,
                                   .requester = *copy->requester,
                                   .rating = copy->rating ? *copy->rating : no_rating,
                                   .first_line = copy->first_line,
                                   .spent = copy->spent,
                                   .related = copy->related,
                                   .own = copy->own};
        judge(&t.ticket, t.service);
        ticket(ctx, &t);
        free(copy->chat);
        free(copy->ticket);
        free(copy->requester);
        free(copy->first_line);
        free(copy->rating);
        own_records_finish(&copy->own);
        free(copy);
    }
}

/* What belongs to each. NULL, or why not. */
static char *relate(struct archive *a, struct page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        int code = add_related(a, page->rows[i]);
        if (code != SQLITE_OK) {
            return sqlite_words(a->db, a->path, code);
        }
    }
    return NULL;
}

static void bind_query(sqlite3_stmt *s, const struct archive_query *q, int64_t before)
{
    sqlite3_bind_int64(s, 1, before);
    if (q->department) {
        sqlite_bind_text(s, 2, q->department);
    }
    if (q->owner) {
        sqlite_bind_text(s, 3, q->owner);
    }
    sqlite3_bind_int(s, 4, (int)q->state);
    sqlite3_bind_int64(s, 5, q->from);
    sqlite3_bind_int64(s, 6, q->to > 0 ? q->to : INT64_MAX);
}

char *archive_tickets(struct archive *a, const struct archive_query *q, archive_on_ticket ticket,
                      void *ctx)
{
    sqlite3_stmt *s = a->statements[TICKETS];
    int64_t before = q->before > 0 ? q->before : INT64_MAX;
    size_t wanted = q->max > 0 ? q->max : SIZE_MAX;
    struct page page = {.count = TICKETS_A_TIME};
    char *error = NULL;

    while (page.count == TICKETS_A_TIME && wanted > 0 && !error) {
        int code;
        page.count = 0;
        bind_query(s, q, before);
        sqlite3_bind_int(s, 7, wanted < TICKETS_A_TIME ? (int)wanted : TICKETS_A_TIME);
        while ((code = sqlite3_step(s)) == SQLITE_ROW) {
            struct ticket_copy *copy = copy_ticket(s);
            page.rows[page.count++] = copy;
            before = copy->chat->number;
        }
        error = end(a, s, code);
        error = error ? error : relate(a, &page);
        hand_over(&page, ticket, ctx);
        wanted -= page.count;
    }
    return error;
}

char *archive_ticket(struct archive *a, int64_t number, archive_on_ticket ticket, void *ctx)
{
    sqlite3_stmt *s = a->statements[TICKET_BY_NUMBER];
    struct page page = {.count = 0};

    sqlite3_bind_int64(s, 1, number);
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        page.rows[page.count++] = copy_ticket(s);
    }
    char *error = end(a, s, code);
    error = error ? error : relate(a, &page);
    hand_over(&page, ticket, ctx);
    return error;
}

char *archive_entries(struct archive *a, int64_t number,
                      void (*entry)(void *ctx, const struct entry_record *e), void *ctx)
{
    sqlite3_stmt *s = a->statements[ENTRIES];
    const struct shape *shape = record_shape(PUT_ENTRY);
    int64_t after = 0;
    struct page page = {.count = ENTRIES_A_TIME};
    char *error = NULL;

    while (page.count == ENTRIES_A_TIME && !error) {
        int code;
        page.count = 0;
        sqlite3_bind_int64(s, 1, number);
        sqlite3_bind_int64(s, 2, after);
        sqlite3_bind_int(s, 3, ENTRIES_A_TIME);
        while ((code = sqlite3_step(s)) == SQLITE_ROW) {
            struct entry_record e;
            sqlite_read_record(s, 0, shape, &e);
            after = e.sequence;
            page.rows[page.count++] = record_dup(shape, &e);
        }
        error = end(a, s, code);
        for (size_t i = 0; i < page.count; i++) {
            entry(ctx, page.rows[i]);
            free(page.rows[i]);
        }
    }
    return error;
}

/* ---- search ---- */

/* One page, as the reader of the daemon finds it. */
static char *find_page(struct archive *a, struct sqlite_tickets *tickets, struct request *request)
{
    int code = sqlite_run(a->db, "BEGIN");
    if (code == SQLITE_OK) {
        code = sqlite_tickets_find(tickets, request);
    }
    int end_code = sqlite_run(a->db, "COMMIT");
    code = code == SQLITE_OK && !request->found_damage ? end_code : code;
    if (!sqlite3_get_autocommit(a->db)) {
        sqlite_run(a->db, "ROLLBACK"); /* see sqlite_queries.c */
    }
    return code == SQLITE_OK ? NULL : sqlite_words(a->db, a->path, code);
}

/* NULL, or why not. */
static char *hand_over_row(struct archive *a, const struct ticket_answer *row,
                           archive_on_ticket ticket, void *ctx)
{
    struct archive_ticket t = {.chat = *row->chat,
                               .ticket = row->ticket ? *row->ticket : no_ticket,
                               .requester = *row->requester,
                               .rating = no_rating,
                               .first_line = row->first_line};
    int code = sqlite_read_own(a->statements[OWN], row->chat->number, &t.own);
    if (code == SQLITE_OK) {
        judge(&t.ticket, t.service);
        ticket(ctx, &t);
    }
    own_records_finish(&t.own);
    return code == SQLITE_OK ? NULL : sqlite_words(a->db, a->path, code);
}

char *archive_search(struct archive *a, const char *text, unsigned max, archive_on_ticket ticket,
                     void *ctx)
{
    struct ticket_query q = {.scope = {.who = "", .all = true}, .text = text, .max = TICKETS_PAGE};
    struct sqlite_tickets *tickets = sqlite_tickets_create(a->db);
    size_t wanted = max > 0 ? max : SIZE_MAX;
    char *error = tickets ? NULL : sqlite_words(a->db, a->path, sqlite3_extended_errcode(a->db));
    bool more = !error;

    while (more && wanted > 0) {
        struct request *request = mem_alloc(sizeof *request);
        request->kind = LIST;
        request->list = request_copy_list(&q);
        error = find_page(a, tickets, request);
        for (size_t i = 0; i < request->row_count && wanted > 0 && !error; i++, wanted--) {
            error = hand_over_row(a, &request->rows[i], ticket, ctx);
        }
        if (request->next == TICKETS_UNINDEXED && !error) {
            error = mem_dup("the index of searches is being made again: try once more in a while");
        }
        q.before = request->next;
        more = request->next > 0 && !error;
        request_destroy(request);
    }
    sqlite_tickets_destroy(tickets);
    return error;
}
