#include "agents/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A sentence that begins with the visitor's name. */
static char *name_dup(enum language language, const struct visitor_view *visitor)
{
    struct buf name;

    buf_init(&name, 1024);
    agent_words_name(&name, language, visitor);
    return buf_detach(&name);
}

/* NULL: nothing is to be said about it. */
const char *agent_words_priority(enum language language, enum chat_priority priority)
{
    static const char *const WORDS[] = {[PRIORITY_LOW] = N_("low"),
                                        [PRIORITY_NORMAL] = N_("normal"),
                                        [PRIORITY_HIGH] = N_("high"),
                                        [PRIORITY_URGENT] = N_("urgent")};

    return language_text(language, WORDS[priority]);
}

static const char *priority(enum chat_priority priority)
{
    switch (priority) {
    case PRIORITY_LOW:
        return N_("Priority: low.");
    case PRIORITY_NORMAL:
        break;
    case PRIORITY_HIGH:
        return N_("Priority: high.");
    case PRIORITY_URGENT:
        return N_("Priority: urgent.");
    }
    return NULL;
}

static void offered(struct buf *out, enum language language, char prefix,
                    const struct visitor_view *visitor, const struct chat_view *chat,
                    const char *department, const char *number)
{
    char *name = name_dup(language, visitor);

    /* translators: visitor, department, number of the chat, what commands begin with */
    buf_printf(out,
               language_text(language, "%s waits in %s (chat %s). Answer to take it, %cdecline to "
                                       "leave it to others."),
               name, department, number, prefix);
    free(name);
    if (chat != NULL && priority(chat->priority) != NULL) {
        buf_add_char(out, ' ');
        buf_add_text(out, language_text(language, priority(chat->priority)));
    }
    if (chat != NULL && chat->left && !visitor->online) {
        buf_add_char(out, ' ');
        buf_add_text(out, language_text(language, "The visitor is not there now and left a "
                                                  "message; your answer is kept for the return."));
    }
    if (visitor->invitation[0] != '\0') {
        buf_add_char(out, '\n');
        /* translators: the id of an invitation, and the line that the visitor was invited with */
        buf_printf(out, language_text(language, "Invitation: %s"), visitor->invitation);
    }
    /* COMPAT: Gajim 1.7 makes punctuation behind an address a part of it. */
    if (visitor->record->page_url[0] != '\0') {
        buf_add_char(out, '\n');
        buf_printf(out, language_text(language, "Page: %s"), visitor->record->page_url);
    }
}

static void reminded(struct buf *out, enum language language, char prefix,
                     const struct visitor_view *visitor, const struct chat_view *chat,
                     const char *since)
{
    char *name = name_dup(language, visitor);

    /* translators: visitor, and a time as 2026-01-31 12:00 UTC */
    buf_printf(out, language_text(language, "%s has waited for an answer since %s."), name, since);
    free(name);
    if (chat != NULL && chat->state == CHAT_OFFERED) {
        buf_add_char(out, ' ');
        buf_printf(out,
                   /* translators: what commands begin with */
                   language_text(language, "Answer to take this chat, %cdecline to leave it to "
                                           "others."),
                   prefix);
    }
}

/* by: "visitor", "desk", "left", or who else. */
static const char *closed(const char *by)
{
    if (strcmp(by, "visitor") == 0) {
        return N_("The visitor has ended the chat.");
    }
    if (strcmp(by, "left") == 0) {
        return N_("This chat has ended: it is a message that was left, and a new ticket.");
    }
    return strcmp(by, "desk") == 0 ? N_("The chat has ended: the visitor did not come back.")
                                   : N_("The chat has ended.");
}

/* NULL: the department's name is part of it. */
static const char *withdrawn(const char *why)
{
    if (strcmp(why, "closed") == 0) {
        return NULL;
    }
    if (strcmp(why, "passed") == 0) {
        return N_("This offer has gone on to others.");
    }
    return strcmp(why, "off") == 0
               ? N_("This offer has ended: you are not on duty.")
               : N_("This offer has ended: no seat is free for it at the moment.");
}

