#!/usr/bin/env python3
"""Runs every lint; each is one test with its reasons.

    tests/lint/run.py [--build BUILD-DIRECTORY] [--only NAME]

BUILD-DIRECTORY holds compile_commands.json (clang-tidy and cppcheck). A lint is a function that
returns the list of complaints; see tools.py for those that call a tool, and the modules
layers, sizes, words and vectors for our own. Ends with "N passed, N failed".
"""
import argparse
import sys
import time

import language
import layers
import sizes
import tools
import vectors
import words

LINTS = [
    ("layers", layers.check_layers),
    ("third-party-headers", layers.check_third_party),
    ("sizes", sizes.check),
    ("names", words.check_names),
    ("banned-calls", words.check_calls),
    ("places", words.check_places),
    ("to-do", words.check_todo),
    ("package-locks", words.check_locks),
    ("language", language.check),
    ("vectors", vectors.check),
    ("clang-format", tools.clang_format),
    ("shellcheck", tools.shellcheck),
    ("python", tools.python),
    ("cppcheck", tools.cppcheck),
    ("clang-tidy", tools.clang_tidy),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/asan")
    parser.add_argument("--only")
    options = parser.parse_args()
    passed = failed = 0
    for name, lint in LINTS:
        if options.only and options.only != name:
            continue
        started = time.monotonic()
        complaints = lint(options.build)
        seconds = time.monotonic() - started
        if complaints:
            failed += 1
            print("\n".join(complaints))
            print(f"FAIL {name}: {len(complaints)} complaints, first: {complaints[0]}", flush=True)
        else:
            passed += 1
            print(f"ok   {name} ({seconds:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
