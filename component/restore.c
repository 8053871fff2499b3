/* tresen restore FILE: a backup takes the database's place, never under a running daemon. */
#include "base/mem.h"
#include "command.h"
#include "config.h"
#include "control.h"
#include "database.h"
#include "storage/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool is_there(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}

/* NULL: the file is a backup that may be restored. */
static char *refuse_backup(const char *file)
{
    char *wal = mem_print("%s-wal", file);
    struct stat about;
    bool has_wal = stat(wal, &about) == 0 && about.st_size > 0;
    free(wal);
    if (access(file, R_OK) != 0) {
        return mem_print("%s cannot be read: %s", file, strerror(errno));
    }
    if (has_wal) {
        return mem_print(
            "%s has a -wal file beside it: it is a database in use or a copy of one, no "
            "backup made by tresen backup",
            file);
    }
    char *uri = mem_print("sqlite:%s", file);
    char *error = storage_inspect(uri);
    free(uri);
    return error;
}

/* Renames PATH, PATH-wal and PATH-shm to the same with a stamp. The new name of PATH, or NULL and
 * *error. */
static char *put_aside(const char *path, char **error)
{
    static const char *const suffixes[] = {"-wal", "-shm", ""};
    char stamp[32];
    time_t now = time(NULL);
    struct tm utc;
    if (strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc)) == 0) {
        stamp[0] = '\0';
    }
    char *aside = mem_print("%s.old-%s", path, stamp);
    for (size_t i = 0; *error == NULL && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char *from = mem_print("%s%s", path, suffixes[i]);
        char *to = mem_print("%s%s", aside, suffixes[i]);
        if (is_there(from) && (is_there(to) || rename(from, to) != 0)) {
            *error = mem_print("%s cannot be renamed to %s: %s", from, to,
                               is_there(to) ? "it is there already" : strerror(errno));
        }
        free(to);
        free(from);
    }
    if (*error != NULL) {
        free(aside);
        return NULL;
    }
    return aside;
}

/* Root restores for the daemon's user: the new file belongs to whom its folder belongs. */
static void give_to_owner(const char *path, const char *folder)
{
    struct stat about;
    if (geteuid() == 0 && stat(folder, &about) == 0 &&
        lchown(path, about.st_uid, about.st_gid) != 0) {
        fprintf(stderr, "tresen: %s could not be given to the folder's owner: %s\n", path,
                strerror(errno));
    }
}

static char *folder_dup(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == path ? mem_dup("/") : mem_dup_n(path, (size_t)(slash - path));
}

/* The new file is complete and synced before it gets its name. */
static char *put_in_place(const char *file, const char *path)
{
    char *fresh = mem_print("%s.restoring", path);
    char *folder = folder_dup(path);
    unlink(fresh); /* of a restore that was interrupted; the lock is ours */
    char *error = database_copy(file, fresh);
    if (error == NULL) {
        give_to_owner(fresh, folder);
        int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (rename(fresh, path) != 0 || fd < 0 || fsync(fd) != 0) {
            error = mem_print("%s cannot be put in place: %s", path, strerror(errno));
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    free(folder);
    free(fresh);
    return error;
}

static char *replace(const char *file, const char *path, bool force, char **aside)
{
    char *error = NULL;
    if (is_there(path) && !force) {
        return mem_print(
            "there is a database at %s; --force renames it and puts the backup in its place", path);
    }
    if (is_there(path)) {
        *aside = put_aside(path, &error);
    }
    return error != NULL ? error : put_in_place(file, path);
}

int command_restore(const struct config *config, const struct command_line *line)
{
    char *path = realpath(database_path(config->storage), NULL);
    path = path != NULL ? path : mem_dup(database_path(config->storage));
    char *aside = NULL;
    char *text = NULL;
    char *error = refuse_backup(line->operand);
    int lock = -1;
    umask(077);
    if (error == NULL && control_ask(config->control, "status", "", 5, &text) != CONTROL_NOBODY) {
        error = mem_dup("the daemon runs; stop it first");
    }
    if (error == NULL && (lock = database_lock(config->storage, &error)) < 0 && error == NULL) {
        error = mem_print("%s is in use by another tresen; stop it first", path);
    }
    if (error == NULL) {
        error = replace(line->operand, path, line->force, &aside);
    }
    if (error != NULL) {
        fprintf(stderr, "tresen: nothing was restored: %s\n", error);
    } else {
        printf("%s\n", path);
    }
    if (aside != NULL) {
        printf("the database that was there is now %s\n", aside);
    }
    if (lock >= 0) {
        close(lock);
    }
    int code = error != NULL ? COMMAND_FAILED : COMMAND_DONE;
    free(error);
    free(text);
    free(aside);
    free(path);
    return code;
}
