/* ticket_archive.h - the record of a chat or ticket as an archive at ticket-N@D (XEP-0313), for who
 * may read it with !history: what was said, noted and changed there, as it stands now.
 *
 * For everybody else there is nobody at that address, whatever they ask. A page has at most
 * MAM_PAGE lines and MAM_PAGE_BYTES, and is noted among who read what. */
#pragma once

#include "agents/agents_state.h"

/* False: the iq asks for something else. */
bool ticket_archive_answer(struct agents *a, const struct stanza *s);
void ticket_archive_free(struct agents *a);
