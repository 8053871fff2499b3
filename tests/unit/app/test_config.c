/* The configuration file: what it accepts, what it fills in, and where it says that something is
 * wrong. */
#include "config_test.h"

#include "base/buf.h"
#include "base/log.h"

static char *file_dup(const char *path)
{
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    struct buf b;
    buf_init(&b, 1024 * 1024);
    char part[4096];
    size_t len;
    while ((len = fread(part, 1, sizeof part, f)) > 0) {
        buf_add(&b, part, len);
    }
    fclose(f);
    return buf_detach(&b);
}

/* ---- what is accepted ---- */

static void config_parse__fills_in__every_default(void **state)
{
    (void)state;
    struct config *c = accept(BASE);
    assert_string_equal(c->domain, "support.localhost");
    assert_string_equal(c->server.host, "127.0.0.1");
    assert_int_equal(c->server.port, 5347);
    assert_string_equal(c->server.secret, "hidden");
    assert_int_equal(c->server.roster, CONFIG_ROSTER_AUTO);
    assert_null(c->server.api.url);
    assert_false(c->server.plaintext_link);
    assert_string_equal(c->web.listen, "127.0.0.1:8080");
    assert_int_equal(c->web.trusted_proxy_count, 2);
    assert_string_equal(c->web.trusted_proxies[1], "::1/128");
    assert_false(c->web.allow_no_origin);
    assert_int_equal(c->site_count, 1);
    assert_string_equal(c->sites[0].id, "default");
    assert_string_equal(c->sites[0].origins[0], "http://127.0.0.1:8080");
    assert_string_equal(c->storage, "sqlite:/etc/tresen/tresen.db");
    assert_string_equal(c->control, "/etc/tresen/control.sock");
    assert_string_equal(c->default_department, "sales");
    assert_string_equal(c->departments[0].name, "Sales");
    assert_int_equal(c->departments[0].line, 6);
    assert_int_equal(c->departments[0].form_email, CONFIG_FORM_OFF);
    assert_int_equal(c->agent_count, 1);
    assert_string_equal(c->agents[0].jid, "agent@localhost");
    assert_string_equal(c->agents[0].name, "Agent");
    assert_int_equal(c->agents[0].capacity, 5);
    assert_int_equal(c->visitors_xmpp, CONFIG_XMPP_LOCAL);
    assert_int_equal(c->limits.body_points, 5000);
    assert_int_equal(c->limits.body_bytes, 20000);
    assert_int_equal(c->limits.streams_per_address, 200);
    assert_int_equal(c->limits.new_streams_per_minute, 300);
    assert_int_equal(c->limits.message_burst, 10);
    assert_int_equal(c->limits.agent_grace_s, 60);
    assert_int_equal(c->limits.visitor_grace_s, 120);
    assert_int_equal(c->limits.doubt_s, 20);
    assert_int_equal(c->limits.answer_s, 120);
    assert_int_equal(c->supervisors.count, 0);
    assert_int_equal(c->limits.linger_s, 600);
    assert_int_equal(c->limits.idle_s, 1800);
    assert_int_equal(c->limits.max_queue, 100);
    assert_int_equal(c->limits.max_visitors, 20000);
    assert_int_equal(c->limits.max_connections, 16000);
    assert_int_equal(c->limits.token_days, 30);
    assert_int_equal(c->log_level, LOG_INFO);
    config_destroy(c);
}

/* An agent's own choice goes before that for all; so many slots as chats, and three more. */
static void config_parse__takes__contacts(void **state)
{
    (void)state;
    struct config *c = accept(BASE "contacts: slots\n"
                                   "agents: [{jid: agent@localhost, capacity: 9}]\n");
    assert_int_equal(c->agents[0].contacts, CONFIG_CONTACTS_SLOTS);
    assert_int_equal(c->agents[0].slots, 12);
    config_destroy(c);
    c = accept(BASE "contacts: slots\n"
                    "agents: [{jid: agent@localhost, contacts: visitor, slots: 2}]\n");
    assert_int_equal(c->agents[0].contacts, CONFIG_CONTACTS_VISITOR);
    assert_int_equal(c->agents[0].slots, 2);
    config_destroy(c);
    refuse(BASE "agents: [{jid: agent@localhost, slots: 201}]\n",
           "t.yml:7: agents[0].slots: must be a number from 1 to 200");
}

