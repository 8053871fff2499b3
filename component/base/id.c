#include "base/id.h"

#include "base/log.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>

/* A system call for each id was a twentieth of a round trip. getrandom(2): 256 bytes come at once.
 */
enum { DRAWN = 256 };

static _Thread_local unsigned char drawn[DRAWN];
static _Thread_local size_t drawn_left; /* at the end */

static void draw(void)
{
    ssize_t got;
    do {
        got = getrandom(drawn, DRAWN, 0);
    } while (got < 0 && errno == EINTR);
    if (got != DRAWN) {
        BUG("getrandom failed errno=%d", errno);
    }
    drawn_left = DRAWN;
}

void id_bytes(void *out, size_t len)
{
    unsigned char *at = out;
    while (len > 0) {
        if (drawn_left == 0) {
            draw();
        }
        size_t part = len < drawn_left ? len : drawn_left;
        unsigned char *from = drawn + DRAWN - drawn_left;
        memcpy(at, from, part);
        explicit_bzero(from, part); /* what was a token is nowhere else */
        drawn_left -= part;
        at += part;
        len -= part;
    }
}

/* Five random bits a letter. */
static void letters(char *out, size_t count)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char bytes[ID_TOKEN_SIZE];
    id_bytes(bytes, count);
    for (size_t i = 0; i < count; i++) {
        out[i] = alphabet[bytes[i] & 31];
    }
    out[count] = '\0';
    explicit_bzero(bytes, sizeof bytes);
}

void id_random(char out[ID_SIZE])
{
    letters(out, ID_SIZE - 1);
}

void id_token(char out[ID_TOKEN_SIZE])
{
    letters(out, ID_TOKEN_SIZE - 1);
}

void id_hash(const char *token, char out[ID_HASH_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[32];
    unsigned len = 0;
    if (EVP_Digest(token, strlen(token), hash, &len, EVP_sha256(), NULL) != 1 ||
        len != sizeof hash) {
        BUG("SHA-256 failed");
    }
    for (size_t i = 0; i < sizeof hash; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
    out[ID_HASH_SIZE - 1] = '\0';
}

unsigned id_below(unsigned bound)
{
    if (bound == 0) {
        BUG("id_below(0)");
    }
    /* Below threshold the remainders would not be equally frequent. */
    unsigned threshold = (0U - bound) % bound;
    for (;;) {
        unsigned value;
        id_bytes(&value, sizeof value);
        if (value >= threshold) {
            return value % bound;
        }
    }
}
