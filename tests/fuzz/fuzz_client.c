/* fuzz_client.c - tresen-agent: what a server sends it in frames of WebSocket (--probe), and what
 * its user, or a script, types. The first byte says which: F frames, H a key, J a line of JSON, C a
 * command, A an address, L lines from a pipe. */
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "client/address.h"
#include "client/command.h"
#include "client/frames.h"
#include "client/lines.h"
#include "client/request.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { PIPE_MAX = 32 * 1024, SAID_MAX = 60 * 1000 /* of one frame of ours */ };

static void must(bool holds, const char *what)
{
    if (!holds) {
        BUG("does not hold: %s", what);
    }
}

/* In one piece, or in pieces: the same frames. */
static void read_frames(const char *bytes, size_t len, size_t step, struct buf *told)
{
    struct buf in;
    struct buf text;
    struct buf payload;
    enum frames_kind kind = FRAMES_NONE;

    buf_init(&in, 2 * FRAMES_MAX);
    buf_init(&text, FRAMES_MAX);
    buf_init(&payload, FRAMES_MAX);
    while (len > 0 && kind != FRAMES_WRONG) {
        size_t piece = step < len ? step : len;
        buf_add(&in, bytes, piece);
        bytes += piece;
        len -= piece;
        while ((kind = frames_read(&in, &text, &payload)) != FRAMES_NONE && kind != FRAMES_WRONG) {
            buf_printf(told, "%d ", (int)kind);
            if (kind == FRAMES_TEXT) {
                buf_add(told, text.bytes, text.len);
                buf_reset(&text);
            } else if (kind == FRAMES_PING) {
                buf_add(told, payload.bytes, payload.len);
            }
        }
    }
    buf_printf(told, "%d", (int)kind);
    buf_finish(&payload);
    buf_finish(&text);
    buf_finish(&in);
}

static void check_handshake(const char *text)
{
    char key[FRAMES_KEY_SIZE];
    char accept[FRAMES_ACCEPT_SIZE];

    frames_key(key);
    must(strlen(key) == FRAMES_KEY_SIZE - 1, "a key");
    if (strlen(text) < FRAMES_KEY_SIZE) {
        frames_accept(text, accept);
        must(strlen(accept) == FRAMES_ACCEPT_SIZE - 1, "an answer to a key");
    }
}

static void check_frames(const char *bytes, size_t len)
{
    struct buf whole;
    struct buf pieces;

    buf_init(&whole, 4 * FRAMES_MAX);
    buf_init(&pieces, 4 * FRAMES_MAX);
    read_frames(bytes, len, len, &whole);
    read_frames(bytes, len, 1 + len % 7, &pieces);
    must(whole.len == pieces.len && memcmp(whole.bytes, pieces.bytes, whole.len) == 0,
         "the same whatever the cuts");
    buf_finish(&whole);
    buf_finish(&pieces);
    buf_init(&whole, 4 * FRAMES_MAX);
    frames_write(&whole, FRAMES_TEXT, bytes, len < SAID_MAX ? len : SAID_MAX);
    must((whole.bytes[1] & 0x80) != 0, "ours are masked");
    buf_finish(&whole);
}

static void check_request(const char *line)
{
    struct request r;
    char why[200] = "";

    if (!request_parse(&r, line, why, sizeof why)) {
        must(why[0] != '\0', "a complaint");
        return;
    }
    must(r.kind <= REQUEST_QUIT, "one of those that there are");
    must(r.kind != REQUEST_SEND || (r.to != NULL && r.body != NULL), "to whom, and what");
    request_finish(&r);
}

static void check_command(char *line)
{
    const char *end = line + strlen(line);
    struct command c = command_parse(line);

    must(c.kind <= COMMAND_UNKNOWN && c.text != NULL && c.show != NULL, "a command");
    must(*c.text == '\0' || (c.text >= line && c.text <= end), "a part of the line");
}

static void check_address(const char *url)
{
    struct address a;

    if (address_parse(&a, url)) {
        must(a.host[0] != '\0' && a.port[0] != '\0' && a.path[0] == '/', "all of it");
        must(strpbrk(a.path, " \r\n") == NULL && strpbrk(a.host, " \r\n/") == NULL,
             "nothing that ends a line of HTTP");
    }
}

static void check_lines(const char *bytes, size_t len)
{
    int pair[2];
    struct lines l;
    char *line;
    size_t sum = 0;

    if (pipe2(pair, O_CLOEXEC | O_NONBLOCK) != 0) {
        BUG("no pipe");
    }
    ssize_t put = write(pair[1], bytes, len < PIPE_MAX ? len : PIPE_MAX);
    close(pair[1]);
    lines_init(&l, pair[0]);
    while (!l.ended) {
        lines_read(&l);
        while ((line = lines_take(&l)) != NULL) {
            must(strchr(line, '\n') == NULL && strlen(line) <= LINES_MAX, "a line");
            sum += strlen(line);
            free(line);
        }
    }
    must(sum <= (size_t)(put > 0 ? put : 0), "no more than there was");
    lines_finish(&l);
    close(pair[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    log_set_level(LOG_ERROR);
    if (len == 0) {
        return 0;
    }
    const char *rest = (const char *)bytes + 1;
    char *text = mem_dup_n(rest, len - 1);
    switch (bytes[0]) {
    case 'F':
        check_frames(rest, len - 1);
        break;
    case 'H':
        check_handshake(text);
        break;
    case 'J':
        check_request(text);
        break;
    case 'C':
        check_command(text);
        break;
    case 'A':
        check_address(text);
        break;
    case 'L':
        check_lines(rest, len - 1);
        break;
    default:
        break;
    }
    free(text);
    return 0;
}
