#include "client/probe.h"

#include "base/clock.h"
#include "base/id.h"
#include "client/visitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TURN_MS = 50, LINE_SIZE = 80, JID_SIZE = 400 };

struct probe {
    const struct probe_config *config;
    struct session *session;
    struct visitor *visitor;
    struct address address;
    time_ms step_began;
    time_ms deadline;
    const char *domain;
    char question[LINE_SIZE];
    char answer[LINE_SIZE];
    char answer_id[SESSION_ID_SIZE];
    char contact[JID_SIZE]; /* bare: who brought the question */
    bool has_receipt;
    bool is_offline;
    bool is_leaving; /* the visitor's stream may end */
    char why[300];
};

/* ---- what the agent's session tells ---- */

static void on_online(void *ctx, const char *jid)
{
    (void)ctx;
    (void)jid;
}

static void on_offline(void *ctx, const char *why, int retry_ms)
{
    struct probe *p = ctx;
    (void)retry_ms;
    p->is_offline = true; /* a check does not try again */
    snprintf(p->why, sizeof p->why, "%s", why);
}

static void on_contact(void *ctx, struct contact *contact, enum session_change change)
{
    (void)ctx;
    (void)contact;
    (void)change;
}

static void on_message(void *ctx, struct contact *contact, const struct session_message *message)
{
    struct probe *p = ctx;
    const char *at = strchr(contact->jid, '@');
    if (at && strcasecmp(at + 1, p->domain) == 0 && strstr(message->body, p->question)) {
        snprintf(p->contact, sizeof p->contact, "%s", contact->jid);
    }
}

static void on_receipt(void *ctx, const char *from, const char *id, const char *what)
{
    struct probe *p = ctx;
    (void)from;
    if (strcmp(id, p->answer_id) == 0 && strcmp(what, "received") == 0) {
        p->has_receipt = true;
    }
}

static void on_error(void *ctx, const char *from, const char *id, const char *condition,
                     const char *text)
{
    struct probe *p = ctx;
    if (p->answer_id[0] && strcmp(id, p->answer_id) == 0) {
        snprintf(p->why, sizeof p->why, "%s answers: %s", from, text ? text : condition);
    }
}

static void on_subscribe(void *ctx, const char *from)
{
    struct probe *p = ctx;
    const char *at = strchr(from, '@');
    if (strcasecmp(at ? at + 1 : from, p->domain) == 0) {
        session_accept(p->session, from);
    }
}

static const struct session_calls CALLS = {
    .on_online = on_online,
    .on_offline = on_offline,
    .on_contact = on_contact,
    .on_message = on_message,
    .on_receipt = on_receipt,
    .on_error = on_error,
    .on_subscribe = on_subscribe,
};

/* ---- what is waited for ---- */

static bool is_online(const struct probe *p)
{
    return session_is_online(p->session);
}

static bool is_bound(const struct probe *p)
{
    return visitor_news(p->visitor)->is_bound;
}

static bool is_open(const struct probe *p)
{
    const char *availability = visitor_news(p->visitor)->availability;
    return strcmp(availability, "chat") == 0 || strcmp(availability, "away") == 0;
}

static bool is_checked_in(const struct probe *p)
{
    return visitor_news(p->visitor)->visitor[0];
}

static bool is_stored(const struct probe *p)
{
    return visitor_news(p->visitor)->is_stored;
}

static bool is_asked(const struct probe *p)
{
    return p->contact[0];
}

static const struct contact *contact_of(const struct probe *p)
{
    return contacts_get(session_contacts(p->session), p->contact);
}

static bool is_in_roster(const struct probe *p)
{
    const struct contact *contact = contact_of(p);
    return contact && contact->in_roster;
}

static bool is_here(const struct probe *p)
{
    const struct contact *contact = contact_of(p);
    return contact && contact->is_here;
}

static bool is_answered(const struct probe *p)
{
    return strcmp(visitor_news(p->visitor)->answer, p->answer) == 0;
}

static bool is_acknowledged(const struct probe *p)
{
    return p->has_receipt;
}

static bool is_closed(const struct probe *p)
{
    return visitor_news(p->visitor)->is_closed;
}

static bool is_gone(const struct probe *p)
{
    return !is_here(p);
}

/* ---- steps ---- */

static void turn(struct probe *p)
{
    struct pollfd fd = {.fd = p->visitor ? visitor_fd(p->visitor) : -1, .events = POLLIN};
    session_turn(p->session, &fd, 1, TURN_MS);
    if (p->visitor && !visitor_turn(p->visitor) && !p->is_leaving) {
        snprintf(p->why, sizeof p->why, "%s", visitor_news(p->visitor)->why);
    }
}

