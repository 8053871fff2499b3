/* story_load.h - what is stored comes into a desk, as at a start: for stories and for the walk. */
#pragma once

#include "desk/desk.h"

bool story_load(struct storage *storage, struct desk *desk);
