/* The presence of departments towards visitors (docs/PROTOCOL.md section 6). */
#include "base/clock.h"
#include "base/mem.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUBSCRIBERS_MAX = 10000 };

struct subscriber {
    char jid[JID_MAX + 1];
    char department[64];
};

const char *presence_word(enum department_state state)
{
    static const char *const WORDS[] = {"unavailable", "dnd", "away", "chat"};

    return WORDS[state];
}

static void send_state(struct visitors *v, const char *to, const struct department_view *p,
                       const char *site, const char *language)
{
    static const enum visitor_word TEXTS[] = {WORD_NOBODY, WORD_FULL, WORD_AWAY, WORD_OPEN};
    struct draft d;
    struct writer *w = draft_begin(&d);

    stanza_presence(w, visitors_address(v, p->id), to,
                    p->state == DEPARTMENT_NOBODY ? "unavailable" : NULL);
    if (p->state != DEPARTMENT_NOBODY) {
        writer_leaf(w, "show", NULL, presence_word(p->state));
    }
    char *bulletins = bulletins_dup(v, site, p->id, ' ');
    char *status = mem_print("%s%s%s", words_get(language, TEXTS[p->state]),
                             bulletins[0] != '\0' ? " " : "", bulletins);
    writer_leaf(w, "status", NULL, status);
    bulletins_write(w, v, site, p->id);
    draft_send(&d, v->post, to, POST_HELD);
    free(status);
    free(bulletins);
}

/* Who subscribes comes over the link. */
static const char SUBSCRIBERS_SITE[] = "default";

static const char *language_of(const struct visitors *v, const struct endpoint *e)
{
    return e->party != NULL ? visitors_language(v, e->party->id) : "en";
}

/* What was told of each department last: visitors hear of states only. */
static enum department_state *presence_told(struct visitors *v, const char *department)
{
    enum department_state *told = map_get(v->told, department);

    if (told == NULL) {
        told = mem_alloc(sizeof *told);
        map_set(v->told, department, told);
    }
    return told;
}

void presence_department(void *ctx, const char *department)
{
    struct visitors *v = ctx;
    struct department_view p;
    size_t at = 0;
    const char *key;
    void *value;

    if (!desk_department(v->desk, department, &p)) {
        return;
    }
    enum department_state *told = presence_told(v, department);
    if (*told == p.state) {
        return; /* only queue or seats changed: agents see that */
    }
    *told = p.state;
    while (map_next(v->endpoints, &at, &key, &value)) {
        const struct endpoint *e = value;
        if (e->department != NULL && strcmp(e->department, department) == 0) {
            send_state(v, e->jid, &p, e->site, language_of(v, e));
        }
    }
    at = 0;
    while (map_next(v->subscribers, &at, &key, &value)) {
        const struct subscriber *s = value;
        if (strcmp(s->department, department) == 0) {
            send_state(v, s->jid, &p, SUBSCRIBERS_SITE, "en");
        }
    }
}

static bool concerns(enum bulletin_scope scope, const char *place, const char *site,
                     const char *department)
{
    return strcmp(place, scope == BULLETIN_SITE ? site : department) == 0;
}

void presence_bulletin(void *ctx, enum bulletin_scope scope, const char *place)
{
    struct visitors *v = ctx;
    struct department_view p;
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(v->endpoints, &at, &key, &value)) {
        const struct endpoint *e = value;
        if (e->department != NULL && concerns(scope, place, e->site, e->department) &&
            desk_department(v->desk, e->department, &p)) {
            send_state(v, e->jid, &p, e->site, language_of(v, e));
        }
    }
    at = 0;
    while (map_next(v->subscribers, &at, &key, &value)) {
        const struct subscriber *s = value;
        if (concerns(scope, place, SUBSCRIBERS_SITE, s->department) &&
            desk_department(v->desk, s->department, &p)) {
            send_state(v, s->jid, &p, SUBSCRIBERS_SITE, "en");
        }
    }
}

/* ---- stock clients that subscribe ---- */

static char *subscriber_key(const char *jid, const char *department)
{
    return mem_print("%s\n%s", jid, department);
}

