#include "base/mem.h"

#include "base/log.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* proc(5): statm has size, resident and shared, in pages. */
size_t mem_resident(size_t *of_files)
{
    char text[128];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    text[len > 0 ? len : 0] = '\0';
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *at = text + strcspn(text, " ");
    const size_t resident = strtoul(at, &at, 10);
    if (of_files) {
        *of_files = strtoul(at, NULL, 10) * page;
    }
    return resident * page;
}

size_t mem_used(void)
{
    const struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

/* What the heap has from the system and nobody has from the heap. What counts as free there says
 * nothing: pages that were given back from between do, too. */
static size_t unused(void)
{
    size_t of_files;
    const size_t resident = mem_resident(&of_files) - of_files;
    const size_t used = mem_used();
    return resident > used ? resident - used : 0;
}

bool mem_trim(size_t *kept)
{
    size_t now = unused();
    const bool is_much = now > *kept + TRIM_BYTES_MIN;
    if (is_much) {
        malloc_trim(0);
        now = unused();
    }
    if (is_much || now < *kept) {
        *kept = now;
    }
    return is_much;
}
