#include "story_walk.h"

#include "base/calendar.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/zone.h"
#include "desk/desk_state.h"
#include "story_load.h"
#include "story_walk_state.h"

#include <stdio.h>
#include <stdlib.h>

const char *const walk_agents[AGENTS] = {"a0@example.org", "a1@example.org", "a2@example.org",
                                         "a3@example.org"};
const char *const walk_supervisors[] = {"boss@example.org", "a1@example.org"};
const char *const walk_departments[DEPARTMENTS] = {"sales", "support", "press"};
static const unsigned members[DEPARTMENTS] = {0x3, 0xE, 0x8}; /* bits of agents */
static const char *const skills[] = {"billing"};
static const char *const languages[] = {"de", "en"};
const char *const walk_tags[] = {"de-AT", "en", ""}; /* of visitors */
static const char *const asked_of[] = {"sales"};
static const struct desk_form forms[] = {
    {"one", "One", "form one\ntitle One\nfield one required text\nlabel L\n", NULL, 0},
    {"two", "Two", "form two\ntitle Two\nfield name optional text\nlabel N\n", asked_of, 1},
};
const char *const walk_pages[] = {"https://shop.example/", "https://shop.example/bill/7"};

static const struct desk_rule rules[DEPARTMENTS][2] = {
    {{.page = "/bill", .require = {.skill = "billing"}, .priority = PRIORITY_HIGH},
     {.language = "de", .prefer = {.language = "visitor"}}},
    {{.field = "one", .is = "x", .prefer = {.level = 2}},
     {.email = "big.example", .priority = PRIORITY_URGENT}},
    {{.language = "en", .require = {.level = 2}}, {.page = "/", .priority = PRIORITY_LOW}},
};

static const struct desk_service_level service_levels[] = {
    {.within = {5000, 3000, 20000}},
    {.priority = PRIORITY_HIGH, .within = {[TARGET_SOLUTION] = 9000}},
};

static const char *const wishes[] = {"repair", "refund"};
const struct own_field walk_own_fields[] = {
    {.name = "order", .label = "Order", .kind = OWN_NUMBER, .required = true},
    {.name = "wish", .label = "Wish", .kind = OWN_LIST, .options = wishes, .option_count = 2},
    {.name = "paid", .label = "Paid", .kind = OWN_BOOLEAN},
};

/* ---- life ---- */

