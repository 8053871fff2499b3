#include "transport/websocket.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { FIN = 0x80, RSV = 0x70, OPCODE = 0x0f, MASKED = 0x80, LENGTH = 0x7f, MASK_SIZE = 4 };
enum { LENGTH_16 = 126, LENGTH_64 = 127 };

void websocket_init(struct websocket *w)
{
    *w = (struct websocket){0};
    buf_init(&w->message, WEBSOCKET_MESSAGE_MAX);
}

void websocket_finish(struct websocket *w)
{
    buf_finish(&w->message);
    free(w->control);
    w->control = NULL;
}

bool websocket_is_close_code(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static enum websocket_opcode opcode_of(const struct websocket *w)
{
    return w->head[0] & OPCODE;
}

static bool is_control(const struct websocket *w)
{
    return opcode_of(w) >= WEBSOCKET_OP_CLOSE;
}

static size_t length_bytes(const struct websocket *w)
{
    switch (w->head[1] & LENGTH) {
    case LENGTH_16:
        return 2;
    case LENGTH_64:
        return 8;
    default:
        return 0;
    }
}

/* The first two bytes are there: all but the length is judged. 0 or a close code. */
static int check_start(const struct websocket *w)
{
    if ((w->head[0] & RSV) || !(w->head[1] & MASKED)) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    switch (opcode_of(w)) {
    case WEBSOCKET_OP_CLOSE:
    case WEBSOCKET_OP_PING:
    case WEBSOCKET_OP_PONG: {
        bool fits = (w->head[0] & FIN) && (w->head[1] & LENGTH) <= WEBSOCKET_CONTROL_MAX;
        return fits ? 0 : WEBSOCKET_PROTOCOL_ERROR;
    }
    case WEBSOCKET_OP_BINARY:
        return WEBSOCKET_UNSUPPORTED;
    case WEBSOCKET_OP_TEXT:
        return w->is_open ? WEBSOCKET_PROTOCOL_ERROR : 0;
    case WEBSOCKET_OP_CONTINUATION:
        if (!w->is_open) {
            return WEBSOCKET_PROTOCOL_ERROR;
        }
        return w->fragments < WEBSOCKET_FRAGMENTS_MAX ? 0 : WEBSOCKET_TOO_BIG;
    default:
        return WEBSOCKET_PROTOCOL_ERROR;
    }
}

/* The length is there: sets left. 0 or a close code. */
static int check_length(struct websocket *w)
{
    size_t bytes = length_bytes(w);
    uint64_t length = bytes == 0 ? w->head[1] & LENGTH : 0;
    for (size_t i = 0; i < bytes; i++) {
        length = length << 8 | w->head[2 + i];
    }
    bool is_minimal = bytes == 0 || length > (bytes == 2 ? WEBSOCKET_CONTROL_MAX : UINT16_MAX);
    if (!is_minimal || length > INT64_MAX) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    if (!is_control(w) && length > WEBSOCKET_MESSAGE_MAX - w->message.len) {
        return WEBSOCKET_TOO_BIG;
    }
    w->left = (uint32_t)length;
    return 0;
}

/* Takes one byte of a frame's head. 0 or a close code. */
static int take_head(struct websocket *w, uint8_t byte)
{
    w->head[w->head_len++] = byte;
    if (w->head_len < 2) {
        return 0;
    }
    int fault = w->head_len == 2 ? check_start(w) : 0;
    size_t length_end = 2 + length_bytes(w);
    if (fault == 0 && w->head_len == length_end) {
        fault = check_length(w);
    }
    if (fault == 0 && w->head_len == length_end + MASK_SIZE) {
        w->in_payload = true;
        w->done = 0;
        if (!is_control(w)) {
            w->is_open = true;
            w->fragments++;
        }
    }
    return fault;
}

static void unmask(const struct websocket *w, char *bytes, size_t len)
{
    const uint8_t *mask = w->head + 2 + length_bytes(w);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (char)(bytes[i] ^ mask[(w->done + i) % MASK_SIZE]);
    }
}

/* First byte of a sequence: how many follow, and the bounds of the next (RFC 3629 section 4). */
static bool begin_utf8(struct websocket *w, uint8_t byte)
{
    w->utf8_low = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    w->utf8_high = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    w->utf8_need = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    return byte >= 0xc2 && byte <= 0xf4;
}

static bool take_utf8(struct websocket *w, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)bytes[i];
        if (w->utf8_need > 0) {
            if (byte < w->utf8_low || byte > w->utf8_high) {
                return false;
            }
            w->utf8_need--;
            w->utf8_low = 0x80;
            w->utf8_high = 0xbf;
        } else if (byte >= 0x80 && !begin_utf8(w, byte)) {
            return false;
        }
    }
    return true;
}

static struct websocket_event fault(struct websocket *w, int code)
{
    w->is_over = true;
    return (struct websocket_event){.kind = WEBSOCKET_FAULT, .code = code};
}

