/* New tickets that nobody has, and persons who are erased while these are read. */
#include "desk/desk_tickets.h"
#include "storage/storage.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define NEWS                                                                                       \
    "<message from='" SALES "/web' to='" NINA "' type='chat' id='*'><body>*</body><_/></message>"

static int64_t makes_a_ticket(struct story *s)
{
    const struct ticket_by_hand h = {.visitor = "visitor-ann",
                                     .department = "sales",
                                     .name = "Ann",
                                     .email = "ann@shop.example",
                                     .phone = "",
                                     .subject = "Ann's printer",
                                     .text = "",
                                     .way = "telephone"};
    int64_t number = 0;

    assert_int_equal(desk_ticket_by_hand(desk_of(s), clock_utc_ms(), BOSS, &h, &number), DESK_OK);
    story_turn(s);
    return number;
}

static void news__tell__of_a_new_ticket(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    makes_a_ticket(s);
    recorder_forget(post_of(s));
    seconds_pass(s, 1);
    assert_non_null(recorder_take(post_of(s), NEWS));
    story_ends(s);
}

struct erasing {
    struct story *story;
    int64_t number;
};

static void on_found(void *ctx, const struct person_answer *a)
{
    const struct erasing *e = ctx;

    assert_int_equal(a->visitor_count, 1);
    assert_true(desk_forget_chat(desk_of(e->story), e->number, false));
    storage_erase_chat(storage_of(e->story), e->number);
    desk_forget_visitor(desk_of(e->story), clock_utc_ms(), "visitor-ann", true);
    storage_erase_visitor(storage_of(e->story), "visitor-ann");
}

static void news__do_not_tell__of_who_was_erased_meanwhile(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    struct erasing erasing = {s, makes_a_ticket(s)};
    recorder_forget(post_of(s));
    storage_person(storage_of(s), &(struct person_query){PERSON_VISITOR, "visitor-ann"}, on_found,
                   &erasing);
    seconds_pass(s, 2); /* the news are read with it, and answered behind it */
    assert_null(recorder_find(post_of(s), NEWS));
    makes_a_ticket(s);
    seconds_pass(s, 61);
    assert_non_null(recorder_take(post_of(s), NEWS));
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(news__tell__of_a_new_ticket),
        cmocka_unit_test(news__do_not_tell__of_who_was_erased_meanwhile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
