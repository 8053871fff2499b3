#include "story_walk_state.h"

#include "base/log.h"
#include "desk/desk_state.h"
#include "desk/identity.h"
#include "desk/prechat.h"
#include "story_rates.h"

#include <stdio.h>
#include <string.h>

static void on_found(void *ctx, const struct visitor_answer *answer)
{
    struct walk *w = ctx;

    if (answer->visitor != NULL) {
        desk_visitor_arrive(w->desk, w->now, answer->visitor, answer->recent, answer->recent_count);
        desk_visitor_tickets(w->desk, answer->visitor->id, answer->tickets, answer->ticket_count);
    }
}

static void arrive(struct walk *w, unsigned v)
{
    struct visitor_view view;
    const struct visitor_record record = {
        .id = w->ids[v],
        .site = "default",
        .jid = w->ids[v],
        .language = walk_tags[v % 3],
        .page_url = walk_pages[v % 2],
        .first_seen = w->now,
    };

    walk_commit(w);
    storage_find_visitor(w->storage, "default", NULL, w->ids[v], on_found, w);
    walk_commit(w);
    if (!desk_visitor(w->desk, w->ids[v], &view) &&
        desk_visitor_arrive(w->desk, w->now, &record, NULL, 0) != DESK_OK) {
        w->counts.refusals++;
        return;
    }
    desk_visitor_online(w->desk, w->now, w->ids[v], true);
    const struct form_value filled = {"one", v % 3 == 0 ? "" : "x"};
    desk_visitor_prechat(w->desk, w->now, w->ids[v], walk_departments[1],
                         &(struct filled){&filled, 1});
    if (v % 2 == 0) {
        desk_visitor_browses(w->desk, w->now, w->ids[v], walk_departments[v / 2 % DEPARTMENTS]);
    }
}

/* Each visitor is one person at most: whom the website proved first. */
static void proves_who(struct walk *w, unsigned v, uint8_t which)
{
    static const struct desk_identity WHO[] = {{"4711", "name: Ada\nplan: gold\n", "Ada", ""},
                                               {"4712", "", "", "bob@example.org"}};
    const struct desk_identity *who = &WHO[which % 2];
    struct visitor_view view;
    bool was_somebody = desk_visitor(w->desk, w->ids[v], &view) && view.record->subject[0] != '\0';
    bool was_it = was_somebody && strcmp(view.record->subject, who->subject) == 0;
    enum desk_result result = desk_visitor_identify(w->desk, w->now, w->ids[v], who);

    bool must_be = was_it || !was_somebody;
    if (result != DESK_NOT_FOUND && result != (must_be ? DESK_OK : DESK_FORBIDDEN)) {
        BUG("walk: %s is two persons", w->ids[v]);
    }
}

/* The latest ticket of theirs; 0: none. */
static int64_t ticket_of(const struct walk *w, unsigned v)
{
    struct requested_view view;

    return desk_visitor_ticket(w->desk, w->ids[v], 0, &view) ? view.record->number : 0;
}

/* One of the last ids again, or a new one. */
static void visitor_says(struct walk *w, unsigned v, uint8_t which, uint8_t department)
{
    struct said *said = &w->said[v];
    unsigned back = which % 4 == 0 ? which / 4u % (IDS - 2) : 0;
    unsigned number = back <= said->next ? said->next - back : said->next;
    int64_t *known = &said->sequences[number % IDS];
    int64_t sequence = 0;
    char id[16];

    if (number == said->next) {
        *known = 0;
    }
    snprintf(id, sizeof id, "m%u", number);
    const struct desk_line line = {.sender_id = id,
                                   .body = "hello?",
                                   .ticket = department % 32 == 7 ? ticket_of(w, v) : 0,
                                   .new_chat = department % 16 < 14};
    enum desk_result result = desk_visitor_write(
        w->desk, w->now, w->ids[v], walk_departments[department % DEPARTMENTS], &line, &sequence);
    if (result == DESK_REPEATED) {
        w->counts.repeats++;
        if (number >= said->known_from && sequence != *known) {
            BUG("walk: line %u is not that repeat", number);
        }
    } else if (result == DESK_OK) {
        if (number >= said->known_from && *known != 0) {
            BUG("walk: line %u is stored twice", number);
        }
        *known = sequence;
        said->next += number == said->next ? 1 : 0;
    } else {
        w->counts.refusals++;
    }
}

/* A line, in an open chat. */
static void sends_file(struct walk *w, const char *visitor)
{
    struct chat_view chat;
    int64_t sequence = 0;

    if (desk_visitor_send_file(w->desk, w->now, visitor, "", "a.png (1 kB)\nhttps://d.example/a",
                               &sequence) != DESK_OK) {
        return;
    }
    if (!desk_chat(w->desk, visitor, &chat) || chat.state == CHAT_CLOSED ||
        chat.last_entry != sequence ||
        desk_sent_file(desk_line(w->desk, visitor, sequence)) == NULL) {
        BUG("walk: a file that %s has sent is no line of an open chat", visitor);
    }
    w->counts.files++;
}

/* The chat that has just ended, or one of the last. */
static void rates(struct walk *w, const char *visitor, uint8_t how)
{
    struct chat_view chat;
    bool is_over = desk_chat(w->desk, visitor, &chat) && chat.state == CHAT_CLOSED;
    int64_t number = is_over && how % 8 != 7 ? chat.number : w->desk->last_number - how % 16;

    w->counts.ratings += story_rates(w->desk, w->storage, w->now, visitor, number, how);
}

void walk_visitor_step(struct walk *w, const uint8_t bytes[WALK_STEP])
{
    unsigned v = bytes[1] % VISITORS;
    const char *id = w->ids[v];
    time_ms now = w->now;

    switch (bytes[0] % 8) {
    case 0:
        arrive(w, v);
        break;
    case 1:
        desk_visitor_online(w->desk, now, id, false);
        desk_visitor_bounced(w->desk, now, bytes[2] % 2 == 0 ? id : "visitor-nobody");
        break;
    case 2:
        if (bytes[3] % 2 == 0) {
            desk_visitor_end(w->desk, now, id);
            rates(w, id, bytes[2]);
        } else {
            desk_visitor_leave(w->desk, now, id);
        }
        break;
    case 3:
        desk_visitor_seen(w->desk, id, w->last_sequence - bytes[2] % 8 + 2,
                          (enum entry_seen)(bytes[3] % 3));
        break;
    case 4:
        desk_visitor_typing(w->desk, id, "composing");
        desk_visitor_form(w->desk, now, id, bytes[2] % 4 == 0 ? "Ann" : "",
                          bytes[2] % 4 == 1 ? "ann@eu.big.example" : "");
        desk_visitor_page(w->desk, now, id, walk_pages[bytes[3] % 2], "Shop");
        if (bytes[2] % 4 == 2) {
            sends_file(w, id);
        } else if (bytes[2] % 4 == 3) {
            rates(w, id, bytes[3]);
        }
        if (bytes[2] % 8 == 3) {
            proves_who(w, v, bytes[3]);
        }
        break;
    default:
        visitor_says(w, v, bytes[2], bytes[3]);
        break;
    }
}
