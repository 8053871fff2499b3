/* Where words stand: kept with the rows that they are of. */
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>

static void on_search_words(sqlite3_context *ctx, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    sqlite3_result_text(ctx, sqlite_fold_dup(sqlite3_user_data(ctx), text ? text : "", false), -1,
                        free);
}

static void on_destroy(void *fold)
{
    sqlite_fold_destroy(fold);
}

int sqlite_index_register(sqlite3 *db)
{
    struct sqlite_fold *fold = sqlite_fold_create(db);
    if (!fold) {
        return SQLITE_ERROR;
    }
    return sqlite3_create_function_v2(db, "search_words", 1,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, fold,
                                      on_search_words, NULL, NULL, on_destroy);
}

/* ---- the triggers ----
 *
 * A batch may write a chat before its visitor, and erasing may take rows in any order: each row
 * adds and takes what it finds of the others. Of a chat that is erased all entries go, so what else
 * is in its row is not put there again. */

/* In order, and each row once: else FTS5 writes what it has before it goes on. */
#define PUT_WAITING                                                                                \
    "INSERT INTO search (rowid, words) SELECT row, search_words(group_concat(text, ' '))"          \
    " FROM search_waiting GROUP BY row ORDER BY row"

/* As the views of schema/0017_search.sql have it: of a chat, row 4 * number is what was said, + 1
 * how it is called and who asked, + 2 what else is kept of who asked, and the ticket's own fields.
 */
