#include "whole/daemon.h"

#include "agents/agents.h"
#include "app.h"
#include "app_state.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "config.h"
#include "desk/desk.h"
#include "fake_clock.h"
#include "mail/mailer.h"
#include "outbox/outbox.h"
#include "retention.h"
#include "router.h"
#include "schedule.h"
#include "storage/storage_test.h"
#include "transport/gateway.h"
#include "visitors/visitors.h"
#include "whole/daemon_api.h"
#include "whole/daemon_bytes.h"
#include "whole/daemon_config.h"
#include "whole/daemon_house.h"
#include "whole/daemon_said.h"
#include "xml/ns.h"
#include "xml/reader.h"

#include <curl/curl.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { STREAMS = 4, LINK = STREAMS, CONNECTIONS = 4, LINES_MAX = 200, SECONDS_MAX = 60 };
enum { MINUTES_MAX = 60 * 24 * 400, QUIET_TURNS = 4, TURNS_MAX = 2000 };

struct place {
    struct outlet outlet;
    struct daemon *daemon;
    bool open;
    unsigned opened;
    char jid[64];
    struct router_stream stream;
};

struct daemon {
    struct app *app;
    struct place places[STREAMS + 1];
    int connections[CONNECTIONS]; /* -1: none */
    bool is_held;
    unsigned sent;
    struct said said;
};

/* ---- what is not ours: the store is in memory, mail arrives ---- */

struct storage *__real_storage_open(const char *uri, const struct storage_calls *calls,
                                    char **error);
struct storage *__wrap_storage_open(const char *uri, const struct storage_calls *calls,
                                    char **error);
void __wrap_smtp_send(const struct smtp_server *server, const struct smtp_mail *mail,
                      const atomic_bool *ends, struct smtp_answer *out);

struct storage *__wrap_storage_open(const char *uri, const struct storage_calls *calls,
                                    char **error)
{
    (void)uri;
    return __real_storage_open("memory:", calls, error);
}

void __wrap_smtp_send(const struct smtp_server *server, const struct smtp_mail *mail,
                      const atomic_bool *ends, struct smtp_answer *out)
{
    (void)server;
    (void)mail;
    (void)ends;
    *out = (struct smtp_answer){.result = SMTP_DONE};
}

static void ignore(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    if (level == LOG_ERROR && strstr(line, "bug: ") != NULL) {
        fprintf(stderr, "%s\n", line);
    }
}

/* To be read by who writes scripts. */
static void tell(const char *before, const char *what, size_t len)
{
    if (len > 0 && getenv("DAEMON_TELLS") != NULL) {
        fprintf(stderr, "%s%.*s\n", before, (int)len, what);
    }
}

/* ---- out ---- */

static void on_send(struct outlet *outlet, const char *xml, size_t len)
{
    struct place *p = LIST_OF(struct place, outlet, outlet);
    struct daemon *d = p->daemon;
    struct element *e = NULL;

    if (reader_document(&READER_LINK, xml, len, &e) != READER_OK) {
        BUG("what leaves is no stanza: %.*s", (int)len, xml);
    }
    tell("    ", xml, len);
    said_learn(&d->said, e, p == &d->places[LINK] ? NULL : p->jid);
    element_destroy(e);
    d->sent++;
}

/* What is answered in a turn may write and ask again: until nothing more comes. */
static void turn(struct daemon *d)
{
    static char thrown_away[64 * 1024];
    unsigned before = d->sent;

    for (int quiet = 0, turns = 0; quiet < QUIET_TURNS && turns < TURNS_MAX; quiet++, turns++) {
        event_base_loop(d->app->loop, EVLOOP_NONBLOCK);
        router_turn_end(d->app->router);
        gateway_turn_end(d->app->gateway);
        bool is_busy = daemon_api_turn() || d->sent != before;
        for (size_t i = 0; i < CONNECTIONS; i++) {
            ssize_t got = d->connections[i] >= 0 ? recv(d->connections[i], thrown_away,
                                                        sizeof thrown_away, MSG_DONTWAIT)
                                                 : 0;
            tell(got > 0 ? "    " : "", thrown_away, got > 0 ? (size_t)got : 0);
            is_busy = got > 0 || is_busy;
        }
        before = d->sent;
        quiet = is_busy ? 0 : quiet;
    }
    desk_verify(d->app->desk);
}

/* As the app's own event does. */
static void tick(struct daemon *d)
{
    struct app *app = d->app;

    desk_tick(app->desk, clock_utc_ms());
    schedule_tick(app->schedule);
    visitors_tick(app->visitors);
    agents_tick(app->agents);
    outbox_tick(app->outbox);
    erasure_tick(app->erasure);
    retention_tick(app->retention, app->config, clock_utc_ms());
    router_tick(app->router, clock_monotonic_ms());
    mailer_tick(app->mailer);
    turn(d);
}

