/* outbox.h - messages on their way over the link, which acknowledges nothing (architecture
 * section 8).
 *
 * A row lives in storage from the turn in which its line was said until the client of whom it is
 * for receipts it, its edge knows otherwise that it has arrived, or a fence behind it was answered
 * by a server for which that means stored: queued → handed → delivered or bounced; "sent" is memory
 * only. After a link loss, what was not
 * handed is sent again with the same id, <delay/> and a visible mark; and where handed does not
 * mean stored, what was not delivered.
 *
 * A row that makes the server drop the link would be sent for ever: so after a loss with rows in
 * flight they are under suspicion. The first is sent alone with its fence; each answer doubles how
 * many may be in flight, until the next loss: from then on they go singly. One that was alone in
 * flight at two losses for which the server blamed what it was sent, or at five without a word, is
 * set aside, with an alarm. Its line stays in the chat's record.
 *
 * Files: outbox.c (what becomes of a row), row.c (one row, the limit), fence.c (how far the servers
 * have it), handed.c (what they have only routed). What stands in a message is known to the edge
 * that it comes from, and to nobody here. This folder alone writes the outbox's table. */
#pragma once

#include "storage/storage.h"
#include "xml/stanza.h"

struct outbox;

struct outbox_config {
    const char *domain;
    size_t max_rows; /* so many that are not handed: full; so many that are wait for a receipt.
                        0: no limit */
};

/* What an edge says about its rows. Nothing here may add to the outbox but the last two. */
struct outbox_edge {
    void *ctx;
    /* After a restart or another configuration: is the row still somebody's business? */
    bool (*is_wanted)(void *ctx, const struct outbox_record *r);
    /* May it be sent now? Later rows for the same address from the same address wait behind it;
     * outbox_pursue when that has changed. NULL: always. */
    bool (*may_send)(void *ctx, const struct outbox_record *r);
    /* The whole message, its text by outbox_write_text. What it says of the desk is what is true
     * when it is sent. */
    void (*write)(void *ctx, struct writer *w, const struct outbox_record *r);
    /* It was handed to a server that has only routed it, as the sending-th of all that were sent;
     * it waits for its receipt. NULL: of no interest. */
    void (*routed)(void *ctx, const struct outbox_record *r, uint64_t sending);
    /* It came back as an error, and is no row any more. */
    void (*bounced)(void *ctx, const struct outbox_record *r);
    /* It was set aside, and is no row any more: nobody will see it. */
    void (*set_aside)(void *ctx, const struct outbox_record *r);
};

/* config's strings, storage and post are borrowed and outlive it. */
struct outbox *outbox_create(const struct outbox_config *config, struct storage *storage,
                             const struct post *post);
void outbox_destroy(struct outbox *o);
/* The edge of that side; before its first row; borrowed. */
void outbox_attach(struct outbox *o, enum outbox_side side, const struct outbox_edge *edge);
void outbox_load_counter(struct outbox *o, int64_t last);
void outbox_load(struct outbox *o, const struct outbox_record *r);

/* May not take more: edges then refuse new lines, before they call the desk. Nothing is dropped in
 * any case; what the desk tells for other reasons is still taken. There is room again when a tenth
 * is free. */
bool outbox_is_full(const struct outbox *o);
size_t outbox_count(const struct outbox *o); /* rows, handed or not */

/* For whoever watches it. */
struct outbox_census {
    size_t queued, sent, handed; /* rows: wait to be sent, are under way, wait for a receipt */
    /* In this run: messages, each time that they were sent; rows that came back; rows aside. */
    uint64_t sendings, bounced, set_aside;
};
void outbox_take_census(const struct outbox *o, struct outbox_census *out);

/* A message, stored, and sent as soon as it may be. Of r the strings are copied (NULL: ""); id and
 * handed are the outbox's; attempts is 1 for what may have come before, else 0; message_id "": it
 * gets one. Not if one with that id is still on its way to that account (offered once more, told
 * once more), or was set aside. One that is unstored is lost with this run. */
void outbox_add(struct outbox *o, const struct outbox_record *r);
/* Whether a message with that text waits to be sent. */
bool outbox_waits(const struct outbox *o, const char *to, const char *from, const char *body);
/* Whether a message for that address from that local part is on its way, or may be sent again. */
bool outbox_holds(const struct outbox *o, const char *to, const char *from);
/* The id of the last row; a notice's message has that of its row behind an "n". */
int64_t outbox_last(const struct outbox *o);
/* Sends what waits for that address from that local part. */
void outbox_pursue(struct outbox *o, const char *to, const char *from);
/* <body/>; on a repeat with the mark (NULL: none) before the text, and <delay/>. Code points of
 * the mark, if it was written. */
size_t outbox_write_text(const struct outbox *o, struct writer *w, const struct outbox_record *r,
                         const char *mark);

/* A receipt of that account's client for that message. */
void outbox_delivered(struct outbox *o, const char *bare, const char *message_id);
/* The message came back from that account as an error. False: it was none of ours. */
bool outbox_bounced(struct outbox *o, const char *bare, const char *message_id);

/* How many messages were sent so far, each time that they were, in this run. */
uint64_t outbox_sendings(const struct outbox *o);
/* Of what was handed for that address, and was sent behind the after-th and not behind the
 * until-th: does any wait for its receipt? Has arrived: an answer of whoever has it shows that. */
bool outbox_awaits(const struct outbox *o, const char *to, uint64_t after, uint64_t until);
void outbox_arrived(struct outbox *o, const char *to, uint64_t after, uint64_t until);

/* The server of that address will be written to: on each link it is asked what it is. */
void outbox_expect(struct outbox *o, const char *jid);
/* Another limit; the domain stays, its string is borrowed anew. */
void outbox_configure(struct outbox *o, const struct outbox_config *config);
/* That edge may think otherwise of its rows now: of those that it does not want any more, what was
 * not sent is not sent, and what was is not sent again. */
void outbox_review(struct outbox *o, enum outbox_side side);
/* That visitor is erased: no row of theirs, or that names their address, is left (in storage by who
 * asks, too). */
void outbox_forget(struct outbox *o, const char *visitor);
/* The same of a chat: lines of it, and what names its ticket's address. */
void outbox_forget_chat(struct outbox *o, int64_t number);
void outbox_link_up(struct outbox *o);
/* offended: the server ended it for something that it was sent. */
void outbox_link_down(struct outbox *o, bool offended);
/* Every second. */
void outbox_tick(struct outbox *o);
