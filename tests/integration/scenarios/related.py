"""Tickets that belong together: linked, merged, split off, handed to others."""
import json
import re

from command import WAYS, by_form, by_text
from daemon import within_a_day
from left import tickets
from ticket_address import address, naming, replies
from tickets import ended, house, other
from world import scenario
from xmpp import body_of, find, message


def ticket(w, agent, body="It is broken"):
    """One of a visitor of its own: the visitor and the number."""
    visitor, _, number = ended(w, agent, body, "ticket")
    return visitor, number


def second(w, agent, visitor, body="It is still broken"):
    """Another ticket of that visitor: its number."""
    visitor.write(body, extra="<new-chat xmlns='urn:tresen:visit:1'/>")
    line = agent.expect(message(body=body))
    contact = line.get("from").partition("/")[0]
    agent.say(contact, "Hm")
    visitor.expect(message(body="Hm"))
    number = re.search(r"Ticket: (\d+)", by_text(agent, contact, "ticket"))[1]
    by_text(agent, contact, "end", how="ticket")
    return number


def cli(w, *arguments):
    return w.current.command("tickets", *arguments).stdout


@scenario
def two_tickets_are_linked_and_each_shows_the_other(w):
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    for give in WAYS:
        (_, a), (_, b) = ticket(w, nina), ticket(w, nina)
        assert f"Tickets {a} and {b} are linked" in give(nina, w.sales, "link", number=a, other=b)
        assert "so already" in give(tom, w.sales, "link", number=b, other=a)
        assert f"Linked with: {b}" in give(nina, address(w, a), "ticket")
        w.current.stop()
        w.current.start()
        assert f"Linked with: {a}" in give(tom, w.sales, "ticket", number=b)
        record = give(tom, w.sales, "history", number=b)
        assert f"[linked with] Nina: {a}" in record, record
        assert "not for you" in give(stranger, f"help@{w.domain}", "unlink", number=a, other=b)
        for bad in ("0", "x", "1" * 16):
            assert "no number of a ticket" in give(nina, w.sales, "link", number=a, other=bad), bad
        assert "not for you" in give(nina, w.sales, "link", number=a, other="999999")
        assert "with itself" in give(nina, w.sales, "link", number=a, other=a)
        assert "linked no more" in give(tom, w.sales, "unlink", number=b, other=a)
        assert "Linked" not in give(nina, address(w, a), "ticket")
    (_, a), (_, b) = ticket(w, nina), ticket(w, nina)
    assert "are linked" in by_text(nina, address(w, a), "verknüpfen", other=b)
    assert "is missing" in by_text(nina, w.sales, "link", number=a)


@scenario
def a_merged_ticket_goes_on_in_the_other_one(w):
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    for give in WAYS:
        visitor, a = ticket(w, nina)
        replies(nina, address(w, a), visitor, "Which one?")
        b = second(w, nina, visitor)
        here = {"number": a} if give is by_form else {}
        assert "not for you" in give(stranger, f"help@{w.domain}", "merge", number=a, other=b)
        assert "part of itself" in give(nina, address(w, a), "merge", **here, other=a)
        assert "no number of a ticket" in give(nina, address(w, a), "merge", **here, other="x")
        assert "not for you" in give(nina, address(w, a), "merge", **here, other="999999")
        said = give(tom, address(w, a), "merge", **here, other=b)
        assert f"Ticket {a} is part of ticket {b} now, and closed" in said, said
        nina.expect(message(from_=w.sales, says=f"Another ticket went into ticket {b}"))
        shown = give(nina, w.sales, "ticket", number=a)
        assert f"State: closed (part of ticket {b})" in shown, shown
        assert f"Part of it: {a}" in give(nina, w.sales, "ticket", number=b)
        assert "part of another one" in give(nina, w.sales, "merge", number=b, other=a)
        refused = nina.say(address(w, a), "Is it well?")
        error = nina.expect(message(from_=address(w, a), where=lambda e: e.get("type") == "error"))
        assert f"part of ticket {b} now: write to {address(w, b)}" in error.find(
            "{*}error").findtext("{*}text"), refused
        w.current.stop()
        w.current.start()
        again = w.visitor(token=visitor.token)
        known = {t["number"]: t for t in tickets(again.visit)}
        assert known[a].get("merged") == b and known[a]["state"] == "taken", known
        again.write("The red one", extra=naming(a))
        nina.expect(message(from_=address(w, b), body="The red one"))
        record = give(nina, w.sales, "history", number=b)
        assert f"[merged] Tom: {a} -> {b}" in record and "The red one" in record, record
        assert "The red one" not in give(nina, w.sales, "history", number=a)
        line = replies(nina, address(w, b), again, "Thank you")
        assert find(line, "visit:line") is not None
        assert "is now: being worked on" in give(nina, w.sales, "state", number=a, state="open")
        assert "(part of" not in give(nina, w.sales, "ticket", number=a)


