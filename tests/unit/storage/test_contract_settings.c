/* Of the suite for every backend: settings of administrators, and the audit log. */
#include "story.h"

#include "base/buf.h"

#include <stdlib.h>

static void put_settings(struct story *t)
{
    storage_put_setting(t->storage,
                        &(struct setting_record){SETTING_MEMBER, "nina@x", "sales", ""});
    storage_put_setting(t->storage,
                        &(struct setting_record){SETTING_AGENT, "nina@x", "name", "Nina"});
    storage_put_setting(t->storage,
                        &(struct setting_record){SETTING_AGENT, "nina@x", "capacity", "3"});
}

static void check_load(struct story *t, const char *expected)
{
    story_commit(t);
    story_reopen_if_kept(t);
    char *text = story_load(t);
    assert_string_equal(text, expected);
    free(text);
}

static void storage_put_setting__keeps__one_value_of_each_field(void **state)
{
    struct story *t = *state;
    put_settings(t);
    storage_put_setting(t->storage,
                        &(struct setting_record){SETTING_AGENT, "nina@x", "capacity", "4"});
    check_load(t, "counters 1000 0 0\n"
                  "setting 1|nina@x|capacity|4\n"
                  "setting 1|nina@x|name|Nina\n"
                  "setting 4|nina@x|sales|\n");
}

static void storage_drop_setting__removes__only_what_was_named(void **state)
{
    struct story *t = *state;
    put_settings(t);
    storage_drop_setting(t->storage, SETTING_AGENT, "nina@x", "name");
    storage_drop_setting(t->storage, SETTING_AGENT, "tom@x", "capacity");
    storage_drop_setting(t->storage, SETTING_DEPARTMENT, "nina@x", "capacity");
    check_load(t, "counters 1000 0 0\n"
                  "setting 1|nina@x|capacity|3\n"
                  "setting 4|nina@x|sales|\n");
}

struct rows {
    bool is_done;
    struct buf text;
};

static void on_audit(void *ctx, const struct audit_record *rows, size_t count)
{
    struct rows *r = ctx;
    for (size_t i = 0; i < count; i++) {
        buf_printf(&r->text, "%lld %lld|%s|%s|%s|%s\n", (long long)rows[i].number,
                   (long long)rows[i].at, rows[i].who, rows[i].what, rows[i].before, rows[i].after);
    }
    r->is_done = true;
}

static char *read_audit(struct story *t, unsigned max)
{
    struct rows r = {.is_done = false};
    buf_init(&r.text, 1 << 20);
    storage_audit(t->storage, max, on_audit, &r);
    story_wait_flag(t, &r.is_done);
    return buf_detach(&r.text);
}

static void storage_audit__gives__the_latest_first(void **state)
{
    struct story *t = *state;
    char *none = read_audit(t, 10);
    assert_string_equal(none, "");
    free(none);
    storage_put_audit(t->storage,
                      &(struct audit_record){0, 7, "boss@x", "agent add nina@x", "", "name=Nina"});
    storage_put_audit(
        t->storage, &(struct audit_record){0, 9, "boss@x", "agent remove nina@x", "name=Nina", ""});
    storage_seal(t->storage);
    char *both = read_audit(t, 10);
    assert_string_equal(both, "2 9|boss@x|agent remove nina@x|name=Nina|\n"
                              "1 7|boss@x|agent add nina@x||name=Nina\n");
    free(both);
    char *last = read_audit(t, 1);
    assert_string_equal(last, "2 9|boss@x|agent remove nina@x|name=Nina|\n");
    free(last);
}

static void storage_audit__gives__a_hundred_at_most(void **state)
{
    struct story *t = *state;
    for (time_ms at = 1; at <= 105; at++) {
        storage_put_audit(t->storage, &(struct audit_record){0, at, "boss@x", "reload", "", ""});
    }
    storage_seal(t->storage);
    char *text = read_audit(t, 1000);
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n' ? 1 : 0;
    }
    assert_int_equal(lines, 100);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_put_setting__keeps__one_value_of_each_field),
        STORY_BOTH(storage_drop_setting__removes__only_what_was_named),
        STORY_BOTH(storage_audit__gives__the_latest_first),
        STORY_BOTH(storage_audit__gives__a_hundred_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
