#include "base/id.h"
#include "base/log.h"
#include "files_story.h"

#include <signal.h>
#include <sys/resource.h>

#define ANN "visitor-ann"
#define BEN "visitor-ben"

struct slot {
    char token[ID_TOKEN_SIZE];
    char *get;
};

static enum upload_result asks(struct story *s, const char *visitor, int64_t chat, size_t size,
                               struct slot *out)
{
    const struct upload_wish wish = {visitor, chat,
                                     "Gr\xc3\xbc\xc3\x9f"
                                     "e.png",
                                     size};
    char *put = NULL;
    enum upload_result result = uploads_ask(s->uploads, &wish, s->now, &put, &out->get);
    if (result == UPLOAD_OK) {
        static const char PREFIX[] = URL "/w/1/upload/";
        assert_memory_equal(put, PREFIX, sizeof PREFIX - 1);
        assert_int_equal(strlen(put), sizeof PREFIX - 1 + ID_TOKEN_SIZE - 1);
        snprintf(out->token, sizeof out->token, "%s", put + sizeof PREFIX - 1);
    }
    free(put);
    return result;
}

static void has_slot(struct story *s, const char *visitor, size_t size, struct slot *out)
{
    assert_int_equal(asks(s, visitor, CHAT, size, out), UPLOAD_OK);
}

static struct upload *begins(struct story *s, const struct slot *slot, size_t size)
{
    struct upload *upload = NULL;
    assert_int_equal(uploads_begin(s->uploads, slot->token, size, s->now, &upload), UPLOAD_OK);
    assert_non_null(upload);
    return upload;
}

static enum upload_result begin_result(struct story *s, const struct slot *slot, size_t size)
{
    struct upload *upload = NULL;
    enum upload_result result = uploads_begin(s->uploads, slot->token, size, s->now, &upload);
    if (result == UPLOAD_OK) {
        upload_drop(upload);
    } else {
        assert_null(upload);
    }
    return result;
}

static void sends(struct upload *upload, size_t size)
{
    char piece[1000];
    memset(piece, 'x', sizeof piece);
    while (size > 0) {
        size_t len = size < sizeof piece ? size : sizeof piece;
        assert_int_equal(upload_add(upload, piece, len), UPLOAD_OK);
        size -= len;
    }
}

static void on_kept(void *ctx, enum upload_result result)
{
    struct story *s = ctx;
    s->kept++;
    s->result = result;
}

static enum upload_result keeps(struct story *s, struct upload *upload)
{
    unsigned before = s->kept;
    upload_keep(upload, on_kept, s);
    story_wait(s, before + 1);
    return s->result;
}

/* A file of that size is there, at the address that was promised. */
static void brings(struct story *s, const char *visitor, size_t size)
{
    struct slot slot;
    has_slot(s, visitor, size, &slot);
    struct upload *upload = begins(s, &slot, size);
    sends(upload, size);
    assert_int_equal(keeps(s, upload), UPLOAD_OK);
    assert_non_null(files_find_url(s->files, slot.get));
    free(slot.get);
}

static void upload__becomes__the_file_at_the_promised_address(void **state)
{
    struct story *s = *state;
    struct slot slot;
    size_t len;
    has_slot(s, ANN, 12345, &slot);
    assert_null(files_find_url(s->files, slot.get));
    assert_null(strstr(slot.get, slot.token));
    struct upload *upload = begins(s, &slot, 12345);
    sends(upload, 12345);
    assert_int_equal(story_count(s, "part-"), 1);
    assert_int_equal(keeps(s, upload), UPLOAD_OK);
    const struct file_record *file = files_find_url(s->files, slot.get);
    assert_non_null(file);
    assert_string_equal(file->name, "Gr\xc3\xbc\xc3\x9f"
                                    "e.png");
    assert_string_equal(file->sender, "");
    assert_int_equal(file->chat, CHAT);
    assert_int_equal(file->size, 12345);
    const char *bytes = files_map(s->files, file, &len);
    assert_int_equal(len, 12345);
    files_unmap(bytes, len);
    assert_int_equal(story_count(s, ""), 1);
    assert_int_equal(story_count(s, "part-"), 0);
    free(slot.get);
}

/* V-101. */
static void upload__takes__no_other_size(void **state)
{
    struct story *s = *state;
    struct slot slot;
    char byte = 'x';
    has_slot(s, ANN, 5000, &slot);
    assert_int_equal(begin_result(s, &slot, 4999), UPLOAD_WRONG_SIZE);
    assert_int_equal(begin_result(s, &slot, 5001), UPLOAD_TOO_LARGE);
    assert_int_equal(begin_result(s, &slot, 0), UPLOAD_WRONG_SIZE);
    /* Neither less nor more comes than was said. */
    struct upload *upload = begins(s, &slot, 5000);
    sends(upload, 4999);
    assert_int_equal(keeps(s, upload), UPLOAD_WRONG_SIZE);
    upload = begins(s, &slot, 5000);
    sends(upload, 5000);
    assert_int_equal(upload_add(upload, &byte, 1), UPLOAD_TOO_LARGE);
    upload_drop(upload);
    assert_int_equal(story_count(s, ""), 0);
    upload = begins(s, &slot, 5000);
    sends(upload, 5000);
    assert_int_equal(keeps(s, upload), UPLOAD_OK);
    free(slot.get);
}

