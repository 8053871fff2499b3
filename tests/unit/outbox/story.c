#include "story.h"

#include "base/log.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct side {
    struct outbox_edge edge;
    struct story *story;
    const char *mark;
};

struct story {
    struct storage *storage;
    struct recorder *post;
    struct outbox *outbox;
    struct side sides[OUTBOX_VISITOR + 1];
    bool unwanted[TO_VISITOR + 1];
    bool waits[TO_VISITOR + 1];
    char back[64];
    char aside[64];
    uint64_t routed;
    bool adds_again;
};

static const char *const ADDRESSES[] = {NINA, FRED, VISITOR};

static enum whom whom_of(const struct outbox_record *r)
{
    size_t i = 0;

    while (strcmp(ADDRESSES[i], r->to) != 0) {
        i++;
    }
    return (enum whom)i;
}

/* ---- edges ---- */

static bool is_wanted(void *ctx, const struct outbox_record *r)
{
    const struct side *side = ctx;

    return !side->story->unwanted[whom_of(r)];
}

static bool may_send(void *ctx, const struct outbox_record *r)
{
    const struct side *side = ctx;

    return !side->story->waits[whom_of(r)];
}

static void write_row(void *ctx, struct writer *w, const struct outbox_record *r)
{
    const struct side *side = ctx;

    stanza_message(w, "desk.example", r->to, "chat", r->message_id);
    outbox_write_text(side->story->outbox, w, r, side->mark);
}

static void routed(void *ctx, const struct outbox_record *r, uint64_t sending)
{
    (void)r;
    ((const struct side *)ctx)->story->routed = sending;
}

static void bounced(void *ctx, const struct outbox_record *r)
{
    const struct side *side = ctx;
    struct story *s = side->story;

    snprintf(s->back, sizeof s->back, "%s", r->message_id);
    if (s->adds_again) {
        outbox_add(s->outbox, r);
    }
}

static void set_aside(void *ctx, const struct outbox_record *r)
{
    struct story *s = ((const struct side *)ctx)->story;

    snprintf(s->aside, sizeof s->aside, "%s", r->message_id);
}

void nothing_is_wanted(struct story *s, enum whom whom)
{
    s->unwanted[whom] = true;
}

void may_be_sent(struct story *s, enum whom whom, bool may)
{
    s->waits[whom] = !may;
    if (may) {
        outbox_pursue(s->outbox, ADDRESSES[whom], "");
    }
}

const char *came_back(const struct story *s)
{
    return s->back;
}

const char *was_set_aside(const struct story *s)
{
    return s->aside;
}

uint64_t was_routed(const struct story *s)
{
    return s->routed;
}

void add_again_on_bounce(struct story *s)
{
    s->adds_again = true;
}

/* ---- life ---- */

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

static void on_log(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static void load_counters(void *ctx, int64_t number, int64_t sequence, int64_t outbox)
{
    (void)number;
    (void)sequence;
    outbox_load_counter(((struct story *)ctx)->outbox, outbox);
}

static void load_outbox(void *ctx, const struct outbox_record *r)
{
    outbox_load(((struct story *)ctx)->outbox, r);
}

static void start(struct story *s)
{
    s->post = recorder_create();
    s->outbox =
        outbox_create(&(struct outbox_config){.domain = "desk.example", .max_rows = ROWS_MAX},
                      s->storage, recorder_post(s->post));
    for (size_t i = OUTBOX_AGENT; i <= OUTBOX_VISITOR; i++) {
        s->sides[i] = (struct side){.edge = {.ctx = &s->sides[i],
                                             .is_wanted = is_wanted,
                                             .may_send = i == OUTBOX_AGENT ? may_send : NULL,
                                             .write = write_row,
                                             .routed = i == OUTBOX_AGENT ? routed : NULL,
                                             .bounced = bounced,
                                             .set_aside = set_aside},
                                    .story = s,
                                    .mark = i == OUTBOX_AGENT ? "(again) " : NULL};
        outbox_attach(s->outbox, (enum outbox_side)i, &s->sides[i].edge);
    }
    assert_true(storage_load(
        s->storage,
        &(struct storage_loader){.ctx = s, .counters = load_counters, .outbox = load_outbox}));
    recorder_link(s->post, false);
}

static void turn(struct story *s)
{
    storage_seal(s->storage);
    storage_dispatch(s->storage);
    recorder_commit(s->post);
}

static void stop(struct story *s)
{
    turn(s);
    outbox_link_down(s->outbox, false);
    recorder_destroy(s->post); /* questions are answered: nothing */
    outbox_destroy(s->outbox);
}

struct story *story_begins(void)
{
    struct story *s = mem_alloc(sizeof *s);
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;

    log_set_sink(on_log, NULL);
    fake_clock_start();
    s->storage = storage_open("memory:", &calls, &error);
    assert_non_null(s->storage);
    start(s);
    link_comes_up(s, "Prosody");
    return s;
}

void story_ends(struct story *s)
{
    stop(s);
    storage_close(s->storage);
    free(s);
}

void daemon_restarts(struct story *s)
{
    stop(s);
    start(s);
}

struct outbox *outbox_of(struct story *s)
{
    return s->outbox;
}

struct recorder *post_of(struct story *s)
{
    return s->post;
}

void seconds_pass(struct story *s, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++) {
        fake_clock_pass(SECOND);
        outbox_tick(s->outbox);
        turn(s);
    }
}

