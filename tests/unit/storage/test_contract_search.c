/* Of the suite for every backend: lists of tickets, and what a search finds. */
#include "base/buf.h"
#include "base/mem.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
    bool is_done;
    struct buf text; /* numbers, with a blank between */
    int64_t next;
};

static void on_tickets(void *ctx, const struct ticket_answer *rows, size_t count, int64_t next)
{
    struct page *p = ctx;
    p->is_done = true;
    p->next = next;
    for (size_t i = 0; i < count; i++) {
        buf_printf(&p->text, "%s%lld", i > 0 ? " " : "", (long long)rows[i].chat->number);
        assert_string_equal(rows[i].requester->id, rows[i].chat->visitor);
        assert_true(rows[i].ticket == NULL || rows[i].ticket->number == rows[i].chat->number);
    }
}

/* One page, and from where it goes on. */
static void expect_page(struct story *t, const struct ticket_query *q, const char *numbers,
                        int64_t next)
{
    struct page p = {.is_done = false};

    buf_init(&p.text, 1 << 16);
    storage_tickets(t->storage, q, on_tickets, &p);
    story_wait_flag(t, &p.is_done);
    if (strcmp(p.text.bytes, numbers) != 0 || p.next != next) {
        fail_msg("%s: '%s' and %lld, not '%s' and %lld", q->text != NULL ? q->text : "list",
                 p.text.bytes, (long long)p.next, numbers, (long long)next);
    }
    buf_finish(&p.text);
}

static struct ticket_query all(const char *text)
{
    return (struct ticket_query){.scope = {.who = "", .all = true}, .text = text, .max = 50};
}

static void expect_found(struct story *t, const char *text, const char *numbers)
{
    struct ticket_query q = all(text);
    expect_page(t, &q, numbers, 0);
}

static void put_chat(struct story *t, int64_t number, const char *visitor, const char *department,
                     const char *tags, enum chat_priority priority)
{
    struct chat_record r = story_chat(number, visitor);
    r.department = department;
    r.tags = tags;
    r.priority = priority;
    r.state = CHAT_CLOSED;
    r.owner = "";
    storage_put_chat(t->storage, &r);
}

static void put_ticket(struct story *t, int64_t number, const char *department,
                       enum ticket_state state, const char *owner, time_ms due)
{
    enum chat_priority priority = number >= 5 ? PRIORITY_HIGH : PRIORITY_NORMAL;
    storage_put_ticket(t->storage, &(struct ticket_record){.number = number,
                                                           .department = department,
                                                           .state = state,
                                                           .owner = owner,
                                                           .subject = "",
                                                           .due = due,
                                                           .level = 1,
                                                           .priority = priority,
                                                           .converted_by = "",
                                                           .visitor = "",
                                                           .address = "",
                                                           .watchers = ""});
}

static void put_person(struct story *t, const char *id, const char *name, const char *fields)
{
    struct visitor_record r = story_visitor(id);
    r.name = name;
    r.email = "someone@example.net";
    r.phone = "";
    r.fields = fields;
    r.only_agent = "";
    storage_put_visitor(t->storage, &r);
}

/* Eight chats of two departments; 8 is none. From 5 on the tickets' priority is high, the chats'
 * was not. */
static void fill(struct story *t)
{
    static const enum ticket_state STATES[] = {TICKET_NEW,     TICKET_OPEN,   TICKET_OPEN,
                                               TICKET_PENDING, TICKET_SOLVED, TICKET_CLOSED,
                                               TICKET_PENDING};
    put_person(t, "visitor-a", "Ada", "");
    for (int64_t number = 1; number <= 8; number++) {
        put_chat(t, number, "visitor-a", number % 2 == 0 ? "sales" : "help",
                 number <= 2   ? "billing urgent"
                 : number == 6 ? "billing"
                               : "",
                 PRIORITY_NORMAL);
        if (number < 8) {
            put_ticket(t, number, number % 2 == 0 ? "sales" : "help", STATES[number - 1],
                       number == 1   ? ""
                       : number <= 3 ? "nina@localhost"
                                     : "tom@localhost",
                       number == 4   ? 500
                       : number == 7 ? 900
                                     : 0);
        }
    }
    story_commit(t);
}

