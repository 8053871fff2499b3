#include "base/log.h"

#include "base/buf.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void keep(void *ctx, enum log_level level, const char *line)
{
    buf_printf(ctx, "%d %s\n", (int)level, line);
    errno = EIO;
}

static void log__respects__its_level_and_errno(void **state)
{
    (void)state;
    struct buf told;
    buf_init(&told, 10000);
    log_set_sink(keep, &told);
    errno = ENOENT;
    log_error("e %d", 1);
    log_warn("w %s", "x");
    log_info("i");
    log_debug("d");
    assert_int_equal(errno, ENOENT);
    assert_string_equal(told.bytes, "0 e 1\n1 w x\n2 i\n");
    buf_reset(&told);
    log_set_level(LOG_ERROR);
    log_warn("w");
    log_error("e");
    log_set_level(LOG_DEBUG);
    log_debug("d");
    log_set_level(LOG_INFO);
    assert_string_equal(told.bytes, "0 e\n3 d\n");
    log_set_sink(NULL, NULL);
    buf_finish(&told);
}

/* One event, one line, whatever gets into it. */
static void log__writes__one_line(void **state)
{
    (void)state;
    struct buf told;
    char huge[5000];
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    buf_init(&told, 10000);
    log_set_sink(keep, &told);
    log_info("a\nb\rc\x1B[31m%s", "\x7F");
    assert_string_equal(told.bytes, "2 a b c [31m \n");
    buf_reset(&told);
    log_info("%s", huge);
    assert_true(told.len > 500 && told.len < 1100);
    log_set_sink(NULL, NULL);
    buf_finish(&told);
}

static void log__goes_to__stderr(void **state)
{
    (void)state;
    int ends[2];
    char line[256];
    assert_int_equal(pipe(ends), 0);
    int saved = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    log_warn("link: down server=%s", "127.0.0.1:5347");
    dup2(saved, STDERR_FILENO);
    close(saved);
    ssize_t len = read(ends[0], line, sizeof line - 1);
    close(ends[0]);
    close(ends[1]);
    assert_true(len > 25);
    line[len] = '\0';
    assert_int_equal(line[4], '-');
    assert_int_equal(line[23], 'Z');
    assert_string_equal(line + 24, " warn link: down server=127.0.0.1:5347\n");
}

/* V-118: separators and escapes of a terminal do not reach a log as they are. */
static void log_safe__escapes_V118(void **state)
{
    (void)state;
    assert_string_equal(log_safe("plain text"), "plain text");
    assert_string_equal(log_safe("a\nb\r\t\"\\"), "a\\nb\\r\\t\\\"\\\\");
    assert_string_equal(log_safe("\x1B[31m\x7F"), "\\x1b[31m\\x7f");
    assert_string_equal(log_safe("\xE2\x80\xA8"), "\\xe2\\x80\\xa8");
    assert_string_equal(log_safe(""), "");
    assert_string_equal(log_safe(NULL), "(null)");
    char huge[500];
    memset(huge, '\n', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    assert_int_equal(strlen(log_safe(huge)), 120);
    memset(huge, '\x01', sizeof huge - 1);
    assert_int_equal(strlen(log_safe(huge)), 120);
}

static void log_safe__lasts__until_the_eighth_further_call(void **state)
{
    (void)state;
    const char *first = log_safe("first");
    for (int i = 0; i < 7; i++) {
        log_safe("other");
    }
    assert_string_equal(first, "first");
}

static void log_bug__aborts(void **state)
{
    (void)state;
    int ends[2];
    char line[256];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        BUG("no seat number=%d", 7);
    }
    int status;
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    ssize_t len = read(ends[0], line, sizeof line - 1);
    close(ends[0]);
    assert_true(len > 0);
    line[len] = '\0';
    assert_non_null(strstr(line, " error bug: no seat number=7 at="));
    assert_non_null(strstr(line, "test_log.c:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log__respects__its_level_and_errno),
        cmocka_unit_test(log__writes__one_line),
        cmocka_unit_test(log__goes_to__stderr),
        cmocka_unit_test(log_safe__escapes_V118),
        cmocka_unit_test(log_safe__lasts__until_the_eighth_further_call),
        cmocka_unit_test(log_bug__aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
