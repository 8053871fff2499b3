#include "transport/assets.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

struct story {
    char folder[64];
    struct assets *assets;
};

static void write_file(const struct story *s, const char *name, const char *content, size_t len)
{
    char *path = mem_print("%s/%s", s->folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    free(path);
}

static void make_folder(const struct story *s, const char *name)
{
    char *path = mem_print("%s/%s", s->folder, name);
    assert_int_equal(mkdir(path, 0755), 0);
    free(path);
}

static int setup(void **state)
{
    struct story *s = calloc(1, sizeof *s);
    assert_non_null(s);
    snprintf(s->folder, sizeof s->folder, "assets-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    s->assets = assets_create();
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct story *s = *state;
    static const char *const NAMES[] = {
        "a.js",       "a.js.br",        "image.png",       "tiny.css", ".hidden", "link.js", "x",
        "index.html", "sub/index.html", "sub/deep/x.html", "sub/deep", "sub",     ""};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char *path = mem_print("%s/%s", s->folder, NAMES[i]);
        remove(path);
        free(path);
    }
    assert_int_not_equal(access(s->folder, F_OK), 0);
    assets_destroy(s->assets);
    free(s);
    return 0;
}

static void load(struct story *s, const char *prefix)
{
    char *error = NULL;
    if (!assets_load(s->assets, s->folder, prefix, &error)) {
        fail_msg("%s", error);
    }
}

static char *script(size_t len)
{
    char *text = mem_alloc(len + 1);
    for (size_t i = 0; i < len; i++) {
        text[i] = "let it = be;\n"[i % 13];
    }
    return text;
}

static void assets__compresses__text_once(void **state)
{
    struct story *s = *state;
    char *text = script(5000);
    write_file(s, "a.js", text, 5000);
    write_file(s, "a.js.br", "brotli", 6);
    write_file(s, "image.png", text, 5000);
    write_file(s, "tiny.css", "a{}", 3);
    load(s, "/w/1/");
    const struct asset *asset = assets_find(s->assets, "/w/1/a.js");
    assert_non_null(asset);
    assert_string_equal(asset->type, "text/javascript; charset=utf-8");
    assert_int_equal(asset->forms[ASSET_PLAIN].len, 5000);
    assert_memory_equal(asset->forms[ASSET_PLAIN].bytes, text, 5000);
    assert_memory_equal(asset->forms[ASSET_BROTLI].bytes, "brotli", 6);
    assert_true(asset->forms[ASSET_GZIP].len < 500);
    z_stream z = {.next_in = (unsigned char *)asset->forms[ASSET_GZIP].bytes,
                  .avail_in = (uInt)asset->forms[ASSET_GZIP].len};
    unsigned char plain[5001];
    z.next_out = plain;
    z.avail_out = sizeof plain;
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, 5000);
    assert_memory_equal(plain, text, 5000);
    inflateEnd(&z);
    assert_string_not_equal(asset->forms[ASSET_PLAIN].etag, asset->forms[ASSET_GZIP].etag);
    assert_null(assets_find(s->assets, "/w/1/a.js.br"));
    assert_null(assets_find(s->assets, "/w/1/image.png")->forms[ASSET_GZIP].bytes);
    assert_null(assets_find(s->assets, "/w/1/tiny.css")->forms[ASSET_GZIP].bytes);
    free(text);
}

static void asset_choose__hears__what_is_accepted(void **state)
{
    struct story *s = *state;
    char *text = script(5000);
    write_file(s, "a.js", text, 5000);
    write_file(s, "a.js.br", "brotli", 6);
    free(text);
    load(s, "/");
    const struct asset *asset = assets_find(s->assets, "/a.js");
    assert_int_equal(asset_choose(asset, NULL), ASSET_PLAIN);
    assert_int_equal(asset_choose(asset, ""), ASSET_PLAIN);
    assert_int_equal(asset_choose(asset, "gzip, deflate, br, zstd"), ASSET_BROTLI);
    assert_int_equal(asset_choose(asset, "gzip;q=0.5"), ASSET_GZIP);
    assert_int_equal(asset_choose(asset, "GZIP"), ASSET_GZIP);
    assert_int_equal(asset_choose(asset, "br;q=0, gzip"), ASSET_GZIP);
    assert_int_equal(asset_choose(asset, "br;q=0.0, gzip; q=0.000"), ASSET_PLAIN);
    assert_int_equal(asset_choose(asset, "br;q=0.001"), ASSET_BROTLI);
    assert_int_equal(asset_choose(asset, "*"), ASSET_BROTLI);
    assert_int_equal(asset_choose(asset, "*;q=0"), ASSET_PLAIN);
    assert_int_equal(asset_choose(asset, "identity"), ASSET_PLAIN);
    assert_int_equal(asset_choose(asset, "gzipped, brotli"), ASSET_PLAIN);
}

