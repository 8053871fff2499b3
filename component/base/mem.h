/* mem.h - memory that is always there.
 *
 * Running out of memory aborts (the supervisor restarts us; what was acknowledged is on disk).
 * So callers never test for NULL. Every size that comes from outside was bounded before. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

void *mem_alloc(size_t size);                  /* zeroed; freed with free() */
void *mem_array(size_t count, size_t size);    /* zeroed; aborts on overflow of count * size */
void *mem_grow(void *old, size_t size);        /* realloc that aborts; new bytes are not zeroed */
char *mem_dup(const char *text);               /* strdup; NULL gives NULL */
char *mem_dup_n(const char *text, size_t len); /* copy of len bytes and a final NUL */
char *mem_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Frees *slot and puts a copy of text (or NULL) there. text may not point into *slot. */
void mem_replace(char **slot, const char *text);
/* What of the process is resident, in bytes; 0: not known. */
size_t mem_resident(void);
/* What the allocator has given out, in bytes. */
size_t mem_used(void);
