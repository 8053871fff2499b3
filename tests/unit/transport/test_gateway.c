#include "gateway_story.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

static void gateway__answers__with_an_agents_face(void **state)
{
    struct story *s = *state;
    story_ask(s, GET("/w/1/face/Nina%20B."));
    assert_true(story_got(s, "HTTP/1.1 200 OK\r\n"));
    assert_true(story_got(s, "Content-Type: image/png\r\n"));
    assert_true(story_got(s, "X-Content-Type-Options: nosniff\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Origin: *\r\n"));
    assert_true(story_got(s, "Cache-Control: public, max-age=300\r\n"));
    assert_true(story_got(s, "ETag: \"one\"\r\n"));
    assert_true(story_got(s, "\r\n\r\nnot much of one"));
    story_ask(s, "GET /w/1/face/Nina%20B. HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: "
                 "\"one\"\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 304 "));
    story_ask(s, GET("/w/1/face/nina"));
    assert_true(story_got(s, "HTTP/1.1 204 "));
    assert_true(story_got(s, "Access-Control-Allow-Origin: *\r\n"));
    story_ask(s, GET("/w/1/face/"));
    assert_true(story_got(s, "HTTP/1.1 204 "));
}

static void gateway__answers__health_and_readiness(void **state)
{
    struct story *s = *state;
    story_ask(s, GET("/healthz"));
    assert_true(story_got(s, "HTTP/1.1 200 "));
    story_ask(s, GET("/readyz"));
    assert_true(story_got(s, "HTTP/1.1 200 "));
    s->ready = "link";
    story_ask(s, GET("/readyz"));
    assert_true(story_got(s, "HTTP/1.1 503 "));
    assert_true(story_got(s, "\r\n\r\nlink\n"));
    assert_true(story_got(s, "Cache-Control: no-store\r\n"));
}

static void gateway__refuses__other_methods_and_paths(void **state)
{
    struct story *s = *state;
    story_ask(
        s, "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 405 "));
    assert_true(story_got(s, "Allow: GET, HEAD\r\n"));
    story_ask(s, GET("/http-bind"));
    assert_true(story_got(s, "HTTP/1.1 405 "));
    assert_true(story_got(s, "Allow: POST, OPTIONS\r\n"));
    story_ask(s, GET("/"));
    assert_true(story_got(s, "HTTP/1.1 404 "));
    story_ask(s, GET("/w/1/loader.js"));
    assert_true(story_got(s, "HTTP/1.1 404 "));
    story_ask(s, "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 404 "));
}

static void write_file(const char *folder, const char *name, const char *content)
{
    char *path = mem_print("%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(path);
}

static void remove_file(const char *folder, const char *name)
{
    char *path = mem_print("%s/%s", folder, name);
    assert_int_equal(remove(path), 0);
    free(path);
}

static void gateway__serves__widget_and_website(void **state)
{
    struct story *s = *state;
    char widget[] = "widget-XXXXXX";
    char website[] = "website-XXXXXX";
    assert_non_null(mkdtemp(widget));
    assert_non_null(mkdtemp(website));
    write_file(widget, "loader.js", "load()");
    write_file(widget, "manifest.json", "{\"version\": \"1.2.3\"}");
    write_file(website, "index.html", "<p>shop</p>");
    s->config.widget_folder = widget;
    s->config.website_folder = website;
    story_start(s);
    story_ask(s, GET("/w/1/loader.js"));
    assert_true(story_got(s, "Cache-Control: public, max-age=300\r\n"));
    assert_true(story_got(s, "Content-Type: text/javascript; charset=utf-8\r\n"));
    assert_true(story_got(s, "\r\n\r\nload()"));
    char *etag = mem_dup_n(strstr(s->client->got.bytes, "ETag: ") + 6, 26);
    story_ask(s, GET("/w/1.2.3/loader.js"));
    assert_true(story_got(s, "Cache-Control: public, max-age=31536000, immutable\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Origin: *\r\n"));
    assert_true(story_got(s, "X-Content-Type-Options: nosniff\r\n"));
    assert_true(story_got(s, etag));
    char *again = mem_print(
        "GET /w/1/loader.js HTTP/1.1\r\nHost: x\r\nIf-None-Match: %s\r\nConnection: close\r\n\r\n",
        etag);
    story_ask(s, again);
    assert_true(story_got(s, "HTTP/1.1 304 "));
    assert_false(story_got(s, "load()"));
    story_ask(s, GET("/"));
    assert_true(story_got(s, "\r\n\r\n<p>shop</p>"));
    assert_true(story_got(s, "Cache-Control: no-cache\r\n"));
    /* V-015: as it came, nothing outside of the table is ever looked for */
    static const char *const PATHS[] = {"/..%2f..%2fetc/passwd",
                                        "/%2e%2e/",
                                        "/static/%u002e%u002e/x",
                                        "/static/..%5c",
                                        "/static/%00",
                                        "/index.html%00",
                                        "//etc/passwd",
                                        "/w/1/../../index.html"};
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
        char *request =
            mem_print("GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", PATHS[i]);
        story_ask(s, request);
        assert_true(story_got(s, "HTTP/1.1 404 "));
        free(request);
    }
    free(again);
    free(etag);
    remove_file(widget, "loader.js");
    remove_file(widget, "manifest.json");
    remove_file(website, "index.html");
    assert_int_equal(rmdir(widget), 0);
    assert_int_equal(rmdir(website), 0);
}

