#include "visitors/jwt_key.h"

#include "base/mem.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

enum { HS256_BYTES = 32, ED25519_BYTES = 64 };

/* One of the two. */
struct jwt_key {
    char *secret;
    EVP_PKEY *public_key;
};

static struct jwt_key *refuse(char **complaint, const char *why)
{
    *complaint = mem_dup(why);
    return NULL;
}

struct jwt_key *jwt_key_of_secret(const char *secret, char **complaint)
{
    if (strncmp(secret, "-----BEGIN", 10) == 0) {
        return refuse(complaint,
                      "is a key in PEM: no secret of HS256 looks so. A public key, taken "
                      "as a secret, would let everybody sign");
    }
    if (strlen(secret) < JWT_SECRET_MIN) {
        return refuse(complaint, "has less than 32 characters in its first line, which HS256 asks "
                                 "for; make one: openssl rand -hex 32");
    }
    struct jwt_key *k = mem_alloc(sizeof *k);
    k->secret = mem_dup(secret);
    return k;
}

struct jwt_key *jwt_key_of_pem(const char *pem, char **complaint)
{
    if (strstr(pem, "PRIVATE KEY-----") != NULL) {
        return refuse(complaint,
                      "is a private key, which belongs to the website alone; here is the "
                      "public one's place: openssl pkey -pubout");
    }
    BIO *in = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = in != NULL ? PEM_read_bio_PUBKEY(in, NULL, NULL, NULL) : NULL;
    BIO_free(in);
    ERR_clear_error();
    if (key == NULL) {
        return refuse(complaint, "is no public key in PEM (-----BEGIN PUBLIC KEY-----)");
    }
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) {
        EVP_PKEY_free(key);
        return refuse(complaint, "is no Ed25519 key; make one: openssl genpkey -algorithm ed25519");
    }
    struct jwt_key *k = mem_alloc(sizeof *k);
    k->public_key = key;
    return k;
}

void jwt_key_destroy(struct jwt_key *k)
{
    if (k == NULL) {
        return;
    }
    if (k->secret != NULL) {
        OPENSSL_cleanse(k->secret, strlen(k->secret));
        free(k->secret);
    }
    EVP_PKEY_free(k->public_key);
    free(k);
}

const char *jwt_key_algorithm(const struct jwt_key *k)
{
    return k->secret != NULL ? "HS256" : "EdDSA";
}

static bool verify_hs256(const char *secret, const char *bytes, size_t len,
                         const unsigned char *signature)
{
    unsigned char own[EVP_MAX_MD_SIZE];
    unsigned own_len = 0;

    bool made = HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)bytes, len,
                     own, &own_len) != NULL &&
                own_len == HS256_BYTES;
    bool same = made && CRYPTO_memcmp(own, signature, HS256_BYTES) == 0;
    OPENSSL_cleanse(own, sizeof own);
    return same;
}

static bool verify_eddsa(EVP_PKEY *key, const char *bytes, size_t len,
                         const unsigned char *signature)
{
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    bool good =
        state != NULL && EVP_DigestVerifyInit(state, NULL, NULL, NULL, key) == 1 &&
        EVP_DigestVerify(state, signature, ED25519_BYTES, (const unsigned char *)bytes, len) == 1;

    EVP_MD_CTX_free(state);
    ERR_clear_error();
    return good;
}

bool jwt_key_verifies(const struct jwt_key *k, const char *bytes, size_t len,
                      const unsigned char *signature, size_t signature_len)
{
    if (k->secret != NULL) {
        return signature_len == HS256_BYTES && verify_hs256(k->secret, bytes, len, signature);
    }
    return signature_len == ED25519_BYTES && verify_eddsa(k->public_key, bytes, len, signature);
}
