/* Signed identity in the configuration file: keys are read, and where it complains. */
#include "base/mem.h"
#include "config_test.h"
#include "visitors/jwt_key.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of Ed25519 (RFC 8410 section 10.1). */
#define PUBLIC                                                                                     \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"                               \
    "-----END PUBLIC KEY-----\n"

static char folder[] = "/tmp/config-identity-XXXXXX";

static char *put(const char *name, const char *text, mode_t mode)
{
    char *path = mem_print("%s/%s", folder, name);
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static void check_refused(const char *rest, const char *path, const char *words)
{
    char *text =
        mem_print(BASE "identity:\n  - keys:\n      - {algorithm: %s, file: %s}\n", rest, path);
    char *expected = mem_print("identity[0].keys[0].file: %s", words);

    refuse(text, expected);
    free(expected);
    free(text);
}

static void config_parse__reads__keys(void **state)
{
    (void)state;
    char *secret = put("secret", "0123456789abcdef0123456789abcdef\nrest", 0600);
    char *public_key = put("public", PUBLIC, 0644);
    char *text = mem_print(BASE "identity:\n"
                                "  - use: required\n"
                                "    devices: apart\n"
                                "    lifetime: 5m\n"
                                "    attributes: [plan, customer_number]\n"
                                "    keys:\n"
                                "      - {id: \"2025\", algorithm: HS256, file: %s}\n"
                                "      - {id: \"2026\", algorithm: EdDSA, file: %s}\n",
                           secret, public_key);
    struct config *c = accept(text);
    const struct config_identity *i = &c->identities[0];

    assert_int_equal(c->identity_count, 1);
    assert_string_equal(i->site, "default");
    assert_string_equal(i->audience, "default");
    assert_null(i->issuer);
    assert_int_equal(i->use, CONFIG_PROOF_REQUIRED);
    assert_int_equal(i->devices, CONFIG_DEVICES_APART);
    assert_int_equal(i->lifetime_s, 300);
    assert_int_equal(i->session_s, 12 * 3600);
    assert_int_equal(i->attribute_count, 2);
    assert_string_equal(jwt_key_algorithm(i->keys[0].made), "HS256");
    assert_string_equal(jwt_key_algorithm(i->keys[1].made), "EdDSA");
    config_destroy(c);
    unlink(secret);
    unlink(public_key);
    free(text);
    free(secret);
    free(public_key);
}

static void config_parse__complains__of_key_files(void **state)
{
    static const struct {
        const char *text;
        mode_t mode;
        const char *algorithm;
        const char *words;
    } CASES[] = {
        {"0123456789abcdef0123456789abcde\n", 0600, "HS256", " has less than 32 characters"},
        {"0123456789abcdef0123456789abcdef\n", 0640, "HS256", "others may read "},
        {"0123456789abcdef0123456789abcdef\n", 0604, "HS256", "others may read "},
        {"\n", 0600, "HS256", "the first line of "},
        {PUBLIC, 0600, "HS256", " is a key in PEM"},
        {PUBLIC, 0664, "EdDSA", "others may write "},
        {PUBLIC, 0646, "EdDSA", "others may write "},
        {"-----BEGIN PRIVATE KEY-----\nx\n", 0600, "EdDSA", " is a private key"},
        {"0123456789abcdef0123456789abcdef\n", 0600, "EdDSA", " is no public key in PEM"},
        {"", 0600, "EdDSA", " is no public key in PEM"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *path = put("key", CASES[i].text, CASES[i].mode);
        char *words = CASES[i].words[0] == ' ' ? mem_print("%s%s", path, CASES[i].words)
                                               : mem_print("%s%s", CASES[i].words, path);
        check_refused(CASES[i].algorithm, path, words);
        unlink(path);
        free(words);
        free(path);
    }
    check_refused("HS256", "/nowhere/key", "/nowhere/key cannot be read");
    check_refused("EdDSA", "/nowhere/key", "/nowhere/key cannot be read");
    check_refused("EdDSA", "/tmp", "/tmp is no file");
}

static void config_parse__complains__of_what_does_not_fit(void **state)
{
    (void)state;
    char *path = put("secret", "0123456789abcdef0123456789abcdef\n", 0600);
    static const struct {
        const char *rest;
        const char *words;
    } CASES[] = {
        {"  - {site: shop, keys: [K]}\n", "t.yml:8: identity[0].site: \"shop\" is no site"},
        {"  - {keys: [K]}\n  - {site: default, keys: [K]}\n",
         "t.yml:9: identity[1].site: \"default\" is there twice"},
        {"  - {keys: []}\n", "identity[0].keys"},
        {"  - {use: optional}\n", "identity[0].keys"},
        {"  - {session: 1h, lifetime: 2h, keys: [K]}\n",
         "t.yml:8: identity[0].session: must not be shorter than lifetime"},
        {"  - {attributes: [plan, \"a b\"], keys: [K]}\n",
         "t.yml:8: identity[0].attributes[1]: must be 1 to 40 letters"},
        {"  - {keys: [K, K]}\n", "t.yml:8: identity[0].keys[1].id: is missing"},
        {"  - {keys: [I, I]}\n", "t.yml:8: identity[0].keys[1].id: \"a\" is there twice"},
        {"  - {lifetime: 2d, keys: [K]}\n", "identity[0].lifetime"},
        {"  - {keys: [{algorithm: none, file: x}]}\n", "identity[0].keys[0].algorithm"},
        {"  - {keys: [{algorithm: RS256, file: x}]}\n", "identity[0].keys[0].algorithm"},
        {"  - {keys: [{file: x}]}\n", "identity[0].keys[0].algorithm"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *text = mem_dup(BASE "identity:\n");
        for (const char *c = CASES[i].rest; *c != '\0'; c++) {
            bool is_key = (*c == 'K' || *c == 'I') && (c[-1] == '[' || c[-1] == ' ') &&
                          (c[1] == ']' || c[1] == ',');
            char *longer = is_key ? mem_print("%s{%salgorithm: HS256, file: %s}", text,
                                              *c == 'I' ? "id: a, " : "", path)
                                  : mem_print("%s%c", text, *c);
            free(text);
            text = longer;
        }
        refuse(text, CASES[i].words);
        free(text);
    }
    unlink(path);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_parse__reads__keys),
        cmocka_unit_test(config_parse__complains__of_key_files),
        cmocka_unit_test(config_parse__complains__of_what_does_not_fit),
    };

    assert_non_null(mkdtemp(folder));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
