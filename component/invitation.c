#include "invitation.h"

#include "base/text.h"
#include "config.h"
#include "desk/rule.h"

#include <jansson.h>

static bool has(char *const *ids, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(ids[i], id)) {
            return true;
        }
    }
    return count == 0;
}

static bool is_for(const struct config_invitation *own, const char *department, const char *site)
{
    return has(own->departments, own->department_count, department) &&
           has(own->sites, own->site_count, site);
}

static const char *text_in(const struct config_invitation *own, const char *language)
{
    for (size_t i = 0; language != NULL && i < own->text_count; i++) {
        if (rule_is_language(language, own->texts[i].language)) {
            return own->texts[i].text;
        }
    }
    return own->text;
}

bool invitation_is_any(const struct config *c, const char *department, const char *site)
{
    for (size_t i = 0; i < c->invitation_count; i++) {
        if (is_for(&c->invitations[i], department, site)) {
            return true;
        }
    }
    return false;
}

const char *invitation_text(const struct config *c, const char *id, const char *department,
                            const char *site, const char *language)
{
    for (size_t i = 0; i < c->invitation_count; i++) {
        const struct config_invitation *own = &c->invitations[i];
        if (text_equal(own->id, id) && is_for(own, department, site)) {
            return text_in(own, language);
        }
    }
    return NULL;
}

/* What is not asked is not there. */
static void set_number(json_t *rule, const char *name, unsigned value)
{
    if (value > 0) {
        json_object_set_new(rule, name, json_integer(value));
    }
}

static void set_flag(json_t *rule, const char *name, bool is)
{
    if (is) {
        json_object_set_new(rule, name, json_true());
    }
}

static void set_text(json_t *rule, const char *name, const char *text)
{
    if (text != NULL) {
        json_object_set_new(rule, name, json_string(text));
    }
}

static json_t *rule_of(const struct config_invitation *own, const char *language)
{
    json_t *rule = json_object();

    set_text(rule, "id", own->id);
    set_text(rule, "text", text_in(own, language));
    set_text(rule, "page", own->page);
    set_number(rule, "after", own->after_s);
    set_number(rule, "scroll", own->scroll);
    set_flag(rule, "returns", own->returns);
    set_flag(rule, "leaves", own->leaves);
    set_text(rule, "attribute", own->attribute);
    set_number(rule, "min", own->attribute_min);
    set_number(rule, "visits", own->visits);
    set_number(rule, "rest", own->rest_s);
    return rule;
}

char *invitation_print(const struct config *c, const struct invitation_question *q)
{
    json_t *rules = json_array();

    for (size_t i = 0; i < c->invitation_count; i++) {
        if (is_for(&c->invitations[i], q->department, q->site)) {
            json_array_append_new(rules, rule_of(&c->invitations[i], q->language));
        }
    }
    json_t *answer = json_object();
    set_text(answer, "department", q->is_of_several ? q->department : NULL);
    set_text(answer, "agent", q->agent);
    json_object_set_new(answer, "rules", rules);
    char *text = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
    return text;
}
