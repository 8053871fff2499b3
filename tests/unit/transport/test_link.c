#include "base/clock.h"
#include "link_story.h"
#include "transport/handshake.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned writes; /* of the link; the server of the story uses send() */

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    writes++;
    return syscall(SYS_sendmsg, fd, message, flags);
}

static void handshake_digest__is__sha1_of_id_and_secret(void **state)
{
    (void)state;
    char digest[HANDSHAKE_DIGEST_SIZE];
    handshake_digest("a", "bc", digest);
    assert_string_equal(digest, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

static void link__goes_up__after_the_handshake(void **state)
{
    struct story *s = *state;
    assert_int_equal(s->router.ups, 0);
    story_start(s);
    assert_int_equal(link_state(s->link), LINK_CONNECTING);
    story_server_expect(&s->server, "xmlns=");
    assert_true(strstr(s->server.got.bytes, "to='support.localhost'") ||
                strstr(s->server.got.bytes, "to=\"support.localhost\""));
    s->server.seen = 0;
    story_server_greet(&s->server, SECRET);
    story_until(s->loop, s->router.ups == 1);
    assert_int_equal(link_state(s->link), LINK_UP);
    assert_int_equal(link_fault(s->link), LINK_FINE);
    assert_int_equal(s->router.downs, 0);
    assert_int_equal(story_logged(s, "link: up "), 1);
    fake_router_send(&s->router, "<message id='m1'/>");
    story_server_expect(&s->server, "<message id='m1'/>");
}

static void link__sends_nothing__before_it_is_up(void **state)
{
    struct story *s = *state;
    story_go_up(s);
    story_server_close(&s->server);
    story_until(s->loop, s->router.downs == 1);
    fake_router_send(&s->router, "<message id='lost'/>");
    story_server_greet(&s->server, SECRET);
    story_until(s->loop, s->router.ups == 2);
    fake_router_send(&s->router, "<message id='kept'/>");
    story_server_expect(&s->server, "kept");
    assert_null(strstr(s->server.got.bytes, "lost"));
}

/* V-160: each kind of stanza cut in two at every byte is handled with its last byte, without any
 * more traffic. libstrophe's way (expat with its reparse deferral on) would wait for ever:
 * docs/decisions/0001. */
static void link__handles_at_once__what_is_cut_at_every_byte__V_160(void **state)
{
    static const char *const stanzas[] = {
        "<message from='a@localhost/r' to='v@support.localhost' id='m' type='chat'><body>hi "
        "&amp; bye</body><x xmlns='urn:x' a='b'/></message>",
        "<presence from='a@localhost/r' to='sales@support.localhost' id='p'/>",
        "<iq from='a@localhost/r' to='support.localhost' type='get' id='i'><query "
        "xmlns='http://jabber.org/protocol/disco#info'/></iq>",
    };
    struct story *s = *state;
    story_go_up(s);
    unsigned expected = 0;
    time_ms slowest = 0;
    for (size_t i = 0; i < sizeof stanzas / sizeof stanzas[0]; i++) {
        size_t len = strlen(stanzas[i]);
        for (size_t cut = 1; cut < len; cut++) {
            story_server_send(&s->server, stanzas[i], cut);
            story_run(s->loop, 2);
            assert_int_equal(s->router.received, expected);
            story_server_send(&s->server, stanzas[i] + cut, len - cut);
            time_ms last_byte = clock_monotonic_ms();
            story_until(s->loop, s->router.received == expected + 1);
            time_ms took = clock_monotonic_ms() - last_byte;
            slowest = took > slowest ? took : slowest;
            expected++;
        }
    }
    assert_in_range(slowest, 0, 1000);
    assert_int_equal(s->router.downs, 0);
}

/* The server of the story has Nagle's algorithm on, as Prosody has: the second of two stanzas waits
 * for the first one's acknowledgement. Put off, that takes 40 ms each time. */
static void link__acknowledges_at_once__so_that_the_next_stanza_comes(void **state)
{
    enum { PAIRS = 50, PUT_OFF_MS = 40 };
    struct story *s = *state;
    story_go_up(s);
    unsigned slow = 0; /* some are on a machine that has other things to do */
    for (unsigned i = 0; i < PAIRS; i++) {
        time_ms begun = clock_monotonic_ms();
        story_server_say(&s->server, "<message from='a@localhost/r' to='support.localhost'/>");
        story_server_say(&s->server, "<message from='a@localhost/r' to='support.localhost'/>");
        story_until(s->loop, s->router.received == 2 * i + 2);
        slow += clock_monotonic_ms() - begun >= PUT_OFF_MS / 2;
        /* Who answers is one whose acknowledgements are put off. */
        fake_router_send(&s->router, "<message id='answer'/>");
        story_server_expect(&s->server, "answer");
    }
    assert_in_range(slow, 0, PAIRS / 2);
}

/* V-050: an attribute in a foreign namespace is never the sender. libstrophe takes whichever comes
 * last. */
static void link__tells_the_sender__from_a_forged_one__V_050(void **state)
{
    struct story *s = *state;
    story_go_up(s);
    for (unsigned i = 0; i < 200; i++) {
        story_server_say(&s->server, i % 2 ? "<message xmlns:x='urn:x' from='alice@localhost/r' "
                                             "x:from='boss@localhost/r' to='support.localhost'/>"
                                           : "<message xmlns:x='urn:x' x:from='boss@localhost/r' "
                                             "from='alice@localhost/r' to='support.localhost'/>");
    }
    story_until(s->loop, s->router.received == 200);
    assert_null(strstr(s->router.froms.bytes, "boss"));
}

static void link__stays_up__when_a_stanza_over_the_limit_is_skipped(void **state)
{
    enum { HUGE_BYTES = 8 << 20, PIECE = 1 << 16 };
    struct story *s = *state;
    static char piece[PIECE];
    memset(piece, 'x', sizeof piece);
    story_go_up(s);
    story_server_say(&s->server, "<message from='a@localhost/r' id='huge'><body>");
    for (size_t sent = 0; sent < HUGE_BYTES; sent += sizeof piece) {
        story_server_send(&s->server, piece, sizeof piece);
    }
    story_server_say(&s->server, "</body></message><message from='a@localhost/r' id='next'/>");
    story_until(s->loop, s->router.received == 1);
    assert_string_equal(s->router.ids.bytes, "next ");
    assert_string_equal(s->router.skipped.bytes, "huge ");
    assert_int_equal(s->router.downs, 0);
    assert_int_equal(s->server.connections, 1);
}

static void link__writes_once__for_everything_of_one_turn(void **state)
{
    struct story *s = *state;
    story_go_up(s);
    story_server_expect(&s->server, "</iq>"); /* the ping */
    writes = 0;
    for (int i = 0; i < 100; i++) {
        fake_router_send(&s->router, "<message id='one'><body>of a hundred</body></message>");
    }
    fake_router_send(&s->router, "<message id='last'/>");
    story_server_expect(&s->server, "last");
    assert_int_equal(writes, 1);
}

static void link__is_congested__between_its_marks(void **state)
{
    struct story *s = *state;
    char stanza[4096];
    char fill[4000];
    size_t sent = 0;
    memset(fill, 'y', sizeof fill);
    snprintf(stanza, sizeof stanza, "<message>%.*s</message>", (int)sizeof fill, fill);
    story_go_up(s);
    story_server_pause(&s->server);
    for (int turn = 0; turn < 20000 && !link_is_congested(s->link); turn++) {
        fake_router_send(&s->router, stanza);
        sent += strlen(stanza);
        event_base_loop(s->loop, EVLOOP_NONBLOCK);
    }
    assert_true(link_is_congested(s->link));
    assert_int_equal(s->router.downs, 0);
    story_server_resume(&s->server);
    story_until(s->loop, !link_is_congested(s->link));
    fake_router_send(&s->router, "<message id='end'/>");
    story_server_expect(&s->server, "<message id='end'/>");
    assert_true(s->server.got.len >= sent);
}

static void link__is_dropped__when_its_buffer_overflows(void **state)
{
    struct story *s = *state;
    static char stanza[64 * 1024];
    memset(stanza, 'z', sizeof stanza - 1);
    story_go_up(s);
    for (int i = 0; i < LINK_BUFFER_MAX / (int)sizeof stanza + 1; i++) {
        fake_router_send(&s->router, stanza);
    }
    assert_int_equal(s->router.downs, 0); /* never inside the call */
    story_until(s->loop, s->router.downs == 1);
    assert_int_equal(link_fault(s->link), LINK_SILENT);
    assert_false(link_is_congested(s->link));
    story_server_greet(&s->server, SECRET);
    story_until(s->loop, s->router.ups == 2);
    assert_null(strstr(s->server.got.bytes, "zzz"));
}

static void link_stop__flushes_and_closes(void **state)
{
    struct story *s = *state;
    story_go_up(s);
    fake_router_send(&s->router, "<presence type='unavailable'/>");
    link_stop(s->link, 20000, story_on_stopped, s);
    fake_router_send(&s->router, "<message id='behind'/>");
    assert_false(s->stopped);
    story_server_expect(&s->server, "<presence type='unavailable'/></stream:stream>");
    story_server_say(&s->server, "<message id='late'/>");
    story_until(s->loop, s->router.received == 1); /* what still comes is taken */
    assert_false(s->stopped);
    story_server_say(&s->server, "</stream:stream>");
    story_until(s->loop, s->stopped);
    assert_int_equal(link_state(s->link), LINK_DOWN);
    assert_int_equal(s->router.downs, 1);
    story_until(s->loop, s->server.closes == 1);
    assert_null(strstr(s->server.got.bytes, "behind"));
    story_run(s->loop, 50);
    assert_int_equal(s->server.connections, 1);
}

static void link_stop__ends__when_the_server_says_nothing(void **state)
{
    struct story *s = *state;
    story_go_up(s);
    story_server_pause(&s->server);
    link_stop(s->link, 30, story_on_stopped, s);
    story_until(s->loop, s->stopped);
    assert_int_equal(link_state(s->link), LINK_DOWN);
    assert_int_equal(s->router.downs, 1);
}

static void link_stop__ends__in_every_other_state(void **state)
{
    struct story *s = *state;
    for (int i = 0; i < 4; i++) {
        s->stopped = false;
        if (i == 2) {
            story_server_deafen(&s->server);
        }
        story_start(s);
        if (i == 1) {
            story_until(s->loop, link_state(s->link) == LINK_HANDSHAKE);
        } else if (i == 2) {
            story_until(s->loop, link_state(s->link) == LINK_BACKOFF);
            story_server_listen(&s->server);
            s->server.awaited = s->server.connections;
        } else if (i == 3) {
            story_server_await(&s->server);
            story_server_expect(&s->server, ">");
            story_server_say(&s->server, "rubbish");
        }
        link_stop(s->link, 20000, story_on_stopped, s);
        assert_false(s->stopped);
        story_until(s->loop, s->stopped);
        assert_int_equal(link_state(s->link), LINK_DOWN);
        link_destroy(s->link);
        s->link = NULL;
    }
    assert_int_equal(s->router.ups, 0);
    assert_int_equal(s->router.downs, 0);
}

static void link_destroy__tells_the_router__when_it_was_up(void **state)
{
    struct story *s = *state;
    story_go_up(s);
    link_destroy(s->link);
    s->link = NULL;
    assert_int_equal(s->router.downs, 1);
}

/* What a server says of bytes that it cannot take, and only that, is held against them. */
static void link__tells_what_it_was_sent_to_be_the_reason(void **state)
{
    struct story *s = *state;
    story_go_up(s);
    story_server_say(&s->server,
                     "<stream:error><not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                     "</stream:error></stream:stream>");
    story_until(s->loop, s->router.downs == 1);
    assert_int_equal(link_fault(s->link), LINK_OFFENDED);
    assert_int_equal(s->router.offences, 1);
    story_go_up(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handshake_digest__is__sha1_of_id_and_secret),
        story_test(link__goes_up__after_the_handshake),
        story_test(link__sends_nothing__before_it_is_up),
        story_test(link__handles_at_once__what_is_cut_at_every_byte__V_160),
        story_test(link__tells_the_sender__from_a_forged_one__V_050),
        story_test(link__acknowledges_at_once__so_that_the_next_stanza_comes),
        story_test(link__stays_up__when_a_stanza_over_the_limit_is_skipped),
        story_test(link__writes_once__for_everything_of_one_turn),
        story_test(link__is_congested__between_its_marks),
        story_test(link__is_dropped__when_its_buffer_overflows),
        story_test(link_stop__flushes_and_closes),
        story_test(link_stop__ends__when_the_server_says_nothing),
        story_test(link_stop__ends__in_every_other_state),
        story_test(link_destroy__tells_the_router__when_it_was_up),
        story_test(link__tells_what_it_was_sent_to_be_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
