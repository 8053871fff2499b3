/* house.h - router, visitors, agents, desk and a memory store as the daemon has them, with a link
 * and gateway streams that write down what leaves. For the tests of the router and for the fuzzer.
 *
 * Domain desk.example; sales has nina@example.org and otto@example.org, help has
 * fred@far.example; boss@example.org is a supervisor. Every outlet keeps what was sent to it since
 * house_forget. */
#pragma once

#include "desk/desk.h"
#include "fake_clock.h"
#include "router.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stddef.h>

enum { HOUSE_STREAMS = 4 };

struct house;

struct house *house_create(void); /* the link is down */
void house_destroy(struct house *h);
struct router *house_router(struct house *h);
struct desk *house_desk(struct house *h);
struct storage *house_storage(struct house *h);
void house_turn(struct house *h); /* ends turns until commits and reads have come back */
void house_seconds(struct house *h, unsigned seconds);

void house_link(struct house *h, bool up);
/* Stream 0 to HOUSE_STREAMS-1 opens, first as stream0@desk.example/x0 and so on, and closes. */
void house_stream(struct house *h, size_t at, bool open);
const char *house_stream_jid(struct house *h, size_t at);
bool house_is_open(const struct house *h, size_t at);

/* A stanza as it is read, from stream at, or from the link (HOUSE_STREAMS; it says from whom).
 * False: it is no XML. */
bool house_receive(struct house *h, size_t at, const char *xml);
/* What was sent there, in order: count and the n-th. at as above. */
size_t house_sent(const struct house *h, size_t at);
const struct element *house_sent_at(const struct house *h, size_t at, size_t n);
void house_forget(struct house *h);
