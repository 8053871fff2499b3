/* lint: long because what comes in and what goes out of one conversation stand together. */
/* Lines, receipts, markers and typing, both ways (docs/PROTOCOL.md sections 3 and 4). */
#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "desk/desk_questions.h"
#include "visitors/refusals.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/about.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_INTERVAL_MS = 1000, TYPING_INTERVAL_MS = 2000 };

/* ---- in ---- */

static bool may_speak(const struct visitors *v, struct party *p)
{
    return pace_take(&p->level, v->config.message_burst, MESSAGE_INTERVAL_MS, clock_monotonic_ms());
}

static void refuse(struct visitors *v, const struct endpoint *e, const struct stanza *s,
                   enum stanza_error condition, enum visitor_word word)
{
    refusals_count(v, word);
    stanza_post_error(v->post, s, condition, words_get(visitors_language(v, e->party->id), word));
}

bool messages_may_take(struct visitors *v, const struct endpoint *e, const struct stanza *s)
{
    if (storage_is_refusing(v->storage) || outbox_is_full(v->outbox)) {
        refuse(v, e, s, ERROR_RESOURCE_CONSTRAINT, WORD_CANNOT_STORE);
        return false;
    }
    if (!may_speak(v, e->party)) {
        refuse(v, e, s, ERROR_RESOURCE_CONSTRAINT, WORD_TOO_FAST);
        return false;
    }
    return true;
}

/* The receipt means stored, so it is held until the commit; it names the entry. */
void messages_confirm(const struct visitors *v, const struct endpoint *e, const struct stanza *s,
                      int64_t sequence)
{
    char id[ID_SIZE];
    char number[24];
    struct draft d;

    if (s->id[0] == '\0') {
        return;
    }
    id_random(id);
    snprintf(number, sizeof number, "%lld", (long long)sequence);
    struct writer *w = draft_begin(&d);
    stanza_message(w, s->to->bare, e->jid, "chat", id);
    writer_open(w, "received", NS_RECEIPTS);
    writer_attr(w, "id", s->id);
    writer_close(w);
    writer_open(w, "stanza-id", NS_SID);
    writer_attr(w, "by", s->to->bare);
    writer_attr(w, "id", number);
    writer_close(w);
    draft_send(&d, v->post, e->jid, POST_HELD);
}

/* In words: how many wait, or that nobody is there who could read it. */
static void refuse_chat(struct visitors *v, const struct endpoint *e, const struct stanza *s,
                        enum desk_result result)
{
    enum visitor_word word = result == DESK_FULL ? WORD_QUEUE_FULL : WORD_LEFT_FULL;
    const char *language = visitors_language(v, e->party->id);
    struct department_view p = {.id = ""};
    struct buf words;
    char number[24];

    desk_department(v->desk, visitors_department(v, s->to), &p);
    snprintf(number, sizeof number, "%zu", p.waiting - p.left);
    buf_init(&words, 1024);
    words_add(&words, language, word, number);
    refusals_count(v, word);
    stanza_post_error(v->post, s, ERROR_RESOURCE_CONSTRAINT, words.bytes);
    buf_finish(&words);
}

/* A line, a file, or what is done to a line. A correction of what is not known is a line, as it is
 * for who does not know XEP-0308. */
static enum desk_result take(struct visitors *v, struct endpoint *e, const struct stanza *s,
                             const struct about *about, const char *body, int64_t *sequence)
{
    int64_t line = about->act != ACT_SAY ? edits_line(v, e, about->id) : 0;
    char *file = about->act == ACT_SAY ? sending_line_dup(v, e, body) : NULL;

    if (file != NULL) {
        enum desk_result sent =
            desk_visitor_send_file(v->desk, clock_utc_ms(), e->party->id, s->id, file, sequence);
        free(file);
        return sent;
    }
    if (about->act == ACT_SAY || about->act == ACT_REPLY ||
        (about->act == ACT_CORRECT && line == 0)) {
        return edits_say(v, e, s, about, line, body, sequence);
    }
    return edits_apply(v, e, s, about, about->act == ACT_REACT ? about->reactions : body, sequence);
}

