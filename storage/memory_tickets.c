/* Tickets in the memory store: one, lists, searches, all by looking at each. Words are runs of
 * ASCII letters and digits, or of bytes beyond ASCII as they are. */
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "storage/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct entry_record *first_line(const struct memory *m, int64_t number)
{
    for (size_t i = 0; i < m->tables[ENTRIES].count; i++) {
        const struct entry_record *entry = memory_entry_at(m, i);
        if (entry->chat == number && entry->kind == ENTRY_MESSAGE && entry->by == BY_VISITOR &&
            entry->fate != FATE_RETRACTED) {
            return entry;
        }
    }
    return NULL;
}

static const struct ticket_record *find_ticket(const struct memory *m, int64_t number)
{
    return table_get(&m->tables[TICKETS], &(struct ticket_record){.number = number});
}

static void add_row(const struct memory *m, struct request *r, const struct chat_record *chat)
{
    request_fill_row(request_add_row(r, chat, memory_visitor(m, chat->visitor)),
                     find_ticket(m, chat->number), first_line(m, chat->number));
}

static void add_related(const struct memory *m, struct request *r)
{
    struct ticket_related *related = &r->rows[0].related;
    const struct table *links = &m->tables[LINKS];
    const struct table *tickets = &m->tables[TICKETS];
    /* Sorted by the lower number: first those below ours, then, in one run, those above. */
    for (size_t i = 0; i < links->count && related->link_count < TICKET_LINKS; i++) {
        const struct link_record *link = links->rows[i];
        if (link->ticket == r->chat || link->other == r->chat) {
            related->links[related->link_count++] =
                link->ticket == r->chat ? link->other : link->ticket;
        }
    }
    for (size_t i = 0; i < tickets->count && related->merged_count < TICKET_LINKS; i++) {
        const struct ticket_record *t = tickets->rows[i];
        if (t->merged == r->chat) {
            related->merged[related->merged_count++] = t->number;
        }
    }
}

static void add_own(const struct memory *m, struct request *r)
{
    const struct table *owns = &m->tables[OWNS];
    for (size_t i = 0; i < owns->count; i++) {
        const struct own_record *own = owns->rows[i];
        if (own->chat == r->chat) {
            own_records_add(&r->rows[0].own, own);
        }
    }
}

void memory_find_ticket(const struct memory *m, struct request *r)
{
    const struct chat_record *chat = memory_chat(m, r->chat);
    if (!chat) {
        return;
    }
    add_row(m, r, chat);
    add_related(m, r);
    add_own(m, r);
    for (size_t i = 0; i < m->tables[ENTRIES].count && r->rows[0].answered == 0; i++) {
        const struct entry_record *entry = memory_entry_at(m, i);
        if (entry->chat == r->chat && entry->kind == ENTRY_MESSAGE && entry->by == BY_AGENT) {
            r->rows[0].answered = entry->at;
        }
    }
    for (size_t i = 0; i < m->tables[SPENTS].count; i++) {
        const struct spent_record *spent = m->tables[SPENTS].rows[i];
        r->rows[0].spent += spent->chat == r->chat ? spent->lasted : 0;
    }
    const struct rating_record *rating =
        table_get(&m->tables[RATINGS], &(struct rating_record){.chat = r->chat});
    if (rating) {
        r->rows[0].rating = record_dup(record_shape(PUT_RATING), rating);
    }
    memory_add_last(m, r, TICKET_RECENT);
}

/* ---- words ---- */

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* The next word from *at on; 0: there is none. */
static size_t next_word(const char **at)
{
    size_t len = 0;
    while (**at && !is_letter(**at)) {
        ++*at;
    }
    while ((*at)[len] && is_letter((*at)[len])) {
        len++;
    }
    return len;
}

