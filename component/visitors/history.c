/* XEP-0313 at the conversation's address, own conversation only (docs/PROTOCOL.md section 5). */
#include "base/mem.h"
#include "desk/desk_questions.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/about.h"
#include "xml/mam.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A query under way. The endpoint may be gone when the answer comes: it is looked up by address. */
struct query {
    struct visitors *v;
    char *jid;
    char *visitor;
    char *department;
    char *address; /* that was asked: conversation's address */
    char *asked;   /* the same, with a resource if the question had one */
    char *iq_id;
    char *queryid;
    bool backwards; /* of a page that ends early the last lines are sent */
    bool count_only;
    uint64_t request;
    struct list link; /* visitors::queries */
};

static void query_destroy(struct query *q)
{
    list_remove(&q->link);
    free(q->jid);
    free(q->visitor);
    free(q->department);
    free(q->address);
    free(q->asked);
    free(q->iq_id);
    free(q->queryid);
    free(q);
}

/* Lines as they are now; of a retracted one not what it was. */
static void write_words(struct buf *out, const char *language, const struct entry_record *e)
{
    switch (desk_act(e)) {
    case ACT_RETRACT:
        words_add(out, language, WORD_TOOK_BACK, e->name);
        break;
    case ACT_REACT:
        words_add(out, language, e->body[0] != '\0' ? WORD_REACTS : WORD_REACTS_NO_MORE, e->name);
        buf_add_text(out, e->body);
        break;
    case ACT_SAY:
    case ACT_REPLY:
    case ACT_CORRECT:
        if (e->fate == FATE_RETRACTED) {
            words_add(out, language, WORD_TAKEN_BACK, NULL);
        } else if (e->by == BY_DESK || desk_is_page_answer(e) || desk_tells_of_form(e)) {
            words_notice(out, language, e);
        } else {
            buf_add_text(out, entry_shown(e));
            if (desk_asked(e) != NULL) {
                words_form(out, language);
            }
        }
        break;
    }
}

/* Ids are those by which we know lines: the visitor's own may lie on another page. */
static void write_about(struct writer *w, const struct query *q, const struct entry_record *e)
{
    char id[MARK_ID_SIZE];

    if (e->fate == FATE_RETRACTED) {
        writer_leaf(w, "retracted", NS_RETRACT, NULL);
    } else if (e->about > 0) {
        mark_id(e->about, id);
        about_write(w, &(struct about_words){.act = desk_act(e),
                                             .id = id,
                                             .to = q->address,
                                             .quotation = "",
                                             .reactions = e->body});
    }
}

static void write_result(const struct query *q, const struct entry_record *e)
{
    const char *language = visitors_language(q->v, q->visitor);
    char from[JID_MAX + 1];
    char to[JID_MAX + 1];
    struct buf text;
    struct draft d;

    snprintf(to, sizeof to, "%s@%s", q->visitor, q->v->config.domain);
    if (e->by == BY_AGENT) {
        snprintf(from, sizeof from, "%s/%s", q->address, e->name);
    } else {
        snprintf(from, sizeof from, "%s", e->by == BY_VISITOR ? to : q->address);
    }
    struct writer *w = draft_begin(&d);
    stanza_message(w, q->address, q->jid, NULL, NULL);
    mam_open_result(w, q->queryid, e->sequence, e->at);
    writer_open(w, "message", NS_CLIENT);
    writer_attr(w, "type", "chat");
    writer_attr(w, "from", from);
    writer_attr(w, "to", e->by == BY_VISITOR ? q->address : to);
    char id[MARK_ID_SIZE];
    mark_id(e->sequence, id);
    writer_attr(w, "id", e->by == BY_VISITOR && e->sender_id[0] != '\0' ? e->sender_id : id);
    buf_init(&text, STANZA_BYTES_MAX);
    write_words(&text, language, e);
    writer_leaf(w, "body", NULL, text.bytes);
    buf_finish(&text);
    write_about(w, q, e);
    if (desk_asked(e) != NULL && e->fate != FATE_RETRACTED) {
        forms_write(w, e->form, e->sequence);
    }
    messages_write_line(w, e, true);
    draft_send(&d, q->v->post, q->jid, POST_HELD);
}

