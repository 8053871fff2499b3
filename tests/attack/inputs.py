"""What a hostile input of 64 KiB costs, beside a harmless one of that size: the time of the daemon's
processor (V-041 to V-049 of the plan). Each is sent by a visitor who has just checked in."""
import contextlib
import socket
import statistics

import attacker

SIZE = 65000
TIMES = 15
MOST = 5.0          # times the harmless one
FLOOR_US = 300      # below that a difference says nothing


def filled(begin, piece, end=""):
    room = SIZE - len(begin.encode()) - len(end.encode())
    return (begin + piece * (room // len(piece.encode())) + end).encode()


def attributes():
    return "".join(f" a{number}=''" for number in range(6500))


INPUTS = {
    "lines": lambda m: filled(m + "<body>", "\n", "</body></message>"),
    "entities": lambda m: filled(m + "<body>", "&lt;", "</body></message>"),
    "character references": lambda m: filled(m + "<body>", "&#10;", "</body></message>"),
    "depth": lambda m: filled(m, "<a>"),
    "attributes": lambda m: (m[:-1] + attributes() + "/>").encode(),
    "one attribute": lambda m: filled(m[:-1] + " x='", "y", "'/>"),
    "a name": lambda m: filled(m + "<", "n", "/></message>"),
    "prefixes": lambda m: (m + "".join(f"<p{n}:a xmlns:p{n}='u:{n}'/>" for n in range(2400)) + "</message>").encode(),
    "a document type": lambda m: filled("<!DOCTYPE a [", "<!ENTITY x 'y'>", "]><a/>"),
    "comments": lambda m: filled(m, "<!---->", "</message>"),
    "instructions": lambda m: filled(m, "<?a?>", "</message>"),
    "sections": lambda m: filled(m + "<body>", "<![CDATA[]]>", "</body></message>"),
    "elements": lambda m: filled(m, "<a/>", "</message>"),
    "combining marks": lambda m: filled(m + "<body>a", "\u0301", "</body></message>"),
    "no UTF-8": lambda m: filled(m + "<body>", "a", "</body></message>").replace(b"aa", b"\xc0\xbc"),
}


def visit(ground, number, octets):
    """Until the gateway has answered for it, or ended it."""
    with socket.socket() as s:
        s.settimeout(10)
        s.bind((f"127.2.{number // 250}.{1 + number % 250}", 0))
        s.connect(("127.0.0.1", ground.daemon.port))
        s.sendall(attacker.whole_visit(ground.department))
        heard = b""
        while b"<token>" not in heard:
            heard += s.recv(65536)
        before = ground.meter.cpu_us()
        with contextlib.suppress(ConnectionError):
            # The ping behind it is answered when all before is done; or there is an end.
            s.sendall(attacker.frame(octets) + attacker.frame(b"?", attacker.PING))
            hear_out(s)
        return ground.meter.cpu_us() - before


def hear_out(s):
    """Until nothing more has come for a moment, or it was ended."""
    heard = s.recv(65536)
    s.settimeout(0.1)
    with contextlib.suppress(TimeoutError):
        while heard:
            heard = s.recv(65536)


def measure(ground):
    """{name: microseconds}, the median of several; "harmless" among them."""
    start = f"<message xmlns='jabber:client' type='chat' id='i' to='{ground.department}'>"
    every = {"harmless": filled(start + "<body>", "harmless ", "</body></message>")}
    every.update({name: make(start) for name, make in INPUTS.items()})
    taken = {name: [] for name in every}
    number = 0
    for _ in range(TIMES):
        for name, octets in every.items():
            taken[name].append(visit(ground, number, octets))
            number += 1
    return {name: statistics.median(of) for name, of in taken.items()}


def judge(found, tally):
    harmless = max(found["harmless"], FLOOR_US)
    for name, us in found.items():
        if name != "harmless":
            tally.tell(f"64 KiB of {name}", f"{us:.0f} us, a harmless one {found['harmless']:.0f}"
                       if us > MOST * harmless else "")
