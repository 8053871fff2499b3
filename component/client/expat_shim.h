/* expat_shim.h - what libstrophe 0.12 does not ask of expat, asked in its place.
 *
 * COMPAT: libstrophe 0.12.2. It leaves expat's reparse deferral on, so a stanza that was cut inside
 * a start tag is not handed over until more traffic comes, perhaps never; and it drops the
 * namespace of attributes, so that x:from='boss@…' overwrites from. expat_shim.c defines
 * XML_ParserCreate_MM, XML_ParserReset and XML_SetElementHandler in this program, where the dynamic
 * linker finds them before expat's own: deferral is switched off, and attributes in a foreign
 * namespace are dropped before libstrophe sees them. docs/decisions/0002. */
#pragma once

#include <stdbool.h>

/* Does it work here? (Not if libstrophe was linked with -Bsymbolic or statically, or expat cannot
 * do it.) */
bool expat_shim_works(void);