static void upload__keeps__the_limits(void **state)
{
    struct story *s = *state;
    struct slot slot = {.get = NULL};
    assert_int_equal(asks(s, ANN, CHAT, MOST + 1, &slot), UPLOAD_TOO_LARGE);
    brings(s, ANN, MOST);
    brings(s, ANN, 1);
    has_slot(s, ANN, 1, &slot); /* counts, though nothing has come */
    struct slot other = {.get = NULL};
    assert_int_equal(asks(s, ANN, CHAT, 1, &other), UPLOAD_TOO_MANY);
    assert_int_equal(asks(s, BEN, CHAT + 1, 1, &other), UPLOAD_OK);
    free(other.get);
    struct upload *upload = begins(s, &slot, 1);
    sends(upload, 1);
    assert_int_equal(asks(s, ANN, CHAT, 1, &other), UPLOAD_TOO_MANY);
    assert_int_equal(keeps(s, upload), UPLOAD_OK);
    assert_int_equal(asks(s, ANN, CHAT, 1, &other), UPLOAD_TOO_MANY);
    free(slot.get);
}

/* An agent's file has come meanwhile. */
static void upload__counts__again_when_bytes_come(void **state)
{
    struct story *s = *state;
    struct slot slot;
    has_slot(s, ANN, 1, &slot);
    s->config.max_per_chat = 1;
    files_configure(s->files, &s->config);
    struct incoming *incoming = files_begin(s->files, CHAT, NULL);
    assert_int_equal(begin_result(s, &slot, 1), UPLOAD_TOO_MANY);
    files_drop(incoming);
    assert_int_equal(begin_result(s, &slot, 1), UPLOAD_OK);
    free(slot.get);
}

/* V-102. */
static void token__is_good__once_and_for_ten_minutes(void **state)
{
    struct story *s = *state;
    struct slot slot;
    struct slot unknown = {.token = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    int64_t chat = 0;
    assert_int_equal(begin_result(s, &unknown, 1), UPLOAD_UNKNOWN);
    has_slot(s, ANN, 7, &slot);
    s->now += UPLOAD_MS - 1;
    assert_true(uploads_whose(s->uploads, slot.token, s->now, &chat));
    assert_int_equal(chat, CHAT);
    struct upload *upload = begins(s, &slot, 7);
    s->now += 1; /* what has begun may come to its end */
    assert_int_equal(begin_result(s, &slot, 7), UPLOAD_UNKNOWN);
    free(slot.get);
    has_slot(s, BEN, 7, &slot); /* drops what is over, but not this */
    sends(upload, 7);
    assert_int_equal(keeps(s, upload), UPLOAD_OK);
    upload = begins(s, &slot, 7);
    sends(upload, 7);
    assert_int_equal(keeps(s, upload), UPLOAD_OK);
    assert_int_equal(begin_result(s, &slot, 7), UPLOAD_UNKNOWN);
    free(slot.get);
}

static void upload__gives__its_token_back_when_it_is_cut(void **state)
{
    struct story *s = *state;
    struct slot slot;
    has_slot(s, ANN, 5000, &slot);
    struct upload *upload = begins(s, &slot, 5000);
    sends(upload, 2500);
    upload_drop(upload);
    assert_int_equal(story_count(s, ""), 0);
    upload = begins(s, &slot, 5000);
    sends(upload, 5000);
    assert_int_equal(keeps(s, upload), UPLOAD_OK);
    free(slot.get);
}

/* The older connection is dead, though nobody has said so. */
static void upload__goes__to_the_newer_connection(void **state)
{
    struct story *s = *state;
    struct slot slot;
    has_slot(s, ANN, 5000, &slot);
    struct upload *older = begins(s, &slot, 5000);
    sends(older, 2500);
    struct upload *newer = begins(s, &slot, 5000);
    assert_int_equal(upload_add(older, "x", 1), UPLOAD_ELSEWHERE);
    upload_drop(older);
    assert_int_equal(story_count(s, "part-"), 1);
    sends(newer, 5000);
    upload_keep(newer, on_kept, s);
    assert_int_equal(begin_result(s, &slot, 5000), UPLOAD_ELSEWHERE); /* all of it is here */
    story_wait(s, 1);
    assert_int_equal(s->result, UPLOAD_OK);
    free(slot.get);
}

static void a_third_slot__takes__the_place_of_the_first(void **state)
{
    struct story *s = *state;
    struct slot slots[3];
    for (size_t i = 0; i < 3; i++) {
        has_slot(s, ANN, 5, &slots[i]);
    }
    assert_int_equal(begin_result(s, &slots[0], 5), UPLOAD_UNKNOWN);
    struct upload *second = begins(s, &slots[1], 5);
    struct upload *third = begins(s, &slots[2], 5);
    struct slot fourth = {.get = NULL};
    assert_int_equal(asks(s, ANN, CHAT, 5, &fourth), UPLOAD_BUSY);
    upload_drop(third);
    assert_int_equal(asks(s, ANN, CHAT, 5, &fourth), UPLOAD_OK);
    assert_int_equal(begin_result(s, &slots[2], 5), UPLOAD_UNKNOWN);
    upload_drop(second);
    for (size_t i = 0; i < 3; i++) {
        free(slots[i].get);
    }
    free(fourth.get);
}

static void slots__are__in_memory_only(void **state)
{
    struct story *s = *state;
    struct slot slot;
    has_slot(s, ANN, 5000, &slot);
    struct upload *upload = begins(s, &slot, 5000);
    sends(upload, 2500);
    story_stop(s);
    story_start(s);
    assert_int_equal(begin_result(s, &slot, 5000), UPLOAD_UNKNOWN);
    files_sweep(s->files);
    assert_int_equal(story_count(s, ""), 0);
    free(slot.get);
}

static void without_a_public_address__none_are__taken(void **state)
{
    struct story *s = *state;
    struct slot slot = {.get = NULL};
    assert_int_equal(uploads_max_bytes(s->uploads), MOST);
    s->config.public_url = NULL;
    files_configure(s->files, &s->config);
    assert_int_equal(uploads_max_bytes(s->uploads), 0);
    assert_int_equal(asks(s, ANN, CHAT, 5, &slot), UPLOAD_NOWHERE);
}

/* Only the whole address, as it was given. */
static void files_find_url__knows__its_own_addresses_alone(void **state)
{
    struct story *s = *state;
    struct slot slot;
    has_slot(s, ANN, 5, &slot);
    struct upload *upload = begins(s, &slot, 5);
    sends(upload, 5);
    assert_int_equal(keeps(s, upload), UPLOAD_OK);
    assert_non_null(files_find_url(s->files, slot.get));
    static const char *const FORMS[] = {"%s ", " %s", "%s?x", "%s\nmore", "x%s", "%.*s"};
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
        char text[400];
        if (strcmp(FORMS[i], "%.*s") == 0) {
            snprintf(text, sizeof text, "%.*s", (int)strlen(slot.get) - 1, slot.get);
        } else {
            const char *gap = strstr(FORMS[i], "%s");
            snprintf(text, sizeof text, "%.*s%s%s", (int)(gap - FORMS[i]), FORMS[i], slot.get,
                     gap + 2);
        }
        assert_null(files_find_url(s->files, text));
    }
    assert_null(files_find_url(s->files, URL "/w/1/file/"));
    assert_null(files_find_url(s->files, ""));
    free(slot.get);
}