static bool is_subscriber(const struct visitors *v, const char *jid, const char *department)
{
    char *key = subscriber_key(jid, department);
    bool is = map_get(v->subscribers, key) != NULL;

    free(key);
    return is;
}

static void remember(struct visitors *v, const char *jid, const char *department)
{
    struct subscriber *s = mem_alloc(sizeof *s);
    char *key = subscriber_key(jid, department);

    snprintf(s->jid, sizeof s->jid, "%s", jid);
    snprintf(s->department, sizeof s->department, "%s", department);
    free(map_set(v->subscribers, key, s));
    free(key);
}

/* Who became an agent since sees the department's contact instead. */
void visitors_load_subscriber(struct visitors *v, const struct subscriber_record *r)
{
    if (desk_is_agent(v->desk, r->jid)) {
        storage_drop_subscriber(v->storage, r->jid, r->department);
    } else {
        remember(v, r->jid, r->department);
    }
}

static bool follow(struct visitors *v, const struct stanza *s, const struct department_view *p)
{
    if (map_count(v->subscribers) >= SUBSCRIBERS_MAX) {
        return false;
    }
    remember(v, s->from->bare, p->id);
    storage_put_subscriber(v->storage,
                           &(struct subscriber_record){.jid = s->from->bare, .department = p->id});
    return true;
}

static void reply(struct visitors *v, const struct stanza *s, const char *type)
{
    struct draft d;

    stanza_presence(draft_begin(&d), s->to->bare, s->from->bare, type);
    draft_send(&d, v->post, s->from->bare, POST_HELD);
}

/* The sender's endpoint, if there is one. */
static struct endpoint *endpoint_by(const struct visitors *v, const struct stanza *s)
{
    return map_get(v->endpoints, s->from->full);
}

static const char *language_by(const struct visitors *v, const struct stanza *s)
{
    const struct endpoint *e = endpoint_by(v, s);

    return e != NULL ? language_of(v, e) : "en";
}

/* Subscriptions and probes are answered at most once a second (V-063, V-0S4). */
static bool may_follow(struct visitors *v, const struct stanza *s)
{
    return !s->gateway && paces_take(v->followers, s->from->bare, clock_monotonic_ms());
}

static void handle_subscribe(struct visitors *v, const struct stanza *s,
                             const struct department_view *p)
{
    if (!may_follow(v, s) || (!is_subscriber(v, s->from->bare, p->id) && !follow(v, s, p))) {
        return;
    }
    reply(v, s, "subscribed");
    send_state(v, s->from->bare, p, SUBSCRIBERS_SITE, language_by(v, s));
}

static void handle_unsubscribe(struct visitors *v, const struct stanza *s,
                               const struct department_view *p)
{
    if (s->gateway || !is_subscriber(v, s->from->bare, p->id)) {
        return;
    }
    char *key = subscriber_key(s->from->bare, p->id);
    free(map_remove(v->subscribers, key));
    free(key);
    storage_drop_subscriber(v->storage, s->from->bare, p->id);
    reply(v, s, "unsubscribed");
}

static void handle_available(struct visitors *v, const struct stanza *s,
                             const struct department_view *p)
{
    struct endpoint *e = endpoint_of(v, s);

    if (e == NULL) {
        return;
    }
    bool is_new = e->department == NULL || strcmp(e->department, p->id) != 0;
    bool may = pace_take(&e->presence_level, 1, ENDPOINT_PRESENCE_MS, clock_monotonic_ms());
    if (is_new) {
        mem_replace(&e->department, p->id);
    }
    if (is_new || may) {
        send_state(v, e->jid, p, e->site, language_of(v, e));
    }
}

static void handle_unavailable(struct visitors *v, const struct stanza *s,
                               const struct department_view *p)
{
    struct endpoint *e = endpoint_by(v, s);

    (void)p;
    if (s->gateway && e != NULL) {
        mem_replace(&e->department, NULL);
    } else {
        endpoint_leave(v, e);
    }
}

static void handle_probe(struct visitors *v, const struct stanza *s,
                         const struct department_view *p)
{
    if (may_follow(v, s)) {
        send_state(v, s->from->full, p, SUBSCRIBERS_SITE, language_by(v, s));
    }
}

