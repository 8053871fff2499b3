/* How we are, in figures: asked of every part, told to who asks. */
#include "agents/agents.h"
#include "app_state.h"
#include "base/mem.h"
#include "config.h"
#include "exposition.h"
#include "mail/mailer.h"
#include "router.h"
#include "storage/storage.h"
#include "transport/metrics.h"
#include "vitals.h"

#include <stdlib.h>
#include <sys/resource.h>

enum { MS = 1000 };

/* ---- the process ---- */

static time_ms time_of(const struct timeval *t)
{
    return (time_ms)t->tv_sec * MS + t->tv_usec / MS;
}

static time_ms processor(void)
{
    struct rusage used = {0};

    getrusage(RUSAGE_SELF, &used);
    return time_of(&used.ru_utime) + time_of(&used.ru_stime);
}

/* ---- the parts ---- */

static void look_at_departments(const struct desk *desk, struct vitals *v)
{
    v->department_count = desk_department_count(desk);
    v->departments = mem_array(v->department_count + 1, sizeof *v->departments);
    for (size_t i = 0; i < v->department_count; i++) {
        const char *id = desk_department_id(desk, i);
        desk_department(desk, id, &v->departments[i].view);
        census_department(desk, id, &v->departments[i].census);
    }
}

static void look_at_refusals(const struct app *app, struct vitals *v)
{
    for (int why = 0; why < GATEWAY_REFUSALS; why++) {
        v->gateway_refused[why] = gateway_refused(app->gateway, (enum gateway_refusal)why);
    }
    for (int why = 0; why < VISITORS_REFUSALS; why++) {
        v->visitors_refused[why] = visitors_refused(app->visitors, (enum visitors_refusal)why);
    }
}

void app_look(const struct app *app, struct vitals *out)
{
    *out = (struct vitals){
        .version = TRESEN_VERSION,
        .started = app->started_at,
        .uptime = clock_monotonic_ms() - app->started,
        .memory_bytes = mem_resident(),
        .used_bytes = mem_used(),
        .processor = processor(),
        .unready = app_unready(app),
        .link_up = router_is_link_up(app->router),
        .fault = link_fault(app->link),
        .handshakes = link_handshakes(app->link),
        .roster = agents_roster_way(app->agents),
        .streams = gateway_stream_count(app->gateway),
        .connections = gateway_connection_count(app->gateway),
        .max_connections = gateway_connection_limit(app->gateway),
        .is_refusing = storage_is_refusing(app->storage),
        .waiting_writes = storage_waiting_writes(app->storage),
        .commits = storage_commit_times(app->storage),
        .is_outbox_full = outbox_is_full(app->outbox),
        .has_mail = app->config->mail.url != NULL,
        .mail_waiting = desk_mail_count(app->desk),
        .mail_trouble = mailer_trouble(app->mailer),
    };
    census_visitors(app->desk, &out->visitors);
    outbox_take_census(app->outbox, &out->outbox);
    look_at_departments(app->desk, out);
    look_at_refusals(app, out);
}

/* ---- the port ---- */

static char *print(void *ctx, size_t *len)
{
    struct vitals v;

    app_look(ctx, &v);
    char *text = vitals_exposition_print(&v, len);
    vitals_finish(&v);
    return text;
}

static struct metrics_config config_of(const struct config *c)
{
    return (struct metrics_config){.listen = c->metrics.listen,
                                   .hosts = (const char *const *)c->metrics.hosts,
                                   .host_count = c->metrics.host_count,
                                   .type = EXPOSITION_TYPE};
}

bool app_make_metrics(struct app *app, char **error)
{
    struct metrics_config config = config_of(app->config);

    if (config.listen == NULL) {
        return true;
    }
    app->metrics = metrics_create(app->loop, &config, print, app, error);
    return app->metrics != NULL;
}

void app_configure_metrics(struct app *app)
{
    struct metrics_config config = config_of(app->config);

    metrics_configure(app->metrics, &config);
}
