/* act.h - what a message does: says something, answers a line that was said, or changes one. The
 * numbers are stored. */
#pragma once

enum act { ACT_SAY = 0, ACT_REPLY = 1, ACT_CORRECT = 2, ACT_RETRACT = 3, ACT_REACT = 4 };
