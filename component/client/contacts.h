/* contacts.h - the roster as an agent sees it: who there is, and who is here. Pure. */
#pragma once

#include "base/list.h"

#include <stdbool.h>

struct contact {
    struct list link;
    char *jid;    /* bare */
    char *name;   /* shown: the roster's name, or the part before '@' */
    char *group;  /* or NULL */
    char *status; /* or NULL */
    char show[8]; /* "chat", "away", "xa", "dnd", "" */
    char *unseen; /* id of the last line that asks for a displayed marker, or NULL */
    unsigned number;
    bool is_here;
    bool in_roster;
    bool is_typing;
    bool is_marked; /* while a roster is read anew */
};

struct contacts {
    struct list all; /* contact::link, in the order they came */
    unsigned last_number;
};

void contacts_init(struct contacts *c);
void contacts_finish(struct contacts *c);
struct contact *contacts_get(const struct contacts *c, const char *bare_jid);
/* Finds or makes. */
struct contact *contacts_put(struct contacts *c, const char *bare_jid);
void contacts_remove(struct contacts *c, struct contact *contact);
/* By number, address, part before '@', or the beginning of a name (no matter the case) if only one
 * has it. */
struct contact *contacts_find(const struct contacts *c, const char *what);
/* name NULL or "": the part before '@'. */
void contact_rename(struct contact *contact, const char *name);
/* Part before '@' (the domain if there is none) in front of a rest that is not copied: its length.
 */
int contact_local_len(const struct contact *contact);
/* Address without its resource; free() it. */
char *contact_bare_dup(const char *jid);
