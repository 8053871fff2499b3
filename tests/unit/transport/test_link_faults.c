/* The ways in which a link fails; what becomes of names is in test_dial.c. */
#include "base/clock.h"
#include "link_story.h"
#include "transport/link_pace.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static const char HEADER[] = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
                             "xmlns:stream='http://etherx.jabber.org/streams' id='1'>";

/* The next attempt of the link is answered with these words, and the link hangs up. */
static void answer(struct story *s, const char *words)
{
    story_server_await(&s->server);
    story_server_expect(&s->server, ">");
    unsigned downs = s->server.closes;
    story_server_say(&s->server, words);
    story_until(s->loop, s->server.closes == downs + 1);
}

static void refuse(struct story *s, const char *condition)
{
    char words[600];
    snprintf(words, sizeof words,
             "%s<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text "
             "xmlns='urn:ietf:params:xml:ns:xmpp-streams'>No, &quot;never&quot;\n</text>"
             "</stream:error></stream:stream>",
             HEADER, condition);
    answer(s, words);
}

/* Number behind name= in the last log line that has it. */
static int logged_number(const struct story *s, const char *name)
{
    const char *last = NULL;
    for (const char *at = strstr(s->log.bytes, name); at; at = strstr(at + 1, name)) {
        last = at;
    }
    return last ? (int)strtol(last + strlen(name), NULL, 10) : -1;
}

static void link__tells_refusals_apart__once_in_words(void **state)
{
    static const struct {
        const char *condition;
        enum link_fault fault;
        const char *words;
    } refusals[] = {
        {"conflict", LINK_CONFLICT, "component_conflict_resolve"},
        {"not-authorized", LINK_BAD_SECRET, "component_secret"},
        {"host-unknown", LINK_UNKNOWN_HOST, "the server knows no component"},
    };
    struct story *s = *state;
    story_start(s);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        for (int attempt = 0; attempt < 3; attempt++) {
            refuse(s, refusals[i].condition);
            assert_int_equal(link_fault(s->link), refusals[i].fault);
            /* It may dial again already where the machine is slow. */
            assert_int_equal(story_logged(s, "link: backoff"), 3 * (int)i + attempt + 1);
            assert_in_range(logged_number(s, "retry_ms="), s->pace.refused_min_ms,
                            s->pace.refused_max_ms);
        }
        assert_int_equal(s->errors, i + 1);
        assert_int_equal(story_logged(s, refusals[i].words), 1);
        assert_non_null(strstr(link_fault_words(refusals[i].fault), refusals[i].words));
    }
    assert_int_equal(s->router.ups, 0);
    assert_null(strstr(s->log.bytes, SECRET));
    story_go_up(s);
    assert_int_equal(link_fault(s->link), LINK_FINE);
}

static void link_set_secret__dials_at_once__when_it_waits(void **state)
{
    struct story *s = *state;
    s->pace.refused_min_ms = 3600 * 1000;
    s->pace.refused_max_ms = 3600 * 1000;
    story_start(s);
    refuse(s, "not-authorized");
    link_set_secret(s->link, SECRET); /* no other one */
    assert_int_equal(link_state(s->link), LINK_BACKOFF);
    link_set_secret(s->link, "another");
    story_server_greet(&s->server, "another");
    story_until(s->loop, s->router.ups == 1);
    link_set_secret(s->link, SECRET); /* up: for the next time */
    assert_int_equal(link_state(s->link), LINK_UP);
    assert_int_equal(s->router.downs, 0);
}

