/* Check-in: who is this visitor? (docs/PROTOCOL.md section 2) */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "visitors/network.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    URL_BYTES = 1000,
    TITLE_POINTS = 200,
    NAME_POINTS = 40,
    LANGUAGE_POINTS = 35,
    GUESSES_PER_MINUTE = 10, /* unknown tokens from one network address, or account (V-075) */
    OLD_TOKEN_GRACE_MS = 60 * 1000,
    VISITOR_ID_SIZE = 32
};

/* What a check-in said, cleaned. Strings are owned. */
struct claim {
    struct visitors *v;
    struct endpoint *e;
    char *department;
    char *iq_id; /* NULL: no iq to answer (found by address) */
    char *iq_to;
    char *url, *title, *referrer, *language, *zone, *browser;
    char *only_agent;          /* of a probe's visit, "" otherwise */
    char *name, *email;        /* answers to the form, "" without */
    bool answers;              /* the form came with it */
    enum stanza_error refusal; /* of one that was refused, and its words */
    enum visitor_word why;
    char token_hash[ID_HASH_SIZE]; /* "" without a token */
};

static void claim_destroy(struct claim *c)
{
    char *strings[] = {c->department, c->iq_id, c->iq_to,   c->url,  c->title, c->referrer,
                       c->language,   c->zone,  c->browser, c->name, c->email, c->only_agent};

    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        free(strings[i]);
    }
    free(c);
}

static char *name_of(const struct element *e, const char *attribute, size_t points)
{
    const char *value = e != NULL ? element_attr(e, attribute) : NULL;

    return text_name_dup(value != NULL ? value : "", points);
}

/* A page on the web; clients of agents make links of it, so nothing else. */
static char *url_of(const struct element *e, const char *attribute)
{
    const char *value = e != NULL ? element_attr(e, attribute) : NULL;
    bool is_web = value != NULL &&
                  (strncasecmp(value, "https://", 8) == 0 || strncasecmp(value, "http://", 7) == 0);

    return text_url_dup(is_web ? value : "", URL_BYTES);
}

/* The value of a field of a submitted form (XEP-0004), cleaned; "" without. */
static char *answer_dup(const struct element *form, const char *var, size_t points)
{
    for (const struct element *f = element_first(form); f != NULL; f = element_next(f)) {
        const char *name = element_attr(f, "var");
        if (element_is(f, "field", NS_FORM) && name != NULL && strcmp(name, var) == 0) {
            const char *value = element_child_text(f, "value", NS_FORM);
            return text_name_dup(value != NULL ? value : "", points);
        }
    }
    return mem_dup("");
}

/* Of the page; else of the stanza: stock clients say xml:lang. */
static char *language_of(const struct element *locale, const struct element *stanza)
{
    const char *tag = element_attr_ns(stanza, "lang", "http://www.w3.org/XML/1998/namespace");

    return locale != NULL ? name_of(locale, "lang", LANGUAGE_POINTS)
                          : text_name_dup(tag != NULL ? tag : "", LANGUAGE_POINTS);
}

/* The agent who probes with this visit (docs/PROTOCOL.md section 2); "" if it is none of the
 * department. */
static char *probed_agent_dup(const struct visitors *v, const char *department,
                              const struct element *visit)
{
    const struct element *probe = visit != NULL ? element_child(visit, "probe", NULL) : NULL;
    const char *agent = probe != NULL ? element_attr(probe, "agent") : NULL;
    char *bare = agent != NULL ? jid_bare_dup(agent) : NULL;

    if (bare == NULL || !desk_is_agent_of(v->desk, bare, department)) {
        free(bare);
        return mem_dup("");
    }
    return bare;
}

