#include "visitors/network.h"

#include <stdio.h>
#include <stdlib.h>
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

/* Groups up to the end, or to "::"; *rest: what stands behind. */
static size_t read_groups(const char *address, unsigned long groups[8], const char **rest)
{
    size_t count = 0;

    while (count < 8) {
        size_t len = strspn(address, "0123456789abcdef");
        if (len == 0 || len > 4) {
            break;
        }
        groups[count++] = strtoul(address, NULL, 16);
        address += len;
        if (address[0] != ':' || address[1] == ':') {
            break;
        }
        address++;
    }
    *rest = address;
    return count;
}

static void origin_of_six(const char *address, char out[NETWORK_ORIGIN_SIZE])
{
    unsigned long head[8] = {0};
    unsigned long tail[8];
    const char *rest;
    size_t behind = 0;
    size_t before = read_groups(address, head, &rest);

    if (strncmp(rest, "::", 2) == 0) {
        behind = read_groups(rest + 2, tail, &rest);
    } else if (before < 8) {
        return;
    }
    if (*rest != '\0' || before + behind > 8) {
        return;
    }
    for (size_t i = 0; i < behind; i++) {
        head[8 - behind + i] = tail[i];
    }
    snprintf(out, NETWORK_ORIGIN_SIZE, "%lx:%lx:%lx:%lx::/64", head[0], head[1], head[2], head[3]);
}

void network_origin(const char *address, char out[NETWORK_ORIGIN_SIZE])
{
    out[0] = '\0';
    if (strchr(address, ':') != NULL) {
        origin_of_six(address, out);
    } else if (strlen(address) <= 15 && strspn(address, "0123456789.") == strlen(address)) {
        snprintf(out, NETWORK_ORIGIN_SIZE, "%s", address);
    }
}
