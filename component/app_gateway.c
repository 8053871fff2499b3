/* What the gateway is told, and what it asks of the other parts through us. */
#include "app_parts.h"
#include "app_state.h"
#include "appearance.h"
#include "base/clock.h"
#include "base/mem.h"
#include "config.h"
#include "descriptors.h"
#include "opening.h"
#include "router.h"
#include "storage/storage.h"

enum { PING_S = 30, BOSH_WAIT_S = 60, BOSH_INACTIVITY_S = 60 };

/* While the link is down nobody can be reached, whatever was known before. */
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

static char *status_of(void *ctx, const struct gateway_question *q)
{
    static const char *const WORDS[] = {"unavailable", "dnd", "away", "chat"};
    const struct app *app = ctx;
    const char *department =
        q->department[0] != '\0' ? q->department : app->config->default_department;
    struct department_view p;

    if (!desk_department(app->desk, department, &p)) {
        return NULL;
    }
    enum department_state state = router_is_link_up(app->router) ? p.state : DEPARTMENT_NOBODY;
    return appearance_print(app->appearance, app->config,
                            &(struct appearance_question){.department = department,
                                                          .site = q->site,
                                                          .language = q->language,
                                                          .availability = WORDS[state]});
}

static char *hours_of(void *ctx, const char *department)
{
    return opening_print(((const struct app *)ctx)->config, department, clock_utc_ms());
}

static const char *readiness(void *ctx)
{
    const struct app *app = ctx;

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
