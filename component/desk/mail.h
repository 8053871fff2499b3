/* mail.h - mails to visitors that are to go out: what, when, and when not any more.
 *
 * Two kinds. The receipt of a ticket that a visitor left: at once. And what agents said to the
 * requester of a ticket: after unseen_ms, if a page of theirs has not shown it before; what else is
 * said until it goes, goes with it. A mail is a row of storage before it is sent (desk_mail_take);
 * from then on it carries no further lines, so that a repeat, under the same Message-ID, is the
 * same mail. All rows are in memory, at most config.mail.max_waiting.
 *
 * Whether the requester has an address, and what was said, the mailer reads when it sends. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct ticket;

/* After so many tries: minutes until the next. The last stands for all further ones. */
#define MAIL_PAUSES_MIN 1, 5, 15, 30, 60

struct mail {
    struct list link; /* mails::waiting, by ready */
    struct mail_record record;
    time_ms ready; /* steady: as record.due, which is for the next start */
    bool is_under_way;
    bool is_seen; /* meanwhile */
};

struct mails {
    struct list waiting; /* mail::link */
    size_t count;
    struct paces *addresses; /* receipts an hour to one address; NULL: no mail is configured */
    time_ms receipts;        /* pace of all of them */
};

void mails_init(struct mails *m);
void mails_finish(struct mails *m);
void mails_configure(struct desk *d);
/* Behind the loading, when the time is known. */
void mails_start(struct desk *d, time_ms now);
void mails_tick(struct desk *d);
void mails_verify(const struct desk *d);

/* The ticket of a visitor's chat in memory is NEW. True: the visitor gets a mail. False: no mail is
 * configured, the visitor gave no address that mail may go to, or there are too many. */
bool mail_receipt(struct desk *d, time_ms now, const struct ticket *t);
/* A line of an agent's to its requester. */
void mail_reply(struct desk *d, time_ms now, const struct ticket *t, const struct entry_record *e);
/* A page has shown the agents' lines of that chat up to that one. */
void mail_seen(struct desk *d, int64_t number, int64_t sequence);
