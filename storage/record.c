#include "storage/record.h"

#include "base/log.h"
#include "base/mem.h"
#include "storage/storage.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(enum chat_state) == sizeof(int32_t), "FIELD_INT is 32 bits");
static_assert(sizeof(enum entry_by) == sizeof(int32_t), "FIELD_INT is 32 bits");
static_assert(sizeof(unsigned) == sizeof(int32_t), "FIELD_INT is 32 bits");

#define TEXT(record, member)                                                                       \
    {                                                                                              \
        FIELD_TEXT, offsetof(struct record, member)                                                \
    }
#define INT64(record, member)                                                                      \
    {                                                                                              \
        FIELD_INT64, offsetof(struct record, member)                                               \
    }
#define INT(record, member)                                                                        \
    {                                                                                              \
        FIELD_INT, offsetof(struct record, member)                                                 \
    }
#define BOOL(record, member)                                                                       \
    {                                                                                              \
        FIELD_BOOL, offsetof(struct record, member)                                                \
    }

static const struct field visitor_fields[] = {
    TEXT(visitor_record, id),         TEXT(visitor_record, site),
    TEXT(visitor_record, jid),        TEXT(visitor_record, name),
    TEXT(visitor_record, email),      TEXT(visitor_record, language),
    TEXT(visitor_record, zone),       TEXT(visitor_record, browser),
    TEXT(visitor_record, page_url),   TEXT(visitor_record, page_title),
    TEXT(visitor_record, referrer),   TEXT(visitor_record, only_agent),
    TEXT(visitor_record, last_agent), INT64(visitor_record, first_seen),
    INT64(visitor_record, last_seen), TEXT(visitor_record, phone),
    TEXT(visitor_record, fields),     TEXT(visitor_record, consent),
    TEXT(visitor_record, subject),    TEXT(visitor_record, claims),
    INT64(visitor_record, verified),
};

static const struct field token_fields[] = {
    TEXT(token_record, hash),
    TEXT(token_record, visitor),
    INT(token_record, state),
    INT64(token_record, at),
};

static const struct field token_hash_fields[] = {
    TEXT(token_record, hash),
};

static const struct field token_age_fields[] = {
    TEXT(token_record, visitor),
    INT64(token_record, at),
};

static const struct field token_visitor_fields[] = {
    TEXT(token_record, visitor),
};

static const struct field chat_fields[] = {
    INT64(chat_record, number),   TEXT(chat_record, visitor),        TEXT(chat_record, department),
    INT(chat_record, state),      TEXT(chat_record, owner),          BOOL(chat_record, left),
    INT64(chat_record, created),  INT64(chat_record, waiting_since), INT64(chat_record, claimed),
    INT64(chat_record, closed),   TEXT(chat_record, closed_by),      BOOL(chat_record, offered),
    INT(chat_record, priority),   TEXT(chat_record, tags),           TEXT(chat_record, address),
    TEXT(chat_record, handed_to), BOOL(chat_record, unrecorded),
};

static const struct field chat_change_fields[] = {
    INT64(chat_record, number),
    INT(chat_record, priority),
    TEXT(chat_record, tags),
};

static const struct field chat_key_fields[] = {
    INT64(chat_record, number),
};

static const struct field visitor_key_fields[] = {
    TEXT(visitor_record, id),
};

static const struct field participant_fields[] = {
    INT64(participant_record, chat),
    TEXT(participant_record, agent),
    INT(participant_record, part),
};

static const struct field participant_key_fields[] = {
    INT64(participant_record, chat),
    TEXT(participant_record, agent),
};

static const struct field entry_fields[] = {
    INT64(entry_record, sequence),
    INT64(entry_record, chat),
    INT(entry_record, kind),
    INT(entry_record, by),
    INT64(entry_record, at),
    TEXT(entry_record, agent),
    TEXT(entry_record, name),
    TEXT(entry_record, sender_id),
    TEXT(entry_record, event),
    TEXT(entry_record, body),
    INT(entry_record, seen),
    INT64(entry_record, about),
    INT(entry_record, fate),
    TEXT(entry_record, shown),
    TEXT(entry_record, visitor_reactions),
    TEXT(entry_record, agent_reactions),
    TEXT(entry_record, form),
};

static const struct field entry_mark_fields[] = {
    INT64(entry_record, sequence),
    INT(entry_record, seen),
};

static const struct field entry_change_fields[] = {
    INT64(entry_record, sequence),       INT(entry_record, fate),
    TEXT(entry_record, shown),           TEXT(entry_record, visitor_reactions),
    TEXT(entry_record, agent_reactions),
};

