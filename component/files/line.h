/* line.h - a file as a line of a chat: what it is called, how large it is, and behind the last
 * newline where it is opened. */
#pragma once

#include "base/buf.h"
#include "storage/storage.h"

/* "photo.png (12 kB)" and, below it, url; free() it. */
char *line_of_file_dup(const struct file_record *file, const char *url);
/* "12 kB". */
void line_add_size(struct buf *out, int64_t size);
/* The last line of a text. */
const char *line_last(const char *text);
