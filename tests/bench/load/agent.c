#include "agent.h"
#include "line.h"

#include "base/mem.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 20, NAME_MAX_SIZE = 32 };

/* ---- what a client says ---- */

static void add_slice(struct buf *out, const char *before, struct slice s)
{
    buf_add_text(out, before);
    buf_add(out, s.bytes, s.len);
    buf_add_char(out, '\'');
}

static void begin_message(struct buf *out, const char *self, struct slice to)
{
    buf_add_text(out, "<message type='chat'");
    if (self[0] != '\0') {
        add_slice(out, " from='", (struct slice){self, strlen(self)});
    }
    add_slice(out, " to='", to);
}

void agent_hear(const struct place *place, struct buf *out, const char *self, struct slice message)
{
    struct slice from;
    struct slice id;
    if (!cut_attr(message, "from", &from) || !cut_attr(message, "id", &id) ||
        !cut_has(message, "<request ")) {
        return;
    }
    begin_message(out, self, from);
    add_slice(out, "><received xmlns='urn:xmpp:receipts' id='", id);
    buf_add_text(out, "/></message>");
    if (place->answers && cut_has(message, "<body>question ")) {
        begin_message(out, self, from);
        add_slice(out, " id='a", id);
        buf_add_text(out, "><body>answer to you: yes, we do, and it takes three to four days until"
                          " it is there.</body><request xmlns='urn:xmpp:receipts'/></message>");
    }
}

/* ---- clients ---- */

struct agent {
    struct agents *all;
    struct line *line;
    unsigned number;
    bool is_bound;
};

struct agents {
    const struct place *place;
    struct agent *agents;
    unsigned begun;
    unsigned there;
    const char *trouble;
};

static void open_stream(struct agent *a)
{
    buf_printf(line_out(a->line),
               "<stream:stream xmlns='jabber:client' to='%s' version='1.0'"
               " xmlns:stream='http://etherx.jabber.org/streams'>",
               a->all->place->agent_host);
}

static void on_up(void *owner)
{
    open_stream(owner);
}

static void authenticate(struct agent *a)
{
    unsigned char words[NAME_MAX_SIZE];
    unsigned char secret[2 * NAME_MAX_SIZE];
    int len = snprintf((char *)words, sizeof words, "%cagent%u%cpw", 0, a->number, 0);
    EVP_EncodeBlock(secret, words, len);
    buf_printf(line_out(a->line),
               "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>",
               (const char *)secret);
}

/* Whoever asks the client is told that it lives; what it asked itself moves it on. */
static void read_iq(struct agent *a, struct slice xml)
{
    struct slice type;
    struct slice id;
    struct slice from;
    struct buf *out = line_out(a->line);
    if (!cut_attr(xml, "type", &type) || !cut_attr(xml, "id", &id)) {
        return;
    }
    if (slice_is(type, "get") || slice_is(type, "set")) {
        add_slice(out, "<iq type='result' id='", id);
        if (cut_attr(xml, "from", &from)) {
            add_slice(out, " to='", from);
        }
        buf_add_text(out, "/>");
    } else if (slice_is(id, "b")) {
        buf_add_text(out, "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    } else if (slice_is(id, "r") && !a->is_bound) {
        buf_add_text(out, "<presence/>");
        a->is_bound = true;
        a->all->there++;
    }
}

static void take(struct agent *a, struct slice xml)
{
    if (cut_has(xml, "<message ")) {
        agent_hear(a->all->place, line_out(a->line), "", xml);
    } else if (cut_has(xml, "<iq ")) {
        read_iq(a, xml);
    } else if (cut_has(xml, "<success")) {
        open_stream(a);
    } else if (cut_has(xml, "<mechanism>")) {
        authenticate(a);
    } else if (cut_has(xml, "xmpp-bind")) {
        buf_add_text(line_out(a->line), "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:"
                                        "xmpp-bind'><resource>load</resource></bind></iq>");
    } else if (cut_has(xml, "<failure")) {
        a->all->trouble = "an agent could not log in";
    }
}

static size_t on_bytes(void *owner, const char *bytes, size_t len)
{
    struct agent *a = owner;
    size_t at = 0;
    size_t size;
    while ((size = cut_element(bytes + at, len - at)) > 0) {
        take(a, (struct slice){bytes + at, size});
        at += size;
    }
    return at;
}

static void on_end(void *owner)
{
    struct agent *a = owner;
    a->line = NULL;
    a->all->trouble = "an agent's stream has ended";
}

static const struct line_kind LINE = {on_up, on_bytes, on_end};

struct agents *agents_create(const struct place *place)
{
    struct agents *all = mem_alloc(sizeof *all);
    all->place = place;
    all->agents = mem_array(place->agent_count + 1, sizeof *all->agents);
    return all;
}

void agents_destroy(struct agents *all)
{
    for (unsigned i = 0; i < all->begun; i++) {
        line_close(all->agents[i].line);
    }
    free(all->agents);
    free(all);
}

bool agents_come(struct agents *all)
{
    while (all->begun < all->place->agent_count && all->begun - all->there < AT_ONCE &&
           all->trouble == NULL) {
        struct agent *a = &all->agents[all->begun];
        *a = (struct agent){.all = all, .number = ++all->begun};
        a->line = line_dial(all->place->lines, a->number, all->place->agent_port, &LINE, a);
        if (a->line == NULL) {
            all->trouble = "no socket can be had for an agent";
        }
    }
    return all->there == all->place->agent_count;
}

const char *agents_trouble(const struct agents *all)
{
    return all->trouble;
}
