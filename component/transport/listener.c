#include "transport/listener.h"

#include "base/mem.h"
#include "transport/accept_pause.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

struct listener {
    struct evconnlistener *socket;
    listener_accept on_accept;
    void *ctx;
    int spare; /* a descriptor for when there are no more; -1: it is used up */
    struct accept_pause pause;
    int port;
};

static int open_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void on_connection(struct evconnlistener *socket, evutil_socket_t fd, struct sockaddr *from,
                          int from_len, void *ctx)
{
    (void)socket;
    (void)from_len;
    struct listener *l = ctx;
    l->on_accept(l->ctx, fd, from);
}

static void shed(struct listener *l)
{
    close(l->spare);
    int fd = accept4(evconnlistener_get_fd(l->socket), NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0) {
        close(fd);
    }
    l->spare = open_spare();
}

static void on_error(struct evconnlistener *socket, void *ctx)
{
    (void)socket;
    struct listener *l = ctx;
    int error = errno;
    accept_pause_complain(&l->pause, error);
    if ((error == EMFILE || error == ENFILE) && l->spare >= 0) {
        shed(l);
        return;
    }
    accept_pause_begin(&l->pause);
    if (l->spare < 0) {
        l->spare = open_spare(); /* somebody else took it while it was given up */
    }
}

static int bound_port(evutil_socket_t fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name = {.any = {0}};
    socklen_t len = sizeof name;
    if (getsockname(fd, &name.any, &len) != 0) {
        return 0;
    }
    return ntohs(name.any.sa_family == AF_INET6 ? name.v6.sin6_port : name.v4.sin_port);
}

/* "127.0.0.1:8080", "[::1]:0": evutil_parse_sockaddr_port would not take port 0. */
static bool parse_name(const char *where, struct sockaddr_storage *name, int *len)
{
    char host[INET6_ADDRSTRLEN + 2];
    const char *colon = strrchr(where, ':');
    size_t host_len = colon ? (size_t)(colon - where) : 0;
    char *end = NULL;
    bool has_port = colon && colon[1] >= '0' && colon[1] <= '9';
    unsigned long port = has_port ? strtoul(colon + 1, &end, 10) : 0;
    if (!has_port || host_len == 0 || host_len >= sizeof host || *end || port > UINT16_MAX) {
        return false;
    }
    memcpy(host, where, host_len);
    host[host_len] = '\0';
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        memcpy(name, &v4, sizeof v4);
        *len = sizeof v4;
        return true;
    }
    bool is_bracketed = host[0] == '[' && host[host_len - 1] == ']';
    host[host_len - 1] = '\0';
    *len = sizeof v6;
    if (!is_bracketed || inet_pton(AF_INET6, host + 1, &v6.sin6_addr) != 1) {
        return false;
    }
    memcpy(name, &v6, sizeof v6);
    return true;
}

struct listener *listener_create(struct event_base *loop, const char *whose, const char *where,
                                 listener_accept on_accept, void *ctx, char **error)
{
    struct sockaddr_storage name = {0};
    int len = 0;
    if (!parse_name(where, &name, &len)) {
        *error = mem_print("%s: not an address with a port like 127.0.0.1:8080", where);
        return NULL;
    }
    struct listener *l = mem_alloc(sizeof *l);
    l->on_accept = on_accept;
    l->ctx = ctx;
    l->socket = evconnlistener_new_bind(
        loop, on_connection, l, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        BACKLOG, (struct sockaddr *)&name, len);
    if (!l->socket) {
        *error = mem_print("%s: cannot listen: %s", where, strerror(errno));
        free(l);
        return NULL;
    }
    evconnlistener_set_error_cb(l->socket, on_error);
    accept_pause_init(&l->pause, loop, l->socket, whose);
    l->spare = open_spare();
    l->port = bound_port(evconnlistener_get_fd(l->socket));
    return l;
}

void listener_destroy(struct listener *l)
{
    if (!l) {
        return;
    }
    accept_pause_finish(&l->pause);
    evconnlistener_free(l->socket);
    if (l->spare >= 0) {
        close(l->spare);
    }
    free(l);
}

int listener_port(const struct listener *l)
{
    return l->port;
}