static void receive_body(struct visitors *v, struct endpoint *e, const struct stanza *s,
                         const struct about *about, const char *body)
{
    int64_t sequence = 0;

    if (about->is_over) {
        refuse(v, e, s, ERROR_NOT_ACCEPTABLE, WORD_NO_EMOJI);
        return;
    }
    if (strlen(body) > v->config.body_bytes || text_count(body) > v->config.body_points) {
        refuse(v, e, s, ERROR_NOT_ACCEPTABLE, WORD_TOO_LONG);
        return;
    }
    if (!messages_may_take(v, e, s)) {
        return;
    }
    if (about->act != ACT_REACT && about->act != ACT_RETRACT) {
        e->party->typing_told = "active"; /* the line says so */
        e->party->typing_next = NULL;
    }
    e->party->speaking = e;
    enum desk_result result = take(v, e, s, about, body, &sequence);
    e->party->speaking = NULL;
    switch (result) {
    case DESK_OK:
    case DESK_REPEATED:
    case DESK_KEPT:
        messages_confirm(v, e, s, sequence);
        break;
    case DESK_FORM:
        refuse(v, e, s, ERROR_NOT_ACCEPTABLE, WORD_FORM_FIRST);
        break;
    case DESK_FULL:
    case DESK_LEFT_FULL:
        refuse_chat(v, e, s, result);
        break;
    case DESK_CLOSED:
        refuse(v, e, s, ERROR_NOT_ALLOWED, WORD_STAYS);
        break;
    case DESK_BLOCKED:
        refuse(v, e, s, ERROR_NOT_ALLOWED, WORD_BLOCKED);
        break;
    case DESK_TOO_MANY:
        refuse(v, e, s, ERROR_NOT_ACCEPTABLE, WORD_TOO_OFTEN);
        break;
    case DESK_NOT_AUTHOR:
        stanza_post_error(v->post, s, ERROR_FORBIDDEN, NULL);
        break;
    case DESK_RUNNING:
    case DESK_MERGED:
    case DESK_MISSING:
    case DESK_NO_TICKETS:
    case DESK_NOT_FOUND:
    case DESK_FORBIDDEN:
        stanza_post_error(v->post, s, ERROR_ITEM_NOT_FOUND, NULL);
        break;
    }
}

static void receive_text(struct visitors *v, struct endpoint *e, const struct stanza *s,
                         const struct about *about)
{
    /* What a reply quotes is said by what it is about, if that is known. */
    bool quoted =
        about->act == ACT_SAY || (about->act == ACT_REPLY && edits_line(v, e, about->id) == 0);
    char *body = about_text_dup(s->element, quoted);

    receive_body(v, e, s, about, body);
    free(body);
}

static void receive_marks(struct visitors *v, const struct endpoint *e, const struct stanza *s)
{
    struct mark m;
    size_t at = 0;

    while (mark_next(s->element, &at, &m)) {
        if (m.sequence > 0) {
            desk_visitor_seen(v->desk, e->party->id, m.sequence,
                              m.displayed ? SEEN_DISPLAYED : SEEN_RECEIVED);
        }
    }
}

/* ---- typing: at most once in two seconds (V-152) ---- */

static void tell_typing(struct visitors *v, struct party *p, const char *state)
{
    p->typing_told = state;
    p->typing_next = NULL;
    p->typing_at = clock_monotonic_ms();
    desk_visitor_typing(v->desk, p->id, state);
}

/* What agents see already is not told again; what comes too early waits, the last one wins. */
static void type(struct visitors *v, struct party *p, const char *state)
{
    bool is_early =
        p->typing_told != NULL && clock_monotonic_ms() - p->typing_at < TYPING_INTERVAL_MS;

    if (p->typing_told != NULL && strcmp(p->typing_told, state) == 0) {
        p->typing_next = NULL;
    } else if (is_early) {
        p->typing_next = state;
    } else {
        tell_typing(v, p, state);
    }
}

void messages_tick(struct visitors *v)
{
    time_ms now = clock_monotonic_ms();
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(v->parties, &at, &key, &value)) {
        struct party *p = value;
        if (p->typing_next != NULL && now - p->typing_at >= TYPING_INTERVAL_MS) {
            tell_typing(v, p, p->typing_next);
        }
    }
}

void messages_receive(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    if (strcmp(s->type, "groupchat") == 0 || strcmp(s->type, "headline") == 0) {
        stanza_post_error(v->post, s, ERROR_BAD_REQUEST, NULL);
        return;
    }
    struct about about;
    about_read(s->element, &about);
    bool edits = about.act == ACT_RETRACT || about.act == ACT_REACT;
    bool answers = forms_is_answer(s->element);
    char *whole = about_text_dup(s->element, true);
    bool says = whole != NULL && whole[0] != '\0';
    free(whole);
    if (!says && !answers && e->state != ENDPOINT_KNOWN) {
        return; /* typing of somebody who has said nothing yet */
    }
    if (checkin_by_address(v, e, s)) {
        const char *state = stanza_read_chat_state(s->element);
        receive_marks(v, e, s);
        if (answers) {
            forms_receive(v, e, s);
        } else if (edits) {
            receive_body(v, e, s, &about, "");
        } else if (says) {
            receive_text(v, e, s, &about);
        } else if (state != NULL) {
            type(v, e->party, state);
        }
    }
}

