#include "mail/mailer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pace.h"
#include "base/text.h"
#include "desk/desk.h"
#include "mail/courier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINES = 100, /* of a mail; storage gives no more at once */
    PAUSE_MS = 2 * 1000,
    PAUSE_MAX_MS = 10 * 60 * 1000
};

struct mailer {
    struct mailer_config config;
    struct letter_site *sites; /* of config */
    struct storage *storage;
    struct desk *desk;
    struct courier *courier;
    bool is_busy; /* with letter */
    struct letter letter;
    uint64_t read;    /* under way; 0: none */
    time_ms pace;     /* monotonic */
    time_ms pause_ms; /* after the server could not be reached; 0: it can */
    time_ms paused_until;
    char trouble[SMTP_WORDS];
};

/* ---- what came of it ---- */

static void finish(struct mailer *m, enum mail_outcome outcome, const char *words)
{
    struct mail_record mail = m->letter.mail;

    m->is_busy = false;
    letter_finish(&m->letter);
    desk_mail_done(m->desk, clock_utc_ms(), &mail, outcome, words);
}

/* Once when it begins, not for each try. */
static void note_trouble(struct mailer *m, const char *words)
{
    if (!text_equal(m->trouble, words)) {
        log_warn("mail: none can be sent, %zu wait: %s; trying again", desk_mail_count(m->desk),
                 log_safe(words));
        snprintf(m->trouble, sizeof m->trouble, "%s", words);
    }
    m->pause_ms = m->pause_ms == 0 ? PAUSE_MS : 2 * m->pause_ms;
    m->pause_ms = m->pause_ms > PAUSE_MAX_MS ? PAUSE_MAX_MS : m->pause_ms;
    m->paused_until = clock_monotonic_ms() + m->pause_ms;
}

static void forget_trouble(struct mailer *m)
{
    if (m->trouble[0] != '\0') {
        log_info("mail: the server takes them again");
        m->trouble[0] = '\0';
    }
    m->pause_ms = 0;
    m->paused_until = 0;
}

static void on_done(void *ctx, const struct smtp_answer *answer)
{
    static const enum mail_outcome OUTCOMES[] = {[SMTP_DONE] = MAIL_SENT,
                                                 [SMTP_REFUSED] = MAIL_REFUSED,
                                                 [SMTP_PUT_OFF] = MAIL_PUT_OFF,
                                                 [SMTP_NO_SERVER] = MAIL_NO_SERVER};
    static const char *const WORDS[] = {[SMTP_DONE] = "sent",
                                        [SMTP_REFUSED] = "refused",
                                        [SMTP_PUT_OFF] = "put off",
                                        [SMTP_NO_SERVER] = "not sent"};
    struct mailer *m = ctx;

    /* Of the server's words about a mail only the code: they may name the visitor. */
    log_info("mail: %s ticket=%lld kind=%s tries=%u%s%.3s", WORDS[answer->result],
             (long long)m->letter.mail.ticket, m->letter.mail.first == 0 ? "receipt" : "answer",
             m->letter.mail.tries, answer->words[0] != '\0' ? " reply=" : "",
             answer->result == SMTP_NO_SERVER ? "-" : answer->words);
    if (answer->result == SMTP_NO_SERVER) {
        note_trouble(m, answer->words);
    } else {
        forget_trouble(m);
    }
    finish(m, OUTCOMES[answer->result], answer->words);
}

/* ---- reading and writing ---- */

static void send_letter(struct mailer *m, const struct entry_record *const *lines, size_t count)
{
    char *text = letter_print(&m->letter, &m->config.house, lines, count);

    if (text == NULL) {
        log_error("mail: ticket=%lld cannot be written: a header is not good",
                  (long long)m->letter.mail.ticket);
        finish(m, MAIL_REFUSED, "a header is not good");
        return;
    }
    courier_take(m->courier, &m->config.server,
                 &(struct smtp_mail){m->config.house.from, m->letter.to, text});
    free(text);
}

