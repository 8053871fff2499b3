/* Visitors by what their website calls them, for every backend. */
#include "story.h"

static void find(struct story *t, const char *site, const char *subject, struct story_answer *a)
{
    story_answer_clear(a);
    storage_find_subject(t->storage, site, subject, story_on_visitor, a);
    story_wait_flag(t, &a->is_done);
}

static void put(struct story *t, const char *id, const char *site, const char *subject,
                time_ms first_seen)
{
    struct visitor_record r = story_visitor(id);

    r.site = site;
    r.subject = subject;
    r.first_seen = first_seen;
    storage_put_visitor(t->storage, &r);
}

static void storage_find_subject__finds__the_first_seen_of_that_site(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};

    put(t, "visitor-a", "default", "4711", 30);
    put(t, "visitor-b", "default", "4711", 20);
    put(t, "visitor-c", "shop", "4711", 10);
    put(t, "visitor-d", "default", "", 5);
    storage_seal(t->storage);
    find(t, "default", "4711", &a);
    assert_string_equal(a.visitor, "visitor-b");
    assert_false(a.has_token);
    find(t, "shop", "4711", &a);
    assert_string_equal(a.visitor, "visitor-c");
    const char *nobody[][2] = {{"default", ""},      {"default", "4712"}, {"default", "471"},
                               {"default", "47111"}, {"", "4711"},        {"default", "4711 "}};
    for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++) {
        find(t, nobody[i][0], nobody[i][1], &a);
        assert_false(a.found);
    }
    story_answer_clear(&a);
}

static void storage_find_subject__gives__lines_and_what_was_put(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};

    put(t, "visitor-a", "default", "Ä'; --", 30);
    story_put_chat(t, 1001, "visitor-a");
    story_put_entry(t, 1, 1001, "hello");
    storage_seal(t->storage);
    find(t, "default", "Ä'; --", &a);
    assert_string_equal(a.visitor, "visitor-a");
    put(t, "visitor-a", "default", "", 30); /* nobody vouches any more */
    storage_seal(t->storage);
    find(t, "default", "Ä'; --", &a);
    assert_false(a.found);
    story_answer_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_find_subject__finds__the_first_seen_of_that_site),
        STORY_BOTH(storage_find_subject__gives__lines_and_what_was_put),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
