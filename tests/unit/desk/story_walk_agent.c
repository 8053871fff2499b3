#include "story_walk_state.h"

#include "base/log.h"
#include "desk/desk_questions.h"
#include "desk/desk_state.h"

#include <stdio.h>
#include <stdlib.h>

static void agent_says(struct walk *w, const char *agent, const char *visitor, uint8_t which)
{
    int64_t sequence = 0;
    char id[16];

    snprintf(id, sizeof id, "a%u", which % 8 == 0 ? w->agent_lines : ++w->agent_lines);
    enum desk_result result = desk_agent_say(w->desk, w->now, agent, visitor, id, "hi", &sequence);
    bool stored = result == DESK_OK || result == DESK_REPEATED || result == DESK_KEPT;
    if (stored != (sequence > 0)) {
        BUG("walk: result %d with sequence %lld", (int)result, (long long)sequence);
    }
}

static void agent_takes_or_leaves(struct walk *w, const char *agent, const char *visitor,
                                  uint8_t which)
{
    const char *next = NULL;
    struct chat_view own;

    if (desk_agent_chat(w->desk, agent, 0, &own) && which % 8 >= 2) {
        visitor = own.visitor;
    }
    switch (which % 8) {
    case 0:
        w->counts.takes += desk_agent_take(w->desk, w->now, agent, visitor) == DESK_OK;
        break;
    case 1:
        w->counts.takes += desk_agent_next(w->desk, w->now, agent, &next) == DESK_OK;
        break;
    case 2:
        w->counts.released += desk_agent_release(w->desk, w->now, agent, visitor) == DESK_OK;
        break;
    case 3:
    case 4:
    case 5:
        w->counts.held +=
            desk_agent_hold(w->desk, w->now, agent, visitor, which / 8 % 4) == DESK_OK;
        break;
    default:
        w->counts.resumed += desk_agent_resume(w->desk, w->now, agent, visitor) == DESK_OK;
        break;
    }
}

/* Nothing that follows depends on it, but the order and the numbers (desk_verify). */
static void keeps_answers(struct walk *w, const char *agent, uint8_t which)
{
    static const char *const words[] = {"hi", "bye", "a-1", "zzz"};
    const char *word = words[which % 4];
    const char *department = walk_departments[which / 4u % DEPARTMENTS];
    enum canned_scope scope = (enum canned_scope)(which / 16u % 3 + 1);

    switch (which / 64u) {
    case 0:
        desk_canned_drop(w->desk, w->now, agent, department, scope, word);
        break;
    case 1:
        desk_canned_share(w->desk, w->now, agent, department, scope, word);
        break;
    default:
        desk_canned_put(w->desk, w->now, agent, department, scope, word, "text");
        break;
    }
}

/* An answer is to the last entry, which may be no offer, or one that was answered. */
static void offers_page(struct walk *w, const char *agent, const char *visitor, uint8_t which)
{
    struct chat_view chat;

    desk_agent_offer_page(w->desk, w->now, agent, visitor, which / 8 % 2 == 0 ? "look" : "",
                          walk_pages[0]);
    if (which / 16 % 2 == 0 && desk_chat(w->desk, visitor, &chat)) {
        desk_visitor_answer_page(w->desk, w->now, visitor, chat.last_entry, which / 32 % 2 == 0);
    }
}

/* What was answered fits or does not, to the form that waits, to another line, or once more. */
static void asks(struct walk *w, const char *agent, const char *visitor, uint8_t which)
{
    const struct form_value value = {which % 64 < 32 ? "one" : "name", which % 32 == 0 ? "" : "x"};
    struct form_outcome out;

    if (which / 8 % 4 == 3) {
        desk_agent_unask(w->desk, w->now, agent, visitor);
        return;
    }
    desk_agent_ask(w->desk, w->now, agent, visitor, which / 8 % 2 == 0 ? "one" : "two", "");
    if (which / 16 % 2 == 0) {
        enum desk_result result = desk_visitor_answer_form(
            w->desk, w->now, visitor,
            &(struct form_answer){.line = which / 32 % 2 == 0 ? 0 : w->last_sequence,
                                  .sender_id = which / 64 % 2 == 0 ? "same" : "",
                                  .declined = which >= 192,
                                  .filled = {&value, 1}},
            &out);
        w->counts.forms += result == DESK_OK ? 1 : 0;
        free(out.wrong);
    }
}

static void agent_keeps(struct walk *w, const char *agent, const char *visitor, uint8_t which)
{
    static const char *const words[] = {"one", "two", "three", "name"};
    const char *word = words[which / 8 % 4];

    switch (which % 8) {
    case 0:
        if (which < 16) {
            desk_agent_block(w->desk, w->now, agent, visitor, 1, word);
        } else if (which < 200) {
            desk_agent_unblock(w->desk, agent, desk_block_of(w->desk, visitor));
        }
        desk_agent_note(w->desk, w->now, agent, visitor, word);
        break;
    case 1:
    case 2:
        desk_agent_tag(w->desk, w->now, agent, visitor, word, which % 8 == 1);
        break;
    case 3:
    case 4:
        desk_agent_correct(w->desk, w->now, agent, visitor, word, which % 8 == 3 ? word : "");
        break;
    case 5:
        offers_page(w, agent, visitor, which);
        break;
    case 6:
        asks(w, agent, visitor, which);
        break;
    default:
        desk_agent_follow(w->desk, agent, visitor, which / 8 % 2 == 1);
        break;
    }
}

