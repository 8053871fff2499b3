#include "client/make.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

xmpp_stanza_t *make_element(xmpp_ctx_t *strophe, const char *name, const char *ns, const char *text)
{
    xmpp_stanza_t *element = xmpp_stanza_new(strophe);
    xmpp_stanza_set_name(element, name);
    if (ns) {
        xmpp_stanza_set_ns(element, ns);
    }
    if (text) {
        char *clean = text_clean_dup(text);
        xmpp_stanza_t *content = xmpp_stanza_new(strophe);
        xmpp_stanza_set_text(content, clean);
        make_child(element, content);
        free(clean);
    }
    return element;
}

xmpp_stanza_t *make_child(xmpp_stanza_t *parent, xmpp_stanza_t *child)
{
    xmpp_stanza_add_child(parent, child);
    xmpp_stanza_release(child);
    return child;
}

void make_attribute(xmpp_stanza_t *element, const char *name, const char *value)
{
    if (value) {
        char *clean = text_clean_dup(value);
        xmpp_stanza_set_attribute(element, name, clean);
        free(clean);
    }
}

xmpp_stanza_t *make_reply(xmpp_ctx_t *strophe, xmpp_stanza_t *iq, const char *type)
{
    xmpp_stanza_t *reply = make_element(strophe, "iq", NULL, NULL);
    make_attribute(reply, "type", type);
    make_attribute(reply, "id", xmpp_stanza_get_id(iq));
    make_attribute(reply, "to", xmpp_stanza_get_from(iq));
    make_attribute(reply, "from", xmpp_stanza_get_to(iq));
    return reply;
}

xmpp_stanza_t *find_child(xmpp_stanza_t *parent, const char *name, const char *ns)
{
    return xmpp_stanza_get_child_by_name_and_ns(parent, name, ns);
}

char *find_text_dup(xmpp_stanza_t *parent, const char *name, const char *ns)
{
    xmpp_stanza_t *child =
        ns ? find_child(parent, name, ns) : xmpp_stanza_get_child_by_name(parent, name);
    char *text = child ? xmpp_stanza_get_text(child) : NULL;
    char *copy = mem_dup(text);
    if (text) {
        xmpp_free(xmpp_stanza_get_context(parent), text);
    }
    return copy;
}
