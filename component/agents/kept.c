#include "agents/kept.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_POINTS = 40, PHONE_BYTES = 40, PHONE_DIGITS = 3 };

bool kept_well(struct command_call *c, enum desk_result result)
{
    switch (result) {
    case DESK_OK:
        return true;
    case DESK_FORBIDDEN:
        command_fail(c, N_("This is for agents of the chat's department."));
        break;
    case DESK_FULL:
        command_fail(c, N_("There is no room for more of these, or it is too long."));
        break;
    case DESK_REPEATED:
        command_say(c, N_("It is so already."));
        break;
    case DESK_NOT_FOUND:
    case DESK_FORM:
    case DESK_KEPT:
    case DESK_LEFT_FULL:
    case DESK_CLOSED:
    case DESK_NOT_AUTHOR:
    case DESK_BLOCKED:
    case DESK_RUNNING:
    case DESK_MERGED:
    case DESK_MISSING:
    case DESK_NO_TICKETS:
    case DESK_TOO_MANY:
        command_fail(c, N_("There is no chat with this visitor."));
        break;
    }
    return false;
}

static bool is_phone(const char *value)
{
    size_t digits = 0;

    for (const char *c = value; *c != '\0'; c++) {
        digits += *c >= '0' && *c <= '9' ? 1 : 0;
    }
    return digits >= PHONE_DIGITS && strlen(value) <= PHONE_BYTES &&
           strspn(value, "0123456789+-/.() ") == strlen(value);
}

/* NULL, or what is wrong with it. */
static const char *fault_of(const char *field, const char *value)
{
    if (text_equal(field, "name") && text_count(value) > NAME_POINTS) {
        return N_("A name has at most 40 characters.");
    }
    if (text_equal(field, "email") && !text_is_email(value)) {
        return N_("This is no e-mail address.");
    }
    if (text_equal(field, "phone") && !is_phone(value)) {
        return N_("This is no telephone number: digits, blanks and + - / . ( ) only.");
    }
    if (strchr(field, ':') != NULL) {
        return N_("The name of a field has no colon.");
    }
    return NULL;
}

void kept_correct(struct command_call *c, const char *field, const char *value)
{
    bool takes_out = text_equal(value, "-");
    const char *fault = takes_out ? NULL : fault_of(field, value);

    if (fault != NULL) {
        command_fail(c, "%s", language_text(c->language, fault));
        return;
    }
    enum desk_result done = desk_agent_correct(c->agents->desk, clock_utc_ms(), c->agent, c->local,
                                               field, takes_out ? "" : value);
    if (kept_well(c, done)) {
        command_say(c, takes_out ? N_("It is taken out; the record says who did it.")
                                 : N_("It is corrected; the record says who did it."));
    }
}
