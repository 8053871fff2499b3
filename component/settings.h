/* settings.h - what administrators have changed in the database, in memory: rows in the order of
 * the storage (kind, id, field). What they mean is in config_settings.c. */
#pragma once

#include "storage/storage.h"

struct settings;

struct settings *settings_create(void);
void settings_destroy(struct settings *s); /* NULL is fine */
struct settings *settings_dup(const struct settings *s);
/* From the database beside the daemon. NULL and *error (free() it) if it cannot be read. */
struct settings *settings_peek(const char *uri, char **error);

const struct setting_record *settings_rows(const struct settings *s, size_t *count);
void settings_put(struct settings *s, const struct setting_record *r); /* replaces */
void settings_drop(struct settings *s, enum setting_kind kind, const char *id, const char *field);
/* All of an item; of MEMBER: all memberships of the agent id. */
void settings_drop_item(struct settings *s, enum setting_kind kind, const char *id);
void settings_drop_members_of(struct settings *s, const char *department);
bool settings_has(const struct settings *s, enum setting_kind kind, const char *id);
/* NULL: none. */
const char *settings_value(const struct settings *s, enum setting_kind kind, const char *id,
                           const char *field);
/* Agents of a department, departments of an agent: the other side, with a blank between. free() it.
 */
char *settings_members_dup(const struct settings *s, enum setting_kind kind, const char *id);
/* "name=Nina capacity=3 departments=sales": for the audit log; "" if there is no such item. free()
 * it. */
char *settings_print(const struct settings *s, enum setting_kind kind, const char *id);
bool settings_equal(const struct settings *a, const struct settings *b);
/* Writes what is different. */
void settings_write(struct storage *storage, const struct settings *before,
                    const struct settings *after);
