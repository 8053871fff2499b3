#!/usr/bin/env python3
"""One attacker: so many connections that are unkind to a gateway in one way, until it is over.

    tests/attack/attacker.py KIND PORT DEPARTMENT SECONDS COUNT [DONE]

COUNT connections are kept at a time; what ends is replaced, where the kind says so. DONE: it is over when
so many have ended, whatever SECONDS says. They come from addresses of this machine of their own, 127.1.x.y, so
that what is limited for each address is limited as it would be. Prints what became of them, in JSON.

A process of its own, at the lowest priority: what the daemon costs shall not be what this costs.
"""
import base64
import json
import os
import random
import selectors
import socket
import struct
import sys
import time

TICK_S = 0.2
FRAMING, SASL, BIND = ("urn:ietf:params:xml:ns:xmpp-framing", "urn:ietf:params:xml:ns:xmpp-sasl",
                       "urn:ietf:params:xml:ns:xmpp-bind")
ORIGIN = "https://shop.example"
TEXT, PING, MORE = 0x81, 0x89, 0x00


def frame(octets, first=TEXT):
    """Masked with zeros: a mask all the same (RFC 6455, 5.3)."""
    if len(octets) < 126:
        return bytes([first, 128 | len(octets)]) + b"\0\0\0\0" + octets
    if len(octets) < 65536:
        return struct.pack(">BBH", first, 254, len(octets)) + b"\0\0\0\0" + octets
    return struct.pack(">BBQ", first, 255, len(octets)) + b"\0\0\0\0" + octets


def upgrade():
    key = base64.b64encode(os.urandom(16)).decode()
    return (f"GET /xmpp-websocket HTTP/1.1\r\nHost: shop\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: xmpp\r\n"
            f"Origin: {ORIGIN}\r\n\r\n").encode()


def post(body, length=None):
    octets = body.encode()
    return (f"POST /http-bind HTTP/1.1\r\nHost: shop\r\nOrigin: {ORIGIN}\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {length or len(octets)}\r\n\r\n").encode() + octets


def check_in(department, number="v"):
    return (f"<iq xmlns='jabber:client' type='set' id='{number}' to='{department}'><visit xmlns='urn:tresen:visit:1'>"
            "<page url='https://shop.example/a' title='A'/><locale lang='de'/></visit></iq>")


def whole_visit(department):
    """A visitor, checked in: everything at once (XEP-0305)."""
    domain = department.partition("@")[2]
    stanzas = (f"<open xmlns='{FRAMING}' to='{domain}' version='1.0'/>",
               f"<auth xmlns='{SASL}' mechanism='ANONYMOUS'/>",
               f"<open xmlns='{FRAMING}' to='{domain}' version='1.0'/>",
               f"<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='{BIND}'/></iq>",
               check_in(department))
    return upgrade() + b"".join(frame(stanza.encode()) for stanza in stanzas)


class Kind:
    """What the connections of an attack do. A kind is made once for each of them."""
    replaced = False  # those that have ended
    reads = True
    window = 0        # of bytes that may be under way to us; 0: the system's own

    def __init__(self, department):
        self.department = department

    def first(self):
        """Sent as soon as it is up."""
        return b""

    def more(self, age):
        """Sent each TICK_S."""
        del age
        return b""

    def is_done(self, age, heard):
        """It is ended by us then, with a reset."""
        del age, heard
        return False


class Drip(Kind):
    """One byte a second."""
    sent = 0

    def more(self, age):
        if age < self.sent + 1:
            return b""
        self.sent += 1
        return b"a"


class SlowHead(Drip):
    def first(self):
        return b"GET /xmpp-websocket HTTP/1.1\r\nHost: shop\r\nX-Slow: "


class SlowBody(Drip):
    def first(self):
        return post("<body ", 20000)


class SlowFrame(Drip):
    def first(self):
        return upgrade() + frame(b"a" * 1000)[:-1000]


class Silent(Kind):
    def first(self):
        return upgrade()


class NeverReads(Kind):
    """Checks in, asks and asks, and takes no answer."""
    reads = False
    window = 2048

    def first(self):
        return whole_visit(self.department)

    def more(self, age):
        return frame(check_in(self.department, str(random.random())).encode()) * 4


class Pings(Kind):
    replaced = True

    def first(self):
        return upgrade()

    def more(self, age):
        return frame(b"p" * 125, PING) * 200


class Crumbs(Kind):
    """A message that never ends, of nothing."""
    replaced = True

    def first(self):
        return upgrade() + frame(b"<", 0x01)

    def more(self, age):
        return frame(b"", MORE) * 1000


class Connects(Kind):
    """Comes, is taken for a browser, goes."""
    replaced = True

    def first(self):
        return upgrade()

    def is_done(self, age, heard):
        return heard > 0


