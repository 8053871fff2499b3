#include "transport/gateway_routes.h"

#include "base/buf.h"
#include "base/mem.h"
#include "transport/gateway_files.h"
#include "transport/gateway_uploads.h"
#include "transport/upgrade.h"
#include "transport/websocket_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS_MAX = 1024 };

#define VERB(name) (1U << HTTP_VERB_##name)

static struct address address_of(const struct gateway *g, const struct http_request *r)
{
    /* All of them: a proxy may add its line behind any number that a stranger sent. */
    const char *fields[HTTP_FIELD_COUNT_MAX];
    size_t count = http_request_headers(r, "X-Forwarded-For", fields, HTTP_FIELD_COUNT_MAX);
    return address_forwarded(g->trusted, g->config.trusted_proxy_count, http_request_peer(r),
                             fields, count);
}

static void refuse_for_limits(struct http_request *r, unsigned retry_s, const char *headers)
{
    char *lines = mem_print("Retry-After: %u\r\n%s", retry_s, headers ? headers : "");
    http_answer_words(r, 429, lines, "Too many visitors from this address. Try again later.");
    free(lines);
}

/* ---- the stream's two roads ---- */

static void handle_websocket(struct gateway *g, struct http_request *r)
{
    struct upgrade_verdict verdict = upgrade_check(r, g->sites);
    if (verdict.status != 0) {
        g->refused_origins += verdict.status == 403 ? 1 : 0;
        http_answer_words(r, verdict.status, verdict.headers, verdict.words);
        return;
    }
    unsigned retry_s;
    struct address from = address_of(g, r);
    struct limits_place *place = limits_enter(g->limits, &from, g->world.now, &retry_s);
    if (!place) {
        refuse_for_limits(r, retry_s, NULL);
        return;
    }
    websocket_stream_accept(r, &g->world, verdict.site->id, &from, place, g->config.ping_s);
}

/* What a browser asks before it posts text/xml from another origin. */
static void answer_bosh_preflight(struct http_request *r, const char *origin)
{
    char *headers = mem_print("Access-Control-Allow-Origin: %s\r\nVary: Origin\r\n"
                              "Access-Control-Allow-Methods: POST\r\n"
                              "Access-Control-Allow-Headers: Content-Type\r\n"
                              "Access-Control-Max-Age: 86400\r\n",
                              origin);
    struct http_answer answer = {.status = 204, .headers = headers};
    http_answer(r, &answer);
    free(headers);
}

static void handle_bosh(struct gateway *g, struct http_request *r)
{
    struct bosh_client client = {.from = address_of(g, r)};
    if (http_request_header_count(r, "Origin") <= 1) {
        client.site = sites_find(g->sites, http_request_header(r, "Origin"), &client.origin);
    }
    bool is_preflight = http_request_verb(r) == HTTP_VERB_OPTIONS;
    if (!client.site || (is_preflight && !client.origin)) {
        g->refused_origins++;
        http_answer_words(r, 403, NULL, "This origin is not allowed here.");
    } else if (is_preflight) {
        answer_bosh_preflight(r, client.origin);
    } else {
        bosh_handle(g->bosh, r, &client);
    }
}

/* ---- files ---- */

static void serve_asset(struct http_request *r, const struct asset *asset, const char *headers)
{
    if (asset->redirect) {
        struct buf lines;
        buf_init(&lines, HEADERS_MAX + HTTP_LINE_MAX);
        buf_printf(&lines, "Location: %s\r\n%s", asset->redirect, headers);
        http_answer_words(r, 301, lines.bytes, "It is a folder.");
        buf_finish(&lines);
        return;
    }
    static const char *const CODINGS[ASSET_CODINGS] = {"", "Content-Encoding: gzip\r\n",
                                                       "Content-Encoding: br\r\n"};
    enum asset_coding coding = asset_choose(asset, http_request_header(r, "Accept-Encoding"));
    const struct asset_form *form = &asset->forms[coding];
    bool is_known = asset_matches(http_request_header(r, "If-None-Match"), form->etag);
    char *lines = mem_print("ETag: %s\r\nVary: Accept-Encoding\r\n%s%s", form->etag,
                            is_known ? "" : CODINGS[coding], headers);
    struct http_answer answer = {.status = is_known ? 304 : 200,
                                 .type = is_known ? NULL : asset->type,
                                 .headers = lines,
                                 .body = form->bytes,
                                 .len = form->len,
                                 .is_static = true};
    http_answer(r, &answer);
    free(lines);
}