static void write_fin(const struct query *q, const struct entry_record *entries, size_t count,
                      bool complete, int64_t total)
{
    struct draft d;
    struct writer *w = draft_begin(&d);

    stanza_iq(w, q->asked, q->jid, "result", q->iq_id);
    mam_write_fin(w, count > 0 ? entries[0].sequence : 0,
                  count > 0 ? entries[count - 1].sequence : 0, total, complete);
    draft_send(&d, q->v->post, q->jid, POST_HELD);
}

/* Of a form, at most: each of its lines is a value and a label. */
static size_t written_form(const struct entry_record *e)
{
    enum { AROUND = 100 };
    const char *text = desk_asked(e);
    size_t lines = 0;

    for (const char *c = text; c != NULL && *c != '\0'; c++) {
        lines += *c == '\n' ? 1 : 0;
    }
    return text != NULL ? 2 * mam_bytes(text) + lines * AROUND : 0;
}

/* How many of the entries fit into one answer, from the end that was asked for; at least one. */
static size_t fitting(const struct query *q, const struct entry_record *entries, size_t count)
{
    size_t bytes = 0;

    for (size_t i = 0; i < count; i++) {
        const struct entry_record *e = &entries[q->backwards ? count - 1 - i : i];
        bytes += MAM_RESULT_BYTES + mam_bytes(entry_shown(e)) + written_form(e);
        if (bytes > MAM_PAGE_BYTES) {
            return i > 0 ? i : 1;
        }
    }
    return count;
}

/* The endpoint has left, or speaks for another visitor by now (V-082). */
static void refuse(const struct query *q)
{
    struct draft d;
    struct writer *w = draft_begin(&d);

    stanza_iq(w, q->asked, q->jid, "error", q->iq_id);
    writer_open(w, "error", NULL);
    writer_attr(w, "type", "cancel");
    writer_leaf(w, "item-not-found", NS_STANZA_ERROR, NULL);
    draft_send(&d, q->v->post, q->jid, POST_NOW);
}

static void answer(const struct query *q, const struct entry_record *entries, size_t count,
                   bool complete, int64_t total)
{
    size_t fits = q->count_only ? 0 : fitting(q, entries, count);
    const struct entry_record *first = entries + (q->backwards ? count - fits : 0);

    for (size_t i = 0; i < fits; i++) {
        if (!entry_is_change(&first[i]) || first[i].fate != FATE_RETRACTED) {
            write_result(q, &first[i]);
        } /* else a former wording of what was retracted since */
    }
    write_fin(q, first, fits, complete && fits == count, total);
}

static void on_history(void *ctx, const struct entry_record *entries, size_t count, bool complete,
                       int64_t total)
{
    struct query *q = ctx;
    struct endpoint *e = map_get(q->v->endpoints, q->jid);

    if (e != NULL) {
        e->histories--;
    }
    if (e != NULL && e->party != NULL && strcmp(e->party->id, q->visitor) == 0) {
        answer(q, entries, count, complete, total);
    } else {
        refuse(q);
    }
    query_destroy(q);
}

void history_query(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    struct mam_query m;
    enum stanza_error wrong = mam_read(element_first(s->element), &m);

    if (wrong == ERROR_NONE && m.is_filtered) { /* whom one speaks with is known */
        wrong = ERROR_FEATURE_NOT_IMPLEMENTED;
    }
    if (wrong != ERROR_NONE) {
        stanza_post_error(v->post, s, wrong, NULL);
        return;
    }
    if (e->histories >= ENDPOINT_HISTORY) {
        stanza_post_error(v->post, s, ERROR_RESOURCE_CONSTRAINT, "One page at a time, please.");
        return;
    }
    struct query *q = mem_alloc(sizeof *q);
    e->histories++;
    q->backwards = m.before != 0;
    q->count_only = m.counts;
    q->v = v;
    q->jid = mem_dup(e->jid);
    q->visitor = mem_dup(e->party->id);
    q->department = mem_dup(visitors_department(v, s->to));
    q->address = mem_dup(s->to->bare);
    q->asked = mem_dup(s->to->full);
    q->iq_id = mem_dup(s->id);
    q->queryid = mem_dup(m.queryid);
    list_append(&v->queries, &q->link);
    const struct history_query h = {.visitor = q->visitor,
                                    .department = q->department,
                                    .after = m.after,
                                    .before = m.before,
                                    .max = m.max};
    q->request = storage_history(v->storage, &h, on_history, q);
}

void history_cancel_all(struct visitors *v)
{
    list_for_each_safe (struct query, q, &v->queries, link) {
        storage_cancel(v->storage, q->request);
        query_destroy(q);
    }
}
