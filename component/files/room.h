/* room.h - how many files each chat has: counted when one comes or goes, so that asking whether
 * there is room for one more does not walk all there are. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct room;

struct room *room_create(void);
void room_destroy(struct room *r); /* NULL is fine */
void room_take(struct room *r, int64_t chat);
void room_leave(struct room *r, int64_t chat); /* as often as it was taken */
size_t room_taken(const struct room *r, int64_t chat);
