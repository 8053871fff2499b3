#include "desk/rule.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/agent.h"
#include "desk/visitor.h"

#include <stdlib.h>
#include <string.h>

static struct desk_demand demand_copy(const struct desk_demand *from)
{
    return (struct desk_demand){
        .skill = mem_dup(from->skill), .language = mem_dup(from->language), .level = from->level};
}

static void demand_finish(struct desk_demand *demand)
{
    free((char *)(uintptr_t)demand->skill);
    free((char *)(uintptr_t)demand->language);
}

struct rule *rules_create(const struct desk_rule *config, size_t count)
{
    struct rule *rules = mem_array(count + 1, sizeof *rules);

    if (count > DESK_RULES) {
        BUG("desk: %zu rules of a department", count);
    }
    for (size_t i = 0; i < count; i++) {
        rules[i] = (struct rule){.language = mem_dup(config[i].language),
                                 .email = mem_dup(config[i].email),
                                 .page = mem_dup(config[i].page),
                                 .field = mem_dup(config[i].field),
                                 .is = mem_dup(config[i].is),
                                 .require = demand_copy(&config[i].require),
                                 .prefer = demand_copy(&config[i].prefer),
                                 .priority = config[i].priority};
    }
    return rules;
}

void rules_destroy(struct rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(rules[i].language);
        free(rules[i].email);
        free(rules[i].page);
        free(rules[i].field);
        free(rules[i].is);
        demand_finish(&rules[i].require);
        demand_finish(&rules[i].prefer);
    }
    free(rules);
}

/* ---- conditions ---- */

/* Whether text begins so; case does not count. */
static bool begins_with(const char *text, const char *start)
{
    return strncasecmp(text, start, strlen(start)) == 0;
}

bool rule_is_language(const char *tag, const char *language)
{
    size_t len = strlen(language);

    return len > 0 && begins_with(tag, language) && (tag[len] == '\0' || tag[len] == '-');
}

/* The domain itself, or one below it. */
static bool is_email_of(const char *email, const char *domain)
{
    const char *at = strrchr(email, '@');
    if (at == NULL) {
        return false;
    }
    size_t len = strlen(domain);
    size_t whole = strlen(at + 1);

    return whole >= len && begins_with(at + 1 + whole - len, domain) &&
           (whole == len || at[whole - len] == '.');
}

static bool is_page_of(const char *url, const char *page)
{
    if (page[0] == '/') {
        const char *host = strstr(url, "://");
        url = host != NULL ? strchr(host + 3, '/') : NULL;
        url = url != NULL ? url : "/";
    }
    return strncmp(url, page, strlen(page)) == 0;
}

static bool fits(const struct rule *r, const struct visitor_record *v)
{
    return (r->language == NULL || rule_is_language(v->language, r->language)) &&
           (r->email == NULL || is_email_of(v->email, r->email)) &&
           (r->page == NULL || is_page_of(v->page_url, r->page)) &&
           (r->field == NULL || visitor_is(v, r->field, r->is));
}

uint64_t rules_match(const struct rule *rules, size_t count, const struct visitor_record *v)
{
    uint64_t which = 0;

    for (size_t i = 0; i < count; i++) {
        which |= fits(&rules[i], v) ? UINT64_C(1) << i : 0;
    }
    return which;
}

/* ---- what follows ---- */

enum chat_priority rules_priority(const struct rule *rules, size_t count, uint64_t which)
{
    enum chat_priority highest = 0;

    for (size_t i = 0; i < count; i++) {
        if ((which >> i & 1) != 0 && rules[i].priority > highest) {
            highest = rules[i].priority;
        }
    }
    return highest != 0 ? highest : PRIORITY_NORMAL;
}

/* A visitor who says no language asks for none. */
static bool meets(const struct desk_demand *demand, const struct agent *a,
                  const struct visitor_record *v)
{
    const char *language = demand->language;

    if (language != NULL && text_equal(language, "visitor")) {
        language = v->language[0] != '\0' ? v->language : NULL;
    }
    return (demand->skill == NULL || agent_has_skill(a, demand->skill)) &&
           (language == NULL || agent_speaks(a, language)) && a->level >= demand->level;
}

bool rules_are_met(const struct rule *rules, size_t count, uint64_t which, const struct agent *a,
                   const struct visitor_record *v)
{
    for (size_t i = 0; i < count; i++) {
        if ((which >> i & 1) != 0 && !meets(&rules[i].require, a, v)) {
            return false;
        }
    }
    return true;
}

bool rules_are_preferred(const struct rule *rules, size_t count, uint64_t which,
                         const struct agent *a, const struct visitor_record *v)
{
    for (size_t i = 0; i < count; i++) {
        if ((which >> i & 1) != 0 && !meets(&rules[i].prefer, a, v)) {
            return false;
        }
    }
    return true;
}
