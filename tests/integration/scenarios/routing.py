"""Whom a waiting chat is offered to: ways of routing, skills and languages, overflow, bounds, priority."""
from daemon import until
from world import scenario
from xmpp import find, message

WENT_ON = message(from_="visitor-*", says="this chat is offered to others now")


def sales(w, *names, **more):
    """The department of that name, with those agents."""
    return {"id": "sales", "name": "Sales", "agents": [w.jid(name) for name in names], **more}


def agent(w, name, shown, **more):
    return {"jid": w.jid(name), "name": shown, "capacity": 5, **more}


def contact_of(w, visitor):
    return f"{visitor.id}@{w.domain}"


def offered(client, body):
    return client.expect(message(from_="visitor-*", body=body)).get("from").partition("/")[0]


def answered(visitor, client, body):
    """Who was offered it answers; the visitor sees it."""
    client.say(offered(client, body), f"Hi, you said: {body}")
    visitor.expect(message(body=f"Hi, you said: {body}"))


def nothing_of(client, *bodies):
    """Nothing was offered to that agent: what would have come is there when the ping is answered."""
    assert client.ping(client.jid.partition("@")[2])
    for body in bodies:
        assert not client.count(message(body=body)), body


@scenario
def all_agents_are_offered_a_chat_at_once_by_default(w):
    w.daemon()
    nina, tom, visitor = w.agent(), w.agent("agent2"), w.visitor()
    visitor.write("Anybody?")
    offered(nina, "Anybody?")
    tom.say(offered(tom, "Anybody?"), "Me")
    visitor.expect(message(body="Me"))
    nina.expect(message(from_="visitor-*", says="Tom has taken this chat"))


@scenario
def round_robin_asks_one_after_the_other_and_goes_on_unanswered(w):
    w.daemon(departments=[sales(w, "agent", "agent2", routing="round_robin")],
             limits={"offer_s": 6})
    nina, tom = w.agent(), w.agent("agent2")
    visitors = [w.visitor() for _ in range(3)]
    for number, (visitor, who) in enumerate(zip(visitors, (nina, tom, nina))):
        visitor.write(f"Turn {number}")
        answered(visitor, who, f"Turn {number}")
    nothing_of(nina, "Turn 1")
    nothing_of(tom, "Turn 0", "Turn 2")
    slow = w.visitor()
    slow.write("Tom is out")
    offered(tom, "Tom is out")
    tom.expect(WENT_ON)
    answered(slow, nina, "Tom is out")
    tom.quiet(message(from_="visitor-*", says="has taken this chat"), 0.3)


@scenario
def who_let_an_offer_go_may_still_take_it(w):
    w.daemon(departments=[sales(w, "agent", "agent2", routing="round_robin")],
             limits={"offer_s": 1})
    nina, tom, visitor = w.agent(), w.agent("agent2"), w.visitor()
    visitor.write("Anybody?")
    contact = offered(nina, "Anybody?")
    nina.expect(WENT_ON)
    offered(tom, "Anybody?")
    nina.say(contact, "Here I am")
    visitor.expect(message(body="Here I am"))
    tom.expect(message(from_=contact, says="Nina has taken this chat|offered to others now"))


@scenario
def the_least_busy_agent_is_asked(w):
    w.daemon(departments=[sales(w, "agent", "agent2", routing="least_busy")])
    nina = w.agent()
    first, second = w.visitor(), w.visitor()
    for number, visitor in enumerate((first, second)):
        visitor.write(f"Busy {number}")
        answered(visitor, nina, f"Busy {number}")
    tom = w.agent("agent2")
    for number in range(2):
        visitor = w.visitor()
        visitor.write(f"Next {number}")
        answered(visitor, tom, f"Next {number}")
    nothing_of(nina, "Next 0", "Next 1")
    first.end_chat()
    nina.expect(message(from_=contact_of(w, first), says="has ended the chat"))
    third = w.visitor()
    third.write("Now you again")
    answered(third, nina, "Now you again")


@scenario
def a_visitor_who_returns_is_offered_to_the_agent_of_before(w):
    """Also by a daemon that was killed in between."""
    daemon = w.daemon(departments=[sales(w, "agent", "agent2", routing="last_agent")])
    tom, visitor = w.agent("agent2"), w.visitor()
    visitor.write("First time")
    answered(visitor, tom, "First time")
    visitor.end_chat()
    tom.expect(message(says="has ended the chat"))
    nina = w.agent()
    other = w.visitor()
    other.write("Somebody else")
    answered(other, nina, "Somebody else")  # whom Tom never met: the least busy, as it happens
    token = visitor.token
    visitor.close()
    daemon.revive()
    until(lambda: daemon.log.read_text().count("availability=free") >= 4, "both are there again")
    again = w.visitor(token=token)
    again.write("Me again")
    answered(again, tom, "Me again")
    nothing_of(nina, "Me again")


