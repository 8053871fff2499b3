/* fuzz_text.c - what people write, and what was never text: names, bodies and addresses come out
 * clean, and cleaning them again changes nothing. */
#include "base/text.h"
#include "base/unicode.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { NAME_POINTS = 40, URL_BYTES = 100 };

static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

static void check_name(const char *text)
{
    char *name = text_name_dup(text, NAME_POINTS);
    size_t len = strlen(name);
    must(text_is_xml(name, len) && text_count(name) <= NAME_POINTS, "a name is short text");
    must(len == 0 || (name[0] != ' ' && name[len - 1] != ' '), "trimmed");
    must(!strstr(name, "  "), "white space is folded");
    for (size_t at = 0; at < len;) {
        uint32_t point;
        at += unicode_decode(name + at, len - at, &point);
        must(!unicode_is_control(point) && !unicode_is_format(point) && !unicode_is_newline(point),
             "nothing hidden");
    }
    free(name);
}

static void check_body(const char *text)
{
    char *body = text_body_dup(text);
    char *again = text_body_dup(body);
    must(text_is_xml(body, strlen(body)), "XML characters");
    must(strcmp(body, again) == 0, "once is enough");
    must(!strchr(body, '\r'), "newlines");
    free(again);
    free(body);
}

static void check_rest(const char *text)
{
    char *clean = text_clean_dup(text);
    char *clip = text_clip_dup(clean, 10, 20);
    char *url = text_url_dup(text, URL_BYTES);
    must(text_is_xml(clean, strlen(clean)), "clean");
    must(text_is_xml(clip, strlen(clip)) && strlen(clip) <= 20 && text_count(clip) <= 10,
         "clipped");
    must(strncmp(clip, clean, strlen(clip)) == 0, "the beginning");
    must(text_is_xml(url, strlen(url)) && strlen(url) <= URL_BYTES && !strpbrk(url, "?# \n"),
         "an address");
    free(clean);
    free(clip);
    free(url);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *text = malloc(len + 1);
    if (!text) {
        return 0;
    }
    if (len > 0) {
        memcpy(text, bytes, len);
    }
    text[len] = '\0';
    check_name(text);
    check_body(text);
    check_rest(text);
    free(text);
    return 0;
}
