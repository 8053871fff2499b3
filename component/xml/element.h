/* element.h - one element that was read: a stanza, a frame, a BOSH body.
 *
 * Read-only. Names and attributes are kept as (namespace, local name), so x:from is never from.
 * The whole tree lives in one arena: element_destroy on the root frees all of it; what the getters
 * return is borrowed until then. Text is UTF-8 of XML characters without NUL (the reader saw to
 * that). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct element;

void element_destroy(
    struct element *root); /* NULL is fine; only by owners: of the root, or who held */

/* Another owner of the tree that e is in (a stanza may be the child of a BOSH body); each owner
 * calls element_destroy once, on what it holds. */
struct element *element_hold(const struct element *e);

const char *element_name(const struct element *e);
const char *element_ns(const struct element *e); /* "" without a namespace */
bool element_is(const struct element *e, const char *name, const char *ns);

/* The un-namespaced attribute, or NULL. */
const char *element_attr(const struct element *e, const char *name);
/* An attribute in a namespace (xml:lang: "http://www.w3.org/XML/1998/namespace"), or NULL. */
const char *element_attr_ns(const struct element *e, const char *name, const char *ns);

/* Character data directly inside e, joined; "" when there is none. */
const char *element_text(const struct element *e);
const struct element *element_first(const struct element *e); /* first child element, or NULL */
const struct element *element_next(const struct element *e);  /* next sibling, or NULL */
const struct element *element_parent(const struct element *e);
/* First child with that name and namespace, or NULL; ns NULL means the namespace of e. */
const struct element *element_child(const struct element *e, const char *name, const char *ns);
/* First child in that namespace, or NULL. */
const struct element *element_child_ns(const struct element *e, const char *ns);
/* Text of that child, or NULL when there is no such child. */
const char *element_child_text(const struct element *e, const char *name, const char *ns);
/* Text of the body that people read: the child body in the message's own namespace without
 * xml:lang, else one in the message's language, else the first; NULL without a body or with an
 * empty one (V-052). */
const char *element_body(const struct element *message);
size_t element_bytes(const struct element *root); /* of the input it was read from */
