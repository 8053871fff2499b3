/* fuzz_outbox.c - bytes are what happens to the outbox: lines are added, servers answer fences, or
 * not, clients send receipts, lines come back, the link is lost for a reason or for none, edges
 * change their mind, the daemon starts again.
 *
 * What has ended (receipt, error, set aside) is never sent again; within one life of the link the
 * lines from one address to another go in their order; and when all is well again the outbox is
 * empty before long. */
#include "base/log.h"
#include "base/mem.h"
#include "fake_clock.h"
#include "outbox/outbox.h"
#include "storage/storage.h"
#include "xml/ns.h"
#include "xml/reader.h"
#include "xml/writer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { STEPS_MAX = 300, ROWS_MAX = 6, LINES = 250, ADDRESSES = 4, QUESTIONS = 64, ROUNDS = 100 };

static const char *const TO[ADDRESSES] = {"nina@example.org", "fred@far.example",
                                          "k1@anon.example/x", "otto@example.org"};

struct question {
    char id[16];
    bool is_open;
    bool is_version;
    post_answer answer;
    void *ctx;
};

struct play {
    struct storage *storage;
    struct outbox *outbox;
    struct post post;
    struct outbox_edge edges[OUTBOX_VISITOR + 1];
    struct question questions[QUESTIONS];
    unsigned asked;
    bool up;
    bool waits[ADDRESSES];
    bool unwanted[ADDRESSES];
    unsigned added;
    bool ended[LINES];
    bool was_sent[LINES]; /* since the link came up */
    unsigned last[ADDRESSES];
};

static unsigned whom(const char *to)
{
    for (unsigned i = 0; i < ADDRESSES; i++) {
        if (strcmp(TO[i], to) == 0) {
            return i;
        }
    }
    BUG("a line for %s", to);
}

static unsigned number_of(const char *message_id)
{
    return (unsigned)strtoul(message_id + 1, NULL, 10);
}

/* ---- the post ---- */

static void look_at_message(struct play *p, const struct element *e)
{
    unsigned number = number_of(element_attr(e, "id"));
    unsigned at = whom(element_attr(e, "to"));

    if (number >= LINES || p->ended[number]) {
        BUG("line %u is sent, and has ended", number);
    }
    if (p->was_sent[number] || number + 1 <= p->last[at]) {
        BUG("line %u goes behind line %u", number, p->last[at] - 1);
    }
    p->was_sent[number] = true;
    p->last[at] = number + 1;
}

static bool on_send(void *ctx, const char *to, const struct buf *xml, enum post_when when)
{
    struct play *p = ctx;
    struct element *e = NULL;

    if (!p->up) {
        return when == POST_HELD;
    }
    if (reader_document(&READER_LINK, xml->bytes, xml->len, &e) != READER_OK ||
        strcmp(element_attr(e, "to"), to) != 0) {
        BUG("no stanza: %s", xml->bytes);
    }
    if (strcmp(element_name(e), "message") == 0) {
        look_at_message(p, e);
    } else {
        for (size_t i = 0; i < QUESTIONS; i++) {
            struct question *q = &p->questions[i];
            q->is_version = strcmp(q->id, element_attr(e, "id")) == 0
                                ? element_child(e, "query", NS_VERSION) != NULL
                                : q->is_version;
        }
    }
    element_destroy(e);
    return true;
}

static const char *on_ask(void *ctx, const char *to, int timeout_ms, post_answer answer,
                          void *answer_ctx)
{
    struct play *p = ctx;
    struct question *q = p->questions;

    (void)to;
    (void)timeout_ms;
    while (q->is_open) {
        if (++q == p->questions + QUESTIONS) {
            BUG("%d questions at once", (int)QUESTIONS);
        }
    }
    *q = (struct question){.is_open = true, .answer = answer, .ctx = answer_ctx};
    snprintf(q->id, sizeof q->id, "ask-%u", ++p->asked);
    return q->id;
}

static void on_after(void *ctx, void (*call)(void *ctx), void *call_ctx)
{
    (void)ctx;
    call(call_ctx);
}

/* ---- an edge ---- */

/* Of a line that was in memory only, nothing but its number is stored. */
static bool is_wanted(void *ctx, const struct outbox_record *r)
{
    return r->to[0] != '\0' && !((struct play *)ctx)->unwanted[whom(r->to)];
}

static bool may_send(void *ctx, const struct outbox_record *r)
{
    return !((struct play *)ctx)->waits[whom(r->to)];
}

static void write_row(void *ctx, struct writer *w, const struct outbox_record *r)
{
    stanza_message(w, "desk.example", r->to, "chat", r->message_id);
    outbox_write_text(((struct play *)ctx)->outbox, w, r, "(again) ");
}

