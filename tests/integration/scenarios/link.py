"""The link between the daemon and a real server: cut, mended, refused."""
import os
import pathlib
import re
import socket

from daemon import until
from world import scenario
from xmpp import find, message, presence


@scenario
def a_dropped_link_comes_back_and_nothing_is_lost(w):
    daemon = w.daemon(wired=True)
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    w.wire.cut()
    daemon.wait(503)
    visitor.write("Said while the link was down")
    w.wire.mend()
    daemon.wait(200)
    agent.expect(message(from_=contact, body="Said while the link was down"))
    agent.say(contact, "And answered")
    visitor.expect(message(body="And answered"))


@scenario
def the_link_may_be_cut_again_and_again(w):
    """Every line arrives at least once, in the visitor's history exactly once."""
    w.daemon(wired=True, limits={"agent_grace_s": 600})
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    for turn in range(4):
        visitor.write(f"Turn {turn}")
        w.wire.cut()
        visitor.write(f"Cut {turn}")
        w.wire.mend()
        w.current.wait(200)
    for turn in range(4):
        for word in ("Turn", "Cut"):
            agent.expect(message(from_=contact, says=f"{word} {turn}"))
    bodies = visitor.bodies()
    for turn in range(4):
        assert bodies.count(f"Turn {turn}") == 1 and bodies.count(f"Cut {turn}") == 1


@scenario
def an_agent_is_told_what_we_last_had_of_them(w):
    """A line that an agent says into a dead link is gone, with an error or without: afterwards the
    agent is told the last line that arrived."""
    daemon = w.daemon(wired=True, limits={"agent_grace_s": 600})
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    w.wire.cut()
    daemon.wait(503)
    agent.say(contact, "Into the void")
    w.wire.mend()
    daemon.wait(200)
    agent.expect(message(from_=contact, says="Hi, how can I help"))
    visitor.quiet(message(body="Into the void"), 0.3)


BACK = "^— The connection is back. The last line that arrived from you"


@scenario
def after_a_kill_each_gap_is_told_once_and_what_was_swallowed_can_be_sent_again(w):
    """What an agent says while the daemon is dead is gone, or comes back as an error. Afterwards the
    owner of a chat is told the last line that arrived; the swallowed one is sent again with its id,
    twice, and shown once. Whoever owes nobody a line is told nothing."""
    daemon = w.daemon(limits={"agent_grace_s": 600, "linger_s": 600})
    nina, tom, visitor = w.agent("agent"), w.agent("agent2", show="away"), w.visitor()
    contact = w.chatting(nina, visitor)
    ended = w.visitor()
    of_ended = w.chatting(nina, ended, "Only a moment")
    ended.end_chat()
    nina.expect(message(from_=of_ended, says="has ended the chat"))
    of_waiting = w.offered(nina, w.visitor(), "And me?")
    nina.expect(message(receipt=nina.say(contact, "The last that arrived")))
    for gap in (1, 2):
        daemon.kill()
        swallowed = nina.say(contact, f"Into the void {gap}")
        daemon.start()
        line = nina.expect(message(from_=contact, says=BACK), 40)
        last = "The last that arrived" if gap == 1 else "Into the void 1"
        assert line.findtext("{jabber:client}body").endswith(": " + last)
        visitor = w.visitor(token=visitor.token)
        for _ in range(2):
            nina.say(contact, f"Into the void {gap}", id=swallowed)
            nina.expect(message(receipt=swallowed))
        assert visitor.bodies().count(f"Into the void {gap}") == 1
    assert nina.count(message(says=BACK)) == 2
    for other in (of_ended, of_waiting):
        assert not nina.count(message(from_=other, says="connection is back"))
    assert not tom.count(message(says="connection is back"))


@scenario
def after_a_restart_of_the_server_the_agent_is_told_what_we_last_had_of_them(w):
    server = w.own_server()
    daemon = w.daemon(wired=True, limits={"agent_grace_s": 600})
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    server.kill()
    agent.expect_end()
    w.wire.cut()
    daemon.wait(503)
    server.launch()
    agent = w.client("agent").available()
    swallowed = agent.say(contact, "Into the void")  # the component is not there yet
    w.wire.mend()
    daemon.wait(200, 60)
    line = agent.expect(message(from_=contact, says=BACK), 40)
    assert line.findtext("{jabber:client}body").endswith("Hi, how can I help?")
    agent.say(contact, "Into the void", id=swallowed)
    visitor.expect(message(body="Into the void"))
    assert agent.count(message(says=BACK)) == 1


@scenario
def a_late_repeat_of_an_agent_is_stored_once_and_acknowledged_each_time(w):
    """After a kill, after the chat's end, and when the visitor's next chat is offered."""
    daemon = w.daemon(limits={"agent_grace_s": 600, "linger_s": 600})
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)

    def say_again():
        agent.say(contact, "Exactly once", id="late-1")
        agent.expect(message(receipt="late-1"))

    say_again()
    daemon.revive()
    visitor = w.visitor(token=visitor.token)
    say_again()
    agent.say(contact, "!end")
    agent.expect(message(from_=contact, says="The chat has ended"))
    say_again()
    daemon.revive()  # the chat is over: nothing of it is loaded until the visitor comes
    visitor = w.visitor(token=visitor.token)
    visitor.write("One more thing")
    agent.expect(message(from_=contact, body="One more thing"))
    say_again()
    assert visitor.bodies().count("Exactly once") == 1
    agent.say(contact, "What is it?")
    answer = visitor.expect(message(body="What is it?"))
    assert answer.get("from") == f"{w.sales}/Nina"


