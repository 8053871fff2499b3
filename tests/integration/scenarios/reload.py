"""Another configuration while the daemon runs (SIGHUP, `tresen reload`), and its end (SIGTERM)."""
import json
import os
import re
import signal
import sqlite3
import threading
import time

from daemon import merge, until
from gateway import BoshStream, Refused, Visitor, WebSocketStream
from world import scenario
from xmpp import NS, body_of, find, kind_of, message, presence

EAGER = {"limits": {"message_burst": 1000}}


# ---- the file and the signal ----

def write(daemon, **more):
    """The file with that over what it says, as a person would save it: at once."""
    daemon.configuration = merge(daemon.configuration, more)
    draft = daemon.directory / "tresen.yml.new"
    draft.write_text(json.dumps(daemon.configuration, indent=1))
    draft.replace(daemon.directory / "tresen.yml")


def outcomes(daemon):
    """What came of each reload so far, a line of the log each."""
    log = daemon.log.read_text(errors="replace")
    return re.findall(r"^.*(?:tresen\.yml is in force|what was in force before stays).*$", log, re.M)


def hang_up(daemon):
    """SIGHUP; the line that says what came of it."""
    before = len(outcomes(daemon))
    daemon.process.send_signal(signal.SIGHUP)
    return until(lambda: outcomes(daemon)[before:], "a line about the reload")[0]


def reload(daemon, **more):
    write(daemon, **more)
    line = hang_up(daemon)
    assert line.endswith("is in force"), line


def refused(daemon, words, code=2):
    """SIGHUP and `tresen reload` both say why not; a line of the log each."""
    line = hang_up(daemon)
    assert words in line and line.endswith("stays)"), line
    done = daemon.command("reload")
    assert done.returncode == code and words in done.stderr, (done.returncode, done.stderr)


def departments(w, **members):
    return {"departments": [{"id": name, "name": name.capitalize(), "agents": [w.jid(a) for a in who]}
                            for name, who in members.items()]}


# ---- traffic ----

class Talker:
    """A visitor who writes line after line, each when the one before is acknowledged. (A BOSH
    session has four requests a second, V-026.)"""

    def __init__(self, visitor):
        self.visitor, self.acknowledged, self.failure = visitor, [], None
        self.pace_s = 0.6 if isinstance(visitor.stream, BoshStream) else 0.02
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.talk, daemon=True)
        self.thread.start()

    def talk(self):
        number = 0
        while not self.is_over.is_set():
            line = f"line {number} of {self.visitor.id}"
            try:
                self.visitor.write(line)
            except (AssertionError, OSError) as failure:
                self.failure = failure
                return
            self.acknowledged.append(line)
            number += 1
            self.is_over.wait(self.pace_s)

    def stop(self):
        self.is_over.set()
        self.thread.join(30)
        assert not self.thread.is_alive()
        return self


def lines_of(agent, contact):
    return [body_of(e) for e in list(agent.seen) if kind_of(e) == "message" and body_of(e) and
            (e.get("from") or "").startswith(contact + "/") and not body_of(e).startswith("—")]


