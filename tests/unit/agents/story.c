#include "story_state.h"

#include "base/log.h"
#include "base/mem.h"
#include "xml/ns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- ports of the visitors: not looked at here ---- */

static void on_entry(void *ctx, const char *visitor, const char *department,
                     const struct entry_record *e)
{
    (void)ctx;
    (void)visitor;
    (void)department;
    (void)e;
}

static void on_chat(void *ctx, const char *visitor, const struct chat_view *chat)
{
    (void)ctx;
    (void)visitor;
    (void)chat;
}

static void on_typing(void *ctx, const char *visitor, const char *department, const char *name,
                      const char *state)
{
    (void)ctx;
    (void)visitor;
    (void)department;
    (void)name;
    (void)state;
}

static void on_seen(void *ctx, const char *visitor, const char *department, const char *sender_id,
                    enum entry_seen seen)
{
    (void)ctx;
    (void)visitor;
    (void)department;
    (void)sender_id;
    (void)seen;
}

static void on_department(void *ctx, const char *department)
{
    (void)ctx;
    (void)department;
}

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

/* ---- life ---- */

/* without: of the agents, or NULL. */
static void configure(const char *without, const char *sales_name,
                      void (*use)(struct story *s, const struct desk_config *config),
                      struct story *s)
{
    static const char *const SUPERVISORS[] = {OTTO, BOSS};
    static const struct desk_agent_config ALL[] = {{.jid = NINA, .name = "Nina", .capacity = 2},
                                                   {.jid = OTTO, .name = "Otto", .capacity = 2},
                                                   {.jid = FRED, .name = "Fred", .capacity = 2}};
    const char *of_sales[2];
    const char *of_far[2];
    struct desk_agent_config agents[3];
    struct desk_department_config departments[] = {
        {.max_browsing = 2, .id = "sales", .name = sales_name, .agents = of_sales},
        {.id = "far", .name = "Far", .agents = of_far},
    };
    struct desk_config config = {
        .agents = agents,
        .departments = departments,
        .department_count = 2,
        .agent_grace_ms = MINUTE,
        .transfer_ms = MINUTE,
        .leave_ms = 10 * SECOND,
        .visitor_grace_ms = 2 * MINUTE,
        .linger_ms = 10 * MINUTE,
        .idle_ms = 30 * MINUTE,
        .max_queue = 100,
        .max_visitors = 100,
        .answer_ms = 2 * MINUTE,
        .people[ROLE_SUPERVISOR] = {SUPERVISORS, 2},
    };

    for (size_t i = 0; i < 3; i++) {
        if (without == NULL || strcmp(ALL[i].jid, without) != 0) {
            struct desk_department_config *p = &departments[i / 2];
            agents[config.agent_count++] = ALL[i];
            (i / 2 == 0 ? of_sales : of_far)[p->agent_count++] = ALL[i].jid;
        }
    }
    use(s, &config);
}

static void create(struct story *s, const struct desk_config *config)
{
    s->desk = desk_create(config, s->storage, agents_ports(s->agents), &s->visitors);
}

static void create_desk(struct story *s)
{
    configure(NULL, "Sales", create, s);
}

static void reconfigure(struct story *s, const struct desk_config *config)
{
    desk_configure(s->desk, clock_utc_ms(), config);
    agents_configure(s->agents, &s->config);
}

void is_configured(struct story *s, const char *without, const char *sales_name)
{
    configure(without, sales_name, reconfigure, s);
    story_turn(s);
}

void reads(struct story *s, const char *agent, enum language language)
{
    const struct agent_language chosen = {agent, language};

    s->config.languages = &chosen;
    s->config.language_count = 1;
    agents_configure(s->agents, &s->config);
    s->config.languages = NULL;
    s->config.language_count = 0;
    story_turn(s);
}

void has_slots(struct story *s, const char *agent, enum contacts_choice contacts, unsigned count)
{
    s->person = (struct agents_person){.jid = agent, .contacts = contacts, .slots = count};
    s->config.people = &s->person;
    s->config.person_count = 1;
    s->config.slot_rest_ms = 2 * MINUTE;
    s->config.doubt_ms = 0;
    s->config.slot_unread_ms = 60 * MINUTE;
    agents_configure(s->agents, &s->config);
}

void shows_face(struct story *s, const char *agent, bool agreed)
{
    s->person = (struct agents_person){.jid = agent, .shows_face = agreed};
    s->config.people = &s->person;
    s->config.person_count = 1;
    agents_configure(s->agents, &s->config);
}

