/* directory.h - what departments and agents are called, and by which clock a department goes: of
 * the configuration with what administrators added, for what is printed beside the daemon. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct calendar;
struct config;
struct directory;

/* NULL and *error (free() it). */
struct directory *directory_open(const struct config *file, char **error);
/* The same of a configuration that is in memory, and stays there as long. */
struct directory *directory_on(const struct config *config);
void directory_close(struct directory *d); /* NULL is fine */
const struct config *directory_config(const struct directory *d);
/* ctx is the directory. The id itself, if it is not known any more. */
const char *directory_department(const void *ctx, const char *id);
const char *directory_agent(const void *ctx, const char *jid);
/* The house's clock where a department has no calendar. */
const struct calendar *directory_clock(const void *ctx, const char *department);
