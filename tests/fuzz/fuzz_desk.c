/* Bytes are calls of the desk: the first one shapes it, each four that follow are a step
 * (tests/unit/desk/story_walk.h). desk_verify and a model of the ports run behind every step. */
#include "base/log.h"

/* The very driver of the random walk in tests/unit/desk/test_walk.c. */
#include "../unit/desk/story_load.c"
#include "../unit/desk/story_rates.c"
#include "../unit/desk/story_walk.c"
#include "../unit/desk/story_walk_agent.c"
#include "../unit/desk/story_walk_person.c"
#include "../unit/desk/story_walk_ports.c"
#include "../unit/desk/story_walk_ticket.c"
#include "../unit/desk/story_walk_visitor.c"

enum { STEPS_MAX = 600 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void on_log(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    if (level == LOG_ERROR) {
        fprintf(stderr, "%s\n", line);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0) {
        return 0;
    }
    log_set_sink(on_log, NULL);
    struct walk *w = walk_create(bytes[0]);
    for (size_t i = 0; i < STEPS_MAX && 1 + (i + 1) * WALK_STEP <= len; i++) {
        walk_step(w, bytes + 1 + i * WALK_STEP);
    }
    walk_destroy(w);
    log_set_sink(NULL, NULL);
    return 0;
}
