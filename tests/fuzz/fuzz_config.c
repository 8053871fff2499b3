/* The configuration file. Whatever it says: a configuration or one complaint with a line, never
 * both; and what is in force can be read again while the daemon runs.
 *
 * Comments at the beginning are what administrators have added in the database, a row each:
 *
 *     #=a tom@localhost capacity 3        agent (d: department, h: hours, m: member)
 */
#include "base/log.h"
#include "base/mem.h"
#include "config.h"
#include "storage/storage.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { ROWS_MAX = 20 };

#define FILE_NAME "/nowhere/fuzz.yml"

/* "a tom@localhost capacity 3"; the text is cut into its words. */
static bool read_row(char *line, struct setting_record *out)
{
    static const char KINDS[] = "?adhm";
    const char *kind = strchr(KINDS, line[0]);
    char *rest = line + 2;

    if (kind == NULL || kind == KINDS || line[1] != ' ') {
        return false;
    }
    const char *id = strsep(&rest, " ");
    const char *field = strsep(&rest, " ");
    *out = (struct setting_record){.kind = (enum setting_kind)(kind - KINDS),
                                   .id = id,
                                   .field = field != NULL ? field : "",
                                   .value = rest != NULL ? rest : ""};
    return true;
}

/* text: a copy of the input, which stays until the rows were used. */
static size_t read_rows(char *text, struct setting_record rows[ROWS_MAX])
{
    size_t count = 0;
    char *line;

    while (count < ROWS_MAX && text != NULL && strncmp(text, "#=", 2) == 0) {
        line = strsep(&text, "\n") + 2;
        for (char *c = line; *c != '\0'; c++) {
            *c = (char)(*c == '|' ? '\n' : *c); /* of a list, a line each */
        }
        count += line[0] != '\0' && read_row(line, &rows[count]) ? 1 : 0;
    }
    return count;
}

static void check(const struct config *c, const char *error)
{
    if ((c == NULL) != (error != NULL)) {
        BUG("a configuration and a complaint, or neither");
    }
    if (error != NULL && strncmp(error, FILE_NAME ":", sizeof FILE_NAME) != 0) {
        BUG("a complaint without a place");
    }
    if (c != NULL && (c->domain == NULL || c->server.secret == NULL || c->site_count == 0 ||
                      c->department_count == 0 || c->agent_count == 0)) {
        BUG("accepted without what must be there");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct setting_record rows[ROWS_MAX];
    char *text = mem_dup_n((const char *)bytes, size);
    size_t count = read_rows(text, rows);
    char *error = NULL;
    struct config *c = config_parse_with(FILE_NAME, (const char *)bytes, size, rows, count, &error);

    log_set_level(LOG_ERROR);
    check(c, error);
    if (c != NULL) {
        struct config *again =
            config_parse_with(FILE_NAME, (const char *)bytes, size, rows, count, &error);
        char *change = again != NULL ? config_change_print(c, again) : NULL;
        if (again == NULL || change != NULL) {
            BUG("the same file is another one: %s", change != NULL ? change : error);
        }
        config_destroy(again);
    }
    config_destroy(c);
    free(error);
    free(text);
    return 0;
}
