"""Taking and leaving: chats by number or the next one, back to the queue, a pause, who is where."""
import re

from command import WAYS, by_text
from world import scenario
from xmpp import find, message


def event(name):
    return lambda e: find(e, "visit:line") is not None and find(
        e, "visit:line").get("event") == name


def numbers(answer):
    """Of the chats in a list, first in line first."""
    return re.findall(r"isitor (\d+)", answer)


def two_agents(w, **more):
    w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina", "capacity": 1},
                     {"jid": w.jid("agent2"), "name": "Tom", "capacity": 1}],
             departments=[{"id": "sales", "name": "Sales",
                           "agents": [w.jid("agent"), w.jid("agent2")]}], **more)


@scenario
def a_chat_is_taken_by_its_number_or_under_its_contact(w):
    two_agents(w)
    nina = w.agent()
    for give in WAYS:
        first, second = w.visitor(), w.visitor()
        contact = w.offered(nina, first, "First")
        assert "is yours now" in give(nina, contact, "take")
        first.expect(event("joined"))
        second.write("Second")  # no seat is left, so no offer; taking goes beyond it
        number, = numbers(give(nina, w.sales, "queue"))
        assert "is yours now" in give(nina, w.sales, "take", number=number)
        second.expect(event("joined"))
        assert "yours already" in give(nina, contact, "take")
        assert len(numbers(give(nina, w.domain, "mine"))) == 2
        assert "number of a chat" in give(nina, w.sales, "take", number="x1")
        assert "No chat with this number" in give(nina, w.sales, "take", number="99999999")
        assert "name its number" in give(nina, w.sales, "take")
        shown = nina.expect(message(from_="visitor-*", body="Second"))
        give(nina, contact, "end")
        give(nina, shown.get("from").partition("/")[0], "end")
        assert "no chat" in give(nina, w.sales, "mine")


@scenario
def what_another_has_or_another_department_is_not_taken(w):
    w.daemon(departments=[{"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")]},
                          {"id": "help", "agents": [w.jid("agent3")]}],
             roles={"dispatchers": [w.jid("agent3")]})
    nina, tom, visitor = w.agent(), w.agent("agent2"), w.visitor()
    contact = w.chatting(nina, visitor)
    for give in WAYS:
        assert "has this chat" in give(tom, contact, "take")
        assert "not yours" in give(tom, contact, "release")
        assert "not yours" in give(tom, contact, "hold")
        assert "not put this chat on hold" in give(tom, contact, "resume")


@scenario
def a_dispatcher_takes_from_any_department_and_others_do_not(w):
    departments = [{"id": "sales", "agents": [w.jid("agent")]},
                   {"id": "help", "agents": [w.jid("agent2")]}]
    w.daemon(departments=departments, roles={"dispatchers": [w.jid("agent2")]})
    tom = w.agent("agent2", department=f"help@{w.domain}")
    nina = w.agent()
    for give in WAYS:
        visitor = w.visitor()
        contact = w.offered(nina, visitor, "For sales")
        number, = numbers(give(nina, w.sales, "queue"))
        assert "is yours now" in give(tom, f"help@{w.domain}", "take", number=number)
        visitor.expect(event("joined"))
        nina.expect(message(from_=contact, says="has taken this chat"))
        assert "back in the queue" in give(tom, contact, "release")
        assert "is yours now" in give(nina, contact, "take")
        give(nina, contact, "end")
        other = w.visitor(department="help")
        theirs = w.offered(tom, other, "For help")
        number, = numbers(give(tom, f"help@{w.domain}", "queue"))
        assert "No chat with this number" in give(nina, w.sales, "take", number=number)
        assert "is yours now" in give(tom, w.domain, "next")
        give(tom, theirs, "end")


@scenario
def a_released_chat_goes_to_others_first_in_line(w):
    two_agents(w)
    nina, tom = w.agent(), None
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        assert "back in the queue" in give(nina, contact, "release")
        visitor.expect(event("handed-back"))
        assert "not yours" in give(nina, contact, "release")
        assert "Nobody waits" in give(nina, w.sales, "next")  # not to the same again at once
        tom = tom or w.agent("agent2")
        tom.expect(message(from_=contact, body="Hello"))
        assert "is yours now" in give(tom, w.sales, "next")
        visitor.expect(event("joined"))
        tom.say(contact, "Tom here")
        visitor.expect(message(body="Tom here"))
        give(tom, contact, "end")


@scenario
def a_visitor_on_hold_knows_that_somebody_comes_back(w):
    w.daemon()
    nina = w.agent()
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        assert "in 3 min" in give(nina, contact, "hold", minutes="3")
        told = visitor.expect(event("hold"))
        assert "back with you soon" in told.findtext("{*}body")
        visitor.write("Fine, I wait")
        nina.expect(message(from_=contact, body="Fine, I wait"))
        assert "on hold" in give(nina, w.sales, "mine")
        assert "you are back" in give(nina, contact, "resume")
        visitor.expect(event("resumed"))
        assert "has waited for an answer" in give(nina, w.sales, "mine")
        assert "not put this chat on hold" in give(nina, contact, "resume")
        for minutes in ("0", "721", "-1", "soon"):
            assert "from 1 to 720" in give(nina, contact, "hold", minutes=minutes)
        assert "in 10 min" in give(nina, contact, "hold")
        nina.say(contact, "Here I am")
        visitor.expect(message(body="Here I am"))
        assert "on hold" not in give(nina, w.sales, "mine")
        give(nina, contact, "end")


@scenario
def agents_of_the_own_departments_are_listed(w):
    w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina", "capacity": 3},
                     {"jid": w.jid("agent2"), "name": "Tom", "capacity": 2}],
             departments=[{"id": "sales", "agents": [w.jid("agent")]},
                          {"id": "help", "agents": [w.jid("agent2")]}],
             roles={"supervisors": [w.jid("alice")]})
    nina, boss = w.agent(), w.client("alice")
    boss.available()
    contact = w.chatting(nina, w.visitor())
    for give in WAYS:
        assert give(nina, contact, "who") == "— Nina: free for chats, 1 of 3 chats"
        assert "Tom: not there, 0 of 2 chats" in give(boss, w.domain, "who")
    assert by_text(nina, w.sales, "wer") == by_text(nina, w.sales, "who")


@scenario
def agents_never_see_a_flood(w):
    """What a visitor sends too fast is refused to the visitor, and goes nowhere."""
    w.daemon(limits={"message_burst": 5})
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    lines = [visitor.say(visitor.department, f"Flood {n}") for n in range(40)]
    for line in lines:
        visitor.expect(lambda e, line=line: e.get("id") == line and e.get("type") == "error"
                       or message(receipt=line)(e))
    by_text(nina, contact, "mine")  # behind whatever was on its way
    assert 0 < nina.count(message(says="^Flood ")) < 12