static void on_lines(void *ctx, const struct entry_record *entries, size_t count, bool complete,
                     int64_t total)
{
    struct mailer *m = ctx;
    const struct entry_record *lines[LINES];
    size_t carried = 0;

    (void)complete;
    (void)total;
    m->read = 0;
    for (size_t i = 0; i < count && i < LINES; i++) {
        if (desk_mail_carries(&m->letter.mail, &entries[i])) {
            lines[carried++] = &entries[i];
        }
    }
    if (carried == 0 || !m->config.is_on) {
        finish(m, carried == 0 ? MAIL_NOT_WANTED : MAIL_NO_SERVER, "");
    } else {
        send_letter(m, lines, carried);
    }
}

static void read_lines(struct mailer *m)
{
    const struct history_query query = {.visitor = m->letter.visitor,
                                        .department = m->letter.address,
                                        .after = m->letter.mail.first - 1,
                                        .max = LINES};

    m->read = storage_history(m->storage, &query, on_lines, m);
}

static const char *name_of(const struct mailer *m, const struct ticket_answer *answer)
{
    struct department_view p;
    const char *id = answer->chat != NULL ? answer->chat->address : "";

    return desk_department(m->desk, id, &p) ? p.name : id;
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct mailer *m = ctx;
    const struct mail_record mail = m->letter.mail;

    m->read = 0;
    letter_init(&m->letter, &m->config.house, &mail, answer, name_of(m, answer));
    if (m->letter.to == NULL || !m->config.is_on) {
        finish(m, m->letter.to == NULL ? MAIL_NOT_WANTED : MAIL_NO_SERVER, "");
    } else if (mail.first == 0) {
        send_letter(m, NULL, 0);
    } else {
        read_lines(m);
    }
}

void mailer_tick(struct mailer *m)
{
    time_ms now = clock_monotonic_ms();

    if (!m->config.is_on || m->is_busy || now < m->paused_until ||
        storage_is_refusing(m->storage) || !desk_mail_is_due(m->desk)) {
        return;
    }
    if (!pace_take(&m->pace, m->config.per_minute, 60 * 1000 / m->config.per_minute, now) ||
        !desk_mail_take(m->desk, clock_utc_ms(), &m->letter.mail)) {
        return;
    }
    m->is_busy = true;
    m->read = storage_ticket(m->storage, m->letter.mail.ticket, on_ticket, m);
}

/* ---- life ---- */

struct mailer *mailer_create(const struct mailer_config *config, struct storage *storage,
                             struct desk *desk)
{
    struct mailer *m = mem_alloc(sizeof *m);

    m->storage = storage;
    m->desk = desk;
    mailer_configure(m, config);
    m->courier = courier_create(on_done, m);
    return m;
}

void mailer_destroy(struct mailer *m)
{
    if (m == NULL) {
        return;
    }
    courier_destroy(m->courier);
    if (m->read != 0) {
        storage_cancel(m->storage, m->read);
    }
    letter_finish(&m->letter);
    free(m->sites);
    free(m);
}

/* Another server may be another story. */
void mailer_configure(struct mailer *m, const struct mailer_config *config)
{
    size_t count = config->house.site_count;

    free(m->sites);
    m->sites = mem_array(count + 1, sizeof *m->sites);
    for (size_t i = 0; i < count; i++) {
        m->sites[i] = config->house.sites[i];
    }
    m->config = *config;
    m->config.house.sites = m->sites;
    m->pause_ms = 0;
    m->paused_until = 0;
    if (!config->is_on) {
        m->trouble[0] = '\0';
    }
}

int mailer_fd(const struct mailer *m)
{
    return courier_fd(m->courier);
}

void mailer_dispatch(struct mailer *m)
{
    courier_dispatch(m->courier);
    mailer_tick(m); /* the next one */
}

const char *mailer_trouble(const struct mailer *m)
{
    return m->trouble;
}
