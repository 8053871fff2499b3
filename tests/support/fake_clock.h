/* fake_clock.h - both clocks stand still until a test moves them (linked with --wrap). */
#pragma once

#include "base/clock.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND };

void fake_clock_start(void); /* 2026-01-05T10:00:00Z */
void fake_clock_pass(time_ms ms);