/* Prosody opens its stream without an id to refuse a domain that it does not know. */
static void link__understands__a_refusal_without_stream_id(void **state)
{
    struct story *s = *state;
    story_start(s);
    answer(s, "<stream:stream xmlns='jabber:component:accept' "
              "xmlns:stream='http://etherx.jabber.org/streams'><stream:error><host-unknown "
              "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
    assert_int_equal(link_fault(s->link), LINK_UNKNOWN_HOST);
    assert_null(strstr(s->server.got.bytes, "<handshake>"));
}

/* The server still has the connection of a daemon that was killed a moment ago. */
static void link__is_soon_back__after_a_conflict_at_its_start(void **state)
{
    struct story *s = *state;
    s->pace.early_conflicts = 2;
    story_start(s);
    for (int attempt = 0; attempt < 3; attempt++) {
        refuse(s, "conflict");
        int delay = logged_number(s, "retry_ms=");
        if (attempt < 2) {
            assert_in_range(delay, s->pace.retry_min_ms, s->pace.retry_max_ms);
        } else {
            assert_in_range(delay, s->pace.refused_min_ms, s->pace.refused_max_ms);
        }
    }
    story_go_up(s);
}

/* V-142: a conflict on a link that is up (Prosody's kick_old, or a zombie that will not go). */
static void link__backs_off_longer__when_it_is_replaced__V_142(void **state)
{
    struct story *s = *state;
    story_go_up(s);
    story_server_say(&s->server,
                     "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                     "</stream:error>");
    story_until(s->loop, s->router.downs == 1);
    assert_int_equal(link_fault(s->link), LINK_CONFLICT);
    assert_in_range(logged_number(s, "retry_ms="), s->pace.refused_min_ms, s->pace.refused_max_ms);
    story_go_up(s);
}

static void link__comes_back_soon__after_another_stream_error(void **state)
{
    struct story *s = *state;
    story_go_up(s);
    story_server_say(&s->server,
                     "<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                     "</stream:error></stream:stream>");
    story_until(s->loop, s->router.downs == 1);
    assert_int_equal(link_fault(s->link), LINK_STREAM_ERROR);
    assert_in_range(logged_number(s, "retry_ms="), 10, 15);
    assert_int_equal(s->errors, 0);
    assert_int_equal(s->router.offences, 0);
    story_go_up(s);
}

static void link__keeps_trying__when_nobody_listens(void **state)
{
    struct story *s = *state;
    story_server_deafen(&s->server);
    story_start(s);
    story_until(s->loop, story_logged(s, "unreachable again") >= 3);
    assert_int_equal(link_fault(s->link), LINK_UNREACHABLE);
    assert_int_equal(story_logged(s, "does it run"), 1);
    story_server_listen(&s->server);
    story_go_up(s);
}

static void link_pace__grows_with_jitter__up_to_its_most(void **state)
{
    (void)state;
    int last_least = 0;
    for (unsigned attempts = 0; attempts < 40; attempts++) {
        int least = 1 << 30;
        int most = 0;
        for (int i = 0; i < 400; i++) {
            int delay = link_pace_delay(&LINK_PACE, LINK_UNREACHABLE, attempts);
            least = delay < least ? delay : least;
            most = delay > most ? delay : most;
        }
        assert_in_range(least, 1000, 30000);
        assert_in_range(most, 1000, 30000);
        assert_true(most > least);
        assert_true(least >= last_least || attempts > 5);
        last_least = least;
        if (attempts < 4) {
            assert_in_range(least, 1000 << attempts, 1500 << attempts);
        }
    }
    assert_in_range(last_least, 20000, 22000);
    for (int i = 0; i < 400; i++) {
        assert_in_range(link_pace_delay(&LINK_PACE, LINK_BAD_SECRET, 0), 30000, 60000);
    }
}

/* C-17: a server that closes after each stanza. Everything it sends is taken; the back-off grows,
 * and begins anew when a link was steady. */
static void link__backs_off_more_and_more__until_a_link_is_steady__C_17(void **state)
{
    struct story *s = *state;
    s->pace.retry_max_ms = 100000;
    for (unsigned i = 0; i < 4; i++) {
        story_go_up(s);
        story_server_say(&s->server, "<message from='a@localhost/r' id='one'/>");
        story_server_close(&s->server);
        story_until(s->loop, s->router.downs == i + 1);
        assert_int_equal(s->router.received, i + 1);
        assert_in_range(logged_number(s, "retry_ms="), 10 << i, 15 << i);
    }
    link_destroy(s->link);
    s->link = NULL;
    s->pace.steady_ms = 1;
    for (unsigned i = 0; i < 3; i++) {
        unsigned downs = s->router.downs;
        story_go_up(s);
        story_run(s->loop, 5);
        story_server_close(&s->server);
        story_until(s->loop, s->router.downs == downs + 1);
        assert_in_range(logged_number(s, "retry_ms="), 10, 15);
    }
}

static void link__restarts__on_what_is_ill_formed(void **state)
{
    static const char *const ill[] = {
        "<message><body></message>",
        "<message id='&#1;'/>",
        "<x:message/>",
        "<message>\xC0\xBC</message>",
        "<!-- a comment -->",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "\x00\x01\x02",
    };
    struct story *s = *state;
    s->pace.steady_ms = 0;
    for (unsigned i = 0; i < sizeof ill / sizeof ill[0]; i++) {
        story_go_up(s);
        size_t len = strlen(ill[i]);
        story_server_send(&s->server, ill[i], len > 0 ? len : 3);
        story_until(s->loop, s->router.downs == i + 1);
        assert_int_equal(link_fault(s->link), LINK_ILL_FORMED);
    }
    assert_int_equal(s->router.received, 0);
}

static void link__gives_up__on_a_server_that_speaks_no_XMPP(void **state)
{
    struct story *s = *state;
    story_start(s);
    answer(s, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    assert_int_equal(link_fault(s->link), LINK_ILL_FORMED);
    answer(s, "<html xmlns='http://www.w3.org/1999/xhtml'>");
    assert_int_equal(link_fault(s->link), LINK_ILL_FORMED);
    answer(s, "<stream:stream xmlns='jabber:component:accept' "
              "xmlns:stream='http://etherx.jabber.org/streams' id='1'><message/>");
    assert_int_equal(link_fault(s->link), LINK_STREAM_ERROR);
    assert_int_equal(s->router.received, 0);
}

static void link__waits_for_a_slow_handshake__but_not_for_ever(void **state)
{
    struct story *s = *state;
    story_start(s);
    story_server_await(&s->server);
    story_server_expect(&s->server, ">");
    for (const char *c = HEADER; *c; c++) {
        story_server_send(&s->server, c, 1);
        story_run(s->loop, 1);
    }
    story_server_expect(&s->server, "</handshake>");
    for (const char *c = "<handshake/>"; *c; c++) {
        story_server_send(&s->server, c, 1);
        story_run(s->loop, 1);
    }
    story_until(s->loop, s->router.ups == 1);
    link_destroy(s->link);
    s->pace.handshake_ms = 60;
    story_start(s);
    story_until(s->loop, link_fault(s->link) == LINK_UNREACHABLE);
    assert_int_equal(story_logged(s, "no handshake in 60 ms"), 1);
    assert_int_equal(s->router.ups, 1);
}

/* C-16: a reset at any byte of what the server sends. */
static void link__comes_back__after_a_reset_in_the_middle__C_16(void **state)
{
    static const char stanza[] =
        "<message from='a@localhost/r' id='cut'><body>text</body></message>";
    struct story *s = *state;
    s->pace.steady_ms = 0;
    unsigned downs = 0;
    for (size_t cut = 0; cut < sizeof stanza - 1; cut += 7) {
        story_go_up(s);
        story_server_send(&s->server, stanza, cut);
        story_server_reset(&s->server);
        story_until(s->loop, s->router.downs == downs + 1);
        downs++;
        assert_int_equal(link_fault(s->link), LINK_UNREACHABLE);
    }
    assert_int_equal(s->router.received, 0);
}

/* The id of the ping that the link has sent last. */
static void read_ping(struct story *s, char *id, size_t size)
{
    story_server_expect(&s->server, "link-ping-");
    story_until(s->loop, strpbrk(s->server.got.bytes + s->server.seen, "'\""));
    const char *at = s->server.got.bytes + s->server.seen;
    snprintf(id, size, "link-ping-%.*s", (int)strcspn(at, "'\""), at);
}

static void say_ping(struct story *s, const char *type, const char *id)
{
    char stanza[300];
    snprintf(stanza, sizeof stanza,
             "<iq from='support.localhost' to='support.localhost' type='%s' id='%s'><ping "
             "xmlns='urn:xmpp:ping'/></iq>",
             type, id);
    story_server_say(&s->server, stanza);
}

static void link__pings_itself__after_silence_and_takes_any_answer(void **state)
{
    static const char *const types[] = {"get", "result", "error"};
    char id[100];
    char last[100] = "";
    struct story *s = *state;
    s->pace.silence_ms = 20;
    story_go_up(s);
    for (size_t i = 0; i < 3; i++) {
        read_ping(s, id, sizeof id);
        assert_string_not_equal(id, last);
        snprintf(last, sizeof last, "%s", id);
        say_ping(s, types[i], id);
    }
    read_ping(s, id, sizeof id); /* so the third answer was taken */
    assert_int_equal(s->router.received, 0);
    assert_int_equal(s->router.downs, 0);
}

static void link__is_dropped__when_the_server_falls_silent(void **state)
{
    struct story *s = *state;
    char id[100];
    s->pace.answer_ms = 30;
    s->pace.silence_ms = 20;
    story_go_up(s);
    read_ping(s, id, sizeof id);
    say_ping(s, "get", id);
    story_until(s->loop, s->router.downs == 1);
    assert_int_equal(link_fault(s->link), LINK_SILENT);
    story_go_up(s);
}

/* ejabberd may route to the connection of a daemon that has died, when the next one comes within a
 * moment: the new one hears nothing. It is given up soon, but not twice in a row. */
static void link__dials_again_at_once__when_a_new_connection_is_deaf(void **state)
{
    struct story *s = *state;
    s->pace.first_answer_ms = 30;
    story_go_up(s);
    story_until(s->loop, s->router.downs == 1);
    assert_int_equal(link_fault(s->link), LINK_SILENT);
    story_go_up(s);
    story_run(s->loop, 200);
    assert_int_equal(s->router.downs, 1);
}

/* A server in the middle of a burst answers late: what it sends meanwhile is life, but not for
 * ever. */
static void link__lives__while_something_comes_behind_a_ping(void **state)
{
    struct story *s = *state;
    s->pace.answer_ms = 400;
    s->pace.answer_max_ms = 2000;
    story_go_up(s);
    time_ms begin = clock_monotonic_ms();
    while (s->router.downs == 0) {
        if (s->server.fd >= 0) {
            story_server_say(&s->server, " ");
        }
        story_run(s->loop, 10);
    }
    assert_true(clock_monotonic_ms() - begin >= 1900);
    assert_int_equal(link_fault(s->link), LINK_SILENT);
}

/* V-142 on ejabberd, which splits our stanzas between two links of one name: the older hears a
 * stranger's pings. */
static void link__leaves__when_strangers_ping_under_its_name__V_142(void **state)
{
    char id[100];
    struct story *s = *state;
    story_go_up(s);
    read_ping(s, id, sizeof id);
    say_ping(s, "get", id);
    say_ping(s, "get", "link-ping-aaaaaaaaaaaaaaaaaaaaaaaaaa-7");
    read_ping(s, id, sizeof id); /* it makes sure, since one may be left of its own past */
    say_ping(s, "get", id);
    story_server_say(&s->server, "<iq type='get' from='eve@localhost/r' to='support.localhost' "
                                 "id='link-ping-forged-1'/>");
    story_until(s->loop, s->router.received == 1); /* a forged one is a stanza like any other */
    assert_int_equal(s->router.downs, 0);
    say_ping(s, "get", "link-ping-aaaaaaaaaaaaaaaaaaaaaaaaaa-8");
    story_until(s->loop, s->router.downs == 1);
    assert_int_equal(link_fault(s->link), LINK_CONFLICT);
}

/* V-140: libstrophe's select() aborts at descriptor 1024. */
static void link__reconnects__with_2000_descriptors_open__V_140(void **state)
{
    enum { OPEN = 2000 };
    static int fds[OPEN];
    struct story *s = *state;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
    assert_true(limit.rlim_cur > OPEN + 100);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    story_go_up(s);
    for (int i = 0; i < OPEN; i++) {
        fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        assert_true(fds[i] >= 0);
    }
    story_server_reset(&s->server);
    story_until(s->loop, s->router.downs == 1);
    int lowest = dup(fds[0]); /* fills the gap that the closed link has left */
    int second = dup(fds[0]);
    story_go_up(s);
    assert_true(s->server.fd >= 1024);
    story_server_say(&s->server, "<message from='a@localhost/r' id='high'/>");
    story_until(s->loop, s->router.received == 1);
    close(lowest);
    close(second);
    for (int i = 0; i < OPEN; i++) {
        close(fds[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(link__tells_refusals_apart__once_in_words),
        story_test(link_set_secret__dials_at_once__when_it_waits),
        story_test(link__understands__a_refusal_without_stream_id),
        story_test(link__backs_off_longer__when_it_is_replaced__V_142),
        story_test(link__is_soon_back__after_a_conflict_at_its_start),
        story_test(link__comes_back_soon__after_another_stream_error),
        story_test(link__keeps_trying__when_nobody_listens),
        cmocka_unit_test(link_pace__grows_with_jitter__up_to_its_most),
        story_test(link__backs_off_more_and_more__until_a_link_is_steady__C_17),
        story_test(link__restarts__on_what_is_ill_formed),
        story_test(link__gives_up__on_a_server_that_speaks_no_XMPP),
        story_test(link__waits_for_a_slow_handshake__but_not_for_ever),
        story_test(link__comes_back__after_a_reset_in_the_middle__C_16),
        story_test(link__pings_itself__after_silence_and_takes_any_answer),
        story_test(link__is_dropped__when_the_server_falls_silent),
        story_test(link__dials_again_at_once__when_a_new_connection_is_deaf),
        story_test(link__lives__while_something_comes_behind_a_ping),
        story_test(link__leaves__when_strangers_ping_under_its_name__V_142),
        story_test(link__reconnects__with_2000_descriptors_open__V_140),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