@scenario
def reloads_under_traffic_disconnect_nobody_and_lose_nothing(w):
    """A SIGHUP every 100 ms while four visitors on three roads write and an agent listens."""
    daemon = w.daemon(wired=True, **EAGER)
    agent = w.agent()
    roads = ("websocket", "websocket", "bosh", "server-websocket")
    visitors = [w.visitor(road) for road in roads]
    contacts = [w.chatting(agent, visitor, f"Hello over {road}")
                for visitor, road in zip(visitors, roads)]
    talkers = [Talker(visitor) for visitor in visitors]
    teams = ({"sales": ["agent", "agent2"]}, {"sales": ["agent"], "press": ["agent", "agent3"]})
    tom = w.agent("agent2")
    for at in range(40):
        write(daemon, log_level=("debug", "info")[at % 2], **departments(w, **teams[at // 2 % 2]),
              agents=[{"jid": w.jid("agent"), "name": ("Nina", "Ninette")[at % 2],
                       "capacity": 4 + at % 5}],
              limits={"max_queue": 10 + at, "leave_s": 2 + at % 2},
              sites=([], [{"id": "other", "origins": ["https://other.example"]}])[at % 2],
              web={"trusted_proxies": (["127.0.0.0/8"], ["192.0.2.0/24"])[at % 2]})
        assert hang_up(daemon).endswith("is in force")
        time.sleep(0.1)  # the pace of the reloads
    for talker in talkers:
        assert talker.stop().failure is None, talker.failure
        assert len(talker.acknowledged) > 5, len(talker.acknowledged)
        assert talker.visitor.ended is None, talker.visitor.ended
    assert w.wire.connections == 1, "the link was dialled again"
    assert agent.ended is None and tom.ended is None
    reload(daemon, **departments(w, **teams[0]))
    w.enrolled(tom)
    contacts.append(w.offered(agent, w.visitor(), "Are both of you there?"))
    tom.expect(message(from_=contacts[-1], body="Are both of you there?"))
    for contact, talker in zip(contacts, talkers):
        want = talker.acknowledged
        until(lambda: lines_of(agent, contact)[1:] == want, "each line once, in order")
    agent.say(contacts[0], "Did you get me?")
    visitors[0].expect(message(body="Did you get me?"))


@scenario
def a_file_that_is_wrong_changes_nothing(w):
    daemon = w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    file, good = daemon.directory / "tresen.yml", json.dumps(daemon.configuration, indent=1)
    file.write_text(good.replace('"capacity": 5', '"capacity": 0', 1))
    refused(daemon, "agents[0].capacity")
    file.write_text(good + "\n}")
    refused(daemon, "tresen.yml:")
    file.write_text(good.replace('"departments"', '"departmnts"'))
    refused(daemon, 'did you mean "departments"?')
    file.unlink()
    refused(daemon, "cannot be read")
    file.write_text(good)
    (daemon.directory / "secret").rename(daemon.directory / "elsewhere")
    refused(daemon, "server.secret_file:")
    (daemon.directory / "elsewhere").rename(daemon.directory / "secret")
    # Everything is as it was, and the good file is taken.
    assert visitor.ended is None
    visitor.write("Still here")
    agent.expect(message(from_=contact, body="Still here"))
    done = daemon.command("reload")
    assert done.returncode == 0 and "tresen.yml is in force" in done.stdout, done
    assert json.loads(daemon.command("status", "--json").stdout)["streams"] == 1


@scenario
def a_key_that_needs_a_restart_is_named_and_nothing_else_changes_either(w):
    daemon = w.daemon()
    agent, visitor = w.agent(), w.visitor()
    w.chatting(agent, visitor)
    before = daemon.configuration
    for key, value in (("domain", "other." + w.host), ("server.host", "localhost"),
                       ("server.port", 1), ("web.listen", "127.0.0.1:1"),
                       ("web.widget", "elsewhere"), ("web.website", "elsewhere"),
                       ("storage", "sqlite:other.db")):
        outer, _, inner = key.partition(".")
        write(daemon, **{outer: {inner: value} if inner else value},
              agents=[{"jid": w.jid("agent"), "name": "Ninette"}])
        line = hang_up(daemon)
        assert re.search(rf"tresen\.yml:\d+: {re.escape(key)}: only a restart changes this", line), line
        if key != "storage":  # where the control socket is, too
            done = daemon.command("reload")
            assert done.returncode == 2 and f"{key}: only a restart" in done.stderr, done
        daemon.configuration = before
    write(daemon, control="other.sock")
    assert "control: only a restart changes this" in hang_up(daemon)
    assert daemon.command("reload").returncode == 1  # nobody listens there
    daemon.configuration = before
    write(daemon)
    assert hang_up(daemon).endswith("is in force")
    assert visitor.ended is None
    second = w.visitor()
    w.chatting(agent, second)
    assert second.count(message(says="^Nina is here for you")) == 1  # not Ninette


@scenario
def an_agent_who_is_taken_out_gives_the_chat_to_others(w):
    daemon = w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor, "I want tea")
    offered = w.visitor()
    waits = w.offered(nina, offered, "And I coffee")
    tom = w.agent("agent2")
    tom.expect(message(from_=waits, body="And I coffee"))
    nina.forget()
    reload(daemon, agents=[{"jid": w.jid("agent2"), "name": "Tom"}],
           **departments(w, sales=["agent2"]))
    # The one who goes is told, and no contact of ours stays in the roster.
    nina.expect(message(from_=contact, says="do not answer for Sales any more"))
    nina.expect(message(from_=waits, says="do not answer for Sales any more"))
    nina.expect(presence(from_=contact, type="unavailable"))
    nina.wait_contact(lambda roster: not any(jid.endswith("@" + w.domain) for jid in roster))
    number = nina.say(contact, "I am still here")
    nina.expect(message(id=number, error="item-not-found"))
    # The visitor is told, and the others go on where it stopped.
    visitor.expect(message(where=lambda e: find(e, "visit:line") is not None and find(
        e, "visit:line").get("event") == "handed-back"))
    tom.expect(message(from_=contact, body="I want tea"))
    tom.say(contact, "Green or black?")
    visitor.expect(message(body="Green or black?"))
    visitor.write("Green")
    tom.expect(message(from_=contact, body="Green"))
    nina.quiet(message(from_="visitor-*", has="body"))
    with sqlite3.connect(f"file:{daemon.directory}/tresen.db?mode=ro", uri=True) as db:
        until(lambda: not db.execute("SELECT 1 FROM contacts WHERE agent = ?",
                                     (w.jid("agent"),)).fetchall(), "the ledger has nothing")


@scenario
def an_agent_who_is_added_gets_the_department_and_the_chats_that_wait(w):
    daemon = w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina"}],
                      **departments(w, sales=["agent"]))
    tom = w.client("agent2")
    tom.available()
    visitor = w.visitor()
    visitor.write("Is anybody there?")
    reload(daemon, agents=[{"jid": w.jid("agent2"), "name": "Tom"}],
           **departments(w, sales=["agent", "agent2"]))
    w.enrolled(tom)
    contact = tom.expect(message(from_="visitor-*", body="Is anybody there?")).get("from")
    tom.say(contact.partition("/")[0], "I am")
    visitor.expect(message(body="I am"))
    # And out and in again.
    reload(daemon, agents=[{"jid": w.jid("agent"), "name": "Nina"}],
           **departments(w, sales=["agent"]))
    tom.wait_contact(lambda roster: w.sales not in roster)
    tom.forget()
    reload(daemon, agents=[], **departments(w, sales=["agent", "agent2"]))
    w.enrolled(tom)
    tom.expect(message(from_="visitor-*", body="(again) Is anybody there?"))


