/* name.h - what a file is called, for people and in addresses. It never is a path on our disk. */
#pragma once

enum { NAME_POINTS = 100 };

/* One line without control and format characters, slashes and quotes; "file" if nothing is left. */
char *name_clean_dup(const char *name);
/* Of a clean name: for a URL, and (RFC 8187) for a header. */
char *name_in_url_dup(const char *name);
/* The last part of a URL's path, decoded; any bytes that are UTF-8, or "". */
char *name_of_url_dup(const char *url);
