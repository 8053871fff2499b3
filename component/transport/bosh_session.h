/* bosh_session.h - one BOSH session: its window of requests and what answers them. Private to
 * bosh.c. */
#pragma once

#include "base/buf.h"
#include "base/id.h"
#include "base/list.h"
#include "transport/bosh.h"
#include "transport/bosh_body.h"

enum {
    BOSH_WINDOW = 2,
    BOSH_SLOTS = 4, /* the window, and as many answers kept for repeated requests */
    BOSH_DIGEST_SIZE = 32,
    BOSH_SID_SIZE =
        2 * (ID_SIZE - 1) + 1, /* the first half finds the session, the second proves it */
    BOSH_WRAPPER_MAX = 2048,
    BOSH_UNBOUND_MAX = 16 * 1024 /* bytes of a body before bind */
};

enum slot_state { SLOT_FREE, SLOT_AHEAD, SLOT_HELD, SLOT_ANSWERED };

/* One request by its rid. */
struct slot {
    struct bosh_session *session;
    enum slot_state state;
    uint64_t rid;
    unsigned char digest[BOSH_DIGEST_SIZE]; /* of its body */
    struct http_request *request;           /* to answer; NULL once its connection was lost */
    struct bosh_body body;                  /* ahead: what is to be taken */
    struct buf answer;                      /* answered: with what */
    time_ms since;
};

struct bosh_session {
    struct stream_carrier carrier;
    struct list link;        /* bosh::sessions */
    struct list dirty;       /* in dirty_list */
    struct list *dirty_list; /* bosh::dirty */
    struct stream_world *world;
    struct stream *stream; /* NULL once it is over */
    char *site;            /* its id: sites may be configured anew */
    char *origin;          /* or NULL */
    struct address neighbourhood;
    char sid[BOSH_SID_SIZE];
    char key[BOSH_KEY_SIZE]; /* SHA-1 of the next request's key; "": no keys are used */
    uint64_t rid;            /* of the last request taken */
    struct slot slots[BOSH_SLOTS];
    struct buf out; /* the payload of the next answer */
    unsigned wait_s;
    unsigned hold;
    time_ms since;         /* of the last moment with a request held; over: of the end */
    time_ms level;         /* of the rate of requests */
    const char *condition; /* over: why, or NULL */
    bool is_continued;     /* a second request came */
    bool is_over;
    bool is_overflowing;
};

/* place as in stream.h. The stream is not open yet. */
struct bosh_session *bosh_session_create(struct stream_world *world,
                                         const struct bosh_config *config,
                                         const struct bosh_client *client,
                                         const struct bosh_body *body, struct limits_place *place,
                                         struct list *dirty_list);
void bosh_session_destroy(struct bosh_session *s);
/* The request that creates it: opens the stream, takes its payload and answers. */
void bosh_session_begin(struct bosh_session *s, struct http_request *r,
                        const struct bosh_body *body, const struct bosh_config *config);
/* A further request. Takes body->root. */
void bosh_session_continue(struct bosh_session *s, struct http_request *r, struct bosh_body *body,
                           const unsigned char digest[BOSH_DIGEST_SIZE]);
/* Over from now on; who is held is told at the end of the turn, who asks later as long as it is
 * kept. */
void bosh_session_end(struct bosh_session *s, const char *condition);
void bosh_session_stop(struct bosh_session *s);
/* Answers what is due. */
void bosh_session_flush(struct bosh_session *s);
/* False: it is to be destroyed. */
bool bosh_session_tick(struct bosh_session *s, const struct bosh_config *config);
/* An answer in text/xml with what CORS needs. */
void bosh_answer(struct http_request *r, const char *origin, const struct buf *body);
/* For a request that belongs to no session, or that a session does not hear. */
void bosh_refuse(struct http_request *r, const char *origin, const char *condition);