static const struct field outbox_fields[] = {
    INT64(outbox_record, id),       INT(outbox_record, side),        TEXT(outbox_record, to),
    TEXT(outbox_record, from),      TEXT(outbox_record, message_id), TEXT(outbox_record, body),
    INT64(outbox_record, entry),    BOOL(outbox_record, handed),     INT(outbox_record, attempts),
    INT64(outbox_record, at),       TEXT(outbox_record, visitor),    INT64(outbox_record, chat),
    INT(outbox_record, by),         TEXT(outbox_record, name),       TEXT(outbox_record, event),
    BOOL(outbox_record, knows_ids), INT(outbox_record, act),         TEXT(outbox_record, target),
    TEXT(outbox_record, payload),
};

static const struct field outbox_key_fields[] = {
    INT64(outbox_record, id),
};

static const struct field contact_fields[] = {
    TEXT(contact_record, agent),     TEXT(contact_record, contact), TEXT(contact_record, name),
    BOOL(contact_record, in_roster), BOOL(contact_record, present),
};

static const struct field contact_key_fields[] = {
    TEXT(contact_record, agent),
    TEXT(contact_record, contact),
};

static const struct field slot_fields[] = {
    TEXT(slot_record, agent),         INT(slot_record, number),    TEXT(slot_record, visitor),
    INT64(slot_record, chat),         INT64(slot_record, ended),   BOOL(slot_record, unread),
    INT64(slot_record, first_notice), BOOL(slot_record, approved),
};

static const struct field slot_key_fields[] = {
    TEXT(slot_record, agent),
    INT(slot_record, number),
};

static const struct field subscriber_fields[] = {
    TEXT(subscriber_record, jid),
    TEXT(subscriber_record, department),
};

static const struct field duty_fields[] = {
    TEXT(duty_record, agent),
    INT(duty_record, state),
    INT64(duty_record, since),
    INT64(duty_record, until),
};

static const struct field news_fields[] = {
    TEXT(news_record, agent),
    TEXT(news_record, department),
    INT64(news_record, told),
};

static const struct field duty_key_fields[] = {
    TEXT(duty_record, agent),
};

static const struct field canned_fields[] = {
    INT(canned_record, scope), TEXT(canned_record, owner),  TEXT(canned_record, word),
    TEXT(canned_record, text), TEXT(canned_record, author), INT64(canned_record, changed),
};

static const struct field canned_key_fields[] = {
    INT(canned_record, scope),
    TEXT(canned_record, owner),
    TEXT(canned_record, word),
};

static const struct field saved_fields[] = {
    TEXT(saved_record, agent),
    TEXT(saved_record, name),
    TEXT(saved_record, words),
};

static const struct field saved_key_fields[] = {
    TEXT(saved_record, agent),
    TEXT(saved_record, name),
};

static const struct field setting_fields[] = {
    INT(setting_record, kind),
    TEXT(setting_record, id),
    TEXT(setting_record, field),
    TEXT(setting_record, value),
};

static const struct field setting_key_fields[] = {
    INT(setting_record, kind),
    TEXT(setting_record, id),
    TEXT(setting_record, field),
};

static const struct field audit_fields[] = {
    INT64(audit_record, number), INT64(audit_record, at),    TEXT(audit_record, who),
    TEXT(audit_record, what),    TEXT(audit_record, before), TEXT(audit_record, after),
};

static const struct field file_fields[] = {
    TEXT(file_record, id),     INT64(file_record, chat), TEXT(file_record, sender),
    TEXT(file_record, name),   TEXT(file_record, type),  INT64(file_record, size),
    TEXT(file_record, sha256), INT64(file_record, at),
};

static const struct field block_fields[] = {
    INT64(block_record, number), TEXT(block_record, visitor),    TEXT(block_record, origin),
    INT64(block_record, chat),   TEXT(block_record, department), TEXT(block_record, agent),
    TEXT(block_record, reason),  INT64(block_record, at),        INT64(block_record, until),
};

static const struct field bulletin_fields[] = {
    INT(bulletin_record, scope),  TEXT(bulletin_record, place), TEXT(bulletin_record, text),
    TEXT(bulletin_record, agent), INT64(bulletin_record, at),   INT64(bulletin_record, until),
};

static const struct field bulletin_key_fields[] = {
    INT(bulletin_record, scope),
    TEXT(bulletin_record, place),
};

