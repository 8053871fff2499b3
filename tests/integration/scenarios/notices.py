"""What all visitors of a department or a website are told: said, seen and ended by typing and by form, kept over a
restart, and refused to whoever may not."""
from command import COMMANDS, WAYS, by_form, by_text, command_of, execute, submitted
from tickets import other
from world import scenario
from xmpp import find, message, presence

LINE = "We know that payments fail."


def house(w, dispatchers=("bridge",)):
    return w.daemon(departments=[
        {"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")]},
        {"id": "help", "agents": [w.jid("agent3")]}],
        sites=[{"id": "shop", "origins": ["https://other.example"]}],
        roles={"supervisors": [w.jid("alice")], "dispatchers": [w.jid(name) for name in dispatchers]})


def told(element):
    """What all visitors are told, of a presence or a check-in."""
    found = find(element, "visit:bulletin")
    return found.text if found is not None else None


def hears(visitor, text):
    return visitor.expect(presence(from_=visitor.department, where=lambda e: told(e) == text))


@scenario
def a_line_reaches_open_pages_at_once_until_it_is_ended(w):
    house(w)
    nina = w.agent()
    leaders = {by_text: other(w, "alice"), by_form: other(w, "bridge")}
    visitor, elsewhere = w.visitor(), w.visitor(department="help")
    assert told(visitor.look()) is None and told(elsewhere.look()) is None
    for give, name in zip(WAYS, ("alice", "bridge")):
        leader = leaders[give]
        assert "told nothing just now" in give(leader, w.sales, "notice")
        assert "department sales are told" in give(leader, w.sales, "notice", text=LINE)
        assert hears(visitor, LINE).findtext("{*}status") == f"We are here. {LINE}"
        assert told(w.visitor().visit) == LINE
        # Whoever works here reads it; the website has its own beside it.
        seen = give(nina, w.sales, "notice")
        assert f"Department sales: {LINE} (by {w.jid(name)}, until: -)" in seen, seen
        service = give(leader, w.domain, "notice", text="All is slow.")
        assert "site default are told" in service, service
        hears(visitor, f"All is slow.\n{LINE}")
        hears(elsewhere, "All is slow.")
        assert "not told this any more" in give(leader, w.domain, "notice", text="-")
        hears(elsewhere, None)
        assert "not told this any more" in give(leader, w.sales, "notice", text="-")
        hears(visitor, LINE)
        hears(visitor, None)
        assert "no notice to end" in give(leader, w.sales, "notice", text="-")
    assert told(w.visitor().visit) is None


@scenario
def it_is_kept_over_a_restart_for_its_time_and_in_the_audit_log(w):
    daemon = house(w)
    boss = other(w, "alice")
    answer = by_text(boss, w.sales, "notice", words=f"SITE=shop for=2h {LINE}")
    assert "site shop are told" in answer, answer
    by_form(boss, w.sales, "notice", **{"where": "-", "for": "3d", "text": "Until Sunday."})
    daemon.stop()
    daemon.start()
    boss = other(w, "alice")
    seen = by_text(boss, w.sales, "notice")
    assert "Department sales: Until Sunday. (by " in seen and "until: 20" in seen, seen
    assert f"Site shop: {LINE} (by " in seen, seen
    visitor = w.visitor()
    assert told(visitor.visit) == "Until Sunday."  # it came from another website
    assert "site shop" not in (told(visitor.look()) or "")
    assert "not told this any more" in by_text(boss, w.domain, "notice", words="site=shop -")
    rows = daemon.command("audit", "100").stdout
    for row in ("notice add site shop", "notice add department sales", "notice end site shop"):
        assert row in rows, rows


@scenario
def who_may_not_and_what_is_no_line_is_refused(w):
    house(w, dispatchers=())
    nina, boss = w.agent(), other(w, "alice")
    stranger = other(w, "bridge")
    for give in WAYS:
        assert "Only supervisors and dispatchers" in give(nina, w.sales, "notice", text=LINE)
        assert "Only supervisors and dispatchers" in give(nina, w.sales, "notice", text="-")
        assert "at most 300 characters" in give(boss, w.sales, "notice", text="x" * 301)
        assert "department sales are told" in give(boss, w.sales, "notice", text="x" * 300)
        # A line is a line: what is no character of one is not shown to anybody.
        give(boss, w.sales, "notice", text="one\ttwo\u202e three")
        assert "Department sales: one two three (by" in give(boss, w.sales, "notice")
    for time in ("2", "0h", "31d", "721h", "h", "2w", "99999m", "2hours"):
        assert "is no time: 90m, 2h or 3d" in by_text(boss, w.sales, "notice", words=f"for={time} x")
        assert "is no time" in by_form(boss, w.sales, "notice", **{"for": time, "text": "x"})
    assert "is none of these: -, default, shop" in by_text(boss, w.sales, "notice", words="site=none x")
    assert "is none of these: default, shop" in by_text(boss, w.domain, "notice", words="site=- x")
    # A form that is filled with nonsense comes again; what was there stays.
    command = command_of(execute(boss, w.sales, "notice"))
    again = command_of(execute(boss, w.sales, "notice", "complete", command.get("sessionid"),
                               submitted(where="nowhere", text="x")))
    assert again.get("status") == "executing", again
    assert "none of these" in again.findtext(f"{{{COMMANDS}}}note")
    assert "one two three" in by_text(boss, w.sales, "notice")
    # A customer is none of us: what they write is a line of a chat.
    stranger.say(w.sales, "!notice " + LINE, "s1")
    nina.expect(message(says="^!notice We know"))
    assert "one two three" in by_text(boss, w.sales, "notice")
