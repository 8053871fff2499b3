#include "visitors/jwt.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LAST_SECOND 253402300799 /* of the year 9999 */
enum { SHOWN_MAX = 64 * 1024 };

/* The three parts; nothing is copied. */
struct parts {
    const char *header;
    size_t header_len;
    const char *payload;
    size_t payload_len;
    const char *signature;
    size_t signature_len;
};

static bool split(const char *token, struct parts *p)
{
    if (strnlen(token, JWT_MAX + 1) > JWT_MAX) {
        return false;
    }
    p->header = token;
    p->header_len = strcspn(token, ".");
    if (p->header[p->header_len] != '.') {
        return false;
    }
    p->payload = p->header + p->header_len + 1;
    p->payload_len = strcspn(p->payload, ".");
    if (p->payload[p->payload_len] != '.') {
        return false;
    }
    p->signature = p->payload + p->payload_len + 1;
    p->signature_len = strlen(p->signature);
    return strchr(p->signature, '.') == NULL;
}

/* An object, no member of it twice; NULL: it is none. */
static json_t *object_of(const char *text, size_t len)
{
    size_t bytes = 0;
    unsigned char *json = base64url_decode_dup(text, len, JWT_MAX, &bytes);
    json_t *value = NULL;

    if (json != NULL) {
        value = json_loadb((const char *)json, bytes, JSON_REJECT_DUPLICATES, NULL);
        free(json);
    }
    if (!json_is_object(value)) {
        json_decref(value);
        return NULL;
    }
    return value;
}

/* ---- the header ---- */

static bool is_known_header(const json_t *header)
{
    static const char *const KNOWN[] = {"alg", "typ", "kid"};
    size_t known = 0;

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        const json_t *value = json_object_get(header, KNOWN[i]);
        if (value != NULL && !json_is_string(value)) {
            return false;
        }
        known += value != NULL ? 1 : 0;
    }
    const char *type = json_string_value(json_object_get(header, "typ"));
    return known == json_object_size(header) && (type == NULL || strcasecmp(type, "JWT") == 0);
}

static const struct jwt_key *find_key(const struct jwt_rules *rules, const char *kid)
{
    for (size_t i = 0; kid != NULL && i < rules->key_count; i++) {
        if (kid[0] != '\0' && strcmp(rules->keys[i].id, kid) == 0) {
            return rules->keys[i].key;
        }
    }
    return kid == NULL && rules->key_count > 0 ? rules->keys[0].key : NULL;
}

/* Which key it says, and whether it speaks of that key's algorithm. */
static enum jwt_verdict read_header(const struct jwt_rules *rules, const struct parts *p,
                                    const struct jwt_key **key)
{
    json_t *header = object_of(p->header, p->header_len);
    enum jwt_verdict verdict = JWT_MALFORMED;

    if (header != NULL && is_known_header(header)) {
        const char *algorithm = json_string_value(json_object_get(header, "alg"));
        *key = find_key(rules, json_string_value(json_object_get(header, "kid")));
        verdict = *key == NULL ? JWT_UNKNOWN_KEY
                  : algorithm == NULL || strcmp(algorithm, jwt_key_algorithm(*key)) != 0
                      ? JWT_WRONG_ALGORITHM
                      : JWT_GOOD;
    }
    json_decref(header);
    return verdict;
}

static bool is_signed(const struct parts *p, const struct jwt_key *key)
{
    enum { SIGNATURE_MAX = 64 };
    size_t len = 0;
    unsigned char *signature =
        base64url_decode_dup(p->signature, p->signature_len, SIGNATURE_MAX, &len);
    size_t signed_len = p->header_len + 1 + p->payload_len;
    bool good = signature != NULL && jwt_key_verifies(key, p->header, signed_len, signature, len);

    free(signature);
    return good;
}

/* ---- the claims ---- */

/* Seconds; -1: it is not there; false: it is no such number. */
static bool read_time(const json_t *payload, const char *name, time_ms *seconds)
{
    const json_t *value = json_object_get(payload, name);

    *seconds = json_is_integer(value) ? json_integer_value(value) : -1;
    return value == NULL || (*seconds >= 0 && *seconds <= LAST_SECOND);
}

/* Text that is itself when it is cleaned: what is compared is what people see. free() it. */
static char *identifier_dup(const json_t *value)
{
    const char *text = json_string_value(value);

    if (text == NULL || text[0] == '\0' || strlen(text) > JWT_SUBJECT_BYTES) {
        return NULL;
    }
    char *clean = text_name_dup(text, JWT_SUBJECT_BYTES);
    if (strcmp(clean, text) != 0) {
        free(clean);
        return NULL;
    }
    return clean;
}