void messages_end(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    if (desk_visitor_end(v->desk, clock_utc_ms(), e->party->id) != DESK_OK) {
        stanza_post_error(v->post, s, ERROR_ITEM_NOT_FOUND, NULL);
        return;
    }
    struct draft d;
    stanza_result(draft_begin(&d), s);
    draft_send(&d, v->post, e->jid, POST_HELD);
}

/* ---- out: ports of the desk ---- */

void messages_write_chat(struct writer *w, const struct chat_view *chat)
{
    static const char *const STATES[] = {"", "queued", "offered", "active", "closed"};

    writer_open(w, "chat", NS_VISIT);
    writer_attr(w, "state", STATES[chat->state]);
    writer_attr_number(w, "number", chat->number);
    writer_attr(w, "at", chat->address);
    if (chat->position > 0) {
        writer_attr_number(w, "position", (long long)chat->position);
    }
    if (chat->left) {
        writer_attr(w, "left", "true");
    }
    if (chat->rating != RATING_NONE) {
        writer_attr(w, "rating", ratings_scale(chat->rating));
        writer_attr(w, "rating-words", chat->unrecorded ? "no" : NULL);
    }
    if (chat->state == CHAT_ACTIVE) {
        writer_open(w, "agent", NULL);
        writer_attr(w, "name", chat->owner_name);
        writer_close(w);
    }
    writer_close(w);
}

/* What became of a line, for who reads it in history. */
static void write_fate(struct writer *w, const struct entry_record *e)
{
    bool is_gone = e->fate == FATE_RETRACTED;
    const char *by_visitor = is_gone ? "" : e->visitor_reactions;
    const char *by_agents = is_gone ? "" : e->agent_reactions;

    writer_attr(w, "corrected", e->fate == FATE_CORRECTED ? "true" : NULL);
    writer_attr(w, "retracted", is_gone ? "true" : NULL);
    writer_attr(w, "visitor-reactions", by_visitor[0] != '\0' ? by_visitor : NULL);
    writer_attr(w, "agent-reactions", by_agents[0] != '\0' ? by_agents : NULL);
}

/* An address that is offered, a form that is to be filled in, or what became of one. */
static void write_offer(struct writer *w, const struct entry_record *e)
{
    bool of_form = desk_is_form_answer(e);
    char id[MARK_ID_SIZE];

    writer_attr(w, "offered", desk_offered_page(e));
    writer_attr(w, "requested", desk_asked(e) != NULL ? "form" : NULL);
    if (of_form || desk_is_page_answer(e)) {
        mark_id(e->about, id);
        writer_attr(w, "about", id);
        writer_attr(w, "answered", e->event);
    }
}

void messages_write_line(struct writer *w, const struct entry_record *e, bool in_history)
{
    static const char *const SIDES[] = {"", "visitor", "agent", "desk"};
    static const char *const SEEN[] = {NULL, "received", "displayed"};
    char stamp[CLOCK_STAMP_SIZE];

    clock_stamp(e->at, stamp);
    writer_open(w, "line", NS_VISIT);
    writer_attr(w, "by", SIDES[e->by]);
    writer_attr(w, "name", e->by != BY_VISITOR && e->name[0] != '\0' ? e->name : NULL);
    writer_attr(w, "event", e->by == BY_DESK && e->event[0] != '\0' ? e->event : NULL);
    writer_attr(w, "stamp", stamp);
    write_offer(w, e);
    writer_attr(w, "seen", in_history && e->by == BY_VISITOR ? SEEN[e->seen] : NULL);
    if (in_history && !entry_is_change(e)) {
        write_fate(w, e);
    }
    writer_close(w);
    if (e->by == BY_DESK) {
        requests_write_step(w, e);
    }
}

void messages_write_marks(struct writer *w, const char *address, const struct entry_record *e)
{
    char number[24];

    snprintf(number, sizeof number, "%lld", (long long)e->sequence);
    writer_open(w, "stanza-id", NS_SID);
    writer_attr(w, "by", address);
    writer_attr(w, "id", number);
    writer_close(w);
    messages_write_line(w, e, false);
    if (e->by == BY_AGENT) {
        stanza_chat_state(w, "active");
        writer_leaf(w, "request", NS_RECEIPTS, NULL);
        writer_leaf(w, "markable", NS_MARKERS, NULL);
    }
}

