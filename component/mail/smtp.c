#include "mail/smtp.h"

#include "base/mem.h"
#include "base/text.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const long CONNECT_MS = 15 * 1000;
static const long TRY_MS = 30 * 1000;
static const long SEND_MS = 120 * 1000; /* some servers look at a mail for a minute */

/* What was said on the connection, as far as it decides. */
struct dialogue {
    char command[5]; /* the last one of ours: RCPT */
    char refused[5]; /* the one that reply is about */
    char reply[SMTP_WORDS];
    bool has_auth;
    const char *text; /* what is left to send */
    const atomic_bool *ends;
};

static bool begins(const char *line, size_t len, const char *with)
{
    return len >= strlen(with) && strncmp(line, with, strlen(with)) == 0;
}

/* The body of a mail never comes here, but log-ins do: nothing but the verb is kept. */
static int on_line(CURL *easy, curl_infotype type, char *line, size_t len, void *ctx)
{
    struct dialogue *d = ctx;

    (void)easy;
    if (type == CURLINFO_HEADER_OUT) {
        snprintf(d->command, sizeof d->command, "%.*s", (int)(len < 4 ? len : 4), line);
        d->has_auth = d->has_auth && !text_equal(d->command, "EHLO");
    } else if (type == CURLINFO_HEADER_IN && len > 3) {
        d->has_auth = d->has_auth || begins(line, len, "250-AUTH") || begins(line, len, "250 AUTH");
        if (line[0] >= '4' && !text_equal(d->command, "QUIT")) {
            memcpy(d->refused, d->command, sizeof d->refused);
            snprintf(d->reply, sizeof d->reply, "%.*s", (int)len, line);
        }
    }
    return 0;
}

static size_t on_read(char *out, size_t size, size_t count, void *ctx)
{
    struct dialogue *d = ctx;
    size_t room = size * count;
    size_t len = strnlen(d->text, room);

    memcpy(out, d->text, len);
    d->text += len;
    return len;
}

/* What a server says besides its replies is nobody's business. */
static size_t on_write(char *bytes, size_t size, size_t count, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * count;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t e)
{
    const struct dialogue *d = ctx;

    (void)a;
    (void)b;
    (void)c;
    (void)e;
    return d->ends != NULL && atomic_load(d->ends) ? 1 : 0;
}

static CURL *easy_create(const struct smtp_server *server, struct dialogue *d)
{
    CURL *easy = curl_easy_init();
    char *url = mem_print("%s/%s", server->url, server->ehlo);

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a resolver that hangs is not waited for */
    /* Else the QUIT is said by a handle of libcurl's own, which listens to no callback and waits
     * for its answer for two minutes. */
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, server->tls ? (long)CURLUSESSL_ALL : CURLUSESSL_NONE);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (server->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, server->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    if (server->user != NULL) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, server->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, server->password);
    }
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L); /* for on_line alone */
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_line);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, d);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, d);
    free(url);
    return easy;
}

/* ---- what came of it ---- */

/* RFC 3463: x.7.x is a policy, most often that we are not logged in, or not yet known. */
static bool is_for_good(const struct dialogue *d)
{
    bool of_recipient = text_equal(d->refused, "RCPT") && d->reply[1] == '5' &&
                        strchr("01236", d->reply[2]) != NULL && strstr(d->reply, "5.7.") == NULL;

    return d->reply[0] == '5' && (of_recipient || text_equal(d->refused, "DATA"));
}

/* 421: the server closes. */
static bool is_for_now(const struct dialogue *d)
{
    return (text_equal(d->refused, "RCPT") || text_equal(d->refused, "DATA")) &&
           !begins(d->reply, strlen(d->reply), "421");
}

static const char *words_of(CURLcode code)
{
    switch (code) {
    case CURLE_USE_SSL_FAILED:
        return "the server offers no STARTTLS, and nothing is sent in clear text";
    case CURLE_PEER_FAILED_VERIFICATION:
        return "the server's certificate is not good for this name, or nobody known has signed it";
    case CURLE_SSL_CONNECT_ERROR:
        return "no TLS connection comes about (smtp:// begins in clear text, smtps:// with TLS)";
    case CURLE_LOGIN_DENIED:
        return "the server does not take user and password";
    case CURLE_SSL_CACERT_BADFILE:
        return "no certificates to trust can be read (mail.ca_file, or the system's)";
    default:
        return curl_easy_strerror(code);
    }
}

static void put_words(struct smtp_answer *out, const char *words, const char *reply)
{
    char *text = mem_print("%s%s%s", words, reply[0] != '\0' ? "; it said: " : "", reply);
    char *clean = text_clean_dup(text);
    char *line = text_name_dup(clean, SMTP_WORDS);
    char *clipped = text_clip_dup(line, SMTP_WORDS, SMTP_WORDS - 1);

    snprintf(out->words, sizeof out->words, "%s", clipped);
    free(text);
    free(clean);
    free(line);
    free(clipped);
}

static void conclude(struct smtp_answer *out, const struct dialogue *d, CURLcode code)
{
    *out = (struct smtp_answer){.has_auth = d->has_auth};
    if (code == CURLE_OK) {
        out->result = SMTP_DONE;
        return;
    }
    out->result = is_for_good(d) ? SMTP_REFUSED : is_for_now(d) ? SMTP_PUT_OFF : SMTP_NO_SERVER;
    if (out->result == SMTP_NO_SERVER) {
        put_words(out, words_of(code), d->reply);
    } else {
        put_words(out, d->reply, "");
    }
}

void smtp_send(const struct smtp_server *server, const struct smtp_mail *mail,
               const atomic_bool *ends, struct smtp_answer *out)
{
    struct dialogue d = {.text = mail->text, .ends = ends};
    CURL *easy = easy_create(server, &d);
    char *from = mem_print("<%s>", mail->from);
    char *to = mem_print("<%s>", mail->to);
    struct curl_slist *recipients = curl_slist_append(NULL, to);

    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, SEND_MS);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, &d);
    CURLcode code = curl_easy_perform(easy);
    conclude(out, &d, code);
    curl_easy_cleanup(easy);
    curl_slist_free_all(recipients);
    free(from);
    free(to);
}

void smtp_try(const struct smtp_server *server, struct smtp_answer *out)
{
    struct dialogue d = {.text = ""};
    CURL *easy = easy_create(server, &d);

    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TRY_MS);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    CURLcode code = curl_easy_perform(easy);
    conclude(out, &d, code);
    curl_easy_cleanup(easy);
}
