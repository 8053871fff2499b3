#!/bin/sh
# Live support in one command, on this machine only:
#
#   sh examples/quickstart.sh [--server prosody|ejabberd] [--port N] [--agent | --check]
#
# Installs what is missing (Debian packages, npm), builds, starts a private XMPP server, the daemon
# with SQLite, and a demo shop page; prints where the page is and who the agent is; runs until
# Ctrl-C. Everything it starts has its own configuration, data and ports under run/ in the source
# folder and is gone afterwards; no system service is started, stopped or changed.
#
#   --server ejabberd  ejabberd instead of Prosody
#   --port N           the shop page's port (default: 8080, or a free one if that is taken)
#   --agent            opens tresen-agent in this terminal: answer without another XMPP client
#   --check            plays visitor and agent by itself, says what works, and ends: exit code 0 or 1
#
# TRESEN_OFFLINE=1 installs nothing and says what is missing. For tests: TRESEN_BUILD names a folder
# with programs that are built already, TRESEN_RUN the folder to run in.
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
server=prosody
mode=serve
web_port=
. "$root/examples/quickstart/words.sh"
. "$root/examples/quickstart/install.sh"
. "$root/examples/quickstart/servers.sh"
. "$root/examples/quickstart/processes.sh"
. "$root/examples/quickstart/verify.sh"

usage() {
    sed -n '2,/^set -u/s/^# \{0,1\}//p' "$0"
}

while [ $# -gt 0 ]; do
    case $1 in
    --server)
        [ $# -gt 1 ] || fail "--server needs a name: prosody or ejabberd"
        server=$2
        shift
        ;;
    --server=*) server=${1#--server=} ;;
    --port)
        [ $# -gt 1 ] || fail "--port needs a number"
        web_port=$2
        shift
        ;;
    --port=*) web_port=${1#--port=} ;;
    --agent) mode=agent ;;
    --check) mode=check ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "there is no option $1; see: sh examples/quickstart.sh --help" ;;
    esac
    shift
done
case $server in
prosody | ejabberd) ;;
*) fail "--server is prosody or ejabberd, not $server" ;;
esac
case $web_port in
*[!0-9]*) fail "--port is a number, not $web_port" ;;
esac

dir=${TRESEN_RUN:-$root/run/$server}
build=${TRESEN_BUILD:-$root/build/release}
logs=$root/build/quickstart-logs/$server
domain=support.localhost
agent=agent@localhost

# Ports, secrets and the daemon's configuration of this run.
configure_run() {
    choose_web_port
    c2s_port=$(free_port) && component_port=$(free_port) && api_port=$(free_port) || exit 1
    secret=$(random_word)
    api_password=$(random_word)
    agent_password=$(random_word | cut -c 1-8)
    url=http://127.0.0.1:$web_port
    (umask 077 && printf '%s\n' "$secret" >"$dir/secret" && printf '%s\n' "$api_password" >"$dir/api-password" &&
        printf '%s\n' "$agent_password" >"$dir/agent-password")
    {
        printf 'domain: %s\n' "$domain"
        printf 'server:\n  host: 127.0.0.1\n  port: %s\n  secret_file: secret\n' "$component_port"
        if [ "$server" = ejabberd ]; then
            printf '  api: {url: "http://127.0.0.1:%s/api", user: bridge@localhost, password_file: api-password}\n' "$api_port"
        fi
        printf 'web:\n  listen: "127.0.0.1:%s"\n  origins: ["%s", "http://localhost:%s"]\n' "$web_port" "$url" "$web_port"
        printf '  widget: "%s"\n  website: "%s"\n' "$root/widget/dist" "$root/examples/website"
        printf 'storage: sqlite:tresen.db\ndefault_department: sales\n'
        printf 'departments:\n  - {id: sales, name: Sales, agents: ["%s"]}\n' "$agent"
        printf 'agents:\n  - {jid: "%s", name: Nina, capacity: 5}\n' "$agent"
    } >"$dir/tresen.yml"
}

start_all() {
    say "starting $server"
    "write_$server"
    "start_$server"
    start daemon "$build/tresen" run -c "$dir/tresen.yml"
    # Ready means: our own server has taken the secret that was made for this run.
    wait_ready
}

print_welcome() {
    cat <<EOF

The shop page:    $url/
The agent:        $agent
The password:     $agent_password

Log in as the agent, then open the page and click the chat button. Either
  in another terminal:  $(agent_line)
  or in profanity:      /connect $agent server 127.0.0.1 port $c2s_port tls disable
  or in Gajim:          Advanced Settings: host 127.0.0.1, port $c2s_port, type PLAIN

EOF
}

# ---- the run -------------------------------------------------------------------------------------

claim_run_folder
install_missing
build_all
configure_run
start_all
case $mode in
check) verify ;;
agent)
    print_welcome
    tresen_agent
    ;;
serve)
    print_welcome
    say "Ctrl-C ends everything."
    trap 'exit 0' INT
    wait_for_end
    ;;
esac
