/* check_files.h - can files of chats be kept in their folder, and on which disk does it lie? For
 * tresen check. */
#pragma once

#include <stdbool.h>

struct config;

/* Tries it with a file of a few bytes, which is removed again. *words (free()): what was found, or
 * what is wrong. */
bool check_files_try(const struct config *config, char **words);
