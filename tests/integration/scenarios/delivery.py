"""What is said to visitors who come over the link: browsers on the server's own anonymous endpoint
(road b), customers in any XMPP client (road c). The link is cut, the daemon is killed, the server is
restarted at the worst moment: the line comes again, and a client that knows stanza-ids shows it once.
"""
from world import scenario
from xmpp import body_of, clark, find, message

PATIENT = {"agent_grace_s": 600, "leave_s": 60}


def over_the_link(w):
    """Somebody of each of those roads, in a running chat: (agent, visitor, contact, mark of a repeat,
    word to tell the lines apart)."""
    agent = w.agent()
    browser, customer = w.visitor("server-websocket"), w.plain_user()
    yield agent, browser, w.chatting(agent, browser), "", "browser"
    yield agent, customer, w.chatting(agent, customer), "(again) ", "customer"


def our_id(w, element):
    """The stanza-id of the conversation (archives of accounts add theirs)."""
    return next(e.get("id") for e in element.iter(clark("sid:stanza-id")) if e.get("by") == w.sales)


def say_into_the_wire(w, agent, contact, text):
    """The agent's line is stored and written to the link, where it stays."""
    w.wire.hold("out")
    agent.say(contact, text)
    w.wire.expect_out(text)


def cut_and_mend(w):
    """What the wire held is gone."""
    w.wire.cut()
    w.wire.release()
    w.current.wait(503)
    w.wire.mend()
    w.current.wait(200)


def shown(w, visitor, words):
    """What a client that knows stanza-ids shows of it."""
    with visitor.changed:
        return {our_id(w, e) for e in visitor.seen if words in (body_of(e) or "")}


@scenario
def a_line_over_the_link_that_was_lost_comes_again(w):
    w.daemon(wired=True, limits=PATIENT)
    for agent, visitor, contact, mark, who in over_the_link(w):
        text = f"Into a cut link, {who}"
        say_into_the_wire(w, agent, contact, text)
        cut_and_mend(w)
        line = visitor.expect(message(from_=w.sales, body=mark + text))
        assert find(line, "delay:delay") is not None, "it does not say when it was said"
        assert shown(w, visitor, text) == {our_id(w, line)}
        agent.say(contact, f"And on it goes, {who}")
        visitor.expect(message(body=f"And on it goes, {who}"))


@scenario
def a_line_that_had_arrived_comes_again_with_the_same_ids(w):
    """Whether it arrived is not known: the server's answer was lost with the link."""
    w.daemon(wired=True, limits=PATIENT)
    for agent, visitor, contact, mark, who in over_the_link(w):
        text = f"Twice on the wire, {who}"
        say_into_the_wire(w, agent, contact, text)
        w.wire.hold("in")
        w.wire.release("out")
        first = visitor.expect(message(body=text))
        assert find(first, "delay:delay") is None
        cut_and_mend(w)
        again = visitor.expect(message(body=mark + text, has="delay:delay"))
        assert again.get("id") == first.get("id")
        assert our_id(w, again) == our_id(w, first)
        assert len(shown(w, visitor, text)) == 1


@scenario
def a_line_over_the_link_survives_the_daemon(w):
    """It knows nobody any more; whom the line is for is stored."""
    daemon = w.daemon(wired=True, limits=PATIENT)
    for agent, visitor, contact, mark, who in over_the_link(w):
        text = f"Said before the end, {who}"
        say_into_the_wire(w, agent, contact, text)
        daemon.kill()
        w.wire.cut()
        w.wire.release()
        w.wire.mend()
        daemon.start()
        line = visitor.expect(message(from_=w.sales, body=mark + text))
        assert find(line, "delay:delay") is not None
        assert shown(w, visitor, text) == {our_id(w, line)}
        visitor.write(f"Here I am, {who}")  # and is known again
        agent.expect(message(from_=contact, body=f"Here I am, {who}"))


