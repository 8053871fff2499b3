"""Messages that are left: a new ticket, its receipt, what its visitor sees of it, and how agents are
told. Where they wait in the queue instead (left: chat): chats.py, duty.py."""
import json

from command import WAYS, by_text
from daemon import until
from world import scenario
from xmpp import NS, find, message

VISIT = "{" + NS["visit"] + "}"
NEWS = "that nobody has"


def step(state, number=None):
    """The notice of a ticket's step."""
    def fits(e):
        ticket = find(e, "visit:ticket")
        return (ticket is not None and ticket.get("state") == state and
                find(e, "visit:line").get("event") == f"ticket-{state}" and
                number in (None, ticket.get("number")))
    return message(where=fits)


def number_of(notice):
    return find(notice, "visit:ticket").get("number")


def body_of(notice):
    return notice.findtext("{jabber:client}body")


def leave(visitor):
    return visitor.ask(visitor.department, f"<leave xmlns='{NS['visit']}'/>", "set")


def condition(answer):
    return answer.find("{*}error")[0].tag.partition("}")[2]


def tickets(visit):
    return [ticket.attrib for ticket in visit.iter(VISIT + "ticket")]


def left(w, body="Please call me back"):
    """A visitor who has left a message, and its number."""
    visitor = w.visitor()
    visitor.write(body)
    return visitor, number_of(visitor.expect(step("received")))


def settled(w, **more):
    """A daemon that knows that nobody is there."""
    return w.daemon(left=None, limits={"agent_grace_s": 0, "linger_s": 60}, **more)


@scenario
def a_message_that_is_left_is_a_ticket_with_a_receipt(w):
    settled(w)
    visitor = w.visitor()
    assert visitor.visit.get("availability") == "unavailable"
    assert visitor.visit.find(VISIT + "leave") is not None
    assert visitor.visit.find(VISIT + "tickets") is None
    visitor.write("Please call me back\nin the evening")
    notice = visitor.expect(step("received"))
    number = number_of(notice)
    assert f"Nobody is here right now. Your message is kept as number {number}" in body_of(notice)
    chat = find(notice, "visit:chat")
    assert (chat.get("state"), chat.get("left"), chat.get("number")) == ("closed", "true", number)
    shown = visitor.history()
    assert [find(line, "visit:ticket") is not None for _, line in shown] == [False, True]
    visitor.write("And bring cake")  # it goes to the same ticket
    again = w.visitor(token=visitor.token)
    assert tickets(again.visit) == [{"number": number, "state": "received",
                                     "subject": "Please call me back in the evening",
                                     "last": again.history()[-1][0]}], tickets(again.visit)
    nina = w.agent()
    nina.quiet(message(from_="visitor-*"), 1)
    record = by_text(nina, w.sales, "history", number=number)
    assert "Please call me back" in record and "And bring cake" in record
    assert "[visitor told: received]" in record and "[made a ticket] new" in record, record
    assert "State: new" in by_text(nina, w.sales, "ticket", number=number)


@scenario
def who_waits_may_leave_a_message_instead(w):
    w.daemon(left=None, limits={"linger_s": 60})
    nina, visitor = w.agent(), w.visitor()
    visitor.look()
    assert condition(leave(visitor)) == "item-not-found"
    contact = w.offered(nina, visitor, "I have no time")
    assert leave(visitor).get("type") == "result"
    notice = visitor.expect(step("received"))
    assert body_of(notice).startswith("Your message is kept as number")
    nina.expect(message(from_=contact, says="a message that was left, and a new ticket"))
    w.gone(nina, contact)
    assert condition(leave(visitor)) == "item-not-found"
    talking = w.visitor()
    w.chatting(nina, talking)
    assert condition(leave(talking)) == "unexpected-request"


@scenario
def where_messages_wait_in_the_queue_nobody_is_made_a_ticket(w):
    w.daemon(left="chat")
    nina, visitor = w.agent(), w.visitor()
    assert visitor.visit.find(VISIT + "leave") is None
    w.offered(nina, visitor, "Hello")
    assert condition(leave(visitor)) == "feature-not-implemented"


@scenario
def who_waited_and_went_has_left_a_message(w):
    w.daemon(left=None, limits={"linger_s": 60, "visitor_grace_s": 1, "leave_s": 1})
    nina, visitor = w.agent(), w.visitor()
    contact = w.offered(nina, visitor, "I have to go")
    visitor.close()
    nina.expect(message(from_=contact, says="a message that was left, and a new ticket"), 20)
    again = w.visitor(token=visitor.token)
    assert [ticket["state"] for ticket in tickets(again.visit)] == ["received"]


