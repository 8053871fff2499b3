#include "agents/ticket_archive.h"

#include "agents/past.h"
#include "agents/ticket_lines.h"
#include "agents/tickets.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_tickets.h"
#include "xml/mam.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one person, on their way. */
enum { READINGS = 4 };

/* One question. What it asks for is read in one or two steps, each of which looks anew whether it
 * is for who asked. */
struct reading {
    struct agents *agents;
    int64_t number;
    char *who;  /* bare JID */
    char *from; /* full JID */
    char *to;   /* as it was written to */
    char *id;
    char *queryid;
    char *agent; /* of whose lines; of the passage */
    bool counts;
    bool flips;
    struct passage_query passage;
    void (*then)(struct reading *r); /* when its ticket is there, and may be read */
    int64_t first;                   /* of the metadata */
    time_ms first_at;
    struct list link; /* agents::passages */
};

static void reading_destroy(struct reading *r)
{
    list_remove(&r->link);
    free(r->who);
    free(r->from);
    free(r->to);
    free(r->id);
    free(r->queryid);
    free(r->agent);
    free(r);
}

void ticket_archive_free(struct agents *a)
{
    list_for_each_safe (struct reading, r, &a->passages, link) {
        reading_destroy(r);
    }
}

static void refuse(const struct reading *r, enum stanza_error condition)
{
    struct jid from;
    struct jid to;
    bool good = jid_parse(&from, r->from);

    good = jid_parse(&to, r->to) && good;
    if (good) {
        const struct stanza s = {
            .kind = STANZA_IQ, .type = "get", .id = r->id, .from = &from, .to = &to};
        stanza_post_error(r->agents->post, &s, condition, NULL);
    }
    jid_finish(&from);
    jid_finish(&to);
}

static struct writer *open_result(const struct reading *r, struct draft *d)
{
    struct writer *w = draft_begin(d);

    stanza_iq(w, r->to, r->from, "result", r->id);
    return w;
}

static const char *local_of(const struct reading *r, char out[32])
{
    snprintf(out, 32, "ticket-%lld", (long long)r->number);
    return out;
}

/* ---- a page ---- */

static bool is_own(const struct reading *r, const struct entry_record *e)
{
    return e->kind == ENTRY_MESSAGE && e->by == BY_AGENT && text_equal(e->agent, r->who);
}

/* As the client got it, or as it wrote it; what is no line, as !history has it. */
static void write_words(const struct reading *r, struct buf *out, const struct entry_record *e)
{
    enum language language = agents_language(r->agents, r->who);

    if (is_own(r, e) && e->fate != FATE_RETRACTED) {
        buf_add_text(out, entry_shown(e));
    } else if (e->kind == ENTRY_MESSAGE) {
        agent_words_line(out, language, e);
    } else {
        buf_add_text(out, "— ");
        past_write_words(out, language, e);
    }
}

static void write_line(const struct reading *r, const struct entry_record *e)
{
    const struct agents *a = r->agents;
    bool own = is_own(r, e);
    char local[32];
    char id[MARK_ID_SIZE];
    struct buf text;
    struct draft d;
    struct writer *w = draft_begin(&d);

    local_of(r, local);
    mark_id(e->sequence, id);
    stanza_message(w, agents_address(a, local, NULL), r->from, NULL, NULL);
    mam_open_result(w, r->queryid, e->sequence, e->at);
    writer_open(w, "message", NS_CLIENT);
    writer_attr(w, "type", "chat");
    writer_attr(w, "from", own ? r->who : agents_address(a, local, "web"));
    writer_attr(w, "to", own ? agents_address(a, local, NULL) : r->who);
    writer_attr(w, "id", own && e->sender_id[0] != '\0' ? e->sender_id : id);
    buf_init(&text, STANZA_BYTES_MAX);
    write_words(r, &text, e);
    writer_leaf(w, "body", NULL, text.bytes);
    buf_finish(&text);
    if (e->fate == FATE_RETRACTED) {
        writer_leaf(w, "retracted", NS_RETRACT, NULL);
    }
    draft_send(&d, a->post, r->from, POST_HELD);
}

