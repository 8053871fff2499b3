#include "agents/agents.h"

#include "agents/agents_state.h"
#include "agents/arrival.h"
#include "agents/attachments_api.h"
#include "agents/call.h"
#include "agents/clients.h"
#include "agents/doubt.h"
#include "agents/portrait.h"
#include "agents/slots.h"
#include "agents/ticket_archive.h"
#include "agents/ticket_bounce.h"
#include "agents/ticket_card.h"
#include "agents/ticket_lines.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/ns.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of an agent: a paste passes, a robot that answers our answers does not (V-156). The tables have
 * as many names as there are agents. */
enum { SEALED_MS = 10 * 60 * 1000 };
enum { LINES_AT_ONCE = 100, LINE_MS = 100, HINTS_AT_ONCE = 3, HINT_MS = 20 * 1000 };
enum { PAGES_AT_ONCE = 30, PAGE_MS = 500 };

/* ---- life ---- */

/* Port of the desk. */
static void dismiss(void *ctx, const char *agent)
{
    struct agents *a = ctx;

    availability_dismiss(a, agent);
    contacts_dismiss(a, agent);
    slots_dismiss(a, agent);
}

/* The JIDs and choices are borrowed for this call only. */
static void take_languages(struct agents *a)
{
    size_t count = a->config.language_count;

    map_destroy(a->languages);
    free(a->spoken);
    a->languages = map_create();
    a->spoken = mem_array(count + 1, sizeof *a->spoken);
    for (size_t i = 0; i < count; i++) {
        a->spoken[i] = a->config.languages[i].language;
        map_set(a->languages, a->config.languages[i].jid, &a->spoken[i]);
    }
    a->config.languages = NULL;
    a->config.language_count = 0;
}

/* The caller's list of sites ends with the call; what it points to does not. */
static void take_sites(struct agents *a)
{
    struct agents_site *sites = mem_array(a->config.site_count + 1, sizeof *sites);

    for (size_t i = 0; i < a->config.site_count; i++) {
        sites[i] = a->config.sites[i];
    }
    free(a->sites);
    a->config.sites = a->sites = sites;
}

struct agents *agents_create(const struct agents_config *config, struct event_base *loop,
                             struct storage *storage, struct outbox *outbox,
                             const struct post *post)
{
    struct agents *a = mem_alloc(sizeof *a);

    a->config = *config;
    take_languages(a);
    take_sites(a);
    a->storage = storage;
    a->outbox = outbox;
    a->post = post;
    lines_attach(a);
    a->roster = roster_create(config, loop, post);
    a->attachments = attachments_create(a, loop);
    list_init(&a->calls);
    list_init(&a->said);
    list_init(&a->questions);
    list_init(&a->bounces);
    list_init(&a->passages);
    list_init(&a->looks);
    a->attendance = map_create();
    a->doubts = map_create();
    a->arrivals = map_create();
    a->contacts = map_create();
    a->pools = map_create();
    a->software = map_create();
    a->offers = map_create();
    a->portraits = map_create();
    portrait_configure(a);
    a->sealed = paces_create(1, SEALED_MS, SIZE_MAX);
    slots_configure(a, config);
    a->lines_in = paces_create(LINES_AT_ONCE, LINE_MS, SIZE_MAX);
    a->hints = paces_create(HINTS_AT_ONCE, HINT_MS, SIZE_MAX);
    a->readings = paces_create(PAGES_AT_ONCE, PAGE_MS, SIZE_MAX);
    a->ports = (struct desk_agent_ports){
        .ctx = a,
        .entry = messages_to_agent,
        .notice = messages_notice,
        .contact = contacts_wanted,
        .card = contacts_card,
        .typing = messages_typing_to_agent,
        .seen = messages_seen_to_agent,
        .department = contacts_department,
        .report = messages_report,
        .call = messages_call,
        .ticket = ticket_lines_to_agent,
        .ticket_seen = ticket_lines_seen,
        .news = news_ask,
        .dismissed = dismiss,
    };
    return a;
}

static bool is_other_way(const struct agents_config *a, const struct agents_config *b)
{
    return a->roster != b->roster || !text_equal(a->api_url, b->api_url) ||
           !text_equal(a->api_user, b->api_user) || !text_equal(a->api_password, b->api_password);
}

void agents_configure(struct agents *a, const struct agents_config *config)
{
    bool other_way = is_other_way(&a->config, config);

    a->config = *config;
    take_languages(a);
    take_sites(a);
    slots_configure(a, config);
    portrait_configure(a);
    if (other_way) {
        roster_configure(a->roster, config);
        slots_other_way(a);
    }
    for (size_t i = 0; i < desk_agent_count(a->desk); i++) {
        outbox_expect(a->outbox, desk_agent_jid(a->desk, i));
    }
    outbox_review(a->outbox, OUTBOX_AGENT);
    contacts_configure(a, other_way);
}

