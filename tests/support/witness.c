#include "witness.h"

#include "base/log.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const WITNESS_PEERS[PEERS] = {"eve@example.org/x", "bob@far.example/y",
                                          "dan@anon.desk.example/z"};
const char *const WITNESS_AGENTS[3] = {"nina@example.org", "otto@example.org", "fred@far.example"};

const char *witness_origin(const struct world *w, unsigned who)
{
    return who < HOUSE_STREAMS ? house_stream_jid(w->house, who)
                               : WITNESS_PEERS[who - HOUSE_STREAMS];
}

/* ---- what left ---- */

static bool begins(const char *text, const char *with)
{
    return text != NULL && strncmp(text, with, strlen(with)) == 0;
}

static bool is_agents_or_server(const char *to)
{
    for (size_t i = 0; i < sizeof WITNESS_AGENTS / sizeof *WITNESS_AGENTS; i++) {
        if (begins(to, WITNESS_AGENTS[i])) {
            return true;
        }
    }
    return strcmp(to, "example.org") == 0 || strcmp(to, "far.example") == 0 ||
           strcmp(to, "anon.desk.example") == 0;
}

static int peer_of(const char *to)
{
    for (unsigned i = 0; i < PEERS; i++) {
        size_t bare = strcspn(WITNESS_PEERS[i], "/");
        if (strncmp(to, WITNESS_PEERS[i], bare) == 0 && (to[bare] == '/' || to[bare] == '\0')) {
            return (int)(HOUSE_STREAMS + i);
        }
    }
    return -1;
}

/* Everything that people could read in it. */
static void check_tags(const struct world *w, const struct element *e, unsigned reader)
{
    const char *tag = strchr(element_text(e), '#');

    for (; tag != NULL; tag = strchr(tag + 1, '#')) {
        unsigned speaker = (unsigned)(tag[1] - '0');
        if (speaker < VISITORS && tag[2] == '#' && w->group[speaker] != w->group[reader]) {
            BUG("visitor %u reads what visitor %u said", reader, speaker);
        }
    }
    for (const struct element *c = element_first(e); c != NULL; c = element_next(c)) {
        check_tags(w, c, reader);
    }
}

static void count_answer(struct world *w, const struct element *e)
{
    const char *type = element_attr(e, "type");
    const char *id = element_attr(e, "id");

    if (id == NULL || type == NULL || (strcmp(type, "result") != 0 && strcmp(type, "error") != 0)) {
        return;
    }
    if (w->answer_id[0] != '\0' && strcmp(id, w->answer_id) == 0) {
        BUG("an answer was answered");
    }
    if (id[0] != 'q' || strcmp(element_name(e), "iq") != 0) {
        return;
    }
    for (size_t i = 0; i < w->asked_count; i++) {
        if (strcmp(w->asked[i].id, id) == 0 &&
            strcmp(w->asked[i].origin, element_attr(e, "to")) == 0) {
            w->asked[i] = w->asked[--w->asked_count];
            return;
        }
    }
    BUG("%s was answered twice, or too late: %s to %s", id, type, element_attr(e, "to"));
}

void witness_unite(struct world *w, unsigned one, unsigned other)
{
    unsigned old = w->group[other];

    for (unsigned i = 0; i < VISITORS; i++) {
        w->group[i] = w->group[i] == old ? w->group[one] : w->group[i];
    }
}

static void learn_check_in(struct world *w, const struct element *e, unsigned who)
{
    const struct element *visit = element_child(e, "visit", NS_VISIT);

    if (visit != NULL && element_attr(visit, "visitor") != NULL) {
        snprintf(w->token[who], sizeof w->token[who], "%s",
                 element_child_text(visit, "token", NULL));
    }
}

static void learn_link(struct world *w, const struct element *e)
{
    const char *from = element_attr(e, "from");
    const char *type = element_attr(e, "type");

    if (begins(from, "visitor-")) {
        snprintf(w->contacts[w->contact_count++ % KEPT], sizeof *w->contacts, "%.*s",
                 (int)strcspn(from, "/"), from);
    }
    if (strcmp(element_name(e), "iq") == 0 && type != NULL &&
        (strcmp(type, "get") == 0 || strcmp(type, "set") == 0)) {
        size_t at = w->question_count++ % KEPT;
        snprintf(w->questions[at][0], sizeof w->questions[at][0], "%s", element_attr(e, "id"));
        snprintf(w->questions[at][1], sizeof w->questions[at][1], "%s", element_attr(e, "to"));
    }
}

/* Neither a line nor its receipt nor its page of history may name an entry that is not on disk. */
static void check_committed(const struct world *w, const struct element *e)
{
    const struct element *stanza_id = element_child(e, "stanza-id", NS_SID);
    const struct element *result = element_child(e, "result", NS_MAM);
    const char *id = element_attr(e, "id");
    long long sequence = 0;

    if (!w->is_held) {
        return;
    }
    if (stanza_id != NULL || result != NULL) {
        sequence = atoll(element_attr(stanza_id != NULL ? stanza_id : result, "id"));
    } else if (id != NULL && id[0] == 'e' && strspn(id + 1, "0123456789") == strlen(id + 1) &&
               element_child(e, "body", NULL) != NULL) {
        sequence = atoll(id + 1);
    }
    if (sequence > w->committed) {
        BUG("entry %lld leaves before its commit", sequence);
    }
}

static void check_sent(struct world *w, size_t place, const struct element *e)
{
    const char *to = element_attr(e, "to");
    int who = place < HOUSE_STREAMS ? (int)place : peer_of(to);

    if (place < HOUSE_STREAMS && strcmp(to, house_stream_jid(w->house, place)) != 0) {
        BUG("a stream has what is for %s", to);
    }
    if (place == LINK && who < 0 && !is_agents_or_server(to) && !begins(to, "stranger@")) {
        BUG("something leaves for %s", to);
    }
    check_committed(w, e);
    count_answer(w, e);
    if (who >= 0) {
        learn_check_in(w, e, (unsigned)who);
        check_tags(w, e, (unsigned)who);
    } else {
        learn_link(w, e);
    }
}

void witness_check(struct world *w)
{
    house_turn(w->house);
    for (size_t place = 0; place <= LINK; place++) {
        for (size_t i = 0; i < house_sent(w->house, place); i++) {
            check_sent(w, place, house_sent_at(w->house, place, i));
        }
    }
    house_forget(w->house);
    w->answer_id[0] = '\0';
    for (size_t i = 0; !w->is_held && i < w->asked_count; i++) {
        if (!w->asked[i].is_lost) {
            BUG("%s of %s was not answered", w->asked[i].id, w->asked[i].origin);
        }
    }
    w->asked_count = w->is_held ? w->asked_count : 0;
}

/* origin NULL: everybody over the link. */
void witness_lose(struct world *w, const char *origin)
{
    for (size_t i = 0; i < w->asked_count; i++) {
        if (origin == NULL ? strstr(w->asked[i].origin, "@desk.example/") == NULL
                           : strcmp(w->asked[i].origin, origin) == 0) {
            w->asked[i].is_lost = true;
        }
    }
}
