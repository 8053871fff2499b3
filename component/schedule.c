#include "schedule.h"

#include "base/log.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "desk/desk_tickets.h"
#include "storage/storage.h"

#include <stdlib.h>

enum { AT_ONCE = 50, BACKWARD_MS = 60 * 1000 };

struct one {
    struct schedule *schedule;
    int64_t number;
};

struct schedule {
    struct storage *storage;
    struct desk *desk;
    time_ms (*utc)(void);
    time_ms last; /* tick */
    size_t open;  /* answers that are awaited */
    struct one tickets[AT_ONCE];
    bool begins;      /* a review, behind what is open */
    bool reviews;     /* one is under way */
    int64_t reviewed; /* up to this number */
};

struct schedule *schedule_create(struct storage *storage, struct desk *desk, time_ms (*utc)(void))
{
    struct schedule *s = mem_alloc(sizeof *s);

    s->storage = storage;
    s->desk = desk;
    s->utc = utc;
    s->begins = true;
    return s;
}

void schedule_destroy(struct schedule *s)
{
    free(s);
}

void schedule_review(struct schedule *s)
{
    s->begins = true;
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    const struct one *one = ctx;
    struct schedule *s = one->schedule;

    s->open--;
    desk_load_ticket(s->desk, one->number, answer->ticket);
    desk_ticket_wake(s->desk, s->utc(), one->number);
}

static void read_each(struct schedule *s, const int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        s->tickets[i] = (struct one){s, numbers[i]};
        s->open++;
        desk_await_ticket(s->desk, numbers[i]);
        storage_ticket(s->storage, numbers[i], on_ticket, &s->tickets[i]);
    }
}

static void on_review(void *ctx, const int64_t *numbers, size_t count)
{
    struct schedule *s = ctx;

    s->open--;
    if (count > 0) {
        s->reviewed = numbers[count - 1];
        read_each(s, numbers, count);
    } else {
        s->reviews = false;
        log_debug("schedule: all open tickets were looked at");
    }
}

static void ask(struct schedule *s, time_ms before, storage_on_wake answer)
{
    s->open++;
    storage_wake(s->storage,
                 &(struct wake_query){.before = before, .after = s->reviewed, .max = AT_ONCE},
                 answer, s);
}

static void on_due(void *ctx, const int64_t *numbers, size_t count)
{
    struct schedule *s = ctx;

    s->open--;
    if (count > 0) {
        log_debug("schedule: %zu tickets", count);
        read_each(s, numbers, count);
    } else if (s->reviews) {
        ask(s, 0, on_review);
    }
}

void schedule_tick(struct schedule *s)
{
    time_ms now = s->utc();

    if (now < s->last - BACKWARD_MS) {
        log_info("schedule: the clock has gone back; all open tickets are looked at");
        schedule_review(s);
    }
    s->last = now;
    if (s->open > 0 || storage_is_refusing(s->storage)) {
        return;
    }
    if (s->begins) {
        s->begins = false;
        s->reviews = true;
        s->reviewed = 0;
    }
    ask(s, now, on_due);
}
