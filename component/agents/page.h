/* page.h - addresses of pages that agents offer: only those of the website where the visitor is. */
#pragma once

#include "agents/agents.h"

#include <stdbool.h>

/* An http or https address without a user, blanks or control characters, whose origin is one of the
 * site's; where no site has that id, of any site's. */
bool page_is_of_site(const struct agents_config *config, const char *site, const char *url);
/* One of the origins that are allowed there, for those who ask; "": none is configured. */
const char *page_example(const struct agents_config *config, const char *site);
