"""Defending: blocking a visitor and where they came from, the list, and undoing it."""
import re
import time

from command import WAYS, by_text
from trouble import Clock
from world import scenario
from xmpp import find, message


def event(name):
    return lambda e: find(e, "visit:line") is not None and find(
        e, "visit:line").get("event") == name


def refused(visitor, body):
    """The words of the error that a line comes back with."""
    number = visitor.say(visitor.department, body)
    error = visitor.expect(message(id=number, type="error")).find("{*}error")
    assert error.find("{*}not-allowed") is not None, error
    return error.findtext("{*}text")


# What is undone under the contact needs the contact, however slow the machine is.
LINGERS = {"limits": {"linger_s": 60}}


def two_agents(w):
    w.daemon(**LINGERS, agents=[{"jid": w.jid("agent"), "name": "Nina"}, {"jid": w.jid("agent2"), "name": "Tom"}],
             departments=[{"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")]}])


@scenario
def a_blocked_visitor_reads_so_and_reaches_nobody_until_it_is_undone(w):
    two_agents(w)
    nina, tom = w.agent(), w.agent("agent2")
    for give in WAYS:
        visitor = w.visitor()
        other = w.visitor()  # from the same address, and there before
        contact = w.chatting(nina, visitor)
        assert "Only who has the chat" in give(tom, contact, "block")
        for hours in ("0", "8761", "-1", "99999"):
            assert "1 to 8760 hours" in give(nina, contact, "block", hours=hours)
        assert "reason is too long" in give(nina, contact, "block", hours="2", reason="x" * 401)
        assert "is blocked" in give(nina, contact, "block", hours="2", reason="spam all day")
        told = visitor.expect(event("refused"))
        assert told.findtext("{*}body") == "You cannot write here at the moment."
        visitor.expect(event("closed"))
        assert "blocked already" in give(nina, contact, "block")
        for at in range(3):
            assert refused(visitor, f"Flood {at}") == "You cannot write here at the moment."
        again = w.offered(nina, other, "I am somebody else")
        give(nina, again, "take")
        give(nina, again, "end")
        listed = give(tom, w.sales, "blocked")
        assert "spam all day" in listed and w.jid("agent") in listed
        number, = re.findall(r"Number (\d+):", listed)
        assert "no such block" in give(tom, w.sales, "unblock", number="x")
        assert "no such block" in give(tom, w.sales, "unblock", number="99")
        assert "undone" in give(tom, w.sales, "unblock", number=number)
        assert "Nobody is blocked" in give(nina, w.sales, "blocked")
        assert "no such block" in give(nina, contact, "unblock")
        w.offered(nina, visitor, "Sorry")
        give(nina, contact, "take")
        give(nina, contact, "end")


@scenario
def a_block_outlives_a_restart_and_holds_where_they_came_from(w):
    daemon = w.daemon()
    nina = w.agent()
    visitor, colleague = w.visitor(), w.visitor()
    contact = w.chatting(nina, visitor)
    assert "is blocked" in by_text(nina, contact, "block")
    visitor.expect(event("closed"))
    daemon.stop()
    daemon.start()
    for token in (visitor.token, None):  # the one, and somebody new from the same address
        try:
            w.visitor(token=token)
        except AssertionError as error:
            assert "not-allowed" in str(error) and "You cannot write here" in str(error), error
        else:
            raise AssertionError("a blocked visitor has checked in")
    known = w.visitor(token=colleague.token)
    w.offered(nina, known, "I was here before")


def wait_until_nobody_is_blocked(agent, w):
    end = time.monotonic() + 20
    while "Nobody is blocked" not in by_text(agent, w.sales, "blocked"):
        assert time.monotonic() < end, "the block does not end"
        time.sleep(1)  # commands are lines, and lines have a rate


@scenario
def a_block_ends_by_itself(w):
    daemon = w.daemon(start=False)
    clock = Clock(daemon)
    daemon.start()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    assert "is blocked" in by_text(nina, contact, "block 1 spam")
    visitor.expect(event("closed"))
    clock.jump(59 * 60)
    assert refused(visitor, "Too early") == "You cannot write here at the moment."
    assert "spam" in by_text(nina, w.sales, "blocked")
    clock.jump(61 * 60)
    wait_until_nobody_is_blocked(nina, w)
    assert w.offered(nina, visitor, "An hour later") == contact
    w.visitor().write("And somebody new from the same address")


@scenario
def supervisors_and_dispatchers_block_and_who_has_joined_does_not(w):
    w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina"},
                     {"jid": w.jid("agent2"), "name": "Tom"}],
             departments=[{"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")]}],
             **LINGERS, roles={"supervisors": [w.jid("agent3")], "dispatchers": [w.jid("alice")]})
    nina, tom = w.agent(), w.agent("agent2")
    for who in ("agent3", "alice"):
        boss = w.client(who).available()
        for give in WAYS:
            visitor = w.visitor()
            contact = w.chatting(nina, visitor)
            by_text(tom, contact, "join")
            assert "Only who has the chat" in give(tom, contact, "block")
            visitor.write("Still here")
            assert "is blocked" in give(boss, contact, "block", hours="2", reason="spam")
            nina.expect(message(from_=contact, says="chat has ended|ended"))
            visitor.expect(event("closed"))
            number, = re.findall(r"Number (\d+):", give(boss, w.domain, "blocked"))
            # The next visitor's is another one; the old number undoes nothing of it.
            assert "undone" in give(boss, w.domain, "unblock", number=number)
            assert "no such block" in give(boss, w.domain, "unblock", number=number)


@scenario
def a_block_holds_on_every_road(w):
    w.daemon(**LINGERS)
    nina = w.agent()
    for road in ("server-websocket", "server-bosh"):
        visitor = w.visitor(road)
        contact = w.chatting(nina, visitor, f"Over {road}")
        assert "is blocked" in by_text(nina, contact, "block")
        visitor.expect(event("closed"))
        assert refused(visitor, "Again") == "You cannot write here at the moment."
        try:
            w.visitor(road, token=visitor.token)
        except AssertionError as error:
            assert "not-allowed" in str(error) and "You cannot write here" in str(error), error
        else:
            raise AssertionError("a blocked visitor has checked in")
        # A new session of the server's endpoint is somebody new: no address holds it.
        by_text(nina, w.offered(nina, w.visitor(road), f"New over {road}"), "decline")
    alice = w.plain_user()
    alice.look()
    contact = w.chatting(nina, alice, "With an account")
    assert "is blocked" in by_text(nina, contact, "block")
    alice.expect(event("closed"))
    assert refused(alice, "Again") == "You cannot write here at the moment."
    again = w.client("alice", resource="other").available()
    number = again.say(w.sales, "From another client")
    assert again.expect(message(id=number, type="error")).find("{*}error/{*}not-allowed") is not None
    assert "undone" in by_text(nina, contact, "unblock")
    w.offered(nina, alice, "Sorry")
