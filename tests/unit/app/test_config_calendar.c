/* Calendars in the configuration file: what is made of them, and where it complains. */
#include "base/calendar.h"
#include "config_test.h"

static void config_parse__makes__calendars(void **state)
{
    (void)state;
    struct config *c = accept(BASE "  - {id: help, agents: [a@b], calendar: office,"
                                   " call_absent_after_s: 180}\n"
                                   "zone: Europe/Berlin\n"
                                   "calendars:\n"
                                   "  - {id: night, zone: UTC, hours: \"fri,sat 20:00-04:00\"}\n"
                                   "  - id: office\n"
                                   "    hours: [\"mon-fri 09:00-17:00\", \"sat 10:00-12:00\"]\n"
                                   "    holidays: [2026-12-24..2027-01-01, 05-01]\n");
    assert_null(c->departments[0].hours);
    assert_int_equal(c->departments[0].call_absent_after_s, 0);
    assert_ptr_equal(c->departments[1].hours, c->calendars[1].made);
    assert_int_equal(c->departments[1].call_absent_after_s, 180);
    assert_true(calendar_is_open(c->departments[1].hours, 1767600000000)); /* Mon 09:00 Berlin */
    assert_false(calendar_is_open(c->departments[1].hours, 1767599999999));
    assert_false(calendar_is_open(c->departments[1].hours, 1798451999000)); /* 2026-12-28 */
    assert_true(calendar_is_open(c->calendars[0].made, 1767988800000));     /* Fri 20:00 UTC */
    config_destroy(c);
}

static void config_parse__complains__of_calendars(void **state)
{
    (void)state;
    refuse(BASE "zone: Europe/Bonn\n",
           "t.yml:7: zone: \"Europe/Bonn\" is no time zone of this machine");
    refuse(BASE "calendars:\n  - {id: a, zone: ../passwd}\n",
           "t.yml:8: calendars[0].zone: \"../passwd\" is no time zone");
    refuse(BASE "calendars:\n  - {id: a}\n  - {id: a}\n",
           "t.yml:9: calendars[1].id: \"a\" is there twice");
    refuse(BASE "calendars:\n  - id: a\n    hours:\n    - mon 09:00-17:00\n    - tue 9-17\n",
           "t.yml:11: calendars[0].hours[1]: \"9-17\" is no span of time; it must be like "
           "09:00-17:30");
    refuse(BASE "calendars:\n  - {id: a, hours: 09:00-17:00}\n",
           "t.yml:8: calendars[0].hours[0]: must begin with weekdays and a blank");
    refuse(BASE "calendars:\n  - id: a\n    holidays: [2026-12-24, 2026-02-29]\n",
           "t.yml:9: calendars[0].holidays[1]: must be a date");
    refuse(BASE "  - {id: help, agents: [a@b], calendar: offise}\n"
                "calendars: [{id: office}, {id: night}]\n",
           "t.yml:7: departments[1].calendar: \"offise\" is no calendar; there are: office night");
    refuse(BASE "  - {id: help, agents: [a@b], calendar: office}\n",
           "departments[1].calendar: \"office\" is no calendar; there is none");
    refuse(BASE "  - {id: help, agents: [a@b], call_absent_after_s: 86401}\n",
           "call_absent_after_s: must be a number from 0 to 86400");
}

static void config_parse__knows__who_says_on(void **state)
{
    (void)state;
    struct config *c = accept(BASE "  - {id: help, agents: [a@b, c@d]}\n"
                                   "duty: explicit\n"
                                   "agents:\n"
                                   "  - {jid: a@b, duty: presence, show_status: yes}\n"
                                   "  - {jid: c@d}\n");
    for (size_t i = 0; i < c->agent_count; i++) {
        bool is_a = strcmp(c->agents[i].jid, "a@b") == 0;
        assert_int_equal(c->agents[i].duty, is_a ? CONFIG_DUTY_PRESENCE : CONFIG_DUTY_EXPLICIT);
        assert_int_equal(c->agents[i].show_status, is_a);
    }
    config_destroy(c);
    c = accept(BASE);
    assert_int_equal(c->agents[0].duty, CONFIG_DUTY_PRESENCE);
    assert_false(c->agents[0].show_status);
    config_destroy(c);
    refuse(BASE "duty: default\n", "t.yml:7: duty: must be one of: presence explicit");
    refuse(BASE "agents: [{jid: agent@localhost, duty: on}]\n",
           "agents[0].duty: must be one of: presence explicit default");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_parse__makes__calendars),
        cmocka_unit_test(config_parse__complains__of_calendars),
        cmocka_unit_test(config_parse__knows__who_says_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
