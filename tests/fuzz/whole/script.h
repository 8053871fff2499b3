/* script.h - a mutator of libFuzzer's that knows that an input is a script (daemon.h): it puts in,
 * takes out, exchanges and moves whole lines, and lets libFuzzer change bytes inside one.
 *
 * Lines that are put in are made from SCRIPT_LINES, which each target defines: in one of them
 * {{a|b|c}} is one of the words between the bars. Replaying a corpus needs none of this. */
#pragma once

#include <stddef.h>

extern const char *const SCRIPT_LINES[];
extern const size_t SCRIPT_LINE_COUNT;

#define SCRIPT_GRAMMAR(...)                                                                        \
    const char *const SCRIPT_LINES[] = {__VA_ARGS__};                                              \
    const size_t SCRIPT_LINE_COUNT = sizeof SCRIPT_LINES / sizeof *SCRIPT_LINES
