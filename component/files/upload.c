#include "files/upload.h"

#include "base/id.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "files/name.h"

#include <stdlib.h>

#define PUT_PATH "/w/1/upload/"

struct uploads {
    struct files *files;
    struct map *by_token; /* hash of it -> struct slot */
    struct list slots;    /* slot::link, the oldest first */
    struct list uploads;  /* upload::link */
};

struct slot {
    struct list link;
    char hash[ID_HASH_SIZE];
    char capability[ID_TOKEN_SIZE];
    char *visitor;
    int64_t chat;
    char *name;
    size_t size;
    time_ms until;
    struct upload *upload; /* whose bytes come, or NULL */
};

struct upload {
    struct list link;
    struct uploads *uploads;
    struct slot *slot;         /* NULL: another connection has it now */
    struct incoming *incoming; /* NULL: files has it */
    size_t got;
    void (*kept)(void *ctx, enum upload_result result);
    void *ctx;
};

/* ---- life ---- */

struct uploads *uploads_create(struct files *files)
{
    struct uploads *u = mem_alloc(sizeof *u);

    u->files = files;
    u->by_token = map_create();
    list_init(&u->slots);
    list_init(&u->uploads);
    return u;
}

static void slot_destroy(struct uploads *u, struct slot *s)
{
    if (s->upload != NULL) {
        s->upload->slot = NULL;
    }
    map_remove(u->by_token, s->hash);
    list_remove(&s->link);
    free(s->visitor);
    free(s->name);
    free(s);
}

/* Its slot is free again. */
static void upload_destroy(struct upload *up)
{
    if (up->slot != NULL) {
        up->slot->upload = NULL;
    }
    list_remove(&up->link);
    free(up);
}

void uploads_destroy(struct uploads *u)
{
    if (u == NULL) {
        return;
    }
    list_for_each_safe (struct upload, up, &u->uploads, link) {
        upload_drop(up);
    }
    list_for_each_safe (struct slot, s, &u->slots, link) {
        slot_destroy(u, s);
    }
    map_destroy(u->by_token);
    free(u);
}

size_t uploads_max_bytes(const struct uploads *u)
{
    return files_takes(u->files) ? files_max_bytes(u->files) : 0;
}

const struct file_record *uploads_find_url(const struct uploads *u, const char *url)
{
    return files_find_url(u->files, url);
}

/* ---- slots ---- */

/* Those whose time is over; one of which bytes come stays until they have come, or not. */
static void expire(struct uploads *u, time_ms now)
{
    list_for_each_safe (struct slot, s, &u->slots, link) {
        if (s->until > now) {
            break;
        }
        if (s->upload == NULL) {
            slot_destroy(u, s);
        }
    }
}

/* What a chat may still get, besides what files counts itself: those of which bytes come. */
static size_t count_of_chat(const struct uploads *u, int64_t chat)
{
    size_t count = 0;

    list_for_each (struct slot, s, &u->slots, link) {
        count += s->chat == chat && s->upload == NULL;
    }
    return count;
}

/* There is room for one more slot of that visitor, if need be instead of an older one. */
static bool make_room(struct uploads *u, const char *visitor)
{
    struct slot *oldest = NULL;
    size_t count = 0;

    list_for_each (struct slot, s, &u->slots, link) {
        if (text_equal(s->visitor, visitor)) {
            count++;
            oldest = oldest == NULL && s->upload == NULL ? s : oldest;
        }
    }
    if (count >= UPLOADS_OF_VISITOR && oldest != NULL) {
        slot_destroy(u, oldest);
        count--;
    }
    return count < UPLOADS_OF_VISITOR && map_count(u->by_token) < UPLOADS_MAX;
}

enum upload_result uploads_ask(struct uploads *u, const struct upload_wish *wish, time_ms now,
                               char **put, char **get)
{
    char token[ID_TOKEN_SIZE];

    expire(u, now);
    if (!files_takes(u->files)) {
        return UPLOAD_NOWHERE;
    }
    if (wish->size > files_max_bytes(u->files)) {
        return UPLOAD_TOO_LARGE;
    }
    if (!make_room(u, wish->visitor)) {
        return UPLOAD_BUSY;
    }
    if (!files_has_room(u->files, wish->chat, count_of_chat(u, wish->chat))) {
        return UPLOAD_TOO_MANY;
    }
    struct slot *s = mem_alloc(sizeof *s);
    id_token(token);
    id_hash(token, s->hash);
    id_token(s->capability);
    s->visitor = mem_dup(wish->visitor);
    s->chat = wish->chat;
    s->name = name_clean_dup(wish->name);
    s->size = wish->size;
    s->until = now + UPLOAD_MS;
    list_init(&s->link);
    list_append(&u->slots, &s->link);
    map_set(u->by_token, s->hash, s);
    *put = files_address_dup(u->files, PUT_PATH, token);
    *get = files_url_dup(u->files, s->capability, s->name);
    return UPLOAD_OK;
}

