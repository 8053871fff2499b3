#include "story_disk.h"

#include "story.h"

#include "base/id.h"
#include "base/list.h"
#include "base/mem.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512 };

/* A write, or (bytes NULL) a truncation, that is not synced. */
struct pending {
    struct list link; /* image::pending */
    char *bytes;
    size_t at; /* or the size */
    size_t len;
};

/* A file as the disk has it. */
struct image {
    struct list link; /* disk::images */
    char *name;       /* without the directory */
    char *bytes;
    size_t size;
    size_t room;
    struct list pending; /* pending::link */
};

struct disk {
    struct list link; /* disks */
    char *directory;
    struct list images; /* image::link */
    int fail_in;        /* 0: not */
    int code;
    bool fails_read;
    int failures;
};

struct disk_file {
    sqlite3_file base;
    struct disk *disk; /* NULL: not watched */
    struct image *image;
    sqlite3_file *real; /* behind this struct */
};

static struct {
    pthread_mutex_t lock; /* for everything here */
    struct list disks;    /* disk::link */
    sqlite3_vfs *real;
    sqlite3_vfs vfs;
    sqlite3_io_methods methods;
} world = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct disk_file *file_of(sqlite3_file *file)
{
    return (struct disk_file *)(void *)file;
}

/* ---- images ---- */

static void resize(struct image *image, size_t size)
{
    if (size > image->room) {
        image->room = 2 * size;
        image->bytes = mem_grow(image->bytes, image->room);
    }
    if (size > image->size) {
        memset(image->bytes + image->size, 0, size - image->size);
    }
    image->size = size;
}

static void overwrite(struct image *image, size_t at, const char *bytes, size_t len)
{
    if (at + len > image->size) {
        resize(image, at + len);
    }
    memcpy(image->bytes + at, bytes, len);
}

static void note(struct image *image, const void *bytes, size_t at, size_t len)
{
    struct pending *op = mem_alloc(sizeof *op);
    op->bytes = bytes ? mem_dup_n(bytes, len) : NULL;
    op->at = at;
    op->len = len;
    list_append(&image->pending, &op->link);
}

static void apply(struct image *image, const struct pending *op, size_t len)
{
    if (op->bytes) {
        overwrite(image, op->at, op->bytes, len);
    } else {
        resize(image, op->at);
    }
}

static void drop_pending(struct image *image)
{
    list_for_each_safe (struct pending, op, &image->pending, link) {
        list_remove(&op->link);
        free(op->bytes);
        free(op);
    }
}

static void sync_image(struct image *image)
{
    list_for_each (struct pending, op, &image->pending, link) {
        apply(image, op, op->len);
    }
    drop_pending(image);
}

static void destroy_image(struct image *image)
{
    drop_pending(image);
    free(image->bytes);
    free(image->name);
    free(image);
}

static struct image *find_image(struct disk *d, const char *name)
{
    list_for_each (struct image, image, &d->images, link) {
        if (strcmp(image->name, name) == 0) {
            return image;
        }
    }
    struct image *image = mem_alloc(sizeof *image);
    image->name = mem_dup(name);
    list_init(&image->pending);
    list_append(&d->images, &image->link);
    return image;
}

/* ---- the file methods that change something; the others pass through ---- */

/* The error that this call is to have, or SQLITE_OK. */
static int take_failure(struct disk_file *file)
{
    struct disk *d = file->disk;
    if (!d || d->fail_in == 0 || --d->fail_in > 0) {
        return SQLITE_OK;
    }
    d->failures++;
    return d->code;
}

static int disk_write(sqlite3_file *f, const void *bytes, int len, sqlite3_int64 at)
{
    struct disk_file *file = file_of(f);
    pthread_mutex_lock(&world.lock);
    int code = take_failure(file);
    int done = code == SQLITE_OK ? len : len / 2;
    if (file->image) {
        note(file->image, bytes, (size_t)at, (size_t)done);
    }
    int real = file->real->pMethods->xWrite(file->real, bytes, done, at);
    pthread_mutex_unlock(&world.lock);
    return code == SQLITE_OK ? real : code;
}

static int disk_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    struct disk_file *file = file_of(f);
    pthread_mutex_lock(&world.lock);
    int code = take_failure(file);
    if (code == SQLITE_OK) {
        if (file->image) {
            note(file->image, NULL, (size_t)size, 0);
        }
        code = file->real->pMethods->xTruncate(file->real, size);
    }
    pthread_mutex_unlock(&world.lock);
    return code;
}

/* The real file is not synced: nothing of it is measured, and tests are quicker. */
static int disk_sync(sqlite3_file *f, int flags)
{
    struct disk_file *file = file_of(f);
    pthread_mutex_lock(&world.lock);
    int code = take_failure(file);
    if (code == SQLITE_OK && file->image) {
        sync_image(file->image);
    } else if (code == SQLITE_OK) {
        code = file->real->pMethods->xSync(file->real, flags);
    }
    pthread_mutex_unlock(&world.lock);
    return code;
}

static int disk_close(sqlite3_file *f)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xClose(real);
}

static int disk_read(sqlite3_file *f, void *bytes, int len, sqlite3_int64 at)
{
    struct disk_file *file = file_of(f);
    pthread_mutex_lock(&world.lock);
    bool fails = file->image && file->disk->fails_read;
    if (fails) {
        file->disk->fails_read = false;
        file->disk->failures++;
    }
    pthread_mutex_unlock(&world.lock);
    return fails ? SQLITE_IOERR_READ : file->real->pMethods->xRead(file->real, bytes, len, at);
}

static int disk_size(sqlite3_file *f, sqlite3_int64 *size)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xFileSize(real, size);
}

