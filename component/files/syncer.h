/* syncer.h - one thread that puts files on disk for good: it waits for the disk, so that the event
 * loop does not.
 *
 * A job: the file of a descriptor is synced, gets its final name, and the folder is synced. */
#pragma once

#include "base/list.h"

#include <stdbool.h>

struct syncer;

struct sync_job {
    struct list link;  /* of the syncer, from syncer_take to on_synced */
    int fd;            /* closed by the syncer */
    const char *part;  /* name in the folder now */
    const char *whole; /* from now on */
    int error;         /* errno of what failed; 0: it is on disk. Part is still there if not */
    void (*on_synced)(struct sync_job *job);
};

/* folder: its descriptor, borrowed. */
struct syncer *syncer_create(int folder);
/* Does what it has been given; then on_synced is called of nothing more: left takes those jobs. */
void syncer_destroy(struct syncer *s, struct list *left);
void syncer_take(struct syncer *s, struct sync_job *job);
int syncer_fd(const struct syncer *s); /* readable: call syncer_dispatch */
void syncer_dispatch(struct syncer *s);
