#include "transport/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { HOPS_MAX = 64 };

static const uint8_t IPV4_PREFIX[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* text without brackets and port. */
static bool parse_bare(struct address *out, const char *text, size_t len)
{
    char copy[ADDRESS_SIZE];
    if (len == 0 || len >= sizeof copy) {
        return false;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (strlen(copy) != len) {
        return false;
    }
    struct in_addr v4;
    if (inet_pton(AF_INET, copy, &v4) == 1) {
        memcpy(out->bytes, IPV4_PREFIX, sizeof IPV4_PREFIX);
        memcpy(out->bytes + sizeof IPV4_PREFIX, &v4, 4);
        return true;
    }
    return inet_pton(AF_INET6, copy, out->bytes) == 1;
}

static bool is_port(const char *text, size_t len)
{
    if (len == 0 || len > 5) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return true;
}

bool address_parse(struct address *out, const char *text, size_t len)
{
    if (len > 0 && text[0] == '[') {
        const char *end = memchr(text, ']', len);
        if (!end) {
            return false;
        }
        size_t rest = len - (size_t)(end + 1 - text);
        if (rest > 0 && (end[1] != ':' || !is_port(end + 2, rest - 1))) {
            return false;
        }
        return parse_bare(out, text + 1, (size_t)(end - text - 1));
    }
    const char *colon = len > 0 ? memchr(text, ':', len) : NULL;
    bool is_only_colon = colon && !memchr(colon + 1, ':', len - (size_t)(colon + 1 - text));
    if (is_only_colon) {
        size_t host = (size_t)(colon - text);
        return is_port(colon + 1, len - host - 1) && parse_bare(out, text, host);
    }
    return parse_bare(out, text, len);
}

void address_of_socket(struct address *out, const struct sockaddr *from)
{
    *out = (struct address){0};
    if (from->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, from, sizeof v4);
        memcpy(out->bytes, IPV4_PREFIX, sizeof IPV4_PREFIX);
        memcpy(out->bytes + sizeof IPV4_PREFIX, &v4.sin_addr, 4);
    } else if (from->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, from, sizeof v6);
        memcpy(out->bytes, &v6.sin6_addr, sizeof out->bytes);
    }
}

bool address_is_ipv4(const struct address *a)
{
    return memcmp(a->bytes, IPV4_PREFIX, sizeof IPV4_PREFIX) == 0;
}

void address_print(const struct address *a, char out[ADDRESS_SIZE])
{
    bool v4 = address_is_ipv4(a);
    const void *bytes = v4 ? a->bytes + sizeof IPV4_PREFIX : a->bytes;
    if (!inet_ntop(v4 ? AF_INET : AF_INET6, bytes, out, ADDRESS_SIZE)) {
        snprintf(out, ADDRESS_SIZE, "unknown");
    }
}

static struct address mask(const struct address *a, unsigned bits)
{
    struct address masked = {0};
    memcpy(masked.bytes, a->bytes, bits / 8);
    if (bits % 8 > 0) {
        masked.bytes[bits / 8] = (uint8_t)(a->bytes[bits / 8] & (0xff00U >> (bits % 8)));
    }
    return masked;
}

void address_hint(const struct address *a, char out[ADDRESS_SIZE])
{
    bool v4 = address_is_ipv4(a);
    struct address masked = mask(a, v4 ? 96 + 24 : 48);
    address_print(&masked, out);
    size_t len = strlen(out);
    snprintf(out + len, ADDRESS_SIZE - len, v4 ? "/24" : "/48");
}

struct address address_neighbourhood(const struct address *a)
{
    return address_is_ipv4(a) ? *a : mask(a, 64);
}

bool network_parse(struct network *out, const char *text)
{
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    struct address address;
    if (!parse_bare(&address, text, len)) {
        return false;
    }
    unsigned first = address_is_ipv4(&address) ? 96 : 0;
    unsigned bits = 128 - first;
    if (slash) {
        if (!is_port(slash + 1, strlen(slash + 1))) {
            return false;
        }
        unsigned given = 0;
        for (const char *digit = slash + 1; *digit; digit++) {
            given = given * 10 + (unsigned)(*digit - '0');
        }
        if (given > bits) {
            return false;
        }
        bits = given;
    }
    out->bits = first + bits;
    out->prefix = mask(&address, out->bits);
    return true;
}

bool network_has(const struct network *n, const struct address *a)
{
    struct address masked = mask(a, n->bits);
    return memcmp(masked.bytes, n->prefix.bytes, sizeof masked.bytes) == 0;
}

bool network_any_has(const struct network *list, size_t count, const struct address *a)
{
    for (size_t i = 0; i < count; i++) {
        if (network_has(&list[i], a)) {
            return true;
        }
    }
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* One hop between commas, trimmed. */
static bool parse_hop(struct address *out, const char *text, size_t len)
{
    while (len > 0 && is_blank(text[0])) {
        text++;
        len--;
    }
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    return address_parse(out, text, len);
}

struct address address_forwarded(const struct network *trusted, size_t trusted_count,
                                 const struct address *peer, const char *const *fields,
                                 size_t field_count)
{
    struct address believed = *peer;
    unsigned hops = 0;
    for (size_t field = field_count; field > 0; field--) {
        const char *text = fields[field - 1];
        size_t end = strlen(text);
        for (bool more = true; more; hops++) {
            if (hops == HOPS_MAX || !network_any_has(trusted, trusted_count, &believed)) {
                return believed;
            }
            size_t start = end;
            while (start > 0 && text[start - 1] != ',') {
                start--;
            }
            struct address hop;
            if (!parse_hop(&hop, text + start, end - start)) {
                return believed;
            }
            believed = hop;
            more = start > 0;
            end = more ? start - 1 : 0;
        }
    }
    return believed;
}
