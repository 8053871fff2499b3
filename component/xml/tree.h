/* tree.h - how an element is made; only for reader.c and what it is made of.
 *
 * All of a tree lies in one list of chunks, the root's bookkeeping too: a usual message is one
 * allocation, and element_destroy walks the chunks, never the tree. */
#pragma once

#include "xml/element.h"

struct chunk;

struct tree {
    struct chunk *newest;
    size_t bytes;         /* of the input */
    unsigned more_owners; /* beside the first (element_hold) */
};

struct attribute {
    const char *ns;
    const char *name;
    const char *value;
};

struct element {
    const char *name;
    const char *ns;
    struct attribute *attributes;
    size_t attribute_count;
    char *text; /* NULL when there is none */
    size_t text_len;
    size_t text_size;
    struct element *parent;
    struct element *first;
    struct element *last;
    struct element *next;
    struct tree *tree; /* the whole tree's */
};

/* A root if parent is NULL, else the last child of parent. name and ns are in the tree already, or
 * "", or NULL: set by the caller before anybody looks. */
struct element *tree_element(struct element *parent);
/* Room for count attributes, filled by the caller. */
struct attribute *tree_attributes(struct element *e, size_t count);
const char *tree_string(struct element *e, const char *bytes, size_t len);
/* Appends to e's text; linear over all calls, however small the pieces are. */
void tree_add_text(struct element *e, const char *bytes, size_t len);
/* The root as its start tag alone. */
void tree_cut_children(struct element *root);
