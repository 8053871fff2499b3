"""Who is at the counter: duty, pauses, opening hours, agents who are called, and the line about oneself."""
import datetime

from command import WAYS, Refused, by_text
from trouble import Clock
from world import scenario
from xmpp import find, message, presence

HOUR, DAY = 3600, 86400


def event(name):
    """A notice of the desk to the visitor."""
    return message(has="visit:line", where=lambda e: find(e, "visit:line").get("event") == name)


def at(hour, minute=0, day=0):
    """The next such time in UTC, so many days later."""
    now = datetime.datetime.now(datetime.timezone.utc)
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if then <= now:
        then += datetime.timedelta(days=1)
    return (then - now).total_seconds() + day * DAY


def timed(w, **more):
    """A daemon whose wall clock can be set."""
    daemon = w.daemon(start=False, **more)
    clock = Clock(daemon)
    return daemon, clock


def sales(w, **more):
    return [{"id": "sales", "name": "Sales", "agents": [w.jid("agent"), w.jid("agent2")], **more}]


@scenario
def an_agent_who_is_off_duty_is_offered_nothing_though_online(w):
    """Also after a restart; what they have goes on."""
    daemon = w.daemon()
    nina, first = w.agent("agent"), w.visitor()
    contact = w.chatting(nina, first)
    assert "off duty: nothing is offered" in by_text(nina, w.sales, "off")
    second = w.visitor()
    assert second.look().get("type") == "unavailable"
    second.write("Anybody?")
    second.expect(event("left-message"))
    nina.say(contact, "I am still here for you")
    first.expect(message(body="I am still here for you"))
    daemon.kill()
    mark = len(daemon.log.read_text())
    daemon.start()
    daemon.wait_log(r"(?s)^.{%d}.*availability=busy" % mark)
    third = w.visitor(token=second.token)
    assert third.look().get("type") == "unavailable"
    assert not nina.count(message(body="Anybody?"))
    assert "You are on duty." in by_text(nina, w.sales, "on")
    third.expect(presence(from_=w.sales, type=""))
    nina.expect(message(from_="visitor-*", body="Anybody?"))


@scenario
def a_pause_ends_by_itself_and_says_so(w):
    daemon, clock = timed(w)
    daemon.start()
    nina, visitor = w.agent("agent"), w.visitor()
    visitor.look()
    assert "minutes: 15." in by_text(nina, w.sales, "pause", minutes="15")
    visitor.expect(presence(from_=w.sales, type="unavailable"))
    visitor.write("Anybody?")
    visitor.expect(event("left-message"))
    clock.jump(15 * 60 + 1)
    nina.expect(message(from_=w.sales, says="Your pause is over"))
    line = nina.expect(message(from_="visitor-*", body="Anybody?"))
    contact = line.get("from").partition("/")[0]
    assert "until !on" in by_text(nina, contact, "pause")  # under a visitor's contact, too
    nina.say(contact, "I am coming")  # a claim is nobody's business but the agent's
    visitor.expect(message(body="I am coming"))


@scenario
def duty_is_said_as_text_and_as_form(w):
    w.daemon()
    nina, visitor = w.agent("agent"), w.visitor()
    visitor.look()
    for give in WAYS:
        assert "until !on" in give(nina, w.domain, "pause")
        visitor.expect(presence(from_=w.sales, type="unavailable"))
        assert "You are on duty." in give(nina, w.sales, "on")
        visitor.expect(presence(from_=w.sales, type=""))
        assert "minutes: 1440." in give(nina, w.sales, "pause", minutes="1440")
        visitor.expect(presence(from_=w.sales, type="unavailable"))
        for wrong in ("0", "1441", "soon", "-5", "15m"):
            assert "1 to 1440 minutes" in give(nina, w.sales, "pause", minutes=wrong), wrong
        assert "off duty" in give(nina, w.sales, "off")
        assert "not on duty" in give(nina, w.sales, "pause", minutes="5")
        assert "You are on duty." in give(nina, w.sales, "on")
        visitor.expect(presence(from_=w.sales, type=""))


