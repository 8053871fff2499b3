/* Canned answers: whose they are, who changes them, what is remembered. */
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define EVE "eve@example.org"
#define BOSS "boss@example.org"

/* Sales with Bob, help with Eve; Boss supervises. */
static struct story *story_of_answers(void)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob");
    has_department(s, "help", "eve");
    has_answer_time(s, "boss");
    story_begins(s);
    return s;
}

static enum desk_result put(struct story *s, const char *who, const char *department,
                            enum canned_scope scope, const char *word, const char *text)
{
    enum desk_result result =
        desk_canned_put(desk_of(s), now_of(s), who, department, scope, word, text);
    story_turn(s);
    return result;
}

static const char *text_of(struct story *s, const char *who, const char *department,
                           const char *word)
{
    const struct canned_record *r =
        desk_canned_find(desk_of(s), who, department, (enum canned_scope)0, word);
    return r != NULL ? r->text : "";
}

static void desk_canned_is_word__takes__small_letters_digits_hyphens_up_to_the_limit(void **state)
{
    (void)state;
    assert_true(desk_canned_is_word("a-1"));
    assert_true(desk_canned_is_word("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_false(desk_canned_is_word("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_false(desk_canned_is_word(""));
    assert_false(desk_canned_is_word("A"));
    assert_false(desk_canned_is_word("a b"));
    assert_false(desk_canned_is_word("\xC3\xA4"));
}

static void desk_canned_find__gives__the_nearest(void **state)
{
    (void)state;
    struct story *s = story_of_answers();
    assert_int_equal(put(s, BOSS, "", CANNED_ALL, "hi", "all"), DESK_OK);
    assert_string_equal(text_of(s, BOB, "sales", "hi"), "all");
    assert_int_equal(put(s, BOB, "sales", CANNED_DEPARTMENT, "hi", "sales"), DESK_OK);
    assert_string_equal(text_of(s, BOB, "sales", "hi"), "sales");
    assert_string_equal(text_of(s, EVE, "help", "hi"), "all");
    assert_int_equal(put(s, BOB, "sales", CANNED_OWN, "hi", "own"), DESK_OK);
    assert_string_equal(text_of(s, BOB, "sales", "hi"), "own");
    assert_int_equal(put(s, BOB, "sales", CANNED_OWN, "hi", "changed"), DESK_OK);
    assert_string_equal(desk_canned(desk_of(s), BOB, "sales", 0)->text, "changed");
    assert_string_equal(desk_canned(desk_of(s), BOB, "sales", 1)->text, "sales");
    assert_string_equal(desk_canned(desk_of(s), BOB, "sales", 2)->text, "all");
    assert_null(desk_canned(desk_of(s), BOB, "sales", 3));
    desk_restarts(s);
    assert_string_equal(text_of(s, BOB, "sales", "hi"), "changed");
    assert_string_equal(text_of(s, EVE, "help", "hi"), "all");
    story_ends(s);
}

static void desk_canned_put__is_for__those_whose_they_are(void **state)
{
    (void)state;
    struct story *s = story_of_answers();
    assert_int_equal(put(s, BOB, "help", CANNED_DEPARTMENT, "hi", "x"), DESK_FORBIDDEN);
    assert_int_equal(put(s, BOB, "none", CANNED_DEPARTMENT, "hi", "x"), DESK_NOT_FOUND);
    assert_int_equal(put(s, BOB, "sales", CANNED_ALL, "hi", "x"), DESK_FORBIDDEN);
    assert_int_equal(put(s, "zoe@example.org", "sales", CANNED_OWN, "hi", "x"), DESK_FORBIDDEN);
    assert_int_equal(put(s, BOSS, "help", CANNED_DEPARTMENT, "hi", "x"), DESK_OK);
    assert_int_equal(desk_canned_drop(desk_of(s), now_of(s), BOB, "help", CANNED_DEPARTMENT, "hi"),
                     DESK_FORBIDDEN);
    assert_int_equal(desk_canned_drop(desk_of(s), now_of(s), EVE, "help", CANNED_DEPARTMENT, "hi"),
                     DESK_OK);
    assert_int_equal(desk_canned_drop(desk_of(s), now_of(s), EVE, "help", CANNED_DEPARTMENT, "hi"),
                     DESK_NOT_FOUND);
    desk_restarts(s);
    assert_string_equal(text_of(s, EVE, "help", "hi"), "");
    story_ends(s);
}

static void desk_canned_share__moves__ones_own(void **state)
{
    (void)state;
    struct story *s = story_of_answers();
    struct desk *d = desk_of(s);
    put(s, BOB, "sales", CANNED_OWN, "hi", "hello");
    assert_int_equal(desk_canned_share(d, now_of(s), BOB, "sales", CANNED_ALL, "hi"),
                     DESK_FORBIDDEN);
    assert_int_equal(desk_canned_share(d, now_of(s), BOB, "sales", CANNED_OWN, "hi"),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_canned_share(d, now_of(s), BOB, "sales", CANNED_DEPARTMENT, "hi"),
                     DESK_OK);
    assert_int_equal(desk_canned_find(d, BOB, "sales", (enum canned_scope)0, "hi")->scope,
                     CANNED_DEPARTMENT);
    put(s, BOB, "sales", CANNED_OWN, "hi", "another");
    assert_int_equal(desk_canned_share(d, now_of(s), BOB, "sales", CANNED_DEPARTMENT, "hi"),
                     DESK_REPEATED);
    desk_restarts(s);
    assert_string_equal(text_of(s, BOB, "sales", "hi"), "another");
    story_ends(s);
}

static void desk_canned_put__keeps__a_hundred_of_one_owner(void **state)
{
    (void)state;
    struct story *s = story_of_answers();
    char word[16];
    for (int i = 0; i < CANNED_MAX; i++) {
        snprintf(word, sizeof word, "w%d", i);
        assert_int_equal(
            desk_canned_put(desk_of(s), now_of(s), BOB, "sales", CANNED_OWN, word, "text"),
            DESK_OK);
    }
    assert_int_equal(put(s, BOB, "sales", CANNED_OWN, "more", "text"), DESK_FULL);
    assert_int_equal(put(s, BOB, "sales", CANNED_OWN, "w7", "changed"), DESK_OK);
    assert_int_equal(put(s, BOB, "sales", CANNED_DEPARTMENT, "more", "text"), DESK_OK);
    assert_int_equal(put(s, EVE, "sales", CANNED_OWN, "more", "text"), DESK_OK);
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

static void desk_canned__writes__what_is_shared_into_the_audit_log(void **state)
{
    (void)state;
    struct story *s = story_of_answers();
    struct desk *d = desk_of(s);
    char rows[1000] = "";
    put(s, BOB, "sales", CANNED_OWN, "hi", "own");
    desk_canned_share(d, now_of(s), BOB, "sales", CANNED_DEPARTMENT, "hi");
    put(s, BOB, "sales", CANNED_DEPARTMENT, "hi", "changed");
    put(s, BOB, "sales", CANNED_OWN, "me", "own");
    desk_canned_drop(d, now_of(s), BOB, "sales", CANNED_OWN, "me");
    desk_operator_canned_put(d, now_of(s), "operator", CANNED_ALL, "all", "bye", "Bye");
    desk_operator_canned_drop(d, now_of(s), "operator", CANNED_DEPARTMENT, "sales", "hi");
    story_turn(s);
    storage_audit(storage_of(s), 100, on_audit, rows);
    storage_dispatch(storage_of(s));
    assert_string_equal(rows, BOB ": canned add sales hi: >own\n" BOB
                                  ": canned change sales hi: own>changed\n"
                                  "operator: canned add all bye: >Bye\n"
                                  "operator: canned remove sales hi: changed>\n");
    story_ends(s);
}

static void desk_operator_canned__is_for__what_is_shared(void **state)
{
    (void)state;
    struct story *s = story_of_answers();
    struct desk *d = desk_of(s);
    put(s, BOB, "sales", CANNED_OWN, "hi", "own");
    assert_int_equal(desk_operator_canned_put(d, now_of(s), "x", CANNED_OWN, BOB, "hi", "text"),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_operator_canned_drop(d, now_of(s), "x", CANNED_OWN, BOB, "hi"),
                     DESK_NOT_FOUND);
    assert_int_equal(
        desk_operator_canned_put(d, now_of(s), "x", CANNED_DEPARTMENT, "none", "hi", "text"),
        DESK_NOT_FOUND);
    assert_null(desk_canned_shared(d, 0));
    desk_operator_canned_put(d, now_of(s), "x", CANNED_ALL, "all", "hi", "for all");
    desk_operator_canned_put(d, now_of(s), "x", CANNED_DEPARTMENT, "sales", "hi", "for sales");
    assert_string_equal(desk_canned_shared(d, 0)->text, "for sales");
    assert_string_equal(desk_canned_shared(d, 1)->text, "for all");
    assert_null(desk_canned_shared(d, 2));
    assert_string_equal(text_of(s, BOB, "sales", "hi"), "own");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk_canned_is_word__takes__small_letters_digits_hyphens_up_to_the_limit),
        cmocka_unit_test(desk_canned_find__gives__the_nearest),
        cmocka_unit_test(desk_canned_put__is_for__those_whose_they_are),
        cmocka_unit_test(desk_canned_share__moves__ones_own),
        cmocka_unit_test(desk_canned_put__keeps__a_hundred_of_one_owner),
        cmocka_unit_test(desk_canned__writes__what_is_shared_into_the_audit_log),
        cmocka_unit_test(desk_operator_canned__is_for__what_is_shared),
    };

    return cmocka_run_group_tests_name("desk: canned", tests, NULL, NULL);
}