static const struct field ticket_fields[] = {
    INT64(ticket_record, number),
    TEXT(ticket_record, department),
    INT(ticket_record, state),
    TEXT(ticket_record, owner),
    TEXT(ticket_record, subject),
    INT64(ticket_record, due),
    INT(ticket_record, level),
    INT64(ticket_record, converted),
    TEXT(ticket_record, converted_by),
    INT64(ticket_record, changed),
    INT64(ticket_record, wake),
    INT64(ticket_record, overdue),
    INT(ticket_record, priority),
    INT(ticket_record, awaits),
    INT64(ticket_record, answer_since),
    INT64(ticket_record, answer_spent),
    INT64(ticket_record, solution_since),
    INT64(ticket_record, solution_spent),
    INT64(ticket_record, answered),
    INT64(ticket_record, solved),
    INT(ticket_record, told),
    INT(ticket_record, measured),
    INT(ticket_record, missed),
    TEXT(ticket_record, visitor),
    TEXT(ticket_record, address),
    INT64(ticket_record, last),
    INT(ticket_record, last_by),
    BOOL(ticket_record, left),
    TEXT(ticket_record, watchers),
    INT64(ticket_record, merged),
    BOOL(ticket_record, unreached),
};

static const struct field spent_fields[] = {
    INT64(spent_record, number), INT64(spent_record, chat),   TEXT(spent_record, agent),
    INT64(spent_record, began),  INT64(spent_record, lasted), BOOL(spent_record, by_hand),
};

static const struct field rating_fields[] = {
    INT64(rating_record, chat), INT(rating_record, scale), INT(rating_record, value),
    TEXT(rating_record, text),  INT64(rating_record, at),  INT64(rating_record, changed),
};

static const struct field own_fields[] = {
    INT64(own_record, chat),
    TEXT(own_record, field),
    TEXT(own_record, value),
};

static const struct field own_key_fields[] = {
    INT64(own_record, chat),
    TEXT(own_record, field),
};

static const struct field link_fields[] = {
    INT64(link_record, ticket),
    INT64(link_record, other),
};

static const struct field mail_fields[] = {
    INT64(mail_record, ticket), INT64(mail_record, first), INT64(mail_record, last),
    INT64(mail_record, at),     INT64(mail_record, due),   INT(mail_record, tries),
};

static const struct field mail_key_fields[] = {
    INT64(mail_record, ticket),
    INT64(mail_record, first),
};

static const struct field read_fields[] = {
    INT64(read_record, number), INT64(read_record, at),     TEXT(read_record, who),
    TEXT(read_record, what),    TEXT(read_record, visitor), INT64(read_record, chat),
};

static const struct field read_age_fields[] = {
    INT64(read_record, at),
};

static const struct field entry_key_fields[] = {
    INT64(entry_record, sequence),
};

static const struct field block_key_fields[] = {
    INT64(block_record, number),
};

#define SHAPE(record, fields)                                                                      \
    {                                                                                              \
        sizeof(struct record), sizeof fields / sizeof fields[0], fields                            \
    }

