/* record.h - what the records of storage.h consist of, as tables: they are copied, bound to SQL and
 * read from SQL by them.
 *
 * A shape lists the fields that count, in the order of the columns of their SQL. A write has the
 * shape of its record, or of its key alone: then the other fields are not copied and must not be
 * read. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum field_type {
    FIELD_TEXT,
    FIELD_INT64,
    FIELD_INT,
    FIELD_BOOL
}; /* FIELD_INT: enum or unsigned */

struct field {
    enum field_type type;
    size_t offset;
};

struct shape {
    size_t size; /* of the whole record */
    size_t count;
    const struct field *fields;
};

/* The writes, named after the functions of storage.h. */
enum write_kind {
    PUT_VISITOR,
    PUT_TOKEN,
    DROP_TOKEN,
    DROP_TOKENS_OF,
    AGE_TOKENS,   /* the visitor's CURRENT ones become OLD */
    PRUNE_TOKENS, /* the visitor's OLD and NEW ones from before that time go */
    PUT_CHAT,
    CHANGE_CHAT, /* what may change of one that has ended */
    PUT_PARTICIPANT,
    DROP_PARTICIPANT,
    PUT_ENTRY,
    MARK_ENTRY,
    CHANGE_ENTRY,
    PUT_OUTBOX,
    DROP_OUTBOX,
    PUT_CONTACT,
    DROP_CONTACT,
    PUT_SLOT,
    DROP_SLOT,
    PUT_SUBSCRIBER,
    DROP_SUBSCRIBER,
    PUT_DUTY,
    DROP_DUTY,
    PUT_NEWS,
    PUT_CANNED,
    DROP_CANNED,
    PUT_SAVED,
    DROP_SAVED,
    PUT_SETTING,
    DROP_SETTING,
    PUT_AUDIT,
    PUT_FILE,
    PUT_BLOCK,
    DROP_BLOCK,
    PUT_BULLETIN,
    DROP_BULLETIN,
    PUT_TICKET,
    PUT_SPENT,
    PUT_RATING,
    PUT_OWN,
    DROP_OWN,
    PUT_LINK,
    DROP_LINK,
    PUT_MAIL,
    DROP_MAIL,
    PASS_ENTRY, /* its sequence is taken, and it is not stored */
    PUT_READ,
    PRUNE_READS,   /* those from before that time, some of them */
    ERASE_CHAT,    /* and all that belongs to it */
    ERASE_VISITOR, /* and all that belongs to them but their chats */
    BEGIN_SCRUB,
    WRITE_KINDS
};

const struct shape *record_shape(enum write_kind kind);

/* The field of that record, as its type says. */
const char *record_text(const void *record, const struct field *field);
int64_t record_number(const void *record, const struct field *field);
void record_set_text(void *record, const struct field *field, const char *text); /* borrowed */
void record_set_number(void *record, const struct field *field, int64_t number);

/* Bytes that the texts of the fields need. */
size_t record_text_size(const struct shape *shape, const void *record);
/* Copies the fields into *copy and their texts to text, which has record_text_size bytes. */
void record_copy(const struct shape *shape, const void *record, void *copy, char *text);
/* A copy in one allocation; free() it. */
void *record_dup(const struct shape *shape, const void *record);
