"""A visitor, doing what the widget does: an outbox that is repeated under the same ids until the
receipt, the archive asked after every (re)connect for what came behind the last id that is known
without a gap, each stanza-id shown once.
"""
import base64
import collections
import os
import struct
import threading
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from daemon import ORIGIN
from gateway import BIND, CLOSE, PING, PONG, SASL, TEXT, BoshStream
from journal import tag_of, tagged
from loop import Line
from xmpp import NS, body_of, clark, find, kind_of

WINDOW = 8    # lines that wait for their receipt
PATIENCE = 12  # lines that no agent has seen: nobody goes on for ever when there is no answer
PAGE = 100
MASK = b"\0\0\0\0"  # a mask that changes nothing: this is a test, and Python is slow
Shown = collections.namedtuple("Shown", "by uuid body")


class WebSocketRoad:
    """The stream as frames in the loop. owner.opened(), owner.element(e), owner.lost()."""

    def __init__(self, loop, owner, port, domain):
        self.owner, self.port, self.domain = owner, port, domain
        self.buffer, self.upgraded = b"", False
        self.line = Line(loop, self, port)

    def connected(self):
        key = base64.b64encode(os.urandom(16)).decode()
        self.line.send(f"GET /xmpp-websocket HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                       "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                       f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: xmpp\r\n"
                       f"Origin: {ORIGIN}\r\n\r\n".encode())

    def received(self, octets):
        self.buffer += octets
        if not self.upgraded:
            head, mark, rest = self.buffer.partition(b"\r\n\r\n")
            if not mark:
                return
            if b" 101 " not in head[:16]:
                self.line.drop_and_tell()
                return
            self.upgraded, self.buffer = True, rest
            opening = f"<open xmlns='{NS['framing']}' to='{self.domain}' version='1.0'/>"
            for element in (opening, f"<auth xmlns='{SASL}' mechanism='ANONYMOUS'/>", opening,
                            "<iq xmlns='jabber:client' type='set' id='b'>"
                            f"<bind xmlns='{BIND}'/></iq>"):
                self.send(element)
            self.owner.opened()
        self.frames()

    def frames(self):
        while len(self.buffer) >= 2 and self.line.open:
            size, at = self.buffer[1] & 127, 2
            if size == 126:
                size, at = struct.unpack(">H", self.buffer[2:4])[0] if len(self.buffer) > 3 else 0, 4
            elif size == 127:
                size, at = struct.unpack(">Q", self.buffer[2:10])[0] if len(self.buffer) > 9 else 0, 10
            if len(self.buffer) < at + size:
                return
            opcode, payload = self.buffer[0] & 15, self.buffer[at:at + size]
            self.buffer = self.buffer[at + size:]
            if opcode == TEXT:
                self.owner.element(ET.fromstring(payload))
            elif opcode == PING:
                self.frame(payload, PONG)
            elif opcode == CLOSE:
                self.line.drop_and_tell()

    def frame(self, payload, opcode):
        size = len(payload)
        head = bytes([128 | opcode, 128 | size]) if size < 126 else \
            struct.pack(">BBH", 128 | opcode, 254, size)
        self.line.send(head + MASK + payload)

    def send(self, xml):
        self.frame(xml.encode(), TEXT)

    def lost(self):
        self.owner.lost()

    def drop(self):
        self.line.drop()


class BoshRoad(BoshStream):
    """The same over BOSH: its threads hand everything over to the loop."""

    def __init__(self, loop, owner, port, domain):
        super().__init__(f"http://127.0.0.1:{port}/http-bind", domain, ORIGIN)
        self.loop, self.owner, self.told, self.dropped = loop, owner, False, False
        threading.Thread(target=self.begin_session, daemon=True).start()

    def begin_session(self):
        try:
            self.start()
        except Exception as failed:  # whatever stood in the way, there is no session
            self.end(str(failed))
            return
        self.loop.call(self.owner.opened)

    def deliver(self, element):
        if self.jid:
            self.loop.call(lambda: self.hand_over(element))
        else:
            super().deliver(element)

    def end(self, why):
        super().end(why)
        if not self.told:
            self.told = True
            self.loop.call(self.owner.lost)

    def hand_over(self, element):
        """Not when it was dropped: a poll of its threads may still be answered, and the visitor has
        another session by then, which is told the same."""
        if not self.dropped:
            self.owner.element(element)

    def drop(self):
        self.told = self.dropped = True
        super().drop()


