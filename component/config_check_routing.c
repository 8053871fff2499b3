/* Rules and overflow name departments, skills, languages and levels that must be there: what nobody
 * has would leave visitors waiting for nobody, and is a typing error more often than not. */
#include "config_table.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct config_department *find_department(const struct config *c, const char *id)
{
    for (size_t i = 0; id != NULL && i < c->department_count; i++) {
        if (text_equal(c->departments[i].id, id)) {
            return &c->departments[i];
        }
    }
    return NULL;
}

/* Takes key and words. */
static bool complain_at(struct config_draft *d, char *take_key, char *take_text)
{
    config_complain(d, config_line(&d->config, take_key), take_key, take_text);
    free(take_key);
    return false;
}

/* ---- who has what is asked for ---- */

static bool is_in(char *const *texts, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(texts[i], text)) {
            return true;
        }
    }
    return false;
}

/* One is the other, or a kind of it: as the desk compares them. */
static bool is_akin(const char *a, const char *b)
{
    size_t len = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

    return strncmp(a, b, len) == 0 && (a[len] == '\0' || a[len] == '-') &&
           (b[len] == '\0' || b[len] == '-');
}

static bool speaks(const struct config_agent *agent, const char *language)
{
    for (size_t i = 0; i < agent->language_count; i++) {
        if (is_akin(agent->languages[i], language)) {
            return true;
        }
    }
    return text_equal(language, "visitor") && agent->language_count > 0;
}

static bool meets(const struct config_agent *agent, const struct config_demand *demand)
{
    return (demand->skill == NULL || is_in(agent->skills, agent->skill_count, demand->skill)) &&
           (demand->language == NULL || speaks(agent, demand->language)) &&
           agent->level >= demand->level;
}

static bool somebody_meets(const struct config *c, const struct config_department *p,
                           const struct config_demand *demand)
{
    for (size_t i = 0; p != NULL && i < c->agent_count; i++) {
        if (is_in(p->agents, p->agent_count, c->agents[i].jid) && meets(&c->agents[i], demand)) {
            return true;
        }
    }
    return false;
}

/* ---- rules ---- */

static bool is_nothing(const struct config_demand *demand)
{
    return demand->skill == NULL && demand->language == NULL && demand->level == 0;
}

static bool check_demand(struct config_draft *d, size_t department, size_t rule, const char *name,
                         const struct config_demand *demand)
{
    const struct config *c = &d->config;
    const struct config_department *p = &c->departments[department];

    if (is_nothing(demand) || somebody_meets(c, p, demand) ||
        somebody_meets(c, find_department(c, p->overflow_to), demand)) {
        return true;
    }
    return complain_at(d, mem_print("departments[%zu].rules[%zu].%s", department, rule, name),
                       mem_print("no agent of %s has all that is asked for (skills, languages and "
                                 "level stand in agents)",
                                 p->id));
}

static bool check_rule(struct config_draft *d, size_t department, size_t at)
{
    const struct config_rule *r = &d->config.departments[department].rules[at];

    if ((r->field == NULL) != (r->is == NULL)) {
        return complain_at(d, mem_print("departments[%zu].rules[%zu]", department, at),
                           mem_dup("field and is belong together"));
    }

    if (is_nothing(&r->require) && is_nothing(&r->prefer) && r->priority == CONFIG_PRIORITY_KEEP) {
        return complain_at(d, mem_print("departments[%zu].rules[%zu]", department, at),
                           mem_dup("has no effect: there must be require, prefer or priority"));
    }
    return check_demand(d, department, at, "require", &r->require) &&
           check_demand(d, department, at, "prefer", &r->prefer);
}

static bool check_overflow(struct config_draft *d, size_t at)
{
    const struct config_department *p = &d->config.departments[at];

    if (p->overflow_to == NULL) {
        return true;
    }
    const struct config_department *to = find_department(&d->config, p->overflow_to);
    if (to == NULL || to == p) {
        return complain_at(d, mem_print("departments[%zu].overflow.to", at),
                           mem_print("\"%s\" is no other department", p->overflow_to));
    }
    return true;
}

bool config_check_routing(struct config_draft *d)
{
    for (size_t i = 0; i < d->config.department_count; i++) {
        if (!check_overflow(d, i)) {
            return false;
        }
        for (size_t k = 0; k < d->config.departments[i].rule_count; k++) {
            if (!check_rule(d, i, k)) {
                return false;
            }
        }
    }
    return true;
}