/* ---- in ---- */

static void receive(struct daemon *d, size_t at, const char *xml)
{
    const char *ns = at == LINK ? NS_COMPONENT : NS_CLIENT;
    size_t name = strcspn(xml, " />");
    char *whole = mem_print("%.*s xmlns='%s'%s", (int)name, xml, ns, xml + name);
    struct element *e = NULL;

    if (d->places[at].open && reader_document(at == LINK ? &READER_LINK : &READER_VISITOR, whole,
                                              strlen(whole), &e) == READER_OK) {
        if (at == LINK) {
            router_link_receive(d->app->router, e);
        } else {
            router_stream_receive(d->app->router, &d->places[at].stream, e);
        }
        element_destroy(e);
    }
    free(whole);
}

/* Over a limit of the link, as its reader says it. */
static void skip(struct daemon *d, const char *xml)
{
    struct element *e = NULL;

    if (d->places[LINK].open && reader_document(&READER_LINK, xml, strlen(xml), &e) == READER_OK) {
        router_link_skipped(d->app->router, e);
        element_destroy(e);
    }
}

static void open_or_close(struct daemon *d, size_t at, bool open)
{
    struct place *p = &d->places[at];

    if (open == p->open) {
        return;
    }
    p->open = open;
    if (at == LINK && open) {
        router_link_up(d->app->router, &p->outlet);
    } else if (at == LINK) {
        router_link_down(d->app->router, true);
        d->said.question_count = 0;
    } else if (open) {
        snprintf(p->jid, sizeof p->jid, "stream%zu-%u@" DAEMON_DOMAIN "/x", at, p->opened++);
        router_attach(d->app->router, &p->stream);
    } else {
        router_detach(d->app->router, &p->stream);
    }
}

/* Answers all that was asked so far. xml: what stands behind the addresses; "": an empty result. */
static void answer_questions(struct daemon *d, const char *xml)
{
    struct said asked = d->said;
    size_t count = asked.question_count < SAID_QUESTIONS ? asked.question_count : SAID_QUESTIONS;
    const char *rest = xml[0] == ' ' ? xml : " type='result'/>";

    d->said.question_count = 0;
    for (size_t i = 0; i < count; i++) {
        char *whole = mem_print("<iq from='%s' to='" DAEMON_DOMAIN "' id='%s'%s",
                                asked.questions[i].whom, asked.questions[i].id, rest);
        receive(d, LINK, whole);
        free(whole);
    }
}

/* ---- sockets ---- */

