/* Erasing a person: memory first, chats with their files, the visitor last, the scrub behind it;
 * and an order that did not come to its end is finished by the next. */
#include "erasure.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "files/files.h"
#include "storage/storage.h"
#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct rig {
    char folder[64];
    struct storage *storage;
    struct files *files;
    struct erasure *erasure;
    struct buf asked; /* what the house was asked, a word each */
    bool is_talking;
    bool keeps_chats; /* says that they are in memory */
    bool is_here;
    unsigned shown; /* so often more a roster still shows them */
    unsigned done;
    enum dossier_outcome outcome;
    bool unfinished;
    bool archives;
    struct buf parts; /* "chats 2 " */
    char words[100];
};

/* ---- the house ---- */

static bool on_is_talking(void *ctx, const char *visitor)
{
    struct rig *r = ctx;
    (void)visitor;
    return r->is_talking;
}

static bool on_forget_visitor(void *ctx, const char *visitor)
{
    struct rig *r = ctx;
    buf_printf(&r->asked, "%s ", visitor);
    r->is_talking = false;
    return true;
}

static bool on_forget_chat(void *ctx, int64_t number, bool if_unused)
{
    struct rig *r = ctx;
    buf_printf(&r->asked, "%lld%s ", (long long)number, if_unused ? "?" : "");
    return !r->keeps_chats;
}

static bool on_is_here(void *ctx, const char *visitor)
{
    (void)visitor;
    return ((struct rig *)ctx)->is_here;
}

static bool on_is_shown(void *ctx, const char *visitor)
{
    struct rig *r = ctx;
    (void)visitor;
    return r->shown > 0 && r->shown-- > 0;
}

/* ---- life ---- */

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

static int make(void **state)
{
    static struct rig r;
    static struct files_config config;
    static struct erasure_house house;
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;

    r = (struct rig){.folder = "/tmp/erasure-XXXXXX"};
    assert_non_null(mkdtemp(r.folder));
    config = (struct files_config){.directory = r.folder, .max_bytes = 1000, .max_per_chat = 5};
    house = (struct erasure_house){&r,         on_is_talking, on_forget_visitor, on_forget_chat,
                                   on_is_here, on_is_shown};
    r.storage = storage_open("memory:", &calls, &error);
    r.files = files_create(&config, r.storage, &error);
    r.erasure = erasure_create(r.storage, r.files, &house);
    buf_init(&r.asked, 1000);
    buf_init(&r.parts, 1000);
    *state = &r;
    return 0;
}

static int unmake(void **state)
{
    struct rig *r = *state;
    erasure_destroy(r->erasure);
    files_destroy(r->files);
    storage_close(r->storage);
    buf_finish(&r->asked);
    buf_finish(&r->parts);
    assert_int_equal(rmdir(r->folder), 0);
    return 0;
}

static void put_visitor(struct rig *r, const char *id, const char *email)
{
    storage_put_visitor(r->storage, &(struct visitor_record){.id = id,
                                                             .site = "",
                                                             .jid = "",
                                                             .name = "",
                                                             .email = email,
                                                             .language = "",
                                                             .zone = "",
                                                             .browser = "",
                                                             .page_url = "",
                                                             .page_title = "",
                                                             .referrer = "",
                                                             .only_agent = "",
                                                             .last_agent = "",
                                                             .phone = "",
                                                             .fields = "",
                                                             .consent = "",
                                                             .subject = "",
                                                             .claims = ""});
}

static void put_chat(struct rig *r, int64_t number, const char *visitor, enum chat_state state)
{
    storage_put_chat(r->storage, &(struct chat_record){.number = number,
                                                       .visitor = visitor,
                                                       .department = "sales",
                                                       .address = "sales",
                                                       .state = state,
                                                       .owner = "",
                                                       .created = 1,
                                                       .closed_by = "",
                                                       .tags = "",
                                                       .handed_to = ""});
}

/* With its bytes in the folder. */
static void put_file(struct rig *r, int64_t chat, const char *id)
{
    const struct file_record file = {.id = id,
                                     .chat = chat,
                                     .sender = "",
                                     .name = "x.png",
                                     .type = "image/png",
                                     .size = 1,
                                     .sha256 = ""};
    char *path = mem_print("%s/%s", r->folder, id);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fclose(out);
    free(path);
    storage_put_file(r->storage, &file);
    files_load(r->files, &file);
}

/* Commits, answers, and the tick of a second, until nothing comes of it any more. */
static void turns(struct rig *r)
{
    for (unsigned i = 0; i < 40; i++) {
        storage_seal(r->storage);
        storage_dispatch(r->storage);
        erasure_tick(r->erasure);
    }
}

