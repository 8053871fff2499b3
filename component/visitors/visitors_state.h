/* visitors_state.h - what the files of visitors/ share. */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "base/pace.h"
#include "outbox/outbox.h"
#include "visitors/endpoint.h"
#include "visitors/visitors.h"
#include "xml/draft.h"

/* A visitor who is in the desk's memory or about to be: endpoints, rate. */
struct party {
    char *id;                        /* local part */
    struct list endpoints;           /* endpoint::party_link */
    const struct endpoint *speaking; /* during desk_visitor_say: whose line it is */
    time_ms level; /* pace_take: one message a second with a burst (docs/PROTOCOL.md section 3) */
    /* Typing is told at most once in two seconds; the last state is told in the end. Constants. */
    const char *typing_told; /* NULL: none yet */
    const char *typing_next; /* waits for its time, or NULL */
    time_ms typing_at;
};

struct visitors {
    struct visitors_config config;
    struct storage *storage;
    struct outbox *outbox;
    struct outbox_edge edge; /* of the outbox, delivery.c */
    const struct post *post;
    struct desk *desk;
    struct desk_visitor_ports ports;
    struct map *endpoints;               /* full JID -> struct endpoint */
    size_t link_endpoints;               /* of them, those of the link */
    uint64_t heard;                      /* stanzas so far */
    uint64_t refused[VISITORS_REFUSALS]; /* refusals.h */
    struct map *parties;                 /* visitor id -> struct party */
    struct map *subscribers;             /* "jid\ndepartment" -> struct subscriber */
    struct map *told;        /* department -> enum department_state that visitors heard last */
    struct paces *followers; /* bare JID on the link: subscriptions and probes that are answered */
    struct map *guesses;     /* who -> count of unknown tokens in this minute */
    time_ms guesses_since;
    struct map *proofs;   /* "site\njti" of each JWT that was used -> time_ms until it is good */
    time_ms proofs_since; /* what was issued before, or in that second, may have been used before */
    size_t lookups;       /* lookups.h: under way */
    struct list looked_up_next; /* claim::lookup_link: wait for that */
    struct list queries;        /* query::link, of history.c: reads under way */
    struct list returned;       /* of returned.c: reads under way */
    struct list ratings;        /* rating_order::link, of ratings.c: likewise */
};

/* The department an address means: its local part, or the default for the service; NULL if there is
 * none such. */
const char *visitors_department(const struct visitors *v, const struct jid *to);
/* department@domain, in one of four rotating buffers. */
const char *visitors_address(const struct visitors *v, const char *department);
/* The language of a visitor's texts: of words_language. */
const char *visitors_language(const struct visitors *v, const char *visitor);
/* May somebody of that domain be a visitor over the link? */
bool visitors_may_come(const struct visitors *v, const char *domain);
/* Sends to every endpoint of the visitor but except (may be NULL); a customer in an XMPP client has
 * one copy, at the resource that was heard last. write adds what stands inside the message,
 * address is the conversation's; own_lines: a copy of the visitor's own line, for our gateway's
 * streams only (other clients have carbons). A stored entry goes over the link as a row of the
 * outbox; what has none is sent once. */
typedef void (*visitors_write)(struct writer *w, const char *address, const void *what);
struct fanout {
    const char *visitor;
    const char *department; /* it comes from the conversation's address, as the endpoint knows it */
    const char *resource;   /* with this resource, or NULL */
    const char *id;         /* of the message, or NULL: a new one */
    const struct endpoint *except;
    bool own_line;
    enum post_when when;
    visitors_write write;
    const void *what;
    const struct entry_record *entry; /* or NULL; then id is not */
    const struct edit_words *words;   /* of the entry, in the visitor's language */
};
void visitors_fanout(struct visitors *v, const struct fanout *f);

struct party *visitors_party(struct visitors *v, const char *visitor); /* found or made */
void visitors_drop_party_if_gone(struct visitors *v, struct party *p);

/* checkin.c */
void checkin_visit(struct visitors *v, struct endpoint *e, const struct stanza *s);
void checkin_logout(struct visitors *v, struct endpoint *e, const struct stanza *s);
void page_receive(struct visitors *v, struct endpoint *e, const struct stanza *s);
/* Who wrote before any check-in: found by the address or made with defaults. False: it was refused
 * (answered), or is being looked up (the stanza is queued). */
bool checkin_by_address(struct visitors *v, struct endpoint *e, const struct stanza *s);
/* It is its turn (lookups.h). */
void checkin_look_up(struct claim *c);
/* The endpoint is gone while it was being looked up. */
void checkin_cancel(struct endpoint *e);
/* questions.c: the form of the check-in's answer, if something is to be asked. answered: they were
 * asked before. */
void questions_write(struct writer *w, const struct visitors *v, const char *visitor,
                     const struct department_view *p, bool answered);
/* messages.c */
/* False: nothing can be stored, or it is too much at once; said so. */
bool messages_may_take(struct visitors *v, const struct endpoint *e, const struct stanza *s);
/* A receipt, when that entry is stored. */
void messages_confirm(const struct visitors *v, const struct endpoint *e, const struct stanza *s,
                      int64_t sequence);
void messages_tick(struct visitors *v); /* typing whose time has come */
void messages_receive(struct visitors *v, struct endpoint *e, const struct stanza *s);
void messages_end(struct visitors *v, struct endpoint *e, const struct stanza *s);
void messages_entry(void *ctx, const char *visitor, const char *department,
                    const struct entry_record *e);
