#include "report/phrase.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *en;
    const char *de;
} TEXTS[PHRASE_COUNT] = {
    [PHRASE_REPORT] = {"Support report", "Bericht"},
    [PHRASE_PERIOD_TO] = {"to", "bis"},
    [PHRASE_ZONE] = {"Time zone", "Zeitzone"},
    [PHRASE_MADE] = {"Made", "Erstellt"},
    [PHRASE_ONLY_DEPARTMENT] = {"Only this department", "Nur diese Abteilung"},
    [PHRASE_CHATS] = {"Chats", "Chats"},
    [PHRASE_ANSWERED] = {"answered", "beantwortet"},
    [PHRASE_ABANDONED] = {"abandoned", "abgebrochen"},
    [PHRASE_MISSED] = {"missed", "verpasst"},
    [PHRASE_LEFT_AT_ONCE] = {"nobody there", "niemand da"},
    [PHRASE_WAITING] = {"still waiting", "warten noch"},
    [PHRASE_LEFT] = {"Left messages", "Hinterlassene Nachrichten"},
    [PHRASE_WAIT] = {"Waiting time", "Wartezeit"},
    [PHRASE_ANSWER] = {"First answer", "Erste Antwort"},
    [PHRASE_MEDIAN] = {"median", "Median"},
    [PHRASE_P90] = {"90 % within", "90 % in"},
    [PHRASE_SPENT] = {"Time spent", "Aufgewendete Zeit"},
    [PHRASE_TICKETS] = {"Tickets", "Vorgänge"},
    [PHRASE_STATE_NONE] = {"no ticket", "kein Vorgang"},
    [PHRASE_STATE_NEW] = {"new", "neu"},
    [PHRASE_STATE_OPEN] = {"being worked on", "in Arbeit"},
    [PHRASE_STATE_PENDING] = {"pending", "wartend"},
    [PHRASE_STATE_SOLVED] = {"solved", "gelöst"},
    [PHRASE_STATE_CLOSED] = {"closed", "geschlossen"},
    [PHRASE_DEPARTMENT] = {"Department", "Abteilung"},
    [PHRASE_DEPARTMENTS] = {"Departments", "Abteilungen"},
    [PHRASE_AGENT] = {"Agent", "Agent"},
    [PHRASE_AGENTS] = {"Agents", "Agenten"},
    [PHRASE_BY_DAY] = {"Chats by day", "Chats je Tag"},
    [PHRASE_BY_WEEK] = {"Chats by week (first day)", "Chats je Woche (erster Tag)"},
    [PHRASE_BY_MONTH] = {"Chats by month", "Chats je Monat"},
    [PHRASE_BY_WEEKDAY] = {"By weekday", "Nach Wochentag"},
    [PHRASE_BY_HOUR] = {"By hour", "Nach Stunde"},
    [PHRASE_WHEN] = {"When chats begin", "Wann Chats beginnen"},
    [PHRASE_WEEKDAY] = {"Weekday", "Wochentag"},
    [PHRASE_HOUR] = {"Hour", "Stunde"},
    [PHRASE_MONDAY] = {"Mon", "Mo"},
    [PHRASE_TUESDAY] = {"Tue", "Di"},
    [PHRASE_WEDNESDAY] = {"Wed", "Mi"},
    [PHRASE_THURSDAY] = {"Thu", "Do"},
    [PHRASE_FRIDAY] = {"Fri", "Fr"},
    [PHRASE_SATURDAY] = {"Sat", "Sa"},
    [PHRASE_SUNDAY] = {"Sun", "So"},
    [PHRASE_SERVICE] = {"Service levels", "Servicezeiten"},
    [PHRASE_SERVICE_FIRST] = {"first answer", "erste Antwort"},
    [PHRASE_SERVICE_NEXT] = {"next answer", "nächste Antwort"},
    [PHRASE_SERVICE_SOLUTION] = {"solution", "Lösung"},
    [PHRASE_KEPT] = {"kept", "eingehalten"},
    [PHRASE_BROKEN] = {"not kept", "überschritten"},
    [PHRASE_RATINGS] = {"Ratings", "Bewertungen"},
    [PHRASE_RATING] = {"Rating", "Bewertung"},
    [PHRASE_STARS] = {"of 5", "von 5"},
    [PHRASE_THUMBS_DOWN] = {"thumbs down", "Daumen runter"},
    [PHRASE_THUMBS_UP] = {"thumbs up", "Daumen hoch"},
    [PHRASE_UP] = {"up", "hoch"},
    [PHRASE_REQUESTER] = {"Requester", "Anfragende"},
    [PHRASE_REQUESTERS] = {"Time spent per requester", "Aufgewendete Zeit je Anfragenden"},
    [PHRASE_AMOUNT] = {"Amount", "Betrag"},
    [PHRASE_TOTAL] = {"Total", "Summe"},
    [PHRASE_OTHERS] = {"others", "andere"},
    [PHRASE_MORE] = {"more", "weitere"},
    [PHRASE_AS_TABLE] = {"As a table", "Als Tabelle"},
    [PHRASE_NOTHING] = {"There were no chats in this period.",
                        "In diesem Zeitraum gab es keine Chats."},
    [PHRASE_HOW] = {"How this is counted", "Wie gezählt wird"},
    [PHRASE_HOW_OUTCOMES] =
        {"A chat counts on the day on which it began. Answered: an agent took it while the visitor "
         "waited. Abandoned: before that the visitor ended it or was gone, or nobody was there any "
         "more. Missed: before that the department closed. Nobody there: a message was left at "
         "once.",
         "Ein Chat zählt an dem Tag, an dem er begann. Beantwortet: ein Agent hat ihn genommen, "
         "während gewartet wurde. Abgebrochen: vorher wurde er beendet, oder die Person war weg, "
         "oder es war niemand mehr da. Verpasst: vorher schloss die Abteilung. Niemand da: es "
         "wurde gleich eine Nachricht hinterlassen."},
    [PHRASE_HOW_TIMES] =
        {"Times are of answered chats: from the first line until an agent took it (waiting time), "
         "and until an agent's first line (first answer). Median: half of them waited no longer.",
         "Zeiten sind die beantworteter Chats: von der ersten Zeile, bis ein Agent ihn nahm "
         "(Wartezeit), und bis zur ersten Zeile eines Agenten (erste Antwort). Median: die Hälfte "
         "hat nicht länger gewartet."},
    [PHRASE_HOW_TICKETS] = {"Tickets are those made in this period, by the state they are in now; "
                            "those that went into another one count with that alone.",
                            "Vorgänge sind die in diesem Zeitraum entstandenen, nach dem Stand, "
                            "den sie jetzt haben; zusammengeführte zählen einmal."},
    [PHRASE_HOW_SPENT] =
        {"Time spent counts on the day on which it began: while an agent had a chat, and what "
         "agents "
         "added or took off by hand. Requesters with the same e-mail address are one; the address "
         "is what they gave, and need not be theirs.",
         "Aufgewendete Zeit zählt an dem Tag, an dem sie begann: solange ein Agent einen Chat "
         "hatte, und was Agenten von Hand hinzugefügt oder abgezogen haben. Anfragende mit "
         "derselben E-Mail-Adresse sind eine Person; die Adresse ist die angegebene und muss "
         "nicht stimmen."},
    [PHRASE_HOW_RATINGS] =
        {"Ratings are the visitors', of chats that began in this period; in brackets how many "
         "there are. Most people who are asked say nothing.",
         "Bewertungen sind die der Besucher, zu Chats, die in diesem Zeitraum begannen; in "
         "Klammern steht, wie viele es sind. Die meisten, die gefragt werden, sagen nichts."},
    [PHRASE_NUMBER] = {"Number", "Nummer"},
    [PHRASE_STATE] = {"State", "Stand"},
    [PHRASE_OWNER] = {"Agent", "Agent"},
    [PHRASE_SUBJECT] = {"Subject", "Betreff"},
    [PHRASE_EMAIL] = {"E-mail", "E-Mail"},
    [PHRASE_PHONE] = {"Telephone", "Telefon"},
    [PHRASE_CONVERTED] = {"Made a ticket", "Zum Vorgang gemacht"},
    [PHRASE_CHANGED] = {"Changed", "Geändert"},
    [PHRASE_DUE] = {"Pending until", "Ruht bis"},
    [PHRASE_MERGED] = {"Part of ticket", "Teil von Vorgang"},
    [PHRASE_PARTS] = {"Parts of it", "Teile davon"},
    [PHRASE_LINKS] = {"Linked with", "Verknüpft mit"},
    [PHRASE_TAGS] = {"Tags", "Stichworte"},
    [PHRASE_PRIORITY] = {"Priority", "Dringlichkeit"},
    [PHRASE_PRIORITY_LOW] = {"low", "niedrig"},
    [PHRASE_PRIORITY_NORMAL] = {"normal", "normal"},
    [PHRASE_PRIORITY_HIGH] = {"high", "hoch"},
    [PHRASE_PRIORITY_URGENT] = {"urgent", "dringend"},
    [PHRASE_BEGAN] = {"Began", "Begonnen"},
    [PHRASE_ENDED] = {"Ended", "Beendet"},
    [PHRASE_RECORD] = {"Record", "Verlauf"},
    [PHRASE_TICKET] = {"Ticket", "Vorgang"},
    [PHRASE_CHAT] = {"Chat", "Chat"},
    [PHRASE_NOTE] = {"note", "Notiz"},
    [PHRASE_VISITOR] = {"Visitor", "Besucher"},
    [PHRASE_TAKEN_BACK] = {"A line stood here that was taken back.",
                           "Hier stand eine Zeile, die zurückgenommen wurde."},
    [PHRASE_CORRECTED] = {"corrected", "berichtigt"},
    [PHRASE_FIELDS] = {"Kept of them", "Behaltenes"},
    [PHRASE_OWN] = {"Fields", "Felder"},
    [PHRASE_NOBODY] = {"nobody", "niemand"},
};

