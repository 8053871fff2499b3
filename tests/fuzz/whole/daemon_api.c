#include "whole/daemon_api.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PEERS = 8, ANSWER_MAX = 16 * 1024 };

static int listener = -1;
static int peers[PEERS] = {-1, -1, -1, -1, -1, -1, -1, -1};
static char answer[ANSWER_MAX];
static size_t answer_len;

int daemon_api_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;

    if (listener < 0) {
        listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (bind(listener, (struct sockaddr *)&at, len) != 0 || listen(listener, PEERS) != 0) {
            BUG("no port of loopback can be had: %s", strerror(errno));
        }
    }
    if (getsockname(listener, (struct sockaddr *)&at, &len) != 0) {
        BUG("no port: %s", strerror(errno));
    }
    return ntohs(at.sin_port);
}

void daemon_api_say(const char *bytes, size_t len)
{
    answer_len = len < ANSWER_MAX ? len : ANSWER_MAX;
    memcpy(answer, bytes, answer_len);
}

static void close_peer(size_t at)
{
    close(peers[at]);
    peers[at] = -1;
}

/* A request of curl's comes in one piece here. */
static bool serve(size_t at)
{
    char request[16 * 1024];
    ssize_t got = recv(peers[at], request, sizeof request, MSG_DONTWAIT);

    if (got < 0 && errno == EAGAIN) {
        return false;
    }
    if (got > 0) {
        (void)!send(peers[at], answer, answer_len, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    close_peer(at);
    return true;
}

bool daemon_api_turn(void)
{
    bool was_busy = false;
    size_t empty = PEERS;

    for (size_t i = 0; i < PEERS; i++) {
        if (peers[i] < 0) {
            empty = i;
        } else {
            was_busy = serve(i) || was_busy;
        }
    }
    if (empty < PEERS) {
        peers[empty] = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        was_busy = was_busy || peers[empty] >= 0;
    }
    return was_busy;
}

void daemon_api_reset(void)
{
    static const char USUAL[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n0";

    while (daemon_api_turn()) {
        continue;
    }
    for (size_t i = 0; i < PEERS; i++) {
        if (peers[i] >= 0) {
            close_peer(i);
        }
    }
    daemon_api_say(USUAL, sizeof USUAL - 1);
}
