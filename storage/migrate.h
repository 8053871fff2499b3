/* migrate.h - from the schema that a database has to the one this program knows.
 *
 * Migration N (storage/schema/000N_name.sql, compiled in by cmake/schema.cmake) leads from version
 * N-1 to N; the version is PRAGMA user_version. Each is one transaction: a crash leaves the version
 * before it. */
#pragma once

#include <sqlite3.h>

enum { MIGRATE_APPLICATION = 0x5452534E }; /* PRAGMA application_id: "TRSN" */

struct migration {
    const char *name;
    const char *sql;
};

extern const struct migration migrate_schema[]; /* generated */
extern const int migrate_schema_count;

/* NULL if it is empty or ours and not newer than version count, else why not, in words (free()). */
char *migrate_refusal(sqlite3 *db, const char *path, int count);
/* Runs what is missing. NULL, or words (free()). Foreign keys must be off: they are checked behind
 * each migration. */
char *migrate_run(sqlite3 *db, const char *path, const struct migration *migrations, int count);
