#!/bin/sh
# Runs tests/browser/*.test.mjs under node's own test runner, one file at a time (each brings up a
# whole stack). Ends with "N passed, N failed". The build to use stands in TRESEN_BUILD.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
passed=0
failed=0

for file in "$here"/browser/*.test.mjs; do
    [ -e "$file" ] || break
    name=$(basename "$file" .test.mjs)
    output=$(node --test --test-reporter=tap "$file" 2>&1)
    code=$?
    printf '%s\n' "$output"
    printf '%s\n' "$output" | sed -n "s/^ *not ok [0-9]* - /FAIL $name: /p"
    good=$(printf '%s\n' "$output" | sed -n 's/^# pass \([0-9]*\)$/\1/p' | tail -1)
    bad=$(printf '%s\n' "$output" | sed -n 's/^# fail \([0-9]*\)$/\1/p' | tail -1)
    cancelled=$(printf '%s\n' "$output" | sed -n 's/^# cancelled \([0-9]*\)$/\1/p' | tail -1)
    bad=$((${bad:-0} + ${cancelled:-0}))
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
        echo "FAIL $name: node ended with $code"
        bad=1
    fi
    passed=$((passed + ${good:-0}))
    failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
