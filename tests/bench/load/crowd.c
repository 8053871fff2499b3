#include "crowd.h"
#include "line.h"
#include "tally.h"
#include "visitor.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What is still under way when the time is up may end, but not for ever. */
enum { TASK_MAX_US = 240 * 1000 * 1000, LAST_ANSWERS_US = 10 * 1000 * 1000, AGAIN_MAX = 20 };

struct task {
    const char *name;
    void (*begin)(struct crowd *c);
    bool (*go_on)(struct crowd *c);
};

struct crowd {
    const struct place *place;
    struct visitor_calls calls;
    struct visitor *visitors;
    unsigned size;
    unsigned there;
    unsigned coming;
    unsigned talkers; /* the first so many have a conversation */
    unsigned awaiting;
    unsigned lost;
    unsigned again; /* came once more, to a server that had not answered */
    char why[96];   /* the first was lost */

    const struct task *task;
    double first;
    double second;
    int64_t begun;
    int64_t ended;      /* no further question from then on */
    unsigned next;      /* whose turn it is */
    unsigned asked;     /* questions, or page loads, of this task */
    unsigned answered;  /* of them */
    unsigned came;      /* arrivals of this task */
    bool wants_answers; /* else receipts */
    bool is_rushing;    /* each asks on when it was answered */
    int64_t at_99;      /* since the begin, when 99 of 100 were there */
    struct tally coming_took;
    struct tally receipts_took;
    struct tally answers_took;
};

/* ---- what visitors tell ---- */

static void on_there(void *crowd, struct visitor *v)
{
    struct crowd *c = crowd;
    int64_t now = line_now_us();
    c->coming--;
    c->there++;
    c->came++;
    tally_add(&c->coming_took, now - v->came_at);
    if (c->at_99 == 0 && c->there >= 0.99 * c->first) {
        c->at_99 = now - c->begun;
    }
}

static void ask(struct crowd *c, struct visitor *v)
{
    c->asked++;
    c->awaiting++;
    visitor_ask(v);
}

static void settle(struct crowd *c, struct visitor *v)
{
    c->answered++;
    c->awaiting--;
    if (c->is_rushing && line_now_us() < c->ended) {
        ask(c, v);
    }
}

static void on_receipt(void *crowd, struct visitor *v)
{
    struct crowd *c = crowd;
    tally_add(&c->receipts_took, line_now_us() - v->said_at);
    if (!c->wants_answers) {
        v->awaits_answer = false;
        settle(c, v);
    } else if (!v->awaits_answer) {
        settle(c, v);
    }
}

/* The receipt may come behind the answer. */
static void on_answer(void *crowd, struct visitor *v)
{
    struct crowd *c = crowd;
    tally_add(&c->answers_took, line_now_us() - v->said_at);
    if (c->wants_answers && !v->awaits_receipt) {
        settle(c, v);
    }
}

static void on_lost(void *crowd, struct visitor *v, bool was_there, const char *why)
{
    struct crowd *c = crowd;
    /* COMPAT: of thousands that come at a time ejabberd 23.01 forgets one now and then. */
    if (!was_there && c->place->department == NULL && c->again < AGAIN_MAX) {
        c->again++;
        visitor_come(v);
        return;
    }
    if (c->lost++ == 0) {
        snprintf(c->why, sizeof c->why, "%s", why);
    }
}

/* ---- coming and going ---- */

static void let_come(struct crowd *c, struct visitor *v)
{
    c->coming++;
    visitor_come(v);
}

static void begin_coming(struct crowd *c)
{
    c->next = 0;
}

static bool go_on_coming(struct crowd *c)
{
    unsigned wanted = (unsigned)c->first;
    while (c->next < wanted && c->coming < (unsigned)c->second && c->lost == 0) {
        struct visitor *v = &c->visitors[c->next++];
        if (v->state == VISITOR_AWAY) {
            let_come(c, v);
        }
    }
    return c->there >= wanted;
}

/* Each within the widget's first delay, which it takes by chance. */
static bool go_on_returning(struct crowd *c)
{
    double share = (double)(line_now_us() - c->begun) / 1e3 / c->second;
    double due = c->first * (share < 1 ? share : 1);
    while (c->next < due && c->lost == 0) {
        let_come(c, &c->visitors[c->next++]);
    }
    return c->there >= c->first;
}

static void begin_going(struct crowd *c)
{
    for (unsigned i = 0; i < c->size; i++) {
        if (c->visitors[i].state != VISITOR_AWAY) {
            visitor_go(&c->visitors[i]);
        }
    }
    c->there = 0;
    c->coming = 0;
}

static bool go_on_going(struct crowd *c)
{
    return c->there == 0;
}

static void begin_loading(struct crowd *c)
{
    c->next = 0;
}

/* One after the other, so many at a time; whoever has not come back yet is not asked again. */
static bool go_on_loading(struct crowd *c)
{
    unsigned wanted = (unsigned)c->first;
    unsigned here = c->talkers > 0 ? c->talkers : c->there + c->coming;
    while (c->asked < wanted && c->coming < (unsigned)c->second && c->lost == 0) {
        struct visitor *v = &c->visitors[c->next++ % here];
        if (v->state != VISITOR_THERE) {
            break;
        }
        visitor_go(v);
        c->there--;
        c->asked++;
        let_come(c, v);
    }
    return c->came >= wanted;
}