static struct slot *find(const struct uploads *u, const char *token, time_ms now)
{
    char hash[ID_HASH_SIZE];

    id_hash(token, hash);
    struct slot *s = map_get(u->by_token, hash);
    return s != NULL && s->until > now ? s : NULL;
}

bool uploads_whose(const struct uploads *u, const char *token, time_ms now, int64_t *chat)
{
    const struct slot *s = find(u, token, now);

    if (s == NULL) {
        return false;
    }
    *chat = s->chat;
    return true;
}

/* ---- bytes ---- */

/* What came on it is dropped. False: all of it has come there already. */
static bool take_from_older(struct slot *s)
{
    struct upload *older = s->upload;

    if (older != NULL && older->incoming == NULL) {
        return false;
    }
    if (older != NULL) {
        files_drop(older->incoming);
        older->incoming = NULL;
        older->slot = NULL;
        s->upload = NULL;
    }
    return true;
}

enum upload_result uploads_begin(struct uploads *u, const char *token, size_t size, time_ms now,
                                 struct upload **out)
{
    struct slot *s = find(u, token, now);

    if (s == NULL) {
        return UPLOAD_UNKNOWN;
    }
    if (size != s->size) {
        return size > s->size ? UPLOAD_TOO_LARGE : UPLOAD_WRONG_SIZE;
    }
    if (!take_from_older(s)) {
        return UPLOAD_ELSEWHERE;
    }
    if (!files_has_room(u->files, s->chat, 0)) {
        return UPLOAD_TOO_MANY;
    }
    struct incoming *incoming = files_begin(u->files, s->chat, s->capability);
    if (incoming == NULL) {
        return UPLOAD_DISK;
    }
    struct upload *up = mem_alloc(sizeof *up);
    up->uploads = u;
    up->slot = s;
    up->incoming = incoming;
    list_init(&up->link);
    list_append(&u->uploads, &up->link);
    s->upload = up;
    *out = up;
    return UPLOAD_OK;
}

enum upload_result upload_add(struct upload *up, const char *bytes, size_t len)
{
    if (up->slot == NULL) {
        return UPLOAD_ELSEWHERE;
    }
    if (len > up->slot->size - up->got) {
        return UPLOAD_TOO_LARGE;
    }
    up->got += len;
    switch (files_add(up->incoming, bytes, len)) {
    case FILES_OK:
        return UPLOAD_OK;
    case FILES_TOO_LARGE: /* another configuration came meanwhile */
        return UPLOAD_TOO_LARGE;
    case FILES_DISK:
    case FILES_EMPTY:
        break;
    }
    return UPLOAD_DISK;
}

void upload_drop(struct upload *up)
{
    if (up != NULL) {
        files_drop(up->incoming);
        upload_destroy(up);
    }
}

static void on_kept(void *ctx, enum files_result result, const struct file_record *file,
                    const char *url)
{
    struct upload *up = ctx;
    struct slot *s = up->slot;

    (void)url;
    if (result == FILES_OK) {
        log_info("files: kept one of a visitor's, chat %lld, %lld bytes", (long long)file->chat,
                 (long long)file->size);
    }
    up->kept(up->ctx, result == FILES_OK ? UPLOAD_OK : UPLOAD_DISK);
    if (s != NULL && result == FILES_OK) {
        slot_destroy(up->uploads, s);
    }
    upload_destroy(up);
}

void upload_keep(struct upload *up, void (*kept)(void *ctx, enum upload_result result), void *ctx)
{
    struct incoming *incoming = up->incoming;

    if (up->slot == NULL || up->got != up->slot->size) {
        kept(ctx, up->slot == NULL ? UPLOAD_ELSEWHERE : UPLOAD_WRONG_SIZE);
        upload_drop(up);
        return;
    }
    up->incoming = NULL;
    up->kept = kept;
    up->ctx = ctx;
    files_keep(incoming, "", up->slot->name, on_kept, up);
}
