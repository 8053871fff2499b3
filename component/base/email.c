#include "base/email.h"

#include "base/text.h"

#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

enum { LOCAL_BYTES = 64, DOMAIN_BYTES = 253, LABEL_BYTES = 63 };

static bool is_local(const char *at, const char *end)
{
    bool good = end - at <= LOCAL_BYTES;

    while (good && at < end) {
        size_t len = strspn(at, LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~");
        at += len;
        good = len > 0 && (at == end || (*at == '.' && at + 1 < end));
        at += at < end ? 1 : 0;
    }
    return good;
}

static bool is_domain(const char *at)
{
    bool good = *at != '\0' && strlen(at) <= DOMAIN_BYTES;

    while (good && *at != '\0') {
        size_t len = strspn(at, LETTERS DIGITS "-");
        good = len > 0 && len <= LABEL_BYTES && at[0] != '-' && at[len - 1] != '-';
        at += good ? len : 0;
        good = good && (*at == '\0' || (*at == '.' && at[1] != '\0'));
        at += good && *at == '.' ? 1 : 0;
    }
    return good;
}

bool email_is_mailable(const char *text)
{
    const char *at = strchr(text, '@');

    return text_is_email(text) && is_local(text, at) && is_domain(at + 1);
}
