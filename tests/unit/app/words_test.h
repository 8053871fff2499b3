/* words_test.h - the words of a small widget, in a folder of their own. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS                                                                                      \
    "{\"languages\": {"                                                                            \
    "\"en\": {\"dir\": \"ltr\", \"launcher\": {\"open\": \"Open chat\", \"chat\": \"Here\"}},"     \
    "\"ar\": {\"dir\": \"rtl\", \"launcher\": {\"open\": \"A\", \"chat\": \"B\"}},"                \
    "\"de\": {\"dir\": \"ltr\", \"launcher\": {\"open\": \"Chat\", \"chat\": \"Da\"}}},"           \
    "\"texts\": {\"open\": \"\", \"chat\": \"\", \"hello\": \"\", \"said\": \"name text\"}}"

struct words_folder {
    char path[40];
};

/* json NULL: the folder is empty. */
static inline void words_folder_init(struct words_folder *f, const char *json)
{
    strcpy(f->path, "/tmp/words-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    if (json != NULL) {
        char file[60];
        snprintf(file, sizeof file, "%s/words.json", f->path);
        FILE *out = fopen(file, "w");
        assert_non_null(out);
        fputs(json, out);
        fclose(out);
    }
}

static inline void words_folder_finish(const struct words_folder *f)
{
    char file[60];
    snprintf(file, sizeof file, "%s/words.json", f->path);
    unlink(file);
    rmdir(f->path);
}