static void storage_tickets__lists__what_is_asked_for(void **state)
{
    struct story *t = *state;
    fill(t);
    struct ticket_query q = all(NULL);
    expect_page(t, &q, "7 6 5 4 3 2 1", 0);
    q.states = 1 << TICKET_OPEN | 1 << TICKET_PENDING;
    expect_page(t, &q, "7 4 3 2", 0);
    q.owner = "nina@localhost";
    expect_page(t, &q, "3 2", 0);
    q.states = 0;
    expect_page(t, &q, "3 2", 0);
    q.owner = "";
    expect_page(t, &q, "1", 0);
    q.states = 1 << TICKET_NEW;
    expect_page(t, &q, "1", 0);
    q = all(NULL);
    q.owner = "tom@localhost";
    q.states = 1 << TICKET_CLOSED | 1 << TICKET_PENDING;
    expect_page(t, &q, "7 6 4", 0);
    q = all(NULL);
    q.department = "sales";
    expect_page(t, &q, "6 4 2", 0);
    q.tag = "billing";
    expect_page(t, &q, "6 2", 0);
    q.tag = "bill";
    expect_page(t, &q, "", 0);
    q = all(NULL);
    q.priority = PRIORITY_HIGH;
    expect_page(t, &q, "7 6 5", 0);
    q.states = 1 << TICKET_OPEN | 1 << TICKET_PENDING;
    expect_page(t, &q, "7", 0);
    q.states = 1 << TICKET_CLOSED | 1 << TICKET_PENDING;
    expect_page(t, &q, "7 6", 0);
    q.states = 0;
    q.priority = PRIORITY_NORMAL;
    expect_page(t, &q, "4 3 2 1", 0);
    q = all(NULL);
    q.due_before = 500;
    expect_page(t, &q, "4", 0);
    q.due_before = 900;
    expect_page(t, &q, "7 4", 0);
}

static void storage_tickets__lists__for_who_may_see_them(void **state)
{
    struct story *t = *state;
    const char *help[] = {"help"};
    const char *none[] = {"elsewhere"};
    fill(t);
    struct ticket_query q = {
        .scope = {.who = "nina@localhost", .departments = help, .department_count = 1}, .max = 50};
    expect_page(t, &q, "7 5 3 2 1", 0); /* 2 is of sales, and hers */
    q.owner = "nina@localhost";
    expect_page(t, &q, "3 2", 0);
    q.owner = NULL;
    q.department = "sales";
    expect_page(t, &q, "2", 0);
    q.department = NULL;
    q.scope.departments = none;
    expect_page(t, &q, "3 2", 0);
    q.states = 1 << TICKET_CLOSED;
    expect_page(t, &q, "", 0);
    q.states = 0;
    q.text = "ada";
    expect_page(t, &q, "3 2", 0);
    q.scope.departments = help;
    expect_page(t, &q, "7 5 3 2 1", 0);
    q.scope.who = "";
    expect_page(t, &q, "7 5 3 1", 0);
}

static void storage_tickets__pages__by_number(void **state)
{
    struct story *t = *state;
    fill(t);
    for (int is_search = 0; is_search < 2; is_search++) {
        struct ticket_query q = all(is_search ? "ada" : NULL);
        q.states = is_search ? 0x3E : 0;
        q.max = 3;
        expect_page(t, &q, "7 6 5", 5);
        q.before = 5;
        expect_page(t, &q, "4 3 2", 2);
        q.before = 2;
        expect_page(t, &q, "1", 0);
        q.before = 1;
        expect_page(t, &q, "", 0);
        q.before = INT64_MAX;
        q.max = 7;
        expect_page(t, &q, "7 6 5 4 3 2 1", 0);
    }
}

static void say(struct story *t, int64_t sequence, int64_t chat, enum entry_kind kind,
                const char *event, const char *body)
{
    struct entry_record e = story_entry(sequence, chat, body);
    e.kind = kind;
    e.event = event;
    storage_put_entry(t->storage, &e);
}

static void change(struct story *t, int64_t sequence, enum entry_fate fate, const char *shown)
{
    storage_change_entry(t->storage, &(struct entry_record){.sequence = sequence,
                                                            .fate = fate,
                                                            .shown = shown,
                                                            .visitor_reactions = "",
                                                            .agent_reactions = ""});
    story_commit(t);
}

