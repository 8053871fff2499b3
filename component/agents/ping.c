#include "agents/ping.h"

#include "agents/agents_state.h"
#include "xml/ns.h"

#include <string.h>

unsigned ping_ask(const struct agents *a, const char *agent, post_answer answer, void *ctx)
{
    const char *department = desk_agent_department(a->desk, agent, 0);
    const char *to;
    unsigned count = 0;

    while ((to = availability_resource(a, agent, count)) != NULL) {
        struct draft draft;
        struct writer *w = draft_begin(&draft);
        stanza_iq(w, agents_address(a, department != NULL ? department : "", NULL), to, "get",
                  a->post->ask(a->post->ctx, to, (int)a->config.doubt_ms, answer, ctx));
        writer_leaf(w, "ping", NS_PING, NULL);
        draft_send(&draft, a->post, to, POST_NOW);
        count++;
    }
    return count;
}

bool ping_is_answered(const struct element *reply)
{
    return reply != NULL && (strcmp(element_attr(reply, "type"), "error") != 0 ||
                             stanza_error_read(reply) == ERROR_FEATURE_NOT_IMPLEMENTED);
}
