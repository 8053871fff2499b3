/* Each rule of a JWT, with real signatures. */
#include "visitors/jwt.h"

#include "base/mem.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1767607200000 /* 2026-01-05T10:00:00Z */
#define SECRET "0123456789abcdef0123456789abcdef"
#define OTHER_SECRET "fedcba9876543210fedcba9876543210"
#define HS256 "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define TIMES "\"iat\":1767607190,\"exp\":1767607490"
#define PAYLOAD "{\"sub\":\"4711\",\"aud\":\"shop\"," TIMES "}"

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

static char *to_sign_dup(const char *header, const char *payload)
{
    char *a = url_dup((const unsigned char *)header, strlen(header));
    char *b = url_dup((const unsigned char *)payload, strlen(payload));
    char *both = mem_print("%s.%s", a, b);

    free(a);
    free(b);
    return both;
}

static char *with_signature_dup(char *take_text, const unsigned char *signature, size_t len)
{
    char *text = url_dup(signature, len);
    char *token = mem_print("%s.%s", take_text, text);

    free(text);
    free(take_text);
    return token;
}

static char *hs256_dup(const char *secret, const char *header, const char *payload)
{
    unsigned char signature[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    char *text = to_sign_dup(header, payload);

    HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text, strlen(text),
         signature, &len);
    return with_signature_dup(text, signature, len);
}

static char *eddsa_dup(EVP_PKEY *pair, const char *header, const char *payload)
{
    unsigned char signature[64];
    size_t len = sizeof signature;
    char *text = to_sign_dup(header, payload);
    EVP_MD_CTX *state = EVP_MD_CTX_new();

    assert_int_equal(EVP_DigestSignInit(state, NULL, NULL, NULL, pair), 1);
    assert_int_equal(
        EVP_DigestSign(state, signature, &len, (const unsigned char *)text, strlen(text)), 1);
    EVP_MD_CTX_free(state);
    return with_signature_dup(text, signature, len);
}

static EVP_PKEY *make_pair(int kind)
{
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_id(kind, NULL);
    EVP_PKEY *pair = NULL;

    assert_int_equal(EVP_PKEY_keygen_init(maker), 1);
    assert_int_equal(EVP_PKEY_keygen(maker, &pair), 1);
    EVP_PKEY_CTX_free(maker);
    return pair;
}

static char *pem_dup(EVP_PKEY *pair)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *bytes;

    assert_int_equal(PEM_write_bio_PUBKEY(out, pair), 1);
    long len = BIO_get_mem_data(out, &bytes);
    char *pem = mem_dup_n(bytes, (size_t)len);
    BIO_free(out);
    return pem;
}

/* ---- our side ---- */

static struct jwt_key *secret_key(const char *secret)
{
    char *complaint = NULL;
    struct jwt_key *k = jwt_key_of_secret(secret, &complaint);

    assert_non_null(k);
    return k;
}

static enum jwt_verdict verify(const struct jwt_rules *rules, char *take_token)
{
    struct jwt_claims claims;
    enum jwt_verdict verdict = jwt_verify(rules, take_token, NOW, &claims);

    assert_int_equal(claims.subject != NULL, verdict == JWT_GOOD || verdict == JWT_EXPIRED);
    assert_true(strlen(jwt_verdict_words(verdict)) > 0);
    jwt_claims_finish(&claims);
    free(take_token);
    return verdict;
}

/* One key, without an id; the rules are the caller's to change. */
static struct jwt_rules rules_of(struct jwt_named_key *key)
{
    *key = (struct jwt_named_key){"", secret_key(SECRET)};
    return (struct jwt_rules){
        .keys = key, .key_count = 1, .audience = "shop", .lifetime_ms = 3600 * 1000};
}

static void finish(const struct jwt_rules *rules)
{
    for (size_t i = 0; i < rules->key_count; i++) {
        jwt_key_destroy((struct jwt_key *)(uintptr_t)rules->keys[i].key);
    }
}

