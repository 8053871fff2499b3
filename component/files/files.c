#include "files/files.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "files/kind.h"
#include "files/name.h"
#include "files/room.h"
#include "files/syncer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART "part-"
#define PATH "/w/1/file/"

struct file {
    struct file_record record; /* its texts are its own */
};

struct files {
    struct files_config config;
    struct storage *storage;
    int folder;
    struct syncer *syncer;
    struct map *by_id;    /* id -> struct file */
    struct room *room;    /* taken by what is in by_id */
    struct list incoming; /* incoming::link; few */
    bool is_failing;      /* the last file could not be put on disk, and that was logged */
};

struct incoming {
    struct list link;
    struct files *files;
    struct sync_job job;
    int64_t chat;
    char part[sizeof PART + ID_SIZE];
    char capability[ID_TOKEN_SIZE];
    char id[ID_HASH_SIZE];
    int fd;
    size_t size;
    struct digest *sha256;
    char look[KIND_LOOK];
    size_t looked;
    char *sender;
    char *name;
    files_on_kept kept;
    void *ctx;
};

/* ---- life ---- */

static int open_folder(const char *path)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return -1;
    }
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct files *files_create(const struct files_config *config, struct storage *storage, char **error)
{
    int folder = open_folder(config->directory);

    if (folder < 0) {
        *error = mem_print("%s: %s", config->directory, strerror(errno));
        return NULL;
    }
    struct files *f = mem_alloc(sizeof *f);
    f->config = *config;
    f->storage = storage;
    f->folder = folder;
    f->syncer = syncer_create(folder);
    f->by_id = map_create();
    f->room = room_create();
    list_init(&f->incoming);
    return f;
}

void files_configure(struct files *f, const struct files_config *config)
{
    f->config = *config;
}

static void incoming_destroy(struct incoming *i)
{
    if (i->fd >= 0) {
        close(i->fd);
    }
    list_remove(&i->link);
    digest_destroy(i->sha256);
    free(i->sender);
    free(i->name);
    free(i);
}

static void file_destroy(struct file *file)
{
    free((char *)(uintptr_t)file->record.id);
    free((char *)(uintptr_t)file->record.sender);
    free((char *)(uintptr_t)file->record.name);
    free((char *)(uintptr_t)file->record.type);
    free((char *)(uintptr_t)file->record.sha256);
    free(file);
}

void files_destroy(struct files *f)
{
    size_t at = 0;
    const char *id;
    void *file;
    struct list left;

    if (f == NULL) {
        return;
    }
    list_init(&left);
    syncer_destroy(f->syncer, &left);
    list_for_each_safe (struct incoming, i, &f->incoming, link) {
        incoming_destroy(i); /* what lies there is swept at the next start */
    }
    while (map_next(f->by_id, &at, &id, &file)) {
        file_destroy(file);
    }
    map_destroy(f->by_id);
    room_destroy(f->room);
    close(f->folder);
    free(f);
}

void files_load(struct files *f, const struct file_record *r)
{
    struct file *file = mem_alloc(sizeof *file);

    file->record = *r;
    file->record.id = mem_dup(r->id);
    file->record.sender = mem_dup(r->sender);
    file->record.name = mem_dup(r->name);
    file->record.type = mem_dup(r->type);
    file->record.sha256 = mem_dup(r->sha256);
    map_set(f->by_id, file->record.id, file);
    room_take(f->room, r->chat);
}

