#include "base/mem.h"

#include "base/log.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIM_BYTES_MIN = 1 << 20 }; /* less is soon needed again */

void *mem_alloc(size_t size)
{
    void *memory = calloc(1, size > 0 ? size : 1);
    if (!memory) {
        BUG("out of memory bytes=%zu", size);
    }
    return memory;
}

void *mem_array(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        BUG("array too large count=%zu size=%zu", count, size);
    }
    return mem_alloc(bytes);
}

void *mem_grow(void *old, size_t size)
{
    void *memory = realloc(old, size > 0 ? size : 1);
    if (!memory) {
        BUG("out of memory bytes=%zu", size);
    }
    return memory;
}

char *mem_dup(const char *text)
{
    return text ? mem_dup_n(text, strlen(text)) : NULL;
}

char *mem_dup_n(const char *text, size_t len)
{
    if (len == SIZE_MAX) {
        BUG("string too long");
    }
    char *copy = mem_grow(NULL, len + 1);
    if (len > 0) {
        memcpy(copy, text, len);
    }
    copy[len] = '\0';
    return copy;
}

char *mem_print(const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0) {
        BUG("cannot format text");
    }
    return text;
}

void mem_replace(char **slot, const char *text)
{
    free(*slot);
    *slot = mem_dup(text);
}

bool mem_trim(size_t *kept)
{
    /* What was given back from between counts as free ever after. */
    const size_t is_free = mallinfo2().fordblks;
    const bool is_much = is_free > *kept + TRIM_BYTES_MIN;
    if (is_much) {
        malloc_trim(0);
    }
    if (is_much || is_free < *kept) {
        *kept = is_free;
    }
    return is_much;
}
