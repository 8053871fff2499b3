#include "agents/roster_api.h"

#include "agents/web_api.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "xml/jid.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 10 * 1000, ANSWER_BYTES = 1024 * 1024, PARALLEL = 4 };

struct roster_api {
    struct web *web;
    struct curl_slist *headers;
    char *url;
    char *user;
    char *password;
    bool plural;       /* COMPAT: ejabberd from 24.02 takes "groups" and refuses "group" */
    struct list calls; /* call::link */
};

struct call {
    struct roster_api *api;
    CURL *easy;
    enum roster_api_what what;
    bool retried;
    char *agent;
    char *contact;
    char *name;
    char *group;
    char *body;
    struct buf answer;
    roster_api_done done;
    void *ctx;
    struct list link;
};

static void finish_call(struct call *c, CURLcode result);

static void on_done(void *call, int result)
{
    finish_call(call, (CURLcode)result);
}

/* ---- life ---- */

struct roster_api *roster_api_create(struct event_base *loop, const char *url, const char *user,
                                     const char *password)
{
    struct roster_api *a = mem_alloc(sizeof *a);

    a->url = mem_dup(url);
    a->user = mem_dup(user);
    a->password = mem_dup(password);
    a->headers = curl_slist_append(NULL, "Content-Type: application/json");
    a->web = web_create(loop, PARALLEL, on_done);
    list_init(&a->calls);
    return a;
}

static void call_destroy(struct call *c)
{
    web_drop(c->api->web, c->easy);
    list_remove(&c->link);
    buf_finish(&c->answer);
    free(c->agent);
    free(c->contact);
    free(c->name);
    free(c->group);
    free(c->body);
    free(c);
}

void roster_api_destroy(struct roster_api *a)
{
    if (a == NULL) {
        return;
    }
    list_for_each_safe (struct call, c, &a->calls, link) {
        call_destroy(c);
    }
    web_destroy(a->web);
    curl_slist_free_all(a->headers);
    free(a->url);
    free(a->user);
    free(a->password);
    free(a);
}

/* ---- a call ---- */

static json_t *change_json(const struct call *c, const struct jid *agent)
{
    struct jid contact;
    json_t *o = NULL;

    if (jid_parse(&contact, c->contact)) {
        o = json_pack("{s:s, s:s, s:s, s:s}", "localuser", agent->local, "localhost", agent->domain,
                      "user", contact.local, "host", contact.domain);
    }
    if (o != NULL && c->what == ROSTER_API_ADD) {
        json_object_set_new(o, "nick", json_string(c->name));
        json_object_set_new(o, "subs", json_string("both"));
        json_object_set_new(o, c->api->plural ? "groups" : "group",
                            c->api->plural ? json_pack("[s]", c->group) : json_string(c->group));
    }
    jid_finish(&contact);
    return o;
}

static char *body_dup(const struct call *c)
{
    struct jid agent;
    json_t *o = NULL;

    if (jid_parse(&agent, c->agent)) {
        o = c->what == ROSTER_API_LIST
                ? json_pack("{s:s, s:s}", "user", agent.local, "host", agent.domain)
            : c->what == ROSTER_API_FORGET ? json_pack("{s:s, s:s, s:s}", "user", agent.local,
                                                       "server", agent.domain, "with", c->contact)
                                           : change_json(c, &agent);
    }
    char *text = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    jid_finish(&agent);
    return text;
}

static size_t on_answer_bytes(char *bytes, size_t size, size_t count, void *ctx)
{
    struct call *c = ctx;

    buf_add(&c->answer, bytes, size * count); /* beyond its limit: dropped, the status decides */
    return size * count;
}

static void perform(struct call *c)
{
    struct roster_api *a = c->api;
    static const char *const NAMES[] = {"add_rosteritem", "delete_rosteritem", "get_roster",
                                        "remove_mam_for_user_with_peer"};
    char *url = mem_print("%s/%s", a->url, NAMES[c->what]);

    free(c->body);
    c->body = body_dup(c);
    buf_reset(&c->answer);
    c->easy = web_easy(url, TIMEOUT_MS);
    curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, a->headers);
    curl_easy_setopt(c->easy, CURLOPT_POSTFIELDS, c->body != NULL ? c->body : "{}");
    curl_easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, on_answer_bytes);
    curl_easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
    if (a->user != NULL) {
        curl_easy_setopt(c->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(c->easy, CURLOPT_USERNAME, a->user);
        curl_easy_setopt(c->easy, CURLOPT_PASSWORD, a->password);
    }
    free(url);
    web_start(a->web, c->easy, c);
}

void roster_api_call(struct roster_api *a, enum roster_api_what what, const char *agent,
                     const char *contact, const char *name, const char *group, roster_api_done done,
                     void *ctx)
{
    struct call *c = mem_alloc(sizeof *c);

    c->api = a;
    c->what = what;
    c->agent = mem_dup(agent);
    c->contact = mem_dup(contact);
    c->name = mem_dup(name);
    c->group = mem_dup(group);
    c->done = done;
    c->ctx = ctx;
    buf_init(&c->answer, ANSWER_BYTES);
    list_append(&a->calls, &c->link);
    perform(c);
}

/* 400 to "group" from a newer server: once more with "groups". */
static bool may_retry(struct call *c, long status)
{
    if (status != 400 || c->what != ROSTER_API_ADD || c->retried || c->api->plural) {
        return false;
    }
    c->retried = true;
    c->api->plural = true;
    web_drop(c->api->web, c->easy);
    perform(c);
    return true;
}

static void finish_call(struct call *c, CURLcode result)
{
    long status = 0;

    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    if (result == CURLE_OK && may_retry(c, status)) {
        return;
    }
    bool ok =
        result == CURLE_OK && status == 200 && !c->answer.overflow &&
        (c->what == ROSTER_API_LIST || c->what == ROSTER_API_FORGET || c->answer.bytes[0] == '0');
    char *text = ok                   ? mem_dup(c->answer.bytes)
                 : result != CURLE_OK ? mem_dup(curl_easy_strerror(result))
                                      : mem_print("HTTP status %ld", status);
    roster_api_done done = c->done;
    void *ctx = c->ctx;
    call_destroy(c);
    done(ctx, ok, text);
    free(text);
}

void roster_api_each(const char *answer, void (*on_item)(void *ctx, const char *contact), void *ctx)
{
    json_t *items = json_loads(answer, 0, NULL);
    size_t at;
    json_t *item;

    json_array_foreach(items, at, item)
    {
        const char *jid = json_string_value(json_object_get(item, "jid"));
        if (jid != NULL) {
            on_item(ctx, jid);
        }
    }
    json_decref(items);
}