static int connect_to_gateway(const struct daemon *d)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)gateway_port(d->app->gateway)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void send_bytes(struct daemon *d, size_t at, const char *bytes, size_t len)
{
    if (d->connections[at] < 0) {
        d->connections[at] = connect_to_gateway(d);
    }
    if (d->connections[at] >= 0) {
        (void)!send(d->connections[at], bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

static void close_connection(struct daemon *d, size_t at)
{
    if (d->connections[at] >= 0) {
        close(d->connections[at]);
        d->connections[at] = -1;
    }
}

static void ask_control(struct daemon *d, const char *question)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    static char thrown_away[64 * 1024];

    snprintf(at.sun_path, sizeof at.sun_path, "%s", d->app->config->control);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0) {
        (void)!send(fd, question, strlen(question), MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)!send(fd, "\n", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        turn(d);
        ssize_t got = recv(fd, thrown_away, sizeof thrown_away, MSG_DONTWAIT);
        tell("    ", thrown_away, got > 0 ? (size_t)got : 0);
    }
    close(fd);
}

static void play_bytes(struct daemon *d, char what, const char *text)
{
    size_t at = what == 'A' ? 0 : (size_t)((unsigned char)text[0] & 3);
    struct buf bytes;
    struct buf frame;

    buf_init(&bytes, 60000);
    buf_init(&frame, 70000);
    bytes_unescape(&bytes, what == 'A' || *text == '\0' ? text : text + 1);
    if (what == 'A') {
        daemon_api_say(bytes.bytes, bytes.len);
    } else if (what == 'F') {
        bytes_add_frame(&frame, &bytes);
        send_bytes(d, at, frame.bytes, frame.len);
    } else {
        send_bytes(d, at, bytes.bytes, bytes.len);
    }
    buf_finish(&frame);
    buf_finish(&bytes);
}

/* ---- the script ---- */

static size_t place_of(char c)
{
    return c == 'L' ? (size_t)LINK : (size_t)((unsigned char)c & 3);
}

static unsigned long number_of(const char *text, unsigned long most)
{
    unsigned long number = strtoul(text, NULL, 10);

    return number < most ? number : most;
}

static void hold(struct daemon *d, bool held)
{
    d->is_held = held;
    storage_test_hold(d->app->storage, held);
}

static void play_line(struct daemon *d, const char *line)
{
    switch (line[0]) {
    case '0':
    case '1':
    case '2':
    case '3':
    case 'L':
        receive(d, place_of(line[0]), line + 1);
        break;
    case 'S':
        skip(d, line + 1);
        break;
    case '+':
    case '-':
        open_or_close(d, place_of(line[1]), line[0] == '+');
        break;
    case 'T':
        for (unsigned long i = number_of(line + 1, SECONDS_MAX); i > 0; i--) {
            fake_clock_pass(SECOND);
            tick(d);
        }
        break;
    case 'J':
        fake_clock_pass((time_ms)number_of(line + 1, MINUTES_MAX) * MINUTE);
        tick(d);
        break;
    case 'W':
    case 'F':
    case 'A':
        play_bytes(d, line[0], line + 1);
        break;
    case 'X':
        close_connection(d, (unsigned char)line[1] & 3);
        break;
    case 'K':
        ask_control(d, line + 1);
        break;
    case 'E':
        answer_questions(d, line + 1);
        break;
    case 'H':
        hold(d, !d->is_held);
        break;
    case 'R':
        free(app_reload_by(d->app, "a script"));
        break;
    default: /* a remark */
        break;
    }
    turn(d);
}

static void play(struct daemon *d, const char *script, size_t len)
{
    for (unsigned lines = 0; len > 0 && lines < LINES_MAX; lines++) {
        const char *feed = memchr(script, '\n', len);
        size_t piece = feed != NULL ? (size_t)(feed - script) : len;
        char *line = mem_dup_n(script, piece);
        char *filled = said_fill_dup(&d->said, line);
        tell("", filled, strlen(filled));
        play_line(d, filled);
        free(filled);
        free(line);
        piece += feed != NULL ? 1 : 0;
        script += piece;
        len -= piece;
    }
}

/* ---- life ---- */

/* Read once: no daemon changes it. */
static const struct config *configuration(void)
{
    static struct config *config;

    if (config == NULL) {
        log_set_sink(ignore, NULL);
        signal(SIGPIPE, SIG_IGN); /* as main does */
        curl_global_init(CURL_GLOBAL_DEFAULT);
        char *file = mem_print("%s/tresen.yml", daemon_house_make(daemon_api_port()));
        char *error = NULL;
        config = config_load(file, &error);
        if (config == NULL) {
            BUG("the configuration is none: %s", error);
        }
        free(file);
    }
    return config;
}

static void begin(struct daemon *d)
{
    static const char *const SITES[STREAMS] = {"default", "default", "other", "default"};
    static const char *const ADDRESSES[STREAMS] = {"192.0.2.1", "2001:db8::2", "192.0.2.3",
                                                   "2001:db8:1:2:3:4:5:6"};
    const struct config *config = configuration();
    char *error = NULL;

    fake_clock_start();
    daemon_api_reset();
    snprintf(d->said.api, sizeof d->said.api, "http://127.0.0.1:%d", daemon_api_port());
    d->app = app_create(config, &error);
    if (d->app == NULL) {
        BUG("the daemon does not start: %s", error);
    }
    for (size_t i = 0; i <= STREAMS; i++) {
        struct place *p = &d->places[i];
        p->daemon = d;
        p->outlet.send = on_send;
        if (i < STREAMS) {
            p->stream = (struct router_stream){
                .jid = p->jid, .site = SITES[i], .address = ADDRESSES[i], .outlet = &p->outlet};
        }
    }
    for (size_t i = 0; i < CONNECTIONS; i++) {
        d->connections[i] = -1;
    }
}

static void end(struct daemon *d)
{
    if (d->is_held) {
        hold(d, false);
    }
    for (size_t i = 0; i < CONNECTIONS; i++) {
        close_connection(d, i);
    }
    for (size_t i = 0; i <= STREAMS; i++) {
        open_or_close(d, i, false);
    }
    turn(d);
    app_destroy(d->app);
    free(d);
}

void daemon_play(const char *prologue, const uint8_t *script, size_t len)
{
    struct daemon *d = mem_alloc(sizeof *d);

    begin(d);
    play(d, prologue, strlen(prologue));
    play(d, (const char *)script, len);
    end(d);
}
