/* What may change while the daemon runs: everything but the keys that the table marks. */
#include "config.h"

#include "base/mem.h"
#include "base/text.h"
#include "config_table.h"

static bool is_equal(const struct config_option *o, const struct config *a, const struct config *b)
{
    const char *left = (const char *)a + o->offset;
    const char *right = (const char *)b + o->offset;

    if (o->type == &config_type_number) {
        return *(const unsigned *)(const void *)left == *(const unsigned *)(const void *)right;
    }
    return text_equal(*(const char *const *)(const void *)left,
                      *(const char *const *)(const void *)right);
}

char *config_change_print(const struct config *old, const struct config *next)
{
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_options[i];
        if (o->restart && !is_equal(o, old, next)) {
            return mem_print("%s:%d: %s: only a restart changes this", next->file,
                             config_line(next, o->path), o->path);
        }
    }
    return NULL;
}
