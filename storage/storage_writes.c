/* The writes, one call for each kind: all append to the open batch. */
#include "storage/storage_state.h"

/* A token that was replaced is remembered so long, to notice when somebody still uses it. */
enum { TOKEN_KEPT_MS = 7 * 24 * 3600 * 1000 };

void storage_put_visitor(struct storage *s, const struct visitor_record *r)
{
    storage_write(s, PUT_VISITOR, r);
}

void storage_put_token(struct storage *s, const struct token_record *r)
{
    storage_write(s, PUT_TOKEN, r);
}

void storage_drop_token(struct storage *s, const char *hash)
{
    storage_write(s, DROP_TOKEN, &(struct token_record){.hash = hash});
}

void storage_age_tokens(struct storage *s, const char *visitor, time_ms at)
{
    storage_write(s, AGE_TOKENS, &(struct token_record){.visitor = visitor, .at = at});
    storage_prune_tokens(s, visitor, at - TOKEN_KEPT_MS);
}

void storage_prune_tokens(struct storage *s, const char *visitor, time_ms before)
{
    storage_write(s, PRUNE_TOKENS, &(struct token_record){.visitor = visitor, .at = before});
}

void storage_drop_tokens_of(struct storage *s, const char *visitor)
{
    storage_write(s, DROP_TOKENS_OF, &(struct token_record){.visitor = visitor});
}

void storage_put_chat(struct storage *s, const struct chat_record *r)
{
    storage_write(s, PUT_CHAT, r);
}

void storage_change_chat(struct storage *s, const struct chat_record *r)
{
    storage_write(s, CHANGE_CHAT, r);
}

void storage_put_participant(struct storage *s, const struct participant_record *r)
{
    storage_write(s, PUT_PARTICIPANT, r);
}

void storage_drop_participant(struct storage *s, int64_t chat, const char *agent)
{
    storage_write(s, DROP_PARTICIPANT, &(struct participant_record){.chat = chat, .agent = agent});
}

void storage_put_entry(struct storage *s, const struct entry_record *r)
{
    struct entry_record new = *r;

    new.fate = FATE_AS_SAID;
    new.shown = new.visitor_reactions = new.agent_reactions = "";
    new.form = new.form != NULL ? new.form : "";
    storage_write(s, PUT_ENTRY, &new);
}

void storage_change_entry(struct storage *s, const struct entry_record *r)
{
    storage_write(s, CHANGE_ENTRY, r);
}

void storage_mark_entry(struct storage *s, int64_t sequence, enum entry_seen seen)
{
    storage_write(s, MARK_ENTRY, &(struct entry_record){.sequence = sequence, .seen = seen});
}

void storage_put_outbox(struct storage *s, const struct outbox_record *r)
{
    storage_write(s, PUT_OUTBOX, r);
}

void storage_drop_outbox(struct storage *s, int64_t id)
{
    storage_write(s, DROP_OUTBOX, &(struct outbox_record){.id = id});
}

void storage_put_contact(struct storage *s, const struct contact_record *r)
{
    storage_write(s, PUT_CONTACT, r);
}

void storage_drop_contact(struct storage *s, const char *agent, const char *contact)
{
    storage_write(s, DROP_CONTACT, &(struct contact_record){.agent = agent, .contact = contact});
}

void storage_put_slot(struct storage *s, const struct slot_record *r)
{
    storage_write(s, PUT_SLOT, r);
}

void storage_drop_slot(struct storage *s, const char *agent, unsigned number)
{
    storage_write(s, DROP_SLOT, &(struct slot_record){.agent = agent, .number = number});
}

void storage_put_subscriber(struct storage *s, const struct subscriber_record *r)
{
    storage_write(s, PUT_SUBSCRIBER, r);
}

void storage_drop_subscriber(struct storage *s, const char *jid, const char *department)
{
    storage_write(s, DROP_SUBSCRIBER,
                  &(struct subscriber_record){.jid = jid, .department = department});
}

void storage_put_duty(struct storage *s, const struct duty_record *r)
{
    storage_write(s, PUT_DUTY, r);
}

void storage_drop_duty(struct storage *s, const char *agent)
{
    storage_write(s, DROP_DUTY, &(struct duty_record){.agent = agent});
}

