/* recorder.h - a struct post that writes down what is sent, and the search for what should be
 * there.
 *
 * A pattern is the stanza as it stands in docs/PROTOCOL.md: attributes and children must be the
 * same, in any order of attributes, in that order of children. Instead of a value or a text, *
 * means any. An attribute that ends in * (name='Ada*') means any that begins so. A child <_/> means
 * any further children. The pattern's top element may say when='now' or when='held'. */
#pragma once

#include "xml/element.h"
#include "xml/stanza.h"

#include <stdbool.h>
#include <stddef.h>

struct recorder;

struct recorder *recorder_create(void);
void recorder_destroy(struct recorder *r); /* open questions are answered NULL */
const struct post *recorder_post(struct recorder *r);
/* While it is not, nothing is taken by send: POST_NOW says false, POST_HELD is lost. */
void recorder_link(struct recorder *r, bool up);
/* Calls what waits for the commit of the turn (post->after). */
void recorder_commit(struct recorder *r);

/* The first recorded stanza that fits, taken out; good until the next call. NULL: none; what is
 * there is printed to stderr. */
const struct element *recorder_take(struct recorder *r, const char *pattern);
/* The same, silent. */
const struct element *recorder_find(struct recorder *r, const char *pattern);
size_t recorder_count(const struct recorder *r); /* not taken yet */
void recorder_forget(struct recorder *r);        /* takes all */
void recorder_print(const struct recorder *r);

/* Answers the question that was asked with that id; reply is XML, NULL: none came. False: there is
 * no such question. */
bool recorder_answer(struct recorder *r, const char *id, const char *reply);
void recorder_answer_none(struct recorder *r); /* every question: the link was lost */
size_t recorder_questions(const struct recorder *r);

/* One stanza as it would be read from a stream whose namespace is ns; the caller destroys it. */
struct element *recorder_read(const char *xml, const char *ns);