static void jwt_verify__takes__what_is_signed(void **state)
{
    static const char *const ATTRIBUTES[] = {"plan", "cart", "vip", "total",
                                             "none", "deep", "name"};
    struct jwt_named_key key;
    struct jwt_rules rules = rules_of(&key);
    struct jwt_claims claims;

    (void)state;
    rules.attributes = ATTRIBUTES;
    rules.attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES;
    char *token = hs256_dup(
        SECRET, HS256,
        "{\"sub\":\"4711\",\"aud\":[\"other\",\"shop\"]," TIMES
        ",\"nbf\":1767607190,\"jti\":\"j1\","
        "\"name\":\"Ada\\n\\u202eLovelace\",\"email\":\"ada@example.org\",\"plan\":\"gold\","
        "\"cart\":[\"Red shoes\",2,{\"x\":1},\"Laces\"],\"vip\":true,\"total\":49.9,"
        "\"deep\":{\"x\":\"y\"},\"secret\":\"not asked for\"}");
    assert_int_equal(jwt_verify(&rules, token, NOW, &claims), JWT_GOOD);
    assert_string_equal(claims.subject, "4711");
    assert_string_equal(claims.id, "j1");
    assert_string_equal(claims.name, "Ada Lovelace");
    assert_string_equal(claims.email, "ada@example.org");
    assert_string_equal(claims.shown, "name: Ada Lovelace\nemail: ada@example.org\nplan: gold\n"
                                      "cart: Red shoes, 2, Laces\nvip: true\ntotal: 49.9\n");
    assert_int_equal(claims.issued, 1767607190000);
    assert_int_equal(claims.expires, 1767607490000);
    jwt_claims_finish(&claims);
    free(token);
    assert_int_equal(verify(&rules, hs256_dup(SECRET, "{\"alg\":\"HS256\"}", PAYLOAD)), JWT_GOOD);
    finish(&rules);
}

/* No character of it can be another one, and nothing can stand before, behind or in between.
 */
static void jwt_verify__refuses__any_other_text(void **state)
{
    struct jwt_named_key key;
    const struct jwt_rules rules = rules_of(&key);
    char *good = hs256_dup(SECRET, HS256, PAYLOAD);

    (void)state;
    assert_int_equal(verify(&rules, mem_dup(good)), JWT_GOOD);
    for (size_t i = 0; good[i] != '\0'; i++) {
        static const char LETTERS[] = "AB_-.= +/";
        for (size_t k = 0; k < sizeof LETTERS; k++) {
            char *other = mem_dup(good);
            other[i] = LETTERS[k];
            if (other[i] == good[i]) {
                free(other);
                continue;
            }
            assert_int_not_equal(verify(&rules, other), JWT_GOOD);
        }
    }
    const char *wrongs[] = {"%s.", ".%s", "%s=", " %s", "%s ", "%s\n", "%s.e30", "%sAAAA"};
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        const char *at = strstr(wrongs[i], "%s");
        char *other = mem_print("%.*s%s%s", (int)(at - wrongs[i]), wrongs[i], good, at + 2);
        assert_int_not_equal(verify(&rules, other), JWT_GOOD);
    }
    const char *none[] = {"", ".", "..", "...", "a.b", "a.b.c", "e30.e30.", "e30.e30.e30"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_not_equal(verify(&rules, mem_dup(none[i])), JWT_GOOD);
    }
    free(good);
    finish(&rules);
}

static void jwt_verify__refuses__other_algorithms(void **state)
{
    static const char *const HEADERS[] = {
        "{\"alg\":\"none\"}",  "{\"alg\":\"None\"}",  "{\"alg\":\"\"}",      "{\"alg\":\"hs256\"}",
        "{\"alg\":\"HS384\"}", "{\"alg\":\"RS256\"}", "{\"alg\":\"EdDSA\"}", "{}",
    };
    struct jwt_named_key key;
    const struct jwt_rules rules = rules_of(&key);

    (void)state;
    for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++) {
        assert_int_equal(verify(&rules, hs256_dup(SECRET, HEADERS[i], PAYLOAD)),
                         JWT_WRONG_ALGORITHM);
        char *unsigned_token = to_sign_dup(HEADERS[i], PAYLOAD);
        char *with_dot = mem_print("%s.", unsigned_token);
        assert_int_equal(verify(&rules, with_dot), JWT_WRONG_ALGORITHM);
        assert_int_equal(verify(&rules, unsigned_token), JWT_MALFORMED);
    }
    char *without = to_sign_dup(HS256, PAYLOAD);
    assert_int_equal(verify(&rules, mem_print("%s.", without)), JWT_WRONG_SIGNATURE);
    free(without);
    finish(&rules);
}

