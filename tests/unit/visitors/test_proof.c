/* Check-ins with a JWT: who comes in, who comes back, and what is left of it. */
#include "base/mem.h"
#include "desk/identity.h"
#include "story_state.h"
#include "visitors/proof.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define DAY (24LL * 60 * MINUTE)

/* ---- a website that signs ---- */

static char *url_dup(const unsigned char *bytes, size_t len)
{
    char *out = mem_alloc(len * 2 + 8);

    EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);
    for (char *c = out; *c != '\0'; c++) {
        *c = (char)(*c == '+' ? '-' : *c == '/' ? '_' : *c);
    }
    out[strcspn(out, "=")] = '\0';
    return out;
}

/* Good for five minutes, from so many seconds from now on; jti NULL: it has none. */
static char *jwt_dup(const char *subject, const char *jti, int from_s)
{
    static const char HEADER[] = "{\"alg\":\"HS256\"}";
    unsigned char signature[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    long long issued = clock_utc_ms() / 1000 + from_s;
    char *payload =
        mem_print("{\"sub\":\"%s\",\"aud\":\"default\",\"iat\":%lld,\"exp\":%lld%s%s%s}", subject,
                  issued, issued + 300, jti != NULL ? ",\"jti\":\"" : "", jti != NULL ? jti : "",
                  jti != NULL ? "\"" : "");
    char *a = url_dup((const unsigned char *)HEADER, sizeof HEADER - 1);
    char *b = url_dup((const unsigned char *)payload, strlen(payload));
    char *both = mem_print("%s.%s", a, b);
    HMAC(EVP_sha256(), SECRET, sizeof SECRET - 1, (const unsigned char *)both, strlen(both),
         signature, &len);
    char *c = url_dup(signature, len);
    char *jwt = mem_print("%s.%s", both, c);

    free(payload);
    free(a);
    free(b);
    free(both);
    free(c);
    return jwt;
}

/* A site whose visitors may show one; its devices are one visitor. */
static struct story *story_of_proofs(struct jwt_key **key, size_t max_visitors)
{
    struct story *s = story_begins_with(VISITORS_XMPP_LOCAL, max_visitors);
    static struct jwt_named_key keys[1];
    static struct proof_site sites[1];
    char *complaint = NULL;

    *key = jwt_key_of_secret(SECRET, &complaint);
    keys[0] = (struct jwt_named_key){"", *key};
    sites[0] = (struct proof_site){
        .site = "default",
        .is_shared = true,
        .session_ms = 12 * 60 * MINUTE,
        .rules = {.keys = keys, .key_count = 1, .audience = "default", .lifetime_ms = 60 * MINUTE}};
    s->config.proof_sites = sites;
    s->config.proof_site_count = 1;
    visitors_configure(s->visitors, &s->config);
    return s;
}

static void proofs_end(struct story *s, struct jwt_key *key)
{
    story_ends(s);
    jwt_key_destroy(key);
}

static const char *inside(const char *token, const char *jwt)
{
    static char text[1024];

    snprintf(text, sizeof text, "%s%s%s%s%s%s", token != NULL ? "<token>" : "",
             token != NULL ? token : "", token != NULL ? "</token>" : "",
             jwt != NULL ? "<identity>" : "", jwt != NULL ? jwt : "",
             jwt != NULL ? "</identity>" : "");
    return text;
}

static const char *shows(struct story *s, const char *token, const char *subject)
{
    char *jwt = jwt_dup(subject, NULL, 0);
    const char *who = checks_in(s, a_tab(s), inside(token, jwt));

    free(jwt);
    return who;
}

/* ---- tokens of verified visitors ---- */

static void on_person(void *ctx, const struct person_answer *a)
{
    long long *tokens = ctx;

    for (size_t i = 0; i < a->part_count; i++) {
        *tokens = strcmp(a->parts[i].table, "tokens") == 0 ? a->parts[i].rows : *tokens;
    }
}

static long long tokens_of(struct story *s, const char *visitor)
{
    long long tokens = -1;

    storage_person(storage_of(s), &(struct person_query){PERSON_VISITOR, visitor}, on_person,
                   &tokens);
    story_turn(s);
    return tokens;
}

/* Each check-in brings another token; those that are worth nothing any more do not stay. */
static void tokens__of_a_verified_visitor__do_not_pile_up(void **state)
{
    struct jwt_key *key;
    struct story *s = story_of_proofs(&key, 100);

    (void)state;
    const char *ada = shows(s, NULL, "4711");
    for (int day = 0; day < 50; day++) {
        char *token = mem_dup(token_of(s));
        assert_string_equal(shows(s, token, "4711"), ada);
        fake_clock_pass(DAY);
        free(token);
    }
    assert_in_range(tokens_of(s, ada), 1, 32);
    proofs_end(s, key);
}

/* A device that comes back too late takes nothing from the others of that person. */
static void tokens__too_old__take_no_others_along(void **state)
{
    struct jwt_key *key;
    struct story *s = story_of_proofs(&key, 100);

    (void)state;
    const char *ada = shows(s, NULL, "4711");
    char *old = mem_dup(token_of(s));
    assert_string_equal(shows(s, old, "4711"), ada); /* it has been used */
    fake_clock_pass(29 * DAY);
    shows(s, NULL, "4711");
    char *phone = mem_dup(token_of(s));
    fake_clock_pass(2 * DAY);
    shows(s, old, "4711");
    /* The phone's page was loaded long ago: its token is all that it has. */
    char *expired = jwt_dup("4711", NULL, -3600);
    assert_string_equal(checks_in(s, a_tab(s), inside(phone, expired)), ada);
    free(expired);
    free(phone);
    free(old);
    proofs_end(s, key);
}

/* ---- who was somebody's before they were proved ---- */

/* With a copy of the token, from before it was worth nothing any more. */
static void a_stream__that_has_shown_nothing__speaks_for_no_verified_visitor(void **state)
{
    struct jwt_key *key;
    struct story *s = story_of_proofs(&key, 100);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    const char *own = a_tab(s);
    const char *copy = a_tab(s);
    const char *ada = checks_in(s, own, "");
    sends(s, own, "<message to='" SALES "' id='m1'><body>I cannot log in</body></message>");
    char *token = mem_dup(token_of(s));
    assert_string_equal(checks_in(s, copy, inside(token, NULL)), ada);
    assert_string_equal(checks_in(s, "eve@example/x", inside(token, NULL)), ada);
    char *jwt = jwt_dup("4711", NULL, 0);
    assert_string_equal(checks_in(s, own, inside(NULL, jwt)), ada);
    forget(s);
    nina_says(s, ada, "For Ada alone");
    expect(s, "<message to='tab1@*' from='*' type='chat' id='*'><body>For Ada alone</body><_/>"
              "</message>");
    expect_nothing_like(s, "<message to='tab2@*' from='*' type='*' id='*'><_/></message>");
    expect_nothing_like(s, "<message to='eve@*' from='*' type='*' id='*'><_/></message>");
    assert_string_not_equal(checks_in(s, copy, ""), ada);
    assert_string_not_equal(checks_in(s, "eve@example/other", ""), ada);
    assert_string_equal(checks_in(s, own, ""), ada);
    free(jwt);
    free(token);
    proofs_end(s, key);
}

/* An account of the server's, as two persons use it one after the other: nothing leads back to the
 * first, nor does what agents answer there reach the second. */
static void an_account__is_of_the_person_proved_last(void **state)
{
    struct jwt_key *key;
    struct story *s = story_of_proofs(&key, 100);

    (void)state;
    for (int restarts = 0; restarts < 2; restarts++) {
        struct visitor_view view;
        const char *account = restarts ? "bob@example/x" : "ada@example/x";
        char *first = jwt_dup(restarts ? "1" : "3", NULL, 0);
        char *second = jwt_dup(restarts ? "2" : "4", NULL, 0);
        const char *unknown = checks_in(s, account, "");
        const char *ada = checks_in(s, account, inside(NULL, first));
        assert_string_not_equal(ada, unknown);
        if (restarts) {
            daemon_restarts(s);
        }
        const char *bob = checks_in(s, account, inside(NULL, second));
        assert_string_not_equal(bob, ada);
        assert_true(!desk_visitor(desk_of(s), ada, &view) || view.record->jid[0] == '\0');
        sends(s, account,
              "<iq type='set' id='o' to='" SALES "'><logout xmlns='urn:tresen:visit:1'/></iq>");
        const char *next = checks_in(s, account, "");
        assert_string_not_equal(next, ada);
        assert_string_not_equal(next, bob);
        assert_string_not_equal(next, unknown);
        free(first);
        free(second);
    }
    proofs_end(s, key);
}

/* ---- persons who are erased ---- */

struct erasing {
    struct story *story;
    const char *visitor;
};

static void on_found(void *ctx, const struct person_answer *a)
{
    const struct erasing *e = ctx;

    assert_int_equal(a->visitor_count, 1);
    desk_forget_visitor(desk_of(e->story), clock_utc_ms(), e->visitor, true);
    storage_erase_visitor(storage_of(e->story), e->visitor);
}

/* While their browser is being looked up. Nothing of theirs is written behind that: a token of
 * nobody would be one too many for the database. */
static void a_visitor__erased_while_they_come_back__is_a_new_one(void **state)
{
    struct jwt_key *key;
    struct story *s = story_of_proofs(&key, 100);

    (void)state;
    for (int verified = 0; verified < 2; verified++) {
        char *jwt = jwt_dup("4711", NULL, 0);
        const char *tab = a_tab(s);
        const char *ada = checks_in(s, tab, inside(NULL, verified ? jwt : NULL));
        char *token = mem_dup(token_of(s));
        char *xml = mem_print("<iq type='set' id='e' to='" SALES "'><visit "
                              "xmlns='urn:tresen:visit:1'>%s</visit></iq>",
                              inside(token, verified ? jwt : NULL));
        tab_closes(s, tab);
        forget(s);
        struct erasing erasing = {s, ada};
        storage_person(storage_of(s), &(struct person_query){PERSON_VISITOR, ada}, on_found,
                       &erasing);
        sends(s, a_tab(s), xml); /* it is read with it, and answered behind it */
        const struct element *answer =
            expect(s, "<iq type='result' id='e' from='*' to='*'><_/></iq>");
        assert_string_not_equal(element_attr(element_first(answer), "visitor"), ada);
        free(xml);
        free(token);
        free(jwt);
    }
    proofs_end(s, key);
}

/* ---- jti ---- */

static bool comes_in(struct story *s, const char *jwt)
{
    const char *tab = a_tab(s);
    char *xml = mem_print("<iq type='set' id='j' to='" SALES "'><visit "
                          "xmlns='urn:tresen:visit:1'><identity>%s</identity></visit></iq>",
                          jwt);

    forget(s);
    sends(s, tab, xml);
    free(xml);
    bool is_in =
        recorder_find(s->post, "<iq type='result' id='j' from='*' to='*'><_/></iq>") != NULL;
    forget(s);
    return is_in;
}

static void jti__of_who_was_turned_away__is_not_used(void **state)
{
    struct jwt_key *key;
    struct story *s = story_of_proofs(&key, 1);

    (void)state;
    fake_clock_pass(SECOND);
    const char *first = a_tab(s);
    checks_in(s, first, "");
    char *jwt = jwt_dup("4711", "one", 0);
    assert_false(comes_in(s, jwt)); /* there is no room */
    tab_closes(s, first);
    seconds_pass(s, 1);
    assert_true(comes_in(s, jwt));
    free(jwt);
    proofs_end(s, key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens__of_a_verified_visitor__do_not_pile_up),
        cmocka_unit_test(tokens__too_old__take_no_others_along),
        cmocka_unit_test(a_stream__that_has_shown_nothing__speaks_for_no_verified_visitor),
        cmocka_unit_test(an_account__is_of_the_person_proved_last),
        cmocka_unit_test(a_visitor__erased_while_they_come_back__is_a_new_one),
        cmocka_unit_test(jti__of_who_was_turned_away__is_not_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
