#include "desk/desk_questions.h"
#include "story_state.h"

#include "base/buf.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "xml/ns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- ports of the agents: written down ---- */

static void hear(struct story *s, const char *what, const char *text)
{
    assert_true(s->heard_count < sizeof s->heard / sizeof *s->heard);
    s->heard[s->heard_count++] = mem_print("%s:%s", what, text);
}

static void on_entry(void *ctx, const char *agent, const char *visitor,
                     const struct entry_record *e, bool again)
{
    (void)again;
    (void)agent;
    (void)visitor;
    hear(ctx, "entry", e->body);
}

static void on_notice(void *ctx, const char *agent, const char *visitor, enum agent_notice notice,
                      const char *text)
{
    struct story *s = ctx;

    (void)agent;
    (void)visitor;
    (void)text;
    s->absences += notice == NOTICE_ABSENT ? 1 : 0;
}

static void on_contact(void *ctx, const char *agent, const char *visitor, bool present)
{
    (void)ctx;
    (void)agent;
    (void)visitor;
    (void)present;
}

static void on_card(void *ctx, const char *visitor)
{
    (void)ctx;
    (void)visitor;
}

static void on_typing(void *ctx, const char *agent, const char *visitor, const char *state)
{
    (void)agent;
    (void)visitor;
    hear(ctx, "typing", state);
}

static void on_seen(void *ctx, const char *agent, const char *visitor, const char *sender_id,
                    enum entry_seen seen)
{
    (void)agent;
    (void)visitor;
    (void)seen;
    hear(ctx, "seen", sender_id);
}

