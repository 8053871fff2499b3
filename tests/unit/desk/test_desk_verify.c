/* desk_verify finds what it is there for: each invariant is broken by hand, in a child that must
 * abort. */
#include "base/text.h"
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

/* Ann is offered to Bob and Eve, Cem talks to Bob, Dora waits behind Ann, Emil left a message. */
struct cast {
    struct desk *desk;
    struct agent *bob;
    struct agent *eve;
    struct chat *ann;
    struct chat *cem;
    struct chat *dora;
    struct chat *emil;
};

static void count_a_seat_too_many(struct cast *k)
{
    k->bob->active--;
}

static void owner_of_nothing(struct cast *k)
{
    k->cem->owner = NULL;
}

static void owner_of_what_waits(struct cast *k)
{
    k->ann->owner = k->bob;
}

static void state_without_offers(struct cast *k)
{
    k->dora->state = CHAT_OFFERED;
}

static void offers_without_state(struct cast *k)
{
    k->ann->state = CHAT_QUEUED;
}

static void offer_of_what_is_taken(struct cast *k)
{
    offer_create(k->cem, k->eve)->state = OFFER_DECLINED;
}

static void offer_twice(struct cast *k)
{
    offer_create(k->ann, k->eve);
}

static void more_offers_than_seats(struct cast *k)
{
    offer_create(k->dora, k->eve);
    k->dora->state = CHAT_OFFERED;
    k->dora->told_state = CHAT_OFFERED;
    map_set(k->eve->contacts, k->dora->visitor->record.id, k->dora->visitor);
}

static void passed_over(struct cast *k)
{
    offer_destroy(offer_find(k->ann, k->eve));
    k->ann->state = CHAT_QUEUED;
    k->ann->told_state = CHAT_QUEUED;
    map_remove(k->eve->contacts, k->ann->visitor->record.id);
}

static void missing_contact(struct cast *k)
{
    map_remove(k->eve->contacts, k->ann->visitor->record.id);
}

static void needless_contact(struct cast *k)
{
    map_set(k->eve->contacts, k->cem->visitor->record.id, k->cem->visitor);
}

static void wrong_order(struct cast *k)
{
    list_remove(&k->dora->waiting_link);
    list_prepend(&k->desk->waiting, &k->dora->waiting_link);
}

static void missing_in_line(struct cast *k)
{
    list_remove(&k->dora->waiting_link);
}

static void wrong_count(struct cast *k)
{
    k->ann->department->left++;
}

static void untold_position(struct cast *k)
{
    k->dora->told_position++;
}

static void left_though_both_are_there(struct cast *k)
{
    k->emil->visitor->online = true;
}

static void gone_unnoticed(struct cast *k)
{
    k->bob->availability = AVAILABILITY_GONE;
}

static void chat_of_two(struct cast *k)
{
    k->ann->visitor->chat = k->cem;
}

static void counter_behind(struct cast *k)
{
    k->desk->last_number = 1000;
}

static void entry_twice(struct cast *k)
{
    transcript_add(&k->ann->transcript, transcript_last(&k->ann->transcript));
}

static void closed_by_nobody(struct cast *k)
{
    k->cem->closed_by = "visitor";
}

static void left_unsettled(struct cast *k)
{
    k->desk->unsettled = true;
}

static const struct {
    const char *what;
    void (*break_it)(struct cast *k);
} breaks[] = {
    {"a seat too many", count_a_seat_too_many},
    {"active without an owner", owner_of_nothing},
    {"waiting with an owner", owner_of_what_waits},
    {"offered without offers", state_without_offers},
    {"queued with offers", offers_without_state},
    {"an offer of what is taken", offer_of_what_is_taken},
    {"an offer made twice", offer_twice},
    {"more offers than seats", more_offers_than_seats},
    {"who could be seated is passed over", passed_over},
    {"a contact is missing", missing_contact},
    {"a contact too many", needless_contact},
    {"the wrong order", wrong_order},
    {"missing in line", missing_in_line},
    {"a wrong count", wrong_count},
    {"a position that was not told", untold_position},
    {"left, though both are there", left_though_both_are_there},
    {"an owner is gone, unnoticed", gone_unnoticed},
    {"a visitor with two chats", chat_of_two},
    {"the counter is behind", counter_behind},
    {"an entry twice", entry_twice},
    {"open, but closed by somebody", closed_by_nobody},
    {"not settled", left_unsettled},
};

static struct chat *chat_of(struct story *s, const char *id)
{
    return desk_find_visitor(desk_of(s), id)->chat;
}

static int signal_of(struct cast *k, void (*break_it)(struct cast *k))
{
    int status;

    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (break_it != NULL) {
            break_it(k);
        }
        desk_verify(k->desk);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void desk_verify__aborts__for_every_broken_invariant(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    visitor_says(s, "emil", "please call me");
    visitor_leaves(s, "emil");
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "cem", "hello?");
    agent_says(s, "bob", "cem", "hi");
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "dora", "hello?");
    struct cast k = {
        .desk = desk_of(s),
        .bob = desk_find_agent(desk_of(s), "bob@example.org"),
        .eve = desk_find_agent(desk_of(s), "eve@example.org"),
        .ann = chat_of(s, "visitor-ann"),
        .cem = chat_of(s, "visitor-cem"),
        .dora = chat_of(s, "visitor-dora"),
        .emil = chat_of(s, "visitor-emil"),
    };
    assert_int_equal(signal_of(&k, NULL), 0);
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
        if (signal_of(&k, breaks[i].break_it) != SIGABRT) {
            fail_msg("not found: %s", breaks[i].what);
        }
    }
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk_verify__aborts__for_every_broken_invariant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
