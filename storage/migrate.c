#include "storage/migrate.h"

#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdio.h>
#include <stdlib.h>

static int read_version(sqlite3 *db, int64_t *version, int64_t *application, int64_t *tables)
{
    int code = sqlite_number(db, "PRAGMA user_version", version);
    if (code == SQLITE_OK) {
        code = sqlite_number(db, "PRAGMA application_id", application);
    }
    if (code == SQLITE_OK) {
        code = sqlite_number(db, "SELECT count(*) FROM sqlite_schema", tables);
    }
    return code;
}

char *migrate_refusal(sqlite3 *db, const char *path, int count)
{
    int64_t version = 0;
    int64_t application = 0;
    int64_t tables = 0;
    int code = read_version(db, &version, &application, &tables);
    if (code != SQLITE_OK) {
        return sqlite_words(db, path, code);
    }
    bool is_empty = tables == 0 && version == 0;
    if (!is_empty && (application != MIGRATE_APPLICATION || version < 1)) {
        return mem_print("%s is a database, but not one of tresen", path);
    }
    if (version > count) {
        return mem_print("%s was written by a newer tresen (schema %lld, this program knows %d): "
                         "install that version, or restore a backup from before",
                         path, (long long)version, count);
    }
    return NULL;
}

/* Runs migration number, all in one transaction. */
static int migrate_one(sqlite3 *db, const struct migration *migration, int number, int64_t *broken)
{
    char finish[128];
    snprintf(finish, sizeof finish, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             MIGRATE_APPLICATION, number);
    int code = sqlite_run(db, "BEGIN IMMEDIATE");
    if (code == SQLITE_OK) {
        code = sqlite_run(db, migration->sql);
    }
    if (code == SQLITE_OK) {
        code = sqlite_number(db, "SELECT count(*) FROM pragma_foreign_key_check", broken);
    }
    if (code == SQLITE_OK && *broken == 0) {
        code = sqlite_run(db, finish);
    }
    return code;
}

char *migrate_run(sqlite3 *db, const char *path, const struct migration *migrations, int count)
{
    int64_t version = 0;
    int code = sqlite_index_register(db);
    if (code == SQLITE_OK) {
        code = sqlite_number(db, "PRAGMA user_version", &version);
    }
    char *error = code == SQLITE_OK ? NULL : sqlite_words(db, path, code);
    for (int number = (int)version + 1; number <= count && !error; number++) {
        const struct migration *migration = &migrations[number - 1];
        int64_t broken = 0;
        code = migrate_one(db, migration, number, &broken);
        if (code == SQLITE_OK && broken == 0) {
            if (number > 1) {
                log_info("storage: migrated to schema=%d (%s)", number, migration->name);
            }
            continue;
        }
        char *words = code != SQLITE_OK ? sqlite_words(db, path, code)
                                        : mem_print("%lld references broken", (long long)broken);
        error =
            mem_print("%s: migration %s failed and was undone: %s", path, migration->name, words);
        free(words);
        if (!sqlite3_get_autocommit(db)) {
            sqlite_run(db, "ROLLBACK");
        }
    }
    return error;
}