static void on_department(void *ctx, const char *department)
{
    (void)ctx;
    (void)department;
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

static void on_news(void *ctx, const char *agent, const char *department, time_ms after)
{
    (void)ctx;
    (void)agent;
    (void)department;
    (void)after;
}

static void on_log(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

struct desk *story_desk(struct story *s)
{
    static const char *const OF_SALES[] = {NINA};
    static const char *const OF_HELP[] = {"otto@example.org"};
    static const char *const SUPERVISORS[] = {BOSS};
    static const struct desk_agent_config AGENTS[] = {
        {.jid = NINA, .name = "Nina", .capacity = 3},
        {.jid = "otto@example.org", .name = "Otto", .capacity = 3}};
    static const struct desk_department_config DEPARTMENTS[] = {
        {.id = "sales", .name = "Sales", .agents = OF_SALES, .agent_count = 1},
        {.id = "help",
         .name = "Help",
         .agents = OF_HELP,
         .agent_count = 1,
         .form_name = FORM_REQUIRED,
         .form_email = FORM_OPTIONAL},
    };
    static const struct desk_form FORMS[] = {
        {"return", "Return",
         "form return\ntitle Return\ninstructions For a label.\nfield order required text\n"
         "label Order\nfield why optional choice\nlabel Why?\noption small\noption broken\n"
         "field more optional lines\nlabel More\nfield email optional email\nlabel E-mail\n",
         NULL, 0}};
    const struct desk_config config = {
        .forms = FORMS,
        .form_count = 1,
        .agents = AGENTS,
        .agent_count = 2,
        .departments = DEPARTMENTS,
        .department_count = 2,
        .agent_grace_ms = MINUTE,
        .transfer_ms = MINUTE,
        .leave_ms = 10 * SECOND,
        .visitor_grace_ms = 2 * MINUTE,
        .linger_ms = 10 * MINUTE,
        .idle_ms = 30 * MINUTE,
        .people[ROLE_SUPERVISOR] = {SUPERVISORS, 1},
        .max_queue = 100,
        .max_visitors = s->max_visitors,
    };

    return desk_create(&config, s->storage, &s->agents, visitors_ports(s->visitors));
}

/* Of one alone, for sales. */
static const char *invitation(void *ctx, const char *id, const char *department, const char *site,
                              const char *language)
{
    (void)ctx;
    (void)site;
    return strcmp(id, "cart") == 0 && strcmp(department, "sales") == 0
               ? strcmp(language, "de") == 0 ? "Darf ich helfen?" : "May I help?"
               : NULL;
}

struct story *story_begins_with(enum visitors_xmpp xmpp, size_t max_visitors)
{
    struct story *s = mem_alloc(sizeof *s);
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;

    log_set_sink(on_log, NULL);
    fake_clock_start();
    s->storage = storage_open("memory:", &calls, &error);
    assert_non_null(s->storage);
    s->post = recorder_create();
    s->config = (struct visitors_config){.domain = "desk.example",
                                         .default_department = "sales",
                                         .xmpp = xmpp,
                                         .body_points = 5000,
                                         .body_bytes = 20000,
                                         .message_burst = 10,
                                         .invitation = invitation,
                                         .token_ms = 30LL * 24 * 60 * MINUTE};
    s->agents = (struct desk_agent_ports){
        .ctx = s,
        .entry = on_entry,
        .notice = on_notice,
        .contact = on_contact,
        .card = on_card,
        .typing = on_typing,
        .seen = on_seen,
        .department = on_department,
        .news = on_news,
    };
    s->max_visitors = max_visitors;
    s->outbox_config = (struct outbox_config){.domain = "desk.example", .max_rows = OUTBOX_MAX};
    s->server = "Prosody";
    story_start(s);
    return s;
}

struct story *story_begins(void)
{
    return story_begins_with(VISITORS_XMPP_LOCAL, 100);
}

void story_ends(struct story *s)
{
    story_turn(s);
    story_stop(s);
    storage_close(s->storage);
    for (size_t i = 0; i < s->tab_count; i++) {
        free(s->tabs[i].site);
        free(s->tabs[i].address);
    }
    for (size_t i = 0; i < s->heard_count; i++) {
        free(s->heard[i]);
    }
    free(s);
}

struct desk *desk_of(struct story *s)
{
    return s->desk;
}

struct storage *storage_of(struct story *s)
{
    return s->storage;
}

struct recorder *post_of(struct story *s)
{
    return s->post;
}

/* Reads wait for the batch of their turn; what their answers write is committed, too. */
void story_turn(struct story *s)
{
    for (int i = 0; i < 2; i++) {
        storage_seal(s->storage);
        storage_dispatch(s->storage);
    }
    recorder_commit(s->post);
    story_servers_answer(s);
    desk_verify(s->desk);
}

void seconds_pass(struct story *s, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++) {
        fake_clock_pass(SECOND);
        desk_tick(s->desk, clock_utc_ms());
        visitors_tick(s->visitors);
        outbox_tick(s->outbox);
    }
    story_turn(s);
}

/* ---- who is there ---- */

const char *a_tab_of(struct story *s, const char *site, const char *address)
{
    struct tab *t = &s->tabs[s->tab_count++];

    assert_true(s->tab_count <= TABS_MAX);
    snprintf(t->jid, sizeof t->jid, "tab%zu@desk.example/x%zu", s->tab_count, s->tab_count);
    t->site = mem_dup(site);
    t->address = mem_dup(address);
    return t->jid;
}

const char *a_tab(struct story *s)
{
    return a_tab_of(s, "default", "192.0.2.1");
}

void tab_closes(struct story *s, const char *tab)
{
    visitors_gone(s->visitors, tab);
    story_turn(s);
}

void nina_is(struct story *s, enum availability availability)
{
    desk_agent_available(s->desk, clock_utc_ms(), NINA, availability);
    story_turn(s);
}

/* ---- what happens ---- */

static const struct tab *tab_of(const struct story *s, const char *jid)
{
    for (size_t i = 0; i < s->tab_count; i++) {
        if (strcmp(s->tabs[i].jid, jid) == 0) {
            return &s->tabs[i];
        }
    }
    return NULL;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

void sends(struct story *s, const char *from, const char *xml)
{
    const struct tab *tab = tab_of(s, from);
    struct element *e = recorder_read(xml, tab != NULL ? NS_CLIENT : NS_COMPONENT);
    struct jid from_jid;
    struct jid to_jid;

    assert_true(jid_parse(&from_jid, from));
    assert_true(jid_parse(&to_jid, element_attr(e, "to")));
    visitors_receive(s->visitors, &(struct stanza){
                                      .kind = element_name(e)[0] == 'm'   ? STANZA_MESSAGE
                                              : element_name(e)[0] == 'p' ? STANZA_PRESENCE
                                                                          : STANZA_IQ,
                                      .type = or_empty(element_attr(e, "type")),
                                      .id = or_empty(element_attr(e, "id")),
                                      .from = &from_jid,
                                      .to = &to_jid,
                                      .element = e,
                                      .gateway = tab != NULL,
                                      .site = tab != NULL ? tab->site : "",
                                      .address = tab != NULL ? tab->address : "",
                                  });
    jid_finish(&from_jid);
    jid_finish(&to_jid);
    element_destroy(e);
    story_turn(s);
}

const char *checks_in(struct story *s, const char *from, const char *inside)
{
    char *xml = mem_print("<iq type='set' id='v%u' to='sales@desk.example'>"
                          "<visit xmlns='urn:tresen:visit:1'>%s</visit></iq>",
                          ++s->iqs, inside);
    char pattern[256];
    char *name = s->names[s->name_count++];

    assert_true(s->name_count <= NAMES_MAX);
    sends(s, from, xml);
    free(xml);
    snprintf(pattern, sizeof pattern, "<iq type='result' id='v%u' from='*' to='%s'><_/></iq>",
             s->iqs, from);
    const struct element *visit = element_first(expect(s, pattern));
    snprintf(name, sizeof *s->names, "%s", element_attr(visit, "visitor"));
    snprintf(s->token, sizeof s->token, "%s", element_child_text(visit, "token", NULL));
    return name;
}

void says_goodbye(struct story *s)
{
    visitors_goodbye(s->visitors);
    story_turn(s);
}

const char *token_of(const struct story *s)
{
    return s->token;
}

void nina_says(struct story *s, const char *visitor, const char *text)
{
    int64_t sequence;
    char id[16];

    snprintf(id, sizeof id, "n%u", ++s->iqs);
    assert_int_equal(desk_agent_say(s->desk, clock_utc_ms(), NINA, visitor, id, text, &sequence),
                     DESK_OK);
    story_turn(s);
}

/* ---- what must have been sent ---- */

const struct element *expect(struct story *s, const char *pattern)
{
    const struct element *found = recorder_take(s->post, pattern);

    assert_non_null(found);
    return found;
}

void expect_nothing_like(struct story *s, const char *pattern)
{
    assert_null(recorder_find(s->post, pattern));
}

void expect_nothing(struct story *s)
{
    if (recorder_count(s->post) > 0) {
        recorder_print(s->post);
    }
    assert_int_equal(recorder_count(s->post), 0);
}

void forget(struct story *s)
{
    recorder_forget(s->post);
    for (size_t i = 0; i < s->heard_count; i++) {
        free(s->heard[i]);
    }
    s->heard_count = 0;
}

void expect_error(struct story *s, const char *kind, const char *id, const char *type,
                  const char *condition)
{
    char pattern[512];

    snprintf(pattern, sizeof pattern,
             "<%s from='*' to='*' type='error' id='%s' when='now'><error type='%s'>"
             "<%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><_/></error></%s>",
             kind, id, type, condition, kind);
    expect(s, pattern);
}

void expect_agents_heard(struct story *s, const char *what)
{
    assert_true(s->heard_count > 0);
    assert_string_equal(s->heard[0], what);
    free(s->heard[0]);
    s->heard_count--;
    memmove(s->heard, s->heard + 1, s->heard_count * sizeof *s->heard);
}

void expect_agents_heard_nothing(struct story *s)
{
    if (s->heard_count > 0) {
        print_error("agents heard %s\n", s->heard[0]);
    }
    assert_int_equal(s->heard_count, 0);
}
