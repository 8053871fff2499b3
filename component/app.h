/* app.h - the composition root: makes loop, storage, desk, edges, router, link and gateway,
 * connects their ports, turns the loop, and ends it cleanly. */
#pragma once

struct app;
struct config;

/* config is borrowed and outlives it; what SIGHUP reads from its file is in force instead of it.
 * NULL and *error in words (free() it) on failure. */
struct app *app_create(const struct config *config, char **error);
/* Until SIGTERM or SIGINT: then what was accepted is committed and acknowledged, streams are
 * closed, departments and visitors go unavailable. A second signal ends it at once. Returns the
 * exit code.
 */
int app_run(struct app *app);
void app_destroy(struct app *app);
