/* words.h - what agents read from us. Each text is a whole one, in the reader's language. */
#pragma once

#include "agents/language.h"
#include "base/buf.h"
#include "desk/desk.h"

/* The text of a notice under a visitor's contact. chat may be NULL. */
void agent_words_notice(struct buf *out, enum language language, enum agent_notice notice,
                        const char *text, const struct visitor_view *visitor,
                        const struct chat_view *chat, const char *department);
/* To a supervisor: that visitor has waited since then (UTC). contact: the visitor's address. */
void agent_words_report(struct buf *out, enum language language, const struct visitor_view *visitor,
                        const struct chat_view *chat, const char *department, time_ms since,
                        const char *contact);
/* A line of the chat as an agent sees it. What the desk says begins with a dash, and nothing else
 * does: the visitor's lines that begin so are quoted, another agent's carry the name. */
void agent_words_line(struct buf *out, enum language language, const struct entry_record *e);
/* "Visitor 1042", or "Ada (visitor 1042)": never just a name, which may be an agent's (V-114). */
void agent_words_name(struct buf *out, enum language language, const struct visitor_view *visitor);
/* Instead of a line that ended the link (outbox.h). */
void agent_words_set_aside(struct buf *out, enum language language);
/* The answer to a line that only the agent's client can read. */
void agent_words_encrypted(struct buf *out, enum language language);
/* After the link was lost: the last line of the agent's that arrived; NULL: it is too old to be in
 * memory. */
void agent_words_last_line(struct buf *out, enum language language,
                           const struct entry_record *last);
/* Status of a department's contact: who waits, who is served. */
void agent_words_queue(struct buf *out, enum language language,
                       const struct department_view *department);
/* Status of a visitor's contact: the page. */
void agent_words_page(struct buf *out, enum language language, const struct visitor_view *visitor,
                      const struct chat_view *chat);