static void on_commit(void *ctx, uint64_t batch)
{
    (void)ctx;
    (void)batch;
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

static struct desk_agent_config agent_of(unsigned i, uint8_t shape)
{
    return (struct desk_agent_config){.jid = walk_agents[i],
                                      .name = "Nina",
                                      .capacity = (unsigned)shape >> 2 * i & 3u,
                                      .says_on = i == 3,
                                      .level = 1 + i % 3,
                                      .skills = skills,
                                      .skill_count = i % 2,
                                      .languages = languages + i % 2,
                                      .language_count = i < 3 ? 1 : 0};
}

/* Ways, bounds, rules and overflow; mixed: some bits of both of what follows. */
static void route(struct desk_department_config *to, unsigned p, unsigned mixed)
{
    to->routing = (enum desk_routing)(mixed >> 2 * p & 3u);
    to->capacity = p == 1 ? mixed >> 3 & 3u : 0;
    to->max_queue = p == 1 ? 2 : 0;
    to->rules = rules[p];
    to->rule_count = (mixed & 0x40) != 0 ? 2 : p;
    to->overflow_ms = 6000;
    to->overflow_to = (mixed & 0x10u << p) != 0 ? walk_departments[p == 0 ? 1 : 0] : NULL;
}

/* there: bits of the agents that there are; without 0x10 there is no press. */
static void configure(struct walk *w, uint8_t shape, unsigned there)
{
    size_t agent_count = 0;

    for (unsigned i = 0; i < AGENTS; i++) {
        if ((there & 1u << i) != 0) {
            w->agents[agent_count++] = agent_of(i, shape);
        }
    }
    for (unsigned p = 0; p < DEPARTMENTS; p++) {
        struct desk_department_config *to = &w->departments[p];
        *to = (struct desk_department_config){
            .id = walk_departments[p], .name = walk_departments[p], .agents = w->members[p]};
        to->hours = p == 1 ? w->hours : NULL;
        to->call_ms = p < 2 ? 3000 : 0;
        to->form_name = p == 2 ? FORM_REQUIRED : FORM_OFF;
        to->tickets = (enum desk_tickets)p;
        to->max_browsing = (shape + there) % 3;
        to->rating = p < 2 ? (enum rating_scale)(RATING_STARS + p) : RATING_NONE;
        to->service_levels = service_levels;
        to->service_level_count = p < 2 ? 2 : 0;
        to->own_fields = walk_own_fields;
        to->own_field_count = p < 2 ? 1u + (shape + p) % 3 : 0;
        to->close_solved_ms = p < 2 ? 30000 : 0;
        to->left_is_ticket = to->tickets != TICKETS_NEVER && (shape + there) % 2 == 0;
        to->prechat = p == 1 && shape % 3 == 0 ? forms[0].text : NULL;
        to->consent = p == 0 && shape % 4 == 3 ? "I agree." : NULL;
        route(to, p, shape * 167u + there * 29u);
        for (unsigned i = 0; i < AGENTS; i++) {
            if ((there & members[p] & 1u << i) != 0) {
                w->members[p][to->agent_count++] = walk_agents[i];
            }
        }
    }
    w->config = (struct desk_config){
        .agents = w->agents,
        .agent_count = agent_count,
        .departments = w->departments,
        .department_count = (there & 0x10) != 0 ? DEPARTMENTS : DEPARTMENTS - 1,
        .forms = forms,
        .form_count = (there & 0x1) != 0 ? 2 : 1,
        .agent_grace_ms = 5000,
        .transfer_ms = 4000,
        .leave_ms = 10000,
        .visitor_grace_ms = 15000,
        .linger_ms = 20000,
        .idle_ms = 40000,
        .answer_ms = 4000,
        .people[ROLE_DISPATCHER] = {walk_supervisors, 2},
        .people[ROLE_SUPERVISOR] = {walk_supervisors, 2},
        .offer_ms = 3000,
        .max_queue = 3,
        .max_visitors = VISITORS - 1,
        .mail = {.is_on = shape % 8 != 5,
                 .unseen_ms = 5000,
                 .give_up_ms = 60000,
                 .max_waiting = 4,
                 .receipts_per_hour = 100,
                 .receipts_per_address = 50},
    };
}

struct walk *walk_create(uint8_t shape)
{
    struct walk *w = mem_alloc(sizeof *w);
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;

    walk_listen(w);
    w->now = 1767607200000;
    w->contacts = map_create();
    w->told = map_create();
    for (unsigned i = 0; i < VISITORS; i++) {
        snprintf(w->ids[i], sizeof w->ids[i], "visitor-v%u", i);
    }
    struct zone *zone = zone_load("UTC", &error);
    w->hours = calendar_create(zone);
    error = calendar_add_hours(w->hours, "mon-sun 08:00-10:01 10:03-22:00");
    if (error != NULL) {
        BUG("walk: %s", error);
    }
    configure(w, shape, 0x1F);
    w->storage = storage_open("memory:", &calls, &error);
    if (w->storage == NULL) {
        BUG("walk: %s", error);
    }
    w->desk = desk_create(&w->config, w->storage, &w->agent_ports, &w->visitor_ports);
    desk_start(w->desk, w->now);
    return w;
}

void walk_destroy(struct walk *w)
{
    desk_destroy(w->desk);
    storage_close(w->storage);
    map_destroy(w->contacts);
    map_destroy(w->told);
    calendar_destroy(w->hours);
    free(w);
}

const struct walk_counts *walk_counts(const struct walk *w)
{
    return &w->counts;
}

void walk_commit(struct walk *w)
{
    storage_seal(w->storage);
    storage_dispatch(w->storage);
}

/* ---- time and restarts ---- */

static void pass_time(struct walk *w, uint8_t seconds)
{
    static const unsigned all[] = {0, 1, 1, 1, 2, 6, 11, 25};

    for (unsigned i = all[seconds % 8]; i > 0; i--) {
        w->now += 1000;
        desk_tick(w->desk, w->now);
    }
    w->now += seconds;
}

static void restart(struct walk *w)
{
    walk_commit(w);
    walk_commit(w); /* what was done with the answers that came in the first */
    desk_destroy(w->desk);
    map_destroy(w->contacts);
    w->contacts = map_create();
    w->is_mailing = false;
    w->desk = desk_create(&w->config, w->storage, &w->agent_ports, &w->visitor_ports);
    story_load(w->storage, w->desk);
    desk_start(w->desk, w->now);
    w->counts.restarts++;
    for (unsigned i = 0; i < VISITORS; i++) {
        w->said[i].known_from = w->said[i].next;
    }
}

static void reconfigure(struct walk *w, uint8_t shape, unsigned there)
{
    struct department_view busy;

    configure(w, shape, there);
    if (!desk_may_configure(w->desk, &w->config, &busy)) {
        configure(w, shape, there | 0x10);
    }
    desk_configure(w->desk, w->now, &w->config);
    w->counts.configurations++;
}

void walk_step(struct walk *w, const uint8_t bytes[WALK_STEP])
{
    if (bytes[0] >= 254) {
        if (bytes[1] % 4 == 0) {
            restart(w);
        } else if (bytes[1] % 4 == 1) {
            reconfigure(w, bytes[2], bytes[3] | (unsigned)bytes[1] >> 2);
        } else if (bytes[1] % 16 == 2) {
            walk_erase(w, bytes[2] % VISITORS, bytes[3] % 4 == 0);
        } else {
            w->now += (int)(bytes[2] - 128) * 3600 * 1000LL; /* the clock jumps */
        }
    } else if (bytes[0] >= 192) {
        pass_time(w, bytes[3]);
        walk_mail(w, bytes[2]);
    } else if (bytes[0] >= 96) {
        walk_agent_step(w, bytes);
    } else {
        walk_visitor_step(w, bytes);
    }
    if (w->looks[0] != '\0') {
        desk_agent_heard_news(w->desk, w->looks, w->looked_at, w->now);
        w->looks[0] = '\0';
    }
    desk_verify(w->desk);
    if (++w->steps % COMMIT_STEPS == 0) {
        walk_commit(w);
    }
    if (w->steps % COMPARE_STEPS == 0) {
        walk_compare_tickets(w);
    }
}
