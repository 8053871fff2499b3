"""Tickets: made of chats that end or have ended, and worked on by agents who may."""
import re
import time

from command import WAYS, by_form, by_text, execute, refusal
from world import scenario
from xmpp import message, presence

NEXT_YEAR = time.gmtime().tm_year + 1


def number_of(client, contact):
    return re.search(r"Ticket: (\d+)", by_text(client, contact, "ticket"))[1]


def begun(client, contact, word, field):
    """What stands in that field of a form that has just been opened."""
    return next(f.findtext("{*}value") for f in execute(client, contact, word).iter(
        "{jabber:x:data}field") if f.get("var") == field)


def house(w, **more):
    """Nina and Tom sell, agent3 helps; alice supervises, bridge dispatches. The contact of a chat
    that has ended stays for as long as a story takes."""
    sales = {"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")], **more.pop("sales", {})}
    w.daemon(departments=[sales, {"id": "help", "agents": [w.jid("agent3")]}],
             roles={"supervisors": [w.jid("alice")], "dispatchers": [w.jid("bridge")]},
             limits={"linger_s": 60}, **more)


def ended(w, agent, body="Hello", how=None):
    """A chat that its agent has ended, how="ticket": as one; visitor, contact and number."""
    visitor = w.visitor()
    contact = w.chatting(agent, visitor, body)
    number = number_of(agent, contact)
    by_text(agent, contact, "end", how=how)
    return visitor, contact, number


def other(w, name):
    client = w.client(name)
    client.available()
    return client


@scenario
def a_chat_is_ended_as_a_ticket(w):
    house(w)
    nina = w.agent()
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor, "My printer is broken\nand loud")
        number = number_of(nina, contact)
        assert "State: no ticket" in give(nina, contact, "ticket")
        assert begun(nina, contact, "end", "how") == "chat", "and no ticket that nobody asked for"
        answer = give(nina, contact, "end", how="ticket", reason="parts are missing")
        address = f"ticket-{number}@{w.domain}"
        assert f"It is ticket {number} now: being worked on. What you write to {address} " in answer
        visitor.expect(message(says=".*", lacks="receipt"))
        shown = give(nina, contact, "ticket")
        for wanted in (f"Ticket: {number}", f"Address: {address}", "State: being worked on",
                       " UTC, Sales, has ended", "Agent: Nina",
                       "Subject: My printer is broken and loud", "Requester: ",
                       "Converted by: Nina"):
            assert wanted in shown, shown
        record = give(nina, contact, "history", number=number)
        assert "[made a ticket] Nina: open" in record and "[reason] Nina: parts are" in record
        assert not visitor.count(message(says="parts are missing"))
        assert "has ended already" in give(nina, contact, "end", how="ticket")
        assert "is a ticket already" in give(nina, contact, "convert", number=number)
    visitor = w.visitor()
    contact = w.chatting(nina, visitor, "Another")
    number = number_of(nina, contact)
    assert "ticket" not in by_text(nina, contact, "end", reason='"ticket" is what he called it')
    assert "[reason] Nina: \"ticket\" is what" in by_text(nina, contact, "history", number=number)


@scenario
def a_chat_is_converted_later(w):
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    boss = other(w, "alice")
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        number = number_of(nina, contact)
        assert "still goes on" in give(nina, contact, "convert", number=number)
        by_text(nina, contact, "end")
        assert "is a ticket now" in give(nina, contact, "convert", number=number)
        assert "already" in give(tom, w.sales, "convert", number=number)
        _, _, second = ended(w, nina)
        assert "not for you" in give(stranger, f"help@{w.domain}", "convert", number=second)
        assert "is a ticket now" in give(tom, w.sales, "convert", number=second)
        assert "Agent: Nina" in give(tom, w.sales, "ticket", number=second)
        _, _, third = ended(w, nina)
        assert "is a ticket now" in give(boss, w.sales, "convert", number=third)
        for bad in ("0", "-1", "x", "1" * 16):
            assert "no number of a ticket" in give(nina, w.sales, "convert", number=bad), bad
        assert "not for you" in give(nina, w.sales, "convert", number="999999")
    assert "is missing" in by_text(nina, w.sales, "convert")


