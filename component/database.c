#include "database.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

const char *database_path(const char *uri)
{
    return uri + strlen("sqlite:");
}

/* Storage locks beside the real file, wherever symbolic links point. */
static char *lock_name_dup(const char *path)
{
    char *real = realpath(path, NULL);
    char *name = mem_print("%s.lock", real != NULL ? real : path);
    free(real);
    return name;
}

int database_lock(const char *uri, char **error)
{
    char *name = lock_name_dup(database_path(uri));
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    *error = NULL;
    if (fd < 0) {
        *error = mem_print("%s cannot be opened: %s", name, strerror(errno));
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        *error = errno == EWOULDBLOCK ? NULL
                                      : mem_print("%s cannot be locked: %s", name, strerror(errno));
        close(fd);
        fd = -1;
    }
    free(name);
    return fd;
}

bool database_is_locked(const char *uri)
{
    char *name = lock_name_dup(database_path(uri));
    int fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    bool locked = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0) {
        close(fd);
    }
    free(name);
    return locked;
}

static bool copy_bytes(int in, int out)
{
    char part[64 * 1024];
    for (;;) {
        ssize_t len = read(in, part, sizeof part);
        if (len <= 0) {
            return len == 0 && fsync(out) == 0;
        }
        for (ssize_t done = 0; done < len;) {
            ssize_t put = write(out, part + done, (size_t)(len - done));
            if (put < 0) {
                return false;
            }
            done += put;
        }
    }
}

char *database_copy(const char *from, const char *to)
{
    char *error = NULL;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        return mem_print("%s cannot be read: %s", from, strerror(errno));
    }
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (out < 0) {
        error = mem_print("%s cannot be made: %s", to, strerror(errno));
    } else if (!copy_bytes(in, out)) {
        error = mem_print("copying %s to %s failed: %s", from, to, strerror(errno));
        unlink(to);
    }
    if (out >= 0) {
        close(out);
    }
    close(in);
    return error;
}
