/* log.h - one line per event, logfmt, to stderr (journald does the rest).
 *
 *   2026-01-05T10:00:00.123Z info link: up server=127.0.0.1:5347
 *
 * error: a person must act. warn: it healed itself. info: the life of chats, links, streams.
 * debug: flow. Never in a line, at any level: message text, tokens, secrets, whole addresses of
 * visitors. Strings that come from outside go through %s only after log_safe().
 * The sink is the one mutable global of the program. All functions keep errno. */
#pragma once

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level);
/* Replaces stderr (tests); NULL restores it. line has no newline. */
void log_set_sink(void (*sink)(void *ctx, enum log_level level, const char *line), void *ctx);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Escapes control characters, quotes and bytes >= 0x7F, cuts at 120 bytes. Returns one of eight
 * rotating static buffers (loop thread only): good until the eighth further call. */
const char *log_safe(const char *text);

/* We erred: logs file and line and aborts, in release builds too. */
#define BUG(...) log_bug(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void log_bug(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
