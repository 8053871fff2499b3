/* language.h - the languages that agents read, by gettext
 * (docs/decisions/0062-agents-languages.md).
 *
 * A text is written in English where it is used, whole, with printf's placeholders; its German
 * stands in i18n/de.po, and a lint asks for it. */
#pragma once

#include <stddef.h>

enum language { LANGUAGE_EN, LANGUAGE_DE };

/* Marks a text for translation where it cannot be looked up at once (a row of a table). */
#define N_(text) text

struct agents;

/* Before any thread: makes the texts of that folder known (folder/agents/LC_MESSAGES/tresen-de.mo).
 * What is not there is read in English, which is logged. folder NULL: there is none. */
void language_start(const char *folder);
/* The text in that language; not to be freed. */
const char *language_text(enum language language, const char *text) __attribute__((format_arg(2)));
/* The same where a number decides: one for 1 in English, other languages have rules of their own.
 */
const char *language_plural(enum language language, const char *one, const char *many,
                            unsigned long count) __attribute__((format_arg(2), format_arg(3)));
/* What that agent reads: the agent's own choice, else that of the house. Who is no agent (a
 * supervisor) reads the house's. */
enum language agents_language(const struct agents *a, const char *jid);