/* How many of the entries fit into one answer, from the end that was asked for; at least one. */
static size_t fitting(const struct reading *r, const struct entry_record *entries, size_t count)
{
    size_t bytes = 0;

    for (size_t i = 0; i < count; i++) {
        const struct entry_record *e = &entries[r->passage.from_end ? count - 1 - i : i];
        bytes += MAM_RESULT_BYTES + mam_bytes(entry_shown(e));
        if (bytes > MAM_PAGE_BYTES) {
            return i > 0 ? i : 1;
        }
    }
    return count;
}

static void answer_page(struct reading *r, const struct passage_answer *answer)
{
    size_t fits = r->counts ? 0 : fitting(r, answer->entries, answer->count);
    const struct entry_record *page =
        answer->entries + (r->passage.from_end ? answer->count - fits : 0);
    struct draft d;

    past_note_read(r->agents, r->who, "transcript", answer->chat->visitor, r->number);
    for (size_t i = 0; i < fits; i++) {
        write_line(r, &page[r->flips ? fits - 1 - i : i]);
    }
    mam_write_fin(open_result(r, &d), fits > 0 ? page[0].sequence : 0,
                  fits > 0 ? page[fits - 1].sequence : 0, answer->total,
                  answer->complete && fits == answer->count);
    draft_send(&d, r->agents->post, r->from, POST_HELD);
}

/* ---- reading ---- */

static bool may_read(const struct reading *r, const struct chat_record *chat)
{
    const struct desk *desk = r->agents->desk;
    const struct ticket_record *t = desk_ticket(desk, r->number);

    return chat != NULL && (past_may_read(r->agents, r->who, chat) ||
                            (t != NULL && desk_may_change_ticket(desk, r->who, t)));
}

/* False: refused, and no more is to be done. */
static bool is_readable(struct reading *r, const struct passage_answer *answer)
{
    bool readable = may_read(r, answer->chat) && !answer->is_unknown;

    if (!readable) {
        refuse(r, ERROR_ITEM_NOT_FOUND);
        reading_destroy(r);
    }
    return readable;
}

static void on_page(void *ctx, const struct passage_answer *answer)
{
    struct reading *r = ctx;

    if (is_readable(r, answer)) {
        answer_page(r, answer);
        reading_destroy(r);
    }
}

static void read_page(struct reading *r)
{
    storage_passage(r->agents->storage, &r->passage, on_page, r);
}

static void write_end(struct writer *w, const char *name, int64_t id, time_ms at)
{
    char stamp[CLOCK_STAMP_SIZE];

    clock_stamp(at, stamp);
    writer_open(w, name, NULL);
    writer_attr_number(w, "id", id);
    writer_attr(w, "timestamp", stamp);
    writer_close(w);
}

static void on_last(void *ctx, const struct passage_answer *answer)
{
    struct reading *r = ctx;
    struct draft d;

    if (!is_readable(r, answer)) {
        return;
    }
    past_note_read(r->agents, r->who, "ticket", answer->chat->visitor, r->number);
    struct writer *w = open_result(r, &d);
    writer_open(w, "metadata", NS_MAM);
    if (r->first > 0 && answer->count > 0) {
        write_end(w, "start", r->first, r->first_at);
        write_end(w, "end", answer->entries[0].sequence, answer->entries[0].at);
    }
    draft_send(&d, r->agents->post, r->from, POST_HELD);
    reading_destroy(r);
}

static void on_first(void *ctx, const struct passage_answer *answer)
{
    struct reading *r = ctx;

    if (!is_readable(r, answer)) {
        return;
    }
    if (answer->count > 0) {
        r->first = answer->entries[0].sequence;
        r->first_at = answer->entries[0].at;
    }
    r->passage.from_end = true;
    storage_passage(r->agents->storage, &r->passage, on_last, r);
}

static void read_metadata(struct reading *r)
{
    storage_passage(r->agents->storage, &r->passage, on_first, r);
}

static void answer_form(struct reading *r)
{
    struct draft d;
    struct writer *w = open_result(r, &d);

    writer_open(w, "query", NS_MAM);
    mam_write_form(w);
    draft_send(&d, r->agents->post, r->from, POST_NOW);
    reading_destroy(r);
}

