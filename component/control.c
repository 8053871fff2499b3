#include "control.h"

#include "base/buf.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "transport/accept_pause.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct control {
    struct event_base *loop;
    struct evconnlistener *listener;
    struct accept_pause pause;
    char *path;
    const struct control_command *commands;
    void *ctx;
    struct list questions; /* control_question::link */
    size_t count;
};

struct control_question {
    struct list link;
    struct control *control;
    struct bufferevent *peer; /* NULL: has gone; the question waits for its answer only */
    bool asked;               /* a command has it */
};

static const struct timeval question_time = {.tv_sec = 10};

/* ---- connections ---- */

static void forget(struct control_question *q)
{
    list_remove(&q->link);
    q->control->count--;
    if (q->peer != NULL) {
        bufferevent_free(q->peer);
    }
    free(q);
}

/* The peer has gone or is too slow. A command may still hold the question. */
static void on_event(struct bufferevent *peer, short what, void *ctx)
{
    struct control_question *q = ctx;
    (void)what;
    if (!q->asked) {
        forget(q);
        return;
    }
    bufferevent_free(peer);
    q->peer = NULL;
}

static void on_written(struct bufferevent *peer, void *ctx)
{
    (void)peer;
    forget(ctx);
}

/* Writes one line and closes behind it. */
static void finish(struct control_question *q, json_t *take_answer)
{
    char *text = json_dumps(take_answer, JSON_COMPACT);
    json_decref(take_answer);
    if (q->peer == NULL) {
        free(text);
        forget(q);
        return;
    }
    q->asked = false;
    bufferevent_disable(q->peer, EV_READ);
    bufferevent_setcb(q->peer, NULL, on_written, on_event, q);
    bufferevent_set_timeouts(q->peer, NULL, &question_time);
    bufferevent_write(q->peer, text, strlen(text));
    bufferevent_write(q->peer, "\n", 1);
    free(text);
}

void control_answer(struct control_question *question, const char *result)
{
    json_error_t error;
    json_t *value =
        strlen(result) < CONTROL_ANSWER ? json_loads(result, JSON_DECODE_ANY, &error) : NULL;
    if (value == NULL) {
        control_refuse(question, "the daemon's answer was too long or no JSON");
        return;
    }
    finish(question, json_pack("{s:b, s:o}", "ok", 1, "result", value));
}

void control_refuse(struct control_question *question, const char *words)
{
    json_t *text = json_string(words);
    finish(question,
           json_pack("{s:b, s:o}", "ok", 0, "error",
                     text != NULL ? text : json_string("failed (the reason was no text)")));
}

static void run(struct control_question *q, const char *name, const char *argument)
{
    for (const struct control_command *command = q->control->commands; command->name != NULL;
         command++) {
        if (strcmp(command->name, name) == 0) {
            command->run(q->control->ctx, q, argument);
            return;
        }
    }
    control_refuse(
        q, "this daemon does not know that command; is it older than the program that asks?");
}

static void on_read(struct bufferevent *peer, void *ctx)
{
    struct control_question *q = ctx;
    struct evbuffer *input = bufferevent_get_input(peer);
    size_t len = 0;
    char *line = evbuffer_readln(input, &len, EVBUFFER_EOL_LF);
    if (line == NULL) {
        if (evbuffer_get_length(input) >= CONTROL_QUESTION) {
            control_refuse(q, "the question is too long");
        }
        return;
    }
    const char *name = NULL;
    const char *argument = "";
    json_error_t error;
    json_t *question = json_loadb(line, len, 0, &error);
    q->asked = true;
    bufferevent_disable(peer, EV_READ);
    bufferevent_set_timeouts(peer, NULL, NULL);
    if (question == NULL ||
        json_unpack(question, "{s:s, s?:s}", "command", &name, "argument", &argument) != 0) {
        control_refuse(q, "the question is not {\"command\": …, \"argument\": …}");
    } else {
        run(q, name, argument);
    }
    json_decref(question);
    free(line);
}

unsigned control_user(const struct control_question *question)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t len = sizeof peer;
    (void)getsockopt(bufferevent_getfd(question->peer), SOL_SOCKET, SO_PEERCRED, &peer, &len);
    return peer.uid;
}

