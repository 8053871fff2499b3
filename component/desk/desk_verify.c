/* Every invariant that can be computed. Not fast: for tests. */
#include "base/log.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/participant.h"
#include "desk/routing.h"

/* ---- chats ---- */

/* Asked for its chats: the department's own agents, or those of the one it overflows to. */
static bool serves(const struct chat *c, const struct agent *a)
{
    const struct department *other = c->department->overflow;

    return department_has(c->department, a) ||
           (c->overflows && other != NULL && department_has(other, a));
}

static bool may_be_asked(const struct chat *c, const struct agent *a)
{
    const struct department *p = c->department;

    return serves(c, a) && agent_is_there(a) &&
           rules_are_met(p->rules, p->rule_count, c->rules, a, &c->visitor->record);
}

static bool is_anybody_there(const struct desk *d, const struct chat *c)
{
    bool any = false;

    for (size_t i = 0; c->department->is_open && i < d->agent_count; i++) {
        any = any || may_be_asked(c, d->agents[i]);
    }
    return any;
}

/* The chat is being handed to that agent, alone or as one of a department or of a level of it. */
static bool may_be_handed(const struct chat *c, const struct agent *a)
{
    const struct transfer *t = &c->transfer;
    bool is_one = t->department != NULL && department_has(t->department, a) &&
                  (t->level == 0 || t->level == a->level);

    return c->owner != a && (t->agent == a || is_one);
}

static size_t open_offers(const struct chat *c)
{
    size_t count = 0;

    list_for_each (struct offer, o, &c->offers, chat_link) {
        count += o->state == OFFER_OPEN ? 1 : 0;
        bool may = c->state == CHAT_ACTIVE ? may_be_handed(c, o->agent) : serves(c, o->agent);
        if (o->chat != c || !may || offer_find(c, o->agent) != o) {
            BUG("chat %lld: an offer to a wrong agent, or twice", (long long)c->number);
        }
    }
    return count;
}

static void verify_owner(const struct desk *d, const struct chat *c)
{
    if (c->owner != NULL && desk_find_agent(d, c->owner->jid) != c->owner) {
        BUG("chat %lld: its owner is no agent", (long long)c->number);
    }
    if (desk_find_department(d, c->department->id) != c->department ||
        desk_find_department(d, c->address->id) != c->address) {
        BUG("chat %lld: its department is none", (long long)c->number);
    }
    if (c->state == CHAT_ACTIVE ? c->owner == NULL : chat_is_waiting(c) && c->owner != NULL) {
        BUG("chat %lld: owner does not fit its state", (long long)c->number);
    }
    bool gone = c->state == CHAT_ACTIVE && agent_is_lost(c->owner);
    if (c->owner_gone != gone) {
        BUG("chat %lld: whether its owner is there was missed", (long long)c->number);
    }
}

static size_t count_of(const char *text, char c)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += *text == c ? 1 : 0;
    }
    return count;
}

static void verify_kept(const struct chat *c)
{
    if (count_of(c->tags, ' ') >= DESK_TAGS ||
        count_of(c->visitor->record.fields, '\n') > DESK_FIELDS) {
        BUG("chat %lld: more is kept than may be", (long long)c->number);
    }
    if (c->state == CHAT_CLOSED && map_count(c->follow.agents) > 0) {
        BUG("chat %lld: it ended, and is followed", (long long)c->number);
    }
}

/* Handed to one of two, by an owner; nobody waits for an answer that all have given. */
static void verify_transfer(const struct desk *d, const struct chat *c)
{
    const struct transfer *t = &c->transfer;

    if (!transfer_is_open(c)) {
        if (c->state == CHAT_ACTIVE && !list_is_empty(&c->offers)) {
            BUG("chat %lld: put to somebody, but not handed over", (long long)c->number);
        }
        return;
    }
    if (c->state != CHAT_ACTIVE || (t->agent != NULL && t->department != NULL) ||
        (t->level != 0 && t->department != c->department)) {
        BUG("chat %lld: handed over without an owner, or to two", (long long)c->number);
    }
    if ((t->agent != NULL && (desk_find_agent(d, t->agent->jid) != t->agent ||
                              t->agent == c->owner || open_offers(c) != 1)) ||
        (t->department != NULL && desk_find_department(d, t->department->id) != t->department)) {
        BUG("chat %lld: handed to nobody", (long long)c->number);
    }
    if (open_offers(c) == 0 && !list_is_empty(&c->offers)) {
        BUG("chat %lld: declined by all, and not back", (long long)c->number);
    }
}

