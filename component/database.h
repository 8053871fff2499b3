/* database.h - the database as a file, for the subcommands that run beside the daemon. */
#pragma once

#include <stdbool.h>

/* The path in "sqlite:PATH"; borrowed. */
const char *database_path(const char *uri);
/* Takes the lock that storage_open takes (PATH.lock, flock). The descriptor; -1: another process
 * has it, or *error (NULL in the first case; free() it) says why it cannot be tried. */
int database_lock(const char *uri, char **error);
bool database_is_locked(const char *uri);
/* Reads a whole file into a new one (0600, synced, may not exist). NULL, or why not (free()). */
char *database_copy(const char *from, const char *to);
