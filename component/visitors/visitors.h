/* visitors.h - what a visitor and the desk say to each other, in stanzas (docs/PROTOCOL.md sections
 * 2 to 6).
 *
 * A visitor is any entity that is no agent and writes to the service or a department: a browser on
 * our gateway (road a), a browser on the XMPP server's own anonymous endpoint (b), a customer in
 * any XMPP client (c). The address at which one is reached is an endpoint (endpoint.h); a visitor
 * may have several.
 *
 * Files: checkin.c (who are you), claim.c (what a check-in says), proof.c (what it proves),
 * messages.c (both ways), presence.c (departments' presence), history.c (XEP-0313), pages.c (what
 * is offered to them), sending.c (files, XEP-0363), delivery.c (lines over the link: rows of the
 * outbox), endpoint.c, words.c. Edges only translate: rules are the desk's. This folder writes
 * tokens and subscribers, and what is under way through outbox/; everything else is written by the
 * desk. */
#pragma once

#include "desk/desk.h"
#include "storage/storage.h"
#include "xml/stanza.h"

enum visitors_xmpp { VISITORS_XMPP_OFF, VISITORS_XMPP_LOCAL, VISITORS_XMPP_ANY };

struct visitors_config {
    const char *domain;
    const char *default_department;
    enum visitors_xmpp xmpp; /* roads b and c: nobody, this server's users, everybody */
    size_t body_points;      /* longest message, code points and bytes */
    size_t body_bytes;
    unsigned message_burst;               /* then one a second */
    time_ms token_ms;                     /* a token that was not used so long is unknown */
    struct uploads *uploads;              /* files that visitors send; NULL: none are taken */
    const struct proof_site *proof_sites; /* sites that sign who their visitors are */
    size_t proof_site_count;
    /* Whether agents see who is on the pages of that site, and has no chat; NULL: of none. The
     * other: only of those who have agreed, as the page says. */
    bool (*is_monitored)(void *ctx, const char *site);
    bool (*asks_consent)(void *ctx, const char *site);
    /* What a page has invited a visitor with: the line; NULL: there is none such. */
    const char *(*invitation)(void *ctx, const char *id, const char *department, const char *site,
                              const char *language);
    /* A gateway stream's visitor presented a valid token (gateway_stream_known). */
    void (*on_known)(void *ctx, const char *stream_jid);
    void *ctx;
};

struct outbox;
struct proof_site;
struct uploads;
struct visitors;

/* Why something of a visitor's was not taken. */
enum visitors_refusal {
    VISITORS_REFUSED_STORAGE,  /* nothing can be stored, or too much is under way over the link */
    VISITORS_REFUSED_PACE,     /* they write too fast */
    VISITORS_REFUSED_LENGTH,   /* a line is too long */
    VISITORS_REFUSED_QUEUE,    /* as many wait, or were left, as may */
    VISITORS_REFUSED_VISITORS, /* as many visitors are in memory as may be */
    VISITORS_REFUSED_BLOCKED,
    VISITORS_REFUSED_FORM,  /* something is to be filled in, or agreed to, first */
    VISITORS_REFUSED_PROOF, /* their website does not say who they are, or not as it must */
    VISITORS_REFUSED_GUESS, /* too many tokens or JWTs that are not known */
    VISITORS_REFUSED_FILE,  /* too large, or too many */
    VISITORS_REFUSALS
};

/* config's strings, storage, outbox and post are borrowed and outlive it, config's strings until
 * the next visitors_configure. */
struct visitors *visitors_create(const struct visitors_config *config, struct storage *storage,
                                 struct outbox *outbox, const struct post *post);
void visitors_destroy(struct visitors *v);
/* The ports to create the desk with; then the desk itself. */
const struct desk_visitor_ports *visitors_ports(struct visitors *v);
void visitors_connect(struct visitors *v, struct desk *desk);
/* After the desk was configured: other limits, and who follows a department that is gone is told.
 * The domain stays. */
void visitors_configure(struct visitors *v, const struct visitors_config *config);
void visitors_load_subscriber(struct visitors *v, const struct subscriber_record *r);

/* From a stanza's sender, who is no agent, to the service or a department. Answers errors itself.
 */
void visitors_receive(struct visitors *v, const struct stanza *s);
/* The most bytes of a file that a visitor may send to that department; 0: none are taken. */
size_t visitors_max_upload(const struct visitors *v, const char *department);
/* A gateway stream is gone. */
void visitors_gone(struct visitors *v, const char *jid);
/* That visitor is erased: whoever speaks as them is a stranger from now on, and does not follow
 * departments any more. After desk_forget_visitor. */
void visitors_forget(struct visitors *v, const char *visitor);
/* The link is up: subscribers are told the departments' presence. */
void visitors_link_up(struct visitors *v);
/* So many were refused for that reason, in this run; and a word for it. */
uint64_t visitors_refused(const struct visitors *v, enum visitors_refusal why);
const char *visitors_refusal_name(enum visitors_refusal why);
/* Every second: endpoints of the link that were silent for long. */
void visitors_tick(struct visitors *v);
/* Before a clean exit: departments are unavailable to whoever follows them. */
void visitors_goodbye(struct visitors *v);
