/* What agents read of lines: of the visitor and of other agents, and what became of them. */
#include "agents/words.h"

#include "base/mem.h"
#include "desk/desk_questions.h"
#include "xml/about.h"

#include <stdlib.h>
#include <string.h>

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

static void page_answered(struct buf *out, enum language language, const struct entry_record *e)
{
    bool opened = strcmp(e->event, "opened") == 0;

    buf_add_text(out, "— ");
    /* translators: an address */
    buf_printf(out,
               language_text(language, opened
                                           ? N_("The visitor has opened the page: %s")
                                           : N_("The visitor does not want to see the page: %s")),
               e->body);
}

/* Its body begins with the form's title. What stands there is the visitor's, so its lines stand in:
 * none begins like one of the desk's. */
static void form_answered(struct buf *out, enum language language, const struct entry_record *e)
{
    size_t len = strcspn(e->body, "\n");
    char *title = mem_dup_n(e->body, len);
    bool declined = strcmp(e->event, "form-declined") == 0;

    buf_add_text(out, "— ");
    if (strcmp(e->event, "form-withdrawn") == 0) {
        /* translators: another agent's name, and the title of a form */
        buf_printf(out, language_text(language, "%s has taken the form back: %s"), e->name, title);
    } else {
        /* translators: the title of a form */
        buf_printf(out,
                   language_text(language,
                                 declined ? N_("The visitor does not want to fill in the form: %s")
                                          : N_("The visitor has answered the form: %s")),
                   title);
    }
    for (const char *c = e->body + len; *c != '\0'; c++) {
        buf_add_char(out, *c);
        buf_add_text(out, *c == '\n' ? "    " : "");
    }
    free(title);
}

void agent_words_line(struct buf *out, enum language language, const struct entry_record *e)
{
    const char *line = entry_shown(e);

    if (e->fate == FATE_RETRACTED) {
        buf_add_text(out, "— ");
        /* translators: in the place of the line, when it is shown to another agent */
        buf_add_text(out, language_text(language, "A line stood here that was taken back."));
        return;
    }
    if (e->kind == ENTRY_NOTE && strcmp(e->event, "whisper") == 0) {
        buf_add_text(out, "— ");
        /* translators: another agent's name, and what that agent wrote to agents only */
        buf_printf(out, language_text(language, "%s to you, not to the visitor: %s"), e->name,
                   e->body);
        return;
    }
    if (desk_sent_file(e) != NULL) { /* clients show what is nothing but an address as the file */
        buf_add_text(out, desk_sent_file(e));
        return;
    }
    if (desk_is_page_answer(e)) {
        page_answered(out, language, e);
        return;
    }
    if (desk_tells_of_form(e)) {
        form_answered(out, language, e);
        return;
    }
    if (desk_asked(e) != NULL) {
        buf_add_text(out, "— ");
        /* translators: another agent's name, and the form in words */
        buf_printf(out, language_text(language, "%s sent a form: %s"), e->name, line);
        return;
    }
    if (desk_offered_page(e) != NULL) {
        buf_add_text(out, "— ");
        /* translators: another agent's name, and the address, maybe with some words */
        buf_printf(out, language_text(language, "%s offered a page: %s"), e->name, line);
        return;
    }
    if (e->by == BY_AGENT) {
        buf_add_text(out, "— ");
        /* translators: another agent's name, and that agent's line */
        buf_printf(out,
                   language_text(language,
                                 e->kind == ENTRY_NOTE ? N_("%s noted: %s") : N_("%s wrote: %s")),
                   e->name, line);
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

void agent_words_retracted(struct buf *out, enum language language, const struct entry_record *e,
                           const struct entry_record *line)
{
    char stamp[CLOCK_TEXT_SIZE];
    bool by_agent = e->by == BY_AGENT;

    buf_add_text(out, "— ");
    if (line == NULL && by_agent) {
        /* translators: another agent's name */
        buf_printf(out, language_text(language, "%s has taken a line back."), e->name);
        return;
    }
    if (line == NULL) {
        buf_add_text(out, language_text(language, "The visitor has taken a line back."));
        return;
    }
    clock_text(line->at, stamp);
    if (by_agent) {
        buf_printf(out,
                   /* translators: another agent's name, and a time as 2026-01-31 12:00 UTC */
                   language_text(language, "%s has taken back the line of %s."), e->name, stamp);
        return;
    }
    /* translators: a time as 2026-01-31 12:00 UTC */
    buf_printf(out, language_text(language, "The visitor has taken back the line of %s."), stamp);
}

static void reacts(struct buf *out, enum language language, const struct entry_record *e)
{
    bool any = e->body[0] != '\0';

    if (e->by == BY_AGENT && any) {
        /* translators: another agent's name, and emojis */
        buf_printf(out, language_text(language, "%s reacts: %s"), e->name, e->body);
    } else if (e->by == BY_AGENT) {
        /* translators: another agent's name */
        buf_printf(out, language_text(language, "%s does not react any more."), e->name);
    } else if (any) {
        /* translators: emojis */
        buf_printf(out, language_text(language, "The visitor reacts: %s"), e->body);
    } else {
        buf_add_text(out, language_text(language, "The visitor does not react any more."));
    }
}

void agent_words_reacted(struct buf *out, enum language language, const struct entry_record *e,
                         const struct entry_record *line)
{
    buf_add_text(out, "— ");
    reacts(out, language, e);
    if (line != NULL && line->fate != FATE_RETRACTED) {
        buf_add_char(out, '\n');
        about_quote(out, entry_shown(line));
        out->bytes[--out->len] = '\0'; /* its newline */
    }
}

static const char *unchanged(enum act act, enum desk_result why)
{
    switch (why) {
    case DESK_FORBIDDEN:
        return N_("The visitor was not told: this chat is not yours.");
    case DESK_NOT_AUTHOR:
        return N_("The visitor was not told: only who wrote a line can change it.");
    case DESK_BLOCKED:
    case DESK_TOO_MANY:
        return N_("The visitor was not told: this line was changed too often already.");
    case DESK_CLOSED:
        return N_("That chat has ended: what was said in it stays as it is.");
    default:
        break;
    }
    if (act == ACT_REACT) {
        return N_("The visitor was not told: what you react to is no line of this chat, or was "
                  "taken back.");
    }
    return act == ACT_RETRACT
               ? N_("The visitor was not told: the line to take back is not known here.")
               : N_("The visitor was not told: that line was taken back.");
}

void agent_words_unchanged(struct buf *out, enum language language, enum act act,
                           enum desk_result why)
{
    buf_add_text(out, "— ");
    buf_add_text(out, language_text(language, unchanged(act, why)));
}

void agent_words_set_aside(struct buf *out, enum language language)
{
    buf_add_text(out, "— ");
    buf_add_text(out, language_text(language, "A line could not be brought to you: the XMPP server "
                                              "does not take it. The chat's record has it."));
}

void agent_words_last_line(struct buf *out, enum language language, const struct entry_record *last)
{
    char stamp[CLOCK_TEXT_SIZE];

    buf_add_text(out, "— ");
    if (last != NULL) {
        clock_text(last->at, stamp);
        buf_printf(out,
                   /* translators: a time as 2026-01-31 12:00 UTC, and the line */
                   language_text(language, "The connection is back. The last line that arrived "
                                           "from you, at %s: %s"),
                   stamp, last->body);
    } else {
        /* A chat is taken by a line, so there is one, but older than what is in memory. */
        buf_add_text(out, language_text(language, "The connection is back. Your last line that "
                                                  "arrived lies far above the visitor's."));
    }
}
