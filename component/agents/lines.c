/* Lines and notices on their way to agents: what the outbox asks this edge about its rows. */
#include "agents/agents_state.h"
#include "agents/arrival.h"
#include "agents/slots.h"
#include "agents/ticket_bounce.h"
#include "agents/ticket_lines.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "xml/about.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

/* A notice's message is called "n" and the number of its row; one that corrects another
 * "n58c51": of row 58, instead of n51. */
#define CORRECTION "n%lldc%lld"

static const char LATER[] = "later"; /* outbox_record::event: not before the agent is there */

/* What was for somebody who is no agent any more is nobody's business. */
static bool is_wanted(void *ctx, const struct outbox_record *r)
{
    const struct agents *a = ctx;
    bool is = desk_is_known(a->desk, r->to);

    if (!is) {
        log_info("agents: a line for %s, who is no agent any more, is not sent", log_safe(r->to));
    }
    return is;
}

static bool may_send(void *ctx, const struct outbox_record *r)
{
    bool waits = strcmp(r->event, LATER) == 0 && !availability_is_there(ctx, r->to);

    return !waits && contacts_is_settled(ctx, r->to, r->from);
}

/* No server is to keep what we do not keep (XEP-0334). */
static void write_hints(const struct agents *a, struct writer *w, const struct outbox_record *r)
{
    if (r->unstored || desk_is_unrecorded(a->desk, r->from)) {
        writer_leaf(w, "no-store", NS_HINTS, NULL);
    }
}

static void write_row(void *ctx, struct writer *w, const struct outbox_record *r)
{
    struct agents *a = ctx;

    const char *from = agents_address(a, slots_local(a, r->to, r->from), "web");

    stanza_message(w, from, r->to, "chat", r->message_id);
    slots_sent(a, r->to, r->from, r->message_id);
    size_t skip =
        outbox_write_text(a->outbox, w, r, language_text(agents_language(a, r->to), "(again) "));
    const char *corrected = r->entry == 0 ? strchr(r->message_id, 'c') : NULL;
    if (corrected != NULL) {
        char *id = mem_print("n%s", corrected + 1);
        writer_open(w, "replace", NS_CORRECT);
        writer_attr(w, "id", id);
        writer_close(w);
        free(id);
    }
    about_write(w, &(struct about_words){
                       .act = r->act,
                       .id = r->target,
                       .to = mark_sequence(r->target) > 0 ? from : r->to,
                       .quotation = r->payload,
                       .skip = skip,
                       .reactions = r->payload,
                   });
    if (strcmp(r->event, "file") == 0) {
        writer_open(w, "x", NS_OOB);
        writer_leaf(w, "url", NULL, r->body);
        writer_close(w);
    }
    stanza_chat_state(w, "active");
    writer_leaf(w, "request", NS_RECEIPTS, NULL);
    writer_leaf(w, "markable", NS_MARKERS, NULL);
    write_hints(a, w, r);
}

static void routed(void *ctx, const struct outbox_record *r, uint64_t sending)
{
    arrival_routed(ctx, r->to, sending);
}

static void bounced(void *ctx, const struct outbox_record *r)
{
    struct agents *a = ctx;
    int64_t ticket = ticket_lines_number(r->from);

    if (r->entry > 0 && ticket > 0) {
        ticket_bounce(a, r->to, ticket, r->entry);
    } else if (r->entry > 0) {
        desk_agent_bounced(a->desk, clock_utc_ms(), r->to, r->from, r->entry);
    }
}

static void set_aside(void *ctx, const struct outbox_record *r)
{
    const struct agents *a = ctx;
    struct buf text;

    buf_init(&text, 1024);
    agent_words_set_aside(&text, agents_language(a, r->to));
    lines_add(ctx, r->to, r->from, text.bytes);
    buf_finish(&text);
}