#define CORS_ANY                                                                                   \
    "Access-Control-Allow-Origin: *\r\n"                                                           \
    "Cross-Origin-Resource-Policy: cross-origin\r\n"

/* Anybody may ask from anywhere; a preflight is answered in full. */
static bool answered_preflight(struct http_request *r)
{
    if (http_request_verb(r) != HTTP_VERB_OPTIONS) {
        return false;
    }
    struct http_answer answer = {.status = 204,
                                 .headers = CORS_ANY "Access-Control-Allow-Methods: GET, HEAD\r\n"
                                                     "Access-Control-Max-Age: 86400\r\n"};
    http_answer(r, &answer);
    return true;
}

static void handle_file(struct gateway *g, struct http_request *r)
{
    if (!answered_preflight(r)) {
        gateway_files_handle(g->config.files, r);
    }
}

static void handle_widget(struct gateway *g, struct http_request *r)
{
    if (answered_preflight(r)) {
        return;
    }
    const char *path = http_request_path(r);
    const struct asset *asset = g->widget ? assets_find(g->widget, path) : NULL;
    if (!asset) {
        http_answer_words(r, 404, CORS_ANY, "There is no such file.");
        return;
    }
    bool is_newest = strncmp(path, "/w/1/", strlen("/w/1/")) == 0; /* else of one version */
    serve_asset(r, asset,
                is_newest ? CORS_ANY "Cache-Control: public, max-age=300\r\n"
                          : CORS_ANY "Cache-Control: public, max-age=31536000, immutable\r\n");
}

static void handle_website(struct gateway *g, struct http_request *r)
{
    const char *path = http_request_path(r);
    const struct asset *asset = g->website ? assets_find(g->website, path) : NULL;
    if (!asset) {
        http_answer_words(r, 404, NULL, "There is nothing here.");
        return;
    }
    serve_asset(r, asset, "Cache-Control: no-cache\r\n");
}

/* ---- questions ---- */

static void answer_json(struct http_request *r, int status, const char *headers, const char *json)
{
    struct http_answer answer = {.status = status,
                                 .type = "application/json",
                                 .headers = headers,
                                 .body = json,
                                 .len = strlen(json)};
    http_answer(r, &answer);
}

static const char NO_DEPARTMENT[] = "{\"error\":\"no such department\"}";

/* What a page asks of a department before any stream exists: behind the path that route begins
 * with stands its id. */
static void answer_question(struct gateway *g, struct http_request *r, const char *route,
                            gateway_status ask)
{
    if (answered_preflight(r)) {
        return;
    }
    static const char HEADERS[] = CORS_ANY "Vary: Origin\r\nCache-Control: public, max-age=30\r\n";
    const char *origin = http_request_header(r, "Origin");
    const struct site *site = origin ? sites_find(g->sites, origin, NULL) : NULL;
    char *language = http_request_query_dup(r, "lang");
    char *json = ask(g->config.ctx,
                     &(struct gateway_question){.department = http_request_path(r) + strlen(route),
                                                .language = language,
                                                .site = site ? site->id : NULL});
    if (json) {
        answer_json(r, 200, HEADERS, json);
    } else {
        answer_json(r, 404, HEADERS, NO_DEPARTMENT);
    }
    free(json);
    free(language);
}

static void handle_status(struct gateway *g, struct http_request *r)
{
    answer_question(g, r, "/w/1/status/", g->config.status);
}

static void handle_invite(struct gateway *g, struct http_request *r)
{
    answer_question(g, r, "/w/1/invite/", g->config.invite);
}

/* Cached for a minute alone: when it opens next is of now. */
static void handle_hours(struct gateway *g, struct http_request *r)
{
    static const char HEADERS[] = CORS_ANY "Cache-Control: public, max-age=60\r\n";

    if (answered_preflight(r)) {
        return;
    }
    char *json = g->config.hours(g->config.ctx, http_request_path(r) + strlen("/w/1/hours/"));
    answer_json(r, json ? 200 : 404, HEADERS, json ? json : NO_DEPARTMENT);
    free(json);
}

