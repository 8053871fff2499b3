/* A mail as it goes out: headers that nobody can add to, lines that every server takes. */
#include "base/mem.h"
#include "mail/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct message sample(void)
{
    return (struct message){.from_name = "Harbour Coffee",
                            .from = "support@shop.example",
                            .to = "ann@example.org",
                            .subject = "Your message",
                            .id = "1042.0.1767607200000@support.example.org",
                            .thread = "ticket-1042@support.example.org",
                            .automatic = "auto-replied",
                            .language = "en",
                            .at = 1767607200000,
                            .body = "Hello,\n\nwe have it.\n"};
}

static void message_print__writes__what_was_decided(void **state)
{
    (void)state;
    const struct message m = sample();
    char *text = message_print(&m);

    assert_string_equal(text, "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\n"
                              "From: Harbour Coffee\r\n"
                              " <support@shop.example>\r\n"
                              "To: <ann@example.org>\r\n"
                              "Subject: Your message\r\n"
                              "Message-ID: <1042.0.1767607200000@support.example.org>\r\n"
                              "References: <ticket-1042@support.example.org>\r\n"
                              "Auto-Submitted: auto-replied\r\n"
                              "Content-Language: en\r\n"
                              "MIME-Version: 1.0\r\n"
                              "Content-Type: text/plain; charset=UTF-8\r\n"
                              "Content-Transfer-Encoding: quoted-printable\r\n"
                              "\r\n"
                              "Hello,\r\n"
                              "\r\n"
                              "we have it.\r\n");
    free(text);
}

static void message_print__names__where_answers_go(void **state)
{
    (void)state;
    struct message m = sample();
    m.reply_to = "office@shop.example";
    char *text = message_print(&m);

    assert_non_null(strstr(text, "\r\nReply-To: <office@shop.example>\r\n"));
    free(text);
}

/* Whatever field, whatever would begin another line. */
static void message_print__refuses__what_would_be_another_header(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "a\r\nBcc: eve@example.org",
        "a\nBcc: eve@example.org",
        "a\rBcc: eve@example.org",
        "a\r\n\r\nbody",
        "a\x01",
        "a\x7f",
        "a\tb",
        "a\xc2\x85"
        "b",
        "a\xe2\x80\xa8"
        "b",
        "a\xff",
        "a\xc0\x8a"
        "b",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct message fields[8];
        for (size_t k = 0; k < 8; k++) {
            fields[k] = sample();
        }
        fields[0].from_name = fields[1].from = fields[2].to = fields[3].reply_to = BAD[i];
        fields[4].subject = fields[5].id = fields[6].thread = fields[7].automatic = BAD[i];
        for (size_t k = 0; k < 8; k++) {
            if (message_print(&fields[k]) != NULL) {
                fail_msg("field %zu takes bad text %zu", k, i);
            }
        }
    }
    struct message m = sample();
    m.to = "ann@example.org>, <eve@example.org";
    assert_null(message_print(&m));
    m = sample();
    m.language = "en\r\nX: y";
    assert_null(message_print(&m));
    m = sample();
    m.id = "no-domain";
    assert_null(message_print(&m));
}

/* RFC 2047: words of 75 characters at most, each whole characters, and only what may stand in a
 * phrase. */
static void message_print__encodes__names_and_subjects(void **state)
{
    (void)state;
    struct message m = sample();
    m.from_name = "Müller & Söhne";
    m.subject = "Größenänderungsübersicht für die Bestellung über 日本語 und 🍰 und noch viel mehr";
    char *text = message_print(&m);

    assert_non_null(strstr(text, "From: \r\n =?UTF-8?Q?M=C3=BCller=20=26=20S=C3=B6hne?=\r\n "
                                 "<support@shop.example>\r\n"));
    char *at = strstr(text, "Subject: ");
    char *end = strstr(at, "\r\nMessage-ID");
    size_t words = 0;
    for (char *word = strstr(at, "=?"); word != NULL && word < end; word = strstr(word, "=?UTF")) {
        char *close = strstr(word + 10, "?=");
        assert_true(close + 2 - word <= 75);
        /* The first byte of each word begins a character: no 10xxxxxx. */
        unsigned first = 0;
        if (word[10] == '=') {
            first = (unsigned)strtoul((char[]){word[11], word[12], '\0'}, NULL, 16);
        }
        assert_true((first & 0xC0u) != 0x80u);
        words++;
        word = close;
    }
    assert_true(words > 2);
    free(text);
    m.subject = "=?UTF-8?Q?not=20mine?="; /* is text, and stays it */
    text = message_print(&m);
    assert_non_null(strstr(text, "=?UTF-8?Q?=3D=3FUTF=2D8=3FQ=3Fnot=3D20mine=3F=3D?="));
    free(text);
}

static void expect_body(const char *body, const char *expected)
{
    struct message m = sample();
    m.body = body;
    char *text = message_print(&m);

    assert_string_equal(strstr(text, "\r\n\r\n") + 4, expected);
    free(text);
}

static void message_print__writes__bodies_that_every_server_takes(void **state)
{
    (void)state;
    expect_body("", "");
    expect_body("a", "a\r\n");
    expect_body("a\n\n.\n.b\n", "a\r\n\r\n.\r\n.b\r\n");
    expect_body("1 = 1\n", "1 =3D 1\r\n");
    expect_body("end \nend\t\n", "end=20\r\nend=09\r\n");
    expect_body("-- \nSales\n", "--=20\r\nSales\r\n");
    expect_body("grün", "gr=C3=BCn\r\n");
    expect_body("a\rb\x01"
                "c",
                "a=0Db=01c\r\n");
}

/* 76 characters fit, 77 are broken, and nothing is ever longer. */
static void message_print__breaks__lines_at_76(void **state)
{
    (void)state;
    char line[400];
    memset(line, 'x', sizeof line);
    line[76] = '\0';
    struct message m = sample();
    m.body = line;
    char *text = message_print(&m);
    assert_string_equal(strstr(text, "\r\n\r\n") + 4 + 76, "\r\n");
    free(text);
    line[76] = 'x';
    line[77] = '\0';
    text = message_print(&m);
    assert_string_equal(strstr(text, "\r\n\r\n") + 4 + 75, "=\r\nxx\r\n");
    free(text);
    for (size_t i = 0; i < 398; i += 2) {
        memcpy(line + i, "\xc3\xbc", 2);
    }
    line[398] = '\0';
    text = message_print(&m);
    for (char *at = text; *at != '\0';) {
        size_t len = strcspn(at, "\r");
        assert_true(len <= 78);
        assert_true(at[len] == '\r' && at[len + 1] == '\n');
        at += len + 2;
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_print__writes__what_was_decided),
        cmocka_unit_test(message_print__names__where_answers_go),
        cmocka_unit_test(message_print__refuses__what_would_be_another_header),
        cmocka_unit_test(message_print__encodes__names_and_subjects),
        cmocka_unit_test(message_print__writes__bodies_that_every_server_takes),
        cmocka_unit_test(message_print__breaks__lines_at_76),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
