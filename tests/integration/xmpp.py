"""XMPP for tests: an inbox that is waited on, patterns for what is expected, and a raw TCP client.

    agent = Client(port, "agent@localhost", "pw").login()
    agent.available()
    line = agent.expect(message(body="Hello"))        # waits; says what came instead

Stanzas are xml.etree elements with Clark names ("{jabber:client}message").
"""
import base64
import hashlib
import itertools
import re
import socket
import threading
import time
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from reader import Reader

# Generous: a sanitized daemon on a machine that does other things too. A green run never waits.
TIMEOUT = 20

CLIENT = "jabber:client"
NS = {
    "chatstates": "http://jabber.org/protocol/chatstates", "delay": "urn:xmpp:delay",
    "disco": "http://jabber.org/protocol/disco#info", "form": "jabber:x:data",
    "items": "http://jabber.org/protocol/disco#items", "mam": "urn:xmpp:mam:2",
    "markers": "urn:xmpp:chat-markers:0", "ping": "urn:xmpp:ping",
    "receipts": "urn:xmpp:receipts", "roster": "jabber:iq:roster", "sid": "urn:xmpp:sid:0",
    "stanzas": "urn:ietf:params:xml:ns:xmpp-stanzas", "vcard": "vcard-temp",
    "version": "jabber:iq:version", "visit": "urn:tresen:visit:1", "rsm":
    "http://jabber.org/protocol/rsm", "forward": "urn:xmpp:forward:0",
    "streams": "urn:ietf:params:xml:ns:xmpp-streams", "stream": "http://etherx.jabber.org/streams",
    "framing": "urn:ietf:params:xml:ns:xmpp-framing", "caps": "http://jabber.org/protocol/caps",
}
counter = itertools.count(1)


def clark(path):
    """'visit:chat' -> '{urn:tresen:visit:1}chat'; a bare name stays in jabber:client."""
    steps = []
    for step in path.split("/"):
        prefix, _, name = step.rpartition(":")
        steps.append(f"{{{NS.get(prefix, CLIENT)}}}{name}" if step not in (".", "..", "*") else step)
    return "/".join(steps)


def find(element, path):
    return element.find(clark(path))


def body_of(element):
    return element.findtext(clark("body"))


def kind_of(element):
    return element.tag.rpartition("}")[2]


def bare(jid):
    return (jid or "").partition("/")[0]


def show(element):
    return re.sub(r" xmlns:ns\d+=\"[^\"]*\"|ns\d+:", "", ET.tostring(element, "unicode"))[:600]


class Pattern:
    """What a stanza must be; every condition that is given must hold."""

    def __init__(self, kind, **conditions):
        self.kind, self.conditions = kind, conditions

    def __call__(self, element):
        if self.kind and kind_of(element) != self.kind:
            return False
        return all(getattr(self, "is_" + name)(element, want)
                   for name, want in self.conditions.items())

    def __str__(self):
        return f"{self.kind} with {self.conditions}"

    @staticmethod
    def is_from_(element, want):
        """A full or bare address, or a prefix of it that ends in '*'."""
        sender = element.get("from") or ""
        if want.endswith("*"):
            return sender.startswith(want[:-1])
        return sender == want or bare(sender) == want

    @staticmethod
    def is_type(element, want):
        """One type, or several to choose from; "" is none (which is available, for presence)."""
        return element.get("type", "") in (want if isinstance(want, (tuple, list)) else (want,))

    @staticmethod
    def is_id(element, want):
        return element.get("id") == want

    @staticmethod
    def is_body(element, want):
        return body_of(element) == want

    @staticmethod
    def is_says(element, want):
        """The body holds these words (a regular expression, letters' case ignored)."""
        return re.search(want, body_of(element) or "", re.I) is not None

    @staticmethod
    def is_has(element, want):
        return find(element, want) is not None

    @staticmethod
    def is_lacks(element, want):
        return find(element, want) is None

    @staticmethod
    def is_show(element, want):
        return (element.findtext(clark("show")) or "") == want

    @staticmethod
    def is_error(element, want):
        """An error of that condition."""
        return element.get("type") == "error" and find(element, f"error/stanzas:{want}") is not None

    @staticmethod
    def is_state(element, want):
        """Our <chat state=''/> extension."""
        chat = find(element, "visit:chat")
        return chat is not None and chat.get("state") == want

    @staticmethod
    def is_receipt(element, want):
        found = find(element, "receipts:received")
        return found is not None and found.get("id") == want

    @staticmethod
    def is_marker(element, want):
        """(name, id) of a XEP-0333 marker."""
        found = find(element, "markers:" + want[0])
        return found is not None and found.get("id") == want[1]

    @staticmethod
    def is_where(element, want):
        return bool(want(element))


