/* versions.h - which versions of the widget there are.
 *
 * The manifest.json beside a loader names the version. Older ones are kept in a folder
 * (web.widget_versions), each in a folder named by it, and are served under that name as long as
 * they are there: a website may have pinned one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { VERSIONS_MAX = 50 };

struct version {
    char *name;   /* of its folder */
    char *folder; /* whole path */
    char *fault;  /* in words; NULL: none */
};

struct versions {
    struct version *items; /* in order: 0.9.0, 0.10.0 */
    size_t count;
};

/* The version that manifest.json in this folder names, if it may stand in a path. NULL and *error
 * in words (free() both): there is none. */
char *version_read_dup(const char *folder, char **error);
/* Those kept in folder. What begins with a dot, links and files are left out. False and *error
 * (free() it) in words: the folder cannot be read, or has more than VERSIONS_MAX. */
bool versions_find(struct versions *v, const char *folder, char **error);
void versions_finish(struct versions *v);
