#include "app.h"

#include "agents/agents.h"
#include "app_parts.h"
#include "app_state.h"
#include "appearance.h"
#include "base/log.h"
#include "base/mem.h"
#include "config.h"
#include "control.h"
#include "desk/bulletin.h"
#include "desk/desk.h"
#include "desk/own_value.h"
#include "files/files.h"
#include "files/upload.h"
#include "mail/mailer.h"
#include "notify.h"
#include "outbox/outbox.h"
#include "retention.h"
#include "router.h"
#include "schedule.h"
#include "settings.h"
#include "storage/storage.h"
#include "transport/gateway.h"
#include "transport/link.h"
#include "transport/metrics.h"
#include "trial.h"
#include "visitors/visitors.h"

#include <event2/dns.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>

/* How long commits, and then farewells, are waited for at the end. */
enum { STAGE_MS = 2000 };

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

static void load_participant(void *ctx, const struct participant_record *r)
{
    desk_load_participant(((struct app *)ctx)->desk, r);
}

static void load_own(void *ctx, const struct own_record *r)
{
    desk_load_own_record(((struct app *)ctx)->desk, r);
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

static void load_slot(void *ctx, const struct slot_record *r)
{
    agents_load_slot(((struct app *)ctx)->agents, r);
}

static void load_subscriber(void *ctx, const struct subscriber_record *r)
{
    visitors_load_subscriber(((struct app *)ctx)->visitors, r);
}

static void load_duty(void *ctx, const struct duty_record *r)
{
    desk_load_duty(((struct app *)ctx)->desk, r);
}

static void load_news(void *ctx, const struct news_record *r)
{
    desk_load_news(((struct app *)ctx)->desk, r);
}

static void load_block(void *ctx, const struct block_record *r)
{
    desk_load_block(((struct app *)ctx)->desk, r);
}

static void load_bulletin(void *ctx, const struct bulletin_record *r)
{
    desk_load_bulletin(((struct app *)ctx)->desk, r);
}

static void load_mail(void *ctx, const struct mail_record *r)
{
    desk_load_mail(((struct app *)ctx)->desk, r);
}

static void load_saved(void *ctx, const struct saved_record *r)
{
    desk_load_saved(((struct app *)ctx)->desk, r);
}

static void load_canned(void *ctx, const struct canned_record *r)
{
    desk_load_canned(((struct app *)ctx)->desk, r);
}

static void load_setting(void *ctx, const struct setting_record *r)
{
    settings_put(((struct app *)ctx)->settings, r);
}

static void load_file(void *ctx, const struct file_record *r)
{
    files_load(((struct app *)ctx)->files, r);
}

static bool load(struct app *app, char **error)
{
    const struct storage_loader loader = {
        .ctx = app,
        .counters = load_counters,
        .visitor = load_visitor,
        .chat = load_chat,
        .participant = load_participant,
        .entry = load_entry,
        .own = load_own,
        .outbox = load_outbox,
        .contact = load_contact,
        .slot = load_slot,
        .subscriber = load_subscriber,
        .duty = load_duty,
        .news = load_news,
        .canned = load_canned,
        .saved = load_saved,
        .setting = load_setting,
        .file = load_file,
        .block = load_block,
        .bulletin = load_bulletin,
        .mail = load_mail,
    };

    if (!storage_load(app->storage, &loader)) {
        *error = mem_dup("the database cannot be read");
        return false;
    }
    files_sweep(app->files);
    desk_start(app->desk, clock_utc_ms());
    app_look_for_erasures(app);
    return true;
}

static void make_edges(struct app *app, const struct app_parts *parts)
{
    const struct post *post = router_post(app->router);

    app->outbox = outbox_create(&parts->outbox, app->storage, post);
    app->visitors = visitors_create(&parts->visitors, app->storage, app->outbox, post);
    app->agents = agents_create(&parts->agents, app->loop, app->storage, app->outbox, post);
    app->desk = desk_create(&parts->desk, app->storage, agents_ports(app->agents),
                            visitors_ports(app->visitors));
    app->schedule = schedule_create(app->storage, app->desk, clock_utc_ms);
    visitors_connect(app->visitors, app->desk);
    agents_connect(app->agents, app->desk);
    app->mailer = mailer_create(&parts->mailer, app->storage, app->desk);
    router_connect(app->router, app->desk, app->visitors, app->agents, app->outbox);
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

static void on_files(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    files_dispatch(((struct app *)ctx)->files);
}

static void on_mail(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    mailer_dispatch(((struct app *)ctx)->mailer);
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
    struct app *app = ctx;

    (void)fd;
    (void)what;
    desk_tick(app->desk, clock_utc_ms());
    schedule_tick(app->schedule);
    visitors_tick(app->visitors);
    agents_tick(app->agents);
    outbox_tick(app->outbox);
    erasure_tick(app->erasure);
    retention_tick(app->retention, app->config, clock_utc_ms());
    router_tick(app->router, clock_monotonic_ms());
    if (app->stage == APP_RUNS) {
        mailer_tick(app->mailer);
    }
}

static void on_hangup(evutil_socket_t fd, short what, void *ctx)
{
    struct app *app = ctx;

    (void)fd;
    (void)what;
    if (app->stage == APP_RUNS) {
        free(app_reload_by(app, "SIGHUP"));
    }
}

/* ---- the end ---- */

static void on_link_stopped(void *ctx)
{
    ((struct app *)ctx)->link_stopped = true;
}

static void enter(struct app *app, enum app_stage stage)
{
    app->stage = stage;
    app->stage_ends = clock_monotonic_ms() + STAGE_MS;
}

/* A second signal ends it at once: what was acknowledged is on disk. */
static void on_signal(evutil_socket_t fd, short what, void *ctx)
{
    struct app *app = ctx;

    (void)what;
    if (app->stage != APP_RUNS) {
        enter(app, APP_OVER);
        return;
    }
    log_info("tresen: signal %d, saying goodbye", (int)fd);
    notify_stopping(app->notify);
    app->last_batch = UINT64_MAX; /* known at the end of this turn */
    enter(app, APP_DRAINS);
}

/* Streams end with what was acknowledged to them; what still comes over the link is stored, and
 * answered after the next start. */
static void leave(struct app *app)
{
    enter(app, APP_LEAVES);
    gateway_stop(app->gateway);
    agents_goodbye(app->agents);
    visitors_goodbye(app->visitors);
    link_stop(app->link, STAGE_MS, on_link_stopped, app);
}

/* Behind each turn since the signal. */
static void go_on_leaving(struct app *app)
{
    bool late = clock_monotonic_ms() >= app->stage_ends;

    if (app->stage == APP_DRAINS) {
        if (app->last_batch == UINT64_MAX) {
            app->last_batch = storage_seal(app->storage);
        }
        if (late || storage_committed(app->storage) >= app->last_batch) {
            leave(app);
        }
    } else if (app->stage == APP_LEAVES &&
               (late || (app->link_stopped && gateway_is_over(app->gateway)))) {
        enter(app, APP_OVER);
    }
}

/* ---- life ---- */

static void make_events(struct app *app)
{
    const struct timeval second = {1, 0};

    app->storage_event =
        event_new(app->loop, storage_fd(app->storage), EV_READ | EV_PERSIST, on_storage, app);
    app->files_event =
        event_new(app->loop, files_fd(app->files), EV_READ | EV_PERSIST, on_files, app);
    app->mail_event =
        event_new(app->loop, mailer_fd(app->mailer), EV_READ | EV_PERSIST, on_mail, app);
    app->tick = event_new(app->loop, -1, EV_PERSIST, on_tick, app);
    app->hangup = evsignal_new(app->loop, SIGHUP, on_hangup, app);
    app->term = evsignal_new(app->loop, SIGTERM, on_signal, app);
    app->interrupt = evsignal_new(app->loop, SIGINT, on_signal, app);
    event_add(app->storage_event, NULL);
    event_add(app->files_event, NULL);
    event_add(app->mail_event, NULL);
    event_add(app->tick, &second);
    event_add(app->hangup, NULL);
    event_add(app->term, NULL);
    event_add(app->interrupt, NULL);
}

struct app *app_create(const struct config *config, char **error)
{
    struct app *app = mem_alloc(sizeof *app);
    const struct storage_calls calls = {app, on_commit, on_refusing};
    struct app_parts parts;

    app->config = config;
    app->settings = settings_create();
    app->started = clock_monotonic_ms();
    app->started_at = clock_utc_ms();
    app->loop = event_base_new();
    app->dns = evdns_base_new(app->loop,
                              EVDNS_BASE_INITIALIZE_NAMESERVERS | EVDNS_BASE_DISABLE_WHEN_INACTIVE);
    if (app->dns == NULL) { /* no resolver is configured: addresses and /etc/hosts still work */
        app->dns = evdns_base_new(app->loop, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
    }
    app->storage = storage_open(config->storage, &calls, error);
    if (app->storage != NULL) {
        app->files = files_create(&(struct files_config){.directory = config->files.directory},
                                  app->storage, error);
    }
    if (app->files == NULL) {
        app_destroy(app);
        return NULL;
    }
    app->uploads = uploads_create(app->files);
    app->router = router_create(config->domain, app->storage);
    app->appearance = appearance_create(config->web.widget);
    app_parts_init(&parts, config, app);
    files_configure(app->files, &parts.files);
    make_edges(app, &parts);
    app_make_erasure(app);
    app_make_reporter(app);
    make_events(app);
    if (load(app, error)) {
        app->gateway = gateway_create(app->loop, &parts.gateway, app->router, error);
    }
    app_parts_finish(&parts);
    if (app->gateway == NULL || !app_make_metrics(app, error)) {
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
    app_log_shadows(config);
    return app;
}

int app_run(struct app *app)
{
    log_info("tresen: ready for visitors on %s, port %d", app->config->web.listen,
             gateway_port(app->gateway));
    link_start(app->link);
    while (app->stage != APP_OVER) {
        /* One turn: what happens in it is one batch of writes; what it wants to send is held until
         * they are committed. */
        event_base_loop(app->loop, EVLOOP_ONCE);
        router_turn_end(app->router);
        gateway_turn_end(app->gateway);
        metrics_turn_end(app->metrics);
        if (app->stage != APP_RUNS) {
            go_on_leaving(app);
        }
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
    app_destroy_reporter(app);
    retention_destroy(app->retention);
    erasure_destroy(app->erasure);
    metrics_destroy(app->metrics);
    gateway_destroy(app->gateway);
    appearance_destroy(app->appearance);
    link_destroy(app->link);
    visitors_destroy(app->visitors);
    free_event(app->mail_event);
    mailer_destroy(app->mailer);
    if (app->router != NULL) {
        storage_seal(app->storage);
    }
    router_destroy(app->router);
    trial_cancel(app->trial); /* what it has asked was answered just now */
    agents_destroy(app->agents);
    outbox_destroy(app->outbox);
    desk_destroy(app->desk);
    free_event(app->files_event);
    uploads_destroy(app->uploads);
    files_destroy(app->files);
    free_event(app->storage_event);
    storage_close(app->storage);
    schedule_destroy(app->schedule);
    app_change_destroy(app->change);
    app_ticket_change_destroy(app->ticket_change);
    settings_destroy(app->settings);
    free_event(app->tick);
    free_event(app->hangup);
    free_event(app->term);
    free_event(app->interrupt);
    if (app->dns != NULL) {
        evdns_base_free(app->dns, 0);
    }
    if (app->loop != NULL) {
        event_base_free(app->loop);
    }
    config_destroy(app->reloaded);
    free(app);
}
