/* What may change while the daemon runs, and what is complained about. */
#include "config_table.h"

#include "config_test.h"

static char *change(const char *from, const char *to)
{
    struct config *old = accept(from);
    struct config *next = accept(to);
    char *complaint = config_change_print(old, next);
    config_destroy(old);
    config_destroy(next);
    return complaint;
}

static void expect_refused(const char *to, const char *complaint)
{
    char *said = change(BASE, to);
    assert_non_null(said);
    assert_string_equal(said, complaint);
    free(said);
}

static void config_change_print__accepts__everything_that_is_not_marked(void **state)
{
    (void)state;
    assert_null(change(BASE, BASE));
    assert_null(change(BASE, "# a comment\n" BASE "log_level: debug\n"
                             "agents: [{jid: agent@localhost, name: Nina, capacity: 1}]\n"
                             "limits: {max_queue: 1, token_days: 2}\n"
                             "sites: [{id: other, origins: [\"https://other.example\"]}]\n"
                             "visitors: {xmpp: any}\n"
                             "metrics: {hosts: [desk.example.org]}\n"));
    assert_null(change(BASE, "domain: support.localhost\n"
                             "server: {secret: another, roster: none}\n"
                             "web: {origins: [\"https://www.example.org\"], trusted_proxies: [], "
                             "allow_no_origin: yes, public_url: \"https://chat.example.org\"}\n"
                             "storage: sqlite:tresen.db\n"
                             "departments:\n"
                             "  - {id: sales, name: Shop, agents: [eve@localhost]}\n"
                             "  - {id: press, agents: [eve@localhost]}\n"));
}

static void config_change_print__names__file_line_and_key(void **state)
{
    (void)state;
#define REST "departments:\n  - {id: sales, agents: [agent@localhost]}\n"
#define SERVER "server: {secret: hidden}\n"
#define WEB "web: {origins: [\"http://127.0.0.1:8080\"]}\n"
#define ONLY ": only a restart changes this"
    expect_refused("domain: other.localhost\n" SERVER WEB "storage: sqlite:tresen.db\n" REST,
                   "/etc/tresen/t.yml:1: domain" ONLY);
    expect_refused("domain: support.localhost\n" SERVER WEB "storage: sqlite:other.db\n" REST,
                   "/etc/tresen/t.yml:4: storage" ONLY);
    expect_refused("domain: support.localhost\nserver:\n  secret: hidden\n  host: 127.0.0.2\n" WEB
                   "storage: sqlite:tresen.db\n" REST,
                   "/etc/tresen/t.yml:4: server.host" ONLY);
    expect_refused("domain: support.localhost\nserver: {secret: hidden, port: 5348}\n" WEB
                   "storage: sqlite:tresen.db\n" REST,
                   "/etc/tresen/t.yml:2: server.port" ONLY);
    expect_refused(BASE "control: other.sock\n", "/etc/tresen/t.yml:7: control" ONLY);
    expect_refused(BASE "metrics: {listen: \"127.0.0.1:9464\"}\n",
                   "/etc/tresen/t.yml:7: metrics.listen" ONLY);
    for (size_t i = 0; i < 3; i++) {
        static const char *const KEYS[] = {"listen: 127.0.0.1:1", "widget: w", "website: w"};
        char *text = mem_print("domain: support.localhost\n" SERVER
                               "web:\n  origins: [\"http://127.0.0.1:8080\"]\n  %s\n"
                               "storage: sqlite:tresen.db\n" REST,
                               KEYS[i]);
        char *words =
            mem_print("/etc/tresen/t.yml:5: web.%.*s" ONLY, (int)strcspn(KEYS[i], ":"), KEYS[i]);
        expect_refused(text, words);
        free(text);
        free(words);
    }
}

/* A key that is taken out goes back to its default: the line is that of what stands around it. */
static void config_change_print__sees__what_is_not_there_any_more(void **state)
{
    (void)state;
    char *said = change("domain: support.localhost\nserver: {secret: hidden, port: 5348}\n" WEB
                        "storage: sqlite:tresen.db\n" REST,
                        BASE);
    assert_string_equal(said, "/etc/tresen/t.yml:2: server.port" ONLY);
    free(said);
}

/* config_change.c compares texts and numbers that stand in struct config itself. */
static void config_options__mark__only_what_can_be_compared(void **state)
{
    size_t marked = 0;
    (void)state;
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_options[i];
        if (o->restart) {
            marked++;
            assert_int_equal(o->shape, CONFIG_ONE);
            assert_true(o->type != &config_type_flag && o->type != &config_type_choice);
            assert_true(o->offset < sizeof(struct config));
            assert_null(strchr(o->path, '['));
        }
    }
    assert_int_equal(marked, 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_change_print__accepts__everything_that_is_not_marked),
        cmocka_unit_test(config_change_print__names__file_line_and_key),
        cmocka_unit_test(config_change_print__sees__what_is_not_there_any_more),
        cmocka_unit_test(config_options__mark__only_what_can_be_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