/* What is said without a name or a number; NULL: of this notice nothing is. */
static const char *plain(enum agent_notice notice, const char *text, const char *department)
{
    switch (notice) {
    case NOTICE_WITHDRAWN:
        return withdrawn(text);
    case NOTICE_WENT_ON:
        return N_("Nobody has answered here in time: this chat is offered to others now. Your "
                  "answer still takes it, while nobody else has it.");
    case NOTICE_NOT_YOURS:
        return text[0] != '\0' ? NULL
                               : N_("The visitor has not seen your line: this chat is not offered "
                                    "to you.");
    case NOTICE_ABSENT:
        return N_("The visitor is not there at the moment. Your lines are kept and shown on "
                  "return.");
    case NOTICE_CLOSED:
        return closed(text);
    case NOTICE_ADDED_TO_RECORD:
        return N_("This chat has ended. Your line was added to its record; the visitor is not "
                  "told.");
    case NOTICE_MOVED:
        return N_("You could not be reached for too long: this chat was offered to others.");
    case NOTICE_DISMISSED:
        return department[0] != '\0'
                   ? NULL
                   : N_("You do not answer for this desk any more: this chat is with others now.");
    case NOTICE_NOT_READING:
        return N_("You are no supervisor any more: you do not read this chat any more.");
    case NOTICE_HOLD_OVER:
        return N_("You wanted to be back by now: this visitor still waits on hold.");
    default:
        break;
    }
    return NULL;
}

/* A text with one %s; the commands in it are written with a '!', which stands for the prefix. */
static void add_named(struct buf *out, enum language language, char prefix, const char *text,
                      const char *value)
{
    const char *words = language_text(language, text);

    for (; *words != '\0'; words++) {
        if (words[0] == '%' && words[1] == 's') {
            buf_add_text(out, value);
            words++;
        } else {
            buf_add_char(out, words[0] == '!' ? prefix : words[0]);
        }
    }
}

/* With the name of an agent, or of whom it was handed to, at %s; NULL: of this notice it is not
 * said so. */
static const char *named(enum agent_notice notice)
{
    switch (notice) {
    case NOTICE_TAKEN_BY:
    case NOTICE_TAKEN_OVER:
        return N_("%s has taken this chat.");
    case NOTICE_NOT_YOURS:
        return N_("The visitor has not seen your line: %s has this chat. !join lets you speak in "
                  "it; a supervisor takes it with !takeover.");
    case NOTICE_RETURNED:
        return N_("%s has not taken this chat: it is still yours.");
    case NOTICE_LEVEL_RETURNED:
        return N_("Nobody of level %s has taken this chat: it is still yours.");
    case NOTICE_YOURS:
        return N_("%s does not have this chat any more: it is yours now.");
    case NOTICE_INVITED:
        return N_("%s asks you to come into this chat. Answer to speak to the visitor, !decline to "
                  "stay out.");
    case NOTICE_NOT_COMING:
        return N_("%s is not coming into this chat.");
    case NOTICE_JOINED:
        return N_("%s is in this chat now and speaks to the visitor, too.");
    case NOTICE_LEFT:
        return N_("%s has left this chat.");
    case NOTICE_WATCHED:
        return N_("%s is reading this chat.");
    default:
        return NULL;
    }
}

static void handed(struct buf *out, enum language language, char prefix,
                   const struct visitor_view *visitor, const struct chat_view *chat,
                   const char *department)
{
    char *name = name_dup(language, visitor);

    /* translators: who has the chat, visitor, department, number, what commands begin with */
    buf_printf(out,
               language_text(language, "%s hands you %s in %s (chat %lld). Answer to take this "
                                       "chat, %cdecline to give it back."),
               chat->owner_name, name, department, (long long)chat->number, prefix);
    free(name);
}

static void add_fact(struct buf *out, enum language language, const char *text, const char *value)
{
    if (value[0] != '\0') {
        buf_add_text(out, out->len > 0 ? "\n" : "— ");
        buf_add_filled(out, language_text(language, text), value, NULL);
    }
}

void agent_words_summary(struct buf *out, enum language language,
                         const struct visitor_view *visitor)
{
    const struct visitor_record *r = visitor->record;

    add_fact(out, language, N_("Name: %s"), r->name);
    add_fact(out, language, N_("E-mail: %s"), r->email);
    add_fact(out, language, N_("Page: %s"), r->page_url);
    add_fact(out, language, N_("From: %s"), r->referrer);
    add_fact(out, language, N_("Language: %s"), r->language);
}

