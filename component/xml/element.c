#include "xml/element.h"

#include "xml/tree.h"

#include <string.h>
#include <strings.h>

#define NS_XML "http://www.w3.org/XML/1998/namespace"

const char *element_name(const struct element *e)
{
    return e->name;
}

const char *element_ns(const struct element *e)
{
    return e->ns;
}

bool element_is(const struct element *e, const char *name, const char *ns)
{
    return strcmp(e->name, name) == 0 && strcmp(e->ns, ns) == 0;
}

const char *element_attr(const struct element *e, const char *name)
{
    return element_attr_ns(e, name, "");
}

const char *element_attr_ns(const struct element *e, const char *name, const char *ns)
{
    for (size_t i = 0; i < e->attribute_count; i++) {
        const struct attribute *a = &e->attributes[i];
        if (strcmp(a->name, name) == 0 && strcmp(a->ns, ns) == 0) {
            return a->value;
        }
    }
    return NULL;
}

const char *element_text(const struct element *e)
{
    return e->text ? e->text : "";
}

const struct element *element_first(const struct element *e)
{
    return e->first;
}

const struct element *element_next(const struct element *e)
{
    return e->next;
}

const struct element *element_parent(const struct element *e)
{
    return e->parent;
}

const struct element *element_child(const struct element *e, const char *name, const char *ns)
{
    const char *wanted = ns ? ns : e->ns;
    for (const struct element *child = e->first; child; child = child->next) {
        if (element_is(child, name, wanted)) {
            return child;
        }
    }
    return NULL;
}

const struct element *element_child_ns(const struct element *e, const char *ns)
{
    for (const struct element *child = e->first; child; child = child->next) {
        if (strcmp(child->ns, ns) == 0) {
            return child;
        }
    }
    return NULL;
}

const char *element_child_text(const struct element *e, const char *name, const char *ns)
{
    const struct element *child = element_child(e, name, ns);
    return child ? element_text(child) : NULL;
}

/* How well a body fits: 3 it has no language of its own, 2 its language is the message's, 1 any
 * other. */
static int body_rank(const struct element *message, const struct element *body)
{
    const char *lang = element_attr_ns(body, "lang", NS_XML);
    const char *wanted = element_attr_ns(message, "lang", NS_XML);
    if (!lang) {
        return 3;
    }
    return wanted && strcasecmp(lang, wanted) == 0 ? 2 : 1;
}

const char *element_body(const struct element *message)
{
    const struct element *best = NULL;
    int best_rank = 0;
    for (const struct element *child = message->first; child; child = child->next) {
        if (!element_is(child, "body", message->ns)) {
            continue;
        }
        int rank = body_rank(message, child);
        if (rank > best_rank) {
            best = child;
            best_rank = rank;
        }
    }
    return best && best->text_len > 0 ? best->text : NULL;
}

size_t element_bytes(const struct element *root)
{
    return root->tree->bytes;
}
