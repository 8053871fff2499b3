#include "agents/ticket_card.h"

#include "agents/past.h"
#include "agents/ticket_lines.h"
#include "agents/tickets.h"
#include "agents/words.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_tickets.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum { SUBJECT_POINTS = 80, SUBJECT_BYTES = 320 };

static const char *const FEATURES[] = {NS_DISCO_INFO, NS_COMMANDS, NS_RECEIPTS, NS_MARKERS,
                                       NS_PING,       NS_VCARD,    NS_VCARD4};
/* For who may read what was said. */
static const char *const ARCHIVE_FEATURES[] = {NS_MAM, NS_MAM_EXTENDED, NS_RSM};

struct card {
    const char *name;
    const char *state;
    bool may_read;
};

/* A question that waits for its ticket. */
struct question {
    struct agents *agents;
    int64_t number;
    size_t answer; /* of ANSWERS */
    char *from;    /* full JID */
    char *to;
    char *id;
    struct list link; /* agents::questions */
};

static void question_destroy(struct question *q)
{
    list_remove(&q->link);
    free(q->from);
    free(q->to);
    free(q->id);
    free(q);
}

void ticket_card_free(struct agents *a)
{
    list_for_each_safe (struct question, q, &a->questions, link) {
        question_destroy(q);
    }
}

/* "Ticket 1042: My printer is broken"; of who may not read the chat, what agents named it. */
static void name_of(const struct question *q, enum language language,
                    const struct ticket_answer *answer, bool may_read, struct buf *out)
{
    bool named = answer->ticket != NULL && answer->ticket->subject[0] != '\0';
    const char *line = named ? answer->ticket->subject : may_read ? answer->first_line : "";
    char *subject = text_name_dup(line, SUBJECT_POINTS + 1);
    char *clipped = text_clip_dup(subject, SUBJECT_POINTS, SUBJECT_BYTES);

    buf_printf(out, language_text(language, N_("Ticket %lld")), (long long)q->number);
    buf_printf(out, "%s%s%s", clipped[0] != '\0' ? ": " : "", clipped,
               strlen(clipped) < strlen(subject) ? "…" : "");
    free(clipped);
    free(subject);
}

/* "closed (part of ticket 1042)", and the tickets that belong to it. */
static void state_of(enum language language, const struct ticket_answer *answer, struct buf *out)
{
    const struct ticket_related *r = &answer->related;

    tickets_write_state(out, language, answer->ticket);
    if (r->link_count > 0) {
        buf_printf(out, "\n%s: ", language_text(language, N_("Linked with")));
        tickets_write_numbers(out, r->links, r->link_count);
    }
    if (r->merged_count > 0) {
        buf_printf(out, "\n%s: ", language_text(language, N_("Part of it")));
        tickets_write_numbers(out, r->merged, r->merged_count);
    }
}

static void write_features(struct writer *w, const char *const *features, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        writer_open(w, "feature", NULL);
        writer_attr(w, "var", features[i]);
        writer_close(w);
    }
}

static void answer_info(struct writer *w, const struct card *card)
{
    writer_open(w, "query", NS_DISCO_INFO);
    writer_open(w, "identity", NULL);
    writer_attr(w, "category", "account");
    writer_attr(w, "type", "registered");
    writer_attr(w, "name", card->name);
    writer_close(w);
    write_features(w, FEATURES, sizeof FEATURES / sizeof *FEATURES);
    if (card->may_read) {
        write_features(w, ARCHIVE_FEATURES, sizeof ARCHIVE_FEATURES / sizeof *ARCHIVE_FEATURES);
    }
}

static void answer_items(struct writer *w, const struct card *card)
{
    (void)card;
    writer_leaf(w, "query", NS_DISCO_ITEMS, NULL);
}

static void answer_ping(struct writer *w, const struct card *card)
{
    (void)w;
    (void)card;
}

static void answer_vcard(struct writer *w, const struct card *card)
{
    writer_open(w, "vCard", NS_VCARD);
    writer_leaf(w, "FN", NULL, card->name);
    writer_leaf(w, "NICKNAME", NULL, card->name);
    writer_leaf(w, "DESC", NULL, card->state);
}

