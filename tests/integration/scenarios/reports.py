"""Reports and tickets on the command line, read beside the running daemon."""
import csv
import html.parser
import io
import json
import re
import sqlite3
import time

from command import WAYS, by_form, by_text
from daemon import within_a_day
from ticket_address import address
from tickets import ended, house, other
from world import scenario
from xmpp import message

EVIL = "=HYPERLINK(\"http://evil.example\",\"x\") <script src='//evil.example/x.js'></script> \u202egnp"


def done(daemon, *words, code=0):
    finished = daemon.command(*words)
    assert finished.returncode == code, f"exit {finished.returncode}: {finished.stderr}"
    return finished.stdout if code == 0 else finished.stderr


def report(daemon, *words):
    return json.loads(done(daemon, "report", "--json", *words))


def figures(tally):
    """Without times, which are the machine's."""
    return {key: tally[key] for key in ("chats", "answered", "abandoned", "missed", "nobody_there",
                                        "waiting", "left_messages")}


class Page(html.parser.HTMLParser):
    """What a page would fetch, run or lead to, and its policy."""

    def __init__(self, text):
        super().__init__()
        self.fetches, self.tags, self.policy = [], set(), None
        self.feed(text)
        assert not re.search(r"url\(|@import|javascript:", text), "the page fetches something"

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.add(tag)
        self.fetches += [(tag, name) for name in given if name in
                         ("src", "href", "srcset", "action", "data", "poster", "xlink:href") or
                         name.startswith("on")]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]

    def is_alone(self):
        assert self.policy == "default-src 'none'; style-src 'unsafe-inline'", self.policy
        assert not self.fetches, self.fetches
        assert not self.tags & {"script", "link", "img", "iframe", "object", "base", "form", "a"}


@scenario
def a_report_counts_what_happened(w):
    within_a_day("Europe/Berlin")
    house(w, reports={"per_agent": True, "rates": [{"per_hour": "3600.00"}]}, zone="Europe/Berlin")
    daemon = w.current
    left = w.visitor()
    left.write("Nobody?")  # nobody is there
    nina = w.agent()
    line = nina.expect(message(body="Nobody?"))
    nina.say(line.get("from"), "I am")  # a message that was left is no answered chat
    left.expect(message(body="I am"))
    visitor, contact, _ = ended(w, nina, "Hello", "ticket")
    ended(w, nina, EVIL)
    gone = w.visitor()
    gone.write("Too slow")
    nina.expect(message(body="Too slow"))
    gone.end_chat()
    nina.expect(message(says="(?i)ended|closed"))
    shown = report(daemon, "today")
    assert figures(shown["total"]) == {"chats": 4, "answered": 2, "abandoned": 1, "missed": 0,
                                       "nobody_there": 1, "waiting": 0, "left_messages": 1}, shown
    assert shown["total"]["wait"]["count"] == 2 and shown["total"]["wait"]["median_s"] < 60
    assert shown["tickets"] == {"all": 1, "new": 0, "open": 1, "pending": 0, "solved": 0,
                                "closed": 0}, shown
    assert [p["id"] for p in shown["departments"]] == ["sales"]
    assert [(a["id"], a["name"], a["chats"]) for a in shown["agents"]] == \
        [(w.jid("agent"), "Nina", 3)], shown["agents"]
    assert sum(day["chats"] for day in shown["days"]) == 4 and len(shown["days"]) == 1
    assert sum(hour["chats"] for hour in shown["hours"]) == 4 and len(shown["hours"]) == 24
    assert shown["service_levels"] == {}
    for one in shown["requesters"]:
        assert one["amount_cents"] == one["time_s"] * 100, one
    assert shown["total"]["time_s"] == sum(one["time_s"] for one in shown["requesters"]), shown
    assert report(daemon, "yesterday")["total"]["chats"] == 0
    assert report(daemon, "--from", time.strftime("%Y-%m-%d"), "--department", "help"
                  )["total"]["chats"] == 0
    text = done(daemon, "report")
    assert "Chats" in text and "Departments" in text and "Nina" in text, text
    assert "Abteilungen" in done(daemon, "report", "--language", "de")
    for bad in (["tomorrow"], ["2026-13"], ["--from", "x"], ["today", "--from", "2026-01-01"],
                ["--json", "--csv"], ["--language", "fr"]):
        assert done(daemon, "report", *bad, code=2)


