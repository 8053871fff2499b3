#include "desk/department.h"

#include "base/calendar.h"
#include "base/log.h"
#include "base/mem.h"
#include "desk/question.h"

#include <stdlib.h>

struct department *department_create(const char *id)
{
    struct department *p = mem_alloc(sizeof *p);

    p->id = mem_dup(id);
    p->is_open = true;
    census_init(&p->counts);
    return p;
}

void department_destroy(struct department *p)
{
    free(p->id);
    free(p->name);
    free(p->agents);
    free(p->service_levels);
    free(p->consent);
    question_destroy(p->prechat);
    own_fields_destroy(p->own_fields);
    rules_destroy(p->rules, p->rule_count);
    free(p);
}

void department_configure(struct department *p, const struct desk_department_config *config,
                          const struct map *agents)
{
    mem_replace(&p->name, config->name);
    p->told.name = p->name;
    p->form_name = config->form_name;
    p->form_email = config->form_email;
    p->hours = config->hours;
    p->call_ms = config->call_ms;
    p->routing = config->routing;
    p->takes_no_files = config->takes_no_files;
    p->max_queue = config->max_queue;
    p->capacity = config->capacity;
    p->overflow_ms = config->overflow_ms;
    p->tickets = config->tickets;
    p->close_solved_ms = config->close_solved_ms;
    free(p->service_levels);
    p->service_level_count = config->service_level_count;
    p->service_levels = mem_array(p->service_level_count + 1, sizeof *p->service_levels);
    for (size_t i = 0; i < p->service_level_count; i++) {
        p->service_levels[i] = config->service_levels[i];
    }
    p->keeps_no_transcript = config->keeps_no_transcript;
    p->reopen_ms = config->reopen_ms;
    p->left_is_ticket = config->left_is_ticket;
    p->rating = config->rating;
    p->max_browsing = config->max_browsing;
    consent_configure(p, config->consent);
    prechat_configure(p, config->prechat);
    own_fields_destroy(p->own_fields);
    p->own_fields = own_fields_create(config->own_fields, config->own_field_count);
    rules_destroy(p->rules, p->rule_count);
    p->rules = rules_create(config->rules, config->rule_count);
    p->rule_count = config->rule_count;
    free(p->agents);
    p->agents = mem_array(config->agent_count + 1, sizeof *p->agents);
    p->agent_count = config->agent_count;
    for (size_t i = 0; i < config->agent_count; i++) {
        p->agents[i] = map_get(agents, config->agents[i]);
        if (p->agents[i] == NULL) {
            BUG("department %s: agent is not in the list of agents", p->id);
        }
    }
}

bool department_follow_hours(struct department *p, time_ms now)
{
    bool was_open = p->is_open;

    p->is_open = p->hours == NULL || calendar_is_open(p->hours, now);
    if (p->is_open != was_open) {
        log_info("department: %s %s", p->id, p->is_open ? "opens" : "closes");
    }
    return p->is_open != was_open;
}

bool department_has(const struct department *p, const struct agent *a)
{
    for (size_t i = 0; i < p->agent_count; i++) {
        if (p->agents[i] == a) {
            return true;
        }
    }
    return false;
}

bool department_has_room(const struct department *p, size_t promised)
{
    return p->capacity == 0 || p->active + promised < p->capacity;
}

bool department_may_ask(const struct department *p, uint64_t rules, const struct agent *a,
                        const struct visitor_record *v)
{
    return rules_are_met(p->rules, p->rule_count, rules, a, v);
}

bool department_somebody(const struct department *p, uint64_t rules, const struct visitor_record *v)
{
    for (size_t i = 0; i < p->agent_count; i++) {
        if (agent_is_there(p->agents[i]) && department_may_ask(p, rules, p->agents[i], v)) {
            return true;
        }
    }
    return false;
}

bool department_prefers(const struct department *p, uint64_t rules, const struct agent *a,
                        const struct visitor_record *v)
{
    return rules_are_preferred(p->rules, p->rule_count, rules, a, v);
}

enum department_state department_state(const struct department *p)
{
    enum department_state state = DEPARTMENT_NOBODY;

    for (size_t i = 0; p->is_open && i < p->agent_count; i++) {
        const struct agent *a = p->agents[i];
        enum department_state here = DEPARTMENT_NOBODY;
        if (agent_is_there(a)) {
            if (agent_open_seats(a) == 0 || !department_has_room(p, 0)) {
                here = DEPARTMENT_FULL;
            } else {
                here = a->availability == AVAILABILITY_FREE ? DEPARTMENT_OPEN : DEPARTMENT_AWAY;
            }
        }
        if (here > state) {
            state = here;
        }
    }
    return state;
}

void department_view(const struct department *p, struct department_view *out)
{
    size_t seats = 0;

    for (size_t i = 0; i < p->agent_count; i++) {
        if (agent_is_there(p->agents[i])) {
            seats += agent_open_seats(p->agents[i]);
        }
    }
    if (p->capacity != 0) {
        size_t room = p->active >= p->capacity ? 0 : p->capacity - p->active;
        seats = seats < room ? seats : room;
    }
    *out = (struct department_view){
        .id = p->id,
        .name = p->name,
        .state = department_state(p),
        .waiting = p->waiting,
        .left = p->left,
        .active = p->active,
        .free_seats = seats,
        .is_closed = !p->is_open,
        .takes_no_files = p->takes_no_files,
        .form_name = p->form_name,
        .form_email = p->form_email,
        .consent = p->consent,
        .left_is_ticket = p->left_is_ticket,
    };
}
