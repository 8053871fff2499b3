"""A scripted XEP-0114 server: it does what it is told, right or wrong.

    link = fake.accept()          # the daemon has connected
    link.open()                   # reads its header, sends ours
    link.welcome()                # checks the handshake and accepts
    link.send("<message …/>")     # bytes or text, as they are
    link.expect(iq(type="set"))   # what the daemon says
"""
import hashlib
import re
import socket
import threading
import xml.etree.ElementTree as ET

from reader import Reader
from xmpp import NS, TIMEOUT, Inbox, anything, body_of, find, kind_of

HEADER = ("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' id='{id}' "
          "from='{domain}' xmlns:stream='http://etherx.jabber.org/streams'>")
ERROR = ("<stream:error><{0} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
         "</stream:stream>")


class FakeServer:
    def __init__(self, domain):
        self.domain, self.secret = domain, "fake-secret"
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.links = []

    def accept(self, timeout=70):
        self.listener.settimeout(timeout)
        try:
            connection, _ = self.listener.accept()
        except TimeoutError as late:
            raise AssertionError("the daemon did not connect") from late
        connection.settimeout(timeout)
        link = Link(connection, self.domain, self.secret)
        self.links.append(link)
        return link

    def serve(self):
        """Accepts, opens, welcomes: an ordinary link."""
        link = self.accept()
        link.open()
        link.welcome()
        return link

    def close(self):
        for link in self.links:
            link.close()
        self.listener.close()


class Link(Inbox):
    def __init__(self, connection, domain, secret):
        super().__init__(f"server of {domain}")
        self.socket, self.domain, self.secret = connection, domain, secret
        self.id = "fake1"
        self.header = b""
        self.answers_pings = True
        self.software = "Prosody"
        self.dies_of = None

    def read_header(self):
        while not re.search(rb"<stream:stream[^>]*>", self.header):
            octets = self.socket.recv(4096)
            assert octets, "closed before the header"
            self.header += octets

    def open(self):
        self.read_header()
        assert b"jabber:component:accept" in self.header
        assert self.domain.encode() in self.header
        self.send(HEADER.format(id=self.id, domain=self.domain))

    def read_handshake(self):
        """The digest that the daemon sends."""
        octets = self.header.partition(b">")[2] if b"?>" not in self.header else b""
        while b"</handshake>" not in octets:
            more = self.socket.recv(4096)
            assert more, "closed before the handshake"
            octets += more
        return re.search(rb"<handshake[^>]*>([0-9a-f]+)</handshake>", octets)[1].decode()

    def welcome(self):
        wanted = hashlib.sha1((self.id + self.secret).encode()).hexdigest()
        assert self.read_handshake() == wanted, "wrong handshake"
        self.send("<handshake/>")
        self.socket.settimeout(None)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        reader = Reader()
        list(reader.feed(b"<stream:stream xmlns='jabber:client' "
                         b"xmlns:stream='http://etherx.jabber.org/streams'>"))
        try:
            while True:
                octets = self.socket.recv(65536)
                if not octets:
                    return self.end("closed by the daemon")
                for element in reader.feed(octets):
                    if element is None:
                        return self.answer_end()
                    self.take_in(element)
        except (OSError, ET.ParseError) as broken:
            return self.end(str(broken))

    def answer_end(self):
        """As a server does it; the daemon waits two seconds for it when it stops."""
        self.end("stream closed by the daemon")
        self.send("</stream:stream>")
        self.close()

    def take_in(self, element):
        """A server routes pings to the component's own domain back to it, and the answers too."""
        if self.dies_of and self.dies_of in (body_of(element) or ""):
            self.send("<stream:error><not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                      "</stream:error></stream:stream>")
            self.close()
            raise ConnectionResetError(f"died of {self.dies_of}")
        if kind_of(element) == "iq" and self.answers_pings:
            mine = element.get("to") == self.domain
            if find(element, "ping:ping") is not None:
                self.send(f"<iq type='result' id='{element.get('id')}' from='{element.get('to')}' "
                          f"to='{element.get('from')}'/>")
            elif find(element, "version:query") is not None and element.get("type") == "get":
                self.send(f"<iq type='result' id='{element.get('id')}' from='{element.get('to')}' "
                          f"to='{element.get('from')}'><query xmlns='{NS['version']}'>"
                          f"<name>{self.software}</name></query></iq>")
            elif mine and element.get("type") in ("result", "error"):
                return
        self.deliver(element)

    def send(self, xml):
        self.socket.sendall(xml.encode() if isinstance(xml, str) else xml)

    def fail(self, condition):
        """A stream error, and the end."""
        self.send(ERROR.format(condition))
        self.close()

    def settle(self, sender, timeout=TIMEOUT):
        """Waits until the daemon has handled what was sent: it has answered a ping."""
        number = f"settle{id(object())}"
        self.send(f"<iq type='get' id='{number}' from='{sender}' to='{self.domain}'>"
                  f"<ping xmlns='{NS['ping']}'/></iq>")
        return self.expect(anything(id=number), timeout)

    def reset(self):
        """A TCP reset instead of an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close()

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
