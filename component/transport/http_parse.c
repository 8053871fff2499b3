/* One request as libhttp-parser sees it: names and values of the head, the body with its framing.
 */
#include "transport/http_request.h"
#include "transport/http_state.h"

#include <string.h>

static int on_field_name(http_parser *parser, const char *at, size_t len)
{
    struct http *h = parser->data;
    struct http_request *r = h->current;
    if (h->phase == HTTP_BODY_COMES) {
        h->refusal = 400; /* a trailer */
        return 1;
    }
    if (r->field_count >= r->field_max) {
        return 1; /* it sees more fields than the check did */
    }
    r->fields[r->field_count].name = r->head + (at - r->head);
    r->fields[r->field_count].name_len = len;
    return 0;
}

static int on_field_value(http_parser *parser, const char *at, size_t len)
{
    struct http *h = parser->data;
    struct http_request *r = h->current;
    while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t')) {
        len--;
    }
    r->fields[r->field_count].value = r->head + (at - r->head);
    r->fields[r->field_count].value_len = len;
    r->field_count++;
    return 0;
}

static int on_head(http_parser *parser)
{
    struct http *h = parser->data;
    struct http_request *r = h->current;
    bool has_length = (parser->flags & F_CONTENTLENGTH) && parser->content_length > 0;
    h->is_chunked = (parser->flags & F_CHUNKED) != 0;
    r->length = has_length ? (int64_t)parser->content_length : 0;
    r->length = h->is_chunked ? -1 : r->length;
    r->is_1_1 = parser->http_minor == 1;
    r->may_upgrade = parser->upgrade && !has_length && !h->is_chunked;
    r->keeps_alive = http_should_keep_alive(parser) != 0;
    parser->upgrade = 0; /* else it would take what follows for another protocol unasked */
    return 0;
}

static int on_chunk(http_parser *parser)
{
    struct http *h = parser->data;
    if (parser->content_length > HTTP_BODY_MAX - h->body_len) {
        h->refusal = 413;
        return 1;
    }
    return 0;
}

/* The last one ends with the body. */
static int on_chunk_end(http_parser *parser)
{
    struct http *h = parser->data;
    h->chunk_ended = (parser->flags & F_TRAILING) == 0;
    http_parser_pause(parser, h->chunk_ended);
    return 0;
}

static int on_body(http_parser *parser, const char *at, size_t len)
{
    struct http *h = parser->data;
    struct http_request *r = h->current;
    h->body_len += len;
    if (r->sink) {
        r->sink->on_bytes(r->lost_ctx, at, len);
        return 0;
    }
    if (!buf_add(&r->body, at, len)) {
        h->refusal = 413;
        return 1;
    }
    return 0;
}

static int on_whole(http_parser *parser)
{
    struct http *h = parser->data;
    h->is_whole = true;
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings SETTINGS = {.on_header_field = on_field_name,
                                              .on_header_value = on_field_value,
                                              .on_headers_complete = on_head,
                                              .on_chunk_header = on_chunk,
                                              .on_chunk_complete = on_chunk_end,
                                              .on_body = on_body,
                                              .on_message_complete = on_whole};

int http_parse(struct http *h, const char *bytes, size_t len, size_t *taken)
{
    *taken = http_parser_execute(&h->parser, &SETTINGS, bytes, len);
    enum http_errno error = HTTP_PARSER_ERRNO(&h->parser);
    if (error == HPE_OK || error == HPE_PAUSED) {
        return 0;
    }
    return h->refusal != 0 ? h->refusal : 400;
}

void http_parse_begin(struct http *h)
{
    h->is_whole = false;
    h->refusal = 0;
    h->body_taken = 0;
    h->body_len = 0;
    http_parser_init(&h->parser, HTTP_REQUEST);
    h->parser.data = h;
}

/* A chunk must end with CR LF, and a chunked body with CR LF CR LF: the parser would take any two
 * bytes behind a chunk, and bare LF. */
static bool ends_well(struct http *h, const char *bytes, size_t len)
{
    for (size_t i = len > sizeof h->body_end ? len - sizeof h->body_end : 0; i < len; i++) {
        memmove(h->body_end, h->body_end + 1, sizeof h->body_end - 1);
        h->body_end[sizeof h->body_end - 1] = bytes[i];
    }
    if (h->chunk_ended) {
        h->chunk_ended = false;
        http_parser_pause(&h->parser, 0);
        return memcmp(h->body_end + 2, "\r\n", 2) == 0;
    }
    return !h->is_whole || !h->is_chunked || memcmp(h->body_end, "\r\n\r\n", 4) == 0;
}

int http_parse_body(struct http *h, const char *bytes, size_t len, size_t *taken)
{
    int status = http_parse(h, bytes, len, taken);
    h->body_taken += *taken;
    h->heard = connections_now(connection_set(h->connection));
    if (status != 0) {
        return status;
    }
    bool is_odd = !ends_well(h, bytes, *taken) || h->body_taken - h->body_len > HTTP_OVERHEAD_MAX;
    return is_odd ? 400 : 0;
}