void files_sweep(struct files *f)
{
    int fd = openat(f->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        /* Only what we named: a backup that somebody keeps there is not ours to remove. */
        bool is_ours = strncmp(entry->d_name, PART, sizeof PART - 1) == 0 ||
                       (strlen(entry->d_name) == ID_HASH_SIZE - 1 &&
                        strspn(entry->d_name, "0123456789abcdef") == ID_HASH_SIZE - 1);
        if (is_ours && map_get(f->by_id, entry->d_name) == NULL) {
            log_info("files: %.12s… has no row, removed", entry->d_name);
            unlinkat(f->folder, entry->d_name, 0);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

int files_fd(const struct files *f)
{
    return syncer_fd(f->syncer);
}

void files_dispatch(struct files *f)
{
    syncer_dispatch(f->syncer);
}

size_t files_max_bytes(const struct files *f)
{
    return f->config.max_bytes;
}

bool files_has_room(const struct files *f, int64_t chat, size_t besides)
{
    size_t count = besides + room_taken(f->room, chat);

    list_for_each (struct incoming, i, &f->incoming, link) {
        count += i->chat == chat;
    }
    return count < f->config.max_per_chat;
}

bool files_takes(const struct files *f)
{
    return f->config.public_url != NULL;
}

char *files_address_dup(const struct files *f, const char *path, const char *rest)
{
    return mem_print("%s%s%s", f->config.public_url, path, rest);
}

char *files_url_dup(const struct files *f, const char *capability, const char *name)
{
    char *path = name_in_url_dup(name);
    char *url = mem_print("%s" PATH "%s/%s", f->config.public_url, capability, path);

    free(path);
    return url;
}

/* ---- in ---- */

/* Once, until it works again: a full disk is met by every file that comes. */
static void complain(struct files *f, int error)
{
    if (!f->is_failing) {
        log_error("files: nothing can be kept in %s: %s; files are refused until it can",
                  f->config.directory, strerror(error));
    }
    f->is_failing = true;
}

static void note_success(struct files *f)
{
    if (f->is_failing) {
        log_info("files: they are kept again in %s", f->config.directory);
    }
    f->is_failing = false;
}

struct incoming *files_begin(struct files *f, int64_t chat, const char *capability)
{
    char random[ID_SIZE];

    if (!files_takes(f) || storage_is_refusing(f->storage)) {
        return NULL;
    }
    struct incoming *i = mem_alloc(sizeof *i);
    i->files = f;
    i->chat = chat;
    list_init(&i->link);
    id_random(random);
    snprintf(i->part, sizeof i->part, PART "%s", random);
    if (capability != NULL) {
        snprintf(i->capability, sizeof i->capability, "%s", capability);
    } else {
        id_token(i->capability);
    }
    id_hash(i->capability, i->id);
    i->sha256 = digest_sha256_create();
    i->fd = openat(f->folder, i->part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (i->fd < 0) {
        complain(f, errno);
        incoming_destroy(i);
        return NULL;
    }
    list_append(&f->incoming, &i->link);
    return i;
}

/* 0, or errno. */
static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return errno;
        }
        bytes += written;
        len -= (size_t)written;
    }
    return 0;
}

enum files_result files_add(struct incoming *i, const char *bytes, size_t len)
{
    size_t room = sizeof i->look - i->looked;
    size_t first = len < room ? len : room;

    if (len > i->files->config.max_bytes - i->size) {
        return FILES_TOO_LARGE;
    }
    int error = write_all(i->fd, bytes, len);
    if (error != 0) {
        complain(i->files, error);
        return FILES_DISK;
    }
    memcpy(i->look + i->looked, bytes, first);
    i->looked += first;
    i->size += len;
    digest_add(i->sha256, bytes, len);
    return FILES_OK;
}

void files_drop(struct incoming *i)
{
    if (i != NULL) {
        unlinkat(i->files->folder, i->part, 0);
        incoming_destroy(i);
    }
}

/* On disk: the row, and its address. */
static void record_and_tell(struct incoming *i)
{
    struct files *f = i->files;
    char sha256[DIGEST_SHA256_HEX_SIZE];

    digest_finish_hex(i->sha256, sha256);
    const struct file_record record = {.id = i->id,
                                       .chat = i->chat,
                                       .sender = i->sender,
                                       .name = i->name,
                                       .type = kind_of(i->look, i->looked),
                                       .size = (int64_t)i->size,
                                       .sha256 = sha256,
                                       .at = clock_utc_ms()};
    note_success(f);
    storage_put_file(f->storage, &record);
    files_load(f, &record);
    char *url = files_url_dup(f, i->capability, i->name);
    i->kept(i->ctx, FILES_OK, &record, url);
    free(url);
}

static void on_synced(struct sync_job *job)
{
    struct incoming *i = LIST_OF(struct incoming, job, job);

    if (job->error != 0) {
        complain(i->files, job->error);
        i->kept(i->ctx, FILES_DISK, NULL, NULL);
        files_drop(i);
        return;
    }
    if (!files_takes(i->files) || i->chat == 0) { /* another configuration came, or its chat went */
        unlinkat(i->files->folder, i->id, 0);
        i->kept(i->ctx, FILES_DISK, NULL, NULL);
    } else {
        record_and_tell(i);
    }
    incoming_destroy(i);
}

void files_keep(struct incoming *i, const char *sender, const char *name, files_on_kept kept,
                void *ctx)
{
    if (i->size == 0) {
        files_drop(i);
        kept(ctx, FILES_EMPTY, NULL, NULL);
        return;
    }
    i->sender = mem_dup(sender);
    i->name = name_clean_dup(name);
    i->kept = kept;
    i->ctx = ctx;
    i->job =
        (struct sync_job){.fd = i->fd, .part = i->part, .whole = i->id, .on_synced = on_synced};
    list_init(&i->job.link);
    i->fd = -1;
    syncer_take(i->files->syncer, &i->job);
}

size_t files_forget(struct files *f, int64_t chat)
{
    const struct file_record *of_chat[FILES_PER_CHAT_MAX] = {NULL};
    size_t count = files_of_chat(f, chat, of_chat, FILES_PER_CHAT_MAX);

    for (size_t i = 0; i < count; i++) {
        struct file *file = map_get(f->by_id, of_chat[i]->id);
        if (unlinkat(f->folder, file->record.id, 0) != 0 && errno != ENOENT) {
            log_error("files: %.12s… cannot be removed: %s", file->record.id, strerror(errno));
        }
        map_remove(f->by_id, file->record.id);
        room_leave(f->room, chat);
        file_destroy(file);
    }
    list_for_each (struct incoming, i, &f->incoming, link) {
        i->chat = i->chat == chat ? 0 : i->chat;
    }
    return count;
}

/* ---- out ---- */

const struct file_record *files_find(const struct files *f, const char *capability)
{
    char id[ID_HASH_SIZE];

    id_hash(capability, id);
    const struct file *file = map_get(f->by_id, id);
    return file != NULL ? &file->record : NULL;
}

const struct file_record *files_find_url(const struct files *f, const char *url)
{
    const char *base = f->config.public_url;
    size_t len = base != NULL ? strlen(base) : 0;
    char capability[ID_TOKEN_SIZE];

    if (base == NULL || strncmp(url, base, len) != 0 ||
        strncmp(url + len, PATH, sizeof PATH - 1) != 0) {
        return NULL;
    }
    const char *at = url + len + sizeof PATH - 1;
    if (strcspn(at, "/") != ID_TOKEN_SIZE - 1) {
        return NULL;
    }
    snprintf(capability, sizeof capability, "%s", at);
    const struct file_record *file = files_find(f, capability);
    char *whole = file != NULL ? files_url_dup(f, capability, file->name) : NULL;
    bool is_it = whole != NULL && strcmp(whole, url) == 0;
    free(whole);
    return is_it ? file : NULL;
}

static int by_time(const void *a, const void *b)
{
    const struct file_record *x = *(const struct file_record *const *)a;
    const struct file_record *y = *(const struct file_record *const *)b;

    return x->at != y->at ? (x->at < y->at ? -1 : 1) : strcmp(x->id, y->id);
}

size_t files_of_chat(const struct files *f, int64_t chat, const struct file_record **out,
                     size_t most)
{
    size_t count = 0;
    size_t at = 0;
    const char *id;
    void *file;

    while (count < most && map_next(f->by_id, &at, &id, &file)) {
        const struct file_record *r = &((const struct file *)file)->record;
        if (r->chat == chat) {
            out[count++] = r;
        }
    }
    qsort(out, count, sizeof *out, by_time);
    return count;
}

const char *files_map(struct files *f, const struct file_record *file, size_t *len)
{
    int fd = openat(f->folder, file->id, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat about;
    void *bytes = MAP_FAILED;

    *len = 0;
    if (fd >= 0 && fstat(fd, &about) == 0 && about.st_size == file->size) {
        bytes = mmap(NULL, (size_t)file->size, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    if (fd >= 0) {
        close(fd);
    }
    if (bytes == MAP_FAILED) {
        log_error("files: %.12s… of chat %lld cannot be read, or is not as long as it was",
                  file->id, (long long)file->chat);
        return NULL;
    }
    *len = (size_t)file->size;
    return bytes;
}

void files_unmap(const char *bytes, size_t len)
{
    munmap((void *)(uintptr_t)bytes, len);
}
