#include "transport/gateway.h"

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "transport/gateway_routes.h"
#include "transport/gateway_uploads.h"
#include "transport/versions.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    TICK_MS = 1000,
    COMPLAIN_MS = 60 * 1000,
    ADDRESSES_MIN = 16 * 1024,
    SOCKETS_PER_STREAM = 4, /* what a browser opens for files and BOSH */
    SOCKETS_PER_MINUTE = 60 * 1000
};

/* ---- the widget and its versions ---- */

static bool load_version(struct gateway *g, const char *name, const char *folder, char **error)
{
    char *prefix = mem_print("/w/%s/", name);
    bool is_fine = assets_load(g->widget, folder, prefix, error);

    free(prefix);
    return is_fine;
}

/* Older ones; what is not what its folder is called is said, and not served. */
static bool load_versions(struct gateway *g, const char *folder, const char *current, char **error)
{
    struct versions kept;
    if (!versions_find(&kept, folder, error)) {
        return false;
    }
    bool is_fine = true;
    for (size_t i = 0; i < kept.count && is_fine; i++) {
        const struct version *v = &kept.items[i];
        if (v->fault) {
            log_warn("gateway: a version of the widget is not served: %s", log_safe(v->fault));
        } else if (strcmp(v->name, current) != 0) {
            is_fine = load_version(g, v->name, v->folder, error);
        }
    }
    versions_finish(&kept);
    return is_fine;
}

static bool load_widget(struct gateway *g, const struct gateway_config *config, char **error)
{
    char *version = version_read_dup(config->widget_folder, error);
    if (!version) {
        return false;
    }
    g->widget = assets_create();
    bool is_fine = load_version(g, "1", config->widget_folder, error) &&
                   load_version(g, version, config->widget_folder, error) &&
                   (!config->widget_versions_folder ||
                    load_versions(g, config->widget_versions_folder, version, error));
    free(version);
    return is_fine;
}

static bool load_website(struct gateway *g, const char *folder, char **error)
{
    g->website = assets_create();
    if (!assets_load(g->website, folder, "/", error)) {
        return false;
    }
    assets_index(g->website);
    return true;
}

/* ---- connections ---- */

