"""An agent whose client sends no receipts, on a server that only routes what it takes: that a line has
arrived is known by a ping of the client, some seconds behind it.
"""
import json

from daemon import until
from world import scenario
from xmpp import message

PATIENT = {"agent_grace_s": 600, "visitor_grace_s": 600, "answer_s": 0}
AGAIN = message(says=r"^\(again\) ")


def waiting(w):
    """So many lines are not known to have arrived."""
    return json.loads(w.current.command("status", "--json").stdout)["outbox"]


def expect_waiting(w, count):
    until(lambda: waiting(w) == count, f"{count} lines wait", 90)


def cut_and_mend(w):
    w.wire.cut()
    w.current.wait(503)
    w.wire.mend()
    w.current.wait(200)


@scenario(servers=("ejabberd",))
def what_has_arrived_does_not_come_again(w):
    """Neither what was sent once, nor what was sent again before; what came just now does."""
    w.daemon(wired=True, limits=PATIENT)
    agent, visitor = w.agent(receipts=False), w.visitor()
    contact = w.chatting(agent, visitor)
    visitor.write("Long ago")
    agent.expect(message(from_=contact, body="Long ago"))
    expect_waiting(w, 0)
    visitor.write("Just now")
    agent.expect(message(from_=contact, body="Just now"))
    cut_and_mend(w)
    agent.expect(message(from_=contact, body="(again) Just now"), 40)
    expect_waiting(w, 0)
    cut_and_mend(w)
    visitor.write("And on it goes")
    agent.expect(message(from_=contact, body="And on it goes"), 40)
    assert agent.count(AGAIN) == 1


@scenario(servers=("ejabberd",))
def a_client_under_an_old_address_does_not_answer_for_a_dead_one(w):
    """The line was routed to a session whose network is dead. The client comes back under the same
    address, and answers pings: it has what was sent since, and nothing before."""
    w.daemon(wired=True, limits=PATIENT)
    wire = w.client_wire()
    agent, visitor = w.agent(wire=wire, receipts=False), w.visitor()
    contact = w.chatting(agent, visitor)
    expect_waiting(w, 0)
    wire.hold()
    visitor.write("Into a dead client")
    assert w.client("alice").ping(w.domain)  # the answer was routed behind the line
    agent = w.client("agent", receipts=False).available()
    assert agent.ping(w.domain)  # behind the presence
    visitor.write("Into a living one")
    agent.expect(message(from_=contact, body="Into a living one"))
    expect_waiting(w, 1)
    cut_and_mend(w)
    agent.expect(message(from_=contact, body="(again) Into a dead client"), 40)
    agent.expect(message(from_=contact, says="The connection is back"))
    assert agent.count(AGAIN) == 1


@scenario(servers=("ejabberd",))
def what_a_dead_client_has_not_read_comes_again(w):
    """No answer, no arrival: it comes when the client does."""
    w.daemon(wired=True, limits={**PATIENT, "doubt_s": 2})
    wire = w.client_wire()
    agent, visitor = w.agent(wire=wire, receipts=False), w.visitor()
    contact = w.chatting(agent, visitor)
    wire.hold()
    visitor.write("Are you there?")
    w.current.wait_log(f"{agent.jid} is there by presence, but gives no sign of life", 40)
    assert waiting(w) > 0
    w.wire.cut()
    w.current.wait(503)
    agent = w.client("agent", receipts=False).available()
    assert agent.ping(w.host)  # the server has nobody but the new one, whom it is sent to
    w.wire.mend()
    w.current.wait(200)
    agent.expect(message(from_=contact, body="(again) Are you there?"), 40)
