/* Why the component link is ours (docs/decisions/0001): what the installed libstrophe does in its
 * place. A test that fails here is good news: libstrophe was mended, and the decision may be looked
 * at again. Nothing of ours is linked into these trials but what a program needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TURNS = 300, DESCRIPTORS = 1100 };

static int listen_on_loopback(unsigned short *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 4), 0);
    getsockname(fd, (struct sockaddr *)&address, &len);
    *port = ntohs(address.sin_port);
    return fd;
}

static void on_conn(xmpp_conn_t *conn, xmpp_conn_event_t event, int error,
                    xmpp_stream_error_t *stream_error, void *ctx)
{
    (void)conn;
    (void)error;
    (void)stream_error;
    if (event == XMPP_CONN_CONNECT) {
        *(bool *)ctx = true;
    }
}

/* In a process of its own: 0 if the component came up. */
static void be_a_component(unsigned short port)
{
    struct rlimit none = {0};
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGSEGV, SIG_DFL); /* cmocka would go on with the next test, in this process */
    signal(SIGBUS, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO);
    bool is_up = false;
    xmpp_initialize();
    xmpp_ctx_t *strophe = xmpp_ctx_new(NULL, NULL);
    xmpp_conn_t *conn = xmpp_conn_new(strophe);
    xmpp_conn_set_jid(conn, "support.localhost");
    xmpp_conn_set_pass(conn, "s3cret");
    if (xmpp_connect_component(conn, "127.0.0.1", port, on_conn, &is_up) != XMPP_EOK) {
        _exit(3);
    }
    for (int i = 0; i < TURNS && !is_up; i++) {
        xmpp_run_once(strophe, 10);
    }
    _exit(is_up ? 0 : 2);
}

static void serve_handshake(int listener)
{
    static const char header[] =
        "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
        "xmlns:stream='http://etherx.jabber.org/streams' id='1' from='support.localhost'>";
    char bytes[4096];
    int fd = accept(listener, NULL, NULL);
    assert_true(fd >= 0);
    assert_true(recv(fd, bytes, sizeof bytes, 0) > 0);
    assert_true(send(fd, header, sizeof header - 1, MSG_NOSIGNAL) > 0);
    assert_true(recv(fd, bytes, sizeof bytes, 0) > 0);
    assert_true(send(fd, "<handshake/>", 12, MSG_NOSIGNAL) > 0);
    while (recv(fd, bytes, sizeof bytes, 0) > 0) {
    }
    close(fd);
}

/* F1: the stanza that ends the handshake is the first one, and the last. */
static void libstrophe__crashes__as_a_component(void **state)
{
    (void)state;
    unsigned short port = 0;
    int listener = listen_on_loopback(&port);
    pid_t child = fork();
    if (child == 0) {
        close(listener);
        be_a_component(port);
    }
    assert_true(child > 0);
    serve_handshake(listener);
    close(listener);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
    assert_false(WIFEXITED(status) && (WEXITSTATUS(status) == 2 || WEXITSTATUS(status) == 3));
}

/* F5: select() aborts with a descriptor of 1024 or more: the first reconnect beside a thousand
 * visitors. */
static void libstrophe__aborts__beyond_descriptor_1024__V_140(void **state)
{
    (void)state;
    unsigned short port = 0;
    int listener = listen_on_loopback(&port);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit;
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
        setrlimit(RLIMIT_NOFILE, &limit);
        for (int i = 0; i < DESCRIPTORS; i++) {
            if (dup(listener) < 0) {
                _exit(3);
            }
        }
        be_a_component(port);
    }
    assert_true(child > 0);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    close(listener);
    assert_true(WIFSIGNALED(status) ||
                (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 2 && WEXITSTATUS(status) != 3));
}

/* F2, V-050: an attribute in a foreign namespace overwrites the sender. */
static void libstrophe__takes__a_forged_sender__V_050(void **state)
{
    (void)state;
    xmpp_ctx_t *strophe = xmpp_ctx_new(NULL, NULL);
    xmpp_stanza_t *stanza = xmpp_stanza_new_from_string(
        strophe, "<message xmlns='jabber:client' xmlns:x='urn:x' from='alice@localhost' "
                 "x:from='boss@localhost'/>");
    assert_non_null(stanza);
    assert_string_equal(xmpp_stanza_get_from(stanza), "boss@localhost");
    xmpp_stanza_release(stanza);
    xmpp_ctx_free(strophe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libstrophe__crashes__as_a_component),
        cmocka_unit_test(libstrophe__aborts__beyond_descriptor_1024__V_140),
        cmocka_unit_test(libstrophe__takes__a_forged_sender__V_050),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
