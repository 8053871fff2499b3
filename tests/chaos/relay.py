"""A bad network: relays a port's connections; can be cut, stalled, and delivers in odd pieces.

Before the gateway and on the component's link. Everything runs in the loop; whoever is outside
calls by loop.ask().
"""
import socket

from loop import READ, Line
from servers import free_port


class End:
    """One side of a relayed connection."""

    def __init__(self, relay):
        self.relay, self.other, self.line, self.waiting = relay, None, None, bytearray()

    def connected(self):
        pass

    def received(self, octets):
        self.relay.bytes += len(octets)
        self.waiting += octets
        self.relay.pass_on(self)

    def lost(self):
        self.relay.forget(self)


class Relay:
    def __init__(self, loop, target, chance):
        self.loop, self.target, self.chance = loop, target, chance
        self.port = free_port()
        self.up, self.stalled, self.crumbs = True, False, False
        self.ends, self.bytes, self.connections = set(), 0, 0
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        self.listener.setblocking(False)
        loop.selector.register(self.listener, READ, self.accept)

    def accept(self, _events):
        try:
            connection, _ = self.listener.accept()
        except BlockingIOError:
            return
        if not self.up:
            connection.close()
            return
        near, far = End(self), End(self)
        near.other, far.other = far, near
        near.line = Line(self.loop, near, connection=connection)
        self.ends |= {near, far}
        self.connections += 1
        far.line = Line(self.loop, far, port=self.target)

    def pass_on(self, end):
        """All of it, or, when things go badly, a few bytes at a time."""
        if self.stalled or end not in self.ends:
            return
        if not self.crumbs:
            octets, end.waiting = bytes(end.waiting), bytearray()
            end.other.line.send(octets)
            return
        size = self.chance.choice((1, 2, 7, 64, 500, 1400))
        octets = bytes(end.waiting[:size])
        del end.waiting[:size]
        end.other.line.send(octets)
        if end.waiting:
            self.loop.after(self.chance.uniform(0, 0.002), lambda: self.pass_on(end))

    def forget(self, end):
        for one in (end, end.other):
            if one in self.ends:
                self.ends.discard(one)
                if one.line:
                    one.line.drop()

    # -- what goes wrong -------------------------------------------------------------------------

    def cut(self):
        """Every connection ends, new ones are refused."""
        self.up = False
        for end in list(self.ends):
            self.forget(end)

    def mend(self):
        self.up = True

    def stall(self, stalled):
        """Nothing flows and nothing ends."""
        self.stalled = stalled
        for end in list(self.ends):
            end.line.pause(stalled)
            self.pass_on(end)

    def crumble(self, crumbs):
        """Everything arrives in pieces of a few bytes."""
        self.crumbs = crumbs
        for end in list(self.ends):
            self.pass_on(end)

    def one(self):
        """Cuts one connection, whichever."""
        if self.ends:
            self.forget(self.chance.choice(sorted(self.ends, key=id)))