/* Mostly a chat that somebody has, and its owner. */
static void find_owned(const struct walk *w, uint8_t from, const char **agent, const char **visitor)
{
    struct chat_view chat;

    for (unsigned i = 0; from % 8 != 7 && i < VISITORS; i++) {
        const char *id = w->ids[(from + i) % VISITORS];
        if (desk_chat(w->desk, id, &chat) && chat.state == CHAT_ACTIVE) {
            *visitor = id;
            *agent = from % 4 == 3 ? *agent : chat.owner;
            return;
        }
    }
}

static void hand(struct walk *w, const char *agent, const char *visitor, uint8_t how)
{
    const char *other = walk_agents[how / 8 % AGENTS];
    enum desk_result result;

    switch (how % 8) {
    case 0:
        result = desk_agent_transfer(w->desk, w->now, agent, visitor, other, "", "");
        w->counts.transfers += result == DESK_OK ? 1 : 0;
        break;
    case 1:
        result = desk_agent_transfer(w->desk, w->now, agent, visitor, "",
                                     walk_departments[how / 8 % DEPARTMENTS], "please");
        w->counts.transfers += result == DESK_OK ? 1 : 0;
        break;
    case 2:
        result = desk_agent_escalate(w->desk, w->now, agent, visitor, 1 + how / 8 % 3, "hard");
        w->counts.escalations += result == DESK_OK ? 1 : 0;
        break;
    case 3:
        desk_agent_invite(w->desk, w->now, agent, visitor, other, "look");
        break;
    case 4:
        result = desk_agent_join(w->desk, w->now, agent, visitor);
        w->counts.joins += result == DESK_OK ? 1 : 0;
        break;
    case 5:
        desk_agent_leave(w->desk, w->now, agent, visitor);
        break;
    case 6:
        desk_agent_whisper(w->desk, w->now, agent, visitor, "psst");
        break;
    default:
        desk_agent_available(w->desk, w->now, agent, (enum availability)(how / 8 % 5));
        break;
    }
}

void walk_agent_step(struct walk *w, const uint8_t bytes[WALK_STEP])
{
    const char *agent = walk_agents[bytes[1] % AGENTS];
    const char *visitor = w->ids[bytes[2] % VISITORS];
    char own[64]; /* the desk may forget its own */
    /* Mostly somebody whom the agent has heard of. */
    const char *contact = desk_agent_contact(w->desk, agent, bytes[2] % 3);
    if (contact != NULL && bytes[2] % 8 != 7) {
        snprintf(own, sizeof own, "%s", contact);
        visitor = own;
    }
    switch (bytes[0] % 8) {
    case 0:
    case 1:
        desk_agent_available(w->desk, w->now, agent, (enum availability)(bytes[3] % 5));
        break;
    case 2:
        desk_agent_decline(w->desk, w->now, agent, visitor);
        walk_works_on_ticket(w, agent, bytes[3], bytes[2]);
        break;
    case 3:
        if (bytes[3] % 4 == 3) {
            w->counts.tickets +=
                desk_agent_end_with_ticket(w->desk, w->now, agent, visitor, "sold") == DESK_OK;
            break;
        }
        desk_agent_end(w->desk, w->now, agent, visitor, bytes[3] % 2 == 0 ? "" : "sold");
        break;
    case 4:
        desk_agent_seen(w->desk, agent, visitor, w->last_sequence - bytes[3] % 8 + 2,
                        SEEN_RECEIVED);
        desk_agent_typing(w->desk, agent, visitor, "composing");
        find_owned(w, bytes[2], &agent, &visitor);
        hand(w, agent, visitor, bytes[3]);
        desk_agent_spoke(w->desk, w->now, agent);
        desk_agent_prioritise(w->desk, w->now, bytes[3] % 8 == 0 ? walk_supervisors[0] : agent,
                              visitor, (enum chat_priority)(1 + bytes[3] / 8 % 4));
        agent_keeps(w, agent, visitor, bytes[3]);
        break;
    case 5:
        if (bytes[3] >= 128) {
            desk_agent_duty(w->desk, w->now, agent,
                            bytes[3] % 4 < 2 ? DUTY_ON : (enum duty_state)(bytes[3] % 4),
                            bytes[3] % 8 < 4 ? w->now + 4000 : 0);
            break;
        }
        desk_agent_bounced(w->desk, w->now, agent, visitor, w->last_sequence - bytes[3] % 8);
        break;
    case 6:
        agent_takes_or_leaves(w, agent, visitor, bytes[3]);
        keeps_answers(w, agent, bytes[3]);
        find_owned(w, bytes[2], &agent, &visitor);
        hand(w, agent, visitor, (uint8_t)(bytes[3] / 4));
        break;
    default:
        agent_says(w, agent, visitor, bytes[3]);
        break;
    }
}