static const struct {
    const char *type;
    void (*handle)(struct visitors *v, const struct stanza *s, const struct department_view *p);
} PRESENCES[] = {
    {"", handle_available},          {"unavailable", handle_unavailable}, {"probe", handle_probe},
    {"subscribe", handle_subscribe}, {"unsubscribe", handle_unsubscribe},
};

/* What is not in the table needs no answer: subscribed, unsubscribed, error. */
void presence_receive(struct visitors *v, const struct stanza *s)
{
    struct department_view p;

    if (!desk_department(v->desk, visitors_department(v, s->to), &p)) {
        return;
    }
    for (size_t i = 0; i < sizeof PRESENCES / sizeof *PRESENCES; i++) {
        if (strcmp(PRESENCES[i].type, s->type) == 0) {
            PRESENCES[i].handle(v, s, &p);
            return;
        }
    }
}

/* Who sent directed presence over the link may have left while it was down: the state is told once
 * more, and silence counts as leaving from now on (visitors_tick). */
void visitors_link_up(struct visitors *v)
{
    size_t at = 0;
    const char *key;
    void *value;
    struct department_view p;

    while (map_next(v->subscribers, &at, &key, &value)) {
        const struct subscriber *s = value;
        if (desk_department(v->desk, s->department, &p)) {
            send_state(v, s->jid, &p, SUBSCRIBERS_SITE, "en");
        }
    }
    at = 0;
    while (map_next(v->endpoints, &at, &key, &value)) {
        struct endpoint *e = value;
        if (!e->gateway && e->department != NULL && desk_department(v->desk, e->department, &p)) {
            send_state(v, e->jid, &p, e->site, language_of(v, e));
            e->is_doubtful = true;
        }
    }
}

static void say_unavailable(struct visitors *v, const char *department, const char *to,
                            enum post_when when)
{
    struct draft d;

    stanza_presence(draft_begin(&d), visitors_address(v, department), to, "unavailable");
    draft_send(&d, v->post, to, when);
}

static bool is_department(const struct visitors *v, const char *id)
{
    return desk_department_named(v->desk, id) != NULL;
}

void presence_forget(struct visitors *v, const char *jid)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(v->subscribers, &at, &key, &value)) {
        struct subscriber *s = value;
        if (strcmp(s->jid, jid) == 0) {
            say_unavailable(v, s->department, s->jid, POST_HELD);
            storage_drop_subscriber(v->storage, s->jid, s->department);
            map_remove(v->subscribers, key);
            free(s);
        }
    }
}

/* Who follows a department that is not there any more, and who became an agent. */
static void configure_subscribers(struct visitors *v)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(v->subscribers, &at, &key, &value)) {
        struct subscriber *s = value;
        bool is_agent = desk_is_agent(v->desk, s->jid);
        if (!is_agent && !is_department(v, s->department)) {
            say_unavailable(v, s->department, s->jid, POST_HELD); /* should it return, it is told */
        } else if (is_agent) {
            storage_drop_subscriber(v->storage, s->jid, s->department);
            map_remove(v->subscribers, key);
            free(s);
        }
    }
}

void presence_configure(struct visitors *v)
{
    size_t at = 0;
    const char *key;
    void *value;

    configure_subscribers(v);
    while (map_next(v->endpoints, &at, &key, &value)) {
        struct endpoint *e = value;
        if (e->department != NULL && !is_department(v, e->department)) {
            say_unavailable(v, e->department, e->jid, POST_HELD);
            mem_replace(&e->department, NULL);
        }
    }
    at = 0;
    while (map_next(v->told, &at, &key, &value)) {
        if (!is_department(v, key)) {
            map_remove(v->told, key);
            free(value);
        }
    }
}

void visitors_goodbye(struct visitors *v)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(v->subscribers, &at, &key, &value)) {
        const struct subscriber *s = value;
        say_unavailable(v, s->department, s->jid, POST_NOW);
    }
    at = 0;
    while (map_next(v->endpoints, &at, &key, &value)) {
        const struct endpoint *e = value;
        if (!e->gateway && e->department != NULL) {
            say_unavailable(v, e->department, e->jid, POST_NOW);
        }
    }
}
