#!/bin/sh
# Installs what the tests need (Debian packages, as root or by sudo; npm packages into the source
# folder), builds, runs every tier, or only those named:
#
#   sh tests/run.sh [unit] [widget] [integration] [browser] [chaos] [bench] [fuzz] [lint] [--long]
#                   [attack] [--minutes N [--keep]]
#
# --long is for chaos and bench: the full runs, which write docs/RELIABILITY.md (half an hour) and
# docs/PERFORMANCE.md (twenty minutes, and five gigabytes).
# --minutes is for fuzz: all targets together search for N minutes instead of replaying what was
# found, and the lines of the parsers that the corpora run are counted; --keep puts what is new into
# the corpora (docs/TESTING.md).
# attack is no part of all tiers: half an hour, alone on the machine; N minutes of it (20) are a soak.
# It writes docs/BOUNDS.md.
# Each tier's runner ends with a line "N passed, N failed"; so does this program, with the sums.
# A tier that cannot start, or that finds no test, counts as one failure. Logs: build/test-logs/.
# TRESEN_PRESET chooses the build that the integration tier runs against (default: asan).
# TRESEN_OFFLINE=1 fetches and installs nothing, and says what is missing.
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
logs=$root/build/test-logs
preset=${TRESEN_PRESET:-asan}
jobs=$(nproc 2>/dev/null || echo 2)
all_tiers='unit widget integration browser chaos bench fuzz lint'
more_tiers=attack
total_passed=0
total_failed=0
# How apt-get says that it did not reach a mirror.
unreachable='Could not resolve|Temporary failure|Network is unreachable|Could not connect'
unreachable="$unreachable|Connection (refused|timed out)"
# Where the servers and proxies are, for whoever is not root.
PATH=$PATH:/usr/sbin:/sbin

say() {
    printf '%s\n' "$*"
}

# ---- what must be installed ----------------------------------------------------------------

packages_of() {
    build='build-essential cmake ninja-build pkg-config gettext python3 libevent-dev
        libhttp-parser-dev libexpat1-dev libstrophe-dev libidn-dev libssl-dev zlib1g-dev
        libsqlite3-dev libyaml-dev libjansson-dev libcurl4-openssl-dev libcmocka-dev libjemalloc-dev
        tzdata'
    case $1 in
    unit) echo "$build" ;;
    fuzz) echo "$build ${minutes:+clang libclang-rt-dev llvm}" ;;
    widget) echo "chromium chromium-headless-shell" ;;
    integration)
        echo "$build prosody prosody-modules ejabberd profanity tmux nginx-light apache2-bin" \
            "caddy haproxy openssl strace e2fsprogs"
        ;;
    browser)
        echo "$build prosody prosody-modules ejabberd chromium chromium-headless-shell firefox-esr" \
            "php-cli"
        ;;
    chaos)
        echo "$build prosody prosody-modules ejabberd lua-dbi-sqlite3 erlang-p1-sqlite3" \
            "strace chromium"
        ;;
    bench) echo "$build prosody prosody-modules ejabberd strace" ;;
    attack) echo "$build" ;;
    lint) echo "$build git clang-format clang-tidy cppcheck shellcheck" ;;
    esac
}

has_word() {
    case " $2 " in
    *" $1 "*) ;;
    *) return 1 ;;
    esac
}

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The packages that tests take from npm want node 20. Debian 12 has 18: with its npm, 20 is fetched.
has_node() {
    command -v npm >/dev/null 2>&1 && [ "$(node_version)" -ge "$1" ]
}

node_version() {
    node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0
}

ensure_node() {
    fetched=$root/build/node
    if [ -d "$fetched" ]; then
        PATH=$fetched/bin:$PATH
    fi
    has_node 20 && return 0
    if is_offline; then
        say "node is older than 20, and TRESEN_OFFLINE is set"
        return 1
    fi
    case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *)
        say "node is older than 20, and there is none for $(uname -m) to fetch"
        return 1
        ;;
    esac
    say "node is older than 20: fetching node-linux-$arch 20 from npm"
    rm -rf "$fetched" "$fetched.new"
    npm install --silent --no-audit --no-fund --no-save --prefix "$fetched.new" \
        "node-linux-$arch@20" >"$logs/node.log" 2>&1 || {
        tail -5 "$logs/node.log"
        say "node could not be fetched: is this machine on the network? (log: $logs/node.log)"
        return 1
    }
    mv "$fetched.new/node_modules/node-linux-$arch" "$fetched" && rm -rf "$fetched.new"
    PATH=$fetched/bin:$PATH
    has_node 20
}

