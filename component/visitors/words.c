#include "visitors/words.h"

#include "desk/desk.h"
#include "desk/desk_questions.h"
#include "desk/desk_tickets.h"
#include "desk/rule.h"
#include "visitors/words_of.h"

#include <stdio.h>
#include <string.h>

static const char *const ENGLISH[WORD_COUNT] = {
    [WORD_QUEUED] = "You are number %s in the queue.",
    [WORD_OFFERED] = "We are letting our team know.",
    [WORD_JOINED] = "%s is here for you now.",
    [WORD_LOST] = "%s has lost the connection. We are looking for somebody else.",
    [WORD_HANDED_BACK] = "Somebody else of our team will go on with you in a moment.",
    [WORD_HOLD] = "%s has to look something up and will be back with you soon.",
    [WORD_RESUMED] = "%s is back.",
    [WORD_TRANSFERRED] = "%s goes on with you now.",
    [WORD_LEFT] = "%s has left the chat.",
    [WORD_CLOSED] = "The chat has ended.",
    [WORD_LEFT_MESSAGE] =
        "Nobody is here right now. Your message is kept as number %s; our team will read it.",
    [WORD_CLOSING] = "We are closed now. Your message is kept as number %s; our team will read it.",
    [WORD_RECEIVED] = "Your message is kept as number %s; our team will read it.",
    [WORD_REOPENED] = "Number %s is open again; our team will look at it.",
    [WORD_MAILED] = " You get the number by e-mail, too.",
    [WORD_TAKEN] = "Somebody of our team is looking after your message (number %s).",
    [WORD_WAITING] = "Our team needs an answer from you (number %s).",
    [WORD_SOLVED] = "Number %s is done. If there is still something, just write.",
    [WORD_OPEN] = "We are here.",
    [WORD_AWAY] = "We will be with you in a moment.",
    [WORD_FULL] = "Everybody is in a conversation right now.",
    [WORD_NOBODY] = "Nobody is here right now. You can leave a message.",
    [WORD_NAME] = "Your name",
    [WORD_EMAIL] = "Your e-mail address",
    [WORD_FORM_TITLE] = "Before we start",
    [WORD_FORM_FIRST] = "Please fill in the form first.",
    [WORD_TOO_LONG] = "This message is too long.",
    [WORD_TOO_FAST] = "That was a lot at once. Please wait a moment.",
    [WORD_CANNOT_STORE] = "Messages cannot be kept right now. Please try again in a moment.",
    [WORD_TOO_MANY] = "Too many people are here right now. Please try again later.",
    [WORD_QUEUE_FULL] =
        "Our queue is full (%s waiting), and your message was not taken. Please try "
        "again later.",
    [WORD_LEFT_FULL] =
        "Nobody is here right now, and there is no room for more messages: yours was "
        "not taken. Please try again later.",
    [WORD_REACTS] = "%s reacts: ",
    [WORD_REACTS_NO_MORE] = "%s does not react any more.",
    [WORD_TOOK_BACK] = "%s has taken a message back.",
    [WORD_TAKEN_BACK] = "This message was taken back.",
    [WORD_STAYS] = "That chat has ended: what was said in it stays as it is.",
    [WORD_TOO_OFTEN] = "This message cannot be changed any more.",
    [WORD_NO_EMOJI] = "These reactions are too many, or no emoji.",
    [WORD_PAGE_OPENED] = "The page was opened.",
    [WORD_PAGE_DECLINED] = "The page was not wanted.",
    [WORD_NO_OFFER] = "Nothing like that was offered to you.",
    [WORD_FORM_HOW] = "If you see no form here, please answer in your own words.",
    [WORD_FORM_ANSWERED] = "Your answers: ",
    [WORD_FORM_DECLINED] = "You did not want to fill in: ",
    [WORD_FORM_WITHDRAWN] = "This form is not needed any more: ",
    [WORD_FORM_WRONG] = "Please check what you wrote for: %s",
    [WORD_FORM_OVER] = "This form was answered already, or is not needed any more.",
    [WORD_RATING_LATE] = "It is too late to rate this chat, or to change what you said of it.",
    [WORD_CHAT_OVER] = "That chat has ended: your answer was not kept.",
    [WORD_BLOCKED] = "You cannot write here at the moment.",
    [WORD_NOT_PROVED] = "Your log-in has run out. Please load the page again.",
    [WORD_PROOF_FIRST] = "Please log in on this website first.",
    [WORD_FILE_TOO_LARGE] = "This file is too large: %s at most.",
    [WORD_FILES_FULL] = "There are too many files in this chat.",
    [WORD_FILES_BUSY] = "Other files of yours are still on their way. Please wait a moment.",
    [WORD_WRITE_FIRST] = "Please write a message first, then send the file.",
    [WORD_AGAIN] = "(again) ",
};

