/* tally.h - times in microseconds, and which part of them lies below what. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct tally {
    int64_t *times;
    size_t count;
    size_t size;
};

void tally_add(struct tally *t, int64_t us);
/* The time below which that share (0 to 1) of them lies; 0 without any. Sorts them. */
int64_t tally_at(struct tally *t, double share);
void tally_reset(struct tally *t);
