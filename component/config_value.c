/* What a value may look like, a type each: text in, a value or a complaint out. */
#include "config_table.h"

#include "base/email.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/jid.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 4000, PRICE_MAX = 100000000 };

void config_put(void *slot, char *take)
{
    free(*(char **)slot);
    *(char **)slot = take;
}

static char *read_text(struct config_draft *d, const struct config_option *o, const char *text,
                       void *slot)
{
    (void)d;
    size_t count = text_is_xml(text, strlen(text)) ? text_count(text) : SIZE_MAX;
    if (count == SIZE_MAX || strpbrk(text, "\r\n\t") != NULL) {
        return mem_dup("must be one line of text");
    }
    if (count == 0) {
        return mem_dup("is empty");
    }
    if (count > (o->max != 0 ? o->max : TEXT_BYTES)) {
        return mem_print("is longer than %lu characters", o->max != 0 ? o->max : TEXT_BYTES);
    }
    config_put(slot, mem_dup(text));
    return NULL;
}

static char *read_name(struct config_draft *d, const struct config_option *o, const char *text,
                       void *slot)
{
    char *plain = NULL;
    char *complaint = read_text(d, o, text, &plain);
    if (plain == NULL) {
        return complaint;
    }
    char *name = text_name_dup(plain, o->max);
    bool same = strcmp(name, plain) == 0;
    free(plain);
    if (!same) {
        free(name);
        return mem_dup("may not have invisible characters, or blanks at an end or side by side");
    }
    config_put(slot, name);
    return NULL;
}

static char *read_prefix(struct config_draft *d, const struct config_option *o, const char *text,
                         void *slot)
{
    (void)d;
    (void)o;
    if (strlen(text) != 1 || !ispunct((unsigned char)text[0]) || text[0] == '/') {
        return mem_dup("must be one character like ! or # or ., and not /");
    }
    config_put(slot, mem_dup(text));
    return NULL;
}

static char *read_id(struct config_draft *d, const struct config_option *o, const char *text,
                     void *slot)
{
    (void)d;
    size_t len = strlen(text);
    if (len == 0 || len > o->max || strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != len) {
        return mem_print("must be 1 to %lu small letters, digits and '-'", o->max);
    }
    config_put(slot, mem_dup(text));
    return NULL;
}

/* A language tag as browsers say it; small letters, since case does not count. */
static char *read_language(struct config_draft *d, const struct config_option *o, const char *text,
                           void *slot)
{
    (void)d;
    (void)o;
    char *tag = mem_dup(text);
    size_t part = 0;
    bool good = text[0] != '\0' && strlen(text) <= 35;
    for (char *at = tag; good && *at != '\0'; at++) {
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
        bool first = at - tag < (ptrdiff_t)strcspn(tag, "-");
        part = *at == '-' ? 0 : part + 1;
        good = *at == '-' ? at[1] != '\0' && at[1] != '-' && at > tag
                          : part <= 8 && ((*at >= 'a' && *at <= 'z') ||
                                          (!first && *at >= '0' && *at <= '9'));
    }
    if (!good || strcspn(tag, "-") < 2) {
        free(tag);
        return mem_dup("must be a language, like de or de-AT");
    }
    config_put(slot, tag);
    return NULL;
}

static char *read_domain(struct config_draft *d, const struct config_option *o, const char *text,
                         void *slot)
{
    (void)d;
    (void)o;
    struct jid j;
    char *complaint = NULL;
    if (strpbrk(text, "@/") != NULL || !jid_parse(&j, text)) {
        return mem_dup("must be a domain name, like support.example.org");
    }
    if (strlen(j.domain) > 255) {
        complaint = mem_dup("is too long for a domain name");
    } else {
        config_put(slot, mem_dup(j.domain));
    }
    jid_finish(&j);
    return complaint;
}

static char *read_jid(struct config_draft *d, const struct config_option *o, const char *text,
                      void *slot)
{
    (void)d;
    (void)o;
    struct jid j;
    char *complaint = NULL;
    if (!jid_parse(&j, text)) {
        return mem_dup("must be an XMPP address, like nina@example.org");
    }
    if (j.local[0] == '\0' || j.resource[0] != '\0') {
        complaint =
            mem_dup("must be an XMPP address with an @ and without a /, like nina@example.org");
    } else {
        config_put(slot, mem_dup(j.bare));
    }
    jid_finish(&j);
    return complaint;
}

