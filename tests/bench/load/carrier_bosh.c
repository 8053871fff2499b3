#include "carrier_state.h"
#include "line.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ROADS = 2, SID_SIZE = 128, QUEUE_MAX = 64 * 1024, BODY_MAX = 70 * 1024 };

/* One of the two connections that a browser keeps. */
struct road {
    struct bosh *bosh;
    struct line *line; /* NULL: not open */
    bool is_up;
    bool is_busy; /* a request has no answer yet */
};

struct bosh {
    struct carrier carrier;
    struct road roads[ROADS];
    struct buf queue; /* elements for the next request */
    char sid[SID_SIZE];
    unsigned rid;
    bool is_open;
    bool is_polling; /* one request waits at the server for news: from bind on */
    bool restarts;   /* the next request does */
    bool has_begun;  /* the one that makes the session is sent */
    bool is_reading; /* what is said meanwhile goes out in one request */
};

static const struct line_kind LINE;

static struct road *road_that(struct bosh *b, bool is_busy)
{
    for (size_t i = 0; i < ROADS; i++) {
        if (b->roads[i].line != NULL && b->roads[i].is_up && b->roads[i].is_busy == is_busy) {
            return &b->roads[i];
        }
    }
    return NULL;
}

static void post(struct bosh *b, struct road *road)
{
    const struct place *place = b->carrier.place;
    struct buf body;
    buf_init(&body, BODY_MAX);
    buf_printf(&body, "<body xmlns='http://jabber.org/protocol/httpbind' rid='%u'", b->rid++);
    if (!b->has_begun) {
        buf_printf(&body,
                   " to='%s' ver='1.6' wait='60' hold='1' xml:lang='en' xmpp:version='1.0'"
                   " content='text/xml; charset=utf-8' xmlns:xmpp='urn:xmpp:xbosh'",
                   place->host);
        b->has_begun = true;
    } else {
        buf_printf(&body, " sid='%s'", b->sid);
    }
    if (b->restarts) {
        buf_printf(&body, " to='%s' xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'", place->host);
        b->restarts = false;
    }
    buf_printf(&body, ">%s</body>", b->queue.bytes);
    buf_finish(&b->queue);
    struct buf *out = line_out(road->line);
    buf_printf(out,
               "POST /http-bind HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
               "Content-Type: text/xml; charset=utf-8\r\nContent-Length: %zu\r\n",
               place->web_port, body.len);
    if (place->origin != NULL) {
        buf_printf(out, "Origin: %s\r\n", place->origin);
    }
    buf_add_text(out, "\r\n");
    buf_add(out, body.bytes, body.len);
    buf_finish(&body);
    road->is_busy = true;
}

/* What waits goes out; one request stays at the server once there is a session. */
static void pump(struct bosh *b)
{
    bool has_news = b->queue.len > 0 || b->restarts;
    bool is_asked = road_that(b, true) != NULL;
    struct road *road = road_that(b, false);
    bool may_overtake = !is_asked || b->is_polling;
    if (b->is_open && !b->is_reading && road != NULL &&
        ((has_news && may_overtake && (b->sid[0] != '\0' || !b->has_begun)) ||
         (b->is_polling && !is_asked))) {
        post(b, road);
    }
}

static void shut(struct carrier *c)
{
    struct bosh *b = (struct bosh *)c;
    for (size_t i = 0; i < ROADS; i++) {
        line_close(b->roads[i].line);
        b->roads[i].line = NULL;
    }
    b->is_open = false;
    buf_finish(&b->queue);
}

static void end(struct bosh *b)
{
    shut(&b->carrier);
    b->carrier.calls->on_over(b->carrier.visitor);
}

/* ---- answers ---- */

static void read_body(struct bosh *b, struct slice body)
{
    struct slice value;
    if (b->sid[0] == '\0' && cut_attr(body, "sid", &value) && value.len < SID_SIZE) {
        memcpy(b->sid, value.bytes, value.len);
        b->sid[value.len] = '\0';
    }
    struct slice inside = cut_inside(body);
    size_t size;
    while (b->is_open && (size = cut_element(inside.bytes, inside.len)) > 0) {
        b->carrier.calls->on_element(b->carrier.visitor, (struct slice){inside.bytes, size});
        inside.bytes += size;
        inside.len -= size;
    }
    if (b->is_open && cut_attr(body, "type", &value) && slice_is(value, "terminate")) {
        end(b);
    }
}

