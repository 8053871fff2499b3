/* email.h - addresses that mail may be sent to.
 *
 * What a visitor types is kept if it is plausible (text_is_email); mail goes only to what stands
 * here, so that nothing in an address is ever more than an address: not to a server, not in a
 * header. */
#pragma once

#include <stdbool.h>

/* ASCII; a dot-atom of at most 64 bytes (RFC 5321), an @, a domain name of at most 253: no quoted
 * names, no address literals, no comments. */
bool email_is_mailable(const char *text);