static void gateway__says__what_it_cannot_start_with(void **state)
{
    struct story *s = *state;
    static const char *const NETWORKS[] = {"nonsense"};
    static const struct {
        const char *listen;
        const char *widget;
        bool has_networks;
        const char *word;
    } CASES[] = {{"nonsense", NULL, false, "nonsense"},
                 {"127.0.0.1", NULL, false, "127.0.0.1"},
                 {"127.0.0.1:70000", NULL, false, "70000"},
                 {"[::1:80", NULL, false, "[::1:80"},
                 {"192.0.2.1:0", NULL, false, "cannot listen"},
                 {"127.0.0.1:0", "/nowhere", false, "/nowhere"},
                 {"127.0.0.1:0", NULL, true, "nonsense"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct gateway_config config = s->config;
        char *error = NULL;
        config.listen = CASES[i].listen;
        config.widget_folder = CASES[i].widget;
        config.trusted_proxies = CASES[i].has_networks ? NETWORKS : NULL;
        config.trusted_proxy_count = CASES[i].has_networks ? 1 : 0;
        assert_null(gateway_create(s->loop, &config, &s->router, &error));
        assert_non_null(error);
        assert_non_null(strstr(error, CASES[i].word));
        free(error);
    }
}

static void gateway__listens__on_ipv6(void **state)
{
    struct story *s = *state;
    s->config.listen = "[::1]:0";
    char *error = NULL;
    s->gateway = gateway_create(s->loop, &s->config, &s->router, &error);
    if (s->gateway) { /* where the machine has it */
        assert_true(gateway_port(s->gateway) > 0);
    }
    free(error);
}

static void gateway__refuses__more_connections_than_it_may_have(void **state)
{
    struct story *s = *state;
    s->config.max_connections = 2;
    story_start(s);
    struct client *first = client_connect(gateway_port(s->gateway), 0);
    struct client *second = client_connect(gateway_port(s->gateway), 0);
    story_connect(s);
    until(s, s->client->is_ended);
    assert_true(story_got(s, "HTTP/1.1 503 "));
    assert_true(story_got(s, "Retry-After: "));
    client_close(first);
    client_close(second);
}

/* The address that is counted and told to the router. */
static void check_address(struct story *s, int last, const char *lines, const char *address)
{
    client_close(s->client);
    s->client = client_connect(gateway_port(s->gateway), last);
    client_upgrade(s->client, lines);
    client_text(s->client, OPEN);
    client_text(s->client, AUTH);
    client_text(s->client, OPEN);
    client_text(s->client, BIND);
    until(s, story_got(s, "</jid>"));
    char *expected = mem_print(" address=%s;", address);
    assert_non_null(strstr(s->router.log.bytes, expected));
    free(expected);
    buf_reset(&s->router.log);
}

static void gateway__believes__trusted_proxies_only(void **state)
{
    struct story *s = *state;
    story_start(s);
    check_address(s, 1, ORIGIN "X-Forwarded-For: 192.0.2.4\r\n", "127.0.0.1");          /* V-017 */
    check_address(s, 9, ORIGIN "X-Forwarded-For: 6.6.6.6, 192.0.2.4\r\n", "192.0.2.4"); /* V-018 */
    check_address(s, 9, ORIGIN "X-Forwarded-For: 192.0.2.5\r\nX-Forwarded-For: 10.1.1.1\r\n",
                  "192.0.2.5");
    struct buf lines;
    buf_init(&lines, 8192);
    buf_add_text(&lines, ORIGIN);
    for (int i = 0; i < 50; i++) {
        buf_add_text(&lines, "X-Forwarded-For: 6.6.6.6\r\n");
    }
    buf_add_text(&lines, "X-Forwarded-For: 192.0.2.6\r\n");
    check_address(s, 9, lines.bytes, "192.0.2.6"); /* the proxy's line comes last */
    buf_finish(&lines);
    check_address(s, 9, ORIGIN, "127.0.0.9");
    check_address(s, 9, ORIGIN "X-Forwarded-For: fe80::1%eth0\r\n", "127.0.0.9");
}

static void gateway__limits__streams_of_an_address(void **state)
{
    struct story *s = *state;
    struct client *clients[4];
    s->config.streams_per_address = 3;
    story_start(s);
    for (int i = 0; i < 3; i++) {
        story_bind(s, ORIGIN);
        clients[i] = s->client;
        s->client = NULL;
    }
    story_connect(s);
    client_upgrade(s->client, ORIGIN "Connection: close\r\n");
    until(s, story_got(s, "HTTP/1.1 429 Too Many Requests\r\n"));
    assert_true(story_got(s, "Retry-After: "));
    assert_int_equal(gateway_stream_count(s->gateway), 3);
    /* One of them shows a valid token: it does not count any more. */
    gateway_stream_known(s->gateway, s->router.last->jid);
    gateway_stream_known(s->gateway, "nobody@" D "/x");
    gateway_stream_known(s->gateway, "nonsense");
    story_bind(s, ORIGIN);
    assert_int_equal(gateway_stream_count(s->gateway), 4);
    /* Another address has its own count. */
    client_close(s->client);
    s->client = client_connect(gateway_port(s->gateway), 7);
    client_upgrade(s->client, ORIGIN);
    until(s, story_got(s, "HTTP/1.1 101 "));
    for (int i = 0; i < 3; i++) {
        client_close(clients[i]);
    }
    until(s, gateway_stream_count(s->gateway) == 1);
}

static void gateway__limits__new_streams_of_an_address(void **state)
{
    struct story *s = *state; /* V-153 */
    s->config.new_streams_per_minute = 5;
    story_start(s);
    unsigned entered = 0;
    for (int i = 0; i < 20; i++) {
        story_connect(s);
        client_upgrade(s->client, ORIGIN);
        until(s, story_got(s, "\r\n\r\n"));
        entered += story_got(s, "HTTP/1.1 101 ");
    }
    assert_int_equal(entered, 5);
}

/* V-155: idle sockets of one address leave room for others, and do not stay. */
static void gateway__limits__idle_connections_of_an_address(void **state)
{
    struct story *s = *state;
    struct client *idle[4];
    s->config.streams_per_address = 1;
    story_start(s);
    for (int i = 0; i < 4; i++) {
        idle[i] = client_connect(gateway_port(s->gateway), 0);
    }
    story_connect(s);
    until(s, s->client->is_ended);
    assert_true(story_got(s, "HTTP/1.1 503 "));
    client_close(s->client);
    s->client = client_connect(gateway_port(s->gateway), 5);
    client_say(s->client, GET("/healthz"));
    until(s, s->client->is_ended);
    assert_true(story_got(s, "HTTP/1.1 200 "));
    /* A trusted proxy speaks for many. */
    for (int i = 0; i < 4; i++) {
        client_close(idle[i]);
        idle[i] = client_connect(gateway_port(s->gateway), 9);
    }
    client_close(s->client);
    s->client = client_connect(gateway_port(s->gateway), 9);
    client_say(s->client, GET("/healthz"));
    until(s, s->client->is_ended);
    assert_true(story_got(s, "HTTP/1.1 200 "));
    for (int i = 0; i < 4; i++) {
        client_close(idle[i]);
    }
}

static void gateway__carries__both_roads_to_the_same_stream(void **state)
{
    struct story *s = *state;
    story_start(s);
    static const char CREATE[] = "<body xmlns='http://jabber.org/protocol/httpbind' rid='1' to='" D
                                 "' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'/>";
    char *request = mem_print("POST /http-bind HTTP/1.1\r\nHost: x\r\nOrigin: "
                              "https://other.example\r\nContent-Type: text/xml\r\n"
                              "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                              strlen(CREATE), CREATE);
    story_ask(s, request);
    assert_true(story_got(s, "Access-Control-Allow-Origin: https://other.example\r\n"));
    assert_true(story_got(s, "<mechanism>ANONYMOUS</mechanism>"));
    free(request);
    story_ask(s, "OPTIONS /http-bind HTTP/1.1\r\nHost: x\r\nOrigin: "
                 "https://shop.example\r\nAccess-Control-Request-Method: POST\r\n"
                 "Access-Control-Request-Headers: content-type\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 204 "));
    assert_true(story_got(s, "Access-Control-Allow-Origin: https://shop.example\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Headers: Content-Type\r\n"));
    /* V-001, V-002 for BOSH */
    static const char *const ORIGINS[] = {
        "Origin: https://evil.example\r\n", "Origin: null\r\n", "",
        "Origin: https://shop.example\r\nOrigin: https://shop.example\r\n"};
    for (size_t i = 0; i < sizeof ORIGINS / sizeof *ORIGINS; i++) {
        request = mem_print("POST /http-bind HTTP/1.1\r\nHost: x\r\n%sContent-Length: "
                            "%zu\r\nConnection: close\r\n\r\n%s",
                            ORIGINS[i], strlen(CREATE), CREATE);
        story_ask(s, request);
        assert_true(story_got(s, "HTTP/1.1 403 "));
        assert_false(story_got(s, "Access-Control-Allow-Origin"));
        free(request);
        request = mem_print("OPTIONS /http-bind HTTP/1.1\r\nHost: x\r\n%sConnection: close\r\n\r\n",
                            ORIGINS[i]);
        story_ask(s, request);
        assert_true(story_got(s, "HTTP/1.1 403 "));
        free(request);
    }
}

#define LATER "Origin: https://later.example\r\n"

static void gateway_configure__puts_sites_proxies_and_limits_in_force(void **state)
{
    static const char *const ORIGINS[] = {"https://later.example"};
    static const char *const TRUSTED[] = {"127.0.0.8"};
    static const char *const WRONG[] = {"127.0.0.8", "nowhere"};
    static const struct gateway_site SITES[] = {{"default", ORIGINS, 1}};
    struct story *s = *state;
    char *error = NULL;
    story_bind(s, ORIGIN);
    struct client *first = s->client;
    s->client = NULL;
    /* A wrong one changes nothing. */
    s->config.sites = SITES;
    s->config.site_count = 1;
    s->config.trusted_proxies = WRONG;
    assert_false(gateway_configure(s->gateway, &s->config, &error));
    assert_string_equal(error, "trusted_proxies: nowhere is no address or network");
    free(error);
    check_address(s, 9, ORIGIN "X-Forwarded-For: 192.0.2.4\r\n", "192.0.2.4");
    s->config.trusted_proxies = TRUSTED;
    s->config.trusted_proxy_count = 1;
    assert_true(gateway_configure(s->gateway, &s->config, &error));
    story_connect(s);
    client_upgrade(s->client, ORIGIN "Connection: close\r\n");
    until(s, story_got(s, "HTTP/1.1 403 "));
    check_address(s, 9, LATER "X-Forwarded-For: 192.0.2.4\r\n", "127.0.0.9");
    check_address(s, 8, LATER "X-Forwarded-For: 192.0.2.4\r\n", "192.0.2.4");
    s->config.streams_per_address = 1;
    assert_true(gateway_configure(s->gateway, &s->config, &error));
    story_connect(s);
    client_upgrade(s->client, LATER "Connection: close\r\n");
    until(s, story_got(s, "HTTP/1.1 429 "));
    /* Whoever was there, from a site that is gone and over the limit, still is. */
    client_close(s->client);
    s->client = first;
    client_text(s->client, "<message xmlns='jabber:client' to='sales@" D
                           "'><body>still here</body></message>");
    until(s, strstr(s->router.received.bytes, "still here") != NULL);
}

static void gateway__stops__with_a_word(void **state)
{
    struct story *s = *state;
    story_bind(s, ORIGIN);
    client_forget(s->client);
    int port = gateway_port(s->gateway);
    gateway_stop(s->gateway);
    until(s, client_close_code(s->client) == 1001);
    assert_true(story_got(s, "<system-shutdown "));
    assert_int_equal(s->router.detached, 1);
    assert_int_equal(gateway_stream_count(s->gateway), 0);
    assert_false(gateway_is_over(s->gateway)); /* the close frame is not answered yet */
    client_frame(s->client, 0x88, "\x03\xe9", 2);
    until(s, s->client->is_ended);
    assert_true(gateway_is_over(s->gateway));
    assert_true(port > 0);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        story_test(gateway__answers__with_an_agents_face),
        story_test(gateway__answers__health_and_readiness),
        story_test(gateway__refuses__other_methods_and_paths),
        story_test(gateway__serves__widget_and_website),
        story_test(gateway__says__what_it_cannot_start_with),
        story_test(gateway__listens__on_ipv6),
        story_test(gateway__refuses__more_connections_than_it_may_have),
        story_test(gateway__believes__trusted_proxies_only),
        story_test(gateway__limits__streams_of_an_address),
        story_test(gateway__limits__new_streams_of_an_address),
        story_test(gateway__limits__idle_connections_of_an_address),
        story_test(gateway__carries__both_roads_to_the_same_stream),
        story_test(gateway_configure__puts_sites_proxies_and_limits_in_force),
        story_test(gateway__stops__with_a_word),
    };
    return cmocka_run_group_tests_name("gateway", tests, NULL, NULL);
}