static struct claim *claim_read(struct visitors *v, struct endpoint *e, const struct stanza *s,
                                const struct element *visit)
{
    struct claim *c = mem_alloc(sizeof *c);
    const struct element *page = visit != NULL ? element_child(visit, "page", NULL) : NULL;
    const struct element *locale = visit != NULL ? element_child(visit, "locale", NULL) : NULL;
    const struct element *form = visit != NULL ? element_child(visit, "x", NS_FORM) : NULL;
    const char *token = visit != NULL ? element_child_text(visit, "token", NULL) : NULL;
    const char *browser = visit != NULL ? element_child_text(visit, "browser", NULL) : NULL;

    c->v = v;
    c->e = e;
    c->department = mem_dup(visitors_department(v, s->to));
    c->iq_id = visit != NULL ? mem_dup(s->id) : NULL;
    c->iq_to = mem_dup(s->to->full);
    c->url = url_of(page, "url");
    c->title = name_of(page, "title", TITLE_POINTS);
    c->referrer = url_of(page, "referrer");
    c->language = language_of(locale, s->element);
    c->zone = name_of(locale, "zone", 64);
    c->browser = text_name_dup(browser != NULL ? browser : "", 80);
    c->answers = form != NULL;
    c->name = form != NULL ? answer_dup(form, "name", NAME_POINTS) : mem_dup("");
    c->email = form != NULL ? answer_dup(form, "email", TEXT_EMAIL_BYTES) : mem_dup("");
    c->only_agent = probed_agent_dup(v, c->department, visit);
    if (token != NULL && token[0] != '\0') {
        id_hash(token, c->token_hash);
    }
    return c;
}

/* ---- the answer ---- */

static void write_field(struct writer *w, const char *language, const char *var,
                        enum visitor_word label, enum form_field rule)
{
    if (rule == FORM_OFF) {
        return;
    }
    writer_open(w, "field", NULL);
    writer_attr(w, "type", "text-single");
    writer_attr(w, "var", var);
    writer_attr(w, "label", words_get(language, label));
    if (rule == FORM_REQUIRED) {
        writer_leaf(w, "required", NULL, NULL);
    }
    writer_close(w);
}

static bool is_missing(enum form_field rule, const char *value)
{
    return rule == FORM_REQUIRED && value[0] == '\0';
}

/* What is required is asked until it is there, what is optional with it. Where all is optional,
 * only who has said nothing yet is asked, and once: a field that was left empty is an answer. */
static bool must_ask(const struct department_view *p, const struct visitor_record *r, bool answered)
{
    bool asks = p->form_name != FORM_OFF || p->form_email != FORM_OFF;

    return is_missing(p->form_name, r->name) || is_missing(p->form_email, r->email) ||
           (asks && !answered && r->name[0] == '\0' && r->email[0] == '\0');
}

static void write_form(struct writer *w, const char *language, const struct department_view *p)
{
    writer_open(w, "x", NS_FORM);
    writer_attr(w, "type", "form");
    writer_leaf(w, "title", NULL, words_get(language, WORD_FORM_TITLE));
    write_field(w, language, "name", WORD_NAME, p->form_name);
    write_field(w, language, "email", WORD_EMAIL, p->form_email);
    writer_close(w);
}

static void answer(const struct claim *c, const char *visitor, const char *token)
{
    struct visitors *v = c->v;
    struct department_view p;
    struct visitor_view who;
    struct chat_view chat;
    struct draft d;

    if (c->iq_id == NULL || !desk_department(v->desk, c->department, &p) ||
        !desk_visitor(v->desk, visitor, &who)) {
        return;
    }
    bool has_chat = desk_chat(v->desk, visitor, &chat);
    struct writer *w = draft_begin(&d);
    stanza_iq(w, c->iq_to, c->e->jid, "result", c->iq_id);
    writer_open(w, "visit", NS_VISIT);
    writer_attr(w, "visitor", visitor);
    writer_attr(w, "department", p.name);
    writer_attr(w, "availability", presence_word(p.state));
    if (has_chat && chat.last_entry != 0) {
        writer_attr_number(w, "last", chat.last_entry);
    }
    writer_leaf(w, "token", NULL, token);
    if (has_chat) {
        messages_write_chat(w, &chat);
    }
    size_t most = visitors_max_upload(v, c->department);
    if (most > 0) {
        writer_open(w, "upload", NULL);
        writer_attr_number(w, "max-bytes", (long long)most);
        writer_close(w);
    }
    if (must_ask(&p, who.record, c->answers || (has_chat && chat.last_entry != 0))) {
        write_form(w, visitors_language(v, visitor), &p);
    }
    draft_send(&d, v->post, c->e->jid, POST_HELD);
}

static void refuse(const struct claim *c, enum stanza_error condition, const char *text)
{
    const struct post *post = c->v->post;
    struct jid from;
    struct jid to;

    if (c->iq_id != NULL && jid_parse(&from, c->e->jid) && jid_parse(&to, c->iq_to)) {
        stanza_post_error(
            post,
            &(struct stanza){
                .kind = STANZA_IQ, .type = "set", .id = c->iq_id, .from = &from, .to = &to},
            condition, text);
        jid_finish(&to);
        jid_finish(&from);
    }
}

