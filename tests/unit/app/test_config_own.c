/* Own fields of tickets in the configuration. */
#include "base/buf.h"
#include "config_test.h"

static void config_parse__checks__own_fields(void **state)
{
    static const struct {
        const char *fields;
        const char *complaint;
    } WRONG[] = {
        {"[{label: x}]", "departments[1].fields[0].name: is missing"},
        {"[{name: Order}]", "departments[1].fields[0].name"},
        {"[{name: email}]", "departments[1].fields[0].name: \"email\" is a field that every"},
        {"[{name: state}]",
         "departments[1].fields[0].name: \"state\" is a field that every ticket has"},
        {"[{name: a, label: E-Mail}, {name: b, label: Email}]",
         "departments[1].fields[1].label: \"Email\" is a field that every visitor has"},
        {"[{name: a, type: list, options: [x, \"-\"]}]",
         "fields[0].options: has \"-\", which takes"},
        {"[{name: a}, {name: a}]", "departments[1].fields[1].name: \"a\" is there twice"},
        {"[{name: a, label: X}, {name: b, label: x}]",
         "departments[1].fields[1].label: \"x\" names another field, too"},
        {"[{name: a}, {name: b, label: A}]", "fields[1].label: \"A\" names another field, too"},
        {"[{name: a, type: money}]", "departments[1].fields[0].type"},
        {"[{name: a, type: list}]", "departments[1].fields[0].options: must have 2 to 30"},
        {"[{name: a, type: list, options: [x]}]", "fields[0].options: must have 2 to 30"},
        {"[{name: a, type: list, options: [x, X]}]", "fields[0].options: has \"X\" twice"},
        {"[{name: a, options: [x, y]}]", "fields[0].options: is only for a list"},
        {"[{name: a, type: date, pattern: '#'}]", "fields[0].pattern: is only for a text"},
        {"[{name: a, pattern: 'abc'}]", "fields[0].pattern: must have a #, @ or ?"},
        {"[{name: a, pattern: 'ä#'}]", "fields[0].pattern: is of signs of ASCII"},
        {"[{name: a, required: yes}]", "departments[1].fields[0].required"},
        {"[{name: a, colour: red}]", "departments[1].fields[0].colour: is not a known key"},
        {"[{name: a}], transcript: no", "departments[1].fields: cannot be where transcript is no"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        char *text = mem_print(BASE "  - {id: help, agents: [a@b], fields: %s}\n", WRONG[i].fields);
        refuse(text, WRONG[i].complaint);
        free(text);
    }
    struct config *c = accept(
        BASE "  - {id: help, agents: [a@b],\n     fields: [{name: order, label: Order number,"
             " type: number, required: solved}, {name: wish, type: list, options: [x, y]},\n"
             "       {name: customer, pattern: 'K-##'}]}\n");
    const struct config_department *p = &c->departments[1];
    assert_int_equal(p->field_count, 3);
    assert_string_equal(p->fields[0].label, "Order number");
    assert_int_equal(p->fields[0].kind, CONFIG_OWN_NUMBER);
    assert_int_equal(p->fields[0].required, CONFIG_OWN_REQUIRED_SOLVED);
    assert_int_equal(p->fields[1].option_count, 2);
    assert_int_equal(p->fields[1].required, CONFIG_OWN_REQUIRED_NO);
    assert_string_equal(p->fields[2].label, "customer");
    assert_string_equal(p->fields[2].pattern, "K-##");
    assert_int_equal(c->departments[0].field_count, 0);
    config_destroy(c);
}

/* count fields, the last of them with so many options. */
static char *many_fields_print(int count, int options)
{
    struct buf text;

    buf_init(&text, 64 * 1024);
    buf_add_text(&text, BASE "  - {id: help, agents: [a@b], fields: [");
    for (int i = 1; i < count; i++) {
        buf_printf(&text, "{name: f%d},", i);
    }
    buf_add_text(&text, "{name: last, type: list, options: [");
    for (int i = 0; i < options; i++) {
        buf_printf(&text, "o%d,", i);
    }
    buf_add_text(&text, "]}]}\n");
    return buf_detach(&text);
}

static void config_parse__bounds__own_fields(void **state)
{
    char *text = many_fields_print(20, 30);

    (void)state;
    config_destroy(accept(text));
    free(text);
    text = many_fields_print(21, 2);
    refuse(text, "has 21 items; at most 20 are possible");
    free(text);
    text = many_fields_print(1, 31);
    refuse(text, "departments[1].fields[0].options: must have 2 to 30");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_parse__checks__own_fields),
        cmocka_unit_test(config_parse__bounds__own_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
