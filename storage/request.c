/* A read and its answer. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/backend.h"

#include <stdlib.h>

void request_clear(struct request *request)
{
    free(request->found);
    free(request->token);
    free(request->ticket);
    free(request->error);
    for (size_t i = 0; i < request->count; i++) {
        free(request->entries[i]);
    }
    free(request->entries);
    for (size_t i = 0; i < request->chat_count; i++) {
        free(request->chats[i]);
    }
    free(request->chats);
    for (size_t i = 0; i < request->audit_count; i++) {
        free(request->audits[i]);
    }
    free(request->audits);
    request->audits = NULL;
    request->audit_count = 0;
    request->chats = NULL;
    request->chat_count = 0;
    request->found = NULL;
    request->token = NULL;
    request->ticket = NULL;
    request->error = NULL;
    request->entries = NULL;
    request->count = 0;
}

void request_destroy(struct request *request)
{
    if (!request) {
        return;
    }
    request_clear(request);
    free(request->site);
    free(request->token_hash);
    free(request->jid);
    free(request->visitor);
    free(request->department);
    free(request->path);
    free(request);
}

void request_add_entry(struct request *request, const struct entry_record *entry)
{
    if (!request->entries) {
        request->entries = mem_array(HISTORY_MAX + 1, sizeof(struct entry_record *));
    }
    if (request->count > HISTORY_MAX) {
        BUG("a page with more than %d entries", HISTORY_MAX);
    }
    request->entries[request->count++] = record_dup(record_shape(PUT_ENTRY), entry);
}

void request_add_chat(struct request *request, const struct chat_record *chat)
{
    if (!request->chats) {
        request->chats = mem_array(CHATS_MAX, sizeof(struct chat_record *));
    }
    if (request->chat_count == CHATS_MAX) {
        BUG("an answer with more than %d chats", CHATS_MAX);
    }
    request->chats[request->chat_count++] = record_dup(record_shape(PUT_CHAT), chat);
}

void request_add_audit(struct request *request, const struct audit_record *audit)
{
    if (!request->audits) {
        request->audits = mem_array(AUDIT_MAX, sizeof(struct audit_record *));
    }
    if (request->audit_count == AUDIT_MAX) {
        BUG("an answer with more than %d rows of the audit log", AUDIT_MAX);
    }
    request->audits[request->audit_count++] = record_dup(record_shape(PUT_AUDIT), audit);
}

static void answer_visitor(const struct request *request)
{
    struct recent_line recent[RECENT_MAX];
    size_t count = 0;
    for (size_t i = 0; i < request->count && count < RECENT_MAX; i++) {
        const struct entry_record *entry = request->entries[i];
        if (*entry->sender_id) {
            recent[count++] = (struct recent_line){
                .agent = entry->by == BY_AGENT ? entry->agent : "",
                .id = entry->sender_id,
                .body = entry->body,
                .sequence = entry->sequence,
            };
        }
    }
    struct visitor_answer answer = {
        .visitor = request->found,
        .token = request->token,
        .recent = recent,
        .recent_count = count,
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

static void answer_ticket(const struct request *request)
{
    const struct ticket_answer answer = {
        .chat = request->chat_count > 0 ? request->chats[0] : NULL,
        .ticket = request->ticket,
        .requester = request->found,
        .first_line = request->count > 0 ? entry_shown(request->entries[0]) : "",
    };
    request->call.on_ticket(request->ctx, &answer);
}

static void answer_audit(const struct request *request)
{
    struct audit_record rows[AUDIT_MAX];
    for (size_t i = 0; i < request->audit_count; i++) {
        rows[i] = *request->audits[i];
    }
    request->call.on_audit(request->ctx, rows, request->audit_count);
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
    case TICKET:
        answer_ticket(request);
        break;
    case AUDIT:
        answer_audit(request);
        break;
    case BACKUP:
        request->call.on_backup(request->ctx, request->error ? request->error : "");
        break;
    }
}
