#include "desk/mail.h"

#include "base/email.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pace.h"
#include "base/text.h"
#include "desk/desk_state.h"

#include <ctype.h>
#include <stdlib.h>

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, ADDRESSES = 10000 };

/* ---- the rows ---- */

void mails_init(struct mails *m)
{
    list_init(&m->waiting);
}

static void forget(struct desk *d, struct mail *m)
{
    list_remove(&m->link);
    free(m);
    d->mails.count--;
}

void mails_finish(struct mails *m)
{
    list_for_each_safe (struct mail, mail, &m->waiting, link) {
        list_remove(&mail->link);
        free(mail);
    }
    paces_destroy(m->addresses);
}

static struct mail *find(const struct desk *d, int64_t ticket, int64_t first)
{
    list_for_each (struct mail, m, &d->mails.waiting, link) {
        if (m->record.ticket == ticket && m->record.first == first) {
            return m;
        }
    }
    return NULL;
}

/* Where the ticket's next line goes: it was not begun yet. */
static struct mail *find_open(const struct desk *d, int64_t ticket)
{
    list_for_each (struct mail, m, &d->mails.waiting, link) {
        if (m->record.ticket == ticket && m->record.first != 0 && m->record.tries == 0) {
            return m;
        }
    }
    return NULL;
}

static void line_up(struct desk *d, struct mail *mail)
{
    struct list *position = &d->mails.waiting;

    list_remove(&mail->link);
    while (position->prev != &d->mails.waiting &&
           LIST_OF(struct mail, position->prev, link)->ready > mail->ready) {
        position = position->prev;
    }
    list_insert_before(position, &mail->link);
}

/* One by one into an empty line: who is lined up while others are still to be would come again. */
static void line_up_anew(struct desk *d)
{
    struct list loaded;

    list_init(&loaded);
    while (!list_is_empty(&d->mails.waiting)) {
        struct list *first = d->mails.waiting.next;
        list_remove(first);
        list_append(&loaded, first);
    }
    list_for_each_safe (struct mail, m, &loaded, link) {
        line_up(d, m);
    }
}

static struct mail *add(struct desk *d, const struct mail_record *r, time_ms ready)
{
    struct mail *m = mem_alloc(sizeof *m);

    m->record = *r;
    m->ready = ready;
    list_init(&m->link);
    line_up(d, m);
    d->mails.count++;
    return m;
}

static void drop(struct desk *d, struct mail *m)
{
    storage_drop_mail(d->storage, m->record.ticket, m->record.first);
    forget(d, m);
}

static void create(struct desk *d, time_ms now, struct mail_record r, time_ms after)
{
    r.at = now;
    r.due = now + after;
    add(d, &r, d->steady + after);
    storage_put_mail(d->storage, &r);
}

/* ---- start, configuration, time ---- */

void desk_load_mail(struct desk *d, const struct mail_record *r)
{
    add(d, r, 0);
}

/* For how long they had to wait is known again; a clock that was wrong keeps none for ever. */
void mails_start(struct desk *d, time_ms now)
{
    time_ms most = d->config.mail.unseen_ms > HOUR_MS ? d->config.mail.unseen_ms : HOUR_MS;

    list_for_each (struct mail, m, &d->mails.waiting, link) {
        time_ms left = m->record.due - now;
        m->ready = d->steady + (left < 0 ? 0 : left > most ? most : left);
    }
    line_up_anew(d);
}

void mails_configure(struct desk *d)
{
    const struct desk_mail_config *config = &d->config.mail;

    paces_destroy(d->mails.addresses);
    d->mails.addresses = NULL;
    d->mails.receipts = 0;
    if (config->is_on) {
        d->mails.addresses = paces_create(config->receipts_per_address,
                                          HOUR_MS / config->receipts_per_address, ADDRESSES);
    }
}

void mails_tick(struct desk *d)
{
    if (d->mails.addresses != NULL) {
        paces_tick(d->mails.addresses, d->steady);
    }
}