@scenario
def the_server_was_away_when_the_daemon_started(w):
    daemon = w.daemon(wired=True, start=False)
    w.wire.cut()
    daemon.start(ready=False)
    assert daemon.readiness() == 503
    visitor = w.visitor()
    assert visitor.visit.get("availability") == "unavailable"
    visitor.write("Nobody hears me yet")
    w.wire.mend()
    daemon.wait(200)
    agent = w.agent()
    agent.expect(message(from_="visitor-*", body="Nobody hears me yet"))


@scenario
def a_wrong_secret_is_told_apart(w):
    daemon = w.daemon(start=False)
    daemon.write("secret", "wrong")
    daemon.start(ready=False)
    daemon.wait_log(r"(?i)secret")
    assert daemon.readiness() == 503


@scenario
def a_domain_that_the_server_does_not_know_is_told_apart(w):
    daemon = w.daemon(start=False, domain="nobody." + w.host)
    daemon.start(ready=False)
    daemon.wait_log(r"(?i)(not configured|unknown|no such component|secret)")
    assert daemon.readiness() == 503


def idler(w, daemon):
    """Somebody who has been answered, and stays: whoever says nothing is gone after ten seconds."""
    line = w.keep(socket.create_connection(("127.0.0.1", daemon.port)))
    line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
    return line


@scenario
def two_thousand_descriptors_are_open_and_a_reconnect_works(w):
    """Descriptors far over 1024, where select() would abort: the link is cut and comes back."""
    daemon = w.daemon(wired=True, files=8192,
                      limits={"max_connections": 4000, "streams_per_address": 4000,
                              "new_streams_per_minute": 10000})
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    idle = [idler(w, daemon) for _ in range(2000)]
    until(lambda: open_files(daemon) > 2000, "2,000 descriptors are open")
    w.wire.cut()
    daemon.wait(503)
    w.wire.mend()
    daemon.wait(200)
    number = visitor.say(w.sales, "Over the new link")
    visitor.expect(message(receipt=number))
    agent.expect(message(from_=contact, body="Over the new link"))
    assert open_files(daemon) > 1024
    assert len(idle) == 2000


def open_files(daemon):
    """Root alone may count them; the size of the table, by powers of two, is for everybody."""
    process = pathlib.Path(f"/proc/{daemon.process.pid}")
    try:
        return len(os.listdir(process / "fd"))
    except PermissionError:
        return int(re.search(r"FDSize:\s+(\d+)", (process / "status").read_text())[1])


@scenario
def the_daemon_stops_politely_while_the_link_is_down(w):
    daemon = w.daemon(wired=True)
    agent, visitor = w.agent(), w.visitor()
    w.chatting(agent, visitor)
    w.wire.cut()
    daemon.wait(503)
    assert daemon.stop() == 0
    visitor.expect_end()
    w.wire.mend()
    daemon.start()
    agent.expect(presence(from_="visitor-*", type="unavailable"))


@scenario
def the_xmpp_server_is_killed_and_comes_back(w):
    """The agent's client logs in again; what the visitor said meanwhile arrives. (The link is mended
    after that: a line that ejabberd gets for an account of which nobody is there, in the moment it
    starts, may be gone.)"""
    server = w.own_server()
    daemon = w.daemon(wired=True, limits={"agent_grace_s": 600})
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    server.kill()
    agent.expect_end()
    w.wire.cut()
    daemon.wait(503)
    visitor.write("Is anybody still there?")
    server.launch()
    agent = w.client("agent").available()
    w.wire.mend()
    daemon.wait(200, 60)
    agent.expect(message(from_=contact, body="Is anybody still there?"), 40)
    agent.say(contact, "Again, yes")
    visitor.expect(message(body="Again, yes"))


@scenario
def what_is_sent_again_says_so(w):
    """A line whose fate is unknown is repeated under the same id, with the time it is from and a
    visible mark; the visitor's history has it once."""
    w.daemon(wired=True, limits={"agent_grace_s": 600})
    agent, visitor = w.agent(receipts=False), w.visitor()
    contact = w.chatting(agent, visitor)
    w.wire.hold()
    visitor.write("Lost on the way")
    w.wire.cut()
    w.wire.release()
    w.wire.mend()
    w.current.wait(200)
    line = agent.expect(message(from_=contact, says="Lost on the way"), 40)
    assert find(line, "delay:delay") is not None, "it does not say when it was said"
    assert visitor.bodies().count("Lost on the way") == 1
    agent.say(contact, "Now I have it")
    visitor.expect(message(body="Now I have it"))