static void jwt_verify__refuses__headers_that_are_not_known(void **state)
{
    static const char *const HEADERS[] = {
        "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"HS256\",\"b64\":false}",
        "{\"alg\":\"HS256\",\"jku\":\"https://evil.example/keys\"}",
        "{\"alg\":\"HS256\",\"jwk\":{}}",
        "{\"alg\":\"HS256\",\"x5c\":[]}",
        "{\"alg\":\"HS256\",\"zip\":\"DEF\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
        "{\"alg\":\"HS256\",\"typ\":1}",
        "{\"alg\":\"HS256\",\"kid\":null}",
        "{\"alg\":\"HS256\",\"kid\":[\"\"]}",
        "{\"alg\":[\"HS256\"]}",
        "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
        "[]",
        "\"HS256\"",
        "{\"alg\":\"HS256\"",
        "{\"alg\":\"HS256\"}{}",
        "{\"alg\":\"HS256\\u0000\"}",
    };
    struct jwt_named_key key;
    const struct jwt_rules rules = rules_of(&key);

    (void)state;
    for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++) {
        assert_int_equal(verify(&rules, hs256_dup(SECRET, HEADERS[i], PAYLOAD)), JWT_MALFORMED);
    }
    finish(&rules);
}

static void jwt_verify__refuses__what_another_key_signed(void **state)
{
    struct jwt_named_key key;
    const struct jwt_rules rules = rules_of(&key);

    (void)state;
    assert_int_equal(verify(&rules, hs256_dup(OTHER_SECRET, HS256, PAYLOAD)), JWT_WRONG_SIGNATURE);
    assert_int_equal(verify(&rules, hs256_dup("", HS256, PAYLOAD)), JWT_WRONG_SIGNATURE);
    finish(&rules);
}

/* Both keys are good while one takes the place of the other. */
static void jwt_verify__finds__the_key_by_its_id(void **state)
{
    struct jwt_named_key keys[] = {{"2025", secret_key(SECRET)},
                                   {"2026", secret_key(OTHER_SECRET)}};
    struct jwt_rules rules = {
        .keys = keys, .key_count = 2, .audience = "shop", .lifetime_ms = 3600 * 1000};

    (void)state;
#define OF(id) "{\"alg\":\"HS256\",\"kid\":\"" id "\"}"
    assert_int_equal(verify(&rules, hs256_dup(SECRET, OF("2025"), PAYLOAD)), JWT_GOOD);
    assert_int_equal(verify(&rules, hs256_dup(OTHER_SECRET, OF("2026"), PAYLOAD)), JWT_GOOD);
    assert_int_equal(verify(&rules, hs256_dup(SECRET, HS256, PAYLOAD)), JWT_GOOD);
    assert_int_equal(verify(&rules, hs256_dup(OTHER_SECRET, HS256, PAYLOAD)), JWT_WRONG_SIGNATURE);
    assert_int_equal(verify(&rules, hs256_dup(SECRET, OF("2026"), PAYLOAD)), JWT_WRONG_SIGNATURE);
    const char *strangers[] = {OF("2024"), OF(""), OF("../2025"), OF("2025 "), OF("/dev/null")};
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        assert_int_equal(verify(&rules, hs256_dup(SECRET, strangers[i], PAYLOAD)), JWT_UNKNOWN_KEY);
    }
    rules.keys = &keys[1]; /* the old one is taken out */
    rules.key_count = 1;
    assert_int_equal(verify(&rules, hs256_dup(SECRET, OF("2025"), PAYLOAD)), JWT_UNKNOWN_KEY);
    assert_int_equal(verify(&rules, hs256_dup(OTHER_SECRET, HS256, PAYLOAD)), JWT_GOOD);
    rules.keys = keys;
    rules.key_count = 2;
    finish(&rules);
}

