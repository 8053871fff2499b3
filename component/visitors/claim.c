#include "visitors/claim.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/invited.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { URL_BYTES = 1000, NAME_POINTS = 40, LANGUAGE_POINTS = 35, INVITATION_POINTS = 40 };

void claim_destroy(struct claim *c)
{
    char *strings[] = {c->department, c->iq_id,      c->iq_to,     c->url,     c->title,
                       c->referrer,   c->language,   c->zone,      c->browser, c->name,
                       c->email,      c->only_agent, c->invitation};

    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        free(strings[i]);
    }
    answers_finish(&c->filled);
    proof_destroy(c->proof);
    free(c);
}

char *claim_name_dup(const struct element *e, const char *attribute, size_t points)
{
    const char *value = e != NULL ? element_attr(e, attribute) : NULL;

    return text_name_dup(value != NULL ? value : "", points);
}

/* A page on the web; clients of agents make links of it, so nothing else. */
char *claim_url_dup(const struct element *e, const char *attribute)
{
    const char *value = e != NULL ? element_attr(e, attribute) : NULL;
    bool is_web = value != NULL &&
                  (strncasecmp(value, "https://", 8) == 0 || strncasecmp(value, "http://", 7) == 0);

    return text_url_dup(is_web ? value : "", URL_BYTES);
}

static bool is_field(const struct element *field, const char *var)
{
    const char *name = element_attr(field, "var");

    return element_is(field, "field", NS_FORM) && name != NULL && strcmp(name, var) == 0;
}

/* A field of a submitted form (XEP-0004), or NULL. */
static const struct element *find_field(const struct element *form, const char *var)
{
    const struct element *f = element_first(form);

    while (f != NULL && !is_field(f, var)) {
        f = element_next(f);
    }
    return f;
}

/* Its value, cleaned; "" without. */
static char *answer_dup(const struct element *form, const char *var, size_t points)
{
    const struct element *f = find_field(form, var);
    const char *value = f != NULL ? element_child_text(f, "value", NS_FORM) : NULL;

    return text_name_dup(value != NULL ? value : "", points);
}

/* What the page says by itself. */
static bool is_told(const struct element *field)
{
    return is_field(field, "invitation") || is_field(field, "monitoring");
}

/* Something else than what nobody was asked. */
static bool answers_questions(const struct element *form)
{
    for (const struct element *f = element_first(form); f != NULL; f = element_next(f)) {
        if (!is_told(f)) {
            return true;
        }
    }
    return element_first(form) == NULL;
}

/* A field of type boolean: 1 or true. */
static bool is_ticked(const struct element *form, const char *var)
{
    char *value = answer_dup(form, var, 5);
    bool is = strcmp(value, "1") == 0 || strcmp(value, "true") == 0;

    free(value);
    return is;
}

/* Of the page; else of the stanza: stock clients say xml:lang. */
static char *language_of(const struct element *locale, const struct element *stanza)
{
    const char *tag = element_attr_ns(stanza, "lang", "http://www.w3.org/XML/1998/namespace");

    return locale != NULL ? claim_name_dup(locale, "lang", LANGUAGE_POINTS)
                          : text_name_dup(tag != NULL ? tag : "", LANGUAGE_POINTS);
}

/* The agent who probes with this visit (docs/PROTOCOL.md section 2); "" if it is none of the
 * department. */
static char *probed_agent_dup(const struct visitors *v, const char *department,
                              const struct element *visit)
{
    const struct element *probe = visit != NULL ? element_child(visit, "probe", NULL) : NULL;
    const char *agent = probe != NULL ? element_attr(probe, "agent") : NULL;
    char *bare = agent != NULL ? jid_bare_dup(agent) : NULL;

    if (bare == NULL || !desk_is_agent_of(v->desk, bare, department)) {
        free(bare);
        return mem_dup("");
    }
    return bare;
}

struct claim *claim_read(struct visitors *v, struct endpoint *e, const struct stanza *s,
                         const struct element *visit)
{
    struct claim *c = mem_alloc(sizeof *c);
    const struct element *page = visit != NULL ? element_child(visit, "page", NULL) : NULL;
    const struct element *locale = visit != NULL ? element_child(visit, "locale", NULL) : NULL;
    const struct element *form = visit != NULL ? element_child(visit, "x", NS_FORM) : NULL;
    const char *token = visit != NULL ? element_child_text(visit, "token", NULL) : NULL;
    const char *browser = visit != NULL ? element_child_text(visit, "browser", NULL) : NULL;

    list_init(&c->lookup_link);
    c->v = v;
    c->e = e;
    c->department = mem_dup(visitors_department(v, s->to));
    c->iq_id = visit != NULL ? mem_dup(s->id) : NULL;
    c->iq_to = mem_dup(s->to->full);
    c->url = claim_url_dup(page, "url");
    c->title = claim_name_dup(page, "title", CLAIM_TITLE_POINTS);
    c->referrer = claim_url_dup(page, "referrer");
    c->language = language_of(locale, s->element);
    c->zone = claim_name_dup(locale, "zone", 64);
    c->browser = text_name_dup(browser != NULL ? browser : "", 80);
    c->answers = form != NULL && answers_questions(form);
    answers_init(&c->filled, form);
    c->invitation = form != NULL ? answer_dup(form, "invitation", INVITATION_POINTS) : mem_dup("");
    c->name = form != NULL ? answer_dup(form, "name", NAME_POINTS) : mem_dup("");
    c->email = form != NULL ? answer_dup(form, "email", TEXT_EMAIL_BYTES) : mem_dup("");
    c->agrees = form != NULL && is_ticked(form, "consent");
    c->says_watch = form != NULL && find_field(form, "monitoring") != NULL;
    c->may_watch = c->says_watch && is_ticked(form, "monitoring");
    c->only_agent = probed_agent_dup(v, c->department, visit);
    if (token != NULL && token[0] != '\0') {
        id_hash(token, c->token_hash);
    }
    return c;
}

void claim_hear_invitation(const struct claim *c, const char *visitor)
{
    const struct visitors_config *config = &c->v->config;
    const char *line =
        c->invitation[0] != '\0' && config->invitation != NULL
            ? config->invitation(config->ctx, c->invitation, c->department, c->e->site, c->language)
            : NULL;

    if (line != NULL) {
        char *words = mem_print("%s: %s", c->invitation, line);
        desk_visitor_invited(c->v->desk, clock_utc_ms(), visitor, words);
        free(words);
    }
}
