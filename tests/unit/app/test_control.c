/* The control socket: questions, answers, who may ask, and what stands where the socket should be.
 */
#include "control.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

#include <event2/event.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
    char folder[64];
    char *path;
    struct event_base *loop;
    struct control *control;
    struct control_question *kept;
};

static void on_echo(void *ctx, struct control_question *question, const char *argument)
{
    (void)ctx;
    char *json = mem_print("{\"said\":\"%s\"}", argument);
    control_answer(question, json);
    free(json);
}

static void on_refuse(void *ctx, struct control_question *question, const char *argument)
{
    (void)ctx;
    (void)argument;
    control_refuse(question, "the disk is \"full\"");
}

static void on_later(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    control_answer(ctx, "[1,2]");
}

static void on_wait(void *ctx, struct control_question *question, const char *argument)
{
    struct world *w = ctx;
    (void)argument;
    const struct timeval soon = {.tv_usec = 20000};
    event_base_once(w->loop, -1, EV_TIMEOUT, on_later, question, &soon);
}

static void on_keep(void *ctx, struct control_question *question, const char *argument)
{
    (void)argument;
    ((struct world *)ctx)->kept = question;
    event_base_loopbreak(((struct world *)ctx)->loop);
}

static void on_nonsense(void *ctx, struct control_question *question, const char *argument)
{
    (void)ctx;
    (void)argument;
    control_answer(question, "{no json");
}

static const struct control_command commands[] = {
    {"echo", on_echo}, {"refuse", on_refuse},     {"wait", on_wait},
    {"keep", on_keep}, {"nonsense", on_nonsense}, {NULL, NULL},
};

