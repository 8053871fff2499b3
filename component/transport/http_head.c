#include "transport/http_head.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    BAD = 400,
    BAD_METHOD = 405,
    LONG_LINE = 414,
    BAD_EXPECT = 417,
    MANY_FIELDS = 431,
    NO_METHOD = 501,
    NO_VERSION = 505
};

struct span {
    const char *bytes;
    size_t len;
};

/* What the fields have shown so far. */
struct seen {
    struct span host;
    unsigned hosts;
    unsigned lengths;
    unsigned encodings;
    bool is_http_1_0;
    bool expects_continue;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* RFC 9110 5.6.2 */
static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_token_char(s.bytes[i])) {
            return false;
        }
    }
    return s.len > 0;
}

static bool span_is(struct span s, const char *text)
{
    return strlen(text) == s.len && memcmp(s.bytes, text, s.len) == 0;
}

static bool span_is_any_case(struct span s, const char *text)
{
    return strlen(text) == s.len && strncasecmp(s.bytes, text, s.len) == 0;
}

int http_head_find_end(const char *bytes, size_t len, size_t *from, size_t *end)
{
    *end = 0;
    for (size_t i = *from; i < len; i++) {
        if (bytes[i] == '\0' || (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) ||
            (i > 0 && bytes[i - 1] == '\r' && bytes[i] != '\n')) {
            return BAD;
        }
        if (bytes[i] == '\n' && i >= 3 && bytes[i - 2] == '\n') {
            *end = i + 1;
            return 0;
        }
    }
    *from = len;
    const char *line_end = memchr(bytes, '\r', len);
    if ((line_end ? (size_t)(line_end - bytes) : len) > HTTP_LINE_MAX) {
        return LONG_LINE;
    }
    size_t line = line_end ? (size_t)(line_end - bytes) + 2 : 0;
    return line_end && len > line + HTTP_FIELDS_MAX + 2 ? MANY_FIELDS : 0;
}

static int check_method(struct span method, struct http_head *head)
{
    static const char *const OURS[] = {[HTTP_VERB_GET] = "GET",
                                       [HTTP_VERB_HEAD] = "HEAD",
                                       [HTTP_VERB_POST] = "POST",
                                       [HTTP_VERB_PUT] = "PUT",
                                       [HTTP_VERB_OPTIONS] = "OPTIONS"};
    static const char *const KNOWN[] = {"DELETE", "PATCH", "TRACE", "CONNECT"};
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++) {
        if (span_is(method, OURS[i])) {
            head->verb = (enum http_verb)i;
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        if (span_is(method, KNOWN[i])) {
            return BAD_METHOD;
        }
    }
    return is_token(method) ? NO_METHOD : BAD;
}

static int check_version(struct span version, struct seen *seen)
{
    if (version.len != 8 || memcmp(version.bytes, "HTTP/", 5) != 0 || version.bytes[6] != '.') {
        return BAD;
    }
    if (span_is(version, "HTTP/1.0")) {
        seen->is_http_1_0 = true;
        return 0;
    }
    return span_is(version, "HTTP/1.1") ? 0 : NO_VERSION;
}

/* Host, optional port: nothing that could be read as more. */
static bool is_authority(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.bytes[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    (c != '\0' && strchr("-._~:[]%", c));
        if (!fits) {
            return false;
        }
    }
    return true;
}

/* Origin form, or absolute form: then *authority is whose. */
static int check_target(struct span target, struct span *authority, struct http_head *head)
{
    for (size_t i = 0; i < target.len; i++) {
        char c = target.bytes[i];
        if (c <= ' ' || c > '~' || c == '#') {
            return BAD;
        }
    }
    if (head->verb == HTTP_VERB_OPTIONS && span_is(target, "*")) {
        head->target = target.bytes;
        head->target_len = target.len;
        return 0;
    }
    if (target.len > 0 && target.bytes[0] != '/') {
        size_t scheme = target.len > 7 && strncasecmp(target.bytes, "http://", 7) == 0    ? 7
                        : target.len > 8 && strncasecmp(target.bytes, "https://", 8) == 0 ? 8
                                                                                          : 0;
        const char *host = target.bytes + scheme;
        const char *slash = memchr(host, '/', target.len - scheme);
        if (scheme == 0 || !slash || slash == host) {
            return BAD;
        }
        *authority = (struct span){host, (size_t)(slash - host)};
        target = (struct span){slash, target.len - (size_t)(slash - target.bytes)};
    }
    head->target = target.bytes;
    head->target_len = target.len;
    return target.len > 0 ? 0 : BAD;
}

static int check_request_line(struct span line, struct span *authority, struct seen *seen,
                              struct http_head *head)
{
    if (line.len > HTTP_LINE_MAX) {
        return LONG_LINE;
    }
    const char *first = memchr(line.bytes, ' ', line.len);
    const char *last = memrchr(line.bytes, ' ', line.len);
    if (!first || first == last) {
        return BAD;
    }
    const char *line_end = line.bytes + line.len;
    struct span method = {line.bytes, (size_t)(first - line.bytes)};
    struct span target = {first + 1, (size_t)(last - first - 1)};
    int status = check_version((struct span){last + 1, (size_t)(line_end - last - 1)}, seen);
    status = status != 0 ? status : check_method(method, head);
    return status != 0 ? status : check_target(target, authority, head);
}

static int check_length(struct span value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.bytes[i] < '0' || value.bytes[i] > '9') {
            return BAD;
        }
    }
    return value.len > 0 && value.len <= 15 ? 0 : BAD;
}

