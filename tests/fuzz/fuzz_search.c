/* fuzz_search.c - what is searched for, and where: a text becomes words, as the index of searches
 * keeps them, and whoever searches for that text finds it. The index takes each word for a word,
 * never for a question in its own language. */
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "storage/sqlite.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { INPUT_MAX = 8 * 1024, WORDS_MAX = 20 };

static void must(bool holds, const char *what)
{
    if (!holds) {
        BUG("does not hold: %s", what);
    }
}

static sqlite3 *index_open(void)
{
    static sqlite3 *db;

    if (db == NULL) {
        must(sqlite3_open(":memory:", &db) == SQLITE_OK, "a database");
        must(sqlite3_exec(db,
                          "CREATE VIRTUAL TABLE search USING fts5 (words, content = '', detail = "
                          "'none', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2')",
                          NULL, NULL, NULL) == SQLITE_OK,
             "an index");
    }
    must(sqlite3_exec(db, "INSERT INTO search (search) VALUES ('delete-all')", NULL, NULL, NULL) ==
             SQLITE_OK,
         "an empty one");
    return db;
}

/* One statement with one text; true: it has a row. */
static bool run(sqlite3 *db, const char *sql, const char *text)
{
    sqlite3_stmt *statement = NULL;

    must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "a statement");
    sqlite3_bind_text(statement, 1, text, -1, SQLITE_TRANSIENT);
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        BUG("%s of %s", sqlite3_errmsg(db), log_safe(text));
    }
    sqlite3_finalize(statement);
    return code == SQLITE_ROW;
}

static void look_for(sqlite3 *db, const struct sqlite_fold *fold, const char *word)
{
    char *again = sqlite_fold_dup(fold, word, true);
    char *quoted = mem_print("\"%s\"", word);

    must(*word != '\0' && strlen(word) <= SEARCH_WORD_BYTES && strchr(word, '"') == NULL, "a word");
    if (strcmp(again, word) == 0) {
        must(run(db, "SELECT rowid FROM search WHERE search MATCH ?1", quoted), "it is found");
    }
    free(quoted);
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    log_set_level(LOG_ERROR);
    if (len > INPUT_MAX) {
        return 0;
    }
    char *text = mem_dup_n((const char *)bytes, len);
    char *said = text_body_dup(text);
    sqlite3 *db = index_open();
    struct sqlite_fold *fold = sqlite_fold_create(db);
    char *kept = sqlite_fold_dup(fold, said, false);
    char *wanted = sqlite_fold_dup(fold, said, true);

    must(text_is_utf8(kept, strlen(kept)) && strstr(kept, "  ") == NULL, "words");
    run(db, "INSERT INTO search (rowid, words) VALUES (4, ?1)", kept);
    char *rest = wanted;
    char *word;
    for (unsigned words = 0; words < WORDS_MAX && (word = strsep(&rest, " ")) != NULL; words++) {
        if (*word != '\0') {
            look_for(db, fold, word);
        }
    }
    sqlite_fold_destroy(fold);
    free(wanted);
    free(kept);
    free(said);
    free(text);
    return 0;
}
