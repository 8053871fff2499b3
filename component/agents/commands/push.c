#include "agents/call.h"
#include "agents/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "desk/desk_questions.h"

#include <string.h>

static bool check(struct command_call *c)
{
    const struct agents_config *config = &c->agents->config;
    const char *url = command_value(c, "url");
    const char *text = command_value(c, "text");
    struct visitor_view v;

    if (strlen(url) > DESK_PAGE_BYTES) {
        command_fail(c, N_("This address is too long: at most %d bytes."), (int)DESK_PAGE_BYTES);
        return false;
    }
    if (desk_visitor(c->agents->desk, c->local, &v) &&
        !page_is_of_site(config, v.record->site, url)) {
        command_fail(c,
                     N_("Only pages of the visitor's site can be offered: the address begins with "
                        "%s."),
                     page_example(config, v.record->site));
        return false;
    }
    if (strlen(text) + strlen(url) + 1 > config->body_bytes ||
        text_count(text) + text_count(url) + 1 > config->body_points) {
        command_fail(c, N_("This line is too long for the visitor."));
        return false;
    }
    return true;
}

static void run(struct command_call *c)
{
    switch (desk_agent_offer_page(c->agents->desk, clock_utc_ms(), c->agent, c->local,
                                  command_value(c, "text"), command_value(c, "url"))) {
    case DESK_OK:
        command_say(c, N_("The page is offered to the visitor. You are told what becomes of it."));
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("This chat is not yours."));
        break;
    default:
        command_fail(c, N_("There is no open chat with this visitor."));
    }
}

const struct command command_push = {
    .word = "push",
    .alias = "zeig",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .usage = N_("ADDRESS [TEXT]"),
    .help = N_("offer a page of the site to the visitor, who opens it or not"),
    .fields = {{.name = "url", .label = N_("Address"), .kind = FIELD_ADDRESS, .required = true},
               {.name = "text", .label = N_("Text"), .kind = FIELD_LINE}},
    .check = check,
    .run = run,
};
