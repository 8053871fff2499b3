"""A component server that misbehaves: what it does wrong must cost a reconnect at most."""
import json
import re
import time

from daemon import until
from world import scenario
from xmpp import iq, message, presence

ASK = "<iq type='get' id='{id}' from='alice@else.example/x' to='{to}'><ping xmlns='urn:xmpp:ping'/></iq>"


def come(link, w, name="agent"):
    """The agent's server says that the agent is there."""
    link.send(f"<presence from='{w.jid(name)}/test' to='{w.sales}'/>")
    link.settle(f"{w.jid(name)}/test")


@scenario(fake=True)
def a_stanza_cut_at_every_byte_is_handled_at_once(w):
    fake = w.fake_server(ready=False)
    link = fake.serve()
    link.answers_pings = False  # nobody else may write in the middle of a stanza
    stanza = ASK.format(id="cut{0}", to=w.domain)
    total = len(stanza.format(0))
    for at in range(1, total):
        whole = stanza.format(at)
        link.send(whole[:at])
        time.sleep(0.002)
        link.send(whole[at:])
        link.expect(iq(id=f"cut{at}", type="result"), 5)
    for octet in stanza.format("x"):
        link.send(octet)
    link.expect(iq(id="cutx", type="result"), 5)


@scenario(fake=True)
def a_stanza_over_the_limit_does_not_cut_the_link(w):
    fake = w.fake_server(ready=False)
    link = fake.serve()
    for number, (filler, count) in enumerate((("x", 600_000), ("<a/>", 30_000),
                                              ("<a>", 100), ("y", 2_000_000))):
        close = "</a>" * count if filler == "<a>" else ""
        started = time.monotonic()
        link.send(f"<message from='alice@else.example/x' to='{w.sales}' id='big{number}' "
                  f"type='chat'><body>{'' if filler[0] == '<' else filler * count}</body>"
                  f"{filler * count if filler[0] == '<' else ''}{close}</message>")
        link.expect(message(id=f"big{number}", error="policy-violation"))
        assert time.monotonic() - started < 10
    link.send(f"<iq type='result' from='{w.jid('agent')}' to='{w.domain}' id='none'>"
              f"<query xmlns='jabber:iq:roster'>{'<item/>' * 30000}</query></iq>")
    link.send(f"<message type='error' from='alice@else.example/x' to='{w.sales}' id='bigerror'>"
              f"<body>{'x' * 600_000}</body></message>")
    link.settle("alice@else.example/x")
    assert not link.count(message(id="bigerror")) and not link.count(iq(id="none"))
    assert link.ended is None and len(fake.links) == 1


@scenario(fake=True)
def only_ill_formed_xml_restarts_the_link(w):
    fake = w.fake_server(ready=False)
    for bad in ("<message><body>&#1;</body></message>", "</wrong>", "<a b='1' b='2'/>",
                b"<message><body>\xc0\xbc</body></message>", "\x00", "<p:a/>", "garbage & more",
                "<!DOCTYPE a [<!ENTITY b 'c'>]>"):
        link = fake.serve()
        link.settle("alice@else.example/x")
        link.send(bad)
        link.expect_end()
        link = fake.serve()
        link.settle("alice@else.example/x")
        w.current.wait(200)
        # The pauses grow; a new daemon's first one is short.
        assert w.current.stop() == 0
        w.current.start(ready=False)


@scenario(fake=True)
def odd_but_well_formed_things_do_not_restart_it(w):
    """V-059 on the link: top-level elements that are no stanzas; senders that are none."""
    fake = w.fake_server(ready=False)
    link = fake.serve()
    for odd in ("<foo/>", "<handshake/>", "<message/>", "<presence/>", "<iq/>", "<iq type='get'/>",
                "<message from='' to=''/>", f"<message from='@@@' to='{w.sales}'/>",
                f"<message to='{w.sales}'><body>no sender</body></message>",
                f"<message from='{w.domain}' to='{w.sales}'><body>own sender</body></message>",
                f"<message from='{w.sales}/x' to='{w.sales}'><body>own sender</body></message>",
                f"<message from='{'a' * 2000}@x' to='{w.sales}'/>", " \n ",
                "<iq type='get' from='a@b/c' id='x' to='elsewhere.example'><ping "
                "xmlns='urn:xmpp:ping'/></iq>", "<features xmlns='jabber:client'/>"):
        link.send(odd)
    link.settle("alice@else.example/x")
    assert link.ended is None
    assert not [e for e in link.seen if (e.get("to") or "").endswith(w.domain)
                and e.get("type") == "error"]


@scenario(fake=True)
def a_wrong_handshake_a_conflict_and_an_unknown_host_are_told_apart(w):
    fake = w.fake_server(ready=False)
    words = []
    for condition in ("not-authorized", "conflict", "host-unknown"):
        mark = len(w.current.log.read_text())
        link = fake.accept(70)
        link.open()
        if condition != "host-unknown":
            link.read_handshake()
        link.fail(condition)
        until(lambda: re.search(r" (warn|error) .*link", w.current.log.read_text()[mark:]),
              f"a log line about {condition}")
        words.append(w.current.log.read_text()[mark:])
        assert w.current.readiness() == 503
        # That attempt is over for at least half a minute; the next daemon need not wait for it.
        w.current.kill()
        w.current.start(ready=False)
    assert "secret" in words[0].lower()
    assert len(set(words)) == 3
    fake.serve()
    w.current.wait(200)