struct told_entry {
    const struct visitors *visitors;
    const char *visitor;
    const struct entry_record *entry;
    const struct chat_view *chat; /* of a notice */
    const struct edit_words *words;
};

static void write_entry(struct writer *w, const char *address, const void *what)
{
    const struct told_entry *t = what;

    writer_leaf(w, "body", NULL, t->words->text.bytes);
    about_write(w, &(struct about_words){
                       .act = t->words->act,
                       .id = t->words->target,
                       .to = mark_sequence(t->words->target) > 0 ? address : NULL,
                       .quotation = t->words->payload.bytes,
                       .reactions = t->words->payload.bytes,
                   });
    if (desk_asked(t->entry) != NULL) {
        forms_write(w, t->entry->form, t->entry->sequence);
    }
    messages_write_marks(w, address, t->entry);
    requests_write_line(w, t->visitors, t->visitor, t->entry->by, t->entry->chat);
    if (t->chat != NULL) {
        messages_write_chat(w, t->chat);
    }
}

void messages_entry(void *ctx, const char *visitor, const char *department,
                    const struct entry_record *e)
{
    struct visitors *v = ctx;
    const struct party *p = map_get(v->parties, visitor);
    bool own = e->by == BY_VISITOR;
    bool is_before = desk_tells_of_form(e) && e->about == 0; /* comes with the line, not as it */
    char id[MARK_ID_SIZE];
    struct chat_view chat;
    struct edit_words words;

    bool with_chat =
        e->by == BY_DESK && desk_chat(v->desk, visitor, &chat) && chat.number == e->chat;
    edits_describe(v, visitor, e, &words);
    const struct told_entry told = {v, visitor, e, with_chat ? &chat : NULL, &words};
    mark_id(e->sequence, id);
    visitors_fanout(v, &(struct fanout){
                           .visitor = visitor,
                           .department = department,
                           .resource = e->by == BY_AGENT ? e->name : NULL,
                           .id = own && e->sender_id[0] != '\0' ? e->sender_id : id,
                           .except = own && !is_before && p != NULL ? p->speaking : NULL,
                           .own_line = own,
                           .when = POST_HELD,
                           .write = write_entry,
                           .what = &told,
                           .entry = e,
                           .words = &words,
                       });
    edits_finish(&words);
}

struct told_chat {
    const struct chat_view *chat;
    const char *language;
};

static void write_state(struct writer *w, const char *address, const void *what)
{
    const struct told_chat *t = what;
    char number[24];
    struct buf text;

    (void)address;
    snprintf(number, sizeof number, "%zu", t->chat->position);
    buf_init(&text, 1024);
    words_add(&text, t->language, t->chat->state == CHAT_QUEUED ? WORD_QUEUED : WORD_OFFERED,
              number);
    writer_leaf(w, "body", NULL, text.bytes);
    buf_finish(&text);
    messages_write_chat(w, t->chat);
    writer_leaf(w, "no-store", NS_HINTS, NULL);
}

void messages_chat(void *ctx, const char *visitor, const struct chat_view *chat)
{
    struct visitors *v = ctx;
    const struct told_chat told = {chat, visitors_language(v, visitor)};

    visitors_fanout(v, &(struct fanout){.visitor = visitor,
                                        .department = chat->address,
                                        .when = POST_HELD,
                                        .write = write_state,
                                        .what = &told});
}

static void write_typing(struct writer *w, const char *address, const void *what)
{
    (void)address;
    stanza_chat_state(w, what);
}

void messages_typing(void *ctx, const char *visitor, const char *department, const char *name,
                     const char *state)
{
    struct visitors *v = ctx;

    visitors_fanout(v, &(struct fanout){.visitor = visitor,
                                        .department = department,
                                        .resource = name,
                                        .when = POST_NOW,
                                        .write = write_typing,
                                        .what = state});
}

struct told_seen {
    const char *sender_id;
    enum entry_seen seen;
};

static void write_seen(struct writer *w, const char *address, const void *what)
{
    const struct told_seen *t = what;

    (void)address;
    writer_open(w, t->seen == SEEN_DISPLAYED ? "displayed" : "received", NS_MARKERS);
    writer_attr(w, "id", t->sender_id);
    writer_close(w);
}

void messages_seen(void *ctx, const char *visitor, const char *department, const char *sender_id,
                   enum entry_seen seen)
{
    struct visitors *v = ctx;
    const struct told_seen told = {sender_id, seen};

    if (sender_id[0] == '\0') {
        return;
    }
    visitors_fanout(v, &(struct fanout){.visitor = visitor,
                                        .department = department,
                                        .when = POST_HELD,
                                        .write = write_seen,
                                        .what = &told});
}
