"""Agents who are there by presence and do not react: a dead client, or somebody who does not answer.
"""
from world import scenario
from xmpp import find, message, presence

DOUBT_S = 3
ANSWER_S = 2


def event(name):
    """A notice of the desk to the visitor."""
    return message(has="visit:line", where=lambda e: find(e, "visit:line").get("event") == name)


def doubted(w, agent):
    w.current.wait_log(f"{agent.jid} is there by presence, but gives no sign of life", 40)


@scenario
def an_agent_whose_network_has_died_is_doubted_and_the_chat_goes_to_another(w):
    """The client's cable is pulled; with stream management nobody notices for minutes. The visitor
    is told, another agent is offered the chat. When the cable is back, the agent is, too."""
    w.daemon(limits={"doubt_s": DOUBT_S})
    wire = w.client_wire()
    nina, visitor = w.agent("agent", wire=wire), w.visitor()
    nina.manage_stream()
    contact = w.chatting(nina, visitor)
    tom = w.agent("agent2")
    wire.hold()
    visitor.write("Are you still there?")
    doubted(w, nina)
    visitor.expect(event("lost"))
    line = tom.expect(message(from_="visitor-*", body="Are you still there?"))
    tom.say(line.get("from"), "I am")
    assert visitor.expect(message(body="I am")).get("from") == f"{w.sales}/Tom"
    second = w.visitor()
    second.write("And me?")
    tom.expect(message(from_="visitor-*", body="And me?"))
    nina.quiet(message(body="And me?"), 0.2)
    wire.release()
    nina.expect(message(from_=contact, body="Are you still there?"))
    nina.expect(message(from_=contact, says="could not be reached"))
    line = nina.expect(message(from_="visitor-*", body="And me?"))  # her receipts were a sign
    nina.say(line.get("from"), "You, too")
    assert second.expect(message(body="You, too")).get("from") == f"{w.sales}/Nina"


@scenario
def a_dead_network_that_comes_back_in_time_costs_nothing(w):
    w.daemon(limits={"doubt_s": DOUBT_S, "agent_grace_s": 600})
    wire = w.client_wire()
    nina, visitor = w.agent("agent", wire=wire), w.visitor()
    contact = w.chatting(nina, visitor)
    tom = w.agent("agent2")
    wire.hold()
    visitor.write("Are you still there?")
    doubted(w, nina)
    other = w.visitor()
    other.write("Hello?")
    tom.expect(message(from_="visitor-*", body="Hello?"))
    wire.release()
    nina.expect(message(from_=contact, body="Are you still there?"))
    nina.say(contact, "Yes, I am")
    visitor.expect(message(body="Yes, I am"))
    assert not visitor.count(event("lost"))


@scenario
def the_only_agent_who_is_offered_a_chat_may_be_a_dead_client(w):
    """Presence says that somebody is there; the visitor must not wait for a ghost."""
    w.daemon(limits={"doubt_s": DOUBT_S})
    wire = w.client_wire()
    nina, visitor = w.agent("agent", wire=wire), w.visitor()
    nina.manage_stream()
    visitor.look()
    wire.hold()
    visitor.write("Anybody?")
    doubted(w, nina)
    visitor.expect(presence(from_=w.sales, type="unavailable"))
    visitor.expect(event("left-message"))
    wire.release()
    line = nina.expect(message(from_="visitor-*", body="Anybody?"))
    visitor.expect(presence(from_=w.sales, type=""))
    nina.say(line.get("from"), "Me")
    visitor.expect(message(body="Me"))


@scenario
def a_client_without_receipts_and_pings_says_so_and_lives(w):
    """Its error has come from the client; a silent agent keeps the chat."""
    w.daemon(limits={"doubt_s": 5})
    nina, visitor = w.agent("agent", receipts=False), w.visitor()
    nina.answers_pings = False
    w.chatting(nina, visitor)
    for turn in range(2):
        visitor.write(f"Turn {turn}")
        ping = nina.expect(lambda e: find(e, "ping:ping") is not None)
        assert ping.get("from") == w.sales and ping.get("to") == nina.full
        nina.send(f"<iq type='error' id='{ping.get('id')}' to='{w.sales}'>"
                  "<ping xmlns='urn:xmpp:ping'/><error type='cancel'><feature-not-implemented "
                  "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
        assert nina.ping(w.domain)  # the error has arrived before
    visitor.quiet(event("lost"), 7)  # an unanswered question would be over
    assert "no sign of life" not in w.current.log.read_text()
    assert visitor.look().get("type", "") == ""


# Not the marked repeat, which a kill may bring about.
REMINDER = message(from_="visitor-*", says="^— .*has waited for an answer since")
REPORT = message(says="^— .*has waited for an answer in Sales since")


@scenario
def an_owner_who_does_not_answer_is_reminded_then_a_supervisor_is_told(w):
    """Each once; also when the daemon is killed in between and behind."""
    daemon = w.daemon(limits={"answer_s": ANSWER_S, "agent_grace_s": 600},
                      roles={"supervisors": [w.jid("alice")]})
    boss = w.client("alice").available()
    nina, visitor = w.agent("agent"), w.visitor()
    w.chatting(nina, visitor)
    visitor.write("Do you ship to Norway?")
    nina.expect(REMINDER)
    daemon.revive()
    again = w.visitor(token=visitor.token)
    report = boss.expect(REPORT, 40)
    assert f"Nina ({w.jid('agent')})" in report.findtext("{jabber:client}body")
    daemon.revive()
    third = w.visitor(token=again.token)
    nina.quiet(REMINDER, 2.5 * ANSWER_S)
    assert boss.count(REPORT) == 1 and nina.count(REMINDER) == 1
    assert "Do you ship to Norway?" in third.bodies()
    boss.say(w.sales, "I will see to it")  # is no visitor's line
    boss.expect(message(from_=w.sales, says="!queue"))
    assert not nina.count(message(body="I will see to it"))


@scenario
def a_chat_that_nobody_takes_is_reported(w):
    w.daemon(limits={"answer_s": ANSWER_S}, roles={"supervisors": [w.jid("agent2")]})
    nina = w.agent("agent")
    boss, visitor = w.agent("agent2", show="dnd"), w.visitor()
    visitor.write("Anybody?")
    line = nina.expect(message(from_="visitor-*", body="Anybody?"))
    nina.expect(message(from_=line.get("from"), says="has waited .* !decline"))
    report = boss.expect(message(from_=w.sales, says="Nobody has taken chat"))
    contact = report.findtext("{jabber:client}body").rpartition(" ")[2]
    assert contact == line.get("from").partition("/")[0]
    boss.say(contact, "Then I do it")
    assert visitor.expect(message(body="Then I do it")).get("from") == f"{w.sales}/Tom"


@scenario
def a_message_that_was_left_wakes_nobody(w):
    w.daemon(limits={"answer_s": 1}, roles={"supervisors": [w.jid("alice")]})
    boss, visitor = w.client("alice").available(), w.visitor()
    visitor.write("For tomorrow")
    visitor.expect(event("left-message"))
    boss.quiet(message(from_=w.sales), 4)