is_offline() {
    [ "${TRESEN_OFFLINE:-0}" = 1 ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# The packaged servers must not start as system services: the tests run their own.
policy=/usr/sbin/policy-rc.d
made_policy=no

forbid_services() {
    if [ ! -e $policy ]; then
        made_policy=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null && as_root chmod 755 $policy
    fi
}

allow_services() {
    if [ $made_policy = yes ]; then
        as_root rm -f $policy
        made_policy=no
    fi
}

# Nor with the machine, the next time.
disable_services() {
    [ -d /run/systemd/system ] || return 0
    for package in "$@"; do
        case $package in
        prosody | ejabberd | caddy | haproxy) service=$package ;;
        nginx-light) service=nginx ;;
        *) continue ;;
        esac
        as_root systemctl disable "$service" >>"$logs/apt.log" 2>&1 || :
    done
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" \
        >>"$logs/apt.log" 2>&1
}

# With the lists that are there; if those are too old, or none, with new ones.
install_packages() {
    : >"$logs/apt.log"
    forbid_services || return 1
    apt_install "$@" || { as_root apt-get update >>"$logs/apt.log" 2>&1 && apt_install "$@"; }
    result=$?
    allow_services
    disable_services "$@"
    return $result
}

install_missing() {
    missing=
    needs_node=no
    for tier in "$@"; do
        for package in $(packages_of "$tier"); do
            is_installed "$package" || missing="$missing $package"
        done
        case $tier in
        widget | integration | browser | chaos)
            needs_node=yes
            has_node 18 || missing="$missing nodejs npm"
            ;;
        esac
    done
    # shellcheck disable=SC2086 # a list of words
    missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
    if [ -n "${missing% }" ]; then
        install_listed || return 1
    fi
    [ $needs_node = no ] || ensure_node
}

install_listed() {
    if is_offline; then
        say "missing, and TRESEN_OFFLINE is set: $missing"
        return 1
    fi
    if ! command -v apt-get >/dev/null 2>&1; then
        say "missing, and this program installs with apt-get, which is not here: $missing"
        return 1
    fi
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        say "packages are missing and there is no sudo; as root:"
        say "    apt-get update && apt-get install --no-install-recommends $missing"
        return 1
    fi
    say "installing (a minute or two; log: $logs/apt.log): $missing"
    # shellcheck disable=SC2086 # a list of words
    install_packages $missing || explain_apt
}

explain_apt() {
    tail -5 "$logs/apt.log"
    if grep -Eq "$unreachable" "$logs/apt.log"; then
        say "the packages could not be fetched: is this machine on the network? (log: $logs/apt.log)"
    else
        say "the packages could not be installed (log: $logs/apt.log)"
    fi
    return 1
}

# npm ci where node_modules is absent or older than the lock file.
npm_ci() {
    [ -f "$1/package-lock.json" ] || {
        say "no $1/package-lock.json"
        return 1
    }
    stamp=$1/node_modules/.package-lock.json
    if [ -f "$stamp" ] && [ -z "$(find "$1/package-lock.json" -newer "$stamp")" ]; then
        return 0
    fi
    if is_offline; then
        say "$1 needs 'npm ci', and TRESEN_OFFLINE is set"
        return 1
    fi
    (cd "$1" && npm ci --no-audit --no-fund) || {
        say "'npm ci' in $1 failed: is this machine on the network?"
        return 1
    }
    touch "$stamp"
}

# ---- building --------------------------------------------------------------------------------

# The release is for the browser tier: with the widget, without the unit tests. The widget tier
# builds the widget itself.
# Those that are configured already stand in $configured: twice in a run is once too often, and
# while lint reads a folder nobody else may write there.
configured=${TRESEN_CONFIGURED:-}

configure() {
    ! has_word "$1" "$configured" || return 0
    case $1 in
    release) set -- release -DTRESEN_WIDGET=ON -DTRESEN_TESTS=OFF ;;
    *) set -- "$1" -DTRESEN_WIDGET=OFF ;;
    esac
    (cd "$root" && cmake --preset "$@")
}

build() {
    configure "$1" || return 1
    preset_of_build=$1
    shift
    (cd "$root" && cmake --build --preset "$preset_of_build" -j "$jobs" "$@")
}

# ---- tiers: each prints its runner's output, which ends with the counts ----------------------

tier_unit() {
    build asan && python3 "$root/tests/ctest.py" "$root/build/asan" unit
}

tier_fuzz() {
    if [ -z "$minutes" ]; then
        build asan && python3 "$root/tests/ctest.py" "$root/build/asan" fuzz
    else
        build fuzz --target fuzz_targets && build coverage --target fuzz_targets &&
            python3 "$root/tests/fuzz/run.py" --minutes "$minutes" --jobs "$jobs" $keep
    fi
}

tier_widget() {
    npm_ci "$root/widget" && sh "$root/tests/widget.sh"
}