static void storage_search__finds__what_was_said_noted_and_kept(void **state)
{
    struct story *t = *state;
    put_person(t, "visitor-a", "Ada", "customer: 4711\n");
    put_person(t, "visitor-b", "Bert", "");
    put_chat(t, 1, "visitor-a", "sales", "billing", PRIORITY_NORMAL);
    put_chat(t, 2, "visitor-b", "sales", "", PRIORITY_NORMAL);
    say(t, 1, 1, ENTRY_MESSAGE, "", "My printer is broken");
    say(t, 2, 2, ENTRY_MESSAGE, "", "Nothing is broken here");
    say(t, 3, 1, ENTRY_NOTE, "", "sounds like a fuse");
    say(t, 4, 1, ENTRY_NOTE, "state", "nowhere -> everywhere");
    say(t, 5, 1, ENTRY_NOTICE, "joined", "greeting");
    say(t, 6, 2, ENTRY_NOTICE, "form-answered", "Order\nnumber: 999");
    say(t, 7, 2, ENTRY_NOTE, "whisper", "a secret");
    story_commit(t);
    story_reopen_if_kept(t);
    expect_found(t, "broken", "2 1");
    expect_found(t, "BROKEN Printer", "1");
    expect_found(t, "fuse broken", "1");
    expect_found(t, "ada fuse", "1");
    expect_found(t, "4711", "1");
    expect_found(t, "billing", "1");
    expect_found(t, "someone@example.net", "2 1");
    expect_found(t, "999", "2");
    expect_found(t, "secret bert", "2");
    expect_found(t, "everywhere", "");
    expect_found(t, "greeting", "");
    expect_found(t, "print", "");
    expect_found(t, "printer elephant", "");
    expect_found(t, "", "");
    struct ticket_query q = all("broken");
    q.tag = "billing";
    expect_page(t, &q, "1", 0);
    q.tag = NULL;
    q.scope.names_only = true;
    expect_page(t, &q, "", 0);
    q.text = "ada billing";
    expect_page(t, &q, "", 0); /* is no ticket */
    put_ticket(t, 1, "sales", TICKET_NEW, "", 0);
    story_commit(t);
    expect_page(t, &q, "1", 0);
    q.text = "4711";
    expect_page(t, &q, "", 0);
}

static void storage_search__follows__what_becomes_of_it(void **state)
{
    struct story *t = *state;
    put_person(t, "visitor-a", "Ada", "");
    put_chat(t, 1, "visitor-a", "sales", "old", PRIORITY_NORMAL);
    put_chat(t, 2, "visitor-a", "sales", "", PRIORITY_NORMAL);
    say(t, 1, 1, ENTRY_MESSAGE, "", "red apples and plums");
    say(t, 2, 1, ENTRY_MESSAGE, "", "red pears");
    story_commit(t);
    change(t, 1, FATE_CORRECTED, "green apples");
    expect_found(t, "plums", "");
    expect_found(t, "red", "1"); /* the other line has it, too */
    expect_found(t, "green apples", "1");
    change(t, 2, FATE_RETRACTED, "");
    expect_found(t, "red", "");
    expect_found(t, "pears", "");
    expect_found(t, "apples", "1");
    put_person(t, "visitor-a", "Augusta", "plan: large\n");
    put_chat(t, 1, "visitor-a", "sales", "new", PRIORITY_NORMAL);
    story_commit(t);
    expect_found(t, "ada", "");
    expect_found(t, "augusta", "2 1");
    expect_found(t, "augusta large apples", "1");
    expect_found(t, "old", "");
    expect_found(t, "new", "1");
    struct ticket_record ticket = {.number = 2,
                                   .department = "sales",
                                   .state = TICKET_OPEN,
                                   .owner = "",
                                   .subject = "Broken cup",
                                   .level = 1,
                                   .converted_by = "",
                                   .visitor = "",
                                   .address = "",
                                   .watchers = ""};
    storage_put_ticket(t->storage, &ticket);
    story_commit(t);
    expect_found(t, "cup", "2");
    ticket.subject = "Broken glass";
    storage_put_ticket(t->storage, &ticket);
    story_commit(t);
    expect_found(t, "cup", "");
    expect_found(t, "broken glass augusta", "2");
}

