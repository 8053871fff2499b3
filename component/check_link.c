#include "check_link.h"

#include "agents/agents.h"
#include "base/clock.h"
#include "base/mem.h"
#include "config.h"
#include "desk/desk.h"
#include "outbox/outbox.h"
#include "storage/storage.h"
#include "visitors/visitors.h"

#include <event2/dns.h>
#include <event2/event.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { LOGIN_MS = 25 * 1000, TRIAL_MS = 40 * 1000, ARCHIVES_MS = 15 * 1000, GOODBYE_MS = 1000 };

/* All of a daemon but its desk's people, its gateway and its database. */
struct session {
    struct event_base *loop;
    struct evdns_base *dns;
    struct event *pulse; /* the loop never sleeps longer */
    struct storage *storage;
    struct outbox *outbox;
    struct visitors *visitors;
    struct agents *agents;
    struct desk *desk;
    struct router *router;
    struct link *link;
    struct agents_config agents_config;
    bool stopped;
    bool done; /* the trial */
    struct check_link *result;
};

struct agents_config check_agents_config(const struct config *config)
{
    static const enum roster_choice choices[] = {
        [CONFIG_ROSTER_AUTO] = ROSTER_AUTO,
        [CONFIG_ROSTER_PRIVILEGE] = ROSTER_PRIVILEGE,
        [CONFIG_ROSTER_API] = ROSTER_API,
        [CONFIG_ROSTER_NONE] = ROSTER_NONE,
    };
    return (struct agents_config){
        .domain = config->domain,
        .roster = choices[config->server.roster],
        .api_url = config->server.api.url,
        .api_user = config->server.api.user,
        .api_password = config->server.api.password,
        .body_points = config->limits.body_points,
        .body_bytes = config->limits.body_bytes,
    };
}

