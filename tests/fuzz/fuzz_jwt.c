/* fuzz_jwt.c - JWTs from anywhere. What nobody has signed is never good; and of what was signed, be
 * it what it may, the claims are clean, and the times are those of the rules. */
#include "base/base64.h"
#include "base/text.h"
#include "visitors/jwt.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define NOW 1767607200000

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

static char *url_dup(const unsigned char *bytes, size_t len)
{
    char *out = calloc(1, len * 2 + 8);

    if (out == NULL) {
        abort();
    }
    EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);
    for (char *c = out; *c != '\0'; c++) {
        *c = (char)(*c == '+' ? '-' : *c == '/' ? '_' : *c);
    }
    out[strcspn(out, "=")] = '\0';
    size_t back = 0;
    unsigned char *again = base64url_decode_dup(out, strlen(out), len, &back);
    must(again != NULL && back == len && memcmp(again, bytes, len) == 0, "base64url is undone");
    free(again);
    return out;
}

static void check_good(const struct jwt_claims *c, enum jwt_verdict verdict)
{
    char *subject = text_name_dup(c->subject, JWT_SUBJECT_BYTES);

    must(*c->subject && strcmp(subject, c->subject) == 0, "the subject is clean");
    must(strlen(c->subject) <= JWT_SUBJECT_BYTES, "and short");
    must(c->issued < c->expires && c->expires - c->issued <= 3600 * 1000, "times");
    must(c->issued <= NOW + JWT_SKEW_MS, "not issued in the future");
    must((verdict == JWT_GOOD) == (NOW < c->expires + JWT_SKEW_MS), "run out or not");
    must(text_is_xml(c->shown, strlen(c->shown)), "XML characters");
    must(c->email[0] == '\0' || text_is_email(c->email), "an address");
    free(subject);
}

static enum jwt_verdict verify(const struct jwt_rules *rules, const char *token)
{
    struct jwt_claims claims;
    enum jwt_verdict verdict = jwt_verify(rules, token, NOW, &claims);

    must(jwt_verdict_words(verdict) != NULL, "words");
    if (verdict == JWT_GOOD || verdict == JWT_EXPIRED) {
        check_good(&claims, verdict);
    } else {
        must(claims.subject == NULL && claims.shown == NULL, "nothing is left of a bad one");
    }
    jwt_claims_finish(&claims);
    return verdict;
}

/* ---- keys: one secret, and one pair of Ed25519 ---- */

static EVP_PKEY *private_key(void)
{
    static EVP_PKEY *key;

    if (key == NULL) {
        key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)SECRET,
                                           sizeof SECRET - 1);
    }
    must(key != NULL, "a private key");
    return key;
}

static struct jwt_key *public_key(void)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char pem[JWT_PEM_MAX] = "";
    char *complaint = NULL;

    PEM_write_bio_PUBKEY(bio, private_key());
    int len = BIO_read(bio, pem, sizeof pem - 1);
    BIO_free(bio);
    must(len > 0, "a public key");
    return jwt_key_of_pem(pem, &complaint);
}

static size_t sign(const char *header, const char *text, unsigned char *signature)
{
    unsigned hmac_len = 0;
    size_t len = EVP_MAX_MD_SIZE;

    if (strstr(header, "EdDSA") == NULL) {
        HMAC(EVP_sha256(), SECRET, sizeof SECRET - 1, (const unsigned char *)text, strlen(text),
             signature, &hmac_len);
        return hmac_len;
    }
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    must(EVP_DigestSignInit(ctx, NULL, NULL, NULL, private_key()) == 1 &&
             EVP_DigestSign(ctx, signature, &len, (const unsigned char *)text, strlen(text)) == 1,
         "a signature");
    EVP_MD_CTX_free(ctx);
    return len;
}

/* The input as a payload that is really signed. */
static void check_signed(const struct jwt_rules *rules, const char *header, const uint8_t *bytes,
                         size_t len)
{
    unsigned char signature[EVP_MAX_MD_SIZE];
    char *head = url_dup((const unsigned char *)header, strlen(header));
    char *payload = url_dup(bytes, len);
    size_t room = strlen(head) + strlen(payload) + 2;
    char *text = malloc(room + 200);

    if (text == NULL) {
        abort();
    }
    snprintf(text, room, "%s.%s", head, payload);
    char *tail = url_dup(signature, sign(header, text, signature));
    strcat(text, ".");
    strcat(text, tail);
    verify(rules, text);
    free(tail);
    free(text);
    free(payload);
    free(head);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const ATTRIBUTES[] = {"plan", "cart"};
    char *complaint = NULL;

    if (len > 2 * JWT_MAX) {
        return 0;
    }
    struct jwt_key *secret = jwt_key_of_secret(SECRET, &complaint);
    struct jwt_key *public = public_key();
    const struct jwt_named_key keys[] = {{"k", secret}, {"e", public}};
    const struct jwt_rules rules = {.keys = keys,
                                    .key_count = 2,
                                    .audience = "shop",
                                    .issuer = len % 2 == 0 ? NULL : "https://shop.example",
                                    .lifetime_ms = 3600 * 1000,
                                    .attributes = ATTRIBUTES,
                                    .attribute_count = 2};
    char *text = calloc(1, len + 1);
    if (text == NULL) {
        abort();
    }
    if (len > 0) {
        memcpy(text, bytes, len);
    }
    enum jwt_verdict verdict = verify(&rules, text);
    must(verdict != JWT_GOOD && verdict != JWT_EXPIRED, "nobody has signed it");
    check_signed(&rules, "{\"alg\":\"HS256\"}", bytes, len);
    check_signed(&rules, "{\"alg\":\"EdDSA\",\"kid\":\"e\"}", bytes, len);
    jwt_key_destroy(secret);
    jwt_key_destroy(public);
    free(text);
    return 0;
}
