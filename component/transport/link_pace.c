#include "transport/link_pace.h"

#include "base/id.h"
#include "transport/link_fault.h"

const struct link_pace LINK_PACE = {
    .connect_ms = 15 * 1000,
    .handshake_ms = 15 * 1000,
    .silence_ms = 30 * 1000,
    .first_answer_ms = 3 * 1000,
    .answer_ms = 15 * 1000,
    .answer_max_ms = 60 * 1000,
    .retry_min_ms = 1000,
    .retry_max_ms = 30 * 1000,
    .refused_min_ms = 30 * 1000,
    .refused_max_ms = 60 * 1000,
    .early_conflicts = 3,
    .steady_ms = 10 * 1000,
};

int link_pace_delay(const struct link_pace *pace, enum link_fault fault, unsigned attempts)
{
    if (link_fault_is_refusal(fault)) {
        unsigned spread = (unsigned)(pace->refused_max_ms - pace->refused_min_ms);
        return pace->refused_min_ms + (int)id_below(spread + 1);
    }
    int most = pace->retry_max_ms / 3 * 2;
    int delay = pace->retry_min_ms;
    for (unsigned i = 0; i < attempts && delay < most; i++) {
        delay *= 2;
    }
    delay = delay < most ? delay : most;
    return delay + (int)id_below((unsigned)delay / 2 + 1);
}
