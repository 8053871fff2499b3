#include "trial.h"

#include "agents/agents.h"
#include "agents/roster.h"
#include "base/mem.h"

#include <event2/event.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { WAYS = 2 };

struct trial {
    struct agents_config ways[WAYS];
    struct roster *rosters[WAYS];
    enum trial_outcome outcomes[WAYS];
    int at; /* index of the way that is tried */
    char *agent;
    char *contact;
    struct event
        *next; /* between two steps: a roster does not like to be destroyed in its own call */
    trial_done done;
    void *ctx;
};

static const char *const outcome_words[] = {
    [TRIAL_WORKS] = "works",
    [TRIAL_FAILS] = "fails",
    [TRIAL_STAYS] = "puts, but does not take away",
    [TRIAL_NOT_CONFIGURED] = "not configured",
};

static void go_on(struct trial *t)
{
    t->at++;
    event_active(t->next, EV_TIMEOUT, 1);
}

static void on_removed(void *ctx, bool ok)
{
    struct trial *t = ctx;
    t->outcomes[t->at] = ok ? TRIAL_WORKS : TRIAL_STAYS;
    go_on(t);
}

static void on_put(void *ctx, bool ok)
{
    struct trial *t = ctx;
    if (ok) {
        roster_remove(t->rosters[t->at], t->agent, t->contact, on_removed, t);
        return;
    }
    t->outcomes[t->at] = TRIAL_FAILS;
    go_on(t);
}

static void on_next(evutil_socket_t fd, short what, void *ctx)
{
    struct trial *t = ctx;
    (void)fd;
    (void)what;
    if (t->at < WAYS && t->rosters[t->at] != NULL) {
        roster_put(t->rosters[t->at], t->agent, t->contact, "Tresen trial", "Tresen", on_put, t);
    } else if (t->at < WAYS) {
        t->outcomes[t->at] = TRIAL_NOT_CONFIGURED;
        go_on(t);
    } else {
        const struct trial_result result = {.privilege = t->outcomes[0], .api = t->outcomes[1]};
        trial_done done = t->done;
        void *done_ctx = t->ctx;
        trial_cancel(t);
        done(done_ctx, &result);
    }
}

struct trial *trial_start(const struct agents_config *config, struct event_base *loop,
                          const struct post *post, const char *agent, trial_done done, void *ctx)
{
    struct trial *t = mem_alloc(sizeof *t);
    t->agent = mem_dup(agent);
    t->contact = mem_print("visitor-trial@%s", config->domain);
    t->done = done;
    t->ctx = ctx;
    for (int i = 0; i < WAYS; i++) {
        t->ways[i] = *config;
        t->ways[i].roster = i == 0 ? ROSTER_PRIVILEGE : ROSTER_API;
    }
    t->rosters[0] = roster_create(&t->ways[0], loop, post);
    if (config->api_url != NULL) {
        t->rosters[1] = roster_create(&t->ways[1], loop, post);
    }
    t->next = event_new(loop, -1, 0, on_next, t);
    event_active(t->next, EV_TIMEOUT, 1);
    return t;
}

void trial_cancel(struct trial *t)
{
    if (t == NULL) {
        return;
    }
    event_free(t->next);
    for (int i = 0; i < WAYS; i++) {
        roster_destroy(t->rosters[i]);
    }
    free(t->contact);
    free(t->agent);
    free(t);
}

char *trial_result_print(const struct trial_result *result)
{
    return mem_print("{\"privilege\":\"%s\",\"api\":\"%s\"}", outcome_words[result->privilege],
                     outcome_words[result->api]);
}

static bool read_outcome(const json_t *root, const char *key, enum trial_outcome *outcome)
{
    const char *words = json_string_value(json_object_get(root, key));
    for (size_t i = 0; words != NULL && i < sizeof outcome_words / sizeof outcome_words[0]; i++) {
        if (strcmp(words, outcome_words[i]) == 0) {
            *outcome = (enum trial_outcome)i;
            return true;
        }
    }
    return false;
}

bool trial_result_read(const char *json, struct trial_result *result)
{
    json_error_t error;
    json_t *root = json_loads(json, 0, &error);
    bool good = read_outcome(root, "privilege", &result->privilege) &&
                read_outcome(root, "api", &result->api);
    json_decref(root);
    return good;
}