static void verify_participants(const struct desk *d, const struct chat *c)
{
    list_for_each (struct participant, p, &c->participants, chat_link) {
        if (p->chat != c || p->agent == c->owner || participant_find(c, p->agent) != p ||
            desk_find_agent(d, p->agent->jid) != p->agent || c->state == CHAT_CLOSED) {
            BUG("chat %lld: an agent is in it who cannot be, or twice", (long long)c->number);
        }
    }
}

static void verify_chat(const struct desk *d, const struct chat *c)
{
    if (c->visitor->chat != c || desk_find_visitor(d, c->visitor->record.id) != c->visitor) {
        BUG("chat %lld: its visitor has another chat", (long long)c->number);
    }
    if (c->number > d->last_number) {
        BUG("chat %lld: the counter is behind", (long long)c->number);
    }
    verify_owner(d, c);
    verify_kept(c);
    verify_transfer(d, c);
    verify_participants(d, c);
    if (c->state != CHAT_ACTIVE && (c->state == CHAT_OFFERED) != (open_offers(c) > 0)) {
        BUG("chat %lld: its offers do not fit its state", (long long)c->number);
    }
    if (c->state == CHAT_CLOSED && !list_is_empty(&c->offers)) {
        BUG("chat %lld: offers have not ended", (long long)c->number);
    }
    if (c->hold.until != 0 && c->state != CHAT_ACTIVE) {
        BUG("chat %lld: on hold, and nobody has it", (long long)c->number);
    }
    if (c->left && c->state == CHAT_ACTIVE) {
        BUG("chat %lld: left, and taken", (long long)c->number);
    }
    if ((c->state == CHAT_CLOSED) != (c->closed_by[0] != '\0')) {
        BUG("chat %lld: nobody, or somebody, closed it", (long long)c->number);
    }
}

static void verify_transcript(const struct desk *d, const struct chat *c)
{
    const struct transcript *t = &c->transcript;
    int64_t last = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct entry_record *e = &t->lines[(t->first + i) % t->size].entry;
        if (e->sequence <= last || e->sequence > d->last_sequence || e->chat != c->number) {
            BUG("chat %lld: entry %lld out of order", (long long)c->number, (long long)e->sequence);
        }
        last = e->sequence;
    }
}

/* The answer that is owed follows from the record, if that is whole. */
static void verify_answer(const struct chat *c)
{
    const struct transcript *t = &c->transcript;
    int64_t owed = 0;

    if (t->count == TRANSCRIPT_LINES) {
        return;
    }
    for (size_t i = 0; i < t->count; i++) {
        const struct entry_record *e = &t->lines[(t->first + i) % t->size].entry;
        if (e->kind == ENTRY_MESSAGE && e->by == BY_AGENT) {
            owed = 0;
        } else if (answer_is_due_to(e) && owed == 0) {
            owed = e->sequence;
        }
    }
    if (owed != c->answer.line) {
        BUG("chat %lld: owes an answer to %lld, not to %lld", (long long)c->number, (long long)owed,
            (long long)c->answer.line);
    }
}

/* ---- the line ---- */

static void verify_line(const struct desk *d)
{
    const struct chat *before = NULL;
    size_t in_line = 0;
    size_t waiting = 0;

    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        if (before != NULL && !chat_goes_before(before, c)) {
            BUG("line: %lld stands before %lld", (long long)before->number, (long long)c->number);
        }
        before = c;
        in_line++;
        if (!chat_is_waiting(c)) {
            BUG("line: chat %lld does not wait", (long long)c->number);
        }
    }
    list_for_each (struct chat, c, &d->chats, link) {
        waiting += chat_is_waiting(c) ? 1 : 0;
    }
    if (waiting != in_line) {
        BUG("line: %zu chats wait, %zu are in it", waiting, in_line);
    }
}

