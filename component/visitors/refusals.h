/* refusals.h - what visitors were refused, counted by reason in this run: by the word that they
 * read. What a visitor cannot do because of what it is about (the chat is over, that line is not
 * theirs) is no refusal of ours, and is not counted. */
#pragma once

#include "visitors/visitors_state.h"
#include "visitors/words.h"

/* They are told that word. */
void refusals_count(struct visitors *v, enum visitor_word word);
/* Too many tokens or JWTs that are not known: no word is said. */
void refusals_count_guess(struct visitors *v);
