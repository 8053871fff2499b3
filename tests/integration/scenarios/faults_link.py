"""The XMPP server stands still, is replaced, or has another component under our name: noticed within
45 s and logged once, in words. 15 s later the visitor is told that nobody is there; what is written
meanwhile is kept; all goes on without a restart."""
from daemon import until
from faults import Talk
from trouble import Frozen, Idle, lines_of
from world import scenario
from xmpp import Component, message, presence

LIMITS = {"limits": {"message_burst": 100, "agent_grace_s": 600, "visitor_grace_s": 600}}
NOBODY = "Nobody is here right now. You can leave a message."
NOTICED_S, TOLD_S = 45, 15


class Watch(Talk):
    """A chat whose visitor looks at the department's presence."""

    def __init__(self, w):
        super().__init__(w)
        assert self.visitor.look().get("type") is None
        self.mark = len(w.current.log.read_bytes())

    def told(self):
        """The visitor reads that nobody is there, and may write; that is stored."""
        gone = self.visitor.expect(presence(from_=self.w.sales, type="unavailable"), TOLD_S + 20)
        assert gone.findtext("{jabber:client}status") == NOBODY
        number = self.say("While the link is down")
        self.visitor.expect(message(receipt=number))

    def mended(self, timeout=100):
        """All that was said is with the agent, repeats are marked, and the chat goes on."""
        self.w.current.wait(200, timeout)
        self.say("After it")
        self.agent.expect(message(from_=self.contact, says="After it"), 30)
        for text in self.expected():
            assert self.agent.count(message(from_=self.contact, says=text)) > 0, f"{text} is lost"
            unmarked = self.agent.count(message(from_=self.contact, says=f"^{text} *$"))
            assert unmarked <= 1, f"{text} came {unmarked} times without a mark"
        self.agent.say(self.contact, "Good again")
        self.visitor.expect(message(body="Good again"))
        self.check_stored(self.visitor)

    def check_log(self, pattern):
        assert lines_of(self.w.current, f" (warn|error) link: .*{pattern}", self.mark) == 1, \
            f"{pattern} is to be told once: {self.w.current.tail(40)}"


@scenario
def a_server_that_stands_still_for_a_moment_is_waited_for(w):
    server = w.own_server()
    daemon = w.daemon(wired=True, **LIMITS)
    talk = Watch(w)
    pause = w.keep(Frozen(server))
    pause.begin()
    number = talk.say("Into the silence")
    talk.visitor.expect(message(receipt=number))
    with Idle(daemon):
        talk.visitor.quiet(presence(from_=w.sales, type="unavailable"), 5)
    pause.end()
    talk.agent.expect(message(from_=talk.contact, says="Into the silence"))
    assert w.wire.connections == 1, "the link was given up"
    talk.mended()


@scenario
def a_server_that_stands_still_is_left_within_45_seconds_and_found_again(w):
    """C-17: it takes bytes and answers nothing, for a minute."""
    server = w.own_server()
    daemon = w.daemon(wired=True, **LIMITS)
    talk = Watch(w)
    pause = w.keep(Frozen(server))
    pause.begin()
    talk.say("Into the silence")
    with Idle(daemon):
        daemon.wait_log("link: silent", NOTICED_S + 5)
        talk.told()
    pause.end()
    talk.mended()
    talk.visitor.expect(presence(from_=w.sales, type=""), 30)
    talk.check_log("silent")


