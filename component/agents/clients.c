#include "agents/clients.h"

#include "base/mem.h"
#include "base/text.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

/* Whoever has more kinds of client than that goes without. */
enum { KINDS_MAX = 256, ASK_MS = 20 * 1000, CAPS_MAX = 512, NAME_MAX_BYTES = 128 };

/* One kind of client, in one version: who says the same "node#ver" answers the same. */
struct software {
    struct agents *agents;
    char *name; /* until it has answered: the node */
    bool corrects;
    bool waits; /* for an answer */
    bool known;
};

static const struct software *find(const struct agents *a, const char *software)
{
    return software != NULL ? map_get(a->software, software) : NULL;
}

static void read_identity(struct software *s, const struct element *identity)
{
    const char *category = element_attr(identity, "category");
    const char *name = element_attr(identity, "name");

    if (text_equal(category, "client") && name != NULL && name[0] != '\0' &&
        strlen(name) <= NAME_MAX_BYTES) {
        mem_replace(&s->name, name);
    }
}

static void on_info(void *ctx, const struct element *reply)
{
    struct software *s = ctx;
    const struct element *query =
        reply != NULL ? element_child(reply, "query", NS_DISCO_INFO) : NULL;

    s->waits = false;
    s->known = s->known || query != NULL; /* else the next presence asks again */
    for (const struct element *e = query != NULL ? element_first(query) : NULL; e != NULL;
         e = element_next(e)) {
        if (element_is(e, "identity", NS_DISCO_INFO)) {
            read_identity(s, e);
        } else if (element_is(e, "feature", NS_DISCO_INFO) &&
                   text_equal(element_attr(e, "var"), NS_CORRECT)) {
            s->corrects = true;
        }
    }
}

/* From the department, whose presence the client has. */
static void ask(struct software *s, const struct stanza *presence, const char *node)
{
    const struct agents *a = s->agents;
    const char *to = presence->from->full;
    struct draft d;

    s->waits = true;
    struct writer *w = draft_begin(&d);
    stanza_iq(w, presence->to->bare, to, "get", a->post->ask(a->post->ctx, to, ASK_MS, on_info, s));
    writer_open(w, "query", NS_DISCO_INFO);
    writer_attr(w, "node", node);
    writer_close(w);
    draft_send(&d, a->post, to, POST_NOW);
}

static struct software *make(struct agents *a, const char *key, const char *node)
{
    struct software *s = mem_alloc(sizeof *s);

    s->agents = a;
    s->name = mem_dup(node);
    map_set(a->software, key, s);
    return s;
}

char *clients_hear_dup(struct agents *a, const struct stanza *presence)
{
    const struct element *c = element_child(presence->element, "c", NS_CAPS);
    const char *node = c != NULL ? element_attr(c, "node") : NULL;
    const char *ver = c != NULL ? element_attr(c, "ver") : NULL;

    if (node == NULL || ver == NULL || strlen(node) + strlen(ver) > CAPS_MAX) {
        return NULL;
    }
    char *key = mem_print("%s#%s", node, ver);
    struct software *s = map_get(a->software, key);
    if (s == NULL && map_count(a->software) < KINDS_MAX) {
        s = make(a, key, node);
    }
    if (s != NULL && !s->known && !s->waits) {
        ask(s, presence, key);
    }
    return key;
}

bool clients_corrects(const struct agents *a, const char *software)
{
    const struct software *s = find(a, software);

    return s != NULL && s->corrects;
}

const char *clients_name(const struct agents *a, const char *software)
{
    const struct software *s = find(a, software);

    return s != NULL ? s->name : "";
}

void clients_free(struct agents *a)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->software, &at, &key, &value)) {
        struct software *s = value;
        free(s->name);
        free(s);
    }
    map_destroy(a->software);
}
