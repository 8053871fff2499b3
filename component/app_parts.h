/* app_parts.h - what of a configuration each part is told, at the start and at a reload. */
#pragma once

#include "agents/agents.h"
#include "desk/desk.h"
#include "files/files.h"
#include "outbox/outbox.h"
#include "transport/gateway.h"
#include "visitors/visitors.h"

struct app;
struct config;

/* Strings are borrowed from the configuration. */
struct app_parts {
    struct desk_config desk;
    struct desk_rule *rules; /* of its departments */
    struct outbox_config outbox;
    struct files_config files;
    struct visitors_config visitors;
    struct agents_config agents;
    struct gateway_config gateway;
};

/* app: whom the gateway and the visitors' edge ask. */
void app_parts_init(struct app_parts *p, const struct config *c, struct app *app);
void app_parts_finish(struct app_parts *p);
