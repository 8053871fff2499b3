"""An agent's client over TCP. It takes what it is offered, answers, and shows everything that
comes: it never leaves out what it has seen before, for that is what the oracle looks for. Two ways
by which its own server brings one and the same delivery (the archive's id says so) are one.

A line is said again, with its id, only when something says that it may not have arrived: an error,
the desk's notice of the last line it has, or the end of the client's own connection.
"""
import base64
import collections
import re
import time
import xml.etree.ElementTree as ET
import zlib
from xml.sax.saxutils import escape, quoteattr

from journal import Delivery, tag_of, tagged
from loop import Line
from reader import Reader
from xmpp import NS, bare, body_of, clark, find, kind_of

BIND = "urn:ietf:params:xml:ns:xmpp-bind"
WINDOW = 6
OFFER = re.compile(r"waits in .* Answer to take it")
LOST = re.compile(r"has taken this chat|This offer has ended|has not seen your line|"
                  r"was offered to others")
OVER = re.compile(r"has ended the chat|The chat has ended|This chat has ended")
BACK = re.compile(r"The connection is back\. (No line of yours|Your last line|The last line that arrived)")
AGAIN = "(again) "


class Conversation:
    """Under one visitor's contact."""

    def __init__(self, contact):
        self.contact, self.mine, self.offered, self.said = contact, False, False, 0
        self.lines = collections.OrderedDict()   # id -> body: without a receipt
        self.again = set()                       # of them, those that are to be said again


