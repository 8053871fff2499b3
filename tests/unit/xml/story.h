/* story.h - a stream reader and what it told, as text. */
#pragma once

#include "base/buf.h"
#include "xml/reader.h"

#define HEADER                                                                                     \
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "                         \
    "xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='d'>"

#define OPENED "open stream{http://etherx.jabber.org/streams} id=s1\n"
#define GOOD "<message id='good'><body>hi</body></message>"
#define GOOD_TOLD "stanza message{jabber:component:accept} id=good body=hi\n"

/* What a reader told, one line an event. */
struct story {
    struct reader *reader;
    struct buf told;
    size_t stanzas;
    size_t skipped;
    size_t text_len; /* of the last stanza's first child */
};

struct story *story_begin(const struct reader_profile *profile);
void story_end(struct story *s);
enum reader_result story_feed(struct story *s, const char *text);
/* The whole story of input, cut into pieces of that size; the verdict is its last line. */
char *story_of(const struct reader_profile *profile, const char *input, size_t len, size_t piece);
/* Under READER_LINK, however it is cut. */
void assert_story(const char *input, size_t len, const char *expected);
void assert_after_header(const char *input, const char *expected);

/* text count times; free() it. */
char *repeated(const char *text, size_t count);
