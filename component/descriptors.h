/* descriptors.h - who may have how many of the process's file descriptors. */
#pragma once

/* Kept back for the database, the link, the control socket, the port for figures, the server's API
 * and a backup. */
enum { DESCRIPTORS_RESERVED = 48 };

/* How many connections of browsers there may be: as many as wanted, or what the limit of the
 * process (LimitNOFILE) leaves, with a warning in the log; at least one. */
unsigned descriptors_for_browsers(unsigned wanted);
