/* attachments_api.h - files that agents send: a line that is nothing but the address of a file on
 * their server's upload service (XEP-0363, often with jabber:x:oob, XEP-0066).
 *
 * The line is stored and told like any other. Then the file is copied into our own store, and the
 * line becomes, by a correction in the agent's name, the file's name, size and address here. So
 * nothing is lost or late if the copy fails: the visitor has the link, and the agent is told.
 *
 * Only addresses below those that the operator named are fetched, without redirects and proxies:
 * an agent's words are no order to look into the network that this machine stands in. */
#pragma once

#include <stdint.h>

struct agents;
struct attachments;
struct event_base;

struct attachments *attachments_create(struct agents *a, struct event_base *loop);
void attachments_destroy(struct attachments *t);
/* A line of that agent's to that visitor was stored. */
void attachments_line(struct attachments *t, const char *agent, const char *visitor,
                      int64_t sequence, const char *body);
