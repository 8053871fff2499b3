/* invitation.h - lines that visitors are invited to a chat with, as the configuration has them.
 *
 * A page that may have some (the answer before the click says so: appearance.h) asks for them once
 * more; the conditions are looked at in the browser, and nothing of them comes back but the id of
 * the one that was taken. */
#pragma once

#include <stdbool.h>

struct config;

struct invitation_question {
    const char *department; /* its id */
    const char *site;       /* NULL: of no site that is known */
    const char *language;   /* as the page says it; NULL: it does not */
    const char *agent;      /* public name of one who is free; NULL: nobody is */
    bool is_of_several;     /* the page names more: it is told of which the answer is */
};

/* Has that department any on that site? NULL: of no site that is known. */
bool invitation_is_any(const struct config *c, const char *department, const char *site);
/* JSON; free() it. Nothing in it comes from the question as it is. */
char *invitation_print(const struct config *c, const struct invitation_question *q);
/* The line of the one with that id; NULL: the department has none such on that site. */
const char *invitation_text(const struct config *c, const char *id, const char *department,
                            const char *site, const char *language);
