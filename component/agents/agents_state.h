/* agents_state.h - what the files of agents/ share; contact.h is for the two that know what is in
 * one. */
#pragma once

#include "agents/agents.h"
#include "agents/roster.h"
#include "base/list.h"
#include "base/map.h"
#include "base/pace.h"
#include "outbox/outbox.h"
#include "xml/draft.h"

struct agents {
    struct agents_config config;
    struct storage *storage;
    struct outbox *outbox;
    struct outbox_edge edge; /* of the outbox, lines.c */
    const struct post *post;
    struct desk *desk;
    struct desk_agent_ports ports;
    struct roster *roster;
    bool link_up;
    unsigned links;            /* how often it came up */
    time_ms link_changed;      /* monotonic: when it came up or went down last */
    bool settled;              /* what followed from that for availability is done */
    struct map *attendance;    /* agent's bare JID -> struct attendance, availability.c */
    enum language *spoken;     /* by the agents of config, in its order */
    struct agents_site *sites; /* of config */
    struct map *languages;     /* agent's bare JID -> one of them, language.c */
    struct map *doubts;        /* agent's bare JID -> struct doubt, doubt.c */
    struct map *arrivals;      /* agent's bare JID -> struct arrival, arrival.c */
    struct map *contacts;      /* "agent\ncontact" -> struct contact, contacts.c */
    struct map *software;      /* "node#ver" of clients -> struct software, clients.c */
    struct map *portraits;     /* agent's bare JID -> struct portrait, portrait.c */
    struct map *offers;        /* "agent\nvisitor" -> int64_t, lines.c */
    struct map *pools;         /* agent's bare JID -> struct pool, slots.c */
    bool leaving;              /* goodbye was said: nothing is shown any more */
    struct paces *lines_in;    /* agent's bare JID: lines and commands */
    struct paces *sealed;      /* agent's bare JID: how to switch encryption off */
    struct paces *hints;       /* agent's bare JID: what a department says to chatter */
    struct attachments *attachments;
    struct list calls;      /* command_call::link: those that wait for a read */
    struct list said;       /* of ticket_lines.c: the same */
    struct list questions;  /* of ticket_card.c: the same */
    struct list bounces;    /* of ticket_bounce.c: the same */
    struct list passages;   /* of ticket_archive.c: the same */
    struct paces *readings; /* bare JID: pages of archives */
    struct list looks;      /* look::link, of news.c: reads under way */
};

/* local@domain, with resource if not NULL, in one of four rotating buffers. */
const char *agents_address(const struct agents *a, const char *local, const char *resource);

/* Whom a stanza of an agent's is for: a visitor, a department, "" the service. */
const char *agents_whom(const struct agents *a, const struct stanza *s);

/* availability.c */
void availability_receive(struct agents *a, const struct stanza *s);
/* The link is lost, or the agent's account bounced: not there until presence says so. */
void availability_forget(struct agents *a, const char *agent);
/* Asks the server for the presence of an agent, from that department's contact. */
void availability_probe(struct agents *a, const char *agent, const char *department);
/* No agent any more; the desk is not told. */
void availability_dismiss(struct agents *a, const char *agent);
void availability_free(struct agents *a);
/* What doubt.c says of an agent is another than before. */
void availability_changed(struct agents *a, const char *agent);
/* The full JID of each resource that may be offered chats or is busy; NULL behind the last. */
const char *availability_resource(const struct agents *a, const char *agent, size_t at);
/* Not one more is there than is kept of an agent. */
bool availability_has_all(const struct agents *a, const char *agent);
/* Every client of the agent that is there shows a corrected line as one (XEP-0308). */
bool availability_corrects(const struct agents *a, const char *agent);
/* What that resource's client calls itself; "": not known. */
const char *availability_client(const struct agents *a, const struct jid *full);
/* Every second: see the head of availability.c. */
void availability_tick(struct agents *a);
bool availability_is_there(const struct agents *a, const char *agent); /* some resource is online */

/* contacts.c */
void contacts_wanted(void *ctx, const char *agent, const char *visitor, bool present);
void contacts_card(void *ctx, const char *visitor);
void contacts_department(void *ctx, const char *department);
/* Departments or agents have changed: what is to be in whose roster, and how it is called. retry:
 * what was refused is tried again now. */
void contacts_configure(struct agents *a, bool retry);
void contacts_dismiss(struct agents *a, const char *agent); /* no agent any more */
void contacts_link_up(struct agents *a);
void contacts_link_down(struct agents *a);
void contacts_goodbye(struct agents *a);
void contacts_tick(struct agents *a);
bool contacts_has(const struct agents *a, const char *agent,
                  const char *local); /* is to be there */