static void write_property(struct writer *w, const char *property, const char *value)
{
    writer_open(w, property, NULL);
    writer_leaf(w, "text", NULL, value);
    writer_close(w);
}

static void answer_vcard4(struct writer *w, const struct card *card)
{
    writer_open(w, "vcard", NS_VCARD4);
    write_property(w, "fn", card->name);
    write_property(w, "nickname", card->name);
    write_property(w, "note", card->state);
}

static const struct {
    const char *name;
    const char *ns;
    void (*answer)(struct writer *w, const struct card *card);
} ANSWERS[] = {
    {"query", NS_DISCO_INFO, answer_info}, {"query", NS_DISCO_ITEMS, answer_items},
    {"ping", NS_PING, answer_ping},        {"vCard", NS_VCARD, answer_vcard},
    {"vcard", NS_VCARD4, answer_vcard4},
};
enum { ANSWER_COUNT = sizeof ANSWERS / sizeof *ANSWERS };

static void answer(const struct question *q, const struct stanza *s,
                   const struct ticket_answer *read)
{
    const struct agents *a = q->agents;
    const struct ticket_record *t = read->ticket;
    bool may_read =
        read->chat != NULL && (past_may_read(a, s->from->bare, read->chat) ||
                               (t != NULL && desk_may_change_ticket(a->desk, s->from->bare, t)));
    bool may_see = may_read || (t != NULL && desk_may_see_ticket(a->desk, s->from->bare, t));
    enum language language = agents_language(a, s->from->bare);
    struct buf name;
    struct buf state;
    struct draft d;

    if (!may_see) {
        stanza_post_error(a->post, s, ERROR_ITEM_NOT_FOUND, NULL);
        return;
    }
    buf_init(&name, 4096);
    name_of(q, language, read, may_read, &name);
    buf_init(&state, 4096);
    state_of(language, read, &state);
    struct writer *w = draft_begin(&d);
    stanza_result(w, s);
    ANSWERS[q->answer].answer(
        w, &(struct card){.name = name.bytes, .state = state.bytes, .may_read = may_read});
    draft_send(&d, a->post, s->from->full, POST_NOW);
    buf_finish(&name);
    buf_finish(&state);
}

static void on_ticket(void *ctx, const struct ticket_answer *read)
{
    struct question *q = ctx;
    struct jid from;
    struct jid to;
    bool good = jid_parse(&from, q->from);

    good = jid_parse(&to, q->to) && good;
    if (good) {
        const struct stanza s = {
            .kind = STANZA_IQ, .type = "get", .id = q->id, .from = &from, .to = &to};
        answer(q, &s, read);
    }
    jid_finish(&from);
    jid_finish(&to);
    question_destroy(q);
}

void ticket_card_answer(struct agents *a, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);
    size_t at = 0;

    while (at < ANSWER_COUNT && !element_is(payload, ANSWERS[at].name, ANSWERS[at].ns)) {
        at++;
    }
    if (at == ANSWER_COUNT || strcmp(s->type, "get") != 0) {
        stanza_post_error(a->post, s, ERROR_SERVICE_UNAVAILABLE, NULL);
        return;
    }
    if (element_attr(payload, "node") != NULL) { /* XEP-0030 7: those of commands are answered */
        stanza_post_error(a->post, s, ERROR_ITEM_NOT_FOUND, NULL);
        return;
    }
    if (storage_is_refusing(a->storage)) {
        stanza_post_error(a->post, s, ERROR_RESOURCE_CONSTRAINT, NULL);
        return;
    }
    struct question *q = mem_alloc(sizeof *q);
    q->agents = a;
    q->number = ticket_lines_number(s->to->local);
    q->answer = at;
    q->from = mem_dup(s->from->full);
    q->to = mem_dup(s->to->full);
    q->id = mem_dup(s->id);
    list_append(&a->questions, &q->link);
    storage_ticket(a->storage, q->number, on_ticket, q);
}
