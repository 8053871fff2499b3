/* fuzz_jid.c - addresses from anywhere. What is accepted is prepared for good: taken apart and put
 * together it is the same, and preparing it again changes nothing. */
#include "base/text.h"
#include "xml/jid.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

static void check(const struct jid *jid, const char *text)
{
    char full[JID_MAX + 1];
    snprintf(full, sizeof full, "%s%s%s%s%s", jid->local, *jid->local ? "@" : "", jid->domain,
             *jid->resource ? "/" : "", jid->resource);
    must(strcmp(full, jid->full) == 0, "full is made of its parts");
    full[strlen(jid->bare)] = '\0';
    must(strcmp(full, jid->bare) == 0, "bare begins full");
    must(*jid->domain && !strpbrk(jid->domain, "@/ "), "a domain");
    must(!strpbrk(jid->local, "@/ \"&'<>:"), "a local part");
    must(strlen(jid->local) <= JID_PART && strlen(jid->domain) <= JID_PART &&
             strlen(jid->resource) <= JID_PART,
         "lengths");
    must(text_is_xml(jid->full, strlen(jid->full)), "XML characters");
    must(!*jid->local || jid_is_local_part(jid->local), "its local part is one");
    struct jid again;
    must(jid_parse(&again, jid->full) && strcmp(again.full, jid->full) == 0, "prepared for good");
    jid_finish(&again);
    char *bare = jid_bare_dup(text);
    must(text_equal(bare, jid->bare), "jid_bare_dup agrees");
    free(bare);
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
    struct jid jid;
    if (jid_parse(&jid, text)) {
        check(&jid, text);
    }
    jid_finish(&jid);
    jid_is_local_part(text);
    free(text);
    return 0;
}