/* ---- arriving ---- */

/* A fresh token for the visitor, stored as its hash (design: it is renewed at each check-in). */
static void renew_token(const struct claim *c, const char *visitor, char token[ID_TOKEN_SIZE])
{
    char hash[ID_HASH_SIZE];

    id_token(token);
    id_hash(token, hash);
    storage_put_token(c->v->storage, &(struct token_record){.hash = hash,
                                                            .visitor = visitor,
                                                            .state = TOKEN_NEW,
                                                            .at = clock_utc_ms()});
}

/* What the check-in said about a visitor; what it left out stays as it is. */
static void say_who(const struct claim *c, struct visitor_record *r)
{
    r->language = c->language;
    r->zone = c->zone;
    r->browser = c->browser;
    r->page_url = c->url;
    r->page_title = c->title;
    r->referrer = c->referrer;
    if (c->only_agent[0] != '\0') {
        r->only_agent = c->only_agent;
    }
    if (!c->e->gateway) {
        r->jid = c->e->bare; /* a token brings the conversation to a new address (road b) */
    }
    if (c->name[0] != '\0') {
        r->name = c->name;
    }
    if (text_is_email(c->email)) {
        r->email = c->email;
    }
}

static struct visitor_record new_visitor(const struct claim *c, char id[VISITOR_ID_SIZE])
{
    char random[ID_SIZE];

    id_random(random);
    snprintf(id, VISITOR_ID_SIZE, "visitor-%.13s", random);
    return (struct visitor_record){.id = id, .site = c->e->site, .first_seen = clock_utc_ms()};
}

static bool turn_away(struct claim *c, enum stanza_error refusal, enum visitor_word why)
{
    c->refusal = refusal;
    c->why = why;
    refuse(c, refusal, words_get(c->language, why));
    endpoint_settle(c->e);
    return false;
}

/* What a block names besides the visitor. */
static const char *origin_of(const struct endpoint *e, char buffer[NETWORK_ORIGIN_SIZE])
{
    if (!e->gateway) {
        return e->bare;
    }
    network_origin(e->address, buffer);
    return buffer;
}

/* known NULL: whom the endpoint speaks for already, else a new visitor. False: refused. */
static bool arrive(struct claim *c, const struct visitor_record *known,
                   const struct visitor_answer *a)
{
    struct visitors *v = c->v;
    char id[VISITOR_ID_SIZE];
    char token[ID_TOKEN_SIZE];
    char origin[NETWORK_ORIGIN_SIZE];
    struct visitor_view view;
    struct visitor_record r;
    const char *own = known != NULL ? known->id : c->e->party != NULL ? c->e->party->id : NULL;

    if (own != NULL && desk_visitor(v->desk, own, &view)) {
        r = (struct visitor_record){.id = own}; /* memory wins over a late load */
    } else {
        r = known != NULL ? *known : new_visitor(c, id);
    }
    say_who(c, &r);
    const char *from = origin_of(c->e, origin);
    if (desk_is_blocked(v->desk, r.id, r.first_seen, from)) {
        return turn_away(c, ERROR_NOT_ALLOWED, WORD_BLOCKED);
    }
    if (desk_visitor_arrive(v->desk, clock_utc_ms(), &r, a != NULL ? a->recent : NULL,
                            a != NULL ? a->recent_count : 0) != DESK_OK) {
        return turn_away(c, ERROR_RESOURCE_CONSTRAINT, WORD_TOO_MANY);
    }
    endpoint_join(v, c->e, r.id);
    desk_visitor_origin(v->desk, r.id, from);
    if (c->e->gateway) {
        char network[NETWORK_SIZE];
        network_of(c->e->address, network);
        desk_visitor_network(v->desk, r.id, network);
    }
    if (c->iq_id != NULL) {
        renew_token(c, c->e->party->id, token);
        answer(c, c->e->party->id, token);
    }
    return true;
}

static const char *guesser(const struct endpoint *e)
{
    return e->gateway ? e->address : e->bare;
}

static bool may_guess(const struct visitors *v, const struct endpoint *e)
{
    const unsigned *count = map_get(v->guesses, guesser(e));

    return count == NULL || *count < GUESSES_PER_MINUTE;
}

static void count_guess(struct visitors *v, const struct endpoint *e)
{
    unsigned *count = map_get(v->guesses, guesser(e));

    if (count == NULL) {
        count = mem_alloc(sizeof *count);
        map_set(v->guesses, guesser(e), count);
    }
    ++*count;
}