class Agent:
    def __init__(self, loop, journal, chance, port, jid, number, colleagues, receipts=True):
        self.colleagues = colleagues
        self.loop, self.journal, self.chance = loop, journal, chance
        self.port, self.jid, self.number, self.receipts = port, jid, number, receipts
        self.name = bare(jid).partition("@")[0]
        self.line, self.reader, self.step, self.full = None, None, "", None
        self.talks, self.roster, self.there = {}, {}, {}
        self.deliveries, self.keys = [], {}
        self.last, self.synced, self.session, self.ready = "", False, 0, False
        self.budget, self.filled = 0.0, time.monotonic()
        self.stopped, self.answers, self.due = False, {}, False
        self.queries = 0

    # -- the connection --------------------------------------------------------------------------

    def connect(self):
        if self.line is None and not self.stopped:
            self.line, self.step = Line(self.loop, self, self.port), "open"
            self.session += 1
            self.synced, self.ready, self.there = False, False, {}

    def connected(self):
        self.open()

    def open(self):
        self.reader = Reader()
        self.send(f"<stream:stream xmlns='jabber:client' to='{self.jid.partition('@')[2]}' "
                  f"version='1.0' xmlns:stream='{NS['stream']}'>")

    def lost(self):
        """Whatever had no receipt is said again after the log-in: the client saw its line break."""
        self.line, self.ready = None, False
        for talk in self.talks.values():
            talk.again |= set(talk.lines)
        self.loop.after(self.chance.uniform(0.1, 0.5), self.connect)

    def cut(self):
        if self.line is not None:
            self.line.drop()
            self.lost()

    def stop(self):
        self.stopped = True
        if self.line is not None:
            self.line.drop()
            self.line = None

    def send(self, xml):
        if self.line is not None:
            self.line.send(xml.encode())

    def received(self, octets):
        try:
            for element in self.reader.feed(octets):
                if element is None:
                    self.line.drop_and_tell()
                    return
                if element is not self.reader.root:
                    self.element(element)
                if self.line is None:
                    return
        except ET.ParseError as broken:
            self.journal.accuse(f"broken XML at {self.name}: {broken}")
            self.cut()

    def element(self, element):
        kind = kind_of(element)
        handler = {"message": self.message, "iq": self.iq, "presence": self.presence,
                   "features": self.features, "success": self.success}.get(kind)
        if handler:
            handler(element)

    def features(self, _element):
        if self.step == "open":
            self.step = "auth"
            secret = base64.b64encode(f"\0{self.name}\0pw".encode()).decode()
            self.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                      f"{secret}</auth>")
        elif self.step == "again":
            self.step = "bind"
            self.send(f"<iq type='set' id='bind'><bind xmlns='{BIND}'>"
                      "<resource>chaos</resource></bind></iq>")

    def success(self, _element):
        self.step = "again"
        self.open()

    def iq(self, element):
        number, kind = element.get("id"), element.get("type")
        if kind == "get":
            self.send(f"<iq type='result' id={quoteattr(number)} "
                      f"to={quoteattr(element.get('from') or self.jid)}/>")
        elif kind == "set":
            query = find(element, "roster:query")
            for item in query if query is not None else ():
                self.push(item)
            self.send(f"<iq type='result' id={quoteattr(number)}/>")
        elif number == "bind":
            self.full = element.findtext(f".//{{{BIND}}}jid")
            self.ask_roster()
        elif number == "roster":
            self.take_roster(element)
        elif (number or "").startswith("mam"):
            self.page(element)

    # -- contacts --------------------------------------------------------------------------------

    def ask_roster(self):
        self.send(f"<iq type='get' id='roster'><query xmlns='{NS['roster']}'/></iq>")

    def take_roster(self, element):
        self.roster = {item.get("jid"): item.get("subscription")
                       for item in find(element, "roster:query")}
        if not self.ready:
            self.ready = True
            self.ask()
            self.send("<presence/>")
        else:
            self.answers["roster"] = dict(self.roster)

    def push(self, item):
        if item.get("subscription") == "remove":
            self.roster.pop(item.get("jid"), None)
        else:
            self.roster[item.get("jid")] = item.get("subscription")

    def presence(self, element):
        sender = bare(element.get("from"))
        if sender == bare(self.jid):
            return
        if element.get("type") is None:
            self.there[sender] = True
        elif element.get("type") == "unavailable":
            self.there.pop(sender, None)

    # -- the archive, as real clients ask it after each log-in -----------------------------------

    def ask(self):
        self.queries += 1
        after = f"<after>{self.last}</after>" if self.last else ""
        self.send(f"<iq type='set' id='mam{self.queries}'><query xmlns='{NS['mam']}' "
                  f"queryid='{self.queries}'><set xmlns='{NS['rsm']}'><max>100</max>{after}</set>"
                  "</query></iq>")

    def page(self, element):
        fin = find(element, "mam:fin")
        if fin is None:
            if self.last:  # the server has lost the line that we ask after
                self.journal.counts["archives that had lost their end"] += 1
                self.last = ""
                self.ask()
            else:
                self.synced = True
            return
        self.last = fin.findtext(clark("rsm:set/rsm:last")) or self.last
        if fin.get("complete") == "true" or find(fin, "rsm:set/rsm:last") is None:
            self.synced = True
            self.say_again()
        else:
            self.ask()

    # -- hearing ---------------------------------------------------------------------------------

    def message(self, element):
        result = find(element, "mam:result")
        if result is not None:
            inner = find(result, "forward:forwarded/message")
            if bare(inner.get("from")) != bare(self.jid) and inner.get("type") != "error":
                self.hear(inner, result.get("id"), live=False)
            return
        if element.get("type") == "error":
            self.bounced(element)
            return
        receipt = find(element, "receipts:received")
        if receipt is not None:
            self.receipt(bare(element.get("from")), receipt.get("id"))
            return
        key = None
        for sid in element.findall(clark("sid:stanza-id")):
            if sid.get("by") == bare(self.jid):
                key = sid.get("id")
        self.hear(element, key, live=True)
        if self.receipts and find(element, "receipts:request") is not None:
            self.send(f"<message type='chat' to={quoteattr(element.get('from'))}><received "
                      f"xmlns='{NS['receipts']}' id={quoteattr(element.get('id'))}/></message>")

    def hear(self, element, key, live):
        body = body_of(element)
        if body is None or (key is not None and key in self.keys):
            return
        if key is not None:
            self.keys[key] = len(self.deliveries)
            if live and self.synced:
                self.last = key
        contact = bare(element.get("from"))
        delay = any(d.get("from") == contact.partition("@")[2]
                    for d in element.findall(clark("delay:delay")))
        self.deliveries.append(Delivery(key, element.get("id"), contact, body,
                                        body.startswith(AGAIN), delay, self.session, live,
                                        time.monotonic()))
        self.journal.hear(body)
        text = body[len(AGAIN):] if body.startswith(AGAIN) else body
        if contact.startswith("visitor-") and text.startswith("— "):
            self.notice(contact, text)

    def talk(self, contact):
        if contact not in self.talks:
            self.talks[contact] = Conversation(contact)
        return self.talks[contact]

    def notice(self, contact, text):
        talk = self.talk(contact)
        if OFFER.search(text):
            self.offered(talk)
        elif LOST.search(text) or OVER.search(text):
            talk.mine = talk.offered = False
            self.give_up(talk, text)
        elif BACK.search(text):
            self.resume(talk, text)

    def offered(self, talk):
        """One answers at once, the others when they see it still waiting: whoever is too late is told
        so."""
        turn = (zlib.crc32(talk.contact.encode()) + self.number) % self.colleagues
        talk.offered = True
        self.loop.after(turn * self.chance.uniform(1, 2), lambda: self.claim(talk))

    def claim(self, talk):
        """Without an answer the offer is answered once more, with the same line."""
        if talk.mine or not talk.offered or not self.ready:
            return
        if talk.lines:
            talk.again |= set(talk.lines)
            self.say_again()
        else:
            self.say(talk, "How can I help?")
        self.loop.after(20, lambda: self.claim(talk))

    def give_up(self, talk, why):
        """Lines that had no receipt are not the visitor's any more; the notice says so."""
        for body in talk.lines.values():
            self.journal.fail(body, why)
        talk.lines.clear()
        talk.again.clear()

    def resume(self, talk, text):
        """'The last line that arrived from you': what was said behind it is said again."""
        tag = tag_of(text)
        found = [number for number, body in talk.lines.items()
                 if tag and tag_of(body).uuid == tag.uuid]
        self.journal.counts["told of the last line"] += 1
        if found:
            self.receipt(talk.contact, found[0], "the notice of the last line")
            talk.again |= {number for number in talk.lines
                           if int(number.rpartition("-")[2]) > int(found[0].rpartition("-")[2])}
            for number in [n for n in talk.lines if n not in talk.again]:
                talk.lines.pop(number)  # before the last one, without a receipt: nobody repeats it
        else:
            talk.again |= set(talk.lines)
        self.say_again_soon(0.3)

    # -- saying ----------------------------------------------------------------------------------

    def may_say(self, talk):
        return talk.mine and self.ready and len(talk.lines) < WINDOW and not talk.again

    def take_budget(self, rate):
        now = time.monotonic()
        self.budget = min(20.0, self.budget + (now - self.filled) * rate)
        self.filled = now
        if self.budget >= 1:
            self.budget -= 1
            return True
        return False

    def say(self, talk, words):
        talk.said += 1
        number = f"{self.name}-{talk.contact.partition('@')[0][-8:]}-{talk.said}"
        body = tagged(self.name, talk.contact.partition("@")[0], talk.said, words)
        talk.lines[number] = body
        self.journal.say("agent", self.name, body)
        self.write(talk, number)

    def write(self, talk, number):
        self.send(f"<message type='chat' to='{talk.contact}' id='{number}'>"
                  f"<body>{escape(talk.lines[number])}</body>"
                  f"<request xmlns='{NS['receipts']}'/></message>")

    def say_again_soon(self, most):
        """Once for all errors that come until then."""
        if not self.due:
            self.due = True
            self.loop.after(self.chance.uniform(most / 2, most), self.say_again)

    def say_again(self):
        self.due = False
        if not self.ready or self.line is None:
            return
        for talk in self.talks.values():
            for number in [n for n in talk.lines if n in talk.again]:
                self.journal.counts["agents' lines said again"] += 1
                self.write(talk, number)
            talk.again.clear()

    def receipt(self, contact, number, how="receipt"):
        talk = self.talks.get(contact)
        body = talk.lines.pop(number, None) if talk else None
        if body is not None:
            talk.again.discard(number)
            talk.mine = True
            self.journal.acknowledge("agent", self.name, body, how)

    def bounced(self, element):
        talk, number = self.talks.get(bare(element.get("from"))), element.get("id")
        if talk is None or number not in talk.lines:
            return
        error = find(element, "error")
        if find(error, "stanzas:item-not-found") is not None or \
                find(error, "stanzas:not-acceptable") is not None:
            talk.mine = talk.offered = False
            self.journal.fail(talk.lines.pop(number), ET.tostring(error, "unicode"))
            talk.again.discard(number)
            return
        talk.again.add(number)
        self.say_again_soon(1.0)
