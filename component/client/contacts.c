#include "client/contacts.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_POINTS = 60 };

void contacts_init(struct contacts *c)
{
    list_init(&c->all);
    c->last_number = 0;
}

void contacts_remove(struct contacts *c, struct contact *contact)
{
    list_remove(&contact->link);
    free(contact->jid);
    free(contact->name);
    free(contact->group);
    free(contact->status);
    free(contact->unseen);
    free(contact);
    if (list_is_empty(&c->all)) {
        c->last_number = 0;
    }
}

void contacts_finish(struct contacts *c)
{
    list_for_each_safe (struct contact, contact, &c->all, link) {
        contacts_remove(c, contact);
    }
}

struct contact *contacts_get(const struct contacts *c, const char *bare_jid)
{
    list_for_each (struct contact, contact, &c->all, link) {
        if (strcasecmp(contact->jid, bare_jid) == 0) {
            return contact;
        }
    }
    return NULL;
}

struct contact *contacts_put(struct contacts *c, const char *bare_jid)
{
    struct contact *contact = contacts_get(c, bare_jid);
    if (!contact) {
        contact = mem_alloc(sizeof *contact);
        contact->jid = mem_dup(bare_jid);
        contact->number = ++c->last_number;
        contact_rename(contact, NULL);
        list_append(&c->all, &contact->link);
    }
    return contact;
}

static struct contact *find_number(const struct contacts *c, const char *what)
{
    char *end = NULL;
    unsigned long number = strtoul(what, &end, 10);
    list_for_each (struct contact, contact, &c->all, link) {
        if (isdigit((unsigned char)what[0]) && !*end && contact->number == number) {
            return contact;
        }
    }
    return NULL;
}

struct contact *contacts_find(const struct contacts *c, const char *what)
{
    struct contact *found = find_number(c, what);
    size_t len = strlen(what);
    if (!found) {
        found = contacts_get(c, what);
    }
    unsigned matches = 0;
    struct contact *match = NULL;
    list_for_each (struct contact, contact, &c->all, link) {
        int local = contact_local_len(contact);
        if (!found && (size_t)local == len && strncasecmp(contact->jid, what, len) == 0) {
            found = contact;
        }
        if (len > 0 && strncasecmp(contact->name, what, len) == 0) {
            matches++;
            match = contact;
        }
    }
    return found || matches != 1 ? found : match;
}

int contact_local_len(const struct contact *contact)
{
    return (int)strcspn(contact->jid, "@");
}

void contact_rename(struct contact *contact, const char *name)
{
    free(contact->name);
    contact->name = text_name_dup(name ? name : "", NAME_POINTS);
    if (!contact->name[0]) {
        free(contact->name);
        contact->name = mem_dup_n(contact->jid, (size_t)contact_local_len(contact));
    }
}

char *contact_bare_dup(const char *jid)
{
    return mem_dup_n(jid, strcspn(jid, "/"));
}
