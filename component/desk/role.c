#include "desk/role.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>

void roles_finish(struct roles *r)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        for (size_t i = 0; i < r->counts[role]; i++) {
            free(r->jids[role][i]);
        }
        free(r->jids[role]);
        r->jids[role] = NULL;
        r->counts[role] = 0;
    }
}

void roles_configure(struct roles *r, const struct desk_people *people)
{
    roles_finish(r);
    for (int role = 0; role < ROLE_COUNT; role++) {
        r->counts[role] = people[role].count;
        r->jids[role] = mem_array(people[role].count + 1, sizeof *r->jids[role]);
        for (size_t i = 0; i < people[role].count; i++) {
            r->jids[role][i] = mem_dup(people[role].jids[i]);
        }
    }
}

bool roles_have(const struct roles *r, const char *jid, enum role role)
{
    for (size_t i = 0; i < r->counts[role]; i++) {
        if (text_equal(r->jids[role][i], jid)) {
            return true;
        }
    }
    return false;
}
