"""Visitors on every road: return, tabs, history, plain XMPP users, anonymous users of the server."""
import secrets

from daemon import ORIGIN
from gateway import TEXT, Visitor, WebSocket, stanza_id
from world import scenario
from xmpp import body_of, find, message, presence


@scenario
def a_reload_resumes_with_token_and_history(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    last = visitor.history()[-1][0]
    visitor.drop()
    number = agent.say(contact, "While you were away")
    agent.expect(message(receipt=number))
    again = w.visitor(token=visitor.token)
    assert again.id == visitor.id
    assert find(again.visit, "visit:chat").get("state") == "active"
    assert find(again.visit, "visit:chat/visit:agent").get("name") == "Nina"
    assert again.bodies(after=last)[0] == "While you were away"
    assert again.fin.get("complete") == "true"
    assert again.token != visitor.token
    again.write("Back again")
    assert agent.expect(message(body="Back again")).get("from").partition("/")[0] == contact


@scenario
def two_tabs_both_get_every_line(w):
    """V-079: resumed in a second tab at once: both are attached, nothing is lost or doubled."""
    w.daemon()
    agent, first = w.agent(), w.visitor()
    contact = w.chatting(agent, first)
    second = w.visitor(token=first.token)
    assert second.id == first.id
    agent.say(contact, "To both")
    assert stanza_id(first.expect(message(body="To both"))) == \
        stanza_id(second.expect(message(body="To both")))
    first.write("From the first tab")
    copy = second.expect(message(body="From the first tab"))
    assert find(copy, "visit:line").get("by") == "visitor"
    first.quiet(message(body="From the first tab"), 0.3)
    agent.expect(message(body="From the first tab"))
    agent.quiet(message(body="From the first tab"), 0.3)
    first.close()
    agent.quiet(presence(from_=contact, type="unavailable"), 0.5)
    second.close()
    w.gone(agent, contact)


@scenario
def history_comes_in_pages(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    for number in range(12):
        agent.say(contact, f"Page line {number}")
        visitor.expect(message(body=f"Page line {number}"))
    everything = visitor.history(max=100)
    assert visitor.fin.get("complete") == "true"
    numbers = [int(number) for number, _ in everything]
    assert numbers == sorted(set(numbers))
    pages, after = [], None
    while True:
        page = visitor.history(after=after, max=5)
        pages += page
        if visitor.fin.get("complete") == "true":
            break
        assert len(page) == 5
        after = page[-1][0]
    assert [n for n, _ in pages] == [n for n, _ in everything]
    assert [n for n, _ in visitor.history(before="", max=3)] == [n for n, _ in everything[-3:]]
    before = everything[-3][0]
    assert [n for n, _ in visitor.history(before=before, max=2)] == \
        [n for n, _ in everything[-5:-3]]
    own = [m for _, m in everything if find(m, "visit:line").get("by") == "visitor"]
    assert own[0].get("from") == f"{visitor.id}@{w.domain}"


@scenario
def history_is_ones_own_only(w):
    """V-066: another visitor's conversation cannot be read or written to by its address."""
    w.daemon()
    agent, victim, thief = w.agent(), w.visitor(), w.visitor()
    contact = w.chatting(agent, victim, "My secret")
    assert "My secret" not in thief.bodies()
    answer = thief.ask(contact, "<query xmlns='urn:xmpp:mam:2'/>", "set")
    assert answer.get("type") == "error"
    number = thief.say(contact, "I am you")
    thief.expect(message(id=number, type="error"))
    agent.quiet(message(body="I am you"), 0.5)


@scenario
def a_repeated_message_is_stored_and_shown_once(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    first = visitor.say(w.sales, "Once", id="same")
    number = stanza_id(visitor.expect(message(receipt=first)))
    visitor.say(w.sales, "Once", id="same")
    assert stanza_id(visitor.expect(message(receipt="same"))) == number
    agent.expect(message(from_=contact, body="Once"))
    agent.quiet(message(body="Once"), 0.5)
    assert visitor.bodies().count("Once") == 1


@scenario
def a_repeat_after_the_daemon_came_back_is_known(w):
    daemon = w.daemon()
    visitor = w.visitor()
    visitor.write("Only once", id="again")
    daemon.kill()
    daemon.start()
    back = w.visitor(token=visitor.token)
    back.write("Only once", id="again")
    assert back.bodies().count("Only once") == 1


@scenario
def unknown_and_mangled_tokens_are_new_visitors(w):
    """V-076: cut, lengthened, other letters; V-078: a token that the client made up is not taken."""
    w.daemon()
    visitor = w.visitor()
    visitor.write("Mine")
    token = visitor.token
    known = {visitor.id}
    for wrong in (token[:-1], token + "A", token.swapcase(), token[::-1], "x" * 52,
                  secrets.token_hex(26), token + "&#9;", "a"):
        other = w.visitor(token=wrong)
        assert other.id not in known, wrong
        assert other.token != wrong
        assert "Mine" not in other.bodies()
        known.add(other.id)
    assert w.visitor(token=token).id == visitor.id


@scenario
def tokens_are_renewed_at_each_check_in(w):
    """V-081: renewed at each check-in, the one before is good for another minute (a page that was
    just loading); V-082: another person in the same browser sees nothing."""
    w.daemon()
    first = w.visitor()
    first.write("Private")
    second = w.visitor(token=first.token)
    assert second.id == first.id and second.token != first.token
    third = w.visitor(token=second.token)
    assert third.id == first.id
    late = w.visitor(token=second.token)
    assert late.id == first.id and late.token not in (first.token, second.token, third.token)
    stranger = w.visitor()
    assert stranger.id != first.id and stranger.bodies() == []


@scenario
def a_token_in_the_address_is_not_heeded(w):
    """V-077: the token counts in a check-in only, not in a URL."""
    daemon = w.daemon()
    visitor = w.visitor()
    visitor.write("Not by URL")
    for path in (f"/xmpp-websocket?token={visitor.token}", f"/w/1/status/sales?{visitor.token}"):
        daemon.get(path)
    other = w.visitor(url=f"https://shop.example/?token={visitor.token}")
    assert other.id != visitor.id
    log = daemon.log.read_text()
    assert visitor.token not in log and other.token not in log


@scenario
def a_resume_after_the_end_shows_the_end(w):
    """V-080: the chat was closed meanwhile: the visitor is told, and a new line opens a new chat."""
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    visitor.drop()
    agent.say(contact, "!end")
    agent.expect(message(from_=contact, says="has ended"))
    again = w.visitor(token=visitor.token)
    chat = find(again.visit, "visit:chat")
    assert chat is None or chat.get("state") == "closed"
    again.write("A new question")
    agent.expect(message(body="A new question"))


@scenario
def guessed_tokens_are_slow(w):
    """V-075: guessing does not find anybody, and stops being answered."""
    w.daemon(limits={"new_streams_per_minute": 40})
    visitor = w.visitor()
    visitor.write("Find me")
    refused = 0
    for _ in range(60):
        try:
            guess = Visitor(w.stream(), w.sales)
            guess.check_in(secrets.token_hex(26))
            assert guess.id != visitor.id
        except Exception as error:  # however the refusal looks: HTTP, stream or stanza
            assert "AssertionError: assert" not in repr(error)
            refused += 1
    assert refused >= 15, refused


@scenario
def a_page_change_is_shown_to_the_agent(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor(title="Prices")
    contact = w.chatting(agent, visitor)
    agent.expect(presence(from_=contact, where=lambda e: "Prices" in (
        e.findtext("{jabber:client}status") or "")))
    answer = visitor.ask(w.sales, "<page xmlns='urn:tresen:visit:1' title='Delivery' "
                         "url='https://shop.example/delivery'/>", "set")
    assert answer.get("type") == "result"
    agent.expect(presence(from_=contact, where=lambda e: "Delivery" in (
        e.findtext("{jabber:client}status") or "")))


@scenario
def a_user_of_any_xmpp_client_is_a_visitor(w):
    """One whose presence the department gets is seen to leave."""
    w.daemon()
    agent, alice = w.agent(), w.plain_user()
    alice.look()
    number = alice.say(w.sales, "Hello from Gajim")
    alice.expect(message(from_=w.sales, receipt=number))
    line = agent.expect(message(from_="visitor-*", body="Hello from Gajim"))
    contact = line.get("from").partition("/")[0]
    assert "alice" not in contact
    agent.say(contact, "Hello Alice")
    answer = alice.expect(message(body="Hello Alice"))
    assert answer.get("from").partition("/")[0] == w.sales
    alice.typing(answer.get("from"))
    agent.expect(message(from_=contact, has="chatstates:composing"))
    alice.close()
    w.gone(agent, contact)


@scenario
def an_xmpp_user_may_subscribe_to_a_department(w):
    w.daemon()
    alice = w.plain_user()
    alice.send(f"<presence type='subscribe' to='{w.sales}'/>")
    alice.expect(presence(from_=w.sales, type="subscribed"))
    agent = w.agent()
    alice.expect(presence(from_=w.sales, type=""))
    agent.unavailable()
    alice.expect(presence(from_=w.sales, type="unavailable"))
    alice.send(f"<presence type='unsubscribe' to='{w.sales}'/>")


@scenario
def anonymous_users_of_the_servers_own_endpoint_are_visitors(w):
    w.daemon()
    agent = w.agent()
    for road in ("server-websocket", "server-bosh"):
        visitor = w.visitor(road)
        contact = w.chatting(agent, visitor, f"Over {road}")
        visitor.write("Thanks")
        agent.expect(message(from_=contact, body="Thanks"))
        assert "Thanks" in visitor.bodies()
        visitor.stream.drop()


@scenario
def a_token_binds_a_visitor_of_the_servers_endpoint_too(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor("server-websocket")
    w.chatting(agent, visitor, "First page")
    visitor.close()
    again = w.visitor("server-websocket", token=visitor.token)
    assert again.id == visitor.id
    assert "First page" in again.bodies()
    moved = w.visitor("websocket", token=again.token)
    assert moved.id == visitor.id


@scenario
def xmpp_users_can_be_kept_out(w):
    w.daemon(visitors={"xmpp": "off"})
    agent, alice = w.agent(), w.plain_user()
    number = alice.say(w.sales, "May I?")
    alice.expect(message(id=number, type="error"))
    agent.quiet(message(body="May I?"), 0.5)
    w.chatting(agent, w.visitor())


@scenario
def an_agent_who_writes_to_another_department_gets_help(w):
    w.daemon(departments=[{"id": "sales", "name": "Sales", "agents": [w.jid("agent")]},
                          {"id": "service", "name": "Service", "agents": [w.jid("agent2")]}])
    nina, tom = w.agent("agent"), w.agent("agent2", department=f"service@{w.domain}")
    nina.say(f"service@{w.domain}", "I need a colleague")
    nina.expect(message(from_=f"service@{w.domain}", where=lambda e: body_of(e)))
    tom.quiet(message(from_="visitor-*"), 0.5)


@scenario
def pipelined_openings_are_answered_in_order(w):
    daemon = w.daemon()
    framing, sasl = "urn:ietf:params:xml:ns:xmpp-framing", "urn:ietf:params:xml:ns:xmpp-sasl"
    start = f"<open xmlns='{framing}' to='{w.domain}' version='1.0'/>"
    socket = WebSocket(daemon.websocket_url, ORIGIN)
    for frame in (start, f"<auth xmlns='{sasl}' mechanism='ANONYMOUS'/>", start,
                  "<iq xmlns='jabber:client' type='set' id='b'>"
                  "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
                  f"<iq xmlns='jabber:client' type='set' id='v' to='{w.sales}'>"
                  "<visit xmlns='urn:tresen:visit:1'/></iq>"):
        socket.send(frame)
    answers = []
    while len(answers) < 7:
        opcode, payload = socket.receive()
        if opcode == TEXT:
            answers.append(payload.decode())
    wanted = ("<open", "mechanism", "<success", "<open", "bind", "<jid>", "<token>")
    for answer, part in zip(answers, wanted):
        assert part in answer, (part, answer)
