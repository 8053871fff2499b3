/* The story's life, and what happens in it. What must have been told: story_expect.c. */
#include "story.h"

#include "base/calendar.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/zone.h"
#include "desk/desk_state.h"
#include "story_load.h"
#include "story_state.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- names ---- */

const char *jid_of(struct story *s, const char *agent)
{
    char *jid = s->names[s->next_name++ % STORY_NAMES];

    snprintf(jid, STORY_NAME_SIZE, "%s@example.org", agent);
    return jid;
}

const char *id_of(struct story *s, const char *visitor)
{
    char *id = s->names[s->next_name++ % STORY_NAMES];

    snprintf(id, STORY_NAME_SIZE, "visitor-%s", visitor);
    return id;
}

const char *shown_as(struct story *s, const char *agent)
{
    char *name = s->names[s->next_name++ % STORY_NAMES];

    snprintf(name, STORY_NAME_SIZE, "%s", agent);
    name[0] = (char)toupper((unsigned char)name[0]);
    return name;
}

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

static void on_log(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

struct story *story_create(void)
{
    struct story *s = mem_alloc(sizeof *s);
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;

    log_set_sink(on_log, NULL);
    s->now = 1767607200000; /* 2026-01-05T10:00:00Z */
    s->contacts = map_create();
    s->storage = storage_open("memory:", &calls, &error);
    assert_non_null(s->storage);
    story_connect(s);
    s->config = (struct desk_config){
        .agents = s->agents,
        .departments = s->departments,
        .agent_grace_ms = AGENT_GRACE,
        .transfer_ms = TRANSFER,
        .leave_ms = LEAVE,
        .visitor_grace_ms = VISITOR_GRACE,
        .linger_ms = LINGER,
        .idle_ms = IDLE,
        .max_queue = 100,
        .max_visitors = 100,
    };
    return s;
}

void has_agent(struct story *s, const char *agent, unsigned capacity)
{
    assert_true(s->config.agent_count < STORY_AGENTS);
    s->agents[s->config.agent_count++] = (struct desk_agent_config){
        .jid = mem_dup(jid_of(s, agent)),
        .name = mem_dup(shown_as(s, agent)),
        .capacity = capacity,
    };
}

void has_department(struct story *s, const char *id, const char *agents)
{
    struct desk_department_config *p = &s->departments[s->config.department_count];
    const char **members = s->members[s->config.department_count++];
    char *words = mem_dup(agents);
    char *rest = words;

    assert_true(s->config.department_count <= STORY_DEPARTMENTS);
    *p = (struct desk_department_config){.id = id, .name = id, .agents = members};
    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        members[p->agent_count++] = mem_dup(jid_of(s, word));
    }
    free(words);
}

void asks_for(struct story *s, enum form_field name, enum form_field email)
{
    s->departments[s->config.department_count - 1].form_name = name;
    s->departments[s->config.department_count - 1].form_email = email;
}

void forget_role(struct story *s, enum role role)
{
    struct desk_people *people = &s->config.people[role];

    while (people->count > 0) {
        free((char *)(uintptr_t)s->people[role][--people->count]);
    }
}

void has_role(struct story *s, enum role role, const char *who)
{
    struct desk_people *people = &s->config.people[role];
    char *words = mem_dup(who);
    char *rest = words[0] != '\0' ? words : NULL;

    forget_role(s, role);
    people->jids = s->people[role];
    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        s->people[role][people->count++] = mem_dup(jid_of(s, word));
    }
    free(words);
}

void has_answer_time(struct story *s, const char *supervisors)
{
    s->config.answer_ms = ANSWER;
    has_role(s, ROLE_SUPERVISOR, supervisors);
}

void has_offer_time(struct story *s, time_ms ms)
{
    s->config.offer_ms = ms;
}

void says_on(struct story *s)
{
    s->agents[s->config.agent_count - 1].says_on = true;
}

void shows_status(struct story *s)
{
    s->agents[s->config.agent_count - 1].shows_status = true;
}

void has_limits(struct story *s, size_t max_queue, size_t max_visitors)
{
    s->config.max_queue = max_queue;
    s->config.max_visitors = max_visitors;
}

void story_begins(struct story *s)
{
    s->desk = desk_create(&s->config, s->storage, &s->agent_ports, &s->visitor_ports);
    desk_start(s->desk, s->now);
    story_turn(s);
}

struct story *story_of_sales(void)
{
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    return s;
}