/* ---- a disk that takes nothing ---- */

static unsigned complaints;

static void on_log(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    complaints += level == LOG_ERROR && strstr(line, "nothing can be kept") != NULL;
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_disk_that_fails__is_told__once(void **state)
{
    struct story *s = *state;
    struct slot slot;
    char piece[1000] = "";
    complaints = 0;
    log_set_sink(on_log, NULL);
    signal(SIGXFSZ, SIG_IGN);
    has_slot(s, ANN, 5000, &slot);
    limit_files(2000);
    for (unsigned i = 0; i < 3; i++) {
        struct upload *upload = begins(s, &slot, 5000);
        sends(upload, 2000);
        assert_int_equal(upload_add(upload, piece, sizeof piece), UPLOAD_DISK);
        upload_drop(upload);
        assert_int_equal(story_count(s, ""), 0);
    }
    assert_int_equal(complaints, 1);
    limit_files(RLIM_INFINITY);
    struct upload *upload = begins(s, &slot, 5000);
    sends(upload, 5000);
    assert_int_equal(keeps(s, upload), UPLOAD_OK);
    free(slot.get);
    has_slot(s, ANN, 5000, &slot);
    limit_files(2000);
    upload = begins(s, &slot, 5000);
    sends(upload, 2000);
    assert_int_equal(upload_add(upload, piece, sizeof piece), UPLOAD_DISK);
    upload_drop(upload);
    assert_int_equal(complaints, 2);
    limit_files(RLIM_INFINITY);
    log_set_sink(NULL, NULL);
    free(slot.get);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(upload__becomes__the_file_at_the_promised_address),
        story_test(upload__takes__no_other_size),
        story_test(upload__keeps__the_limits),
        story_test(upload__counts__again_when_bytes_come),
        story_test(token__is_good__once_and_for_ten_minutes),
        story_test(upload__gives__its_token_back_when_it_is_cut),
        story_test(upload__goes__to_the_newer_connection),
        story_test(a_third_slot__takes__the_place_of_the_first),
        story_test(slots__are__in_memory_only),
        story_test(without_a_public_address__none_are__taken),
        story_test(files_find_url__knows__its_own_addresses_alone),
        story_test(a_disk_that_fails__is_told__once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
