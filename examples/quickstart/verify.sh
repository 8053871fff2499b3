# shellcheck shell=sh
# shellcheck disable=SC2154 # what quickstart.sh assigns
# The agent's terminal, and --check. Sourced by quickstart.sh.

agent_line() {
    printf '%s --jid %s --password-file %s \\\n                          --host 127.0.0.1 --port %s --plain' \
        "$build/tresen-agent" "$agent" "$dir/agent-password" "$c2s_port"
}

tresen_agent() {
    "$build/tresen-agent" --jid "$agent" --password-file "$dir/agent-password" --host 127.0.0.1 \
        --port "$c2s_port" --plain "$@"
}

failed=0

# verified WHAT COMMAND…: one line; what the command says only if it fails.
verified() {
    what=$1
    shift
    if "$@" >"$dir/verify.log" 2>&1; then
        say "ok    $what"
    else
        failed=$((failed + 1))
        say "FAIL  $what"
        sed 's/^/      /' "$dir/verify.log"
    fi
}

page_has_widget() {
    http / >"$dir/page" && [ "$(sed -n 1p "$dir/page")" = 200 ] && grep -q '/w/1/loader.js' "$dir/page"
}

files_are_served() {
    for file in "$root"/widget/dist/*.js; do
        status=$(http_status "/w/1/${file##*/}")
        if [ "$status" != 200 ]; then
            say "/w/1/${file##*/}: status ${status:-none}"
            return 1
        fi
    done
}

availability_is_told() {
    http /w/1/status/sales | grep '"availability"'
}

roster_works() {
    "$build/tresen" check -c "$dir/tresen.yml" --roster-trial "$agent"
}

probe_works() {
    tresen_agent --probe "ws://127.0.0.1:$web_port/xmpp-websocket" "sales@$domain"
}

# The copy is made while the daemon runs; what the probe said is in it.
chat_is_stored() {
    "$build/tresen" backup "$dir/backup.db" -c "$dir/tresen.yml" &&
        grep -aq 'Probe [a-z0-9]*, please ignore' "$dir/backup.db"
}

daemon_ends_cleanly() {
    kill "$daemon_pid"
    wait "$daemon_pid"
}

verify() {
    verified "the shop page is served, with the chat's tag in it" page_has_widget
    verified "the widget's files are served" files_are_served
    verified "the page can ask whether somebody is there" availability_is_told
    verified "$server takes contacts into the agent's roster, says tresen check" roster_works
    verified "a visitor and an agent have talked (tresen-agent --probe)" probe_works
    verified "the chat is in the database, says a backup made meanwhile" chat_is_stored
    verified "the daemon ends cleanly" daemon_ends_cleanly
    if [ $failed -gt 0 ]; then
        keep_logs
        say "$failed of 7 failed (logs: $logs)"
        return 1
    fi
    say "everything works on $server"
}
