/* What all visitors are told: who says it, how it ends, what is remembered. */
#include "base/text.h"
#include "desk/bulletin.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define BOSS "boss@example.org"
#define DAY (24 * (time_ms)HOUR)

/* Sales with Bob; Boss supervises. */
static struct story *story_of_bulletins(void)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_answer_time(s, "boss");
    story_begins(s);
    return s;
}

static enum desk_result put(struct story *s, const char *who, enum bulletin_scope scope,
                            const char *place, const char *text, time_ms lasts)
{
    enum desk_result result = desk_bulletin_put(desk_of(s), now_of(s), who, scope, place, text,
                                                lasts == 0 ? 0 : now_of(s) + lasts);
    story_turn(s);
    return result;
}

static const char *text_of(struct story *s, enum bulletin_scope scope, const char *place)
{
    const struct bulletin_record *r = desk_bulletin_of(desk_of(s), scope, place);

    return r != NULL ? r->text : "";
}

static void desk_bulletin_put__tells_visitors__and_survives_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_bulletins();
    assert_int_equal(put(s, BOSS, BULLETIN_SITE, "sales", "All is slow.", 0), DESK_OK);
    expect_bulletin_told(s, "site sales");
    assert_int_equal(put(s, BOSS, BULLETIN_DEPARTMENT, "sales", "Payments fail.", 0), DESK_OK);
    expect_bulletin_told(s, "department sales");
    assert_int_equal(put(s, BOSS, BULLETIN_DEPARTMENT, "sales", "Payments fail again.", 0),
                     DESK_OK);
    expect_bulletin_told(s, "department sales");
    expect_nothing(s);
    desk_restarts(s);
    assert_string_equal(text_of(s, BULLETIN_SITE, "sales"), "All is slow.");
    assert_string_equal(desk_bulletin(desk_of(s), 0)->text, "Payments fail again.");
    assert_string_equal(desk_bulletin(desk_of(s), 1)->text, "All is slow.");
    assert_null(desk_bulletin(desk_of(s), 2));
    assert_int_equal(desk_bulletin_drop(desk_of(s), now_of(s), BOSS, BULLETIN_DEPARTMENT, "sales"),
                     DESK_OK);
    expect_bulletin_told(s, "department sales");
    story_turn(s);
    desk_restarts(s);
    assert_string_equal(text_of(s, BULLETIN_DEPARTMENT, "sales"), "");
    assert_string_equal(text_of(s, BULLETIN_SITE, "sales"), "All is slow.");
    story_ends(s);
}

static void desk_bulletin__ends__when_its_time_is_over(void **state)
{
    (void)state;
    struct story *s = story_of_bulletins();
    put(s, BOSS, BULLETIN_SITE, "default", "Until noon.", HOUR);
    expect_bulletin_told(s, "site default");
    pass_time(s, HOUR - MINUTE);
    expect_nothing(s);
    assert_string_equal(text_of(s, BULLETIN_SITE, "default"), "Until noon.");
    pass_time(s, MINUTE);
    expect_bulletin_told(s, "site default");
    assert_null(desk_bulletin(desk_of(s), 0));
    desk_restarts(s);
    assert_null(desk_bulletin(desk_of(s), 0));
    story_ends(s);
}

static void desk_bulletin__is_for__supervisors_and_dispatchers(void **state)
{
    (void)state;
    struct story *s = story_of_bulletins();
    assert_int_equal(put(s, BOB, BULLETIN_DEPARTMENT, "sales", "No.", 0), DESK_FORBIDDEN);
    assert_int_equal(put(s, "who@example.org", BULLETIN_SITE, "default", "No.", 0), DESK_FORBIDDEN);
    put(s, BOSS, BULLETIN_DEPARTMENT, "sales", "Yes.", 0);
    expect_bulletin_told(s, "department sales");
    assert_int_equal(desk_bulletin_drop(desk_of(s), now_of(s), BOB, BULLETIN_DEPARTMENT, "sales"),
                     DESK_FORBIDDEN);
    assert_int_equal(desk_bulletin_drop(desk_of(s), now_of(s), BOSS, BULLETIN_SITE, "sales"),
                     DESK_NOT_FOUND);
    assert_string_equal(text_of(s, BULLETIN_DEPARTMENT, "sales"), "Yes.");
    expect_nothing(s);
    story_ends(s);
}

