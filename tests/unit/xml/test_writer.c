#include "xml/writer.h"

#include "base/mem.h"
#include "xml/element.h"
#include "xml/reader.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void writer__writes__elements(void **state)
{
    (void)state;
    struct buf out;
    struct writer w;
    buf_init(&out, 4096);
    writer_init(&w, &out);
    writer_open(&w, "message", NULL);
    writer_attr(&w, "to", "a@b");
    writer_attr(&w, "id", NULL);
    writer_attr_number(&w, "n", -9223372036854775807LL - 1);
    writer_leaf(&w, "body", NULL, "hi");
    writer_leaf(&w, "request", "urn:xmpp:receipts", NULL);
    writer_leaf(&w, "empty", NULL, "");
    writer_open(&w, "x", "urn:x");
    writer_text(&w, NULL);
    writer_text(&w, "a");
    writer_text(&w, "b");
    assert_true(writer_finish(&w));
    assert_string_equal(out.bytes, "<message to='a@b' n='-9223372036854775808'><body>hi</body>"
                                   "<request xmlns='urn:xmpp:receipts'/><empty></empty>"
                                   "<x xmlns='urn:x'>ab</x></message>");
    buf_finish(&out);
}

/* What is written is read back as it was, but for what XML cannot hold: V-031, V-034 to V-037,
 * V-039. */
static void assert_read_back(const char *text, const char *expected)
{
    struct buf out;
    struct writer w;
    struct element *root;
    buf_init(&out, 1024 * 1024);
    writer_init(&w, &out);
    writer_open(&w, "a", "urn:a");
    writer_attr(&w, "v", text);
    writer_text(&w, text);
    assert_true(writer_finish(&w));
    assert_int_equal(reader_document(&READER_LINK, out.bytes, out.len, &root), READER_OK);
    assert_string_equal(element_text(root), expected);
    assert_string_equal(element_attr(root, "v"), expected);
    element_destroy(root);
    buf_finish(&out);
}

#define R "\xEF\xBF\xBD"

static void writer__replaces__what_would_close_the_link_V031_V039(void **state)
{
    (void)state;
    assert_read_back("a\001b\x7F", "a" R "b\x7F");     /* V-031 */
    assert_read_back("\xC0\xBC", R R);                 /* V-034 */
    assert_read_back("\xE0\x80\xBCx", R R R "x");      /* V-034 */
    assert_read_back("\xED\xA0\x80", R R R);           /* V-035 */
    assert_read_back("\xEF\xBF\xBE\xEF\xBF\xBF", R R); /* V-036, V-039 */
    assert_read_back("\xF4\x90\x80\x80", R R R R);     /* V-037 */
    assert_read_back("end \xE2\x82", "end " R R);      /* V-037 */
    assert_read_back("\xFE\xFF", R R);                 /* V-038 */
    assert_read_back("<&>\"'\t\n\r]]>", "<&>\"'\t\n\r]]>");
    assert_read_back("&amp; &#1;", "&amp; &#1;"); /* V-032 */
    assert_read_back("'/><evil x='", "'/><evil x='");
    assert_read_back("\xF4\x8F\xBF\xBF\xF0\x9F\xBF\xBE",
                     "\xF4\x8F\xBF\xBF\xF0\x9F\xBF\xBE"); /* V-115 */
    assert_read_back("\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xF0\x9F\x9A\x80",
                     "\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xF0\x9F\x9A\x80"); /* V-115 */
}

/* Every pair of bytes, in a text and in a value: always well-formed. */
static void writer__writes__only_xml_whatever_the_bytes(void **state)
{
    (void)state;
    for (unsigned first = 1; first < 256; first++) {
        struct buf out;
        struct writer w;
        struct element *root;
        buf_init(&out, 64 * 1024);
        writer_init(&w, &out);
        writer_open(&w, "a", NULL);
        for (unsigned second = 0; second < 256; second++) {
            char text[] = {(char)first, (char)second, 'x', (char)second, 0};
            writer_open(&w, "b", NULL);
            writer_attr(&w, "v", text);
            writer_text(&w, text);
            writer_close(&w);
        }
        assert_true(writer_finish(&w));
        static const struct reader_profile wide = {1 << 20, 8, 1000, 8, 64, 1024};
        enum reader_result result = reader_document(&wide, out.bytes, out.len, &root);
        assert_int_equal(result, READER_OK);
        element_destroy(root);
        buf_finish(&out);
    }
}

static void writer_finish__refuses__what_did_not_fit(void **state)
{
    (void)state;
    struct buf out;
    struct writer w;
    buf_init(&out, 20);
    writer_init(&w, &out);
    writer_leaf(&w, "a", NULL, "12345678901234567890");
    assert_false(writer_finish(&w));
    buf_reset(&out);
    writer_leaf(&w, "a", NULL, "123");
    assert_true(writer_finish(&w));
    assert_string_equal(out.bytes, "<a>123</a>");
    buf_finish(&out);
}

static void open_too_deep(struct writer *w)
{
    for (int i = 0; i <= WRITER_DEPTH; i++) {
        writer_open(w, "a", NULL);
    }
}

static void attr_after_text(struct writer *w)
{
    writer_open(w, "a", NULL);
    writer_text(w, "x");
    writer_attr(w, "b", "");
}

static void close_too_much(struct writer *w)
{
    writer_close(w);
}

static void text_outside(struct writer *w)
{
    writer_text(w, "x");
}

static void name_with_space(struct writer *w)
{
    writer_open(w, "a b", NULL);
}

static void name_from_outside(struct writer *w)
{
    writer_open(w, "a", NULL);
    writer_attr(w, "b='", "");
}

static void empty_name(struct writer *w)
{
    writer_open(w, "", NULL);
}

static void writer__aborts__on_misuse(void **state)
{
    (void)state;
    void (*const misuses[])(struct writer *) = {open_too_deep, attr_after_text, close_too_much,
                                                text_outside,  name_with_space, name_from_outside,
                                                empty_name};
    for (size_t i = 0; i < sizeof misuses / sizeof *misuses; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct buf out;
            struct writer w;
            setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
            signal(SIGABRT, SIG_DFL);
            close(STDERR_FILENO);
            buf_init(&out, 4096);
            writer_init(&w, &out);
            misuses[i](&w);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writer__writes__elements),
        cmocka_unit_test(writer__replaces__what_would_close_the_link_V031_V039),
        cmocka_unit_test(writer__writes__only_xml_whatever_the_bytes),
        cmocka_unit_test(writer_finish__refuses__what_did_not_fit),
        cmocka_unit_test(writer__aborts__on_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
