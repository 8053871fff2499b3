#!/bin/sh
# The widget's own checks: it builds, it is clean under eslint and tsc, and its tests pass.
# Ends with "N passed, N failed". Building and linting count as one test each.
set -u
cd "$(dirname -- "$0")/../widget" || exit 1
passed=0
failed=0

for step in build lint; do
    if npm run --silent "$step"; then
        passed=$((passed + 1))
    else
        echo "FAIL widget: npm run $step"
        failed=$((failed + 1))
    fi
done

output=$(npm test --silent 2>&1)
code=$?
printf '%s\n' "$output"
good=$(printf '%s\n' "$output" | sed -n 's/^[^ ]* pass \([0-9]*\)$/\1/p' | tail -1)
bad=$(printf '%s\n' "$output" | sed -n 's/^[^ ]* fail \([0-9]*\)$/\1/p' | tail -1)
cancelled=$(printf '%s\n' "$output" | sed -n 's/^[^ ]* cancelled \([0-9]*\)$/\1/p' | tail -1)
if [ -z "$good" ] || { [ "$code" -ne 0 ] && [ "$((${bad:-0} + ${cancelled:-0}))" -eq 0 ]; }; then
    echo "FAIL widget: npm test ended with $code"
    failed=$((failed + 1))
fi
printf '%s\n' "$output" | awk -v name=widget -f ../tests/failures.awk
echo "$((passed + ${good:-0})) passed, $((failed + ${bad:-0} + ${cancelled:-0})) failed"
