/* assets_table.h - the table of assets between assets.c and assets_load.c. Private to them. */
#pragma once

#include "transport/assets.h"

struct map;

struct assets {
    struct map *by_path; /* → struct asset, owned */
    size_t files;
    size_t bytes;
};

/* Takes the asset; one of the same path before is gone. */
void assets_add(struct assets *a, struct asset *asset);
