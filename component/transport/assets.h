/* assets.h - static files in memory: the widget's bundle and a website for demonstration.
 *
 * Everything is read at the start: no byte of a URL ever reaches the file system (V-015). Text is
 * compressed by gzip once; a file NAME.br beside NAME is its brotli form, served to who takes it.
 * Each form has its own strong ETag. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { ASSETS_FILES_MAX = 2000, ASSETS_BYTES_MAX = 64 * 1024 * 1024, ASSETS_DEPTH_MAX = 8 };

struct assets;

enum asset_coding { ASSET_PLAIN, ASSET_GZIP, ASSET_BROTLI, ASSET_CODINGS };

struct asset_form {
    char *bytes; /* NULL: not in this form */
    size_t len;
    char etag[40]; /* with its quotation marks */
};

struct asset {
    char *path;
    const char *type; /* Content-Type */
    struct asset_form forms[ASSET_CODINGS];
    char *redirect; /* a folder without its slash: where to; else NULL */
};

struct assets *assets_create(void);
void assets_destroy(struct assets *a); /* NULL is fine */
/* Reads a folder: its files are found under prefix ("/w/1/"). Files and folders that begin with a
 * dot, links and special files are left out. False and *error (free() it) in words if it cannot be
 * read or is over a limit. */
bool assets_load(struct assets *a, const char *folder, const char *prefix, char **error);
/* Makes a path known for each folder that has index.html: "/", "/shop/", and "/shop" that
 * redirects. */
void assets_index(struct assets *a);
/* Exact; NULL: unknown. */
const struct asset *assets_find(const struct assets *a, const char *path);
/* The best form for an Accept-Encoding (NULL: none came). */
enum asset_coding asset_choose(const struct asset *asset, const char *accepted);
/* Does an If-None-Match name this ETag (weakly, RFC 9110 13.1.2)? */
bool asset_matches(const char *if_none_match, const char *etag);
