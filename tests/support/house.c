#include "house.h"

#include "agents/agents.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "outbox/outbox.h"
#include "visitors/visitors.h"
#include "xml/ns.h"
#include "xml/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct written {
    struct element *element;
    struct list link;
};

struct place {
    struct outlet outlet;
    struct list written; /* written::link */
    size_t count;
    bool open;
    unsigned opened;
    char jid[64];
    char address[32];
    struct router_stream stream;
};

struct house {
    struct storage *storage;
    struct router *router;
    struct outbox *outbox;
    struct visitors *visitors;
    struct agents *agents;
    struct agents_config agents_config;
    struct desk *desk;
    struct place places[HOUSE_STREAMS + 1];
};

/* Only what is wrong is worth reading. */
static void on_log(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    if (level == LOG_ERROR) {
        fprintf(stderr, "%s\n", line);
    }
}

static void on_commit(void *ctx, uint64_t batch)
{
    struct house *h = ctx;

    if (h->router != NULL) {
        router_committed(h->router, batch);
    }
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

/* What leaves must be one whole stanza. */
static void on_send(struct outlet *outlet, const char *xml, size_t len)
{
    struct place *p = LIST_OF(struct place, outlet, outlet);
    struct written *w = mem_alloc(sizeof *w);

    if (reader_document(&READER_LINK, xml, len, &w->element) != READER_OK) {
        BUG("what leaves is no XML: %.*s", (int)len, xml);
    }
    list_append(&p->written, &w->link);
    p->count++;
}

static struct desk *make_desk(struct house *h)
{
    static const char *const OF_SALES[] = {"nina@example.org", "otto@example.org"};
    static const char *const OF_HELP[] = {"fred@far.example"};
    static const char *const SUPERVISORS[] = {"boss@example.org"};
    static const struct desk_agent_config AGENTS[] = {
        {.jid = "nina@example.org", .name = "Nina", .capacity = 2, .shows_status = true},
        {.jid = "otto@example.org", .name = "Otto", .capacity = 1},
        {.jid = "fred@far.example", .name = "Fred", .capacity = 1},
    };
    static const struct desk_department_config DEPARTMENTS[] = {
        {.id = "sales", .name = "Sales", .agents = OF_SALES, .agent_count = 2},
        {.id = "help",
         .name = "Help",
         .agents = OF_HELP,
         .agent_count = 1,
         .form_name = FORM_REQUIRED},
    };
    const struct desk_config config = {
        .agents = AGENTS,
        .agent_count = 3,
        .departments = DEPARTMENTS,
        .department_count = 2,
        .agent_grace_ms = MINUTE,
        .transfer_ms = MINUTE,
        .leave_ms = 10 * SECOND,
        .visitor_grace_ms = 2 * MINUTE,
        .linger_ms = 10 * MINUTE,
        .idle_ms = 30 * MINUTE,
        .max_queue = 5,
        .max_visitors = 8,
        .answer_ms = 2 * MINUTE,
        .people[ROLE_SUPERVISOR] = {SUPERVISORS, 1},
    };

    return desk_create(&config, h->storage, agents_ports(h->agents), visitors_ports(h->visitors));
}

static void make_edges(struct house *h)
{
    const struct post *post = router_post(h->router);
    const struct visitors_config visitors = {.domain = "desk.example",
                                             .default_department = "sales",
                                             .xmpp = VISITORS_XMPP_ANY,
                                             .body_points = 5000,
                                             .body_bytes = 20000,
                                             .message_burst = 10,
                                             .token_ms = 24LL * 60 * MINUTE};

    h->agents_config = (struct agents_config){.domain = "desk.example",
                                              .body_points = 5000,
                                              .body_bytes = 20000,
                                              .doubt_ms = 20 * SECOND,
                                              .command_prefix = '!'};
    h->outbox = outbox_create(&(struct outbox_config){.domain = "desk.example"}, h->storage, post);
    h->visitors = visitors_create(&visitors, h->storage, h->outbox, post);
    h->agents = agents_create(&h->agents_config, NULL, h->storage, h->outbox, post);
    h->desk = make_desk(h);
    visitors_connect(h->visitors, h->desk);
    agents_connect(h->agents, h->desk);
    router_connect(h->router, h->desk, h->visitors, h->agents, h->outbox);
    desk_start(h->desk, clock_utc_ms());
}

struct house *house_create(void)
{
    struct house *h = mem_alloc(sizeof *h);
    const struct storage_calls calls = {h, on_commit, on_refusing};
    char *error = NULL;

    log_set_sink(on_log, NULL);
    fake_clock_start();
    h->storage = storage_open("memory:", &calls, &error);
    h->router = router_create("desk.example", h->storage);
    for (size_t i = 0; i <= HOUSE_STREAMS; i++) {
        struct place *p = &h->places[i];
        p->outlet.send = on_send;
        list_init(&p->written);
        snprintf(p->jid, sizeof p->jid, "stream%zu@desk.example/x%zu", i, i);
        snprintf(p->address, sizeof p->address, "192.0.2.%zu", i);
        p->stream = (struct router_stream){
            .jid = p->jid, .site = "default", .address = p->address, .outlet = &p->outlet};
    }
    make_edges(h);
    return h;
}

void house_destroy(struct house *h)
{
    for (size_t i = 0; i < HOUSE_STREAMS; i++) {
        house_stream(h, i, false);
    }
    house_link(h, false);
    house_turn(h);
    visitors_destroy(h->visitors);
    storage_seal(h->storage);
    router_destroy(h->router);
    h->router = NULL;
    agents_destroy(h->agents);
    outbox_destroy(h->outbox);
    desk_destroy(h->desk);
    storage_close(h->storage);
    house_forget(h);
    free(h);
}

struct router *house_router(struct house *h)
{
    return h->router;
}

struct desk *house_desk(struct house *h)
{
    return h->desk;
}

struct storage *house_storage(struct house *h)
{
    return h->storage;
}

static size_t count_sent(const struct house *h)
{
    size_t count = 0;

    for (size_t i = 0; i <= HOUSE_STREAMS; i++) {
        count += h->places[i].count;
    }
    return count;
}

/* What is answered in a turn may write and ask again: until nothing more comes. */
void house_turn(struct house *h)
{
    size_t before = count_sent(h);

    for (int quiet = 0; quiet < 4; quiet++) {
        router_turn_end(h->router);
        storage_dispatch(h->storage);
        if (count_sent(h) != before) {
            before = count_sent(h);
            quiet = 0;
        }
    }
    router_turn_end(h->router);
    desk_verify(h->desk);
}

void house_seconds(struct house *h, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++) {
        fake_clock_pass(SECOND);
        desk_tick(h->desk, clock_utc_ms());
        visitors_tick(h->visitors);
        agents_tick(h->agents);
        outbox_tick(h->outbox);
        router_tick(h->router, clock_monotonic_ms());
        house_turn(h);
    }
}

