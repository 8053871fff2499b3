/* The writes of one turn, and how long they took to be on disk. */
#include "storage/backend.h"

#include "base/mem.h"

#include <stdlib.h>

struct batch *batch_create(void)
{
    struct batch *batch = mem_alloc(sizeof *batch);

    list_init(&batch->link);
    list_init(&batch->writes);
    return batch;
}

void batch_destroy(struct batch *batch)
{
    if (!batch) {
        return;
    }
    list_for_each_safe (struct write, write, &batch->writes, link) {
        list_remove(&write->link);
        free(write);
    }
    free(batch);
}