static void desk_bulletin_put__refuses__what_is_beyond_its_limits(void **state)
{
    (void)state;
    struct story *s = story_of_bulletins();
    char text[BULLETIN_POINTS + 2];
    char place[16];
    static const char *const WRONG[] = {"", "two\nlines", "a\x07 bell", " blank",
                                        "a\xE2\x80\xAE z"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        assert_int_equal(put(s, BOSS, BULLETIN_DEPARTMENT, "sales", WRONG[i], 0), DESK_FORM);
    }
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(put(s, BOSS, BULLETIN_DEPARTMENT, "sales", text, 0), DESK_FORM);
    text[BULLETIN_POINTS] = '\0';
    assert_int_equal(put(s, BOSS, BULLETIN_DEPARTMENT, "sales", text, -1), DESK_FORM);
    assert_int_equal(put(s, BOSS, BULLETIN_DEPARTMENT, "sales", text, BULLETIN_DAYS_MAX * DAY + 1),
                     DESK_FORM);
    assert_int_equal(put(s, BOSS, BULLETIN_DEPARTMENT, "none", text, 0), DESK_NOT_FOUND);
    assert_int_equal(put(s, BOSS, BULLETIN_DEPARTMENT, "sales", text, BULLETIN_DAYS_MAX * DAY),
                     DESK_OK);
    for (int i = 1; i < BULLETINS_MAX; i++) {
        snprintf(place, sizeof place, "site%d", i);
        assert_int_equal(put(s, BOSS, BULLETIN_SITE, place, "x", 0), DESK_OK);
    }
    assert_int_equal(put(s, BOSS, BULLETIN_SITE, "more", "x", 0), DESK_FULL);
    assert_int_equal(put(s, BOSS, BULLETIN_SITE, "site7", "changed", 0), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

static void on_audit(void *ctx, const struct audit_record *rows, size_t count)
{
    char *text = ctx;

    for (size_t i = count; i > 0; i--) {
        const struct audit_record *r = &rows[i - 1];
        size_t len = strlen(text);
        snprintf(text + len, 1000 - len, "%s: %s: %s>%s\n", r->who, r->what, r->before, r->after);
    }
}

static void desk_bulletin__writes__each_change_into_the_audit_log(void **state)
{
    (void)state;
    struct story *s = story_of_bulletins();
    char rows[1000] = "";
    put(s, BOSS, BULLETIN_DEPARTMENT, "sales", "One.", 0);
    put(s, BOSS, BULLETIN_DEPARTMENT, "sales", "Two.", 0);
    put(s, BOB, BULLETIN_DEPARTMENT, "sales", "No.", 0);
    desk_bulletin_drop(desk_of(s), now_of(s), BOSS, BULLETIN_DEPARTMENT, "sales");
    put(s, BOSS, BULLETIN_SITE, "shop", "Three.", 0);
    storage_audit(storage_of(s), 100, on_audit, rows);
    storage_dispatch(storage_of(s));
    assert_string_equal(rows, BOSS ": notice add department sales: >One.\n" BOSS
                                   ": notice change department sales: One.>Two.\n" BOSS
                                   ": notice end department sales: Two.>\n" BOSS
                                   ": notice add site shop: >Three.\n");
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk_bulletin_put__tells_visitors__and_survives_a_restart),
        cmocka_unit_test(desk_bulletin__ends__when_its_time_is_over),
        cmocka_unit_test(desk_bulletin__is_for__supervisors_and_dispatchers),
        cmocka_unit_test(desk_bulletin_put__refuses__what_is_beyond_its_limits),
        cmocka_unit_test(desk_bulletin__writes__each_change_into_the_audit_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
