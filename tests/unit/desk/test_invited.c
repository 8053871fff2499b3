/* A visitor who was invited: what agents see of it, and until when. */
#include "desk/invited.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ANN "visitor-ann"

static enum desk_result invited(struct story *s, const char *words)
{
    enum desk_result result = desk_visitor_invited(desk_of(s), now_of(s), ANN, words);

    story_turn(s);
    return result;
}

static const char *known(struct story *s)
{
    struct visitor_view v;

    assert_true(desk_visitor(desk_of(s), ANN, &v));
    return v.invitation;
}

static void on_transcript(void *ctx, const struct chat_record *chat,
                          const struct entry_record *entries, size_t count, bool complete)
{
    size_t *notes = ctx;

    (void)chat;
    (void)complete;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(entries[i].event, "invitation") == 0) {
            assert_int_equal(entries[i].kind, ENTRY_NOTE);
            assert_int_equal(entries[i].by, BY_DESK);
            ++*notes;
        }
    }
}

static size_t notes_of(struct story *s, int64_t chat)
{
    size_t notes = 0;

    storage_transcript(storage_of(s), chat, 0, 100, on_transcript, &notes);
    storage_dispatch(storage_of(s));
    return notes;
}

static int64_t chat_of(struct story *s)
{
    struct chat_view chat;

    assert_true(desk_chat(desk_of(s), ANN, &chat));
    return chat.number;
}

static void invitation__is_noted_when_the_chat_begins__and_is_over_with_it(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    story_begins(s);
    visitor_arrives(s, "ann");
    assert_int_equal(desk_visitor_invited(desk_of(s), now_of(s), "visitor-none", "a: A"),
                     DESK_NOT_FOUND);
    assert_int_equal(invited(s, "cart: May I help?"), DESK_OK);
    assert_int_equal(invited(s, "cart: May I help?"), DESK_REPEATED);
    assert_string_equal(known(s), "cart: May I help?");
    visitor_says(s, "ann", "Yes");
    int64_t first = chat_of(s);
    assert_int_equal(notes_of(s, first), 1);
    assert_string_equal(known(s), "cart: May I help?");
    desk_visitor_end(desk_of(s), now_of(s), ANN);
    story_turn(s);
    /* Another one, while the first chat lingers. */
    assert_int_equal(invited(s, "prices: Questions?"), DESK_OK);
    visitor_says(s, "ann", "Again");
    assert_int_equal(notes_of(s, first), 1);
    assert_int_equal(notes_of(s, chat_of(s)), 1);
    desk_visitor_end(desk_of(s), now_of(s), ANN);
    story_turn(s);
    visitor_says(s, "ann", "Without");
    assert_int_equal(notes_of(s, chat_of(s)), 0);
    assert_string_equal(known(s), "");
    forget_what_was_told(s);
    story_ends(s);
}

static void invitation__is_noted_at_once__in_an_open_chat(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    char words[INVITED_BYTES + 10];

    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    assert_int_equal(invited(s, words), DESK_OK);
    assert_int_equal(strlen(known(s)), INVITED_BYTES);
    assert_int_equal(notes_of(s, chat_of(s)), 1);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_inviting_agent__is__who_is_free_and_has_the_fewest_chats(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    assert_null(desk_inviting_agent(desk_of(s), "none"));
    assert_null(desk_inviting_agent(desk_of(s), "sales"));
    agent_is(s, "bob", AVAILABILITY_FREE);
    assert_string_equal(desk_inviting_agent(desk_of(s), "sales"), "Bob");
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    visitor_says(s, "ann", "Hello");
    agent_says(s, "bob", "ann", "Hi");
    assert_string_equal(desk_inviting_agent(desk_of(s), "sales"), "Eve");
    agent_is(s, "eve", AVAILABILITY_AWAY);
    assert_string_equal(desk_inviting_agent(desk_of(s), "sales"), "Bob");
    agent_is(s, "bob", AVAILABILITY_AWAY);
    assert_null(desk_inviting_agent(desk_of(s), "sales"));
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invitation__is_noted_when_the_chat_begins__and_is_over_with_it),
        cmocka_unit_test(invitation__is_noted_at_once__in_an_open_chat),
        cmocka_unit_test(desk_inviting_agent__is__who_is_free_and_has_the_fewest_chats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
