#include "descriptors.h"

#include "base/log.h"

#include <sys/resource.h>

unsigned descriptors_for_browsers(unsigned wanted)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY ||
        files.rlim_cur >= (rlim_t)wanted + DESCRIPTORS_RESERVED) {
        return wanted;
    }
    unsigned left = files.rlim_cur > DESCRIPTORS_RESERVED
                        ? (unsigned)(files.rlim_cur - DESCRIPTORS_RESERVED)
                        : 1;
    log_warn("tresen: limits.max_connections is %u, but the process may open only %llu files: %u "
             "connections at once (LimitNOFILE of the unit)",
             wanted, (unsigned long long)files.rlim_cur, left);
    return left;
}
