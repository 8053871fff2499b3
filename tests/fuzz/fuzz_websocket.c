/* fuzz_websocket.c - the frames of a hostile browser. The first byte says how the rest is to be
 * read: as it is, or as instructions for masked frames (so that deep states are found quickly), and
 * how it is cut. What is made of it may not depend on where it is cut (V-0A14); messages are UTF-8
 * and bounded. */
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "transport/websocket.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { FRAMES_MAX = 1 << 20, LOG_MAX = 4 << 20 };

static void demand(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Three bytes and a payload: first byte of the frame, length, mask. */
static void build(struct buf *frames, const uint8_t *bytes, size_t len)
{
    while (len >= 3 && !frames->overflow) {
        uint8_t mask[4] = {bytes[2], (uint8_t)(bytes[2] * 3), (uint8_t)(bytes[2] * 7), 1};
        size_t payload = bytes[1] % 130;
        payload = payload < len - 3 ? payload : len - 3;
        buf_add_char(frames, (char)bytes[0]);
        if (payload < 126) {
            buf_add_char(frames, (char)(0x80 | payload));
        } else {
            buf_add(frames, (char[]){(char)0xfe, 0, (char)payload}, 3);
        }
        buf_add(frames, mask, sizeof mask);
        for (size_t i = 0; i < payload; i++) {
            buf_add_char(frames, (char)(bytes[3 + i] ^ mask[i % 4]));
        }
        bytes += 3 + payload;
        len -= 3 + payload;
    }
}

static void note(struct buf *log, const struct websocket_event *event)
{
    buf_add(log, &event->kind, sizeof event->kind);
    buf_add(log, &event->code, sizeof event->code);
    buf_add(log, &event->len, sizeof event->len);
    if (event->len > 0) {
        buf_add(log, event->bytes, event->len);
    }
    if (event->kind == WEBSOCKET_MESSAGE) {
        demand(event->len <= WEBSOCKET_MESSAGE_MAX && text_is_utf8(event->bytes, event->len));
    } else if (event->kind == WEBSOCKET_PING || event->kind == WEBSOCKET_PONG) {
        demand(event->len <= WEBSOCKET_CONTROL_MAX);
    } else {
        demand(websocket_is_close_code(event->code) || event->code == WEBSOCKET_NO_CODE);
    }
}

/* step 0: in one piece. */
static void read_all(const struct buf *frames, size_t step, struct buf *log)
{
    struct websocket w;
    websocket_init(&w);
    for (size_t at = 0; at < frames->len;) {
        size_t len = frames->len - at;
        len = step > 0 && step < len ? step : len;
        char *copy = mem_dup_n(frames->bytes + at, len);
        char *rest = copy;
        size_t left = len;
        struct websocket_event event;
        while ((event = websocket_read(&w, &rest, &left)).kind != WEBSOCKET_WAIT) {
            note(log, &event);
        }
        demand(left == 0 && w.message.len <= WEBSOCKET_MESSAGE_MAX);
        free(copy);
        at += len;
    }
    websocket_finish(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 1) {
        return 0;
    }
    struct buf frames;
    struct buf whole;
    struct buf cut;
    buf_init(&frames, FRAMES_MAX);
    buf_init(&whole, LOG_MAX);
    buf_init(&cut, LOG_MAX);
    if (bytes[0] & 1) {
        build(&frames, bytes + 1, len - 1);
    } else {
        buf_add(&frames, bytes + 1, len - 1);
    }
    read_all(&frames, 0, &whole);
    read_all(&frames, 1 + bytes[0] / 2 % 64, &cut);
    demand(whole.len == cut.len && memcmp(whole.bytes, cut.bytes, whole.len) == 0);
    buf_finish(&frames);
    buf_finish(&whole);
    buf_finish(&cut);
    return 0;
}