static void verify_department(const struct desk *d, const struct department *p)
{
    size_t waiting = 0;
    size_t left = 0;
    size_t just_left = 0;
    size_t active = 0;

    list_for_each (struct chat, c, &d->chats, link) {
        if (c->department != p) {
            continue;
        }
        waiting += chat_is_waiting(c) ? 1 : 0;
        left += chat_is_waiting(c) && c->left ? 1 : 0;
        just_left += c->state == CHAT_CLOSED && c->left ? 1 : 0;
        active += c->state == CHAT_ACTIVE ? 1 : 0;
        if (chat_is_waiting(c) && c->left && c->visitor->online && is_anybody_there(d, c)) {
            BUG("chat %lld: left, but both sides are there", (long long)c->number);
        }
    }
    if (waiting != p->waiting || left != p->left || just_left != p->just_left ||
        active != p->active) {
        BUG("department %s: counted wrong", p->id);
    }
    struct department_view view;
    department_view(p, &view);
    if (view.state != p->told.state || view.waiting != p->told.waiting ||
        view.free_seats != p->told.free_seats) {
        BUG("department %s: a change was not told", p->id);
    }
}

static void verify_told(const struct desk *d)
{
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        struct chat_view view;
        chat_view(d, c, &view);
        if (c->visitor->online && (c->told_state != c->state || c->told_position != view.position ||
                                   c->told_left != c->left)) {
            BUG("chat %lld: a change was not told", (long long)c->number);
        }
    }
}

/* ---- agents ---- */

static bool is_to_have(const struct agent *a, const struct visitor *v)
{
    if (v->chat == NULL) {
        return browsing_is_shown(v, a);
    }
    return v->chat->owner == a || offer_is_open(v->chat, a) || participant_find(v->chat, a) != NULL;
}

static void verify_contacts(const struct desk *d, const struct agent *a)
{
    size_t at = 0;
    size_t wanted = 0;
    const char *id;
    void *value;

    while (map_next(d->visitors, &at, &id, &value)) {
        const struct visitor *v = value;
        if (!text_equal(id, v->record.id)) {
            BUG("visitor under a wrong id");
        }
        if (is_to_have(a, v) != (map_get(a->contacts, id) == v)) {
            BUG("agent: a contact that is not to be, or is missing");
        }
        wanted += is_to_have(a, v) ? 1 : 0;
    }
    if (map_count(a->contacts) != wanted) {
        BUG("agent: %zu contacts, not %zu", map_count(a->contacts), wanted);
    }
}

static void verify_agent(const struct desk *d, const struct agent *a)
{
    unsigned active = 0;

    list_for_each (struct chat, c, &a->chats, owner_link) {
        if (c->owner != a || (c->state != CHAT_ACTIVE && c->state != CHAT_CLOSED)) {
            BUG("agent: chat %lld is not its own", (long long)c->number);
        }
        active += c->state == CHAT_ACTIVE ? 1 : 0;
    }
    if (active != a->active) {
        BUG("agent: %u active chats counted as %u", active, a->active);
    }
    if (a->availability > (a->on_duty ? a->sensed : AVAILABILITY_BUSY)) {
        BUG("agent: is there, but not on duty");
    }
    list_for_each (struct offer, o, &a->offers, agent_link) {
        if (o->state == OFFER_OPEN && chat_is_waiting(o->chat) &&
            (!agent_is_there(a) || agent_free_seats(a) == 0)) {
            BUG("agent: an offer without a free seat, chat %lld", (long long)o->chat->number);
        }
    }
    verify_contacts(d, a);
}

/* ---- seats: by Hall's theorem, not by the way routing.c finds them ---- */

enum { VERIFY_AGENTS = 8 };

static unsigned bit_of(const struct desk *d, const struct agent *a)
{
    unsigned at = 0;

    while (d->agents[at] != a) {
        at++;
    }
    return 1u << at;
}

static unsigned offered_to(const struct desk *d, const struct chat *c)
{
    unsigned set = 0;

    for (size_t i = 0; i < d->agent_count; i++) {
        set |= offer_is_open(c, d->agents[i]) ? bit_of(d, d->agents[i]) : 0;
    }
    return set;
}

/* Four kinds of agents who could take the chat, in the order in which they are asked: who is free
 * and preferred, free, away and preferred, away. -1: who is asked is not there, has no seat, does
 * not want it or is not to have it. */
static int kind_of(const struct chat *c, const struct agent *a)
{
    const struct department *p = c->department;
    const struct offer *o = offer_find(c, a);

    if (!p->is_open || !may_be_asked(c, a) || !routing_is_for(c, a) || !routing_has_room(c, a) ||
        agent_free_seats(a) == 0 || (o != NULL && o->state == OFFER_DECLINED)) {
        return -1;
    }
    int kind = a->availability == AVAILABILITY_FREE ? 0 : 2;
    kind += rules_are_preferred(p->rules, p->rule_count, c->rules, a, &c->visitor->record) ? 0 : 1;
    return kind < (int)c->reach ? (int)c->reach : kind;
}

