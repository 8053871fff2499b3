/* Whether a row is one that is asked for, and who asks may see it. */
#include "storage/sqlite.h"

#include <string.h>

static const char *column_text(sqlite3_stmt *row, int at)
{
    const char *text = (const char *)sqlite3_column_text(row, at);
    return text ? text : "";
}

/* Of a chat that is no ticket, who has it now. */
static const char *owner_in_scope(const struct ticket_query *q, sqlite3_stmt *row)
{
    int state = sqlite3_column_int(row, 5);
    bool is_of_list = !q->text && !q->owner;
    if (state == TICKET_NONE) {
        return sqlite3_column_int(row, 1) != CHAT_CLOSED ? column_text(row, 2) : "";
    }
    return is_of_list && state >= TICKET_SOLVED ? "" : column_text(row, 6);
}

static bool is_in_scope(const struct ticket_query *q, sqlite3_stmt *row)
{
    const struct ticket_scope *scope = &q->scope;
    const char *owner = owner_in_scope(q, row);
    if (q->text && scope->names_only && sqlite3_column_int(row, 5) == TICKET_NONE) {
        return false;
    }
    if (scope->all || (*owner && strcmp(owner, scope->who) == 0)) {
        return true;
    }
    for (size_t i = 0; i < scope->department_count; i++) {
        if (strcmp(scope->departments[i], column_text(row, 0)) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_tag(const char *tags, const char *tag)
{
    size_t len = strlen(tag);
    while (*tags) {
        size_t own = strcspn(tags, " ");
        if (own == len && memcmp(tags, tag, len) == 0) {
            return true;
        }
        tags += own + strspn(tags + own, " ");
    }
    return false;
}

/* A probe's visit is in no list. */
bool sqlite_ticket_fits(const struct ticket_query *q, sqlite3_stmt *row)
{
    int state = sqlite3_column_int(row, 5);
    time_ms due = sqlite3_column_int64(row, 7);
    time_ms target = sqlite3_column_int64(row, 9);
    return is_in_scope(q, row) && !*column_text(row, 8) && (q->text || state != TICKET_NONE) &&
           (q->states == 0 || (q->states & 1U << state) != 0) &&
           (!q->owner || (state != TICKET_NONE && strcmp(q->owner, column_text(row, 6)) == 0)) &&
           (!q->department || strcmp(q->department, column_text(row, 0)) == 0) &&
           (q->due_before == 0 || (due > 0 && due <= q->due_before) ||
            (target > 0 && target <= q->due_before)) &&
           (q->priority == 0 || sqlite3_column_int(row, 3) == (int)q->priority) &&
           (!q->tag || has_tag(column_text(row, 4), q->tag));
}