static void quiet(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static int set_up(void **state)
{
    struct world *w = mem_alloc(sizeof *w);
    signal(SIGPIPE, SIG_IGN);
    log_set_sink(quiet, NULL);
    snprintf(w->folder, sizeof w->folder, "/tmp/test-control-XXXXXX");
    if (mkdtemp(w->folder) == NULL) {
        return -1;
    }
    w->path = mem_print("%s/control.sock", w->folder);
    w->loop = event_base_new();
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    control_destroy(w->control);
    event_base_free(w->loop);
    unlink(w->path);
    rmdir(w->folder);
    free(w->path);
    free(w);
    return 0;
}

static void start(struct world *w)
{
    char *error = NULL;
    w->control = control_create(w->loop, w->path, commands, w, &error);
    if (w->control == NULL) {
        fail_msg("%s", error);
    }
}

/* ---- asking from a thread while the loop turns here ---- */

struct asker {
    const char *path;
    const char *command;
    const char *argument;
    int done[2];
    enum control_outcome outcome;
    char *text;
};

static void *run_asker(void *ctx)
{
    struct asker *a = ctx;
    a->outcome = control_ask(a->path, a->command, a->argument, 20, &a->text);
    if (write(a->done[1], "x", 1) != 1) {
        abort();
    }
    return NULL;
}

static void on_done(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    event_base_loopbreak(ctx);
}

static enum control_outcome ask(struct world *w, const char *command, const char *argument,
                                char **text)
{
    struct asker a = {.path = w->path, .command = command, .argument = argument};
    pthread_t thread;
    assert_int_equal(pipe2(a.done, O_CLOEXEC), 0);
    struct event *watch = event_new(w->loop, a.done[0], EV_READ, on_done, w->loop);
    event_add(watch, NULL);
    assert_int_equal(pthread_create(&thread, NULL, run_asker, &a), 0);
    event_base_dispatch(w->loop);
    pthread_join(thread, NULL);
    event_free(watch);
    close(a.done[0]);
    close(a.done[1]);
    *text = a.text;
    return a.outcome;
}

static void expect(struct world *w, const char *command, const char *argument,
                   enum control_outcome outcome, const char *words)
{
    char *text = NULL;
    assert_int_equal(ask(w, command, argument, &text), outcome);
    assert_non_null(text);
    if (strstr(text, words) == NULL) {
        fail_msg("said \"%s\" instead of \"%s\"", text, words);
    }
    free(text);
}

static void control_ask__gets__the_answer(void **state)
{
    struct world *w = *state;
    start(w);
    expect(w, "echo", "hello", CONTROL_ANSWERED, "{\"said\":\"hello\"}");
    expect(w, "wait", "", CONTROL_ANSWERED, "[1,2]");
    expect(w, "echo", "again", CONTROL_ANSWERED, "{\"said\":\"again\"}");
}

static void control_ask__is_refused__in_words(void **state)
{
    struct world *w = *state;
    start(w);
    expect(w, "refuse", "", CONTROL_REFUSED, "the disk is \"full\"");
    expect(w, "dance", "", CONTROL_REFUSED, "does not know that command");
    expect(w, "nonsense", "", CONTROL_REFUSED, "no JSON");
    char *longer = mem_alloc(CONTROL_QUESTION + 1);
    memset(longer, 'x', CONTROL_QUESTION);
    expect(w, "echo", longer, CONTROL_REFUSED, "the question is too long");
    free(longer);
}

static void control_ask__tells__that_nobody_is_there(void **state)
{
    struct world *w = *state;
    char *text = NULL;
    assert_int_equal(control_ask(w->path, "echo", "", 5, &text), CONTROL_NOBODY);
    assert_null(text);
    assert_int_equal(control_ask("/nowhere/at/all", "echo", "", 5, &text), CONTROL_NOBODY);
}

/* A socket nobody listens on, as a daemon that was killed leaves it. */
static void leave_stale_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

static void control_create__replaces__a_stale_socket(void **state)
{
    struct world *w = *state;
    char *text = NULL;
    leave_stale_socket(w->path);
    assert_int_equal(control_ask(w->path, "echo", "", 5, &text), CONTROL_NOBODY);
    start(w);
    expect(w, "echo", "fresh", CONTROL_ANSWERED, "fresh");
}

static void control_create__refuses__where_a_daemon_answers(void **state)
{
    struct world *w = *state;
    char *error = NULL;
    start(w);
    assert_null(control_create(w->loop, w->path, commands, w, &error));
    assert_non_null(strstr(error, "a daemon answers on"));
    free(error);
    expect(w, "echo", "still", CONTROL_ANSWERED, "still");
}

static void control_create__leaves__other_files_alone(void **state)
{
    struct world *w = *state;
    char *error = NULL;
    int fd = open(w->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    close(fd);
    assert_null(control_create(w->loop, w->path, commands, w, &error));
    assert_non_null(strstr(error, "it is no socket"));
    free(error);
    struct stat about;
    assert_int_equal(lstat(w->path, &about), 0);
    assert_true(S_ISREG(about.st_mode));
    assert_null(control_create(w->loop, "/nowhere/at/all", commands, w, &error));
    assert_non_null(strstr(error, "No such file or directory"));
    free(error);
}

static void control_create__makes__a_private_socket(void **state)
{
    struct world *w = *state;
    struct stat about;
    umask(0);
    start(w);
    umask(022);
    assert_int_equal(lstat(w->path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    control_destroy(w->control);
    w->control = NULL;
    assert_int_equal(lstat(w->path, &about), -1);
}

/* ---- peers that behave badly ---- */

static int dial(struct world *w)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, w->path, strlen(w->path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void control_answer__is_dropped__when_who_asked_has_gone(void **state)
{
    struct world *w = *state;
    static const char question[] = "{\"command\":\"keep\"}\n";
    start(w);
    int fd = dial(w);
    assert_int_equal(write(fd, question, sizeof question - 1), sizeof question - 1);
    event_base_dispatch(w->loop);
    assert_non_null(w->kept);
    close(fd);
    control_answer(w->kept, "true");
    expect(w, "echo", "alive", CONTROL_ANSWERED, "alive");
}

static void control_destroy__ends__open_questions(void **state)
{
    struct world *w = *state;
    static const char question[] = "{\"command\":\"keep\"}\n";
    char byte;
    start(w);
    int fd = dial(w);
    assert_int_equal(write(fd, question, sizeof question - 1), sizeof question - 1);
    event_base_dispatch(w->loop);
    control_destroy(w->control);
    w->control = NULL;
    event_base_loop(w->loop, EVLOOP_NONBLOCK); /* libevent closes at the end of a turn */
    assert_int_equal(read(fd, &byte, 1), 0);
    close(fd);
}

static void control__bounds__connections(void **state)
{
    struct world *w = *state;
    int fds[CONTROL_CONNECTIONS];
    start(w);
    for (size_t i = 0; i < CONTROL_CONNECTIONS; i++) {
        fds[i] = dial(w);
    }
    expect(w, "echo", "x", CONTROL_REFUSED, "hung up without an answer");
    for (size_t i = 0; i < CONTROL_CONNECTIONS; i++) {
        close(fds[i]);
    }
    expect(w, "echo", "room", CONTROL_ANSWERED, "room");
}

static void control__refuses__what_is_no_question(void **state)
{
    struct world *w = *state;
    static const char *const wrong[] = {"\n", "[]\n", "{\"command\":5}\n", "{\"argument\":\"x\"}\n",
                                        "GET / HTTP/1.1\r\n"};
    start(w);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char answer[200] = "";
        int fd = dial(w);
        assert_int_equal(write(fd, wrong[i], strlen(wrong[i])), strlen(wrong[i]));
        struct event *watch = event_new(w->loop, fd, EV_READ, on_done, w->loop);
        event_add(watch, NULL);
        event_base_dispatch(w->loop);
        event_free(watch);
        assert_true(read(fd, answer, sizeof answer - 1) > 0);
        assert_non_null(strstr(answer, "\"ok\":false"));
        close(fd);
    }
}

/* Every descriptor that there may be is open; returns how many were opened for that. */
static size_t fill_table(int *filler, size_t max, struct rlimit *before)
{
    size_t count = 0;
    int last = dup(0);
    assert_true(last >= 0);
    close(last);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, before), 0);
    struct rlimit now = {.rlim_cur = (rlim_t)last + 1, .rlim_max = before->rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
    while (count < max && (filler[count] = dup(0)) >= 0) {
        count++;
    }
    assert_true(count < max);
    return count;
}

/* No descriptor is left for who asks: the loop is not woken for ever, and the question is answered
 * when there is one again. */
static void control__rests__when_it_cannot_accept(void **state)
{
    struct world *w = *state;
    struct rlimit before;
    int filler[64];
    unsigned turns = 0;
    char answer[256] = "";
    const char question[] = "{\"command\":\"echo\",\"argument\":\"late\"}\n";
    start(w);
    int fd = dial(w);
    assert_int_equal(write(fd, question, sizeof question - 1), sizeof question - 1);
    size_t fillers = fill_table(filler, 64, &before);
    const struct timeval moment = {.tv_usec = 300000};
    struct event *end = event_new(w->loop, -1, 0, on_done, w->loop);
    event_add(end, &moment);
    while (!event_base_got_break(w->loop)) {
        event_base_loop(w->loop, EVLOOP_ONCE);
        turns++;
    }
    assert_true(turns < 10);
    for (size_t i = 0; i < fillers; i++) {
        close(filler[i]);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    struct event *watch = event_new(w->loop, fd, EV_READ, on_done, w->loop);
    event_add(watch, NULL);
    event_base_dispatch(w->loop);
    assert_true(read(fd, answer, sizeof answer - 1) > 0);
    assert_non_null(strstr(answer, "late"));
    event_free(watch);
    event_free(end);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(control_ask__gets__the_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(control_ask__is_refused__in_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(control_ask__tells__that_nobody_is_there, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(control_create__replaces__a_stale_socket, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(control_create__refuses__where_a_daemon_answers, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(control_create__leaves__other_files_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(control_create__makes__a_private_socket, set_up, tear_down),
        cmocka_unit_test_setup_teardown(control_answer__is_dropped__when_who_asked_has_gone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(control_destroy__ends__open_questions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(control__bounds__connections, set_up, tear_down),
        cmocka_unit_test_setup_teardown(control__refuses__what_is_no_question, set_up, tear_down),
        cmocka_unit_test_setup_teardown(control__rests__when_it_cannot_accept, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
