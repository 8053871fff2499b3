"""The world's faults under the database, each caused for real: while it lasts nothing is
acknowledged, visitor and agent are told in words; when it is over all goes on without a restart,
and what was acknowledged is there after a kill -9 (docs/OPERATIONS.md, "Faults")."""
import json

from daemon import until
from trouble import Idle, Immutable, Injected, Locked, Moved, SmallDisk, lines_of
from world import scenario
from xmpp import NS, find, iq, message

QUICK = {"limits": {"message_burst": 100, "agent_grace_s": 600, "visitor_grace_s": 600}}
TO_VISITOR = "Messages cannot be kept right now. Please try again in a moment."
TO_AGENT = "Lines cannot be kept right now. The visitor has not seen this one."


def words(element):
    return find(element, "error/stanzas:text").text


class Talk:
    """A running chat in which every acknowledgement counts."""

    def __init__(self, w, size=0):
        self.w, self.size = w, size
        self.agent, self.visitor = w.agent(), w.visitor()
        self.contact = w.chatting(self.agent, self.visitor)
        self.said, self.refused = {}, set()

    def say(self, text):
        number = self.visitor.say(self.w.sales, text + " " + "x" * self.size)
        self.said[number] = text
        return number

    def is_acknowledged(self, number):
        return self.visitor.count(message(receipt=number)) > 0

    def until_noticed(self):
        """Lines until the daemon knows that it cannot store: the last has no answer yet."""
        while True:
            number = self.say(f"Into the trouble {len(self.said)}")
            until(lambda n=number: self.is_acknowledged(n) or self.w.current.readiness() == 503,
                  "it is stored, or known to be impossible", 30)
            if not self.is_acknowledged(number):
                return

    def refuse(self):
        """Both sides are told in words, and nobody that something was stored."""
        number = self.say("Refused")
        answer = self.visitor.expect(message(error="resource-constraint", id=number))
        assert find(answer, "error").get("type") == "wait" and words(answer) == TO_VISITOR
        self.refused.add(number)
        number = self.agent.say(self.contact, "Refused, too")
        answer = self.agent.expect(message(error="resource-constraint", id=number))
        assert words(answer) == TO_AGENT, words(answer)

    def expected(self):
        return [text for number, text in self.said.items() if number not in self.refused]

    def bodies(self, visitor):
        """The lines of this talk in the visitor's history, all pages."""
        bodies, after = [], None
        while True:
            page = visitor.history(after=after, max=100)
            bodies += [line.findtext("{jabber:client}body") for _, line in page]
            if visitor.fin.get("complete") == "true":
                break
            after = page[-1][0]
        return [body.rstrip("x").rstrip() for body in bodies]

    def check_stored(self, visitor):
        """Each line that was not refused once and in order, none that was."""
        bodies = self.bodies(visitor)
        ours = set(self.said.values())
        assert [body for body in bodies if body in ours] == self.expected(), bodies
        assert "Refused, too" not in bodies

    def go_on(self):
        """What was held arrives, and new lines do."""
        self.w.current.wait(200)
        self.say("After it")
        for number, text in self.said.items():
            if number not in self.refused:
                until(lambda n=number: self.is_acknowledged(n), f"{text} is acknowledged")
        self.agent.expect(message(from_=self.contact, says="After it"))
        for text in self.expected():
            shown = self.agent.count(message(from_=self.contact, says=f"^{text}( x*)?$"))
            assert shown == 1, f"the agent saw {text} {shown} times"
        number = self.agent.say(self.contact, "Good again")
        self.visitor.expect(message(body="Good again"))
        self.agent.expect(message(receipt=number))
        self.check_stored(self.visitor)

    def crash(self):
        """What was acknowledged is there after a kill -9."""
        token = self.visitor.token
        self.w.current.kill()
        self.w.current.start()
        again = self.w.visitor(token=token)
        assert again.id == self.visitor.id
        self.check_stored(again)


