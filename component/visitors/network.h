/* network.h - where on the net a visitor is, roughly: what agents may know of an address. */
#pragma once

enum { NETWORK_SIZE = 24, NETWORK_ORIGIN_SIZE = 52 };

/* "192.0.2.0/24", "2001:db8:1::/48" of an address as transport/ prints it; "" of anything else. */
void network_of(const char *address, char out[NETWORK_SIZE]);
/* What is blocked of such an address: IPv4 whole, of IPv6 the /64 that one customer has; "" of
 * anything else. */
void network_origin(const char *address, char out[NETWORK_ORIGIN_SIZE]);
