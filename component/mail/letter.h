/* letter.h - what a mail to a visitor says: the receipt of a ticket, or what agents said. */
#pragma once

#include "base/list.h"
#include "storage/storage.h"

/* A website, with the addresses that its pages begin with. */
struct letter_site {
    const char *id;
    const char *const *origins;
    size_t origin_count;
};

/* Who writes; borrowed. */
struct letter_house {
    const char *domain;   /* the component's: of ids */
    const char *from;     /* address */
    const char *name;     /* NULL: that of the department */
    const char *reply_to; /* NULL: nobody reads answers */
    const struct letter_site *sites;
    size_t site_count;
};

/* To whom, and about what: what was read of the ticket, kept. */
struct letter {
    struct mail_record mail;
    char *to; /* NULL: to nobody */
    const char *language;
    char *department; /* shown */
    char *page;       /* of the website that the visitor came from; NULL: none */
    char *visitor;    /* of the conversation */
    char *address;
};

/* department: its name. Frees nothing: letter_finish does. */
void letter_init(struct letter *l, const struct letter_house *house, const struct mail_record *mail,
                 const struct ticket_answer *answer, const char *department);
void letter_finish(struct letter *l);
/* The whole mail; free() it. lines: those that it carries, of a receipt none. NULL: what is
 * configured cannot stand in a header. */
char *letter_print(const struct letter *l, const struct letter_house *house,
                   const struct entry_record *const *lines, size_t count);
