/* lexer.h - where the tags of a stream begin and end, and how deep it is.
 *
 * It knows just enough of XML to cut a stream before a parser sees it: so the parser never gets
 * half a tag (which it would scan again with each byte that follows), the bytes of a stanza can be
 * counted before they are kept, and a stanza over a cap can be skipped without a parser. What it
 * lets through, expat judges. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum lexer_verdict {
    LEXER_OK,
    LEXER_ILL_FORMED, /* '<' inside a tag, an unknown "<!", end tag too many, NUL before all */
    LEXER_RESTRICTED  /* comment, DTD, processing instruction */
};

enum lexer_state {
    LEXER_TEXT,
    LEXER_LESS, /* '<' was the last byte */
    LEXER_START_TAG,
    LEXER_VALUE,
    LEXER_END_TAG,
    LEXER_DECLARATION, /* <?xml … ?>, only as the first thing of all */
    LEXER_BANG,        /* some of "<![CDATA[" */
    LEXER_CDATA
};

struct lexer {
    enum lexer_state state;
    size_t depth;        /* open elements, the stream element included */
    size_t token_bytes;  /* of the unfinished tag at the end, 0 in text */
    size_t stanza_bytes; /* of the open child of the stream element, from its '<' */
    char quote;
    char last;
    size_t matched; /* of "[CDATA[", or brackets of "]]>" */
    size_t position;
    bool ended; /* lexer_take returned behind such a tag as its comment tells of */
};

/* lexer is zeroed at first. Takes bytes (len > 0) up to the end of a tag after which depth is 0 or
 * 1 (the stream element was opened or closed, a child of it ended), or all of them; *taken says how
 * many. On another verdict than LEXER_OK the byte that caused it is the last one taken. */
enum lexer_verdict lexer_take(struct lexer *l, const char *bytes, size_t len, size_t *taken);
