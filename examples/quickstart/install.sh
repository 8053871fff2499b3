# shellcheck shell=sh
# shellcheck disable=SC2154 # what quickstart.sh assigns
# Packages and the build. Sourced by quickstart.sh.

packages='build-essential cmake ninja-build pkg-config gettext libevent-dev libhttp-parser-dev libexpat1-dev
    libstrophe-dev libidn-dev libssl-dev zlib1g-dev libsqlite3-dev libyaml-dev libjansson-dev
    libcurl4-openssl-dev libjemalloc-dev'
made_policy=no
policy=/usr/sbin/policy-rc.d

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Is the bundle there, and newer than what it is made of?
has_widget() {
    [ -f "$root/widget/dist/manifest.json" ] &&
        [ -z "$(find "$root/widget/src" "$root/widget/build.mjs" "$root/widget/package-lock.json" \
            -newer "$root/widget/dist/manifest.json" | head -n 1)" ]
}

list_missing() {
    case $server in
    prosody) wanted="$packages prosody prosody-modules" ;;
    ejabberd) wanted="$packages ejabberd" ;;
    esac
    missing=
    for package in $wanted; do
        is_installed "$package" || missing="$missing $package"
    done
    if ! has_widget && { ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; }; then
        missing="$missing nodejs npm"
    fi
    missing=${missing# }
}

# The packaged server must not start as a system service: this run has its own.
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

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

install_missing() {
    command -v apt-get >/dev/null 2>&1 ||
        fail "this program installs Debian packages, and there is no apt-get here; docs/INSTALL.md says what is needed"
    list_missing
    [ -n "$missing" ] || return 0
    [ "${TRESEN_OFFLINE:-0}" != 1 ] || fail "missing, and TRESEN_OFFLINE is set: $missing"
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        fail "packages are missing and there is no sudo; as root: apt-get update && apt-get install --no-install-recommends $missing"
    fi
    say "installing: $missing"
    forbid_services
    # shellcheck disable=SC2086 # a list of words
    apt_install $missing >"$dir/apt.log" 2>&1 ||
        { as_root apt-get update >"$dir/apt.log" 2>&1 && apt_install $missing >>"$dir/apt.log" 2>&1; }
    result=$?
    allow_services
    [ $result -eq 0 ] || explain_apt
    # What was installed for this run only does not start with the machine, either.
    case " $missing " in
    *" $server "*)
        if [ -d /run/systemd/system ]; then
            as_root systemctl disable "$server" >/dev/null 2>&1 || :
        fi
        ;;
    esac
}

explain_apt() {
    tail -n 5 "$dir/apt.log" >&2
    keep_logs
    if grep -Eq 'Could not resolve|Temporary failure|Network is unreachable|Could not connect|Connection (refused|timed out)' "$dir/apt.log"; then
        fail "the packages could not be fetched: is this machine on the network? (log: $logs/apt.log)"
    fi
    fail "the packages could not be installed (log: $logs/apt.log)"
}

build_all() {
    [ -z "${TRESEN_BUILD:-}" ] || return 0
    tests=
    is_installed libcmocka-dev || tests=-DTRESEN_TESTS=OFF
    widget=ON
    ! has_widget || widget=OFF
    say "building (log: $dir/build.log)"
    # shellcheck disable=SC2086 # nothing or one word
    (cd "$root" && cmake --preset release -DTRESEN_WIDGET=$widget $tests &&
        cmake --build --preset release -j "$(nproc)" --target tresen tresen-agent) >"$dir/build.log" 2>&1 ||
        explain_build "the build failed"
    [ $widget = OFF ] || cmake --build "$build" --target widget >>"$dir/build.log" 2>&1 ||
        explain_build "the widget could not be built with npm"
}

explain_build() {
    tail -n 20 "$dir/build.log" >&2
    keep_logs
    if grep -Eq 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH' "$dir/build.log"; then
        fail "$1: npm could not fetch what it needs; is this machine on the network? (log: $logs/build.log)"
    fi
    if grep -q 'SELF_SIGNED_CERT\|UNABLE_TO_VERIFY' "$dir/build.log"; then
        fail "$1: npm does not trust the certificate it was shown (a proxy's? npm config set cafile FILE; log: $logs/build.log)"
    fi
    fail "$1 (log: $logs/build.log)"
}