static bool report(struct probe *p, bool good, const char *what, const char *why)
{
    long long took = clock_monotonic_ms() - p->step_began;
    if (good) {
        printf("ok    %-55s %6lld ms\n", what, took);
    } else {
        printf("FAIL  %s: %s\n", what, why);
    }
    fflush(stdout);
    p->step_began = clock_monotonic_ms();
    return good;
}

/* hint: what to look at when nothing is said and nothing happens. */
static bool step(struct probe *p, const char *what, bool (*is_done)(const struct probe *p),
                 const char *hint)
{
    while (!is_done(p) && !p->is_offline && !p->why[0] && clock_monotonic_ms() < p->deadline) {
        turn(p);
    }
    char why[400];
    if (p->why[0]) {
        snprintf(why, sizeof why, "%s", p->why);
    } else {
        snprintf(why, sizeof why, "not within %d s: %s", PROBE_S, hint);
    }
    return report(p, is_done(p), what, why);
}

static bool come(struct probe *p)
{
    char why[300];
    const struct probe_config *c = p->config;
    p->visitor = visitor_create(session_strophe(p->session), &p->address,
                                c->origin ? c->origin : p->address.origin, c->ca_file,
                                c->department, why, sizeof why);
    if (!report(p, p->visitor != NULL, "a WebSocket for the visitor", why) ||
        !step(p, "the visitor's stream", is_bound, "the gateway does not answer")) {
        return false;
    }
    visitor_watch(p->visitor);
    if (!step(
            p, "the department sees the agent", is_open,
            "is this agent in the department's list, are its seats free, and does the component's "
            "log say that it put its contacts into the roster?")) {
        return false;
    }
    visitor_check_in(p->visitor, c->agent);
    return step(p, "the visitor checks in", is_checked_in, "no answer to the check-in");
}

static bool ask(struct probe *p)
{
    visitor_say(p->visitor, p->question);
    return step(p, "the visitor's line is stored", is_stored, "no receipt: is the storage well?") &&
           step(p, "the agent has the visitor's line", is_asked,
                "no offer came: has the agent free seats?") &&
           step(p, "the visitor is in the agent's roster", is_in_roster,
                "the server let no contact in: tresen check says what to change") &&
           step(p, "the visitor is here", is_here, "no presence came from the contact");
}

static bool answer(struct probe *p)
{
    p->step_began = clock_monotonic_ms();
    session_say(p->session, p->contact, p->answer, NULL, p->answer_id);
    if (!step(p, "the visitor has the agent's answer", is_answered, "the answer never came")) {
        return false;
    }
    visitor_acknowledge(p->visitor);
    return step(p, "the agent has the receipt", is_acknowledged, "no receipt came");
}

static bool end(struct probe *p)
{
    session_say(p->session, p->contact, "!end", NULL, NULL);
    if (!step(p, "the agent ends the chat (!end)", is_closed, "the visitor was not told")) {
        return false;
    }
    /* Once more: the contact goes at once, without the time that it otherwise lingers. */
    p->is_leaving = true;
    session_say(p->session, p->contact, "!end", NULL, NULL);
    return step(p, "the visitor is gone", is_gone, "the contact is still here");
}

const char *probe_complaint(const struct probe_config *config)
{
    struct address address;
    const char *at = strchr(config->department, '@');
    if (!address_parse(&address, config->url)) {
        return "the address must be ws://host[:port][/path] or wss://…";
    }
    if (!at || at == config->department || !at[1]) {
        return "the department must be an address: sales@support.example";
    }
    return NULL;
}

bool probe_run(const struct probe_config *config, const struct session_config *session)
{
    struct probe p = {.config = config,
                      .domain = strchr(config->department, '@') + 1,
                      .step_began = clock_monotonic_ms(),
                      .deadline = clock_monotonic_ms() + PROBE_S * 1000};
    char token[ID_SIZE];
    id_random(token);
    snprintf(p.question, sizeof p.question, "Probe %.12s, please ignore", token);
    snprintf(p.answer, sizeof p.answer, "Answer %.12s", token + 12);
    address_parse(&p.address, config->url);
    p.session = session_create(session, &CALLS, &p);
    bool works = step(&p, "the agent logs in", is_online, "no answer from the XMPP server") &&
                 come(&p) && ask(&p) && answer(&p) && end(&p);
    p.is_leaving = true;
    visitor_destroy(p.visitor);
    p.visitor = NULL;
    session_leave(p.session);
    session_destroy(p.session);
    return works;
}
