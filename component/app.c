#include "app.h"

#include "agents/agents.h"
#include "app_state.h"
#include "base/log.h"
#include "base/mem.h"
#include "config.h"
#include "control.h"
#include "descriptors.h"
#include "desk/desk.h"
#include "notify.h"
#include "outbox/outbox.h"
#include "router.h"
#include "storage/storage.h"
#include "transport/gateway.h"
#include "transport/link.h"
#include "trial.h"
#include "visitors/visitors.h"

#include <event2/dns.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>

enum { LINK_STOP_MS = 2000, PING_S = 30, BOSH_WAIT_S = 60, BOSH_INACTIVITY_S = 60 };

/* ---- what the parts ask of each other through us ---- */

static void on_commit(void *ctx, uint64_t batch)
{
    const struct app *app = ctx;

    router_committed(app->router, batch);
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    if (refusing) {
        log_error("storage: nothing can be stored; new messages are refused until it can");
    } else {
        log_info("storage: it stores again");
    }
}

/* While the link is down nobody can be reached, whatever was known before. */
static const char *status_of(void *ctx, const char *department)
{
    static const char *const WORDS[] = {"unavailable", "dnd", "away", "chat"};
    const struct app *app = ctx;
    struct department_view p;

    if (!desk_department(app->desk, department, &p)) {
        return NULL;
    }
    return router_is_link_up(app->router) ? WORDS[p.state] : WORDS[DEPARTMENT_NOBODY];
}

static const char *readiness(void *ctx)
{
    const struct app *app = ctx;

    if (app->stopping) {
        return "stopping";
    }
    if (!router_is_link_up(app->router)) {
        return "the link to the XMPP server is down";
    }
    if (outbox_is_full(app->outbox)) {
        return "too much is under way over the link";
    }
    return storage_is_refusing(app->storage) ? "nothing can be stored" : NULL;
}

static void on_known(void *ctx, const char *stream_jid)
{
    const struct app *app = ctx;

    gateway_stream_known(app->gateway, stream_jid);
}

/* ---- start ---- */

static void load_counters(void *ctx, int64_t last_number, int64_t last_sequence,
                          int64_t last_outbox)
{
    struct app *app = ctx;

    desk_load_counters(app->desk, last_number, last_sequence);
    outbox_load_counter(app->outbox, last_outbox);
}

static void load_visitor(void *ctx, const struct visitor_record *r)
{
    desk_load_visitor(((struct app *)ctx)->desk, r);
}

static void load_chat(void *ctx, const struct chat_record *r)
{
    desk_load_chat(((struct app *)ctx)->desk, r);
}

static void load_entry(void *ctx, const struct entry_record *r)
{
    desk_load_entry(((struct app *)ctx)->desk, r);
}

static void load_outbox(void *ctx, const struct outbox_record *r)
{
    outbox_load(((struct app *)ctx)->outbox, r);
}

static void load_contact(void *ctx, const struct contact_record *r)
{
    agents_load_contact(((struct app *)ctx)->agents, r);
}

static void load_subscriber(void *ctx, const struct subscriber_record *r)
{
    visitors_load_subscriber(((struct app *)ctx)->visitors, r);
}

static bool load(struct app *app, char **error)
{
    const struct storage_loader loader = {
        .ctx = app,
        .counters = load_counters,
        .visitor = load_visitor,
        .chat = load_chat,
        .entry = load_entry,
        .outbox = load_outbox,
        .contact = load_contact,
        .subscriber = load_subscriber,
    };

    if (!storage_load(app->storage, &loader)) {
        *error = mem_dup("the database cannot be read");
        return false;
    }
    desk_start(app->desk, clock_utc_ms());
    return true;
}

static struct desk *make_desk(struct app *app)
{
    const struct config *c = app->config;
    struct desk_agent_config *agents = mem_array(c->agent_count + 1, sizeof *agents);
    struct desk_department_config *departments =
        mem_array(c->department_count + 1, sizeof *departments);

