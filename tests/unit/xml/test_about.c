/* What messages say about earlier ones. */
#include "xml/about.h"

#include "base/mem.h"
#include "xml/draft.h"
#include "xml/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REACTIONS(inside)                                                                          \
    "<message><reactions xmlns='urn:xmpp:reactions:0' id='e7'>" inside "</reactions></message>"
#define REACTION(text) "<reaction>" text "</reaction>"

static struct element *read(const char *xml)
{
    struct element *e = NULL;
    assert_int_equal(reader_document(&READER_VISITOR, xml, strlen(xml), &e), READER_OK);
    return e;
}

static void about_read__knows__each_kind(void **state)
{
    static const struct {
        const char *xml;
        enum act act;
        const char *id;
    } KINDS[] = {
        {"<message><body>x</body></message>", ACT_SAY, ""},
        {"<message><replace xmlns='urn:xmpp:message-correct:0' id='a'/></message>", ACT_CORRECT,
         "a"},
        {"<message><retract xmlns='urn:xmpp:message-retract:1' id='b'/></message>", ACT_RETRACT,
         "b"},
        {"<message><apply-to xmlns='urn:xmpp:fasten:0' id='c'>"
         "<retract xmlns='urn:xmpp:message-retract:0'/></apply-to></message>",
         ACT_RETRACT, "c"},
        {REACTIONS(REACTION("x")), ACT_REACT, "e7"},
        {"<message><reply xmlns='urn:xmpp:reply:0' to='a@b' id='d'/></message>", ACT_REPLY, "d"},
        /* A corrected reply is a correction. */
        {"<message><reply xmlns='urn:xmpp:reply:0' to='a@b' id='d'/>"
         "<replace xmlns='urn:xmpp:message-correct:0' id='a'/></message>",
         ACT_CORRECT, "a"},
        /* Without an id, or not ours: nothing. */
        {"<message><replace xmlns='urn:xmpp:message-correct:0'/></message>", ACT_SAY, ""},
        {"<message><replace xmlns='urn:x' id='a'/></message>", ACT_SAY, ""},
        {"<message><apply-to xmlns='urn:xmpp:fasten:0' id='c'><x xmlns='urn:x'/></apply-to>"
         "</message>",
         ACT_SAY, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        struct element *e = read(KINDS[i].xml);
        struct about about;
        about_read(e, &about);
        assert_int_equal(about.act, KINDS[i].act);
        assert_string_equal(about.id, KINDS[i].id);
        assert_false(about.is_over);
        element_destroy(e);
    }
}

static void expect_reactions(const char *xml, bool is_over, const char *list)
{
    struct element *e = read(xml);
    struct about about;

    about_read(e, &about);
    assert_int_equal(about.is_over, is_over);
    if (!is_over) {
        assert_string_equal(about.reactions, list);
    }
    element_destroy(e);
}

#define FAMILY "\U0001F468\u200d\U0001F469\u200d\U0001F467\u200d\U0001F466"
#define EIGHT                                                                                      \
    REACTION("1")                                                                                  \
    REACTION("2")                                                                                  \
    REACTION("3") REACTION("4") REACTION("5") REACTION("6") REACTION("7") REACTION("8")

/* Each once, at the limit and beyond it; what is no emoji to look at is none. */
static void about_read__bounds__reactions(void **state)
{
    (void)state;
    expect_reactions(REACTIONS(""), false, "");
    expect_reactions(REACTIONS(REACTION(FAMILY) REACTION("\u2764\uFE0F") REACTION(FAMILY)), false,
                     FAMILY " \u2764\uFE0F");
    expect_reactions(REACTIONS(EIGHT), false, "1 2 3 4 5 6 7 8");
    expect_reactions(REACTIONS(EIGHT REACTION("8")), false, "1 2 3 4 5 6 7 8");
    expect_reactions(REACTIONS(EIGHT REACTION("9")), true, NULL);
    expect_reactions(REACTIONS(REACTION("123456789012")), false, "123456789012");
    expect_reactions(REACTIONS(REACTION("1234567890123")), true, NULL);
    expect_reactions(REACTIONS(REACTION("")), true, NULL);
    expect_reactions(REACTIONS(REACTION("a b")), true, NULL);
    expect_reactions(REACTIONS(REACTION("a\nb")), true, NULL);
    expect_reactions(REACTIONS(REACTION("&#x202E;x")), true, NULL);
    expect_reactions(REACTIONS(REACTION("&#x9B;x")), true, NULL);
    /* Twelve of four bytes each: REACTION_BYTES. */
    expect_reactions(REACTIONS(REACTION("\U0001F44D\U0001F44D\U0001F44D\U0001F44D\U0001F44D"
                                        "\U0001F44D\U0001F44D\U0001F44D\U0001F44D\U0001F44D"
                                        "\U0001F44D\U0001F44D")),
                     false,
                     "\U0001F44D\U0001F44D\U0001F44D\U0001F44D\U0001F44D\U0001F44D\U0001F44D"
                     "\U0001F44D\U0001F44D\U0001F44D\U0001F44D\U0001F44D");
}

/* XEP-0428: the range counts code points; one that cannot be is none; something always stays. */
static void about_text_dup__leaves_out__the_quotation(void **state)
{
    static const struct {
        const char *range;
        const char *without;
    } RANGES[] = {
        {"start='0' end='7'", "Yes."},
        {"start='0' end='6'", "Yes."},
        {"start='0' end='11'", "> w\u00fc\U0001F44D?\nYes."},
        {"start='0' end='12'", "> w\u00fc\U0001F44D?\nYes."},
        {"start='7' end='0'", "> w\u00fc\U0001F44D?\nYes."},
        {"start='-1' end='7'", "> w\u00fc\U0001F44D?\nYes."},
        {"end='7'", "> w\u00fc\U0001F44D?\nYes."},
        {"start='x' end='7'", "> w\u00fc\U0001F44D?\nYes."},
        {"start='0' end='99999999999999999999'", "> w\u00fc\U0001F44D?\nYes."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof RANGES / sizeof *RANGES; i++) {
        char *xml =
            mem_print("<message><body>&gt; w\u00fc\U0001F44D?\nYes.</body>"
                      "<reply xmlns='urn:xmpp:reply:0' to='a@b' id='d'/>"
                      "<fallback xmlns='urn:xmpp:fallback:0' for='urn:other'><body start='0'"
                      " end='3'/></fallback>"
                      "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>"
                      "<body %s/></fallback></message>",
                      RANGES[i].range);
        struct element *e = read(xml);
        char *without = about_text_dup(e, false);
        char *with = about_text_dup(e, true);
        assert_string_equal(without, RANGES[i].without);
        assert_string_equal(with, "> w\u00fc\U0001F44D?\nYes.");
        free(without);
        free(with);
        element_destroy(e);
        free(xml);
    }
}

static void expect_written(const struct about_words *words, const char *body, const char *expected)
{
    struct draft d;
    struct writer *w = draft_begin(&d);

    stanza_message(w, "a@b", "c@d", "chat", "e8");
    writer_leaf(w, "body", NULL, body);
    about_write(w, words);
    assert_true(writer_finish(w));
    char *all = mem_print("<message from='a@b' to='c@d' type='chat' id='e8'><body>%s</body>%s"
                          "</message>",
                          body, expected);
    assert_string_equal(d.buf.bytes, all);
    free(all);
    buf_finish(&d.buf);
}

static void about_write__writes__each_kind(void **state)
{
    (void)state;
    expect_written(&(struct about_words){.act = ACT_SAY, .id = "e7"}, "x", "");
    expect_written(&(struct about_words){.act = ACT_CORRECT, .id = ""}, "x", "");
    expect_written(&(struct about_words){.act = ACT_CORRECT, .id = "e7"}, "x",
                   "<replace xmlns='urn:xmpp:message-correct:0' id='e7'/>");
    expect_written(&(struct about_words){.act = ACT_RETRACT, .id = "e7"}, "x",
                   "<retract xmlns='urn:xmpp:message-retract:1' id='e7'/>"
                   "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'><body/>"
                   "</fallback><store xmlns='urn:xmpp:hints'/>");
    expect_written(&(struct about_words){.act = ACT_REACT, .id = "e7", .reactions = "+ -"}, "x",
                   "<reactions xmlns='urn:xmpp:reactions:0' id='e7'><reaction>+</reaction>"
                   "<reaction>-</reaction></reactions>"
                   "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reactions:0'><body/>"
                   "</fallback><store xmlns='urn:xmpp:hints'/>");
    expect_written(
        &(struct about_words){
            .act = ACT_REPLY, .id = "e7", .to = "c@d", .quotation = "\u00fc\n", .skip = 3},
        "?? \u00fc\nx",
        "<reply xmlns='urn:xmpp:reply:0' to='c@d' id='e7'/>"
        "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>"
        "<body start='3' end='5'/></fallback>");
}

static void about_quote__marks__each_line_of_the_beginning(void **state)
{
    struct buf out;
    char text[512];

    (void)state;
    buf_init(&out, 4096);
    about_quote(&out, "one\ntwo");
    assert_string_equal(out.bytes, "> one\n> two\n");
    buf_reset(&out);
    memset(text, 'x', 201);
    text[200] = '\0';
    about_quote(&out, text);
    assert_int_equal(out.len, 203);
    buf_reset(&out);
    text[200] = 'x';
    text[201] = '\0';
    about_quote(&out, text);
    assert_string_equal(out.bytes + 202, "…\n");
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(about_read__knows__each_kind),
        cmocka_unit_test(about_read__bounds__reactions),
        cmocka_unit_test(about_text_dup__leaves_out__the_quotation),
        cmocka_unit_test(about_write__writes__each_kind),
        cmocka_unit_test(about_quote__marks__each_line_of_the_beginning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
