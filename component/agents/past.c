#include "agents/past.h"

#include "agents/facts.h"
#include "agents/past_words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_POINTS = 1000, LINE_BYTES = 2000 };

bool past_may_read(const struct agents *a, const char *who, const struct chat_record *chat)
{
    struct chat_view now;
    bool has_it = desk_chat(a->desk, chat->visitor, &now) && now.number == chat->number &&
                  text_equal(now.owner, who) && desk_is_agent(a->desk, who);

    return has_it || desk_is_agent_of(a->desk, who, chat->department) ||
           desk_has_role(a->desk, who, ROLE_SUPERVISOR) ||
           desk_has_role(a->desk, who, ROLE_DATA_PROTECTION);
}

void past_note_read(const struct agents *a, const char *who, const char *what, const char *visitor,
                    int64_t chat)
{
    storage_put_read(
        a->storage,
        &(struct read_record){
            .at = clock_utc_ms(), .who = who, .what = what, .visitor = visitor, .chat = chat});
}

void past_write_chat(const struct agents *a, struct buf *out, enum language language,
                     const struct chat_record *chat)
{
    static const char *const STATES[] = {
        [CHAT_QUEUED] = N_("waits"),
        [CHAT_OFFERED] = N_("is offered"),
        [CHAT_ACTIVE] = N_("goes on"),
        [CHAT_CLOSED] = N_("has ended"),
    };
    struct department_view p;
    char date[FACTS_DATE_SIZE];

    facts_date(chat->created, date);
    buf_printf(out, "%lld, %s UTC, %s, %s", (long long)chat->number, date,
               desk_department(a->desk, chat->department, &p) ? p.name : chat->department,
               language_text(language, STATES[chat->state]));
    if (chat->tags[0] != '\0') {
        buf_printf(out, ", %s", chat->tags);
    }
}

static const struct {
    const char *event;
    const char *name;
} NAMES[] = {
    {"joined", N_("joined")},
    {"lost", N_("lost")},
    {"handed-back", N_("handed back")},
    {"closed", N_("ended")},
    {"left-message", N_("message left")},
    {"reminded", N_("reminded of the answer")},
    {"reported", N_("supervisors told")},
    {"called", N_("absent agents told")},
    {"closing", N_("department closes")},
    {"consent", N_("consent")},
    {"invitation", N_("invitation")},
    {"identified", N_("verified by the website")},
    {"rated", N_("rated")},
    {"ticket-received", N_("visitor told: received")},
    {"ticket-taken", N_("visitor told: taken")},
    {"ticket-waiting", N_("visitor told: an answer is awaited")},
    {"ticket-solved", N_("visitor told: solved")},
    {"changed", N_("corrected")},
    {"field", N_("field")},
    {"tagged", N_("tag added")},
    {"untagged", N_("tag taken off")},
    {"hold", N_("put on hold")},
    {"hold-over", N_("time on hold is over")},
    {"resumed", N_("back from hold")},
    {"reason", N_("reason")},
    {"blocked", N_("blocked")},
    {"priority", N_("priority")},
    {"page", N_("page offered")},
    {"file", N_("file")},
    {"opened", N_("page opened")},
    {"declined", N_("page declined")},
    {"form", N_("form sent")},
    {"form-answered", N_("form answered")},
    {"form-declined", N_("form declined")},
    {"form-withdrawn", N_("form taken back")},
    {"converted", N_("made a ticket")},
    {"state", N_("state")},
    {"due", N_("pending until")},
    {"assigned", N_("given to")},
    {"subject", N_("subject")},
    {"time", N_("time spent")},
    {"watched", N_("watches")},
    {"unwatched", N_("watches no more")},
    {"transferred", N_("handed over")},
    {"linked", N_("linked with")},
    {"unlinked", N_("no longer linked with")},
    {"merged", N_("merged")},
    {"separated", N_("no longer part of")},
    {"split", N_("split off")},
    {"service-warned", N_("time is short")},
    {"service-breached", N_("time is over")},
    {"mailed", N_("sent by e-mail")},
    {"mail-failed", N_("e-mail not sent")},
    {"telephone", N_("telephone")},
    {"letter", N_("letter")},
    {"counter", N_("counter")},
    {"unreached", N_("came back from the agent's server")},
    {"returned", N_("came back from the visitor's server")},
};

/* What the record says without words. */
static const char *name_of_event(const char *event)
{
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (text_equal(NAMES[i].event, event)) {
            return NAMES[i].name;
        }
    }
    return event; /* one that a newer desk wrote */
}

static const char *speaker(enum language language, const struct entry_record *e)
{
    if (e->name[0] != '\0') {
        return e->name;
    }
    return e->by == BY_VISITOR ? language_text(language, N_("Visitor")) : "";
}

static void add_body(struct buf *out, const char *body)
{
    char *clipped = text_clip_dup(body, LINE_POINTS, LINE_BYTES);

    for (const char *line = clipped; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        buf_add(out, line, len);
        line += len;
        if (*line == '\n') {
            buf_add_text(out, "\n    ");
            line++;
        }
    }
    buf_add_text(out, strlen(clipped) < strlen(body) ? "…" : "");
    free(clipped);
}

void past_write_entry(struct buf *out, enum language language, const struct entry_record *e)
{
    char date[FACTS_DATE_SIZE];

    facts_date(e->at, date);
    buf_printf(out, "%s ", date);
    past_write_words(out, language, e);
}

void past_write_words(struct buf *out, enum language language, const struct entry_record *e)
{
    const char *name = speaker(language, e);

    if (e->event[0] != '\0') {
        buf_printf(out, "[%s] ", language_text(language, name_of_event(e->event)));
    } else if (e->kind == ENTRY_NOTE) {
        buf_printf(out, "[%s] ", language_text(language, N_("note")));
    }
    buf_add_text(out, name);
    char *translated = past_words_dup(language, e);
    const char *body = e->fate == FATE_RETRACTED
                           ? language_text(language, N_("A line stood here that was taken back."))
                       : translated != NULL ? translated
                                            : entry_shown(e);
    if (body[0] != '\0') {
        buf_add_text(out, name[0] != '\0' ? ": " : "");
        add_body(out, body);
    }
    free(translated);
}