void agents_destroy(struct agents *a)
{
    if (a == NULL) {
        return;
    }
    list_for_each_safe (struct command_call, c, &a->calls, link) {
        call_destroy(c);
    }
    ticket_lines_free(a);
    ticket_card_free(a);
    ticket_bounce_free(a);
    ticket_archive_free(a);
    news_cancel_all(a);
    attachments_destroy(a->attachments);
    roster_destroy(a->roster);
    contacts_free(a);
    slots_free(a);
    lines_free(a);
    clients_free(a);
    portrait_free(a);
    paces_destroy(a->sealed);
    availability_free(a);
    doubt_free(a);
    arrival_free(a);
    paces_destroy(a->lines_in);
    paces_destroy(a->hints);
    paces_destroy(a->readings);
    map_destroy(a->languages);
    free(a->sites);
    free(a->spoken);
    free(a);
}

const struct desk_agent_ports *agents_ports(struct agents *a)
{
    return &a->ports;
}

void agents_connect(struct agents *a, struct desk *desk)
{
    a->desk = desk;
}

const char *agents_roster_way(const struct agents *a)
{
    return roster_way(a->roster);
}

/* ---- what the files of this folder share ---- */

const char *agents_address(const struct agents *a, const char *local, const char *resource)
{
    static char buffers[4][JID_MAX + 1];
    static unsigned at;
    char *out = buffers[at++ % 4];

    snprintf(out, JID_MAX + 1, "%s%s%s%s%s", local, local[0] != '\0' ? "@" : "", a->config.domain,
             resource != NULL ? "/" : "", resource != NULL ? resource : "");
    return out;
}

const char *agents_whom(const struct agents *a, const struct stanza *s)
{
    const char *whom = slots_visitor(a, s->from->bare, s->to->local);

    return whom != NULL ? whom : s->to->local; /* a slot without a visitor: nobody has that name */
}

/* ---- in ---- */

static bool is_department(const struct agents *a, const struct jid *to)
{
    return to->local[0] != '\0' && desk_department_named(a->desk, to->local) != NULL;
}

/* A roster push of the privilege (XEP-0356 4.3), only acknowledged: what the agent removed comes as
 * presence too. */
static void receive_iq(struct agents *a, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);

    if (strcmp(s->type, "set") == 0 && element_is(payload, "query", NS_ROSTER)) {
        stanza_post_result(a->post, s);
    } else if (adhoc_answer(a, s)) {
        return;
    } else if (ticket_lines_number(s->to->local) > 0) {
        if (!ticket_archive_answer(a, s)) {
            ticket_card_answer(a, s);
        }
    } else if (is_department(a, s->to) || s->to->local[0] == '\0') {
        bool unknown = element_attr(payload, "node") != NULL; /* XEP-0030 7 */
        stanza_post_error(a->post, s, unknown ? ERROR_ITEM_NOT_FOUND : ERROR_SERVICE_UNAVAILABLE,
                          NULL);
    } else if (!card_answer(a, s)) {
        struct visitor_view v;
        stanza_post_error(a->post, s,
                          desk_visitor(a->desk, agents_whom(a, s), &v) ? ERROR_SERVICE_UNAVAILABLE
                                                                       : ERROR_ITEM_NOT_FOUND,
                          NULL);
    }
}

static void answer_presence(struct agents *a, const struct stanza *s, const char *type)
{
    struct draft d;

    stanza_presence(draft_begin(&d), s->to->bare, s->from->bare, type);
    draft_send(&d, a->post, s->from->bare, POST_HELD);
}

/* An agent may follow any contact of ours by hand; a department follows back, to know who is there.
 */
static void handle_subscribe(struct agents *a, const struct stanza *s)
{
    struct visitor_view v;

    if (is_department(a, s->to)) {
        answer_presence(a, s, "subscribed");
        if (desk_is_agent_of(a->desk, s->from->bare, s->to->local)) {
            answer_presence(a, s, "subscribe");
        }
    } else if (s->to->local[0] == '\0' || desk_visitor(a->desk, s->to->local, &v) ||
               contacts_has(a, s->from->bare, s->to->local)) {
        answer_presence(a, s, "subscribed");
    } else {
        answer_presence(a, s, "unsubscribed");
    }
    contacts_answer_probe(a, s);
}

static void handle_subscribed(struct agents *a, const struct stanza *s)
{
    if (is_department(a, s->to)) {
        availability_probe(a, s->from->bare, s->to->local);
    }
    slots_approve(a, s->from->bare, s->to->local, true);
}