@scenario
def what_is_of_another_visitor_is_merged_at_the_second_word_and_read_by_nobody_else(w):
    house(w)
    nina = w.agent()
    for give in WAYS:
        (ann, a), (sam, b) = ticket(w, nina, "Ann's secret"), ticket(w, nina, "Sam's secret")
        before = sam.bodies()
        said = give(nina, w.sales, "merge", number=a, other=b)
        assert "of another visitor" in said and f"!merge {b}! does it" in said, said
        said = give(nina, w.sales, "merge", number=a, other=f"{b}!")
        assert "reads nothing of the other one" in said, said
        assert not any("Ann" in body for body in sam.bodies()), sam.bodies()
        ann.write("And one thing more", extra=naming(a))
        nina.expect(message(from_=address(w, a), body="And one thing more"))
        assert "And one thing more" not in sam.bodies() and sam.bodies()[:len(before)] == before
        shown = give(nina, w.sales, "ticket", number=a)
        assert "State: being worked on" in shown and "(part of" not in shown, shown
        assert "[no longer part of]" in give(nina, w.sales, "history", number=a)


@scenario
def an_ended_chat_is_merged_and_a_running_one_is_not(w):
    house(w)
    nina, boss = w.agent(), other(w, "alice")
    for give in WAYS:
        visitor, a = ticket(w, nina)
        contact = w.chatting(nina, w.visitor(), "Another one")
        number = re.search(r"Ticket: (\d+)", by_text(nina, contact, "ticket"))[1]
        assert "goes on cannot be merged" in give(boss, w.sales, "merge", number=a, other=number)
        assert "goes on cannot be merged" in give(nina, w.sales, "merge", number=number,
                                                  other=f"{a}!")
        by_text(nina, contact, "end")
        assert "State: no ticket" in by_text(nina, contact, "ticket")
        assert "is part of ticket" in give(nina, w.sales, "merge", number=number, other=f"{a}!")
        assert "State: closed (part of" in by_text(nina, w.sales, "ticket", number=number)
        by_text(nina, w.sales, "state", number=a, state="closed")
        _, b = ticket(w, nina)
        assert f"Ticket {a} is closed" in give(nina, w.sales, "merge", number=b, other=f"{a}!")


