/* A database with the schema from before the index of searches, so that opening it is that
 * migration. */
#include "filling.h"

#include "storage/migrate.h"
#include "storage/sqlite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    VERSION = 14, /* of the schema that is filled */
    FIRST = 1001,
    VOCABULARY = 50000,
    DEPARTMENTS = 8,
    AGENTS = 50,
    BATCH = 10000 /* tickets of one transaction */
};

static uint64_t chance = 88172645463325252ULL;

unsigned filling_below(unsigned bound)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (unsigned)(chance % bound);
}

void filling_add_words(char *out, size_t size, unsigned count)
{
    size_t len = 0;
    for (unsigned i = 0; i < count && len + 16 < size; i++) {
        double x = filling_below(1000000) / 1e6;
        len += (size_t)snprintf(out + len, size - len, "%sword%u", i > 0 ? " " : "",
                                (unsigned)(VOCABULARY * x * x * x * x));
    }
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
        exit(1);
    }
    return statement;
}

struct filling {
    sqlite3 *db;
    sqlite3_stmt *visitor;
    sqlite3_stmt *chat;
    sqlite3_stmt *ticket;
    sqlite3_stmt *entry;
};

static void done(sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(sqlite3_db_handle(statement)));
        exit(1);
    }
    sqlite3_reset(statement);
}

static void put_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

/* Most are closed; of what is not, a part belongs to nobody. */
static void fill_ticket(struct filling *f, int64_t number, bool is_recent, unsigned entries)
{
    char text[512];
    char visitor[32];
    char agent[32];
    char department[16];
    unsigned state = is_recent ? 1 + filling_below(4) : filling_below(20) == 0 ? 4 : 5;
    snprintf(visitor, sizeof visitor, "visitor-%013" PRId64, number);
    snprintf(agent, sizeof agent, "agent%u@example.org", filling_below(AGENTS));
    snprintf(department, sizeof department, "d%u", filling_below(DEPARTMENTS));
    filling_add_words(text, sizeof text, 2);
    put_text(f->visitor, 1, visitor);
    put_text(f->visitor, 2, text);
    snprintf(text, sizeof text, "%s@mail%u.example", visitor, filling_below(1000));
    put_text(f->visitor, 3, text);
    done(f->visitor);
    sqlite3_bind_int64(f->chat, 1, number);
    put_text(f->chat, 2, visitor);
    put_text(f->chat, 3, department);
    put_text(f->chat, 4, agent);
    sqlite3_bind_int64(f->chat, 5, 1700000000000 + number * 60000);
    sqlite3_bind_int(f->chat, 6, filling_below(50) == 0 ? 3 : 2);
    put_text(f->chat, 7, filling_below(100) == 0 ? "billing" : "");
    done(f->chat);
    sqlite3_bind_int64(f->ticket, 1, number);
    put_text(f->ticket, 2, department);
    sqlite3_bind_int(f->ticket, 3, (int)state);
    put_text(f->ticket, 4, state == 1 || filling_below(10) == 0 ? "" : agent);
    sqlite3_bind_int64(
        f->ticket, 5, state == 3 && filling_below(2) ? 1700000000000 + filling_below(1U << 31) : 0);
    done(f->ticket);
    for (unsigned i = 0; i < entries; i++) {
        filling_add_words(text, sizeof text, 4 + filling_below(16));
        sqlite3_bind_int64(f->entry, 1, number);
        sqlite3_bind_int(f->entry, 2, i % 2 == 0 ? 1 : 2);
        sqlite3_bind_int64(f->entry, 3, 1700000000000 + number * 60000 + i);
        put_text(f->entry, 4, text);
        done(f->entry);
    }
}

int filling_run(const char *path, int64_t tickets, unsigned entries)
{
    struct filling f = {.db = NULL};
    if (sqlite3_open(path, &f.db) != SQLITE_OK) {
        return 1;
    }
    sqlite_run(f.db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    char *error = migrate_run(f.db, path, migrate_schema, VERSION);
    if (error != NULL) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    f.visitor = prepare(f.db, "INSERT INTO visitors (id, site, jid, name, email, language, zone,"
                              " browser, page_url, page_title, referrer, only_agent, first_seen,"
                              " last_seen) VALUES (?, 'default', '', ?, ?, 'de', '', '', '', '',"
                              " '', '', 1, 2)");
    f.chat = prepare(f.db, "INSERT INTO chats (number, visitor, department, owner, created,"
                           " priority, tags, address, state, was_left, waiting_since, claimed,"
                           " closed, closed_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?3, 4, 0, ?5,"
                           " ?5, ?5, 'agent')");
    f.ticket = prepare(f.db, "INSERT INTO tickets (number, department, state, owner, subject, due,"
                             " level, converted, converted_by, changed)"
                             " VALUES (?, ?, ?, ?, '', ?, 1, 1, '', 1)");
    f.entry = prepare(f.db, "INSERT INTO entries (chat, kind, by, at, agent, name, sender_id,"
                            " event, body, seen) VALUES (?, 1, ?, ?, '', '', '', '', ?, 0)");
    for (int64_t i = 0; i < tickets; i++) {
        if (i % BATCH == 0) {
            sqlite_run(f.db, i > 0 ? "COMMIT; BEGIN" : "BEGIN");
        }
        fill_ticket(&f, FIRST + i, i > tickets - tickets / 20, entries);
    }
    sqlite_run(f.db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_finalize(f.visitor);
    sqlite3_finalize(f.chat);
    sqlite3_finalize(f.ticket);
    sqlite3_finalize(f.entry);
    return sqlite3_close(f.db) == SQLITE_OK ? 0 : 1;
}
