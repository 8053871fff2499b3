/* words.h - what agents read from us. One place, so that other languages follow (gettext). */
#pragma once

#include "base/buf.h"
#include "desk/desk.h"

/* The text of a notice under a visitor's contact. chat may be NULL. */
void agent_words_notice(struct buf *out, enum agent_notice notice, const char *text,
                        const struct visitor_view *visitor, const struct chat_view *chat,
                        const char *department);
/* To a supervisor: that visitor has waited since then (UTC). contact: the visitor's address. */
void agent_words_report(struct buf *out, const struct visitor_view *visitor,
                        const struct chat_view *chat, const char *department, time_ms since,
                        const char *contact);
/* A line of the chat as an agent sees it. What the desk says begins with a dash, and nothing else
 * does: the visitor's lines that begin so are quoted, another agent's carry the name. */
void agent_words_line(struct buf *out, const struct entry_record *e);
/* "Visitor 1042", or "Ada (visitor 1042)": never just a name, which may be an agent's (V-114). */
void agent_words_name(struct buf *out, const struct visitor_view *visitor);
/* Instead of a line that ended the link (outbox.h). */
const char *agent_words_set_aside(void);
/* Status of a department's contact: who waits, who is served. */
void agent_words_queue(struct buf *out, const struct department_view *department);
/* Status of a visitor's contact: the page. */
void agent_words_page(struct buf *out, const struct visitor_view *visitor,
                      const struct chat_view *chat);
