/* check_archive.h - do the servers of agents archive what is written in departments that keep no
 * transcript? Asked of each such server by service discovery (XEP-0030): whether it has an archive
 * (XEP-0313). Which lines it keeps it does not tell; our own lines ask it to keep none of them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct config;
struct post;

enum { CHECK_ARCHIVES_MAX = 8 };

struct check_archives {
    struct check_archive {
        char host[256];
        bool keeps; /* says so; Prosody tells only those who are in an account's roster */
        struct check_archives *all;
    } servers[CHECK_ARCHIVES_MAX]; /* none: every department keeps a transcript */
    size_t count;
    size_t waiting;
};

/* Which servers that are: of the first CHECK_ARCHIVES_MAX. */
void check_archives_find(struct check_archives *a, const struct config *config);
/* waiting is 0 when all have answered. */
void check_archives_ask(struct check_archives *a, const char *domain, const struct post *post);
