#include "transport/gateway_uploads.h"

#include "base/id.h"
#include "base/mem.h"
#include "files/upload.h"
#include "transport/gateway_routes.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "/w/1/upload/"

/* What is answered. */
struct verdict {
    int status;
    const char *words;
};

static const struct verdict NO_ORIGIN = {403, "This origin is not allowed here."};
static const struct verdict NO_LENGTH = {411, "The length is wanted beforehand."};
static const struct verdict NO_BODY = {400, "There is nothing in this file."};
static const struct verdict NO_CHAT = {403, "This chat has ended."};

static const struct verdict VERDICTS[] = {
    [UPLOAD_OK] = {201, NULL},
    [UPLOAD_NOWHERE] = {404, "There is nothing here."},
    [UPLOAD_TOO_LARGE] = {413, "This is more than was asked for."},
    [UPLOAD_TOO_MANY] = {403, "There are too many files in this chat."},
    [UPLOAD_BUSY] = {403, "There are too many files on their way."},
    [UPLOAD_UNKNOWN] = {404, "There is nothing here."},
    [UPLOAD_WRONG_SIZE] = {400, "This is not the size that was asked for."},
    [UPLOAD_DISK] = {507, "Files cannot be kept right now."},
    [UPLOAD_ELSEWHERE] = {409, "The same file comes on another connection."},
};

/* A request whose body comes. */
struct put {
    struct list link; /* gateway::puts */
    struct gateway *gateway;
    struct http_request *request;  /* NULL: the connection is lost */
    struct upload *upload;         /* NULL: what comes is thrown away, or all has come */
    const struct verdict *verdict; /* what will be answered */
    bool is_whole;                 /* files and storage are at it */
};

static void put_destroy(struct put *p)
{
    list_remove(&p->link);
    free(p);
}

/* ---- answers ---- */

/* Of a site, or of no page at all: then the token alone counts. */
static bool is_allowed(const struct gateway *g, const struct http_request *r, const char **origin)
{
    size_t count = http_request_header_count(r, "Origin");

    *origin = NULL;
    return count == 0 ||
           (count == 1 && sites_find(g->sites, http_request_header(r, "Origin"), origin) != NULL);
}

static char *cors_dup(const struct gateway *g, const struct http_request *r)
{
    const char *origin;

    if (!is_allowed(g, r, &origin) || origin == NULL) {
        return mem_dup("Vary: Origin\r\n");
    }
    return mem_print("Access-Control-Allow-Origin: %s\r\nVary: Origin\r\n", origin);
}

static void answer(const struct gateway *g, struct http_request *r, const struct verdict *v)
{
    char *cors = cors_dup(g, r);
    char *headers = mem_print("%sCache-Control: no-store\r\n", cors);

    if (v->words != NULL) {
        http_answer_words(r, v->status, headers, v->words);
    } else {
        struct http_answer empty = {.status = v->status, .headers = headers};
        http_answer(r, &empty);
    }
    free(headers);
    free(cors);
}

static void answer_preflight(const struct gateway *g, struct http_request *r)
{
    const char *origin;

    if (!is_allowed(g, r, &origin) || origin == NULL) {
        answer(g, r, &NO_ORIGIN);
        return;
    }
    char *cors = cors_dup(g, r);
    char *headers = mem_print("%sAccess-Control-Allow-Methods: PUT\r\n"
                              "Access-Control-Allow-Headers: Content-Type\r\n"
                              "Access-Control-Max-Age: 86400\r\n",
                              cors);
    struct http_answer allowed = {.status = 204, .headers = headers};
    http_answer(r, &allowed);
    free(headers);
    free(cors);
}

/* ---- the body ---- */

static void on_bytes(void *ctx, const char *bytes, size_t len)
{
    struct put *p = ctx;

    enum upload_result result = p->upload != NULL ? upload_add(p->upload, bytes, len) : UPLOAD_OK;
    if (result != UPLOAD_OK) {
        upload_drop(p->upload);
        p->upload = NULL;
        p->verdict = &VERDICTS[result];
    }
}

/* What it says is on disk. */
static void on_committed(void *ctx)
{
    struct put *p = ctx;

    if (p->request != NULL) {
        answer(p->gateway, p->request, p->verdict);
    }
    put_destroy(p);
}

static void on_kept(void *ctx, enum upload_result result)
{
    struct put *p = ctx;
    const struct post *post = router_post(p->gateway->world.router);

    p->verdict = &VERDICTS[result];
    if (result == UPLOAD_OK) {
        post->after(post->ctx, on_committed, p);
    } else {
        on_committed(p);
    }
}

static void on_whole(void *ctx)
{
    struct put *p = ctx;
    struct upload *upload = p->upload;

    p->is_whole = true;
    p->upload = NULL;
    if (upload != NULL) {
        upload_keep(upload, on_kept, p);
    } else {
        on_committed(p);
    }
}

static void on_lost(void *ctx)
{
    struct put *p = ctx;

    p->request = NULL;
    if (!p->is_whole) {
        upload_drop(p->upload);
        put_destroy(p);
    }
}

static const struct http_sink SINK = {
    .on_bytes = on_bytes, .on_whole = on_whole, .on_lost = on_lost};

/* ---- the head ---- */

static const struct verdict *judge(struct gateway *g, const struct http_request *r,
                                   struct upload **out)
{
    const char *token = http_request_path(r) + strlen(PREFIX);
    int64_t length = http_request_length(r);
    const char *origin;
    int64_t chat;

    if (!is_allowed(g, r, &origin)) {
        return &NO_ORIGIN;
    }
    if (g->config.uploads == NULL || strlen(token) != ID_TOKEN_SIZE - 1 ||
        !uploads_whose(g->config.uploads, token, g->world.now, &chat)) {
        return &VERDICTS[UPLOAD_UNKNOWN];
    }
    if (length <= 0) {
        return length < 0 ? &NO_LENGTH : &NO_BODY;
    }
    if (!g->config.takes_file(g->config.ctx, chat)) {
        return &NO_CHAT;
    }
    enum upload_result result =
        uploads_begin(g->config.uploads, token, (size_t)length, g->world.now, out);
    return &VERDICTS[result];
}

void gateway_uploads_begin(struct gateway *g, struct http_request *r)
{
    struct upload *upload = NULL;
    const struct verdict *verdict = judge(g, r, &upload);
    int64_t length = http_request_length(r);
    size_t most = g->config.uploads != NULL ? uploads_max_bytes(g->config.uploads) : 0;

    if (upload == NULL &&
        (length < 0 || (size_t)length > most || http_request_expects_continue(r))) {
        answer(g, r, verdict);
        return;
    }
    struct put *p = mem_alloc(sizeof *p);
    p->gateway = g;
    p->request = r;
    p->upload = upload;
    p->verdict = verdict;
    list_init(&p->link);
    list_append(&g->puts, &p->link);
    http_stream(r, &SINK, p);
}

void gateway_uploads_handle(struct gateway *g, struct http_request *r)
{
    struct upload *none = NULL;

    if (http_request_verb(r) == HTTP_VERB_OPTIONS) {
        answer_preflight(g, r);
    } else {
        answer(g, r, judge(g, r, &none));
    }
}

void gateway_uploads_finish(struct gateway *g)
{
    list_for_each_safe (struct put, p, &g->puts, link) {
        put_destroy(p);
    }
}