/* In one batch, and the chat before its visitor. */
static void storage_search__finds__what_one_batch_wrote_and_changed(void **state)
{
    struct story *t = *state;
    put_chat(t, 7, "visitor-late", "sales", "", PRIORITY_NORMAL);
    put_person(t, "visitor-late", "Zoe", "key: value\n");
    say(t, 1, 7, ENTRY_MESSAGE, "", "first wording");
    storage_change_entry(t->storage, &(struct entry_record){.sequence = 1,
                                                            .fate = FATE_CORRECTED,
                                                            .shown = "second wording",
                                                            .visitor_reactions = "",
                                                            .agent_reactions = ""});
    put_person(t, "visitor-late", "Zora", "key: value\n");
    story_commit(t);
    expect_found(t, "zora wording second key", "7");
    expect_found(t, "first", "");
    expect_found(t, "zoe", "");
}

/* Whatever is typed is only text. */
static void storage_search__takes__everything_for_text(void **state)
{
    struct story *t = *state;
    put_person(t, "visitor-a", "Ada", "");
    put_chat(t, 1, "visitor-a", "sales", "", PRIORITY_NORMAL);
    put_chat(t, 2, "visitor-a", "sales", "", PRIORITY_NORMAL);
    say(t, 1, 1, ENTRY_MESSAGE, "", "either or neither NEAR the and-gate (a:b) ^c \"quoted\"");
    say(t, 2, 2, ENTRY_MESSAGE, "", "something else");
    story_commit(t);
    static const char *const FOUND[] = {"either OR neither",
                                        "\"quoted\"",
                                        "\"",
                                        "NEAR(the and)",
                                        "NEAR",
                                        "a:b",
                                        "(a",
                                        "^c",
                                        "and-gate",
                                        "-gate",
                                        "gate*",
                                        "words:either",
                                        "either AND gate",
                                        "'either'",
                                        "a\" OR \"b",
                                        "{a b}",
                                        "+either + gate",
                                        "% gate _"};
    for (size_t i = 0; i < sizeof FOUND / sizeof *FOUND; i++) {
        bool has_word = strpbrk(FOUND[i], "abcdefghijklmnopqrstuvwxyz") || strstr(FOUND[i], "NEAR");
        bool is_there = !strstr(FOUND[i], "words");
        expect_found(t, FOUND[i], has_word && is_there ? "1" : "");
    }
    expect_found(t, "either NOT gate", "");
    expect_found(t, "'; DROP TABLE entries; --", "");
    expect_found(t, "* ( ) : ^ - \" '", "");
}

/* More words than are looked at, and longer ones. */
static void storage_search__bounds__its_words(void **state)
{
    struct story *t = *state;
    struct buf text;
    put_person(t, "visitor-a", "Ada", "");
    put_chat(t, 1, "visitor-a", "sales", "", PRIORITY_NORMAL);
    say(t, 1, 1, ENTRY_MESSAGE, "", "a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1");
    story_commit(t);
    expect_found(t, "a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 elephant", "1");
    expect_found(t, "a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 elephant", "");
    buf_init(&text, 1 << 20);
    for (int i = 0; i < 20000; i++) {
        buf_printf(&text, "a%d ", i % 10);
    }
    expect_found(t, text.bytes, "1");
    buf_finish(&text);
}

static void storage_put_saved__keeps__one_of_each_name(void **state)
{
    struct story *t = *state;
    storage_put_saved(t->storage, &(struct saved_record){"nina@localhost", "late", "overdue"});
    storage_put_saved(t->storage, &(struct saved_record){"nina@localhost", "a", "tag=it's"});
    storage_put_saved(t->storage, &(struct saved_record){"ada@localhost", "late", "new"});
    storage_put_saved(t->storage, &(struct saved_record){"nina@localhost", "late", "open"});
    storage_drop_saved(t->storage, "ada@localhost", "late");
    storage_drop_saved(t->storage, "ada@localhost", "a");
    story_commit(t);
    story_reopen_if_kept(t);
    char *text = story_load(t);
    assert_string_equal(text, "counters 1000 0 0\nsaved nina@localhost|a|tag=it's\n"
                              "saved nina@localhost|late|open\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_tickets__lists__what_is_asked_for),
        STORY_BOTH(storage_tickets__lists__for_who_may_see_them),
        STORY_BOTH(storage_tickets__pages__by_number),
        STORY_BOTH(storage_search__finds__what_was_said_noted_and_kept),
        STORY_BOTH(storage_search__follows__what_becomes_of_it),
        STORY_BOTH(storage_search__finds__what_one_batch_wrote_and_changed),
        STORY_BOTH(storage_search__takes__everything_for_text),
        STORY_BOTH(storage_search__bounds__its_words),
        STORY_BOTH(storage_put_saved__keeps__one_of_each_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