void messages_chat(void *ctx, const char *visitor, const struct chat_view *chat);
void messages_typing(void *ctx, const char *visitor, const char *department, const char *name,
                     const char *state);
void messages_seen(void *ctx, const char *visitor, const char *department, const char *sender_id,
                   enum entry_seen seen);
/* <chat/> of docs/PROTOCOL.md section 4. */
void messages_write_chat(struct writer *w, const struct chat_view *chat);
/* <line/> of a stored entry, in history with how far it was seen; <ticket/> of a step. */
void messages_write_line(struct writer *w, const struct entry_record *e, bool in_history);
/* All that stands behind the text of a stored entry, but <chat/>: stanza-id, <line/>, and of an
 * agent's line what its receipt is asked for with. */
void messages_write_marks(struct writer *w, const char *address, const struct entry_record *e);
/* returned.c: of an agent, in that chat, with that sequence; what is no ticket is left alone */
void returned_line(struct visitors *v, int64_t number, int64_t sequence);
void returned_free(struct visitors *v);
/* requests.c: a visitor's tickets */
void requests_leave(struct visitors *v, struct endpoint *e, const struct stanza *s);
/* <ticket/> of a step; of other entries nothing. */
void requests_write_step(struct writer *w, const struct entry_record *notice);
/* <ticket/> of a line that an agent says on a ticket; of other lines nothing. */
void requests_write_line(struct writer *w, const struct visitors *v, const char *visitor,
                         enum entry_by by, int64_t number);
/* <tickets/> of the check-in's answer: those at that department's address; none: nothing. */
void requests_write(struct writer *w, const struct visitors *v, const char *visitor,
                    const char *department);
/* ratings.c */
void ratings_receive(struct visitors *v, struct endpoint *e, const struct stanza *s);
const char *ratings_scale(enum rating_scale scale); /* "stars", "thumbs"; NULL: none */
void ratings_cancel_all(struct visitors *v);
/* pages.c */
void pages_answer(struct visitors *v, struct endpoint *e, const struct stanza *s);
/* sending.c */
void sending_ask(struct visitors *v, struct endpoint *e, const struct stanza *s);
/* The line that a text is which is the address of a file of the visitor's own, sent into the chat
 * that is open; free() it. NULL: it is a text. */
char *sending_line_dup(const struct visitors *v, const struct endpoint *e, const char *body);
/* forms.c */
bool forms_is_answer(const struct element *message);
struct question_field;
void forms_write_field(struct writer *w, const struct question_field *f);
void forms_receive(struct visitors *v, struct endpoint *e, const struct stanza *s);
/* An iq; false: there is no answer to a form in it. */
bool forms_answer(struct visitors *v, struct endpoint *e, const struct stanza *s);
/* text: desk_asked of the entry with that sequence. */
void forms_write(struct writer *w, const char *text, int64_t line);
/* bulletins.c: what all visitors of that site and department are told; "": nothing. free() it. */
char *bulletins_dup(const struct visitors *v, const char *site, const char *department,
                    char between);
/* <bulletin/>, a line each; or nothing. */
void bulletins_write(struct writer *w, const struct visitors *v, const char *site,
                     const char *department);
/* edits.c */
struct about;
/* The line that is meant by an id in a message of the visitor's; 0: unknown. */
int64_t edits_line(const struct visitors *v, const struct endpoint *e, const char *id);
/* A line, also one that answers that line, or that names a ticket or a new chat. */
enum desk_result edits_say(const struct visitors *v, const struct endpoint *e,
                           const struct stanza *s, const struct about *about, int64_t line,
                           const char *body, int64_t *sequence);
/* A correction (text: what is to stand there), a retraction ("") or reactions. */
enum desk_result edits_apply(struct visitors *v, const struct endpoint *e, const struct stanza *s,
                             const struct about *about, const char *text, int64_t *sequence);
/* An entry as the visitor is told it. */
struct edit_words {
    struct buf text;
    enum act act;
    char target[STANZA_ID_MAX + 1]; /* of the message that it is about, "": none, or not known */
    struct buf payload;             /* as in struct outbox_record */
};
void edits_describe(struct visitors *v, const char *visitor, const struct entry_record *e,
                    struct edit_words *out);
void edits_finish(struct edit_words *words);
/* delivery.c */
void delivery_attach(struct visitors *v);
/* An entry, for an endpoint of the link. */
void delivery_add(struct visitors *v, const struct endpoint *e, const struct fanout *f);
/* A line of an agent, or a step of a ticket, for the account of a visitor of whom nobody is there;
 * none: nothing. */
void delivery_add_to_account(struct visitors *v, const struct fanout *f);
/* Receipts and markers in a message of somebody on the link, known or not. */
void delivery_receive(struct visitors *v, const struct stanza *s);
/* history.c */
void history_query(struct visitors *v, struct endpoint *e, const struct stanza *s);
void history_cancel_all(struct visitors *v);
/* presence.c; it finds or makes the endpoint where one is needed */
void presence_configure(struct visitors *v);
void presence_receive(struct visitors *v, const struct stanza *s);
/* That bare JID follows no department any more. */
void presence_forget(struct visitors *v, const char *jid);
void presence_department(void *ctx, const char *department);
void presence_bulletin(void *ctx, enum bulletin_scope scope, const char *place);
const char *presence_word(enum department_state state); /* chat, away, dnd, unavailable */
