/* Masks, and departments that keep no transcript. */
#include "base/mask.h"
#include "base/mem.h"
#include "config_table.h"

#include <stdlib.h>

/* Takes key and words. */
static bool complain_at(struct config_draft *d, char *take_key, char *take_text)
{
    config_complain(d, config_line(&d->config, take_key), take_key, take_text);
    free(take_key);
    return false;
}

bool config_check_privacy(struct config_draft *d)
{
    const struct config *c = &d->config;

    for (size_t i = 0; i < c->mask_count; i++) {
        if (!mask_is_one(c->masks[i])) {
            return complain_at(d, mem_print("masks[%zu]", i),
                               mem_print("is no mask: card, iban, or %d to %d signs of ASCII, at "
                                         "least three of them #, @ or ?",
                                         MASK_SHAPE_MIN, MASK_SHAPE_MAX));
        }
    }
    for (size_t i = 0; i < c->department_count; i++) {
        if (!c->departments[i].transcript && c->departments[i].tickets == CONFIG_TICKETS_ALWAYS) {
            return complain_at(d, mem_print("departments[%zu].tickets", i),
                               mem_dup("cannot be always where transcript is no: there would be "
                                       "nothing in them"));
        }
    }
    return true;
}
