/* Tickets without a chat: who asks was never on a page. */
#include "base/mem.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"

#include <stdlib.h>
#include <string.h>

static enum desk_result may_make(const struct desk *d, const char *who,
                                 const struct ticket_by_hand *h)
{
    const struct department *p = desk_find_department(d, h->department);

    if (p == NULL) {
        return DESK_NOT_FOUND;
    }
    if (!desk_is_agent_of(d, who, h->department) && !desk_has_role(d, who, ROLE_SUPERVISOR)) {
        return DESK_FORBIDDEN;
    }
    if (p->tickets == TICKETS_NEVER) {
        return DESK_NO_TICKETS;
    }
    if (h->subject[0] == '\0') {
        return DESK_FORM;
    }
    bool fits = strlen(h->subject) <= TICKET_SUBJECT_BYTES && strlen(h->name) <= DESK_VALUE_BYTES &&
                strlen(h->email) <= DESK_VALUE_BYTES && strlen(h->phone) <= DESK_VALUE_BYTES;
    return fits ? DESK_OK : DESK_FULL;
}

static void store_requester(struct desk *d, time_ms now, const struct ticket_by_hand *h,
                            const char *owner)
{
    storage_put_visitor(d->storage, &(struct visitor_record){.id = h->visitor,
                                                             .site = "",
                                                             .jid = "",
                                                             .name = h->name,
                                                             .email = h->email,
                                                             .language = "",
                                                             .zone = "",
                                                             .browser = "",
                                                             .page_url = "",
                                                             .page_title = "",
                                                             .referrer = "",
                                                             .only_agent = "",
                                                             .last_agent = owner,
                                                             .first_seen = now,
                                                             .last_seen = now,
                                                             .phone = h->phone,
                                                             .fields = "",
                                                             .consent = "",
                                                             .subject = "",
                                                             .claims = ""});
}

/* As if it had been talked about and ended now. */
static void store_chat(struct desk *d, time_ms now, const struct ticket_record *made,
                       int64_t number, enum chat_priority priority)
{
    storage_put_chat(d->storage, &(struct chat_record){.number = number,
                                                       .visitor = made->visitor,
                                                       .department = made->department,
                                                       .address = made->address,
                                                       .state = CHAT_CLOSED,
                                                       .owner = made->owner,
                                                       .offered = true,
                                                       .created = now,
                                                       .waiting_since = now,
                                                       .claimed = made->owner[0] != '\0' ? now : 0,
                                                       .closed = now,
                                                       .closed_by = "agent",
                                                       .priority = priority,
                                                       .tags = "",
                                                       .handed_to = ""});
}

struct ticket *ticket_make(struct desk *d, time_ms now, const struct ticket_record *made,
                           const char *subject)
{
    enum chat_priority priority = made->priority != 0 ? made->priority : PRIORITY_NORMAL;
    int64_t number = ++d->last_number;

    store_chat(d, now, made, number, priority);
    struct ticket *t = ticket_touch(d, number);
    free((char *)t->record.subject);
    t->record.subject = mem_dup(subject);
    t->knows_links = true;
    own_values_take(t, NULL);
    ticket_begin(
        d, t,
        &(struct chat_record){.department = made->department, .priority = priority, .created = now},
        now, 0);
    ticket_convert(d, now, t, made);
    return t;
}

enum desk_result desk_ticket_by_hand(struct desk *d, time_ms now, const char *who,
                                     const struct ticket_by_hand *h, int64_t *number)
{
    enum desk_result may = may_make(d, who, h);

    desk_pass(d, now);
    if (may != DESK_OK) {
        return may;
    }
    const char *owner = desk_is_agent_of(d, who, h->department) ? who : "";
    store_requester(d, now, h, owner);
    struct ticket *t =
        ticket_make(d, now,
                    &(struct ticket_record){.visitor = h->visitor,
                                            .department = h->department,
                                            .address = h->department,
                                            .owner = owner,
                                            .state = owner[0] != '\0' ? TICKET_OPEN : TICKET_NEW,
                                            .converted_by = who},
                    h->subject);
    *number = t->record.number;
    if (h->text[0] != '\0') {
        ticket_note(d, now, t, who, h->way, h->text);
    }
    return DESK_OK;
}
