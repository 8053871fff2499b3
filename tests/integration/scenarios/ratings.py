"""What visitors say of chats that have ended."""
import json
import sqlite3
import time
from xml.sax.saxutils import escape, quoteattr

from command import by_text, refusal
from daemon import within_a_day
from gateway import NS
from reload import reload
from tickets import number_of
from world import scenario
from xmpp import find, message


def rate(visitor, number, value, words=""):
    return visitor.ask(visitor.department, f"<rating xmlns='{NS['visit']}' number={quoteattr(number)} "
                       f"value={quoteattr(value)}>{escape(words)}</rating>", "set")


def refused(answer):
    assert answer.get("type") == "error", answer
    return refusal(answer)


def house(w, rating="stars", **more):
    w.daemon(departments=[{"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")],
                           "rating": rating, **more.pop("sales", {})}], **more)


def ended(w, nina, by="agent"):
    """A chat that was ended; visitor, number and what the notice said of a rating."""
    visitor = w.visitor()
    contact = w.chatting(nina, visitor)
    number = number_of(nina, contact)
    if by == "agent":
        by_text(nina, contact, "end")
    else:
        visitor.end_chat()
    notice = visitor.expect(lambda e: find(e, "visit:line") is not None and
                            find(e, "visit:line").get("event") == "closed")
    return visitor, number, find(notice, "visit:chat").get("rating")


def row(w, number):
    with sqlite3.connect(f"file:{w.current.directory / 'tresen.db'}?mode=ro", uri=True) as database:
        return database.execute("SELECT scale, value, text FROM ratings WHERE chat = ?",
                                (number,)).fetchone()


@scenario
def a_visitor_rates_a_chat_and_its_agent_is_told(w):
    within_a_day()
    house(w, limits={"linger_s": 60})
    nina = w.agent()
    for by in ("agent", "visitor"):
        visitor, number, asked = ended(w, nina, by)
        assert asked == "stars", asked
        answer = visitor.check_in(visitor.token)  # another page is asked the same
        assert find(answer, "visit:chat").get("rating") == "stars", answer
        assert rate(visitor, number, "4", "  Quick &\n kind <b> ").get("type") == "result"
        told = nina.expect(message(from_=w.sales, says=f"has rated chat {number} "))
        body = told.findtext("{*}body")
        assert body.endswith('4 of 5. "Quick & kind <b>"') and "visitor-" in body, body
        assert row(w, number) == (1, 4, "Quick & kind <b>")
        answer = visitor.check_in(visitor.token)
        assert find(answer, "visit:chat").get("rating") is None, answer
        # Changed within the hour; the same again is no change.
        for _ in range(2):
            assert rate(visitor, number, "2").get("type") == "result"
        told = nina.expect(message(from_=w.sales, says=f"has rated chat {number} "))
        assert told.findtext("{*}body").endswith("2 of 5"), told
        assert row(w, number) == (1, 2, "")
        record = by_text(nina, w.sales, "history", number=number)
        assert "[rated]" in record and "stars 4" in record and "stars 2" in record, record
        assert not any("stars" in (m.findtext("{*}body") or "") for _, m in visitor.history())
    shown = json.loads(w.current.command("report", "--json", "today").stdout)
    assert shown["total"]["ratings"]["stars"] == {"count": 2, "mean": 2.0,
                                                  "from_1_to_5": [0, 2, 0, 0, 0]}, shown
    assert "2.0 of 5 (2)" in w.current.command("report", "today").stdout
    exported = json.loads(w.current.command("tickets", "export", number, "--json").stdout)[0]
    assert (exported["rating"]["scale"], exported["rating"]["value"]) == ("stars", 2), exported
    assert "Rating: 2 of 5" in w.current.command("tickets", "show", number).stdout
    assert "Rating" not in w.current.command("tickets", "export", number, "--public").stdout


@scenario
def who_may_not_rate_is_told_why(w):
    house(w)
    nina = w.agent()
    visitor = w.visitor()
    contact = w.chatting(nina, visitor)
    number = number_of(nina, contact)
    assert refused(rate(visitor, number, "5")) == "unexpected-request"  # it goes on
    by_text(nina, contact, "end")
    other = w.visitor()
    assert refused(rate(other, number, "5")) == "item-not-found"
    assert refused(rate(visitor, "999999", "5")) == "item-not-found"
    for value, wanted in (("6", "bad-request"), ("0", "bad-request"), ("", "bad-request"),
                          ("5 ", "bad-request"), ("up", "not-acceptable")):
        assert refused(rate(visitor, number, value)) == wanted, value
    for bad in ("", "x", "-1", "1" * 16):
        assert refused(rate(visitor, bad, "5")) == "bad-request", bad
    assert refused(rate(visitor, number, "5", "ä" * 501)) == "not-acceptable"
    time.sleep(1.1)  # lines of one visitor have a rate
    assert rate(visitor, number, "5", "ä" * 500).get("type") == "result"
    assert row(w, number) == (1, 5, "ä" * 500)
    # Nobody had it.
    nina.unavailable()
    lonely = w.visitor()
    lonely.write("Anybody?")
    lonely.end_chat()
    assert refused(rate(lonely, str(int(number) + 1), "1")) == "item-not-found"


@scenario
def thumbs_and_departments_that_do_not_ask_or_keep_nothing(w):
    within_a_day()
    house(w, "thumbs", sales={"transcript": False})
    nina = w.agent()
    visitor, number, asked = ended(w, nina)
    assert asked == "thumbs", asked
    assert refused(rate(visitor, number, "up", "Good")) == "not-acceptable"  # nothing said is stored
    assert rate(visitor, number, "up").get("type") == "result"
    nina.expect(message(from_=w.sales, says=f"has rated chat {number} .*thumbs up"))
    assert row(w, number) == (2, 1, "")
    shown = json.loads(w.current.command("report", "--json", "today").stdout)
    assert shown["total"]["ratings"]["thumbs"] == {"up": 1, "down": 0}, shown
    reload(w.current, departments=[{"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")]}])
    visitor, number, asked = ended(w, nina)
    assert asked is None
    assert refused(rate(visitor, number, "5")) == "feature-not-implemented"


@scenario(servers=("prosody",))
def it_can_be_too_late_also_behind_a_restart(w):
    house(w)
    nina = w.agent()
    visitor, number, _ = ended(w, nina)
    assert rate(visitor, number, "3").get("type") == "result"
    w.current.stop()
    with sqlite3.connect(w.current.directory / "tresen.db") as database:
        database.execute("UPDATE ratings SET at = at - 3600000")
    w.current.start()
    token = visitor.token
    later = w.visitor(token=token)
    assert refused(rate(later, number, "5")) == "not-allowed"
    assert rate(later, number, "3").get("type") == "result"  # it says so already
    assert row(w, number) == (1, 3, "")