static void jwt_verify__asks__for_subject_and_audience(void **state)
{
    static const struct {
        const char *payload;
        enum jwt_verdict verdict;
    } CASES[] = {
        {"{\"aud\":\"shop\"," TIMES "}", JWT_WRONG_CLAIMS},
        {"{\"sub\":\"\",\"aud\":\"shop\"," TIMES "}", JWT_WRONG_CLAIMS},
        {"{\"sub\":4711,\"aud\":\"shop\"," TIMES "}", JWT_WRONG_CLAIMS},
        {"{\"sub\":null,\"aud\":\"shop\"," TIMES "}", JWT_WRONG_CLAIMS},
        {"{\"sub\":\" a\",\"aud\":\"shop\"," TIMES "}", JWT_WRONG_CLAIMS},
        {"{\"sub\":\"a\\nb\",\"aud\":\"shop\"," TIMES "}", JWT_WRONG_CLAIMS},
        {"{\"sub\":\"a\\u202eb\",\"aud\":\"shop\"," TIMES "}", JWT_WRONG_CLAIMS},
        {"{\"sub\":\"a\\u0000b\",\"aud\":\"shop\"," TIMES "}", JWT_MALFORMED},
        {"{\"sub\":\"a\",\"sub\":\"b\",\"aud\":\"shop\"," TIMES "}", JWT_MALFORMED},
        {"{\"sub\":\"a\",\"jti\":7,\"aud\":\"shop\"," TIMES "}", JWT_WRONG_CLAIMS},
        {"{\"sub\":\"a\"," TIMES "}", JWT_WRONG_AUDIENCE},
        {"{\"sub\":\"a\",\"aud\":\"Shop\"," TIMES "}", JWT_WRONG_AUDIENCE},
        {"{\"sub\":\"a\",\"aud\":\"shop.evil\"," TIMES "}", JWT_WRONG_AUDIENCE},
        {"{\"sub\":\"a\",\"aud\":\"sho\"," TIMES "}", JWT_WRONG_AUDIENCE},
        {"{\"sub\":\"a\",\"aud\":[]," TIMES "}", JWT_WRONG_AUDIENCE},
        {"{\"sub\":\"a\",\"aud\":[\"x\",7]," TIMES "}", JWT_WRONG_AUDIENCE},
        {"{\"sub\":\"a\",\"aud\":{\"shop\":1}," TIMES "}", JWT_WRONG_AUDIENCE},
        {"[]", JWT_MALFORMED},
        {"\"x\"", JWT_MALFORMED},
        {"", JWT_MALFORMED},
    };
    struct jwt_named_key key;
    struct jwt_rules rules = rules_of(&key);

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_int_equal(verify(&rules, hs256_dup(SECRET, HS256, CASES[i].payload)),
                         CASES[i].verdict);
    }
    rules.issuer = "https://shop.example";
    assert_int_equal(verify(&rules, hs256_dup(SECRET, HS256, PAYLOAD)), JWT_WRONG_ISSUER);
    assert_int_equal(verify(&rules, hs256_dup(SECRET, HS256,
                                              "{\"sub\":\"a\",\"aud\":\"shop\",\"iss\":"
                                              "\"https://shop.example\"," TIMES "}")),
                     JWT_GOOD);
    finish(&rules);
}

/* 128 bytes of subject and 4,096 of all are taken; one more is not. */
static void jwt_verify__bounds__what_it_reads(void **state)
{
    struct jwt_named_key key;
    const struct jwt_rules rules = rules_of(&key);

    (void)state;
    for (int len = 128; len <= 129; len++) {
        char *payload = mem_print("{\"sub\":\"%0*d\",\"aud\":\"shop\"," TIMES "}", len, 7);
        assert_int_equal(verify(&rules, hs256_dup(SECRET, HS256, payload)),
                         len == 128 ? JWT_GOOD : JWT_WRONG_CLAIMS);
        free(payload);
    }
    bool met = false; /* the largest that is taken */
    for (int len = 2900; len < 3000; len++) {
        char *payload =
            mem_print("{\"sub\":\"a\",\"aud\":\"shop\"," TIMES ",\"x\":\"%0*d\"}", len, 7);
        char *token = hs256_dup(SECRET, HS256, payload);
        size_t size = strlen(token);
        met = met || size == JWT_MAX;
        assert_int_equal(verify(&rules, token), size <= JWT_MAX ? JWT_GOOD : JWT_MALFORMED);
        free(payload);
    }
    assert_true(met);
    char deep[2800];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_int_equal(verify(&rules, hs256_dup(SECRET, HS256, deep)), JWT_MALFORMED);
    finish(&rules);
}

static enum jwt_verdict at_times(const struct jwt_rules *rules, const char *times)
{
    char *payload = mem_print("{\"sub\":\"a\",\"aud\":\"shop\"%s}", times);
    enum jwt_verdict verdict = verify(rules, hs256_dup(SECRET, HS256, payload));

    free(payload);
    return verdict;
}

