/* identity.h - who a visitor is, as the website that they are logged in to has proved
 * (visitors/proof.h checks it): a subject, the website's own name for that person, and what it says
 * of them.
 *
 * Whom nobody vouches for may become somebody, once; who is somebody never becomes somebody else.
 * In the record of each chat of a verified visitor there is a note (event identified): the subject,
 * and in the lines below what was said of them. */
#pragma once

#include "desk/desk.h"

struct chat;

/* Clean text, one line each; "" where nothing is said. */
struct desk_identity {
    const char *subject;
    const char *claims; /* lines "claim: value"; its name and email are those below */
    const char *name;
    const char *email;
};

/* That visitor, who has arrived, is proved to be that person. DESK_FORBIDDEN: they are somebody
 * else. */
enum desk_result desk_visitor_identify(struct desk *d, time_ms now, const char *visitor,
                                       const struct desk_identity *who);
/* In memory, the visitor whom that site calls so; of several the one first seen. NULL: nobody.
 * Borrowed. */
const char *desk_visitor_of(const struct desk *d, const char *site, const char *subject);
/* They are not found by that address any more. known: as they were loaded, if they are not in
 * memory. */
void desk_visitor_moved_out(struct desk *d, const struct visitor_record *known, const char *jid);

/* Does the website say the visitor's "name", or "email"? Then what they say of it does not count.
 */
bool identity_says(const struct visitor_record *r, const char *claim);

/* ---- inside the desk ---- */

/* A chat has begun: the note of its record, if its visitor is verified. */
void identity_note(struct desk *d, time_ms now, struct chat *c);
