/* What a mail to a visitor says: to whom it may go, which page it names, who is quoted. */
#include "mail/letter.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const ORIGINS[] = {"https://shop.example", "https://www.shop.example"};
static const struct letter_site SITES[] = {{"other", NULL, 0}, {"shop", ORIGINS, 2}};
static const struct letter_house HOUSE = {
    .domain = "support.example.org", .from = "desk@shop.example", .sites = SITES, .site_count = 2};

static struct visitor_record visitor_of(const char *email, const char *page)
{
    return (struct visitor_record){
        .id = "visitor-ann", .site = "shop", .email = email, .language = "en", .page_url = page};
}

/* As it was read of ticket 1042; first 0: the receipt. */
static bool make(struct letter *l, const struct visitor_record *v, int64_t first)
{
    const struct mail_record mail = {.ticket = 1042, .first = first, .at = 1767607200000};
    const struct chat_record chat = {.number = 1042, .address = "sales"};
    const struct ticket_record ticket = {.number = 1042};
    const struct ticket_answer answer = {.chat = &chat, .ticket = &ticket, .requester = v};

    letter_init(l, &HOUSE, &mail, &answer, "Sales");
    return l->to != NULL;
}

static void letter_init__takes__addresses_that_a_server_can_take(void **state)
{
    static const char *const BAD[] = {"",
                                      "ann",
                                      "ann@",
                                      "@example.org",
                                      "ann@example.org>,<eve@example.org",
                                      "ann@example.org\r\nBcc: eve@example.org",
                                      "ann eve@example.org",
                                      "\"ann\"@example.org",
                                      "a..b@example.org",
                                      "ann@-example.org",
                                      "änn@example.org"};
    struct letter l;
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        const struct visitor_record v = visitor_of(BAD[i], "");
        if (make(&l, &v, 0)) {
            fail_msg("it goes to %s", BAD[i]);
        }
        letter_finish(&l);
    }
    const struct visitor_record v = visitor_of("ann+shop@example.org", "");
    assert_true(make(&l, &v, 0));
    assert_string_equal(l.to, "ann+shop@example.org");
    letter_finish(&l);
}

static void letter_init__goes_nowhere__without_ticket_or_visitor(void **state)
{
    const struct mail_record mail = {.ticket = 1042};
    const struct chat_record chat = {.number = 1042, .address = "sales"};
    const struct visitor_record v = visitor_of("ann@example.org", "");
    struct letter l;
    (void)state;
    letter_init(&l, &HOUSE, &mail, &(struct ticket_answer){.chat = &chat, .requester = &v},
                "Sales");
    assert_null(l.to); /* erased, or no ticket any more */
    letter_finish(&l);
    letter_init(&l, &HOUSE, &mail, &(struct ticket_answer){.chat = &chat}, "Sales");
    assert_null(l.to);
    letter_finish(&l);
}

/* A browser names what page it likes. */
static void letter_init__names__pages_of_the_site_alone(void **state)
{
    static const char *const CASES[][2] = {
        {"https://www.shop.example/prices?a=1", "https://www.shop.example/prices?a=1"},
        {"https://shop.example", "https://shop.example"},
        {"https://shop.example.evil.example/", "https://shop.example/"},
        {"https://evil.example/", "https://shop.example/"},
        {"javascript:alert(1)", "https://shop.example/"},
        {"", "https://shop.example/"}};
    struct letter l;
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct visitor_record v = visitor_of("ann@example.org", CASES[i][0]);
        assert_true(make(&l, &v, 0));
        assert_string_equal(l.page, CASES[i][1]);
        letter_finish(&l);
    }
    struct visitor_record v = visitor_of("ann@example.org", "https://shop.example/");
    v.site = "other"; /* which has no address */
    assert_true(make(&l, &v, 0));
    assert_null(l.page);
    letter_finish(&l);
}

static void expect_in(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" is not in:\n%s", part, text);
    }
}

/* Whoever types a stranger's address sends them nothing of their own. */
static void letter_print__says__in_a_receipt_nothing_of_the_visitors(void **state)
{
    struct visitor_record v = visitor_of("ann@example.org", "https://shop.example/x");
    struct letter l;
    (void)state;
    v.name = "Buy cheap pills";
    v.language = "de-AT";
    assert_true(make(&l, &v, 0));
    char *text = letter_print(&l, &HOUSE, NULL, 0);
    expect_in(text, "\r\nAuto-Submitted: auto-replied\r\n");
    expect_in(text, "\r\nContent-Language: de\r\n");
    expect_in(text, "Message-ID: <1042.0.1767607200000@support.example.org>\r\n");
    expect_in(text, "References: <ticket-1042@support.example.org>\r\n");
    expect_in(text, "From: Sales\r\n");
    assert_null(strstr(text, "pills"));
    assert_null(strstr(text, "Reply-To"));
    free(text);
    letter_finish(&l);
}

static void letter_print__quotes__each_name_once_for_lines_in_a_row(void **state)
{
    const struct visitor_record v = visitor_of("ann@example.org", "");
    const struct entry_record lines[] = {
        {.name = "Nina", .body = "One"},
        {.name = "Nina", .body = "Two", .fate = FATE_CORRECTED, .shown = "Zwei"},
        {.name = "Tom", .body = ".\r\nRCPT TO:<eve@example.org>"}};
    const struct entry_record *const all[] = {&lines[0], &lines[1], &lines[2]};
    struct letter_house house = HOUSE;
    struct letter l;
    (void)state;
    house.name = "Harbour Coffee";
    house.reply_to = "office@shop.example";
    assert_true(make(&l, &v, 7));
    char *text = letter_print(&l, &house, all, 3);
    expect_in(text, "\r\nAuto-Submitted: auto-generated\r\n");
    expect_in(text, "\r\nReply-To: <office@shop.example>\r\n");
    expect_in(text, "From: Harbour Coffee\r\n");
    expect_in(text,
              "Nina has written to you:\r\n\r\nOne\r\n\r\nZwei\r\n\r\nTom has written to you:");
    assert_null(strstr(text, "Two"));
    free(text);
    letter_finish(&l);
}

static void letter_print__refuses__what_would_be_another_header(void **state)
{
    const struct visitor_record v = visitor_of("ann@example.org", "");
    struct letter_house house = HOUSE;
    struct letter l;
    (void)state;
    house.name = "Shop\r\nBcc: eve@example.org";
    assert_true(make(&l, &v, 0));
    assert_null(letter_print(&l, &house, NULL, 0));
    letter_finish(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letter_init__takes__addresses_that_a_server_can_take),
        cmocka_unit_test(letter_init__goes_nowhere__without_ticket_or_visitor),
        cmocka_unit_test(letter_init__names__pages_of_the_site_alone),
        cmocka_unit_test(letter_print__says__in_a_receipt_nothing_of_the_visitors),
        cmocka_unit_test(letter_print__quotes__each_name_once_for_lines_in_a_row),
        cmocka_unit_test(letter_print__refuses__what_would_be_another_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
