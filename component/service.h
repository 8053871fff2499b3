/* service.h - what the service and its departments answer to anybody: disco (XEP-0030), version
 * (0092), ping (0199). Called by the router before an edge sees the stanza.
 * Nodes are commands (XEP-0050), which only agents and other people of the desk are told of. */
#pragma once

#include "desk/desk.h"
#include "xml/stanza.h"

struct visitors;

/* What is answered about, and how. */
struct service {
    const struct post *post;
    const struct desk *desk;
    const char *domain;
    const struct visitors *visitors; /* which files departments take from them */
};

/* True: it was such an iq, and is answered. */
bool service_answer(const struct service *service, const struct stanza *s, bool by_agent);