@scenario
def a_report_says_nothing_of_agents_and_probes_unless_it_is_wanted(w):
    house(w)
    nina = w.agent()
    ended(w, nina)
    assert "agents" not in report(w.current)
    assert "Nina" not in done(w.current, "report") + done(w.current, "report", "--html")
    w.current.stop()
    database = sqlite3.connect(w.current.directory / "tresen.db")
    database.execute("UPDATE visitors SET only_agent = 'x@example.org'")  # as of a probe
    database.commit()
    database.close()
    # Beside no daemon it reads the same.
    assert report(w.current)["total"]["chats"] == 0
    assert done(w.current, "tickets", "export", "1001", code=1)


@scenario
def pages_and_tables_are_harmless(w):
    house(w)
    daemon = w.current
    nina = w.agent()
    visitor, contact, number = ended(w, nina, EVIL, "ticket")
    by_text(nina, contact, "name", name="@SUM(A1)<b>\u202e")
    for page in (done(daemon, "report", "--html"), done(daemon, "tickets", "list", "--html"),
                 done(daemon, "tickets", "export", number, "--html")):
        Page(page).is_alone()
        assert "<script" not in page and "\u202e" not in page
    assert "<svg" in done(daemon, "report", "--html")
    for language, comma in (("en", ","), ("de", ";")):
        for words in (("report",), ("tickets", "list"), ("tickets", "export")):
            text = done(daemon, *words, "--csv", "--language", language)
            assert text.startswith("\ufeff") and "\u202e" not in text
            rows = list(csv.reader(io.StringIO(text[1:]), delimiter=comma))
            assert len({len(row) for row in rows}) == 1, rows
            for row in rows:
                assert not any(cell[:1] in tuple("=+-@\t\r") and cell for cell in row), row
    for words in (("report",), ("tickets", "list"), ("tickets", "show", number)):
        shown = done(daemon, *words)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    # Programs get it as it is.
    assert json.loads(done(daemon, "tickets", "list", "--json"))[0]["subject"].startswith("=HYPER")


@scenario
def tickets_are_listed_and_shown(w):
    house(w)
    daemon = w.current
    nina = w.agent()
    _, contact, first = ended(w, nina, "The pump leaks", "ticket")
    by_text(nina, contact, "note", text="He sounds tired")
    _, _, second = ended(w, nina, "Where is my parcel?", "ticket")
    _, _, chat = ended(w, nina, "Just a chat")
    by_text(nina, w.sales, "state", number=second, state="solved")
    listed = json.loads(done(daemon, "tickets", "list", "--json"))
    assert [(t["number"], t["state"], t["subject"]) for t in listed] == \
        [(int(second), "solved", "Where is my parcel?"), (int(first), "open", "The pump leaks")]
    def numbers(*words):
        return [t["number"] for t in json.loads(done(daemon, "tickets", "list", "--json", *words))]
    assert numbers("--state", "open") == [int(first)]
    assert numbers("--limit", "1") == [int(second)]
    assert numbers("--owner", w.jid("agent")) == [int(second), int(first)]
    assert numbers("--owner", "-") == numbers("--department", "help") == []
    assert numbers("--to", "2020-01-01") == []
    def found(*words):
        return [t["number"] for t in json.loads(done(daemon, "tickets", "search", "--json", *words))]
    assert found("PUMP", "leaks") == found("tired") == [int(first)]
    assert found("parcel", "pump") == [] and found("just a chat") == [int(chat)]
    assert found('"pump" OR parcel*') == []  # it is literal text
    text = done(daemon, "tickets", "list")
    assert re.search(rf"{first} +open +\S+ +Nina .*The pump leaks", text), text
    shown = done(daemon, "tickets", "show", first)
    assert f"Ticket {first}: The pump leaks" in shown and "[note] Nina: He sounds tired" in shown
    public = done(daemon, "tickets", "show", first, "--public")
    assert "The pump leaks" in public and "tired" not in public and "Agent:" not in public, public
    assert f"Chat {chat}: Just a chat" in done(daemon, "tickets", "show", chat)
    record = json.loads(done(daemon, "tickets", "export", first, second))
    assert [t["number"] for t in record] == [int(first), int(second)]
    assert [e["text"] for e in record[0]["entries"] if e["kind"] == "note" and not e["event"]] == \
        ["He sounds tired"]
    whole = json.loads(done(daemon, "tickets", "export"))
    assert [t["number"] for t in whole] == [int(second), int(first)]
    paper = done(daemon, "tickets", "export", first, "--html", "--language", "de")
    assert "@page" in paper and f"Vorgang {first}" in paper and "Notiz" in paper
    for bad in (["list", "--state", "old"], ["list", "--limit", "0"], ["show"], ["show", "x"],
                ["show", first, second], ["export", "0"], ["eat", first]):
        assert done(daemon, "tickets", *bad, code=2), bad
    assert "there is no ticket" in done(daemon, "tickets", "show", "999999", code=1)