void lines_attach(struct agents *a)
{
    a->edge = (struct outbox_edge){.ctx = a,
                                   .is_wanted = is_wanted,
                                   .may_send = may_send,
                                   .write = write_row,
                                   .routed = routed,
                                   .bounced = bounced,
                                   .set_aside = set_aside};
    outbox_attach(a->outbox, OUTBOX_AGENT, &a->edge);
}

void lines_add(struct agents *a, const char *agent, const char *local, const char *body)
{
    lines_add_about(a, agent, local, "", body);
}

void lines_add_about(struct agents *a, const char *agent, const char *local, const char *visitor,
                     const char *body)
{
    outbox_add(a->outbox, &(struct outbox_record){.side = OUTBOX_AGENT,
                                                  .to = agent,
                                                  .from = local,
                                                  .message_id = "",
                                                  .body = body,
                                                  .at = clock_utc_ms(),
                                                  .visitor = visitor,
                                                  .unstored = desk_is_unrecorded(a->desk, local)});
}

void lines_add_entry(struct agents *a, const char *agent, const char *local,
                     const struct entry_record *e, bool again, const struct change_words *words)
{
    char id[MARK_ID_SIZE];

    mark_id(e->sequence, id);
    outbox_add(a->outbox, &(struct outbox_record){.side = OUTBOX_AGENT,
                                                  .to = agent,
                                                  .from = local,
                                                  .message_id = id,
                                                  .body = words->text.bytes,
                                                  .entry = e->sequence,
                                                  .attempts = again ? 1 : 0,
                                                  .at = e->at,
                                                  .chat = e->chat,
                                                  .event = desk_sent_file(e) != NULL ? "file" : "",
                                                  .act = words->act,
                                                  .target = words->target,
                                                  .unstored = desk_is_unrecorded(a->desk, local),
                                                  .payload = words->payload.bytes});
}

void lines_add_once(struct agents *a, const char *agent, const char *local, const char *body)
{
    if (!outbox_waits(a->outbox, agent, local, body)) {
        lines_add(a, agent, local, body);
    }
}

void lines_add_later(struct agents *a, const char *agent, const char *body)
{
    if (!outbox_waits(a->outbox, agent, "", body)) {
        outbox_add(a->outbox, &(struct outbox_record){.side = OUTBOX_AGENT,
                                                      .to = agent,
                                                      .from = "",
                                                      .message_id = "",
                                                      .body = body,
                                                      .at = clock_utc_ms(),
                                                      .event = LATER});
    }
}

/* ---- offers ---- */

static char *offer_key(const char *agent, const char *local)
{
    return mem_print("%s\n%s", agent, local);
}

void lines_add_offer(struct agents *a, const char *agent, const char *local, const char *body)
{
    char *key = offer_key(agent, local);
    int64_t *row = mem_alloc(sizeof *row);

    lines_add(a, agent, local, body);
    *row = outbox_last(a->outbox);
    free(map_set(a->offers, key, row));
    free(key);
}

void lines_forget_offer(struct agents *a, const char *agent, const char *local)
{
    char *key = offer_key(agent, local);

    free(map_remove(a->offers, key));
    free(key);
}

void lines_add_taken(struct agents *a, const char *agent, const char *local, const char *body)
{
    char *key = offer_key(agent, local);
    const int64_t *row = map_get(a->offers, key);

    free(key);
    if (row == NULL || !availability_corrects(a, agent)) {
        lines_add(a, agent, local, body);
    } else {
        char *id = mem_print(CORRECTION, (long long)outbox_last(a->outbox) + 1, (long long)*row);
        outbox_add(a->outbox,
                   &(struct outbox_record){.side = OUTBOX_AGENT,
                                           .to = agent,
                                           .from = local,
                                           .message_id = id,
                                           .body = body,
                                           .at = clock_utc_ms(),
                                           .unstored = desk_is_unrecorded(a->desk, local)});
        free(id);
    }
    lines_forget_offer(a, agent, local);
}

void lines_free(struct agents *a)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->offers, &at, &key, &value)) {
        free(value);
    }
    map_destroy(a->offers);
}
