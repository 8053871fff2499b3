/* link_fault.h - why a link ended: what a server's <stream:error/> means to us. */
#pragma once

#include "transport/link.h"
#include "xml/element.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads a <stream:error/> (RFC 6120 4.9; Prosody 0.12 and ejabberd 23.01 as measured); why gets its
 * condition and text, safe to log. */
enum link_fault link_fault_read(const struct element *error, char *why, size_t size);
/* Will the server refuse us again until a person has changed something? */
bool link_fault_is_refusal(enum link_fault fault);
const char *link_fault_name(enum link_fault fault);