static const struct {
    const char *event;
    const char *en;
    const char *de;
} EVENTS[] = {
    {"joined", "joined", "dazugekommen"},
    {"lost", "lost", "weg"},
    {"handed-back", "handed back", "zurückgegeben"},
    {"transferred", "handed over", "weitergegeben"},
    {"left", "left", "gegangen"},
    {"closed", "ended", "beendet"},
    {"left-message", "message left", "Nachricht hinterlassen"},
    {"closing", "department closes", "Abteilung schließt"},
    {"ticket-received", "ticket received", "Vorgang angenommen"},
    {"ticket-taken", "ticket taken", "Vorgang übernommen"},
    {"ticket-waiting", "ticket waits for the requester", "Vorgang wartet auf Anfragende"},
    {"ticket-solved", "ticket solved", "Vorgang gelöst"},
    {"about", "status", "Status"},
    {"invitation", "invitation", "Einladung"},
    {"reminded", "reminded of the answer", "an die Antwort erinnert"},
    {"reported", "supervisors told", "Aufsicht verständigt"},
    {"called", "absent agents told", "Abwesende verständigt"},
    {"changed", "changed", "geändert"},
    {"field", "field", "Feld"},
    {"tagged", "tag added", "Stichwort dazu"},
    {"untagged", "tag taken off", "Stichwort weg"},
    {"hold", "put on hold", "angehalten"},
    {"hold-over", "time on hold is over", "Zeit des Haltens vorbei"},
    {"resumed", "back from hold", "geht weiter"},
    {"reason", "reason", "Grund"},
    {"rated", "rated", "bewertet"},
    {"blocked", "blocked", "gesperrt"},
    {"priority", "priority", "Dringlichkeit"},
    {"page", "page offered", "Seite angeboten"},
    {"opened", "page opened", "Seite geöffnet"},
    {"declined", "page declined", "Seite abgelehnt"},
    {"file", "file", "Datei"},
    {"form", "form sent", "Formular geschickt"},
    {"form-answered", "form answered", "Formular ausgefüllt"},
    {"form-declined", "form declined", "Formular abgelehnt"},
    {"form-withdrawn", "form taken back", "Formular zurückgezogen"},
    {"converted", "made a ticket", "zum Vorgang gemacht"},
    {"state", "state", "Stand"},
    {"due", "pending until", "ruht bis"},
    {"assigned", "given to", "gegeben an"},
    {"subject", "subject", "Betreff"},
    {"time", "time spent", "aufgewendete Zeit"},
    {"watched", "watches", "liest mit"},
    {"unwatched", "watches no more", "liest nicht mehr mit"},
    {"linked", "linked with", "verknüpft mit"},
    {"unlinked", "no longer linked with", "nicht mehr verknüpft mit"},
    {"merged", "merged", "zusammengeführt"},
    {"separated", "no longer part of", "nicht mehr Teil von"},
    {"split", "split off", "abgetrennt"},
    {"service-warned", "time is short", "Zeit wird knapp"},
    {"service-breached", "time is over", "Zeit überschritten"},
};

const char *phrase(enum phrase_language language, enum phrase what)
{
    return language == PHRASE_DE ? TEXTS[what].de : TEXTS[what].en;
}

const char *phrase_event(enum phrase_language language, const char *event)
{
    for (size_t i = 0; i < sizeof EVENTS / sizeof *EVENTS; i++) {
        if (strcmp(EVENTS[i].event, event) == 0) {
            return language == PHRASE_DE ? EVENTS[i].de : EVENTS[i].en;
        }
    }
    return event; /* one that a newer desk wrote */
}