@scenario
def a_ticket_is_worked_on_from_both_contacts_and_after_a_restart(w):
    house(w, calendars=[{"id": "days", "zone": "Europe/Berlin"}], sales={"calendar": "days"})
    nina, tom = w.agent(), w.agent("agent2")
    for give in WAYS:
        visitor, contact, number = ended(w, nina, "Hello", "ticket")
        here = dict(number=number) if give is by_form else {}
        assert "is now: solved" in give(nina, contact, "state", **here, state="solved")
        assert "so already" in give(nina, contact, "state", **here, state="solved")
        assert "is now: closed" in give(tom, w.sales, "state", number=number, state="closed")
        assert "no such step" in give(nina, contact, "state", **here, state="pending")
        assert "no such step" in give(nina, contact, "due", **here, date=f"{NEXT_YEAR}-01-15")
        assert "is now: being" in give(nina, contact, "state", **here, state="open")
        for bad in ("new", "sold"):
            assert "none of these" in give(nina, contact, "state", **here, state=bad)
        answer = give(nina, contact, "due", **here, date=f"{NEXT_YEAR}-01-15")
        assert f"pending until {NEXT_YEAR}-01-15 00:00 (UTC+1)" in answer, answer
        answer = give(tom, w.sales, "due", number=number, date=f"{NEXT_YEAR}-07-15 09:30")
        assert f"pending until {NEXT_YEAR}-07-15 09:30 (UTC+2)" in answer, answer
        assert f"Pending until: {NEXT_YEAR}-07-15 09:30 (UTC+2)" in give(nina, contact, "ticket")
        for bad in ("tomorrow", f"{NEXT_YEAR}-02-30", f"{NEXT_YEAR}-1-15", "15.01.2030",
                    f"{NEXT_YEAR}-01-15 24:00", f"{NEXT_YEAR}-01-15 9:30", "-"):
            assert "is no date" in give(nina, contact, "due", **here, date=bad), bad
        for bad in ("2020-01-01", f"{NEXT_YEAR + 11}-01-01"):
            assert "must lie ahead" in give(nina, contact, "due", **here, date=bad), bad
        assert "without a date" in give(nina, contact, "due", **here, date="never")
        assert "State: pending" in give(nina, contact, "ticket")
        assert "new subject" in give(nina, contact, "subject", **here, subject="3 pages are missing")
        assert "new subject" in give(tom, w.sales, "subject", number=number, subject="Missing")
        assert "at most 400" in give(nina, contact, "subject", **here, subject="s" * 401)
        assert "Subject: Missing" in give(tom, w.sales, "ticket", number=number)
        assert "first line" in give(nina, contact, "subject", **here, subject="-")
        assert "Subject: Hello" in give(nina, contact, "ticket")
        record = give(tom, w.sales, "history", number=number)
        for wanted in ("[state] Nina: open -> solved", "[state] Tom: solved -> closed",
                       "[pending until] Nina: ", "[subject] Tom: 3 pages are missing -> Missing"):
            assert wanted in record, record
        assert not visitor.count(message(says="Missing"))
    w.current.stop()
    w.current.start()
    nina.expect(presence(from_=w.sales, type=""))
    for give in WAYS:
        assert "is now: solved" in give(nina, w.sales, "state", number=number, state="solved")
        assert "is now: being" in give(nina, w.sales, "state", number=number, state="open")
    assert "State: being worked on" in by_text(nina, w.sales, "ticket", number=number)
    assert "[state] Nina: solved -> open" in by_text(nina, w.sales, "history", number=number)


@scenario
def a_ticket_is_given_to_an_agent_who_is_told(w):
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    mover, boss = other(w, "bridge"), other(w, "alice")
    for give in WAYS:
        _, contact, number = ended(w, nina, "Hello", "ticket")
        here = dict(number=number) if give is by_form else {}
        assert "so already" in give(nina, contact, "assign", **here, who="agent")
        assert "does not work in" in give(nina, contact, "assign", **here, who="agent3")
        assert "none of these" in give(nina, contact, "assign", **here, who="sales")
        assert "given to Tom, who is told" in give(nina, contact, "assign", **here, who="agent2")
        tom.expect(message(from_=w.sales, says=f"Ticket {number} was given to you"))
        assert "Agent: Tom" in give(nina, contact, "ticket")
        assert "is yours now" in give(nina, contact, "assign", **here, who="agent")
        assert "given to Tom" in give(mover, w.sales, "assign", number=number, who="agent2")
        tom.expect(message(from_=w.sales, says=f"Ticket {number} was given to you"))
        assert "nobody's now" in give(boss, w.sales, "assign", number=number, who="nobody")
        assert "Agent:" not in give(nina, contact, "ticket")