static const char *const triggers[] = {
    "CREATE TEMP TABLE search_waiting (row INTEGER NOT NULL, text TEXT NOT NULL);"
    "PRAGMA temp.secure_delete = ON",
    /* FTS5 counts rows and words, and takes fewer than none for damage. Texts come and go in parts
     * here: so what goes is counted once more first. It may be of what waits. */
    "CREATE TEMP VIEW taken (row, words) AS SELECT 0, ''",
    "CREATE TEMP TRIGGER take INSTEAD OF INSERT ON taken"
    " BEGIN"
    " " PUT_WAITING ";"
    " DELETE FROM search_waiting;"
    " INSERT INTO search (rowid, words) VALUES (new.row, new.words);"
    " INSERT INTO search (search, rowid, words) VALUES ('delete', new.row, new.words);"
    " END;",
    "CREATE TEMP TRIGGER entry_added AFTER INSERT ON main.entries"
    " WHEN (new.kind = 1 OR (new.kind = 3 AND new.event IN ('', 'whisper', 'reason',"
    " 'transfer', 'invite', 'telephone', 'letter', 'counter'))"
    " OR (new.kind = 2 AND new.event = 'form-answered'))"
    " AND CASE new.fate WHEN 2 THEN '' WHEN 1 THEN new.shown ELSE new.body END <> ''"
    " BEGIN"
    " INSERT INTO search_waiting (row, text) SELECT new.chat * 4,"
    " CASE new.fate WHEN 2 THEN '' WHEN 1 THEN new.shown ELSE new.body END;"
    " END;",
    "CREATE TEMP TRIGGER entry_changed AFTER UPDATE OF body, fate, shown ON main.entries"
    " WHEN (old.kind = 1 OR (old.kind = 3 AND old.event IN ('', 'whisper', 'reason',"
    " 'transfer', 'invite', 'telephone', 'letter', 'counter'))"
    " OR (old.kind = 2 AND old.event = 'form-answered'))"
    " AND CASE old.fate WHEN 2 THEN '' WHEN 1 THEN old.shown ELSE old.body END"
    " <> CASE new.fate WHEN 2 THEN '' WHEN 1 THEN new.shown ELSE new.body END"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT new.chat * 4,"
    " search_words(CASE old.fate WHEN 2 THEN '' WHEN 1 THEN old.shown ELSE old.body END);"
    " INSERT INTO search (rowid, words) SELECT new.chat * 4,"
    " search_words(group_concat(text, ' ')) FROM search_said WHERE number = new.chat;"
    " END;",
    "CREATE TEMP TRIGGER entry_gone AFTER DELETE ON main.entries"
    " WHEN (old.kind = 1 OR (old.kind = 3 AND old.event IN ('', 'whisper', 'reason',"
    " 'transfer', 'invite', 'telephone', 'letter', 'counter'))"
    " OR (old.kind = 2 AND old.event = 'form-answered'))"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT old.chat * 4,"
    " search_words(CASE old.fate WHEN 2 THEN '' WHEN 1 THEN old.shown ELSE old.body END);"
    " END;",
    "CREATE TEMP TRIGGER chat_added AFTER INSERT ON main.chats"
    " BEGIN"
    " INSERT INTO search_waiting (row, text) SELECT number * 4 + 1, text"
    " FROM search_names WHERE number = new.number AND text <> '';"
    " INSERT INTO search_waiting (row, text) SELECT number * 4 + 2, text"
    " FROM search_fields WHERE number = new.number AND text <> '';"
    " END;",
    "CREATE TEMP TRIGGER chat_tagged AFTER UPDATE OF tags ON main.chats"
    " WHEN old.tags <> new.tags"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT old.number * 4 + 1,"
    " search_words(old.tags);"
    " INSERT INTO search (rowid, words) SELECT number * 4 + 1, search_words(text)"
    " FROM search_names WHERE number = new.number AND text <> '';"
    " END;",
    "CREATE TEMP TRIGGER chat_gone AFTER DELETE ON main.chats"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT old.number * 4 + 1,"
    " search_words(old.tags || ' ' || name || ' ' || email || ' ' || phone)"
    " FROM visitors WHERE id = old.visitor;"
    " INSERT INTO taken (row, words) SELECT old.number * 4 + 2,"
    " search_words(fields) FROM visitors WHERE id = old.visitor;"
    " END;",
    "CREATE TEMP TRIGGER visitor_added AFTER INSERT ON main.visitors"
    " BEGIN"
    " INSERT INTO search_waiting (row, text) SELECT number * 4 + 1, text"
    " FROM search_names WHERE visitor = new.id AND text <> '';"
    " INSERT INTO search_waiting (row, text) SELECT number * 4 + 2, text"
    " FROM search_fields WHERE visitor = new.id AND text <> '';"
    " END;",
    "CREATE TEMP TRIGGER visitor_named AFTER UPDATE OF name, email, phone ON main.visitors"
    " WHEN old.name <> new.name OR old.email <> new.email OR old.phone <> new.phone"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT number * 4 + 1,"
    " search_words(old.name || ' ' || old.email || ' ' || old.phone) FROM chats WHERE visitor = "
    "new.id;"
    " INSERT INTO search (rowid, words) SELECT number * 4 + 1, search_words(text)"
    " FROM search_names WHERE visitor = new.id AND text <> '';"
    " END;",
    "CREATE TEMP TRIGGER visitor_known AFTER UPDATE OF fields ON main.visitors"
    " WHEN old.fields <> new.fields"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT number * 4 + 2,"
    " search_words(old.fields) FROM chats WHERE visitor = new.id;"
    " INSERT INTO search (rowid, words) SELECT number * 4 + 2, search_words(text)"
    " FROM search_fields WHERE visitor = new.id AND text <> '';"
    " END;",
    "CREATE TEMP TRIGGER visitor_gone AFTER DELETE ON main.visitors"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT number * 4 + 1,"
    " search_words(old.name || ' ' || old.email || ' ' || old.phone) FROM chats WHERE visitor = "
    "old.id;"
    " INSERT INTO taken (row, words) SELECT number * 4 + 2,"
    " search_words(old.fields) FROM chats WHERE visitor = old.id;"
    " END;",
    "CREATE TEMP TRIGGER own_added AFTER INSERT ON main.own_fields"
    " BEGIN"
    " INSERT INTO search_waiting (row, text) VALUES (new.chat * 4 + 2, new.value);"
    " END;",
    "CREATE TEMP TRIGGER own_changed AFTER UPDATE OF value ON main.own_fields"
    " WHEN old.value <> new.value"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT old.chat * 4 + 2,"
    " search_words(old.value);"
    " INSERT INTO search (rowid, words) SELECT number * 4 + 2, search_words(text)"
    " FROM search_fields WHERE number = new.chat AND text <> '';"
    " END;",
    "CREATE TEMP TRIGGER own_gone AFTER DELETE ON main.own_fields"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT old.chat * 4 + 2,"
    " search_words(old.value);"
    " INSERT INTO search (rowid, words) SELECT number * 4 + 2, search_words(text)"
    " FROM search_fields WHERE number = old.chat AND text <> '';"
    " END;",
    "CREATE TEMP TRIGGER ticket_added AFTER INSERT ON main.tickets"
    " WHEN new.subject <> ''"
    " BEGIN"
    " INSERT INTO search_waiting (row, text) VALUES (new.number * 4 + 1, new.subject);"
    " END;",
    "CREATE TEMP TRIGGER ticket_named AFTER UPDATE OF subject ON main.tickets"
    " WHEN old.subject <> new.subject"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT old.number * 4 + 1,"
    " search_words(old.subject);"
    " INSERT INTO search (rowid, words) SELECT number * 4 + 1, search_words(text)"
    " FROM search_names WHERE number = new.number AND text <> '';"
    " END;",
    "CREATE TEMP TRIGGER ticket_gone AFTER DELETE ON main.tickets"
    " WHEN old.subject <> ''"
    " BEGIN"
    " INSERT INTO taken (row, words) SELECT old.number * 4 + 1,"
    " search_words(old.subject);"
    " END;",
};

