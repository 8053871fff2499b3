/* The daemon's figures as people read them. */
#include "status.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAGE_MAX = 256 * 1024,
    TEXT_POINTS = 300,
    FOLD = 68,
    ID_WIDTH = 10,
    STATE_WIDTH = 6,
    MINUTE_S = 60,
    HOUR_S = 3600,
    DAY_S = 86400
};

#define INDENT "           "

/* ---- what the daemon says ---- */

static long long number(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

static bool is_set(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

/* Names come from a file, and what others say from anywhere; terminals obey control characters. */
static void add_text(struct buf *out, const json_t *object, const char *key)
{
    const char *said = json_string_value(json_object_get(object, key));
    char *clean = text_name_dup(said != NULL ? said : "", TEXT_POINTS);

    buf_add_text(out, clean);
    free(clean);
}

static bool says(const json_t *object, const char *key, const char *text)
{
    return text_equal(json_string_value(json_object_get(object, key)), text);
}

/* The same in lines of at most FOLD columns (of what is ASCII), each behind the first indented as
 * the values of the page are. */
static void add_folded(struct buf *out, const json_t *object, const char *key)
{
    struct buf text;

    buf_init(&text, PAGE_MAX);
    add_text(&text, object, key);
    const char *at = text.bytes;
    while (strlen(at) > FOLD) {
        size_t len = FOLD;
        while (len > 0 && at[len] != ' ') {
            len--;
        }
        len = len > 0 ? len : strcspn(at, " ");
        buf_printf(out, "%.*s\n" INDENT, (int)len, at);
        at += len + strspn(at + len, " ");
    }
    buf_add_text(out, at);
    buf_finish(&text);
}

/* "0:42", "12:05", "3:12:05", "3 d 04:12". */
static void add_duration(struct buf *out, long long seconds)
{
    long long rest = seconds % MINUTE_S;
    long long minutes = seconds / MINUTE_S % 60;
    long long hours = seconds / HOUR_S % 24;

    if (seconds >= DAY_S) {
        buf_printf(out, "%lld d %02lld:%02lld", seconds / DAY_S, hours, minutes);
    } else if (seconds >= HOUR_S) {
        buf_printf(out, "%lld:%02lld:%02lld", hours, minutes, rest);
    } else {
        buf_printf(out, "%lld:%02lld", minutes, rest);
    }
}

/* ---- the lines ---- */

static void add_head(struct buf *out, const json_t *s)
{
    buf_add_text(out, "tresen ");
    add_text(out, s, "version");
    buf_add_text(out, "   up ");
    add_duration(out, number(s, "uptime_s"));
    buf_printf(out, "   memory %lld MB   processor ", number(s, "memory_bytes") / 1000000);
    add_duration(out, number(s, "processor_s"));
    buf_add_text(out, "\n\nready      ");
    if (is_set(s, "ready")) {
        buf_add_text(out, "yes");
    } else {
        buf_add_text(out, "NO: ");
        add_text(out, s, "unready");
    }
    buf_add_char(out, '\n');
}

static void add_link(struct buf *out, const json_t *s)
{
    const json_t *link = json_object_get(s, "link");

    buf_add_text(out, "link       ");
    if (says(link, "state", "up")) {
        buf_add_text(out, "up");
    } else {
        buf_add_text(out, "DOWN");
    }
    buf_printf(out, "; handshakes since the start: %lld", number(link, "handshakes"));
    if (!says(link, "fault", "")) {
        buf_add_text(out, "\n" INDENT);
        add_folded(out, link, "fault");
    }
    buf_add_text(out, "\nrosters    ");
    add_text(out, s, "roster");
    buf_add_char(out, '\n');
}

static void add_visitors(struct buf *out, const json_t *s)
{
    const json_t *visitors = json_object_get(s, "visitors");
    const json_t *connections = json_object_get(s, "connections");

    buf_printf(out,
               "visitors   online: %lld, in a chat: %lld; streams: %lld, connections: %lld of "
               "%lld\n",
               number(visitors, "online"), number(visitors, "chatting"), number(s, "streams"),
               number(connections, "now"), number(connections, "limit"));
}

static void add_storage(struct buf *out, const json_t *s)
{
    const json_t *commits = json_object_get(s, "commits");
    const json_t *within = json_object_get(commits, "within_ms_99");
    long long count = number(commits, "count");

    buf_printf(out, "storage    %s; commits: %lld",
               says(s, "storage", "good") ? "good" : "REFUSING", count);
    if (count > 0) {
        buf_printf(out, ", mean %lld ms", number(commits, "mean_ms"));
    }
    if (json_is_integer(within)) {
        buf_printf(out, ", 99 %% within %lld ms", (long long)json_integer_value(within));
    }
    buf_printf(out, "; waiting writes: %lld\n", number(commits, "waiting_writes"));
}

static void add_outbox(struct buf *out, const json_t *s)
{
    const json_t *m = json_object_get(s, "outbox_messages");

    buf_printf(out,
               "outbox     %squeued: %lld, sent: %lld, handed: %lld; came back: %lld, set aside: "
               "%lld\n",
               is_set(m, "full") ? "FULL; " : "", number(m, "queued"), number(m, "sent"),
               number(m, "handed"), number(m, "bounced"), number(m, "set_aside"));
}

static void add_refused(struct buf *out, const json_t *s)
{
    const char *reason;
    json_t *count;
    const char *gap = "";

    buf_add_text(out, "refused    ");
    json_object_foreach(json_object_get(s, "refused"), reason, count)
    {
        if (json_integer_value(count) > 0) {
            buf_printf(out, "%s%s: %lld", gap, reason, (long long)json_integer_value(count));
            gap = ", ";
        }
    }
    buf_add_text(out, gap[0] != '\0' ? "\n" : "nothing\n");
}

static void add_mail(struct buf *out, const json_t *s)
{
    const json_t *mail = json_object_get(s, "mail");

    if (mail != NULL) {
        buf_printf(out, "mail       waiting: %lld", number(mail, "waiting"));
        if (!says(mail, "trouble", "")) {
            buf_add_text(out, "; NONE CAN BE SENT\n" INDENT);
            add_folded(out, mail, "trouble");
        }
        buf_add_char(out, '\n');
    }
}

/* ---- the table ---- */

static size_t id_width(json_t *departments)
{
    size_t index;
    json_t *p;
    size_t width = ID_WIDTH;

    json_array_foreach(departments, index, p)
    {
        const char *id = json_string_value(json_object_get(p, "id"));
        size_t points = id != NULL ? strlen(id) : 0; /* ids are ASCII */
        width = points > width ? points : width;
    }
    return width;
}

static void add_padded(struct buf *out, const json_t *object, const char *key, size_t width)
{
    size_t before = out->len;

    add_text(out, object, key);
    for (size_t len = out->len - before; len < width; len++) {
        buf_add_char(out, ' ');
    }
}

/* Whose client gives no sign of life is gone, as far as visitors are concerned. */
static void add_department(struct buf *out, const json_t *p, size_t width)
{
    const json_t *agents = json_object_get(p, "agents");
    struct buf wait;

    add_padded(out, p, "id", width);
    buf_add_char(out, ' ');
    if (is_set(p, "open")) {
        add_padded(out, p, "state", STATE_WIDTH);
    } else {
        buf_add_text(out, "closed");
    }
    buf_init(&wait, 32);
    add_duration(&wait, number(p, "longest_wait_s"));
    buf_printf(out, " %6lld %7lld %6lld %4lld %7s %5lld  %4lld %4lld %4lld %4lld\n",
               number(p, "queued"), number(p, "offered"), number(p, "active"), number(p, "left"),
               wait.bytes, number(p, "free_seats"), number(agents, "free"), number(agents, "away"),
               number(agents, "busy"), number(agents, "doubtful") + number(agents, "gone"));
    buf_finish(&wait);
}

/* It fits into eighty columns where ids are not longer than "department". */
static void add_departments(struct buf *out, const json_t *s)
{
    json_t *departments = json_object_get(s, "departments");
    size_t width = id_width(departments);
    size_t index;
    json_t *p;

    buf_printf(out, "\n%-*s %-*s %6s %7s %6s %4s %7s %5s  %4s %4s %4s %4s\n", (int)width,
               "department", STATE_WIDTH, "state", "queued", "offered", "active", "left", "longest",
               "seats", "free", "away", "busy", "gone");
    json_array_foreach(departments, index, p)
    {
        add_department(out, p, width);
    }
}

char *status_page_print(const json_t *status)
{
    struct buf out;

    buf_init(&out, PAGE_MAX);
    add_head(&out, status);
    add_link(&out, status);
    add_visitors(&out, status);
    add_storage(&out, status);
    add_outbox(&out, status);
    add_refused(&out, status);
    add_mail(&out, status);
    add_departments(&out, status);
    return buf_detach(&out);
}

/* ---- one line ---- */

/* Of all departments; the longest of the waits. */
struct sums {
    long long queued, offered, active, left, longest_wait_s, free_seats;
};

static struct sums sums_of(json_t *departments)
{
    struct sums sums = {0};
    size_t index;
    json_t *p;

    json_array_foreach(departments, index, p)
    {
        long long wait = number(p, "longest_wait_s");
        sums.queued += number(p, "queued");
        sums.offered += number(p, "offered");
        sums.active += number(p, "active");
        sums.left += number(p, "left");
        sums.free_seats += number(p, "free_seats");
        sums.longest_wait_s = wait > sums.longest_wait_s ? wait : sums.longest_wait_s;
    }
    return sums;
}

static long long refused(const json_t *status)
{
    const char *reason;
    json_t *count;
    long long sum = 0;

    json_object_foreach(json_object_get(status, "refused"), reason, count)
    {
        sum += (long long)json_integer_value(count);
    }
    return sum;
}

char *status_line_print(const json_t *status)
{
    const json_t *messages = json_object_get(status, "outbox_messages");
    struct sums sums = sums_of(json_object_get(status, "departments"));
    bool up = says(json_object_get(status, "link"), "state", "up");
    struct buf out;

    buf_init(&out, PAGE_MAX);
    buf_printf(&out, "ready=%s link=%s storage=%s visitors=%lld streams=%lld",
               is_set(status, "ready") ? "yes" : "no", up ? "up" : "down",
               says(status, "storage", "good") ? "good" : "refusing",
               number(json_object_get(status, "visitors"), "online"), number(status, "streams"));
    buf_printf(&out,
               " queued=%lld offered=%lld active=%lld left=%lld longest_wait_s=%lld "
               "free_seats=%lld",
               sums.queued, sums.offered, sums.active, sums.left, sums.longest_wait_s,
               sums.free_seats);
    buf_printf(&out, " outbox=%lld set_aside=%lld refused=%lld memory_bytes=%lld",
               number(status, "outbox"), number(messages, "set_aside"), refused(status),
               number(status, "memory_bytes"));
    return buf_detach(&out);
}
