/* wording.h - the widget's words, as its build wrote them down (words.json beside the loader).
 *
 * Which languages there are, what the launcher says in each before anything else is fetched, and
 * which texts a site may replace. The widget is the one place where texts are written; this is how
 * the daemon knows them. */
#pragma once

#include <jansson.h>

struct wording;

/* NULL and *error (free() it): folder is NULL, has no such file, or one that cannot be understood.
 */
struct wording *wording_load(const char *folder, char **error);
void wording_destroy(struct wording *w); /* NULL is fine */
/* The language that a browser's tag ("de-AT") begins with, if there is one of that name, else "en".
 * tag may be NULL, or anything at all. */
const char *wording_language(const struct wording *w, const char *tag);
/* The launcher's words in it, by key; borrowed. */
const json_t *wording_launcher(const struct wording *w, const char *language);
/* "rtl" or "ltr". */
const char *wording_direction(const struct wording *w, const char *language);
/* Names that are filled into the text of that key, with blanks between; NULL: there is no such
 * text. */
const char *wording_holes(const struct wording *w, const char *key);
/* All of them, with blanks between; free() it. */
char *wording_keys_dup(const struct wording *w);
char *wording_languages_dup(const struct wording *w);
