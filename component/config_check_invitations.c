/* Invitations: ids that tell them apart, departments and sites that are there, a condition, one
 * text a language. */
#include "config_table.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>

/* Takes text. */
static bool complain_at(struct config_draft *d, size_t at, const char *rest, char *take_text)
{
    char *key = mem_print("invitations[%zu].%s", at, rest);

    config_complain(d, config_line(&d->config, key), key, take_text);
    free(key);
    return false;
}

static bool check_id(struct config_draft *d, size_t at)
{
    const struct config_invitation *all = d->config.invitations;

    for (size_t i = 0; i < at; i++) {
        if (text_equal(all[i].id, all[at].id)) {
            return complain_at(d, at, "id", mem_print("\"%s\" is there twice", all[at].id));
        }
    }
    return true;
}

static bool has_department(const struct config *c, const char *id)
{
    for (size_t i = 0; i < c->department_count; i++) {
        if (text_equal(c->departments[i].id, id)) {
            return true;
        }
    }
    return false;
}

static bool has_site(const struct config *c, const char *id)
{
    for (size_t i = 0; i < c->site_count; i++) {
        if (text_equal(c->sites[i].id, id)) {
            return true;
        }
    }
    return false;
}

static bool check_places(struct config_draft *d, size_t at)
{
    const struct config_invitation *own = &d->config.invitations[at];

    for (size_t i = 0; i < own->department_count; i++) {
        if (!has_department(&d->config, own->departments[i])) {
            return complain_at(d, at, "departments",
                               mem_print("\"%s\" is no department", own->departments[i]));
        }
    }
    for (size_t i = 0; i < own->site_count; i++) {
        if (!has_site(&d->config, own->sites[i])) {
            return complain_at(d, at, "sites", mem_print("\"%s\" is no site", own->sites[i]));
        }
    }
    return true;
}

static bool check_conditions(struct config_draft *d, size_t at)
{
    const struct config_invitation *own = &d->config.invitations[at];

    if (own->attribute_min > 0 && own->attribute == NULL) {
        return complain_at(d, at, "attribute_min",
                           mem_dup("is of an attribute, and none is named"));
    }
    if (own->page == NULL && own->after_s == 0 && own->scroll == 0 && !own->returns &&
        !own->leaves && own->attribute == NULL && own->visits == 0) {
        return complain_at(d, at, "id",
                           mem_dup("has no condition: page, after, scroll, returns, "
                                   "leaves, attribute or visits"));
    }
    return true;
}

static bool check_texts(struct config_draft *d, size_t at)
{
    const struct config_invitation *own = &d->config.invitations[at];

    for (size_t i = 0; i < own->text_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (text_equal(own->texts[k].language, own->texts[i].language)) {
                return complain_at(d, at, "texts",
                                   mem_print("has \"%s\" twice", own->texts[i].language));
            }
        }
    }
    return true;
}

bool config_check_invitations(struct config_draft *d)
{
    for (size_t i = 0; i < d->config.invitation_count; i++) {
        if (!check_id(d, i) || !check_places(d, i) || !check_conditions(d, i) ||
            !check_texts(d, i)) {
            return false;
        }
    }
    return true;
}
