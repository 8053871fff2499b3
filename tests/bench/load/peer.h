/* peer.h - the server's end of the component's link (XEP-0114), so that nothing but the daemon can
 * be what saturates: takes the link, answers what a server answers, and is all agents' clients. */
#pragma once

#include "place.h"

struct peer;

/* Listens at place->link_port; NULL: that cannot be had. */
struct peer *peer_create(const struct place *place);
void peer_destroy(struct peer *p); /* NULL is fine */
bool peer_is_up(const struct peer *p);
