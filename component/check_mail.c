#include "check_mail.h"

#include "app_parts.h"
#include "base/mem.h"
#include "config.h"
#include "mail/smtp.h"

bool check_mail_try(const struct config *config, char **words)
{
    const struct smtp_server server = app_parts_smtp(config);
    struct smtp_answer answer;

    smtp_try(&server, &answer);
    if (answer.result != SMTP_DONE) {
        *words = mem_print("%s: %s", server.url, answer.words);
        return false;
    }
    if (server.user != NULL && !answer.has_auth) {
        *words = mem_print("%s: the server offers no AUTH, but mail.user is set", server.url);
        return false;
    }
    *words = mem_print("%s takes us: %s%s%s; mails come from %s", server.url,
                       server.tls ? "TLS, with a good certificate" : "in clear text",
                       server.user != NULL ? ", logged in as " : ", without logging in",
                       server.user != NULL ? server.user : "", config->mail.from);
    return true;
}
