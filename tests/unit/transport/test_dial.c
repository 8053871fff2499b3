/* Names on the way to the server. */
#include "link_story.h"

#include <event2/dns_struct.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

/* A name server on loopback: answers what it is told to, or nothing at all. */
struct name_server {
    int fd;
    struct evdns_server_port *port;
};

static void on_question(struct evdns_server_request *request, void *ctx)
{
    (void)ctx;
    static const unsigned char addresses[] = {127, 0, 0, 2, 127, 0, 0, 1};
    for (int i = 0; i < request->nquestions; i++) {
        const struct evdns_server_question *q = request->questions[i];
        if (q->type == EVDNS_TYPE_A) {
            evdns_server_request_add_a_reply(request, q->name, 2, addresses, 10);
        }
    }
    evdns_server_request_respond(request, 0);
}

static void start_name_server(struct story *s, struct name_server *n, bool answers)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    n->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(n->fd, (struct sockaddr *)&address, len), 0);
    getsockname(n->fd, (struct sockaddr *)&address, &len);
    n->port = answers ? evdns_add_server_port_with_base(s->loop, n->fd, 0, on_question, s) : NULL;
    assert_int_equal(
        evdns_base_nameserver_sockaddr_add(s->dns, (struct sockaddr *)&address, len, 0), 0);
}

static void stop_name_server(struct name_server *n)
{
    if (n->port) {
        evdns_close_server_port(n->port);
    }
    evutil_closesocket(n->fd);
}

static void dial__resolves_names__and_tries_every_address(void **state)
{
    struct story *s = *state;
    struct name_server names;
    start_name_server(s, &names, true);
    story_start_at(s, "xmpp.example.test", s->server.port);
    story_go_up(s);
    link_destroy(s->link);
    s->link = NULL;
    stop_name_server(&names);
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    ++*(unsigned *)ctx;
}

/* Turns as often as the loop should, beside it: what the machine takes, it takes from both. */
struct measure {
    pthread_t thread;
    atomic_bool over;
    unsigned ticks;
};

enum { TICK_US = 5000 };

static void *turn(void *ctx)
{
    struct measure *m = ctx;

    while (!atomic_load(&m->over)) {
        usleep(TICK_US);
        m->ticks++;
    }
    return NULL;
}

/* C-29: the resolver is a black hole; the loop goes on turning. */
static void dial__does_not_block__on_a_dead_name_server__C_29(void **state)
{
    struct story *s = *state;
    struct name_server names;
    struct measure measure = {.ticks = 0};
    unsigned ticks = 0;
    struct timeval often = {.tv_usec = TICK_US};
    struct event *tick = event_new(s->loop, -1, EV_PERSIST, on_tick, &ticks);
    event_add(tick, &often);
    start_name_server(s, &names, false);
    s->pace.connect_ms = 600;
    story_start_at(s, "xmpp.example.test", s->server.port);
    assert_int_equal(pthread_create(&measure.thread, NULL, turn, &measure), 0);
    story_until(s->loop, link_fault(s->link) == LINK_UNREACHABLE);
    atomic_store(&measure.over, true);
    pthread_join(measure.thread, NULL);
    /* A resolver that blocks leaves the loop a few turns, or none. */
    assert_true(ticks >= measure.ticks / 2);
    assert_int_equal(story_logged(s, "the name was not resolved in 600 ms"), 1);
    story_until(s->loop, link_state(s->link) == LINK_CONNECTING);
    story_run(s->loop, 20);
    link_destroy(s->link); /* with the question on its way */
    s->link = NULL;
    event_free(tick);
    stop_name_server(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(dial__resolves_names__and_tries_every_address),
        story_test(dial__does_not_block__on_a_dead_name_server__C_29),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