@scenario
def tickets_are_for_who_may(w):
    house(w)
    nina = w.agent()
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    mover, boss = other(w, "bridge"), other(w, "alice")
    visitor, contact, number = ended(w, nina, "My secret", "ticket")
    changes = (("state", {"state": "closed"}), ("due", {"date": f"{NEXT_YEAR}-01-15"}),
               ("subject", {"subject": "Mine"}), ("assign", {"who": "agent3"}))
    for give in WAYS:
        for word, fields in changes:
            answer = give(stranger, f"help@{w.domain}", word, number=number, **fields)
            assert "not for you" in answer, answer
        for word in ("ticket", "history"):
            answer = give(stranger, f"help@{w.domain}", word, number=number)
            assert "not for you" in answer and "secret" not in answer, answer
        shown = give(mover, w.sales, "ticket", number=number)
        assert "State: being worked on" in shown and "secret" not in shown, shown
        assert "secret" not in give(mover, w.sales, "history", number=number)
        assert "Subject: My secret" in give(boss, w.sales, "ticket", number=number)
        assert "My secret" in give(boss, w.sales, "history", number=number)
        assert "number of a chat" in give(boss, w.sales, "history", number="")
    for word, _ in changes[:3]:
        assert refusal(execute(mover, w.sales, word)) == "forbidden", word
    assert "being worked on" in by_text(nina, contact, "ticket")
    assert not visitor.count(message(says="ticket"))


@scenario
def a_department_converts_each_chat_or_none(w):
    w.daemon(departments=[{"id": "sales", "agents": [w.jid("agent")], "tickets": "always"},
                          {"id": "help", "agents": [w.jid("agent"), w.jid("agent2")],
                           "tickets": "never"}], limits={"linger_s": 60})
    nina = w.agent()
    _, contact, _ = ended(w, nina)
    assert "State: solved" in by_text(nina, contact, "ticket")
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        visitor.end_chat()
        nina.expect(message(from_=contact, says="ended"))
        assert "State: being worked on" in give(nina, contact, "ticket")
        visitor = w.visitor(department="help")
        contact = w.chatting(nina, visitor)
        number = number_of(nina, contact)
        assert "makes no tickets" in give(nina, contact, "end", how="ticket")
        nina.say(contact, "Still here")
        visitor.expect(message(body="Still here"))
        assert "It is ticket" not in give(nina, contact, "end")
        assert "makes no tickets" in give(nina, contact, "convert", number=number)
    assert "State: no ticket" in by_text(nina, contact, "ticket")


@scenario
def tickets_are_worked_on_in_german(w):
    w.daemon(language="de", limits={"linger_s": 60})
    nina = w.agent()
    visitor = w.visitor()
    contact = w.chatting(nina, visitor, "Hallo")
    number = number_of_german(nina, contact)
    assert f"jetzt Vorgang {number}: in Arbeit" in by_text(nina, contact, "ende", how="vorgang")
    for word, fields, told in (("status", {"state": "gelöst"}, "gelöst"),
                               ("status", {"state": "geöffnet"}, "in Arbeit"),
                               ("bis", {"date": f"{NEXT_YEAR}-01-15"}, "ruht bis"),
                               ("bis", {"date": "nie"}, "ohne Datum"),
                               ("zuweisen", {"who": "niemand"}, "niemand"),
                               ("betreff", {"subject": "Drucker"}, "Betreff"),
                               ("umwandeln", {}, "schon ein Vorgang"),
                               ("vorgang", {}, "Stand: wartend")):
        answer = by_text(nina, contact, word, **fields)
        assert told in answer, answer


def number_of_german(client, contact):
    return re.search(r"Vorgang: (\d+)|Ticket: (\d+)", by_text(client, contact, "vorgang"))[0].split()[1]
