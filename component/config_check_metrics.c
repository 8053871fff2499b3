/* Figures for Prometheus: on this machine, unless it is said that others may read them. */
#include "config_table.h"

#include "base/mem.h"

#include <stdlib.h>

bool config_check_metrics(struct config_draft *d)
{
    struct config *c = &d->config;

    if (c->metrics.listen == NULL || c->metrics.remote) {
        return true;
    }
    char *url = mem_print("http://%s", c->metrics.listen);
    bool is_here = config_is_loopback_url(url);
    free(url);
    return is_here ||
           config_complain(d, config_line(c, "metrics.listen"), "metrics.listen",
                           mem_print("%s is reached from other machines, and there is no password: "
                                     "if that is meant, say so with metrics.remote: yes",
                                     c->metrics.listen));
}