@scenario
def a_customer_who_becomes_an_agent_is_one_from_then_on(w):
    daemon = w.daemon()
    nina, alice = w.agent(), w.plain_user()
    alice.send(f"<presence type='subscribe' to='{w.sales}'/>")
    alice.expect(presence(from_=w.sales, type="subscribed"))
    contact = w.offered(nina, alice, "A customer asks")
    reload(daemon, **departments(w, sales=["agent", "agent2", "alice"]))
    w.enrolled(alice)
    w.gone(nina, contact)  # nobody is behind that contact any more
    visitor = w.visitor()
    offered = w.offered(nina, visitor, "Somebody else asks")
    alice.expect(message(from_=offered, body="Somebody else asks"))
    alice.say(offered, "I answer now")
    visitor.expect(message(body="I answer now"))


@scenario
def a_department_that_is_added_can_be_talked_to_at_once(w):
    daemon = w.daemon()
    agent = w.agent()
    press = "press@" + w.domain
    assert daemon.get("/w/1/status/press")[0] == 404
    reload(daemon, **departments(w, sales=["agent", "agent2"], press=["agent"]))
    status = json.loads(daemon.get("/w/1/status/press")[2])
    assert status["availability"] == "chat", status  # who is there was known
    w.enrolled(agent, press)
    agent.expect(presence(from_=press, type=""))
    visitor, alice = w.visitor(department="press"), w.plain_user(department="press")
    alice.send(f"<presence type='subscribe' to='{press}'/>")
    alice.expect(presence(from_=press, type="subscribed"))
    contact = w.chatting(agent, visitor)
    item = agent.wait_contact(lambda roster: roster.get(contact))
    assert item.findtext(f"{{{NS['roster']}}}group") == "Press"
    # Its name changes: in the roster, too, and so does the group of who talks to it.
    renamed = departments(w, sales=["agent", "agent2"], press=["agent"])
    renamed["departments"][1]["name"] = "Journalists"
    reload(daemon, **renamed)
    agent.wait_contact(lambda roster: roster[press].get("name") == "Journalists" and roster[
        contact].findtext(f"{{{NS['roster']}}}group") == "Journalists")
    # It cannot go while somebody talks to it.
    write(daemon, **departments(w, sales=["agent", "agent2"]))
    refused(daemon, "departments: press is not there any more, but has open chats (0 wait, 1 go on)")
    visitor.write("Still here")
    agent.expect(message(from_=contact, body="Still here"))
    agent.forget()
    visitor.look()
    visitor.end_chat()
    reload(daemon)
    agent.wait_contact(lambda roster: press not in roster and contact not in roster)
    agent.expect(presence(from_=press, type="unavailable"))
    visitor.expect(presence(from_=press, type="unavailable"))
    alice.expect(presence(from_=press, type="unavailable"))
    assert daemon.get("/w/1/status/press")[0] == 404
    assert daemon.get("/w/1/status/sales")[0] == 200
    # The agent is still there for the other one.
    assert json.loads(daemon.get("/w/1/status/sales")[2])["availability"] == "chat"