static void on_commit(void *ctx, uint64_t batch)
{
    struct session *s = ctx;
    if (s->router != NULL) {
        router_committed(s->router, batch);
    }
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

static void on_pulse(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    (void)ctx;
}

static void on_known(void *ctx, const char *stream_jid)
{
    (void)ctx;
    (void)stream_jid;
}

static void create_desk(struct session *s, const struct config *config)
{
    const struct desk_config desk_config = {.max_queue = 1, .max_visitors = 1};
    const struct visitors_config visitors_config = {
        .domain = config->domain,
        .default_department = config->default_department,
        .xmpp = VISITORS_XMPP_OFF,
        .body_points = config->limits.body_points,
        .body_bytes = config->limits.body_bytes,
        .message_burst = 1,
        .on_known = on_known,
    };
    s->router = router_create(config->domain, s->storage);
    s->outbox = outbox_create(&(struct outbox_config){.domain = config->domain}, s->storage,
                              router_post(s->router));
    s->visitors = visitors_create(&visitors_config, s->storage, s->outbox, router_post(s->router));
    s->agents =
        agents_create(&s->agents_config, s->loop, s->storage, s->outbox, router_post(s->router));
    s->desk =
        desk_create(&desk_config, s->storage, agents_ports(s->agents), visitors_ports(s->visitors));
    visitors_connect(s->visitors, s->desk);
    agents_connect(s->agents, s->desk);
    router_connect(s->router, s->desk, s->visitors, s->agents, s->outbox);
}

static char *open_session(struct session *s, const struct config *config)
{
    static const struct timeval pulse = {.tv_usec = 50 * 1000};
    const struct storage_calls calls = {
        .ctx = s, .on_commit = on_commit, .on_refusing = on_refusing};
    const struct link_config link_config = {
        .domain = config->domain,
        .host = config->server.host,
        .port = config->server.port,
        .secret = config->server.secret,
    };
    char *error = NULL;
    s->agents_config = check_agents_config(config);
    s->storage = storage_open("memory:", &calls, &error);
    s->loop = event_base_new();
    if (s->storage == NULL || s->loop == NULL) {
        return error != NULL ? error : mem_dup("no event loop");
    }
    s->dns = evdns_base_new(s->loop,
                            EVDNS_BASE_INITIALIZE_NAMESERVERS | EVDNS_BASE_DISABLE_WHEN_INACTIVE);
    if (s->dns == NULL) { /* no resolver is configured: addresses still work */
        s->dns = evdns_base_new(s->loop, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
    }
    create_desk(s, config);
    s->pulse = event_new(s->loop, -1, EV_PERSIST, on_pulse, NULL);
    event_add(s->pulse, &pulse);
    s->link = link_create(s->loop, s->dns, &link_config, s->router);
    return NULL;
}

static void close_session(struct session *s)
{
    link_destroy(s->link);
    if (s->router != NULL) {
        desk_destroy(s->desk);
        visitors_destroy(s->visitors);
        agents_destroy(s->agents);
        router_destroy(s->router);
        outbox_destroy(s->outbox);
    }
    if (s->storage != NULL) {
        storage_close(s->storage);
    }
    if (s->pulse != NULL) {
        event_free(s->pulse);
    }
    if (s->dns != NULL) {
        evdns_base_free(s->dns, 0);
    }
    if (s->loop != NULL) {
        event_base_free(s->loop);
    }
}

static void turn(struct session *s)
{
    struct pollfd storage = {.fd = storage_fd(s->storage), .events = POLLIN};
    event_base_loop(s->loop, EVLOOP_ONCE);
    if (poll(&storage, 1, 0) > 0) {
        storage_dispatch(s->storage);
    }
    router_tick(s->router, clock_monotonic_ms());
    router_turn_end(s->router);
}

static void log_in(struct session *s)
{
    time_ms end = clock_monotonic_ms() + LOGIN_MS;
    link_start(s->link);
    do {
        turn(s);
        s->result->up = link_state(s->link) == LINK_UP;
        s->result->fault = link_fault(s->link);
    } while (!s->result->up && link_state(s->link) != LINK_BACKOFF && clock_monotonic_ms() < end);
    if (!s->result->up && s->result->fault == LINK_FINE) {
        s->result->fault = LINK_UNREACHABLE;
    }
}

static void on_trial(void *ctx, const struct trial_result *result)
{
    struct session *s = ctx;
    s->result->trial = *result;
    s->result->tried = true;
    s->done = true;
}

static void try_roster(struct session *s, const char *agent)
{
    time_ms end = clock_monotonic_ms() + TRIAL_MS;
    struct trial *t =
        trial_start(&s->agents_config, s->loop, router_post(s->router), agent, on_trial, s);
    while (!s->done && clock_monotonic_ms() < end) {
        turn(s);
    }
    if (!s->done) {
        trial_cancel(t);
    }
}

static void ask_archives(struct session *s, const struct config *config)
{
    struct check_archives *a = &s->result->archives;
    time_ms end = clock_monotonic_ms() + ARCHIVES_MS;
    check_archives_ask(a, config->domain, router_post(s->router));
    while (a->waiting > 0 && clock_monotonic_ms() < end) {
        turn(s);
    }
}

static void on_stopped(void *ctx)
{
    ((struct session *)ctx)->stopped = true;
}

static void log_out(struct session *s)
{
    time_ms end = clock_monotonic_ms() + 2 * GOODBYE_MS;
    link_stop(s->link, GOODBYE_MS, on_stopped, s);
    while (!s->stopped && clock_monotonic_ms() < end) {
        turn(s);
    }
}

char *check_link_run(const struct config *config, const char *trial, struct check_link *result)
{
    struct session s = {.result = result};
    memset(result, 0, sizeof *result);
    check_archives_find(&result->archives, config);
    char *error = open_session(&s, config);
    if (error == NULL) {
        log_in(&s);
        if (result->up && trial != NULL) {
            try_roster(&s, trial);
        }
        if (result->up) {
            ask_archives(&s, config);
        }
        log_out(&s);
    }
    close_session(&s);
    return error;
}
