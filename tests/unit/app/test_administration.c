/* What administrators are told of who works here: long lists say how long they are. */
#include "administration.h"

#include "base/buf.h"
#include "config_test.h"

static void take(void *ctx, const struct administration_item *i)
{
    buf_printf(ctx, "%s: %s\n", i->id, i->facts);
}

static char *list_dup(const char *text, enum setting_kind kind)
{
    struct config *c = accept(text);
    struct buf out;

    buf_init(&out, SIZE_MAX - 1);
    administration_list(c, kind, take, &out);
    config_destroy(c);
    return buf_detach(&out);
}

static void administration_list__says__all_of_a_short_list(void **state)
{
    (void)state;
    char *said = list_dup(BASE "  - {id: help, agents: [agent@localhost, tom@localhost]}\n"
                               "agents: [{jid: tom@localhost, skills: [billing, returns]}]\n",
                          SETTING_DEPARTMENT);
    assert_string_equal(said, "sales: agents=agent@localhost\n"
                              "help: agents=agent@localhost; tom@localhost\n");
    free(said);
    said = list_dup(BASE "agents: [{jid: agent@localhost, capacity: 3, skills: [billing, returns],"
                         " languages: [de]}]\n",
                    SETTING_AGENT);
    assert_string_equal(said, "agent@localhost: departments=sales capacity=3 skills=billing; "
                              "returns languages=de\n");
    free(said);
}

/* Each of them is there, or counted. */
static void administration_list__counts__what_is_too_long_to_say(void **state)
{
    enum { AGENTS = 400 };
    struct buf text;
    (void)state;
    buf_init(&text, SIZE_MAX - 1);
    buf_add_text(&text, BASE "  - {id: all, agents: [");
    for (unsigned i = 0; i < AGENTS; i++) {
        buf_printf(&text, "%sa%u@localhost", i > 0 ? ", " : "", i);
    }
    buf_add_text(&text, "]}\n");
    char *said = list_dup(text.bytes, SETTING_DEPARTMENT);
    char *all = strstr(said, "all: agents=a0@localhost; a1@localhost; ");
    assert_non_null(all);
    assert_true(strlen(all) < 1600);
    unsigned shown = 1;
    for (const char *at = all; (at = strchr(at, ';')) != NULL; at++) {
        shown++;
    }
    const char *more = strstr(all, " and ");
    assert_non_null(more);
    assert_int_equal(shown + strtoul(more + strlen(" and "), NULL, 10), AGENTS);
    assert_string_equal(more + strlen(more) - strlen(" more\n"), " more\n");
    free(said);
    buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(administration_list__says__all_of_a_short_list),
        cmocka_unit_test(administration_list__counts__what_is_too_long_to_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
