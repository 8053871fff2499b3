/* upgrade.h - the opening handshake of RFC 6455 section 4.2 with RFC 7395: is this request one, and
 * for which site? */
#pragma once

#include "transport/http.h"
#include "transport/site.h"

#include <stdbool.h>

enum { UPGRADE_ACCEPT_SIZE = 29 };

/* What to refuse with; status 0: fine. */
struct upgrade_verdict {
    int status;          /* 400, 403, 426 */
    const char *words;   /* why */
    const char *headers; /* that the refusal must have, or NULL */
    const struct site *site;
};

struct upgrade_verdict upgrade_check(const struct http_request *r, const struct sites *sites);
/* Sec-WebSocket-Accept for a key. */
void upgrade_accept(const char *key, char out[UPGRADE_ACCEPT_SIZE]);
