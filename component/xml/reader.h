/* reader.h - the only place that reads XML: expat, hardened.
 *
 * Namespaces kept apart; reparse deferral off, so a stanza is handed over with its last byte
 * however it was cut (V-160); DTD, comments, processing instructions and an XML declaration in a
 * document refused (RFC 6120 11.1); linear in the input, iterative in depth; caps are checked
 * before memory is taken.
 *
 * Two uses: reader_document for one whole document (an RFC 7395 frame, a BOSH body), and a struct
 * reader for the component stream, where the stream element stays open and its children are handed
 * over one by one. */
#pragma once

#include "xml/element.h"

#include <stdbool.h>
#include <stddef.h>

/* Caps of one stanza. Exceeding one gives READER_LIMIT. */
struct reader_profile {
    size_t max_bytes; /* of the whole stanza */
    size_t max_depth; /* the stanza element itself is 1 */
    size_t max_elements;
    size_t max_attributes; /* on one element, namespace declarations counted too */
    size_t max_name;       /* bytes of a local name */
    size_t max_attribute;  /* bytes of a value, and of a namespace; no white space in the latter */
};

/* In the order of the members: */
/* 64 KiB, depth 16, 64 elements, 16, 64 bytes, 1 KiB */
extern const struct reader_profile READER_VISITOR;
/* before bind: 4 KiB, depth 4, 16 elements, else as above */
extern const struct reader_profile READER_PRE_SESSION;
/* 512 KiB, depth 64, 20,000 elements, 64, 256 bytes, 4 KiB: a roster must fit */
extern const struct reader_profile READER_LINK;

enum reader_result {
    READER_OK,
    READER_ILL_FORMED, /* also bad UTF-8, UTF-16, unbound prefix, two roots, leading bytes */
    READER_RESTRICTED, /* DTD, comment, processing instruction, XML declaration */
    READER_LIMIT       /* well-formed so far, but over a cap */
};

/* Reads exactly one document. On READER_OK *root is the caller's (element_destroy). */
enum reader_result reader_document(const struct reader_profile *profile, const char *bytes,
                                   size_t len, struct element **root);

/* Calls of a stream reader. None may call back into the reader: BUG, reader_destroy too. */
struct reader_calls {
    /* The stream element's start tag; header has attributes and no children; borrowed. */
    void (*on_open)(void *ctx, const struct element *header);
    /* One child of the stream element; the callee owns it. */
    void (*on_stanza)(void *ctx, struct element *stanza);
    /* A child over a cap is skipped in linear time and the stream goes on. Called as soon as the
     * cap is reached. head is its start tag without children (borrowed), so it can be answered; if
     * the start tag itself is over a cap, it has no attributes but from, to, id and type, and not
     * called at all if the start tag is longer than max_bytes. */
    void (*on_skipped)(void *ctx, const struct element *head);
    void (*on_close)(void *ctx); /* the stream element's end tag */
};

struct reader;

struct reader *reader_create(const struct reader_profile *profile, const struct reader_calls *calls,
                             void *ctx);
void reader_destroy(struct reader *r);
/* READER_OK or a fatal verdict, after which the reader takes nothing more. Never READER_LIMIT. An
 * XML declaration before the stream element is allowed here (servers send it). */
enum reader_result reader_feed(struct reader *r, const char *bytes, size_t len);
