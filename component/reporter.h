/* reporter.h - one thread that counts the figures of a period, by a read-only connection of its
 * own: all chats are looked at for it, which the loop has no time for, nor the storage's one reader
 * thread (decisions 0102, 0117). */
#pragma once

#include "report/figures.h"

struct config;
struct directory;
struct reporter;

/* figures: NULL if words say why not. All is borrowed for the call. */
typedef void (*reporter_done)(void *ctx, const struct directory *directory,
                              const struct period *period, const struct figures *figures,
                              const char *words);

struct reporter *reporter_create(void);
/* What is being counted is broken off at once; done is not called. NULL is fine. */
void reporter_destroy(struct reporter *r);
/* One at a time. False: another one is under way; done is not called. config is read until it is
 * done, or given away by reporter_let_go. department: NULL: all. */
bool reporter_take(struct reporter *r, const struct config *config, const struct period *period,
                   const char *department, reporter_done done, void *ctx);
/* That configuration is in force no more: destroys it when nothing reads it. NULL is fine. */
void reporter_let_go(struct reporter *r, struct config *take_config);
int reporter_fd(const struct reporter *r); /* readable: call reporter_dispatch */
void reporter_dispatch(struct reporter *r);
