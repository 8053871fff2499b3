#include "story_load.h"

#include "desk/bulletin.h"
#include "desk/own_value.h"

static void load_counters(void *ctx, int64_t number, int64_t sequence, int64_t outbox)
{
    (void)outbox;
    desk_load_counters(ctx, number, sequence);
}

static void load_visitor(void *ctx, const struct visitor_record *r)
{
    desk_load_visitor(ctx, r);
}

static void load_chat(void *ctx, const struct chat_record *r)
{
    desk_load_chat(ctx, r);
}

static void load_bulletin(void *ctx, const struct bulletin_record *r)
{
    desk_load_bulletin(ctx, r);
}

static void load_block(void *ctx, const struct block_record *r)
{
    desk_load_block(ctx, r);
}

static void load_mail(void *ctx, const struct mail_record *r)
{
    desk_load_mail(ctx, r);
}

static void load_saved(void *ctx, const struct saved_record *r)
{
    desk_load_saved(ctx, r);
}

static void load_canned(void *ctx, const struct canned_record *r)
{
    desk_load_canned(ctx, r);
}

static void load_own(void *ctx, const struct own_record *r)
{
    desk_load_own_record(ctx, r);
}

static void load_participant(void *ctx, const struct participant_record *r)
{
    desk_load_participant(ctx, r);
}

static void load_entry(void *ctx, const struct entry_record *r)
{
    desk_load_entry(ctx, r);
}

static void load_duty(void *ctx, const struct duty_record *r)
{
    desk_load_duty(ctx, r);
}

static void load_news(void *ctx, const struct news_record *r)
{
    desk_load_news(ctx, r);
}

bool story_load(struct storage *storage, struct desk *desk)
{
    return storage_load(storage, &(struct storage_loader){
                                     .ctx = desk,
                                     .counters = load_counters,
                                     .saved = load_saved,
                                     .visitor = load_visitor,
                                     .chat = load_chat,
                                     .participant = load_participant,
                                     .own = load_own,
                                     .entry = load_entry,
                                     .duty = load_duty,
                                     .news = load_news,
                                     .block = load_block,
                                     .bulletin = load_bulletin,
                                     .canned = load_canned,
                                     .mail = load_mail,
                                 });
}