static bool is_for(const json_t *audience, const char *site)
{
    size_t at;
    json_t *one;

    if (json_is_string(audience)) {
        return strcmp(json_string_value(audience), site) == 0;
    }
    json_array_foreach(audience, at, one)
    {
        if (json_is_string(one) && strcmp(json_string_value(one), site) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_issued_by(const json_t *payload, const char *issuer)
{
    const char *said = json_string_value(json_object_get(payload, "iss"));

    return issuer == NULL || (said != NULL && strcmp(said, issuer) == 0);
}

static enum jwt_verdict read_times(const struct jwt_rules *rules, const json_t *payload,
                                   time_ms now, struct jwt_claims *claims)
{
    time_ms issued;
    time_ms expires;
    time_ms starts;
    bool good = read_time(payload, "iat", &issued);

    good = read_time(payload, "exp", &expires) && good;
    good = read_time(payload, "nbf", &starts) && good;
    if (!good || issued < 0 || expires <= issued) {
        return JWT_WRONG_CLAIMS;
    }
    claims->issued = issued * 1000;
    claims->expires = expires * 1000;
    if (claims->expires - claims->issued > rules->lifetime_ms) {
        return JWT_TOO_LONG;
    }
    if (claims->issued > now + JWT_SKEW_MS || starts * 1000 > now + JWT_SKEW_MS) {
        return JWT_TOO_EARLY;
    }
    return now >= claims->expires + JWT_SKEW_MS ? JWT_EXPIRED : JWT_GOOD;
}

/* A text, number, true or false; else nothing. */
static void add_value(struct buf *out, const json_t *value)
{
    if (json_is_string(value)) {
        buf_add_text(out, json_string_value(value));
    } else if (json_is_number(value) || json_is_boolean(value)) {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(10));
        buf_add_text(out, text != NULL ? text : "");
        free(text);
    }
}

/* A claim as people read it; "" if there is nothing that they could. free() it. */
static char *value_dup(const json_t *value, size_t points)
{
    struct buf text;
    size_t at;
    json_t *one;

    buf_init(&text, JWT_MAX * 2);
    add_value(&text, value);
    json_array_foreach(value, at, one)
    {
        size_t before = text.len;
        add_value(&text, one);
        if (text.len > before && at + 1 < json_array_size(value)) {
            buf_add_text(&text, ", ");
        }
    }
    char *clean = text_name_dup(text.bytes, points);
    buf_finish(&text);
    return clean;
}

static void show(struct buf *out, const char *claim, const char *value)
{
    if (value[0] != '\0') {
        buf_printf(out, "%s: %s\n", claim, value);
    }
}

static void read_attributes(const struct jwt_rules *rules, const json_t *payload,
                            struct jwt_claims *claims)
{
    struct buf shown;

    claims->name = value_dup(json_object_get(payload, "name"), JWT_NAME_POINTS);
    claims->email = value_dup(json_object_get(payload, "email"), TEXT_EMAIL_BYTES);
    if (!text_is_email(claims->email)) {
        claims->email[0] = '\0';
    }
    buf_init(&shown, SHOWN_MAX);
    show(&shown, "name", claims->name);
    show(&shown, "email", claims->email);
    for (size_t i = 0; i < rules->attribute_count; i++) {
        const char *claim = rules->attributes[i];
        if (strcmp(claim, "name") != 0 && strcmp(claim, "email") != 0) {
            char *value = value_dup(json_object_get(payload, claim), JWT_VALUE_POINTS);
            show(&shown, claim, value);
            free(value);
        }
    }
    claims->shown = buf_detach(&shown);
}

static enum jwt_verdict read_claims(const struct jwt_rules *rules, const json_t *payload,
                                    time_ms now, struct jwt_claims *claims)
{
    const json_t *id = json_object_get(payload, "jti");

    claims->subject = identifier_dup(json_object_get(payload, "sub"));
    claims->id = id != NULL ? identifier_dup(id) : mem_dup("");
    if (claims->subject == NULL || claims->id == NULL) {
        return JWT_WRONG_CLAIMS;
    }
    if (!is_for(json_object_get(payload, "aud"), rules->audience)) {
        return JWT_WRONG_AUDIENCE;
    }
    if (!is_issued_by(payload, rules->issuer)) {
        return JWT_WRONG_ISSUER;
    }
    enum jwt_verdict verdict = read_times(rules, payload, now, claims);
    if (verdict == JWT_GOOD || verdict == JWT_EXPIRED) {
        read_attributes(rules, payload, claims);
    }
    return verdict;
}

enum jwt_verdict jwt_verify(const struct jwt_rules *rules, const char *token, time_ms now,
                            struct jwt_claims *claims)
{
    struct parts p;
    const struct jwt_key *key = NULL;

    memset(claims, 0, sizeof *claims);
    if (!split(token, &p)) {
        return JWT_MALFORMED;
    }
    enum jwt_verdict verdict = read_header(rules, &p, &key);
    if (verdict == JWT_GOOD && !is_signed(&p, key)) {
        verdict = JWT_WRONG_SIGNATURE;
    }
    if (verdict == JWT_GOOD) {
        json_t *payload = object_of(p.payload, p.payload_len);
        verdict = payload != NULL ? read_claims(rules, payload, now, claims) : JWT_MALFORMED;
        json_decref(payload);
    }
    if (verdict != JWT_GOOD && verdict != JWT_EXPIRED) {
        jwt_claims_finish(claims);
    }
    return verdict;
}

void jwt_claims_finish(struct jwt_claims *claims)
{
    free(claims->subject);
    free(claims->id);
    free(claims->name);
    free(claims->email);
    free(claims->shown);
    memset(claims, 0, sizeof *claims);
}

const char *jwt_verdict_words(enum jwt_verdict verdict)
{
    static const char *const WORDS[JWT_VERDICTS] = {
        [JWT_GOOD] = "is good",
        [JWT_EXPIRED] = "has run out (exp)",
        [JWT_MALFORMED] = "is no JWT, or has a header that is not known",
        [JWT_WRONG_ALGORITHM] = "has another algorithm than its key (alg)",
        [JWT_UNKNOWN_KEY] = "names a key that this site does not have (kid)",
        [JWT_WRONG_SIGNATURE] = "has a wrong signature",
        [JWT_WRONG_CLAIMS] = "lacks sub, iat or exp, or has one that is not as it must be",
        [JWT_WRONG_AUDIENCE] = "is for another audience (aud)",
        [JWT_WRONG_ISSUER] = "is of another issuer (iss)",
        [JWT_TOO_LONG] = "would be good for too long (exp behind iat)",
        [JWT_TOO_EARLY] = "is not good yet (iat, nbf): see whether the clocks agree",
    };

    return WORDS[verdict];
}
