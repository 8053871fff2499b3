/* Presence can lie: an agent whose client gives no sign of life. */
#include "story.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PING(to)                                                                                   \
    "<iq from='" SALES "' to='" to "' type='get' id='*' when='now'>"                               \
    "<ping xmlns='urn:xmpp:ping'/></iq>"
#define ERROR_OF(condition)                                                                        \
    "<error type='cancel'><" condition " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"

enum { DOUBT = 20 };

static enum department_state sales(struct story *s)
{
    struct department_view p;

    assert_true(desk_department(desk_of(s), "sales", &p));
    return p.state;
}

static enum chat_state chat(struct story *s)
{
    struct chat_view c;

    assert_true(desk_chat(desk_of(s), ADA, &c));
    return c.state;
}

/* The ping's answer; NULL: none in time. */
static void answers(struct story *s, const char *pattern, const char *type, const char *inside)
{
    char *id = mem_dup(element_attr(expect(s, pattern), "id"));
    char *reply = type != NULL
                      ? mem_print("<iq to='" SALES "' type='%s' id='%s'>%s</iq>", type, id, inside)
                      : NULL;

    assert_true(recorder_answer(post_of(s), id, reply));
    free(reply);
    free(id);
    story_turn(s);
}

/* Ada has asked Nina something, and Nina is silent. */
static struct story *story_of_silence(void)
{
    struct story *s = story_begins();

    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    forget(s);
    return s;
}

static struct story *story_of_a_doubtful_nina(void)
{
    struct story *s = story_of_silence();

    seconds_pass(s, DOUBT);
    answers(s, PING(NINA "/pc"), NULL, "");
    assert_int_equal(sales(s), DEPARTMENT_NOBODY);
    forget(s);
    return s;
}

static void doubt__asks_the_client_then_the_agent_is_lost(void **state)
{
    struct story *s = story_of_silence();

    (void)state;
    is_there(s, OTTO);
    seconds_pass(s, DOUBT - 1);
    expect_nothing_like(s, PING(NINA "/pc"));
    seconds_pass(s, 1);
    assert_int_equal(sales(s), DEPARTMENT_OPEN);
    answers(s, PING(NINA "/pc"), NULL, "");
    assert_int_equal(chat(s), CHAT_ACTIVE);
    forget(s);
    seconds_pass(s, 59); /* the grace time */
    assert_int_equal(chat(s), CHAT_ACTIVE);
    seconds_pass(s, 1);
    assert_int_equal(chat(s), CHAT_OFFERED);
    expect_notice(s, OTTO, "— Visitor 1001 waits in Sales (chat 1001");
    expect_line(s, OTTO, "Are you there?");
    expect_notice(s, NINA, "— You could not be reached for too long");
    story_ends(s);
}

static void doubt__is_none_while_the_client_answers(void **state)
{
    static const struct {
        const char *type;
        const char *inside;
        bool is_life;
    } ANSWERS[] = {
        {"result", "", true},
        {"error", ERROR_OF("feature-not-implemented"), true},
        {"error", ERROR_OF("service-unavailable"), false},   /* ejabberd, for one that is gone */
        {"error", ERROR_OF("recipient-unavailable"), false}, /* Prosody */
    };

    (void)state;
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        struct story *s = story_of_silence();
        seconds_pass(s, DOUBT);
        answers(s, PING(NINA "/pc"), ANSWERS[i].type, ANSWERS[i].inside);
        assert_int_equal(sales(s), ANSWERS[i].is_life ? DEPARTMENT_OPEN : DEPARTMENT_NOBODY);
        story_ends(s);
    }
}

/* One that is asked because it may be anybody's: each device, and one is enough. */
static void doubt__asks_every_device(void **state)
{
    struct story *s = story_begins();

    (void)state;
    agent_sends(s, NINA "/phone", "<presence to='" SALES "'><show>away</show></presence>");
    agent_sends(s, NINA "/old", "<presence to='" SALES "'><priority>-1</priority></presence>");
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    seconds_pass(s, DOUBT);
    expect_nothing_like(s, PING(NINA "/old"));
    answers(s, PING(NINA "/pc"), NULL, "");
    assert_int_equal(sales(s), DEPARTMENT_OPEN); /* the other is not known yet */
    answers(s, PING(NINA "/phone"), "result", "");
    assert_int_equal(sales(s), DEPARTMENT_OPEN);
    seconds_pass(s, 4 * DOUBT);
    expect_nothing_like(s, PING(NINA "/pc")); /* no further line, no further question */
    visitor_says(s, ADA, "Hello?");
    seconds_pass(s, DOUBT);
    answers(s, PING(NINA "/phone"), NULL, "");
    answers(s, PING(NINA "/pc"), NULL, "");
    assert_int_equal(sales(s), DEPARTMENT_NOBODY);
    story_ends(s);
}