static void load_counters(void *ctx, int64_t number, int64_t sequence, int64_t outbox)
{
    struct story *s = ctx;

    desk_load_counters(s->desk, number, sequence);
    outbox_load_counter(s->outbox, outbox);
}

static void load_visitor(void *ctx, const struct visitor_record *r)
{
    desk_load_visitor(((struct story *)ctx)->desk, r);
}

static void load_chat(void *ctx, const struct chat_record *r)
{
    desk_load_chat(((struct story *)ctx)->desk, r);
}

static void load_participant(void *ctx, const struct participant_record *r)
{
    desk_load_participant(((struct story *)ctx)->desk, r);
}

static void load_entry(void *ctx, const struct entry_record *r)
{
    desk_load_entry(((struct story *)ctx)->desk, r);
}

static void load_outbox(void *ctx, const struct outbox_record *r)
{
    outbox_load(((struct story *)ctx)->outbox, r);
}

static void load_contact(void *ctx, const struct contact_record *r)
{
    agents_load_contact(((struct story *)ctx)->agents, r);
}

static void load_slot(void *ctx, const struct slot_record *r)
{
    agents_load_slot(((struct story *)ctx)->agents, r);
}

static void start(struct story *s)
{
    s->outbox = outbox_create(&(struct outbox_config){.domain = "desk.example"}, s->storage,
                              recorder_post(s->post));
    s->agents = agents_create(&s->config, NULL, s->storage, s->outbox, recorder_post(s->post));
    create_desk(s);
    agents_connect(s->agents, s->desk);
    assert_true(storage_load(s->storage, &(struct storage_loader){.ctx = s,
                                                                  .counters = load_counters,
                                                                  .visitor = load_visitor,
                                                                  .chat = load_chat,
                                                                  .participant = load_participant,
                                                                  .entry = load_entry,
                                                                  .outbox = load_outbox,
                                                                  .contact = load_contact,
                                                                  .slot = load_slot}));
    desk_start(s->desk, clock_utc_ms());
    recorder_link(s->post, false);
}

struct story *story_before_the_link(void)
{
    struct story *s = mem_alloc(sizeof *s);
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;

    log_set_sink(on_log, NULL);
    fake_clock_start();
    s->server = "Prosody";
    s->storage = storage_open("memory:", &calls, &error);
    assert_non_null(s->storage);
    s->post = recorder_create();
    s->config = (struct agents_config){.domain = "desk.example",
                                       .body_points = 5000,
                                       .body_bytes = 20000,
                                       .doubt_ms = 20 * SECOND,
                                       .command_prefix = '!'};
    s->visitors = (struct desk_visitor_ports){.ctx = s,
                                              .entry = on_entry,
                                              .chat = on_chat,
                                              .typing = on_typing,
                                              .seen = on_seen,
                                              .department = on_department};
    start(s);
    return s;
}

struct story *story_begins(void)
{
    struct story *s = story_before_the_link();

    link_comes_up(s);
    forget(s);
    return s;
}

static void stop(struct story *s)
{
    recorder_link(s->post, false);
    outbox_link_down(s->outbox, false);
    agents_link_down(s->agents);
    recorder_answer_none(s->post);
    recorder_forget(s->post);
    agents_destroy(s->agents);
    outbox_destroy(s->outbox);
    desk_destroy(s->desk);
}

void story_ends(struct story *s)
{
    story_turn(s);
    stop(s);
    recorder_destroy(s->post);
    storage_close(s->storage);
    free(s);
}

void daemon_restarts(struct story *s)
{
    story_turn(s);
    stop(s);
    recorder_destroy(s->post); /* what waits for a commit is not called any more */
    s->post = recorder_create();
    start(s);
}

struct desk *desk_of(struct story *s)
{
    return s->desk;
}

struct agents *agents_of(struct story *s)
{
    return s->agents;
}

struct storage *storage_of(struct story *s)
{
    return s->storage;
}

struct recorder *post_of(struct story *s)
{
    return s->post;
}

void story_turn(struct story *s)
{
    size_t asked;

    do {
        storage_seal(s->storage);
        storage_dispatch(s->storage);
        recorder_commit(s->post);
        asked = recorder_questions(s->post);
        if (s->mood != ROSTER_SILENT) {
            rosters_answer(s, s->mood);
        }
    } while (recorder_questions(s->post) != asked);
    desk_verify(s->desk);
}

