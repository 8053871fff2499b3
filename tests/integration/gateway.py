"""Browsers without a browser: raw WebSocket (RFC 6455, 7395) and BOSH (XEP-0124, 0206) streams.

    stream = WebSocketStream(url, "support.h1.localhost", origin).start()

Both also speak to the servers' own anonymous endpoints (road b).
"""
import base64
import hashlib
import http.client
import os
import random
import socket
import struct
import threading
import time
import urllib.parse
import xml.etree.ElementTree as ET

from xmpp import NS, TIMEOUT, Inbox, anything, find, iq, kind_of

SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
BODY = "{http://jabber.org/protocol/httpbind}body"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Refused(Exception):
    """The gateway did not upgrade; status is the HTTP status."""

    def __init__(self, status, head):
        super().__init__(f"HTTP {status}")
        self.status, self.head = status, head


class WebSocket:
    """Frames on a socket. Sends what it is told, well-formed or not."""

    def __init__(self, url, origin=None, protocol="xmpp", headers=None):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), TIMEOUT)
        self.rest = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {"Host": parts.netloc, "Upgrade": "websocket", "Connection": "Upgrade",
                 "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key,
                 "Sec-WebSocket-Protocol": protocol, "Origin": origin}
        lines.update(headers or {})
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
        self.socket.sendall(f"GET {parts.path or '/'} HTTP/1.1\r\n{head}\r\n".encode())
        while b"\r\n\r\n" not in self.rest:
            self.fill()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        self.head = head.decode("latin-1")
        status = int(self.head.split()[1])
        if status != 101:
            self.socket.close()
            raise Refused(status, self.head)
        accept = base64.b64encode(hashlib.sha1(
            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        assert accept in self.head, "wrong Sec-WebSocket-Accept"
        self.socket.settimeout(None)

    def fill(self):
        octets = self.socket.recv(65536)
        if not octets:
            raise ConnectionError("closed without a close frame")
        self.rest += octets

    def take(self, count):
        while len(self.rest) < count:
            self.fill()
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def receive(self):
        """(opcode, payload) of the next frame."""
        first, second = self.take(2)
        size = second & 127
        if size == 126:
            size = struct.unpack(">H", self.take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.take(8))[0]
        return first & 15, self.take(size)

    def send(self, payload, opcode=TEXT, final=True):
        octets = payload.encode() if isinstance(payload, str) else payload
        head = bytes([(128 if final else 0) | opcode])
        if len(octets) < 126:
            head += bytes([128 | len(octets)])
        elif len(octets) < 65536:
            head += struct.pack(">BH", 128 | 126, len(octets))
        else:
            head += struct.pack(">BQ", 128 | 127, len(octets))
        mask = os.urandom(4)
        masked = bytes(octet ^ mask[at & 3] for at, octet in enumerate(octets))
        self.socket.sendall(head + mask + masked)


class Stream(Inbox):
    """What the two transports share: SASL ANONYMOUS, bind, and being a stream."""

    def __init__(self, url, domain, origin):
        super().__init__(f"{type(self).__name__} at {domain}")
        self.url, self.domain, self.origin = url, domain, origin
        self.jid = None

    def start(self):
        self.connect()
        self.expect(anything(where=lambda e: kind_of(e) == "features"))
        self.send(f"<auth xmlns='{SASL}' mechanism='ANONYMOUS'/>")
        self.expect(anything(where=lambda e: kind_of(e) == "success"))
        self.restart()
        self.expect(anything(where=lambda e: kind_of(e) == "features"))
        answer = self.ask(None, f"<bind xmlns='{BIND}'/>", "set")
        self.jid = answer.findtext(f".//{{{BIND}}}jid")
        self.forget()
        self.go_on()
        return self

    def go_on(self):
        """There is a session now."""

    def error(self, timeout=TIMEOUT):
        """Waits for the stream error; returns its condition."""
        found = self.expect(anything(where=lambda e: e.tag == f"{{{NS['stream']}}}error"), timeout)
        return kind_of(found[0])


class WebSocketStream(Stream):
    def __init__(self, url, domain, origin, headers=None):
        super().__init__(url, domain, origin)
        self.headers, self.socket, self.close_code = headers, None, None

    def connect(self):
        self.socket = WebSocket(self.url, self.origin, headers=self.headers)
        self.name += f" ({self.socket.socket.getsockname()[1]})"
        threading.Thread(target=self.read, daemon=True).start()
        self.restart()

    def restart(self):
        self.send(f"<open xmlns='{NS['framing']}' to='{self.domain}' version='1.0'/>")

    def read(self):
        try:
            while True:
                opcode, payload = self.socket.receive()
                if opcode == TEXT:
                    self.deliver(ET.fromstring(payload))
                elif opcode == PING:
                    self.socket.send(payload, PONG)
                elif opcode == CLOSE:
                    self.close_code = struct.unpack(">H", payload[:2])[0] if payload else 1005
                    self.socket.send(payload[:2], CLOSE)
                    return self.end(f"close frame {self.close_code}")
        except (OSError, ET.ParseError) as broken:
            return self.end(str(broken))

    def send(self, xml):
        """Top-level stanzas say their namespace, as RFC 7395 wants it."""
        if isinstance(xml, str):
            for kind in ("message", "presence", "iq"):
                if xml.startswith(f"<{kind}") and "xmlns=" not in xml.partition(">")[0]:
                    xml = f"<{kind} xmlns='jabber:client'" + xml[len(kind) + 1:]
        self.socket.send(xml)

    def close(self):
        """Polite: <close/>, then the close frame's answer is waited for by whoever cares."""
        if not self.socket:
            return
        try:
            self.send(f"<close xmlns='{NS['framing']}'/>")
            self.socket.send(struct.pack(">H", 1000), CLOSE)
        except OSError:
            pass

    def drop(self):
        if not self.socket:
            return
        try:
            self.socket.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.socket.close()


class BoshStream(Stream):
    """Each request in a thread of its own, answers taken in by their rid. at_once: requests, at
    most. (COMPAT: of two that reach ejabberd at once, it may lose the second.)"""

    def __init__(self, url, domain, origin, headers=None, at_once=2):
        super().__init__(url, domain, origin)
        parts = urllib.parse.urlsplit(url)
        self.place, self.path = parts.netloc, parts.path
        self.headers = headers or {}
        self.sid, self.rid = None, random.getrandbits(32)
        self.open_requests, self.lock = 0, threading.RLock()
        self.early, self.next_answer, self.unsent = {}, self.rid + 1, []
        self.at_once = at_once

    def connect(self):
        wait = 20 if self.at_once > 1 else 1  # what is to be sent waits that long
        root = self.answer_of(self.post(self.envelope("", f"to='{self.domain}' hold='1' wait='{wait}' ver='1.6' "
                                       "xml:lang='en' content='text/xml; charset=utf-8' "
                                       "xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'")[1]))
        self.sid = root.get("sid")
        assert self.sid, ET.tostring(root)
        with self.lock:
            self.next_answer = self.rid + 1
        for child in root:
            self.deliver(child)

    def envelope(self, payload, attributes=""):
        with self.lock:
            self.rid += 1
            mine = f"sid='{self.sid}'" if self.sid else ""
            return self.rid, (f"<body xmlns='http://jabber.org/protocol/httpbind' {mine} "
                              f"rid='{self.rid}' {attributes}>{payload}</body>")

    def post(self, text):
        """Sends a request; returns the connection on which the answer comes."""
        line = http.client.HTTPConnection(self.place, timeout=90)
        headers = {"Content-Type": "text/xml; charset=utf-8", **self.headers}
        if self.origin:
            headers["Origin"] = self.origin
        line.request("POST", self.path, text.encode(), headers)
        return line

    @staticmethod
    def answer_of(line):
        try:
            answer = line.getresponse()
            octets = answer.read()
        finally:
            line.close()
        if answer.status != 200:
            raise Refused(answer.status, str(answer.headers))
        return ET.fromstring(octets)

    def exchange(self, rid, line):
        try:
            root = self.answer_of(line)
        except (OSError, http.client.HTTPException, ET.ParseError, Refused) as broken:
            return self.end(str(broken))
        with self.lock:
            self.open_requests -= 1
            self.early[rid] = root
            while self.next_answer in self.early:
                self.take_in(self.early.pop(self.next_answer))
                self.next_answer += 1
        return self.go_on()

    def take_in(self, root):
        for child in root:
            if child.tag in ("{http://jabber.org/protocol/httpbind}message",):
                child.tag = "{jabber:client}message"
            self.deliver(child)
        if root.get("type") == "terminate":
            self.end(f"terminated: {root.get('condition', 'no condition')}")

    def go_on(self):
        """What waits goes out, so many requests at a time; one is kept at the server once there is a
        session. (Not before, as in other clients: ejabberd may lose the features after a restart
        that overtakes an empty request.)"""
        with self.lock:
            while self.unsent and self.open_requests < self.at_once and not self.ended:
                self.begin(*self.unsent.pop(0))
            if self.open_requests == 0 and self.jid and not self.ended:
                self.begin("", "")

    def begin(self, payload, attributes):
        """The request is on its way when this returns: requests leave in their order."""
        self.open_requests += 1
        rid, text = self.envelope(payload, attributes)
        try:
            line = self.post(text)
        except OSError as broken:
            self.end(str(broken))
            return
        threading.Thread(target=self.exchange, args=(rid, line), daemon=True).start()

    def request(self, payload, attributes=""):
        with self.lock:
            self.unsent.append((payload, attributes))
        self.go_on()

    def restart(self):
        self.request("", f"to='{self.domain}' xml:lang='en' xmpp:restart='true' "
                     "xmlns:xmpp='urn:xmpp:xbosh'")

    def send(self, xml):
        for kind in ("message", "presence", "iq"):
            if xml.startswith(f"<{kind}") and "xmlns=" not in xml.partition(">")[0]:
                xml = f"<{kind} xmlns='jabber:client'" + xml[len(kind) + 1:]
        self.request(xml)

    def close(self):
        if self.sid:
            self.request("<presence xmlns='jabber:client' type='unavailable'/>", "type='terminate'")

    def drop(self):
        """A browser that is gone: no further request."""
        self.end("dropped")


class Visitor:
    """A stream that has checked in, or may: what the widget does, on any road."""

    def __init__(self, stream, department):
        self.stream, self.department = stream, department
        self.id = self.token = self.last = self.visit = None

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def try_in(self, token=None, url="https://shop.example/prices", title="Prices", form=None,
               lang="en", identity=None):
        """A check-in, whatever is answered."""
        said = f"<token>{token}</token>" if token else ""
        if identity is not None:
            said += f"<identity>{identity}</identity>"
        if form is not None:
            fields = "".join(f"<field var='{name}'><value>{value}</value></field>"
                             for name, value in form.items())
            said += f"<x xmlns='jabber:x:data' type='submit'>{fields}</x>"
        return self.ask(self.department, f"<visit xmlns='{NS['visit']}'>"
                        f"<page url='{url}' title='{title}' referrer='https://search.example/'/>"
                        f"<locale lang='{lang}' zone='Europe/Berlin'/>"
                        f"<browser>Firefox 140, Linux</browser>{said}</visit>", "set")

    def check_in(self, token=None, **more):
        """Returns the <visit/> of the answer."""
        answer = self.try_in(token, **more)
        assert answer.get("type") == "result", ET.tostring(answer)
        self.visit = find(answer, "visit:visit")
        self.id, self.last = self.visit.get("visitor"), self.visit.get("last")
        token = self.visit.find(f"{{{NS['visit']}}}token")
        self.token = token.text if token is not None else self.token
        return self.visit

    def look(self):
        """Directed presence: from now on the department's presence comes. Returns the first."""
        self.send(f"<presence to='{self.department}'/>")
        return self.expect(anything(from_=self.department,
                                    where=lambda e: kind_of(e) == "presence"))

    def write(self, body, id=None, extra=""):
        """Says it and waits until it is stored; returns its id."""
        number = self.say(self.department, body, id, extra)
        self.expect(anything(receipt=number))
        return number

    def end_chat(self):
        return self.ask(self.department, f"<end xmlns='{NS['visit']}'/>", "set")

    def history(self, after=None, before=None, max=50):
        """The (id, message) pairs that XEP-0313 gives."""
        page = f"<after>{after}</after>" if after else ""
        if before is not None:
            page = f"<before>{before}</before>" if before else "<before/>"
        number = f"h{random.getrandbits(32)}"
        answer = self.ask(self.department, f"<query xmlns='{NS['mam']}' queryid='{number}'>"
                          f"<set xmlns='{NS['rsm']}'><max>{max}</max>{page}</set></query>", "set")
        assert answer.get("type") == "result", ET.tostring(answer)
        self.fin = find(answer, "mam:fin")
        lines = []
        with self.changed:
            for element in list(self.waiting):
                result = find(element, "mam:result")
                if result is not None and result.get("queryid") == number:
                    self.waiting.remove(element)
                    lines.append((result.get("id"),
                                  find(result, "forward:forwarded/message")))
        return lines

    def bodies(self, **kwargs):
        return [line.findtext("{jabber:client}body") for _, line in self.history(**kwargs)]


def stanza_id(element):
    found = find(element, "sid:stanza-id")
    return found.get("id") if found is not None else None


__all__ = ["WebSocket", "WebSocketStream", "BoshStream", "Visitor", "Refused", "stanza_id", "iq",
           "TEXT", "BINARY", "CLOSE", "PING", "PONG"]
