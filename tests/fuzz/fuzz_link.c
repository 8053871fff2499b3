/* fuzz_link.c - whatever a server may say to the link. The input is cut into writes at each byte
 * 0xFF (which is in no UTF-8); the rest is sent over a real connection on loopback, then closed.
 * Nothing may crash, and the router is told up and down in turns. */
#include "base/log.h"
#include "router.h"
#include "transport/link.h"

#include <arpa/inet.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct router {
    bool up;
    struct outlet *link;
};

void router_link_up(struct router *r, struct outlet *link)
{
    if (r->up) {
        abort();
    }
    r->up = true;
    r->link = link;
}

void router_link_down(struct router *r, bool offended)
{
    (void)offended;
    if (!r->up) {
        abort();
    }
    r->up = false;
}

void router_link_receive(struct router *r, const struct element *element)
{
    if (!r->up || !element_name(element)[0]) {
        abort();
    }
    static const char answer[] = "<message/>";
    r->link->send(r->link, answer, sizeof answer - 1);
}

void router_link_skipped(struct router *r, const struct element *head)
{
    if (!r->up || element_first(head)) {
        abort();
    }
}

static int listen_on_loopback(struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t len = sizeof *address;
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || bind(fd, (struct sockaddr *)address, len) != 0 || listen(fd, 4) != 0 ||
        getsockname(fd, (struct sockaddr *)address, &len) != 0) {
        abort();
    }
    return fd;
}

static void ignore(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static void say(struct event_base *loop, int fd, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        const uint8_t *cut = memchr(bytes, 0xFF, len);
        size_t piece = cut ? (size_t)(cut - bytes) : len;
        if (piece > 0 && send(fd, bytes, piece, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
            return;
        }
        event_base_loop(loop, EVLOOP_NONBLOCK);
        bytes += cut ? piece + 1 : piece;
        len -= cut ? piece + 1 : piece;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static int listener = -1;
    static struct sockaddr_in address;
    if (listener < 0) {
        listener = listen_on_loopback(&address);
        log_set_sink(ignore, NULL);
    }
    struct event_base *loop = event_base_new();
    struct evdns_base *dns = evdns_base_new(loop, 0);
    struct router router = {0};
    struct link_config config = {.domain = "support.localhost",
                                 .host = "127.0.0.1",
                                 .port = ntohs(address.sin_port),
                                 .secret = "s3cret"};
    struct link *link = link_create(loop, dns, &config, &router);
    link_start(link);
    while (link_state(link) == LINK_CONNECTING) {
        event_base_loop(loop, EVLOOP_ONCE);
    }
    int fd = accept(listener, NULL, NULL);
    if (fd >= 0 && link_state(link) == LINK_HANDSHAKE) {
        say(loop, fd, bytes, len);
        close(fd);
        while (link_state(link) == LINK_HANDSHAKE || link_state(link) == LINK_UP) {
            event_base_loop(loop, EVLOOP_ONCE);
        }
    }
    link_destroy(link);
    if (router.up) {
        abort();
    }
    event_base_loop(loop, EVLOOP_NONBLOCK);
    evdns_base_free(dns, 0);
    event_base_free(loop);
    return 0;
}