static void config_parse__takes__what_the_file_says(void **state)
{
    (void)state;
    struct config *c = accept(
        "domain: Support.Example.ORG\n"
        "server:\n"
        "  host: 10.0.0.7\n"
        "  plaintext_link: yes\n"
        "  secret: hidden\n"
        "  roster: api\n"
        "  api: {url: 'http://127.0.0.1:5280/api/', user: bridge@example.org, password: pw}\n"
        "web:\n"
        "  listen: '[::1]:0'\n"
        "  origins: https://Shop.Example:443\n"
        "  allow_no_origin: true\n"
        "  website: ../shop\n"
        "sites: [{id: two, origins: ['https://two.example:8443', 'capacitor://localhost']}]\n"
        "storage: sqlite:/var/lib/tresen/tresen.db\n"
        "control: /run/tresen/control\n"
        "default_department: help\n"
        "departments:\n"
        "  - {id: sales, name: Verkauf, agents: [Nina@Example.org]}\n"
        "  - {id: help, agents: [nina@example.org, tom@example.net], form: {email: required}}\n"
        "agents: [{jid: nina@example.org, name: Nina B., capacity: 9, language: en}]\n"
        "language: de\n"
        "visitors: {xmpp: any}\n"
        "limits: {linger_s: 0, max_queue: 7}\n"
        "log_level: debug\n");
    assert_string_equal(c->domain, "support.example.org");
    assert_string_equal(c->server.api.url, "http://127.0.0.1:5280/api");
    assert_string_equal(c->server.api.user, "bridge@example.org");
    assert_string_equal(c->server.api.password, "pw");
    assert_int_equal(c->server.roster, CONFIG_ROSTER_API);
    assert_string_equal(c->web.listen, "[::1]:0");
    assert_true(c->web.allow_no_origin);
    assert_string_equal(c->web.website, "/etc/tresen/../shop");
    assert_int_equal(c->site_count, 2);
    assert_string_equal(c->sites[0].origins[0], "https://shop.example");
    assert_string_equal(c->sites[1].id, "two");
    assert_string_equal(c->sites[1].origins[0], "https://two.example:8443");
    assert_string_equal(c->control, "/run/tresen/control");
    assert_string_equal(c->default_department, "help");
    assert_string_equal(c->departments[0].agents[0], "nina@example.org");
    assert_int_equal(c->departments[1].form_email, CONFIG_FORM_REQUIRED);
    assert_int_equal(c->departments[1].form_name, CONFIG_FORM_OFF);
    assert_int_equal(c->departments[1].line, 19);
    assert_int_equal(c->agent_count, 2);
    assert_string_equal(c->agents[0].name, "Nina B.");
    assert_int_equal(c->agents[0].capacity, 9);
    assert_int_equal(c->agents[0].language, CONFIG_AGENT_LANGUAGE_EN);
    assert_int_equal(c->agents[1].language, CONFIG_AGENT_LANGUAGE_DEFAULT);
    assert_int_equal(c->language, CONFIG_LANGUAGE_DE);
    assert_string_equal(c->agents[1].jid, "tom@example.net");
    assert_string_equal(c->agents[1].name, "Tom");
    assert_int_equal(c->agents[1].capacity, 5);
    assert_int_equal(c->visitors_xmpp, CONFIG_XMPP_ANY);
    assert_int_equal(c->limits.linger_s, 0);
    assert_int_equal(c->limits.max_queue, 7);
    assert_int_equal(c->limits.idle_s, 1800);
    assert_int_equal(c->log_level, LOG_DEBUG);
    config_destroy(c);
}

static void config_parse__takes__roles_and_the_prefix(void **state)
{
    (void)state;
    struct config *c = accept(BASE "roles:\n"
                                   "  dispatchers: desk@example.org\n"
                                   "  supervisors: [Boss@Example.org, agent@localhost]\n"
                                   "  administrators: [admin@example.org]\n"
                                   "  data_protection: [privacy@example.org]\n"
                                   "commands: {prefix: '#'}\n");
    assert_string_equal(c->dispatchers.jids[0], "desk@example.org");
    assert_int_equal(c->supervisors.count, 2);
    assert_string_equal(c->supervisors.jids[0], "boss@example.org");
    assert_string_equal(c->administrators.jids[0], "admin@example.org");
    assert_string_equal(c->data_protection.jids[0], "privacy@example.org");
    assert_string_equal(c->command_prefix, "#");
    config_destroy(c);
}

/* ---- where and what is wrong ---- */

