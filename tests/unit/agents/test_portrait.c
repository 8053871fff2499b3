/* An agent's own picture. */
#include "agents/portrait.h"

#include "base/mem.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PNG "iVBORw0KGgoAAA=="
#define QUESTION                                                                                   \
    "<iq from='" SALES "' to='" NINA "' type='get' id='*' when='now'><vCard "                      \
    "xmlns='vcard-temp'/></iq>"

static void is_there_with(struct story *s, const char *inside)
{
    char *xml = mem_print("<presence to='" SALES "'>%s</presence>", inside);

    agent_sends(s, NINA "/pc", xml);
    free(xml);
}

static void is_there_with_photo(struct story *s, const char *hash)
{
    char *x = mem_print("<x xmlns='vcard-temp:x:update'><photo>%s</photo></x>", hash);

    is_there_with(s, x);
    free(x);
}

static void card_is(struct story *s, const char *photo)
{
    char *id = mem_dup(element_attr(expect(s, QUESTION), "id"));
    char *xml = mem_print("<iq type='result' id='%s' from='x'><vCard xmlns='vcard-temp'>"
                          "<PHOTO><TYPE>image/svg+xml</TYPE><BINVAL>%s</BINVAL></PHOTO>"
                          "</vCard></iq>",
                          id, photo);

    assert_true(recorder_answer(post_of(s), id, xml));
    free(xml);
    free(id);
}

static void expect_face(struct story *s, const char *type)
{
    struct agent_face face;

    assert_int_equal(agents_face(agents_of(s), "Nina", &face), type != NULL);
    if (type != NULL) {
        assert_string_equal(face.type, type);
    }
}

static struct story *story_of_a_face(void)
{
    struct story *s = story_begins();

    shows_face(s, NINA, true);
    is_there_with_photo(s, "1");
    expect_face(s, NULL);
    card_is(s, PNG);
    expect_face(s, "image/png");
    return s;
}

static void portrait__is_asked_for__when_presence_says_another_one(void **state)
{
    struct story *s = story_of_a_face();

    (void)state;
    is_there_with_photo(s, "1");
    is_there_with(s, "");
    expect_nothing_like(s, QUESTION);
    is_there_with_photo(s, "2");
    is_there_with_photo(s, "3"); /* while the answer is on its way */
    card_is(s, PNG);
    card_is(s, "/9j/4AAQ");
    expect_face(s, "image/jpeg");
    is_there_with_photo(s, "");
    card_is(s, "");
    expect_face(s, NULL);
    is_there_with_photo(s, "4");
    card_is(s, "UklGRgAAAABXRUJQ");
    expect_face(s, "image/webp");
    story_ends(s);
}

static void portrait__without_an_answer__is_asked_for_again(void **state)
{
    struct story *s = story_begins();

    (void)state;
    shows_face(s, NINA, true);
    is_there_with(s, "");
    expect(s, QUESTION);
    recorder_answer_none(post_of(s));
    expect_nothing_like(s, QUESTION);
    is_there_with(s, "");
    card_is(s, PNG);
    expect_face(s, "image/png");
    story_ends(s);
}

/* The photo was found though no presence had said so (ejabberd without mod_vcard_xupdate); then the
 * client says that there is none. */
static void portrait__that_no_presence_spoke_of__goes_when_one_takes_it_away(void **state)
{
    struct story *s = story_begins();

    (void)state;
    shows_face(s, NINA, true);
    is_there_with(s, "");
    card_is(s, PNG);
    expect_face(s, "image/png");
    is_there_with_photo(s, "");
    card_is(s, "");
    expect_face(s, NULL);
    is_there_with_photo(s, "");
    expect_nothing_like(s, QUESTION);
    story_ends(s);
}

static void portrait__of_another_kind_or_too_large__is_not_shown(void **state)
{
    static const char *const OTHERS[] = {"PHN2Zy8+", "R0lGODlh", "iVBORw0KGg==", "*", ""};
    struct story *s = story_of_a_face();
    size_t most = (PORTRAIT_BYTES + 2) / 3 * 4; /* letters */
    char *large = mem_alloc(most + 1);
    char hash[16];

    (void)state;
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        snprintf(hash, sizeof hash, "other%zu", i);
        is_there_with_photo(s, hash);
        card_is(s, OTHERS[i]);
        expect_face(s, NULL);
    }
    memset(large, 'A', most);
    memcpy(large, "iVBORw0KGgoA", 12);
    memcpy(large + most - 2, "==", 2); /* 64 kB is one byte more than so many times three */
    is_there_with_photo(s, "most");
    card_is(s, large);
    expect_face(s, "image/png");
    memcpy(large + most - 2, "A=", 2);
    is_there_with_photo(s, "more");
    card_is(s, large);
    expect_face(s, NULL);
    free(large);
    story_ends(s);
}

static void portrait__without_agreement__is_neither_asked_for_nor_shown(void **state)
{
    struct story *s = story_of_a_face();

    (void)state;
    shows_face(s, NINA, false);
    expect_face(s, NULL);
    is_there_with_photo(s, "2");
    expect_nothing_like(s, QUESTION);
    shows_face(s, NINA, true);
    is_there_with_photo(s, "2");
    shows_face(s, NINA, false); /* while the answer is on its way */
    card_is(s, PNG);
    expect_face(s, NULL);
    story_ends(s);
}

static void portrait__of_a_name_that_nobody_has__is_none(void **state)
{
    struct story *s = story_of_a_face();
    struct agent_face face;

    (void)state;
    assert_false(agents_face(agents_of(s), "Otto", &face));
    assert_false(agents_face(agents_of(s), "nina", &face));
    assert_false(agents_face(agents_of(s), NINA, &face));
    assert_false(agents_face(agents_of(s), "", &face));
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(portrait__is_asked_for__when_presence_says_another_one),
        cmocka_unit_test(portrait__without_an_answer__is_asked_for_again),
        cmocka_unit_test(portrait__that_no_presence_spoke_of__goes_when_one_takes_it_away),
        cmocka_unit_test(portrait__of_another_kind_or_too_large__is_not_shown),
        cmocka_unit_test(portrait__without_agreement__is_neither_asked_for_nor_shown),
        cmocka_unit_test(portrait__of_a_name_that_nobody_has__is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