void seconds_pass(struct story *s, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++) {
        fake_clock_pass(SECOND);
        desk_tick(s->desk, clock_utc_ms());
        agents_tick(s->agents);
        outbox_tick(s->outbox);
        story_turn(s);
    }
}

/* ---- the server ---- */

void rosters(struct story *s, enum roster_mood mood)
{
    s->mood = mood;
}

/* Takes one question out and answers it; false: there is none such. */
static bool answer(struct story *s, const char *pattern, const char *type, const char *inside)
{
    const struct element *iq = recorder_find(s->post, pattern);

    if (iq == NULL) {
        return false;
    }
    char *id = mem_dup(element_attr(iq, "id"));
    char *reply = mem_print("<iq from='%s' to='desk.example' type='%s' id='%s'>%s</iq>",
                            element_attr(iq, "to"), type, id, inside);
    assert_true(recorder_answer(s->post, id, reply));
    free(reply);
    free(id);
    return true;
}

static const char *error_of(const char *condition)
{
    static char text[256];

    snprintf(text, sizeof text,
             "<error type='cancel'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
             condition);
    return text;
}

void rosters_answer(struct story *s, enum roster_mood mood)
{
    static const char NINAS[] = "<iq from='desk.example' to='nina@*' type='*' id='*'>"
                                "<query xmlns='jabber:iq:roster'><_/></query></iq>";
    static const char OTTOS[] = "<iq from='desk.example' to='otto@*' type='*' id='*'>"
                                "<query xmlns='jabber:iq:roster'><_/></query></iq>";
    static const char FREDS[] = "<iq from='desk.example' to='fred@*' type='*' id='*'>"
                                "<query xmlns='jabber:iq:roster'><_/></query></iq>";
    const char *type = mood == ROSTER_ACCEPTS ? "result" : "error";
    const char *inside = mood == ROSTER_ACCEPTS ? "" : error_of("forbidden");

    while (answer(s, NINAS, type, inside) || answer(s, OTTOS, type, inside) ||
           answer(s, FREDS, "error", error_of("service-unavailable"))) {
    }
}

void servers_are(struct story *s, const char *name)
{
    s->server = name;
}

void link_comes_up(struct story *s)
{
    char *version =
        mem_print("<query xmlns='jabber:iq:version'><name>%s</name></query>", s->server);

    recorder_link(s->post, true);
    agents_link_up(s->agents);
    outbox_link_up(s->outbox);
    story_turn(s);
    while (answer(s,
                  "<iq from='desk.example' to='*' type='get' id='*'>"
                  "<query xmlns='jabber:iq:version'/></iq>",
                  "result", version)) {
    }
    free(version);
    story_turn(s);
}

static void lose_link(struct story *s, bool offended)
{
    recorder_link(s->post, false);
    outbox_link_down(s->outbox, offended);
    agents_link_down(s->agents);
    recorder_answer_none(s->post);
    recorder_forget(s->post);
    story_turn(s);
}

void link_is_lost(struct story *s)
{
    lose_link(s, false);
}

void server_ends_link(struct story *s)
{
    lose_link(s, true);
}

static bool answer_fence(struct story *s, const char *domain, const char *type, const char *inside)
{
    char pattern[256];

    snprintf(pattern, sizeof pattern,
             "<iq from='desk.example' to='%s' type='get' id='*' when='held'>"
             "<ping xmlns='urn:xmpp:ping'/></iq>",
             domain);
    bool was_there = answer(s, pattern, type, inside);
    story_turn(s);
    return was_there;
}

bool fence_answers(struct story *s, const char *domain)
{
    return answer_fence(s, domain, "result", "");
}

bool fence_fails(struct story *s, const char *domain, const char *condition)
{
    if (condition != NULL) {
        return answer_fence(s, domain, "error", error_of(condition));
    }
    char pattern[256];
    snprintf(pattern, sizeof pattern,
             "<iq from='desk.example' to='%s' type='get' id='*'><ping xmlns='urn:xmpp:ping'/></iq>",
             domain);
    const struct element *iq = recorder_find(s->post, pattern);
    bool was_there = iq != NULL && recorder_answer(s->post, element_attr(iq, "id"), NULL);
    story_turn(s);
    return was_there;
}

size_t on_their_way(const struct story *s)
{
    return outbox_count(s->outbox);
}

void nobody_is_asked(struct story *s)
{
    s->config.doubt_ms = 0;
    agents_configure(s->agents, &s->config);
}