static const struct shape shapes[WRITE_KINDS] = {
    [PUT_VISITOR] = SHAPE(visitor_record, visitor_fields),
    [PUT_TOKEN] = SHAPE(token_record, token_fields),
    [DROP_TOKEN] = SHAPE(token_record, token_hash_fields),
    [DROP_TOKENS_OF] = SHAPE(token_record, token_visitor_fields),
    [AGE_TOKENS] = SHAPE(token_record, token_age_fields),
    [PRUNE_TOKENS] = SHAPE(token_record, token_age_fields),
    [PUT_CHAT] = SHAPE(chat_record, chat_fields),
    [CHANGE_CHAT] = SHAPE(chat_record, chat_change_fields),
    [PUT_PARTICIPANT] = SHAPE(participant_record, participant_fields),
    [DROP_PARTICIPANT] = SHAPE(participant_record, participant_key_fields),
    [PUT_ENTRY] = SHAPE(entry_record, entry_fields),
    [MARK_ENTRY] = SHAPE(entry_record, entry_mark_fields),
    [CHANGE_ENTRY] = SHAPE(entry_record, entry_change_fields),
    [PUT_OUTBOX] = SHAPE(outbox_record, outbox_fields),
    [DROP_OUTBOX] = SHAPE(outbox_record, outbox_key_fields),
    [PUT_CONTACT] = SHAPE(contact_record, contact_fields),
    [DROP_CONTACT] = SHAPE(contact_record, contact_key_fields),
    [PUT_SLOT] = SHAPE(slot_record, slot_fields),
    [DROP_SLOT] = SHAPE(slot_record, slot_key_fields),
    [PUT_SUBSCRIBER] = SHAPE(subscriber_record, subscriber_fields),
    [DROP_SUBSCRIBER] = SHAPE(subscriber_record, subscriber_fields),
    [PUT_DUTY] = SHAPE(duty_record, duty_fields),
    [DROP_DUTY] = SHAPE(duty_record, duty_key_fields),
    [PUT_NEWS] = SHAPE(news_record, news_fields),
    [PUT_CANNED] = SHAPE(canned_record, canned_fields),
    [DROP_CANNED] = SHAPE(canned_record, canned_key_fields),
    [PUT_SAVED] = SHAPE(saved_record, saved_fields),
    [DROP_SAVED] = SHAPE(saved_record, saved_key_fields),
    [PUT_SETTING] = SHAPE(setting_record, setting_fields),
    [DROP_SETTING] = SHAPE(setting_record, setting_key_fields),
    [PUT_AUDIT] = SHAPE(audit_record, audit_fields),
    [PUT_FILE] = SHAPE(file_record, file_fields),
    [PUT_BLOCK] = SHAPE(block_record, block_fields),
    [DROP_BLOCK] = SHAPE(block_record, block_key_fields),
    [PUT_BULLETIN] = SHAPE(bulletin_record, bulletin_fields),
    [DROP_BULLETIN] = SHAPE(bulletin_record, bulletin_key_fields),
    [PUT_TICKET] = SHAPE(ticket_record, ticket_fields),
    [PUT_SPENT] = SHAPE(spent_record, spent_fields),
    [PUT_RATING] = SHAPE(rating_record, rating_fields),
    [PUT_OWN] = SHAPE(own_record, own_fields),
    [DROP_OWN] = SHAPE(own_record, own_key_fields),
    [PUT_LINK] = SHAPE(link_record, link_fields),
    [DROP_LINK] = SHAPE(link_record, link_fields),
    [PUT_MAIL] = SHAPE(mail_record, mail_fields),
    [DROP_MAIL] = SHAPE(mail_record, mail_key_fields),
    [PASS_ENTRY] = SHAPE(entry_record, entry_key_fields),
    [PUT_READ] = SHAPE(read_record, read_fields),
    [PRUNE_READS] = SHAPE(read_record, read_age_fields),
    [ERASE_CHAT] = SHAPE(chat_record, chat_key_fields),
    [ERASE_VISITOR] = SHAPE(visitor_record, visitor_key_fields),
    [BEGIN_SCRUB] = SHAPE(read_record, read_age_fields),
};

const struct shape *record_shape(enum write_kind kind)
{
    return &shapes[kind];
}

const char *record_text(const void *record, const struct field *field)
{
    const char *text;
    memcpy(&text, (const char *)record + field->offset, sizeof text);
    if (!text) {
        BUG("record with NULL at offset=%zu", field->offset);
    }
    return text;
}

int64_t record_number(const void *record, const struct field *field)
{
    const char *at = (const char *)record + field->offset;
    int64_t number = 0;
    uint32_t small;
    bool flag;
    switch (field->type) {
    case FIELD_INT64:
        memcpy(&number, at, sizeof number);
        break;
    case FIELD_INT:
        memcpy(&small, at, sizeof small);
        number = small;
        break;
    case FIELD_BOOL:
        memcpy(&flag, at, sizeof flag);
        number = flag;
        break;
    case FIELD_TEXT:
        BUG("text read as a number offset=%zu", field->offset);
    }
    return number;
}

void record_set_text(void *record, const struct field *field, const char *text)
{
    memcpy((char *)record + field->offset, &text, sizeof text);
}

void record_set_number(void *record, const struct field *field, int64_t number)
{
    char *at = (char *)record + field->offset;
    uint32_t small = (uint32_t)number;
    bool flag = number != 0;
    switch (field->type) {
    case FIELD_INT64:
        memcpy(at, &number, sizeof number);
        break;
    case FIELD_INT:
        memcpy(at, &small, sizeof small);
        break;
    case FIELD_BOOL:
        memcpy(at, &flag, sizeof flag);
        break;
    case FIELD_TEXT:
        BUG("number stored as text offset=%zu", field->offset);
    }
}

size_t record_text_size(const struct shape *shape, const void *record)
{
    size_t size = 0;
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].type == FIELD_TEXT) {
            size += strlen(record_text(record, &shape->fields[i])) + 1;
        }
    }
    return size;
}

void record_copy(const struct shape *shape, const void *record, void *copy, char *text)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->type == FIELD_TEXT) {
            const char *from = record_text(record, field);
            size_t size = strlen(from) + 1;
            memcpy(text, from, size);
            record_set_text(copy, field, text);
            text += size;
        } else {
            record_set_number(copy, field, record_number(record, field));
        }
    }
}

void *record_dup(const struct shape *shape, const void *record)
{
    char *copy = mem_alloc(shape->size + record_text_size(shape, record));
    record_copy(shape, record, copy, copy + shape->size);
    return copy;
}