/* Of the body; SIZE_MAX: the head says none, or is no success. */
static size_t length_of(struct slice head)
{
    const char *at = head.bytes;
    const char *end_of_head = head.bytes + head.len;
    static const char NAME[] = "\r\ncontent-length:";
    if (!cut_has(head, " 200 ")) {
        return SIZE_MAX;
    }
    while ((at = memchr(at, '\r', (size_t)(end_of_head - at))) != NULL) {
        if (strncasecmp(at, NAME, sizeof NAME - 1) == 0) {
            return strtoul(at + sizeof NAME - 1, NULL, 10);
        }
        at++;
    }
    return SIZE_MAX;
}

static size_t on_bytes(void *owner, const char *bytes, size_t len)
{
    struct road *road = owner;
    struct bosh *b = road->bosh;
    const char *split = memmem(bytes, len, "\r\n\r\n", 4);
    if (split == NULL) {
        return 0;
    }
    size_t head = (size_t)(split - bytes) + 4;
    size_t size = length_of((struct slice){bytes, head});
    if (size == SIZE_MAX) {
        end(b);
        return len;
    }
    if (len < head + size) {
        return 0;
    }
    road->is_busy = false;
    b->is_reading = true;
    read_body(b, (struct slice){bytes + head, size});
    b->is_reading = false;
    pump(b);
    return head + size;
}

static void on_up(void *owner)
{
    struct road *road = owner;
    struct bosh *b = road->bosh;
    road->is_up = true;
    if (road == &b->roads[0] && !b->has_begun) {
        b->carrier.calls->on_ready(b->carrier.visitor);
    }
    pump(b);
}

static bool dial(struct bosh *b, struct road *road)
{
    road->is_up = false;
    road->is_busy = false;
    road->line = line_dial(b->carrier.place->lines, b->carrier.number, b->carrier.place->web_port,
                           &LINE, road);
    return road->line != NULL;
}

/* A connection that served its request may be closed by the server. */
static void on_end(void *owner)
{
    struct road *road = owner;
    road->line = NULL;
    if (road->is_busy || !road->is_up || !dial(road->bosh, road)) {
        end(road->bosh);
    }
}

static const struct line_kind LINE = {on_up, on_bytes, on_end};

/* ---- the carrier ---- */

static bool begin(struct carrier *c)
{
    struct bosh *b = (struct bosh *)c;
    b->sid[0] = '\0';
    b->rid = 1000;
    b->is_open = true;
    b->is_polling = b->restarts = b->has_begun = false;
    return dial(b, &b->roads[0]);
}

static void open_stream(struct carrier *c)
{
    struct bosh *b = (struct bosh *)c;
    b->restarts = b->has_begun;
    if (!b->has_begun) {
        post(b, &b->roads[0]);
    } else {
        pump(b);
    }
}

static void put(struct carrier *c, const char *xml, size_t len)
{
    struct bosh *b = (struct bosh *)c;
    buf_add(&b->queue, xml, len);
    pump(b);
}

/* The second connection comes with the session. */
static void settle(struct carrier *c)
{
    struct bosh *b = (struct bosh *)c;
    b->is_polling = true;
    if (b->roads[1].line == NULL && !dial(b, &b->roads[1])) {
        end(b);
        return;
    }
    pump(b);
}

static void destroy(struct carrier *c)
{
    free(c);
}

static const struct carrier_kind KIND = {begin, open_stream, put, settle, shut, destroy};

struct carrier *carrier_bosh_create(void)
{
    struct bosh *b = mem_alloc(sizeof *b);
    b->carrier.kind = &KIND;
    buf_init(&b->queue, QUEUE_MAX);
    for (size_t i = 0; i < ROADS; i++) {
        b->roads[i].bosh = b;
    }
    return &b->carrier;
}