/* People read what each table is, not what it is called. */
static void expect_name(const char *table)
{
    struct person_part part = {.table = table, .rows = 1};
    const struct dossier_result result = {
        .outcome = DOSSIER_DONE, .act = DOSSIER_ERASE, .parts = &part, .part_count = 1, .path = ""};
    char *raw = mem_print("\n%s: 1", table);
    struct buf text;
    buf_init(&text, 4096);
    dossier_write_result(&text, LANGUAGE_EN, &result);
    assert_non_null(strstr(text.bytes, ": 1"));
    assert_null(strstr(text.bytes, raw));
    buf_finish(&text);
    free(raw);
}

static void on_done(void *ctx, const struct dossier_result *result)
{
    struct rig *r = ctx;
    r->done++;
    r->outcome = result->outcome;
    r->unfinished = result->unfinished;
    r->archives = result->archives;
    snprintf(r->words, sizeof r->words, "%s", result->words);
    buf_reset(&r->parts);
    for (size_t i = 0; i < result->part_count; i++) {
        expect_name(result->parts[i].table);
        if (result->parts[i].rows > 0) {
            buf_printf(&r->parts, "%s %lld ", result->parts[i].table,
                       (long long)result->parts[i].rows);
        }
    }
}

static void begins(struct rig *r, enum dossier_act act, const char *email, bool ends)
{
    r->done = 0;
    erasure_order(r->erasure,
                  &(struct dossier_order){.who = "boss",
                                          .act = act,
                                          .person = {.by = PERSON_EMAIL, .value = email},
                                          .ends = ends},
                  on_done, r);
}

static enum dossier_outcome orders(struct rig *r, enum dossier_act act, const char *email,
                                   bool ends)
{
    begins(r, act, email, ends);
    turns(r);
    assert_int_equal(r->done, 1);
    return r->outcome;
}

static void put_anna(struct rig *r)
{
    put_visitor(r, "visitor-anna", "anna@shop.example");
    put_visitor(r, "visitor-zoe", "zoe@shop.example");
    put_chat(r, 1001, "visitor-anna", CHAT_CLOSED);
    put_chat(r, 1002, "visitor-zoe", CHAT_CLOSED);
    put_chat(r, 1003, "visitor-anna", CHAT_CLOSED);
    put_file(r, 1003, "of-anna");
    turns(r);
}

/* ---- tests ---- */

static void erasure__goes__by_the_order_that_another_can_finish(void **state)
{
    struct rig *r = *state;
    put_anna(r);
    assert_int_equal(orders(r, DOSSIER_LOOK, "Anna@shop.example", false), DOSSIER_DONE);
    assert_non_null(strstr(r->parts.bytes, "chats 2"));
    assert_int_equal(r->asked.len, 0); /* a look changes nothing */
    assert_int_equal(orders(r, DOSSIER_ERASE, "anna@shop.example", false), DOSSIER_DONE);
    assert_string_equal(r->asked.bytes, "visitor-anna 1003 1001 ");
    assert_true(r->archives);
    assert_non_null(strstr(r->parts.bytes, "files 1")); /* as it was before */
    assert_int_equal(orders(r, DOSSIER_LOOK, "anna@shop.example", false), DOSSIER_NOBODY);
    assert_int_equal(orders(r, DOSSIER_ERASE, "anna@shop.example", false), DOSSIER_NOBODY);
    assert_int_equal(orders(r, DOSSIER_LOOK, "zoe@shop.example", false), DOSSIER_DONE);
    assert_non_null(strstr(r->parts.bytes, "chats 1"));
}

static void erasure__refuses__an_open_chat_unless_it_is_to_end(void **state)
{
    struct rig *r = *state;
    put_anna(r);
    r->is_talking = true;
    assert_int_equal(orders(r, DOSSIER_ERASE, "anna@shop.example", false), DOSSIER_RUNNING);
    assert_int_equal(r->asked.len, 0);
    assert_int_equal(orders(r, DOSSIER_ERASE, "anna@shop.example", true), DOSSIER_DONE);
    assert_int_equal(orders(r, DOSSIER_LOOK, "anna@shop.example", false), DOSSIER_NOBODY);
}

