#include "agents/words.h"

#include <string.h>

void agent_words_name(struct buf *out, const struct visitor_view *visitor)
{
    if (visitor->record->name[0] != '\0') {
        buf_printf(out, "%s (visitor %lld)", visitor->record->name, (long long)visitor->chat);
    } else {
        buf_printf(out, "Visitor %lld", (long long)visitor->chat);
    }
}

/* What may be taken for the dash that the desk's own lines begin with. */
static bool begins_like_a_notice(const char *line)
{
    static const char *const DASHES[] = {
        "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\u23AF", "\u2500", "\u2501", "\u2796",
        "\u2E3A", "\u2E3B", "\u30FC", "\u3161", "\u4E00", "\uFE31", "\uFE32", "\uFE58",
    };
    static const char *const BLANKS[] = {
        " ",      "\t",     "\u00A0", "\u00AD", "\u061C", "\u180E", "\u2000", "\u2001", "\u2002",
        "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A", "\u200B",
        "\u200C", "\u200D", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
        "\u202F", "\u205F", "\u2060", "\u2061", "\u2062", "\u2063", "\u2064", "\u2066", "\u2067",
        "\u2068", "\u2069", "\u2800", "\u3000", "\u3164", "\uFEFF"};

    for (size_t i = 0; i < sizeof BLANKS / sizeof *BLANKS; i++) {
        size_t len = strlen(BLANKS[i]);
        if (strncmp(line, BLANKS[i], len) == 0) {
            line += len;
            i = (size_t)-1; /* from the start again */
        }
    }
    for (size_t i = 0; i < sizeof DASHES / sizeof *DASHES; i++) {
        if (strncmp(line, DASHES[i], strlen(DASHES[i])) == 0) {
            return true;
        }
    }
    return false;
}

void agent_words_line(struct buf *out, const struct entry_record *e)
{
    const char *line = e->body;

    if (e->by == BY_AGENT) {
        buf_printf(out, "— %s wrote: %s", e->name, e->body);
        return;
    }
    while (*line != '\0') {
        size_t len = strcspn(line, "\n");
        len += line[len] == '\n' ? 1 : 0;
        if (begins_like_a_notice(line)) {
            buf_add_text(out, "> ");
        }
        buf_add(out, line, len);
        line += len;
    }
}

static void offered(struct buf *out, const struct visitor_view *visitor, const char *department,
                    const char *number)
{
    agent_words_name(out, visitor);
    buf_printf(out, " waits in %s (chat %s). Answer to take it, !decline to leave it to others.",
               department, number);
}

void agent_words_notice(struct buf *out, enum agent_notice notice, const char *text,
                        const struct visitor_view *visitor, const struct chat_view *chat,
                        const char *department)
{
    buf_add_text(out, "— ");
    switch (notice) {
    case NOTICE_OFFERED:
        offered(out, visitor, department, text);
        if (chat != NULL && chat->left && !visitor->online) {
            buf_add_text(out, " The visitor is not there now and left a message; your answer is "
                              "kept for the return.");
        }
        /* COMPAT: Gajim 1.7 makes punctuation behind an address a part of it. */
        if (visitor->record->page_url[0] != '\0') {
            buf_printf(out, "\nPage: %s", visitor->record->page_url);
        }
        break;
    case NOTICE_TAKEN_BY:
        buf_printf(out, "%s has taken this chat.", text);
        break;
    case NOTICE_WITHDRAWN:
        buf_add_text(out, "This offer has ended: no seat is free for it at the moment.");
        break;
    case NOTICE_NOT_YOURS:
        if (text[0] != '\0') {
            buf_printf(out, "The visitor has not seen your line: %s has this chat.", text);
        } else {
            buf_add_text(out,
                         "The visitor has not seen your line: this chat is not offered to you.");
        }
        break;
    case NOTICE_ABSENT:
        buf_add_text(out, "The visitor is not there at the moment. Your lines are kept and shown "
                          "on return.");
        break;
    case NOTICE_CLOSED:
        if (strcmp(text, "visitor") == 0) {
            buf_add_text(out, "The visitor has ended the chat.");
        } else if (strcmp(text, "desk") == 0) {
            buf_add_text(out, "The chat has ended: the visitor did not come back.");
        } else {
            buf_add_text(out, "The chat has ended.");
        }
        break;
    case NOTICE_ADDED_TO_RECORD:
        buf_add_text(out, "This chat has ended. Your line was added to its record; the visitor "
                          "is not told.");
        break;
    case NOTICE_MOVED:
        buf_add_text(out,
                     "You could not be reached for too long: this chat was offered to others.");
        break;
    case NOTICE_DISMISSED:
        buf_printf(out, "You do not answer for %s any more: this chat is with others now.",
                   department[0] != '\0' ? department : "this desk");
        break;
    case NOTICE_REMINDED:
        agent_words_name(out, visitor);
        buf_printf(out, " has waited for an answer since %s.%s", text,
                   chat != NULL && chat->state == CHAT_OFFERED
                       ? " Answer to take this chat, !decline to leave it to others."
                       : "");
        break;
    }
}

void agent_words_report(struct buf *out, const struct visitor_view *visitor,
                        const struct chat_view *chat, const char *department, time_ms since,
                        const char *contact)
{
    char stamp[CLOCK_STAMP_SIZE];

    clock_stamp(since, stamp);
    buf_add_text(out, "— ");
    agent_words_name(out, visitor);
    buf_printf(out, " has waited for an answer in %s since %s. ", department, stamp);
    if (chat->owner[0] != '\0') {
        buf_printf(out, "%s (%s) has chat %lld and was reminded.", chat->owner_name, chat->owner,
                   (long long)chat->number);
    } else {
        buf_printf(out, "Nobody has taken chat %lld. An agent of %s takes it by writing to %s",
                   (long long)chat->number, department, contact);
    }
}

const char *agent_words_set_aside(void)
{
    return "— A line could not be brought to you: the XMPP server does not take it. The chat's "
           "record "
           "has it.";
}

void agent_words_queue(struct buf *out, const struct department_view *department)
{
    static const char *const STATES[] = {"nobody is here", "all seats are taken",
                                         "only agents who are away", "open"};

    buf_printf(out, "%zu waiting, %zu active, %zu free (%s)", department->waiting,
               department->active, department->free_seats, STATES[department->state]);
}

void agent_words_page(struct buf *out, const struct visitor_view *visitor,
                      const struct chat_view *chat)
{
    if (chat != NULL && chat->state == CHAT_CLOSED) {
        buf_add_text(out, "chat ended");
        return;
    }
    if (!visitor->online) {
        buf_add_text(out, "not on the site now");
        return;
    }
    buf_add_text(out, visitor->record->page_title);
    if (visitor->record->page_url[0] != '\0') {
        buf_printf(out, visitor->record->page_title[0] != '\0' ? " – %s" : "%s",
                   visitor->record->page_url);
    }
}