/* ---- rows ---- */

void add(struct story *s, enum whom whom, const char *id, const char *body)
{
    outbox_add(s->outbox,
               &(struct outbox_record){.side = whom == TO_VISITOR ? OUTBOX_VISITOR : OUTBOX_AGENT,
                                       .to = ADDRESSES[whom],
                                       .from = "",
                                       .message_id = id,
                                       .body = body,
                                       .entry = id[0] == 'e' ? 1 : 0,
                                       .at = clock_utc_ms()});
    turn(s);
}

static void count_row(void *ctx, const struct outbox_record *r)
{
    (void)r;
    ++*(size_t *)ctx;
}

size_t stored(struct story *s)
{
    size_t count = 0;

    turn(s);
    assert_true(storage_load(
        s->storage,
        &(struct storage_loader){.ctx = &count, .outbox = count_row, .counters = NULL}));
    return count;
}

/* ---- the server ---- */

static bool answer(struct story *s, const char *pattern, const char *reply)
{
    const struct element *iq = recorder_find(s->post, pattern);

    if (iq == NULL) {
        return false;
    }
    char *id = mem_dup(element_attr(iq, "id"));
    assert_true(recorder_answer(s->post, id, reply));
    free(id);
    turn(s);
    return true;
}

static void lose_link(struct story *s, bool offended)
{
    recorder_link(s->post, false);
    outbox_link_down(s->outbox, offended);
    recorder_answer_none(s->post);
    recorder_forget(s->post);
    turn(s);
}

void link_is_lost(struct story *s)
{
    lose_link(s, false);
}

void server_ends_link(struct story *s)
{
    lose_link(s, true);
}

void link_comes_up(struct story *s, const char *server)
{
    char *version = mem_print(
        "<iq type='result'><query xmlns='jabber:iq:version'><name>%s</name></query></iq>", server);

    recorder_link(s->post, true);
    for (size_t i = 0; i < sizeof ADDRESSES / sizeof *ADDRESSES; i++) {
        outbox_expect(s->outbox, ADDRESSES[i]);
    }
    outbox_link_up(s->outbox);
    turn(s);
    while (answer(s,
                  "<iq from='desk.example' to='*' type='get' id='*' when='now'>"
                  "<query xmlns='jabber:iq:version'/></iq>",
                  version)) {
    }
    free(version);
}

static char *fence_to(const char *domain)
{
    return mem_print("<iq from='desk.example' to='%s' type='get' id='*' when='held'>"
                     "<ping xmlns='urn:xmpp:ping'/></iq>",
                     domain);
}

bool fence_answers(struct story *s, const char *domain)
{
    char *pattern = fence_to(domain);
    bool was_there = answer(s, pattern, "<iq type='result'/>");

    free(pattern);
    return was_there;
}

bool fence_fails(struct story *s, const char *domain, const char *condition)
{
    char *pattern = fence_to(domain);
    char *error = condition == NULL
                      ? NULL
                      : mem_print("<iq type='error'><error type='cancel'><%s"
                                  " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
                                  condition);
    bool was_there = answer(s, pattern, error);

    free(error);
    free(pattern);
    return was_there;
}

/* ---- what must have been sent ---- */

static void take(struct story *s, const char *id, const char *body, const char *behind)
{
    char *pattern = mem_print("<message from='desk.example' to='*' type='chat' id='%s' when='held'>"
                              "<body>%s</body>%s</message>",
                              id, body, behind);

    assert_non_null(recorder_take(s->post, pattern));
    free(pattern);
}

void expect_sent(struct story *s, const char *id, const char *body)
{
    take(s, id, body, "");
}

void expect_again(struct story *s, const char *id, const char *body)
{
    take(s, id, body,
         "<delay xmlns='urn:xmpp:delay' from='desk.example' stamp='2026-01-05T10:00:00.000Z'/>");
}

void expect_none(struct story *s)
{
    assert_null(recorder_find(s->post, "<message from='*' to='*' type='*' id='*'><_/></message>"));
}
