"""What strangers and visitors must not be able to do, through the whole stack."""
from daemon import ORIGIN, until
from gateway import CLOSE, TEXT, Refused, WebSocket, WebSocketStream
from world import scenario
from xmpp import NS, body_of, find, iq, message, presence


def sent_since(w, mark):
    """What the daemon wrote to the server since then."""
    return bytes(w.wire.sent[mark:]).decode(errors="replace")


@scenario
def a_forged_from_in_a_foreign_namespace_is_not_heeded(w):
    """V-050: 200 messages of alice with x:from of the agent: all are hers."""
    w.daemon(limits={"message_burst": 1000})
    agent = w.agent()
    visitor = w.visitor()
    contact = w.chatting(agent, visitor)
    alice = w.plain_user()
    alice.write("Good day")  # so that she is known: what comes while she is looked up has a bound
    for number in range(200):
        alice.send(f"<message xmlns:x='urn:x' x:from='{agent.jid}' x:type='error' x:id='1' "
                   f"x:to='{contact}' to='{w.sales}' type='chat' id='f{number}'>"
                   f"<body>!end {number}</body><request xmlns='urn:xmpp:receipts'/></message>")
    for number in range(200):
        alice.expect(message(receipt=f"f{number}"))
    lines = [agent.expect(message(from_="visitor-*", says=rf"^!end {number}$"))
             for number in range(200)]
    assert {line.get("from").partition("/")[0] for line in lines} != {contact}
    assert contact not in {line.get("from").partition("/")[0] for line in lines}
    visitor.write("Still here")
    agent.expect(message(from_=contact, body="Still here"))


def answered(element, number):
    received = find(element, "receipts:received")
    return received is not None and received.get("id") == number


@scenario
def odd_namespaces_and_two_bodies_are_read_right(w):
    """V-051: xmlns in a foreign namespace; V-052: a body of another namespace, an empty body."""
    w.daemon()
    agent, alice = w.agent(), w.plain_user()
    alice.send(f"<message to='{w.sales}' type='chat' id='o1'>"
               "<foo xmlns='' xmlns:x='urn:x' x:xmlns='urn:xmpp:mam:2'/>"
               "<body xmlns='urn:other'>evil</body><body>good</body></message>")
    agent.expect(message(from_="visitor-*", body="good"))
    alice.send(f"<message to='{w.sales}' type='chat' id='o2'><body xml:lang='de'>anders</body>"
               "<body>plain</body></message>")
    line = agent.expect(message(from_="visitor-*", says="^(plain|anders)$"))
    alice.send(f"<message to='{w.sales}' type='chat' id='o3'><body></body>"
               "<html xmlns='http://jabber.org/protocol/xhtml-im'><body "
               "xmlns='http://www.w3.org/1999/xhtml'>html</body></html></message>")
    agent.quiet(message(says="html|evil"), 0.5)
    assert body_of(line)


FOREIGN = [
    "<received xmlns='urn:xmpp:carbons:2'>{f}</received>",
    "<sent xmlns='urn:xmpp:carbons:2'>{f}</sent>",
    "<result xmlns='urn:xmpp:mam:2' id='1'>{f}</result>",
    "{f}",
    "<reply xmlns='urn:xmpp:reply:0' to='boss@example.org' id='unknown'/>",
    "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'/>",
    "<replace xmlns='urn:xmpp:message-correct:0' id='unknown'/>",
    "<html xmlns='http://jabber.org/protocol/xhtml-im'><body "
    "xmlns='http://www.w3.org/1999/xhtml'>html</body></html>",
    "<x xmlns='jabber:x:oob'><url>http://evil.example/</url></x>",
    "<x xmlns='jabber:x:conference' jid='room@evil.example'/>",
    "<encrypted xmlns='eu.siacs.conversations.axolotl'/>",
    "<addresses xmlns='http://jabber.org/protocol/address'><address type='to' "
    "jid='boss@example.org'/></addresses>",
    "<delay xmlns='urn:xmpp:delay' from='localhost' stamp='1970-01-01T00:00:00Z'/>",
    "<stanza-id xmlns='urn:xmpp:sid:0' by='{by}' id='forged'/>",
    "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:evil@example.org</gone>",
]