class Resets(Kind):
    """A visitor whose connection breaks anywhere."""
    replaced = True

    def first(self):
        whole = whole_visit(self.department)
        return whole[:random.randrange(len(whole))]

    def is_done(self, age, heard):
        return age > random.random()


class Sessions(Kind):
    """BOSH sessions that nobody goes on with."""
    replaced = True

    def first(self):
        domain = self.department.partition("@")[2]
        return post(f"<body xmlns='http://jabber.org/protocol/httpbind' rid='{random.randrange(2**40)}' to='{domain}' "
                    "wait='60' hold='1' ver='1.6' xmlns:xmpp='urn:xmpp:xbosh' xmpp:version='1.0'/>")

    def is_done(self, age, heard):
        return heard > 0


class Garbage(Kind):
    """No HTTP at all."""
    replaced = True

    def first(self):
        return os.urandom(4000)


KINDS = {"slow-heads": SlowHead, "slow-bodies": SlowBody, "slow-frames": SlowFrame, "silence": Silent,
         "never-reads": NeverReads, "pings": Pings, "crumbs": Crumbs, "connects": Connects,
         "resets": Resets, "sessions": Sessions, "garbage": Garbage}


class Connection:
    def __init__(self, kind, number, port):
        self.kind, self.born, self.heard, self.out = kind, time.monotonic(), 0, b""
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if kind.window:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, kind.window)
        self.socket.bind((f"127.1.{number // 250 % 250}.{1 + number % 250}", 0))
        self.socket.connect_ex(("127.0.0.1", port))
        self.is_up = False

    @property
    def age(self):
        return time.monotonic() - self.born

    def write(self):
        try:
            if not self.is_up:
                self.is_up, self.out = True, self.kind.first()
            self.out = self.out[self.socket.send(self.out):] if self.out else b""
        except BlockingIOError:
            pass

    def read(self):
        """False: it is over."""
        try:
            octets = self.socket.recv(65536)
        except BlockingIOError:
            return True
        self.heard += len(octets)
        return bool(octets)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Attack:
    def __init__(self, kind, port, department, count):
        self.kind, self.port, self.department, self.count = KINDS[kind], port, department, count
        self.selector, self.all, self.made = selectors.DefaultSelector(), set(), 0
        self.ended = self.ended_here = 0
        self.oldest = 0.0  # of those that the gateway has ended

    def keep(self):
        while len(self.all) < self.count and (self.kind.replaced or self.made < self.count):
            c = Connection(self.kind(self.department), self.made, self.port)
            self.made += 1
            self.all.add(c)
            self.selector.register(c.socket, selectors.EVENT_WRITE, c)

    def is_watched(self, c):
        return c.socket in self.selector.get_map()

    def end(self, c, is_ours=False):
        if self.is_watched(c):
            self.selector.unregister(c.socket)
        self.all.remove(c)
        self.ended += 1
        self.ended_here += is_ours
        if not is_ours:
            self.oldest = max(self.oldest, c.age)
        c.reset()

    def go_on(self, c, events):
        try:
            if events & selectors.EVENT_WRITE:
                c.write()
                if not c.kind.reads:
                    self.selector.unregister(c.socket)  # it is written to with each tick
                elif not c.out:
                    self.selector.modify(c.socket, selectors.EVENT_READ, c)
            if events & selectors.EVENT_READ:
                if not c.read():
                    self.end(c)
                elif c.kind.is_done(c.age, c.heard):
                    self.end(c, True)  # at once: with the next tick each would last as long as one
        except OSError:
            self.end(c)

    def tick(self):
        for c in list(self.all):
            try:
                if c.kind.is_done(c.age, c.heard):
                    self.end(c, True)
                elif c.is_up:
                    c.out = c.out or c.kind.more(c.age)
                    c.write()
            except OSError:
                self.end(c)

    def run(self, seconds, most):
        begun = ticked = time.monotonic()
        while time.monotonic() - begun < seconds and (not most or self.ended < most):
            self.keep()
            for key, events in self.selector.select(TICK_S):
                if key.data in self.all:
                    self.go_on(key.data, events)
            if time.monotonic() - ticked >= TICK_S:
                ticked = time.monotonic()
                self.tick()
        told = {"made": self.made, "ended": self.ended - self.ended_here, "left": len(self.all),
                "oldest_s": self.oldest, "seconds": time.monotonic() - begun}
        for c in list(self.all):
            self.end(c, True)
        return told


def main(kind, port, department, seconds, count, done=0):
    os.nice(19)
    attack = Attack(kind, int(port), department, int(count))
    print(json.dumps(attack.run(float(seconds), int(done))))


if __name__ == "__main__":
    main(*sys.argv[1:])
