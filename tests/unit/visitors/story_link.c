/* The link and its servers, and the daemon's end and start. */
#include "base/mem.h"
#include "story_state.h"
#include "xml/ns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void load_counters(void *ctx, int64_t number, int64_t sequence, int64_t outbox)
{
    struct story *s = ctx;

    desk_load_counters(s->desk, number, sequence);
    outbox_load_counter(s->outbox, outbox);
}

static void load_visitor(void *ctx, const struct visitor_record *r)
{
    desk_load_visitor(((struct story *)ctx)->desk, r);
}

static void load_chat(void *ctx, const struct chat_record *r)
{
    desk_load_chat(((struct story *)ctx)->desk, r);
}

static void load_participant(void *ctx, const struct participant_record *r)
{
    desk_load_participant(((struct story *)ctx)->desk, r);
}

static void load_entry(void *ctx, const struct entry_record *r)
{
    desk_load_entry(((struct story *)ctx)->desk, r);
}

static void load_outbox(void *ctx, const struct outbox_record *r)
{
    outbox_load(((struct story *)ctx)->outbox, r);
}

void story_start(struct story *s)
{
    s->outbox = outbox_create(&s->outbox_config, s->storage, recorder_post(s->post));
    s->visitors = visitors_create(&s->config, s->storage, s->outbox, recorder_post(s->post));
    s->desk = story_desk(s);
    visitors_connect(s->visitors, s->desk);
    assert_true(storage_load(s->storage, &(struct storage_loader){.ctx = s,
                                                                  .counters = load_counters,
                                                                  .visitor = load_visitor,
                                                                  .chat = load_chat,
                                                                  .participant = load_participant,
                                                                  .entry = load_entry,
                                                                  .outbox = load_outbox}));
    desk_start(s->desk, clock_utc_ms());
    outbox_link_up(s->outbox);
}

void story_stop(struct story *s)
{
    outbox_link_down(s->outbox, false);
    visitors_destroy(s->visitors);
    recorder_destroy(s->post); /* questions are answered: nothing */
    outbox_destroy(s->outbox);
    desk_destroy(s->desk);
}

void story_servers_answer(struct story *s)
{
    char version[128];
    static const char VERSION[] = "<iq from='desk.example' to='*' type='get' id='*'>"
                                  "<query xmlns='jabber:iq:version'/></iq>";
    static const char FENCE[] = "<iq from='desk.example' to='*' type='get' id='*' when='held'>"
                                "<ping xmlns='urn:xmpp:ping'/></iq>";
    const struct element *iq;

    snprintf(version, sizeof version,
             "<iq type='result'><query xmlns='jabber:iq:version'><name>%s</name></query></iq>",
             s->server);
    while (!s->server_is_mute && ((iq = recorder_find(s->post, VERSION)) != NULL ||
                                  (iq = recorder_find(s->post, FENCE)) != NULL)) {
        bool asks_version = element_child(iq, "query", NS_VERSION) != NULL;
        char *id = mem_dup(element_attr(iq, "id"));
        assert_true(recorder_answer(s->post, id, asks_version ? version : "<iq type='result'/>"));
        free(id);
    }
}

void server_is(struct story *s, const char *name)
{
    s->server = name;
}

void server_is_mute(struct story *s, bool mute)
{
    s->server_is_mute = mute;
    story_turn(s);
}

void link_is_lost(struct story *s)
{
    recorder_link(s->post, false);
    outbox_link_down(s->outbox, false);
    recorder_answer_none(s->post);
    recorder_forget(s->post);
    story_turn(s);
}

void link_comes_back(struct story *s)
{
    recorder_link(s->post, true);
    visitors_link_up(s->visitors);
    outbox_link_up(s->outbox);
    story_turn(s);
}

void daemon_restarts(struct story *s)
{
    story_turn(s);
    story_stop(s);
    s->post = recorder_create();
    story_start(s);
    story_turn(s);
}

void daemon_restarts_with(struct story *s, enum visitors_xmpp xmpp)
{
    s->config.xmpp = xmpp;
    daemon_restarts(s);
}

unsigned absences_told(const struct story *s)
{
    return s->absences;
}

struct outbox *outbox_of(struct story *s)
{
    return s->outbox;
}

struct visitors *visitors_of(struct story *s)
{
    return s->visitors;
}
