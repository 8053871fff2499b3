/* docs/ARCHITECTURE.md names functions in files: they must be there. */
#include "base/mem.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_file_dup(const char *path)
{
    char *full = mem_print("%s/%s", SOURCE_DIR, path);
    FILE *file = fopen(full, "rb");
    char *text = mem_alloc(1 << 20);

    if (file == NULL) {
        fail_msg("docs/ARCHITECTURE.md names %s, which there is not", path);
    }
    text[fread(text, 1, (1 << 20) - 1, file)] = '\0';
    fclose(file);
    free(full);
    return text;
}

/* As a whole word before an opening parenthesis at the beginning of a definition. */
static bool defines(const char *source, const char *function)
{
    size_t len = strlen(function);

    for (const char *at = source; (at = strstr(at, function)) != NULL; at += len) {
        const char *line = at;
        while (line > source && line[-1] != '\n') {
            line--;
        }
        bool is_word = at == source || (!isalnum((unsigned char)at[-1]) && at[-1] != '_' &&
                                        at[-1] != '.' && at[-1] != '#');
        /* C: the definition begins at the margin; JavaScript: a method is indented by two. */
        bool is_definition = isalpha((unsigned char)line[0]) || at == line + 2;
        if (is_word && is_definition && at[len] == '(') {
            return true;
        }
    }
    return false;
}

/* "| 3 | `path` | `function` | …": what stands in the first two pairs of backquotes. */
static bool read_hop(char *line, char **path, char **function)
{
    char *rest = line;

    if (line[0] != '|' || !isdigit((unsigned char)line[2])) {
        return false;
    }
    strsep(&rest, "`");
    *path = strsep(&rest, "`");
    strsep(&rest, "`");
    *function = strsep(&rest, "`");
    return rest != NULL;
}

static void architecture__names_functions__that_are_where_it_says(void **state)
{
    (void)state;
    char *page = read_file_dup("docs/ARCHITECTURE.md");
    char *rest = page;
    size_t hops = 0;

    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *path;
        char *function;
        if (!read_hop(line, &path, &function)) {
            continue;
        }
        char *source = read_file_dup(path);
        if (!defines(source, function)) {
            fail_msg("docs/ARCHITECTURE.md: %s has no function %s", path, function);
        }
        free(source);
        hops++;
    }
    free(page);
    assert_true(hops >= 18);
}

/* Every other `component/…` or `storage/…` that the page points at exists. */
static void architecture__points_at_files__that_exist(void **state)
{
    (void)state;
    char *page = read_file_dup("docs/ARCHITECTURE.md");
    char *rest = page;
    size_t files = 0;

    strsep(&rest, "`");
    for (char *name; rest != NULL && (name = strsep(&rest, "`")) != NULL; strsep(&rest, "`")) {
        bool is_path = strncmp(name, "component/", 10) == 0 || strncmp(name, "storage/", 8) == 0 ||
                       strncmp(name, "tests/", 6) == 0;
        if (is_path && strchr(name, '.') != NULL) {
            free(read_file_dup(name));
            files++;
        }
    }
    free(page);
    assert_true(files >= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(architecture__names_functions__that_are_where_it_says),
        cmocka_unit_test(architecture__points_at_files__that_exist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
