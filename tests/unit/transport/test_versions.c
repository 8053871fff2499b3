#include "transport/versions.h"

#include "base/log.h"
#include "base/mem.h"
#include "gateway_story.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[32];

static int setup(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "versions-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    char *command = mem_print("rm -r '%s'", folder);
    int code = system(command);
    free(command);
    return code;
}

static void write_file(const char *name, const char *file_name, const char *content)
{
    char *path = mem_print("%s/%s/%s", folder, name, file_name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(path);
}

/* A folder of that name with that manifest.json; NULL: without one. */
static void keep(const char *name, const char *manifest)
{
    char *path = mem_print("%s/%s", folder, name);
    assert_int_equal(mkdir(path, 0755), 0);
    free(path);
    if (manifest) {
        write_file(name, "manifest.json", manifest);
    }
}

static void versions_find__finds__them_in_order(void **state)
{
    (void)state;
    struct versions v;
    char *error = NULL;
    keep("0.10.0", "{\"version\": \"0.10.0\"}");
    keep("0.9.0", "{\"version\": \"0.9.0\"}");
    keep("0.9.0-beta+1", "{\"version\": \"0.9.0-beta+1\"}");
    keep(".hidden", "{\"version\": \".hidden\"}");
    char *link = mem_print("%s/0.8.0", folder);
    assert_int_equal(symlink("0.9.0", link), 0);
    free(link);
    assert_true(versions_find(&v, folder, &error));
    assert_int_equal(v.count, 3);
    assert_string_equal(v.items[0].name, "0.9.0");
    assert_string_equal(v.items[1].name, "0.9.0-beta+1");
    assert_string_equal(v.items[2].name, "0.10.0");
    for (size_t i = 0; i < v.count; i++) {
        assert_null(v.items[i].fault);
    }
    versions_finish(&v);
}

static void versions_find__says__what_is_not_what_it_is_called(void **state)
{
    (void)state;
    struct versions v;
    char *error = NULL;
    keep("0.1.0", "{\"version\": \"0.2.0\"}");
    keep("0.2.0", NULL);
    assert_true(versions_find(&v, folder, &error));
    assert_int_equal(v.count, 2);
    assert_non_null(strstr(v.items[0].fault, "/0.1.0 has version 0.2.0"));
    assert_non_null(strstr(v.items[1].fault, "/0.2.0/manifest.json is missing"));
    versions_finish(&v);
}

static void versions_find__has__a_limit(void **state)
{
    (void)state;
    struct versions v;
    char *error = NULL;
    for (int i = 0; i < VERSIONS_MAX; i++) {
        char *name = mem_print("0.%d.0", i);
        char *manifest = mem_print("{\"version\": \"%s\"}", name);
        keep(name, manifest);
        free(manifest);
        free(name);
    }
    assert_true(versions_find(&v, folder, &error));
    assert_int_equal(v.count, VERSIONS_MAX);
    versions_finish(&v);
    keep("1.0.0", "{\"version\": \"1.0.0\"}");
    assert_false(versions_find(&v, folder, &error));
    assert_non_null(strstr(error, "more than 50 versions"));
    free(error);
}

static void versions_find__says__that_there_is_no_folder(void **state)
{
    (void)state;
    struct versions v;
    char *error = NULL;
    assert_false(versions_find(&v, "/nowhere/at/all", &error));
    assert_non_null(strstr(error, "/nowhere/at/all: No such file"));
    free(error);
}

static void version_read__takes__what_may_stand_in_a_path(void **state)
{
    (void)state;
    static const char LETTERS_64[] =
        "0123456789012345678901234567890123456789012345678901234567890123";
    static const struct {
        const char *version;
        bool fits;
    } CASES[] = {{"1.2.3", true}, {LETTERS_64, true}, {"2.0.0-rc.1+5", true},
                 {"1", false},    {"", false},        {"..", false},
                 {"a/b", false},  {"a%2fb", false},   {"\\u00e4", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *name = mem_print("case-%zu", i);
        char *manifest = mem_print("{\"version\": \"%s\"}", CASES[i].version);
        char *path = mem_print("%s/%s", folder, name);
        char *error = NULL;
        keep(name, manifest);
        char *version = version_read_dup(path, &error);
        assert_int_equal(version != NULL, CASES[i].fits);
        assert_int_equal(error != NULL, !CASES[i].fits);
        free(error);
        free(version);
        free(path);
        free(manifest);
        free(name);
    }
    char *longer = mem_print("{\"version\": \"%s4\"}", LETTERS_64);
    char *path = mem_print("%s/longer", folder);
    char *error = NULL;
    keep("longer", longer);
    assert_null(version_read_dup(path, &error));
    assert_non_null(strstr(error, "names no version"));
    free(error);
    free(path);
    free(longer);
}

static void ask(struct story *s, const char *path)
{
    char *request = mem_print("GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
    story_ask(s, request);
    free(request);
}

static void gateway__serves__older_versions_that_are_kept(void **state)
{
    struct story *s = *state;
    assert_int_equal(setup(NULL), 0);
    static const struct {
        const char *name;
        const char *version;
    } KEPT[] = {{"current", "0.2.0"}, {"0.1.0", "0.1.0"}, {"0.2.0", "0.2.0"}, {"0.3.0", "0.4.0"}};
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
        char *manifest = mem_print("{\"version\": \"%s\"}", KEPT[i].version);
        keep(KEPT[i].name, manifest);
        write_file(KEPT[i].name, "loader.js", KEPT[i].name);
        free(manifest);
    }
    char *widget = mem_print("%s/current", folder);
    s->config.widget_folder = widget;
    s->config.widget_versions_folder = folder;
    log_set_level(LOG_ERROR); /* that two of them are not served is said */
    story_start(s);
    ask(s, "/w/0.1.0/loader.js");
    assert_true(story_got(s, "\r\n\r\n0.1.0"));
    assert_true(story_got(s, "Cache-Control: public, max-age=31536000, immutable\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Origin: *\r\n"));
    ask(s, "/w/0.2.0/loader.js"); /* the current one's own files go before */
    assert_true(story_got(s, "\r\n\r\ncurrent"));
    ask(s, "/w/1/loader.js");
    assert_true(story_got(s, "\r\n\r\ncurrent"));
    assert_true(story_got(s, "Cache-Control: public, max-age=300\r\n"));
    static const char *const NONE[] = {"/w/0.3.0/loader.js", "/w/0.4.0/loader.js",
                                       "/w/current/loader.js", "/w/0.0.9/loader.js"};
    for (size_t i = 0; i < sizeof NONE / sizeof *NONE; i++) {
        ask(s, NONE[i]);
        assert_true(story_got(s, "HTTP/1.1 404 "));
    }
    log_set_level(LOG_INFO);
    free(widget);
    teardown(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(versions_find__finds__them_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(versions_find__says__what_is_not_what_it_is_called, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(versions_find__has__a_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(versions_find__says__that_there_is_no_folder, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(version_read__takes__what_may_stand_in_a_path, setup,
                                        teardown),
        story_test(gateway__serves__older_versions_that_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