static void refuse_connection(struct gateway *g, int fd)
{
    static const char ANSWER[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\n"
                                 "Content-Length: 0\r\nConnection: close\r\n\r\n";
    (void)!send(fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(fd);
    if (g->complained == 0 || g->world.now - g->complained >= COMPLAIN_MS) {
        g->complained = g->world.now;
        log_warn("gateway: too many connections now=%zu", connections_count(g->connections));
    }
}

static void on_accept(void *ctx, int fd, const struct sockaddr *from)
{
    struct gateway *g = ctx;
    g->world.now = clock_monotonic_ms(); /* a crowd comes and goes between two ticks */
    if (connections_count(g->connections) >= g->config.max_connections) {
        g->refused_connections++;
        refuse_connection(g, fd);
        return;
    }
    struct address peer;
    unsigned retry_s;
    address_of_socket(&peer, from);
    bool is_trusted = network_any_has(g->trusted, g->config.trusted_proxy_count, &peer);
    struct limits_place *place =
        is_trusted ? NULL : limits_enter(g->sockets, &peer, g->world.now, &retry_s);
    if (place || is_trusted) {
        http_accept(g->connections, fd, &peer, &g->server, place);
    } else {
        refuse_connection(g, fd);
    }
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    struct gateway *g = ctx;
    g->world.now = clock_monotonic_ms();
    connections_tick(g->connections, g->world.now);
    bosh_tick(g->bosh);
    limits_tick(g->limits, g->world.now);
    limits_tick(g->sockets, g->world.now);
}

/* ---- life ---- */

static struct network *trusted_dup(const struct gateway_config *config, char **error)
{
    struct network *trusted = mem_array(config->trusted_proxy_count + 1, sizeof *trusted);
    for (size_t i = 0; i < config->trusted_proxy_count; i++) {
        if (!network_parse(&trusted[i], config->trusted_proxies[i])) {
            *error = mem_print("trusted_proxies: %s is no address or network",
                               config->trusted_proxies[i]);
            free(trusted);
            return NULL;
        }
    }
    return trusted;
}

bool gateway_configure(struct gateway *g, const struct gateway_config *config, char **error)
{
    struct network *trusted = trusted_dup(config, error);
    if (!trusted) {
        return false;
    }
    free(g->trusted);
    g->trusted = trusted;
    sites_destroy(g->sites);
    g->sites = sites_create(config->sites, config->site_count, config->allow_no_origin);
    size_t addresses = (size_t)config->max_connections * 2;
    addresses = addresses > ADDRESSES_MIN ? addresses : ADDRESSES_MIN;
    limits_configure(g->limits, config->streams_per_address, config->new_streams_per_minute,
                     addresses);
    limits_configure(g->sockets, config->streams_per_address * SOCKETS_PER_STREAM,
                     SOCKETS_PER_MINUTE, addresses);
    bosh_configure(g->bosh, &(struct bosh_config){.wait_s = config->bosh_wait_s,
                                                  .inactivity_s = config->bosh_inactivity_s,
                                                  .sessions_max = config->max_connections});
    g->config = *config;
    return true;
}

static bool start(struct gateway *g, struct event_base *loop, const struct gateway_config *config,
                  char **error)
{
    if (!gateway_configure(g, config, error) ||
        (config->widget_folder && !load_widget(g, config, error)) ||
        (config->website_folder && !load_website(g, config->website_folder, error))) {
        return false;
    }
    g->listener = listener_create(loop, "gateway", config->listen, on_accept, g, error);
    if (!g->listener) {
        return false;
    }
    struct timeval interval = {TICK_MS / 1000, 0};
    g->tick = event_new(loop, -1, EV_PERSIST, on_tick, g);
    if (!g->tick || event_add(g->tick, &interval) != 0) {
        BUG("event_new failed");
    }
    g->port = listener_port(g->listener);
    log_info("gateway: listening on=%s port=%d", log_safe(config->listen), g->port);
    return true;
}

struct gateway *gateway_create(struct event_base *loop, const struct gateway_config *config,
                               struct router *router, char **error)
{
    struct gateway *g = mem_alloc(sizeof *g);
    g->domain = mem_dup(config->domain);
    list_init(&g->puts);
    g->limits = limits_create(0, 0, 0); /* start configures them */
    g->sockets = limits_create(0, 0, 0);
    g->connections = connections_create(loop);
    g->world = (struct stream_world){.domain = g->domain,
                                     .router = router,
                                     .bound = map_create(),
                                     .now = connections_now(g->connections)};
    g->bosh = bosh_create(&(struct bosh_config){.sessions_max = 0}, &g->world, g->limits);
    g->server = (struct http_server){.begin = gateway_begin, .handle = gateway_handle, .ctx = g};
    if (!start(g, loop, config, error)) {
        gateway_destroy(g);
        return NULL;
    }
    return g;
}

void gateway_stop(struct gateway *g)
{
    listener_destroy(g->listener);
    g->listener = NULL;
    bosh_stop(g->bosh);
    bosh_flush(g->bosh);
    connections_stop(g->connections);
    connections_flush(g->connections);
}

bool gateway_is_over(const struct gateway *g)
{
    return connections_are_over(g->connections);
}

void gateway_destroy(struct gateway *g)
{
    if (!g) {
        return;
    }
    listener_destroy(g->listener);
    if (g->tick) {
        event_free(g->tick);
    }
    bosh_destroy(g->bosh);
    connections_destroy(g->connections);
    gateway_uploads_finish(g);
    map_destroy(g->world.bound);
    limits_destroy(g->limits);
    limits_destroy(g->sockets);
    assets_destroy(g->website);
    assets_destroy(g->widget);
    sites_destroy(g->sites);
    free(g->trusted);
    free(g->domain);
    free(g);
}

void gateway_turn_end(struct gateway *g)
{
    bosh_flush(g->bosh);
    connections_flush(g->connections);
}

int gateway_port(const struct gateway *g)
{
    return g->port;
}

unsigned gateway_stream_count(const struct gateway *g)
{
    return g->world.count;
}

size_t gateway_connection_count(const struct gateway *g)
{
    return connections_count(g->connections);
}

unsigned gateway_connection_limit(const struct gateway *g)
{
    return g->config.max_connections;
}

uint64_t gateway_refused(const struct gateway *g, enum gateway_refusal why)
{
    switch (why) {
    case GATEWAY_REFUSED_CONNECTIONS:
        return g->refused_connections;
    case GATEWAY_REFUSED_ADDRESS:
        return limits_refused(g->limits) + limits_refused(g->sockets);
    case GATEWAY_REFUSED_ORIGIN:
        return g->refused_origins;
    case GATEWAY_REFUSALS:
        break;
    }
    BUG("no reason of the gateway's: %d", (int)why);
}

void gateway_stream_known(struct gateway *g, const char *stream_jid)
{
    const char *at = strchr(stream_jid, '@');
    char *local = at ? mem_dup_n(stream_jid, (size_t)(at - stream_jid)) : NULL;
    struct stream *stream = local ? map_get(g->world.bound, local) : NULL;
    if (stream) {
        stream_known(stream);
    }
    free(local);
}
