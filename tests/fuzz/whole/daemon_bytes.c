#include "whole/daemon_bytes.h"

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void bytes_unescape(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (text[0] != '\\' || text[1] == '\0') {
            buf_add_char(out, text[0]);
        } else if (text[1] == 'x' && hex(text[2]) >= 0 && hex(text[3]) >= 0) {
            buf_add_char(out, (char)(hex(text[2]) * 16 + hex(text[3])));
            text += 3;
        } else {
            text++;
            buf_add_char(out, *text == 'r' ? '\r' : *text == 'n' ? '\n' : *text);
        }
    }
}

void bytes_add_frame(struct buf *out, const struct buf *payload)
{
    size_t len = payload->len;

    buf_add_char(out, (char)0x81);
    if (len < 126) {
        buf_add_char(out, (char)(0x80 | len));
    } else {
        buf_add(out, (char[]){(char)0xfe, (char)(len >> 8), (char)len}, 3);
    }
    buf_add(out, "\0\0\0\0", 4);
    buf_add(out, payload->bytes, len);
}
