/* Who may have how many descriptors (C-09). */
#include "descriptors.h"

#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

struct story {
    struct rlimit before;
    unsigned warnings;
};

static void on_log(void *ctx, enum log_level level, const char *line)
{
    struct story *s = ctx;
    assert_int_equal(level, LOG_WARN);
    assert_non_null(strstr(line, "limits.max_connections"));
    s->warnings++;
}

static unsigned count(struct story *s, rlim_t files, unsigned wanted)
{
    struct rlimit now = {.rlim_cur = files, .rlim_max = s->before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
    unsigned given = descriptors_for_browsers(wanted);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &s->before), 0);
    return given;
}

static void descriptors__are_cut__with_a_warning(void **state)
{
    struct story s = {.warnings = 0};
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &s.before), 0);
    log_set_sink(on_log, &s);
    assert_int_equal(count(&s, DESCRIPTORS_RESERVED + 100, 100), 100);
    assert_int_equal(s.warnings, 0);
    assert_int_equal(count(&s, DESCRIPTORS_RESERVED + 99, 100), 99);
    assert_int_equal(s.warnings, 1);
    /* Never none: whoever is told 503 has been accepted. */
    assert_int_equal(count(&s, DESCRIPTORS_RESERVED, 100), 1);
    assert_int_equal(count(&s, DESCRIPTORS_RESERVED - 8, 100), 1);
    assert_int_equal(s.warnings, 3);
    log_set_sink(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors__are_cut__with_a_warning),
    };
    return cmocka_run_group_tests_name("descriptors", tests, NULL, NULL);
}