void agent_words_notice(struct buf *out, enum language language, char prefix,
                        enum agent_notice notice, const char *text,
                        const struct visitor_view *visitor, const struct chat_view *chat,
                        const char *department)
{
    const char *sentence = plain(notice, text, department);

    buf_add_text(out, "— ");
    if (sentence != NULL) {
        buf_add_text(out, language_text(language, sentence));
    } else if (notice == NOTICE_OFFERED) {
        offered(out, language, prefix, visitor, chat, department, text);
    } else if (named(notice) != NULL) {
        add_named(out, language, prefix, named(notice), text);
    } else if (notice == NOTICE_HANDED && chat != NULL) {
        handed(out, language, prefix, visitor, chat, department);
    } else if (notice == NOTICE_WITHDRAWN) {
        buf_printf(out,
                   /* translators: a department */
                   language_text(language, "This offer has ended: %s is closed now, and the "
                                           "visitor was told so."),
                   department);
    } else if (notice == NOTICE_PAGE) {
        buf_printf(out, language_text(language, "Page: %s"), visitor->record->page_title);
        buf_printf(out, visitor->record->page_title[0] != '\0' ? " – %s" : "%s",
                   visitor->record->page_url);
    } else if (notice == NOTICE_DISMISSED) {
        buf_printf(out,
                   /* translators: a department */
                   language_text(language, "You do not answer for %s any more: this chat is with "
                                           "others now."),
                   department);
    } else {
        reminded(out, language, prefix, visitor, chat, text);
    }
}

void agent_words_report(struct buf *out, enum language language, const struct visitor_view *visitor,
                        const struct chat_view *chat, const char *department, time_ms since,
                        const char *contact)
{
    char stamp[CLOCK_TEXT_SIZE];
    char *name = name_dup(language, visitor);
    long long number = chat->number;

    clock_text(since, stamp);
    buf_add_text(out, "— ");
    buf_printf(out,
               /* translators: visitor, department, and a time as 2026-01-31 12:00 UTC */
               language_text(language, "%s has waited for an answer in %s since %s."), name,
               department, stamp);
    free(name);
    buf_add_char(out, ' ');
    if (chat->owner[0] != '\0') {
        buf_printf(out,
                   /* translators: an agent's name and XMPP address, number of the chat */
                   language_text(language, "%s (%s) has chat %lld and was reminded."),
                   chat->owner_name, chat->owner, number);
    } else {
        /* Nothing behind the address: clients would make it a part of it. */
        buf_printf(
            out,
            /* translators: chat number, department, address; nothing may follow the address */
            language_text(language, "Nobody has taken chat %lld. An agent of %s takes it by "
                                    "writing to %s"),
            number, department, contact);
    }
}

/* By what clients call themselves, and, before they are asked, the address in their capabilities.
 */
static const struct {
    const char *client;
    const char *words;
} UNSEAL[] = {
    {"conversations",
     N_("In Conversations: tap the padlock in the input line, then \"Unencrypted\".")},
    {"cheogram", N_("In Cheogram: tap the padlock in the input line, then \"Unencrypted\".")},
    {"dino", N_("In Dino: click the padlock in the input line, then \"Unencrypted\".")},
    {"gajim", N_("In Gajim: click the shield beside the input line, then \"Disabled\".")},
    {"monal", N_("In Monal: tap the padlock above the chat until it is open.")},
    {"profanity", N_("In Profanity: type /omemo end (or /pgp end, /ox end, /otr end).")},
    {"psi", N_("In Psi: click the fish (OMEMO) or the padlock (OpenPGP) above the input line.")},
};

void agent_words_encrypted(struct buf *out, enum language language, const char *client)
{
    const char *how = N_("Please switch encryption off for this contact.");

    for (size_t i = 0; i < sizeof UNSEAL / sizeof *UNSEAL; i++) {
        if (strcasestr(client, UNSEAL[i].client) != NULL) {
            how = UNSEAL[i].words;
            break;
        }
    }
    buf_add_text(out, "— ");
    /* translators: a sentence that says what to press */
    buf_printf(out,
               language_text(language, "This line was encrypted, and the visitor's web page cannot "
                                       "read that. %s Then send it again."),
               language_text(language, how));
}

