#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

void digest_sha1_base64(const char *bytes, size_t len, char out[DIGEST_SHA1_BASE64_SIZE])
{
    unsigned char digest[SHA_DIGEST_LENGTH];

    SHA1((const unsigned char *)bytes, len, digest);
    EVP_EncodeBlock((unsigned char *)out, digest, sizeof digest);
}
