/* What a supervisor is told: by the protocol of sd_notify(3), on a socket of the test. */
#include "notify.h"

#include "base/mem.h"

#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
    struct event_base *loop;
    int fd;
};

/* In the abstract namespace, as systemd's own may be. */
static int set_up(void **state)
{
    struct world *w = mem_alloc(sizeof *w);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int len = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "tresen-notify-%ld",
                       (long)getpid());
    w->loop = event_base_new();
    w->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    *state = w;
    char *name = mem_print("@%s", address.sun_path + 1);
    setenv("NOTIFY_SOCKET", name, 1);
    free(name);
    return bind(w->fd, (const struct sockaddr *)&address,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len));
}

static int tear_down(void **state)
{
    struct world *w = *state;
    close(w->fd);
    event_base_free(w->loop);
    free(w);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    return 0;
}

static void expect(struct world *w, const char *words)
{
    char heard[64] = "";
    assert_true(recv(w->fd, heard, sizeof heard - 1, 0) > 0);
    assert_string_equal(heard, words);
}

static void expect_silence(struct world *w)
{
    char heard[64];
    assert_int_equal(recv(w->fd, heard, sizeof heard, MSG_DONTWAIT), -1);
}

static void notify__tells__when_the_loop_turns_and_when_it_stops(void **state)
{
    struct world *w = *state;
    struct notify *n = notify_create(w->loop);
    expect_silence(w);
    event_base_loop(w->loop, EVLOOP_NONBLOCK);
    expect(w, "READY=1");
    event_base_loop(w->loop, EVLOOP_NONBLOCK);
    expect_silence(w);
    notify_stopping(n);
    expect(w, "STOPPING=1");
    notify_destroy(n);
}

/* systemd: RELOADING=1 with the time it began, then READY=1. */
static void notify__tells__a_reload(void **state)
{
    struct world *w = *state;
    char heard[64] = "";
    struct notify *n = notify_create(w->loop);
    event_base_loop(w->loop, EVLOOP_NONBLOCK);
    expect(w, "READY=1");
    notify_reloading(n);
    assert_true(recv(w->fd, heard, sizeof heard - 1, 0) > 0);
    assert_int_equal(strncmp(heard, "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
    assert_true(strtoll(heard + 27, NULL, 10) > 0);
    notify_ready(n);
    expect(w, "READY=1");
    notify_destroy(n);
}

static void notify__feeds__the_watchdog(void **state)
{
    struct world *w = *state;
    setenv("WATCHDOG_USEC", "20000", 1);
    struct notify *n = notify_create(w->loop);
    event_base_loop(w->loop, EVLOOP_ONCE);
    expect(w, "READY=1");
    for (int i = 0; i < 3; i++) {
        event_base_loop(w->loop, EVLOOP_ONCE);
        expect(w, "WATCHDOG=1");
    }
    notify_destroy(n);
}

static void notify__is_silent__without_a_supervisor(void **state)
{
    struct world *w = *state;
    static const char *const nobody[] = {NULL, "", "@", "relative", "/nowhere/at/all"};
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        if (nobody[i] == NULL) {
            unsetenv("NOTIFY_SOCKET");
        } else {
            setenv("NOTIFY_SOCKET", nobody[i], 1);
        }
        struct notify *n = notify_create(w->loop);
        event_base_loop(w->loop, EVLOOP_NONBLOCK);
        notify_stopping(n);
        notify_destroy(n);
    }
    expect_silence(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(notify__tells__when_the_loop_turns_and_when_it_stops,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(notify__tells__a_reload, set_up, tear_down),
        cmocka_unit_test_setup_teardown(notify__feeds__the_watchdog, set_up, tear_down),
        cmocka_unit_test_setup_teardown(notify__is_silent__without_a_supervisor, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
