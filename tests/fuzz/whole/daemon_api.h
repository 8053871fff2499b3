/* daemon_api.h - a stand-in for ejabberd's API and for an upload service: an HTTP server on
 * loopback that gives the same answer to everybody, whatever it is. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

int daemon_api_port(void); /* listens from the first call on */
void daemon_api_say(const char *answer, size_t len);
/* Takes whoever came, and answers whose head is there. False: nothing was to be done. */
bool daemon_api_turn(void);
void daemon_api_reset(void); /* nobody is there any more */
