/* link_pace.h - when the link tries again. */
#pragma once

#include "transport/link.h"

/* Milliseconds until the next attempt. After a refusal (conflict, wrong secret, unknown host):
 * evenly between refused_min_ms and refused_max_ms. Else retry_min_ms doubled with each of the
 * attempts before this one, up to two thirds of retry_max_ms, and up to half of that more at
 * random, so that not everything that lost a server comes back to it at once. */
int link_pace_delay(const struct link_pace *pace, enum link_fault fault, unsigned attempts);
