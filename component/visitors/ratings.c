/* What visitors say of a chat that has ended (docs/PROTOCOL.md section 18). */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/rating.h"
#include "visitors/refusals.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_DIGITS = 15 };

/* Under way: the chat is read. The endpoint may be gone when it is there. */
struct rating_order {
    struct visitors *v;
    char *visitor;
    char *jid; /* who asked, of whom, with which id */
    char *to;
    char *id;
    char *text;
    struct rating_record given;
    int64_t number;
    uint64_t mark;
    uint64_t request;
    struct list link; /* visitors::ratings */
};

static void order_destroy(struct rating_order *o)
{
    list_remove(&o->link);
    free(o->visitor);
    free(o->jid);
    free(o->to);
    free(o->id);
    free(o->text);
    free(o);
}

void ratings_cancel_all(struct visitors *v)
{
    list_for_each_safe (struct rating_order, o, &v->ratings, link) {
        storage_cancel(v->storage, o->request);
        order_destroy(o);
    }
}

const char *ratings_scale(enum rating_scale scale)
{
    static const char *const SCALES[] = {NULL, "stars", "thumbs"};

    return SCALES[scale];
}

/* ---- the question ---- */

/* "1" to "5", "up" or "down". */
static bool read_value(const char *text, struct rating_record *out)
{
    if (strcmp(text, "up") == 0 || strcmp(text, "down") == 0) {
        out->scale = RATING_THUMBS;
        out->value = text[0] == 'u' ? 1 : 0;
        return true;
    }
    out->scale = RATING_STARS;
    out->value = (unsigned)(text[0] - '0');
    return text[0] >= '1' && text[0] <= '0' + RATING_STARS_MAX && text[1] == '\0';
}

static bool read_number(const char *text, int64_t *out)
{
    size_t digits = strspn(text, "0123456789");

    *out = strtoll(text, NULL, 10);
    return digits > 0 && digits <= NUMBER_DIGITS && text[digits] == '\0';
}

/* ---- the answer ---- */

static void refuse(const struct rating_order *o, enum stanza_error condition, const char *text)
{
    struct jid from;
    struct jid to;

    if (jid_parse(&from, o->jid)) {
        if (jid_parse(&to, o->to)) {
            const struct stanza s = {
                .kind = STANZA_IQ, .type = "set", .id = o->id, .from = &from, .to = &to};
            stanza_post_error(o->v->post, &s, condition, text);
            jid_finish(&to);
        }
        jid_finish(&from);
    }
}

/* It means stored, so it is held until the commit. */
static void confirm(const struct rating_order *o)
{
    struct draft d;

    stanza_iq(draft_begin(&d), o->to, o->jid, "result", o->id);
    draft_send(&d, o->v->post, o->jid, POST_HELD);
}

static void answer(const struct rating_order *o, enum desk_result result)
{
    const char *language = visitors_language(o->v, o->visitor);

    switch (result) {
    case DESK_OK:
    case DESK_REPEATED:
        confirm(o);
        break;
    case DESK_RUNNING:
        refuse(o, ERROR_UNEXPECTED_REQUEST, NULL);
        break;
    case DESK_FORBIDDEN:
        refuse(o, ERROR_FEATURE_NOT_IMPLEMENTED, NULL);
        break;
    case DESK_FORM:
        refuse(o, ERROR_NOT_ACCEPTABLE, NULL);
        break;
    case DESK_CLOSED:
        refuse(o, ERROR_NOT_ALLOWED, words_get(language, WORD_RATING_LATE));
        break;
    default:
        refuse(o, ERROR_ITEM_NOT_FOUND, NULL);
    }
}

static void read_chat(struct rating_order *o);

static void on_chat(void *ctx, const struct ticket_answer *a)
{
    struct rating_order *o = ctx;
    struct visitors *v = o->v;

    if (!desk_knows_since(v->desk, o->mark)) {
        read_chat(o); /* something was erased meanwhile */
        return;
    }
    if (storage_is_refusing(v->storage)) {
        refusals_count(v, WORD_CANNOT_STORE);
        refuse(o, ERROR_RESOURCE_CONSTRAINT,
               words_get(visitors_language(v, o->visitor), WORD_CANNOT_STORE));
    } else if (a->chat == NULL) {
        answer(o, DESK_NOT_FOUND);
    } else {
        o->given.text = o->text;
        answer(o, desk_visitor_rate(v->desk, clock_utc_ms(), o->visitor, a->chat, a->rating,
                                    &o->given));
    }
    order_destroy(o);
}

static void read_chat(struct rating_order *o)
{
    o->mark = desk_ticket_mark(o->v->desk);
    o->request = storage_ticket(o->v->storage, o->number, on_chat, o);
}

void ratings_receive(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);
    const char *number = element_attr(payload, "number");
    const char *value = element_attr(payload, "value");
    struct rating_record given = {.scale = RATING_NONE};
    int64_t chat;

    if (number == NULL || value == NULL || !read_number(number, &chat) ||
        !read_value(value, &given)) {
        stanza_post_error(v->post, s, ERROR_BAD_REQUEST, NULL);
        return;
    }
    if (!messages_may_take(v, e, s)) {
        return;
    }
    struct rating_order *o = mem_alloc(sizeof *o);
    const char *text = element_text(payload);
    *o = (struct rating_order){
        .v = v,
        .visitor = mem_dup(e->party->id),
        .jid = mem_dup(e->jid),
        .to = mem_dup(s->to->full),
        .id = mem_dup(s->id),
        .text = text_name_dup(text != NULL ? text : "", RATING_POINTS + 1), /* one is too many */
        .given = given,
        .number = chat,
    };
    list_append(&v->ratings, &o->link);
    read_chat(o);
}
