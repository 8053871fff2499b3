#include "story_client.h"

#include "base/clock.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GOT_MAX = 64 << 20, PATIENCE_MS = 20 * 1000, PIECE = 64 * 1024 };

struct client *client_of_fd(int fd)
{
    struct client *c = mem_alloc(sizeof *c);
    c->fd = fd;
    buf_init(&c->got, GOT_MAX);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return c;
}

struct client *client_connect(int port, int last)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(0x7f000000U + (unsigned)last)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (last > 0) {
        assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
    }
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return client_of_fd(fd);
}

void client_close(struct client *c)
{
    if (c) {
        close(c->fd);
        buf_finish(&c->got);
        free(c);
    }
}

void client_send(struct client *c, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        ssize_t sent = send(c->fd, at, len, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
            return; /* the other side has had enough: some tests are about that */
        }
        assert_true(sent > 0);
        at += sent;
        len -= (size_t)sent;
    }
}

void client_say(struct client *c, const char *text)
{
    client_send(c, text, strlen(text));
}

static void drain(struct client *c)
{
    static char piece[PIECE];
    ssize_t got;
    while ((got = recv(c->fd, piece, sizeof piece, 0)) > 0) {
        assert_true(buf_add(&c->got, piece, (size_t)got));
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        c->is_ended = true;
    }
}

void client_turn(struct client *c, struct event_base *loop, void (*flush)(void *ctx), void *ctx)
{
    event_base_loop(loop, EVLOOP_NONBLOCK);
    flush(ctx);
    if (c) {
        drain(c);
    }
}

void client_forget(struct client *c)
{
    buf_reset(&c->got);
}

bool client_has(const struct client *c, const char *text)
{
    return memmem(c->got.bytes, c->got.len, text, strlen(text)) != NULL;
}

void client_frame(struct client *c, int head, const void *payload, size_t len)
{
    static const uint8_t MASK[4] = {0x12, 0x34, 0x56, 0x78};
    uint8_t start[14] = {(uint8_t)head};
    size_t at = 2;
    if (len < 126) {
        start[1] = (uint8_t)(0x80 | len);
    } else {
        size_t size = len <= UINT16_MAX ? 2 : 8;
        start[1] = size == 2 ? 0x80 | 126 : 0x80 | 127;
        for (size_t i = 0; i < size; i++) {
            start[at++] = (uint8_t)((uint64_t)len >> (8 * (size - 1 - i)));
        }
    }
    memcpy(start + at, MASK, sizeof MASK);
    at += sizeof MASK;
    uint8_t *frame = mem_alloc(at + len);
    memcpy(frame, start, at);
    for (size_t i = 0; i < len; i++) {
        frame[at + i] = (uint8_t)(((const uint8_t *)payload)[i] ^ MASK[i % 4]);
    }
    client_send(c, frame, at + len);
    free(frame);
}

void client_text(struct client *c, const char *xml)
{
    client_frame(c, 0x81, xml, strlen(xml));
}

int client_close_code(const struct client *c)
{
    size_t len = c->got.len;
    const uint8_t *bytes = (const uint8_t *)c->got.bytes;
    bool is_close = len >= 4 && bytes[len - 4] == 0x88 && bytes[len - 3] == 2;
    return is_close ? bytes[len - 2] << 8 | bytes[len - 1] : 0;
}

void client_upgrade(struct client *c, const char *lines)
{
    char *head =
        mem_print("GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                  "Sec-WebSocket-Protocol: xmpp\r\n%s\r\n",
                  lines);
    client_say(c, head);
    free(head);
}

int64_t client_deadline(void)
{
    return clock_monotonic_ms() + PATIENCE_MS;
}

void client_check_deadline(int64_t end, const char *condition, const struct client *c)
{
    if (clock_monotonic_ms() > end) {
        fprintf(stderr, "it never became true: %s\ngot: %s\n", condition, c ? c->got.bytes : "");
        abort();
    }
    /* Nothing to do but to wait for the other side of a socket. */
    poll(NULL, 0, 1);
}
