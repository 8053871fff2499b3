/* daemon_house.h - the folder that a daemon of a fuzz target runs in: its configuration, a widget,
 * a key, its files. Made once a process, removed when that ends. */
#pragma once

/* The folder's path. api_port: of the stand-in for other servers. */
const char *daemon_house_make(int api_port);
