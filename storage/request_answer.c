/* The answer of a read, handed to who asked. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/backend.h"

static void take_ticket(const struct request_ticket *from, struct visitor_ticket *out)
{
    const struct entry_record *last = from->last;

    *out = (struct visitor_ticket){
        .record = *from->record,
        .first_line = from->first ? entry_shown(from->first) : "",
        .last_agent = last && last->by == BY_AGENT ? last->agent : "",
        .last_id = last ? last->sender_id : "",
        .last_seen = last ? last->seen : SEEN_NOT,
    };
}

/* Of its entries, lines of people that have an id. */
static size_t take_recent(const struct request *request, struct recent_line recent[RECENT_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < request->count && count < RECENT_MAX; i++) {
        const struct entry_record *entry = request->entries[i];
        if (*entry->sender_id && entry->kind != ENTRY_NOTICE && entry->by != BY_DESK) {
            recent[count++] = (struct recent_line){
                .agent = entry->by == BY_AGENT ? entry->agent : "",
                .id = entry->sender_id,
                .body = entry->body,
                .sequence = entry->sequence,
            };
        }
    }
    return count;
}

static void answer_visitor(const struct request *request)
{
    struct visitor_ticket tickets[VISITOR_TICKETS];
    struct recent_line recent[RECENT_MAX];
    for (size_t i = 0; i < request->ticket_count; i++) {
        take_ticket(&request->tickets[i], &tickets[i]);
    }
    struct visitor_answer answer = {
        .visitor = request->found,
        .token = request->token,
        .recent = recent,
        .recent_count = take_recent(request, recent),
        .tickets = tickets,
        .ticket_count = request->ticket_count,
    };
    request->call.on_visitor(request->ctx, &answer);
}

static void answer_history(const struct request *request)
{
    struct entry_record page[HISTORY_MAX];
    for (size_t i = 0; i < request->count; i++) {
        page[i] = *request->entries[i];
    }
    request->call.on_history(request->ctx, page, request->count, request->complete, request->total);
}

static void answer_chats(const struct request *request)
{
    struct chat_record chats[CHATS_MAX];
    for (size_t i = 0; i < request->chat_count; i++) {
        chats[i] = *request->chats[i];
    }
    request->call.on_chats(request->ctx, chats, request->chat_count);
}

static void answer_transcript(const struct request *request)
{
    struct entry_record page[HISTORY_MAX];
    for (size_t i = 0; i < request->count; i++) {
        page[i] = *request->entries[i];
    }
    request->call.on_transcript(request->ctx, request->chat_count > 0 ? request->chats[0] : NULL,
                                page, request->count, request->complete);
}

static void answer_passage(const struct request *request)
{
    struct entry_record page[HISTORY_MAX];
    for (size_t i = 0; i < request->count; i++) {
        page[i] = *request->entries[i];
    }
    request->call.on_passage(
        request->ctx,
        &(struct passage_answer){.chat = request->chat_count > 0 ? request->chats[0] : NULL,
                                 .entries = page,
                                 .count = request->count,
                                 .complete = request->complete,
                                 .is_unknown = request->is_unknown,
                                 .total = request->total});
}

static void answer_ticket(const struct request *request)
{
    static const struct ticket_answer none = {.first_line = ""};
    struct recent_line recent[RECENT_MAX];
    struct ticket_answer answer = request->row_count > 0 ? request->rows[0] : none;
    answer.recent = recent;
    answer.recent_count = take_recent(request, recent);
    request->call.on_ticket(request->ctx, &answer);
}

static void answer_news(const struct request *request)
{
    struct news_row rows[NEWS_ROWS];
    for (size_t i = 0; i < request->news_count; i++) {
        const struct request_news *row = &request->news[i];
        rows[i] = (struct news_row){row->number, row->name, row->subject};
    }
    request->call.on_news(request->ctx, &(struct news_answer){.count = (size_t)request->total,
                                                              .last = request->last_news,
                                                              .rows = rows,
                                                              .row_count = request->news_count});
}

static void answer_audit(const struct request *request)
{
    struct audit_record rows[AUDIT_MAX];
    for (size_t i = 0; i < request->audit_count; i++) {
        rows[i] = *request->audits[i];
    }
    request->call.on_audit(request->ctx, rows, request->audit_count);
}

static void answer_reads(const struct request *request)
{
    struct read_record rows[READS_MAX];
    for (size_t i = 0; i < request->read_count; i++) {
        rows[i] = *request->reads[i];
    }
    request->call.on_reads(request->ctx, rows, request->read_count);
}

static void answer_person(const struct request *request)
{
    const struct person_answer answer = {
        .visitors = (const char *const *)request->ids,
        .visitor_count = request->id_count,
        .parts = request->parts,
        .part_count = request->part_count,
        .unfinished = request->unfinished,
        .bytes = request->total,
    };
    request->call.on_person(request->ctx, &answer);
}

void request_answer(const struct request *request)
{
    switch (request->kind) {
    case FIND_VISITOR:
        answer_visitor(request);
        break;
    case HISTORY:
        answer_history(request);
        break;
    case VISITOR_CHATS:
        answer_chats(request);
        break;
    case TRANSCRIPT:
        answer_transcript(request);
        break;
    case PASSAGE:
        answer_passage(request);
        break;
    case TICKET:
        answer_ticket(request);
        break;
    case WAKE:
        request->call.on_wake(request->ctx, request->numbers, request->number_count);
        break;
    case LIST:
        request->call.on_tickets(request->ctx, request->rows, request->row_count, request->next);
        break;
    case NEWS:
        answer_news(request);
        break;
    case AUDIT:
        answer_audit(request);
        break;
    case READS:
        answer_reads(request);
        break;
    case PERSON:
        answer_person(request);
        break;
    case EXPORT:
        request->call.on_export(request->ctx, request->text ? request->text : "",
                                request->error ? request->error : "");
        break;
    case EXPIRED:
        request->call.on_expired(request->ctx, (const char *const *)request->ids, request->due,
                                 request->id_count);
        break;
    case BACKUP:
    case SCRUB:
        request->call.on_backup(request->ctx, request->error ? request->error : "");
        break;
    }
}
