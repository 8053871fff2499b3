/* A read and its answer. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/backend.h"

#include <stdlib.h>

void own_records_add(struct own_records *all, const struct own_record *r)
{
    all->rows = mem_grow(all->rows, (all->count + 1) * sizeof *all->rows);
    all->rows[all->count++] = (struct own_record){
        .chat = r->chat, .field = mem_dup(r->field), .value = mem_dup(r->value)};
}

void own_records_finish(struct own_records *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free((void *)all->rows[i].field);
        free((void *)all->rows[i].value);
    }
    free(all->rows);
}

static void free_row(struct ticket_answer *row)
{
    free((void *)row->chat);
    free((void *)row->ticket);
    free((void *)row->requester);
    free((void *)row->first_line);
    free((void *)row->rating);
    own_records_finish(&row->own);
}

static void clear_rows(struct request *request)
{
    for (size_t i = 0; i < request->row_count; i++) {
        free_row(&request->rows[i]);
    }
    free(request->rows);
    request->rows = NULL;
    request->row_count = 0;
    request->next = 0;
    request->found_damage = false;
}

void request_clear(struct request *request)
{
    free(request->found);
    free(request->token);
    free(request->error);
    for (size_t i = 0; i < request->count; i++) {
        free(request->entries[i]);
    }
    free(request->entries);
    for (size_t i = 0; i < request->ticket_count; i++) {
        free(request->tickets[i].record);
        free(request->tickets[i].first);
        free(request->tickets[i].last);
    }
    free(request->tickets);
    request->tickets = NULL;
    request->ticket_count = 0;
    for (size_t i = 0; i < request->chat_count; i++) {
        free(request->chats[i]);
    }
    free(request->chats);
    for (size_t i = 0; i < request->audit_count; i++) {
        free(request->audits[i]);
    }
    free(request->audits);
    clear_rows(request);
    for (size_t i = 0; i < request->read_count; i++) {
        free(request->reads[i]);
    }
    free(request->reads);
    for (size_t i = 0; i < request->id_count; i++) {
        free(request->ids[i]);
    }
    free(request->ids);
    free(request->due);
    free(request->parts);
    free(request->text);
    request->reads = NULL;
    request->read_count = 0;
    request->ids = NULL;
    request->due = NULL;
    request->id_count = 0;
    request->parts = NULL;
    request->part_count = 0;
    request->text = NULL;
    for (size_t i = 0; i < request->news_count; i++) {
        free(request->news[i].name);
        free(request->news[i].subject);
    }
    request->news_count = 0;
    request->audits = NULL;
    request->audit_count = 0;
    request->chats = NULL;
    request->chat_count = 0;
    request->found = NULL;
    request->token = NULL;
    request->error = NULL;
    request->entries = NULL;
    request->count = 0;
    request->number_count = 0;
    request->is_unknown = false;
    request->total = 0;
}

static void free_list(struct ticket_query *q)
{
    if (q == NULL) {
        return;
    }
    for (size_t i = 0; i < q->scope.department_count; i++) {
        free((void *)q->scope.departments[i]);
    }
    free((void *)q->scope.departments);
    free((void *)q->scope.who);
    free((void *)q->owner);
    free((void *)q->department);
    free((void *)q->tag);
    free((void *)q->text);
    free(q);
}

struct ticket_query *request_copy_list(const struct ticket_query *q)
{
    struct ticket_query *copy = mem_alloc(sizeof *copy);
    const char **departments = mem_array(q->scope.department_count + 1, sizeof *departments);

    *copy = *q;
    for (size_t i = 0; i < q->scope.department_count; i++) {
        departments[i] = mem_dup(q->scope.departments[i]);
    }
    copy->scope.departments = departments;
    copy->scope.who = mem_dup(q->scope.who);
    copy->owner = mem_dup(q->owner);
    copy->department = mem_dup(q->department);
    copy->tag = mem_dup(q->tag);
    copy->text = mem_dup(q->text);
    copy->max = q->max < TICKETS_PAGE ? q->max : TICKETS_PAGE;
    return copy;
}

struct passage_query *request_copy_passage(const struct passage_query *q)
{
    struct passage_query *copy = mem_alloc(sizeof *copy);

    *copy = *q;
    copy->agent = mem_dup(q->agent);
    copy->max = q->max < HISTORY_MAX ? q->max : HISTORY_MAX;
    return copy;
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
    free(request->subject);
    free(request->visitor);
    free(request->department);
    free(request->path);
    free_list(request->list);
    if (request->passage) {
        free((void *)request->passage->agent);
    }
    free(request->passage);
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

void request_end_page(struct request *request, unsigned max, bool backward)
{
    request->complete = request->count <= max;
    if (request->complete) {
        return;
    }
    size_t extra = backward ? 0 : request->count - 1;
    free(request->entries[extra]);
    request->count--;
    for (size_t i = extra; i < request->count; i++) {
        request->entries[i] = request->entries[i + 1];
    }
}

void request_add_ticket(struct request *request, const struct ticket_record *ticket)
{
    if (!request->tickets) {
        request->tickets = mem_array(VISITOR_TICKETS, sizeof *request->tickets);
    }
    if (request->ticket_count == VISITOR_TICKETS) {
        BUG("an answer with more than %d tickets", VISITOR_TICKETS);
    }
    request->tickets[request->ticket_count++] =
        (struct request_ticket){.record = record_dup(record_shape(PUT_TICKET), ticket)};
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

void request_add_number(struct request *request, int64_t number)
{
    if (request->number_count == WAKE_MAX) {
        BUG("an answer with more than %d numbers", WAKE_MAX);
    }
    request->numbers[request->number_count++] = number;
}

struct ticket_answer *request_add_row(struct request *request, const struct chat_record *chat,
                                      const struct visitor_record *requester)
{
    if (!request->rows) {
        request->rows = mem_array(TICKETS_PAGE, sizeof *request->rows);
    }
    if (request->row_count == TICKETS_PAGE) {
        BUG("a page with more than %d tickets", TICKETS_PAGE);
    }
    struct ticket_answer *row = &request->rows[request->row_count++];
    *row = (struct ticket_answer){.chat = record_dup(record_shape(PUT_CHAT), chat),
                                  .requester = record_dup(record_shape(PUT_VISITOR), requester),
                                  .first_line = mem_dup("")};
    return row;
}

void request_fill_row(struct ticket_answer *row, const struct ticket_record *ticket,
                      const struct entry_record *line)
{
    if (ticket != NULL) {
        row->ticket = record_dup(record_shape(PUT_TICKET), ticket);
    }
    if (line != NULL) {
        free((void *)row->first_line);
        row->first_line = mem_dup(entry_shown(line));
    }
}

void request_add_read(struct request *request, const struct read_record *read)
{
    if (!request->reads) {
        request->reads = mem_array(READS_MAX, sizeof(struct read_record *));
    }
    if (request->read_count == READS_MAX) {
        BUG("an answer with more than %d rows of who read what", READS_MAX);
    }
    request->reads[request->read_count++] = record_dup(record_shape(PUT_READ), read);
}

void request_add_id(struct request *request, const char *id, bool due)
{
    if (!request->ids) {
        request->ids = mem_array(HISTORY_MAX, sizeof *request->ids);
        request->due = mem_array(HISTORY_MAX, sizeof *request->due);
    }
    if (request->id_count == HISTORY_MAX) {
        BUG("an answer with more than %d keys", HISTORY_MAX);
    }
    request->due[request->id_count] = due;
    request->ids[request->id_count++] = mem_dup(id);
}

void request_add_part(struct request *request, const char *table, int64_t rows)
{
    if (!request->parts) {
        request->parts = mem_array(PERSON_PARTS_MAX, sizeof *request->parts);
    }
    if (request->part_count == PERSON_PARTS_MAX) {
        BUG("a person in more than %d tables", PERSON_PARTS_MAX);
    }
    request->parts[request->part_count++] = (struct person_part){table, rows};
}

void request_add_news(struct request *request, int64_t number, const char *name,
                      const char *subject, const struct entry_record *first_line)
{
    if (request->news_count == NEWS_ROWS) {
        BUG("an answer with more than %d new tickets", NEWS_ROWS);
    }
    if (!*subject && first_line) {
        subject = entry_shown(first_line);
    }
    request->news[request->news_count++] =
        (struct request_news){.number = number, .name = mem_dup(name), .subject = mem_dup(subject)};
}