/* The fields that decide where a request ends and whom it is for. */
static int check_special(struct span name, struct span value, struct seen *seen)
{
    if (span_is_any_case(name, "content-length")) {
        seen->lengths++;
        return check_length(value);
    }
    if (span_is_any_case(name, "transfer-encoding")) {
        seen->encodings++;
        if (span_is_any_case(value, "chunked")) {
            return seen->is_http_1_0 ? BAD : 0;
        }
        return is_token(value) ? NO_METHOD : BAD;
    }
    if (span_is_any_case(name, "host")) {
        seen->hosts++;
        seen->host = value;
        return is_authority(value) ? 0 : BAD;
    }
    if (span_is_any_case(name, "expect") && !seen->is_http_1_0) {
        seen->expects_continue = span_is_any_case(value, "100-continue");
        return seen->expects_continue ? 0 : BAD_EXPECT;
    }
    return 0;
}

static int check_field(struct span line, struct seen *seen)
{
    const char *colon = memchr(line.bytes, ':', line.len);
    struct span name = {line.bytes, colon ? (size_t)(colon - line.bytes) : 0};
    if (!colon || !is_token(name)) {
        return BAD; /* a folded line and a blank before the colon too */
    }
    struct span value = {colon + 1, line.len - name.len - 1};
    while (value.len > 0 && is_blank(value.bytes[0])) {
        value.bytes++;
        value.len--;
    }
    while (value.len > 0 && is_blank(value.bytes[value.len - 1])) {
        value.len--;
    }
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.bytes[i];
        if ((c < ' ' && c != '\t') || c == 0x7f) {
            return BAD;
        }
    }
    return check_special(name, value, seen);
}

/* Takes a line off the front of rest. False: no CR LF, or a stray one of the two. */
static bool take_line(struct span *rest, struct span *line)
{
    const char *end = memchr(rest->bytes, '\r', rest->len);
    size_t len = end ? (size_t)(end - rest->bytes) : rest->len;
    if (!end || len + 1 >= rest->len || end[1] != '\n' || memchr(rest->bytes, '\n', len)) {
        return false;
    }
    *line = (struct span){rest->bytes, len};
    rest->bytes += len + 2;
    rest->len -= len + 2;
    return true;
}

static int check_fields(struct span *rest, struct seen *seen, struct http_head *head)
{
    if (rest->len > HTTP_FIELDS_MAX + 2) {
        return MANY_FIELDS;
    }
    struct span line;
    while (take_line(rest, &line)) {
        if (line.len == 0) {
            return rest->len == 0 ? 0 : BAD;
        }
        if (++head->field_count > HTTP_FIELD_COUNT_MAX) {
            return MANY_FIELDS;
        }
        int status = check_field(line, seen);
        if (status != 0) {
            return status;
        }
    }
    return BAD;
}

/* Host against its count, its version and an absolute target. */
static int check_host(const struct seen *seen, struct span authority)
{
    if (seen->hosts > 1 || (seen->hosts == 0 && !seen->is_http_1_0)) {
        return BAD;
    }
    bool is_absolute = authority.bytes != NULL;
    bool is_same =
        seen->hosts == 1 && authority.len == seen->host.len &&
        strncasecmp(authority.bytes ? authority.bytes : "", seen->host.bytes, authority.len) == 0;
    return is_absolute && !is_same ? BAD : 0;
}

int http_head_check(const char *bytes, size_t len, struct http_head *head)
{
    *head = (struct http_head){0};
    struct seen seen = {0};
    struct span rest = {bytes, len};
    struct span line;
    struct span authority = {0};
    if (memchr(bytes, '\0', len) || !take_line(&rest, &line)) {
        return BAD;
    }
    int status = check_request_line(line, &authority, &seen, head);
    int fields_status = status != 0 ? status : check_fields(&rest, &seen, head);
    if (fields_status != 0) {
        return fields_status;
    }
    if (seen.lengths > 1 || seen.encodings > 1 || (seen.lengths > 0 && seen.encodings > 0)) {
        return BAD;
    }
    head->expects_continue = seen.expects_continue;
    return check_host(&seen, authority);
}

bool http_list_has(const char *list, const char *token)
{
    size_t token_len = strlen(token);
    for (const char *at = list; at;) {
        at += strspn(at, " \t,");
        size_t len = strcspn(at, ",");
        const char *next = at[len] == ',' ? at + len : NULL;
        while (len > 0 && is_blank(at[len - 1])) {
            len--;
        }
        if (len == token_len && strncasecmp(at, token, len) == 0) {
            return true;
        }
        at = next;
    }
    return false;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

char *http_path_dup(const char *target, size_t len)
{
    const char *query = memchr(target, '?', len);
    len = query ? (size_t)(query - target) : len;
    char *path = mem_alloc(len + 1);
    size_t at = 0;
    for (size_t i = 0; i < len; i++) {
        int high = target[i] == '%' && len - i > 2 ? hex_digit(target[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(target[i + 2]) : -1;
        if (low >= 0 && high * 16 + low != 0) {
            path[at++] = (char)(high * 16 + low);
            i += 2;
        } else {
            path[at++] = target[i];
        }
    }
    return path;
}

char *http_query_dup(const char *target, size_t len, const char *name)
{
    const char *end = target + len;
    const char *at = memchr(target, '?', len);
    size_t name_len = strlen(name);
    while (at) {
        at++;
        const char *next = memchr(at, '&', (size_t)(end - at));
        size_t part = (size_t)((next ? next : end) - at);
        if (part > name_len && strncmp(at, name, name_len) == 0 && at[name_len] == '=') {
            return mem_dup_n(at + name_len + 1, part - name_len - 1);
        }
        at = next;
    }
    return NULL;
}