@scenario
def who_is_no_agent_has_no_duty(w):
    """A supervisor who is no agent is told so, both ways; a visitor's line is a line."""
    w.daemon(roles={"supervisors": [w.jid("alice")]})
    boss = w.client("alice").available()
    for word in ("on", "off", "pause"):
        assert "not for you" in by_text(boss, w.sales, word)
        try:
            raise AssertionError(WAYS[1](boss, w.sales, word))
        except Refused:
            pass
    nina, visitor = w.agent("agent"), w.visitor()
    visitor.write("!off")
    nina.expect(message(from_="visitor-*", body="!off"))
    assert visitor.look().get("type", "") == ""


@scenario
def who_must_say_so_is_offered_nothing_until_then_and_again_the_next_day(w):
    daemon, clock = timed(w, duty="explicit", zone="UTC")
    clock.jump(at(10))
    daemon.start()
    nina = w.client("agent")
    w.enrolled(nina)
    nina.available()
    daemon.wait_log("availability=busy")
    visitor = w.visitor()
    assert visitor.look().get("type") == "unavailable"
    assert "on duty for today" in by_text(nina, w.sales, "on")
    visitor.expect(presence(from_=w.sales, type=""))
    contact = w.chatting(nina, visitor)
    clock.jump(at(0, day=1) + 5)
    visitor.expect(presence(from_=w.sales, type="unavailable"))
    nina.say(contact, "I am still here")
    visitor.expect(message(body="I am still here"))
    late = w.visitor()
    late.write("At night")
    late.expect(event("left-message"))
    nina.quiet(message(body="At night"), 1.5)
    assert "on duty for today" in by_text(nina, w.sales, "on")
    nina.expect(message(from_="visitor-*", body="At night"))


@scenario
def who_lets_two_offers_pass_is_treated_as_away_until_they_speak(w):
    """Told so once; a line that is no answer to a visitor is enough."""
    w.daemon(limits={"offer_s": 4})
    nina, first, second, third = w.agent("agent"), w.visitor(), w.visitor(), w.visitor()
    first.look()
    first.write("One")
    nina.expect(message(from_="visitor-*", body="One"))
    nina.quiet(message(from_=w.sales), 5)
    second.write("Two")
    nina.expect(message(from_="visitor-*", body="Two"))
    nina.expect(message(from_=w.sales, says="treated as away until you say something"))
    first.expect(presence(from_=w.sales, show="away"))
    tom = w.agent("agent2")
    third.write("Three")
    tom.expect(message(from_="visitor-*", body="Three"))
    nina.quiet(message(body="Three"), 1)
    nina.say(w.sales, "I am here")
    nina.expect(message(from_="visitor-*", body="Three"))
    assert nina.count(message(from_=w.sales, says="treated as away")) == 1


@scenario
def outside_of_its_hours_a_department_offers_nothing_and_says_so(w):
    """Who waits at closing time gets a word; a chat goes on; in the morning it is offered."""
    daemon, clock = timed(w, departments=sales(w, calendar="office"),
                          calendars=[{"id": "office", "zone": "Etc/GMT-2",
                                      "hours": ["mon-sun 08:00-18:00"]}])
    clock.jump(at(12))
    daemon.start()
    nina, served = w.agent("agent"), w.visitor()
    served.look()
    contact = w.chatting(nina, served)
    waiting = w.visitor()
    waiting.write("Do you have time?")
    offered = nina.expect(message(from_="visitor-*", body="Do you have time?")).get("from")
    clock.jump(at(16) - 30)
    assert w.visitor().look().get("type", "") == ""
    clock.jump(at(16) + 1)  # 18:00 there
    served.expect(presence(from_=w.sales, type="unavailable"))
    notice = waiting.expect(event("closing"))
    assert "We are closed now" in notice.findtext("{jabber:client}body")
    nina.expect(message(from_=offered, says="Sales is closed now"))
    nina.say(contact, "One thing more")
    served.expect(message(body="One thing more"))
    served.write("Yes?")
    nina.expect(message(from_=contact, body="Yes?"))
    night = w.visitor()
    night.write("For tomorrow")
    night.expect(event("left-message"))
    nina.quiet(message(body="For tomorrow"), 1.5)
    clock.jump(at(6, day=1) + 1)
    nina.expect(message(from_="visitor-*", body="For tomorrow"))
    waiting.expect(message(has="visit:chat", where=lambda e: not find(e, "visit:chat").get("left")))