/* Who may see that there is a ticket and not what was said there, a dispatcher, is told so. */
static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct reading *r = ctx;
    struct agents *a = r->agents;

    desk_load_ticket(a->desk, r->number, answer->ticket);
    if (tickets_may_read(a, r->who, answer)) {
        r->then(r);
        return;
    }
    refuse(r, tickets_may_see(a, r->who, answer) ? ERROR_FORBIDDEN : ERROR_ITEM_NOT_FOUND);
    reading_destroy(r);
}

/* ---- questions ---- */

static void name_it(struct passage_query *p, int64_t sequence)
{
    if (sequence > 0) {
        p->named[p->named_count++] = sequence;
    }
}

/* Whoever is named but the ticket itself is an agent, or has nothing there. */
static void set_with(struct reading *r, const struct stanza *s, const char *with)
{
    struct jid jid;

    if (with == NULL) {
        return;
    }
    if (!jid_parse(&jid, with)) {
        r->agent = mem_dup(with);
    } else if (strcmp(jid.bare, s->to->bare) != 0) {
        r->agent = mem_dup(jid.bare);
    }
    jid_finish(&jid);
}

/* The later of the starts, the earlier of the ends. */
static void set_passage(struct passage_query *p, const struct mam_query *m)
{
    p->from_end = m->before != 0;
    p->before = m->before > 0 ? m->before : 0;
    if (m->before_id > 0 && (p->before == 0 || m->before_id < p->before)) {
        p->before = m->before_id;
    }
    p->after = m->after_id > m->after ? m->after_id : m->after;
    p->from = m->from;
    p->until = m->until;
    p->max = m->max;
    name_it(p, m->after);
    name_it(p, m->before);
    name_it(p, m->after_id);
    name_it(p, m->before_id);
    p->only_named = m->id_count > 0;
    for (size_t i = 0; i < m->id_count; i++) {
        name_it(p, m->ids[i]);
    }
}

static size_t count_of(const struct agents *a, const char *who)
{
    size_t count = 0;

    list_for_each (struct reading, r, &a->passages, link) {
        count += text_equal(r->who, who) ? 1 : 0;
    }
    return count;
}

static void begin(struct agents *a, const struct stanza *s, const struct mam_query *m,
                  void (*then)(struct reading *r))
{
    struct reading *r = mem_alloc(sizeof *r);

    r->agents = a;
    r->number = ticket_lines_number(s->to->local);
    r->who = mem_dup(s->from->bare);
    r->from = mem_dup(s->from->full);
    r->to = mem_dup(s->to->full);
    r->id = mem_dup(s->id);
    r->queryid = mem_dup(m->queryid);
    r->counts = m->counts;
    r->flips = m->flips;
    r->then = then;
    set_with(r, s, m->with);
    set_passage(&r->passage, m);
    r->passage.chat = r->number;
    r->passage.agent = r->agent != NULL ? r->agent : "";
    list_append(&a->passages, &r->link);
    desk_await_ticket(a->desk, r->number);
    storage_ticket(a->storage, r->number, on_ticket, r);
}

static const struct {
    const char *name;
    const char *type;
    void (*then)(struct reading *r);
} QUESTIONS[] = {
    {"query", "set", read_page}, {"query", "get", answer_form}, {"metadata", "get", read_metadata}};

bool ticket_archive_answer(struct agents *a, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);
    struct mam_query m = {.queryid = "", .max = 1};
    size_t at = 0;

    while (at < sizeof QUESTIONS / sizeof *QUESTIONS &&
           (!element_is(payload, QUESTIONS[at].name, NS_MAM) ||
            strcmp(s->type, QUESTIONS[at].type) != 0)) {
        at++;
    }
    if (at == sizeof QUESTIONS / sizeof *QUESTIONS) {
        return false;
    }
    enum stanza_error wrong = QUESTIONS[at].then == read_page ? mam_read(payload, &m) : ERROR_NONE;
    bool is_too_much = count_of(a, s->from->bare) >= READINGS ||
                       !paces_take(a->readings, s->from->bare, clock_monotonic_ms());
    if (is_too_much || storage_is_refusing(a->storage)) {
        wrong = ERROR_RESOURCE_CONSTRAINT;
    }
    if (wrong != ERROR_NONE) {
        stanza_post_error(a->post, s, wrong, NULL);
    } else {
        begin(a, s, &m, QUESTIONS[at].then);
    }
    return true;
}