int sqlite_index_resume(sqlite3 *db)
{
    int code = sqlite_index_pause(db); /* what a pause that failed has left */
    for (size_t i = 0; code == SQLITE_OK && i < sizeof triggers / sizeof *triggers; i++) {
        code = sqlite_run(db, triggers[i]);
    }
    return code;
}

/* COMPAT: FTS5 before SQLite 3.41 does not say that it is harmless, and triggers, of whatever
 * connection, use only what is harmless where the schema is not trusted. */
int sqlite_index_keep(sqlite3 *db)
{
    int code = sqlite_index_register(db);
    if (code == SQLITE_OK) {
        code = sqlite_run(db, "PRAGMA trusted_schema = ON");
    }
    return code == SQLITE_OK ? sqlite_index_resume(db) : code;
}

/* "DROP …" of one of them, "" where there is none any more; free() it. The table goes last: the
 * triggers put into it. */
static int next_drop(sqlite3 *db, char **drop)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db,
                                  "SELECT 'DROP ' || type || ' temp.' || name"
                                  " FROM sqlite_temp_schema ORDER BY type = 'table', type"
                                  " LIMIT 1",
                                  -1, &statement, NULL);
    *drop = NULL;
    if (code == SQLITE_OK) {
        bool is_there = sqlite3_step(statement) == SQLITE_ROW;
        *drop = mem_dup(is_there ? (const char *)sqlite3_column_text(statement, 0) : "");
        code = sqlite3_finalize(statement);
    }
    return code;
}

int sqlite_index_pause(sqlite3 *db)
{
    bool more = true;
    int code = SQLITE_OK;
    while (more && code == SQLITE_OK) {
        char *drop;
        code = next_drop(db, &drop);
        more = code == SQLITE_OK && *drop != '\0';
        if (more) {
            code = sqlite_run(db, drop);
        }
        free(drop);
    }
    return code;
}

/* ---- what waits ---- */

struct sqlite_settler {
    sqlite3_stmt *look;
    sqlite3_stmt *put;
    sqlite3_stmt *empty;
};

struct sqlite_settler *sqlite_settler_create(sqlite3 *db)
{
    struct sqlite_settler *s = mem_alloc(sizeof *s);
    s->look = sqlite_prepare(db, "SELECT 1 FROM search_waiting LIMIT 1");
    s->put = s->look ? sqlite_prepare(db, PUT_WAITING) : NULL;
    s->empty = s->put ? sqlite_prepare(db, "DELETE FROM search_waiting") : NULL;
    if (!s->empty) {
        sqlite_settler_destroy(s);
        return NULL;
    }
    return s;
}

void sqlite_settler_destroy(struct sqlite_settler *s)
{
    if (!s) {
        return;
    }
    sqlite3_finalize(s->look);
    sqlite3_finalize(s->put);
    sqlite3_finalize(s->empty);
    free(s);
}

int sqlite_settle(struct sqlite_settler *s)
{
    bool is_waiting = sqlite3_step(s->look) == SQLITE_ROW;
    int code = sqlite3_reset(s->look);
    if (code == SQLITE_OK && is_waiting) {
        code = sqlite_step_done(s->put);
    }
    if (code == SQLITE_OK && is_waiting) {
        code = sqlite_step_done(s->empty);
    }
    return code;
}
