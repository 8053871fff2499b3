/* storage.h - what is remembered: records, writes in batches, reads in the background.
 *
 * Commit, then tell (docs/ARCHITECTURE.md): writes of one turn of the event loop are collected in
 * the open batch; storage_seal closes it and hands it to the writer, which takes all sealed
 * batches, commits them in one transaction and reports the last one through on_commit. A batch that
 * cannot be committed (disk full) stays first in line and is retried every second;
 * storage_is_refusing is then true. A constraint failure is our bug and aborts.
 *
 * Loop thread only. Completions (on_commit, answers of reads) are called from storage_dispatch,
 * which the loop calls when storage_fd is readable; never from inside another call. Strings in
 * records are borrowed: on writes they are copied before the call returns, in answers they are good
 * during the callback. No string is NULL ("" instead). Times are UTC milliseconds, 0 = never; order
 * is by sequence, never by time. */
#pragma once

#include "storage/reads.h"
#include "storage/records.h"

#include <stdbool.h>
#include <stdint.h>

struct histogram;
struct storage;
struct storage_calls {
    void *ctx;
    void (*on_commit)(void *ctx, uint64_t batch);  /* this batch and all before are on disk */
    void (*on_refusing)(void *ctx, bool refusing); /* trouble begins, ends */
};

/* uri: "sqlite:PATH", "memory:". Takes the lock on the database (a second daemon is refused),
 * migrates. NULL and *error (free() it) in words on failure. calls is copied. */
struct storage *storage_open(const char *uri, const struct storage_calls *calls, char **error);
/* Seals, commits what waits (tries for at most 5 s), closes. Open reads are dropped without an
 * answer; a backup that runs is removed. */
void storage_close(struct storage *s);
int storage_fd(const struct storage *s);
void storage_dispatch(struct storage *s);

/* ---- writing: appends to the open batch; records replace those with the same key ---- */
void storage_put_visitor(struct storage *s, const struct visitor_record *r);
void storage_put_token(struct storage *s, const struct token_record *r);
void storage_drop_token(struct storage *s, const char *hash);
/* A new token came into use: the visitor's CURRENT ones become OLD at that time; what was OLD or
 * NEW for more than seven days before it goes. */
void storage_age_tokens(struct storage *s, const char *visitor, time_ms at);
/* The visitor's OLD and NEW ones from before that time go. */
void storage_prune_tokens(struct storage *s, const char *visitor, time_ms before);
void storage_drop_tokens_of(struct storage *s, const char *visitor);
void storage_put_chat(struct storage *s, const struct chat_record *r);
/* Of one that may have ended long ago: of r the number, priority and tags. */
void storage_change_chat(struct storage *s, const struct chat_record *r);
void storage_put_participant(struct storage *s, const struct participant_record *r);
void storage_drop_participant(struct storage *s, int64_t chat, const char *agent);
/* New sequence only; as it was said: what becomes of it is not read. */
void storage_put_entry(struct storage *s, const struct entry_record *r);
/* What became of a line: of r the sequence, fate, shown and reactions. */
void storage_change_entry(struct storage *s, const struct entry_record *r);
void storage_mark_entry(struct storage *s, int64_t sequence,
                        enum entry_seen seen); /* never backwards */
void storage_put_outbox(struct storage *s, const struct outbox_record *r);
void storage_drop_outbox(struct storage *s, int64_t id);
void storage_put_contact(struct storage *s, const struct contact_record *r);
void storage_drop_contact(struct storage *s, const char *agent, const char *contact);
void storage_put_slot(struct storage *s, const struct slot_record *r);
void storage_drop_slot(struct storage *s, const char *agent, unsigned number);
void storage_put_subscriber(struct storage *s, const struct subscriber_record *r);
void storage_drop_subscriber(struct storage *s, const char *jid, const char *department);
void storage_put_duty(struct storage *s, const struct duty_record *r);
void storage_drop_duty(struct storage *s, const char *agent);
void storage_put_news(struct storage *s, const struct news_record *r);
void storage_put_canned(struct storage *s, const struct canned_record *r);
void storage_drop_canned(struct storage *s, enum canned_scope scope, const char *owner,
                         const char *word);
void storage_put_saved(struct storage *s, const struct saved_record *r);
void storage_drop_saved(struct storage *s, const char *agent, const char *name);
void storage_put_setting(struct storage *s, const struct setting_record *r);
void storage_drop_setting(struct storage *s, enum setting_kind kind, const char *id,
                          const char *field);
void storage_put_audit(struct storage *s, const struct audit_record *r); /* is never changed */
void storage_put_file(struct storage *s, const struct file_record *r);