static void asset_matches__compares__etags(void **state)
{
    (void)state;
    assert_true(asset_matches("\"a\"", "\"a\""));
    assert_true(asset_matches("W/\"a\"", "\"a\""));
    assert_true(asset_matches("\"b\", \"a\"", "\"a\""));
    assert_true(asset_matches("*", "\"a\""));
    assert_false(asset_matches("\"b\"", "\"a\""));
    assert_false(asset_matches("a", "\"a\""));
    assert_false(asset_matches("", "\"a\""));
    assert_false(asset_matches(NULL, "\"a\""));
}

static void assets__serves__folders_by_their_index(void **state)
{
    struct story *s = *state;
    make_folder(s, "sub");
    make_folder(s, "sub/deep");
    write_file(s, "index.html", "root", 4);
    write_file(s, "sub/index.html", "sub", 3);
    write_file(s, "sub/deep/x.html", "x", 1);
    load(s, "/");
    assets_index(s->assets);
    assert_memory_equal(assets_find(s->assets, "/")->forms[ASSET_PLAIN].bytes, "root", 4);
    assert_memory_equal(assets_find(s->assets, "/sub/")->forms[ASSET_PLAIN].bytes, "sub", 3);
    assert_string_equal(assets_find(s->assets, "/sub")->redirect, "/sub/");
    assert_memory_equal(assets_find(s->assets, "/sub/deep/x.html")->forms[ASSET_PLAIN].bytes, "x",
                        1);
    assert_null(assets_find(s->assets, "/sub/deep/"));
    assert_null(assets_find(s->assets, ""));
    /* V-015 */
    static const char *const PATHS[] = {
        "/../index.html", "/sub/../index.html", "//index.html", "/sub/deep/../index.html",
        "/./index.html",  "/index.html/",       "index.html",   "/sub\\index.html"};
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
        assert_null(assets_find(s->assets, PATHS[i]));
    }
}

static void assets_load__leaves__out_what_is_not_meant(void **state)
{
    struct story *s = *state;
    char *link = mem_print("%s/link.js", s->folder);
    char *fifo = mem_print("%s/x", s->folder);
    write_file(s, "a.js", "1", 1);
    write_file(s, ".hidden", "secret", 6);
    assert_int_equal(symlink("/etc/passwd", link), 0); /* V-104 */
    assert_int_equal(mkfifo(fifo, 0600), 0);
    load(s, "/");
    assert_non_null(assets_find(s->assets, "/a.js"));
    assert_null(assets_find(s->assets, "/.hidden"));
    assert_null(assets_find(s->assets, "/link.js"));
    assert_null(assets_find(s->assets, "/x"));
    free(link);
    free(fifo);
}

static void assets_load__says__why_not(void **state)
{
    struct story *s = *state;
    char *error = NULL;
    assert_false(assets_load(s->assets, "/nowhere/at/all", "/", &error));
    assert_non_null(strstr(error, "/nowhere/at/all"));
    free(error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(assets__compresses__text_once, setup, teardown),
        cmocka_unit_test_setup_teardown(asset_choose__hears__what_is_accepted, setup, teardown),
        cmocka_unit_test(asset_matches__compares__etags),
        cmocka_unit_test_setup_teardown(assets__serves__folders_by_their_index, setup, teardown),
        cmocka_unit_test_setup_teardown(assets_load__leaves__out_what_is_not_meant, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(assets_load__says__why_not, setup, teardown),
    };
    return cmocka_run_group_tests_name("assets", tests, NULL, NULL);
}
