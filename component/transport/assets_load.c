#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "transport/assets_table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { COMPRESS_FROM = 256, ETAG_BYTES = 12 };

static const struct {
    const char *suffix;
    const char *type;
    bool is_text; /* worth compressing */
} TYPES[] = {{".html", "text/html; charset=utf-8", true},
             {".css", "text/css; charset=utf-8", true},
             {".js", "text/javascript; charset=utf-8", true},
             {".mjs", "text/javascript; charset=utf-8", true},
             {".json", "application/json", true},
             {".map", "application/json", true},
             {".txt", "text/plain; charset=utf-8", true},
             {".svg", "image/svg+xml", true},
             {".png", "image/png", false},
             {".jpg", "image/jpeg", false},
             {".jpeg", "image/jpeg", false},
             {".gif", "image/gif", false},
             {".webp", "image/webp", false},
             {".avif", "image/avif", false},
             {".ico", "image/x-icon", false},
             {".woff2", "font/woff2", false},
             {".mp3", "audio/mpeg", false},
             {".ogg", "audio/ogg", false}};

static bool ends_with(const char *text, const char *suffix)
{
    size_t len = strlen(text);
    size_t suffix_len = strlen(suffix);
    return len >= suffix_len && strcasecmp(text + len - suffix_len, suffix) == 0;
}

static const char *type_of(const char *name, bool *is_text)
{
    *is_text = false;
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (ends_with(name, TYPES[i].suffix)) {
            *is_text = TYPES[i].is_text;
            return TYPES[i].type;
        }
    }
    return "application/octet-stream";
}

static void tag(struct asset_form *form, const char *coding)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (!EVP_Digest(form->bytes, form->len, digest, NULL, EVP_sha256(), NULL)) {
        BUG("SHA-256 is not there");
    }
    char hex[2 * ETAG_BYTES + 1];
    for (int i = 0; i < ETAG_BYTES; i++) {
        snprintf(hex + (ptrdiff_t)2 * i, 3, "%02x", digest[i]);
    }
    snprintf(form->etag, sizeof form->etag, "\"%s%s\"", hex, coding);
}

/* Only if it gets smaller by it. */
static void compress_form(struct asset *asset)
{
    const struct asset_form *plain = &asset->forms[ASSET_PLAIN];
    z_stream z = {0};
    enum { GZIP_WINDOW = 15 + 16 };
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 9, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        BUG("zlib does not start");
    }
    size_t most = deflateBound(&z, (uLong)plain->len);
    unsigned char *out = mem_alloc(most);
    z.next_in = (unsigned char *)plain->bytes;
    z.avail_in = (uInt)plain->len;
    z.next_out = out;
    z.avail_out = (uInt)most;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        BUG("zlib does not finish");
    }
    size_t len = most - z.avail_out;
    (void)deflateEnd(&z);
    if (len < plain->len) {
        struct asset_form *form = &asset->forms[ASSET_GZIP];
        form->bytes = mem_grow(out, len);
        form->len = len;
        tag(form, "-gz");
    } else {
        free(out);
    }
}

static bool complain(char **error, const char *folder, const char *name, const char *why)
{
    *error = mem_print("%s/%s: %s", folder, name, why);
    return false;
}

/* Reads a regular file in the open folder. False and errno; true with *bytes NULL: left out (a
 * link, a fifo). */
static bool read_file(int folder, const char *name, char **bytes, size_t *len)
{
    *bytes = NULL;
    *len = 0;
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return errno == ELOOP || errno == ENXIO || errno == ENOENT;
    }
    struct stat about;
    bool is_fine = fstat(fd, &about) == 0;
    if (is_fine && S_ISREG(about.st_mode) && about.st_size <= ASSETS_BYTES_MAX) {
        char *content = mem_alloc((size_t)about.st_size + 1);
        ssize_t got = 0;
        while (is_fine && *len < (size_t)about.st_size) {
            got = read(fd, content + *len, (size_t)about.st_size - *len);
            is_fine = got > 0;
            *len += is_fine ? (size_t)got : 0;
        }
        *bytes = content;
    } else if (is_fine && S_ISREG(about.st_mode)) {
        errno = EFBIG;
        is_fine = false;
    }
    int before = errno;
    close(fd);
    errno = before;
    if (!is_fine) {
        free(*bytes);
        *bytes = NULL;
    }
    return is_fine;
}

struct place {
    int fd;
    const char *folder; /* for complaints */
    const char *prefix; /* of its paths, with a final slash */
    unsigned depth;
};

static bool load_file(struct assets *a, const struct place *place, const char *name, char **error)
{
    struct asset_form plain = {0};
    if (!read_file(place->fd, name, &plain.bytes, &plain.len)) {
        return complain(error, place->folder, name, strerror(errno));
    }
    if (!plain.bytes) {
        return true;
    }
    a->files++;
    a->bytes += plain.len;
    if (a->files > ASSETS_FILES_MAX || a->bytes > ASSETS_BYTES_MAX) {
        free(plain.bytes);
        return complain(error, place->folder, name, "more files than may be served from memory");
    }
    struct asset *asset = mem_alloc(sizeof *asset);
    bool is_text;
    asset->path = mem_print("%s%s", place->prefix, name);
    asset->type = type_of(name, &is_text);
    asset->forms[ASSET_PLAIN] = plain;
    tag(&asset->forms[ASSET_PLAIN], "");
    if (is_text && plain.len >= COMPRESS_FROM) {
        compress_form(asset);
    }
    char *brotli = mem_print("%s.br", name);
    struct asset_form *form = &asset->forms[ASSET_BROTLI];
    if (read_file(place->fd, brotli, &form->bytes, &form->len) && form->bytes) {
        tag(form, "-br");
    }
    free(brotli);
    assets_add(a, asset);
    return true;
}

static bool load_folder(struct assets *a, const struct place *place, char **error);

static bool load_entry(struct assets *a, const struct place *place, const char *name, char **error)
{
    struct stat about;
    if (name[0] == '.' || ends_with(name, ".br") ||
        fstatat(place->fd, name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
        return true;
    }
    if (S_ISREG(about.st_mode)) {
        return load_file(a, place, name, error);
    }
    if (!S_ISDIR(about.st_mode)) {
        return true;
    }
    if (place->depth >= ASSETS_DEPTH_MAX) {
        return complain(error, place->folder, name, "too deep");
    }
    char *folder = mem_print("%s/%s", place->folder, name);
    char *prefix = mem_print("%s%s/", place->prefix, name);
    struct place below = {
        .fd = openat(place->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW),
        .folder = folder,
        .prefix = prefix,
        .depth = place->depth + 1};
    bool is_fine = below.fd >= 0 ? load_folder(a, &below, error)
                                 : complain(error, place->folder, name, strerror(errno));
    free(prefix);
    free(folder);
    return is_fine;
}

/* Closes place->fd. */
static bool load_folder(struct assets *a, const struct place *place, char **error)
{
    DIR *entries = fdopendir(place->fd);
    if (!entries) {
        close(place->fd);
        return complain(error, place->folder, "", strerror(errno));
    }
    bool is_fine = true;
    for (struct dirent *entry = readdir(entries); entry && is_fine; entry = readdir(entries)) {
        is_fine = load_entry(a, place, entry->d_name, error);
    }
    closedir(entries);
    return is_fine;
}

bool assets_load(struct assets *a, const char *folder, const char *prefix, char **error)
{
    struct place place = {
        .fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .folder = folder, .prefix = prefix};
    if (place.fd < 0) {
        return complain(error, folder, "", strerror(errno));
    }
    return load_folder(a, &place, error);
}