/* ---- network ---- */

/* Plain decimal digits only; false if text is anything else or too large for *out. */
static bool read_digits(const char *text, unsigned long *out)
{
    size_t len = strlen(text);
    if (len == 0 || len > 9 || strspn(text, "0123456789") != len) {
        return false;
    }
    *out = strtoul(text, NULL, 10);
    return true;
}

static bool is_address(int family, const char *text)
{
    unsigned char bytes[16];
    return inet_pton(family, text, bytes) == 1;
}

static char *read_network(struct config_draft *d, const struct config_option *o, const char *text,
                          void *slot)
{
    (void)d;
    (void)o;
    size_t len = strcspn(text, "/");
    char *address = mem_dup_n(text, len);
    bool v4 = is_address(AF_INET, address);
    bool v6 = is_address(AF_INET6, address);
    free(address);
    unsigned long bits = 0;
    if (text[len] == '/' && (!read_digits(text + len + 1, &bits) || bits > (v4 ? 32UL : 128UL))) {
        v4 = v6 = false;
    }
    if (!v4 && !v6) {
        return mem_dup("must be an address or a network, like 192.0.2.7 or 2001:db8::/32");
    }
    config_put(slot, mem_dup(text));
    return NULL;
}

static char *read_listen(struct config_draft *d, const struct config_option *o, const char *text,
                         void *slot)
{
    (void)d;
    (void)o;
    const char *colon = strrchr(text, ':');
    unsigned long port = 0;
    bool good = colon != NULL && read_digits(colon + 1, &port) && port <= 65535;
    if (good && text[0] == '[') {
        size_t len = (size_t)(colon - text);
        char *address = len > 2 ? mem_dup_n(text + 1, len - 2) : mem_dup("");
        good = len > 2 && text[len - 1] == ']' && is_address(AF_INET6, address);
        free(address);
    } else if (good) {
        char *address = mem_dup_n(text, (size_t)(colon - text));
        good = is_address(AF_INET, address);
        free(address);
    }
    if (!good) {
        return mem_dup("must be an address and a port, like \"127.0.0.1:8080\" or \"[::1]:8080\"");
    }
    config_put(slot, mem_dup(text));
    return NULL;
}

/* scheme:// at the front of small letters, digits, + - . ; returns its length with the slashes, or
 * 0. */
static size_t scheme_length(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+-.");
    return len > 0 && isalpha((unsigned char)text[0]) && strncmp(text + len, "://", 3) == 0
               ? len + 3
               : 0;
}

static bool is_host(const char *text)
{
    size_t len = strlen(text);
    if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
        char *address = mem_dup_n(text + 1, len - 2);
        bool good = is_address(AF_INET6, address);
        free(address);
        return good;
    }
    return len > 0 && len <= 253 && text[0] != '.' && text[len - 1] != '.' &&
           strstr(text, "..") == NULL &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-._") == len;
}

/* host[:port] behind the scheme; cuts a port that the scheme has anyway, since browsers do. */
static bool check_authority(char *text, size_t scheme)
{
    char *host = text + scheme;
    char *colon = strrchr(host, ':');
    unsigned long port = 0;
    if (colon == NULL || strchr(colon, ']') != NULL) {
        return is_host(host);
    }
    bool standard = (strncmp(text, "https:", 6) == 0 && strcmp(colon, ":443") == 0) ||
                    (strncmp(text, "http:", 5) == 0 && strcmp(colon, ":80") == 0);
    if (!read_digits(colon + 1, &port) || port == 0 || port > 65535 || colon[1] == '0') {
        return false;
    }
    *colon = '\0';
    bool good = is_host(host);
    if (!standard) {
        *colon = ':';
    }
    return good;
}

