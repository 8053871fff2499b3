/* An index that is damaged is thrown away and made again. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "storage/sqlite.h"

#include <stdlib.h>

/* Words of so many chats are put there in one transaction: some ten milliseconds. */
#define STEP "25"
/* Its tables, as FTS5 makes them. */
#define TABLES "('search', 'search_data', 'search_idx', 'search_docsize', 'search_config')"

/* As schema/0017_search.sql has it. */
static const char make[] = "CREATE VIRTUAL TABLE search USING fts5 (\n"
                           "    words, content = '', detail = 'none', columnsize = 0, tokenize ="
                           " 'unicode61 remove_diacritics 2'\n"
                           ")";

int sqlite_mend_is_due(sqlite3 *db, bool *is_due)
{
    int64_t works = 0;
    int code = sqlite_number(db, "SELECT count(*) FROM upkeep WHERE work = 'index'", &works);
    *is_due = works > 0;
    return code;
}

void sqlite_mend_log(const char *name)
{
    log_error("storage: the index of searches in %s is damaged: it is thrown away and made again;"
              " all else goes on. Look whether the disk is sound",
              name);
}

/* ---- throwing away ---- */

static int begin(sqlite3 *db, const char *throw_away)
{
    char *note = mem_print("INSERT INTO upkeep (work, since, reached) VALUES ('index', %lld,"
                           " 1 + (SELECT coalesce(max(number), 0) FROM chats))"
                           " ON CONFLICT (work) DO UPDATE SET reached = excluded.reached",
                           (long long)clock_utc_ms());
    int code = sqlite_run(db, "BEGIN IMMEDIATE");
    if (code == SQLITE_OK) {
        code = sqlite_run(db, throw_away);
    }
    if (code == SQLITE_OK) {
        code = sqlite_run(db, make);
    }
    if (code == SQLITE_OK) {
        code = sqlite_run(db, note);
    }
    if (code == SQLITE_OK) {
        code = sqlite_run(db, "COMMIT");
    }
    if (code != SQLITE_OK && !sqlite3_get_autocommit(db)) {
        sqlite_run(db, "ROLLBACK");
    }
    free(note);
    return code;
}

/* Pages that cannot be read cannot be given back: they belong to nothing until a VACUUM. */
static int begin_by_force(sqlite3 *db)
{
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    int code = begin(db, "PRAGMA writable_schema = ON;"
                         "DELETE FROM sqlite_schema WHERE tbl_name IN " TABLES ";"
                         "INSERT INTO upkeep (work, since) VALUES ('rewrite', 0)"
                         " ON CONFLICT DO NOTHING;"
                         "PRAGMA writable_schema = RESET");
    sqlite_run(db, "PRAGMA writable_schema = OFF");
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return code;
}

int sqlite_mend_begin(sqlite3 *db)
{
    int code = begin(db, "DROP TABLE search");
    return sqlite_is_damage(db, code) ? begin_by_force(db) : code;
}

/* ---- making ---- */

/* What comes in meanwhile is put there by the triggers: a word that is there twice is there once.
 */
static const char fill[] =
    "INSERT INTO search (rowid, words)"
    " SELECT c.number * 4 + p.part, search_words(CASE p.part"
    " WHEN 0 THEN (SELECT group_concat(text, ' ') FROM search_said s WHERE s.number = c.number)"
    " WHEN 1 THEN (SELECT text FROM search_names n WHERE n.number = c.number)"
    " ELSE (SELECT text FROM search_fields f WHERE f.number = c.number) END)"
    " FROM (SELECT number FROM chats WHERE number < (SELECT reached FROM upkeep"
    " WHERE work = 'index') ORDER BY number DESC LIMIT " STEP ") c"
    " CROSS JOIN (SELECT 0 AS part UNION ALL SELECT 1 UNION ALL SELECT 2) p";

static const char advance[] =
    "UPDATE upkeep SET reached = (SELECT coalesce(min(number), 0) FROM (SELECT number FROM chats"
    " WHERE number < upkeep.reached ORDER BY number DESC LIMIT " STEP ")) WHERE work = 'index'";

int sqlite_mend_step(sqlite3 *db, bool *is_done)
{
    int64_t left = 0;
    int code = sqlite_run(db, "BEGIN IMMEDIATE");
    if (code == SQLITE_OK) {
        code = sqlite_run(db, fill);
    }
    if (code == SQLITE_OK) {
        code = sqlite_run(db, advance);
    }
    if (code == SQLITE_OK) {
        code = sqlite_run(db, "DELETE FROM upkeep WHERE work = 'index' AND reached = 0");
    }
    if (code == SQLITE_OK) {
        code = sqlite_number(db, "SELECT count(*) FROM upkeep WHERE work = 'index'", &left);
    }
    if (code == SQLITE_OK) {
        code = sqlite_run(db, "COMMIT");
    }
    if (code != SQLITE_OK && !sqlite3_get_autocommit(db)) {
        sqlite_run(db, "ROLLBACK");
    }
    *is_done = code == SQLITE_OK && left == 0;
    return code;
}

/* ---- is it the index? ---- */

static int check_table(sqlite3 *db, const char *pragma, const char *name, bool *is_whole)
{
    char *sql = mem_print("PRAGMA %s('%s')", pragma, name);
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    *is_whole = false;
    if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        *is_whole = text && text_equal(text, "ok");
    }
    free(sql);
    return code == SQLITE_OK ? sqlite3_finalize(statement) : code;
}

/* Where there is no upkeep yet, nothing was thrown away. */
static bool has_rests(sqlite3 *db)
{
    int64_t rests = 0;
    sqlite_number(db, "SELECT count(*) FROM upkeep WHERE work = 'rewrite'", &rests);
    return rests > 0;
}

enum damage sqlite_mend_look(sqlite3 *db, const char *pragma)
{
    sqlite3_stmt *tables = NULL;
    bool is_index = false;
    bool is_other = false;
    int code = sqlite3_prepare_v2(db,
                                  "SELECT name, tbl_name IN " TABLES " FROM sqlite_schema"
                                  " WHERE type = 'table' AND rootpage > 0",
                                  -1, &tables, NULL);
    while (code == SQLITE_OK && !is_other && sqlite3_step(tables) == SQLITE_ROW) {
        bool is_whole;
        code = check_table(db, pragma, (const char *)sqlite3_column_text(tables, 0), &is_whole);
        is_index = is_index || (!is_whole && sqlite3_column_int(tables, 1));
        is_other = !is_whole && !sqlite3_column_int(tables, 1);
    }
    int end = sqlite3_finalize(tables);
    if (code != SQLITE_OK || end != SQLITE_OK || is_other) {
        return DAMAGE_ELSEWHERE;
    }
    return is_index ? DAMAGE_INDEX : has_rests(db) ? DAMAGE_RESTS : DAMAGE_ELSEWHERE;
}