void chat_goes_on(struct story *s, const char *agent, const char *visitor)
{
    agent_is(s, agent, AVAILABILITY_FREE);
    visitor_says(s, visitor, "hello?");
    agent_says(s, agent, visitor, "hi");
    forget_what_was_told(s);
}

struct story *story_of_a_chat(void)
{
    struct story *s = story_of_sales();

    chat_goes_on(s, "bob", "ann");
    return s;
}

void story_ends(struct story *s)
{
    story_turn(s);
    expect_nothing(s);
    forget_what_was_told(s);
    desk_destroy(s->desk);
    storage_close(s->storage);
    map_destroy(s->contacts);
    for (size_t i = 0; i < s->config.agent_count; i++) {
        free((char *)(uintptr_t)s->agents[i].jid);
        free((char *)(uintptr_t)s->agents[i].name);
    }
    for (size_t i = 0; i < s->config.department_count; i++) {
        for (size_t k = 0; k < s->departments[i].agent_count; k++) {
            free((char *)(uintptr_t)s->members[i][k]);
        }
    }
    for (int role = 0; role < ROLE_COUNT; role++) {
        forget_role(s, (enum role)role);
    }
    for (size_t i = 0; i < s->calendar_count; i++) {
        calendar_destroy(s->calendars[i]);
    }
    free(s->told);
    for (size_t i = 0; i < s->look_count; i++) {
        free(s->looks[i].agent);
        free(s->looks[i].department);
    }
    free(s);
    log_set_sink(NULL, NULL);
}

struct desk *desk_of(struct story *s)
{
    return s->desk;
}

struct storage *storage_of(struct story *s)
{
    return s->storage;
}

time_ms now_of(const struct story *s)
{
    return s->now;
}

void story_turn(struct story *s)
{
    desk_verify(s->desk);
    storage_seal(s->storage);
    storage_dispatch(s->storage);
    story_compare(s);
}

/* ---- what happens ---- */

void pass_time(struct story *s, time_ms ms)
{
    for (time_ms end = s->now + ms; s->now < end;) {
        s->now += end - s->now < SECOND ? end - s->now : SECOND;
        desk_tick(s->desk, s->now);
        desk_verify(s->desk);
    }
    story_turn(s);
}

void clock_jumps(struct story *s, time_ms ms)
{
    s->now += ms;
    desk_tick(s->desk, s->now);
    story_turn(s);
}

void desk_restarts(struct story *s)
{
    story_turn(s);
    desk_destroy(s->desk);
    map_destroy(s->contacts);
    s->contacts = map_create();
    s->desk = desk_create(&s->config, s->storage, &s->agent_ports, &s->visitor_ports);
    assert_true(story_load(s->storage, s->desk));
    desk_start(s->desk, s->now);
    story_turn(s);
}

void configuration_loses_the_last_agent_and_department(struct story *s)
{
    struct desk_agent_config *agent = &s->agents[--s->config.agent_count];
    struct desk_department_config *p = &s->departments[--s->config.department_count];

    for (size_t i = 0; i < p->agent_count; i++) {
        free((char *)(uintptr_t)p->agents[i]);
    }
    free((char *)(uintptr_t)agent->jid);
    free((char *)(uintptr_t)agent->name);
}

void agent_duty(struct story *s, const char *agent, enum duty_state state, time_ms pause)
{
    assert_int_equal(
        desk_agent_duty(s->desk, s->now, jid_of(s, agent), state, pause != 0 ? s->now + pause : 0),
        DESK_OK);
    story_turn(s);
}

void agent_is_heard(struct story *s, const char *agent)
{
    desk_agent_spoke(s->desk, s->now, jid_of(s, agent));
    story_turn(s);
}

void agent_misses_an_offer(struct story *s, const char *agent)
{
    agent_missed_offer(desk_find_agent(s->desk, jid_of(s, agent)));
    pass_time(s, SECOND);
}

void agent_is(struct story *s, const char *agent, enum availability availability)
{
    desk_agent_available(s->desk, s->now, jid_of(s, agent), availability);
    story_turn(s);
}

enum desk_result agent_tries(struct story *s, const char *agent, const char *visitor,
                             const char *id, const char *text)
{
    enum desk_result result = desk_agent_say(s->desk, s->now, jid_of(s, agent), id_of(s, visitor),
                                             id, text, &s->sequence);

    story_turn(s);
    return result;
}

void agent_says(struct story *s, const char *agent, const char *visitor, const char *text)
{
    char id[24];

    snprintf(id, sizeof id, "a%u", ++s->ids);
    assert_int_equal(agent_tries(s, agent, visitor, id, text), DESK_OK);
}

