#include "mail/message.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/email.h"
#include "base/text.h"
#include "base/unicode.h"

#include <stdbool.h>
#include <string.h>

enum { LINE = 76, WORD = 75, PLAIN_BYTES = 60, ID_BYTES = 200 };

/* ---- what may stand in a header ---- */

static bool is_line(const char *text)
{
    size_t len = strlen(text);

    if (!text_is_utf8(text, len)) {
        return false;
    }
    for (size_t at = 0; at < len;) {
        uint32_t point;
        at += unicode_decode(text + at, len - at, &point);
        if (unicode_is_control(point) || unicode_is_newline(point)) {
            return false;
        }
    }
    return true;
}

/* Of an id: a dot-atom, an @, a domain; as addresses have them, but longer. */
static bool is_id(const char *text)
{
    const char *at = strchr(text, '@');
    size_t len = strlen(text);

    return at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
           len <= ID_BYTES &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@") ==
               len;
}

static bool may_stand(const struct message *m)
{
    bool is_automatic =
        text_equal(m->automatic, "auto-replied") || text_equal(m->automatic, "auto-generated");

    return is_line(m->from_name) && email_is_mailable(m->from) && email_is_mailable(m->to) &&
           (m->reply_to == NULL || email_is_mailable(m->reply_to)) && is_line(m->subject) &&
           is_id(m->id) && is_id(m->thread) && is_automatic &&
           strspn(m->language, "abcdefghijklmnopqrstuvwxyz") == strlen(m->language);
}

/* ---- text in a header ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Letters, digits and blanks need no quoting anywhere. */
static bool is_plain(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (!is_letter(*at) && *at != ' ') {
            return false;
        }
    }
    return text[0] != ' ' && strlen(text) <= PLAIN_BYTES;
}

/* Encoded words (RFC 2047, Q), one a line: no character is cut in two. */
static void add_encoded(struct buf *out, const char *text)
{
    static const char BEGIN[] = "=?UTF-8?Q?";
    size_t len = strlen(text);
    size_t used = 0;

    for (size_t at = 0; at < len;) {
        uint32_t point;
        size_t bytes = unicode_decode(text + at, len - at, &point);
        bool is_bare = bytes == 1 && is_letter(text[at]);
        size_t room = is_bare ? 1 : 3 * bytes;
        if (used == 0 || used + room + 2 > WORD) {
            buf_printf(out, "%s%s", used > 0 ? "?=\r\n " : "", BEGIN);
            used = sizeof BEGIN - 1;
        }
        for (size_t i = 0; i < bytes; i++) {
            buf_printf(out, is_bare ? "%c" : "=%02X", (unsigned char)text[at + i]);
        }
        used += room;
        at += bytes;
    }
    buf_add_text(out, used > 0 ? "?=" : "");
}

static void add_text(struct buf *out, const char *text)
{
    if (is_plain(text)) {
        buf_add_text(out, text);
    } else {
        buf_add_text(out, "\r\n ");
        add_encoded(out, text);
    }
}

static void add_date(struct buf *out, time_ms at)
{
    static const char *const DAYS[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const time_ms day_ms = 24LL * 3600 * 1000;
    int64_t day = at / day_ms - (at % day_ms < 0 ? 1 : 0);
    int seconds = (int)((at - day * day_ms) / 1000);
    struct date date = date_of_day(day);

    buf_printf(out, "Date: %s, %u %s %lld %02d:%02d:%02d +0000\r\n", DAYS[date_weekday(day)],
               date.day, MONTHS[date.month - 1], (long long)date.year, seconds / 3600,
               seconds / 60 % 60, seconds % 60);
}

/* ---- the body: quoted-printable ---- */

static void add_body(struct buf *out, const char *body)
{
    size_t used = 0;

    for (const char *at = body; *at != '\0'; at++) {
        if (*at == '\n') {
            buf_add_text(out, "\r\n");
            used = 0;
            continue;
        }
        bool ends = at[1] == '\n' || at[1] == '\0';
        bool is_bare = (*at > ' ' && *at < 127 && *at != '=') || (*at == ' ' && !ends);
        size_t room = is_bare ? 1 : 3;
        if (used + room > LINE - (ends ? 0 : 1)) {
            buf_add_text(out, "=\r\n");
            used = 0;
        }
        buf_printf(out, is_bare ? "%c" : "=%02X", (unsigned char)*at);
        used += room;
    }
    buf_add_text(out, used > 0 ? "\r\n" : "");
}

char *message_print(const struct message *m)
{
    struct buf out;

    if (!may_stand(m)) {
        return NULL;
    }
    buf_init(&out, SIZE_MAX - 1);
    add_date(&out, m->at);
    buf_add_text(&out, "From: ");
    add_text(&out, m->from_name);
    buf_printf(&out, "\r\n <%s>\r\nTo: <%s>\r\n", m->from, m->to);
    if (m->reply_to != NULL) {
        buf_printf(&out, "Reply-To: <%s>\r\n", m->reply_to);
    }
    buf_add_text(&out, "Subject: ");
    add_text(&out, m->subject);
    buf_printf(&out, "\r\nMessage-ID: <%s>\r\nReferences: <%s>\r\n", m->id, m->thread);
    buf_printf(&out, "Auto-Submitted: %s\r\nContent-Language: %s\r\n", m->automatic, m->language);
    buf_add_text(&out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
                       "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    add_body(&out, m->body);
    return buf_detach(&out);
}