static unsigned takers(const struct desk *d, const struct chat *c, int kind)
{
    unsigned set = 0;

    for (size_t i = 0; i < d->agent_count; i++) {
        set |= kind_of(c, d->agents[i]) == kind ? bit_of(d, d->agents[i]) : 0;
    }
    return set;
}

/* Whether all OFFERED chats before last (NULL: all there are) have a seat each, and one for
 * whoever may be seated with the agents in extra (0: nobody). */
static bool is_seatable(const struct desk *d, const struct chat *last, unsigned extra)
{
    for (unsigned set = 0; set < 1u << d->agent_count; set++) {
        size_t seats = 0;
        size_t chats = extra != 0 && (extra & ~set) == 0 ? 1 : 0;
        for (size_t i = 0; i < d->agent_count; i++) {
            seats += (set & 1u << i) != 0 ? agent_free_seats(d->agents[i]) : 0;
        }
        list_for_each (struct chat, c, &d->waiting, waiting_link) {
            if (c == last) {
                break;
            }
            if (c->state == CHAT_OFFERED && (offered_to(d, c) & ~set) == 0) {
                chats++;
            }
        }
        if (chats > seats) {
            return false;
        }
    }
    return true;
}

/* Of its department, OFFERED before it in line. */
static size_t promised_before(const struct desk *d, const struct chat *last)
{
    size_t count = 0;

    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        if (c == last) {
            break;
        }
        count += c->department == last->department && c->state == CHAT_OFFERED ? 1 : 0;
    }
    return count;
}

/* To one agent at most, who could take it; to none only if nobody's seat is left. Whose turn it is
 * is not looked at here: an offer that stands is not moved when a better one could be made. */
static void verify_single(const struct desk *d, const struct chat *c, bool has_room)
{
    unsigned set = offered_to(d, c);
    unsigned any = 0;

    if ((set & (set - 1)) != 0) {
        BUG("chat %lld: offered to agents %x at once", (long long)c->number, set);
    }
    for (int kind = 0; kind < 4; kind++) {
        any |= takers(d, c, kind);
    }
    if ((set & ~any) != 0 || (set != 0 && !has_room)) {
        BUG("chat %lld: offered to agent %x, who cannot take it", (long long)c->number, set);
    }
    if (set == 0 && any != 0 && has_room && is_seatable(d, c, any)) {
        BUG("chat %lld: offered to nobody, though one of %x has a seat", (long long)c->number, any);
    }
}

static void verify_all(const struct desk *d, const struct chat *c, bool has_room)
{
    unsigned right = 0;

    for (int kind = 0; has_room && right == 0 && kind < 4; kind++) {
        unsigned set = takers(d, c, kind);
        right = set != 0 && is_seatable(d, c, set) ? set : 0;
    }
    if (offered_to(d, c) != right) {
        BUG("chat %lld: offered to agents %x, not %x", (long long)c->number, offered_to(d, c),
            right);
    }
}

/* Offers never more than seats; and nobody in line is passed over who could have been seated. */
static void verify_seats(const struct desk *d)
{
    if (!is_seatable(d, NULL, 0)) {
        BUG("desk: more chats are offered than there are seats");
    }
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        bool has_room = department_has_room(c->department, promised_before(d, c));
        if (c->department->routing == ROUTING_ALL) {
            verify_all(d, c, has_room);
        } else {
            verify_single(d, c, has_room);
        }
    }
}

void desk_verify(const struct desk *d)
{
    if (d->unsettled) {
        BUG("desk: not settled");
    }
    list_for_each (struct chat, c, &d->chats, link) {
        verify_chat(d, c);
        verify_transcript(d, c);
        ask_verify(c);
        verify_answer(c);
    }
    verify_line(d);
    for (size_t i = 0; i < d->department_count; i++) {
        verify_department(d, d->departments[i]);
    }
    verify_told(d);
    for (size_t i = 0; i < d->agent_count; i++) {
        verify_agent(d, d->agents[i]);
    }
    canned_verify(&d->canned);
    saved_verify(&d->saved);
    blocks_verify(d);
    browsing_verify(d);
    bulletins_verify(&d->bulletins);
    tickets_verify(d);
    mails_verify(d);
    if (d->agent_count <= VERIFY_AGENTS) {
        verify_seats(d);
    }
}
