/* What an agent is told who comes into a chat that has gone on: who the visitor is, notes, and what
 * was said, each line with its time. */
#include "agents/agents_state.h"
#include "agents/words.h"
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* Of one message; a single line may be longer. */
enum { HANDOVER_BYTES = 8 * 1024 };

struct handover {
    struct agents *agents;
    enum language language;
    const char *agent;
    const char *visitor;
    char *name; /* the visitor's */
    struct buf text;
};

static void send(struct handover *h)
{
    if (h->text.len > 0) {
        lines_add(h->agents, h->agent, h->visitor, h->text.bytes);
        buf_reset(&h->text);
    }
}

/* The lines of a body stand in, so that none can be taken for one with a time. */
static void add_body(struct handover *h, const char *body)
{
    while (*body != '\0') {
        size_t len = strcspn(body, "\n");
        buf_add(&h->text, body, len);
        body += len;
        if (*body == '\n') {
            buf_add_text(&h->text, "\n    ");
            body++;
        }
    }
}

/* What somebody wrote, to the visitor or to agents; not what the desk keeps count of. */
static bool is_said(const struct entry_record *e)
{
    static const char *const NOTES[] = {"", "whisper", "transfer", "invite"};

    for (size_t i = 0; e->kind == ENTRY_NOTE && i < sizeof NOTES / sizeof *NOTES; i++) {
        if (strcmp(e->event, NOTES[i]) == 0) {
            return true;
        }
    }
    return (e->kind == ENTRY_MESSAGE && e->fate != FATE_RETRACTED) ||
           strcmp(e->event, "form-answered") == 0;
}

static void add_line(struct handover *h, const struct entry_record *e)
{
    char stamp[CLOCK_TEXT_SIZE];
    const char *body = entry_shown(e);

    if (!is_said(e) || body[0] == '\0') {
        return;
    }
    if (h->text.len + strlen(body) > HANDOVER_BYTES) {
        send(h);
    }
    clock_text(e->at, stamp);
    buf_add_text(&h->text, h->text.len > 0 ? "\n" : "— ");
    if (e->kind == ENTRY_NOTE) {
        /* translators: a time, and the name of the agent who wrote the note that follows */
        buf_printf(&h->text, language_text(h->language, "[%s] note by %s: "), stamp, e->name);
    } else {
        buf_printf(&h->text, "[%s] %s: ", stamp, e->by == BY_AGENT ? e->name : h->name);
    }
    add_body(h, body);
}

void handover_tell(struct agents *a, const char *agent, const char *visitor)
{
    struct handover h = {
        .agents = a, .language = agents_language(a, agent), .agent = agent, .visitor = visitor};
    struct visitor_view v;
    struct buf name;
    const struct entry_record *e;

    if (!desk_visitor(a->desk, visitor, &v)) {
        return;
    }
    buf_init(&name, 1024);
    agent_words_name(&name, h.language, &v);
    h.name = buf_detach(&name);
    buf_init(&h.text, STANZA_BYTES_MAX);
    agent_words_summary(&h.text, h.language, &v);
    send(&h);
    for (size_t i = 0; (e = desk_chat_entry(a->desk, visitor, i)) != NULL; i++) {
        add_line(&h, e);
    }
    send(&h);
    buf_finish(&h.text);
    free(h.name);
}
