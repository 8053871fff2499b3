#include "base/digest.h"

#include "base/log.h"
#include "base/mem.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>

void digest_sha1_base64(const char *bytes, size_t len, char out[DIGEST_SHA1_BASE64_SIZE])
{
    unsigned char digest[SHA_DIGEST_LENGTH];

    SHA1((const unsigned char *)bytes, len, digest);
    EVP_EncodeBlock((unsigned char *)out, digest, sizeof digest);
}

struct digest {
    EVP_MD_CTX *state;
};

struct digest *digest_sha256_create(void)
{
    struct digest *d = mem_alloc(sizeof *d);

    d->state = EVP_MD_CTX_new();
    if (d->state == NULL || EVP_DigestInit_ex(d->state, EVP_sha256(), NULL) != 1) {
        BUG("no SHA-256");
    }
    return d;
}

void digest_destroy(struct digest *d)
{
    if (d != NULL) {
        EVP_MD_CTX_free(d->state);
        free(d);
    }
}

void digest_add(struct digest *d, const char *bytes, size_t len)
{
    EVP_DigestUpdate(d->state, bytes, len);
}

void digest_finish_hex(struct digest *d, char out[DIGEST_SHA256_HEX_SIZE])
{
    unsigned char bytes[SHA256_DIGEST_LENGTH];

    EVP_DigestFinal_ex(d->state, bytes, NULL);
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
}