void house_link(struct house *h, bool up)
{
    struct place *p = &h->places[HOUSE_STREAMS];

    if (up == p->open) {
        return;
    }
    p->open = up;
    if (up) {
        router_link_up(h->router, &p->outlet);
    } else {
        router_link_down(h->router, true); /* the worst that it can be */
    }
}

void house_stream(struct house *h, size_t at, bool open)
{
    struct place *p = &h->places[at];

    if (open == p->open) {
        return;
    }
    p->open = open;
    if (open && p->opened++ > 0) { /* an address is never given twice */
        snprintf(p->jid, sizeof p->jid, "stream%zu-%u@desk.example/x", at, p->opened);
    }
    if (open) {
        router_attach(h->router, &p->stream);
    } else {
        router_detach(h->router, &p->stream);
    }
}

const char *house_stream_jid(struct house *h, size_t at)
{
    return h->places[at].jid;
}

bool house_is_open(const struct house *h, size_t at)
{
    return h->places[at].open;
}

bool house_receive(struct house *h, size_t at, const char *xml)
{
    const char *ns = at == HOUSE_STREAMS ? NS_COMPONENT : NS_CLIENT;
    size_t name = strcspn(xml, " />");
    char *whole = mem_print("%.*s xmlns='%s'%s", (int)name, xml, ns, xml + name);
    struct element *e = NULL;
    bool good = reader_document(at == HOUSE_STREAMS ? &READER_LINK : &READER_VISITOR, whole,
                                strlen(whole), &e) == READER_OK;

    free(whole);
    if (good) {
        if (at == HOUSE_STREAMS) {
            router_link_receive(h->router, e);
        } else {
            router_stream_receive(h->router, &h->places[at].stream, e);
        }
        element_destroy(e);
    }
    return good;
}

size_t house_sent(const struct house *h, size_t at)
{
    return h->places[at].count;
}

const struct element *house_sent_at(const struct house *h, size_t at, size_t n)
{
    list_for_each (struct written, w, &h->places[at].written, link) {
        if (n-- == 0) {
            return w->element;
        }
    }
    return NULL;
}

void house_forget(struct house *h)
{
    for (size_t i = 0; i <= HOUSE_STREAMS; i++) {
        list_for_each_safe (struct written, w, &h->places[i].written, link) {
            list_remove(&w->link);
            element_destroy(w->element);
            free(w);
        }
        h->places[i].count = 0;
    }
}
