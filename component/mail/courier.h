/* courier.h - one thread that brings mails to the SMTP server, one after the other, so that the
 * event loop waits for no server: libcurl's own loop does not do, because a connection ends with a
 * QUIT whose answer is waited for (docs/decisions/0111-a-thread-for-mail.md). */
#pragma once

#include "mail/smtp.h"

struct courier;

/* on_done: called by courier_dispatch, once for each mail that was taken. */
struct courier *courier_create(void (*on_done)(void *ctx, const struct smtp_answer *answer),
                               void *ctx);
/* What is under way is broken off, within about a second; on_done is not called. */
void courier_destroy(struct courier *c);
/* One at a time: the one before is done. Copies. */
void courier_take(struct courier *c, const struct smtp_server *server,
                  const struct smtp_mail *mail);
int courier_fd(const struct courier *c); /* readable: call courier_dispatch */
void courier_dispatch(struct courier *c);
