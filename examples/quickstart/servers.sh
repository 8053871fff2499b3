# shellcheck shell=sh
# shellcheck disable=SC2154 # what quickstart.sh assigns
# The private XMPP server: what examples/ tells administrators to add, and around it what makes it
# private: ports, data, accounts. Sourced by quickstart.sh.

# The administrator's fragment with the secret and the ports of this run.
fragment() {
    sed -e "s/change-me/$secret/" -e "s/port: 5347/port: $component_port/" -e "s/port: 5281/port: $api_port/" \
        "$root/examples/$server/$1"
}

# ---- Prosody -------------------------------------------------------------------------------------

write_prosody() {
    mkdir -p "$dir/server/data/localhost/accounts"
    printf 'return {\n\t["password"] = "%s";\n};\n' "$agent_password" \
        >"$dir/server/data/localhost/accounts/agent.dat"
    fragment prosody.cfg.lua >"$dir/server/tresen.cfg.lua"
    cat >"$dir/server/prosody.cfg.lua" <<EOF
local d = "$dir/server"
pidfile = d.."/prosody.pid"; data_path = d.."/data"; certificates = d
run_as_root = true -- heeded only where quickstart.sh runs as root
log = { { levels = { min = "info" }, to = "file", filename = d.."/server.log" } }
interfaces = { "127.0.0.1" }; local_interfaces = { "127.0.0.1" }; component_interfaces = { "127.0.0.1" }
c2s_ports = { $c2s_port }; component_ports = { $component_port }
s2s_ports = {}; http_ports = {}; https_ports = {}; modules_disabled = { "s2s" }
c2s_require_encryption = false; allow_unencrypted_plain_auth = true
authentication = "internal_plain"; storage = "internal"; default_archive_policy = true
modules_enabled = { "roster"; "saslauth"; "disco"; "ping"; "posix"; "carbons"; "mam"; "offline";
	"blocklist"; "pep"; "private"; "smacks"; "lastactivity"; "vcard_legacy" }
Include (d.."/tresen.cfg.lua")
EOF
}

start_prosody() {
    start server env HOME="$dir/server" prosody -F --config "$dir/server/prosody.cfg.lua"
}

# ---- ejabberd ------------------------------------------------------------------------------------

write_ejabberd() {
    mkdir -p "$dir/server/spool" "$dir/server/logs"
    fragment ejabberd.yml >"$dir/server/tresen.yml"
    cat >"$dir/server/ejabberd.yml" <<EOF
loglevel: info
log_rotate_count: 0
hosts: [localhost]
certfiles: []
auth_method: internal
auth_password_format: plain
s2s_access: s2s_none
include_config_file: ["$dir/server/tresen.yml"]
listen:
  - {port: $c2s_port, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, shaper: none}
access_rules:
  s2s_none: [deny: all]
modules:
  mod_adhoc: {}
  mod_admin_extra: {}
  mod_blocking: {}
  mod_carboncopy: {}
  mod_disco: {}
  mod_http_api: {}
  mod_last: {}
  mod_mam: {default: always, assume_mam_usage: true}
  mod_offline: {}
  mod_ping: {}
  mod_privacy: {}
  mod_private: {}
  mod_roster: {}
  mod_stream_mgmt: {}
  mod_vcard: {}
EOF
}

# Erlang itself instead of ejabberdctl: no change of user, no epmd, one process.
start_ejabberd() {
    accounts="[{<<\"agent\">>, <<\"$agent_password\">>}, {<<\"bridge\">>, <<\"$api_password\">>}]"
    register="[ejabberd_auth:try_register(U, <<\"localhost\">>, P) || {U, P} <- $accounts],
        file:write_file(\"$dir/server/registered\", <<>>)."
    start server env HOME="$dir/server" ERL_CRASH_DUMP=/dev/null ERL_LIBS="/usr/lib/$(uname -m)-linux-gnu" \
        EJABBERD_CONFIG_PATH="$dir/server/ejabberd.yml" EJABBERD_LOG_PATH="$dir/server/logs/ejabberd.log" \
        erl +S 2:2 -noinput -mnesia dir "\"$dir/server/spool\"" -s ejabberd -eval "$register"
    waited=0
    until [ -e "$dir/server/registered" ]; do
        is_running server || explain_end server
        [ $waited -lt 600 ] || fail "ejabberd did not start within a minute"
        sleep 0.1
        waited=$((waited + 1))
    done
}