static void config_parse__names__file_line_and_key(void **state)
{
    (void)state;
    refuse(BASE "limits:\n  max_queue: many\n",
           "/etc/tresen/t.yml:8: limits.max_queue: must be a number from 1 to 10000");
    refuse(BASE "visitors: {xmpp: some}\n",
           "/etc/tresen/t.yml:7: visitors.xmpp: must be one of: off local any");
    refuse(BASE "language: fr\n", "t.yml:7: language: must be one of: en de");
    refuse(BASE "agents:\n - jid: agent@localhost\n   capacity: 0\n",
           "t.yml:9: agents[0].capacity: must be a number from 1 to 100");
}

static void config_parse__suggests__the_nearest_known_key(void **state)
{
    (void)state;
    refuse(BASE "limit: {}\n", "t.yml:7: limit: is not a known key; did you mean \"limits\"?");
    refuse(BASE "limits: {max_que: 1}\n", "did you mean \"max_queue\"?");
    refuse(BASE "port: 5347\n",
           "t.yml:7: port: is not a known key here; did you mean \"server.port\"?");
    refuse(BASE "<<: {domain: x}\n", "<<: is not a known key; there are: domain server web");
    refuse(BASE "telegraph: {}\n", "telegraph: is not a known key");
}

static void config_parse__refuses__a_key_twice(void **state)
{
    (void)state;
    refuse(BASE "domain: other\n", "t.yml:7: domain: is there twice (first in line 1)");
    refuse(BASE "limits: {max_queue: 1, max_queue: 2}\n", "max_queue: is there twice");
}

static void config_parse__refuses__what_is_missing(void **state)
{
    (void)state;
    refuse("", "t.yml:1: yaml: the file is empty");
    refuse("# nothing\n", "the file is empty");
    refuse("storage: sqlite:x\n", "t.yml:1: domain: is missing");
    refuse("domain: d\nserver: {}\n", "t.yml:1: web: is missing");
    refuse("domain: d\nserver: {}\nweb: {}\n", "t.yml:3: web.origins: is missing");
    refuse(BASE "agents:\n  - name: Nina\n", "t.yml:8: agents[0].jid: is missing");
    refuse("domain: d\nserver: {}\nweb: {origins: http://x}\nstorage: sqlite:x\ndepartments: []\n",
           "t.yml:5: departments: is empty");
    refuse("domain: d\nserver:\n  port: 1\nweb: {origins: http://x}\nstorage: sqlite:x\n"
           "departments: [{id: a, agents: [a@b]}]\n",
           "t.yml:2: server.secret_file: is missing (or server.secret)");
    refuse("domain:\n", "t.yml:1: domain: must be a domain name");
}

static void config_parse__refuses__the_wrong_type(void **state)
{
    (void)state;
    refuse("[1, 2]\n", "yaml: the file must consist of keys");
    refuse(BASE "limits: 5\n", "t.yml:7: limits: must be a map of keys");
    refuse(BASE "agents: {jid: a@b}\n", "agents: must be a list");
    refuse(BASE "agents: [a@b]\n", "agents[0]: must be a map of keys");
    refuse(BASE "default_department: [sales]\n", "default_department: must be one value (id)");
    refuse(BASE "control: {a: b}\n", "control: must be one value (path)");
    refuse("domain: d\nserver: {secret: s, plaintext_link: maybe}\n",
           "plaintext_link: must be yes or no");
    refuse("domain: d\nserver: {secret: s, port: 65536}\n",
           "server.port: must be a number from 1 to 65535");
    refuse("domain: d\nserver: {secret: s, port: -1}\n", "server.port: must be a number");
    refuse("domain: d\nserver: {secret: s, port: 0x10}\n", "server.port: must be a number");
}

static void config_parse__refuses__yaml_it_does_not_need(void **state)
{
    (void)state;
    refuse("a: &x [1]\nb: *x\n", "t.yml:2: yaml: aliases (*name) are not allowed");
    refuse("&a [*a]: 1\n", "yaml: aliases (*name) are not allowed");
    refuse("a: &x [&y [*x]]\n", "aliases (*name) are not allowed");
    refuse(BASE "---\ndomain: other\n", "t.yml:7: yaml: a second document");
    refuse("domain: [[[[[[[[[[1]]]]]]]]]]\n",
           "t.yml:1: yaml: lists and maps are nested too deeply");
    refuse("? {a: b}\n: c\n", "a key must be plain text");
    refuse("domain: \"a\\0b\"\n", "domain: has a NUL character");
    refuse("domain: 'open\n", "t.yml:2: yaml: ");
    refuse("domain: \xff\n", "yaml: ");
    refuse("domain: @x\n", "t.yml:1: yaml: ");
    char *large = mem_alloc(300 * 1024);
    memset(large, '#', 300 * 1024 - 1);
    refuse(large, "t.yml:1: yaml: the file is larger than 256 KiB");
    free(large);
}

