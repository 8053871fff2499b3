/* check_advice.h - the exact lines to add to Prosody's or ejabberd's configuration, printed with
 * the names of this one. They say the same as examples/prosody and examples/ejabberd. */
#pragma once

#include "transport/link.h"

struct config;

void check_advise_link(const struct config *config, enum link_fault fault);
void check_advise_roster(const struct config *config, const char *agent);
