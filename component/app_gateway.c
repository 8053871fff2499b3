/* What the gateway is told, and what it asks of the other parts through us. */
#include "app_parts.h"
#include "app_state.h"
#include "appearance.h"
#include "base/clock.h"
#include "base/mem.h"
#include "config.h"
#include "descriptors.h"
#include "named.h"
#include "opening.h"
#include "router.h"
#include "storage/storage.h"

enum { PING_S = 30, BOSH_WAIT_S = 60, BOSH_INACTIVITY_S = 60 };

static bool face_of(void *ctx, const char *name, struct gateway_picture *out)
{
    const struct app *app = ctx;
    struct agent_face face;

    if (!agents_face(app->agents, name, &face)) {
        return false;
    }
    *out = (struct gateway_picture){face.type, (const char *)face.bytes, face.len, face.etag};
    return true;
}

static const char *word_of(enum department_state state)
{
    static const char *const WORDS[] = {"unavailable", "dnd", "away", "chat"};

    return WORDS[state];
}

/* While the link is down nobody can be reached, whatever was known before. */
static enum department_state state_of(const struct app *app, const struct department_view *p)
{
    return router_is_link_up(app->router) ? p->state : DEPARTMENT_NOBODY;
}

/* Of several the best that there is stands for all: it is worth a click. */
static char *status_of_several(const struct app *app, const struct gateway_question *q,
                               const struct named *named)
{
    struct appearance_department list[NAMED_MAX];
    enum department_state best = DEPARTMENT_NOBODY;
    time_ms now = clock_utc_ms();

    for (size_t i = 0; i < named->count; i++) {
        const struct department_view *p = &named->list[i];
        enum department_state state = state_of(app, p);

        best = state > best ? state : best;
        list[i] = (struct appearance_department){
            .id = p->id,
            .name = p->name,
            .availability = word_of(state),
            .opens = state == DEPARTMENT_NOBODY ? opening_next(app->config, p->id, now) : 0};
    }
    return appearance_print(app->appearance, app->config,
                            &(struct appearance_question){.site = q->site,
                                                          .language = q->language,
                                                          .availability = word_of(best),
                                                          .several = list,
                                                          .count = named->count});
}

static char *status_of(void *ctx, const struct gateway_question *q)
{
    const struct app *app = ctx;
    struct named named;

    if (!named_find(&named, app->desk, q->department, app->config->default_department)) {
        return NULL;
    }
    if (named.are_several) {
        return status_of_several(app, q, &named);
    }
    return appearance_print(
        app->appearance, app->config,
        &(struct appearance_question){.department = named.list[0].id,
                                      .site = q->site,
                                      .language = q->language,
                                      .availability = word_of(state_of(app, &named.list[0]))});
}

static char *hours_of(void *ctx, const char *department)
{
    return opening_print(((const struct app *)ctx)->config, department, clock_utc_ms());
}

const char *app_unready(const struct app *app)
{
    if (app->stage != APP_RUNS) {
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

static const char *readiness(void *ctx)
{
    return app_unready(ctx);
}

static bool takes_file(void *ctx, int64_t number)
{
    const struct app *app = ctx;
    struct chat_view chat;

    return desk_chat_numbered(app->desk, number, &chat) && chat.state != CHAT_CLOSED;
}

void app_gateway_init(struct app_parts *p, const struct config *c, struct app *app)
{
    struct gateway_site *sites = mem_array(c->site_count + 1, sizeof *sites);

    for (size_t i = 0; i < c->site_count; i++) {
        sites[i] = (struct gateway_site){.id = c->sites[i].id,
                                         .origins = (const char *const *)c->sites[i].origins,
                                         .origin_count = c->sites[i].origin_count};
    }
    p->gateway = (struct gateway_config){
        .domain = c->domain,
        .listen = c->web.listen,
        .sites = sites,
        .site_count = c->site_count,
        .allow_no_origin = c->web.allow_no_origin,
        .trusted_proxies = (const char *const *)c->web.trusted_proxies,
        .trusted_proxy_count = c->web.trusted_proxy_count,
        .widget_folder = c->web.widget,
        .widget_versions_folder = c->web.widget_versions,
        .website_folder = c->web.website,
        .streams_per_address = c->limits.streams_per_address,
        .new_streams_per_minute = c->limits.new_streams_per_minute,
        .max_connections = descriptors_for_browsers(c->limits.max_connections),
        .ping_s = PING_S,
        .bosh_wait_s = BOSH_WAIT_S,
        .bosh_inactivity_s = BOSH_INACTIVITY_S,
        .status = status_of,
        .invite = app_invitations_print,
        .hours = hours_of,
        .ready = readiness,
        .face = face_of,
        .takes_file = takes_file,
        .files = app->files,
        .uploads = app->uploads,
        .ctx = app,
    };
}
