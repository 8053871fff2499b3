/* Sorted arrays of records. */
#include "base/mem.h"
#include "storage/memory.h"

#include <stdlib.h>
#include <string.h>

static int compare(const struct table *table, const void *a, const void *b)
{
    for (size_t i = 0; i < table->key_fields; i++) {
        const struct field *field = &table->shape->fields[i];
        int order;
        if (field->type == FIELD_TEXT) {
            order = strcmp(record_text(a, field), record_text(b, field));
        } else {
            int64_t x = record_number(a, field);
            int64_t y = record_number(b, field);
            order = (x > y) - (x < y);
        }
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

/* Where the row with that key is, or belongs. */
static size_t position(const struct table *table, const void *key, bool *found)
{
    size_t low = 0;
    size_t high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(table, table->rows[middle], key);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *found = false;
    return low;
}

void *table_get(const struct table *table, const void *key)
{
    bool found;
    size_t at = position(table, key, &found);
    return found ? table->rows[at] : NULL;
}

void table_put(struct table *table, const void *record)
{
    bool found;
    size_t at = position(table, record, &found);
    if (found) {
        free(table->rows[at]);
    } else {
        if (table->count == table->size) {
            table->size = table->size > 0 ? 2 * table->size : 16;
            table->rows = mem_grow(table->rows, table->size * sizeof *table->rows);
        }
        memmove(table->rows + at + 1, table->rows + at, (table->count - at) * sizeof *table->rows);
        table->count++;
    }
    table->rows[at] = record_dup(table->shape, record);
}

void table_drop_at(struct table *table, size_t at)
{
    free(table->rows[at]);
    table->count--;
    memmove(table->rows + at, table->rows + at + 1, (table->count - at) * sizeof *table->rows);
}

void table_drop(struct table *table, const void *key)
{
    bool found;
    size_t at = position(table, key, &found);
    if (found) {
        table_drop_at(table, at);
    }
}