static bool is_allowed(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
                      int len, void *ctx)
{
    struct control *c = ctx;
    (void)listener;
    (void)address;
    (void)len;
    if (!is_allowed(fd) || c->count >= CONTROL_CONNECTIONS) {
        log_warn("control: connection refused%s",
                 c->count >= CONTROL_CONNECTIONS ? ": too many" : "");
        close(fd);
        return;
    }
    struct control_question *q = mem_alloc(sizeof *q);
    q->control = c;
    q->peer = bufferevent_socket_new(c->loop, fd, BEV_OPT_CLOSE_ON_FREE);
    list_append(&c->questions, &q->link);
    c->count++;
    bufferevent_setcb(q->peer, on_read, NULL, on_event, q);
    bufferevent_setwatermark(q->peer, EV_READ, 0, CONTROL_QUESTION);
    bufferevent_set_timeouts(q->peer, &question_time, &question_time);
    bufferevent_enable(q->peer, EV_READ | EV_WRITE);
}

static void on_accept_error(struct evconnlistener *listener, void *ctx)
{
    struct control *c = ctx;
    (void)listener;
    accept_pause_complain(&c->pause, errno);
    accept_pause_begin(&c->pause);
}

/* ---- the socket file ---- */

static bool fill_address(struct sockaddr_un *address, const char *path)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) {
        return false;
    }
    memcpy(address->sun_path, path, strlen(path));
    return true;
}

/* Removes a socket on which nobody answers. False and *error: something is there that must stay. */
static bool clear_path(const struct sockaddr_un *address, char **error)
{
    struct stat about;
    if (lstat(address->sun_path, &about) != 0) {
        return true;
    }
    if (!S_ISSOCK(about.st_mode)) {
        *error = mem_print("%s is in the way: it is no socket", address->sun_path);
        return false;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = connect(fd, (const struct sockaddr *)address, sizeof *address);
    int why = errno;
    close(fd);
    if (result == 0 || why != ECONNREFUSED) {
        *error = mem_print("a daemon answers on %s already", address->sun_path);
        return false;
    }
    if (unlink(address->sun_path) != 0) {
        *error = mem_print("the old socket %s cannot be removed: %s", address->sun_path,
                           strerror(errno));
        return false;
    }
    return true;
}

/* A non-blocking listening socket of mode 0600, or -1 and *error. */
static int open_socket(const char *path, char **error)
{
    struct sockaddr_un address;
    if (!fill_address(&address, path)) {
        *error = mem_print("%s is too long for a socket", path);
        return -1;
    }
    if (!clear_path(&address, error)) {
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t before = umask(0177);
    int result = fd < 0 ? -1 : bind(fd, (const struct sockaddr *)&address, sizeof address);
    int why = errno;
    umask(before);
    if (result != 0) {
        *error = mem_print("no socket can be made at %s: %s", path, strerror(why));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

struct control *control_create(struct event_base *loop, const char *path,
                               const struct control_command *commands, void *ctx, char **error)
{
    int fd = open_socket(path, error);
    if (fd < 0) {
        return NULL;
    }
    struct control *c = mem_alloc(sizeof *c);
    c->loop = loop;
    c->path = mem_dup(path);
    c->commands = commands;
    c->ctx = ctx;
    list_init(&c->questions);
    c->listener = evconnlistener_new(
        loop, on_accept, c, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, CONTROL_CONNECTIONS, fd);
    if (c->listener == NULL) {
        *error = mem_print("%s: cannot listen: %s", path, strerror(errno));
        close(fd);
        control_destroy(c);
        return NULL;
    }
    accept_pause_init(&c->pause, loop, c->listener, "control");
    evconnlistener_set_error_cb(c->listener, on_accept_error);
    return c;
}

void control_destroy(struct control *c)
{
    if (c == NULL) {
        return;
    }
    list_for_each_safe (struct control_question, q, &c->questions, link) {
        forget(q);
    }
    if (c->listener != NULL) {
        accept_pause_finish(&c->pause);
        evconnlistener_free(c->listener);
    }
    unlink(c->path);
    free(c->path);
    free(c);
}