static const char *const GERMAN[WORD_COUNT] = {
    [WORD_QUEUED] = "Sie sind Nummer %s in der Warteschlange.",
    [WORD_OFFERED] = "Wir geben unserem Team Bescheid.",
    [WORD_JOINED] = "%s ist jetzt für Sie da.",
    [WORD_LOST] = "%s hat die Verbindung verloren. Wir suchen jemand anderen für Sie.",
    [WORD_HANDED_BACK] = "Jemand anderes aus unserem Team macht gleich mit Ihnen weiter.",
    [WORD_HOLD] = "%s muss etwas klären und ist bald wieder für Sie da.",
    [WORD_RESUMED] = "%s ist wieder da.",
    [WORD_TRANSFERRED] = "%s macht jetzt mit Ihnen weiter.",
    [WORD_LEFT] = "%s hat das Gespräch verlassen.",
    [WORD_CLOSED] = "Das Gespräch ist beendet.",
    [WORD_LEFT_MESSAGE] = "Gerade ist niemand da. Ihre Nachricht ist unter der Nummer %s "
                          "aufbewahrt; unser Team liest sie.",
    [WORD_CLOSING] = "Wir haben jetzt geschlossen. Ihre Nachricht ist unter der Nummer %s "
                     "aufbewahrt; unser Team liest sie.",
    [WORD_RECEIVED] = "Ihre Nachricht ist unter der Nummer %s aufbewahrt; unser Team liest sie.",
    [WORD_REOPENED] = "Die Nummer %s ist wieder offen; unser Team sieht sie sich an.",
    [WORD_MAILED] = " Die Nummer bekommen Sie auch per E-Mail.",
    [WORD_TAKEN] = "Jemand aus unserem Team kümmert sich um Ihre Nachricht (Nummer %s).",
    [WORD_WAITING] = "Unser Team braucht eine Antwort von Ihnen (Nummer %s).",
    [WORD_SOLVED] = "Die Nummer %s ist erledigt. Wenn noch etwas offen ist, schreiben Sie einfach.",
    [WORD_OPEN] = "Wir sind da.",
    [WORD_AWAY] = "Wir sind gleich für Sie da.",
    [WORD_FULL] = "Gerade sind alle im Gespräch.",
    [WORD_NOBODY] = "Gerade ist niemand da. Sie können eine Nachricht hinterlassen.",
    [WORD_NAME] = "Ihr Name",
    [WORD_EMAIL] = "Ihre E-Mail-Adresse",
    [WORD_FORM_TITLE] = "Bevor wir anfangen",
    [WORD_FORM_FIRST] = "Bitte füllen Sie zuerst das Formular aus.",
    [WORD_TOO_LONG] = "Diese Nachricht ist zu lang.",
    [WORD_TOO_FAST] = "Das war viel auf einmal. Bitte warten Sie einen Moment.",
    [WORD_CANNOT_STORE] =
        "Nachrichten können gerade nicht aufbewahrt werden. Bitte versuchen Sie es gleich noch "
        "einmal.",
    [WORD_TOO_MANY] = "Gerade sind zu viele hier. Bitte versuchen Sie es später noch einmal.",
    [WORD_QUEUE_FULL] = "Unsere Warteschlange ist voll (%s warten), Ihre Nachricht wurde nicht "
                        "angenommen. Bitte versuchen Sie es später noch einmal.",
    [WORD_LEFT_FULL] = "Gerade ist niemand da, und für weitere Nachrichten ist kein Platz: Ihre "
                       "wurde nicht angenommen. Bitte versuchen Sie es später noch einmal.",
    [WORD_REACTS] = "%s reagiert: ",
    [WORD_REACTS_NO_MORE] = "%s reagiert nicht mehr.",
    [WORD_TOOK_BACK] = "%s hat eine Nachricht zurückgenommen.",
    [WORD_TAKEN_BACK] = "Diese Nachricht wurde zurückgenommen.",
    [WORD_STAYS] = "Das Gespräch ist beendet; was darin gesagt wurde, bleibt, wie es ist.",
    [WORD_TOO_OFTEN] = "Diese Nachricht kann nicht mehr geändert werden.",
    [WORD_NO_EMOJI] = "Das sind zu viele Reaktionen, oder keine Emojis.",
    [WORD_PAGE_OPENED] = "Die Seite wurde geöffnet.",
    [WORD_PAGE_DECLINED] = "Die Seite war nicht gewünscht.",
    [WORD_NO_OFFER] = "So etwas wurde Ihnen nicht angeboten.",
    [WORD_FORM_HOW] = "Wenn Sie hier kein Formular sehen, antworten Sie bitte in eigenen Worten.",
    [WORD_FORM_ANSWERED] = "Ihre Antworten: ",
    [WORD_FORM_DECLINED] = "Sie wollten nicht ausfüllen: ",
    [WORD_FORM_WITHDRAWN] = "Dieses Formular wird nicht mehr gebraucht: ",
    [WORD_FORM_WRONG] = "Bitte prüfen Sie Ihre Angabe zu: %s",
    [WORD_FORM_OVER] = "Dieses Formular wurde schon beantwortet oder wird nicht mehr gebraucht.",
    [WORD_RATING_LATE] = "Für diese Bewertung oder ihre Änderung ist es zu spät.",
    [WORD_CHAT_OVER] = "Das Gespräch ist beendet; Ihre Antwort wurde nicht aufbewahrt.",
    [WORD_BLOCKED] = "Sie können hier zurzeit nicht schreiben.",
    [WORD_NOT_PROVED] = "Ihre Anmeldung ist abgelaufen. Bitte laden Sie die Seite neu.",
    [WORD_PROOF_FIRST] = "Bitte melden Sie sich zuerst auf dieser Website an.",
    [WORD_FILE_TOO_LARGE] = "Diese Datei ist zu groß: höchstens %s.",
    [WORD_FILES_FULL] = "In diesem Gespräch sind zu viele Dateien.",
    [WORD_FILES_BUSY] =
        "Andere Dateien von Ihnen sind noch unterwegs. Bitte warten Sie einen Moment.",
    [WORD_WRITE_FIRST] = "Bitte schreiben Sie zuerst eine Nachricht und senden Sie dann die Datei.",
    [WORD_AGAIN] = "(noch einmal) ",
};

