/* The state of a ticket, against its table and against docs/DOMAIN.md; and how long it is in
 * memory. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "story.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ANN "visitor-ann"
#define BOB "bob@example.org"
#define EVE "eve@example.org"

enum { STATES = TICKET_CLOSED + 1 };
static const char *const names[STATES] = {"none", "NEW", "OPEN", "PENDING", "SOLVED", "CLOSED"};

static void ticket_may_enter__is__what_was_decided(void **state)
{
    (void)state;
    static const bool right[STATES][STATES] = {
        /* none */ {false, true, true, false, true, false},
        /* from NEW */ {false, false, true, true, true, true},
        /* from OPEN */ {false, false, false, true, true, true},
        /* from PENDING */ {false, false, true, true, true, true},
        /* from SOLVED */ {false, false, true, true, false, true},
        /* from CLOSED */ {false, false, true, false, false, false},
    };
    for (size_t from = 0; from < STATES; from++) {
        for (size_t to = 0; to < STATES; to++) {
            assert_int_equal(ticket_may_enter((enum ticket_state)from, (enum ticket_state)to),
                             right[from][to]);
        }
    }
}

/* ---- docs/DOMAIN.md: a row a state that is left, a column a state that is entered ---- */

static size_t cells_of(char *line, char *cells[8])
{
    size_t count = 0;
    char *rest = line + 1;

    for (char *cell; count < 8 && (cell = strsep(&rest, "|")) != NULL && rest != NULL;) {
        cell += strspn(cell, " ");
        cell[strcspn(cell, " \n")] = '\0';
        cells[count++] = cell;
    }
    return count;
}

static enum ticket_state state_named(const char *name)
{
    for (size_t i = 0; i < STATES; i++) {
        if (text_equal(names[i], name)) {
            return (enum ticket_state)i;
        }
    }
    fail_msg("docs/DOMAIN.md: no state is called '%s'", name);
    return TICKET_NONE;
}

static void check_row(char *cells[8], const enum ticket_state columns[STATES])
{
    enum ticket_state from = state_named(cells[0]);

    for (size_t i = 0; i + 1 < STATES; i++) {
        bool may = !text_equal(cells[i + 1], "-");
        if (may != ticket_may_enter(from, columns[i])) {
            fail_msg("docs/DOMAIN.md: %s, column %zu: the code says otherwise", cells[0], i + 1);
        }
    }
}

static void ticket_may_enter__is__what_the_page_of_the_domain_says(void **state)
{
    (void)state;
    FILE *page = fopen(SOURCE_DIR "/docs/DOMAIN.md", "r");
    char line[512];
    enum ticket_state columns[STATES] = {TICKET_NONE};
    size_t rows = 0;

    assert_non_null(page);
    while (fgets(line, sizeof line, page) != NULL &&
           !text_equal(line, "<!-- ticket states -->\n")) {
    }
    while (fgets(line, sizeof line, page) != NULL && line[0] == '|') {
        char *cells[8] = {NULL};
        if (strncmp(line, "|--", 3) == 0) {
            continue;
        }
        assert_int_equal(cells_of(line, cells), STATES);
        if (text_equal(cells[0], "from")) {
            for (size_t i = 0; i + 1 < STATES; i++) {
                columns[i] = state_named(cells[i + 1]);
            }
            continue;
        }
        check_row(cells, columns);
        rows++;
    }
    fclose(page);
    assert_int_equal(rows, STATES);
}

/* ---- ticket_enter ---- */

/* The chat of ann, ended by bob, is a ticket in that state. */
static struct story *story_in(enum ticket_state wanted, int64_t *number)
{
    struct story *s = story_of_sales();
    struct chat_view chat;

    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    *number = chat.number;
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    if (wanted != TICKET_NONE) {
        struct ticket *t = ticket_touch(desk_of(s), *number);
        bool is_direct = ticket_may_enter(TICKET_NONE, wanted);
        ticket_convert(desk_of(s), now_of(s), t,
                       &(struct ticket_record){.visitor = ANN,
                                               .department = "sales",
                                               .address = "sales",
                                               .owner = "",
                                               .state = is_direct ? wanted : TICKET_NEW,
                                               .converted_by = ""});
        if (!is_direct) {
            ticket_enter(desk_of(s), now_of(s), t, wanted, 0);
        }
    } else {
        ticket_touch(desk_of(s), *number);
    }
    story_turn(s);
    return s;
}

