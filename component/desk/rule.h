/* rule.h - a department's rules: what the chats of some visitors ask of agents, and how urgent they
 * are.
 *
 * A rule has conditions, all of which must fit the visitor, and what follows from them. Which rules
 * fit is found out when a chat begins (and anew at a start and with another configuration), a bit
 * each: what a visitor does on the site while waiting changes nothing. Requirements of several
 * rules add up. All that a rule looks at is what the visitor says: it decides who is asked first,
 * never what somebody may do. */
#pragma once

#include "desk/desk.h"

struct agent;

struct rule {
    char *language;
    char *email;
    char *page;
    char *field;
    char *is;
    struct desk_demand require; /* texts owned */
    struct desk_demand prefer;
    enum chat_priority priority;
};

struct rule *rules_create(const struct desk_rule *config, size_t count);
void rules_destroy(struct rule *rules, size_t count);
/* Those that fit: bit n is rule n. */
uint64_t rules_match(const struct rule *rules, size_t count, const struct visitor_record *v);
/* The highest priority that one of them sets; PRIORITY_NORMAL if none does. */
enum chat_priority rules_priority(const struct rule *rules, size_t count, uint64_t which);
bool rules_are_met(const struct rule *rules, size_t count, uint64_t which, const struct agent *a,
                   const struct visitor_record *v);
bool rules_are_preferred(const struct rule *rules, size_t count, uint64_t which,
                         const struct agent *a, const struct visitor_record *v);
/* Whether tag is that language or a kind of it: "de-AT" is "de". Case does not count. */
bool rule_is_language(const char *tag, const char *language);
