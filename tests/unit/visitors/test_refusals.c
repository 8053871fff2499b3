/* What is refused is counted by its reason, and nothing else is. */
#include "visitors/refusals.h"

#include "story.h"

#include "base/mem.h"
#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void says(struct story *s, const char *tab, const char *id, const char *to, const char *body)
{
    char *xml =
        mem_print("<message type='chat' to='%s' id='%s'><body>%s</body></message>", to, id, body);
    sends(s, tab, xml);
    free(xml);
}

/* "pace=2 length=1", in the order of the reasons; "": nothing. */
static void expect_refused(struct story *s, const char *expected)
{
    char text[256] = "";

    for (int why = 0; why < VISITORS_REFUSALS; why++) {
        uint64_t count = visitors_refused(visitors_of(s), (enum visitors_refusal)why);
        size_t len = strlen(text);
        if (count > 0) {
            snprintf(text + len, sizeof text - len, "%s%s=%u", len > 0 ? " " : "",
                     visitors_refusal_name((enum visitors_refusal)why), (unsigned)count);
        }
    }
    assert_string_equal(text, expected);
}

static void refusals__are_counted__by_what_the_visitor_reads(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);
    char id[16];

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    says(s, tab, "m1", SALES, "Hello");
    expect_refused(s, "");
    char *line = mem_alloc(5002);
    memset(line, 'x', 5001);
    says(s, tab, "m2", SALES, line);
    free(line);
    expect_refused(s, "length=1");
    for (int i = 0; i < 11; i++) {
        snprintf(id, sizeof id, "q%d", i);
        says(s, tab, id, SALES, "x");
    }
    expect_refused(s, "pace=2 length=1");
    says(s, a_tab(s), "f1", "help@desk.example", "I fill in nothing");
    expect_refused(s, "pace=2 length=1 form=1");
    storage_test_fail(storage_of(s), 13);
    seconds_pass(s, 5);
    says(s, tab, "s1", SALES, "into the trouble");
    story_turn(s);
    says(s, tab, "s2", SALES, "refused");
    sends(s, a_tab(s),
          "<iq type='set' id='v' to='" SALES "'><visit xmlns='urn:tresen:visit:1'/></iq>");
    expect_refused(s, "storage=2 pace=2 length=1 form=1");
    storage_test_fail(storage_of(s), 0);
    story_ends(s);
}

static void refusals__are_counted__of_who_finds_no_room(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_LOCAL, 1);

    (void)state;
    checks_in(s, a_tab(s), "");
    sends(s, a_tab(s),
          "<iq type='set' id='v' to='" SALES "'><visit xmlns='urn:tresen:visit:1'/></iq>");
    expect_error(s, "iq", "v", "wait", "resource-constraint");
    expect_refused(s, "visitors=1");
    story_ends(s);
}

/* Of what a visitor asks for in vain because of how things stand nothing is counted. */
static void refusals__are_not__what_cannot_be(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    sends(s, tab, "<iq type='set' id='e1' to='" SALES "'><end xmlns='urn:tresen:visit:1'/></iq>");
    expect_error(s, "iq", "e1", "cancel", "item-not-found");
    sends(s, tab, "<message type='groupchat' to='" SALES "' id='g'><body>x</body></message>");
    refusals_count(visitors_of(s), WORD_CHAT_OVER);
    expect_refused(s, "");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals__are_counted__by_what_the_visitor_reads),
        cmocka_unit_test(refusals__are_counted__of_who_finds_no_room),
        cmocka_unit_test(refusals__are_not__what_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
