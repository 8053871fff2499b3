#include "client/wire.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_S = 5, READ_SIZE = 16 * 1024 };

struct wire {
    int fd;
    SSL_CTX *tls_context;
    SSL *tls; /* NULL: plain TCP */
};

static int connect_to(const char *host, const char *port, char *why, size_t size)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(host, port, &hints, &found);
    if (error) {
        snprintf(why, size, "%s: %s", host, gai_strerror(error));
        return -1;
    }
    int fd = -1;
    struct timeval patience = {.tv_sec = PATIENCE_S};
    for (struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd < 0) {
            continue;
        }
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            snprintf(why, size, "%s port %s: %s", host, port, strerror(errno));
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

static bool start_tls(struct wire *w, const char *host, const char *ca_file)
{
    w->tls_context = SSL_CTX_new(TLS_client_method());
    if (!w->tls_context) {
        return false;
    }
    SSL_CTX_set_verify(w->tls_context, SSL_VERIFY_PEER, NULL);
    int trusted = ca_file ? SSL_CTX_load_verify_locations(w->tls_context, ca_file, NULL)
                          : SSL_CTX_set_default_verify_paths(w->tls_context);
    w->tls = SSL_new(w->tls_context);
    return trusted == 1 && w->tls && SSL_set1_host(w->tls, host) == 1 &&
           SSL_set_tlsext_host_name(w->tls, host) == 1 && SSL_set_fd(w->tls, w->fd) == 1 &&
           SSL_connect(w->tls) == 1;
}

static void say_why_not(const struct wire *w, char *why, size_t size)
{
    long verdict = w->tls ? SSL_get_verify_result(w->tls) : X509_V_OK;
    unsigned long error = ERR_get_error();
    const char *reason = error ? ERR_reason_error_string(error) : NULL;
    if (verdict != X509_V_OK) {
        snprintf(why, size, "TLS: the certificate is not trusted: %s",
                 X509_verify_cert_error_string(verdict));
    } else {
        snprintf(why, size, "TLS: %s", reason ? reason : "no answer");
    }
}

struct wire *wire_open(const char *host, const char *port, bool tls, const char *ca_file, char *why,
                       size_t size)
{
    int fd = connect_to(host, port, why, size);
    if (fd < 0) {
        return NULL;
    }
    struct wire *w = mem_alloc(sizeof *w);
    w->fd = fd;
    if (tls && !start_tls(w, host, ca_file)) {
        say_why_not(w, why, size);
        wire_close(w);
        return NULL;
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return w;
}

void wire_close(struct wire *w)
{
    if (!w) {
        return;
    }
    if (w->tls) {
        SSL_shutdown(w->tls);
        SSL_free(w->tls);
    }
    SSL_CTX_free(w->tls_context);
    close(w->fd);
    free(w);
}

int wire_fd(const struct wire *w)
{
    return w->fd;
}

/* Negative: an error; 0: not now. */
static ssize_t write_some(struct wire *w, const void *bytes, size_t len)
{
    if (!w->tls) {
        ssize_t written = send(w->fd, bytes, len, MSG_NOSIGNAL);
        return written < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : written;
    }
    int written = SSL_write(w->tls, bytes, (int)len);
    if (written > 0) {
        return written;
    }
    int error = SSL_get_error(w->tls, written);
    return error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ ? 0 : -1;
}

bool wire_write(struct wire *w, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        ssize_t written = write_some(w, at, len);
        if (written < 0) {
            return false;
        }
        if (written == 0) {
            struct pollfd ready = {.fd = w->fd, .events = POLLOUT};
            if (poll(&ready, 1, PATIENCE_S * 1000) == 0) {
                return false;
            }
        }
        at += written;
        len -= (size_t)written;
    }
    return true;
}

bool wire_read(struct wire *w, struct buf *in)
{
    char bytes[READ_SIZE];
    for (;;) {
        ssize_t len = 0;
        bool wait = false;
        if (w->tls) {
            len = SSL_read(w->tls, bytes, sizeof bytes);
            int error = len > 0 ? 0 : SSL_get_error(w->tls, (int)len);
            wait = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
        } else {
            len = recv(w->fd, bytes, sizeof bytes, 0);
            wait = len < 0 && (errno == EAGAIN || errno == EINTR);
        }
        if (wait) {
            return true;
        }
        if (len <= 0 || !buf_add(in, bytes, (size_t)len)) {
            return false;
        }
    }
}