/* Deleting a visitor's contact ends the chat, leaves another agent's, or declines the offer. */
static void handle_removed(struct agents *a, const struct stanza *s)
{
    const char *agent = s->from->bare;
    const char *visitor = agents_whom(a, s);
    time_ms now = clock_utc_ms();

    slots_approve(a, agent, s->to->local, false);
    if (s->to->local[0] == '\0' || !contacts_removed(a, agent, s->to->local)) {
        return;
    }
    if (is_department(a, s->to)) {
        log_info("agents: %s had removed the contact of %s; it is put back", log_safe(agent),
                 log_safe(s->to->local));
    } else if (desk_agent_decline(a->desk, now, agent, visitor) != DESK_OK &&
               desk_agent_leave(a->desk, now, agent, visitor) != DESK_OK) {
        desk_agent_end(a->desk, now, agent, visitor, "");
    }
}

/* Towards visitors' contacts it is ignored, and towards a department that was left: there the
 * server says that the agent is gone. */
static void handle_presence(struct agents *a, const struct stanza *s)
{
    if (desk_is_agent_of(a->desk, s->from->bare, s->to->local)) {
        availability_receive(a, s);
    }
}

static void handle_nothing(struct agents *a, const struct stanza *s)
{
    (void)a;
    (void)s;
}

static const struct {
    const char *type;
    void (*handle)(struct agents *a, const struct stanza *s);
} PRESENCES[] = {
    {"", handle_presence},
    {"unavailable", handle_presence},
    {"probe", contacts_answer_probe},
    {"subscribe", handle_subscribe},
    {"subscribed", handle_subscribed},
    {"unsubscribe", handle_removed},
    {"unsubscribed", handle_removed},
    {"error", handle_nothing},
};

static void receive_presence(struct agents *a, const struct stanza *s)
{
    for (size_t i = 0; i < sizeof PRESENCES / sizeof *PRESENCES; i++) {
        if (strcmp(PRESENCES[i].type, s->type) == 0) {
            PRESENCES[i].handle(a, s);
            return;
        }
    }
}

void agents_receive(struct agents *a, const struct stanza *s)
{
    doubt_receive(a, s);
    switch (s->kind) {
    case STANZA_MESSAGE:
        messages_from_agent(a, s);
        break;
    case STANZA_PRESENCE:
        receive_presence(a, s);
        break;
    case STANZA_IQ:
        receive_iq(a, s);
        break;
    }
}

/* ---- link, time ---- */

/* A server that was away may have swallowed lines: each agent is told the last one that arrived,
 * and can send again what came after it (XEP-0114 acknowledges nothing). */
static void tell_last_lines(struct agents *a, const char *agent)
{
    const char *visitor;
    struct chat_view chat;

    for (size_t i = 0; (visitor = desk_agent_contact(a->desk, agent, i)) != NULL; i++) {
        if (!desk_chat(a->desk, visitor, &chat) || chat.state != CHAT_ACTIVE ||
            strcmp(chat.owner, agent) != 0) {
            continue;
        }
        const struct entry_record *last = desk_agent_last_line(a->desk, agent, visitor);
        struct buf text;
        buf_init(&text, STANZA_BYTES_MAX);
        agent_words_last_line(&text, agents_language(a, agent), last);
        /* Once, if the link went again before it was told; after the next gap it is news, though
         * the words are the same. */
        lines_add_once(a, agent, visitor, text.bytes);
        buf_finish(&text);
    }
}

void agents_link_up(struct agents *a)
{
    a->link_up = true;
    a->links++;
    a->link_changed = clock_monotonic_ms();
    a->settled = false;
    roster_link(a->roster, true);
    contacts_link_up(a);
    doubt_link_up(a);
    desk_agents_expected(a->desk, clock_utc_ms());
    for (size_t i = 0; i < desk_agent_count(a->desk); i++) {
        outbox_expect(a->outbox, desk_agent_jid(a->desk, i));
        tell_last_lines(a, desk_agent_jid(a->desk, i));
    }
}

void agents_link_down(struct agents *a)
{
    a->link_up = false;
    a->link_changed = clock_monotonic_ms();
    a->settled = false;
    roster_link(a->roster, false);
    contacts_link_down(a);
    arrival_link_down(a);
}

void agents_tick(struct agents *a)
{
    availability_tick(a);
    doubt_tick(a);
    arrival_tick(a);
    slots_tick(a);
    contacts_tick(a);
    paces_tick(a->lines_in, clock_monotonic_ms());
    paces_tick(a->hints, clock_monotonic_ms());
    paces_tick(a->sealed, clock_monotonic_ms());
    paces_tick(a->readings, clock_monotonic_ms());
}

void agents_goodbye(struct agents *a)
{
    a->leaving = true;
    contacts_goodbye(a);
}