class Visitor:
    def __init__(self, loop, journal, chance, port, domain, number, road=WebSocketRoad):
        self.loop, self.journal, self.chance = loop, journal, chance
        self.port, self.domain, self.number, self.road = port, domain, number, road
        self.sales = "sales@" + domain
        self.name, self.token, self.chat = None, None, ""
        self.pending = collections.OrderedDict()  # id -> body: what has no receipt yet
        self.waiting = set()                      # of them, those that were told to wait
        self.shown = {}                           # stanza-id -> Shown, what stands on the page
        self.bodies = {}                          # uuid -> stanza-id
        self.last, self.synced, self.started = "", False, False
        self.stream, self.live, self.highest = None, set(), 0
        self.said, self.tries, self.connections = 0, 0, 0
        self.history, self.stopped = None, False

    # -- the stream ------------------------------------------------------------------------------

    def connect(self):
        if self.stream is None and not self.stopped:
            self.synced, self.live, self.highest = False, set(), 0
            self.stream = self.road(self.loop, self, self.port, self.domain)

    def opened(self):
        self.connections += 1
        token = f"<token>{self.token}</token>" if self.token else ""
        self.send(f"<iq type='set' id='v' to='{self.sales}'><visit xmlns='{NS['visit']}'>"
                  "<page url='https://shop.example/prices' title='Prices'/>"
                  f"<locale lang='en' zone='UTC'/>{token}</visit></iq>")

    def lost(self):
        if self.stream is not None:
            self.stream = None
            self.synced = False
            self.tries += 1
            # Jittered and growing, as the widget's, but quicker.
            self.loop.after(self.chance.uniform(0.05, min(2.0, 0.2 * 2 ** min(self.tries, 4))),
                            self.connect)

    def cut(self):
        """The network dies here: nobody is told."""
        if self.stream is not None:
            self.stream.drop()
            self.lost()

    def stop(self):
        self.stopped = True
        if self.stream is not None:
            self.stream.drop()
            self.stream = None

    def send(self, xml):
        for kind in ("message", "iq", "presence"):
            if xml.startswith("<" + kind):
                xml = f"<{kind} xmlns='jabber:client'" + xml[len(kind) + 1:]
        if self.stream is not None:
            self.stream.send(xml)

    # -- saying ----------------------------------------------------------------------------------

    def may_say(self):
        return self.synced and len(self.pending) < WINDOW and not self.waiting and \
            len(self.journal.unheard[self.name]) < PATIENCE

    def say(self, words):
        self.said += 1
        body = tagged(self.name, "desk", self.said, words)
        number = f"w{self.number}-{self.said}"
        self.pending[number] = body
        self.journal.say("visitor", self.name, body)
        self.write(number)

    def write(self, number):
        body = self.pending.get(number)
        if body is not None and self.synced:
            self.send(f"<message type='chat' to='{self.sales}' id='{number}'><body>{escape(body)}"
                      f"</body><request xmlns='{NS['receipts']}'/></message>")

    def repeat(self):
        self.waiting.clear()
        for number in list(self.pending):
            self.write(number)

    def end_chat(self):
        self.send(f"<iq type='set' id='e{self.said}' to='{self.sales}'>"
                  f"<end xmlns='{NS['visit']}'/></iq>")

    # -- hearing ---------------------------------------------------------------------------------

    def element(self, element):
        kind = kind_of(element)
        if kind == "iq":
            self.iq(element)
        elif kind == "message":
            self.message(element)
        elif kind == "error" and self.stream is not None:
            self.cut()

    def iq(self, element):
        number, result = element.get("id"), element.get("type") == "result"
        if number == "v":
            if not result:
                self.cut()
                return
            self.checked_in(find(element, "visit:visit"))
        elif number == "h":
            fin = find(element, "mam:fin")
            if fin is None:  # refused, for the moment
                self.loop.after(0.5, self.ask)
            else:
                self.page(fin)

    def checked_in(self, visit):
        name = visit.get("visitor")
        if self.name is not None and name != self.name:
            self.journal.accuse(f"forgotten: {self.name} came back with a token and was {name}")
        self.name = name
        self.tries = 0
        token = visit.findtext(clark("visit:token"))
        self.token = token or self.token
        self.ask()

    def ask(self):
        after = f"<after>{self.last}</after>" if self.last else ""
        self.asked = int(self.last or 0)
        self.send(f"<iq type='set' id='h' to='{self.sales}'><query xmlns='{NS['mam']}' queryid='q'>"
                  f"<set xmlns='{NS['rsm']}'><max>{PAGE}</max>{after}</set></query></iq>")

    def page(self, fin):
        last = fin.findtext(clark("rsm:set/rsm:last"))
        self.last = last or self.last
        if fin.get("complete") != "true" and last:
            self.ask()
        elif self.history is not None:
            self.history = dict(self.history, complete=True)
        else:
            self.synced = True
            if self.shown:
                self.last = str(max(map(int, self.shown)))
            self.repeat()

    def read_again(self):
        """A new page that knows nothing: the whole archive, to compare."""
        self.history, self.last = {}, ""
        self.synced = False
        self.ask()

    def message(self, element):
        result = find(element, "mam:result")
        if result is not None:
            self.archived(result)
            return
        if element.get("type") == "error":
            self.refused(element)
            return
        sid = find(element, "sid:stanza-id")
        receipt = find(element, "receipts:received")
        if receipt is not None:
            self.receipt(receipt.get("id"), sid.get("id"))
        elif sid is not None and body_of(element) is not None:
            self.live_line(element, int(sid.get("id")))
        chat = find(element, "visit:chat")
        if chat is not None:
            self.chat = chat.get("state")

    def archived(self, result):
        number = result.get("id")
        inner = find(result, "forward:forwarded/message")
        line = find(inner, "visit:line")
        if self.history is not None:
            self.history[number] = body_of(inner)
            return
        if int(number) <= self.asked:
            self.journal.accuse(f"archive: {self.name} asked after {self.asked}, got {number}")
        self.asked = int(number)
        self.show(number, line.get("by"), body_of(inner))
        if line.get("by") == "visitor" and inner.get("id") in self.pending:
            self.receipt(inner.get("id"), number)

    def live_line(self, element, number):
        by = find(element, "visit:line").get("by")
        if number in self.live:
            self.journal.accuse(f"twice: {self.name} got {number} twice in one stream")
        if number < self.highest:
            self.journal.accuse(f"order: {self.name} got {number} behind {self.highest}")
        self.highest = max(self.highest, number)
        self.live.add(number)
        self.show(str(number), by, body_of(element))
        if self.synced:
            self.last = str(max(number, int(self.last or 0)))
        if by == "agent":
            self.send(f"<message to='{self.sales}' id='r{number}'><received "
                      f"xmlns='{NS['receipts']}' id={quoteattr(element.get('id'))}/></message>")

    def show(self, number, by, body):
        """Each id once, as the widget; a line that is there under another id is one too many."""
        if number in self.shown:
            return
        tag = tag_of(body)
        self.shown[number] = Shown(by, tag and tag.uuid, body)
        if tag is None:
            return
        if tag.uuid in self.bodies:
            self.journal.accuse(f"twice: {self.name} is shown {tag.uuid} as {number} and "
                                f"{self.bodies[tag.uuid]}")
        self.bodies[tag.uuid] = number
        if (tag.receiver if by == "agent" else tag.sender) != self.name:
            self.journal.accuse(f"wrong person: {self.name} is shown {body}")

    def receipt(self, number, archive):
        body = self.pending.pop(number, None)
        self.waiting.discard(number)
        if body is None:
            return
        self.journal.acknowledge("visitor", self.name, body, archive)
        self.show(archive, "visitor", body)
        if self.synced:
            self.last = str(max(int(archive), int(self.last or 0)))

    def refused(self, element):
        number = element.get("id")
        if number not in self.pending:
            return
        error = find(element, "error")
        if error.get("type") == "wait":
            self.journal.counts["visitors' lines told to wait"] += 1
            if not self.waiting:
                self.loop.after(self.chance.uniform(0.5, 1.0), self.repeat)
            self.waiting.add(number)
        else:
            self.journal.fail(self.pending.pop(number), ET.tostring(error, "unicode"))