void agent_declines(struct story *s, const char *agent, const char *visitor)
{
    assert_int_equal(desk_agent_decline(s->desk, s->now, jid_of(s, agent), id_of(s, visitor)),
                     DESK_OK);
    story_turn(s);
}

void agent_ends(struct story *s, const char *agent, const char *visitor)
{
    assert_int_equal(desk_agent_end(s->desk, s->now, jid_of(s, agent), id_of(s, visitor), ""),
                     DESK_OK);
    story_turn(s);
}

void prioritises(struct story *s, const char *agent, const char *visitor,
                 enum chat_priority priority)
{
    assert_int_equal(
        desk_agent_prioritise(s->desk, s->now, jid_of(s, agent), id_of(s, visitor), priority),
        DESK_OK);
    story_turn(s);
}

static struct visitor_record record_of(const struct story *s, const char *id)
{
    return (struct visitor_record){
        .id = id,
        .site = "default",
        .jid = id,
        .name = "",
        .email = "",
        .language = "en",
        .zone = "Europe/Berlin",
        .browser = "",
        .page_url = "https://shop.example/",
        .page_title = "Shop",
        .referrer = "",
        .only_agent = "",
        .first_seen = s->now,
        .last_seen = s->now,
    };
}

static void arrive(struct story *s, const struct visitor_record *record)
{
    assert_int_equal(desk_visitor_arrive(s->desk, s->now, record, NULL, 0), DESK_OK);
    desk_visitor_online(s->desk, s->now, record->id, true);
    story_turn(s);
}

void visitor_arrives(struct story *s, const char *visitor)
{
    const struct visitor_record record = record_of(s, id_of(s, visitor));

    arrive(s, &record);
}

void visitor_comes_from(struct story *s, const char *visitor, const char *language,
                        const char *email, const char *page)
{
    struct visitor_record record = record_of(s, id_of(s, visitor));

    record.language = language != NULL ? language : record.language;
    record.email = email != NULL ? email : record.email;
    record.page_url = page != NULL ? page : record.page_url;
    arrive(s, &record);
}

void visitor_leaves(struct story *s, const char *visitor)
{
    desk_visitor_online(s->desk, s->now, id_of(s, visitor), false);
    story_turn(s);
}

static void on_found(void *ctx, const struct visitor_answer *answer)
{
    struct story *s = ctx;

    assert_non_null(answer->visitor);
    assert_int_equal(
        desk_visitor_arrive(s->desk, s->now, answer->visitor, answer->recent, answer->recent_count),
        DESK_OK);
    desk_visitor_tickets(s->desk, answer->visitor->id, answer->tickets, answer->ticket_count);
}

void visitor_returns(struct story *s, const char *visitor)
{
    struct visitor_view view;

    if (!desk_visitor(s->desk, id_of(s, visitor), &view)) {
        storage_find_visitor(s->storage, "default", NULL, id_of(s, visitor), on_found, s);
        storage_dispatch(s->storage);
    }
    assert_true(desk_visitor(s->desk, id_of(s, visitor), &view));
    desk_visitor_online(s->desk, s->now, id_of(s, visitor), true);
    story_turn(s);
}

enum desk_result visitor_tries(struct story *s, const char *visitor, const char *department,
                               const char *id, const char *text)
{
    struct visitor_view view;

    if (!desk_visitor(s->desk, id_of(s, visitor), &view)) {
        visitor_arrives(s, visitor);
    }
    enum desk_result result =
        desk_visitor_say(s->desk, s->now, id_of(s, visitor), department, id, text, &s->sequence);
    story_turn(s);
    return result;
}

void visitor_says_to(struct story *s, const char *department, const char *visitor, const char *text)
{
    char id[24];

    snprintf(id, sizeof id, "m%u", ++s->ids);
    assert_int_equal(visitor_tries(s, visitor, department, id, text), DESK_OK);
    expect_own_line(s, visitor, text);
}

void visitor_says(struct story *s, const char *visitor, const char *text)
{
    visitor_says_to(s, s->departments[0].id, visitor, text);
}

void visitor_ends(struct story *s, const char *visitor)
{
    assert_int_equal(desk_visitor_end(s->desk, s->now, id_of(s, visitor)), DESK_OK);
    story_turn(s);
}

int64_t last_entry(struct story *s, const char *visitor)
{
    struct chat_view view;

    assert_true(desk_chat(s->desk, id_of(s, visitor), &view));
    return view.last_entry;
}
