/* shape.h - how a short text must look, as operators write it: as long as the text, # is a digit, @
 * a letter, ? either, all of ASCII; any other sign is itself, in either case. "###-@@" is 123-AB.
 */
#pragma once

/* The text, its fixed signs as the shape has them; NULL: it does not fit. free() it. */
char *shape_dup(const char *shape, const char *text);
/* The same as a regular expression (XML Schema's, and of browsers), of the whole text. free() it.
 */
char *shape_regex_dup(const char *shape);
