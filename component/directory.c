#include "directory.h"

#include "base/mem.h"
#include "config.h"
#include "settings.h"

#include <stdlib.h>
#include <string.h>

struct directory {
    const struct config *config;
    struct config *owned; /* the same, or NULL: it is somebody else's */
};

struct directory *directory_open(const struct config *file, char **error)
{
    size_t count = 0;
    struct settings *settings = settings_peek(file->storage, error);
    const struct setting_record *rows = settings != NULL ? settings_rows(settings, &count) : NULL;
    struct config *whole =
        settings != NULL ? config_load_with(file->file, rows, count, error) : NULL;
    struct directory *d = whole != NULL ? directory_on(whole) : NULL;

    settings_destroy(settings);
    if (d != NULL) {
        d->owned = whole;
    }
    return d;
}

struct directory *directory_on(const struct config *config)
{
    struct directory *d = mem_alloc(sizeof *d);

    d->config = config;
    return d;
}

void directory_close(struct directory *d)
{
    if (d != NULL) {
        config_destroy(d->owned);
        free(d);
    }
}

const struct config *directory_config(const struct directory *d)
{
    return d->config;
}

static const struct config_department *find(const struct config *c, const char *id)
{
    for (size_t i = 0; i < c->department_count; i++) {
        if (strcmp(c->departments[i].id, id) == 0) {
            return &c->departments[i];
        }
    }
    return NULL;
}

const char *directory_department(const void *ctx, const char *id)
{
    const struct config_department *p = find(((const struct directory *)ctx)->config, id);

    return p != NULL ? p->name : id;
}

const char *directory_agent(const void *ctx, const char *jid)
{
    const struct config *c = ((const struct directory *)ctx)->config;

    for (size_t i = 0; i < c->agent_count; i++) {
        if (strcmp(c->agents[i].jid, jid) == 0) {
            return c->agents[i].name;
        }
    }
    return jid;
}

const struct calendar *directory_clock(const void *ctx, const char *department)
{
    const struct config *c = ((const struct directory *)ctx)->config;
    const struct config_department *p = find(c, department);

    return p != NULL && p->hours != NULL ? p->hours : c->days;
}
