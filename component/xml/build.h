/* build.h - what expat tells becomes elements, under the caps of a profile; only for reader.c.
 *
 * expat is confined to build.c: one struct build has one parser, for one document or for one
 * stream. */
#pragma once

#include "xml/reader.h"

struct build;

/* is_stream: the root is a stream element, of which an element without children is made, and each
 * child of it is a tree of its own. */
struct build *build_create(const struct reader_profile *profile, bool is_stream);
void build_destroy(struct build *b);
/* As new, for a further document; false if that cannot be done. */
bool build_reset(struct build *b);
void build_set_profile(struct build *b, const struct reader_profile *profile);

/* Parses further bytes. After another result than READER_OK nothing more may be given. */
enum reader_result build_feed(struct build *b, const char *bytes, size_t len, bool is_final);

/* The tree that build_feed completed, or NULL; the caller's. bytes: of the input. */
struct element *build_take(struct build *b, size_t bytes);

/* The start tag of the tree that is being read or went over a cap, without the attributes that did;
 * NULL before any; the caller's. Nothing more may be given. */
struct element *build_take_head(struct build *b, size_t bytes);