static void erasure__takes__one_order_at_a_time(void **state)
{
    struct rig *r = *state;
    put_anna(r);
    begins(r, DOSSIER_ERASE, "anna@shop.example", false);
    assert_int_equal(r->done, 0);
    erasure_order(r->erasure,
                  &(struct dossier_order){.who = "boss",
                                          .act = DOSSIER_LOOK,
                                          .person = {.by = PERSON_EMAIL, .value = "x@y.example"}},
                  on_done, r);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->outcome, DOSSIER_BUSY);
    turns(r);
    assert_int_equal(r->done, 2);
    assert_int_equal(r->outcome, DOSSIER_DONE);
}

/* A chat of theirs began meanwhile: it says so, and the same order finishes it. */
static void erasure__is__finished_by_another_order(void **state)
{
    struct rig *r = *state;
    put_anna(r);
    r->keeps_chats = true;
    assert_int_equal(orders(r, DOSSIER_ERASE, "anna@shop.example", false), DOSSIER_FAILED);
    assert_non_null(strstr(r->words, "a new chat"));
    assert_int_equal(orders(r, DOSSIER_LOOK, "anna@shop.example", false), DOSSIER_DONE);
    assert_true(r->unfinished);
    r->keeps_chats = false;
    assert_int_equal(orders(r, DOSSIER_ERASE, "anna@shop.example", false), DOSSIER_DONE);
    assert_int_equal(orders(r, DOSSIER_LOOK, "anna@shop.example", false), DOSSIER_NOBODY);
    assert_false(r->unfinished);
}

/* Rows may be gone and the scrub be missing: nobody is found, and it is done all the same. */
static void erasure__scrubs__what_was_begun_though_nobody_is_left(void **state)
{
    struct rig *r = *state;
    storage_begin_scrub(r->storage, 1);
    turns(r);
    assert_int_equal(orders(r, DOSSIER_LOOK, "anna@shop.example", false), DOSSIER_NOBODY);
    assert_true(r->unfinished);
    orders(r, DOSSIER_ERASE, "anna@shop.example", false);
    orders(r, DOSSIER_LOOK, "anna@shop.example", false);
    assert_false(r->unfinished);
}

/* What the roster's way writes of them while it lets them go is erased behind it. */
static void erasure__waits__until_no_roster_shows_them(void **state)
{
    struct rig *r = *state;
    put_anna(r);
    r->shown = 3;
    begins(r, DOSSIER_ERASE, "anna@shop.example", false);
    for (unsigned i = 0; i < 20 && r->shown > 0; i++) {
        storage_seal(r->storage);
        storage_dispatch(r->storage);
        erasure_tick(r->erasure);
        assert_int_equal(r->done, 0);
    }
    turns(r);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->outcome, DOSSIER_DONE);
}

static void erasure__refuses__while_nothing_can_be_stored(void **state)
{
    struct rig *r = *state;
    put_anna(r);
    storage_test_fail(r->storage, 13);
    put_visitor(r, "visitor-eve", "");
    turns(r);
    assert_true(storage_is_refusing(r->storage));
    assert_int_equal(orders(r, DOSSIER_ERASE, "anna@shop.example", false), DOSSIER_REFUSING);
    storage_test_fail(r->storage, 0);
    turns(r);
    assert_int_equal(orders(r, DOSSIER_ERASE, "anna@shop.example", false), DOSSIER_DONE);
}

/* By time: what is in memory stays. */
static void erasure_chat__leaves__what_is_in_memory(void **state)
{
    struct rig *r = *state;
    size_t files = 0;
    put_anna(r);
    r->keeps_chats = r->is_here = true;
    assert_false(erasure_chat(r->erasure, 1003, &files));
    assert_false(erasure_visitor(r->erasure, "visitor-anna"));
    assert_string_equal(r->asked.bytes, "1003? ");
    assert_int_equal(files, 0);
    r->keeps_chats = r->is_here = false;
    assert_true(erasure_chat(r->erasure, 1003, &files));
    assert_int_equal(files, 1);
    turns(r);
    assert_int_equal(orders(r, DOSSIER_LOOK, "anna@shop.example", false), DOSSIER_DONE);
    assert_non_null(strstr(r->parts.bytes, "chats 1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(erasure__goes__by_the_order_that_another_can_finish, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(erasure__refuses__an_open_chat_unless_it_is_to_end, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(erasure__takes__one_order_at_a_time, make, unmake),
        cmocka_unit_test_setup_teardown(erasure__is__finished_by_another_order, make, unmake),
        cmocka_unit_test_setup_teardown(erasure__scrubs__what_was_begun_though_nobody_is_left, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(erasure__waits__until_no_roster_shows_them, make, unmake),
        cmocka_unit_test_setup_teardown(erasure__refuses__while_nothing_can_be_stored, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(erasure_chat__leaves__what_is_in_memory, make, unmake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
