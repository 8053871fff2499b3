/* Mail: clear text stays on this machine, and who logs in has a password. */
#include "config_table.h"

#include "base/mem.h"

#include <string.h>

static bool complain_at(struct config_draft *d, const char *key, const char *words)
{
    return config_complain(d, config_line(&d->config, key), key, mem_dup(words));
}

bool config_check_mail(struct config_draft *d)
{
    struct config *c = &d->config;

    if (c->mail.url == NULL) {
        return true;
    }
    if (c->mail.tls == CONFIG_MAIL_TLS_NONE && strncmp(c->mail.url, "smtps:", 6) == 0) {
        return complain_at(d, "mail.tls", "is none, but smtps:// is TLS");
    }
    if (c->mail.tls == CONFIG_MAIL_TLS_NONE && !config_is_loopback_url(c->mail.url)) {
        return complain_at(d, "mail.tls",
                           "may be none for a server on this machine only: else passwords and "
                           "what people say would be read on the way");
    }
    if (c->mail.user != NULL) {
        return config_take_secret(d, "mail.password", d->mail_password_file, &c->mail.password);
    }
    if (c->mail.password != NULL || d->mail_password_file != NULL) {
        return complain_at(d, c->mail.password != NULL ? "mail.password" : "mail.password_file",
                           "is there, but no mail.user");
    }
    return true;
}
