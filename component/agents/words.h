/* words.h - what agents read from us. Each text is a whole one, in the reader's language. */
#pragma once

#include "agents/language.h"
#include "base/buf.h"
#include "desk/desk.h"

/* The text of a notice under a visitor's contact. chat may be NULL. prefix: what commands begin
 * with, here and below. */
void agent_words_notice(struct buf *out, enum language language, char prefix,
                        enum agent_notice notice, const char *text,
                        const struct visitor_view *visitor, const struct chat_view *chat,
                        const char *department);
/* Who the visitor is: form answers, page, where from, language. */
void agent_words_summary(struct buf *out, enum language language,
                         const struct visitor_view *visitor);
/* To a supervisor: that visitor has waited since then (UTC). contact: the visitor's address. */
void agent_words_report(struct buf *out, enum language language, const struct visitor_view *visitor,
                        const struct chat_view *chat, const char *department, time_ms since,
                        const char *contact);
/* From a department's contact. visitor: whom it is about, or NULL; contact: the visitor's address,
 * or the ticket's. */
void agent_words_call(struct buf *out, enum language language, char prefix, enum agent_call call,
                      const char *text, const struct visitor_view *visitor, const char *department,
                      const char *contact);
/* To the ticket's owner, when they are there again. */
void agent_words_unreached(struct buf *out, enum language language, char prefix, const char *number,
                           const char *address);
/* Of CALL_RATED: text is its number, scale, value and words; name: the visitor's. The address is
 * what an erasure finds the line by. */
void agent_words_rated(struct buf *out, enum language language, const char *text, const char *name,
                       const char *contact);
/* Under a ticket's address, before a line of the requester: who that is, and what it is about. */
void agent_words_requester(struct buf *out, enum language language, char prefix,
                           const struct visitor_view *visitor, int64_t ticket, const char *subject);
/* A line of the chat as an agent sees it. What the desk says begins with a dash, and nothing else
 * does: the visitor's lines that begin so are quoted, another agent's carry the name. */
void agent_words_line(struct buf *out, enum language language, const struct entry_record *e);
/* That a line was taken back, by the visitor or another agent (NULL: one that is not known any
 * more). */
void agent_words_retracted(struct buf *out, enum language language, const struct entry_record *e,
                           const struct entry_record *line);
/* All reactions of the visitor's or another agent's to that line. */
void agent_words_reacted(struct buf *out, enum language language, const struct entry_record *e,
                         const struct entry_record *line);
/* Why what the agent did to a line was not done. */
void agent_words_unchanged(struct buf *out, enum language language, enum act act,
                           enum desk_result why);
/* "Visitor 1042", or "Ada (visitor 1042)": never just a name, which may be an agent's (V-114). */
void agent_words_name(struct buf *out, enum language language, const struct visitor_view *visitor);
/* In a slot (slots.h): who is there from here on, and that it is over. is_kept: what is still
 * written goes to the record. */
void agent_words_slot_begin(struct buf *out, enum language language,
                            const struct visitor_view *visitor);
void agent_words_slot_end(struct buf *out, enum language language, int64_t chat, bool is_kept);
/* Why a line was not given to the visitor who is there now. */
enum slot_refusal { SLOT_REFUSES_NOTHING, SLOT_OTHER_CHAT, SLOT_TOO_EARLY };
void agent_words_slot_refusal(struct buf *out, enum language language, enum slot_refusal why);
/* Behind the status of a department: that agent can be shown nobody else. */
void agent_words_no_slot(struct buf *out, enum language language);
/* What a slot is called while nobody is there, and what is said when the agent is asked for it. */
void agent_words_slot_name(struct buf *out, enum language language, unsigned number);
const char *agent_words_slot_request(enum language language);
/* One word. */
const char *agent_words_priority(enum language language, enum chat_priority priority);
/* Instead of a line that ended the link (outbox.h). */
void agent_words_set_aside(struct buf *out, enum language language);
/* The answer to a line that only the agent's client can read: how that is switched off in the
 * client of that name (clients.h), "" if it is not known. */
void agent_words_encrypted(struct buf *out, enum language language, const char *client);
/* After the link was lost: the last line of the agent's that arrived; NULL: it is too old to be in
 * memory. */
void agent_words_last_line(struct buf *out, enum language language,
                           const struct entry_record *last);
/* Status of a department's contact: who waits, who is served. */
void agent_words_queue(struct buf *out, enum language language,
                       const struct department_view *department);
/* A line of a list: who, for how long, and whether a line waits for an answer. */
void agent_words_chat(struct buf *out, enum language language, const struct visitor_view *visitor,
                      const struct chat_view *chat, time_ms now);
/* A line of a list: name, whether they are there, chats and seats. */
void agent_words_agent(struct buf *out, enum language language, const struct agent_view *agent);
/* Status of a visitor's contact: the page. */
void agent_words_page(struct buf *out, enum language language, const struct visitor_view *visitor,
                      const struct chat_view *chat);
