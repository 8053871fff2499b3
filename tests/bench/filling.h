/* A database of as many tickets as wanted; the same numbers make the same rows. */
#ifndef TESTS_BENCH_FILLING_H
#define TESTS_BENCH_FILLING_H

#include <stddef.h>
#include <stdint.h>

/* 0 to bound - 1, by chance. */
unsigned filling_below(unsigned bound);

/* So many words as they stand in lines: a few are everywhere, most are rare. */
void filling_add_words(char *out, size_t size, unsigned count);

/* A new database, with entries of each ticket; numbers begin at 1001. 0, or 1 and said why. */
int filling_run(const char *path, int64_t tickets, unsigned entries);

#endif
