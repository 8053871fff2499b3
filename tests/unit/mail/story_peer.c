#include "story_peer.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void keep(struct peer *p, const char *line)
{
    int len = snprintf(p->said + p->len, sizeof p->said - p->len, "%s", line);
    p->len += (size_t)len < sizeof p->said - p->len ? (size_t)len : 0;
}

static void answer(const struct peer *p, FILE *out, const char *verb, const char *usual)
{
    fprintf(out, "%s\r\n", strcmp(verb, p->verb) == 0 ? p->refusal : usual);
    fflush(out);
}

static void take_mail(struct peer *p, FILE *in, FILE *out)
{
    char line[1100];

    while (fgets(line, sizeof line, in) != NULL && strcmp(line, ".\r\n") != 0) {
        keep(p, line);
    }
    answer(p, out, "END", "250 2.0.0 taken");
}

static void serve(struct peer *p, FILE *in, FILE *out)
{
    char line[1100];
    char verb[5];

    answer(p, out, "HELO", "220 peer ESMTP");
    while (fgets(line, sizeof line, in) != NULL) {
        keep(p, line);
        snprintf(verb, sizeof verb, "%.4s", line);
        bool refused = strcmp(verb, p->verb) == 0;
        answer(p, out, verb, strcmp(verb, "DATA") == 0 ? "354 go on" : "250 2.0.0 ok");
        if (strcmp(verb, "QUIT") == 0) {
            return;
        }
        if (strcmp(verb, "DATA") == 0 && !refused) {
            take_mail(p, in, out);
        }
    }
}

static void *run(void *ctx)
{
    struct peer *p = ctx;
    int client;

    while ((client = accept(p->listener, NULL, NULL)) >= 0) {
        FILE *in = fdopen(client, "r");
        FILE *out = fdopen(dup(client), "w");
        atomic_fetch_add(&p->clients, 1);
        serve(p, in, out);
        fclose(in);
        fclose(out);
    }
    return NULL;
}

void peer_is_silent(struct peer *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(p->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int yes = 1;

    p->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(setsockopt(p->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
    assert_int_equal(bind(p->listener, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(p->listener, 1), 0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&at, &size), 0);
    p->port = ntohs(at.sin_port);
    snprintf(p->url, sizeof p->url, "smtp://127.0.0.1:%u", p->port);
}

void peer_listens(struct peer *p)
{
    peer_is_silent(p);
    assert_int_equal(pthread_create(&p->thread, NULL, run, p), 0);
}

void peer_is_gone(struct peer *p)
{
    shutdown(p->listener, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->listener);
}
