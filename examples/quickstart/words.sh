# shellcheck shell=sh
# shellcheck disable=SC2154 # what quickstart.sh assigns
# What quickstart.sh says, and small things it is made of. Sourced by it.

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'quickstart: %s\n' "$*" >&2
    exit 1
}

random_word() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# perl-base is on every Debian.
is_free_port() {
    perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(
        Listen => 1, ReuseAddr => 1, LocalAddr => "127.0.0.1", LocalPort => $ARGV[0])' "$1" 2>/dev/null
}

# Below the range from which the kernel picks for clients, and below that of the tests.
free_port() {
    perl -MIO::Socket::INET -e 'for (1 .. 200) {
        my $port = 12000 + int rand 9000;
        next unless IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => $port);
        print $port; exit 0 } exit 1' || fail "no free port was found on 127.0.0.1"
}

choose_web_port() {
    if [ -n "$web_port" ]; then
        is_free_port "$web_port" ||
            fail "port $web_port is in use by another program; name another one with --port, or leave --port out"
        return
    fi
    web_port=8080
    if ! is_free_port 8080; then
        web_port=$(free_port) || exit 1
        [ "$mode" = check ] || say "port 8080 is in use by another program: the page is on port $web_port"
    fi
}

# http PATH prints the status and, from the second line on, the body.
http() {
    perl -MIO::Socket::INET -e 'my ($port, $path) = @ARGV;
        my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port, Timeout => 5) or exit 1;
        print $s "GET $path HTTP/1.1\r\nHost: 127.0.0.1:$port\r\nConnection: close\r\n\r\n";
        local $/; my $answer = <$s>; my ($head, $body) = split /\r\n\r\n/, $answer, 2;
        $head =~ m{^HTTP/1.1 (\d+)} or exit 1; print "$1\n$body"' "$web_port" "$1"
}

http_status() {
    http "$1" 2>/dev/null | sed -n 1p
}
