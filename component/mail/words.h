/* words.h - what visitors read in mails, in their language (German says Sie). No text of a
 * visitor's stands in a mail that nobody of the team has caused: who types somebody else's address
 * into the form sends them nothing of their own. */
#pragma once

#include "base/buf.h"

enum mail_word {
    MAIL_HELLO,
    MAIL_RECEIPT_SUBJECT, /* %s: number */
    MAIL_RECEIVED,        /* %s: number */
    MAIL_WILL_READ,
    MAIL_STRANGER,
    MAIL_REPLY_SUBJECT, /* %s: number */
    MAIL_WROTE,         /* %s: name */
    MAIL_GO_ON,         /* before the page's address */
    MAIL_ANSWERS,
    MAIL_NO_ANSWERS,
    MAIL_WORDS
};

/* The language of mails to who speaks this one (de, de-AT, DE-ch): one of en, de, fr, es, pl, tr,
 * ar; English where it is none of them. */
const char *mail_language(const char *language);
/* language: of mail_language. argument: fills the %s; NULL where there is none. */
void mail_add_word(struct buf *out, const char *language, enum mail_word word,
                   const char *argument);