/* May a line be shown under that contact now? Not before the roster has answered. */
bool contacts_is_settled(const struct agents *a, const char *agent, const char *local);
/* The presence of a contact once more, to a full JID that asked (probe). */
void contacts_answer_probe(struct agents *a, const struct stanza *s);
/* The agent deleted the contact in the client. True: there was one, and it is known to be gone. */
bool contacts_removed(struct agents *a, const char *agent, const char *local);
/* A slot of that agent's is to be there, or not; who is in it has changed. */
void contacts_slot(struct agents *a, const char *agent, const char *local, bool wanted);
void contacts_refresh(struct agents *a, const char *agent, const char *local);
void contacts_free(struct agents *a);

/* lines.c */
void lines_attach(struct agents *a);
/* A notice for an agent: a row of the outbox, sent when its contact is settled. */
void lines_add(struct agents *a, const char *agent, const char *local, const char *body);
/* The same from an address that is not that visitor's: who erases them finds it. */
void lines_add_about(struct agents *a, const char *agent, const char *local, const char *visitor,
                     const char *body);
struct change_words;
/* The same for an entry. again: it may have come before, and says so. */
void lines_add_entry(struct agents *a, const char *agent, const char *local,
                     const struct entry_record *e, bool again, const struct change_words *words);
/* A notice that offers a chat, and the one that says who has taken it: it replaces the offer where
 * the agent's clients show that. */
void lines_add_offer(struct agents *a, const char *agent, const char *local, const char *body);
void lines_add_taken(struct agents *a, const char *agent, const char *local, const char *body);
/* The offer is over, whatever became of it. */
void lines_forget_offer(struct agents *a, const char *agent, const char *local);
void lines_free(struct agents *a);
/* A notice of the service, sent when the agent is there, if the same does not wait already. */
void lines_add_later(struct agents *a, const char *agent, const char *body);
/* A notice, unless the same waits to be sent already. */
void lines_add_once(struct agents *a, const char *agent, const char *local, const char *body);

/* messages.c */
void messages_from_agent(struct agents *a, const struct stanza *s);
void messages_to_agent(void *ctx, const char *agent, const char *visitor,
                       const struct entry_record *e, bool again);
void messages_notice(void *ctx, const char *agent, const char *visitor, enum agent_notice notice,
                     const char *text);
void messages_call(void *ctx, const char *agent, const char *department, enum agent_call call,
                   const char *visitor, const char *text);
void messages_report(void *ctx, const char *supervisor, const char *visitor, time_ms since);
void messages_typing_to_agent(void *ctx, const char *agent, const char *visitor, const char *state);
void messages_seen_to_agent(void *ctx, const char *agent, const char *visitor,
                            const char *sender_id, enum entry_seen seen);
/* An answer of ours to a line: at once, not kept. */
void messages_reply(struct agents *a, const struct stanza *s, const char *text);
/* The same, from an address of ours to all clients of that person. */
void messages_answer(struct agents *a, const char *from, const char *to, const char *text);

/* The receipt that s asks for, if it does. */
void messages_acknowledge(struct agents *a, const struct stanza *s);
/* The receipt of the message with that id, from our local part to a full JID. */
void messages_receipt(struct agents *a, const char *local, const char *to, const char *id);

/* changes.c */
struct about;
/* The line that is meant by an id in a message of an agent's; 0: unknown. */
int64_t changes_line(const struct agents *a, const struct stanza *s, const char *id);
/* A retraction or reactions. */
void changes_receive(struct agents *a, const struct stanza *s, const struct about *about);
/* A change to that line, which may be stored; the receipt, or why not in words. */
void changes_apply(struct agents *a, const struct stanza *s, const struct about *about,
                   int64_t line, const char *text);
/* An entry as that agent is told it. */
struct change_words {
    struct buf text;
    enum act act;
    char target[STANZA_ID_MAX + 1]; /* of the message that it is about, "": none, or not known */
    struct buf payload;             /* as in struct outbox_record */
};
void changes_describe(struct agents *a, const char *agent, const char *visitor,
                      const struct entry_record *e, struct change_words *out);
void changes_finish(struct change_words *words);

/* news.c: port of the desk; what nobody has yet, told in one message. */
void news_ask(void *ctx, const char *agent, const char *department, time_ms after);
void news_cancel_all(struct agents *a);

/* handover.c: to who comes into a chat that has gone on, behind the notice that says so. */
void handover_tell(struct agents *a, const char *agent, const char *visitor);

/* card.c */
/* May that person look at the visitor: an agent of the chat's department, who has the contact, a
 * supervisor or a dispatcher. */
bool card_may_see(const struct agents *a, const char *agent, const char *visitor);
void card_write_presence(struct agents *a, struct writer *w, enum language language,
                         const char *visitor);
bool card_answer(struct agents *a, const struct stanza *s); /* iq to a visitor's contact */

/* commands.c: "!word arguments". False: no command, the line is for the visitor. */
bool commands_run(struct agents *a, const struct stanza *s, const char *body);
/* A line for the visitor, without the prefix that hides one. */
const char *commands_line(const struct agents *a, const char *body);