static char *read_origin(struct config_draft *d, const struct config_option *o, const char *text,
                         void *slot)
{
    (void)d;
    (void)o;
    char *origin = mem_dup(text);
    for (char *at = origin; *at != '\0'; at++) {
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    }
    size_t len = strlen(origin);
    size_t scheme = scheme_length(origin);
    bool has_path = scheme > 0 && strpbrk(origin + scheme, "/?#@") != NULL;
    char *complaint = NULL;
    if (has_path) {
        complaint =
            mem_dup("must end behind the host: no path, no slash, like https://www.example.org");
    } else if (strspn(origin, "*") > 0 || strchr(origin, '*') != NULL) {
        complaint = mem_dup("must name one website; there is no '*'");
    } else if (scheme == 0 || len > 300 || !check_authority(origin, scheme)) {
        complaint =
            mem_dup("must be an origin, like https://www.example.org or http://localhost:8000 "
                    "(names with other letters in their xn-- form)");
    }
    if (complaint == NULL) {
        config_put(slot, origin);
    } else {
        free(origin);
    }
    return complaint;
}

static char *read_url(struct config_draft *d, const struct config_option *o, const char *text,
                      void *slot)
{
    char *plain = NULL;
    char *complaint = read_text(d, o, text, &plain);
    if (plain == NULL) {
        return complaint;
    }
    size_t scheme = scheme_length(plain);
    bool http = strncmp(plain, "http://", 7) == 0 || strncmp(plain, "https://", 8) == 0;
    if (!http || plain[scheme] == '\0' || plain[scheme] == '/' || strpbrk(plain, " ?#@") != NULL) {
        free(plain);
        return mem_dup("must be an address like https://chat.example.org, without user, ? or #");
    }
    size_t len = strlen(plain);
    if (plain[len - 1] == '/') {
        plain[len - 1] = '\0';
    }
    config_put(slot, plain);
    return NULL;
}

/* host[:port] alone: what stands behind it would be our name to the server. */
static char *read_smtp(struct config_draft *d, const struct config_option *o, const char *text,
                       void *slot)
{
    char *plain = NULL;
    char *complaint = read_text(d, o, text, &plain);
    if (plain == NULL) {
        return complaint;
    }
    size_t scheme = scheme_length(plain);
    bool smtp = strncmp(plain, "smtp://", 7) == 0 || strncmp(plain, "smtps://", 8) == 0;
    if (!smtp || strpbrk(plain + scheme, "/?#@") != NULL || !check_authority(plain, scheme)) {
        free(plain);
        return mem_dup("must be a server like smtp://mail.example.org:587 (STARTTLS) or "
                       "smtps://mail.example.org:465 (TLS)");
    }
    config_put(slot, plain);
    return NULL;
}

static char *read_email(struct config_draft *d, const struct config_option *o, const char *text,
                        void *slot)
{
    (void)d;
    (void)o;
    if (!email_is_mailable(text)) {
        return mem_dup("must be an e-mail address, like support@example.org, and nothing else");
    }
    config_put(slot, mem_dup(text));
    return NULL;
}

static char *read_page(struct config_draft *d, const struct config_option *o, const char *text,
                       void *slot)
{
    bool good =
        text[0] == '/' || strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
    if (!good || strpbrk(text, "?# ") != NULL) {
        return mem_dup("must be how an address or a path begins, like https://www.example.org/shop "
                       "or /shop, without ? or #");
    }
    return read_text(d, o, text, slot);
}

/* ---- files ---- */

static char *read_path(struct config_draft *d, const struct config_option *o, const char *text,
                       void *slot)
{
    char *plain = NULL;
    char *complaint = read_text(d, o, text, &plain);
    if (plain == NULL) {
        return complaint;
    }
    config_put(slot, plain[0] == '/' ? mem_dup(plain) : mem_print("%s/%s", d->folder, plain));
    free(plain);
    return NULL;
}

static char *read_storage(struct config_draft *d, const struct config_option *o, const char *text,
                          void *slot)
{
    if (strncmp(text, "sqlite:", 7) != 0 || text[7] == '\0') {
        return mem_dup("must be sqlite: and a path, like sqlite:tresen.db");
    }
    char *path = NULL;
    char *complaint = read_path(d, o, text + 7, &path);
    if (complaint != NULL) {
        return complaint;
    }
    config_put(slot, mem_print("sqlite:%s", path));
    free(path);
    return NULL;
}

/* ---- numbers, flags, choices ---- */

