/* past.h - chats of a visitor from before, as agents may read them.
 *
 * Read from storage, past the desk. Who may read one is looked up when it has been read: an agent
 * of its department, who has it now, a supervisor, or data protection. */
#pragma once

#include "agents/agents_state.h"

bool past_may_read(const struct agents *a, const char *who, const struct chat_record *chat);
/* Who looked at what was kept of whom (storage.h): once each time that it is shown. visitor "": of
 * a chat alone; chat 0: of a visitor alone. */
void past_note_read(const struct agents *a, const char *who, const char *what, const char *visitor,
                    int64_t chat);
/* Number, when it began, department, state, tags: one line. */
void past_write_chat(const struct agents *a, struct buf *out, enum language language,
                     const struct chat_record *chat);
/* When, by whom, what: one line, what follows in it is moved to the right. */
void past_write_entry(struct buf *out, enum language language, const struct entry_record *e);
/* The same without when. */
void past_write_words(struct buf *out, enum language language, const struct entry_record *e);