void storage_put_news(struct storage *s, const struct news_record *r)
{
    storage_write(s, PUT_NEWS, r);
}

void storage_put_canned(struct storage *s, const struct canned_record *r)
{
    storage_write(s, PUT_CANNED, r);
}

void storage_drop_canned(struct storage *s, enum canned_scope scope, const char *owner,
                         const char *word)
{
    storage_write(s, DROP_CANNED,
                  &(struct canned_record){.scope = scope, .owner = owner, .word = word});
}

void storage_put_saved(struct storage *s, const struct saved_record *r)
{
    storage_write(s, PUT_SAVED, r);
}

void storage_drop_saved(struct storage *s, const char *agent, const char *name)
{
    storage_write(s, DROP_SAVED, &(struct saved_record){.agent = agent, .name = name});
}

void storage_put_setting(struct storage *s, const struct setting_record *r)
{
    storage_write(s, PUT_SETTING, r);
}

void storage_drop_setting(struct storage *s, enum setting_kind kind, const char *id,
                          const char *field)
{
    storage_write(s, DROP_SETTING,
                  &(struct setting_record){.kind = kind, .id = id, .field = field});
}

void storage_put_spent(struct storage *s, const struct spent_record *r)
{
    storage_write(s, PUT_SPENT, r);
}

void storage_put_own(struct storage *s, const struct own_record *r)
{
    storage_write(s, PUT_OWN, r);
}

void storage_drop_own(struct storage *s, int64_t chat, const char *field)
{
    storage_write(s, DROP_OWN, &(struct own_record){.chat = chat, .field = field});
}

void storage_put_audit(struct storage *s, const struct audit_record *r)
{
    storage_write(s, PUT_AUDIT, r);
}

void storage_put_file(struct storage *s, const struct file_record *r)
{
    storage_write(s, PUT_FILE, r);
}

void storage_put_block(struct storage *s, const struct block_record *r)
{
    storage_write(s, PUT_BLOCK, r);
}

void storage_drop_block(struct storage *s, int64_t number)
{
    storage_write(s, DROP_BLOCK, &(struct block_record){.number = number});
}

void storage_put_bulletin(struct storage *s, const struct bulletin_record *r)
{
    storage_write(s, PUT_BULLETIN, r);
}

void storage_drop_bulletin(struct storage *s, enum bulletin_scope scope, const char *place)
{
    storage_write(s, DROP_BULLETIN, &(struct bulletin_record){.scope = scope, .place = place});
}

void storage_put_ticket(struct storage *s, const struct ticket_record *r)
{
    storage_write(s, PUT_TICKET, r);
}

void storage_put_rating(struct storage *s, const struct rating_record *r)
{
    storage_write(s, PUT_RATING, r);
}

void storage_put_link(struct storage *s, const struct link_record *r)
{
    storage_write(s, PUT_LINK, r);
}

void storage_drop_link(struct storage *s, const struct link_record *r)
{
    storage_write(s, DROP_LINK, r);
}

void storage_put_mail(struct storage *s, const struct mail_record *r)
{
    storage_write(s, PUT_MAIL, r);
}

void storage_drop_mail(struct storage *s, int64_t ticket, int64_t first)
{
    storage_write(s, DROP_MAIL, &(struct mail_record){.ticket = ticket, .first = first});
}

void storage_pass_entry(struct storage *s, int64_t sequence)
{
    storage_write(s, PASS_ENTRY, &(struct entry_record){.sequence = sequence});
}

void storage_put_read(struct storage *s, const struct read_record *r)
{
    storage_write(s, PUT_READ, r);
}

void storage_prune_reads(struct storage *s, time_ms before)
{
    storage_write(s, PRUNE_READS, &(struct read_record){.at = before});
}

void storage_erase_chat(struct storage *s, int64_t number)
{
    storage_write(s, ERASE_CHAT, &(struct chat_record){.number = number});
}

void storage_erase_visitor(struct storage *s, const char *id)
{
    storage_write(s, ERASE_VISITOR, &(struct visitor_record){.id = id});
}

void storage_begin_scrub(struct storage *s, time_ms now)
{
    storage_write(s, BEGIN_SCRUB, &(struct read_record){.at = now});
}
