/* app_parts.h - what of a configuration each part is told, at the start and at a reload. */
#pragma once

#include "agents/agents.h"
#include "desk/desk.h"
#include "files/files.h"
#include "mail/mailer.h"
#include "outbox/outbox.h"
#include "transport/gateway.h"
#include "visitors/visitors.h"

struct app;
struct config;

/* Strings are borrowed from the configuration. */
struct app_parts {
    struct desk_config desk;
    struct desk_rule *rules; /* of its departments */
    struct desk_service_level *service_levels;
    struct own_field *own_fields;
    struct outbox_config outbox;
    struct files_config files;
    struct visitors_config visitors;
    struct proof_site *proof_sites; /* of it */
    struct jwt_named_key *jwt_keys; /* of them */
    struct agents_config agents;
    struct gateway_config gateway;
    struct mailer_config mailer;
};

/* app: whom the gateway and the visitors' edge ask. */
void app_parts_init(struct app_parts *p, const struct config *c, struct app *app);
/* The gateway's part (app_gateway.c); part of init. */
void app_gateway_init(struct app_parts *p, const struct config *c, struct app *app);
/* What visitors' websites sign (app_identity.c); part of init, and of finish. */
void app_identity_init(struct app_parts *p, const struct config *c);
void app_identity_finish(struct app_parts *p);
/* With what visitors of a department may be invited, and what one of these says; for the gateway
 * and the visitors' edge (app_invitations.c). */
char *app_invitations_print(void *ctx, const struct gateway_question *q);
const char *app_invitation_text(void *ctx, const char *id, const char *department, const char *site,
                                const char *language);
/* The mail server, of a configuration that has one. */
struct smtp_server app_parts_smtp(const struct config *c);
/* app_own_fields.c: of all departments, one behind the other; free() it. */
struct own_field *app_own_fields_of(const struct config *c);
void app_parts_finish(struct app_parts *p);