@scenario(servers=("prosody",))
def a_server_that_was_replaced_is_told_in_words_and_tried_again(w):
    """It has another secret now; an administrator mends that, and the daemon comes by itself."""
    server = w.own_server()
    daemon = w.daemon(**LIMITS)
    talk = Watch(w)
    secret, configurations = server.secret, {}
    server.kill()
    talk.told()
    for file in server.directory.glob("*.*"):
        if file.is_file() and secret in file.read_text(errors="replace"):
            configurations[file] = file.read_text()
            file.write_text(configurations[file].replace(secret, "another"))
    assert configurations
    server.secret = "another"
    server.launch()
    daemon.wait_log("wrong secret.*the server refuses our secret: server.secret must be", 60)
    assert daemon.readiness() == 503
    server.kill()
    for file, text in configurations.items():
        file.write_text(text)
    server.secret = secret
    server.launch()
    talk.agent = w.client("agent").available()
    talk.mended()
    talk.visitor.expect(presence(from_=w.sales, type=""), 30)
    talk.check_log("wrong secret")


@scenario(servers=("prosody",))
def a_conflict_is_told_in_words_and_over_when_the_other_has_left(w):
    """V-142: Prosody keeps who was first; the daemon comes again after half a minute or a whole."""
    daemon = w.daemon(wired=True, **LIMITS)
    talk = Watch(w)
    w.wire.cut()
    daemon.wait(503)
    other = w.keep(Component(w.server.component_port(w.host), w.domain, w.server.secret))
    w.wire.mend()
    daemon.wait_log("link: conflict .*is a second Tresen running")
    with Idle(daemon):
        talk.told()
    other.close()
    talk.mended()
    talk.check_log("conflict")


@scenario(servers=("prosody",))
def a_component_that_throws_us_out_is_told_in_words_and_thrown_out_later(w):
    """V-142: with kick_old who comes last stays. We wait for half a minute before we do it: two that
    take the name from each other every second would both be of no use."""
    server = w.own_server()
    file = server.directory / f"{w.host}.cfg.lua"
    file.write_text(file.read_text().replace(
        "component_secret =", 'component_conflict_resolve = "kick_old"; component_secret ='))
    server.kill()
    server.launch()
    daemon = w.daemon(**LIMITS)
    talk = Watch(w)
    other = w.keep(Component(server.component_port(w.host), w.domain, server.secret))
    daemon.wait_log("link: conflict .*is a second Tresen running")
    with Idle(daemon):
        talk.told()
    talk.mended()
    other.expect_end()
    talk.check_log("conflict")


class Split(Component):
    """Another Tresen: it pings itself, as they do, to hear whether its stanzas are its own."""

    def ping(self):
        self.send(f"<iq type='get' from='{self.domain}' to='{self.domain}' "
                  "id='link-ping-another-1'><ping xmlns='urn:xmpp:ping'/></iq>")


@scenario(servers=("ejabberd",))
def a_second_component_that_shares_our_stanzas_is_noticed(w):
    """V-142: ejabberd accepts both and gives each stanza to one of them."""
    daemon = w.daemon(**LIMITS)
    talk = Watch(w)
    other = w.keep(Split(w.server.component_port(w.host), w.domain, w.server.secret))
    def noticed():
        other.ping()
        return lines_of(daemon, " error link: conflict", talk.mark)
    until(noticed, "it is noticed that stanzas are split", 60)
    daemon.wait_log("another component's pings come to us: our stanzas are split")
    with Idle(daemon):
        talk.told()
    other.close()
    talk.mended()
    talk.check_log("conflict")


@scenario(servers=("prosody",))
def who_talks_to_an_agent_that_nobody_reaches_is_told_so(w):
    """After 15 s and the agent's grace; the chat goes on where it was."""
    daemon = w.daemon(wired=True, limits={"agent_grace_s": 1, "visitor_grace_s": 600})
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    w.wire.cut()
    daemon.wait(503)
    visitor.write("Are you there?")
    visitor.expect(message(says="Nina has lost the connection. We are looking for somebody else"),
                   TOLD_S + 20)
    visitor.expect(message(says="Your message is kept"))
    w.wire.mend()
    daemon.wait(200)
    agent.expect(message(from_=contact, says="Are you there"), 40)
    agent.say(contact, "Again, yes")
    visitor.expect(message(body="Again, yes"))