/* English is the first: of who speaks none of them. */
static const struct spoken {
    const char *tag;
    const char *const *words;
} LANGUAGES[] = {{"en", ENGLISH},       {"de", GERMAN},       {"fr", words_french},
                 {"es", words_spanish}, {"pl", words_polish}, {"tr", words_turkish},
                 {"ar", words_arabic}};

static const struct spoken *spoken_to(const char *tag)
{
    for (size_t i = 1; i < sizeof LANGUAGES / sizeof *LANGUAGES; i++) {
        if (rule_is_language(tag, LANGUAGES[i].tag)) {
            return &LANGUAGES[i];
        }
    }
    return &LANGUAGES[0];
}

const char *words_language(const char *tag)
{
    return spoken_to(tag)->tag;
}

const char *words_get(const char *language, enum visitor_word word)
{
    return spoken_to(language)->words[word];
}

void words_add(struct buf *out, const char *language, enum visitor_word word, const char *argument)
{
    buf_add_filled(out, words_get(language, word), argument, NULL);
}

/* A message was left, or what was solved is not. */
static enum visitor_word received(const char *why)
{
    static const struct {
        const char *why;
        enum visitor_word word;
    } WHYS[] = {{"", WORD_LEFT_MESSAGE}, {"closing", WORD_CLOSING}, {"again", WORD_REOPENED}};
    size_t len = strcspn(why, " "); /* that a mail goes stands behind it */

    for (size_t i = 0; i < sizeof WHYS / sizeof *WHYS; i++) {
        if (strlen(WHYS[i].why) == len && strncmp(WHYS[i].why, why, len) == 0) {
            return WHYS[i].word;
        }
    }
    return WORD_RECEIVED;
}

static bool has_number(enum visitor_word word)
{
    return word == WORD_LEFT_MESSAGE || word == WORD_CLOSING || word == WORD_TAKEN ||
           word == WORD_WAITING || word == WORD_SOLVED;
}

void words_notice(struct buf *out, const char *language, const struct entry_record *notice)
{
    static const struct {
        const char *event;
        enum visitor_word word;
    } EVENTS[] = {
        {"joined", WORD_JOINED},
        {"lost", WORD_LOST},
        {"handed-back", WORD_HANDED_BACK},
        {"hold", WORD_HOLD},
        {"resumed", WORD_RESUMED},
        {"transferred", WORD_TRANSFERRED},
        {"left", WORD_LEFT},
        {"closed", WORD_CLOSED},
        {"left-message", WORD_LEFT_MESSAGE},
        {"closing", WORD_CLOSING},
        {"ticket-taken", WORD_TAKEN},
        {"ticket-waiting", WORD_WAITING},
        {"ticket-solved", WORD_SOLVED},
        {"opened", WORD_PAGE_OPENED},
        {"declined", WORD_PAGE_DECLINED},
        {"refused", WORD_BLOCKED},
        {"form-answered", WORD_FORM_ANSWERED},
        {"form-declined", WORD_FORM_DECLINED},
        {"form-withdrawn", WORD_FORM_WITHDRAWN},
    };
    char number[24];

    snprintf(number, sizeof number, "%lld", (long long)notice->chat);
    for (size_t i = 0; i < sizeof EVENTS / sizeof *EVENTS; i++) {
        if (strcmp(EVENTS[i].event, notice->event) == 0) {
            words_add(out, language, EVENTS[i].word,
                      has_number(EVENTS[i].word) ? number : notice->name);
            buf_add_text(out, desk_tells_of_form(notice) ? notice->body : "");
            return;
        }
    }
    if (strcmp(notice->event, "ticket-received") == 0) {
        words_add(out, language, received(notice->body), number);
        buf_add_text(out, desk_is_mailed(notice) ? words_get(language, WORD_MAILED) : "");
    } else if (strcmp(notice->event, "about") == 0) { /* the agent's own words */
        buf_printf(out, "%s: %s", notice->name, notice->body);
    } else {
        buf_add_text(out, notice->event);
    }
}

void words_form(struct buf *out, const char *language)
{
    buf_add_char(out, '\n');
    words_add(out, language, WORD_FORM_HOW, NULL);
}
