/* lint: long because it is one driver, which the fuzz target includes whole. */
#include "story_walk.h"
#include "desk/desk_questions.h"
#include "desk/desk_tickets.h"

#include "base/calendar.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/zone.h"
#include "desk/desk_state.h"
#include "desk/identity.h"
#include "desk/related.h"
#include "desk/ticket_keeping.h"
#include "desk/unreached.h"
#include "story_load.h"
#include "story_rates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AGENTS = 4, DEPARTMENTS = 3, VISITORS = 8, IDS = 32, COMMIT_STEPS = 16 };
enum { TICKET_ACTS = 4 * COMMIT_STEPS, COMPARE_STEPS = 64 * COMMIT_STEPS };

static const char *const agents[AGENTS] = {"a0@example.org", "a1@example.org", "a2@example.org",
                                           "a3@example.org"};
static const char *const supervisors[] = {"boss@example.org", "a1@example.org"};
static const char *const departments[DEPARTMENTS] = {"sales", "support", "press"};
static const unsigned members[DEPARTMENTS] = {0x3, 0xE, 0x8}; /* bits of agents */
static const char *const skills[] = {"billing"};
static const char *const languages[] = {"de", "en"};
static const char *const tags[] = {"de-AT", "en", ""}; /* of visitors */
static const char *const asked_of[] = {"sales"};
static const struct desk_form forms[] = {
    {"one", "One", "form one\ntitle One\nfield one required text\nlabel L\n", NULL, 0},
    {"two", "Two", "form two\ntitle Two\nfield name optional text\nlabel N\n", asked_of, 1},
};
static const char *const pages[] = {"https://shop.example/", "https://shop.example/bill/7"};

static const struct desk_rule rules[DEPARTMENTS][2] = {
    {{.page = "/bill", .require = {.skill = "billing"}, .priority = PRIORITY_HIGH},
     {.language = "de", .prefer = {.language = "visitor"}}},
    {{.prefer = {.level = 2}}, {.email = "big.example", .priority = PRIORITY_URGENT}},
    {{.language = "en", .require = {.level = 2}}, {.page = "/", .priority = PRIORITY_LOW}},
};

static const struct desk_service_level service_levels[] = {
    {.within = {5000, 3000, 20000}},
    {.priority = PRIORITY_HIGH, .within = {[TARGET_SOLUTION] = 9000}},
};

static const char *const wishes[] = {"repair", "refund"};
static const struct own_field own_fields[] = {
    {.name = "order", .label = "Order", .kind = OWN_NUMBER, .required = true},
    {.name = "wish", .label = "Wish", .kind = OWN_LIST, .options = wishes, .option_count = 2},
    {.name = "paid", .label = "Paid", .kind = OWN_BOOLEAN},
};
static const char *const own_values[] = {"17", "refund", "yes", "", "18", "no"};

/* What an agent does to a ticket when it has been read. */
struct ticket_act {
    struct walk *walk;
    const char *agent;
    uint8_t which;
    uint8_t how;
    int64_t number;
};

/* The last IDS lines of a visitor: id number n is at n % IDS. */
struct said {
    unsigned next;
    unsigned known_from; /* ids before are not remembered by us: a restart came between */
    int64_t sequences[IDS];
};

struct walk {
    struct desk *desk;
    struct storage *storage;
    struct desk_agent_ports agent_ports;
    struct desk_visitor_ports visitor_ports;
    struct desk_config config;
    struct desk_agent_config agents[AGENTS];
    struct desk_department_config departments[DEPARTMENTS];
    const char *members[DEPARTMENTS][AGENTS];
    struct calendar *hours;
    struct map *contacts; /* "agent visitor" */
    struct said said[VISITORS];
    char ids[VISITORS][24];
    unsigned agent_lines;
    struct ticket_act ticket_acts[TICKET_ACTS]; /* those that wait for an answer, and older ones */
    unsigned next_ticket_act;
    char looks[40]; /* the last agent who is to hear news; "" nobody */
    char looked_at[20];
    struct mail_record mail; /* the one under way, if is_mailing */
    bool is_mailing;
    int64_t last_sequence;
    time_ms now;
    unsigned steps;
    struct walk_counts counts;
};

/* ---- what the ports are told ---- */

static bool has_contact(const struct walk *w, const char *agent, const char *visitor)
{
    char key[80];

    snprintf(key, sizeof key, "%s %s", agent, visitor);
    return map_get(w->contacts, key) != NULL;
}

static void must_have(const struct walk *w, const char *agent, const char *visitor)
{
    if (!has_contact(w, agent, visitor)) {
        BUG("walk: %s is told of %s without having the contact", agent, visitor);
    }
}

static void on_agent_entry(void *ctx, const char *agent, const char *visitor,
                           const struct entry_record *e, bool again)
{
    (void)again;
    must_have(ctx, agent, visitor);
    bool is_note = e->event[0] == '\0' || text_equal(e->event, "whisper");
    if ((e->kind == ENTRY_NOTICE && !desk_is_page_answer(e) && !desk_is_form_answer(e)) ||
        (e->kind == ENTRY_NOTE && !is_note)) {
        BUG("walk: an agent is told an entry that is no message");
    }
}

