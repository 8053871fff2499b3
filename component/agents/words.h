/* words.h - what agents read from us. One place, so that other languages follow (gettext). */
#pragma once

#include "base/buf.h"
#include "desk/desk.h"

/* The text of a notice under a visitor's contact. chat may be NULL. */
void agent_words_notice(struct buf *out, enum agent_notice notice, const char *text,
                        const struct visitor_view *visitor, const struct chat_view *chat,
                        const char *department);
/* "Visitor 1042", or the name that the visitor gave. */
void agent_words_name(struct buf *out, const struct visitor_view *visitor);
/* Status of a department's contact: who waits, who is served. */
void agent_words_queue(struct buf *out, const struct department_view *department);
/* Status of a visitor's contact: the page. */
void agent_words_page(struct buf *out, const struct visitor_view *visitor,
                      const struct chat_view *chat);
