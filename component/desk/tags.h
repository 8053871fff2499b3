/* tags.h - the tags of a chat or ticket, one text with a blank between two. */
#pragma once

#include "desk/desk.h"

/* With that tag, or without it; free() *out. DESK_REPEATED: it is so. DESK_FULL: there are
 * DESK_TAGS, or it is longer than DESK_TAG_BYTES. */
enum desk_result tags_change_dup(const char *tags, const char *tag, bool present, char **out);
