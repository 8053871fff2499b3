/* check_mail.h - `tresen check` as a mail client: up to where a mail would begin. */
#pragma once

#include <stdbool.h>

struct config;

/* mail is configured. words (free()): what works, or what does not and which key is concerned. */
bool check_mail_try(const struct config *config, char **words);