@scenario
def a_ticket_is_split_off_with_what_was_asked_last(w):
    house(w)
    nina = w.agent()
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    for give in WAYS:
        visitor, a = ticket(w, nina, "My printer is broken")
        visitor.write("And I want a new chair", extra=naming(a))
        nina.expect(message(from_=address(w, a), body="And I want a new chair"))
        assert "not for you" in give(stranger, f"help@{w.domain}", "split", number=a, lines="1")
        for bad in ("0", "21"):
            assert "1 to 20" in give(nina, w.sales, "split", number=a, lines=bad), bad
        said = give(nina, w.sales, "split", number=a, lines="1")
        b = re.search(r"Ticket (\d+) was split off from ticket " + a, said)[1]
        shown = give(nina, address(w, b), "ticket")
        assert "Subject: And I want a new chair" in shown and f"Linked with: {a}" in shown, shown
        assert "State: being worked on" in shown and "Agent: Nina" in shown, shown
        record = give(nina, w.sales, "history", number=b)
        assert "[split off] Nina: " in record and "I want a new chair" in record, record
        assert f"[linked with] Nina: {b}" in give(nina, w.sales, "history", number=a)
        assert b not in {t["number"] for t in tickets(visitor.check_in(visitor.token))}
        replies(nina, address(w, b), visitor, "Which colour?")
    said = by_text(nina, address(w, a), "split", subject="Two things")
    c = re.search(r"Ticket (\d+) was split off", said)[1]
    assert "Subject: Two things" in by_text(nina, w.sales, "ticket", number=c)


@scenario
def a_ticket_is_handed_to_another_department(w):
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    ida = w.agent("agent3", department=f"help@{w.domain}")
    dispatcher = other(w, "bridge")
    for give in WAYS:
        visitor, a = ticket(w, nina)
        at = address(w, a)
        assert "none of these" in give(nina, at, "transfer", who="nowhere")
        assert "so already" in give(nina, at, "transfer", who="sales")
        assert "does not work in the department" in give(nina, at, "transfer", who="agent3")
        assert "not for you" in give(ida, at, "transfer", who="help")
        said = give(nina, at, "transfer", who="help", comment="This is yours")
        assert f"Ticket {a} is handed to Help" in said, said
        told = body_of(ida.expect(message(from_=f"help@{w.domain}", says=f"Ticket {a} was")))
        assert "Nobody has it" in told, told
        assert "not for you" in give(tom, at, "take")
        record = give(ida, at, "history")
        for wanted in ("It is broken", "[note] Nina: This is yours",
                       "[handed over] Nina: sales -> help"):
            assert wanted in record, record
        assert "Department: Help" in give(ida, at, "ticket"), give(ida, at, "ticket")
        assert "no files" in give(ida, at, "files")
        assert "Department: Help" in cli(w, "show", a)
        replies(ida, at, visitor, "What is it?")
        visitor.write("It is red", extra=naming(a))
        ida.expect(message(from_=at, body="It is red"))
        assert "handed to Sales" in give(dispatcher, at, "transfer", who="sales")
        nina.expect(message(from_=w.sales, says=f"Ticket {a} was handed to you"))
        assert "Agent" not in re.sub("Converted.*", "", give(nina, at, "ticket"))


@scenario
def what_is_merged_is_counted_once_and_its_other_half_is_named_outside(w):
    within_a_day()
    house(w)
    nina = w.agent()
    visitor, a = ticket(w, nina)
    b = second(w, nina, visitor)
    _, c = ticket(w, nina)
    by_text(nina, w.sales, "merge", number=a, other=b)
    by_text(nina, w.sales, "link", number=b, other=c)
    by_text(nina, w.sales, "state", number=b, state="solved")
    text = cli(w, "show", a)
    assert f"Part of ticket: {b}" in text, text
    text = cli(w, "show", b)
    assert f"Parts of it: {a}" in text and f"Linked with: {c}" in text, text
    report = json.loads(w.current.command("report", "--json", "today").stdout)
    assert report["tickets"]["solved"] == 1 and report["tickets"]["closed"] == 0, report
    card = nina.ask(address(w, a), "<vCard xmlns='vcard-temp'/>")
    assert f"closed (part of ticket {b})" in card.findtext(".//{vcard-temp}DESC")
    # The person goes, and with them what points to them.
    done = w.current.command("erase", visitor.id, "--yes")
    assert done.returncode == 0, done
    assert "Linked" not in by_text(nina, w.sales, "ticket", number=c)
    assert "not for you" in by_text(nina, w.sales, "ticket", number=a)
