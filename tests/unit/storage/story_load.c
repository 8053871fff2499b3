/* What a start reads, as text. */
#include "story.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_counters(void *ctx, int64_t number, int64_t sequence, int64_t outbox)
{
    buf_printf(ctx, "counters %lld %lld %lld\n", (long long)number, (long long)sequence,
               (long long)outbox);
}

static void on_visitor(void *ctx, const struct visitor_record *r)
{
    buf_printf(ctx,
               "visitor %s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%lld|%lld|%s|%s|%s|%s|%s|%lld\n",
               r->id, r->site, r->jid, r->name, r->email, r->language, r->zone, r->browser,
               r->page_url, r->page_title, r->referrer, r->only_agent, r->last_agent,
               (long long)r->first_seen, (long long)r->last_seen, r->phone, r->fields, r->consent,
               r->subject, r->claims, (long long)r->verified);
}

static void on_chat(void *ctx, const struct chat_record *r)
{
    buf_printf(ctx, "chat %lld|%s|%s|%d|%s|%d|%lld|%lld|%lld|%lld|%s|%d|%d|%s|%s|%s\n",
               (long long)r->number, r->visitor, r->department, (int)r->state, r->owner, r->left,
               (long long)r->created, (long long)r->waiting_since, (long long)r->claimed,
               (long long)r->closed, r->closed_by, r->offered, (int)r->priority, r->tags,
               r->address, r->handed_to);
}

static void on_participant(void *ctx, const struct participant_record *r)
{
    buf_printf(ctx, "participant %lld|%s|%d\n", (long long)r->chat, r->agent, (int)r->part);
}

static void on_entry(void *ctx, const struct entry_record *r)
{
    buf_printf(ctx, "entry %lld|%lld|%d|%d|%lld|%s|%s|%s|%s|%s|%d\n", (long long)r->sequence,
               (long long)r->chat, (int)r->kind, (int)r->by, (long long)r->at, r->agent, r->name,
               r->sender_id, r->event, r->body, (int)r->seen);
    if (r->about > 0 || r->fate != FATE_AS_SAID || r->visitor_reactions[0] != '\0' ||
        r->agent_reactions[0] != '\0') {
        buf_printf(ctx, "  about %lld|%d|%s|%s|%s\n", (long long)r->about, (int)r->fate, r->shown,
                   r->visitor_reactions, r->agent_reactions);
    }
    if (r->form[0] != '\0') {
        buf_printf(ctx, "  form %s\n", r->form);
    }
}

static void on_outbox(void *ctx, const struct outbox_record *r)
{
    buf_printf(ctx, "outbox %lld|%d|%s|%s|%s|%s|%lld|%d|%u|%lld", (long long)r->id, (int)r->side,
               r->to, r->from, r->message_id, r->body, (long long)r->entry, r->handed, r->attempts,
               (long long)r->at);
    if (r->side == OUTBOX_VISITOR) {
        buf_printf(ctx, "|%s|%lld|%d|%s|%s|%d", r->visitor, (long long)r->chat, (int)r->by, r->name,
                   r->event, r->knows_ids);
    }
    if (r->act != ACT_SAY) {
        buf_printf(ctx, "|%d|%s|%s", (int)r->act, r->target, r->payload);
    }
    buf_add_text(ctx, "\n");
}

static void on_contact(void *ctx, const struct contact_record *r)
{
    buf_printf(ctx, "contact %s|%s|%s|%d|%d\n", r->agent, r->contact, r->name, r->in_roster,
               r->present);
}

static void on_slot(void *ctx, const struct slot_record *r)
{
    buf_printf(ctx, "slot %s|%u|%s|%lld|%lld|%d|%lld|%d\n", r->agent, r->number, r->visitor,
               (long long)r->chat, (long long)r->ended, r->unread, (long long)r->first_notice,
               r->approved);
}

static void on_subscriber(void *ctx, const struct subscriber_record *r)
{
    buf_printf(ctx, "subscriber %s|%s\n", r->jid, r->department);
}

static void on_duty(void *ctx, const struct duty_record *r)
{
    buf_printf(ctx, "duty %s|%d|%lld|%lld\n", r->agent, (int)r->state, (long long)r->since,
               (long long)r->until);
}

static void on_file(void *ctx, const struct file_record *r)
{
    buf_printf(ctx, "file %s|%lld|%s|%s|%s|%lld|%s|%lld\n", r->id, (long long)r->chat, r->sender,
               r->name, r->type, (long long)r->size, r->sha256, (long long)r->at);
}

static void on_news(void *ctx, const struct news_record *r)
{
    buf_printf(ctx, "news %s|%s|%lld\n", r->agent, r->department, (long long)r->told);
}

static void on_canned(void *ctx, const struct canned_record *r)
{
    buf_printf(ctx, "canned %d|%s|%s|%s|%s|%lld\n", (int)r->scope, r->owner, r->word, r->text,
               r->author, (long long)r->changed);
}

static void on_saved(void *ctx, const struct saved_record *r)
{
    buf_printf(ctx, "saved %s|%s|%s\n", r->agent, r->name, r->words);
}

static void on_setting(void *ctx, const struct setting_record *r)
{
    buf_printf(ctx, "setting %d|%s|%s|%s\n", (int)r->kind, r->id, r->field, r->value);
}

static void on_bulletin(void *ctx, const struct bulletin_record *r)
{
    buf_printf(ctx, "bulletin %d|%s|%s|%s|%lld|%lld\n", r->scope, r->place, r->text, r->agent,
               (long long)r->at, (long long)r->until);
}

static void on_block(void *ctx, const struct block_record *r)
{
    buf_printf(ctx, "block %lld|%s|%s|%lld|%s|%s|%s|%lld|%lld\n", (long long)r->number, r->visitor,
               r->origin, (long long)r->chat, r->department, r->agent, r->reason, (long long)r->at,
               (long long)r->until);
}

static void on_mail(void *ctx, const struct mail_record *r)
{
    buf_printf(ctx, "mail %lld|%lld|%lld|%lld|%lld|%u\n", (long long)r->ticket, (long long)r->first,
               (long long)r->last, (long long)r->at, (long long)r->due, r->tries);
}

static void on_own(void *ctx, const struct own_record *r)
{
    buf_printf(ctx, "own %lld|%s|%s\n", (long long)r->chat, r->field, r->value);
}

char *story_load(struct story *t)
{
    struct buf text;
    buf_init(&text, 16 << 20);
    struct storage_loader loader = {
        .ctx = &text,
        .counters = on_counters,
        .visitor = on_visitor,
        .chat = on_chat,
        .participant = on_participant,
        .entry = on_entry,
        .own = on_own,
        .outbox = on_outbox,
        .contact = on_contact,
        .slot = on_slot,
        .subscriber = on_subscriber,
        .duty = on_duty,
        .news = on_news,
        .canned = on_canned,
        .saved = on_saved,
        .setting = on_setting,
        .file = on_file,
        .block = on_block,
        .bulletin = on_bulletin,
        .mail = on_mail,
    };
    assert_true(storage_load(t->storage, &loader));
    assert_false(text.overflow);
    return buf_detach(&text);
}