@scenario
def the_steps_of_a_ticket_are_told_to_its_visitor(w):
    settled(w)
    visitor, number = left(w)
    nina = w.agent()
    for give in WAYS:
        assert "is yours now" in give(nina, w.sales, "assign", number=number, who="agent")
        notice = visitor.expect(step("taken", number))
        assert "Nina" not in body_of(notice) and find(notice, "visit:line").get("name") is None
        give(nina, w.sales, "state", number=number, state="pending")
        visitor.expect(step("waiting", number))
        again = w.visitor(token=visitor.token)
        assert [(t["state"], t["waits"]) for t in tickets(again.visit)] == [("waiting", "true")]
        visitor = again
        visitor.write("Here is my answer")
        visitor.expect(step("taken", number))
        give(nina, w.sales, "state", number=number, state="solved")
        visitor.expect(step("solved", number))
        give(nina, w.sales, "state", number=number, state="open")
        visitor.expect(step("taken", number))
        assert "nobody's now" in give(nina, w.sales, "assign", number=number, who="nobody")


@scenario
def a_ticket_that_was_only_converted_tells_its_visitor_nothing(w):
    w.daemon(left=None, limits={"linger_s": 60})
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    by_text(nina, contact, "end", how="ticket")
    by_text(nina, contact, "state", number="solved")
    visitor.quiet(message(has="visit:ticket"), 1)
    assert visitor.check_in(token=visitor.token).find(VISIT + "tickets") is None


@scenario
def agents_who_come_back_are_told_once_of_what_was_left(w):
    daemon = settled(w)
    numbers = [left(w, f"Message {i}")[1] for i in range(6)]
    nina = w.agent()
    news = body_of(nina.expect(message(from_=w.sales, says=NEWS)))
    assert "6 new tickets of Sales" in news and "These are the last ones." in news, news
    for number, body in zip(numbers[1:], range(1, 6)):
        assert f"{number} Visitor: Message {body}\n    ticket-{number}@{w.domain}" in news, news
    assert numbers[0] not in news
    nina.unavailable()
    nina.available()
    until(lambda: json.loads(daemon.command("status", "--json").stdout)["outbox"] == 0, "she has it")
    assert daemon.stop() == 0
    daemon.start()
    nina.quiet(message(says=NEWS), 3)
    tom = w.agent("agent2")
    tom.expect(message(from_=w.sales, says="6 new tickets"))


@scenario
def who_is_there_hears_of_a_message_without_a_flood(w):
    w.daemon(left=None, limits={"linger_s": 60},
             agents=[{"jid": w.jid("agent"), "name": "Nina", "capacity": 1},
                     {"jid": w.jid("agent2"), "name": "Tom"}])
    nina, busy = w.agent(), w.visitor()
    w.chatting(nina, busy)
    for body in ("One", "Two", "Three"):
        visitor = w.visitor()
        visitor.write(body)
        assert leave(visitor).get("type") == "result"
    nina.expect(message(from_=w.sales, says=NEWS))
    nina.quiet(message(from_=w.sales, says=NEWS), 3)


@scenario
def a_visitor_agrees_before_the_first_message(w):
    text = "I agree that my message is stored."
    w.daemon(left=None, limits={"linger_s": 60}, departments=[
        {"id": "sales", "name": "Sales", "consent": text,
         "agents": [w.jid("agent"), w.jid("agent2")]}])
    nina, visitor = w.agent(), w.visitor()

    def field(visit):
        return next((f for f in visit.iter("{jabber:x:data}field") if f.get("var") == "consent"),
                    None)
    assert field(visitor.visit).get("label") == text
    assert field(visitor.visit).get("type") == "boolean"
    refused = visitor.say(visitor.department, "Hello")
    assert visitor.expect(message(type="error", id=refused)).find("{*}error")[0].tag.endswith(
        "not-acceptable")
    assert field(visitor.check_in(token=visitor.token, form={"consent": "0"})) is not None
    assert field(visitor.check_in(token=visitor.token, form={"consent": "true"})) is None
    contact = w.chatting(nina, visitor, "Hello again")
    record = by_text(nina, contact, "history", number=by_text(
        nina, contact, "ticket").partition("Ticket: ")[2].partition(",")[0])
    assert "[consent]" in record and text in record, record
    assert field(w.visitor(token=visitor.token).visit) is None
