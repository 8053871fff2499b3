/* docs/PRIVACY.md and its German twin name every table and column of the database, and whether a
 * row goes with the person it is about: so that a new one is thought of. */
#include "base/buf.h"
#include "base/mem.h"
#include "storage/migrate.h"
#include "storage/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_file_dup(const char *path)
{
    char *full = mem_print("%s/%s", SOURCE_DIR, path);
    FILE *file = fopen(full, "rb");
    char *text = mem_alloc(1 << 20);

    assert_non_null(file);
    text[fread(text, 1, (1 << 20) - 1, file)] = '\0';
    fclose(file);
    free(full);
    return text;
}

/* "| `table` | … |" up to the end of the line; free() it. NULL: there is none. */
static char *row_dup(const char *text, const char *table)
{
    char *head = mem_print("\n| `%s` | ", table);
    const char *at = strstr(text, head);
    char *row = at != NULL ? mem_dup_n(at + 1, strcspn(at + 1, "\n")) : NULL;

    free(head);
    return row;
}

static void expect_columns(sqlite3 *db, const char *path, const char *table, const char *row)
{
    sqlite3_stmt *columns = NULL;

    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info(?)", -1, &columns, NULL),
        SQLITE_OK);
    sqlite3_bind_text(columns, 1, table, -1, SQLITE_STATIC);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        char *name = mem_print("`%s`", (const char *)sqlite3_column_text(columns, 0));
        if (strstr(row, name) == NULL) {
            fail_msg("%s: of the table %s the column %s is missing", path, table, name);
        }
        free(name);
    }
    sqlite3_finalize(columns);
}

static void expect_tables(const char *path, const char *yes)
{
    char *text = read_file_dup(path);
    char *last = mem_print("| %s |", yes);
    sqlite3_stmt *tables = NULL;
    sqlite3 *db = NULL;
    size_t count = 0;

    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite_index_register(db), SQLITE_OK);
    assert_null(migrate_run(db, ":memory:", migrate_schema, migrate_schema_count));
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name FROM pragma_table_list WHERE schema = 'main'"
                                        " AND type IN ('table', 'virtual')"
                                        " AND name NOT LIKE 'sqlite%'",
                                        -1, &tables, NULL),
                     SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(tables, 0);
        char *row = row_dup(text, table);
        if (row == NULL) {
            fail_msg("%s: the table %s is missing", path, table);
        }
        expect_columns(db, path, table, row);
        size_t len = strlen(row);
        bool goes = len > strlen(last) && strcmp(row + len - strlen(last), last) == 0;
        if (goes != sqlite_person_has(table)) {
            fail_msg("%s: whether rows of %s go with the person is not as storage has it", path,
                     table);
        }
        free(row);
        count++;
    }
    assert_true(count > 10);
    sqlite3_finalize(tables);
    sqlite3_close(db);
    free(last);
    free(text);
}

static void privacy__names__every_table_and_column(void **state)
{
    (void)state;
    expect_tables("docs/PRIVACY.md", "yes");
}

static void privacy__names__them_in_german(void **state)
{
    (void)state;
    expect_tables("docs/PRIVACY.de.md", "ja");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(privacy__names__every_table_and_column),
        cmocka_unit_test(privacy__names__them_in_german),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
