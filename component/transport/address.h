/* address.h - network addresses: whom the limits count, and whose word about others we take.
 *
 * One form for both families: 16 bytes, IPv4 as ::ffff:a.b.c.d. Plain values. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;

enum { ADDRESS_SIZE = 46 };

struct address {
    uint8_t bytes[16];
};

struct network {
    struct address prefix;
    unsigned bits; /* of the 16 bytes */
};

/* "192.0.2.1", "2001:db8::1"; with a port or brackets as proxies write them: "192.0.2.1:99",
 * "[2001:db8::1]", "[2001:db8::1]:99". No zone. text need not end with NUL. */
bool address_parse(struct address *out, const char *text, size_t len);
/* All zero for a family that is neither IPv4 nor IPv6. */
void address_of_socket(struct address *out, const struct sockaddr *from);
bool address_is_ipv4(const struct address *a);
void address_print(const struct address *a, char out[ADDRESS_SIZE]);
/* For log lines: the /24 or /48 it is in. */
void address_hint(const struct address *a, char out[ADDRESS_SIZE]);
/* Whom a limit counts as one: an IPv4 address, an IPv6 /64. */
struct address address_neighbourhood(const struct address *a);

/* "127.0.0.1", "10.0.0.0/8", "fd00::/8". */
bool network_parse(struct network *out, const char *text);
bool network_has(const struct network *n, const struct address *a);
bool network_any_has(const struct network *list, size_t count, const struct address *a);

/* Whose request it is: the peer's, unless the peer is a trusted proxy; then the right-most hop of
 * X-Forwarded-For that is not itself trusted. Hops are walked from the right; one that is no
 * address ends the walk, and what was believed last stands (V-018). fields are the values of the
 * header's lines, in their order. */
struct address address_forwarded(const struct network *trusted, size_t trusted_count,
                                 const struct address *peer, const char *const *fields,
                                 size_t field_count);
