/* fuzz_payload.c - what stands inside stanzas (component/xml): each reader of a payload sees each
 * element of a document, whatever it is. What they accept keeps the limits of their headers, and
 * what is written of it can be read again. */
#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "xml/about.h"
#include "xml/draft.h"
#include "xml/form.h"
#include "xml/jid.h"
#include "xml/mam.h"
#include "xml/mark.h"
#include "xml/ns.h"
#include "xml/reader.h"
#include "xml/stanza.h"
#include "xml/writer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void must(bool holds, const char *what)
{
    if (!holds) {
        BUG("does not hold: %s", what);
    }
}

static void is_text(const char *text)
{
    must(text_is_xml(text, strlen(text)), "text of XML characters");
}

/* A stanza that is written of what was read must be one. */
static struct element *written(struct buf *out)
{
    struct element *e = NULL;

    must(!out->overflow, "it fits");
    must(reader_document(&READER_LINK, out->bytes, out->len, &e) == READER_OK, "well-formed");
    buf_finish(out);
    return e;
}

static void check_about(const struct element *e)
{
    struct about about;
    struct buf out;
    struct writer w;

    about_read(e, &about);
    is_text(about.reactions);
    must(about.id != NULL, "an id, or none");
    must(strlen(about.reactions) < sizeof about.reactions, "so many reactions");
    char *all = about_text_dup(e, true);
    char *said = about_text_dup(e, false);
    must((all == NULL) == (said == NULL), "a text is never cut to nothing");
    if (all != NULL && said != NULL) {
        is_text(all);
        is_text(said);
        must(*said != '\0' || *all == '\0', "nor to an empty one");
        struct buf quoted;
        buf_init(&quoted, 1 << 20);
        about_quote(&quoted, said);
        must(quoted.bytes[0] == '>' && quoted.bytes[quoted.len - 1] == '\n', "a quotation");
        buf_finish(&quoted);
    }
    buf_init(&out, 1 << 20);
    writer_init(&w, &out);
    stanza_message(&w, "a@b", "c@d", "chat", "x");
    about_write(&w, &(struct about_words){.act = about.act,
                                          .id = about.id != NULL ? about.id : "",
                                          .to = "a@b",
                                          .quotation = "> a\n",
                                          .reactions = about.reactions});
    must(writer_finish(&w), "it can be written");
    struct element *back = written(&out);
    struct about again;
    about_read(back, &again);
    must(about.id[0] == '\0' || again.act == about.act, "it is about the same");
    element_destroy(back);
    free(all);
    free(said);
}

static void check_marks(const struct element *e)
{
    struct mark mark;
    char id[MARK_ID_SIZE];

    for (size_t at = 0; mark_next(e, &at, &mark);) {
        must(mark.id != NULL && mark.sequence >= 0, "a mark");
        if (mark.sequence > 0) {
            mark_id(mark.sequence, id);
            must(mark_sequence(id) == mark.sequence, "ids are undone");
        }
    }
}

static void check_query(const struct element *e)
{
    struct mam_query q;

    if (mam_read(e, &q) != ERROR_NONE) {
        return;
    }
    must(q.max >= 1 && q.max <= MAM_PAGE && q.id_count <= MAM_IDS, "a page");
    must(strlen(q.queryid) <= MAM_QUERYID_MAX && q.after >= 0 && q.before >= -1, "ids");
    for (size_t i = 0; i < q.id_count; i++) {
        must(q.ids[i] > 0, "an id that was asked for");
    }
    struct buf out;
    struct writer w;
    buf_init(&out, 1 << 20);
    writer_init(&w, &out);
    stanza_message(&w, "a@b", "c@d", NULL, NULL);
    mam_open_result(&w, q.queryid, 5, 1767607200000);
    must(writer_finish(&w), "a result can be written");
    element_destroy(written(&out));
}

static void check_form(const struct element *e)
{
    static const char *const TYPES[] = {"submit", "form", "cancel", "result"};

    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        const struct element *form = form_find(e, TYPES[i]);
        for (const struct element *f = form != NULL ? element_first(form) : NULL; f != NULL;
             f = element_next(f)) {
            const char *var = element_attr(f, "var");
            char *value = var != NULL ? form_value_dup(form, var) : NULL;
            if (value != NULL) {
                is_text(value);
            }
            free(value);
        }
    }
}

/* As the router would, from addresses that are what the stanza says. */
static void check_stanza(const struct element *e)
{
    struct jid from;
    struct jid to;
    const char *id = element_attr(e, "id");
    bool is_addressed = jid_parse(&from, element_attr(e, "from") ? element_attr(e, "from") : "");
    bool is_received = jid_parse(&to, element_attr(e, "to") ? element_attr(e, "to") : "");

    must(stanza_error_name(stanza_error_read(e)) != NULL, "a condition");
    const char *state = stanza_read_chat_state(e);
    must(state == NULL || strlen(state) < 20, "one of five states");
    if (is_addressed && is_received && (id == NULL || strlen(id) <= STANZA_ID_MAX)) {
        const struct stanza s = {.kind = STANZA_IQ,
                                 .type = "get",
                                 .id = id != NULL ? id : "",
                                 .from = &from,
                                 .to = &to,
                                 .element = e};
        struct buf out;
        struct writer w;
        buf_init(&out, 1 << 20);
        writer_init(&w, &out);
        stanza_error(&w, &s, stanza_error_read(e), element_text(e));
        if (writer_finish(&w)) {
            element_destroy(written(&out));
        } else {
            buf_finish(&out);
        }
    }
    jid_finish(&from);
    jid_finish(&to);
}

static void check_tree(const struct element *e)
{
    check_about(e);
    check_marks(e);
    check_query(e);
    check_form(e);
    check_stanza(e);
    for (const struct element *c = element_first(e); c != NULL; c = element_next(c)) {
        check_tree(c);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct element *root = NULL;

    log_set_level(LOG_ERROR);
    if (reader_document(&READER_VISITOR, (const char *)bytes, len, &root) == READER_OK) {
        check_tree(root);
        element_destroy(root);
    }
    return 0;
}
