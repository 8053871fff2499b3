/* Invitations, as the gateway and the visitors' edge ask for them. */
#include "app_parts.h"
#include "app_state.h"
#include "config.h"
#include "desk/invited.h"
#include "invitation.h"
#include "named.h"
#include "router.h"

/* NULL: nobody is free. */
static const char *agent_of(const struct app *app, const char *department)
{
    return router_is_link_up(app->router) ? desk_inviting_agent(app->desk, department) : NULL;
}

/* Of several the first that has invitations and somebody for them; else the first. */
static const char *inviting(const struct app *app, const char *site, const struct named *named)
{
    for (size_t i = 0; i < named->count; i++) {
        const char *id = named->list[i].id;

        if (invitation_is_any(app->config, id, site) && agent_of(app, id) != NULL) {
            return id;
        }
    }
    return named->list[0].id;
}

char *app_invitations_print(void *ctx, const struct gateway_question *q)
{
    const struct app *app = ctx;
    struct named named;

    if (!named_find(&named, app->desk, q->department, app->config->default_department)) {
        return NULL;
    }
    const char *department = inviting(app, q->site, &named);
    return invitation_print(app->config,
                            &(struct invitation_question){.department = department,
                                                          .site = q->site,
                                                          .language = q->language,
                                                          .agent = agent_of(app, department),
                                                          .is_of_several = named.are_several});
}

const char *app_invitation_text(void *ctx, const char *id, const char *department, const char *site,
                                const char *language)
{
    const struct app *app = ctx;

    return invitation_text(app->config, id, department, site, language);
}
