#include "transport/listener.h"

#include "base/log.h"
#include "story_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <arpa/inet.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct story {
    struct event_base *loop;
    struct listener *listener;
    unsigned accepted;
};

static void on_accept(void *ctx, int fd, const struct sockaddr *from)
{
    struct story *s = ctx;
    assert_int_equal(from->sa_family, AF_INET);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    s->accepted++;
    close(fd);
}

static void flush(void *ctx)
{
    (void)ctx;
}

static int setup(void **state)
{
    struct story *s = calloc(1, sizeof *s);
    char *error = NULL;
    assert_non_null(s);
    s->loop = event_base_new();
    s->listener = listener_create(s->loop, "test", "127.0.0.1:0", on_accept, s, &error);
    assert_non_null(s->listener);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct story *s = *state;
    listener_destroy(s->listener);
    event_base_free(s->loop);
    free(s);
    return 0;
}

static void listener__accepts__connections(void **state)
{
    struct story *s = *state;
    struct client *c = client_connect(listener_port(s->listener), 0);
    client_until(c, s->loop, flush, NULL, c->is_ended);
    assert_int_equal(s->accepted, 1);
    client_close(c);
}

/* No descriptor is left: who connects is closed instead of waking the loop for ever. */
static void listener__closes__what_it_has_no_descriptor_for(void **state)
{
    struct story *s = *state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    struct rlimit now = {.rlim_cur = (rlim_t)fd + 1, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)listener_port(s->listener)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    /* Descriptors below fd that are free would be used first. */
    int filler[64];
    size_t fillers = 0;
    while (fillers < 64 && (filler[fillers] = dup(fd)) >= 0) {
        fillers++;
    }
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    struct client *c = client_of_fd(fd);
    client_until(c, s->loop, flush, NULL, c->is_ended);
    assert_int_equal(s->accepted, 0);
    for (size_t i = 0; i < fillers; i++) {
        close(filler[i]);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    client_close(c);
    /* It goes on when there are some again. */
    c = client_connect(listener_port(s->listener), 0);
    client_until(c, s->loop, flush, NULL, c->is_ended);
    assert_int_equal(s->accepted, 1);
    client_close(c);
}

static void ignore(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

int main(void)
{
    log_set_sink(ignore, NULL); /* one test is about an error */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(listener__accepts__connections, setup, teardown),
        cmocka_unit_test_setup_teardown(listener__closes__what_it_has_no_descriptor_for, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
