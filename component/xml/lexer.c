#include "xml/lexer.h"

#include <stdbool.h>
#include <string.h>

static const char CDATA[] = "[CDATA[";

/* The tag is complete. */
static void finish_token(struct lexer *l)
{
    l->state = LEXER_TEXT;
    l->token_bytes = 0;
}

static enum lexer_verdict take_less(struct lexer *l, char c)
{
    if (c == '/') {
        l->state = LEXER_END_TAG;
        return l->depth > 0 ? LEXER_OK : LEXER_ILL_FORMED;
    }
    if (c == '!') {
        l->state = LEXER_BANG;
        l->matched = 0;
        return LEXER_OK;
    }
    if (c == '?') {
        l->state = LEXER_DECLARATION;
        return l->position == 1 ? LEXER_OK : LEXER_RESTRICTED;
    }
    l->state = LEXER_START_TAG;
    return c == '<' || c == '>' ? LEXER_ILL_FORMED : LEXER_OK;
}

static enum lexer_verdict take_start_tag(struct lexer *l, char c)
{
    if (c == '"' || c == '\'') {
        l->quote = c;
        l->state = LEXER_VALUE;
    } else if (c == '>') {
        l->depth += l->last != '/';
        finish_token(l);
    }
    return c == '<' ? LEXER_ILL_FORMED : LEXER_OK;
}

static enum lexer_verdict take_bang(struct lexer *l, char c)
{
    if (c == CDATA[l->matched]) {
        l->matched++;
        if (!CDATA[l->matched]) {
            l->state = LEXER_CDATA;
            l->matched = 0;
            l->token_bytes = 0;
        }
        return LEXER_OK;
    }
    return l->matched == 0 && (c == '-' || c == 'D') ? LEXER_RESTRICTED : LEXER_ILL_FORMED;
}

static void take_cdata(struct lexer *l, char c)
{
    if (c == ']') {
        l->matched += l->matched < 2;
    } else if (c == '>' && l->matched == 2) {
        l->state = LEXER_TEXT;
    } else {
        l->matched = 0;
    }
}

static enum lexer_verdict take_byte(struct lexer *l, char c)
{
    /* expat takes UTF-16 for what it is, whatever encoding it was told; and that has NUL in it
     * (V-038). */
    if (c == '\0' && l->depth == 0) {
        return LEXER_ILL_FORMED;
    }
    switch (l->state) {
    case LEXER_TEXT:
        if (c == '<') {
            l->state = LEXER_LESS;
            l->token_bytes = 1;
        }
        return LEXER_OK;
    case LEXER_LESS:
        return take_less(l, c);
    case LEXER_START_TAG:
        return take_start_tag(l, c);
    case LEXER_VALUE:
        if (c == l->quote) {
            l->state = LEXER_START_TAG;
        }
        return c == '<' ? LEXER_ILL_FORMED : LEXER_OK;
    case LEXER_END_TAG:
        if (c == '>') {
            l->depth--;
            finish_token(l);
        }
        return c == '<' ? LEXER_ILL_FORMED : LEXER_OK;
    case LEXER_DECLARATION:
        if (c == '>') {
            finish_token(l);
        }
        return c == '<' ? LEXER_ILL_FORMED : LEXER_OK;
    case LEXER_BANG:
        return take_bang(l, c);
    case LEXER_CDATA:
        take_cdata(l, c);
        return LEXER_OK;
    }
    return LEXER_ILL_FORMED;
}

/* Text needs no look at each byte. Returns how many were passed over. */
static size_t pass_text(struct lexer *l, const char *bytes, size_t len)
{
    const char *less = memchr(bytes, '<', len);
    size_t count = less ? (size_t)(less - bytes) : len;
    l->position += count;
    l->stanza_bytes = l->depth > 1 ? l->stanza_bytes + count : 0;
    return count;
}

enum lexer_verdict lexer_take(struct lexer *l, const char *bytes, size_t len, size_t *taken)
{
    l->ended = false;
    for (size_t i = 0; i < len; i++) {
        if (l->state == LEXER_TEXT && l->depth > 0) {
            i += pass_text(l, bytes + i, len - i);
            if (i == len) {
                break;
            }
        }
        bool is_tag = l->state != LEXER_TEXT && l->state != LEXER_CDATA;
        bool is_declaration = l->state == LEXER_DECLARATION;
        l->token_bytes += is_tag;
        enum lexer_verdict verdict = take_byte(l, bytes[i]);
        l->last = bytes[i];
        l->position++;
        l->stanza_bytes += l->depth > 1 || l->token_bytes > 0 || is_tag;
        l->ended = is_tag && l->state == LEXER_TEXT && l->depth <= 1 && !is_declaration;
        if (verdict != LEXER_OK || l->ended) {
            *taken = i + 1;
            return verdict;
        }
    }
    *taken = len;
    return LEXER_OK;
}
