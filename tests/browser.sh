#!/bin/sh
# Runs tests/browser/*.test.mjs under node's own test runner, one file at a time (each brings up a
# whole stack). Ends with "N passed, N failed". The build to use stands in TRESEN_BUILD.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
logs=$here/../build/test-logs
# Against a file that does not end: its tests have limits of their own.
limit=40m
passed=0
failed=0
mkdir -p "$logs"

# The last number behind a word in what the runner wrote.
count() {
    sed -n "s/^# $1 \([0-9]*\)\$/\1/p" "$log" | tail -1
}

for file in "$here"/browser/*.test.mjs; do
    [ -e "$file" ] || break
    name=$(basename "$file" .test.mjs)
    log=$logs/browser-$name.log
    timeout -k 10 $limit node --test --test-reporter=tap "$file" >"$log" 2>&1
    code=$?
    cat "$log"
    awk -v name="$name" -f "$here/failures.awk" "$log"
    bad=$(count fail)
    cancelled=$(count cancelled)
    good=$(count pass)
    bad=$((${bad:-0} + ${cancelled:-0}))
    if [ "$code" -eq 124 ]; then
        echo "FAIL $name: it has not ended within $limit"
        bad=$((bad + 1))
    elif [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
        echo "FAIL $name: node ended with $code"
        bad=1
    fi
    passed=$((passed + ${good:-0}))
    failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
