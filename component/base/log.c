#include "base/log.h"

#include "base/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_SIZE = 1024, SAFE_BUFFERS = 8, SAFE_BYTES = 120 };

static struct {
    enum log_level level;
    void (*sink)(void *ctx, enum log_level level, const char *line);
    void *ctx;
} log_to = {.level = LOG_INFO};

void log_set_level(enum log_level level)
{
    log_to.level = level;
}

void log_set_sink(void (*sink)(void *ctx, enum log_level level, const char *line), void *ctx)
{
    log_to.sink = sink;
    log_to.ctx = ctx;
}

static const char *level_name(enum log_level level)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    return names[level];
}

/* One write, so that lines of several threads do not mix. */
static void write_line(enum log_level level, const char *line)
{
    char stamp[CLOCK_STAMP_SIZE];
    char out[LINE_SIZE + 64];
    clock_stamp(clock_utc_ms(), stamp);
    int len = snprintf(out, sizeof out, "%s %s %s\n", stamp, level_name(level), line);
    if (len > 0) {
        /* Nobody is left to be told when stderr is gone. */
        ssize_t written = write(STDERR_FILENO, out, (size_t)len);
        (void)written;
    }
}

static void __attribute__((format(printf, 2, 0)))
emit(enum log_level level, const char *format, va_list args)
{
    if (level > log_to.level) {
        return;
    }
    int saved = errno;
    char line[LINE_SIZE];
    if (vsnprintf(line, sizeof line, format, args) >= 0) {
        for (char *c = line; *c; c++) {
            if ((unsigned char)*c < 0x20 || *c == 0x7F) {
                *c = ' ';
            }
        }
        if (log_to.sink) {
            log_to.sink(log_to.ctx, level, line);
        } else {
            write_line(level, line);
        }
    }
    errno = saved;
}

void log_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit(LOG_ERROR, format, args);
    va_end(args);
}

void log_warn(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit(LOG_WARN, format, args);
    va_end(args);
}

void log_info(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit(LOG_INFO, format, args);
    va_end(args);
}

void log_debug(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit(LOG_DEBUG, format, args);
    va_end(args);
}

/* The escaped form of one byte; returns its length. */
static size_t escape(unsigned char byte, char out[5])
{
    static const char digits[] = "0123456789abcdef";
    const char *letter = NULL;
    switch (byte) {
    case '\n':
        letter = "\\n";
        break;
    case '\r':
        letter = "\\r";
        break;
    case '\t':
        letter = "\\t";
        break;
    case '"':
        letter = "\\\"";
        break;
    case '\\':
        letter = "\\\\";
        break;
    default:
        break;
    }
    if (letter) {
        memcpy(out, letter, 2);
        return 2;
    }
    if (byte >= 0x20 && byte < 0x7F) {
        out[0] = (char)byte;
        return 1;
    }
    out[0] = '\\';
    out[1] = 'x';
    out[2] = digits[byte >> 4];
    out[3] = digits[byte & 15];
    return 4;
}

const char *log_safe(const char *text)
{
    static char buffers[SAFE_BUFFERS][SAFE_BYTES + 1];
    static unsigned next;
    char *out = buffers[next];
    next = (next + 1) % SAFE_BUFFERS;
    size_t len = 0;
    for (const char *c = text ? text : "(null)"; *c; c++) {
        char piece[5];
        size_t size = escape((unsigned char)*c, piece);
        if (len + size > SAFE_BYTES) {
            break;
        }
        memcpy(out + len, piece, size);
        len += size;
    }
    out[len] = '\0';
    return out;
}

void log_bug(const char *file, int line, const char *format, ...)
{
    char what[LINE_SIZE / 2];
    va_list args;
    va_start(args, format);
    if (vsnprintf(what, sizeof what, format, args) < 0) {
        what[0] = '\0';
    }
    va_end(args);
    log_error("bug: %s at=%s:%d", what, file, line);
    abort();
}