/* ---- talking ---- */

static bool is_idle(const struct visitor *v)
{
    return v->state == VISITOR_THERE && !v->awaits_receipt && !v->awaits_answer;
}

static void begin_talk(struct crowd *c)
{
    c->talkers = (unsigned)c->first;
    c->wants_answers = true;
    c->next = 0;
}

static bool go_on_talk(struct crowd *c)
{
    while (c->next < c->talkers && c->awaiting < (unsigned)c->second) {
        ask(c, &c->visitors[c->next++]);
    }
    return c->answered >= c->talkers;
}

static void begin_rate(struct crowd *c)
{
    c->ended = c->begun + (int64_t)(c->second * 1e6);
    c->is_rushing = c->first <= 0;
    for (unsigned i = 0; i < c->talkers && c->is_rushing; i++) {
        ask(c, &c->visitors[i]);
    }
}

static void begin_asking(struct crowd *c)
{
    c->wants_answers = true;
    begin_rate(c);
}

static void begin_writing(struct crowd *c)
{
    c->wants_answers = false;
    begin_rate(c);
}

/* Whoever comes next and awaits nothing; NULL: all do. */
static struct visitor *next_idle(struct crowd *c)
{
    for (unsigned i = 0; i < c->talkers; i++) {
        struct visitor *v = &c->visitors[c->next++ % c->talkers];
        if (is_idle(v)) {
            return v;
        }
    }
    return NULL;
}

static bool go_on_rate(struct crowd *c)
{
    int64_t now = line_now_us();
    if (now >= c->ended) {
        return c->awaiting == 0 || now > c->ended + LAST_ANSWERS_US;
    }
    while (!c->is_rushing && c->asked < c->first * (double)(now - c->begun) / 1e6) {
        struct visitor *v = next_idle(c);
        if (v == NULL) {
            break;
        }
        ask(c, v);
    }
    return false;
}

/* ---- tasks ---- */

static const struct task TASKS[] = {
    {"come", begin_coming, go_on_coming}, {"return", begin_coming, go_on_returning},
    {"go", begin_going, go_on_going},     {"load", begin_loading, go_on_loading},
    {"talk", begin_talk, go_on_talk},     {"ask", begin_asking, go_on_rate},
    {"write", begin_writing, go_on_rate},
};

bool crowd_begin(struct crowd *c, const char *name, double first, double second)
{
    for (size_t i = 0; i < sizeof TASKS / sizeof *TASKS; i++) {
        if (strcmp(TASKS[i].name, name) == 0) {
            c->task = &TASKS[i];
            c->first = first;
            c->second = second;
            c->begun = line_now_us();
            c->at_99 = 0;
            c->asked = c->answered = c->came = c->awaiting = 0;
            c->is_rushing = false;
            tally_reset(&c->coming_took);
            tally_reset(&c->receipts_took);
            tally_reset(&c->answers_took);
            c->task->begin(c);
            return true;
        }
    }
    return false;
}

bool crowd_go_on(struct crowd *c)
{
    if (c->lost == 0 && line_now_us() - c->begun > TASK_MAX_US) {
        c->lost++;
        snprintf(c->why, sizeof c->why, "it took too long");
    }
    return c->task->go_on(c) || c->lost > 0;
}

static void tell_times(FILE *out, const char *name, struct tally *t)
{
    fprintf(out, ", \"%s\": {\"count\": %zu, \"p50\": %" PRId64 ", \"p99\": %" PRId64 "}", name,
            t->count, tally_at(t, 0.5), tally_at(t, 0.99));
}

void crowd_tell(struct crowd *c, FILE *out)
{
    fprintf(out,
            "{\"task\": \"%s\", \"us\": %" PRId64 ", \"at_99_us\": %" PRId64
            ", \"there\": %u, \"asked\": %u, \"answered\": %u, \"lost\": %u, \"why\": \"%s\"",
            c->task->name, line_now_us() - c->begun, c->at_99, c->there, c->asked, c->answered,
            c->lost, c->why);
    tell_times(out, "came", &c->coming_took);
    tell_times(out, "receipts", &c->receipts_took);
    tell_times(out, "answers", &c->answers_took);
    fputs("}\n", out);
    fflush(out);
}

struct crowd *crowd_create(const struct place *place, unsigned visitors_max)
{
    struct crowd *c = mem_alloc(sizeof *c);
    c->place = place;
    c->calls = (struct visitor_calls){c, on_there, on_receipt, on_answer, on_lost};
    c->size = visitors_max;
    c->visitors = mem_array(visitors_max, sizeof *c->visitors);
    for (unsigned i = 0; i < visitors_max; i++) {
        visitor_init(&c->visitors[i], place, &c->calls, i);
    }
    return c;
}

void crowd_destroy(struct crowd *c)
{
    for (unsigned i = 0; i < c->size; i++) {
        visitor_finish(&c->visitors[i]);
    }
    tally_reset(&c->coming_took);
    tally_reset(&c->receipts_took);
    tally_reset(&c->answers_took);
    free(c->visitors);
    free(c);
}
