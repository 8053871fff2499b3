#include "visitors/network.h"

#include <stdio.h>
#include <string.h>

/* The first groups, at most three; what "::" stands for is left out as it is there. */
static size_t head_of(const char *address)
{
    size_t at = 0;

    for (unsigned groups = 0; groups < 3; groups++) {
        size_t len = strspn(address + at, "0123456789abcdef");
        if (len == 0 || len > 4 || address[at + len] != ':') {
            break;
        }
        at += len + 1;
    }
    return at;
}

void network_of(const char *address, char out[NETWORK_SIZE])
{
    const char *dot = strrchr(address, '.');
    size_t len = dot != NULL ? (size_t)(dot - address) : head_of(address);

    out[0] = '\0';
    if (dot != NULL && len <= 11 && strspn(address, "0123456789.") == strlen(address)) {
        snprintf(out, NETWORK_SIZE, "%.*s.0/24", (int)len, address);
    } else if (dot == NULL && strchr(address, ':') != NULL) {
        snprintf(out, NETWORK_SIZE, "%.*s%s", (int)len, address, len > 0 ? ":/48" : "::/48");
    }
}
