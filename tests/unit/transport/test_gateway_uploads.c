/* PUT /w/1/upload/TOKEN, with the real slots and a folder on disk. */
#include "base/id.h"
#include "files/upload.h"
#include "gateway_story.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define URL "https://desk.example"

enum { MOST = 300000, CHAT = 1001 };

/* Beside the story's gateway. */
struct house {
    struct story *story;
    char folder[64];
    struct storage *storage;
    struct files *files;
    struct uploads *uploads;
    struct event *event;
    bool chat_is_over;
    char token[ID_TOKEN_SIZE];
    char *get;
};

static struct house house;

static bool takes_file(void *ctx, int64_t chat)
{
    (void)ctx;
    return chat == CHAT && !house.chat_is_over;
}

static void on_commit(void *ctx, uint64_t batch)
{
    (void)ctx;
    (void)batch;
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

static void on_files(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    (void)ctx;
    files_dispatch(house.files);
}

static int setup(void **state)
{
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;
    story_setup(state);
    house = (struct house){.story = *state};
    snprintf(house.folder, sizeof house.folder, "/tmp/uploads-XXXXXX");
    assert_non_null(mkdtemp(house.folder));
    house.storage = storage_open("memory:", &calls, &error);
    house.files = files_create(
        &(struct files_config){
            .directory = house.folder, .public_url = URL, .max_bytes = MOST, .max_per_chat = 5},
        house.storage, &error);
    house.uploads = uploads_create(house.files);
    house.event =
        event_new(house.story->loop, files_fd(house.files), EV_READ | EV_PERSIST, on_files, NULL);
    event_add(house.event, NULL);
    house.story->config.files = house.files;
    house.story->config.uploads = house.uploads;
    house.story->config.takes_file = takes_file;
    return 0;
}

static size_t file_count(void)
{
    DIR *folder = opendir(house.folder);
    const struct dirent *entry;
    size_t count = 0;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        count += entry->d_name[0] != '.';
    }
    closedir(folder);
    return count;
}

static void remove_files(void)
{
    DIR *folder = opendir(house.folder);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    closedir(folder);
    rmdir(house.folder);
}

static int teardown(void **state)
{
    event_free(house.event);
    /* As in the program: the gateway first. */
    gateway_destroy(house.story->gateway);
    house.story->gateway = NULL;
    uploads_destroy(house.uploads);
    files_destroy(house.files);
    storage_close(house.storage);
    remove_files();
    free(house.get);
    return story_teardown(state);
}

#define upload_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void has_slot(size_t size)
{
    const struct upload_wish wish = {"visitor-ann", CHAT, "photo.png", size};
    char *put = NULL;
    free(house.get);
    house.get = NULL;
    assert_int_equal(uploads_ask(house.uploads, &wish, clock_monotonic_ms(), &put, &house.get),
                     UPLOAD_OK);
    snprintf(house.token, sizeof house.token, "%s", put + strlen(URL "/w/1/upload/"));
    free(put);
}

static void puts_head(size_t size, const char *more)
{
    char *head =
        mem_print("PUT /w/1/upload/%s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n%s\r\n",
                  house.token, size, more);
    client_say(house.story->client, head);
    free(head);
}

static void puts_body(size_t size)
{
    struct story *s = house.story;
    char piece[10000];
    memset(piece, 'x', sizeof piece);
    while (size > 0) {
        size_t len = size < sizeof piece ? size : sizeof piece;
        client_send(s->client, piece, len);
        client_turn(s->client, s->loop, story_flush, s);
        size -= len;
    }
}

/* On a connection of its own. */
static void puts_file(size_t size)
{
    story_connect(house.story);
    puts_head(size, ORIGIN);
    puts_body(size);
}

static bool is_there(void)
{
    return files_find_url(house.files, house.get) != NULL;
}

static void commits(void)
{
    struct story *s = house.story;
    until(s, s->router.after != NULL);
    assert_false(story_got(s, "HTTP/1.1 "));
    gateway_router_commit(&s->router);
}

