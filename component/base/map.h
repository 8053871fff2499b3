/* map.h - hash map from string to pointer (SipHash with a random key: keys may come from outside).
 *
 * Keys are copied, values are borrowed. Insertion order is kept by nobody. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct map;

struct map *map_create(void);
void map_destroy(struct map *m); /* NULL is fine; values are not touched */
void *map_get(const struct map *m, const char *key);
/* Returns the value that was there before, or NULL. value may not be NULL. */
void *map_set(struct map *m, const char *key, void *value);
void *map_remove(struct map *m, const char *key); /* returns the removed value, or NULL */
size_t map_count(const struct map *m);
/* Gives back the room of many that are gone, which map_set does, too: for maps that nothing may be
 * added to for long. Not within an iteration. */
void map_fit(struct map *m);

/* Iteration: it is a size_t that starts at 0. The current entry may be removed in the body, others
 * may not be added or removed. size_t at = 0; const char *key; void *value; while (map_next(m, &at,
 * &key, &value)) { ... }                                            */
bool map_next(const struct map *m, size_t *at, const char **key, void **value);