def message(**conditions):
    return Pattern("message", **conditions)


def presence(**conditions):
    return Pattern("presence", **conditions)


def iq(**conditions):
    return Pattern("iq", **conditions)


def anything(**conditions):
    return Pattern(None, **conditions)


class Inbox:
    """Whoever receives stanzas: an agent's client, a visitor, a component."""

    def __init__(self, name):
        self.name = name
        self.waiting, self.seen = [], []
        self.changed = threading.Condition()
        self.ended = None

    def deliver(self, element):
        with self.changed:
            self.waiting.append(element)
            self.seen.append(element)
            self.changed.notify_all()

    def end(self, why):
        with self.changed:
            self.ended = self.ended or why
            self.changed.notify_all()

    def take(self, pattern):
        for element in self.waiting:
            if pattern(element):
                self.waiting.remove(element)
                return element
        return None

    def expect(self, pattern, timeout=TIMEOUT):
        """The first stanza that fits and was not expected before; waits for it."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                found = self.take(pattern)
                if found is not None:
                    return found
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    came = "\n    ".join(show(e) for e in self.waiting[-12:]) or "nothing"
                    ended = f" (stream over: {self.ended})" if self.ended else ""
                    raise AssertionError(f"{self.name} got no {pattern}{ended}; unexpected until "
                                         f"now:\n    {came}")
                self.changed.wait(left)

    def expect_end(self, timeout=TIMEOUT):
        """Waits until the stream is over; returns why."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.ended, timeout), f"{self.name}: still open"
            return self.ended

    def quiet(self, pattern, seconds=1.0):
        """Nothing that fits is here, nor comes within that time."""
        try:
            found = self.expect(pattern, seconds)
        except AssertionError:
            return
        raise AssertionError(f"{self.name} got what it must not: {show(found)}")

    def count(self, pattern):
        """How many fit, of all that ever came."""
        with self.changed:
            return sum(1 for element in self.seen if pattern(element))

    def forget(self):
        with self.changed:
            self.waiting.clear()

    # -- what every kind of client can do with its send() --

    def send(self, xml):
        raise NotImplementedError

    def ask(self, to, payload, type="get", timeout=TIMEOUT):
        """An iq and its answer, result or error."""
        number = f"q{next(counter)}"
        address = f" to={quoteattr(to)}" if to else ""
        self.send(f"<iq type='{type}' id='{number}'{address}>{payload}</iq>")
        return self.expect(iq(id=number, type=("result", "error")), timeout)

    def say(self, to, body, id=None, extra="", receipt=True):
        """A chat message; returns its id."""
        number = id or f"m{next(counter)}"
        request = f"<request xmlns='{NS['receipts']}'/>" if receipt else ""
        self.send(f"<message type='chat' to={quoteattr(to)} id={quoteattr(number)}>"
                  f"<body>{escape(body)}</body>{request}{extra}</message>")
        return number

    def typing(self, to, state="composing"):
        self.send(f"<message type='chat' to={quoteattr(to)}>"
                  f"<{state} xmlns='{NS['chatstates']}'/></message>")

    def ping(self, to):
        answer = self.ask(to, f"<ping xmlns='{NS['ping']}'/>")
        return answer.get("type") == "result"


