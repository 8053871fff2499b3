/* storage_state.h - what is common to all backends, for storage.c and storage_writes.c only. */
#pragma once

#include "base/histogram.h"
#include "storage/backend.h"
#include "storage/storage.h"

struct storage {
    struct backend *backend;
    struct storage_calls calls;
    int fd;
    struct batch *batch; /* the open one */
    uint64_t sealed;
    uint64_t committed;
    size_t waiting_writes; /* open or sealed, not committed */
    size_t waiting_bytes;
    struct list waiting;  /* request::link: those that wait for a commit, in order */
    struct list requests; /* request::open: all that are not answered */
    size_t request_count;
    uint64_t last_request;
    struct histogram commits;
    bool in_trouble;
    bool is_full;
    bool was_refusing; /* as on_refusing was told */
};

/* Appends to the open batch; record is copied. */
void storage_write(struct storage *s, enum write_kind kind, const void *record);
