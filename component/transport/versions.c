#include "transport/versions.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_MAX_LEN = 64 };

/* Letters, digits, '.', '-', '+'; "1" is the newest's own. */
static bool is_version(const char *version)
{
    static const char FITS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-+";
    size_t len = strlen(version);
    return len > 0 && len <= NAME_MAX_LEN && version[0] != '.' && strspn(version, FITS) == len &&
           strcmp(version, "1") != 0;
}

char *version_read_dup(const char *folder, char **error)
{
    char *path = mem_print("%s/manifest.json", folder);
    json_t *root = json_load_file(path, 0, NULL);
    const char *version = json_string_value(json_object_get(root, "version"));
    char *found = version && is_version(version) ? mem_dup(version) : NULL;

    if (!found) {
        *error = mem_print("%s is missing or names no version", path);
    }
    json_decref(root);
    free(path);
    return found;
}

/* The version at folder/name, which is its own from now on. */
static struct version read_one(const char *folder, const char *name)
{
    struct version one = {.name = mem_dup(name), .folder = mem_print("%s/%s", folder, name)};
    char *found = version_read_dup(one.folder, &one.fault);

    if (found && strcmp(found, name) != 0) {
        one.fault = mem_print("%s has version %s", one.folder, found);
    }
    free(found);
    return one;
}

static bool is_folder(DIR *entries, const char *name)
{
    struct stat about;
    return name[0] != '.' && fstatat(dirfd(entries), name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(about.st_mode);
}

static int by_name(const void *a, const void *b)
{
    const struct version *one = a;
    const struct version *other = b;
    return strverscmp(one->name, other->name);
}

bool versions_find(struct versions *v, const char *folder, char **error)
{
    *v = (struct versions){.items = mem_array(VERSIONS_MAX, sizeof *v->items)};
    DIR *entries = opendir(folder);
    if (!entries) {
        *error = mem_print("%s: %s", folder, strerror(errno));
        versions_finish(v);
        return false;
    }
    for (struct dirent *entry = readdir(entries); entry && !*error; entry = readdir(entries)) {
        if (!is_folder(entries, entry->d_name)) {
            continue;
        }
        if (v->count == VERSIONS_MAX) {
            *error = mem_print("%s: more than %d versions are kept here; remove those that no "
                               "website names any more",
                               folder, VERSIONS_MAX);
        } else {
            v->items[v->count++] = read_one(folder, entry->d_name);
        }
    }
    closedir(entries);
    if (*error) {
        versions_finish(v);
        return false;
    }
    qsort(v->items, v->count, sizeof *v->items, by_name);
    return true;
}

void versions_finish(struct versions *v)
{
    for (size_t i = 0; i < v->count; i++) {
        free(v->items[i].name);
        free(v->items[i].folder);
        free(v->items[i].fault);
    }
    free(v->items);
    *v = (struct versions){0};
}