    for (size_t i = 0; i < c->agent_count; i++) {
        agents[i] = (struct desk_agent_config){
            .jid = c->agents[i].jid, .name = c->agents[i].name, .capacity = c->agents[i].capacity};
    }
    for (size_t i = 0; i < c->department_count; i++) {
        const struct config_department *p = &c->departments[i];
        departments[i] = (struct desk_department_config){
            .id = p->id,
            .name = p->name,
            .agents = (const char *const *)p->agents,
            .agent_count = p->agent_count,
            .form_name = (enum form_field)p->form_name,
            .form_email = (enum form_field)p->form_email,
        };
    }
    const struct desk_config desk = {
        .agents = agents,
        .agent_count = c->agent_count,
        .departments = departments,
        .department_count = c->department_count,
        .agent_grace_ms = c->limits.agent_grace_s * 1000LL,
        .visitor_grace_ms = c->limits.visitor_grace_s * 1000LL,
        .leave_ms = c->limits.leave_s * 1000LL,
        .linger_ms = c->limits.linger_s * 1000LL,
        .idle_ms = c->limits.idle_s * 1000LL,
        .answer_ms = c->limits.answer_s * 1000LL,
        .supervisors = (const char *const *)c->supervisors,
        .supervisor_count = c->supervisor_count,
        .max_queue = c->limits.max_queue,
        .max_visitors = c->limits.max_visitors,
    };
    struct desk *d =
        desk_create(&desk, app->storage, agents_ports(app->agents), visitors_ports(app->visitors));
    free(agents);
    free(departments);
    return d;
}

static void make_edges(struct app *app)
{
    const struct config *c = app->config;
    const struct post *post = router_post(app->router);
    const struct visitors_config visitors = {
        .domain = c->domain,
        .default_department = c->default_department,
        .xmpp = (enum visitors_xmpp)c->visitors_xmpp,
        .body_points = c->limits.body_points,
        .body_bytes = c->limits.body_bytes,
        .message_burst = c->limits.message_burst,
        .token_ms = c->limits.token_days * 24LL * 3600 * 1000,
        .on_known = on_known,
        .ctx = app,
    };

    app->agents_config = mem_alloc(sizeof *app->agents_config);
    *app->agents_config = (struct agents_config){
        .domain = c->domain,
        .roster = (enum roster_choice)c->server.roster,
        .api_url = c->server.api.url,
        .api_user = c->server.api.user,
        .api_password = c->server.api.password,
        .body_points = c->limits.body_points,
        .body_bytes = c->limits.body_bytes,
        .doubt_ms = c->limits.doubt_s * 1000LL,
    };
    app->outbox = outbox_create(
        &(struct outbox_config){.domain = c->domain, .max_rows = c->limits.max_outbox},
        app->storage, post);
    app->visitors = visitors_create(&visitors, app->storage, app->outbox, post);
    app->agents = agents_create(app->agents_config, app->loop, app->storage, app->outbox, post);
    app->desk = make_desk(app);
    visitors_connect(app->visitors, app->desk);
    agents_connect(app->agents, app->desk);
    router_connect(app->router, app->desk, app->visitors, app->agents, app->outbox);
}

static bool make_gateway(struct app *app, char **error)
{
    const struct config *c = app->config;
    struct gateway_site *sites = mem_array(c->site_count + 1, sizeof *sites);

    for (size_t i = 0; i < c->site_count; i++) {
        sites[i] = (struct gateway_site){.id = c->sites[i].id,
                                         .origins = (const char *const *)c->sites[i].origins,
                                         .origin_count = c->sites[i].origin_count};
    }
    const struct gateway_config gateway = {
        .domain = c->domain,
        .listen = c->web.listen,
        .sites = sites,
        .site_count = c->site_count,
        .allow_no_origin = c->web.allow_no_origin,
        .trusted_proxies = (const char *const *)c->web.trusted_proxies,
        .trusted_proxy_count = c->web.trusted_proxy_count,
        .widget_folder = c->web.widget,
        .website_folder = c->web.website,
        .streams_per_address = c->limits.streams_per_address,
        .new_streams_per_minute = c->limits.new_streams_per_minute,
        .max_connections = descriptors_for_browsers(c->limits.max_connections),
        .ping_s = PING_S,
        .bosh_wait_s = BOSH_WAIT_S,
        .bosh_inactivity_s = BOSH_INACTIVITY_S,
        .status = status_of,
        .ready = readiness,
        .ctx = app,
    };
    app->gateway = gateway_create(app->loop, &gateway, app->router, error);
    free(sites);
    return app->gateway != NULL;
}

static void make_link(struct app *app)
{
    const struct config *c = app->config;

    app->link = link_create(app->loop, app->dns,
                            &(struct link_config){.domain = c->domain,
                                                  .host = c->server.host,
                                                  .port = c->server.port,
                                                  .secret = c->server.secret},
                            app->router);
}

/* ---- events ---- */