static struct websocket_event closed(struct websocket *w, const char *bytes, size_t len)
{
    int code = WEBSOCKET_NO_CODE;
    if (len > 0) {
        code = len == 1 ? 0 : (uint8_t)bytes[0] << 8 | (uint8_t)bytes[1];
        if (!websocket_is_close_code(code)) {
            return fault(w, WEBSOCKET_PROTOCOL_ERROR);
        }
        if (!text_is_utf8(bytes + 2, len - 2)) {
            return fault(w, WEBSOCKET_BAD_TEXT);
        }
    }
    w->is_over = true;
    return (struct websocket_event){.kind = WEBSOCKET_CLOSED, .code = code};
}

static void end_frame(struct websocket *w)
{
    w->in_payload = false;
    w->head_len = 0;
}

/* len bytes of a control frame's payload, unmasked. */
static struct websocket_event take_control(struct websocket *w, const char *bytes, size_t len)
{
    bool is_whole = w->left == 0 && w->done == len;
    if (!is_whole) {
        if (!w->control) {
            w->control = mem_alloc(WEBSOCKET_CONTROL_MAX);
        }
        if (len > 0) {
            memcpy(w->control + (w->done - len), bytes, len);
        }
        bytes = w->control;
    }
    if (w->left > 0) {
        return (struct websocket_event){.kind = WEBSOCKET_WAIT};
    }
    end_frame(w);
    w->is_delivered = true;
    if (opcode_of(w) == WEBSOCKET_OP_CLOSE) {
        return closed(w, bytes, w->done);
    }
    enum websocket_kind kind = opcode_of(w) == WEBSOCKET_OP_PING ? WEBSOCKET_PING : WEBSOCKET_PONG;
    return (struct websocket_event){.kind = kind, .bytes = bytes, .len = w->done};
}

/* len bytes of a text frame's payload, unmasked. */
static struct websocket_event take_text(struct websocket *w, const char *bytes, size_t len)
{
    if (!take_utf8(w, bytes, len)) {
        return fault(w, WEBSOCKET_BAD_TEXT);
    }
    bool is_last = w->left == 0 && (w->head[0] & FIN);
    bool is_whole = is_last && w->fragments == 1 && w->done == len;
    if (!is_whole) {
        buf_add(&w->message, bytes, len);
    }
    if (w->left == 0) {
        end_frame(w);
    }
    if (!is_last) {
        return (struct websocket_event){.kind = WEBSOCKET_WAIT};
    }
    if (w->utf8_need > 0) {
        return fault(w, WEBSOCKET_BAD_TEXT);
    }
    w->is_open = false;
    w->fragments = 0;
    w->is_delivered = true;
    return (struct websocket_event){.kind = WEBSOCKET_MESSAGE,
                                    .bytes = is_whole ? bytes : w->message.bytes,
                                    .len = is_whole ? len : w->message.len};
}

static struct websocket_event take_payload(struct websocket *w, char **bytes, size_t *len)
{
    char *part = *bytes;
    size_t part_len = w->left < *len ? w->left : *len;
    *bytes += part_len;
    *len -= part_len;
    unmask(w, part, part_len);
    w->left -= (uint32_t)part_len;
    w->done += (uint32_t)part_len;
    return is_control(w) ? take_control(w, part, part_len) : take_text(w, part, part_len);
}

/* Frees what the event before pointed to. A control frame may stand inside an open message. */
static void free_delivered(struct websocket *w)
{
    if (w->is_delivered) {
        w->is_delivered = false;
        free(w->control);
        w->control = NULL;
        if (!w->is_open) {
            buf_finish(&w->message);
        }
    }
}

struct websocket_event websocket_read(struct websocket *w, char **bytes, size_t *len)
{
    free_delivered(w);
    while (!w->is_over) {
        if (!w->in_payload) {
            if (*len == 0) {
                break;
            }
            uint8_t byte = (uint8_t) * *bytes;
            (*bytes)++;
            (*len)--;
            int code = take_head(w, byte);
            if (code != 0) {
                return fault(w, code);
            }
            continue;
        }
        if (*len == 0 && w->left > 0) {
            break;
        }
        struct websocket_event event = take_payload(w, bytes, len);
        if (event.kind != WEBSOCKET_WAIT) {
            return event;
        }
    }
    if (w->is_over) {
        *bytes += *len;
        *len = 0;
    }
    return (struct websocket_event){.kind = WEBSOCKET_WAIT};
}

bool websocket_write(struct buf *out, enum websocket_opcode opcode, const char *bytes, size_t len)
{
    uint8_t head[10] = {(uint8_t)(FIN | opcode)};
    size_t head_len = 2;
    if (len <= WEBSOCKET_CONTROL_MAX) {
        head[1] = (uint8_t)len;
    } else {
        size_t length_size = len <= UINT16_MAX ? 2 : 8;
        head[1] = length_size == 2 ? LENGTH_16 : LENGTH_64;
        for (size_t i = 0; i < length_size; i++) {
            head[2 + i] = (uint8_t)((uint64_t)len >> (8 * (length_size - 1 - i)));
        }
        head_len += length_size;
    }
    if (head_len + len > out->max - out->len) {
        return false;
    }
    return buf_add(out, head, head_len) && buf_add(out, bytes, len);
}

bool websocket_write_close(struct buf *out, int code)
{
    char payload[2] = {(char)(code >> 8), (char)code};
    return websocket_write(out, WEBSOCKET_OP_CLOSE, payload, code == WEBSOCKET_NO_CODE ? 0 : 2);
}
