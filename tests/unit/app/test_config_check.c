/* What must fit together in the configuration file: names, origins, clear text, secrets. */
#include "config_test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a folder with files of chosen modes ---- */

struct folder {
    char path[64];
};

static int make_folder(void **state)
{
    struct folder *folder = mem_alloc(sizeof *folder);
    snprintf(folder->path, sizeof folder->path, "/tmp/test-config-XXXXXX");
    *state = folder;
    return mkdtemp(folder->path) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    static const char *const names[] = {"t.yml", "secret", "link"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = mem_print("%s/%s", folder->path, names[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder->path);
    free(folder);
    return 0;
}

static char *write_file(const struct folder *folder, const char *name, const char *text,
                        mode_t mode)
{
    char *path = mem_print("%s/%s", folder->path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
    return path;
}

/* ---- names that must fit together ---- */

static void config_parse__checks__service_levels(void **state)
{
    (void)state;
    refuse(BASE "  - {id: help, agents: [a@b], service_levels: [{priority: high}]}\n",
           "departments[1].service_levels[0]: has no effect");
    refuse(BASE "  - {id: help, agents: [a@b], service_levels: [{solution: 1h}, {solution: 2h}]}\n",
           "departments[1].service_levels[1].priority: there is a level of this priority already");
    refuse(BASE "  - {id: help, agents: [a@b], service_levels: []}\n", "is empty");
    static const char *const WRONG[] = {"0s",   "4",     "h",         "-1h",         "1d",
                                        "1.5h", "8761h", "31536001s", "9999999999s", "1 h"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        char *text = mem_print(BASE "  - {id: help, agents: [a@b], service_levels: "
                                    "[{next_answer: \"%s\"}]}\n",
                               WRONG[i]);
        refuse(text, "next_answer: must be a time, like 45s, 15m or 8h; at most 8760h");
        free(text);
    }
    struct config *c =
        accept(BASE "  - {id: help, agents: [a@b], close_solved_after_days: 3660,\n"
                    "     service_levels: [{first_answer: 1s, next_answer: 90m,"
                    " solution: 8760h}, {priority: urgent, solution: 31536000s}]}\n");
    const struct config_department *p = &c->departments[1];
    assert_int_equal(p->close_solved_after_days, 3660);
    assert_int_equal(p->service_level_count, 2);
    assert_int_equal(p->service_levels[0].priority, 0);
    assert_int_equal(p->service_levels[0].first_answer_s, 1);
    assert_int_equal(p->service_levels[0].next_answer_s, 5400);
    assert_int_equal(p->service_levels[0].solution_s, 31536000);
    assert_int_equal(p->service_levels[1].priority, CONFIG_PRIORITY_URGENT);
    assert_int_equal(p->service_levels[1].first_answer_s, 0);
    assert_int_equal(c->departments[0].close_solved_after_days, 0);
    config_destroy(c);
}

static void config_parse__checks__departments(void **state)
{
    (void)state;
    refuse(BASE "  - {id: sales, agents: [a@b]}\n",
           "t.yml:7: departments[1].id: \"sales\" is there twice");
    refuse(BASE "  - {id: visitor-x, agents: [a@b]}\n",
           "departments[1].id: may not begin with \"visitor-\"");
    refuse(BASE "  - {id: slot-1, agents: [a@b]}\n", "may not begin with \"slot-\"");
    refuse(BASE "  - {id: ticket-9, agents: [a@b]}\n", "may not begin with \"ticket-\"");
    refuse(BASE "  - {id: Sales, agents: [a@b]}\n",
           "must be 1 to 40 small letters, digits and '-'");
    refuse(BASE "  - {id: help, agents: []}\n", "departments[1].agents: is empty");
    refuse(BASE "  - {id: help, name: \"a\\u200bb\", agents: [a@b]}\n",
           "name: may not have invisible characters");
    refuse(BASE "default_department: sale\n",
           "t.yml:7: default_department: \"sale\" is no department; there are: sales");
}

static void config_parse__checks__agents(void **state)
{
    (void)state;
    refuse(BASE "  - {id: help, agents: [nina]}\n",
           "t.yml:7: departments[1].agents[0]: must be an XMPP address with an @");
    refuse(BASE "  - {id: help, agents: [nina@localhost/phone]}\n",
           "must be an XMPP address with an @");
    refuse(BASE "  - {id: help, agents: [a@b, A@B]}\n",
           "departments[1].agents[1]: a@b is there twice");
    refuse(BASE "  - {id: help, agents: [x@support.localhost]}\n",
           "is an address of the component itself");
    refuse(BASE "agents:\n  - {jid: agend@localhost}\n",
           "t.yml:8: agents[0].jid: agend@localhost is in no department");
    refuse(BASE "agents: [{jid: agent@localhost}, {jid: AGENT@localhost}]\n",
           "agents[1].jid: agent@localhost is there twice");
    refuse(BASE "roles: {supervisors: [boss@localhost, BOSS@localhost]}\n",
           "t.yml:7: roles.supervisors[1]: boss@localhost is there twice");
    refuse(BASE "roles: {administrators: [boss@localhost, BOSS@localhost]}\n",
           "t.yml:7: roles.administrators[1]: boss@localhost is there twice");
    refuse(BASE "commands: {prefix: /}\n", "t.yml:7: commands.prefix: must be one character");
    refuse(BASE "commands: {prefix: a}\n", "t.yml:7: commands.prefix: must be one character");
    refuse(BASE "commands: {prefix: '!!'}\n", "t.yml:7: commands.prefix: must be one character");
    refuse(BASE "roles: {supervisors: [boss@support.localhost]}\n",
           "t.yml:7: roles.supervisors[0]: boss@support.localhost is an address of the component");
}

#define TEAM                                                                                       \
    BASE "  - {id: help, agents: [nina@localhost], "                                               \
         "overflow: {after_s: 60, to: sales}, rules: [%s]}\n"                                      \
         "agents:\n"                                                                               \
         "  - {jid: nina@localhost, skills: [billing], languages: [de-AT, en], level: 2}\n"        \
         "  - {jid: agent@localhost, skills: [returns]}\n"

static char *team_print(const char *rule)
{
    const char *text = TEAM;
    const char *gap = strstr(text, "%s");
    return mem_print("%.*s%s%s", (int)(gap - text), text, rule, gap + 2);
}

static void config_parse__checks__rules(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        const char *complaint; /* NULL: good */
    } rules[] = {
        {"{language: DE, prefer: {language: de}}", NULL},
        {"{page: /shop, require: {skill: billing, language: en, level: 2}}", NULL},
        {"{email: big.example, require: {skill: returns}}", NULL}, /* who it overflows to */
        {"{prefer: {language: visitor}}", NULL},
        {"{page: 'https://www.example.org', priority: urgent}", NULL},
        {"{language: de}", "t.yml:7: departments[1].rules[0]: has no effect"},
        {"{prefer: {}}", "departments[1].rules[0]: has no effect"},
        {"{require: {skill: biling}}", "departments[1].rules[0].require: no agent of help has all"},
        {"{prefer: {skill: billing, level: 3}}", "rules[0].prefer: no agent of help has all"},
        {"{prefer: {language: fr}}", "rules[0].prefer: no agent of help has all"},
        {"{require: {level: 4}}", "rules[0].require.level: must be a number from 1 to 3"},
        {"{require: {level: 0}}", "rules[0].require.level: must be a number from 1 to 3"},
        {"{language: german, priority: low}", NULL},
        {"{language: d, priority: low}", "rules[0].language: must be a language"},
        {"{language: de_AT, priority: low}", "rules[0].language: must be a language"},
        {"{language: '-de', priority: low}", "rules[0].language: must be a language"},
        {"{language: de-, priority: low}", "rules[0].language: must be a language"},
        {"{language: deutschland, priority: low}", "rules[0].language: must be a language"},
        {"{page: shop, priority: low}", "rules[0].page: must be how an address or a path begins"},
        {"{page: '/a?b', priority: low}", "rules[0].page: must be how an address or a path"},
        {"{email: ann@big.example, priority: low}", "rules[0].email: must be a domain name"},
        {"{priority: hi}", "rules[0].priority: must be one of: keep low normal high urgent"},
        {"{require: {skill: Billing}}", "rules[0].require.skill: must be 1 to 40 small letters"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        char *text = team_print(rules[i].rule);
        if (rules[i].complaint == NULL) {
            config_destroy(accept(text));
        } else {
            refuse(text, rules[i].complaint);
        }
        free(text);
    }
}

static void config_parse__checks__routing(void **state)
{
    (void)state;
    struct config *c = accept(
        BASE "  - {id: help, agents: [a@b], routing: round_robin, max_queue: 7,\n"
             "     capacity: 30, overflow: {after_s: 0, to: sales},\n"
             "     rules: [{language: DE-at, email: Big.example, page: /x, priority: high}]}\n"
             "agents: [{jid: a@b, skills: billing, languages: [DE, en], level: 3}]\n"
             "limits: {offer_s: 30}\n");
    const struct config_department *p = &c->departments[1];
    assert_int_equal(c->departments[0].routing, CONFIG_ROUTING_ALL);
    assert_int_equal(c->departments[0].max_queue, 0);
    assert_int_equal(p->routing, CONFIG_ROUTING_ROUND_ROBIN);
    assert_int_equal(p->max_queue, 7);
    assert_int_equal(p->capacity, 30);
    assert_string_equal(p->overflow_to, "sales");
    assert_string_equal(p->rules[0].language, "de-at");
    assert_string_equal(p->rules[0].email, "big.example");
    assert_int_equal(p->rules[0].priority, CONFIG_PRIORITY_HIGH);
    assert_string_equal(c->agents[0].languages[0], "de");
    assert_int_equal(c->agents[0].level, 3);
    assert_int_equal(c->agents[1].level, 1); /* whom only a department names */
    assert_int_equal(c->limits.offer_s, 30);
    config_destroy(c);
    refuse(BASE "  - {id: help, agents: [a@b], routing: robin}\n",
           "routing: must be one of: all round_robin least_busy last_agent");
    refuse(BASE "  - {id: help, agents: [a@b], max_queue: 0}\n",
           "must be a number from 1 to 10000");
    refuse(BASE "  - {id: help, agents: [a@b], capacity: 10001}\n",
           "departments[1].capacity: must be a number from 1 to 10000");
    refuse(BASE "  - {id: help, agents: [a@b], overflow: {to: sales}}\n",
           "departments[1].overflow.after_s: is missing");
    refuse(BASE "  - {id: help, agents: [a@b], overflow: {after_s: 5}}\n",
           "departments[1].overflow.to: is missing");
    refuse(BASE "  - {id: help, agents: [a@b], overflow: {after_s: 86401, to: sales}}\n",
           "after_s: must be a number from 0 to 86400");
    refuse(BASE "  - {id: help, agents: [a@b], overflow: {after_s: 5, to: sale}}\n",
           "t.yml:7: departments[1].overflow.to: \"sale\" is no other department");
    refuse(BASE "  - {id: help, agents: [a@b], overflow: {after_s: 5, to: help}}\n",
           "\"help\" is no other department");
    refuse(BASE "agents: [{jid: agent@localhost, level: 4}]\n",
           "agents[0].level: must be a number from 1 to 3");
    refuse(BASE "agents: [{jid: agent@localhost, skills: [a b]}]\n",
           "agents[0].skills[0]: must be 1 to 40 small letters");
    refuse(BASE "agents: [{jid: agent@localhost, languages: [de_AT]}]\n",
           "agents[0].languages[0]: must be a language");
    refuse(BASE "limits: {offer_s: 3601}\n", "limits.offer_s: must be a number from 0 to 3600");
}

/* V-003: what an origin is, is decided here once; the gateway compares exactly. */
static void config_parse__checks__origins(void **state)
{
    (void)state;
    static const struct {
        const char *origin;
        const char *complaint;
    } bad[] = {
        {"https://a.example/", "must end behind the host"},
        {"https://user@a.example", "must end behind the host"},
        {"https://*.example", "there is no '*'"},
        {"'*'", "there is no '*'"},
        {"a.example", "must be an origin"},
        {"'null'", "must be an origin"},
        {"https://a.example.", "must be an origin"},
        {"https://a..example", "must be an origin"},
        {"https://a.example:0", "must be an origin"},
        {"https://a.example:080", "must be an origin"},
        {"https://a.example:99999", "must be an origin"},
        {"https://b\xc3\xbc"
         "cher.example",
         "in their xn-- form"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *text =
            mem_print("domain: d\nserver: {secret: s}\nweb:\n  origins:\n   - http://x\n   - %s\n",
                      bad[i].origin);
        refuse(text, bad[i].complaint);
        refuse(text, "t.yml:6: web.origins[1]: ");
        free(text);
    }
    refuse(BASE "sites: [{id: two, origins: ['http://127.0.0.1:8080']}]\n",
           "sites[0].origins[0]: belongs to the site \"default\" already");
    refuse(BASE "sites: [{id: default, origins: ['http://x']}]\n",
           "sites[0].id: \"default\" is taken");
}

static void config_parse__checks__the_listening_address(void **state)
{
    (void)state;
    static const char *const bad[] = {"8080",    "localhost:8080", "127.0.0.1", "127.0.0.1:65536",
                                      "'[::1]'", "'::1:80'",       "'[::1:80'", "':80'",
                                      "'[]:80'"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *text = mem_print(
            "domain: d\nserver: {secret: s}\nweb: {origins: http://x, listen: %s}\n", bad[i]);
        refuse(text, "t.yml:3: web.listen: must be an address and a port");
        free(text);
    }
    refuse("domain: d\nserver: {secret: s}\nweb: {origins: http://x, trusted_proxies: "
           "[10.0.0.0/33]}\n",
           "web.trusted_proxies[0]: must be an address or a network");
}

/* ---- clear text ---- */

/* host, and what else stands under server: */
#define WITH_HOST                                                                                  \
    "domain: d\nserver:\n  host: %s\n  secret: s\n%sweb: {origins: "                               \
    "http://x}\nstorage: sqlite:x\n"                                                               \
    "departments: [{id: a, agents: [a@b]}]\n"

static void config_parse__refuses__a_link_beyond_this_machine(void **state)
{
    (void)state;
    static const char *const beyond[] = {
        "192.0.2.7", "xmpp.example.org", "127.0.0.1.example.org", "'::2'",
        "10.0.0.1",  "0.0.0.0",          "LOCALHOST.example"};
    static const char *const here[] = {"127.0.0.1", "127.3.2.1", "localhost", "'::1'",
                                       "'::ffff:127.0.0.1'"};
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        char *text = mem_print(WITH_HOST, beyond[i], "");
        refuse(text, "t.yml:3: server.host: ");
        refuse(text, "a component link is clear text");
        free(text);
        text = mem_print(WITH_HOST, beyond[i], "  plaintext_link: yes\n");
        config_destroy(accept(text));
        free(text);
    }
    for (size_t i = 0; i < sizeof here / sizeof here[0]; i++) {
        char *text = mem_print(WITH_HOST, here[i], "");
        config_destroy(accept(text));
        free(text);
    }
    refuse("domain: d\nserver:\n  secret: s\n  api: {url: 'http://xmpp.example/api', user: a@b, "
           "password: p}\n"
           "web: {origins: http://x}\nstorage: sqlite:x\ndepartments: [{id: a, agents: [a@b]}]\n",
           "t.yml:4: server.api.url: sends the password in clear text");
    refuse("domain: d\nserver:\n  secret: s\n  roster: api\nweb: {origins: http://x}\nstorage: "
           "sqlite:x\n"
           "departments: [{id: a, agents: [a@b]}]\n",
           "t.yml:4: server.roster: is api, but there is no server.api");
}

/* ---- secrets: V-162 ---- */

#define FILES                                                                                      \
    "domain: d\nserver: {secret_file: secret}\nweb: {origins: http://x}\nstorage: sqlite:x\n"      \
    "departments: [{id: a, agents: [a@b]}]\n"

static void expect_load(const struct folder *folder, const char *path, const char *complaint)
{
    (void)folder;
    char *error = NULL;
    struct config *c = config_load(path, &error);
    if (complaint == NULL) {
        if (c == NULL) {
            fail_msg("refused: %s", error);
        }
        assert_string_equal(c->server.secret, "hidden");
    } else {
        assert_null(c);
        if (strstr(error, complaint) == NULL) {
            fail_msg("said \"%s\" instead of \"%s\"", error, complaint);
        }
    }
    config_destroy(c);
    free(error);
}

static void config_load__refuses__a_secret_file_that_others_read(void **state)
{
    static const mode_t open_modes[] = {0644, 0640, 0604, 0666, 0610, 0601};
    const struct folder *folder = *state;
    char *path = write_file(folder, "t.yml", FILES, 0644);
    expect_load(folder, path, "t.yml:2: server.secret_file: ");
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        char *secret = write_file(folder, "secret", "hidden\n", open_modes[i]);
        char *command = mem_print("chmod 600 '%s'", secret);
        expect_load(folder, path, command);
        free(command);
        free(secret);
    }
    free(write_file(folder, "secret", "hidden\r\nsecond line\n", 0600));
    expect_load(folder, path, NULL);
    free(write_file(folder, "secret", "hidden", 0400));
    expect_load(folder, path, NULL);
    free(write_file(folder, "secret", "\n", 0600));
    expect_load(folder, path, "must be the secret");
    free(path);
}

static void config_load__accepts__a_credential_of_systemd(void **state)
{
    const struct folder *folder = *state;
    char *path = write_file(folder, "t.yml", FILES, 0644);
    free(write_file(folder, "secret", "hidden\n", 0440));
    setenv("CREDENTIALS_DIRECTORY", folder->path, 1);
    expect_load(folder, path, NULL);
    free(write_file(folder, "secret", "hidden\n", 0444));
    expect_load(folder, path, "chmod 600");
    unsetenv("CREDENTIALS_DIRECTORY");
    free(path);
}

static void config_load__refuses__a_secret_in_a_file_that_others_read(void **state)
{
    const struct folder *folder = *state;
    char *path = write_file(folder, "t.yml", BASE, 0644);
    expect_load(folder, path,
                "t.yml:2: server.secret: stands in a file that others may read; run: chmod o-rwx");
    assert_int_equal(chmod(path, 0640), 0);
    expect_load(folder, path, NULL);
    free(write_file(folder, "t.yml", FILES "limits: {}\n", 0600));
    free(write_file(folder, "t.yml",
                    "domain: d\nserver: {secret_file: secret, secret: b}\nweb: {origins: "
                    "http://x}\nstorage: sqlite:x\ndepartments: [{id: a, agents: [a@b]}]\n",
                    0600));
    expect_load(folder, path,
                "server.secret: is there, and so is server.secret_file; one is enough");
    free(path);
}

static void config_load__takes__paths_relative_to_the_file(void **state)
{
    const struct folder *folder = *state;
    char *error = NULL;
    char *before = getcwd(NULL, 0);
    char *storage = mem_print("sqlite:%s/x", folder->path);
    free(write_file(folder, "t.yml", FILES, 0644));
    free(write_file(folder, "secret", "hidden\n", 0600));
    assert_int_equal(chdir(folder->path), 0);
    struct config *c = config_load("t.yml", &error);
    assert_int_equal(chdir(before), 0);
    assert_non_null(c);
    assert_string_equal(c->storage, storage);
    config_destroy(c);
    free(storage);
    free(before);
}

static void config_load__says__what_cannot_be_read(void **state)
{
    const struct folder *folder = *state;
    char *path = mem_print("%s/none.yml", folder->path);
    expect_load(folder, path, "none.yml: cannot be read: No such file or directory");
    free(path);
    expect_load(folder, folder->path, "cannot be read: Is a directory");
    path = write_file(folder, "t.yml",
                      "domain: d\nserver: {secret_file: .}\nweb: {origins: http://x}\nstorage: "
                      "sqlite:x\ndepartments: [{id: a, agents: [a@b]}]\n",
                      0600);
    expect_load(folder, path, "is no file");
    free(path);
}

static void config_parse__refuses__a_socket_path_too_long(void **state)
{
    (void)state;
    char name[121];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    char *text = mem_print(BASE "control: /run/%s\n", name);
    refuse(text, "t.yml:7: control: ");
    refuse(text, "is too long for a socket");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_parse__checks__service_levels),
        cmocka_unit_test(config_parse__checks__departments),
        cmocka_unit_test(config_parse__checks__agents),
        cmocka_unit_test(config_parse__checks__rules),
        cmocka_unit_test(config_parse__checks__routing),
        cmocka_unit_test(config_parse__checks__origins),
        cmocka_unit_test(config_parse__checks__the_listening_address),
        cmocka_unit_test(config_parse__refuses__a_link_beyond_this_machine),
        cmocka_unit_test_setup_teardown(config_load__refuses__a_secret_file_that_others_read,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(config_load__accepts__a_credential_of_systemd, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(config_load__refuses__a_secret_in_a_file_that_others_read,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(config_load__takes__paths_relative_to_the_file, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(config_load__says__what_cannot_be_read, make_folder,
                                        remove_folder),
        cmocka_unit_test(config_parse__refuses__a_socket_path_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
