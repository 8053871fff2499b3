/* cut.h - where elements begin and end in XML that well-behaved servers wrote.
 *
 * No parser: the load must cost a fraction of what it measures, and knows what it will be sent.
 * Attributes are as they stand, with their references. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Borrowed bytes, not terminated. */
struct slice {
    const char *bytes;
    size_t len;
};

/* The first top-level element, white space before it included; 0: not whole yet. A declaration and
 * the two tags of a stream count as elements of their own. */
size_t cut_element(const char *bytes, size_t len);
/* Of the first tag. */
bool cut_attr(struct slice xml, const char *name, struct slice *value);
bool cut_has(struct slice xml, const char *words);
/* What stands between the first of these words and the next of those. */
bool cut_between(struct slice xml, const char *before, const char *behind, struct slice *value);
bool slice_is(struct slice s, const char *text);
/* What stands in the outermost element. */
struct slice cut_inside(struct slice xml);
