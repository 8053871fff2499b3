/* The ways of putting contacts into rosters: XEP-0356, ejabberd's HTTP API on a server of our own.
 */
#include "agents/agents.h"
#include "agents/roster.h"
#include "base/log.h"
#include "base/mem.h"
#include "recorder.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define NINA "nina@example.org"
#define ADA "visitor-ada@desk.example"

struct server_story {
    struct event_base *loop;
    struct evhttp *http;
    struct recorder *post;
    struct agents_config config;
    struct roster *roster;
    char *url;
    int status;         /* that the API answers; 0: nothing */
    const char *answer; /* with that */
    bool wants_groups;  /* "group" is refused with 400 */
    unsigned calls;
    char path[64];
    char body[512];
    char login[128];
    char *found;
    int done; /* -1: not yet, else what roster_done said */
};

static void on_log(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static void on_request(struct evhttp_request *request, void *ctx)
{
    struct server_story *s = ctx;
    struct evbuffer *in = evhttp_request_get_input_buffer(request);
    const char *login =
        evhttp_find_header(evhttp_request_get_input_headers(request), "Authorization");
    struct evbuffer *out = evbuffer_new();
    size_t len = evbuffer_get_length(in);

    s->calls++;
    snprintf(s->path, sizeof s->path, "%s", evhttp_request_get_uri(request));
    snprintf(s->login, sizeof s->login, "%s", login != NULL ? login : "");
    len = len < sizeof s->body - 1 ? len : sizeof s->body - 1;
    evbuffer_copyout(in, s->body, len);
    s->body[len] = '\0';
    bool is_refused = s->wants_groups && strstr(s->body, "\"group\"") != NULL;
    evbuffer_add_printf(out, "%s", s->answer);
    evhttp_send_reply(request, is_refused ? 400 : s->status, "as wanted", out);
    evbuffer_free(out);
}

static struct server_story *story_of(enum roster_choice choice, bool with_api)
{
    struct server_story *s = mem_alloc(sizeof *s);

    log_set_sink(on_log, NULL);
    s->loop = event_base_new();
    s->http = evhttp_new(s->loop);
    struct evhttp_bound_socket *socket = evhttp_bind_socket_with_handle(s->http, "127.0.0.1", 0);
    assert_non_null(socket);
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    assert_int_equal(
        getsockname(evhttp_bound_socket_get_fd(socket), (struct sockaddr *)&address, &len), 0);
    evhttp_set_gencb(s->http, on_request, s);
    s->url = mem_print("http://127.0.0.1:%d/api",
                       (int)ntohs(((const struct sockaddr_in *)&address)->sin_port));
    s->post = recorder_create();
    s->status = 200;
    s->answer = "0";
    s->done = -1;
    s->config = (struct agents_config){.domain = "desk.example", .roster = choice};
    if (with_api) {
        s->config.api_url = s->url;
        s->config.api_user = "bridge@localhost";
        s->config.api_password = "secret";
    }
    s->roster = roster_create(&s->config, s->loop, recorder_post(s->post));
    return s;
}

static void finish(struct server_story *s)
{
    recorder_link(s->post, false);
    roster_link(s->roster, false);
    recorder_answer_none(s->post);
    roster_destroy(s->roster);
    recorder_destroy(s->post);
    evhttp_free(s->http);
    event_base_free(s->loop);
    free(s->url);
    free(s->found);
    free(s);
}

static void on_done(void *ctx, bool ok)
{
    struct server_story *s = ctx;

    assert_int_equal(s->done, -1); /* once */
    s->done = ok;
}

static void on_item(void *ctx, const char *agent, const char *contact)
{
    struct server_story *s = ctx;
    char *all = mem_print("%s%s:%s ", s->found != NULL ? s->found : "", agent, contact);

    free(s->found);
    s->found = all;
}

static void put(struct server_story *s)
{
    s->done = -1;
    roster_put(s->roster, NINA, ADA, "Ada", "Sales", on_done, s);
    assert_int_equal(s->done, -1); /* never inside the call */
    recorder_commit(s->post);
}

static void runs_until_done(struct server_story *s)
{
    for (int i = 0; i < 2000 && s->done == -1; i++) {
        const struct timeval step = {0, 10000};
        event_base_loopexit(s->loop, &step);
        event_base_dispatch(s->loop);
    }
    assert_int_not_equal(s->done, -1);
}

/* Answers the roster iq over the link. */
static void link_answers(struct server_story *s, const char *type, const char *inside)
{
    const struct element *iq =
        recorder_take(s->post, "<iq from='desk.example' to='" NINA "' type='*' id='*'><_/></iq>");
    assert_non_null(iq);
    char *reply = mem_print("<iq from='" NINA "' to='desk.example' type='%s' id='%s'>%s</iq>", type,
                            element_attr(iq, "id"), inside);
    char *id = mem_dup(element_attr(iq, "id"));
    assert_true(recorder_answer(s->post, id, reply));
    free(id);
    free(reply);
}

#define REFUSED                                                                                    \
    "<error type='cancel'><internal-server-error xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"    \
    "</error>"

static void roster__privilege_works_and_is_remembered(void **state)
{
    struct server_story *s = story_of(ROSTER_AUTO, true);

    (void)state;
    assert_string_equal(roster_way(s->roster), "not tried yet");
    put(s);
    link_answers(s, "result", "");
    assert_int_equal(s->done, 1);
    assert_string_equal(roster_way(s->roster), "XEP-0356");
    put(s); /* refused once: not the server's fault, no other way is tried */
    link_answers(s, "error", REFUSED);
    assert_int_equal(s->done, 0);
    assert_int_equal(s->calls, 0);
    assert_string_equal(roster_way(s->roster), "XEP-0356");
    finish(s);
}

/* ejabberd 23.01: the set fails, the API works; from then on it is the first. */
static void roster__api_follows_a_refused_privilege(void **state)
{
    struct server_story *s = story_of(ROSTER_AUTO, true);

    (void)state;
    put(s);
    link_answers(s, "error", REFUSED);
    runs_until_done(s);
    assert_int_equal(s->done, 1);
    assert_string_equal(s->path, "/api/add_rosteritem");
    assert_string_equal(s->login, "Basic YnJpZGdlQGxvY2FsaG9zdDpzZWNyZXQ=");
    assert_string_equal(s->body, "{\"localuser\":\"nina\",\"localhost\":\"example.org\","
                                 "\"user\":\"visitor-ada\",\"host\":\"desk.example\","
                                 "\"nick\":\"Ada\",\"subs\":\"both\",\"group\":\"Sales\"}");
    assert_string_equal(roster_way(s->roster), "HTTP API");
    put(s);
    assert_int_equal(recorder_count(s->post), 0);
    runs_until_done(s);
    assert_int_equal(s->calls, 2);
    s->done = -1;
    roster_remove(s->roster, NINA, ADA, on_done, s);
    recorder_commit(s->post);
    runs_until_done(s);
    assert_int_equal(s->done, 1);
    assert_string_equal(s->path, "/api/delete_rosteritem");
    finish(s);
}

/* Newer ejabberds take groups and refuse group: once, then it is known. */
static void roster__api_of_newer_servers_takes_groups(void **state)
{
    struct server_story *s = story_of(ROSTER_API, true);

    (void)state;
    s->wants_groups = true;
    put(s);
    runs_until_done(s);
    assert_int_equal(s->done, 1);
    assert_int_equal(s->calls, 2);
    assert_non_null(strstr(s->body, "\"groups\":[\"Sales\"]"));
    put(s);
    runs_until_done(s);
    assert_int_equal(s->calls, 3);
    finish(s);
}

static void roster__api_that_refuses_is_no_way(void **state)
{
    struct server_story *s = story_of(ROSTER_API, true);

    (void)state;
    s->status = 401;
    put(s);
    runs_until_done(s);
    assert_int_equal(s->done, 0);
    assert_string_equal(roster_way(s->roster), "none that works");
    s->status = 200;
    s->answer = "1"; /* ejabberd's word for a failure */
    put(s);
    runs_until_done(s);
    assert_int_equal(s->done, 0);
    s->answer = "0";
    put(s);
    runs_until_done(s);
    assert_string_equal(roster_way(s->roster), "HTTP API");
    finish(s);
}

/* What the API was asked is asked anew, and what was learned of the old way is forgotten. */
static void roster__configured_anew_goes_another_way(void **state)
{
    struct server_story *s = story_of(ROSTER_API, true);

    (void)state;
    put(s);
    s->config.api_user = "other@localhost";
    roster_configure(s->roster, &s->config);
    assert_string_equal(roster_way(s->roster), "not tried yet");
    recorder_commit(s->post);
    runs_until_done(s);
    assert_int_equal(s->done, 1);
    assert_string_equal(s->login, "Basic b3RoZXJAbG9jYWxob3N0OnNlY3JldA==");
    s->config.roster = ROSTER_PRIVILEGE;
    s->config.api_url = NULL;
    roster_configure(s->roster, &s->config);
    unsigned calls = s->calls;
    put(s);
    link_answers(s, "result", "");
    assert_int_equal(s->done, 1);
    assert_int_equal(s->calls, calls);
    assert_string_equal(roster_way(s->roster), "XEP-0356");
    finish(s);
}

static void roster__list_finds_contacts_of_ours_only(void **state)
{
    struct server_story *s = story_of(ROSTER_AUTO, true);

    (void)state;
    roster_list(s->roster, NINA, on_item, s);
    recorder_commit(s->post);
    link_answers(s, "result",
                 "<query xmlns='jabber:iq:roster'><item jid='otto@example.org'/>"
                 "<item jid='visitor-a@desk.example'/><item jid='x@sub.desk.example'/><item/>"
                 "<item jid='@@'/></query>");
    assert_string_equal(s->found, "nina@example.org:visitor-a@desk.example ");
    finish(s);
}

/* Without a link what needs it ends at once; what was under way when all ends is dropped. */
static void roster__lost_link_ends_what_asks_over_it(void **state)
{
    struct server_story *s = story_of(ROSTER_AUTO, false);

    (void)state;
    roster_link(s->roster, false);
    put(s);
    assert_int_equal(s->done, 0);
    roster_link(s->roster, true);
    put(s);
    recorder_answer_none(s->post);
    assert_int_equal(s->done, 0);
    assert_string_equal(roster_way(s->roster), "not tried yet"); /* silence says nothing */
    finish(s);
    s = story_of(ROSTER_API, true);
    put(s); /* the call is on its way */
    finish(s);
    s = story_of(ROSTER_NONE, true);
    put(s);
    assert_int_equal(s->done, 0);
    assert_string_equal(roster_way(s->roster), "switched off");
    finish(s);
}

/* Agents of different servers have different ways. */
static void roster__ways_are_of_a_domain(void **state)
{
    struct server_story *s = story_of(ROSTER_AUTO, false);

    (void)state;
    put(s);
    link_answers(s, "result", "");
    s->done = -1;
    roster_put(s->roster, "fred@far.example", ADA, "Ada", "Far", on_done, s);
    recorder_commit(s->post);
    const struct element *iq =
        recorder_take(s->post, "<iq from='desk.example' to='fred@far.example' type='set' id='*'>"
                               "<_/></iq>");
    char *id = mem_dup(element_attr(iq, "id"));
    recorder_answer(s->post, id, "<iq from='fred@far.example' type='error'>" REFUSED "</iq>");
    free(id);
    assert_int_equal(s->done, 0);
    assert_string_equal(roster_way(s->roster), "XEP-0356");
    finish(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roster__privilege_works_and_is_remembered),
        cmocka_unit_test(roster__api_follows_a_refused_privilege),
        cmocka_unit_test(roster__api_of_newer_servers_takes_groups),
        cmocka_unit_test(roster__api_that_refuses_is_no_way),
        cmocka_unit_test(roster__configured_anew_goes_another_way),
        cmocka_unit_test(roster__list_finds_contacts_of_ours_only),
        cmocka_unit_test(roster__lost_link_ends_what_asks_over_it),
        cmocka_unit_test(roster__ways_are_of_a_domain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
