/* What visitors do to lines that were said, and how they are told what agents do: corrections,
 * retractions, reactions, replies (docs/PROTOCOL.md section 12). */
#include "base/clock.h"
#include "base/text.h"
#include "desk/desk_questions.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/about.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- in ---- */

/* A visitor's client may mean a line by its message's id or by its stanza-id, which is the sequence
 * alone. */
static int64_t sequence_of(const char *id)
{
    char *end = NULL;

    if (id[0] < '0' || id[0] > '9') {
        return mark_sequence(id);
    }
    errno = 0;
    long long sequence = strtoll(id, &end, 10);
    return errno == 0 && *end == '\0' ? sequence : 0;
}

int64_t edits_line(const struct visitors *v, const struct endpoint *e, const char *id)
{
    return desk_visitor_line(v->desk, e->party->id, id, sequence_of(id));
}

/* 0: none is named; -1: what cannot be one. */
static int64_t ticket_named(const struct stanza *s)
{
    const struct element *ticket = element_child(s->element, "ticket", NS_VISIT);
    const char *number = ticket != NULL ? element_attr(ticket, "number") : NULL;
    int64_t named = number != NULL ? sequence_of(number) : 0;

    return ticket == NULL ? 0 : named > 0 ? named : -1;
}

enum desk_result edits_say(const struct visitors *v, const struct endpoint *e,
                           const struct stanza *s, const struct about *about, int64_t line,
                           const char *body, int64_t *sequence)
{
    bool is_reply = about->act == ACT_REPLY && line == 0; /* to a line that is not in memory */
    const struct desk_line said = {
        .sender_id = s->id,
        .body = body,
        .about = is_reply ? sequence_of(about->id) : line,
        .ticket = ticket_named(s),
        .new_chat = element_child(s->element, "new-chat", NS_VISIT) != NULL,
    };

    return desk_visitor_write(v->desk, clock_utc_ms(), e->party->id, visitors_department(v, s->to),
                              &said, sequence);
}

enum desk_result edits_apply(struct visitors *v, const struct endpoint *e, const struct stanza *s,
                             const struct about *about, const char *text, int64_t *sequence)
{
    int64_t line = edits_line(v, e, about->id);

    return line == 0 ? DESK_NOT_FOUND
                     : desk_visitor_change(v->desk, clock_utc_ms(), e->party->id,
                                           &(struct desk_change){about->act, line, s->id, text},
                                           sequence);
}

/* ---- out ---- */

static void set_target(struct edit_words *out, const struct entry_record *line)
{
    char id[MARK_ID_SIZE];
    bool own = line->by == BY_VISITOR && line->sender_id[0] != '\0';

    mark_id(line->sequence, id);
    snprintf(out->target, sizeof out->target, "%s", own ? line->sender_id : id);
}

static void say_reacted(struct buf *out, const char *language, const struct entry_record *e,
                        const struct entry_record *line)
{
    if (e->body[0] == '\0') {
        words_add(out, language, WORD_REACTS_NO_MORE, e->name);
    } else {
        words_add(out, language, WORD_REACTS, e->name);
        buf_add_text(out, e->body);
    }
    if (line != NULL && line->fate != FATE_RETRACTED) {
        buf_add_char(out, '\n');
        about_quote(out, entry_shown(line));
        out->bytes[--out->len] = '\0'; /* its newline */
    }
}

void edits_describe(struct visitors *v, const char *visitor, const struct entry_record *e,
                    struct edit_words *out)
{
    const char *language = visitors_language(v, visitor);
    const struct entry_record *line = e->about > 0 ? desk_line(v->desk, visitor, e->about) : NULL;

    *out = (struct edit_words){.act = desk_act(e)};
    buf_init(&out->text, STANZA_BYTES_MAX);
    buf_init(&out->payload, STANZA_BYTES_MAX);
    if (line != NULL) {
        set_target(out, line);
    }
    switch (out->act) {
    case ACT_REPLY:
        if (line != NULL && line->fate != FATE_RETRACTED) {
            about_quote(&out->payload, entry_shown(line));
        }
        buf_add_text(&out->text, out->payload.bytes);
        buf_add_text(&out->text, e->body);
        break;
    case ACT_SAY:
        if (e->kind == ENTRY_NOTICE) {
            words_notice(&out->text, language, e);
            break;
        }
        buf_add_text(&out->text, e->body);
        if (desk_asked(e) != NULL) {
            buf_add_text(&out->payload, e->form);
            words_form(&out->text, language);
        }
        break;
    case ACT_CORRECT:
        buf_add_text(&out->text, e->body);
        break;
    case ACT_RETRACT:
        words_add(&out->text, language, WORD_TOOK_BACK, e->name);
        break;
    case ACT_REACT:
        buf_add_text(&out->payload, e->body);
        say_reacted(&out->text, language, e, line);
        break;
    }
}

void edits_finish(struct edit_words *words)
{
    buf_finish(&words->text);
    buf_finish(&words->payload);
}
