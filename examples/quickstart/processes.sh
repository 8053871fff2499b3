# shellcheck shell=sh
# shellcheck disable=SC2154 # what quickstart.sh assigns
# The run's folder and its processes: one run of a server at a time, nothing left behind. Sourced by
# quickstart.sh.

claimed=no
children=

# ---- the folder ----------------------------------------------------------------------------------

# Does that process belong to a run of ours? Its command line names the run's folder, or this program.
is_ours() {
    tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF -e "$dir/" -e quickstart.sh
}

claim_run_folder() {
    old=$(cat "$dir/pid" 2>/dev/null || :)
    if [ -n "$old" ] && [ "$old" != $$ ] && is_ours "$old"; then
        fail "an earlier run is still there (process $old): end it with Ctrl-C in its terminal, or: kill $old"
    fi
    if [ -d "$dir" ]; then
        end_leftovers
        rm -rf "$dir"
    fi
    (umask 077 && mkdir -p "$dir") || fail "$dir cannot be made"
    echo $$ >"$dir/pid"
    claimed=yes
    trap end_run EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# A run that was killed could not end its children.
end_leftovers() {
    [ -f "$dir/children" ] || return 0
    while read -r child; do
        if is_ours "$child"; then
            say "ending process $child of an earlier run"
            stop "$child"
        fi
    done <"$dir/children"
}

# Logs outlive the run's folder, for those who look for the reason.
keep_logs() {
    rm -rf "$logs" && mkdir -p "$logs"
    for log in "$dir"/*.log "$dir"/server/*.log "$dir"/server/logs/*.log; do
        [ ! -f "$log" ] || cp "$log" "$logs/"
    done
}

end_run() {
    result=$?
    trap '' INT TERM HUP
    trap - EXIT
    allow_services
    for child in $children; do
        stop "$child"
    done
    [ $claimed = no ] || rm -rf "$dir"
    rmdir "$root/run" 2>/dev/null || :
    exit $result
}

# ---- processes -----------------------------------------------------------------------------------

# start NAME COMMAND…: its output in NAME.log, its id in $NAME_pid; the last one started ends first.
start() {
    name=$1
    shift
    # In a session of its own: the terminal's Ctrl-C is for this program, which then ends the others in order.
    setsid "$@" >"$dir/$name.log" 2>&1 </dev/null &
    eval "${name}_pid=$!"
    children="$! $children"
    echo $! >>"$dir/children"
}

is_running() {
    eval "kill -0 \$${1}_pid" 2>/dev/null
}

# Politely, and after ten seconds not.
stop() {
    kill "$1" 2>/dev/null || return 0
    waited=0
    while kill -0 "$1" 2>/dev/null; do
        if [ $waited -eq 100 ]; then
            kill -9 "$1" 2>/dev/null
        fi
        sleep 0.1
        waited=$((waited + 1))
        [ $waited -lt 150 ] || return 0
    done
}

explain_end() {
    tail -n 8 "$dir/$1.log" >&2
    if [ "$1" = server ]; then
        cat "$dir"/server/*.log "$dir"/server/logs/*.log 2>/dev/null | tail -n 8 >&2
    fi
    keep_logs
    case $1 in
    server) fail "$server has ended (logs: $logs)" ;;
    *) fail "the daemon has ended (logs: $logs)" ;;
    esac
}

wait_ready() {
    waited=0
    until [ "$(http_status /readyz)" = 200 ]; do
        is_running server || explain_end server
        is_running daemon || explain_end daemon
        if [ $waited -ge 300 ]; then
            tail -n 5 "$dir/daemon.log" >&2
            keep_logs
            fail "the daemon could not log in to $server within half a minute (logs: $logs)"
        fi
        sleep 0.1
        waited=$((waited + 1))
    done
}

# Until Ctrl-C, or until one of them ends by itself.
wait_for_end() {
    while is_running server && is_running daemon; do
        sleep 1
    done
    is_running server || explain_end server
    explain_end daemon
}