static void config_parse__grows_nothing__from_a_billion_laughs(void **state)
{
    (void)state;
    refuse("a: &a [lol, lol]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
           "aliases (*name) are not allowed");
}

static void config_parse__bounds__keys_and_items(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1024 * 1024);
    for (int i = 0; i < 65; i++) {
        buf_printf(&b, "k%d: 1\n", i);
    }
    refuse(b.bytes, "yaml: has 65 keys; 64 are more than enough");
    buf_reset(&b);
    buf_add_text(&b, BASE);
    for (int i = 0; i < 200; i++) {
        buf_printf(&b, "  - {id: d%d, agents: [a@b]}\n", i);
    }
    refuse(b.bytes, "departments: has 201 items; at most 200 are possible");
    buf_finish(&b);
}

/* ---- what the table says elsewhere ---- */

static void expect_file(char *take_printed, const char *path, const char *how)
{
    char *page = file_dup(path);
    if (strcmp(take_printed, page) != 0) {
        fail_msg("%s is not what the table says; run: %s", path, how);
    }
    free(page);
    free(take_printed);
}

static void config_reference_print__is__what_docs_have(void **state)
{
    (void)state;
    expect_file(config_reference_print(), SOURCE_DIR "/docs/CONFIG.md",
                "tresen config-reference > docs/CONFIG.md");
    expect_file(config_manual_print(), SOURCE_DIR "/examples/man/tresen.yml.5",
                "tresen config-reference --man > examples/man/tresen.yml.5");
}

static void config_parse__accepts__the_example(void **state)
{
    (void)state;
    char *text = file_dup(SOURCE_DIR "/examples/tresen.yml");
    char *at = strstr(text, "secret_file: secret ");
    assert_non_null(at);
    memcpy(at, "secret: in-the-test ", strlen("secret: in-the-test ")); /* the file is not there */
    struct config *c = accept(text);
    assert_int_equal(c->department_count, 2);
    assert_int_equal(c->agent_count, 2);
    assert_int_equal(c->agents[1].capacity, 3);
    assert_int_equal(c->departments[1].form_email, CONFIG_FORM_REQUIRED);
    assert_string_equal(c->control, "/var/lib/tresen/control.sock");
    config_destroy(c);
    free(text);
}

/* Is this line a key that is commented out? */
static bool is_commented_key(const char *line, size_t indent)
{
    const char *word = line + indent + strspn(line + indent, "# ");
    size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz_");
    return line[indent] == '#' && len > 0 && word[len] == ':';
}

/* The comments of the example show further keys: they must be right, too. */
static void config_parse__accepts__the_example_with_its_comments(void **state)
{
    (void)state;
    char *text = file_dup(SOURCE_DIR "/examples/tresen.yml");
    struct buf b;
    buf_init(&b, 1024 * 1024);
    for (const char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        size_t indent = strspn(line, " ");
        size_t skip = is_commented_key(line, indent) ? 2 : 0;
        buf_add(&b, line, indent);
        buf_add(&b, line + indent + skip, len - indent - skip);
        buf_add_text(&b, "\n");
        line += len + (line[len] == '\n' ? 1 : 0);
    }
    assert_non_null(strstr(b.bytes, "\n    user: tresen@example.org"));
    char *error;
    struct config *c = parse(b.bytes, &error);
    assert_null(c);
    /* Everything was understood: only the secret is not there. */
    assert_non_null(strstr(error, "server.secret_file: /etc/tresen/secret cannot be read"));
    free(error);
    buf_finish(&b);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_parse__fills_in__every_default),
        cmocka_unit_test(config_parse__takes__what_the_file_says),
        cmocka_unit_test(config_parse__takes__contacts),
        cmocka_unit_test(config_parse__takes__roles_and_the_prefix),
        cmocka_unit_test(config_parse__names__file_line_and_key),
        cmocka_unit_test(config_parse__suggests__the_nearest_known_key),
        cmocka_unit_test(config_parse__refuses__a_key_twice),
        cmocka_unit_test(config_parse__refuses__what_is_missing),
        cmocka_unit_test(config_parse__refuses__the_wrong_type),
        cmocka_unit_test(config_parse__refuses__yaml_it_does_not_need),
        cmocka_unit_test(config_parse__grows_nothing__from_a_billion_laughs),
        cmocka_unit_test(config_parse__bounds__keys_and_items),
        cmocka_unit_test(config_reference_print__is__what_docs_have),
        cmocka_unit_test(config_parse__accepts__the_example),
        cmocka_unit_test(config_parse__accepts__the_example_with_its_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
