/* mask.h - what is not to be kept: numbers of cards, accounts, and whatever has a given shape.
 *
 * A mask is a word: "card" (13 to 19 digits that a bank's check digit fits, with blanks or dashes
 * between), "iban", or a shape: # stands for a digit, @ for a letter, ? for either, a blank for at
 * most one blank, dash, dot or slash, all else for itself. What it fits must stand alone: no letter
 * or digit before it or behind. Letters and digits become x, but the last four of a card and an
 * account; the text stays as long as it was. Each place of a text is looked at once for each mask,
 * so no text makes it slow. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { MASK_SHAPE_MIN = 4, MASK_SHAPE_MAX = 64, MASKS_MAX = 50 };

bool mask_is_one(const char *word);
/* NULL: there is nothing to mask; else a masked copy, free() it. */
char *mask_apply_dup(const char *const *masks, size_t count, const char *text);