static void on_notice(void *ctx, const char *agent, const char *visitor, enum agent_notice notice,
                      const char *text)
{
    struct walk *w = ctx;

    (void)text;
    w->counts.withdrawn += notice == NOTICE_WITHDRAWN ? 1 : 0;
    w->counts.went_on += notice == NOTICE_WENT_ON ? 1 : 0;
    w->counts.reminders += notice == NOTICE_REMINDED ? 1 : 0;
    w->counts.dismissed += notice == NOTICE_DISMISSED ? 1 : 0;
    w->counts.returned += notice == NOTICE_RETURNED ? 1 : 0;
    w->counts.not_escalated += notice == NOTICE_LEVEL_RETURNED ? 1 : 0;
    if (notice != NOTICE_NOT_YOURS) {
        must_have(w, agent, visitor);
    }
}

static void on_contact(void *ctx, const char *agent, const char *visitor, bool present)
{
    struct walk *w = ctx;
    char key[80];

    if (has_contact(w, agent, visitor) == present) {
        BUG("walk: %s is told twice of the contact %s", agent, visitor);
    }
    snprintf(key, sizeof key, "%s %s", agent, visitor);
    if (present) {
        map_set(w->contacts, key, w);
    } else {
        map_remove(w->contacts, key);
    }
}

static void on_card(void *ctx, const char *visitor)
{
    (void)ctx;
    (void)visitor;
}

static void on_agent_typing(void *ctx, const char *agent, const char *visitor, const char *state)
{
    (void)state;
    must_have(ctx, agent, visitor);
}

static void on_agent_seen(void *ctx, const char *agent, const char *visitor, const char *sender_id,
                          enum entry_seen seen)
{
    (void)ctx;
    if (!text_equal(agent, "") && visitor[0] != '\0' && sender_id[0] != '\0' && seen != SEEN_NOT) {
        return;
    }
    BUG("walk: a mark for nobody's line");
}

static void on_department(void *ctx, const char *department)
{
    (void)ctx;
    (void)department;
}

static void on_report(void *ctx, const char *supervisor, const char *visitor, time_ms since)
{
    struct walk *w = ctx;
    struct chat_view chat;

    if (!desk_chat(w->desk, visitor, &chat) || chat.left || text_equal(chat.owner, supervisor)) {
        BUG("walk: %s is told of %s since %lld", supervisor, visitor, (long long)since);
    }
    w->counts.reports++;
}

/* Nothing of theirs may be left. */
static void on_dismissed(void *ctx, const char *agent)
{
    const struct walk *w = ctx;

    for (unsigned i = 0; i < VISITORS; i++) {
        if (has_contact(w, agent, w->ids[i])) {
            BUG("walk: %s is dismissed with the contact %s", agent, w->ids[i]);
        }
    }
}

static void on_ticket_line(void *ctx, const char *agent, const struct ticket_record *ticket,
                           const struct entry_record *e, bool begins)
{
    struct walk *w = ctx;

    if (!desk_is_agent(w->desk, agent) || !text_equal(ticket->owner, agent) ||
        (begins && e->by != BY_VISITOR) || text_equal(e->agent, agent)) {
        BUG("walk: %s hears of ticket %lld", agent, (long long)ticket->number);
    }
    w->counts.ticket_lines++;
}

static void on_ticket_seen(void *ctx, const char *agent, int64_t ticket, const char *sender_id,
                           enum entry_seen seen)
{
    (void)ctx;
    if (agent[0] == '\0' || sender_id[0] == '\0' || seen == SEEN_NOT) {
        BUG("walk: a line of ticket %lld was seen by nobody", (long long)ticket);
    }
}

/* Nothing is written here: the edge answers later. */
static void on_news(void *ctx, const char *agent, const char *department, time_ms after)
{
    struct walk *w = ctx;

    if (!desk_is_agent_of(w->desk, agent, department) || after < 0) {
        BUG("walk: %s is to hear news of %s", agent, department);
    }
    snprintf(w->looks, sizeof w->looks, "%s", agent);
    snprintf(w->looked_at, sizeof w->looked_at, "%s", department);
    w->counts.news++;
}

static void on_call(void *ctx, const char *agent, const char *department, enum agent_call call,
                    const char *visitor, const char *text)
{
    struct walk *w = ctx;

    bool is_for_supervisors = call > CALL_TICKET_DUE || call == CALL_TICKET_UNREACHED;
    bool may_be_told = desk_is_agent_of(w->desk, agent, department) ||
                       (call == CALL_RATED && desk_is_agent(w->desk, agent)) ||
                       (is_for_supervisors && desk_has_role(w->desk, agent, ROLE_SUPERVISOR));
    if (!may_be_told || text == NULL ||
        (call == CALL_WAITS || call == CALL_TAKEN || call == CALL_OVER || call == CALL_RATED) !=
            (visitor[0] != '\0')) {
        BUG("walk: %s is called by %s of '%s'", agent, department, visitor);
    }
    if (call >= CALL_TICKET_DUE && desk_ticket(w->desk, strtoll(text, NULL, 10)) == NULL) {
        BUG("walk: %s is told of ticket %s, which cannot be looked at", agent, text);
    }
    w->counts.ticket_calls += call >= CALL_TICKET_DUE ? 1 : 0;
    w->counts.calls += call == CALL_WAITS ? 1 : 0;
    w->counts.taken += call == CALL_TAKEN || call == CALL_OVER ? 1 : 0;
}

