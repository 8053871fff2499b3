#include "peer.h"
#include "agent.h"
#include "line.h"

#include "base/mem.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SELF_SIZE = 256 };

struct peer {
    const struct place *place;
    struct line *listener;
    struct line *link; /* NULL: none */
    int fd;
    bool is_up;
};

static void add_attr(struct buf *out, const char *name, struct slice value)
{
    buf_printf(out, " %s='%.*s'", name, (int)value.len, value.bytes);
}

/* Whoever it was for, there is an answer: pings and rosters are what the desk asks. */
static void read_iq(struct peer *p, struct slice xml, struct slice from, struct slice to)
{
    struct slice type;
    struct slice id;
    struct buf *out = line_out(p->link);
    if (!cut_attr(xml, "type", &type) || !cut_attr(xml, "id", &id) ||
        !(slice_is(type, "get") || slice_is(type, "set"))) {
        return;
    }
    buf_add_text(out, "<iq type='result'");
    add_attr(out, "id", id);
    add_attr(out, "from", to);
    add_attr(out, "to", from);
    if (cut_has(xml, "jabber:iq:version")) {
        buf_add_text(out, "><query xmlns='jabber:iq:version'><name>Prosody</name></query></iq>");
    } else if (slice_is(type, "get") && cut_has(xml, "jabber:iq:roster")) {
        buf_add_text(out, "><query xmlns='jabber:iq:roster'/></iq>");
    } else {
        buf_add_text(out, "/>");
    }
}

/* Everybody is there. */
static void read_presence(struct peer *p, struct slice xml, struct slice from, struct slice to)
{
    struct slice type;
    if (cut_attr(xml, "type", &type) && slice_is(type, "probe")) {
        buf_printf(line_out(p->link), "<presence from='%.*s/load' to='%.*s'/>", (int)to.len,
                   to.bytes, (int)from.len, from.bytes);
    }
}

static void read_message(struct peer *p, struct slice xml, struct slice to)
{
    char self[SELF_SIZE];
    bool is_full = memchr(to.bytes, '/', to.len) != NULL;
    snprintf(self, sizeof self, "%.*s%s", (int)to.len, to.bytes, is_full ? "" : "/load");
    agent_hear(p->place, line_out(p->link), self, xml);
}

static void take(struct peer *p, struct slice xml)
{
    struct slice from;
    struct slice to;
    if (cut_has(xml, "<stream:stream")) {
        buf_printf(line_out(p->link),
                   "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
                   " id='load' from='%s' xmlns:stream='http://etherx.jabber.org/streams'>",
                   p->place->host);
    } else if (cut_has(xml, "<handshake")) {
        buf_add_text(line_out(p->link), "<handshake/>");
        p->is_up = true;
    } else if (cut_has(xml, "</stream:stream")) {
        buf_add_text(line_out(p->link), "</stream:stream>");
    } else if (cut_attr(xml, "from", &from) && cut_attr(xml, "to", &to)) {
        if (xml.bytes[1] == 'i') {
            read_iq(p, xml, from, to);
        } else if (xml.bytes[1] == 'p') {
            read_presence(p, xml, from, to);
        } else {
            read_message(p, xml, to);
        }
    }
}

static size_t on_bytes(void *owner, const char *bytes, size_t len)
{
    struct peer *p = owner;
    size_t at = 0;
    size_t size;
    while ((size = cut_element(bytes + at, len - at)) > 0) {
        while (bytes[at] != '<') { /* white space that keeps the link alive */
            at++;
            size--;
        }
        take(p, (struct slice){bytes + at, size});
        at += size;
    }
    return at;
}

static void on_link_end(void *owner)
{
    struct peer *p = owner;
    p->link = NULL;
    p->is_up = false;
}

static void on_nothing(void *owner)
{
    (void)owner;
}

static const struct line_kind LINK = {on_nothing, on_bytes, on_link_end};

static void on_accept(void *owner)
{
    struct peer *p = owner;
    int fd = accept4(p->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        line_close(p->link);
        p->link = line_take(p->place->lines, fd, &LINK, p);
        p->is_up = false;
    }
}

static const struct line_kind LISTENER = {on_accept, NULL, on_nothing};

struct peer *peer_create(const struct place *place)
{
    int on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)place->link_port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 8) != 0) {
        perror("the link's port");
        return NULL;
    }
    struct peer *p = mem_alloc(sizeof *p);
    p->place = place;
    p->fd = fd;
    p->listener = line_listen(place->lines, fd, &LISTENER, p);
    return p;
}

void peer_destroy(struct peer *p)
{
    if (p != NULL) {
        line_close(p->link);
        line_close(p->listener);
        free(p);
    }
}

bool peer_is_up(const struct peer *p)
{
    return p->is_up;
}
