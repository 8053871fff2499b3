#include "client/frames.h"

#include "base/log.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { OPCODE_MORE = 0, OPCODE_TEXT = 1, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };
enum { FIN = 0x80, MASKED = 0x80, MASK_SIZE = 4, LEN_16 = 126, LEN_64 = 127, CONTROL_MAX = 125 };
enum { KEY_BYTES = 16 };

static void fill_random(void *bytes, size_t len)
{
    if (getrandom(bytes, len, 0) != (ssize_t)len) {
        BUG("getrandom");
    }
}

void frames_key(char key[FRAMES_KEY_SIZE])
{
    unsigned char bytes[KEY_BYTES];
    fill_random(bytes, sizeof bytes);
    EVP_EncodeBlock((unsigned char *)key, bytes, sizeof bytes);
}

void frames_accept(const char *key, char accept[FRAMES_ACCEPT_SIZE])
{
    char text[FRAMES_KEY_SIZE + 36];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    int text_len = snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    if (EVP_Digest(text, (size_t)text_len, digest, &len, EVP_sha1(), NULL) != 1) {
        BUG("OpenSSL has no SHA-1");
    }
    EVP_EncodeBlock((unsigned char *)accept, digest, (int)len);
}

void frames_write(struct buf *out, enum frames_kind kind, const char *bytes, size_t len)
{
    static const unsigned char opcodes[] = {[FRAMES_TEXT] = OPCODE_TEXT,
                                            [FRAMES_PING] = OPCODE_PING,
                                            [FRAMES_PONG] = OPCODE_PONG,
                                            [FRAMES_CLOSE] = OPCODE_CLOSE};
    unsigned char head[8] = {(unsigned char)(FIN | opcodes[kind])};
    size_t head_len = 2;
    unsigned char mask[MASK_SIZE];
    if (len <= CONTROL_MAX) {
        head[1] = (unsigned char)(MASKED | len);
    } else if (len <= UINT16_MAX) {
        head[1] = MASKED | LEN_16;
        head[2] = (unsigned char)(len >> 8);
        head[3] = (unsigned char)len;
        head_len = 4;
    } else {
        BUG("a frame of %zu bytes", len); /* nothing that a probe says comes near it */
    }
    fill_random(mask, sizeof mask);
    buf_add(out, head, head_len);
    buf_add(out, mask, sizeof mask);
    for (size_t i = 0; i < len; i++) {
        buf_add_char(out, (char)(bytes[i] ^ (char)mask[i % MASK_SIZE]));
    }
}

struct head {
    unsigned opcode;
    bool fin;
    size_t head_len;
    size_t len;
};

/* FRAMES_NONE: not all there yet; FRAMES_TEXT: it is, whatever its opcode. */
static enum frames_kind read_head(const char *bytes, size_t there, struct head *h)
{
    const unsigned char *b = (const unsigned char *)bytes;
    if (there < 2) {
        return FRAMES_NONE;
    }
    h->fin = b[0] & FIN;
    h->opcode = b[0] & 0x0F;
    h->len = b[1] & 0x7F;
    h->head_len = h->len == LEN_16 ? 4 : h->len == LEN_64 ? 10 : 2;
    if ((b[0] & 0x70) || (b[1] & MASKED) || (h->opcode >= OPCODE_CLOSE && h->len > CONTROL_MAX)) {
        return FRAMES_WRONG;
    }
    if (there < h->head_len) {
        return FRAMES_NONE;
    }
    if (h->head_len > 2) {
        uint64_t len = 0;
        for (size_t i = 2; i < h->head_len; i++) {
            len = len << 8 | b[i];
        }
        if (len > FRAMES_MAX) {
            return FRAMES_WRONG;
        }
        h->len = (size_t)len;
    }
    return there - h->head_len < h->len ? FRAMES_NONE : FRAMES_TEXT;
}

/* FRAMES_NONE: a piece of a message. */
static enum frames_kind take_frame(const struct head *h, const char *bytes, struct buf *text,
                                   struct buf *payload)
{
    switch (h->opcode) {
    case OPCODE_TEXT:
    case OPCODE_MORE:
        if (!buf_add(text, bytes, h->len)) {
            return FRAMES_WRONG;
        }
        return h->fin ? FRAMES_TEXT : FRAMES_NONE;
    case OPCODE_PING:
        buf_reset(payload);
        return buf_add(payload, bytes, h->len) ? FRAMES_PING : FRAMES_WRONG;
    case OPCODE_PONG:
        return FRAMES_PONG;
    case OPCODE_CLOSE:
        return FRAMES_CLOSE;
    default:
        return FRAMES_WRONG;
    }
}

enum frames_kind frames_read(struct buf *in, struct buf *text, struct buf *payload)
{
    size_t taken = 0;
    struct head head;
    enum frames_kind kind;

    /* The pieces of a message may be many, and all there: they go at once. */
    while ((kind = read_head(in->bytes + taken, in->len - taken, &head)) == FRAMES_TEXT) {
        kind = take_frame(&head, in->bytes + taken + head.head_len, text, payload);
        taken += head.head_len + head.len;
        if (kind != FRAMES_NONE) {
            break;
        }
    }
    buf_drop(in, taken);
    return kind;
}