static void on_visitor_entry(void *ctx, const char *visitor, const char *department,
                             const struct entry_record *e)
{
    struct walk *w = ctx;

    (void)visitor;
    if (e->kind == ENTRY_NOTE) {
        BUG("walk: a visitor is told a note");
    }
    if (e->sequence <= w->last_sequence) {
        BUG("walk: entry %lld was told already", (long long)e->sequence);
    }
    w->last_sequence = e->sequence;
    if (e->kind == ENTRY_NOTICE) {
        w->counts.claims += text_equal(e->event, "joined") ? 1 : 0;
        w->counts.overflows +=
            text_equal(e->event, "joined") && !desk_is_agent_of(w->desk, e->agent, department) ? 1
                                                                                               : 0;
        w->counts.handed += text_equal(e->event, "transferred") ? 1 : 0;
        w->counts.losses += text_equal(e->event, "lost") ? 1 : 0;
        w->counts.left += text_equal(e->event, "left-message") ? 1 : 0;
        w->counts.closing += text_equal(e->event, "closing") ? 1 : 0;
        w->counts.closed += text_equal(e->event, "closed") ? 1 : 0;
        w->counts.steps_told += desk_step_name(e->event) != NULL ? 1 : 0;
    }
}

static void on_visitor_chat(void *ctx, const char *visitor, const struct chat_view *chat)
{
    (void)ctx;
    (void)visitor;
    if (chat->position == 0 || chat->state == CHAT_ACTIVE || chat->state == CHAT_CLOSED) {
        BUG("walk: a position that is none");
    }
}

static void on_visitor_typing(void *ctx, const char *visitor, const char *department,
                              const char *name, const char *state)
{
    (void)ctx;
    (void)visitor;
    (void)department;
    (void)name;
    (void)state;
}