static void has_ended(void *ctx, const struct outbox_record *r)
{
    ((struct play *)ctx)->ended[number_of(r->message_id)] = true;
}

/* ---- what happens ---- */

static void turn(struct play *p)
{
    storage_seal(p->storage);
    storage_dispatch(p->storage);
    if (outbox_count(p->outbox) > p->added) {
        BUG("more lines than were added");
    }
}

static void do_add(struct play *p, unsigned how)
{
    char id[16];
    unsigned at = how % ADDRESSES;

    if (p->added == LINES) {
        return;
    }
    snprintf(id, sizeof id, "m%u", p->added++);
    outbox_add(p->outbox, &(struct outbox_record){.side = at == 2 ? OUTBOX_VISITOR : OUTBOX_AGENT,
                                                  .to = TO[at],
                                                  .from = "sales",
                                                  .message_id = id,
                                                  .body = "text",
                                                  .entry = (how & 8) != 0 ? 1 : 0,
                                                  .visitor = (how & 16) != 0 ? "visitor-ann" : "",
                                                  .unstored = (how & 96) == 96,
                                                  .name = "",
                                                  .event = "",
                                                  .target = "",
                                                  .payload = "",
                                                  .at = clock_utc_ms()});
}

/* 0: nobody answers. */
static void answer(struct question *q, unsigned how)
{
    static const char *const REPLIES[] = {
        NULL,
        "<iq type='result'/>",
        "<iq type='result'><query xmlns='jabber:iq:version'><name>Prosody</name></query></iq>",
        "<iq type='result'><query xmlns='jabber:iq:version'><name>ejabberd</name></query></iq>",
        "<iq type='error'><error type='cancel'><service-unavailable"
        " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        "<iq type='error'><error type='wait'><remote-server-timeout"
        " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    };
    const char *reply = REPLIES[how % (sizeof REPLIES / sizeof *REPLIES)];
    struct element *e = NULL;

    if (reply != NULL && reader_document(&READER_LINK, reply, strlen(reply), &e) != READER_OK) {
        BUG("%s", reply);
    }
    q->is_open = false;
    q->answer(q->ctx, e);
    element_destroy(e);
}

static void do_answer(struct play *p, unsigned how)
{
    unsigned skip = how >> 4;

    for (size_t i = 0; i < QUESTIONS; i++) {
        if (p->questions[i].is_open && skip-- == 0) {
            answer(&p->questions[i], how & 15);
            return;
        }
    }
}

static void do_receipt(struct play *p, unsigned how)
{
    char id[16];

    for (unsigned at = 0; at < ADDRESSES; at++) {
        char *bare = mem_dup_n(TO[at], strcspn(TO[at], "/"));
        snprintf(id, sizeof id, "m%u", how % LINES);
        size_t before = outbox_count(p->outbox);
        outbox_delivered(p->outbox, bare, id);
        if (outbox_count(p->outbox) < before) {
            p->ended[how % LINES] = true;
        }
        free(bare);
    }
}

static void do_bounce(struct play *p, unsigned how)
{
    char id[16];

    snprintf(id, sizeof id, "m%u", how % LINES);
    for (unsigned at = 0; at < ADDRESSES; at++) {
        char *bare = mem_dup_n(TO[at], strcspn(TO[at], "/"));
        outbox_bounced(p->outbox, bare, id);
        free(bare);
    }
}

static void link_up(struct play *p)
{
    p->up = true;
    memset(p->was_sent, 0, sizeof p->was_sent);
    memset(p->last, 0, sizeof p->last);
    outbox_link_up(p->outbox);
}

static void link_down(struct play *p, bool offended)
{
    p->up = false;
    outbox_link_down(p->outbox, offended);
    for (size_t i = 0; i < QUESTIONS; i++) {
        if (p->questions[i].is_open) {
            answer(&p->questions[i], 0);
        }
    }
}

static void do_link(struct play *p, unsigned how)
{
    if (p->up) {
        link_down(p, (how & 1) != 0);
    } else {
        link_up(p);
    }
}

static void do_time(struct play *p, unsigned how)
{
    for (unsigned i = 1 + how % 40; i > 0; i--) {
        fake_clock_pass((how & 64) != 0 ? MINUTE : SECOND);
        outbox_tick(p->outbox);
        turn(p);
    }
}

static void do_edge(struct play *p, unsigned how)
{
    unsigned at = how % ADDRESSES;

    if ((how & 4) != 0) {
        p->unwanted[at] = !p->unwanted[at];
        outbox_review(p->outbox, at == 2 ? OUTBOX_VISITOR : OUTBOX_AGENT);
        return;
    }
    p->waits[at] = !p->waits[at];
    outbox_pursue(p->outbox, TO[at], "sales");
    (void)outbox_waits(p->outbox, TO[at], "sales", "text");
    (void)outbox_holds(p->outbox, TO[at], "sales");
}

static void do_forget(struct play *p, unsigned how)
{
    if ((how & 1) != 0) {
        outbox_forget(p->outbox, "visitor-ann");
    } else {
        outbox_forget_chat(p->outbox, 1001);
    }
}

/* Whoever answered for a client: what was handed before has arrived. */
static void do_arrival(struct play *p, unsigned how)
{
    unsigned at = how % ADDRESSES;
    uint64_t sendings = outbox_sendings(p->outbox);

    if (outbox_awaits(p->outbox, TO[at], 0, sendings)) {
        outbox_arrived(p->outbox, TO[at], how / 8, sendings);
    }
    outbox_expect(p->outbox, TO[at]);
    outbox_configure(p->outbox,
                     &(struct outbox_config){.domain = "desk.example", .max_rows = how % ROWS_MAX});
}

/* ---- life ---- */

static void load_counters(void *ctx, int64_t number, int64_t sequence, int64_t outbox)
{
    (void)number;
    (void)sequence;
    outbox_load_counter(((struct play *)ctx)->outbox, outbox);
}

static void load_row(void *ctx, const struct outbox_record *r)
{
    outbox_load(((struct play *)ctx)->outbox, r);
}

static void start(struct play *p)
{
    p->outbox =
        outbox_create(&(struct outbox_config){.domain = "desk.example", .max_rows = ROWS_MAX},
                      p->storage, &p->post);
    for (size_t i = OUTBOX_AGENT; i <= OUTBOX_VISITOR; i++) {
        p->edges[i] = (struct outbox_edge){.ctx = p,
                                           .is_wanted = is_wanted,
                                           .may_send = may_send,
                                           .write = write_row,
                                           .bounced = has_ended,
                                           .set_aside = has_ended};
        outbox_attach(p->outbox, (enum outbox_side)i, &p->edges[i]);
    }
    storage_load(p->storage,
                 &(struct storage_loader){.ctx = p, .counters = load_counters, .outbox = load_row});
}

static void stop(struct play *p)
{
    if (p->up) {
        link_down(p, false);
    }
    turn(p);
    outbox_destroy(p->outbox);
}

static void do_restart(struct play *p, unsigned how)
{
    (void)how;
    stop(p);
    start(p);
}

static void (*const STEPS[])(struct play *p, unsigned how) = {
    do_add,     do_add,  do_add,    do_add,  do_answer, do_answer,  do_answer,  do_link,
    do_receipt, do_time, do_bounce, do_edge, do_forget, do_arrival, do_restart,
};

/* Everybody is there, and answers. */
static void check_end(struct play *p)
{
    memset(p->waits, 0, sizeof p->waits);
    if (!p->up) {
        link_up(p);
    }
    for (unsigned round = 0; round < ROUNDS && outbox_count(p->outbox) > 0; round++) {
        for (unsigned at = 0; at < ADDRESSES; at++) {
            outbox_pursue(p->outbox, TO[at], "sales");
        }
        for (size_t i = 0; i < QUESTIONS; i++) {
            if (p->questions[i].is_open) {
                answer(&p->questions[i], p->questions[i].is_version ? 2 : 1);
            }
        }
        do_time(p, 64 + 20);
    }
    if (outbox_count(p->outbox) > 0) {
        BUG("%zu lines never end", outbox_count(p->outbox));
    }
}

static void on_commit(void *ctx, uint64_t batch)
{
    (void)ctx;
    (void)batch;
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

static void ignore(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    if (level == LOG_ERROR && strstr(line, "bug: ") != NULL) {
        fprintf(stderr, "%s\n", line);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    struct play *p = mem_alloc(sizeof *p);
    char *error = NULL;

    log_set_sink(ignore, NULL);
    fake_clock_start();
    p->post = (struct post){.ctx = p, .send = on_send, .ask = on_ask, .after = on_after};
    p->storage = storage_open("memory:", &calls, &error);
    start(p);
    link_up(p);
    for (size_t i = 0; i + 1 < len && i < 2UL * STEPS_MAX; i += 2) {
        STEPS[bytes[i] % (sizeof STEPS / sizeof *STEPS)](p, bytes[i + 1]);
        turn(p);
    }
    check_end(p);
    stop(p);
    storage_close(p->storage);
    free(p);
    return 0;
}
