/* Signed identity: of a site that there is, once, and with keys that can be read and are good. */
#include "config_table.h"

#include "base/mem.h"
#include "visitors/jwt_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain(struct config_draft *d, char *take_key, char *take_text)
{
    config_complain(d, config_line(&d->config, take_key), take_key, take_text);
    free(take_key);
    return false;
}

/* A key that is no secret: others may read the file, but who could write it could be anybody. */
static char *read_pem_dup(const char *path, char **complaint)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat about;
    char bytes[JWT_PEM_MAX + 1];
    ssize_t len = -1;

    bool is_there = fd >= 0 && fstat(fd, &about) == 0;
    bool is_file = is_there && S_ISREG(about.st_mode);
    bool is_safe = is_file && (about.st_mode & (S_IWGRP | S_IWOTH)) == 0;

    if (is_safe) {
        len = read(fd, bytes, JWT_PEM_MAX);
    }
    if (is_there && !is_file) {
        *complaint = mem_print("%s is no file", path);
    } else if (is_file && !is_safe) {
        *complaint = mem_print("others may write %s (mode %04o); run: chmod go-w '%s'", path,
                               (unsigned)(about.st_mode & 07777), path);
    } else if (len < 0) {
        *complaint = mem_print("%s cannot be read: %s", path, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    return len >= 0 ? mem_dup_n(bytes, (size_t)len) : NULL;
}

/* In *made; false: *complaint. */
static bool make_key(struct config_jwt_key *key, char **complaint)
{
    bool is_secret = key->algorithm == CONFIG_JWT_HS256;
    char *text = is_secret ? config_read_secret_dup(key->file, complaint)
                           : read_pem_dup(key->file, complaint);
    char *why = NULL;

    if (text == NULL) {
        return false;
    }
    key->made = is_secret ? jwt_key_of_secret(text, &why) : jwt_key_of_pem(text, &why);
    if (key->made == NULL) {
        *complaint = mem_print("%s %s", key->file, why);
    }
    explicit_bzero(text, strlen(text));
    free(text);
    free(why);
    return key->made != NULL;
}

static bool check_key(struct config_draft *d, size_t at, size_t key_at)
{
    struct config_jwt_key *keys = d->config.identities[at].keys;
    char *complaint = NULL;

    if (keys[key_at].id == NULL && key_at > 0) {
        return complain(d, mem_print("identity[%zu].keys[%zu].id", at, key_at),
                        mem_dup("is missing: a JWT that names no key is of the first one"));
    }
    for (size_t i = 0; i < key_at; i++) {
        if (keys[i].id != NULL && strcmp(keys[i].id, keys[key_at].id) == 0) {
            return complain(d, mem_print("identity[%zu].keys[%zu].id", at, key_at),
                            mem_print("\"%s\" is there twice", keys[key_at].id));
        }
    }
    return make_key(&keys[key_at], &complaint) ||
           complain(d, mem_print("identity[%zu].keys[%zu].file", at, key_at), complaint);
}

static bool is_site(const struct config *c, const char *id)
{
    for (size_t i = 0; i < c->site_count; i++) {
        if (strcmp(c->sites[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* Agents read it before a colon. */
static bool is_claim(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
               strlen(name) &&
           strlen(name) <= 40;
}

static bool check_identity(struct config_draft *d, size_t at)
{
    struct config_identity *identity = &d->config.identities[at];

    if (!is_site(&d->config, identity->site)) {
        return complain(d, mem_print("identity[%zu].site", at),
                        mem_print("\"%s\" is no site", identity->site));
    }
    for (size_t i = 0; i < at; i++) {
        if (strcmp(d->config.identities[i].site, identity->site) == 0) {
            return complain(d, mem_print("identity[%zu].site", at),
                            mem_print("\"%s\" is there twice", identity->site));
        }
    }
    for (size_t i = 0; i < identity->attribute_count; i++) {
        if (!is_claim(identity->attributes[i])) {
            return complain(d, mem_print("identity[%zu].attributes[%zu]", at, i),
                            mem_dup("must be 1 to 40 letters, digits, \"_\", \".\" and \"-\""));
        }
    }
    if (identity->session_s < identity->lifetime_s) {
        return complain(d, mem_print("identity[%zu].session", at),
                        mem_dup("must not be shorter than lifetime"));
    }
    if (identity->audience == NULL) {
        identity->audience = mem_dup(identity->site);
    }
    for (size_t i = 0; i < identity->key_count; i++) {
        if (!check_key(d, at, i)) {
            return false;
        }
    }
    return true;
}

bool config_check_identity(struct config_draft *d)
{
    for (size_t i = 0; i < d->config.identity_count; i++) {
        if (!check_identity(d, i)) {
            return false;
        }
    }
    return true;
}
