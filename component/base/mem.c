#include "base/mem.h"

#include "base/log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef TRESEN_JEMALLOC
#include <jemalloc/jemalloc.h>
#endif

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

/* proc(5): statm has size and resident first, in pages. */
size_t mem_resident(void)
{
    char text[128];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    text[len > 0 ? len : 0] = '\0';
    return strtoul(text + strcspn(text, " "), NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

#ifdef TRESEN_JEMALLOC
/* jemalloc(3) reads it before main. One arena, since only one thread allocates much; what was freed
 * is kept so long for the next one who needs it, then a thread of the allocator's gives it back. */
const char *malloc_conf = "narenas:1,dirty_decay_ms:5000,muzzy_decay_ms:0,background_thread:true";

size_t mem_used(void)
{
    uint64_t epoch = 1; /* setting it makes the figures those of now */
    size_t bytes = 0, size = sizeof bytes;
    if (mallctl("epoch", NULL, NULL, &epoch, sizeof epoch) != 0 ||
        mallctl("stats.allocated", &bytes, &size, NULL, 0) != 0) {
        BUG("jemalloc without its figures");
    }
    return bytes;
}
#else
/* Of sanitizer/allocator_interface.h, which gcc does not bring. */
size_t
__sanitizer_get_current_allocated_bytes(void); /* NOLINT(bugprone-reserved-identifier,cert-dcl*) */

size_t mem_used(void)
{
    return __sanitizer_get_current_allocated_bytes();
}
#endif