static void put__answers__201_after_the_commit(void **state)
{
    struct story *s = *state;
    has_slot(MOST);
    puts_file(MOST);
    commits();
    until(s, story_got(s, "HTTP/1.1 201 Created\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Origin: https://shop.example\r\n"));
    assert_true(story_got(s, "Vary: Origin\r\n"));
    assert_true(story_got(s, "Content-Length: 0\r\n"));
    assert_false(story_got(s, "Connection: close"));
    assert_true(is_there());
    assert_int_equal(file_count(), 1);
    /* The same connection goes on, and the file is opened. */
    client_forget(s->client);
    char *get = mem_print("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", house.get + strlen(URL));
    client_say(s->client, get);
    free(get);
    until(s, story_got(s, "HTTP/1.1 200 OK\r\n"));
}

static void put__takes__a_token_once(void **state)
{
    struct story *s = *state;
    has_slot(10);
    puts_file(10);
    commits();
    until(s, story_got(s, "HTTP/1.1 201 "));
    puts_file(10);
    until(s, story_got(s, "HTTP/1.1 404 "));
    assert_true(story_got(s, "Access-Control-Allow-Origin: https://shop.example\r\n"));
    memset(house.token, 'a', ID_TOKEN_SIZE - 1);
    puts_file(10);
    until(s, story_got(s, "HTTP/1.1 404 "));
    house.token[ID_TOKEN_SIZE - 2] = '\0';
    puts_file(10);
    until(s, story_got(s, "HTTP/1.1 404 "));
    assert_int_equal(file_count(), 1);
}

/* What is refused is read to its end, so that a browser reads the answer; but no more than a file
 * may have. */
static void put__refuses__another_size(void **state)
{
    struct story *s = *state;
    has_slot(100000);
    puts_file(99999);
    until(s, story_got(s, "HTTP/1.1 400 "));
    assert_false(story_got(s, "Connection: close"));
    puts_file(100001);
    until(s, story_got(s, "HTTP/1.1 413 "));
    assert_false(story_got(s, "Connection: close"));
    story_connect(s);
    puts_head(MOST + 1, ORIGIN);
    until(s, story_got(s, "HTTP/1.1 413 "));
    assert_true(story_got(s, "Connection: close\r\n"));
    story_connect(s);
    puts_head(0, ORIGIN);
    until(s, story_got(s, "HTTP/1.1 400 "));
    assert_int_equal(file_count(), 0);
    puts_file(100000);
    commits();
    until(s, story_got(s, "HTTP/1.1 201 "));
}

static void put__wants__the_length_beforehand(void **state)
{
    struct story *s = *state;
    has_slot(3);
    story_connect(s);
    char *request = mem_print("PUT /w/1/upload/%s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                              "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                              house.token);
    client_say(s->client, request);
    free(request);
    until(s, story_got(s, "HTTP/1.1 411 Length Required\r\n"));
    assert_int_equal(file_count(), 0);
}

static void put__answers__a_cautious_client_before_the_body(void **state)
{
    struct story *s = *state;
    has_slot(10);
    story_connect(s);
    puts_head(11, "Expect: 100-continue\r\n");
    until(s, story_got(s, "HTTP/1.1 413 "));
    assert_false(story_got(s, "100 Continue"));
    story_connect(s);
    puts_head(10, "Expect: 100-continue\r\n");
    until(s, story_got(s, "HTTP/1.1 100 Continue\r\n\r\n"));
    client_forget(s->client);
    puts_body(10);
    commits();
    until(s, story_got(s, "HTTP/1.1 201 "));
}

static void put__that_is_cut__may_come_again(void **state)
{
    struct story *s = *state;
    has_slot(200000);
    story_connect(s);
    puts_head(200000, ORIGIN);
    puts_body(199999);
    until(s, file_count() == 1);
    client_close(s->client);
    s->client = client_connect(gateway_port(s->gateway), 0);
    until(s, file_count() == 0);
    puts_file(200000);
    commits();
    until(s, story_got(s, "HTTP/1.1 201 "));
    assert_true(is_there());
}