@scenario
def a_line_to_a_customer_survives_the_server(w):
    """The customer comes back with another client: the account gets it."""
    server = w.own_server()
    daemon = w.daemon(wired=True, limits=PATIENT)
    agent, alice = w.agent(), w.plain_user()
    contact = w.chatting(agent, alice)
    say_into_the_wire(w, agent, contact, "Said before the server ended")
    server.kill()
    w.wire.cut()
    w.wire.release()
    daemon.wait(503)
    server.launch()
    alice = w.client("alice", resource="other").available()
    w.wire.mend()
    daemon.wait(200, 60)
    alice.expect(message(from_=w.sales, body="(again) Said before the server ended"), 40)


@scenario
def a_customer_whom_the_daemon_has_forgotten_is_reached(w):
    """After the restart nobody is known until they write: the line is for the account."""
    daemon = w.daemon(limits=PATIENT)
    agent, alice = w.agent(), w.plain_user()
    contact = w.chatting(agent, alice)
    daemon.kill()
    daemon.start()
    agent.expect(message(from_=contact, says="The connection is back"))
    agent.say(contact, "Do you still hear me?")
    alice.expect(message(from_=w.sales, body="Do you still hear me?"))


@scenario
def a_browser_that_lost_its_server_has_each_line_once(w):
    """Its address died with the server: history has the line, the repeat finds nobody, and the agent
    is not told of an absence that is none."""
    server = w.own_server()
    daemon = w.daemon(wired=True, limits=PATIENT)
    agent, visitor = w.agent(), w.visitor("server-websocket")
    contact = w.chatting(agent, visitor)
    say_into_the_wire(w, agent, contact, "Said before the server ended")
    server.kill()
    w.wire.cut()
    w.wire.release()
    daemon.wait(503)
    server.launch()
    agent = w.client("agent").available()
    w.wire.mend()
    daemon.wait(200, 60)
    back = w.visitor("server-websocket", token=visitor.token)
    assert back.id == visitor.id
    assert back.bodies(max=100).count("Said before the server ended") == 1
    agent.expect(message(from_=contact, says="The connection is back"), 40)
    agent.say(contact, "To the new address")
    back.expect(message(body="To the new address"))


@scenario
def a_line_to_a_browser_that_vanished_is_told_to_the_agent(w):
    """It sent no presence, so nobody knew: the line comes back."""
    w.daemon(limits=PATIENT)
    agent, visitor = w.agent(), w.visitor("server-websocket")
    contact = w.chatting(agent, visitor)
    visitor.drop()
    agent.say(contact, "Is anybody there?")
    agent.expect(message(from_=contact, says="The visitor is not there at the moment"))
    again = w.visitor("server-websocket", token=visitor.token)
    assert "Is anybody there?" in again.bodies()
    agent.say(contact, "There you are")
    again.expect(message(body="There you are"))


@scenario
def a_full_outbox_refuses_in_words_and_drops_nothing(w):
    daemon = w.daemon(wired=True, limits={"max_outbox": 10, "message_burst": 100, **PATIENT})
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    w.wire.cut()
    daemon.wait(503)
    accepted = []
    while True:
        number = visitor.say(w.sales, f"Line {len(accepted)}")
        answer = visitor.expect(message(where=lambda e: e.get("id") == number or  # noqa: B023
                                        message(receipt=number)(e)))  # noqa: B023
        if answer.get("type") == "error":
            break
        accepted.append(f"Line {len(accepted)}")
        assert len(accepted) <= 10
    assert message(error="resource-constraint")(answer)
    assert find(answer, "error/stanzas:text").text
    w.wire.mend()
    daemon.wait(200)
    for text in accepted:
        agent.expect(message(from_=contact, body=text))
    agent.quiet(message(body=f"Line {len(accepted)}"), 0.3)
    daemon.wait_log("outbox: it takes lines again")
    visitor.write("And now?")
    agent.expect(message(from_=contact, body="And now?"))
