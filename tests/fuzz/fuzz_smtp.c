/* fuzz_smtp.c - what a mail server answers. The first byte says how we come (with a log-in, with
 * TLS, only to try), each line that follows is said to one of our commands: the first as a
 * greeting. Behind the last the server closes. Whatever it says, one of four things has come of the
 * mail, and why is one line that people can read. */
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/smtp.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { WITH_LOGIN = 1, WITH_TLS = 2, ONLY_TRIES = 4, PATIENCE_US = 5000, INPUT_MAX = 4096 };

struct peer {
    int listener;
    char *replies;
};

/* Waits for a command, or a mail, to its end; not for long: a reply may have been none. */
static bool hear(int fd)
{
    char bytes[4096];
    ssize_t got;

    do {
        got = recv(fd, bytes, sizeof bytes, 0);
    } while (got > 0 && bytes[got - 1] != '\n');
    return got != 0;
}

static void *serve(void *ctx)
{
    const struct peer *p = ctx;
    const struct timeval patience = {.tv_usec = PATIENCE_US};
    int fd = accept(p->listener, NULL, NULL);
    char *rest = p->replies;
    char *line;

    if (fd < 0) {
        return NULL; /* nobody came */
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while ((line = strsep(&rest, "\n")) != NULL) {
        bool goes_on = strlen(line) > 3 && line[3] == '-';
        char *reply = mem_print("%s\r\n", line);
        bool is_there = send(fd, reply, strlen(reply), MSG_NOSIGNAL) > 0;
        free(reply);
        if (!is_there || (!goes_on && !hear(fd))) {
            break;
        }
    }
    close(fd);
    return NULL;
}

static int listen_on_loopback(char url[40])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    const struct timeval patience = {.tv_sec = 1};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 4) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        BUG("no port of loopback can be had");
    }
    snprintf(url, 40, "smtp://127.0.0.1:%u", ntohs(at.sin_port));
    return fd;
}

static void check(const struct smtp_answer *a, bool is_try)
{
    if (a->result > SMTP_NO_SERVER || (a->result == SMTP_DONE) != (a->words[0] == '\0') ||
        !text_is_xml(a->words, strlen(a->words)) || strpbrk(a->words, "\r\n") != NULL) {
        BUG("result %d: %s", (int)a->result, log_safe(a->words));
    }
    if (is_try && (a->result == SMTP_REFUSED || a->result == SMTP_PUT_OFF)) {
        BUG("a mail that there was not is refused: %s", log_safe(a->words));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static char url[40];
    static struct peer peer = {.listener = -1};
    pthread_t thread;
    struct smtp_answer answer;

    if (len == 0 || len > INPUT_MAX) {
        return 0;
    }
    if (peer.listener < 0) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        peer.listener = listen_on_loopback(url);
    }
    const struct smtp_server server = {.url = url,
                                       .ehlo = "desk.example",
                                       .tls = (bytes[0] & WITH_TLS) != 0,
                                       .user = (bytes[0] & WITH_LOGIN) != 0 ? "desk" : NULL,
                                       .password = "secret"};
    peer.replies = mem_dup_n((const char *)bytes + 1, len - 1);
    if (pthread_create(&thread, NULL, serve, &peer) != 0) {
        BUG("no thread");
    }
    if ((bytes[0] & ONLY_TRIES) != 0) {
        smtp_try(&server, &answer);
    } else {
        const struct smtp_mail mail = {"desk@desk.example", "ada@example.org",
                                       "Subject: x\r\n\r\nHello\r\n.\r\n"};
        smtp_send(&server, &mail, NULL, &answer);
    }
    pthread_join(thread, NULL);
    check(&answer, (bytes[0] & ONLY_TRIES) != 0);
    free(peer.replies);
    return 0;
}
