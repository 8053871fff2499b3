#include "files/line.h"

#include <string.h>

enum { LINE_BYTES = 8 * 1024 };

void line_add_size(struct buf *out, int64_t size)
{
    if (size < 1000) {
        buf_printf(out, "%lld B", (long long)size);
    } else if (size < 1000 * 1000) {
        buf_printf(out, "%lld kB", (long long)(size + 500) / 1000);
    } else {
        buf_printf(out, "%.1f MB", (double)size / 1e6);
    }
}

char *line_of_file_dup(const struct file_record *file, const char *url)
{
    struct buf out;

    buf_init(&out, LINE_BYTES);
    buf_printf(&out, "%s (", file->name);
    line_add_size(&out, file->size);
    buf_printf(&out, ")\n%s", url);
    return buf_detach(&out);
}

const char *line_last(const char *text)
{
    const char *newline = strrchr(text, '\n');

    return newline != NULL ? newline + 1 : text;
}
