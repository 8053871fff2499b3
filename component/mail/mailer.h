/* mailer.h - sends the mails that the desk has decided on (desk/mail.h), one after the other.
 *
 * Taken from the desk, read from storage (behind the commit of their being begun), written
 * (letter.h), brought to the server (courier.h); what came of it is told to the desk. While the
 * server cannot be reached all of them wait, for longer each time; that is logged when it begins
 * and when it ends. Loop thread only. */
#pragma once

#include "mail/letter.h"
#include "mail/smtp.h"

#include <stddef.h>

struct desk;
struct mailer;
struct storage;

/* Strings are borrowed until the next mailer_configure. */
struct mailer_config {
    bool is_on;
    struct smtp_server server;
    struct letter_house house;
    unsigned per_minute;
};

struct mailer *mailer_create(const struct mailer_config *config, struct storage *storage,
                             struct desk *desk);
void mailer_destroy(struct mailer *m);
void mailer_configure(struct mailer *m, const struct mailer_config *config);
void mailer_tick(struct mailer *m);    /* about every second */
int mailer_fd(const struct mailer *m); /* readable: call mailer_dispatch */
void mailer_dispatch(struct mailer *m);
/* Why none goes now; "": they go. */
const char *mailer_trouble(const struct mailer *m);