/* To the second, at the bounds: NOW is 1767607200, and clocks may differ by 60. */
static void jwt_verify__asks__for_times_that_fit(void **state)
{
    static const struct {
        const char *times;
        enum jwt_verdict verdict;
    } CASES[] = {
        {",\"iat\":1767606300,\"exp\":1767607141", JWT_GOOD},
        {",\"iat\":1767606300,\"exp\":1767607140", JWT_EXPIRED},
        {",\"iat\":1767607260,\"exp\":1767607300", JWT_GOOD},
        {",\"iat\":1767607261,\"exp\":1767607300", JWT_TOO_EARLY},
        {",\"iat\":1767607200,\"nbf\":1767607260,\"exp\":1767607300", JWT_GOOD},
        {",\"iat\":1767607200,\"nbf\":1767607261,\"exp\":1767607300", JWT_TOO_EARLY},
        {",\"iat\":1767607200,\"exp\":1767610800", JWT_GOOD},
        {",\"iat\":1767607200,\"exp\":1767610801", JWT_TOO_LONG},
        {",\"iat\":0,\"exp\":253402300799", JWT_TOO_LONG},
        {",\"iat\":0,\"exp\":3600", JWT_EXPIRED},
        {",\"exp\":1767607300", JWT_WRONG_CLAIMS},
        {",\"iat\":1767607200", JWT_WRONG_CLAIMS},
        {",\"iat\":1767607200,\"exp\":1767607200", JWT_WRONG_CLAIMS},
        {",\"iat\":1767607201,\"exp\":1767607200", JWT_WRONG_CLAIMS},
        {",\"iat\":-1,\"exp\":1767607300", JWT_WRONG_CLAIMS},
        {",\"iat\":1767607200.5,\"exp\":1767607300", JWT_WRONG_CLAIMS},
        {",\"iat\":1767607200,\"exp\":\"1767607300\"", JWT_WRONG_CLAIMS},
        {",\"iat\":1767607200,\"exp\":1.7676073e9", JWT_WRONG_CLAIMS},
        {",\"iat\":1767607200,\"exp\":9223372036854775807", JWT_WRONG_CLAIMS},
        {",\"iat\":1767607200,\"exp\":99999999999999999999", JWT_MALFORMED},
        {",\"iat\":1767607200,\"exp\":1767607300,\"nbf\":\"now\"", JWT_WRONG_CLAIMS},
        {",\"iat\":1767607200,\"exp\":true", JWT_WRONG_CLAIMS},
        {"", JWT_WRONG_CLAIMS},
    };
    struct jwt_named_key key;
    const struct jwt_rules rules = rules_of(&key);

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_int_equal(at_times(&rules, CASES[i].times), CASES[i].verdict);
    }
    finish(&rules);
}

static void jwt_verify__takes__eddsa_of_its_own_key(void **state)
{
    char *complaint = NULL;
    EVP_PKEY *pair = make_pair(EVP_PKEY_ED25519);
    EVP_PKEY *other = make_pair(EVP_PKEY_ED25519);
    char *pem = pem_dup(pair);
    struct jwt_named_key key = {"", jwt_key_of_pem(pem, &complaint)};
    const struct jwt_rules rules = {
        .keys = &key, .key_count = 1, .audience = "shop", .lifetime_ms = 3600 * 1000};

    (void)state;
    assert_non_null(key.key);
    assert_string_equal(jwt_key_algorithm(key.key), "EdDSA");
#define EDDSA "{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}"
    assert_int_equal(verify(&rules, eddsa_dup(pair, EDDSA, PAYLOAD)), JWT_GOOD);
    assert_int_equal(verify(&rules, eddsa_dup(other, EDDSA, PAYLOAD)), JWT_WRONG_SIGNATURE);
    /* The public key as the secret of HS256, in the two ways that libraries have fallen for. */
    assert_int_equal(verify(&rules, hs256_dup(pem, HS256, PAYLOAD)), JWT_WRONG_ALGORITHM);
    assert_int_equal(verify(&rules, hs256_dup(pem, EDDSA, PAYLOAD)), JWT_WRONG_SIGNATURE);
    finish(&rules);
    free(pem);
    EVP_PKEY_free(pair);
    EVP_PKEY_free(other);
}

/* The rest of it is said in test_config_identity.c. */
static void jwt_key__refuses__other_curves(void **state)
{
    EVP_PKEY *pair = make_pair(EVP_PKEY_ED448);
    char *pem = pem_dup(pair);
    char *complaint = NULL;

    (void)state;
    assert_null(jwt_key_of_pem(pem, &complaint));
    assert_non_null(strstr(complaint, "no Ed25519"));
    free(complaint);
    free(pem);
    EVP_PKEY_free(pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jwt_verify__takes__what_is_signed),
        cmocka_unit_test(jwt_verify__refuses__any_other_text),
        cmocka_unit_test(jwt_verify__refuses__other_algorithms),
        cmocka_unit_test(jwt_verify__refuses__headers_that_are_not_known),
        cmocka_unit_test(jwt_verify__refuses__what_another_key_signed),
        cmocka_unit_test(jwt_verify__finds__the_key_by_its_id),
        cmocka_unit_test(jwt_verify__asks__for_subject_and_audience),
        cmocka_unit_test(jwt_verify__bounds__what_it_reads),
        cmocka_unit_test(jwt_verify__asks__for_times_that_fit),
        cmocka_unit_test(jwt_verify__takes__eddsa_of_its_own_key),
        cmocka_unit_test(jwt_key__refuses__other_curves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
