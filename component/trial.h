/* trial.h - which way of putting contacts into rosters works here, found out by doing it: a contact
 * of ours is put into an agent's roster and taken away again, through XEP-0356 and then through
 * ejabberd's HTTP API.
 *
 * Runs inside the daemon (control socket) or inside `tresen check`, with the same code as real
 * contacts (agents/roster.h). */
#pragma once

#include <stdbool.h>

struct agents_config;
struct event_base;
struct post;
struct trial;

enum trial_outcome {
    TRIAL_WORKS,
    TRIAL_FAILS,
    TRIAL_STAYS /* put, but not taken away */,
    TRIAL_NOT_CONFIGURED
};

struct trial_result {
    enum trial_outcome privilege;
    enum trial_outcome api;
};

/* result is borrowed. The trial is gone then. */
typedef void (*trial_done)(void *ctx, const struct trial_result *result);

/* loop and post are borrowed until the end; config and agent, a bare JID, are copied. done is
 * called once, never inside this call. */
struct trial *trial_start(const struct agents_config *config, struct event_base *loop,
                          const struct post *post, const char *agent, trial_done done, void *ctx);
/* done is not called any more. NULL is fine. */
void trial_cancel(struct trial *t);

/* {"privilege":"works","api":"not configured"}; free() it. */
char *trial_result_print(const struct trial_result *result);
/* Reads that; false: something else. */
bool trial_result_read(const char *json, struct trial_result *result);