/* All came, but nobody is there to read the answer: the file is kept. */
static void put__that_is_cut__at_the_end_has_come(void **state)
{
    struct story *s = *state;
    has_slot(1000);
    puts_file(1000);
    until(s, s->router.after != NULL);
    client_close(s->client);
    s->client = client_connect(gateway_port(s->gateway), 0);
    client_say(s->client, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, story_got(s, "HTTP/1.1 200 "));
    gateway_router_commit(&s->router);
    assert_true(is_there());
}

static void put__behind_another_request__is_answered_in_order(void **state)
{
    struct story *s = *state;
    has_slot(100000);
    story_connect(s);
    client_say(s->client, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    puts_head(100000, ORIGIN);
    puts_body(100000);
    client_say(s->client, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, s->router.after != NULL);
    assert_false(story_got(s, "ready"));
    gateway_router_commit(&s->router);
    until(s, story_got(s, "\r\n\r\nready\n"));
    const char *got = s->client->got.bytes;
    assert_true(strstr(got, "\r\n\r\nok\n") < strstr(got, "201 Created"));
}

static void put__is_refused__when_the_chat_has_ended(void **state)
{
    struct story *s = *state;
    has_slot(10);
    house.chat_is_over = true;
    puts_file(10);
    until(s, story_got(s, "HTTP/1.1 403 "));
    assert_int_equal(file_count(), 0);
}

static void put__is__for_pages_of_the_sites(void **state)
{
    struct story *s = *state;
    has_slot(10);
    story_connect(s);
    puts_head(10, "Origin: https://evil.example\r\n");
    puts_body(10);
    until(s, story_got(s, "HTTP/1.1 403 "));
    assert_false(story_got(s, "Access-Control-Allow-Origin"));
    story_connect(s);
    puts_head(10, ORIGIN ORIGIN);
    puts_body(10);
    until(s, story_got(s, "HTTP/1.1 403 "));
    story_connect(s);
    puts_head(10, ""); /* no page: an XMPP client */
    puts_body(10);
    commits();
    until(s, story_got(s, "HTTP/1.1 201 "));
    assert_false(story_got(s, "Access-Control-Allow-Origin"));
}

static void preflight__is_answered__for_pages_of_the_sites(void **state)
{
    struct story *s = *state;
    story_ask(s, "OPTIONS /w/1/upload/x HTTP/1.1\r\nHost: x\r\n" ORIGIN
                 "Access-Control-Request-Method: PUT\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 204 "));
    assert_true(story_got(s, "Access-Control-Allow-Origin: https://shop.example\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Methods: PUT\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Headers: Content-Type\r\n"));
    story_ask(s, "OPTIONS /w/1/upload/x HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n"
                 "Connection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 403 "));
    assert_false(story_got(s, "Access-Control-Allow-Origin"));
    story_ask(s, "GET /w/1/upload/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 405 "));
    assert_true(story_got(s, "Allow: PUT, OPTIONS\r\n"));
}

/* The folder is gone. */
static void put__answers__507_when_nothing_can_be_kept(void **state)
{
    struct story *s = *state;
    has_slot(100000);
    assert_int_equal(rmdir(house.folder), 0);
    puts_file(100000);
    until(s, story_got(s, "HTTP/1.1 507 Insufficient Storage\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Origin: https://shop.example\r\n"));
    assert_null(s->router.after);
    assert_int_equal(mkdir(house.folder, 0700), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        upload_test(put__answers__201_after_the_commit),
        upload_test(put__takes__a_token_once),
        upload_test(put__refuses__another_size),
        upload_test(put__wants__the_length_beforehand),
        upload_test(put__answers__a_cautious_client_before_the_body),
        upload_test(put__that_is_cut__may_come_again),
        upload_test(put__that_is_cut__at_the_end_has_come),
        upload_test(put__behind_another_request__is_answered_in_order),
        upload_test(put__is_refused__when_the_chat_has_ended),
        upload_test(put__is__for_pages_of_the_sites),
        upload_test(preflight__is_answered__for_pages_of_the_sites),
        upload_test(put__answers__507_when_nothing_can_be_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