# What is done to a line that nobody knows: the words beside it are only for who does not understand.
BASELESS = [
    "<reactions xmlns='urn:xmpp:reactions:0' id='unknown'/>",
    "<apply-to xmlns='urn:xmpp:fasten:0' id='unknown'><retract "
    "xmlns='urn:xmpp:message-retract:0'/></apply-to>",
]


def forged_in(line):
    """The values of FOREIGN that are an attribute of the line: whole ones, as the ids that servers give
    may be any digits."""
    values = {value for e in line.iter() for value in e.attrib.values()}
    return [value for value in values
            if value in ("forged", "unknown", "boss@example.org", "room@evil.example")
            or value.startswith("1970-01-01")]


@scenario
def nothing_but_plain_words_reaches_the_agent(w):
    """V-053 to V-057: carbons, archive results, forwarded, replies, forms of mark-up, forged delays
    and ids are dropped; the words arrive as the true sender's."""
    w.daemon(limits={"message_burst": 100})
    agent = w.agent()
    forwarded = ("<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "
                 "from='boss@example.org' to='agent@example.org'><body>pay him</body></message>"
                 "</forwarded>")
    for who in (w.visitor(), w.plain_user()):
        for number, child in enumerate(FOREIGN):
            words = f"words {number} of {type(who.stream).__name__}"
            who.say(w.sales, words, extra=child.format(f=forwarded, by=w.sales))
            line = agent.expect(message(from_="visitor-*", body=words))
            tags = repr([e.tag for e in line.iter()])
            for bad in ("carbons", "forward", "mam:2", "reply", "fallback", "correct", "reactions",
                        "fasten", "xhtml", "oob", "conference", "axolotl", "protocol/address",
                        "}delay", "}gone"):
                assert bad not in tags, (child, tags)
            assert not forged_in(line), (child, forged_in(line))
        for child in BASELESS:
            number = who.say(w.sales, "baseless", extra=child)
            who.expect(message(id=number, error="item-not-found"))
    assert not agent.count(message(says="baseless"))
    for _, line in who.history():
        assert not forged_in(line), forged_in(line)


@scenario
def odd_ids_do_no_harm(w):
    """V-058: an id with quotes, none, an empty one, one of 300 bytes (which counts as none)."""
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    w.chatting(agent, visitor)
    quoted = "a'b\"c<d>&amp;"
    visitor.send(f"<message type='chat' to='{w.sales}' id=\"a'b&quot;c&lt;d&gt;&amp;amp;\">"
                 "<body>quotes</body><request xmlns='urn:xmpp:receipts'/></message>")
    visitor.expect(message(receipt=quoted))
    agent.expect(message(body="quotes"))
    visitor.send(f"<message type='chat' to='{w.sales}' id=''><body>empty id</body></message>")
    visitor.send(f"<message type='chat' to='{w.sales}'><body>no id</body></message>")
    agent.expect(message(body="empty id"))
    agent.expect(message(body="no id"))
    visitor.say(w.sales, "long id", id="x" * 300)
    agent.expect(message(body="long id"))
    visitor.write("still alive")
    agent.expect(message(body="still alive"))


@scenario
def top_level_elements_that_are_no_stanzas_end_the_stream(w):
    """V-059: each ends that visitor's stream with an error; nobody else notices."""
    w.daemon()
    agent, other = w.agent(), w.visitor()
    contact = w.chatting(agent, other)
    for strange in ("<foo xmlns='jabber:client'/>", "<foo/>",
                    "<handshake xmlns='jabber:component:accept'>0</handshake>",
                    f"<message xmlns='jabber:server' to='{w.sales}'><body>x</body></message>",
                    f"<a:message xmlns:a='urn:a' to='{w.sales}'/>",
                    "<error xmlns='http://etherx.jabber.org/streams'/>"):
        stream = w.stream()
        stream.socket.send(strange)
        stream.expect_end()
    other.write("Unharmed")
    agent.expect(message(from_=contact, body="Unharmed"))