/* No picture is no mistake: every widget asks for each agent's. */
static void handle_face(struct gateway *g, struct http_request *r)
{
    struct gateway_picture picture;
    const char *name = http_request_path(r) + strlen("/w/1/face/");

    if (answered_preflight(r)) {
        return;
    }
    if (!g->config.face(g->config.ctx, name, &picture)) {
        struct http_answer none = {.status = 204,
                                   .headers = CORS_ANY "Cache-Control: public, max-age=300\r\n"};
        http_answer(r, &none);
        return;
    }
    char *etag = mem_print("\"%s\"", picture.etag);
    char *lines = mem_print("ETag: %s\r\n" CORS_ANY "Cache-Control: public, max-age=300\r\n", etag);
    bool is_known = asset_matches(http_request_header(r, "If-None-Match"), etag);
    struct http_answer answer = {.status = is_known ? 304 : 200,
                                 .type = is_known ? NULL : picture.type,
                                 .headers = lines,
                                 .body = picture.bytes,
                                 .len = picture.len};
    http_answer(r, &answer);
    free(lines);
    free(etag);
}

static void handle_health(struct gateway *g, struct http_request *r)
{
    (void)g;
    http_answer_words(r, 200, "Cache-Control: no-store\r\n", "ok");
}

static void handle_readiness(struct gateway *g, struct http_request *r)
{
    const char *word = g->config.ready(g->config.ctx);
    http_answer_words(r, word ? 503 : 200, "Cache-Control: no-store\r\n", word ? word : "ready");
}

/* ---- the table ---- */

static const struct route {
    const char *path;
    bool is_prefix;
    unsigned verbs;
    void (*handle)(struct gateway *g, struct http_request *r);
    void (*begin)(struct gateway *g, struct http_request *r); /* NULL: its bodies are small */
} ROUTES[] = {
    {"/xmpp-websocket", false, VERB(GET), handle_websocket, NULL},
    {"/http-bind", false, VERB(POST) | VERB(OPTIONS), handle_bosh, NULL},
    {"/w/1/status/", true, VERB(GET) | VERB(HEAD) | VERB(OPTIONS), handle_status, NULL},
    {"/w/1/invite/", true, VERB(GET) | VERB(HEAD) | VERB(OPTIONS), handle_invite, NULL},
    {"/w/1/hours/", true, VERB(GET) | VERB(HEAD) | VERB(OPTIONS), handle_hours, NULL},
    {"/w/1/face/", true, VERB(GET) | VERB(HEAD) | VERB(OPTIONS), handle_face, NULL},
    {"/w/1/file/", true, VERB(GET) | VERB(HEAD) | VERB(OPTIONS), handle_file, NULL},
    {"/w/1/upload/", true, VERB(PUT) | VERB(OPTIONS), gateway_uploads_handle,
     gateway_uploads_begin},
    {"/w/", true, VERB(GET) | VERB(HEAD) | VERB(OPTIONS), handle_widget, NULL},
    {"/healthz", false, VERB(GET) | VERB(HEAD), handle_health, NULL},
    {"/readyz", false, VERB(GET) | VERB(HEAD), handle_readiness, NULL},
    {"/", true, VERB(GET) | VERB(HEAD), handle_website, NULL},
};

static const struct route *route_of(const char *path)
{
    for (size_t i = 0; i < sizeof ROUTES / sizeof *ROUTES; i++) {
        const struct route *route = &ROUTES[i];
        size_t len = strlen(route->path);
        if (route->is_prefix ? strncmp(path, route->path, len) == 0
                             : strcmp(path, route->path) == 0) {
            return route;
        }
    }
    return NULL;
}

static void refuse_verb(struct http_request *r, const struct route *route)
{
    static const char *const NAMES[] = {"GET", "HEAD", "POST", "PUT", "OPTIONS"};
    struct buf lines;
    buf_init(&lines, HEADERS_MAX);
    buf_add_text(&lines, "Allow: ");
    const char *separator = "";
    for (unsigned verb = 0; verb < sizeof NAMES / sizeof *NAMES; verb++) {
        if (route->verbs & 1U << verb) {
            buf_printf(&lines, "%s%s", separator, NAMES[verb]);
            separator = ", ";
        }
    }
    buf_add_text(&lines, "\r\n");
    http_answer_words(r, 405, lines.bytes, "Not with this method.");
    buf_finish(&lines);
}

void gateway_begin(void *ctx, struct http_request *r)
{
    const struct route *route = route_of(http_request_path(r));
    if (route && route->begin && (route->verbs & 1U << http_request_verb(r)) &&
        http_request_verb(r) != HTTP_VERB_OPTIONS) {
        route->begin(ctx, r);
    }
}

void gateway_handle(void *ctx, struct http_request *r)
{
    struct gateway *g = ctx;
    const struct route *route = route_of(http_request_path(r));
    if (!route) {
        http_answer_words(r, 404, NULL, "There is nothing here.");
    } else if (!(route->verbs & 1U << http_request_verb(r))) {
        refuse_verb(r, route);
    } else {
        route->handle(g, r);
    }
}
