#include "story_server.h"

#include "transport/handshake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GUARD_S = 20, GOT_MAX = 64 << 20 };

static void on_guard(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    fprintf(stderr, "it never became true: %s\n", (const char *)ctx);
    abort();
}

struct event *story_guard_start(struct event_base *loop, const char *condition)
{
    struct timeval limit = {.tv_sec = GUARD_S};
    struct event *guard = event_new(loop, -1, 0, on_guard, (void *)(uintptr_t)condition);
    event_add(guard, &limit);
    return guard;
}

void story_guard_stop(struct event *guard)
{
    event_free(guard);
}

void story_turn(struct event_base *loop)
{
    assert_int_not_equal(event_base_loop(loop, EVLOOP_ONCE), -1);
}

static void on_over(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    *(bool *)ctx = true;
}

void story_run(struct event_base *loop, int ms)
{
    bool over = false;
    struct timeval in = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    event_base_once(loop, -1, EV_TIMEOUT, on_over, &over, &in);
    while (!over) {
        story_turn(loop);
    }
}

static void hang_up(struct story_server *s)
{
    if (s->fd >= 0) {
        event_free(s->readable);
        close(s->fd);
        s->fd = -1;
    }
}

static void on_readable(evutil_socket_t fd, short what, void *ctx)
{
    (void)what;
    struct story_server *s = ctx;
    char bytes[64 * 1024];
    ssize_t len = recv(fd, bytes, sizeof bytes, 0);
    if (len > 0) {
        s->reads++;
        assert_true(buf_add(&s->got, bytes, (size_t)len));
    } else if (len == 0 || (errno != EAGAIN && errno != EINTR)) {
        s->closes++;
        hang_up(s);
    }
}

static void on_acceptable(evutil_socket_t fd, short what, void *ctx)
{
    (void)what;
    struct story_server *s = ctx;
    int accepted = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted < 0) {
        return;
    }
    if (s->fd >= 0) {
        s->closes++; /* the peer has left it for this one */
        hang_up(s);
    }
    s->fd = accepted;
    s->connections++;
    s->seen = 0;
    s->reads = 0;
    buf_reset(&s->got);
    s->readable = event_new(s->loop, accepted, EV_READ | EV_PERSIST, on_readable, s);
    event_add(s->readable, NULL);
}

void story_server_listen(struct story_server *s)
{
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)s->port)};
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s->listener, 16), 0);
    socklen_t len = sizeof address;
    getsockname(s->listener, (struct sockaddr *)&address, &len);
    s->port = ntohs(address.sin_port);
    s->acceptable = event_new(s->loop, s->listener, EV_READ | EV_PERSIST, on_acceptable, s);
    event_add(s->acceptable, NULL);
}

void story_server_deafen(struct story_server *s)
{
    if (s->listener >= 0) {
        event_free(s->acceptable);
        close(s->listener);
        s->listener = -1;
    }
}

void story_server_start(struct story_server *s, struct event_base *loop)
{
    *s = (struct story_server){.loop = loop, .fd = -1};
    buf_init(&s->got, GOT_MAX);
    story_server_listen(s);
}

void story_server_stop(struct story_server *s)
{
    story_server_deafen(s);
    hang_up(s);
    buf_finish(&s->got);
}

void story_server_await(struct story_server *s)
{
    story_until(s->loop, s->connections > s->awaited);
    s->awaited = s->connections;
}

void story_server_send(struct story_server *s, const char *bytes, size_t len)
{
    while (len > 0) {
        assert_true(s->fd >= 0);
        ssize_t sent = send(s->fd, bytes, len, MSG_NOSIGNAL);
        if (sent < 0) {
            assert_int_equal(errno, EAGAIN);
            story_turn(s->loop);
            continue;
        }
        bytes += sent;
        len -= (size_t)sent;
    }
}

void story_server_say(struct story_server *s, const char *text)
{
    story_server_send(s, text, strlen(text));
}

bool story_server_has(struct story_server *s, const char *text)
{
    return strstr(s->got.bytes + s->seen, text) != NULL;
}

void story_server_expect(struct story_server *s, const char *text)
{
    story_until(s->loop, story_server_has(s, text));
    s->seen = (size_t)(strstr(s->got.bytes + s->seen, text) - s->got.bytes) + strlen(text);
}

void story_server_pause(struct story_server *s)
{
    event_del(s->readable);
}

void story_server_resume(struct story_server *s)
{
    event_add(s->readable, NULL);
}

void story_server_close(struct story_server *s)
{
    hang_up(s);
}

void story_server_reset(struct story_server *s)
{
    struct linger at_once = {.l_onoff = 1};
    setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    hang_up(s);
}

void story_server_greet(struct story_server *s, const char *secret)
{
    char id[40];
    char digest[HANDSHAKE_DIGEST_SIZE];
    story_server_await(s);
    story_server_expect(s, "<stream:stream");
    story_server_expect(s, ">");
    snprintf(id, sizeof id, "stream%u", s->connections);
    handshake_digest(id, secret, digest);
    char header[300];
    snprintf(header, sizeof header,
             "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
             "xmlns:stream='http://etherx.jabber.org/streams' from='support.localhost' id='%s'>",
             id);
    story_server_say(s, header);
    story_server_expect(s, "<handshake>");
    story_server_expect(s, digest);
    story_server_expect(s, "</handshake>");
    story_server_say(s, "<handshake/>");
}