static void on_visitor_seen(void *ctx, const char *visitor, const char *department,
                            const char *sender_id, enum entry_seen seen)
{
    (void)ctx;
    (void)visitor;
    (void)department;
    (void)sender_id;
    (void)seen;
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

static struct desk_agent_config agent_of(unsigned i, uint8_t shape)
{
    return (struct desk_agent_config){.jid = agents[i],
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
    to->overflow_to = (mixed & 0x10u << p) != 0 ? departments[p == 0 ? 1 : 0] : NULL;
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
            .id = departments[p], .name = departments[p], .agents = w->members[p]};
        to->hours = p == 1 ? w->hours : NULL;
        to->call_ms = p < 2 ? 3000 : 0;
        to->form_name = p == 2 ? FORM_REQUIRED : FORM_OFF;
        to->tickets = (enum desk_tickets)p;
        to->rating = p < 2 ? (enum rating_scale)(RATING_STARS + p) : RATING_NONE;
        to->service_levels = service_levels;
        to->service_level_count = p < 2 ? 2 : 0;
        to->own_fields = own_fields;
        to->own_field_count = p < 2 ? 1u + (shape + p) % 3 : 0;
        to->close_solved_ms = p < 2 ? 30000 : 0;
        to->left_is_ticket = to->tickets != TICKETS_NEVER && (shape + there) % 2 == 0;
        to->consent = p == 0 && shape % 4 == 3 ? "I agree." : NULL;
        route(to, p, shape * 167u + there * 29u);
        for (unsigned i = 0; i < AGENTS; i++) {
            if ((there & members[p] & 1u << i) != 0) {
                w->members[p][to->agent_count++] = agents[i];
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
        .people[ROLE_DISPATCHER] = {supervisors, 2},
        .people[ROLE_SUPERVISOR] = {supervisors, 2},
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

    w->agent_ports = (struct desk_agent_ports){w,
                                               on_agent_entry,
                                               on_notice,
                                               on_contact,
                                               on_card,
                                               on_agent_typing,
                                               on_agent_seen,
                                               on_department,
                                               on_report,
                                               on_dismissed,
                                               on_call,
                                               on_ticket_line,
                                               on_ticket_seen,
                                               on_news};
    w->visitor_ports = (struct desk_visitor_ports){
        w, on_visitor_entry, on_visitor_chat, on_visitor_typing, on_visitor_seen, on_department};
    w->now = 1767607200000;
    w->contacts = map_create();
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
    calendar_destroy(w->hours);
    free(w);
}

const struct walk_counts *walk_counts(const struct walk *w)
{
    return &w->counts;
}

static void commit(struct walk *w)
{
    storage_seal(w->storage);
    storage_dispatch(w->storage);
}

/* ---- the steps: what visitors do ---- */

static void on_found(void *ctx, const struct visitor_answer *answer)
{
    struct walk *w = ctx;

    if (answer->visitor != NULL) {
        desk_visitor_arrive(w->desk, w->now, answer->visitor, answer->recent, answer->recent_count);
        desk_visitor_tickets(w->desk, answer->visitor->id, answer->tickets, answer->ticket_count);
    }
}

static void arrive(struct walk *w, unsigned v)
{
    struct visitor_view view;
    const struct visitor_record record = {
        .id = w->ids[v],
        .site = "default",
        .jid = w->ids[v],
        .language = tags[v % 3],
        .page_url = pages[v % 2],
        .first_seen = w->now,
    };

    commit(w);
    storage_find_visitor(w->storage, "default", NULL, w->ids[v], on_found, w);
    commit(w);
    if (!desk_visitor(w->desk, w->ids[v], &view) &&
        desk_visitor_arrive(w->desk, w->now, &record, NULL, 0) != DESK_OK) {
        w->counts.refusals++;
        return;
    }
    desk_visitor_online(w->desk, w->now, w->ids[v], true);
}

/* Each visitor is one person at most: whom the website proved first. */
static void proves_who(struct walk *w, unsigned v, uint8_t which)
{
    static const struct desk_identity WHO[] = {{"4711", "name: Ada\nplan: gold\n", "Ada", ""},
                                               {"4712", "", "", "bob@example.org"}};
    const struct desk_identity *who = &WHO[which % 2];
    struct visitor_view view;
    bool was_somebody = desk_visitor(w->desk, w->ids[v], &view) && view.record->subject[0] != '\0';
    bool was_it = was_somebody && strcmp(view.record->subject, who->subject) == 0;
    enum desk_result result = desk_visitor_identify(w->desk, w->now, w->ids[v], who);

    bool must_be = was_it || !was_somebody;
    if (result != DESK_NOT_FOUND && result != (must_be ? DESK_OK : DESK_FORBIDDEN)) {
        BUG("walk: %s is two persons", w->ids[v]);
    }
}

/* The latest ticket of theirs; 0: none. */
static int64_t ticket_of(const struct walk *w, unsigned v)
{
    struct requested_view view;

    return desk_visitor_ticket(w->desk, w->ids[v], 0, &view) ? view.record->number : 0;
}

/* One of the last ids again, or a new one. */
static void visitor_says(struct walk *w, unsigned v, uint8_t which, uint8_t department)
{
    struct said *said = &w->said[v];
    unsigned back = which % 4 == 0 ? which / 4u % (IDS - 2) : 0;
    unsigned number = back <= said->next ? said->next - back : said->next;
    int64_t *known = &said->sequences[number % IDS];
    int64_t sequence = 0;
    char id[16];

    if (number == said->next) {
        *known = 0;
    }
    snprintf(id, sizeof id, "m%u", number);
    const struct desk_line line = {.sender_id = id,
                                   .body = "hello?",
                                   .ticket = department % 32 == 7 ? ticket_of(w, v) : 0,
                                   .new_chat = department % 16 < 14};
    enum desk_result result = desk_visitor_write(
        w->desk, w->now, w->ids[v], departments[department % DEPARTMENTS], &line, &sequence);
    if (result == DESK_REPEATED) {
        w->counts.repeats++;
        if (number >= said->known_from && sequence != *known) {
            BUG("walk: line %u is not that repeat", number);
        }
    } else if (result == DESK_OK) {
        if (number >= said->known_from && *known != 0) {
            BUG("walk: line %u is stored twice", number);
        }
        *known = sequence;
        said->next += number == said->next ? 1 : 0;
    } else {
        w->counts.refusals++;
    }
}

/* A line, in an open chat. */
static void sends_file(struct walk *w, const char *visitor)
{
    struct chat_view chat;
    int64_t sequence = 0;

    if (desk_visitor_send_file(w->desk, w->now, visitor, "", "a.png (1 kB)\nhttps://d.example/a",
                               &sequence) != DESK_OK) {
        return;
    }
    if (!desk_chat(w->desk, visitor, &chat) || chat.state == CHAT_CLOSED ||
        chat.last_entry != sequence ||
        desk_sent_file(desk_line(w->desk, visitor, sequence)) == NULL) {
        BUG("walk: a file that %s has sent is no line of an open chat", visitor);
    }
    w->counts.files++;
}

/* The chat that has just ended, or one of the last. */
static void rates(struct walk *w, const char *visitor, uint8_t how)
{
    struct chat_view chat;
    bool is_over = desk_chat(w->desk, visitor, &chat) && chat.state == CHAT_CLOSED;
    int64_t number = is_over && how % 8 != 7 ? chat.number : w->desk->last_number - how % 16;

    w->counts.ratings += story_rates(w->desk, w->storage, w->now, visitor, number, how);
}

static void visitor_step(struct walk *w, const uint8_t *bytes)
{
    unsigned v = bytes[1] % VISITORS;
    const char *id = w->ids[v];
    time_ms now = w->now;

    switch (bytes[0] % 8) {
    case 0:
        arrive(w, v);
        break;
    case 1:
        desk_visitor_online(w->desk, now, id, false);
        desk_visitor_bounced(w->desk, now, bytes[2] % 2 == 0 ? id : "visitor-nobody");
        break;
    case 2:
        if (bytes[3] % 2 == 0) {
            desk_visitor_end(w->desk, now, id);
            rates(w, id, bytes[2]);
        } else {
            desk_visitor_leave(w->desk, now, id);
        }
        break;
    case 3:
        desk_visitor_seen(w->desk, id, w->last_sequence - bytes[2] % 8 + 2,
                          (enum entry_seen)(bytes[3] % 3));
        break;
    case 4:
        desk_visitor_typing(w->desk, id, "composing");
        desk_visitor_form(w->desk, now, id, bytes[2] % 4 == 0 ? "Ann" : "",
                          bytes[2] % 4 == 1 ? "ann@eu.big.example" : "");
        desk_visitor_page(w->desk, now, id, pages[bytes[3] % 2], "Shop");
        if (bytes[2] % 4 == 2) {
            sends_file(w, id);
        } else if (bytes[2] % 4 == 3) {
            rates(w, id, bytes[3]);
        }
        if (bytes[2] % 8 == 3) {
            proves_who(w, v, bytes[3]);
        }
        break;
    default:
        visitor_says(w, v, bytes[2], bytes[3]);
        break;
    }
}

/* ---- what agents do ---- */

static void agent_says(struct walk *w, const char *agent, const char *visitor, uint8_t which)
{
    int64_t sequence = 0;
    char id[16];

    snprintf(id, sizeof id, "a%u", which % 8 == 0 ? w->agent_lines : ++w->agent_lines);
    enum desk_result result = desk_agent_say(w->desk, w->now, agent, visitor, id, "hi", &sequence);
    bool stored = result == DESK_OK || result == DESK_REPEATED || result == DESK_KEPT;
    if (stored != (sequence > 0)) {
        BUG("walk: result %d with sequence %lld", (int)result, (long long)sequence);
    }
}

static void agent_takes_or_leaves(struct walk *w, const char *agent, const char *visitor,
                                  uint8_t which)
{
    const char *next = NULL;
    struct chat_view own;

    if (desk_agent_chat(w->desk, agent, 0, &own) && which % 8 >= 2) {
        visitor = own.visitor;
    }
    switch (which % 8) {
    case 0:
        w->counts.takes += desk_agent_take(w->desk, w->now, agent, visitor) == DESK_OK;
        break;
    case 1:
        w->counts.takes += desk_agent_next(w->desk, w->now, agent, &next) == DESK_OK;
        break;
    case 2:
        w->counts.released += desk_agent_release(w->desk, w->now, agent, visitor) == DESK_OK;
        break;
    case 3:
    case 4:
    case 5:
        w->counts.held +=
            desk_agent_hold(w->desk, w->now, agent, visitor, which / 8 % 4) == DESK_OK;
        break;
    default:
        w->counts.resumed += desk_agent_resume(w->desk, w->now, agent, visitor) == DESK_OK;
        break;
    }
}

/* Nothing that follows depends on it, but the order and the numbers (desk_verify). */
static void keeps_answers(struct walk *w, const char *agent, uint8_t which)
{
    static const char *const words[] = {"hi", "bye", "a-1", "zzz"};
    const char *word = words[which % 4];
    const char *department = departments[which / 4u % DEPARTMENTS];
    enum canned_scope scope = (enum canned_scope)(which / 16u % 3 + 1);

    switch (which / 64u) {
    case 0:
        desk_canned_drop(w->desk, w->now, agent, department, scope, word);
        break;
    case 1:
        desk_canned_share(w->desk, w->now, agent, department, scope, word);
        break;
    default:
        desk_canned_put(w->desk, w->now, agent, department, scope, word, "text");
        break;
    }
}

/* An answer is to the last entry, which may be no offer, or one that was answered. */
static void offers_page(struct walk *w, const char *agent, const char *visitor, uint8_t which)
{
    struct chat_view chat;

    desk_agent_offer_page(w->desk, w->now, agent, visitor, which / 8 % 2 == 0 ? "look" : "",
                          pages[0]);
    if (which / 16 % 2 == 0 && desk_chat(w->desk, visitor, &chat)) {
        desk_visitor_answer_page(w->desk, w->now, visitor, chat.last_entry, which / 32 % 2 == 0);
    }
}

/* What was answered fits or does not, to the form that waits, to another line, or once more. */
static void asks(struct walk *w, const char *agent, const char *visitor, uint8_t which)
{
    const struct form_value value = {which % 64 < 32 ? "one" : "name", which % 32 == 0 ? "" : "x"};
    struct form_outcome out;

    if (which / 8 % 4 == 3) {
        desk_agent_unask(w->desk, w->now, agent, visitor);
        return;
    }
    desk_agent_ask(w->desk, w->now, agent, visitor, which / 8 % 2 == 0 ? "one" : "two", "");
    if (which / 16 % 2 == 0) {
        enum desk_result result = desk_visitor_answer_form(
            w->desk, w->now, visitor,
            &(struct form_answer){.line = which / 32 % 2 == 0 ? 0 : w->last_sequence,
                                  .sender_id = which / 64 % 2 == 0 ? "same" : "",
                                  .declined = which >= 192,
                                  .values = &value,
                                  .value_count = 1},
            &out);
        w->counts.forms += result == DESK_OK ? 1 : 0;
        free(out.wrong);
    }
}

static void agent_keeps(struct walk *w, const char *agent, const char *visitor, uint8_t which)
{
    static const char *const words[] = {"one", "two", "three", "name"};
    const char *word = words[which / 8 % 4];

    switch (which % 8) {
    case 0:
        if (which < 16) {
            desk_agent_block(w->desk, w->now, agent, visitor, 1, word);
        } else if (which < 200) {
            desk_agent_unblock(w->desk, agent, desk_block_of(w->desk, visitor));
        }
        desk_agent_note(w->desk, w->now, agent, visitor, word);
        break;
    case 1:
    case 2:
        desk_agent_tag(w->desk, w->now, agent, visitor, word, which % 8 == 1);
        break;
    case 3:
    case 4:
        desk_agent_correct(w->desk, w->now, agent, visitor, word, which % 8 == 3 ? word : "");
        break;
    case 5:
        offers_page(w, agent, visitor, which);
        break;
    case 6:
        asks(w, agent, visitor, which);
        break;
    default:
        desk_agent_follow(w->desk, agent, visitor, which / 8 % 2 == 1);
        break;
    }
}

/* Mostly a chat that somebody has, and its owner. */
static void find_owned(const struct walk *w, uint8_t from, const char **agent, const char **visitor)
{
    struct chat_view chat;

    for (unsigned i = 0; from % 8 != 7 && i < VISITORS; i++) {
        const char *id = w->ids[(from + i) % VISITORS];
        if (desk_chat(w->desk, id, &chat) && chat.state == CHAT_ACTIVE) {
            *visitor = id;
            *agent = from % 4 == 3 ? *agent : chat.owner;
            return;
        }
    }
}

static void hand(struct walk *w, const char *agent, const char *visitor, uint8_t how)
{
    const char *other = agents[how / 8 % AGENTS];
    enum desk_result result;

    switch (how % 8) {
    case 0:
        result = desk_agent_transfer(w->desk, w->now, agent, visitor, other, "", "");
        w->counts.transfers += result == DESK_OK ? 1 : 0;
        break;
    case 1:
        result = desk_agent_transfer(w->desk, w->now, agent, visitor, "",
                                     departments[how / 8 % DEPARTMENTS], "please");
        w->counts.transfers += result == DESK_OK ? 1 : 0;
        break;
    case 2:
        result = desk_agent_escalate(w->desk, w->now, agent, visitor, 1 + how / 8 % 3, "hard");
        w->counts.escalations += result == DESK_OK ? 1 : 0;
        break;
    case 3:
        desk_agent_invite(w->desk, w->now, agent, visitor, other, "look");
        break;
    case 4:
        result = desk_agent_join(w->desk, w->now, agent, visitor);
        w->counts.joins += result == DESK_OK ? 1 : 0;
        break;
    case 5:
        desk_agent_leave(w->desk, w->now, agent, visitor);
        break;
    case 6:
        desk_agent_whisper(w->desk, w->now, agent, visitor, "psst");
        break;
    default:
        desk_agent_available(w->desk, w->now, agent, (enum availability)(how / 8 % 5));
        break;
    }
}

/* With one of the other last tickets, if that is in memory. */
static enum desk_result relate(struct walk *w, const struct ticket_act *act)
{
    unsigned how = act->how;
    const struct ticket_split split = {"more", "of it"};
    const struct ticket_move move = {how % 3 == 0   ? "support"
                                     : how % 3 == 1 ? "sales"
                                                    : "",
                                     how % 3 == 2 ? 1 + how / 3 % 3 : 0, "",
                                     how % 2 == 0 ? "" : "hm"};
    int64_t other = w->desk->last_number - how / 4 % 8;
    int64_t made;

    switch (how % 4) {
    case 0:
        return desk_ticket_link(w->desk, w->now, act->agent, act->number, other, how % 8 != 4);
    case 1:
        return desk_ticket_merge(w->desk, w->now, act->agent, act->number, other, how % 8 == 1);
    case 2:
        return desk_ticket_move(w->desk, w->now, act->agent, act->number, &move);
    default:
        return how % 16 == 3
                   ? desk_ticket_split(w->desk, w->now, act->agent, act->number, &split, &made)
                   : DESK_REPEATED;
    }
}

static enum desk_result relates_tickets(struct walk *w, const struct ticket_act *act)
{
    enum desk_result done = relate(w, act);
    w->counts.tickets_related += done == DESK_OK;
    return done;
}

static enum desk_result keeps(struct walk *w, const struct ticket_act *act,
                              const struct chat_record *chat, unsigned how)
{
    if (how % 4 == 2) {
        return desk_set_own(w->desk, w->now, act->agent, chat, own_fields[how % 3].name,
                            own_values[how / 4 % 6]);
    }
    if (how % 4 == 3) {
        return desk_ticket_watch(w->desk, w->now, act->agent, act->number, how % 8 == 3);
    }
    return desk_spend(w->desk, w->now, act->agent, chat, (int)(how % 8) - 3, "");
}

static enum desk_result act_on_ticket(struct walk *w, const struct ticket_act *act,
                                      const struct chat_record *chat)
{
    static const char *const subjects[] = {"broken", "", "late"};
    unsigned how = act->which / 8u;
    int64_t sequence = 0;
    char id[24];

    switch (act->which % 16) {
    case 15:
        return relates_tickets(w, act);
    case 8:
    case 9:
        snprintf(id, sizeof id, "t%u", how % 4);
        return desk_ticket_say(w->desk, w->now, act->agent, act->number, id, subjects[how % 3],
                               &sequence);
    case 12:
        desk_ticket_returned(w->desk, w->now, act->number, w->last_sequence - how % 8);
        desk_ticket_unreached(w->desk, w->now, act->agent, act->number, w->last_sequence - how % 8);
        return desk_ticket_tag(w->desk, w->now, act->agent, chat, tags[how % 2], how / 2 % 2 == 0);
    case 13:
        return desk_ticket_prioritise(w->desk, w->now, act->agent, chat,
                                      (enum chat_priority)(PRIORITY_LOW + how % 4));
    case 10:
        return desk_ticket_take(w->desk, w->now, act->agent, act->number);
    case 11:
        desk_ticket_seen(w->desk, w->now, act->agent, act->number, w->last_sequence - how % 8,
                         SEEN_DISPLAYED);
        return desk_ticket_note(w->desk, w->now, act->agent, act->number, "hm");
    case 14:
        return keeps(w, act, chat, how);
    default:
        break;
    }
    switch (act->which % 8) {
    case 0:
    case 1:
        return desk_agent_convert(w->desk, w->now, act->agent, chat, 0);
    case 2:
    case 3:
        return desk_ticket_due(w->desk, w->now, act->agent, act->number,
                               how % 4 == 0 ? 0 : w->now + (time_ms)how * 10000);
    case 4:
        return desk_ticket_assign(w->desk, w->now, act->agent, act->number,
                                  how % 5 == 0 ? "" : agents[how % AGENTS]);
    case 5:
        return desk_ticket_subject(w->desk, w->now, act->agent, act->number, subjects[how % 3]);
    case 6:
        return desk_ticket_state(w->desk, w->now, act->agent, act->number,
                                 (enum ticket_state)(TICKET_NEW + how % 5));
    default:
        if (desk_ticket(w->desk, act->number) != NULL && how % 2 == 0) {
            ticket_spoke(w->desk, w->now, ticket_find(w->desk, act->number),
                         how % 4 == 0 ? BY_AGENT : BY_VISITOR);
        }
        desk_ticket_wake(w->desk, w->now, act->number);
        return DESK_REPEATED;
    }
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct ticket_act *act = ctx;
    struct walk *w = act->walk;

    desk_load_ticket(w->desk, act->number, answer->ticket);
    desk_load_ticket_lines(w->desk, act->number, answer->recent, answer->recent_count);
    desk_load_spent(w->desk, act->number, answer->spent);
    desk_load_related(w->desk, act->number, &answer->related);
    desk_load_own(w->desk, act->number, &answer->own);
    if (answer->chat != NULL && act_on_ticket(w, act, answer->chat) == DESK_OK) {
        w->counts.tickets += act->which % 16 < 2;
        w->counts.ticket_steps += act->which % 16 >= 2;
    }
    desk_verify(w->desk);
}

static void makes_by_hand(struct walk *w, const char *agent)
{
    char *visitor = mem_print("visitor-hand%lld", (long long)w->desk->last_number);
    const struct ticket_by_hand h = {visitor, "sales",  "Ada",      "",
                                     "030",   "Broken", "and more", "telephone"};
    int64_t number;

    desk_ticket_by_hand(w->desk, w->now, agent, &h, &number);
    desk_saved_put(w->desk, w->now, agent, "mine-too", "mine tag=x");
    desk_verify(w->desk);
    free(visitor);
}

/* One of the last chats; what was read is acted on steps later. */
static void works_on_ticket(struct walk *w, const char *agent, uint8_t which, uint8_t how)
{
    struct ticket_act *act = &w->ticket_acts[w->next_ticket_act++ % TICKET_ACTS];

    if (which % 32 == 30) {
        makes_by_hand(w, agent);
        return;
    }
    *act = (struct ticket_act){.walk = w,
                               .agent = which % 16 == 13 ? supervisors[0] : agent,
                               .which = which,
                               .how = how,
                               .number = w->desk->last_number - which / 4 % 8};
    desk_await_ticket(w->desk, act->number);
    storage_ticket(w->storage, act->number, on_ticket, act);
}

static void compare_own(const struct walk *w, const struct ticket *t, const struct own_records *own)
{
    for (size_t i = 0; t->knows_own && i < OWN_FIELDS; i++) {
        if (t->own.count != own->count ||
            (i < own->count && !text_equal(desk_own(w->desk, t->record.number, own->rows[i].field),
                                           own->rows[i].value))) {
            BUG("walk: ticket %lld has other fields", (long long)t->record.number);
        }
    }
}

static void compare_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct walk *w = ctx;
    const struct ticket_record *s = answer->ticket;
    const struct ticket_record *m =
        answer->chat != NULL ? desk_ticket(w->desk, answer->chat->number) : NULL;

    if (m == NULL) {
        return;
    }
    w->counts.tickets_compared++;
    if (s == NULL || s->state != m->state || s->due != m->due || s->level != m->level ||
        s->changed != m->changed || s->wake != m->wake || s->told != m->told ||
        s->overdue != m->overdue || s->last != m->last || s->last_by != m->last_by ||
        s->merged != m->merged || s->unreached != m->unreached ||
        !text_equal(s->watchers, m->watchers) || !text_equal(s->visitor, m->visitor) ||
        !text_equal(s->owner, m->owner) || !text_equal(s->subject, m->subject)) {
        BUG("walk: ticket %lld is stored otherwise", (long long)m->number);
    }
    const struct ticket *t = ticket_find(w->desk, m->number);
    if (answer->spent < 0 || (t->knows_spent && t->spent > answer->spent)) {
        BUG("walk: on ticket %lld %lld ms were spent", (long long)m->number,
            (long long)answer->spent);
    }
    compare_own(w, t, &answer->own);
    for (size_t i = 0; t->knows_links && i < TICKET_LINKS; i++) {
        if (t->link_count != answer->related.link_count ||
            (i < t->link_count && t->links[i] != answer->related.links[i])) {
            BUG("walk: ticket %lld is linked otherwise", (long long)m->number);
        }
    }
}

/* What is in memory is what is stored, whatever was read in between. */
static void compare_tickets(struct walk *w)
{
    commit(w); /* what is awaited is answered, and acts */
    list_for_each (struct ticket, t, &w->desk->tickets, link) {
        storage_ticket(w->storage, t->record.number, compare_ticket, w);
    }
    commit(w);
    story_compare_ratings(w->desk, w->storage);
}

static void agent_step(struct walk *w, const uint8_t *bytes)
{
    const char *agent = agents[bytes[1] % AGENTS];
    const char *visitor = w->ids[bytes[2] % VISITORS];
    char own[64]; /* the desk may forget its own */
    /* Mostly somebody whom the agent has heard of. */
    const char *contact = desk_agent_contact(w->desk, agent, bytes[2] % 3);
    if (contact != NULL && bytes[2] % 8 != 7) {
        snprintf(own, sizeof own, "%s", contact);
        visitor = own;
    }
    switch (bytes[0] % 8) {
    case 0:
    case 1:
        desk_agent_available(w->desk, w->now, agent, (enum availability)(bytes[3] % 5));
        break;
    case 2:
        desk_agent_decline(w->desk, w->now, agent, visitor);
        works_on_ticket(w, agent, bytes[3], bytes[2]);
        break;
    case 3:
        if (bytes[3] % 4 == 3) {
            w->counts.tickets +=
                desk_agent_end_with_ticket(w->desk, w->now, agent, visitor, "sold") == DESK_OK;
            break;
        }
        desk_agent_end(w->desk, w->now, agent, visitor, bytes[3] % 2 == 0 ? "" : "sold");
        break;
    case 4:
        desk_agent_seen(w->desk, agent, visitor, w->last_sequence - bytes[3] % 8 + 2,
                        SEEN_RECEIVED);
        desk_agent_typing(w->desk, agent, visitor, "composing");
        find_owned(w, bytes[2], &agent, &visitor);
        hand(w, agent, visitor, bytes[3]);
        desk_agent_spoke(w->desk, w->now, agent);
        desk_agent_prioritise(w->desk, w->now, bytes[3] % 8 == 0 ? supervisors[0] : agent, visitor,
                              (enum chat_priority)(1 + bytes[3] / 8 % 4));
        agent_keeps(w, agent, visitor, bytes[3]);
        break;
    case 5:
        if (bytes[3] >= 128) {
            desk_agent_duty(w->desk, w->now, agent,
                            bytes[3] % 4 < 2 ? DUTY_ON : (enum duty_state)(bytes[3] % 4),
                            bytes[3] % 8 < 4 ? w->now + 4000 : 0);
            break;
        }
        desk_agent_bounced(w->desk, w->now, agent, visitor, w->last_sequence - bytes[3] % 8);
        break;
    case 6:
        agent_takes_or_leaves(w, agent, visitor, bytes[3]);
        keeps_answers(w, agent, bytes[3]);
        find_owned(w, bytes[2], &agent, &visitor);
        hand(w, agent, visitor, (uint8_t)(bytes[3] / 4));
        break;
    default:
        agent_says(w, agent, visitor, bytes[3]);
        break;
    }
}

/* ---- mails ---- */

/* One is taken, and a step later something came of it. */
static void mail(struct walk *w, uint8_t which)
{
    enum mail_outcome outcome = (enum mail_outcome)(which % (MAIL_NO_SERVER + 1));

    if (w->is_mailing) {
        desk_mail_done(w->desk, w->now, &w->mail, outcome, outcome == MAIL_REFUSED ? "no" : "");
        w->is_mailing = false;
        w->counts.mails += outcome == MAIL_SENT;
    } else if (desk_mail_is_due(w->desk)) {
        w->is_mailing = desk_mail_take(w->desk, w->now, &w->mail);
    }
}

/* ---- persons who are erased ---- */

struct erasing {
    struct walk *walk;
    size_t found;
};

/* As erasure.c does it: they are out of memory, and no chat of theirs is. */
static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct erasing *e = ctx;

    e->found = count;
    for (size_t i = 0; i < count; i++) {
        if (chats[i].state != CHAT_CLOSED ||
            !desk_forget_chat(e->walk->desk, chats[i].number, false)) {
            BUG("walk: chat %lld is in use, though who had it is erased",
                (long long)chats[i].number);
        }
        storage_erase_chat(e->walk->storage, chats[i].number);
    }
}

static void erase(struct walk *w, unsigned v, bool ends)
{
    struct erasing e = {w, 1};
    struct visitor_view view;
    bool is_open = desk_is_talking(w->desk, w->ids[v]);

    commit(w);
    enum desk_result result = desk_forget_visitor(w->desk, w->now, w->ids[v], ends);
    if ((result == DESK_RUNNING) != (is_open && !ends) ||
        (result == DESK_OK && desk_visitor(w->desk, w->ids[v], &view))) {
        BUG("walk: %s is erased with %d", w->ids[v], (int)result);
    }
    if (result != DESK_OK) {
        return;
    }
    for (unsigned i = 0; i < AGENTS; i++) {
        if (has_contact(w, agents[i], w->ids[v])) {
            BUG("walk: %s still has the contact %s, who is erased", agents[i], w->ids[v]);
        }
    }
    while (e.found > 0) {
        storage_chats(w->storage, w->ids[v], on_chats, &e);
        commit(w);
        commit(w);
    }
    storage_erase_visitor(w->storage, w->ids[v]);
    commit(w);
    w->said[v].known_from = w->said[v].next; /* somebody else by that id, from here on */
    w->counts.erased++;
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
    commit(w);
    commit(w); /* what was done with the answers that came in the first */
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
            erase(w, bytes[2] % VISITORS, bytes[3] % 4 == 0);
        } else {
            w->now += (int)(bytes[2] - 128) * 3600 * 1000LL; /* the clock jumps */
        }
    } else if (bytes[0] >= 192) {
        pass_time(w, bytes[3]);
        mail(w, bytes[2]);
    } else if (bytes[0] >= 96) {
        agent_step(w, bytes);
    } else {
        visitor_step(w, bytes);
    }
    if (w->looks[0] != '\0') {
        desk_agent_heard_news(w->desk, w->looks, w->looked_at, w->now);
        w->looks[0] = '\0';
    }
    desk_verify(w->desk);
    if (++w->steps % COMMIT_STEPS == 0) {
        commit(w);
    }
    if (w->steps % COMPARE_STEPS == 0) {
        compare_tickets(w);
    }
}
