#include "agents/call.h"
#include "agents/facts.h"

static void run(struct command_call *c)
{
    struct visitor_view v;
    struct page_view before;
    char date[FACTS_DATE_SIZE];

    if (!desk_visitor(c->agents->desk, c->local, &v)) {
        command_fail(c, N_("This visitor is not here any more."));
        return;
    }
    command_say(c, v.online ? N_("The visitor is on this page:")
                            : N_("The visitor has left the site. The last page:"));
    const char *lines[] = {v.record->page_title, v.record->page_url};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (lines[i][0] != '\0') {
            command_add(c, lines[i]);
        }
    }
    for (size_t i = 0; desk_visitor_page_before(c->agents->desk, c->local, i, &before); i++) {
        facts_date(before.left, date);
        command_say(c, N_("Until %s (UTC): %s"), date,
                    before.url[0] != '\0' ? before.url : before.title);
    }
}

const struct command command_page = {
    .word = "page",
    .alias = "seite",
    .places = AT_VISITOR,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .help = N_("where the visitor is, and was before"),
    .run = run,
};
