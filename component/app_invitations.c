/* Invitations, as the gateway and the visitors' edge ask for them. */
#include "app_parts.h"
#include "app_state.h"
#include "config.h"
#include "desk/invited.h"
#include "invitation.h"
#include "router.h"

char *app_invitations_print(void *ctx, const struct gateway_question *q)
{
    const struct app *app = ctx;
    const char *department =
        q->department[0] != '\0' ? q->department : app->config->default_department;
    struct department_view p;

    if (!desk_department(app->desk, department, &p)) {
        return NULL;
    }
    const char *agent =
        router_is_link_up(app->router) ? desk_inviting_agent(app->desk, department) : NULL;
    return invitation_print(app->config, &(struct invitation_question){.department = department,
                                                                       .site = q->site,
                                                                       .language = q->language,
                                                                       .agent = agent});
}

const char *app_invitation_text(void *ctx, const char *id, const char *department, const char *site,
                                const char *language)
{
    const struct app *app = ctx;

    return invitation_text(app->config, id, department, site, language);
}
