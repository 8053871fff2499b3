/* story_rates.h - a step of the walk (story_walk.h): a visitor rates a chat, and what is stored of
 * ratings is what the desk knows. A violation aborts. */
#pragma once

#include "desk/desk.h"

/* Reads that chat and rates it by how: a good value or a bad one, with words or without. True: it
 * was taken, and is stored so. */
bool story_rates(struct desk *desk, struct storage *storage, time_ms now, const char *visitor,
                 int64_t number, uint8_t how);
/* Of each chat in memory: it is rated if that is stored, and only then. */
void story_compare_ratings(struct desk *desk, struct storage *storage);