@scenario
def limits_origins_and_who_may_come_change_at_once(w):
    daemon = w.daemon(**EAGER)
    agent, visitor, alice = w.agent(), w.visitor(), w.plain_user()
    contact = w.chatting(agent, visitor)
    reload(daemon, limits={"body_points": 100, "streams_per_address": 3},
           web={"origins": ["https://other.example"]}, visitors={"xmpp": "off"})
    number = visitor.say(w.sales, "x" * 101)
    visitor.expect(message(id=number, type="error"))
    number = agent.say(contact, "y" * 101)
    agent.expect(message(id=number, error="not-acceptable"))
    number = alice.say(w.sales, "Hello")
    alice.expect(message(id=number, error="forbidden"))
    # A site that is taken out: open streams go on, no new ones.
    visitor.write("I was here before")
    try:
        w.visitor()
        raise AssertionError("an origin that is not allowed any more came in")
    except Refused as no:
        assert no.status == 403
    others = []
    for _ in range(2):
        others.append(w.keep(WebSocketStream(daemon.websocket_url, w.domain, "https://other.example")))
        others[-1].start()
    try:
        w.keep(WebSocketStream(daemon.websocket_url, w.domain, "https://other.example")).start()
        raise AssertionError("a fourth stream from one address")
    except Refused as no:
        assert no.status == 429
    reload(daemon, limits={"body_points": 5000, "streams_per_address": 200}, visitors={"xmpp": "local"})
    visitor.write("x" * 101)
    alice.write("Hello")
    Visitor(others[0], w.sales).check_in()
    w.keep(WebSocketStream(daemon.websocket_url, w.domain, "https://other.example")).start()


@scenario(servers=("ejabberd",))
def another_way_into_rosters_is_taken_at_once(w):
    daemon = w.daemon()
    agent, visitor = w.agent(), w.visitor()
    w.chatting(agent, visitor)
    assert "HTTP API" in daemon.command("status").stdout
    reload(daemon, server={"roster": "none", "api": None})
    assert "switched off" in daemon.command("status").stdout
    reload(daemon, server={"roster": "auto", "api": {
        "url": w.server.api_url(w.host), "user": w.jid("bridge"), "password_file": "api-password"}})
    second = w.visitor()
    contact = w.chatting(agent, second)
    agent.wait_contact(lambda roster: contact in roster)
    assert "HTTP API" in daemon.command("status").stdout


@scenario(fake=True)
def another_secret_is_used_at_the_next_handshake(w):
    fake = w.fake_server(ready=False)
    daemon = w.current
    link = fake.serve()
    daemon.wait(200)
    fake.secret = "another"
    daemon.write("secret", "another")
    reload(daemon)
    assert link.ended is None and daemon.readiness() == 200
    link.close()
    fake.serve()  # which checks the handshake
    daemon.wait(200)


# ---- the end ----

@scenario
def sigterm_under_traffic_loses_nothing_that_was_acknowledged(w):
    daemon = w.daemon(**EAGER)
    agent = w.agent()
    roads = ("websocket", "bosh", "server-websocket")
    visitors = [w.visitor(road) for road in roads]
    contacts = [w.chatting(agent, visitor, f"Hello over {road}")
                for visitor, road in zip(visitors, roads)]
    talkers, listener = [Talker(visitor) for visitor in visitors], w.visitor("bosh")
    until(lambda: all(len(talker.acknowledged) > 2 for talker in talkers), "traffic")
    agent.forget()
    assert daemon.stop() == 0
    # Everybody is told: streams end in words, contacts are gone.
    ends = [visitors[0].expect_end(), listener.expect_end()]
    assert visitors[0].error() == "system-shutdown" and visitors[0].close_code == 1001, ends
    assert listener.error() == "system-shutdown" and ends[1].startswith("terminated"), ends
    for contact in (*contacts, w.sales):
        agent.expect(presence(from_=contact, type="unavailable"))
    for talker in talkers[:2]:
        talker.stop()
    assert not agent.ended
    talkers[2].is_over.set()
    with sqlite3.connect(daemon.directory / "tresen.db") as db:
        stored = {row[0] for row in db.execute("SELECT body FROM entries")}
    for talker in talkers:
        lost = [line for line in talker.acknowledged if line not in stored]
        assert not lost, lost
    # The next start goes on where this one ended.
    agent.forget()
    daemon.start()
    agent.expect(presence(from_=w.sales, type=""))
    for talker, road in zip(talkers[:2], roads):
        back = w.visitor(road, token=talker.visitor.token)
        bodies = [body for page in pages(back) for body in page]
        assert [b for b in bodies if b in talker.acknowledged] == talker.acknowledged, road


def pages(visitor):
    last = "0"
    while True:
        lines = visitor.history(after=last)
        if not lines:
            return
        yield [line.findtext("{jabber:client}body") for _, line in lines]
        last = lines[-1][0]


@scenario
def a_second_sigterm_ends_at_once(w):
    """A visitor whose browser does not answer the goodbye, and a link that is held: the first
    signal waits for them a while, the second for nothing."""
    daemon = w.daemon(wired=True)
    agent, visitor = w.agent(), w.visitor()
    w.chatting(agent, visitor)
    w.wire.hold()
    daemon.process.send_signal(signal.SIGTERM)
    daemon.wait_log("saying goodbye")
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.process.wait(10) == 0
    w.wire.release()