static int disk_lock(sqlite3_file *f, int level)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xLock(real, level);
}

static int disk_unlock(sqlite3_file *f, int level)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xUnlock(real, level);
}

static int disk_is_reserved(sqlite3_file *f, int *reserved)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xCheckReservedLock(real, reserved);
}

static int disk_control(sqlite3_file *f, int operation, void *arg)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xFileControl(real, operation, arg);
}

static int disk_sector(sqlite3_file *f)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xSectorSize(real);
}

static int disk_traits(sqlite3_file *f)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xDeviceCharacteristics(real);
}

static int disk_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **at)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xShmMap(real, page, size, extend, at);
}

static int disk_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xShmLock(real, offset, n, flags);
}

static void disk_shm_barrier(sqlite3_file *f)
{
    sqlite3_file *real = file_of(f)->real;
    real->pMethods->xShmBarrier(real);
}

static int disk_shm_unmap(sqlite3_file *f, int remove)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xShmUnmap(real, remove);
}

/* ---- the VFS ---- */

static void watch_file(struct disk_file *file, const char *name, int flags)
{
    list_for_each (struct disk, d, &world.disks, link) {
        size_t len = strlen(d->directory);
        if (name && strncmp(name, d->directory, len) == 0 && name[len] == '/') {
            file->disk = d;
            if (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) {
                file->image = find_image(d, name + len + 1);
            }
        }
    }
}

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct disk_file *file = file_of(f);
    (void)vfs;
    *file = (struct disk_file){.real = (sqlite3_file *)(void *)(file + 1)};
    int code = world.real->xOpen(world.real, name, file->real, flags, out);
    if (code == SQLITE_OK) {
        pthread_mutex_lock(&world.lock);
        watch_file(file, name, flags);
        pthread_mutex_unlock(&world.lock);
        file->base.pMethods = &world.methods;
    }
    return code;
}

void disk_install(void)
{
    if (world.real) {
        return;
    }
    list_init(&world.disks);
    world.real = sqlite3_vfs_find(NULL);
    world.vfs = *world.real;
    world.vfs.pNext = NULL;
    world.vfs.zName = "disk";
    world.vfs.szOsFile = (int)sizeof(struct disk_file) + world.real->szOsFile;
    world.vfs.xOpen = disk_open;
    world.methods = (sqlite3_io_methods){
        .iVersion = 2, /* without memory mapping of the database */
        .xClose = disk_close,
        .xRead = disk_read,
        .xWrite = disk_write,
        .xTruncate = disk_truncate,
        .xSync = disk_sync,
        .xFileSize = disk_size,
        .xLock = disk_lock,
        .xUnlock = disk_unlock,
        .xCheckReservedLock = disk_is_reserved,
        .xFileControl = disk_control,
        .xSectorSize = disk_sector,
        .xDeviceCharacteristics = disk_traits,
        .xShmMap = disk_shm_map,
        .xShmLock = disk_shm_lock,
        .xShmBarrier = disk_shm_barrier,
        .xShmUnmap = disk_shm_unmap,
    };
    assert_int_equal(sqlite3_vfs_register(&world.vfs, 1), SQLITE_OK);
}

/* ---- what tests do ---- */

struct disk *disk_watch(const char *directory)
{
    struct disk *d = mem_alloc(sizeof *d);
    d->directory = realpath(directory, NULL);
    assert_non_null(d->directory);
    list_init(&d->images);
    pthread_mutex_lock(&world.lock);
    list_append(&world.disks, &d->link);
    pthread_mutex_unlock(&world.lock);
    return d;
}

void disk_forget(struct disk *d)
{
    pthread_mutex_lock(&world.lock);
    list_remove(&d->link);
    list_for_each_safe (struct image, image, &d->images, link) {
        list_remove(&image->link);
        destroy_image(image);
    }
    pthread_mutex_unlock(&world.lock);
    free(d->directory);
    free(d);
}

void disk_fail_at(struct disk *d, int nth, int code)
{
    pthread_mutex_lock(&world.lock);
    d->fail_in = nth;
    d->code = code;
    pthread_mutex_unlock(&world.lock);
}

void disk_fail_read(struct disk *d)
{
    pthread_mutex_lock(&world.lock);
    d->fails_read = true;
    pthread_mutex_unlock(&world.lock);
}

int disk_failures(struct disk *d)
{
    pthread_mutex_lock(&world.lock);
    int failures = d->failures;
    pthread_mutex_unlock(&world.lock);
    return failures;
}

/* Of each write since the last sync: all of it, some sectors, or nothing. */
static struct image survive(const struct image *image)
{
    struct image after = {.size = 0};
    resize(&after, image->size);
    if (image->size > 0) {
        memcpy(after.bytes, image->bytes, image->size);
    }
    list_for_each (const struct pending, op, &image->pending, link) {
        unsigned luck = id_below(4);
        if (luck < 2) {
            apply(&after, op, op->len);
        } else if (luck == 2 && op->bytes) {
            apply(&after, op,
                  op->len / SECTOR > 0 ? id_below((unsigned)(op->len / SECTOR)) * SECTOR : 0);
        }
    }
    return after;
}

void disk_cut_power(struct disk *d, const char *directory)
{
    pthread_mutex_lock(&world.lock);
    list_for_each (struct image, image, &d->images, link) {
        struct image after = survive(image);
        char *path = mem_print("%s/%s", directory, image->name);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(after.bytes, 1, after.size, file), after.size);
        assert_int_equal(fclose(file), 0);
        free(path);
        free(after.bytes);
    }
    pthread_mutex_unlock(&world.lock);
}