static char *read_number(struct config_draft *d, const struct config_option *o, const char *text,
                         void *slot)
{
    (void)d;
    unsigned long value = 0;
    if (!read_digits(text, &value) || value < o->min || value > o->max) {
        return mem_print("must be a number from %lu to %lu", o->min, o->max);
    }
    unsigned number = (unsigned)value;
    memcpy(slot, &number, sizeof number);
    return NULL;
}

/* "45s", "15m", "8h". */
static char *read_duration(struct config_draft *d, const struct config_option *o, const char *text,
                           void *slot)
{
    (void)d;
    size_t len = strlen(text);
    unsigned long value = 0;
    char *digits = mem_dup_n(text, len > 0 ? len - 1 : 0);
    char unit = len > 0 ? text[len - 1] : '\0';
    unsigned long seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 0;
    bool good = read_digits(digits, &value) && seconds > 0;
    free(digits);
    if (!good || value > o->max || value * seconds < o->min || value * seconds > o->max) {
        return mem_print("must be a time, like 45s, 15m or 8h; at most %luh", o->max / 3600);
    }
    unsigned number = (unsigned)(value * seconds);
    memcpy(slot, &number, sizeof number);
    return NULL;
}

static char *read_flag(struct config_draft *d, const struct config_option *o, const char *text,
                       void *slot)
{
    (void)d;
    (void)o;
    bool yes = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0;
    if (!yes && strcmp(text, "no") != 0 && strcmp(text, "false") != 0) {
        return mem_dup("must be yes or no");
    }
    memcpy(slot, &yes, sizeof yes);
    return NULL;
}

static char *read_choice(struct config_draft *d, const struct config_option *o, const char *text,
                         void *slot)
{
    (void)d;
    int value = 0;
    for (const char *at = o->choices; *at != '\0'; value++) {
        size_t len = strcspn(at, " ");
        if (strlen(text) == len && strncmp(at, text, len) == 0) {
            memcpy(slot, &value, sizeof value);
            return NULL;
        }
        at += len + (at[len] == ' ' ? 1 : 0);
    }
    return mem_print("must be one of: %s", o->choices);
}

/* "85", "85.5", "85.50" */
static char *read_price(struct config_draft *d, const struct config_option *o, const char *text,
                        void *slot)
{
    (void)d;
    (void)o;
    size_t whole = strspn(text, "0123456789");
    size_t rest = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    bool good =
        whole > 0 && whole <= 9 && rest <= 2 && text[whole + (rest > 0 ? rest + 1 : 0)] == '\0';
    unsigned long cents = good ? strtoul(text, NULL, 10) * 100 : 0;

    if (rest > 0) {
        cents += strtoul(text + whole + 1, NULL, 10) * (rest == 1 ? 10 : 1);
    }
    if (!good || cents > PRICE_MAX) {
        return mem_print("must be an amount like 85.50, at most %d", PRICE_MAX / 100);
    }
    unsigned value = (unsigned)cents;
    memcpy(slot, &value, sizeof value);
    return NULL;
}

const struct config_type config_type_text = {"text", read_text};
const struct config_type config_type_name = {"name", read_name};
const struct config_type config_type_prefix = {"one character", read_prefix};
const struct config_type config_type_id = {"id", read_id};
const struct config_type config_type_domain = {"domain", read_domain};
const struct config_type config_type_jid = {"XMPP address", read_jid};
const struct config_type config_type_origin = {"origin", read_origin};
const struct config_type config_type_network = {"address or network", read_network};
const struct config_type config_type_listen = {"address:port", read_listen};
const struct config_type config_type_url = {"URL", read_url};
const struct config_type config_type_smtp = {"SMTP server", read_smtp};
const struct config_type config_type_email = {"e-mail address", read_email};
const struct config_type config_type_path = {"path", read_path};
const struct config_type config_type_storage = {"sqlite:path", read_storage};
const struct config_type config_type_number = {"number", read_number};
const struct config_type config_type_duration = {"time, like 45s, 15m or 8h", read_duration};
const struct config_type config_type_price = {"amount", read_price};
const struct config_type config_type_language = {"language", read_language};
const struct config_type config_type_page = {"address or path", read_page};
const struct config_type config_type_flag = {"yes or no", read_flag};
const struct config_type config_type_choice = {"one of", read_choice};
