#include "xml/about.h"

#include "base/mem.h"
#include "base/text.h"
#include "xml/ns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* COMPAT: clients from before XEP-0424 0.4 and XEP-0428 0.2 (Converse 9, Movim 0.20, Dino 0.4). */
#define NS_FASTEN "urn:xmpp:fasten:0"
#define NS_RETRACT_0 "urn:xmpp:message-retract:0"
#define NS_FALLBACK_0 "urn:xmpp:feature-fallback:0"

/* ---- reactions ---- */

/* What turns writing round, or is no writing at all, is no emoji: controls, blanks, bidi. */
static bool has_strange(const char *text)
{
    static const char *const STRANGE[] = {
        "\u00A0", "\u061C", "\u200B", "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202B",
        "\u202C", "\u202D", "\u202E", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\uFEFF"};

    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7F ||
            ((unsigned char)*c == 0xC2 && (unsigned char)c[1] < 0xA0)) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof STRANGE / sizeof *STRANGE; i++) {
        if (strstr(text, STRANGE[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static bool is_among(const char *list, const char *word)
{
    size_t len = strlen(word);

    while (*list != '\0') {
        size_t one = strcspn(list, " ");
        if (one == len && strncmp(list, word, len) == 0) {
            return true;
        }
        list += one + (list[one] == ' ' ? 1 : 0);
    }
    return false;
}

static void read_reactions(const struct element *reactions, struct about *out)
{
    size_t count = 0;
    size_t used = 0;

    for (const struct element *e = element_first(reactions); e != NULL; e = element_next(e)) {
        const char *text = element_text(e);
        size_t len = strlen(text);
        if (!element_is(e, "reaction", NS_REACTIONS) || is_among(out->reactions, text)) {
            continue;
        }
        if (count == REACTIONS_MAX || len == 0 || len > REACTION_BYTES ||
            text_count(text) > REACTION_POINTS || has_strange(text)) {
            out->is_over = true;
            return;
        }
        if (count++ > 0) {
            out->reactions[used++] = ' ';
        }
        memcpy(out->reactions + used, text, len + 1);
        used += len;
    }
}

/* ---- in ---- */

static const struct element *find_retract(const struct element *message, const char **id)
{
    const struct element *e = element_child(message, "retract", NS_RETRACT);
    const struct element *fastened = element_child(message, "apply-to", NS_FASTEN);

    if (e == NULL && fastened != NULL) {
        e = element_child(fastened, "retract", NS_RETRACT_0);
    }
    if (e != NULL) {
        *id = element_attr(element_attr(e, "id") != NULL ? e
                           : fastened != NULL            ? fastened
                                                         : e,
                           "id");
    }
    return e;
}

void about_read(const struct element *message, struct about *out)
{
    static const struct {
        enum act act;
        const char *name;
        const char *ns;
    } KINDS[] = {
        {ACT_REACT, "reactions", NS_REACTIONS},
        {ACT_CORRECT, "replace", NS_CORRECT}, /* of a reply, too: the reply is a part of it */
        {ACT_REPLY, "reply", NS_REPLY},
    };
    const char *id = NULL;

    *out = (struct about){.act = ACT_SAY, .id = ""};
    if (find_retract(message, &id) != NULL && id != NULL) {
        out->act = ACT_RETRACT;
        out->id = id;
        return;
    }
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        const struct element *e = element_child(message, KINDS[i].name, KINDS[i].ns);
        id = e != NULL ? element_attr(e, "id") : NULL;
        if (id != NULL && id[0] != '\0') {
            out->act = KINDS[i].act;
            out->id = id;
            if (out->act == ACT_REACT) {
                read_reactions(e, out);
            }
            return;
        }
    }
}

/* A number of code points; -1: none. */
static long points_of(const char *text)
{
    char *end = NULL;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return -1;
    }
    errno = 0;
    long points = strtol(text, &end, 10);
    return errno == 0 && *end == '\0' ? points : -1;
}

/* Where that many code points end; NULL: there are not so many. */
static const char *skip_points(const char *text, long points)
{
    while (points > 0 && *text != '\0') {
        for (text++; ((unsigned char)*text & 0xC0) == 0x80; text++) {
        }
        points--;
    }
    return points == 0 ? text : NULL;
}

/* The part of the body that stands there for who does not know replies. */
static const struct element *find_range(const struct element *message)
{
    for (const struct element *e = element_first(message); e != NULL; e = element_next(e)) {
        bool is =
            element_is(e, "fallback", NS_FALLBACK) || element_is(e, "fallback", NS_FALLBACK_0);
        if (is && text_equal(element_attr(e, "for"), NS_REPLY)) {
            return element_child(e, "body", NULL);
        }
    }
    return NULL;
}

char *about_text_dup(const struct element *message, bool quoted)
{
    const char *body = element_body(message);
    const struct element *range = quoted ? NULL : find_range(message);

    if (body == NULL) {
        return NULL;
    }
    long from = range != NULL ? points_of(element_attr(range, "start")) : -1;
    long to = range != NULL ? points_of(element_attr(range, "end")) : -1;
    const char *start = from >= 0 && to >= from ? skip_points(body, from) : NULL;
    const char *end = start != NULL ? skip_points(start, to - from) : NULL;
    if (end == NULL) {
        return text_body_dup(body);
    }
    char *cut = mem_print("%.*s%s", (int)(start - body), body, end);
    char *text = text_body_dup(cut);
    free(cut);
    if (text[0] == '\0') {
        free(text);
        return text_body_dup(body);
    }
    return text;
}

/* ---- out ---- */

void about_quote(struct buf *out, const char *text)
{
    enum { QUOTE_POINTS = 200, QUOTE_BYTES = 800 };
    char *beginning = text_clip_dup(text, QUOTE_POINTS, QUOTE_BYTES);

    buf_add_text(out, "> ");
    for (const char *c = beginning; *c != '\0'; c++) {
        buf_add_char(out, *c);
        if (*c == '\n') {
            buf_add_text(out, "> ");
        }
    }
    buf_add_text(out, strlen(beginning) < strlen(text) ? "…\n" : "\n");
    free(beginning);
}

static void write_all_is_fallback(struct writer *w, const char *ns)
{
    writer_open(w, "fallback", NS_FALLBACK);
    writer_attr(w, "for", ns);
    writer_leaf(w, "body", NULL, NULL);
    writer_close(w);
    writer_leaf(w, "store", NS_HINTS, NULL);
}

static void write_reactions(struct writer *w, const struct about_words *words)
{
    const char *list = words->reactions;

    writer_open(w, "reactions", NS_REACTIONS);
    writer_attr(w, "id", words->id);
    while (*list != '\0') {
        size_t len = strcspn(list, " ");
        char *one = mem_dup_n(list, len);
        writer_leaf(w, "reaction", NULL, one);
        free(one);
        list += len + (list[len] == ' ' ? 1 : 0);
    }
    writer_close(w);
    write_all_is_fallback(w, NS_REACTIONS);
}

static void write_reply(struct writer *w, const struct about_words *words)
{
    size_t points = text_count(words->quotation);

    writer_open(w, "reply", NS_REPLY);
    writer_attr(w, "to", words->to);
    writer_attr(w, "id", words->id);
    writer_close(w);
    if (points == 0) {
        return;
    }
    writer_open(w, "fallback", NS_FALLBACK);
    writer_attr(w, "for", NS_REPLY);
    writer_open(w, "body", NULL);
    writer_attr_number(w, "start", (long long)words->skip);
    writer_attr_number(w, "end", (long long)words->skip + (long long)points);
    writer_close(w);
    writer_close(w);
}

void about_write(struct writer *w, const struct about_words *words)
{
    if (words->id[0] == '\0') {
        return;
    }
    switch (words->act) {
    case ACT_SAY:
        break;
    case ACT_REPLY:
        write_reply(w, words);
        break;
    case ACT_CORRECT:
        writer_open(w, "replace", NS_CORRECT);
        writer_attr(w, "id", words->id);
        writer_close(w);
        break;
    case ACT_RETRACT:
        writer_open(w, "retract", NS_RETRACT);
        writer_attr(w, "id", words->id);
        writer_close(w);
        write_all_is_fallback(w, NS_RETRACT);
        break;
    case ACT_REACT:
        write_reactions(w, words);
        break;
    }
}
