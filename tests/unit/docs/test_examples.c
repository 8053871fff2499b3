/* The configurations that people copy: examples/tresen.yml as it stands and with each line of it
 * that is commented out, and what the docs print. What is offline of `tresen check` takes them. */
#include "base/buf.h"
#include "base/mem.h"
#include "config.h"

#include <ctype.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char *read_file_dup(const char *path)
{
    char *full = mem_print("%s/%s", SOURCE_DIR, path);
    FILE *file = fopen(full, "rb");
    char *text = mem_alloc(1 << 20);

    assert_non_null(file);
    text[fread(text, 1, (1 << 20) - 1, file)] = '\0';
    fclose(file);
    free(full);
    return text;
}

/* A folder with the files that configurations name beside themselves. */
static const char *const SECRETS[] = {"secret", "api-password", "mail-password"};
static char folder[] = "/tmp/examples-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++) {
        char *path = mem_print("%s/%s", folder, SECRETS[i]);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
        assert_int_equal(write(fd, "hidden\n", 7), 7);
        close(fd);
        free(path);
    }
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++) {
        char *path = mem_print("%s/%s", folder, SECRETS[i]);
        unlink(path);
        free(path);
    }
    return rmdir(folder);
}

static void expect_good(const char *path, const char *text)
{
    char *error = NULL;
    char *there = mem_print("%s/tresen.yml", folder);
    struct config *c = config_parse(there, text, strlen(text), &error);

    free(there);
    if (c == NULL) {
        fail_msg("%s: %s\n%s", path, error, text);
    }
    config_destroy(c);
}

/* "# key: …", not a sentence: where the key begins, behind the number sign and a blank. */
static const char *key_in(const char *line, size_t len)
{
    const char *sign = line + strspn(line, " ");

    if (sign >= line + len || sign[0] != '#' || sign[1] != ' ') {
        return NULL;
    }
    const char *key = sign + 2 + strspn(sign + 2, " ");
    size_t name = strspn(key, "abcdefghijklmnopqrstuvwxyz_");
    return name > 0 && key[name] == ':' && islower(key[0]) ? sign : NULL;
}

static unsigned uncomment(const char *text, struct buf *out)
{
    unsigned count = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const char *sign = key_in(text, len);
        if (sign != NULL) {
            buf_add(out, text, (size_t)(sign - text));
            buf_add(out, sign + 2, len - (size_t)(sign - text) - 2);
            count++;
        } else {
            buf_add(out, text, len);
        }
        buf_add_char(out, '\n');
        text += len + (text[len] == '\n' ? 1 : 0);
    }
    return count;
}

static void examples__are_good__as_they_stand_and_with_what_is_commented_out(void **state)
{
    (void)state;
    char *text = read_file_dup("examples/tresen.yml");
    struct buf all;

    expect_good("examples/tresen.yml", text);
    buf_init(&all, 1 << 20);
    unsigned count = uncomment(text, &all);
    if (count < 20) {
        fail_msg("only %u keys of examples/tresen.yml are commented out", count);
    }
    expect_good("examples/tresen.yml, all of it", all.bytes);
    buf_finish(&all);
    free(text);
}

/* Around a part of a configuration: what every one needs, but what it says itself. */
static void expect_good_part(const char *path, const char *part, size_t len)
{
    static const char *const NEEDED[][2] = {
        {"domain:", "domain: support.example.org\n"},
        {"server:", "server: {secret: hidden}\n"},
        {"web:", "web: {origins: [\"https://www.example.org\"]}\n"},
        {"storage:", "storage: sqlite:tresen.db\n"},
        {"departments:", "departments: [{id: sales, agents: [nina@example.org]}]\n"},
    };
    static const char SERVER[] = "server:\n";
    struct buf text;
    char *own = mem_dup_n(part, len);
    char *server = strstr(own, SERVER);

    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED; i++) {
        const char *said = strstr(own, NEEDED[i][0]);
        if (said == NULL || (said != own && said[-1] != '\n')) {
            buf_add_text(&text, NEEDED[i][1]);
        }
    }
    if (server != NULL) {
        buf_add(&text, own, (size_t)(server - own) + strlen(SERVER));
        buf_add_text(&text, "  secret: hidden\n");
        buf_add_text(&text, server + strlen(SERVER));
    } else {
        buf_add_text(&text, own);
    }
    expect_good(path, text.bytes);
    buf_finish(&text);
    free(own);
}

static void docs__print__configurations_that_are_good(void **state)
{
    static const char *const PAGES[] = {
        "README.md",      "docs/INSTALL.md",  "docs/OPERATIONS.md",  "docs/AGENTS.md",
        "docs/WIDGET.md", "docs/SECURITY.md", "docs/agents/slots.md"};
    static const char FENCE[] = "```yaml\n";
    unsigned count = 0;
    (void)state;
    for (size_t i = 0; i < sizeof PAGES / sizeof *PAGES; i++) {
        char *page = read_file_dup(PAGES[i]);
        for (const char *at = page; (at = strstr(at, FENCE)) != NULL; count++) {
            at += strlen(FENCE);
            const char *end = strstr(at, "\n```");
            assert_non_null(end);
            expect_good_part(PAGES[i], at, (size_t)(end - at) + 1);
            at = end + 4;
        }
        free(page);
    }
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples__are_good__as_they_stand_and_with_what_is_commented_out),
        cmocka_unit_test(docs__print__configurations_that_are_good),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