static void on_storage(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    storage_dispatch(((struct app *)ctx)->storage);
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
    struct app *app = ctx;

    (void)fd;
    (void)what;
    desk_tick(app->desk, clock_utc_ms());
    visitors_tick(app->visitors);
    agents_tick(app->agents);
    outbox_tick(app->outbox);
    router_tick(app->router, clock_monotonic_ms());
}

static void on_link_stopped(void *ctx)
{
    ((struct app *)ctx)->done = true;
}

/* A second signal ends it at once: what was acknowledged is on disk. */
static void on_signal(evutil_socket_t fd, short what, void *ctx)
{
    struct app *app = ctx;

    (void)what;
    if (app->stopping) {
        app->done = true;
        return;
    }
    log_info("tresen: signal %d, saying goodbye", (int)fd);
    app->stopping = true;
    notify_stopping(app->notify);
    gateway_stop(app->gateway);
    agents_goodbye(app->agents);
    visitors_goodbye(app->visitors);
    link_stop(app->link, LINK_STOP_MS, on_link_stopped, app);
}

static void make_events(struct app *app)
{
    const struct timeval second = {1, 0};

    app->storage_event =
        event_new(app->loop, storage_fd(app->storage), EV_READ | EV_PERSIST, on_storage, app);
    app->tick = event_new(app->loop, -1, EV_PERSIST, on_tick, app);
    app->term = evsignal_new(app->loop, SIGTERM, on_signal, app);
    app->interrupt = evsignal_new(app->loop, SIGINT, on_signal, app);
    event_add(app->storage_event, NULL);
    event_add(app->tick, &second);
    event_add(app->term, NULL);
    event_add(app->interrupt, NULL);
}

/* ---- life ---- */

struct app *app_create(const struct config *config, char **error)
{
    struct app *app = mem_alloc(sizeof *app);
    const struct storage_calls calls = {app, on_commit, on_refusing};

    app->config = config;
    app->started = clock_monotonic_ms();
    app->loop = event_base_new();
    app->dns = evdns_base_new(app->loop,
                              EVDNS_BASE_INITIALIZE_NAMESERVERS | EVDNS_BASE_DISABLE_WHEN_INACTIVE);
    if (app->dns == NULL) { /* no resolver is configured: addresses and /etc/hosts still work */
        app->dns = evdns_base_new(app->loop, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
    }
    app->storage = storage_open(config->storage, &calls, error);
    if (app->storage == NULL) {
        app_destroy(app);
        return NULL;
    }
    app->router = router_create(config->domain, app->storage);
    make_edges(app);
    make_events(app);
    if (!load(app, error) || !make_gateway(app, error)) {
        app_destroy(app);
        return NULL;
    }
    make_link(app);
    app->control = control_create(app->loop, config->control, app_control_commands(), app, error);
    if (app->control == NULL) {
        app_destroy(app);
        return NULL;
    }
    app->notify = notify_create(app->loop);
    return app;
}

int app_run(struct app *app)
{
    log_info("tresen: ready for visitors on %s, port %d", app->config->web.listen,
             gateway_port(app->gateway));
    link_start(app->link);
    while (!app->done) {
        /* One turn: what happens in it is one batch of writes; what it wants to send is held until
         * they are committed. */
        event_base_loop(app->loop, EVLOOP_ONCE);
        router_turn_end(app->router);
        gateway_turn_end(app->gateway);
    }
    return 0;
}

static void free_event(struct event *e)
{
    if (e != NULL) {
        event_free(e);
    }
}

/* From the outside in: whoever may still call somebody goes before that somebody. */
void app_destroy(struct app *app)
{
    if (app == NULL) {
        return;
    }
    notify_destroy(app->notify);
    control_destroy(app->control);
    trial_cancel(app->trial);
    gateway_destroy(app->gateway);
    link_destroy(app->link);
    visitors_destroy(app->visitors);
    if (app->router != NULL) {
        storage_seal(app->storage);
    }
    router_destroy(app->router);
    agents_destroy(app->agents);
    outbox_destroy(app->outbox);
    free(app->agents_config);
    desk_destroy(app->desk);
    free_event(app->storage_event);
    storage_close(app->storage);
    free_event(app->tick);
    free_event(app->term);
    free_event(app->interrupt);
    if (app->dns != NULL) {
        evdns_base_free(app->dns, 0);
    }
    if (app->loop != NULL) {
        event_base_free(app->loop);
    }
    free(app);
}
