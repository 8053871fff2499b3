/* Who a visitor is, as their website has proved. */
#include "desk/desk_state.h"
#include "desk/identity.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ANN "visitor-ann"

static const struct desk_identity ADA = {"4711", "name: Ada\nplan: gold\n", "Ada", ""};
static const struct desk_identity BOB = {"4712", "", "Bob", "bob@example.org"};

static struct story *story_of_identity(void)
{
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    return s;
}

static enum desk_result identify(struct story *s, const char *visitor,
                                 const struct desk_identity *who)
{
    return desk_visitor_identify(desk_of(s), now_of(s), visitor, who);
}

static const struct visitor_record *record(struct story *s)
{
    struct visitor_view view;

    assert_true(desk_visitor(desk_of(s), ANN, &view));
    return view.record;
}

static void a_visitor__is_one_person__for_good(void **state)
{
    (void)state;
    struct story *s = story_of_identity();

    assert_string_equal(record(s)->subject, "");
    assert_int_equal(identify(s, "visitor-x", &ADA), DESK_NOT_FOUND);
    assert_int_equal(identify(s, ANN, &ADA), DESK_OK);
    assert_string_equal(record(s)->subject, "4711");
    assert_string_equal(record(s)->claims, "name: Ada\nplan: gold\n");
    assert_string_equal(record(s)->name, "Ada");
    assert_int_equal(record(s)->verified, now_of(s));
    assert_int_equal(identify(s, ANN, &BOB), DESK_FORBIDDEN);
    assert_string_equal(record(s)->name, "Ada");
    /* The same person with other attributes. */
    assert_int_equal(identify(s, ANN, &(struct desk_identity){"4711", "", "", ""}), DESK_OK);
    assert_string_equal(record(s)->claims, "");
    assert_string_equal(record(s)->name, "Ada");
    forget_what_was_told(s);
    story_ends(s);
}

static void what_the_website_says__counts__before_what_they_say(void **state)
{
    (void)state;
    struct story *s = story_of_identity();

    assert_int_equal(identify(s, ANN, &ADA), DESK_OK);
    assert_true(identity_says(record(s), "name"));
    assert_true(identity_says(record(s), "plan"));
    assert_false(identity_says(record(s), "email"));
    assert_false(identity_says(record(s), "pla"));
    assert_int_equal(desk_visitor_form(desk_of(s), now_of(s), ANN, "Grace", "g@example.org"),
                     DESK_OK);
    assert_string_equal(record(s)->name, "Ada");
    assert_string_equal(record(s)->email, "g@example.org");
    const struct visitor_record said = {.id = ANN, .name = "Grace", .email = "h@example.org"};
    assert_int_equal(desk_visitor_arrive(desk_of(s), now_of(s), &said, NULL, 0), DESK_OK);
    assert_string_equal(record(s)->name, "Ada");
    assert_string_equal(record(s)->email, "h@example.org");
    forget_what_was_told(s);
    story_ends(s);
}

/* Each record says since when: from the first line, or where it was shown. */
static void a_record__has_the_note__once(void **state)
{
    (void)state;
    struct story *s = story_of_identity();
    const struct entry_record *note;

    visitor_says(s, "ann", "hello?");
    assert_int_equal(identify(s, ANN, &ADA), DESK_OK);
    assert_int_equal(identify(s, ANN, &ADA), DESK_OK);
    note = desk_chat_entry(desk_of(s), ANN, 1);
    assert_int_equal(note->kind, ENTRY_NOTE);
    assert_int_equal(note->by, BY_DESK);
    assert_string_equal(note->event, "identified");
    assert_string_equal(note->body, "4711\nname: Ada\nplan: gold");
    assert_null(desk_chat_entry(desk_of(s), ANN, 2));
    assert_int_equal(desk_visitor_end(desk_of(s), now_of(s), ANN), DESK_OK);
    visitor_says(s, "ann", "once more");
    note = desk_chat_entry(desk_of(s), ANN, 0);
    assert_string_equal(note->event, "identified");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_visitor_of__finds__who_is_in_memory(void **state)
{
    (void)state;
    struct story *s = story_of_identity();

    assert_null(desk_visitor_of(desk_of(s), "default", "4711"));
    assert_int_equal(identify(s, ANN, &ADA), DESK_OK);
    const char *site = record(s)->site;
    assert_string_equal(desk_visitor_of(desk_of(s), site, "4711"), ANN);
    assert_null(desk_visitor_of(desk_of(s), "another", "4711"));
    assert_null(desk_visitor_of(desk_of(s), site, "4712"));
    forget_what_was_told(s);
    story_ends(s);
}

static void who_has_moved_out__is_not_found__by_that_address(void **state)
{
    (void)state;
    struct story *s = story_of_identity();
    const struct visitor_record at_home = {.id = ANN, .jid = "ann@localhost"};

    assert_int_equal(desk_visitor_arrive(desk_of(s), now_of(s), &at_home, NULL, 0), DESK_OK);
    desk_visitor_moved_out(desk_of(s), &at_home, "other@localhost");
    assert_string_equal(record(s)->jid, "ann@localhost");
    desk_visitor_moved_out(desk_of(s), &at_home, "ann@localhost");
    assert_string_equal(record(s)->jid, "");
    desk_visitor_moved_out(desk_of(s), &(struct visitor_record){.id = "visitor-x"},
                           "ann@localhost");
    forget_what_was_told(s);
    story_ends(s);
}

/* They come back as who they were. */
static void identity__is_stored__with_the_visitor(void **state)
{
    (void)state;
    struct story *s = story_of_identity();

    assert_int_equal(identify(s, ANN, &BOB), DESK_OK);
    story_turn(s);
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE);
    visitor_returns(s, "ann");
    assert_string_equal(record(s)->subject, "4712");
    assert_string_equal(record(s)->email, "bob@example.org");
    assert_int_equal(identify(s, ANN, &ADA), DESK_FORBIDDEN);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_visitor__is_one_person__for_good),
        cmocka_unit_test(what_the_website_says__counts__before_what_they_say),
        cmocka_unit_test(a_record__has_the_note__once),
        cmocka_unit_test(desk_visitor_of__finds__who_is_in_memory),
        cmocka_unit_test(who_has_moved_out__is_not_found__by_that_address),
        cmocka_unit_test(identity__is_stored__with_the_visitor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
