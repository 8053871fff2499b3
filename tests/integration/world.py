"""What a scenario is given: a server's virtual host of its own, a daemon, agents and visitors.

    @scenario
    def a_visitor_is_answered(w):
        w.daemon()
        agent = w.agent().available()
        visitor = w.visitor()
        ...

Whatever a scenario opens is closed by its world.
"""
import pathlib
import shutil

from daemon import ORIGIN, Daemon, merge
from fake_server import FakeServer
from gateway import BoshStream, Visitor, WebSocketStream
from servers import KINDS, free_port
from wire import Wire
from xmpp import Client, message, presence

SCENARIOS = []


class Skip(Exception):
    """This machine cannot play the scenario; the reason is printed, nothing is counted."""


def scenario(function=None, *, servers=("prosody", "ejabberd"), fake=False):
    """Marks a scenario. fake: runs once, without a real server (w.fake_server())."""
    def mark(marked):
        SCENARIOS.append((marked, ("fake",) if fake else servers))
        return marked
    return mark(function) if function else mark


class Ending:
    def __init__(self, close):
        self.close = close


def empty_database(program, directory):
    """What a first start leaves, with not a row in it. Making it is two fifths of the work of a
    daemon's life in most scenarios; those with a fake server and the tests of storage/ make it."""
    daemon = Daemon(program, directory, "nowhere.localhost", (free_port(), "secret"))
    daemon.start(ready=False)
    assert daemon.stop() == 0, daemon.tail()
    return daemon.directory / "tresen.db"


class World:
    def __init__(self, server, host, program, directory, empty=None):
        """empty: a database of empty_database()."""
        self.server, self.host, self.program = server, host, program
        self.kind = server.kind if server else "fake"
        self.domain = "support." + host
        self.sales, self.anonymous = "sales@" + self.domain, "anon." + host
        self.directory = pathlib.Path(directory)
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.things, self.current, self.wire, self.empty = [], None, None, empty

    # -- the daemon ----------------------------------------------------------------------------

    def daemon(self, ready=True, wired=False, start=True, files=None, new=False, **more):
        """A daemon that is ready; wired: through w.wire, which can be cut. new: without a database.
        more: configuration."""
        port, secret = self.server.component_port(self.host), self.server.secret
        if wired:
            self.wire = self.keep(Wire(port))
            port = self.wire.port
        api = self.server.api_url(self.host) if self.kind == "ejabberd" else None
        self.current = Daemon(self.program, self.directory, self.host, (port, secret), api, **more)
        if self.empty and not new:
            shutil.copy(self.empty, self.directory / "tresen.db")
        if start:
            self.current.start(ready, files)
        return self.current

    def fake_server(self, ready=True, start=True, **more):
        """A scripted server and a daemon that is pointed at it."""
        fake = self.keep(FakeServer(self.domain))
        self.current = Daemon(self.program, self.directory, self.host, (fake.port, fake.secret),
                              **more)
        if start:
            self.current.start(ready)
        return fake

    def client_wire(self):
        """A wire to the server's clients' port, for w.client(wire=…): it can be held."""
        return self.keep(Wire(self.server.c2s_port))

    def own_server(self):
        """A server for this scenario only, which may be killed and launched again."""
        server = KINDS[self.kind](self.directory / "server", [self.host]).start()
        self.things.append(Ending(server.stop))
        self.server = server
        return server

    # -- people ----------------------------------------------------------------------------------

    def jid(self, name):
        return f"{name}@{self.host}"

    def client(self, name="agent", resource="test", wire=None, **more):
        """A logged-in client that has sent no presence yet; wire: what lies between."""
        port = wire.port if wire else self.server.c2s_port
        client = Client(port, self.jid(name), "pw", resource, **more)
        self.keep(client)
        return client.login()

    def agent(self, name="agent", show="", priority=0, department=None, **more):
        """An agent who is there: available, and the desk knows it (the contact's presence came)."""
        agent = self.client(name, **more)
        self.enrolled(agent, department)
        agent.available(show, priority)
        agent.expect(presence(from_=department or self.sales, type=""))
        return agent

    def enrolled(self, agent, department=None):
        """The department stands in the agent's roster."""
        agent.wait_contact(lambda roster: (department or self.sales) in roster)

    def gone(self, agent, contact):
        """The agent sees that the visitor has left (which takes a page change's time)."""
        agent.expect(presence(from_=contact, type="unavailable"))

    def stream(self, road="websocket"):
        """A bound stream of a visitor, on the gateway or on the server's anonymous endpoint."""
        current = self.current
        roads = {
            "websocket": lambda: WebSocketStream(current.websocket_url, self.domain, ORIGIN),
            "bosh": lambda: BoshStream(current.bosh_url, self.domain, ORIGIN),
            "server-websocket": lambda: WebSocketStream(self.server.websocket_url(self.host),
                                                        self.anonymous, ORIGIN),
            "server-bosh": lambda: BoshStream(self.server.bosh_url(self.host), self.anonymous,
                                              ORIGIN, at_once=1),
        }
        stream = self.keep(roads[road]())
        return stream.start()

    def visitor(self, road="websocket", department="sales", token=None, **more):
        """A visitor who has checked in."""
        visitor = Visitor(self.stream(road), f"{department}@{self.domain}")
        visitor.check_in(token, **more)
        return visitor

    def plain_user(self, name="alice", department="sales"):
        """Somebody with an XMPP account, who has not checked in."""
        client = self.client(name)
        client.available()
        return Visitor(client, f"{department}@{self.domain}")

    def offered(self, agent, visitor, body):
        """The visitor says something, the agent is offered it; returns the contact's JID."""
        number = visitor.say(visitor.department, body)
        visitor.expect(message(receipt=number))
        return agent.expect(message(from_="visitor-*", body=body)).get("from").partition("/")[0]

    def chatting(self, agent, visitor, body="Hello"):
        """A running chat; returns the visitor's contact as the agent sees it."""
        contact = self.offered(agent, visitor, body)
        agent.say(contact, "Hi, how can I help?")
        visitor.expect(message(body="Hi, how can I help?"))
        return contact

    # -- the end ---------------------------------------------------------------------------------

    def keep(self, thing):
        self.things.append(thing)
        return thing

    def close(self):
        """Everything ends; a daemon that complained, or ended badly, fails the scenario."""
        try:
            code = self.current.stop() if self.current else 0
        finally:
            for thing in reversed(self.things):
                try:
                    thing.close()
                except OSError:
                    pass
        if self.current:
            complaints = self.current.complaints()
            assert not complaints, f"the daemon wrote: {complaints[0]}"
            assert code in (0, None, -9), f"the daemon ended with {code}: {self.current.tail()}"
