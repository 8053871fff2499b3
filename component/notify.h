/* notify.h - tells a service supervisor how we are (sd_notify(3), by its protocol: no library
 * needed). Without NOTIFY_SOCKET nothing happens. */
#pragma once

struct event_base;
struct notify;

/* READY=1 when the loop first turns; WATCHDOG=1 twice in each WATCHDOG_USEC, so a loop that hangs
 * is noticed. */
struct notify *notify_create(struct event_base *loop);
/* RELOADING=1 with the monotonic time that systemd wants; then, when it is done, READY=1 again.
 * NULL is fine. */
void notify_reloading(struct notify *n);
void notify_ready(struct notify *n);
/* STOPPING=1, before the connections are closed. NULL is fine. */
void notify_stopping(struct notify *n);
void notify_destroy(struct notify *n); /* NULL is fine */
