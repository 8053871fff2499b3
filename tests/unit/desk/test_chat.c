/* The state of a chat, against its table and against docs/DOMAIN.md. */
#include "base/log.h"
#include "base/text.h"
#include "desk/chat.h"
#include "desk/desk_state.h"
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

static const enum chat_state states[] = {CHAT_QUEUED, CHAT_OFFERED, CHAT_ACTIVE, CHAT_CLOSED};
enum { STATES = sizeof states / sizeof *states };

static void chat_may_enter__is__what_the_architecture_says(void **state)
{
    (void)state;
    static const bool right[STATES][STATES] = {
        /* from QUEUED */ {false, true, true, true},
        /* from OFFERED */ {true, false, true, true},
        /* from ACTIVE */ {true, false, true, true},
        /* from CLOSED */ {false, false, false, false},
    };
    for (size_t from = 0; from < STATES; from++) {
        for (size_t to = 0; to < STATES; to++) {
            assert_int_equal(chat_may_enter(states[from], states[to]), right[from][to]);
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

static int state_named(const char *name)
{
    static const char *const names[STATES] = {"QUEUED", "OFFERED", "ACTIVE", "CLOSED"};

    for (size_t i = 0; i < STATES; i++) {
        if (text_equal(names[i], name)) {
            return (int)i;
        }
    }
    fail_msg("docs/DOMAIN.md: no state is called '%s'", name);
    return 0;
}

static void chat_may_enter__is__what_the_page_of_the_domain_says(void **state)
{
    (void)state;
    FILE *page = fopen(SOURCE_DIR "/docs/DOMAIN.md", "r");
    char line[512];
    int columns[STATES] = {0};
    size_t rows = 0;

    assert_non_null(page);
    while (fgets(line, sizeof line, page) != NULL && !text_equal(line, "<!-- chat states -->\n")) {
    }
    while (fgets(line, sizeof line, page) != NULL && line[0] == '|') {
        char *cells[8] = {NULL};
        if (strncmp(line, "|--", 3) == 0) {
            continue;
        }
        assert_int_equal(cells_of(line, cells), STATES + 1);
        if (text_equal(cells[0], "from")) {
            for (size_t i = 0; i < STATES; i++) {
                columns[i] = state_named(cells[i + 1]);
            }
            continue;
        }
        int from = state_named(cells[0]);
        rows++;
        for (size_t i = 0; i < STATES; i++) {
            bool may = !text_equal(cells[i + 1], "-");
            if (may != chat_may_enter(states[from], states[columns[i]])) {
                fail_msg("docs/DOMAIN.md: %s, column %zu: the code says otherwise", cells[0],
                         i + 1);
            }
        }
    }
    fclose(page);
    assert_int_equal(rows, STATES);
}

/* ---- chat_enter ---- */

/* A desk with one chat, brought into that state. */
static struct story *story_in(enum chat_state wanted, struct chat **chat)
{
    struct story *s = story_of_sales();

    if (wanted != CHAT_QUEUED) {
        agent_is(s, "bob", AVAILABILITY_FREE);
    }
    visitor_says(s, "ann", "hello?");
    if (wanted == CHAT_ACTIVE) {
        agent_says(s, "bob", "ann", "hi");
    } else if (wanted == CHAT_CLOSED) {
        visitor_ends(s, "ann");
    }
    *chat = desk_find_visitor(desk_of(s), "visitor-ann")->chat;
    assert_int_equal((*chat)->state, wanted);
    forget_what_was_told(s);
    return s;
}

static struct agent *owner_for(struct story *s, enum chat_state to)
{
    return to == CHAT_ACTIVE ? desk_find_agent(desk_of(s), "bob@example.org") : NULL;
}

/* How a child ends that enters a state: the signal, 0 if it survived. */
static int signal_of_entering(struct story *s, struct chat *c, enum chat_state to,
                              struct agent *owner)
{
    int status;
    fflush(NULL);
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        chat_enter(desk_of(s), now_of(s), c, to, owner);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void chat_enter__aborts__for_every_change_that_the_table_forbids(void **state)
{
    (void)state;
    for (size_t from = 0; from < STATES; from++) {
        for (size_t to = 0; to < STATES; to++) {
            struct chat *c;
            struct story *s = story_in(states[from], &c);
            int died_of = signal_of_entering(s, c, states[to], owner_for(s, states[to]));
            assert_int_equal(died_of, chat_may_enter(states[from], states[to]) ? 0 : SIGABRT);
            story_ends(s);
        }
    }
}

static void chat_enter__aborts__without_an_owner_for_active_or_with_one_for_waiting(void **state)
{
    (void)state;
    struct chat *c;
    struct story *s = story_in(CHAT_QUEUED, &c);

    assert_int_equal(signal_of_entering(s, c, CHAT_ACTIVE, NULL), SIGABRT);
    assert_int_equal(signal_of_entering(s, c, CHAT_OFFERED, owner_for(s, CHAT_ACTIVE)), SIGABRT);
    story_ends(s);
}

/* ---- the line ---- */

static void chat_goes_before__puts__lost_before_waiting_before_left(void **state)
{
    (void)state;
    const struct chat lost = {.number = 9, .claimed = 5, .waiting_since = 90};
    const struct chat early = {.number = 3, .waiting_since = 10};
    const struct chat late = {.number = 2, .waiting_since = 20};
    const struct chat late_too = {.number = 4, .waiting_since = 20};
    const struct chat left = {.number = 1, .waiting_since = 1, .left = true};
    const struct chat *const line[] = {&lost, &early, &late, &late_too, &left};

    for (size_t a = 0; a < 5; a++) {
        for (size_t b = 0; b < 5; b++) {
            assert_int_equal(chat_goes_before(line[a], line[b]), a < b);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chat_may_enter__is__what_the_architecture_says),
        cmocka_unit_test(chat_may_enter__is__what_the_page_of_the_domain_says),
        cmocka_unit_test(chat_enter__aborts__for_every_change_that_the_table_forbids),
        cmocka_unit_test(chat_enter__aborts__without_an_owner_for_active_or_with_one_for_waiting),
        cmocka_unit_test(chat_goes_before__puts__lost_before_waiting_before_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