/* A token that was replaced is good for another minute: another page was just loading. Later
 * somebody has a copy of it, and none of that visitor's is good any more (V-081). */
static bool is_token_good(const struct claim *c, const struct token_record *t)
{
    struct visitors *v = c->v;
    time_ms now = clock_utc_ms();

    if (t->state == TOKEN_OLD) {
        if (now - t->at > OLD_TOKEN_GRACE_MS) {
            log_warn("visitors: a token was used long after it had been replaced; all of that "
                     "visitor's are void now");
            storage_drop_tokens_of(v->storage, t->visitor);
            return false;
        }
        return true;
    }
    if (now - t->at > v->config.token_ms) {
        storage_drop_token(v->storage, c->token_hash);
        return false;
    }
    if (t->state == TOKEN_NEW) {
        storage_age_tokens(v->storage, t->visitor, now);
        storage_put_token(v->storage, &(struct token_record){.hash = c->token_hash,
                                                             .visitor = t->visitor,
                                                             .state = TOKEN_CURRENT,
                                                             .at = now});
    }
    return true;
}

static void on_visitor(void *ctx, const struct visitor_answer *a)
{
    struct claim *c = ctx;
    struct visitors *v = c->v;
    struct endpoint *e = c->e;
    bool by_token = c->token_hash[0] != '\0';
    bool known = a->visitor != NULL && (!by_token || is_token_good(c, a->token));

    endpoint_settle(e);
    if (by_token && !known) {
        count_guess(v, e);
    } else if (by_token && e->gateway && v->config.on_known != NULL) {
        v->config.on_known(v->config.ctx, e->jid);
    }
    bool arrived = known ? arrive(c, a->visitor, a) : arrive(c, NULL, NULL);
    if (!arrived && c->iq_id == NULL) {
        endpoint_refuse(v, e, c->refusal, words_get(c->language, c->why));
    }
    claim_destroy(c);
    endpoint_play(v, e);
}

/* While it is under way the endpoint is LOADING; endpoint_destroy cancels it, and the claim with
 * it. */
static void look_up(struct claim *c)
{
    struct endpoint *e = c->e;
    bool by_token = c->token_hash[0] != '\0';

    e->state = ENDPOINT_LOADING;
    e->claim = c;
    e->request = storage_find_visitor(c->v->storage, e->site, by_token ? c->token_hash : NULL,
                                      by_token ? NULL : e->bare, on_visitor, c);
}

void checkin_cancel(struct endpoint *e)
{
    claim_destroy(e->claim);
}

/* Without a token an endpoint that speaks for somebody stays who it is. */
void checkin_visit(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    struct claim *c = claim_read(v, e, s, element_first(s->element));
    bool by_token = c->token_hash[0] != '\0';

    e->knows_ids = true;
    if (storage_is_refusing(v->storage)) {
        refuse(c, ERROR_RESOURCE_CONSTRAINT, words_get(c->language, WORD_CANNOT_STORE));
        claim_destroy(c);
    } else if (by_token && !may_guess(v, e)) {
        refuse(c, ERROR_POLICY_VIOLATION, "Too many unknown tokens.");
        claim_destroy(c);
    } else if (by_token || (!e->gateway && e->party == NULL)) {
        look_up(c);
    } else {
        arrive(c, NULL, NULL);
        claim_destroy(c);
    }
}

bool checkin_by_address(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    if (e->state == ENDPOINT_KNOWN) {
        return true;
    }
    if (storage_is_refusing(v->storage)) {
        stanza_post_error(v->post, s, ERROR_RESOURCE_CONSTRAINT,
                          words_get("en", WORD_CANNOT_STORE));
        return false;
    }
    struct claim *c = claim_read(v, e, s, NULL);
    if (e->gateway) {
        bool arrived = arrive(c, NULL, NULL);
        if (!arrived) {
            stanza_post_error(v->post, s, c->refusal, words_get(c->language, c->why));
        }
        claim_destroy(c);
        return arrived;
    }
    look_up(c);
    endpoint_keep(v, e, s);
    return false;
}

void checkin_page(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    const struct element *page = element_first(s->element);
    char *url = url_of(page, "url");
    char *title = name_of(page, "title", TITLE_POINTS);

    desk_visitor_page(v->desk, clock_utc_ms(), e->party->id, url, title);
    stanza_post_result(v->post, s);
    free(url);
    free(title);
}
