#include "client/screen.h"

#include "base/mem.h"
#include "client/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct screen {
    struct session *session;
    char *current; /* whom text goes to, or NULL */
    char *hinted;  /* whose line was last shown with a hint how to answer */
};

struct screen *screen_create(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    return mem_alloc(sizeof(struct screen));
}

void screen_destroy(struct screen *screen)
{
    if (screen) {
        free(screen->current);
        free(screen->hinted);
        free(screen);
    }
}

void screen_connect(struct screen *screen, struct session *s)
{
    screen->session = s;
}

static bool is_current(const struct screen *screen, const struct contact *contact)
{
    return screen->current && strcmp(screen->current, contact->jid) == 0;
}

static void print_who(const struct contact *contact)
{
    int local = contact_local_len(contact);
    if (strncmp(contact->name, contact->jid, (size_t)local) == 0 && !contact->name[local]) {
        printf("%s", contact->name);
    } else {
        printf("%s (%.*s)", contact->name, local, contact->jid);
    }
}

/* Lines of a text behind its first are set in, so that no text looks like somebody else's. */
static void print_text(const char *text)
{
    for (const char *c = text; *c; c++) {
        putchar(*c);
        if (*c == '\n') {
            printf("        ");
        }
    }
    putchar('\n');
}

static void print_time(const char *stamp)
{
    struct tm parts = {0};
    time_t when = time(NULL);
    if (stamp && strptime(stamp, "%Y-%m-%dT%H:%M:%S", &parts)) {
        when = timegm(&parts);
    }
    char clock[16] = "";
    localtime_r(&when, &parts);
    if (strftime(clock, sizeof clock, "%H:%M", &parts) > 0) {
        printf("[%s] ", clock);
    }
}

static void print_state(const struct contact *contact)
{
    static const struct {
        const char *show;
        const char *words;
    } shows[] = {{"away", ", away"}, {"xa", ", away for long"}, {"dnd", ", not to be disturbed"}};
    for (size_t i = 0; i < sizeof shows / sizeof shows[0]; i++) {
        if (strcmp(contact->show, shows[i].show) == 0) {
            printf("%s", shows[i].words);
        }
    }
    if (contact->status && contact->status[0]) {
        printf(": %s", contact->status);
    }
    putchar('\n');
}

static void turn_to(struct screen *screen, const struct contact *contact)
{
    mem_replace(&screen->current, contact->jid);
    printf("-> ");
    print_who(contact);
    printf("\n");
}

static void on_online(void *ctx, const char *jid)
{
    (void)ctx;
    printf("* you are %s (/help says what you can type)\n", jid);
}

static void on_offline(void *ctx, const char *why, int retry_ms)
{
    (void)ctx;
    if (retry_ms < 0) {
        printf("! %s\n", why);
    } else {
        printf("! offline: %s; next try in %d s\n", why, (retry_ms + 999) / 1000);
    }
}

static void forget(struct screen *screen, const struct contact *contact)
{
    if (is_current(screen, contact)) {
        mem_replace(&screen->current, NULL);
        printf("-> nobody\n");
    }
}

static void on_contact(void *ctx, struct contact *contact, enum session_change change)
{
    struct screen *screen = ctx;
    switch (change) {
    case CONTACT_CAME:
    case CONTACT_CHANGED:
        printf("* ");
        print_who(contact);
        printf("%s", change == CONTACT_CAME ? " is here" : "");
        print_state(contact);
        break;
    case CONTACT_LEFT:
        printf("* ");
        print_who(contact);
        printf(" is gone");
        print_state(contact);
        break;
    case CONTACT_TYPING:
        if (contact->is_typing) {
            printf("* ");
            print_who(contact);
            printf(" is typing\n");
        }
        break;
    case CONTACT_REMOVED:
        forget(screen, contact);
        break;
    case CONTACT_ADDED:
        break;
    }
}

static void on_message(void *ctx, struct contact *contact, const struct session_message *message)
{
    struct screen *screen = ctx;
    print_time(message->stamp);
    print_who(contact);
    printf(": ");
    print_text(message->body);
    bool is_stranger = !contact->in_roster && !contact->is_here;
    if (!screen->current && !is_stranger) {
        turn_to(screen, contact);
    } else if (!is_current(screen, contact) &&
               (!screen->hinted || strcmp(screen->hinted, contact->jid) != 0)) {
        if (is_stranger) {
            printf("        (/to %s answers)\n", contact->jid);
        } else {
            printf("        (/to %u answers)\n", contact->number);
        }
        mem_replace(&screen->hinted, contact->jid);
    }
}

static void on_receipt(void *ctx, const char *from, const char *id, const char *what)
{
    (void)ctx;
    (void)from;
    (void)id;
    (void)what;
}

static void on_error(void *ctx, const char *from, const char *id, const char *condition,
                     const char *text)
{
    (void)ctx;
    if (id[0]) { /* without an id it was typing or a receipt: no loss */
        printf("! not delivered to %s: %s\n", from, text && text[0] ? text : condition);
    }
}

static void on_subscribe(void *ctx, const char *from)
{
    (void)ctx;
    printf("* %s asks to be your contact: /accept %s\n", from, from);
}

const struct session_calls SCREEN_CALLS = {
    .on_online = on_online,
    .on_offline = on_offline,
    .on_contact = on_contact,
    .on_message = on_message,
    .on_receipt = on_receipt,
    .on_error = on_error,
    .on_subscribe = on_subscribe,
};

static void list(struct screen *screen)
{
    unsigned here = 0;
    list_for_each (struct contact, contact, &session_contacts(screen->session)->all, link) {
        if (contact->is_here) {
            here++;
            printf("%s%3u ", is_current(screen, contact) ? "->" : "  ", contact->number);
            print_who(contact);
            print_state(contact);
        }
    }
    if (here == 0) {
        printf("   nobody is here\n");
    }
}

static void choose(struct screen *screen, const char *what)
{
    struct contact *contact = contacts_find(session_contacts(screen->session), what);
    if (contact) {
        turn_to(screen, contact);
    } else if (strchr(what, '@')) {
        mem_replace(&screen->current, what);
        printf("-> %s\n", what);
    } else {
        printf("! nobody, or more than one, is called %s (/list)\n", what);
    }
}

static void say(struct screen *screen, const char *text)
{
    if (!screen->current) {
        printf("! to whom? (/list, /to NUMBER)\n");
    } else if (!session_say(screen->session, screen->current, text, NULL, NULL)) {
        printf("! not sent: offline\n");
    }
}

bool screen_handle_line(void *ctx, char *line)
{
    struct screen *screen = ctx;
    struct command command = command_parse(line);
    bool done = true;
    switch (command.kind) {
    case COMMAND_NOTHING:
        break;
    case COMMAND_SAY:
        say(screen, command.text);
        break;
    case COMMAND_LIST:
        list(screen);
        break;
    case COMMAND_TO:
        choose(screen, command.text);
        break;
    case COMMAND_SHOW:
        done = session_show(screen->session, command.show, command.text);
        break;
    case COMMAND_ACCEPT:
        done = session_accept(screen->session, command.text);
        break;
    case COMMAND_HELP:
        printf("%s", COMMAND_HELP_TEXT);
        break;
    case COMMAND_QUIT:
        return false;
    case COMMAND_UNKNOWN:
        printf("! unknown, or something is missing behind it (/help)\n");
        break;
    }
    if (!done) {
        printf("! offline\n");
    }
    return true;
}
