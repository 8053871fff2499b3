#include "transport/assets.h"

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "transport/assets_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct assets *assets_create(void)
{
    struct assets *a = mem_alloc(sizeof *a);
    a->by_path = map_create();
    return a;
}

static void destroy(struct asset *asset)
{
    for (int i = 0; i < ASSET_CODINGS; i++) {
        free(asset->forms[i].bytes);
    }
    free(asset->redirect);
    free(asset->path);
    free(asset);
}

void assets_destroy(struct assets *a)
{
    if (!a) {
        return;
    }
    size_t at = 0;
    const char *path;
    void *asset;
    while (map_next(a->by_path, &at, &path, &asset)) {
        destroy(asset);
    }
    map_destroy(a->by_path);
    free(a);
}

void assets_add(struct assets *a, struct asset *asset)
{
    struct asset *before = map_set(a->by_path, asset->path, asset);
    if (before) {
        destroy(before);
    }
}

const struct asset *assets_find(const struct assets *a, const char *path)
{
    return map_get(a->by_path, path);
}

/* Does a list like "gzip, br;q=0.5, *;q=0" allow coding? */
static bool is_accepted(const char *accepted, const char *coding)
{
    size_t coding_len = strlen(coding);
    bool any = false;
    for (const char *at = accepted; *at;) {
        at += strspn(at, " \t,");
        size_t name = strcspn(at, " \t,;");
        const char *end = at + strcspn(at, ",");
        const char *weight = memmem(at, (size_t)(end - at), "q=0", 3);
        bool is_refused = weight && strspn(weight + 2, "0.") == strcspn(weight + 2, " \t,");
        if (name == coding_len && strncasecmp(at, coding, name) == 0) {
            return !is_refused;
        }
        any = any || (name == 1 && *at == '*' && !is_refused);
        at = end;
    }
    return any;
}

enum asset_coding asset_choose(const struct asset *asset, const char *accepted)
{
    if (accepted && asset->forms[ASSET_BROTLI].bytes && is_accepted(accepted, "br")) {
        return ASSET_BROTLI;
    }
    if (accepted && asset->forms[ASSET_GZIP].bytes && is_accepted(accepted, "gzip")) {
        return ASSET_GZIP;
    }
    return ASSET_PLAIN;
}

bool asset_matches(const char *if_none_match, const char *etag)
{
    for (const char *at = if_none_match; at && *at;) {
        at += strspn(at, " \t,");
        if (*at == '*') {
            return true;
        }
        at += strncmp(at, "W/", 2) == 0 ? 2 : 0;
        size_t len = strcspn(at, ", \t");
        if (len == strlen(etag) && memcmp(at, etag, len) == 0) {
            return true;
        }
        at += len;
    }
    return false;
}

static struct asset *redirect_create(const char *from, const char *to)
{
    struct asset *asset = mem_alloc(sizeof *asset);
    asset->path = mem_dup(from);
    asset->type = "text/plain; charset=utf-8";
    asset->redirect = mem_dup(to);
    return asset;
}

/* A folder's page under the folder's own path, with its own copies. */
static struct asset *index_create(const struct asset *page, const char *folder)
{
    struct asset *asset = mem_alloc(sizeof *asset);
    *asset = (struct asset){.path = mem_dup(folder), .type = page->type};
    for (int i = 0; i < ASSET_CODINGS; i++) {
        const struct asset_form *form = &page->forms[i];
        asset->forms[i] = *form;
        asset->forms[i].bytes = form->bytes ? mem_dup_n(form->bytes, form->len) : NULL;
    }
    return asset;
}

void assets_index(struct assets *a)
{
    static const char NAME[] = "/index.html";
    size_t count = map_count(a->by_path);
    const struct asset **pages = mem_array(count, sizeof *pages);
    size_t pages_count = 0;
    size_t at = 0;
    const char *path;
    void *asset;
    while (map_next(a->by_path, &at, &path, &asset)) {
        size_t len = strlen(path);
        if (len >= sizeof NAME - 1 && strcmp(path + len - (sizeof NAME - 1), NAME) == 0) {
            pages[pages_count++] = asset;
        }
    }
    for (size_t i = 0; i < pages_count; i++) {
        char *folder = mem_dup_n(pages[i]->path, strlen(pages[i]->path) - (sizeof NAME - 2));
        size_t len = strlen(folder);
        assets_add(a, index_create(pages[i], folder));
        if (len > 1) {
            char *bare = mem_dup_n(folder, len - 1);
            assets_add(a, redirect_create(bare, folder));
            free(bare);
        }
        free(folder);
    }
    free(pages);
}
