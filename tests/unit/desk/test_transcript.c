/* The ring of last lines: its limits, and how lines are found again. */
#include "desk/transcript.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void add(struct transcript *t, int64_t sequence, enum entry_by by, const char *agent,
                const char *id, const char *body)
{
    transcript_add(t, &(struct entry_record){.sequence = sequence,
                                             .kind = ENTRY_MESSAGE,
                                             .by = by,
                                             .agent = agent,
                                             .name = "",
                                             .sender_id = id,
                                             .event = "",
                                             .body = body,
                                             .shown = "",
                                             .visitor_reactions = "",
                                             .agent_reactions = ""});
}

static void transcript_add__keeps__the_last_lines_in_order(void **state)
{
    (void)state;
    struct transcript t = {0};
    char id[16];

    assert_null(transcript_at(&t, 0));
    assert_null(transcript_last(&t));
    for (int i = 1; i <= 3 * TRANSCRIPT_LINES + 7; i++) {
        snprintf(id, sizeof id, "m%d", i);
        add(&t, i, BY_VISITOR, "", id, "hello");
        size_t kept = (size_t)(i < TRANSCRIPT_LINES ? i : TRANSCRIPT_LINES);
        assert_int_equal(t.count, kept);
        assert_int_equal(t.bytes, 5 * kept);
        assert_int_equal(transcript_last(&t)->sequence, i);
        assert_int_equal(transcript_at(&t, 0)->sequence, i - (int)kept + 1);
        assert_int_equal(transcript_at(&t, kept - 1)->sequence, i);
        assert_null(transcript_at(&t, kept));
    }
    assert_null(transcript_find(&t, 2 * TRANSCRIPT_LINES + 7));
    assert_non_null(transcript_find(&t, 2 * TRANSCRIPT_LINES + 8));
    assert_null(transcript_find_id(&t, NULL, "m407", NULL));
    assert_int_equal(transcript_find_id(&t, NULL, "m408", NULL)->sequence, 408);
    transcript_finish(&t);
    transcript_finish(&t); /* is as new */
    assert_int_equal(t.count, 0);
}

static void transcript_add__lets_go_of_the_oldest_bodies__over_its_bytes(void **state)
{
    (void)state;
    struct transcript t = {0};
    enum { BODY = 20000 };
    char *body = calloc(1, BODY + 1);

    memset(body, 'x', BODY);
    for (int i = 1; i <= 6; i++) {
        add(&t, i, BY_VISITOR, "", "m", body);
        assert_true(t.bytes <= TRANSCRIPT_BYTES);
    }
    assert_int_equal(t.count, 6);
    assert_int_equal(t.bytes, 3 * BODY);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(strlen(transcript_at(&t, i)->body), i < 3 ? 0 : BODY);
    }
    /* A repeat of a line whose body is gone is still recognised. */
    assert_non_null(transcript_find_id(&t, NULL, "m", NULL));
    transcript_finish(&t);
    free(body);
}

static void transcript_add__keeps__one_body_that_is_over_the_limit_by_itself(void **state)
{
    (void)state;
    struct transcript t = {0};
    char *body = calloc(1, TRANSCRIPT_BYTES + 2);

    memset(body, 'x', TRANSCRIPT_BYTES + 1);
    add(&t, 1, BY_VISITOR, "", "m1", "short");
    add(&t, 2, BY_VISITOR, "", "m2", body);
    assert_string_equal(transcript_at(&t, 0)->body, "");
    assert_int_equal(strlen(transcript_at(&t, 1)->body), TRANSCRIPT_BYTES + 1);
    add(&t, 3, BY_VISITOR, "", "m3", "short");
    assert_string_equal(transcript_at(&t, 1)->body, "");
    assert_string_equal(transcript_at(&t, 2)->body, "short");
    assert_int_equal(t.bytes, 5);
    transcript_finish(&t);
    free(body);
}

static void transcript_find_id__tells__senders_apart(void **state)
{
    (void)state;
    struct transcript t = {0};

    add(&t, 1, BY_VISITOR, "", "same", "a");
    add(&t, 2, BY_AGENT, "bob@example.org", "same", "b");
    add(&t, 3, BY_AGENT, "eve@example.org", "same", "c");
    add(&t, 4, BY_AGENT, "eve@example.org", "", "d");
    assert_int_equal(transcript_find_id(&t, NULL, "same", NULL)->sequence, 1);
    assert_int_equal(transcript_find_id(&t, "bob@example.org", "same", NULL)->sequence, 2);
    assert_int_equal(transcript_find_id(&t, "eve@example.org", "same", NULL)->sequence, 3);
    assert_null(transcript_find_id(&t, "dan@example.org", "same", NULL));
    assert_null(transcript_find_id(&t, "eve@example.org", "same", "another text"));
    assert_null(transcript_find_id(&t, "eve@example.org", "", NULL)); /* no id is nobody's repeat */
    transcript_finish(&t);
}

/* These two words have one hash (transcript.c). */
static void transcript_find_id__tells__ids_of_one_hash_apart(void **state)
{
    (void)state;
    struct transcript t = {0};

    add(&t, 1, BY_VISITOR, "", "costarring", "a");
    add(&t, 2, BY_VISITOR, "", "other", "b");
    assert_null(transcript_find_id(&t, NULL, "liquid", NULL));
    add(&t, 3, BY_VISITOR, "", "liquid", "c");
    assert_int_equal(transcript_find_id(&t, NULL, "costarring", NULL)->sequence, 1);
    assert_int_equal(transcript_find_id(&t, NULL, "liquid", NULL)->sequence, 3);
    transcript_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transcript_add__keeps__the_last_lines_in_order),
        cmocka_unit_test(transcript_add__lets_go_of_the_oldest_bodies__over_its_bytes),
        cmocka_unit_test(transcript_add__keeps__one_body_that_is_over_the_limit_by_itself),
        cmocka_unit_test(transcript_find_id__tells__senders_apart),
        cmocka_unit_test(transcript_find_id__tells__ids_of_one_hash_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
