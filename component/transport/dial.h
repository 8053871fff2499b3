/* dial.h - one outgoing TCP connection, made on the event loop without ever blocking it: the name
 * is resolved by evdns (so /etc/hosts and the resolver's configuration count as dns was set up),
 * then every address is tried in turn. The socket is non-blocking and close-on-exec, with
 * TCP_NODELAY, keep-alive and TCP_USER_TIMEOUT. */
#pragma once

struct dial;
struct event_base;
struct evdns_base;

/* Called exactly once, never inside dial_start: fd is the caller's, or -1 and why says in words why
 * not (borrowed). The dial is gone then. */
typedef void (*dial_done)(void *ctx, int fd, const char *why);

/* host is a name or an address; timeout_ms is for everything together, one address gets a third of
 * it. */
struct dial *dial_start(struct event_base *loop, struct evdns_base *dns, const char *host, int port,
                        int timeout_ms, dial_done done, void *ctx);
/* done is not called any more. NULL is fine. A question that is still on its way to a name server
 * is freed by one more turn of the loop. */
void dial_cancel(struct dial *d);
