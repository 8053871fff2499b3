/* The port for figures: off, on this machine, or for others if that is meant. */
#include "config_test.h"

static void metrics__are_off__until_they_are_asked_for(void **state)
{
    (void)state;
    struct config *c = accept(BASE);
    assert_null(c->metrics.listen);
    config_destroy(c);
    c = accept(BASE "metrics: {}\n");
    assert_null(c->metrics.listen);
    config_destroy(c);
}

static void metrics__take__addresses_of_this_machine(void **state)
{
    static const char *const HERE[] = {"127.0.0.1:9464", "127.9.9.9:0", "[::1]:9464",
                                       "[::ffff:127.0.0.1]:9464"};
    (void)state;
    for (size_t i = 0; i < sizeof HERE / sizeof *HERE; i++) {
        char *text =
            mem_print(BASE "metrics: {listen: \"%s\", hosts: [desk.example.org]}\n", HERE[i]);
        struct config *c = accept(text);
        assert_string_equal(c->metrics.listen, HERE[i]);
        assert_int_equal(c->metrics.host_count, 1);
        assert_string_equal(c->metrics.hosts[0], "desk.example.org");
        config_destroy(c);
        free(text);
    }
}

static void metrics__take__others_only_if_that_is_meant(void **state)
{
    static const char *const BEYOND[] = {"0.0.0.0:9464",       "192.0.2.7:9464", "[::]:9464",
                                         "[2001:db8::7]:9464", "126.0.0.1:9464", "128.0.0.1:9464"};
    (void)state;
    for (size_t i = 0; i < sizeof BEYOND / sizeof *BEYOND; i++) {
        char *text = mem_print(BASE "metrics:\n  listen: \"%s\"\n", BEYOND[i]);
        refuse(text, "/etc/tresen/t.yml:8: metrics.listen: ");
        refuse(text, "is reached from other machines");
        char *meant = mem_print("%s  remote: yes\n", text);
        config_destroy(accept(meant));
        free(meant);
        free(text);
    }
}

static void metrics__refuse__what_is_no_address_or_name(void **state)
{
    (void)state;
    refuse(BASE "metrics: {listen: 9464}\n", "metrics.listen: must be an address and a port");
    refuse(BASE "metrics: {listen: \"localhost:9464\"}\n",
           "metrics.listen: must be an address and a port");
    refuse(BASE "metrics: {hosts: [\"a b\"]}\n", "metrics.hosts[0]");
    refuse(BASE "metrics: {path: /}\n", "metrics.path");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics__are_off__until_they_are_asked_for),
        cmocka_unit_test(metrics__take__addresses_of_this_machine),
        cmocka_unit_test(metrics__take__others_only_if_that_is_meant),
        cmocka_unit_test(metrics__refuse__what_is_no_address_or_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
