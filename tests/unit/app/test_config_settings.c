/* What the database adds to the file. */
#include "config_test.h"

#include "storage/storage.h"

#define AGENT(id, field, value)                                                                    \
    {                                                                                              \
        SETTING_AGENT, id, field, value                                                            \
    }
#define DEPARTMENT(id, field, value)                                                               \
    {                                                                                              \
        SETTING_DEPARTMENT, id, field, value                                                       \
    }
#define HOURS(id, field, value)                                                                    \
    {                                                                                              \
        SETTING_CALENDAR, id, field, value                                                         \
    }
#define MEMBER(jid, department)                                                                    \
    {                                                                                              \
        SETTING_MEMBER, jid, department, ""                                                        \
    }
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static struct config *parse_with(const char *text, const struct setting_record *rows, size_t count,
                                 char **error)
{
    *error = NULL;
    return config_parse_with("/etc/tresen/t.yml", text, strlen(text), rows, count, error);
}

static struct config *accept_with(const char *text, const struct setting_record *rows, size_t count)
{
    char *error;
    struct config *c = parse_with(text, rows, count, &error);
    if (c == NULL) {
        fail_msg("refused: %s", error);
    }
    return c;
}

static void refuse_with(const char *text, const struct setting_record *rows, size_t count,
                        const char *complaint)
{
    char *error;
    struct config *c = parse_with(text, rows, count, &error);
    if (c != NULL) {
        config_destroy(c);
        fail_msg("accepted, instead of: %s", complaint);
    }
    assert_string_equal(error, complaint);
    free(error);
}

static void config_add_settings__adds__what_no_file_names(void **state)
{
    (void)state;
    const struct setting_record rows[] = {
        AGENT("tom@localhost", "capacity", "3"),
        AGENT("tom@localhost", "jid", "tom@localhost"),
        AGENT("tom@localhost", "skills", "billing\nreturns"),
        DEPARTMENT("returns", "calendar", "day"),
        DEPARTMENT("returns", "form.name", "required"),
        DEPARTMENT("returns", "id", "returns"),
        HOURS("day", "hours", "mon-fri 09:00-17:00\nsat 10:00-12:00"),
        HOURS("day", "id", "day"),
        MEMBER("agent@localhost", "returns"),
        MEMBER("tom@localhost", "returns"),
        MEMBER("tom@localhost", "sales"),
    };
    struct config *c = accept_with(BASE, rows, COUNT(rows));
    assert_int_equal(c->agent_count, 2);
    assert_string_equal(c->agents[0].jid, "tom@localhost");
    assert_string_equal(c->agents[0].name, "Tom");
    assert_int_equal(c->agents[0].capacity, 3);
    assert_int_equal(c->agents[0].line, 0);
    assert_int_equal(c->agents[0].skill_count, 2);
    assert_string_equal(c->agents[0].skills[1], "returns");
    assert_int_equal(c->agents[1].line, 6);
    assert_int_equal(c->department_count, 2);
    assert_int_equal(c->departments[0].line, 6);
    assert_int_equal(c->departments[0].agent_count, 2);
    assert_string_equal(c->departments[1].name, "Returns");
    assert_int_equal(c->departments[1].line, 0);
    assert_int_equal(c->departments[1].agent_count, 2);
    assert_int_equal(c->departments[1].form_name, CONFIG_FORM_REQUIRED);
    assert_non_null(c->departments[1].hours);
    assert_int_equal(c->calendars[0].hours_count, 2);
    assert_int_equal(c->shadow_count, 0);
    config_destroy(c);
}

static void config_add_settings__lets__the_file_win(void **state)
{
    (void)state;
    const struct setting_record rows[] = {
        AGENT("agent@localhost", "name", "Other"), AGENT("tom@localhost", "jid", "tom@localhost"),
        DEPARTMENT("sales", "name", "Other"),      MEMBER("agent@localhost", "sales"),
        MEMBER("tom@localhost", "sales"),
    };
    struct config *c = accept_with(BASE, rows, COUNT(rows));
    assert_string_equal(c->departments[0].name, "Sales");
    assert_string_equal(c->agents[1].name, "Agent");
    assert_int_equal(c->departments[0].agent_count, 2);
    assert_int_equal(c->shadow_count, 3);
    assert_string_equal(c->shadows[0].what, "agent agent@localhost");
    assert_int_equal(c->shadows[0].line, 6);
    assert_string_equal(c->shadows[1].what, "department sales");
    assert_string_equal(c->shadows[2].what, "agent agent@localhost in sales");
    config_destroy(c);
}