static bool has_word(const char *text, const char *word, size_t len)
{
    size_t own;
    for (; (own = next_word(&text)) > 0; text += own) {
        if (own == len && strncasecmp(text, word, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_said(const struct entry_record *e)
{
    static const char *const NOTES[] = {"",       "whisper",   "reason", "transfer",
                                        "invite", "telephone", "letter", "counter"};
    bool said = e->kind == ENTRY_MESSAGE ||
                (e->kind == ENTRY_NOTICE && text_equal(e->event, "form-answered"));
    for (size_t i = 0; i < sizeof NOTES / sizeof *NOTES; i++) {
        said = said || (e->kind == ENTRY_NOTE && text_equal(e->event, NOTES[i]));
    }
    return said && e->fate != FATE_RETRACTED;
}

/* All that is searched of a chat. */
static char *text_of_dup(const struct memory *m, const struct chat_record *chat, bool names_only)
{
    const struct visitor_record *v = memory_visitor(m, chat->visitor);
    const struct ticket_record *t = find_ticket(m, chat->number);
    struct buf text;
    buf_init(&text, SIZE_MAX - 1);
    buf_printf(&text, "%s %s %s %s %s ", v->name, v->email, v->phone, chat->tags,
               t ? t->subject : "");
    buf_add_text(&text, names_only ? "" : v->fields);
    for (size_t i = 0; i < m->tables[OWNS].count && !names_only; i++) {
        const struct own_record *own = m->tables[OWNS].rows[i];
        buf_printf(&text, " %s ", own->chat == chat->number ? own->value : "");
    }
    for (size_t i = 0; i < m->tables[ENTRIES].count && !names_only; i++) {
        const struct entry_record *e = memory_entry_at(m, i);
        if (e->chat == chat->number && is_said(e)) {
            buf_printf(&text, "%s ", entry_shown(e));
        }
    }
    return buf_detach(&text);
}

static bool is_found(const struct memory *m, const struct ticket_query *q,
                     const struct chat_record *chat)
{
    char *text = text_of_dup(m, chat, q->scope.names_only);
    const char *word = q->text;
    unsigned count = 0;
    size_t len;
    bool found = true;
    for (; found && count < SEARCH_WORDS && (len = next_word(&word)) > 0; word += len) {
        found = has_word(text, word, len);
        count++;
    }
    free(text);
    return found && count > 0;
}

/* ---- lists ---- */

static bool is_in_scope(const struct ticket_query *q, const struct chat_record *chat,
                        const struct ticket_record *t)
{
    const struct ticket_scope *scope = &q->scope;
    const char *owner = t ? t->owner : chat->state != CHAT_CLOSED ? chat->owner : "";
    if (!q->text && !q->owner && t && t->state >= TICKET_SOLVED) {
        owner = "";
    }
    const char *department = t ? t->department : chat->department;
    bool in_scope = scope->all || (*owner && text_equal(owner, scope->who));
    for (size_t i = 0; i < scope->department_count; i++) {
        in_scope = in_scope || text_equal(scope->departments[i], department);
    }
    return in_scope;
}

static bool has_tag(const char *tags, const char *tag)
{
    size_t len = strlen(tag);
    for (; *tags; tags += strspn(tags, " ")) {
        size_t own = strcspn(tags, " ");
        if (own == len && strncmp(tags, tag, len) == 0) {
            return true;
        }
        tags += own;
    }
    return false;
}

/* What is no ticket is found by searches alone, and only by those that ask for nothing of one. */
static bool fits_ticket(const struct ticket_query *q, const struct ticket_record *t)
{
    if (!t) {
        return q->text && !q->scope.names_only && q->states == 0 && !q->owner && q->due_before == 0;
    }
    return (q->states == 0 || (q->states & 1U << t->state) != 0) &&
           (!q->owner || text_equal(q->owner, t->owner)) &&
           (q->due_before == 0 || (t->due > 0 && t->due <= q->due_before) ||
            (t->overdue > 0 && t->overdue <= q->due_before));
}

static bool fits(const struct memory *m, const struct ticket_query *q,
                 const struct chat_record *chat)
{
    const struct ticket_record *t = find_ticket(m, chat->number);
    return is_in_scope(q, chat, t) && fits_ticket(q, t) &&
           !*memory_visitor(m, chat->visitor)->only_agent &&
           (!q->department || text_equal(q->department, t ? t->department : chat->department)) &&
           (q->priority == 0 || (t ? t->priority : chat->priority) == q->priority) &&
           (!q->tag || has_tag(chat->tags, q->tag)) && (!q->text || is_found(m, q, chat));
}

void memory_find_list(const struct memory *m, struct request *r)
{
    const struct table *chats = &m->tables[CHATS];
    const struct ticket_query *q = r->list;
    for (size_t i = chats->count; i-- > 0;) {
        const struct chat_record *chat = chats->rows[i];
        if ((q->before > 0 && chat->number >= q->before) || !fits(m, q, chat)) {
            continue;
        }
        if (r->row_count == q->max) {
            r->next = chat->number + 1;
            return;
        }
        add_row(m, r, chat);
    }
}
