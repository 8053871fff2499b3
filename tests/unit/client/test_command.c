#include "client/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <string.h>

static struct command parse(const char *text)
{
    static char line[200];
    strncpy(line, text, sizeof line - 1);
    return command_parse(line);
}

static void expect(const char *text, enum command_kind kind, const char *rest, const char *show)
{
    struct command c = parse(text);
    assert_int_equal(c.kind, kind);
    assert_string_equal(c.text, rest);
    assert_string_equal(c.show, show);
}

static void command_parse__tells_text_from_commands(void **state)
{
    (void)state;
    expect("hello there ", COMMAND_SAY, "hello there", "");
    expect("!transfer sales", COMMAND_SAY, "!transfer sales", "");
    expect("//usr is a folder", COMMAND_SAY, "/usr is a folder", "");
    expect("", COMMAND_NOTHING, "", "");
    expect(" \t ", COMMAND_NOTHING, "", "");
    expect("/list", COMMAND_LIST, "", "");
    expect("/to 3", COMMAND_TO, "3", "");
    expect("/to  Anna Meier ", COMMAND_TO, "Anna Meier", "");
    expect("/quit", COMMAND_QUIT, "", "");
    expect("/help", COMMAND_HELP, "", "");
    expect("/accept sales@support.localhost", COMMAND_ACCEPT, "sales@support.localhost", "");
}

static void command_parse__knows_how_one_shows_oneself(void **state)
{
    (void)state;
    expect("/away", COMMAND_SHOW, "", "away");
    expect("/away at lunch", COMMAND_SHOW, "at lunch", "away");
    expect("/dnd", COMMAND_SHOW, "", "dnd");
    expect("/xa", COMMAND_SHOW, "", "xa");
    expect("/back", COMMAND_SHOW, "", "");
}

static void command_parse__refuses__what_it_does_not_know(void **state)
{
    (void)state;
    assert_int_equal(parse("/qui").kind, COMMAND_UNKNOWN);
    assert_int_equal(parse("/quitt").kind, COMMAND_UNKNOWN);
    assert_int_equal(parse("/").kind, COMMAND_UNKNOWN);
    assert_int_equal(parse("/to").kind, COMMAND_UNKNOWN);
    assert_int_equal(parse("/accept ").kind, COMMAND_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(command_parse__tells_text_from_commands),
        cmocka_unit_test(command_parse__knows_how_one_shows_oneself),
        cmocka_unit_test(command_parse__refuses__what_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
