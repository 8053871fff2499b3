/* The configuration, at the start and while it runs: who answers, for which departments, within
 * which limits. Agents and departments that stay are the same structs as before, so chats, offers
 * and contacts stay what they are; then comes what follows for those who do not stay. */
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/duty.h"
#include "desk/participant.h"
#include "desk/routing.h"

#include <stdlib.h>
#include <string.h>

/* Whom and what the configuration does not name any more. */
struct leaving {
    struct agent **agents;
    size_t agent_count;
    struct department **departments;
    size_t department_count;
};

static bool is_named(const struct desk_config *config, const char *department)
{
    for (size_t i = 0; i < config->department_count; i++) {
        if (text_equal(config->departments[i].id, department)) {
            return true;
        }
    }
    return false;
}

/* That it serves, or whose conversation has its address. */
static bool has_open_chats(const struct desk *d, const struct department *p)
{
    if (p->waiting + p->active > 0) {
        return true;
    }
    list_for_each (struct chat, c, &d->chats, link) {
        if (c->address == p && chat_is_open(c)) {
            return true;
        }
    }
    return false;
}

bool desk_may_configure(const struct desk *d, const struct desk_config *config,
                        struct department_view *busy)
{
    for (size_t i = 0; i < d->department_count; i++) {
        const struct department *p = d->departments[i];
        if (!is_named(config, p->id) && has_open_chats(d, p)) {
            department_view(p, busy);
            return false;
        }
    }
    return true;
}

/* ---- the lists ---- */

static void install_agents(struct desk *d, const struct desk_config *config, struct leaving *out)
{
    struct map *before = d->agent_by_jid;
    size_t at = 0;
    const char *jid;
    void *agent;

    free(d->agents);
    d->agent_by_jid = map_create();
    d->agent_count = config->agent_count;
    d->agents = mem_array(config->agent_count + 1, sizeof *d->agents);
    for (size_t i = 0; i < config->agent_count; i++) {
        struct agent *a = map_remove(before, config->agents[i].jid);
        if (a == NULL) {
            a = agent_create(&config->agents[i]);
        } else {
            agent_configure(a, &config->agents[i]);
        }
        d->agents[i] = a;
        map_set(d->agent_by_jid, a->jid, a);
    }
    out->agents = mem_array(map_count(before) + 1, sizeof *out->agents);
    while (map_next(before, &at, &jid, &agent)) {
        out->agents[out->agent_count++] = agent;
    }
    map_destroy(before);
}

/* NULL: none is named so, or asked for. */
static struct department *find_named(struct department *const *departments, size_t count,
                                     const char *id)
{
    for (size_t i = 0; id != NULL && i < count; i++) {
        if (text_equal(departments[i]->id, id)) {
            return departments[i];
        }
    }
    return NULL;
}

static void install_departments(struct desk *d, time_ms now, const struct desk_config *config,
                                struct leaving *out)
{
    struct department **named = mem_array(config->department_count + 1, sizeof *named);

    for (size_t i = 0; i < config->department_count; i++) {
        struct department *before = desk_find_department(d, config->departments[i].id);
        named[i] = before != NULL ? before : department_create(config->departments[i].id);
        department_configure(named[i], &config->departments[i], d->agent_by_jid);
        if (before == NULL) {
            department_follow_hours(named[i], now);
            department_view(named[i], &named[i]->told);
        }
    }
    for (size_t i = 0; i < config->department_count; i++) {
        named[i]->overflow =
            find_named(named, config->department_count, config->departments[i].overflow_to);
    }
    out->departments = mem_array(d->department_count + 1, sizeof *out->departments);
    for (size_t i = 0; i < d->department_count; i++) {
        if (!is_named(config, d->departments[i]->id)) {
            out->departments[out->department_count++] = d->departments[i];
        }
    }
    free(d->departments);
    d->departments = named;
    d->department_count = config->department_count;
}

/* ---- what follows ---- */

/* A closed chat does not linger any longer. */
static void retire(struct desk *d, struct chat *c)
{
    struct agent *owner = c->owner;
    struct visitor *v = c->visitor;

    desk_retire(d, c);
    if (owner != NULL) {
        desk_settle_contact(d, owner, v);
    }
    desk_drop_if_idle(d, v);
}

static void dismiss_agent(struct desk *d, time_ms now, struct agent *a)
{
    log_info("agent: taken out of the configuration chats=%u", a->active);
    list_for_each_safe (struct participant, p, &a->participations, agent_link) {
        d->agent_ports->notice(d->agent_ports->ctx, a->jid, p->chat->visitor->record.id,
                               NOTICE_DISMISSED, "");
        participant_leave(d, p->chat, a);
    }
    list_for_each_safe (struct chat, c, &a->chats, owner_link) {
        if (c->state == CHAT_ACTIVE) {
            desk_lose_owner(d, now, c, NOTICE_DISMISSED);
        } else {
            retire(d, c);
        }
    }
    if (a->duty != 0) {
        storage_drop_duty(d->storage, a->jid);
    }
    browsing_follow_agent(d, a);
    d->agent_ports->dismissed(d->agent_ports->ctx, a->jid);
    agent_destroy(a);
}

static void close_department(struct desk *d, const struct department *p)
{
    list_for_each_safe (struct chat, c, &d->chats, link) {
        if (c->department == p || c->address == p) {
            retire(d, c); /* none is open: desk_may_configure */
        }
    }
}

static void follow(struct desk *d, time_ms now, const struct leaving *leaving)
{
    routing_dismiss(d);
    transfer_dismiss(d);
    participant_dismiss(d);
    for (size_t i = 0; i < leaving->agent_count; i++) {
        dismiss_agent(d, now, leaving->agents[i]);
    }
    browsing_review(d);
    for (size_t i = 0; i < leaving->department_count; i++) {
        close_department(d, leaving->departments[i]);
        department_destroy(leaving->departments[i]);
    }
}

static void end_browsing(struct desk *d, const struct desk_config *config)
{
    for (size_t i = 0; i < d->department_count; i++) {
        if (!is_named(config, d->departments[i]->id)) {
            browsing_close(d, d->departments[i]);
        }
    }
}

void desk_configure(struct desk *d, time_ms now, const struct desk_config *config)
{
    struct leaving leaving = {.agents = NULL};
    struct department_view busy;

    if (!desk_may_configure(d, config, &busy)) {
        BUG("desk: department %s cannot go, it has open chats", busy.id);
    }
    desk_pass(d, now);
    d->config = *config;
    d->config.agents = NULL;
    d->config.departments = NULL;
    d->config.forms = NULL;
    d->config.masks = NULL;
    memset(d->config.people, 0, sizeof d->config.people);
    roles_configure(&d->roles, config->people);
    desk_install_forms(d, config->forms, config->form_count);
    mails_configure(d);
    desk_install_masks(d, config->masks, config->mask_count);
    end_browsing(d, config);
    install_agents(d, config, &leaving);
    install_departments(d, now, config, &leaving);
    follow(d, now, &leaving);
    duty_review(d, now);
    free(leaving.agents);
    free(leaving.departments);
    d->unsettled = true;
    desk_settle(d, now);
}
