/* Check-in: who is this visitor? (docs/PROTOCOL.md section 2) */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/identity.h"
#include "desk/prechat.h"
#include "visitors/claim.h"
#include "visitors/lookups.h"
#include "visitors/network.h"
#include "visitors/refusals.h"
#include "visitors/tokens.h"
#include "visitors/welcome.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VISITOR_ID_SIZE = 32 };

/* Who it is by the desk's memory, which knows better than what was loaded; "": nobody vouches. */
static const char *subject_of(const struct visitors *v, const char *visitor, const char *loaded)
{
    struct visitor_view view;

    return desk_visitor(v->desk, visitor, &view) ? view.record->subject : loaded;
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
    if (c->name[0] != '\0' && !identity_says(r, "name")) {
        r->name = c->name;
    }
    if (text_is_email(c->email) && !identity_says(r, "email")) {
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
    refusals_count(c->v, why);
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

static bool is_of_proof(const struct claim *c, const char *subject)
{
    return c->proof != NULL && strcmp(subject, c->proof->claims.subject) == 0;
}

/* May that visitor be the one who has checked in so? A verified one is nobody but themselves, and
 * whom nobody vouches for becomes somebody in an open chat alone. */
static bool may_be(const struct claim *c, const char *visitor, const char *subject)
{
    if (c->proof == NULL || is_of_proof(c, subject)) {
        return true;
    }
    return subject[0] == '\0' && desk_is_talking(c->v->desk, visitor);
}

/* Whom the endpoint speaks for already, if that is who has checked in; NULL: a new visitor. */
static const char *own_visitor(const struct claim *c)
{
    const struct party *p = c->e->party;

    return p != NULL && may_be(c, p->id, subject_of(c->v, p->id, "")) ? p->id : NULL;
}

/* The account leads to whom the endpoint speaks for no more, unless that is who has come. */
static void leave_account(const struct visitors *v, const struct endpoint *e, const char *visitor)
{
    if (e->party != NULL && !e->gateway && !text_equal(e->party->id, visitor)) {
        desk_visitor_moved_out(v->desk, &(struct visitor_record){.id = e->party->id}, e->bare);
    }
}

static void arrived(const struct claim *c, const char *visitor, const char *origin)
{
    struct visitors *v = c->v;
    struct endpoint *e = c->e;
    char token[ID_TOKEN_SIZE];
    bool is_new = c->proof != NULL && subject_of(v, visitor, "")[0] == '\0';

    if (c->answers) {
        struct filled filled = answers_filled(&c->filled);
        desk_visitor_prechat(v->desk, clock_utc_ms(), visitor, c->department, &filled);
    }
    if (c->agrees) {
        desk_visitor_consent(v->desk, clock_utc_ms(), visitor, c->department);
    }
    if (c->proof != NULL) {
        const struct jwt_claims *p = &c->proof->claims;
        proof_use(v, e, c->proof);
        leave_account(v, e, visitor);
        desk_visitor_identify(v->desk, clock_utc_ms(), visitor,
                              &(struct desk_identity){p->subject, p->shown, p->name, p->email});
    }
    endpoint_join(v, e, visitor);
    if (is_new) {
        endpoint_part_others(v, e);
    }
    claim_hear_invitation(c, visitor);
    desk_visitor_origin(v->desk, visitor, origin);
    if (e->gateway) {
        char network[NETWORK_SIZE];
        network_of(e->address, network);
        desk_visitor_network(v->desk, visitor, network);
    }
    if (c->iq_id != NULL) {
        page_arrived(c, visitor);
        tokens_renew(v, e, token);
        welcome_answer(c, e->party->id, token);
    }
}

/* known NULL: whom the endpoint speaks for already, else a new visitor. False: refused. */
static bool arrive(struct claim *c, const struct visitor_record *known,
                   const struct visitor_answer *a)
{
    struct visitors *v = c->v;
    char id[VISITOR_ID_SIZE];
    char origin[NETWORK_ORIGIN_SIZE];
    struct visitor_view view;
    struct visitor_record r;
    const char *own = known != NULL ? known->id : own_visitor(c);

    if (c->proof != NULL && own != NULL && is_of_proof(c, subject_of(v, own, "")) &&
        c->e->party != NULL && text_equal(c->e->party->id, own)) {
        c->proof->is_backed = true; /* this stream has shown it before */
    }
    if (c->proof != NULL && !proof_is_good(v, c->e, c->proof)) {
        if (!c->proof->has_expired) { /* used once more: somebody has a copy */
            tokens_count_guess(v, c->e);
        }
        return turn_away(c, ERROR_NOT_AUTHORIZED, WORD_NOT_PROVED);
    }
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
    if (a != NULL) {
        desk_visitor_tickets(v->desk, r.id, a->tickets, a->ticket_count);
    }
    arrived(c, r.id, from);
    return true;
}

static void look_up(struct claim *c);

/* The visitor that a token or an address has found. True: it is who has checked in. */
static bool is_who_came(struct claim *c, const struct visitor_record *found)
{
    const struct visitors *v = c->v;
    const char *subject = subject_of(v, found->id, found->subject);
    const struct proof_site *site = proof_site(v, c->e->site);
    bool by_token = c->token_hash[0] != '\0';

    if (c->proof == NULL) {
        /* Only a stream that has proved it, or an account, comes back as a verified visitor. */
        bool is_here = c->e->party != NULL && strcmp(c->e->party->id, found->id) == 0;
        return subject[0] == '\0' || is_here || !by_token;
    }
    bool may = may_be(c, found->id, subject);
    if (is_of_proof(c, subject)) {
        c->proof->is_backed = true;
        may = site == NULL || !site->is_shared || desk_is_talking(v->desk, found->id);
    } else if (subject[0] != '\0' && by_token) {
        storage_drop_token(v->storage, c->token_hash); /* another person is at this device now */
    }
    if (!may && !by_token) {
        desk_visitor_moved_out(v->desk, found, c->e->bare); /* likewise with this account */
    }
    return may;
}

/* Of the person whom the JWT names, where nobody was found: one who has just come is not in the
 * database yet. */
static bool arrive_as_subject(struct claim *c)
{
    const struct proof_site *site = proof_site(c->v, c->e->site);
    const char *id = site != NULL && site->is_shared
                         ? desk_visitor_of(c->v->desk, c->e->site, c->proof->claims.subject)
                         : NULL;

    const struct visitor_record known = {.id = id};

    return arrive(c, id != NULL ? &known : NULL, NULL);
}

static bool has_to_prove(const struct claim *c, const char *subject)
{
    const struct proof_site *site = proof_site(c->v, c->e->site);

    return site != NULL && site->is_required && c->proof == NULL && subject[0] == '\0';
}

/* Nobody was found, or not who has checked in. */
static bool arrive_unknown(struct claim *c)
{
    const char *own = own_visitor(c);

    if (has_to_prove(c, own != NULL ? subject_of(c->v, own, "") : "")) {
        return turn_away(c, ERROR_REGISTRATION_REQUIRED, WORD_PROOF_FIRST);
    }
    return c->proof != NULL && own == NULL ? arrive_as_subject(c) : arrive(c, NULL, NULL);
}

static bool arrive_found(struct claim *c, const struct visitor_answer *a)
{
    if (has_to_prove(c, subject_of(c->v, a->visitor->id, a->visitor->subject))) {
        return turn_away(c, ERROR_REGISTRATION_REQUIRED, WORD_PROOF_FIRST);
    }
    return arrive(c, a->visitor, a);
}

/* What a token said was heard: now it is the person that the JWT names who is looked up. */
static bool looks_further(struct claim *c)
{
    const struct proof_site *site = proof_site(c->v, c->e->site);

    if (c->by_subject || c->proof == NULL || site == NULL || !site->is_shared ||
        own_visitor(c) != NULL) {
        return false;
    }
    c->by_subject = true;
    look_up(c);
    return true;
}

/* A token was shown: has it found somebody? */
static void hear_token(const struct claim *c, bool known)
{
    const struct visitors *v = c->v;
    struct endpoint *e = c->e;

    if (!known) {
        tokens_count_guess(c->v, e);
        return;
    }
    memcpy(e->shown, c->token_hash, sizeof e->shown);
    if (e->gateway && v->config.on_known != NULL) {
        v->config.on_known(v->config.ctx, e->jid);
    }
}

/* A verified visitor's token beside no JWT of theirs changes nothing about it. */
static bool is_token_good(const struct claim *c, const struct visitor_answer *a)
{
    const char *subject = subject_of(c->v, a->visitor->id, a->visitor->subject);
    bool proved = is_of_proof(c, subject);
    bool is_here = c->e->party != NULL && strcmp(c->e->party->id, a->visitor->id) == 0;

    return (subject[0] != '\0' && !proved && !is_here) ||
           tokens_is_good(c->v, a->token, proved || subject[0] != '\0');
}

static void on_visitor(void *ctx, const struct visitor_answer *a)
{
    struct claim *c = ctx;
    struct visitors *v = c->v;
    struct endpoint *e = c->e;
    bool by_token = c->token_hash[0] != '\0' && !c->by_subject;

    lookups_done(v);
    if (!desk_knows_since(v->desk, c->mark)) {
        look_up(c); /* the disk had failed for so long that the answer is stale */
        return;
    }
    bool is_there = a->visitor != NULL && !desk_has_forgotten(v->desk, a->visitor->id);
    bool known = is_there && (!by_token || is_token_good(c, a));
    endpoint_settle(e);
    if (by_token) {
        hear_token(c, known);
    }
    known = known && (c->by_subject || is_who_came(c, a->visitor));
    if (!known && looks_further(c)) {
        return;
    }
    bool has_arrived = known ? arrive_found(c, a) : arrive_unknown(c);
    if (!has_arrived && c->iq_id == NULL) {
        endpoint_refuse(v, e, c->refusal, words_get(c->language, c->why));
    }
    claim_destroy(c);
    endpoint_play(v, e);
}

/* While it is under way the endpoint is LOADING; endpoint_destroy cancels it, and the claim with
 * it. */
static void look_up(struct claim *c)
{
    c->e->state = ENDPOINT_LOADING;
    c->e->claim = c;
    lookups_add(c);
}

void checkin_look_up(struct claim *c)
{
    struct endpoint *e = c->e;
    struct storage *s = c->v->storage;
    bool by_token = c->token_hash[0] != '\0';

    c->mark = desk_ticket_mark(c->v->desk);
    e->request = c->by_subject
                     ? storage_find_subject(s, e->site, c->proof->claims.subject, on_visitor, c)
                     : storage_find_visitor(s, e->site, by_token ? c->token_hash : NULL,
                                            by_token ? NULL : e->bare, on_visitor, c);
}

void checkin_cancel(struct endpoint *e)
{
    lookups_cancel(e->claim);
    claim_destroy(e->claim);
}

/* What it says by a JWT. False: refused. */
static bool take_proof(struct claim *c, const char *jwt)
{
    if (jwt == NULL) {
        return true;
    }
    if (proof_site(c->v, c->e->site) == NULL) {
        log_warn("visitors: a check-in of the site %s has a JWT, but there are no keys for that "
                 "site (identity)",
                 c->e->site);
        refuse(c, ERROR_FEATURE_NOT_IMPLEMENTED, NULL);
        return false;
    }
    c->proof = proof_read(c->v, c->e, jwt);
    if (c->proof == NULL) {
        refusals_count(c->v, WORD_NOT_PROVED);
        refuse(c, ERROR_NOT_AUTHORIZED, words_get(c->language, WORD_NOT_PROVED));
        return false;
    }
    return true;
}

/* Without a token an endpoint that speaks for somebody stays who it is, unless another is proved.
 */
void checkin_visit(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    const struct element *visit = element_first(s->element);
    const char *jwt = element_child_text(visit, "identity", NULL);
    struct claim *c = claim_read(v, e, s, visit);
    bool by_token = c->token_hash[0] != '\0';

    e->knows_ids = true;
    if (storage_is_refusing(v->storage)) {
        refusals_count(v, WORD_CANNOT_STORE);
        refuse(c, ERROR_RESOURCE_CONSTRAINT, words_get(c->language, WORD_CANNOT_STORE));
    } else if ((by_token || jwt != NULL) && !tokens_may_guess(v, e)) {
        refusals_count_guess(v);
        refuse(c, ERROR_POLICY_VIOLATION, "Too many unknown tokens.");
    } else if (take_proof(c, jwt)) {
        if (by_token || (!e->gateway && e->party == NULL)) {
            look_up(c);
            return;
        }
        if (looks_further(c)) {
            return;
        }
        arrive_unknown(c);
    }
    claim_destroy(c);
}

bool checkin_by_address(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    if (e->state == ENDPOINT_KNOWN) {
        return true;
    }
    if (storage_is_refusing(v->storage)) {
        refusals_count(v, WORD_CANNOT_STORE);
        stanza_post_error(v->post, s, ERROR_RESOURCE_CONSTRAINT,
                          words_get("en", WORD_CANNOT_STORE));
        return false;
    }
    struct claim *c = claim_read(v, e, s, NULL);
    if (e->gateway) {
        bool has_arrived = arrive_unknown(c);
        if (!has_arrived) {
            stanza_post_error(v->post, s, c->refusal, words_get(c->language, c->why));
        }
        claim_destroy(c);
        return has_arrived;
    }
    look_up(c);
    endpoint_keep(v, e, s);
    return false;
}

/* Nothing on this device leads back to who was here. */
void checkin_logout(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    tokens_drop(v, e);
    leave_account(v, e, "");
    endpoint_part(v, e);
    struct draft d;
    struct writer *w = draft_begin(&d);
    stanza_iq(w, s->to->full, e->jid, "result", s->id);
    draft_send(&d, v->post, e->jid, POST_HELD);
}
