# What failed in the TAP of node's test runner, a line each, with why: the log may not be at hand.
#     awk -v name=widget -f tests/failures.awk LOG
# Prints "FAIL widget: the test: the error", of which the lines are joined.
function flush() {
    if (test == "") return
    gsub(/  +/, " ", why)
    sub(/^ /, "", why)
    print "FAIL " name ": " test (why == "" ? "" : ": " substr(why, 1, LONGEST))
    test = ""
}
BEGIN { LONGEST = 400 }
/^ *not ok [0-9]+ - / {
    flush()
    test = $0
    sub(/^ *not ok [0-9]+ - /, "", test)
    why = ""
    reading = 0
    next
}
/^ *error: \|-$/ && test != "" { reading = 1; next }
/^ *error: / && test != "" {
    why = $0
    sub(/^ *error: /, "", why)
    next
}
/^ *(code|name|stack|expected|actual|operator):/ { reading = 0 }
/^ *\.\.\.$/ { flush() }
reading { why = why " " $0 }
END { flush() }
