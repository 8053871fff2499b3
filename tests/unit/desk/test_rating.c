/* What visitors say of chats that have ended: when it is asked, who may, until when, what comes of
 * it. */
#include "desk/rating.h"

#include "base/text.h"
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ANN "visitor-ann"
#define DAY (24 * HOUR)

static struct story *story_of(enum rating_scale scale)
{
    struct story *s = story_create();

    has_agent(s, "bob", 2);
    has_department(s, "sales", "bob");
    asks_rating(s, scale);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    return s;
}

/* bob has had a chat with ann, and has ended it. */
static struct story *story_of_an_end(enum rating_scale scale)
{
    struct story *s = story_of(scale);

    chat_goes_on(s, "bob", "ann");
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    return s;
}

struct read {
    struct story *s;
    const char *visitor;
    struct rating_record given;
    enum desk_result result;
    struct rating_record stored; /* as it was; scale NONE: there was none */
    char text[64];
    bool is_there;
};

static void on_chat(void *ctx, const struct ticket_answer *a)
{
    struct read *r = ctx;

    r->is_there = true;
    r->result = DESK_NOT_FOUND;
    if (a->rating != NULL) {
        r->stored = *a->rating;
        snprintf(r->text, sizeof r->text, "%s", a->rating->text);
    }
    if (a->chat != NULL && r->given.scale != RATING_NONE) {
        r->result = desk_visitor_rate(desk_of(r->s), now_of(r->s), r->visitor, a->chat, a->rating,
                                      &r->given);
    }
}

static struct read read_chat(struct story *s, const char *visitor,
                             const struct rating_record *given)
{
    struct read r = {.s = s, .visitor = visitor, .given = *given};

    storage_ticket(storage_of(s), 1001, on_chat, &r);
    while (!r.is_there) {
        storage_dispatch(storage_of(s));
    }
    story_turn(s);
    return r;
}

static enum desk_result rates(struct story *s, const char *visitor, enum rating_scale scale,
                              unsigned value, const char *text)
{
    return read_chat(s, visitor,
                     &(struct rating_record){.scale = scale, .value = value, .text = text})
        .result;
}

static void expect_stored(struct story *s, enum rating_scale scale, unsigned value,
                          const char *text)
{
    struct read r = read_chat(s, ANN, &(struct rating_record){.scale = RATING_NONE});

    assert_int_equal(r.stored.scale, scale);
    assert_int_equal(r.stored.value, value);
    assert_string_equal(r.text, text);
}

static void expect_asked(struct story *s, enum rating_scale scale)
{
    struct chat_view view;

    assert_true(desk_chat(desk_of(s), ANN, &view));
    assert_int_equal(view.rating, scale);
}

/* ---- what is asked ---- */

static void rating_asked__is__of_chats_that_an_agent_had(void **state)
{
    (void)state;
    struct story *s = story_of(RATING_STARS);

    visitor_says(s, "ann", "hello?");
    expect_asked(s, RATING_NONE); /* it goes on */
    visitor_ends(s, "ann");
    expect_asked(s, RATING_NONE); /* nobody had it */
    assert_int_equal(rates(s, ANN, RATING_STARS, 1, ""), DESK_NOT_FOUND);
    forget_what_was_told(s);
    story_ends(s);
    s = story_of_an_end(RATING_THUMBS);
    expect_asked(s, RATING_THUMBS);
    story_ends(s);
    s = story_of_an_end(RATING_NONE);
    expect_asked(s, RATING_NONE);
    assert_int_equal(rates(s, ANN, RATING_STARS, 1, ""), DESK_FORBIDDEN);
    story_ends(s);
}

/* ---- what is given ---- */

static void desk_visitor_rate__stores__notes_and_tells(void **state)
{
    (void)state;
    struct story *s = story_of_an_end(RATING_STARS);
    const struct entry_record *e;

    assert_int_equal(rates(s, ANN, RATING_STARS, 4, "Quick"), DESK_OK);
    expect_call(s, "bob", "sales", CALL_RATED, "ann", "1001 stars 4\nQuick");
    expect_stored(s, RATING_STARS, 4, "Quick");
    expect_asked(s, RATING_NONE);
    struct chat *c = desk_find_chat(desk_of(s), 1001);
    e = transcript_at(&c->transcript, c->transcript.count - 1);
    assert_int_equal(e->kind, ENTRY_NOTE);
    assert_string_equal(e->event, "rated");
    assert_string_equal(e->body, "stars 4\nQuick");
    assert_int_equal(rates(s, ANN, RATING_STARS, 4, "Quick"), DESK_REPEATED);
    story_ends(s);
}

