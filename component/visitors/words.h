/* words.h - what visitors read from us, in their language (German says Sie; the agent is never
 * called so). */
#pragma once

#include "base/buf.h"
#include "storage/storage.h"

enum visitor_word {
    WORD_QUEUED, /* %s: position */
    WORD_OFFERED,
    WORD_JOINED, /* %s: name */
    WORD_LOST,   /* %s: name */
    WORD_HANDED_BACK,
    WORD_HOLD,        /* %s: name */
    WORD_RESUMED,     /* %s: name */
    WORD_TRANSFERRED, /* %s: name */
    WORD_LEFT,        /* %s: name */
    WORD_CLOSED,
    WORD_LEFT_MESSAGE, /* %s: number */
    WORD_CLOSING,      /* %s: number */
    WORD_RECEIVED,     /* %s: number, as of the next four */
    WORD_REOPENED,
    WORD_MAILED, /* behind one of those before it */
    WORD_TAKEN,
    WORD_WAITING,
    WORD_SOLVED,
    WORD_OPEN,
    WORD_AWAY,
    WORD_FULL,
    WORD_NOBODY,
    WORD_NAME,
    WORD_EMAIL,
    WORD_FORM_TITLE,
    WORD_FORM_FIRST,
    WORD_TOO_LONG,
    WORD_TOO_FAST,
    WORD_CANNOT_STORE,
    WORD_TOO_MANY,   /* visitors in memory, or what one of them has under way */
    WORD_QUEUE_FULL, /* %s: how many wait */
    WORD_LEFT_FULL,
    WORD_REACTS,         /* %s: name */
    WORD_REACTS_NO_MORE, /* %s: name */
    WORD_TOOK_BACK,      /* %s: name */
    WORD_TAKEN_BACK,
    WORD_STAYS,
    WORD_TOO_OFTEN,
    WORD_NO_EMOJI,
    WORD_BLOCKED,
    WORD_NOT_PROVED, /* what the website says of who they are is not accepted */
    WORD_PROOF_FIRST,
    WORD_PAGE_OPENED,
    WORD_PAGE_DECLINED,
    WORD_NO_OFFER,
    WORD_FORM_HOW, /* behind what a form asks */
    WORD_FORM_ANSWERED,
    WORD_FORM_DECLINED,
    WORD_FORM_WITHDRAWN,
    WORD_FORM_WRONG, /* label of a field */
    WORD_FORM_OVER,
    WORD_RATING_LATE,
    WORD_CHAT_OVER,      /* what was answered to an offer */
    WORD_FILE_TOO_LARGE, /* %s: how large one may be */
    WORD_FILES_FULL,
    WORD_FILES_BUSY,
    WORD_WRITE_FIRST,
    WORD_AGAIN, /* before the text of a repeat */
    WORD_COUNT
};

/* The language in which who speaks this one (RFC 5646: de, de-AT, DE-ch) is answered: one of en,
 * de, fr, es, pl, tr, ar; English where it is none of them. */
const char *words_language(const char *tag);
/* Appends the text in the language of that tag; argument fills its %s and may be NULL where there
 * is none. */
void words_add(struct buf *out, const char *language, enum visitor_word word, const char *argument);
/* A text without %s. */
const char *words_get(const char *language, enum visitor_word word);
/* The text of a stored notice. */
void words_notice(struct buf *out, const char *language, const struct entry_record *notice);
/* How to answer a form, behind what it asks: for clients that show none. */
void words_form(struct buf *out, const char *language);
