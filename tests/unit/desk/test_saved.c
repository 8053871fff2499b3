/* Lists of tickets that people keep. */
#include "base/mem.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define EVE "eve@example.org"

static struct story *story_of_two(void)
{
    struct story *s = story_create();

    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    return s;
}

static enum desk_result save(struct story *s, const char *who, const char *name, const char *words)
{
    return desk_saved_put(desk_of(s), now_of(s), who, name, words);
}

static void desk_saved_put__keeps__ones_own_by_name(void **state)
{
    (void)state;
    struct story *s = story_of_two();
    struct desk *d = desk_of(s);
    assert_int_equal(save(s, BOB, "late", "overdue"), DESK_OK);
    assert_int_equal(save(s, BOB, "bills", "all tag=billing"), DESK_OK);
    assert_int_equal(save(s, EVE, "late", "new"), DESK_OK);
    assert_int_equal(save(s, BOB, "late", "open"), DESK_OK);
    assert_string_equal(desk_saved(d, BOB, 0)->name, "bills");
    assert_string_equal(desk_saved(d, BOB, 1)->words, "open");
    assert_null(desk_saved(d, BOB, 2));
    assert_string_equal(desk_saved_words(d, EVE, "late"), "new");
    assert_null(desk_saved_words(d, EVE, "bills"));
    assert_int_equal(desk_saved_drop(d, now_of(s), BOB, "late"), DESK_OK);
    assert_int_equal(desk_saved_drop(d, now_of(s), BOB, "late"), DESK_NOT_FOUND);
    assert_string_equal(desk_saved_words(d, EVE, "late"), "new");
    story_ends(s);
}

static void desk_saved_put__refuses__strangers_names_and_what_is_too_much(void **state)
{
    (void)state;
    struct story *s = story_of_two();
    char name[40];
    char words[DESK_SAVED_BYTES + 2];
    memset(words, 'w', sizeof words);
    words[DESK_SAVED_BYTES + 1] = '\0';
    assert_int_equal(save(s, "stranger@example.org", "late", "open"), DESK_FORBIDDEN);
    assert_int_equal(save(s, BOB, "", "open"), DESK_FORM);
    assert_int_equal(save(s, BOB, "Late", "open"), DESK_FORM);
    assert_int_equal(save(s, BOB, "late", words), DESK_FULL);
    words[DESK_SAVED_BYTES] = '\0';
    assert_int_equal(save(s, BOB, "late", words), DESK_OK);
    for (int i = 1; i < DESK_SAVED; i++) {
        snprintf(name, sizeof name, "list-%d", i);
        assert_int_equal(save(s, BOB, name, "open"), DESK_OK);
    }
    assert_int_equal(save(s, BOB, "one-more", "open"), DESK_FULL);
    assert_int_equal(save(s, BOB, "late", "open"), DESK_OK);
    assert_int_equal(save(s, EVE, "one-more", "open"), DESK_OK);
    desk_verify(desk_of(s));
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk_saved_put__keeps__ones_own_by_name),
        cmocka_unit_test(desk_saved_put__refuses__strangers_names_and_what_is_too_much),
    };

    return cmocka_run_group_tests_name("desk: saved", tests, NULL, NULL);
}