def play(w, trouble, why, size=0):
    """The whole story; why: what the log says."""
    talk = Talk(w, size)
    daemon = w.current
    mark = len(daemon.log.read_bytes())
    try:
        trouble.begin()
        talk.until_noticed()
        daemon.wait_log(why)
        assert json.loads(daemon.command("status", "--json").stdout)["storage"] == "refusing"
        with Idle(daemon):
            talk.refuse()
            talk.visitor.quiet(message(has="receipts:received"), 3)
    finally:
        trouble.end()
    talk.go_on()
    assert lines_of(daemon, " error storage: ", mark) <= 3, "the log is flooded"
    talk.crash()


@scenario(servers=("prosody",))
def while_the_disk_is_full_nothing_is_acknowledged(w):
    """V-0S1, C-04: a full disk refuses new messages, and says so. The write-ahead log has the room
    that it has already: so it takes some lines until the disk is noticed."""
    disk = w.keep(SmallDisk(w.directory / "small"))
    w.daemon(storage=f"sqlite:{disk.place}/tresen.db", **QUICK)
    play(w, disk, "no space is left", 3000)


@scenario(servers=("ejabberd",))
def while_another_program_locks_the_database_nothing_is_acknowledged(w):
    w.daemon(**QUICK)
    play(w, w.keep(Locked(w.directory / "tresen.db")), "locked by another program")


@scenario(servers=("prosody",))
def while_the_database_is_read_only_nothing_is_acknowledged(w):
    w.daemon(**QUICK)
    play(w, w.keep(Immutable(w.directory / "tresen.db")), "Operation not permitted")


@scenario(servers=("ejabberd",))
def while_the_disk_does_not_sync_nothing_is_acknowledged(w):
    """C-05: the write went well, and fdatasync says that it is not on the disk."""
    daemon = w.daemon(**QUICK)
    play(w, w.keep(Injected(daemon, "fdatasync")), "Input/output error")


@scenario(servers=("prosody",))
def while_the_disk_does_not_write_nothing_is_acknowledged(w):
    daemon = w.daemon(**QUICK)
    play(w, w.keep(Injected(daemon, "pwrite64")), "Input/output error")


@scenario(servers=("prosody",))
def while_the_database_is_elsewhere_nothing_is_acknowledged(w):
    w.daemon(**QUICK)
    play(w, w.keep(Moved(w.directory / "tresen.db")), "moved, replaced or removed: restart to use")


@scenario(servers=("ejabberd",))
def what_cannot_be_read_is_not_taken_for_nothing(w):
    """C-05: neither an empty history nor a visitor nobody knows; the answer comes when it can."""
    daemon = w.daemon(**QUICK)
    talk = Talk(w)
    mark = len(daemon.log.read_bytes())
    stream = w.stream()
    trouble = w.keep(Injected(daemon, "pread64"))
    trouble.begin()
    try:
        talk.visitor.send(f"<iq type='set' id='past' to='{w.sales}'>"
                          f"<query xmlns='{NS['mam']}' queryid='past'/></iq>")
        stream.send(f"<iq type='set' id='again' to='{w.sales}'><visit xmlns='{NS['visit']}'>"
                    f"<token>{talk.visitor.token}</token></visit></iq>")
        daemon.wait_log("storage: cannot read: .*Input/output error")
        with Idle(daemon):
            talk.visitor.quiet(iq(id="past"), 3)
            stream.quiet(iq(id="again"), 0.1)
    finally:
        trouble.end()
    assert talk.visitor.expect(iq(id="past")).get("type") == "result"
    assert [line for line in talk.visitor.seen if find(line, "mam:result") is not None]
    known = stream.expect(iq(id="again", type="result"))
    assert find(known, "visit:visit").get("visitor") == talk.visitor.id
    assert lines_of(daemon, " error storage: ", mark) <= 3, "the log is flooded"
