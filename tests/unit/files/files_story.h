/* files_story.h - a folder of files on disk, a store in memory, and a chat. Included by one file of
 * a program. */
#pragma once

#include "files/files.h"
#include "files/upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define URL "https://desk.example"

enum { MOST = 20000, PER_CHAT = 3, CHAT = 1001 };

struct story {
    char folder[64];
    struct files_config config;
    struct storage *storage;
    struct files *files;
    struct uploads *uploads;
    time_ms now;
    unsigned kept; /* how often upload_keep was answered, and how last */
    enum upload_result result;
};

static inline void story_on_commit(void *ctx, uint64_t batch)
{
    (void)ctx;
    (void)batch;
}

static inline void story_on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

static inline void story_start(struct story *s)
{
    char *error = NULL;
    s->files = files_create(&s->config, s->storage, &error);
    assert_non_null(s->files);
    s->uploads = uploads_create(s->files);
}

static inline void story_stop(struct story *s)
{
    uploads_destroy(s->uploads);
    files_destroy(s->files);
}

static inline int story_setup(void **state)
{
    const struct storage_calls calls = {NULL, story_on_commit, story_on_refusing};
    struct story *s = calloc(1, sizeof *s);
    char *error = NULL;
    assert_non_null(s);
    snprintf(s->folder, sizeof s->folder, "/tmp/files-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    s->storage = storage_open("memory:", &calls, &error);
    assert_non_null(s->storage);
    s->config = (struct files_config){
        .directory = s->folder, .public_url = URL, .max_bytes = MOST, .max_per_chat = PER_CHAT};
    s->now = 1000;
    story_start(s);
    *state = s;
    return 0;
}

/* Names in the folder. */
static inline size_t story_count(const struct story *s, const char *prefix)
{
    DIR *folder = opendir(s->folder);
    const struct dirent *entry;
    size_t count = 0;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        count += entry->d_name[0] != '.' && strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
    }
    closedir(folder);
    return count;
}

static inline void story_remove_all(const struct story *s)
{
    DIR *folder = opendir(s->folder);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    closedir(folder);
    rmdir(s->folder);
}

static inline int story_teardown(void **state)
{
    struct story *s = *state;
    story_stop(s);
    storage_close(s->storage);
    story_remove_all(s);
    free(s);
    return 0;
}

/* The file is on disk, or not. */
static inline void story_wait(struct story *s, unsigned kept)
{
    struct pollfd ready = {.fd = files_fd(s->files), .events = POLLIN};
    while (s->kept < kept) {
        assert_int_equal(poll(&ready, 1, 20000), 1);
        files_dispatch(s->files);
    }
}

#define story_test(name) cmocka_unit_test_setup_teardown(name, story_setup, story_teardown)