class Client(Inbox):
    """A client over plain TCP: SASL PLAIN, bind, session-less; answers what clients answer."""

    def __init__(self, port, jid, password="pw", resource="test", receipts=True):
        super().__init__(jid)
        self.port, self.jid, self.password = port, bare(jid), password
        self.resource, self.receipts = resource, receipts
        self.full, self.socket = None, None
        self.roster = {}
        self.early = None  # pushes since the roster was asked for, until it is answered
        self.available_now = False
        self.answers_pings = True
        self.software = None  # (node, name, features): what it says of itself

    def login(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
        self.socket.settimeout(None)
        self.ended = None
        self.open()
        secret = base64.b64encode(f"\0{self.jid.partition('@')[0]}\0{self.password}".encode())
        self.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                  f"{secret.decode()}</auth>")
        assert kind_of(self.expect(lambda e: kind_of(e) in ("success", "failure"))) == "success"
        self.open()
        answer = self.ask(None, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                          f"<resource>{self.resource}</resource></bind>", "set")
        self.full = answer.findtext(".//{urn:ietf:params:xml:ns:xmpp-bind}jid")
        self.ask(None, "<enable xmlns='urn:xmpp:carbons:2'/>", "set")
        self.early = []
        self.ask(None, f"<query xmlns='{NS['roster']}'/>")
        self.forget()
        return self

    def open(self):
        """A new stream on the connection: a new reader, and the features are waited for."""
        domain = self.jid.partition("@")[2]
        self.send(f"<stream:stream xmlns='jabber:client' to='{domain}' version='1.0' "
                  f"xmlns:stream='{NS['stream']}'>")
        threading.Thread(target=self.read, args=(self.socket, Reader()), daemon=True).start()
        self.expect(lambda e: kind_of(e) == "features")

    def read(self, connection, reader):
        """Reads until SASL succeeds (the stream is then opened anew) or the connection ends."""
        try:
            while True:
                octets = connection.recv(65536)
                if not octets:
                    return self.end("closed by the server")
                for element in reader.feed(octets):
                    if element is None:
                        return self.end("stream closed by the server")
                    if element is reader.root:
                        continue
                    self.take_in(element)
                    if kind_of(element) == "success":
                        return None
        except (OSError, ET.ParseError) as broken:
            if connection is self.socket:
                self.end(str(broken))

    def take_in(self, element):
        kind, kind_type = kind_of(element), element.get("type")
        query = find(element, "roster:query")
        if kind == "iq" and kind_type == "set" and query is not None:
            for item in query:
                self.push(item)
            self.answer(element)
        elif kind == "iq" and kind_type == "result" and query is not None:
            self.take_roster(query)
        elif kind == "iq" and kind_type == "get":
            if find(element, "ping:ping") is None or self.answers_pings:
                self.answer_get(element)
        elif kind == "message" and self.receipts and body_of(element) is not None and \
                find(element, "receipts:request") is not None and kind_type != "error":
            self.send(f"<message type='chat' to={quoteattr(element.get('from'))}>"
                      f"<received xmlns='{NS['receipts']}' id={quoteattr(element.get('id', ''))}/>"
                      "</message>")
        self.deliver(element)

    def manage_stream(self):
        """Stream management (XEP-0198): the server keeps the session for a while after the network
        has died, and says nothing."""
        self.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        self.expect(lambda e: kind_of(e) == "enabled")

    def take_roster(self, query):
        """ejabberd may push a change before the answer that does not know it yet, so what was pushed
        since the question counts more. A client that ignores this shows a ghost until its next login."""
        with self.changed:
            self.roster = {item.get("jid"): item for item in query}
            for item in self.early:
                self.apply(item)
            self.early = None
            self.changed.notify_all()

    def push(self, item):
        with self.changed:
            self.apply(item)
            if self.early is not None:
                self.early.append(item)
            self.changed.notify_all()

    def apply(self, item):
        if item.get("subscription") == "remove":
            self.roster.pop(item.get("jid"), None)
        else:
            self.roster[item.get("jid")] = item

    def answer(self, element, payload=""):
        to = f" to={quoteattr(element.get('from'))}" if element.get("from") else ""
        self.send(f"<iq type='result' id={quoteattr(element.get('id', ''))}{to}>{payload}</iq>")

    def answer_get(self, element):
        query = find(element, "disco:query")
        if query is not None:
            _, name, features = self.software or ("", "test", [])
            node = f" node={quoteattr(query.get('node'))}" if query.get("node") else ""
            more = "".join(f"<feature var='{feature}'/>" for feature in features)
            self.answer(element, f"<query xmlns='{NS['disco']}'{node}>"
                        f"<identity category='client' type='console' name={quoteattr(name)}/>"
                        f"<feature var='{NS['receipts']}'/>{more}</query>")
        else:
            self.answer(element)

    def send(self, xml):
        connection = self.socket
        if not connection:
            raise ConnectionError("the client has left")
        connection.sendall(xml.encode() if isinstance(xml, str) else xml)

    def available(self, show="", priority=0, status=""):
        parts = [f"<show>{show}</show>"] if show else []
        parts += [f"<status>{escape(status)}</status>"] if status else []
        parts += [f"<priority>{priority}</priority>"] if priority else []
        parts += [f"<c xmlns='{NS['caps']}' hash='sha-1' node={quoteattr(self.software[0])} "
                  f"ver={quoteattr(self.software[1])}/>"] if self.software else []
        self.available_now = True
        self.send(f"<presence>{''.join(parts)}</presence>")
        return self

    def unavailable(self):
        self.available_now = False
        self.send("<presence type='unavailable'/>")

    def wait_contact(self, there, timeout=TIMEOUT):
        """Waits until there(roster: dict of jid -> item) is true; returns its value."""
        with self.changed:
            if not self.changed.wait_for(lambda: there(self.roster), timeout):
                raise AssertionError(f"{self.name}: roster is {sorted(self.roster)}")
            return there(self.roster)

    def contacts(self, prefix="visitor-"):
        with self.changed:
            return sorted(jid for jid in self.roster if jid.startswith(prefix))

    def close(self):
        if self.socket and not self.ended:
            try:
                self.send("<presence type='unavailable'/></stream:stream>")
            except OSError:
                pass
        self.drop()

    def drop(self):
        """The network dies: no unavailable, no end of the stream."""
        connection, self.socket = self.socket, None
        if connection:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()