@scenario
def a_gateway_visitor_reaches_nobody_else(w):
    """V-060 to V-063, V-065: messages, iqs, joins, subscriptions to others and odd types are
    answered here; not one byte of them goes to the server."""
    w.daemon(wired=True, limits={"message_burst": 1000})
    agent, visitor = w.agent(), w.visitor()
    w.chatting(agent, visitor)
    mark = len(w.wire.sent)
    targets = ("ceo@example.org", "example.org", w.host, w.jid("agent"), f"room@conference.{w.host}",
               f"nobody@{w.domain}", f"{visitor.id}@{w.domain}")
    for target in targets:
        visitor.say(target, "evil-words")
        for payload in ("<query xmlns='jabber:iq:roster'/>", "<vCard xmlns='vcard-temp'/>",
                        "<query xmlns='jabber:iq:register'/>",
                        "<query xmlns='jabber:iq:private'><evil-words xmlns='urn:e'/></query>"):
            assert visitor.ask(target, payload, "set").get("type") == "error", (target, payload)
        for kind in ("subscribe", "subscribed", "unsubscribe", "probe"):
            visitor.send(f"<presence to='{target}' type='{kind}'><status>evil-words</status>"
                         "</presence>")
        visitor.send(f"<presence to='{target}/evil-words'><x "
                     "xmlns='http://jabber.org/protocol/muc'/></presence>")
    for kind in ("error", "groupchat", "headline"):
        visitor.send(f"<message to='{w.sales}' type='{kind}' id='odd{kind}'>"
                     "<body>evil-words</body></message>")
    for number in range(5):
        visitor.send(f"<iq type='result' id='{number}' to='{w.domain}'/>")
        visitor.send(f"<iq type='error' id='{number}' to='{w.jid('agent')}'/>")
    visitor.ping(w.domain)
    agent.quiet(message(says="evil-words"), 0.5)
    said = sent_since(w, mark)
    assert "evil-words" not in said, said[-800:]
    assert "example.org" not in said and "conference" not in said


@scenario
def guessed_answers_are_not_taken(w):
    """V-064: results and errors with guessed ids, of visitors and users, change nothing."""
    w.daemon()
    agent, visitor, alice = w.agent(), w.visitor(), w.plain_user()
    contact = w.chatting(agent, visitor)
    for number in list(range(40)) + ["ping", "q1", "1"]:
        for kind in ("result", "error"):
            alice.send(f"<iq type='{kind}' id='{number}' to='{w.domain}'/>")
            alice.send(f"<iq type='{kind}' id='{number}' to='{w.sales}'/>")
            visitor.send(f"<iq type='{kind}' id='{number}' to='{w.domain}'/>")
    assert alice.ping(w.domain)
    assert w.current.readiness() == 200
    visitor.write("All well")
    agent.expect(message(from_=contact, body="All well"))


