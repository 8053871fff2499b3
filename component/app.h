/* app.h - the composition root: makes loop, storage, desk, edges, router, link and gateway,
 * connects their ports, turns the loop, and ends it cleanly. */
#pragma once

struct app;
struct config;

/* config is borrowed and outlives it. NULL and *error in words (free() it) on failure. */
struct app *app_create(const struct config *config, char **error);
/* Until SIGTERM or SIGINT: then departments and visitors go unavailable, streams are closed,
 * everything sealed is committed. Returns the exit code. */
int app_run(struct app *app);
void app_destroy(struct app *app);
