#include "transport/heartbeat.h"

#include "xml/ns.h"
#include "xml/stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char PREFIX[] = "link-ping-";

void heartbeat_init(struct heartbeat *h)
{
    *h = (struct heartbeat){0};
    id_random(h->nonce);
}

void heartbeat_begin(struct heartbeat *h, bool hasty, time_ms now)
{
    h->is_asking = false;
    h->is_hasty = hasty;
    h->strangers = 0;
    h->heard = now;
}

void heartbeat_ask(struct heartbeat *h, const char *domain, struct buf *out, time_ms now)
{
    char id[sizeof PREFIX + ID_SIZE + 24];
    snprintf(id, sizeof id, "%s%s-%llu", PREFIX, h->nonce, ++h->number);
    struct writer w;
    writer_init(&w, out);
    stanza_iq(&w, domain, domain, "get", id);
    writer_leaf(&w, "ping", NS_PING, NULL);
    writer_finish(&w);
    h->is_asking = true;
    h->asked = now;
}

static bool is_attr(const struct element *stanza, const char *name, const char *value)
{
    const char *found = element_attr(stanza, name);
    return found && strcmp(found, value) == 0;
}

enum heartbeat_kind heartbeat_read(struct heartbeat *h, const char *domain,
                                   const struct element *stanza)
{
    const char *id = element_attr(stanza, "id");
    if (strcmp(element_name(stanza), "iq") != 0 || !id ||
        strncmp(id, PREFIX, sizeof PREFIX - 1) != 0 || !is_attr(stanza, "from", domain) ||
        !is_attr(stanza, "to", domain)) {
        return HEARTBEAT_OTHER;
    }
    id += sizeof PREFIX - 1;
    size_t nonce_len = strlen(h->nonce);
    if (strncmp(id, h->nonce, nonce_len) != 0 || id[nonce_len] != '-') {
        h->strangers++;
        return HEARTBEAT_STRANGER;
    }
    if (strtoull(id + nonce_len + 1, NULL, 10) == h->number) {
        h->is_asking = false;
        h->is_hasty = false;
    }
    return HEARTBEAT_OURS;
}

enum heartbeat_verdict heartbeat_look(const struct heartbeat *h, const struct link_pace *pace,
                                      time_ms now, time_ms *wait_ms)
{
    if (!h->is_asking) {
        time_ms quiet = now - h->heard;
        *wait_ms = pace->silence_ms - quiet;
        return quiet >= pace->silence_ms ? HEARTBEAT_ASK : HEARTBEAT_WAIT;
    }
    /* A server that is busy with a burst still sends something: that is life, for a while. */
    time_ms quiet = now - (h->heard > h->asked ? h->heard : h->asked);
    time_ms left = pace->answer_max_ms - (now - h->asked);
    time_ms patience =
        h->is_hasty && h->heard <= h->asked ? pace->first_answer_ms : pace->answer_ms;
    *wait_ms = patience - quiet < left ? patience - quiet : left;
    return *wait_ms <= 0 ? HEARTBEAT_DEAD : HEARTBEAT_WAIT;
}