# The quick start and the proxies are tried with the widget.
build_widget() {
    npm_ci "$root/widget" && (cd "$root/widget" && npm run --silent build)
}

tier_integration() {
    npm_ci "$root/tests" && build_widget && build "$preset" &&
        python3 "$root/tests/integration/run.py" --build "$root/build/$preset"
}

tier_browser() {
    npm_ci "$root/tests" && npm_ci "$root/widget" && build release &&
        TRESEN_BUILD="$root/build/release" sh "$root/tests/browser.sh"
}

# Without sanitizers: it is about what is lost, at full speed.
tier_chaos() {
    npm_ci "$root/tests" && npm_ci "$root/widget" && build release &&
        python3 "$root/tests/chaos/run.py" --build "$root/build/release" $long
}

# As users get it; the long run is of gigabytes, which a folder in memory may not have.
tier_bench() {
    build release && cmake --build "$root/build/release" --target bench_tickets bench_load &&
        python3 "$root/tests/bench/run.py" --build "$root/build/release" --scratch "$root/build" $long
}

tier_attack() {
    build release && cmake --build "$root/build/release" --target bench_load &&
        python3 "$root/tests/attack/run.py" --build "$root/build/release" --scratch "$root/build" \
            --minutes "${minutes:-20}"
}

tier_lint() {
    configure asan && python3 "$root/tests/lint/run.py" --build "$root/build/asan"
}

# ---- beside the others: what wants a processor and nothing else, while tiers wait ------------

lint_beside=
release_beside=

# The build folders are made ready first: lint reads one of them, a tier builds in the other.
begin_beside() {
    has_word integration "$1" || return 0
    say "== building (log: $logs/build.log)"
    build asan >"$logs/build.log" 2>&1 || return 0 # the tiers say what is wrong
    configured="$configured asan"
    if has_word lint "$1"; then
        TRESEN_CONFIGURED=asan nice -n 19 sh "$root/tests/run.sh" lint >"$logs/lint.out" 2>&1 &
        lint_beside=$!
    fi
    if has_word browser "$1" && configure release >>"$logs/build.log" 2>&1; then
        configured="$configured release"
        nice -n 19 cmake --build "$root/build/release" --target tresen tresen-agent \
            >"$logs/release.log" 2>&1 &
        release_beside=$!
    fi
}

# What an interrupted run leaves.
end_beside() {
    for process in $lint_beside $release_beside; do
        kill "$process" 2>/dev/null || :
    done
}

# Runs one tier and adds its counts to the sums.
run_tier() {
    log=$logs/$1.log
    say "== $1 (log: $log)"
    started=$(date +%s)
    if [ "$1" = lint ] && [ -n "$lint_beside" ]; then
        wait "$lint_beside" || :
        grep -E '^(FAIL|SKIP) ' "$log" || :
    else
        [ "$1" != browser ] || [ -z "$release_beside" ] || wait "$release_beside" || :
        "tier_$1" 2>&1 | tee "$log" | grep -E '^(FAIL|SKIP|slow|seed|fuzz|lines) ' || :
    fi
    counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
    passed=${counts%% *}
    failed=${counts#*, }
    failed=${failed%% *}
    if [ -z "$counts" ]; then
        tail -15 "$log"
        say "FAIL $1: the tier could not run (see $log)"
        passed=0
        failed=1
    elif [ "$((passed + failed))" -eq 0 ]; then
        say "FAIL $1: no test was found"
        failed=1
    fi
    say "$1: $passed passed, $failed failed in $(($(date +%s) - started)) s"
    total_passed=$((total_passed + passed))
    total_failed=$((total_failed + failed))
}

long=
minutes=
keep=
tiers=
while [ $# -gt 0 ]; do
    case $1 in
    --long) long=--long ;;
    --keep) keep=--keep ;;
    --minutes)
        minutes=${2:-none}
        [ $# -eq 1 ] || shift
        ;;
    *) tiers="$tiers $1" ;;
    esac
    shift
done
case $minutes in
*[!0-9]*)
    say "--minutes wants a number of minutes" >&2
    exit 2
    ;;
esac
tiers=${tiers:-$all_tiers}
for tier in $tiers; do
    has_word "$tier" "$all_tiers $more_tiers" || {
        say "no tier '$tier'; there are: $all_tiers $more_tiers" >&2
        exit 2
    }
done
mkdir -p "$logs"
trap 'end_beside; allow_services' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# shellcheck disable=SC2086 # a list of words
if install_missing $tiers; then
    begin_beside "$tiers"
    for tier in $tiers; do
        run_tier "$tier"
    done
else
    for tier in $tiers; do
        total_failed=$((total_failed + 1))
    done
fi
say "$total_passed passed, $total_failed failed"
[ "$total_failed" -eq 0 ]