@scenario
def absent_agents_are_told_that_somebody_waits_once_and_when_it_is_taken(w):
    """By a message that their server keeps; who is off duty is told, too."""
    w.daemon(departments=sales(w, call_absent_after_s=2), limits={"visitor_grace_s": 600})
    tom = w.agent("agent2")
    assert "off duty" in by_text(tom, w.sales, "off")
    nina = w.client("agent")
    w.enrolled(nina)
    nina.available()
    nina.expect(presence(from_=w.sales))
    nina.close()
    w.current.wait_log("availability=gone")
    visitor = w.visitor()
    visitor.write("Is anybody there?")
    call = tom.expect(message(from_=w.sales, says="has waited in Sales since .* takes it"))
    contact = call.findtext("{jabber:client}body").rpartition(" takes it")[0].rpartition(" ")[2]
    tom.quiet(message(from_=w.sales, says="has waited in Sales"), 3)
    nina = w.client("agent")
    nina.available()
    nina.expect(message(from_=w.sales, says="has waited in Sales"))
    line = nina.expect(message(from_="visitor-*", body="Is anybody there?"))
    assert line.get("from").partition("/")[0] == contact
    nina.say(contact, "I am")
    visitor.expect(message(body="I am"))
    tom.expect(message(from_=w.sales, says="^— Nina has taken the chat of"))
    nina.quiet(message(from_=w.sales, says="has taken the chat"), 0.5)


@scenario
def a_line_about_oneself_is_shown_only_of_who_agreed(w):
    w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina", "show_status": True},
                     {"jid": w.jid("agent2"), "name": "Tom"}])
    nina, tom = w.agent("agent"), w.agent("agent2")
    for agent in (nina, tom):
        agent.send("<presence><status>Ask me\tabout bicycles</status></presence>")
        assert agent.ping(w.domain)
    first, second = w.visitor(), w.visitor()
    contact = w.offered(nina, first, "Hello")
    nina.say(contact, "Hi")
    first.expect(event("joined"))
    about = first.expect(event("about"))
    assert about.findtext("{jabber:client}body") == "Nina: Ask me about bicycles"
    first.expect(message(body="Hi"))
    contact = w.offered(tom, second, "Good morning")
    tom.say(contact, "Hi")
    second.expect(message(body="Hi"))
    assert not second.count(event("about"))
    history = [find(line, "visit:line").get("event") for _, line in first.history(max=50)]
    assert history.count("about") == 1, history


@scenario(fake=True)
def a_calendar_that_cannot_be_read_is_refused_with_file_line_and_key(w):
    fake = w.fake_server(start=False)
    daemon = w.current
    for calendar, complaint in (
            ("zone: Europe/Berlinn", ":5: calendars[0].zone: \"Europe/Berlinn\" is no time zone"),
            ("hours: [mon 9-17]", ":5: calendars[0].hours[0]: \"9-17\" is no span of time"),
            ("holidays: [2026-02-29]", ":5: calendars[0].holidays[0]: must be a date")):
        daemon.write("tresen.yml", "domain: d.example\nserver: {secret_file: secret}\n"
                     "storage: sqlite:t.db\ncalendars:\n  - {id: office, %s}\n"
                     "web: {origins: [\"http://localhost\"]}\n"
                     "departments: [{id: sales, agents: [a@b.example]}]\n" % calendar)
        done = daemon.command("run")
        assert done.returncode == 2 and complaint in done.stderr, done.stderr
    assert not fake.links, "it dialled"