@scenario
def a_second_opening_is_refused(w):
    """V-067: a second bind, SASL after SASL, PLAIN instead of ANONYMOUS."""
    w.daemon()
    stream = w.stream()
    again = stream.ask(None, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>", "set")
    assert again.get("type") == "error"
    stream = w.stream()
    stream.socket.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>")
    stream.expect_end()
    late = w.keep(WebSocketStream(w.current.websocket_url, w.domain, ORIGIN))
    late.connect()
    late.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>")
    late.expect(lambda e: e.tag.endswith(("}failure", "}error")))


@scenario
def stream_management_is_not_offered_and_cannot_be_forged(w):
    """V-068: resume, acknowledgements that are too high, request floods: the stream ends."""
    w.daemon()
    for element in ("<resume xmlns='urn:xmpp:sm:3' previd='other' h='0'/>",
                    "<a xmlns='urn:xmpp:sm:3' h='4294967295'/>", "<r xmlns='urn:xmpp:sm:3'/>",
                    "<enable xmlns='urn:xmpp:sm:3'/>"):
        stream = w.stream()
        stream.socket.send(element)
        stream.expect_end()
    assert w.visitor().id


@scenario
def receipts_and_markers_of_others_change_nothing(w):
    """V-069: a receipt for another chat's message; V-070: for one's own; V-071: a marker for what is
    not there yet; V-072: a correction of another's line."""
    w.daemon()
    agent, visitor, other = w.agent(), w.visitor(), w.visitor()
    contact = w.chatting(agent, visitor)
    w.chatting(agent, other, "Other chat")
    number = agent.say(contact, "For one only")
    line = visitor.expect(message(body="For one only"))
    own = visitor.write("My own")
    for who, wrong in ((other, line.get("id")), (visitor, own), (visitor, "not-there-yet")):
        who.send(f"<message to='{w.sales}'><received xmlns='urn:xmpp:receipts' id='{wrong}'/>"
                 "</message>")
        who.send(f"<message to='{w.sales}'><displayed xmlns='urn:xmpp:chat-markers:0' "
                 f"id='{wrong}'/></message>")
    other.say(w.sales, "Corrected", extra="<replace xmlns='urn:xmpp:message-correct:0' "
              f"id='{own}'/>")
    agent.expect(message(body="My own"))
    agent.quiet(message(marker=("displayed", number)), 0.5)
    assert "My own" in visitor.bodies() and "For one only" in visitor.bodies()
    states = [find(m, "visit:line").get("seen") for _, m in visitor.history()
              if body_of(m) == "My own"]
    assert states[0] != "displayed"


@scenario
def our_own_addresses_as_sender_make_no_loop(w):
    """V-0S2: errors are never answered with errors, by whomever they come."""
    w.daemon(wired=True)
    alice = w.plain_user()
    for number in range(20):
        alice.send(f"<message type='error' to='{w.sales}' id='e{number}'><body>x</body>"
                   f"<error type='cancel'><item-not-found xmlns='{NS['stanzas']}'/></error>"
                   "</message>")
        alice.send(f"<iq type='error' to='{w.domain}' id='e{number}'/>")
        alice.send(f"<presence type='error' to='{w.sales}' id='e{number}'/>")
    assert alice.ping(w.domain)
    alice.quiet(message(type="error"), 0.5)
    assert not alice.count(iq(type="error"))
    assert not alice.count(presence(type="error"))


@scenario
def a_bounce_of_our_message_offers_the_chat_to_others(w):
    """V-0S3: the agent's server says that our message could not be delivered (here: the agent has
    blocked the visitor): the colleague is asked."""
    w.daemon()
    nina, visitor = w.agent("agent"), w.visitor()
    contact = w.chatting(nina, visitor)
    tom = w.agent("agent2")
    blocked = nina.ask(None, "<block xmlns='urn:xmpp:blocking'>"
                       f"<item jid='{contact}'/></block>", "set")
    assert blocked.get("type") == "result"
    visitor.write("Do you hear me?")
    line = tom.expect(message(from_="visitor-*", body="Do you hear me?"), 60)
    tom.say(line.get("from"), "I do")
    visitor.expect(message(body="I do"))


@scenario
def only_the_websites_origin_may_enter(w):
    """V-001 to V-004: other sites, none, look-alikes; a cookie changes nothing."""
    daemon = w.daemon()
    for origin in ("https://evil.example", "null", None, "https://shop.example.evil.com",
                   "https://evilshop.example", "http://shop.example", "https://shop.example:444",
                   "https://shop.example."):
        for headers in ({}, {"Cookie": "session=valid"}):
            try:
                WebSocket(daemon.websocket_url, origin, headers=headers)
            except Refused as refused:
                assert refused.status == 403, (origin, refused.status)
            else:
                raise AssertionError(f"{origin} was let in")
    WebSocket(daemon.websocket_url, "https://SHOP.example").socket.close()


@scenario
def one_message_is_one_stanza(w):
    """V-0A16: two stanzas or half a one in a message; V-0A17: a blank, a byte order mark, an XML
    declaration before it; V-031 to V-038: characters that XML does not have. The stream ends;
    nothing reaches the server, whose link stays."""
    w.daemon(wired=True)
    agent, other = w.agent(), w.visitor()
    contact = w.chatting(agent, other)
    mark = len(w.wire.sent)
    whole = f"<message xmlns='jabber:client' to='{w.sales}'><body>evil-words%s</body></message>"
    bad = [(whole % "") * 2, (whole % "")[:-5], "\ufeff" + whole % "",
           "<?xml version='1.0'?>" + whole % "", whole % "\x01", whole % "&#1;", whole % "&#x0;",
           whole % "&#xD800;", whole % "&#xFFFE;", whole % "\ufffe", whole % "\x00"]
    raw = [(whole % "@").encode().replace(b"@", octets) for octets in (
        b"\xc0\xbc", b"\xe0\x80\xbc", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xe2\x82",
        b"\xff", b"\xfe\xff")]
    for frame in bad + raw:
        stream = w.stream()
        stream.socket.send(frame)
        stream.expect_end()
    assert "evil-words" not in sent_since(w, mark)
    other.write("The link stands")
    agent.expect(message(from_=contact, body="The link stands"))
    assert w.wire.connections == 1


@scenario
def doctype_and_friends_end_the_stream(w):
    """V-048: entities; V-049: comments and processing instructions, while CDATA is text; V-042:
    depth; V-043: attributes; V-045, V-046: long values and names."""
    w.daemon()
    body = f"<message xmlns='jabber:client' to='{w.sales}'><body>%s</body></message>"
    bombs = ["<!DOCTYPE a [<!ENTITY x 'y'>]>" + body % "&x;", body % "<!-- c -->",
             body % "<?pi x?>", body % ("<a>" * 40 + "</a>" * 40),
             body.replace("<message", "<message " + " ".join(f"a{n}='1'" for n in range(40))) % "",
             body.replace("<message", f"<message a='{'x' * 5000}'") % "",
             body % f"<{'n' * 500}/>"]
    for bomb in bombs:
        stream = w.stream()
        stream.socket.send(bomb)
        stream.expect_end()
    agent, visitor = w.agent(), w.visitor()
    visitor.send(f"<message type='chat' to='{w.sales}'><body><![CDATA[1 < 2]]></body></message>")
    agent.expect(message(body="1 < 2"))


@scenario
def too_long_and_too_many_get_an_answer(w):
    """Limits have a visible answer: 5,001 characters, 20,001 bytes, more than the burst."""
    w.daemon(limits={"message_burst": 5})
    agent, visitor = w.agent(), w.visitor()
    w.chatting(agent, visitor)
    for body in ("x" * 5001, "\U0001f600" * 5000 + "x" * 100):
        number = visitor.say(w.sales, body)
        visitor.expect(message(id=number, error="not-acceptable"))
    longest = "\u00e4" * 5000
    until(lambda: stored(visitor, longest), "5,000 characters are taken")
    agent.expect(message(body=longest))
    numbers = [visitor.say(w.sales, f"Burst {n}") for n in range(30)]
    refused = visitor.expect(message(error="resource-constraint"))
    assert find(refused, "error").get("type") == "wait"
    assert refused.get("id") in numbers


def stored(visitor, body):
    number = visitor.say(visitor.department, body)
    answer = visitor.expect(message(where=lambda e: e.get("id") == number or answered(e, number)))
    return answer.get("type") != "error"


@scenario
def a_frame_over_the_limit_closes_with_1009(w):
    """V-0A7: the length alone is enough."""
    daemon = w.daemon()
    socket = WebSocket(daemon.websocket_url, ORIGIN)
    socket.socket.sendall(b"\x81\xff" + (2 ** 31).to_bytes(8, "big") + b"\0\0\0\0" + b"x" * 10)
    while True:
        opcode, payload = socket.receive()
        if opcode == CLOSE:
            assert int.from_bytes(payload[:2], "big") == 1009
            break
        assert opcode == TEXT
