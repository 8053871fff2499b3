"""What time does to tickets: dates that come, targets that are near or missed, the end of what is solved; through
kills of the daemon and jumps of its clock."""
import json
import re
import signal
import time

from command import WAYS, by_form, by_text
from trouble import Clock
from world import scenario
from xmpp import body_of, message, presence

MINUTE, HOUR, DAY = 60, 3600, 86400


class House:
    """Nina and Tom sell, alice supervises, and the daemon's clock can be set."""

    def __init__(self, w, **sales):
        self.w = w
        sales = {"id": "sales", "name": "Sales", "tickets": "always",
                 "agents": [w.jid("agent"), w.jid("agent2")], **sales}
        self.daemon = w.daemon(start=False, departments=[sales], limits={"linger_s": 60},
                               roles={"supervisors": [w.jid("alice")]})
        self.clock = Clock(self.daemon)
        self.ahead = 0
        self.daemon.start()
        self.nina, self.tom = w.agent(), w.agent("agent2")
        self.boss = w.client("alice")
        self.boss.available()

    def passes(self, seconds):
        self.ahead += seconds
        self.clock.jump(self.ahead)

    def dies(self):
        """kill -9, and another start."""
        self.daemon.kill()
        for client in (self.nina, self.tom):
            client.forget()
        self.daemon.start()
        for client in (self.nina, self.tom):
            client.expect(presence(from_=self.w.sales, type=""))

    def abandoned(self):
        """A ticket of nobody: its visitor went before anybody had answered."""
        visitor = self.w.visitor()
        visitor.write("Anybody?")
        offer = body_of(self.nina.expect(message(from_="visitor-*", says=r"chat \d+")))
        visitor.end_chat()
        self.nina.expect(message(from_="visitor-*", says="ended"))
        return re.search(r"chat (\d+)", offer)[1]

    def ninas(self):
        """A ticket that is hers."""
        visitor = self.w.visitor()
        contact = self.w.chatting(self.nina, visitor)
        number = re.search(r"Ticket: (\d+)", by_text(self.nina, contact, "ticket"))[1]
        by_text(self.nina, contact, "end", how="ticket")
        return number

    def hears(self, client, number, text):
        return body_of(client.expect(message(from_=self.w.sales,
                                             says=f"^— Ticket {number}:? {text}")))

    def quiet(self, *clients):
        """Nobody is told anything of a ticket: two looks of the scheduler."""
        seconds = 2.5
        for client in clients or (self.nina, self.tom, self.boss):
            client.quiet(message(from_=self.w.sales, says=r"^— Ticket \d+:? (the|it|was p)"), seconds)
            seconds = 0.1

    def state(self, number):
        return re.search("State: (.*)", by_text(self.nina, self.w.sales, "ticket",
                                                number=number))[1]


@scenario
def a_ticket_that_rests_is_open_again_on_its_date(w):
    h = House(w)
    for give in WAYS:
        number = h.ninas()
        then = time.gmtime(time.time() + h.ahead + 2 * DAY)
        answer = give(h.nina, w.sales, "due", number=number, date=time.strftime("%Y-%m-%d", then))
        assert "is pending until" in answer, answer
        h.dies()
        h.quiet()
        h.passes(2 * DAY)
        told = h.hears(h.nina, number, "was pending until now: it is open again")
        assert f"!ticket {number} shows it" in told, told
        h.dies()
        h.quiet()
        shown = give(h.nina, w.sales, "ticket", number=number)
        assert "State: being worked on" in shown and "Pending until" not in shown, shown
        assert "[state] pending -> open" in give(h.nina, w.sales, "history", number=number)
    # Nobody's: all who may take it are told.
    number = h.abandoned()
    then = time.gmtime(time.time() + h.ahead + 2 * DAY)
    by_form(h.nina, w.sales, "due", number=number, date=time.strftime("%Y-%m-%d %H:%M", then))
    h.passes(2 * DAY)
    for client in (h.nina, h.tom):
        assert "Nobody has it." in h.hears(client, number, "was pending until now")


@scenario
def who_has_a_ticket_is_warned_and_told_and_then_the_supervisor(w):
    h = House(w, service_levels=[{"first_answer": "1h", "solution": "10h"}])
    number = h.abandoned()
    for give in WAYS:
        shown = give(h.nina, w.sales, "ticket", number=number)
        assert "First answer: due by " in shown and "Solution: due by " in shown, shown
    h.passes(50 * MINUTE)
    for client in (h.nina, h.tom):
        told = h.hears(client, number, "the first answer is due by")
        assert f"Nobody has it. !ticket {number} shows it" in told, told
    assert not h.boss.count(message(says="^— Ticket"))
    h.dies()
    h.quiet()
    h.passes(11 * MINUTE)
    for client in (h.nina, h.tom, h.boss):
        h.hears(client, number, "the first answer was due by")
    h.dies()
    h.quiet()
    for give in WAYS:
        assert "First answer: late: it was due by " in give(h.nina, w.sales, "ticket", number=number)
        assert number in give(h.nina, w.sales, "tickets", view="overdue")
    by_text(h.nina, w.sales, "assign", number=number, who="agent2")
    h.hears(h.tom, number, "was given to you")
    h.passes(8 * HOUR)
    told = h.hears(h.tom, number, "it is to be solved by")
    assert "has it" not in told, told
    h.passes(2 * HOUR)
    h.hears(h.tom, number, "it was to be solved by")
    assert "Tom has it" in h.hears(h.boss, number, "it was to be solved by")
    h.quiet()
    record = by_text(h.nina, w.sales, "history", number=number)
    for event in ("[time is short] first answer", "[time is over] first answer",
                  "[time is short] solution", "[time is over] solution"):
        assert record.count(event) == 1, record
    assert "is now: solved" in by_text(h.tom, w.sales, "state", number=number, state="solved")
    assert "Solution: too late" in by_text(h.nina, w.sales, "ticket", number=number)