static void config_add_settings__complains__about_what_does_not_fit(void **state)
{
    (void)state;
#define REFUSE(complaint, ...)                                                                     \
    do {                                                                                           \
        const struct setting_record rows[] = {__VA_ARGS__};                                        \
        refuse_with(BASE, rows, COUNT(rows), "/etc/tresen/t.yml: in the database: " complaint);    \
    } while (0)
    REFUSE("agent tom@localhost: capacity: must be a number from 1 to 100",
           AGENT("tom@localhost", "capacity", "101"));
    REFUSE("agent tom@localhost: jid: tom@localhost is in no department",
           AGENT("tom@localhost", "jid", "tom@localhost"));
    REFUSE("agent tom@localhost: shoe: is not known here", AGENT("tom@localhost", "shoe", "43"));
    REFUSE("department returns: has no agents", DEPARTMENT("returns", "id", "returns"));
    REFUSE("department returns: agents: is not known here",
           DEPARTMENT("returns", "agents", "agent@localhost"));
    REFUSE("department returns: rules[].page: is not known here",
           DEPARTMENT("returns", "rules[].page", "/"));
    REFUSE("department returns: rules: is not known here", DEPARTMENT("returns", "rules", "x"));
    REFUSE("agent tom@localhost in sales: there is no such agent",
           MEMBER("tom@localhost", "sales"));
    REFUSE("agent agent@localhost in x: there is no such department",
           MEMBER("agent@localhost", "x"));
    REFUSE("department visitor-x: id: may not begin with \"visitor-\"",
           DEPARTMENT("visitor-x", "id", "visitor-x"), MEMBER("agent@localhost", "visitor-x"));
#undef REFUSE
}

/* The table has a field once; whoever hands it over twice is not to leak (found by fuzzing). */
static void config_add_settings__takes__the_last_of_a_field(void **state)
{
    (void)state;
    const struct setting_record rows[] = {
        AGENT("tom@localhost", "jid", "tom@localhost"),
        AGENT("tom@localhost", "name", "Tommy"),
        AGENT("tom@localhost", "name", "Thomas"),
        DEPARTMENT("returns", "id", "returns"),
        DEPARTMENT("returns", "widget.color", "#000000"),
        DEPARTMENT("returns", "widget.color", "#ffffff"),
        MEMBER("tom@localhost", "returns"),
    };
    struct config *c = accept_with(BASE, rows, COUNT(rows));
    assert_string_equal(c->agents[0].name, "Thomas");
    assert_string_equal(c->departments[1].look.color, "#ffffff");
    config_destroy(c);
}

/* So many as the file may have, the file's among them. */
static void config_add_settings__counts__with_the_file(void **state)
{
    (void)state;
    enum { LIMIT = 200 };
    static char ids[LIMIT][16];
    static struct setting_record rows[2 * LIMIT];
    char *error = NULL;
    for (size_t i = 0; i < LIMIT; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "d-%03zu", i);
        rows[i] = (struct setting_record)DEPARTMENT(ids[i], "id", ids[i]);
    }
    size_t count = LIMIT - 1; /* and sales */
    for (size_t i = 0; i < count; i++) {
        rows[count + i] = (struct setting_record)MEMBER("agent@localhost", ids[i]);
    }
    config_destroy(accept_with(BASE, rows, 2 * count));
    for (size_t i = 0; i < LIMIT; i++) {
        rows[i] = (struct setting_record)DEPARTMENT(ids[i], "id", ids[i]);
        rows[LIMIT + i] = (struct setting_record)MEMBER("agent@localhost", ids[i]);
    }
    assert_null(parse_with(BASE, rows, COUNT(rows), &error));
    assert_string_equal(error, "/etc/tresen/t.yml: in the database: department d-199: is one too "
                               "many; at most 200 are possible");
    free(error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_add_settings__adds__what_no_file_names),
        cmocka_unit_test(config_add_settings__lets__the_file_win),
        cmocka_unit_test(config_add_settings__complains__about_what_does_not_fit),
        cmocka_unit_test(config_add_settings__takes__the_last_of_a_field),
        cmocka_unit_test(config_add_settings__counts__with_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
