/* named.h - values that are typed by name: "capacity=3 name=Nina Smith". */
#pragma once

#include <stdbool.h>

/* Calls each for "name=value"; words without = belong to the value before them. each returns false
 * to end it. False: it did, or the text does not begin with a name. */
bool named_split(const char *text, bool (*each)(void *ctx, const char *name, const char *value),
                 void *ctx);
