/* What is masked before it is stored or told (base/mask.h). */
#include "base/mask.h"
#include "base/mem.h"
#include "desk/desk_state.h"

#include <stdlib.h>

void desk_install_masks(struct desk *d, const char *const *masks, size_t count)
{
    for (size_t i = 0; i < d->mask_count; i++) {
        free(d->masks[i]);
    }
    free(d->masks);
    d->masks = count > 0 ? mem_array(count, sizeof *d->masks) : NULL;
    d->mask_count = count;
    for (size_t i = 0; i < count; i++) {
        d->masks[i] = mem_dup(masks[i]);
    }
    for (size_t i = 0; count == 0 && i < DESK_MASKED; i++) {
        free(d->masked[i]);
        d->masked[i] = NULL;
    }
}

const char *desk_mask(struct desk *d, const char *text)
{
    char *masked = mask_apply_dup((const char *const *)d->masks, d->mask_count, text);

    if (masked == NULL) {
        return text;
    }
    d->masked_at = (d->masked_at + 1) % DESK_MASKED;
    free(d->masked[d->masked_at]);
    d->masked[d->masked_at] = masked;
    return masked;
}
