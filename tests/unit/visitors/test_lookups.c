/* More come back at a time than the database is asked for at a time. */
#include "story.h"

#include "storage/storage_test.h"
#include "visitors/lookups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* More than storage takes questions. */
enum { MANY = 4200 };

#define CHECK_IN "<iq type='set' id='t' to='" SALES "'><visit xmlns='urn:tresen:visit:1'/></iq>"

static const char *account(unsigned number)
{
    static char jid[64];

    snprintf(jid, sizeof jid, "c%u@example.org/x", number);
    return jid;
}

/* The first so many have checked in, and nobody was looked up yet. */
static struct story *all_come(unsigned count)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, MANY);

    storage_test_hold(storage_of(s), true);
    for (unsigned i = 0; i < count; i++) {
        sends(s, account(i), CHECK_IN);
    }
    return s;
}

static void storage_goes_on(struct story *s)
{
    storage_test_hold(storage_of(s), false);
    for (unsigned i = 0; i <= MANY / LOOKUPS_MAX + 1; i++) {
        story_turn(s);
    }
}

static void expect_answered(struct story *s, unsigned number)
{
    char pattern[256];

    snprintf(pattern, sizeof pattern, "<iq type='result' id='t' from='*' to='%s'><_/></iq>",
             account(number));
    expect(s, pattern);
}

static void lookups__nobody_is_refused_because_all_come_at_once(void **state)
{
    struct story *s = all_come(MANY);

    (void)state;
    expect_nothing_like(s, "<iq type='error'><_/></iq>");
    assert_false(storage_is_refusing(storage_of(s)));
    storage_goes_on(s);
    for (unsigned i = 0; i < MANY; i++) {
        expect_answered(s, i);
    }
    story_ends(s);
}

/* Of two that are under way and two that wait, one each has left. */
static void lookups__whoever_leaves_meanwhile_holds_up_nobody(void **state)
{
    struct story *s = all_come(LOOKUPS_MAX + 2);

    (void)state;
    for (unsigned i = 0; i < LOOKUPS_MAX + 2; i += LOOKUPS_MAX) {
        sends(s, account(i), "<presence type='unavailable' to='" SALES "'/>");
    }
    storage_goes_on(s);
    for (unsigned i = 0; i < LOOKUPS_MAX + 2; i++) {
        if (i % LOOKUPS_MAX != 0) {
            expect_answered(s, i);
        }
    }
    expect_nothing_like(s, "<iq type='result' id='t'><_/></iq>");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookups__nobody_is_refused_because_all_come_at_once),
        cmocka_unit_test(lookups__whoever_leaves_meanwhile_holds_up_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
