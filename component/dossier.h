/* dossier.h - an order about a person as one text, from the subcommand to the daemon:
 * ACT LF END LF PERSON LF PATH, where ACT is look, erase or export, END end or "", PATH "" or
 * absolute. */
#pragma once

#include "agents/dossier.h"

/* free() it. */
char *dossier_order_print(const struct dossier_order *o, const char *person);
/* text is cut up, and borrowed by out as is who. False: it is no order. */
bool dossier_parse(char *text, const char *who, struct dossier_order *out);