@scenario
def time_rests_while_the_requester_is_waited_for(w):
    h = House(w, service_levels=[{"solution": "10h"}])
    number = h.ninas()
    assert "First answer" not in by_text(h.nina, w.sales, "ticket", number=number)
    h.passes(4 * HOUR)
    assert "is now: pending" in by_text(h.nina, w.sales, "state", number=number, state="pending")
    h.passes(20 * DAY)
    h.quiet()
    for give in WAYS:
        shown = give(h.nina, w.sales, "ticket", number=number)
        assert re.search(r"Solution: rests, (6:00|5:59) h of opening time left", shown), shown
    h.dies()
    assert "is now: being" in by_text(h.nina, w.sales, "state", number=number, state="open")
    h.passes(4 * HOUR + 2 * MINUTE)
    h.hears(h.nina, number, "it is to be solved by")
    assert "is now: solved" in by_text(h.nina, w.sales, "state", number=number, state="solved")
    assert "Solution: in time" in by_text(h.nina, w.sales, "ticket", number=number)


@scenario
def a_solved_ticket_is_closed_after_its_days(w):
    h = House(w, close_solved_after_days=3)
    kept, number = h.ninas(), h.ninas()
    for each in (kept, number):
        by_text(h.nina, w.sales, "state", number=each, state="solved")
    h.passes(2 * DAY)
    h.quiet(h.nina)
    assert h.state(number) == "solved"
    by_text(h.nina, w.sales, "state", number=kept, state="open")
    h.daemon.kill()
    h.passes(1 * DAY + HOUR)
    h.daemon.start()
    h.nina.expect(presence(from_=w.sales, type=""))
    h.daemon.wait_log(f"ticket: number={number} solved->closed")
    assert h.state(number) == "closed"
    assert h.state(kept) == "being worked on"
    assert "solved -> closed" in by_text(h.nina, w.sales, "history", number=number)


@scenario
def a_clock_that_jumps_tells_nothing_twice_and_forgets_nothing(w):
    """A year forward, and a day back behind where it was."""
    h = House(w, service_levels=[{"first_answer": "1h"}])
    first = h.abandoned()
    h.passes(365 * DAY)
    for client in (h.nina, h.tom, h.boss):
        h.hears(client, first, "the first answer was due by")
    second = h.abandoned()  # in the wrong year
    h.passes(-366 * DAY)
    h.quiet()
    h.dies()
    h.passes(50 * MINUTE)
    for client in (h.nina, h.tom):
        h.hears(client, second, "the first answer is due by")
    h.passes(-DAY)
    h.daemon.wait_log("the clock has gone back")
    h.quiet()
    h.passes(61 * MINUTE)
    for client in (h.nina, h.tom, h.boss):
        h.hears(client, second, "the first answer was due by")
    h.quiet()


@scenario
def service_levels_that_are_new_count_at_once_and_scold_nobody(w):
    h = House(w)
    old = h.ninas()
    h.passes(5 * HOUR)
    young = h.ninas()
    h.daemon.configuration["departments"][0]["service_levels"] = [
        {"priority": "normal", "solution": "4h"}]
    (h.daemon.directory / "tresen.yml").write_text(json.dumps(h.daemon.configuration))
    h.daemon.process.send_signal(signal.SIGHUP)
    h.daemon.wait_log("is in force")
    h.quiet()
    assert "Solution: late" in by_text(h.nina, w.sales, "ticket", number=old)
    h.passes(5 * HOUR)
    for client in (h.nina, h.boss):
        h.hears(client, young, "it was to be solved by")
    h.quiet()


@scenario(fake=True)
def service_levels_that_cannot_be_are_refused_with_their_line(w):
    fake = w.fake_server(ready=False, start=False)
    daemon = w.current
    for level, complaint in (
            ("{priority: high}", "departments[0].service_levels[0]: has no effect"),
            ("{solution: 4}", "departments[0].service_levels[0].solution: must be a time"),
            ("{solution: 0h}", "must be a time"), ("{solution: 8761h}", "at most 8760h"),
            ("{solution: 1d}", "must be a time"), ("{solution: h}", "must be a time"),
            ("{solution: -1h}", "must be a time"), ("{priority: top}", "must be one of: any low"),
            ("{solution: 4h}, {solution: 5h}",
             "departments[0].service_levels[1].priority: there is a level of this priority")):
        daemon.write("tresen.yml", "domain: d.example\nserver: {secret_file: secret}\n"
                     "storage: sqlite:t.db\nweb: {origins: [\"http://localhost\"]}\n"
                     "departments:\n  - {id: sales, agents: [a@b.example],\n"
                     f"     service_levels: [{level}]}}\n")
        done = daemon.command("run")
        assert done.returncode == 2 and complaint in done.stderr, (level, done.stderr)
        assert ":6" in done.stderr or ":7" in done.stderr, done.stderr
    assert not fake.links, "it dialled"