static bool aborts(struct story *s, int64_t number, enum ticket_state to, time_ms due)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        fclose(stderr);
        ticket_enter(desk_of(s), now_of(s), ticket_find(desk_of(s), number), to, due);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void ticket_enter__takes__the_steps_of_the_table_alone(void **state)
{
    (void)state;
    for (int from = TICKET_NEW; from <= TICKET_CLOSED; from++) {
        for (int to = TICKET_NEW; to <= TICKET_CLOSED; to++) {
            int64_t number;
            struct story *s = story_in((enum ticket_state)from, &number);
            if (ticket_may_enter((enum ticket_state)from, (enum ticket_state)to)) {
                ticket_enter(desk_of(s), now_of(s), ticket_find(desk_of(s), number),
                             (enum ticket_state)to, 0);
                assert_int_equal(desk_ticket(desk_of(s), number)->state, to);
            } else {
                assert_true(aborts(s, number, (enum ticket_state)to, 0));
            }
            story_ends(s);
        }
    }
}

static void ticket_enter__refuses__a_date_of_what_is_not_pending(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_in(TICKET_NEW, &number);
    assert_true(aborts(s, number, TICKET_OPEN, now_of(s) + HOUR));
    assert_false(aborts(s, number, TICKET_PENDING, now_of(s) + HOUR));
    story_ends(s);
}

/* ---- memory ---- */

static void keep(void *ctx, const struct ticket_answer *answer)
{
    struct ticket_record **copy = ctx;

    *copy = answer->ticket != NULL ? mem_alloc(sizeof **copy) : NULL;
    if (*copy != NULL) {
        **copy = *answer->ticket;
        (*copy)->department = (*copy)->address = "sales";
        (*copy)->visitor = ANN;
        (*copy)->owner = (*copy)->subject = (*copy)->converted_by = (*copy)->watchers = "";
    }
}

static struct ticket_record *read_ticket(struct story *s, int64_t number)
{
    struct ticket_record *copy = NULL;

    storage_ticket(storage_of(s), number, keep, &copy);
    story_turn(s);
    return copy;
}

static void ticket__is_forgotten__when_nothing_happens_to_it(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_in(TICKET_NEW, &number);
    pass_time(s, TICKET_IDLE_MS - SECOND);
    assert_non_null(ticket_find(desk_of(s), number));
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_OPEN), DESK_OK);
    pass_time(s, TICKET_IDLE_MS - SECOND);
    assert_non_null(ticket_find(desk_of(s), number));
    pass_time(s, SECOND);
    assert_null(ticket_find(desk_of(s), number));
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_SOLVED),
                     DESK_NOT_FOUND);
    desk_await_ticket(desk_of(s), number);
    struct ticket_record *r = read_ticket(s, number);
    desk_load_ticket(desk_of(s), number, r);
    free(r);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_SOLVED), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

/* However long the disk fails, and whatever happened meanwhile. */
static void ticket__is_kept__while_an_answer_is_awaited(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_in(TICKET_NEW, &number);
    desk_await_ticket(desk_of(s), number);
    struct ticket_record *old = read_ticket(s, number);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_SOLVED), DESK_OK);
    pass_time(s, 3 * TICKET_IDLE_MS);
    desk_load_ticket(desk_of(s), number, old);
    free(old);
    assert_int_equal(desk_ticket(desk_of(s), number)->state, TICKET_SOLVED);
    pass_time(s, TICKET_IDLE_MS);
    assert_null(ticket_find(desk_of(s), number));
    forget_what_was_told(s);
    story_ends(s);
}

/* Two read that there is none; both convert. */
static void ticket__is_made__once(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_in(TICKET_NONE, &number);
    const struct chat_record chat = {.number = number,
                                     .visitor = ANN,
                                     .department = "sales",
                                     .address = "sales",
                                     .state = CHAT_CLOSED,
                                     .owner = BOB};
    desk_await_ticket(desk_of(s), number);
    desk_await_ticket(desk_of(s), number);
    desk_load_ticket(desk_of(s), number, NULL);
    assert_int_equal(desk_agent_convert(desk_of(s), now_of(s), BOB, &chat, 0), DESK_OK);
    desk_load_ticket(desk_of(s), number, NULL);
    assert_int_equal(desk_agent_convert(desk_of(s), now_of(s), EVE, &chat, 0), DESK_REPEATED);
    assert_string_equal(desk_ticket(desk_of(s), number)->converted_by, BOB);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticket_may_enter__is__what_was_decided),
        cmocka_unit_test(ticket_may_enter__is__what_the_page_of_the_domain_says),
        cmocka_unit_test(ticket_enter__takes__the_steps_of_the_table_alone),
        cmocka_unit_test(ticket_enter__refuses__a_date_of_what_is_not_pending),
        cmocka_unit_test(ticket__is_forgotten__when_nothing_happens_to_it),
        cmocka_unit_test(ticket__is_kept__while_an_answer_is_awaited),
        cmocka_unit_test(ticket__is_made__once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
