#include "transport/handshake.h"

#include "base/log.h"
#include "xml/ns.h"
#include "xml/writer.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

void handshake_open(struct buf *out, const char *domain)
{
    struct writer w;
    writer_init(&w, out);
    writer_open(&w, "stream:stream", NS_COMPONENT);
    writer_attr(&w, "xmlns:stream", NS_STREAM);
    writer_attr(&w, "to", domain);
    /* The one element that stays open for as long as the connection. */
    buf_add_char(out, '>');
}

void handshake_digest(const char *stream_id, const char *secret, char out[HANDSHAKE_DIGEST_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    EVP_MD_CTX *sha1 = EVP_MD_CTX_new();
    if (!sha1 || EVP_DigestInit_ex(sha1, EVP_sha1(), NULL) != 1 ||
        EVP_DigestUpdate(sha1, stream_id, strlen(stream_id)) != 1 ||
        EVP_DigestUpdate(sha1, secret, strlen(secret)) != 1 ||
        EVP_DigestFinal_ex(sha1, digest, &len) != 1 || len != (HANDSHAKE_DIGEST_SIZE - 1) / 2) {
        BUG("OpenSSL has no SHA-1, which XEP-0114 needs");
    }
    EVP_MD_CTX_free(sha1);
    for (unsigned i = 0; i < len; i++) {
        snprintf(out + (size_t)i * 2, 3, "%02x", digest[i]);
    }
}

void handshake_answer(struct buf *out, const char *stream_id, const char *secret)
{
    char digest[HANDSHAKE_DIGEST_SIZE];
    handshake_digest(stream_id, secret, digest);
    struct writer w;
    writer_init(&w, out);
    writer_leaf(&w, "handshake", NULL, digest);
    OPENSSL_cleanse(digest, sizeof digest);
}