/* What concerns a visitor; contact: the visitor's address. */
static void called(struct buf *out, enum language language, char prefix, enum agent_call call,
                   const char *text, const char *name, const char *department, const char *contact)
{
    if (call == CALL_WAITS) {
        buf_printf(out,
                   /* translators: visitor, department, a time as 2026-01-31 12:00 UTC, what
                      commands begin with, an address */
                   language_text(language, "%s has waited in %s since %s, and nobody has taken the "
                                           "chat. It is offered to you when you are there and on "
                                           "duty (%con); writing to %s takes it."),
                   name, department, text, prefix, contact);
    } else if (call == CALL_TAKEN) {
        buf_printf(out,
                   /* translators: an agent, a visitor, a department */
                   language_text(language, "%s has taken the chat of %s in %s."), text, name,
                   department);
    } else if (call == CALL_RATED) {
        agent_words_rated(out, language, text, name, contact);
    } else {
        buf_printf(out,
                   /* translators: a visitor, a department */
                   language_text(language, "The chat of %s in %s has ended."), name, department);
    }
}

void agent_words_call(struct buf *out, enum language language, char prefix, enum agent_call call,
                      const char *text, const struct visitor_view *visitor, const char *department,
                      const char *contact)
{
    buf_add_text(out, "— ");
    if (visitor != NULL) {
        char *name = name_dup(language, visitor);
        called(out, language, prefix, call, text, name, department, contact);
        free(name);
    } else if (call == CALL_IDLE) {
        buf_printf(out,
                   /* translators: what commands begin with */
                   language_text(language, "Offers to you have passed without an answer: you are "
                                           "treated as away until you say something. Any line or "
                                           "command does; here, %con."),
                   prefix);
    } else {
        buf_add_text(out, language_text(language, "Your pause is over: you are offered chats "
                                                  "again."));
    }
}

void agent_words_queue(struct buf *out, enum language language,
                       const struct department_view *department)
{
    static const char *const STATES[] = {N_("nobody is here"), N_("all seats are taken"),
                                         N_("only agents who are away"), N_("open")};

    buf_printf(out,
               /* translators: chats that wait, chats that go on, seats; a state ("open") */
               language_plural(language, "%zu waiting, %zu active, %zu free (%s)",
                               "%zu waiting, %zu active, %zu free (%s)", department->waiting),
               department->waiting, department->active, department->free_seats,
               language_text(language, department->is_closed ? N_("closed at this hour")
                                                             : STATES[department->state]));
}

/* A clock may have jumped: never before now. */
static long long minutes(time_ms since, time_ms now)
{
    return now > since ? (now - since) / (60 * 1000) : 0;
}

void agent_words_chat(struct buf *out, enum language language, const struct visitor_view *visitor,
                      const struct chat_view *chat, time_ms now)
{
    bool is_active = chat->state == CHAT_ACTIVE;

    agent_words_name(out, language, visitor);
    buf_add_text(out, ": ");
    buf_printf(out,
               is_active ? language_text(language, "for %lld min")
                         : language_text(language, "waits for %lld min"),
               minutes(is_active ? chat->claimed : chat->waiting_since, now));
    if (is_active && chat->held_until != 0) {
        buf_add_text(out, ", ");
        buf_add_text(out, language_text(language, "on hold"));
    } else if (is_active && chat->asked != 0) {
        buf_add_text(out, ", ");
        buf_printf(out, language_text(language, "has waited for an answer for %lld min"),
                   minutes(chat->asked, now));
    }
    if (!visitor->online) {
        buf_add_text(out, ", ");
        buf_add_text(out, language_text(language, "not on the site now"));
    }
}

void agent_words_agent(struct buf *out, enum language language, const struct agent_view *agent)
{
    static const char *const STATES[] = {
        [AVAILABILITY_GONE] = N_("not there"),      [AVAILABILITY_DOUBTFUL] = N_("gives no sign"),
        [AVAILABILITY_BUSY] = N_("do not disturb"), [AVAILABILITY_AWAY] = N_("away"),
        [AVAILABILITY_FREE] = N_("free for chats"),
    };

    /* translators: agent, a state ("away"), chats, seats */
    buf_printf(out, language_text(language, "%s: %s, %u of %u chats"), agent->name,
               language_text(language, STATES[agent->availability]), agent->active,
               agent->capacity);
}
