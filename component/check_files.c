#include "check_files.h"

#include "base/buf.h"
#include "base/mem.h"
#include "config.h"
#include "database.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static char *parent_dup(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL || slash == path ? mem_dup("/") : mem_dup_n(path, (size_t)(slash - path));
}

/* Written and synced, under a name that the daemon sweeps, should we be killed in between. 0, or
 * errno. */
static int write_one(const char *folder)
{
    char *name = mem_print("%s/part-check-XXXXXX", folder);
    int fd = mkstemp(name);
    int error = 0;

    if (fd < 0 || write(fd, "Tresen", 6) != 6 || fsync(fd) != 0) {
        error = errno != 0 ? errno : ENOSPC;
    }
    if (fd >= 0) {
        close(fd);
        unlink(name);
    }
    free(name);
    return error;
}

/* Where the file system begins on which that folder lies. */
static char *mount_dup(const char *folder)
{
    char *at = realpath(folder, NULL);
    struct stat here;
    struct stat above;
    bool is_found = at == NULL || stat(at, &here) != 0;

    while (!is_found && strcmp(at, "/") != 0) {
        char *parent = parent_dup(at);
        is_found = stat(parent, &above) != 0 || above.st_dev != here.st_dev;
        if (is_found) {
            free(parent);
        } else {
            free(at);
            at = parent;
        }
    }
    return at != NULL ? at : mem_dup(folder);
}

static bool is_same_disk(const char *folder, const char *other)
{
    struct stat a;
    struct stat b;

    return stat(folder, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev;
}

static void describe_disk(struct buf *out, const struct config *config, const char *folder)
{
    struct statvfs disk;
    char *mount = mount_dup(folder);
    char *database = parent_dup(database_path(config->storage));

    buf_printf(out, " lies on the disk of %s", mount);
    if (statvfs(folder, &disk) == 0) {
        buf_printf(out, ", %.1f GB free", (double)disk.f_bavail * (double)disk.f_frsize / 1e9);
    }
    if (is_same_disk(folder, database)) {
        buf_add_text(out, ", with the database");
    }
    free(database);
    free(mount);
}

bool check_files_try(const struct config *config, char **words)
{
    const char *folder = config->files.directory;
    char *parent = parent_dup(folder);
    bool is_there = access(folder, F_OK) == 0;
    struct buf text;

    buf_init(&text, 3 * PATH_MAX);
    buf_add_text(&text, folder);
    int error = is_there ? write_one(folder) : access(parent, W_OK | X_OK) == 0 ? 0 : errno;
    if (error != 0) {
        buf_printf(&text, " %s: %s", is_there ? "cannot be written" : "cannot be made",
                   strerror(error));
    } else {
        buf_add_text(&text, is_there ? " can be written, and" : " can be made, and");
        describe_disk(&text, config, is_there ? folder : parent);
    }
    free(parent);
    *words = buf_detach(&text);
    return error == 0;
}