@scenario(fake=True)
def what_a_person_must_mend_is_not_tried_every_second(w):
    """After a refusal the next attempt comes after 30 s, not after 1 s. A conflict at the start is
    the daemon's own that died a moment ago, perhaps: it has three attempts before."""
    fake = w.fake_server(ready=False)
    for _ in range(3):
        link = fake.accept()
        link.open()
        link.read_handshake()
        link.fail("conflict")
    link = fake.accept()
    link.open()
    link.read_handshake()
    link.fail("conflict")
    started = time.monotonic()
    fake.accept(90)
    assert time.monotonic() - started > 20


@scenario(fake=True)
def reconnects_slow_down(w):
    """A server that closes at once is not hammered: pauses grow from about one second."""
    fake = w.fake_server(ready=False)
    times = []
    for _ in range(5):
        link = fake.accept(60)
        times.append(time.monotonic())
        link.close()
    pauses = [later - earlier for earlier, later in zip(times, times[1:])]
    assert pauses[0] > 0.2 and sum(pauses) > 4, pauses
    assert max(pauses) < 40, pauses


@scenario(fake=True)
def a_server_that_falls_silent_is_left(w):
    """A cable that was pulled: the ping is not answered, the link is given up within 45 s."""
    fake = w.fake_server(ready=False)
    link = fake.serve()
    link.settle("alice@else.example/x")
    w.current.wait(200)
    link.answers_pings = False
    link.expect_end(50)
    fake.serve()
    w.current.wait(200)


@scenario(fake=True)
def a_server_that_never_greets_is_left(w):
    """Neither header nor handshake: the attempt ends by itself."""
    fake = w.fake_server(ready=False)
    silent = fake.accept()
    silent.read_header()
    again = fake.accept(90)
    again.open()
    again.read_handshake()
    third = fake.accept(90)
    third.open()
    third.welcome()
    w.current.wait(200)


@scenario(fake=True)
def a_link_that_breaks_in_the_middle_of_a_stanza_comes_back(w):
    fake = w.fake_server(ready=False)
    for end in ("close", "reset", "error"):
        link = fake.serve()
        link.settle("alice@else.example/x")
        link.send(f"<message from='alice@else.example/x' to='{w.sales}'><body>half of a")
        if end == "error":
            link.fail("system-shutdown")
        elif end == "reset":
            link.reset()
        else:
            link.close()
    link = fake.serve()
    link.settle("alice@else.example/x")
    w.current.wait(200)


@scenario(fake=True)
def header_and_handshake_may_come_byte_by_byte(w):
    fake = w.fake_server(ready=False)
    link = fake.accept()
    whole = link.send
    link.send = lambda xml: [whole(xml[at:at + 1]) for at in range(len(xml))]
    link.open()
    link.welcome()
    link.send = whole
    link.settle("alice@else.example/x")


@scenario(fake=True)
def a_visitor_is_told_by_errors_what_cannot_be(w):
    """A remote user of no local domain writes: refused, and an error is not answered."""
    fake = w.fake_server(ready=False)
    link = fake.serve()
    link.send(f"<message from='mallory@else.example/x' to='{w.sales}' id='m1' type='chat'>"
              "<body>Hello from far</body></message>")
    link.expect(message(id="m1", type="error"))
    link.send(f"<message from='mallory@else.example/x' to='{w.sales}' id='m2' type='error'>"
              "<body>Hello from far</body></message>")
    link.settle("mallory@else.example/x")
    assert not link.count(message(id="m2"))


@scenario(fake=True)
def a_message_that_kills_the_link_is_set_aside(w):
    """V-040: the server drops the link whenever it sees one message: after it was alone in flight
    twice it is not sent again, the others flow."""
    fake = w.fake_server(ready=False, server={"roster": "none"}, limits={"agent_grace_s": 600})
    link = fake.serve()
    w.current.wait(200)
    come(link, w)
    visitor = w.visitor()
    visitor.write("Hello")
    contact = link.expect(message(body="Hello")).get("from")
    link.send(f"<message type='chat' from='{w.jid('agent')}/test' to='{contact}' id='c1'>"
              "<body>Mine</body></message>")
    visitor.expect(message(body="Mine"))
    link.dies_of = "poison"
    visitor.write("poison")
    visitor.write("wholesome")
    for losses in range(1, 8):
        assert link.expect_end(5), losses
        link = fake.accept()
        link.dies_of = "poison"
        link.open()
        link.welcome()
        if until_dead_or(link, "wholesome"):
            break
    assert 2 <= losses <= 5, losses
    w.current.wait_log(r"(?i)quarantin|set aside")
    status = json.loads(w.current.command("status", "--json").stdout)
    assert status["outbox_messages"]["set_aside"] == 1, status
    assert status["link"]["handshakes"] == len(fake.links), status


def until_dead_or(link, words):
    """True when those words came, false when the link died."""
    with link.changed:
        link.changed.wait_for(lambda: link.ended or any(
            message(says=words)(e) for e in link.seen), 20)
        return not link.ended