/* Whatever the client sends; not what its server says for it. */
static void doubt__ends_with_any_sign_of_life(void **state)
{
    static const struct {
        const char *from;
        const char *xml;
        bool is_sign;
    } STANZAS[] = {
        {NINA "/pc",
         "<message to='" ADAS "'><received xmlns='urn:xmpp:receipts' id='e5'/></message>", true},
        {NINA "/pc",
         "<message to='" ADAS "'><displayed xmlns='urn:xmpp:chat-markers:0' id='e5'/></message>",
         true},
        {NINA "/pc",
         "<message to='" ADAS "'><composing xmlns='http://jabber.org/protocol/chatstates'/>"
         "</message>",
         true},
        {NINA "/pc", "<message to='" ADAS "' id='x'><body>Yes</body></message>", true},
        {NINA "/phone", "<message to='" SALES "' id='x'><body>!queue</body></message>", true},
        {NINA "/pc", "<presence to='" SALES "'/>", true},
        {NINA "/phone", "<presence to='" SALES "'/>", true},
        {NINA "/pc",
         "<iq to='" ADAS "' type='get' id='x'>"
         "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
         true},
        {NINA "/pc",
         "<presence to='" SALES "'><delay xmlns='urn:xmpp:delay' stamp='2026-01-05T10:00:00Z'/>"
         "</presence>",
         false},
        {NINA "/pc", "<presence to='" ADAS "'/>", false},
        {NINA "/pc",
         "<message to='" ADAS "' type='error' id='t'>" ERROR_OF("service-unavailable") "</message>",
         false},
        {NINA,
         "<iq to='desk.example' type='set' id='x'><query xmlns='jabber:iq:roster'>"
         "<item jid='" ADAS "' subscription='both'/></query></iq>",
         false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof STANZAS / sizeof *STANZAS; i++) {
        struct story *s = story_of_a_doubtful_nina();
        agent_sends(s, STANZAS[i].from, STANZAS[i].xml);
        assert_int_equal(sales(s), STANZAS[i].is_sign ? DEPARTMENT_OPEN : DEPARTMENT_NOBODY);
        story_ends(s);
        s = story_of_silence();
        agent_sends(s, STANZAS[i].from, STANZAS[i].xml);
        seconds_pass(s, DOUBT);
        if (STANZAS[i].is_sign) {
            expect_nothing_like(s, PING(NINA "/pc"));
        } else {
            expect(s, PING(NINA "/pc"));
        }
        story_ends(s);
    }
}

/* A client that comes back gets what was sent meanwhile, and answers the newest question. */
static void doubt__goes_on_asking(void **state)
{
    struct story *s = story_of_a_doubtful_nina();

    (void)state;
    seconds_pass(s, DOUBT);
    answers(s, PING(NINA "/pc"), NULL, "");
    seconds_pass(s, DOUBT);
    answers(s, PING(NINA "/pc"), "result", "");
    assert_int_equal(sales(s), DEPARTMENT_OPEN);
    assert_int_equal(chat(s), CHAT_ACTIVE); /* within the grace time: nobody noticed */
    story_ends(s);
}

/* Those who are offered a chat and do not react: not counted on for ever, either. */
static void doubt__is_of_those_who_are_offered_a_chat_too(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    assert_int_equal(chat(s), CHAT_OFFERED);
    seconds_pass(s, DOUBT);
    answers(s, PING(NINA "/pc"), NULL, "");
    assert_int_equal(sales(s), DEPARTMENT_NOBODY);
    assert_int_equal(chat(s), CHAT_QUEUED);
    story_ends(s);
}

/* The reminder is a line, too: a client may have died since the last one. */
static void doubt__begins_again_with_a_reminder(void **state)
{
    struct story *s = story_of_silence();

    (void)state;
    seconds_pass(s, DOUBT);
    answers(s, PING(NINA "/pc"), "result", "");
    seconds_pass(s, 100); /* the answer time is over */
    expect_notice(s, NINA, "— Visitor 1001 has waited for an answer since 2026-01-05 10:00");
    seconds_pass(s, DOUBT);
    expect(s, PING(NINA "/pc"));
    story_ends(s);
}

/* The outbox has nothing any more (Prosody has stored the line): it is doubted all the same. */
static void doubt__does_not_end_with_the_fence(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    assert_true(fence_answers(s, "example.org"));
    seconds_pass(s, DOUBT);
    expect(s, PING(NINA "/pc"));
    story_ends(s);
}

static void doubt__waits_for_the_link(void **state)
{
    struct story *s = story_of_silence();

    (void)state;
    seconds_pass(s, DOUBT);
    expect(s, PING(NINA "/pc"));
    link_is_lost(s); /* that is why nobody answered */
    seconds_pass(s, 5);
    link_comes_up(s);
    agent_sends(s, NINA "/pc",
                "<presence to='" SALES "'><delay xmlns='urn:xmpp:delay' "
                "stamp='2026-01-05T10:00:00Z'/></presence>"); /* the server answers the probe */
    assert_int_equal(sales(s), DEPARTMENT_OPEN);
    forget(s);
    seconds_pass(s, DOUBT - 1);
    expect_nothing_like(s, PING(NINA "/pc"));
    seconds_pass(s, 1);
    answers(s, PING(NINA "/pc"), NULL, "");
    assert_int_equal(sales(s), DEPARTMENT_NOBODY);
    story_ends(s);
}

static void doubt__is_none_of_who_has_gone(void **state)
{
    struct story *s = story_of_silence();

    (void)state;
    is_gone(s, NINA);
    seconds_pass(s, 30);
    expect_nothing_like(s, PING(NINA "/pc"));
    is_there(s, NINA);
    assert_int_equal(sales(s), DEPARTMENT_OPEN);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubt__asks_the_client_then_the_agent_is_lost),
        cmocka_unit_test(doubt__is_none_while_the_client_answers),
        cmocka_unit_test(doubt__asks_every_device),
        cmocka_unit_test(doubt__ends_with_any_sign_of_life),
        cmocka_unit_test(doubt__goes_on_asking),
        cmocka_unit_test(doubt__is_of_those_who_are_offered_a_chat_too),
        cmocka_unit_test(doubt__begins_again_with_a_reminder),
        cmocka_unit_test(doubt__does_not_end_with_the_fence),
        cmocka_unit_test(doubt__waits_for_the_link),
        cmocka_unit_test(doubt__is_none_of_who_has_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
