/* Erasing a person: first what there is, then, with "yes", for good. */
#include "agents/call.h"
#include "agents/dossier.h"
#include "base/text.h"

#include <string.h>

static void on_done(void *ctx, const struct dossier_result *r)
{
    struct command_call *c = ctx;
    struct buf text;

    buf_init(&text, CALL_ANSWER_BYTES);
    dossier_write_result(&text, c->language, r);
    if (dossier_has_failed(r)) {
        command_fail(c, "%s", text.bytes);
    } else {
        command_add(c, text.bytes);
    }
    if (r->act == DOSSIER_LOOK && r->outcome == DOSSIER_DONE) {
        command_say(c, N_("To erase it: %cerase %s yes, or %cerase %s end if a chat is open."),
                    c->agents->config.command_prefix, command_value(c, "person"),
                    c->agents->config.command_prefix, command_value(c, "person"));
    }
    buf_finish(&text);
    command_finish(c);
}

static bool choice(const struct command_call *c, size_t at, struct command_choice *out)
{
    static const struct {
        const char *value;
        const char *label;
    } CHOICES[] = {{"look", N_("only say what there is")},
                   {"yes", N_("erase it")},
                   {"end", N_("erase it, and end an open chat")}};

    if (at >= sizeof CHOICES / sizeof *CHOICES) {
        return false;
    }
    *out =
        (struct command_choice){CHOICES[at].value, language_text(c->language, CHOICES[at].label)};
    return true;
}

static void run(struct command_call *c)
{
    const struct dossiers *dossiers = &c->agents->config.dossiers;
    const char *sure = command_value(c, "sure");
    struct dossier_order o = {.who = c->agent, .act = DOSSIER_LOOK, .path = ""};

    if (!dossier_read_person(command_value(c, "person"), &o.person)) {
        command_fail(c, N_("Whom? The visitor (visitor-...), an e-mail address, or jid: and an "
                           "XMPP address."));
        return;
    }
    if (text_equal(sure, "yes") || text_equal(sure, "end")) {
        o.act = DOSSIER_ERASE;
        o.ends = text_equal(sure, "end");
    }
    command_defer(c);
    dossiers->order(dossiers->ctx, &o, on_done, c);
}

const struct command command_erase = {
    .word = "erase",
    .alias = "vergiss",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_DATA_PROTECTION),
    .usage = N_("WHO [yes|end]"),
    .help = N_("what is kept of a person; with yes it is erased"),
    .fields = {{.name = "person",
                .label = N_("Visitor (visitor-...), e-mail address, or jid:ADDRESS"),
                .kind = FIELD_WORD,
                .required = true},
               {.name = "sure",
                .label = N_("What is to be done"),
                .kind = FIELD_CHOICE,
                .choice = choice}},
    .run = run,
};