size_t desk_mail_count(const struct desk *d)
{
    return d->mails.count;
}

/* ---- what is to go ---- */

static bool is_full(const struct desk *d)
{
    return d->mails.count >= d->config.mail.max_waiting;
}

/* Small letters: many servers make no difference, so neither may the limit. */
static bool may_write_to(struct desk *d, const char *address)
{
    unsigned most = d->config.mail.receipts_per_hour;
    char *name = mem_dup(address);

    for (char *at = name; *at != '\0'; at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    bool may = paces_take(d->mails.addresses, name, d->steady) &&
               pace_take(&d->mails.receipts, most, HOUR_MS / most, d->steady);
    free(name);
    return may;
}

bool mail_receipt(struct desk *d, time_ms now, const struct ticket *t)
{
    const struct chat *c = desk_find_chat(d, t->record.number);
    const struct visitor *v = c != NULL ? c->visitor : NULL;

    if (!d->config.mail.is_on || v == NULL || t->record.state != TICKET_NEW ||
        !email_is_mailable(v->record.email) || v->record.only_agent[0] != '\0' ||
        blocks_of(&d->blocks, v->record.id) != NULL || find(d, t->record.number, 0) != NULL) {
        return false;
    }
    if (is_full(d) || !may_write_to(d, v->record.email)) {
        log_warn("mail: no receipt of ticket %lld: too many are asked for, or wait",
                 (long long)t->record.number);
        return false;
    }
    create(d, now, (struct mail_record){.ticket = t->record.number}, 0);
    return true;
}

/* Of who is not in memory it is known when the mail is to go. */
static bool has_no_address(const struct desk *d, int64_t number)
{
    const struct chat *c = desk_find_chat(d, number);

    return c != NULL && !email_is_mailable(c->visitor->record.email);
}

void mail_reply(struct desk *d, time_ms now, const struct ticket *t, const struct entry_record *e)
{
    int64_t number = t->record.number;
    struct mail *open = find_open(d, number);

    if (!d->config.mail.is_on || has_no_address(d, number)) {
        return;
    }
    if (open != NULL) {
        open->record.last = e->sequence;
        storage_put_mail(d->storage, &open->record);
    } else if (is_full(d)) {
        log_warn("mail: none about ticket %lld: %zu wait already", (long long)number,
                 d->mails.count);
        ticket_note(d, now, t, "", "mail-failed", "too many wait");
    } else {
        create(d, now,
               (struct mail_record){.ticket = number, .first = e->sequence, .last = e->sequence},
               d->config.mail.unseen_ms);
    }
}

void mail_seen(struct desk *d, int64_t number, int64_t sequence)
{
    list_for_each_safe (struct mail, m, &d->mails.waiting, link) {
        const struct mail_record *r = &m->record;
        if (r->ticket != number || r->first == 0 || r->last > sequence) {
            continue;
        }
        if (m->is_under_way) {
            m->is_seen = true;
        } else {
            drop(d, m);
        }
    }
}

bool desk_mail_carries(const struct mail_record *mail, const struct entry_record *e)
{
    return mail->first != 0 && e->chat == mail->ticket && e->sequence >= mail->first &&
           e->sequence <= mail->last && e->kind == ENTRY_MESSAGE && e->by == BY_AGENT &&
           e->fate != FATE_RETRACTED && e->seen != SEEN_DISPLAYED;
}

/* ---- what becomes of it ---- */

static struct mail *find_due(const struct desk *d)
{
    list_for_each (struct mail, m, &d->mails.waiting, link) {
        if (!d->config.mail.is_on || m->ready > d->steady) {
            return NULL;
        }
        if (!m->is_under_way) {
            return m;
        }
    }
    return NULL;
}

bool desk_mail_is_due(const struct desk *d)
{
    return find_due(d) != NULL;
}

bool desk_mail_take(struct desk *d, time_ms now, struct mail_record *out)
{
    desk_pass(d, now);
    struct mail *m = find_due(d);
    if (m == NULL) {
        return false;
    }
    m->is_under_way = true;
    m->record.tries++;
    storage_put_mail(d->storage, &m->record);
    *out = m->record;
    return true;
}

static void note(struct desk *d, time_ms now, const struct mail *m, const char *event,
                 const char *words)
{
    const struct ticket t = {.record = {.number = m->record.ticket}};
    const char *kind = m->record.first == 0 ? "receipt" : "answer";
    char *body = mem_print("%s%s%s", kind, words[0] != '\0' ? ": " : "", words);

    ticket_note(d, now, &t, "", event, body);
    free(body);
}

static void put_off(struct desk *d, time_ms now, struct mail *m, time_ms pause)
{
    m->is_under_way = false;
    m->record.due = now + pause;
    m->ready = d->steady + pause;
    line_up(d, m);
    storage_put_mail(d->storage, &m->record);
}

static time_ms pause_of(const struct mail *m)
{
    static const unsigned MINUTES[] = {MAIL_PAUSES_MIN};
    size_t last = sizeof MINUTES / sizeof *MINUTES - 1;
    size_t at = m->record.tries - 1 < last ? m->record.tries - 1 : last;

    return (time_ms)MINUTES[at] * MINUTE_MS;
}

void desk_mail_done(struct desk *d, time_ms now, const struct mail_record *mail,
                    enum mail_outcome outcome, const char *words)
{
    struct mail *m = find(d, mail->ticket, mail->first);

    desk_pass(d, now);
    if (m == NULL) {
        return; /* erased meanwhile */
    }
    bool is_over = outcome == MAIL_REFUSED ||
                   (outcome >= MAIL_PUT_OFF && now - m->record.at >= d->config.mail.give_up_ms);
    if (outcome == MAIL_SENT) {
        note(d, now, m, "mailed", "");
        drop(d, m);
    } else if (m->is_seen || outcome == MAIL_NOT_WANTED) {
        drop(d, m); /* no loss */
    } else if (is_over) {
        log_warn("mail: given up ticket=%lld tries=%u", (long long)m->record.ticket,
                 m->record.tries);
        note(d, now, m, "mail-failed", words);
        drop(d, m);
    } else {
        put_off(d, now, m, outcome == MAIL_PUT_OFF ? pause_of(m) : 0);
    }
}

void desk_forget_mails(struct desk *d, int64_t ticket)
{
    list_for_each_safe (struct mail, m, &d->mails.waiting, link) {
        if (m->record.ticket == ticket) {
            drop(d, m);
        }
    }
}

/* ---- verify ---- */

void mails_verify(const struct desk *d)
{
    size_t count = 0;
    time_ms last = INT64_MIN;

    list_for_each (struct mail, m, &d->mails.waiting, link) {
        const struct mail_record *r = &m->record;
        count++;
        if (m->ready < last) {
            BUG("mail of ticket %lld: not in its place", (long long)r->ticket);
        }
        last = m->ready;
        if (find(d, r->ticket, r->first) != m) {
            BUG("mail of ticket %lld: twice", (long long)r->ticket);
        }
        if (r->first > r->last || (r->first == 0) != (r->last == 0)) {
            BUG("mail of ticket %lld: lines %lld to %lld", (long long)r->ticket,
                (long long)r->first, (long long)r->last);
        }
        if (r->first != 0 && r->tries == 0 && find_open(d, r->ticket) != m) {
            BUG("ticket %lld: two mails that wait for lines", (long long)r->ticket);
        }
        if (m->is_under_way && r->tries == 0) {
            BUG("mail of ticket %lld: under way, but never begun", (long long)r->ticket);
        }
    }
    if (count != d->mails.count) {
        BUG("desk: %zu mails, %zu counted", count, d->mails.count);
    }
}