class Component(Inbox):
    """A bare XEP-0114 component, to prove the servers without the daemon."""

    def __init__(self, port, domain, secret):
        super().__init__(domain)
        self.domain = domain
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.socket.settimeout(None)
        self.opened = threading.Event()
        self.send(f"<stream:stream xmlns='jabber:component:accept' to='{domain}' "
                  f"xmlns:stream='{NS['stream']}'>")
        threading.Thread(target=self.read, daemon=True).start()
        assert self.opened.wait(TIMEOUT)
        digest = hashlib.sha1((self.stream_id + secret).encode()).hexdigest()
        self.send(f"<handshake>{digest}</handshake>")
        self.expect(anything(where=lambda e: kind_of(e) == "handshake"))

    def read(self):
        reader = Reader()
        try:
            while True:
                octets = self.socket.recv(65536)
                if not octets:
                    return self.end("closed")
                octets = octets.replace(b"jabber:component:accept", b"jabber:client")
                for element in reader.feed(octets):
                    if element is reader.root and not self.opened.is_set():
                        self.stream_id = element.get("id")
                        self.opened.set()
                    elif element is not None:
                        self.deliver(element)
        except (OSError, ET.ParseError) as broken:
            return self.end(str(broken))

    def send(self, xml):
        self.socket.sendall(xml.encode())

    def close(self):
        """Now, although the reader waits on it."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