void storage_put_block(struct storage *s, const struct block_record *r);
void storage_drop_block(struct storage *s, int64_t number);
/* Replaces the one of the same scope and place. */
void storage_put_bulletin(struct storage *s, const struct bulletin_record *r);
void storage_drop_bulletin(struct storage *s, enum bulletin_scope scope, const char *place);
void storage_put_ticket(struct storage *s, const struct ticket_record *r);
void storage_put_spent(struct storage *s, const struct spent_record *r); /* is never changed */
void storage_put_rating(struct storage *s,
                        const struct rating_record *r);              /* of a chat that is stored */
void storage_put_own(struct storage *s, const struct own_record *r); /* the same */
void storage_drop_own(struct storage *s, int64_t chat, const char *field);
void storage_put_link(struct storage *s, const struct link_record *r);
void storage_drop_link(struct storage *s, const struct link_record *r);
void storage_put_mail(struct storage *s, const struct mail_record *r);
void storage_drop_mail(struct storage *s, int64_t ticket, int64_t first);

/* That sequence was given to a line that is not stored: it is not given again. */
void storage_pass_entry(struct storage *s, int64_t sequence);
void storage_put_read(struct storage *s, const struct read_record *r);
/* At most PRUNE_AT_ONCE of those from before then. */
enum { PRUNE_AT_ONCE = 500 };
void storage_prune_reads(struct storage *s, time_ms before);
/* What must not be in memory any more: a closed chat with its entries, ticket and files' rows; a
 * visitor without chats, with all that is theirs. What was there is overwritten. */
void storage_erase_chat(struct storage *s, int64_t number);
void storage_erase_visitor(struct storage *s, const char *id);
/* From here until storage_scrub has ended, a scrub is unfinished. */
void storage_begin_scrub(struct storage *s, time_ms now);

/* Closes the open batch and hands it over. Returns the number of the last batch that was sealed so
 * far, this one or (if nothing was written) an earlier one; 0 if there was none yet. */
uint64_t storage_seal(struct storage *s);
uint64_t storage_committed(const struct storage *s); /* number of the last committed batch */
/* May not take more: a commit fails, 20,000 writes or 16 MiB wait, or 4,096 reads are open. Edges
 * then refuse new content. Nothing is dropped in any case. */
bool storage_is_refusing(const struct storage *s);
/* How long batches took, from storage_seal until the loop knew that they are on disk. */
const struct histogram *storage_commit_times(const struct storage *s);
size_t storage_waiting_writes(const struct storage *s); /* open or sealed, not on disk */

/* ---- start: synchronous, before the loop turns ---- */
struct storage_loader {
    void *ctx;
    void (*counters)(void *ctx, int64_t last_number, int64_t last_sequence, int64_t last_outbox);
    void (*visitor)(void *ctx,
                    const struct visitor_record *r);      /* those with a chat that is not closed */
    void (*chat)(void *ctx, const struct chat_record *r); /* not closed, by waiting_since, number */
    void (*participant)(void *ctx, const struct participant_record *r); /* of those chats */
    void (*entry)(void *ctx,
                  const struct entry_record *r); /* last 200 of each of those chats, in order */
    void (*own)(void *ctx, const struct own_record *r);       /* of those chats, by chat, field */
    void (*outbox)(void *ctx, const struct outbox_record *r); /* by id */
    void (*contact)(void *ctx, const struct contact_record *r);
    void (*slot)(void *ctx, const struct slot_record *r);
    void (*subscriber)(void *ctx, const struct subscriber_record *r);
    void (*duty)(void *ctx, const struct duty_record *r);
    void (*news)(void *ctx, const struct news_record *r);         /* by agent, department */
    void (*canned)(void *ctx, const struct canned_record *r);     /* by scope, owner, word */
    void (*saved)(void *ctx, const struct saved_record *r);       /* by agent, name */
    void (*setting)(void *ctx, const struct setting_record *r);   /* by kind, id, field */
    void (*file)(void *ctx, const struct file_record *r);         /* all, by id */
    void (*block)(void *ctx, const struct block_record *r);       /* by number */
    void (*bulletin)(void *ctx, const struct bulletin_record *r); /* by scope, place */
    void (*mail)(void *ctx, const struct mail_record *r);         /* all, by due, ticket, first */
};
/* Calls in the order above; any may be NULL. False: cannot be read (logged). */
bool storage_load(struct storage *s, const struct storage_loader *loader);

/* After storage_open or storage_load has failed: because the database is damaged? Reads all of it
 * (of one over 256 MiB only the head), changes nothing. */
bool storage_is_damaged(const char *uri);

/* For subcommands beside the daemon: its settings, read-only and without the lock; none if there is
 * no database yet, or one from before there were any. NULL, or why not (free()). */
char *storage_peek_settings(const char *uri, void (*setting)(void *, const struct setting_record *),
                            void *ctx);

/* For `tresen check` and `tresen restore`: opens the file read-only, runs integrity_check, compares
 * the schema version. NULL = good, else words (free()). */
char *storage_inspect(const char *uri);