static void desk_visitor_rate__is__for_its_visitor(void **state)
{
    (void)state;
    struct story *s = story_of_an_end(RATING_STARS);

    visitor_arrives(s, "eve");
    assert_int_equal(rates(s, "visitor-eve", RATING_STARS, 1, ""), DESK_NOT_FOUND);
    assert_int_equal(rates(s, "visitor-nobody", RATING_STARS, 1, ""), DESK_NOT_FOUND);
    expect_stored(s, RATING_NONE, 0, "");
    story_ends(s);
}

static void desk_visitor_rate__waits__for_the_end(void **state)
{
    (void)state;
    struct story *s = story_of(RATING_STARS);

    chat_goes_on(s, "bob", "ann");
    assert_int_equal(rates(s, ANN, RATING_STARS, 5, ""), DESK_RUNNING);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_visitor_rate__refuses__what_is_not_of_the_scale(void **state)
{
    (void)state;
    struct story *s = story_of_an_end(RATING_STARS);
    char words[RATING_POINTS + 2];

    memset(words, 'x', sizeof words);
    words[RATING_POINTS + 1] = '\0';
    assert_int_equal(rates(s, ANN, RATING_STARS, 0, ""), DESK_FORM);
    assert_int_equal(rates(s, ANN, RATING_STARS, 6, ""), DESK_FORM);
    assert_int_equal(rates(s, ANN, RATING_THUMBS, 1, ""), DESK_FORM);
    assert_int_equal(rates(s, ANN, RATING_STARS, 5, words), DESK_FORM);
    words[RATING_POINTS] = '\0';
    assert_int_equal(rates(s, ANN, RATING_STARS, 5, words), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
    s = story_of_an_end(RATING_THUMBS);
    assert_int_equal(rates(s, ANN, RATING_THUMBS, 2, ""), DESK_FORM);
    assert_int_equal(rates(s, ANN, RATING_THUMBS, 0, ""), DESK_OK);
    expect_call(s, "bob", "sales", CALL_RATED, "ann", "1001 thumbs down");
    expect_stored(s, RATING_THUMBS, 0, "");
    story_ends(s);
}

/* The chat has left memory long before. */
static void desk_visitor_rate__ends__after_an_hour_and_thirty_days(void **state)
{
    (void)state;
    struct story *s = story_of_an_end(RATING_STARS);

    pass_time(s, 2 * LINGER);
    forget_what_was_told(s);
    clock_jumps(s, (time_ms)RATING_DAYS * DAY - 2 * LINGER - MINUTE);
    forget_what_was_told(s);
    assert_null(desk_find_chat(desk_of(s), 1001));
    assert_int_equal(rates(s, ANN, RATING_STARS, 3, ""), DESK_OK);
    expect_call(s, "bob", "sales", CALL_RATED, "ann", "1001 stars 3");
    clock_jumps(s, HOUR - MINUTE); /* behind the thirty days, within the hour */
    forget_what_was_told(s);
    assert_int_equal(rates(s, ANN, RATING_STARS, 2, "no"), DESK_OK);
    expect_call(s, "bob", "sales", CALL_RATED, "ann", "1001 stars 2\nno");
    clock_jumps(s, 2 * MINUTE); /* the hour is counted from the first */
    forget_what_was_told(s);
    assert_int_equal(rates(s, ANN, RATING_STARS, 1, ""), DESK_CLOSED);
    expect_stored(s, RATING_STARS, 2, "no");
    story_ends(s);
    s = story_of_an_end(RATING_STARS);
    clock_jumps(s, (time_ms)RATING_DAYS * DAY);
    forget_what_was_told(s);
    assert_int_equal(rates(s, ANN, RATING_STARS, 1, ""), DESK_CLOSED);
    story_ends(s);
}

static void rating_text_dup__says__scale_value_and_words(void **state)
{
    (void)state;
    const struct rating_record records[] = {{.scale = RATING_STARS, .value = 5, .text = "a b"},
                                            {.scale = RATING_THUMBS, .value = 1, .text = ""},
                                            {.scale = RATING_THUMBS, .value = 0, .text = "x"}};
    const char *const texts[] = {"stars 5\na b", "thumbs up", "thumbs down\nx"};

    for (size_t i = 0; i < 3; i++) {
        char *text = rating_text_dup(&records[i]);
        assert_string_equal(text, texts[i]);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rating_asked__is__of_chats_that_an_agent_had),
        cmocka_unit_test(desk_visitor_rate__stores__notes_and_tells),
        cmocka_unit_test(desk_visitor_rate__is__for_its_visitor),
        cmocka_unit_test(desk_visitor_rate__waits__for_the_end),
        cmocka_unit_test(desk_visitor_rate__refuses__what_is_not_of_the_scale),
        cmocka_unit_test(desk_visitor_rate__ends__after_an_hour_and_thirty_days),
        cmocka_unit_test(rating_text_dup__says__scale_value_and_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
