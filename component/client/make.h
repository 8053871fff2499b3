/* make.h - short ways to build and read libstrophe's stanzas. */
#pragma once

#include <strophe.h>

/* <name xmlns='ns'>text</name>; ns and text may be NULL. Text is made fit for XML. */
xmpp_stanza_t *make_element(xmpp_ctx_t *strophe, const char *name, const char *ns,
                            const char *text);
/* Hands child over to parent and gives it back, borrowed. */
xmpp_stanza_t *make_child(xmpp_stanza_t *parent, xmpp_stanza_t *child);
/* A value of NULL is left out. */
void make_attribute(xmpp_stanza_t *element, const char *name, const char *value);
/* An answer to an iq, with from and to exchanged. */
xmpp_stanza_t *make_reply(xmpp_ctx_t *strophe, xmpp_stanza_t *iq, const char *type);
/* Child with that name and namespace, or NULL. */
xmpp_stanza_t *find_child(xmpp_stanza_t *parent, const char *name, const char *ns);
/* Its text, or NULL if there is no such child or no text; free() it. */
char *find_text_dup(xmpp_stanza_t *parent, const char *name, const char *ns);