@scenario
def rules_ask_for_a_language_and_a_skill(w):
    """Preferred: others if nobody fits; required: a message is left if nobody fits."""
    w.daemon(departments=[sales(w, "agent", "agent2", "agent3", rules=[
        {"prefer": {"language": "visitor"}},
        {"page": "/billing", "require": {"skill": "billing"}},
        {"email": "big.example", "prefer": {"level": 2}, "priority": "high"}],
        form={"email": "optional"})],
             agents=[agent(w, "agent", "Nina", languages=["de", "en"], skills=["billing"]),
                     agent(w, "agent2", "Tom", languages=["en"]),
                     agent(w, "agent3", "Ada", languages=["en"], level=2)])
    tom, ada = w.agent("agent2"), w.agent("agent3")
    nina = w.agent()
    german = w.visitor(lang="de-AT")
    german.write("Grüß Gott")
    answered(german, nina, "Grüß Gott")
    bill = w.visitor(url="https://shop.example/billing/7")
    bill.write("My bill")
    answered(bill, nina, "My bill")
    big = w.visitor(form={"email": "boss@eu.big.example"})
    big.write("Do you know me?")
    answered(big, ada, "Do you know me?")
    nothing_of(tom, "Grüß Gott", "My bill", "Do you know me?")
    nothing_of(ada, "Grüß Gott", "My bill")
    nina.send("<presence type='unavailable'/>")
    w.current.wait_log("availability=gone")
    late = w.visitor(lang="de")
    late.write("Noch jemand da?")
    offered(tom, "Noch jemand da?")
    answered(late, ada, "Noch jemand da?")
    bill = w.visitor(url="https://shop.example/billing/8")
    bill.write("My other bill")
    bill.expect(message(has="visit:line",
                        where=lambda e: find(e, "visit:line").get("event") == "left-message"))
    nothing_of(tom, "My other bill")
    nina.available()
    answered(bill, nina, "My other bill")


@scenario
def who_waits_too_long_is_offered_to_another_department(w):
    """The conversation stays at the address that was written to."""
    w.daemon(departments=[sales(w, "agent", overflow={"after_s": 6, "to": "help"}),
                          {"id": "help", "name": "Help", "agents": [w.jid("agent2")]}])
    nina, tom = w.agent(), w.agent("agent2", department=f"help@{w.domain}")
    visitor = w.visitor()
    visitor.write("Anybody?")
    contact = offered(nina, "Anybody?")
    assert not tom.count(message(body="Anybody?"))
    tom.expect(message(from_=contact, says="waits in Sales"))
    answered(visitor, tom, "Anybody?")
    nina.expect(message(from_=contact, says="Tom has taken this chat"))
    visitor.write("Thank you")
    tom.expect(message(from_=contact, body="Thank you"))
    tom.say(contact, "You are welcome")
    assert visitor.expect(message(body="You are welcome")).get("from") == f"{w.sales}/Tom"
    assert "You are welcome" in visitor.bodies()


@scenario
def a_department_has_a_queue_limit_and_a_capacity_of_its_own(w):
    """Who does not get in reads how many wait, or that nobody is there."""
    w.daemon(departments=[sales(w, "agent", max_queue=2, capacity=1),
                          {"id": "help", "name": "Help", "agents": [w.jid("agent")],
                           "max_queue": 1}],
             agents=[agent(w, "agent", "Nina")])
    night = w.visitor(department="help")
    night.write("For tomorrow")
    late = w.visitor(department="help", lang="de")
    number = late.say(late.department, "Für morgen, auch")
    refused = late.expect(message(id=number, error="resource-constraint"))
    assert "Gerade ist niemand da" in find(refused, "error/stanzas:text").text
    nina, first = w.agent(), w.visitor()
    w.chatting(nina, first)
    for turn in range(2):
        waiting = w.visitor()
        waiting.write(f"I wait {turn}")
    late = w.visitor()
    number = late.say(late.department, "No room")
    refused = late.expect(message(id=number, error="resource-constraint"))
    assert "(2 waiting)" in find(refused, "error/stanzas:text").text
    nothing_of(nina, "I wait 0", "I wait 1", "No room")  # she has seats; the department has not
    first.end_chat()
    nina.expect(message(body="I wait 0"))
    nothing_of(nina, "I wait 1")


@scenario
def an_urgent_chat_goes_before_those_that_wait_longer(w):
    """And keeps its place over a crash; a reload changes what comes later."""
    daemon = w.daemon(departments=[sales(w, "agent", rules=[
        {"page": "/outage", "priority": "urgent"}])],
                      agents=[agent(w, "agent", "Nina", capacity=1)],
                      limits={"visitor_grace_s": 600, "agent_grace_s": 600})
    nina, first = w.agent(), w.visitor()
    w.chatting(nina, first)
    waiting = w.visitor()
    waiting.write("I am here since ten")
    urgent = w.visitor(url="https://shop.example/outage")
    urgent.write("It burns")
    urgent.expect(message(state="queued", where=lambda e: find(e, "visit:chat").get(
        "position") == "1"))
    waiting.expect(message(state="queued", where=lambda e: find(e, "visit:chat").get(
        "position") == "2"))
    daemon.revive()
    nina.say(contact_of(w, first), "!end")
    offered(nina, "It burns")
    nothing_of(nina, "I am here since ten")