@scenario
def a_ticket_is_changed_through_the_daemon(w):
    house(w)
    daemon = w.current
    nina = w.agent()
    tom = w.agent("agent2")
    _, _, number = ended(w, nina, "Hello", "ticket")
    said = done(daemon, "tickets", "set", number, "state=solved", "subject=The = sign")
    assert said == "state: solved\nsubject: The = sign\n", said
    assert "state is so already" in done(daemon, "tickets", "set", number, "state=solved")
    year = time.gmtime().tm_year + 1
    assert f"due: {year}-01-15T" in done(daemon, "tickets", "set", number, f"due={year}-01-15 09:30")
    done(daemon, "tickets", "set", number, "owner=" + w.jid("agent2").upper())
    tom.expect(message(from_=w.sales, says=f"Ticket {number} was given to you"))
    shown = json.loads(done(daemon, "tickets", "export", number))[0]
    assert shown["state"] == "pending" and shown["owner"] == w.jid("agent2"), shown
    notes = [(e["event"], e["name"]) for e in shown["entries"] if e["kind"] == "note"]
    assert ("assigned", "tresen subcommand, uid 0") in [(n, re.sub(r"\d+$", "0", who))
                                                        for n, who in notes], notes
    audit = done(daemon, "audit")
    assert re.search(rf"tresen subcommand, uid \d+: ticket {number} state; before: open; now: "
                     "solved", audit), audit
    for bad, why in (("state=new", "is open, pending"), ("due=tomorrow", "is a day like"),
                     ("owner=nobody@example.org", "agent of the department"),
                     ("due=2020-01-01", "lies ahead"), ("colour=red", "the fields are"),
                     ("solved", "FIELD=VALUE"), ("subject=" + "x" * 401, "at most 400")):
        said = done(daemon, "tickets", "set", number, bad, code=2)
        assert why in said, (bad, said)
    assert "there is no ticket 999999" in done(daemon, "tickets", "set", "999999", "state=open",
                                               code=2)
    assert done(daemon, "tickets", "set", number, code=2)
    # What comes behind a field that does not fit is not tried.
    done(daemon, "tickets", "set", number, "owner=nobody@example.org", "state=closed", code=2)
    assert json.loads(done(daemon, "tickets", "export", number))[0]["state"] == "pending"
    assert daemon.stop() == 0
    assert "through it" in done(daemon, "tickets", "set", number, "state=open", code=1)


@scenario
def time_is_kept_corrected_and_charged_for(w):
    within_a_day()
    house(w, reports={"rates": [{"per_hour": "60.00"}]})
    daemon = w.current
    nina, stranger = w.agent(), other(w, "agent3")
    _, contact, number = ended(w, nina, "How much is it?", "ticket")
    ticket = address(w, number)
    before = report(daemon, "today")["requesters"]
    assert sum(one["time_s"] for one in before) < 60, before
    minutes = 0
    for give in WAYS:
        here = {"number": number} if give is by_form else {}
        for place, fields in ((ticket, here), (contact, here), (w.sales, {"number": number})):
            answer = give(nina, place, "time", **fields, minutes="1:30", comment="read the letter")
            minutes += 90
            assert f"Time spent: {minutes // 60}:" in answer, answer
        # What is typed there is no number of a ticket.
        assert "is kept" in give(nina, ticket, "time", **here, minutes="-15")
        minutes -= 15
        for bad in ("x", "1:60", "1:5", "12345", "--5", "0", "6001", "-6000"):
            answer = give(nina, ticket, "time", **here, minutes=bad)
            assert "no time" in answer or "not possible" in answer, (bad, answer)
        assert f"Time spent: {minutes // 60}:" in give(nina, ticket, "ticket")
        assert "is not for you" in give(stranger, "help@" + w.domain, "time", number=number, minutes="5")
    charged = report(daemon, "today")
    time_s = sum(one["time_s"] for one in before) + minutes * 60
    assert charged["total"]["time_s"] == time_s, charged["total"]
    assert [(one["time_s"], one["chats"]) for one in charged["requesters"]] == [(time_s, 1)], charged
    assert charged["requesters"][0]["amount_cents"] == round(time_s * 100 / 60), charged
    assert report(daemon, "yesterday")["total"]["time_s"] == 0
    shown = json.loads(done(daemon, "tickets", "export", number, "--json"))[0]
    assert shown["spent_s"] == time_s, shown
    assert [e["text"] for e in shown["entries"] if e["event"] == "time"][:2] == \
        ["+90 min: read the letter"] * 2
    assert "Time spent: " in done(daemon, "tickets", "show", number)
    daemon.stop()
    daemon.start()
    assert report(daemon, "today")["total"]["time_s"] == time_s
