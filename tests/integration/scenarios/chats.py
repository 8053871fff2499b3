"""A visitor and an agent: offers, claims, answers, ends."""
import sqlite3

from daemon import until
from gateway import stanza_id
from world import scenario
from xmpp import NS, body_of, find, message, presence


@scenario
def a_visitor_appears_in_the_roster_and_is_answered(w):
    w.daemon()
    agent = w.agent()
    visitor = w.visitor()
    visitor.write("Do you ship to Norway?")
    line = agent.expect(message(body="Do you ship to Norway?"))
    contact = line.get("from").partition("/")[0]
    assert contact == f"{visitor.id}@{w.domain}", contact
    assert agent.roster[contact].get("subscription") == "both"
    agent.expect(presence(from_=contact, type=""))
    agent.say(contact, "Yes, in three days.")
    answer = visitor.expect(message(body="Yes, in three days."))
    assert answer.get("from") == f"{w.sales}/Nina", answer.get("from")
    assert stanza_id(answer)
    line = find(answer, "visit:line")
    assert line.get("by") == "agent" and line.get("name") == "Nina" and line.get("stamp")
    visitor.write("Thanks!")
    agent.expect(message(from_=contact, body="Thanks!"))
    assert visitor.bodies()[-1] == "Thanks!"


@scenario
def the_same_over_bosh(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor("bosh")
    contact = w.chatting(agent, visitor, "Over BOSH")
    for turn in range(5):
        agent.say(contact, f"Line {turn}")
        visitor.expect(message(body=f"Line {turn}"))
        visitor.write(f"Answer {turn}")
        agent.expect(message(body=f"Answer {turn}"))


@scenario
def a_receipt_means_stored_then_delivered_then_read(w):
    w.daemon()
    agent, visitor = w.agent(receipts=False), w.visitor()
    contact = w.chatting(agent, visitor)
    number = visitor.say(w.sales, "Seen?")
    receipt = visitor.expect(message(receipt=number))
    assert stanza_id(receipt)
    line = agent.expect(message(body="Seen?"))
    assert find(line, "receipts:request") is not None
    agent.send(f"<message type='chat' to='{contact}'><received xmlns='urn:xmpp:receipts' "
               f"id='{line.get('id')}'/></message>")
    visitor.expect(message(marker=("received", number)))
    agent.send(f"<message type='chat' to='{contact}'><displayed xmlns='urn:xmpp:chat-markers:0' "
               f"id='{line.get('id')}'/></message>")
    visitor.expect(message(marker=("displayed", number)))
    assert [find(m, "visit:line").get("seen") for _, m in visitor.history()
            if body_of(m) == "Seen?"] == ["displayed"]


@scenario
def the_agent_learns_that_the_visitor_has_read(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    number = agent.say(contact, "Please read this",
                       extra="<markable xmlns='urn:xmpp:chat-markers:0'/>")
    line = visitor.expect(message(body="Please read this"))
    visitor.send(f"<message to='{w.sales}'><received xmlns='urn:xmpp:receipts' "
                 f"id='{line.get('id')}'/></message>")
    agent.expect(message(from_=contact, receipt=number))
    visitor.send(f"<message to='{w.sales}'><displayed xmlns='urn:xmpp:chat-markers:0' "
                 f"id='{line.get('id')}'/></message>")
    agent.expect(message(from_=contact, marker=("displayed", number)))


@scenario
def the_first_answer_claims_and_the_other_is_told(w):
    w.daemon()
    nina, tom, visitor = w.agent("agent"), w.agent("agent2"), w.visitor()
    visitor.write("Who is faster?")
    contact = nina.expect(message(from_="visitor-*", body="Who is faster?")).get("from")
    tom.expect(message(from_="visitor-*", body="Who is faster?"))
    nina.say(contact, "Me!")
    visitor.expect(message(body="Me!"))
    tom.expect(message(from_="visitor-*", says="Nina"))
    tom.wait_contact(lambda roster: not [jid for jid in roster if jid.startswith("visitor-")])
    visitor.write("Only for Nina")
    nina.expect(message(body="Only for Nina"))
    tom.quiet(message(body="Only for Nina"))


@scenario
def of_two_claims_in_the_same_moment_one_wins(w):
    """V-073: two agents claim at once, again and again: one owner, the loser is told."""
    w.daemon(limits={"max_queue": 1000})
    nina, tom = w.agent("agent"), w.agent("agent2")
    for turn in range(5):
        visitor = w.visitor()
        visitor.write(f"Race {turn}")
        contact = nina.expect(message(from_="visitor-*", body=f"Race {turn}")).get("from")
        tom.expect(message(from_="visitor-*", body=f"Race {turn}"))
        nina.say(contact, f"Nina {turn}")
        tom.say(contact, f"Tom {turn}")
        winner = visitor.expect(message(says=f"^(Nina|Tom) {turn}$"))
        loser, other = (tom, "Nina") if body_of(winner).startswith("Nina") else (nina, "Tom")
        loser.expect(message(from_="visitor-*", says=other))
        visitor.quiet(message(says=f"^(Nina|Tom) {turn}$"), 0.2)
        visitor.end_chat()


@scenario
def an_answer_of_another_agent_does_not_reach_the_visitor(w):
    """V-074: a line of an agent who does not own the chat stays away from the visitor, who is told
    so."""
    w.daemon()
    nina, visitor = w.agent("agent"), w.visitor()
    contact = w.chatting(nina, visitor)
    tom = w.agent("agent2")
    tom.say(contact, "I know better")
    tom.expect(message(says="Nina"))
    visitor.quiet(message(body="I know better"))
    assert "I know better" not in visitor.bodies()


@scenario
def nobody_there_and_the_message_is_shown_when_an_agent_comes(w):
    w.daemon()
    visitor = w.visitor()
    assert visitor.visit.get("availability") == "unavailable"
    visitor.write("Please call me back")
    state = visitor.expect(message(has="visit:chat"))
    chat = find(state, "visit:chat")
    assert chat.get("state") == "queued" and chat.get("left") == "true", chat.attrib
    number = chat.get("number")
    assert int(number) > 0
    agent = w.agent()
    line = agent.expect(message(from_="visitor-*", body="Please call me back"))
    agent.say(line.get("from"), "Here I am")
    visitor.expect(message(body="Here I am"))


@scenario
def a_left_message_outlives_the_visitor_and_the_daemon(w):
    daemon = w.daemon()
    visitor = w.visitor()
    visitor.write("I will be back")
    visitor.close()
    assert daemon.stop() == 0
    daemon.start()
    agent = w.agent()
    line = agent.expect(message(from_="visitor-*", body="I will be back"))
    number = agent.say(line.get("from"), "Answer for later")
    agent.expect(message(receipt=number))
    again = w.visitor(token=visitor.token)
    assert again.id == visitor.id
    assert "Answer for later" in again.bodies()


@scenario
def free_away_busy_and_nobody_are_told_apart(w):
    daemon = w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina", "capacity": 1}],
                      departments=[{"id": "sales", "name": "Sales", "agents": [w.jid("agent")]}])
    visitor = w.visitor()
    assert visitor.look().get("type") == "unavailable"
    agent = w.agent()
    visitor.expect(presence(from_=w.sales, type="", where=lambda e: shown(e) in ("", "chat")))
    assert b'"chat"' in daemon.get("/w/1/status/sales")[2]
    agent.available("away")
    visitor.expect(presence(from_=w.sales, type="", show="away"))
    agent.available("dnd")
    visitor.expect(presence(from_=w.sales, type="unavailable"))
    agent.available()
    visitor.expect(presence(from_=w.sales, type="", where=lambda e: shown(e) in ("", "chat")))
    w.chatting(agent, w.visitor())
    visitor.expect(presence(from_=w.sales, type="", show="dnd"))
    assert b'"dnd"' in daemon.get("/w/1/status/sales")[2]
    agent.unavailable()
    visitor.expect(presence(from_=w.sales, type="unavailable"))
    assert b'"unavailable"' in daemon.get("/w/1/status/sales")[2]


def shown(element):
    return element.findtext("{jabber:client}show") or ""


@scenario
def an_away_agent_is_asked_only_if_nobody_else_is_there(w):
    w.daemon()
    nina, tom = w.agent("agent", show="away"), w.agent("agent2")
    visitor = w.visitor()
    visitor.write("Anybody?")
    tom.expect(message(from_="visitor-*", body="Anybody?"))
    nina.quiet(message(from_="visitor-*"))
    tom.unavailable()
    nina.expect(message(from_="visitor-*", body="Anybody?"))


@scenario
def a_negative_priority_is_not_there(w):
    w.daemon()
    agent, visitor = w.client("agent"), w.visitor()
    w.enrolled(agent)
    agent.available(priority=-1)
    agent.expect(presence(from_=w.sales, type=""))
    visitor.write("Hello?")
    agent.quiet(message(from_="visitor-*"))
    agent.available(priority=1)
    agent.expect(message(from_="visitor-*", body="Hello?"))


@scenario
def no_more_offers_than_seats_and_the_longest_waiting_first(w):
    w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina", "capacity": 1}],
             departments=[{"id": "sales", "name": "Sales", "agents": [w.jid("agent")]}])
    agent = w.agent()
    visitors = [w.visitor() for _ in range(3)]
    for number, visitor in enumerate(visitors):
        visitor.write(f"I am number {number}")
    contact = agent.expect(message(body="I am number 0")).get("from")
    agent.quiet(message(body="I am number 1"), 0.5)
    position = visitors[2].expect(message(state="queued", where=lambda e: find(
        e, "visit:chat").get("position") == "3"))
    assert "3" in body_of(position)
    agent.say(contact, "One after the other")
    visitors[0].expect(message(body="One after the other"))
    agent.quiet(message(body="I am number 1"), 0.5)
    visitors[0].end_chat()
    second = agent.expect(message(body="I am number 1")).get("from")
    agent.quiet(message(body="I am number 2"), 0.5)
    agent.say(second, "Your turn")
    agent.expect(presence(from_=w.sales, where=lambda e: "1" in (
        e.findtext("{jabber:client}status") or "")))


@scenario
def an_agent_lost_in_the_middle_is_replaced(w):
    w.daemon()
    nina, visitor = w.agent("agent"), w.visitor()
    w.chatting(nina, visitor)
    tom = w.agent("agent2")
    nina.drop()
    visitor.expect(message(has="visit:line", where=lambda e: find(
        e, "visit:line").get("event") == "lost"))
    line = tom.expect(message(from_="visitor-*", body="Hello"))
    tom.say(line.get("from"), "I take over")
    answer = visitor.expect(message(body="I take over"))
    assert answer.get("from") == f"{w.sales}/Tom"


@scenario
def an_agent_who_is_back_in_time_keeps_the_chat(w):
    w.daemon(limits={"agent_grace_s": 600})
    nina, visitor = w.agent("agent"), w.visitor()
    contact = w.chatting(nina, visitor)
    tom = w.agent("agent2")
    nina.drop()
    tom.quiet(message(from_="visitor-*"), 1.5)
    nina = w.agent("agent")
    visitor.write("Still there?")
    nina.expect(message(body="Still there?"))
    nina.say(contact, "Still here")
    visitor.expect(message(body="Still here"))


@scenario
def typing_is_seen_on_both_sides(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    for state in ("composing", "paused"):
        agent.typing(contact, state)
        seen = visitor.expect(message(has=f"chatstates:{state}"))
        assert seen.get("from") == f"{w.sales}/Nina"
        visitor.typing(w.sales, state)
        agent.expect(message(from_=contact, has=f"chatstates:{state}"))
    assert all(body_of(m) for _, m in visitor.history())


@scenario
def typing_a_command_is_not_seen_for_ever(w):
    """Clients say composing while a command is typed, and active only with its line."""
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    agent.typing(contact, "composing")
    visitor.expect(message(has="chatstates:composing"))
    agent.send(f"<message type='chat' to='{contact}' id='c1'><body>!info</body>"
               f"<active xmlns='{NS['chatstates']}'/></message>")
    seen = visitor.expect(message(has="chatstates:active"))
    assert body_of(seen) is None and seen.get("from") == f"{w.sales}/Nina"
    agent.expect(message(from_=contact, says="not verified"))


@scenario
def the_agent_ends_the_chat(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    agent.say(contact, "!end")
    closed = visitor.expect(message(state="closed"))
    assert find(closed, "visit:line").get("event") == "closed" and body_of(closed)
    assert not visitor.count(message(body="!end"))
    agent.expect(message(from_=contact, where=lambda e: body_of(e)))
    agent.wait_contact(lambda roster: contact not in roster)
    assert visitor.end_chat().get("type") == "error"
    visitor.write("One more question")
    agent.expect(message(from_="visitor-*", body="One more question"))


@scenario
def the_visitor_ends_the_chat(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    assert visitor.end_chat().get("type") == "result"
    visitor.expect(message(state="closed"))
    agent.expect(message(from_=contact, where=lambda e: body_of(e)))
    again = visitor.end_chat()
    assert again.get("type") == "error"
    assert find(again, "error/stanzas:item-not-found") is not None


@scenario
def a_line_to_a_closed_chat_is_kept_and_the_agent_is_told(w):
    w.daemon(limits={"linger_s": 600})
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    visitor.end_chat()
    visitor.expect(message(state="closed"))
    agent.expect(message(from_=contact, where=lambda e: body_of(e)))
    agent.say(contact, "One more thing")
    agent.expect(message(from_=contact, where=lambda e: body_of(e) and
                         e.get("type") != "error"))
    visitor.quiet(message(body="One more thing"))


@scenario
def a_line_to_an_absent_visitor_is_kept_for_the_return(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    visitor.close()
    w.gone(agent, contact)
    agent.say(contact, "For your return")
    agent.expect(message(from_=contact, says="not there"))
    again = w.visitor(token=visitor.token)
    assert "For your return" in again.bodies()
    agent.expect(presence(from_=contact, type="", show=""))


@scenario
def a_form_must_be_answered_first(w):
    w.daemon(departments=[{"id": "sales", "name": "Sales", "agents": [w.jid("agent")],
                           "form": {"name": "required", "email": "optional"}}], agents=None)
    agent, visitor = w.agent(), w.visitor()
    fields = {f.get("var"): f for f in find(visitor.visit, "form:x").iter(
        "{jabber:x:data}field")}
    assert find(fields["name"], "form:required") is not None
    assert find(fields["email"], "form:required") is None
    number = visitor.say(w.sales, "Without a name")
    visitor.expect(message(id=number, error="not-acceptable"))
    visitor.check_in(visitor.token, form={"name": "Ada", "email": "ada@example.org"})
    assert find(visitor.visit, "form:x") is None
    visitor.write("With a name")
    contact = agent.expect(message(body="With a name")).get("from").partition("/")[0]
    assert "Ada" in agent.roster[contact].get("name")


@scenario
def every_department_has_its_own_agents(w):
    w.daemon(departments=[
        {"id": "sales", "name": "Sales", "agents": [w.jid("agent")]},
        {"id": "service", "name": "Service", "agents": [w.jid("agent2")]}])
    nina = w.agent("agent")
    tom = w.agent("agent2", department=f"service@{w.domain}")
    assert f"service@{w.domain}" not in nina.roster
    visitor = w.visitor(department="service")
    visitor.write("My kettle broke")
    line = tom.expect(message(body="My kettle broke"))
    nina.quiet(message(body="My kettle broke"), 0.5)
    tom.say(line.get("from"), "Send it in")
    assert visitor.expect(message(body="Send it in")).get("from") == f"service@{w.domain}/Tom"


@scenario
def who_writes_to_the_domain_reaches_the_default_department(w):
    w.daemon()
    agent, alice = w.agent(), w.plain_user()
    alice.say(w.domain, "To whom it may concern")
    line = agent.expect(message(from_="visitor-*", body="To whom it may concern"))
    agent.say(line.get("from"), "It concerns me")
    answer = alice.expect(message(body="It concerns me"))
    assert answer.get("from").partition("/")[0] == w.domain, answer.get("from")


@scenario
def an_agents_second_device_sees_the_chat(w):
    w.daemon()
    desktop = w.agent("agent", resource="desktop")
    phone = w.client("agent", resource="phone").available()
    phone.expect(presence(from_=w.sales, type=""))
    visitor = w.visitor()
    contact = w.offered(desktop, visitor, "Which device?")
    phone.expect(message(from_="visitor-*", body="Which device?"))
    phone.say(contact, "The phone")
    visitor.expect(message(body="The phone"))
    desktop.expect(message(where=lambda e: e.find(
        ".//{urn:xmpp:carbons:2}sent") is not None))
    desktop.close()
    visitor.write("Still answered?")
    phone.expect(message(body="Still answered?"))


@scenario
def chats_are_in_the_database(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    w.chatting(agent, visitor, "For the record")
    with sqlite3.connect(f"file:{w.directory}/tresen.db?mode=ro", uri=True) as database:
        tables = [row[0] for row in database.execute(
            "select name from sqlite_master where type = 'table' and name not like 'search%'")]
        bodies = [row for table in tables for row in database.execute(f"select * from {table}")]
    text = repr(bodies)
    assert "For the record" in text and "Hi, how can I help?" in text
    assert visitor.token not in text, "the token itself is stored"


@scenario
def every_line_survives_a_crash_of_the_daemon(w):
    """What was acknowledged is there after kill -9, in order and once."""
    daemon = w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    for number in range(8):
        visitor.write(f"Line {number}")
    daemon.kill()
    visitor.expect_end()
    daemon.start()
    again = w.visitor(token=visitor.token)
    assert again.id == visitor.id
    assert [b for b in again.bodies() if b.startswith("Line")] == [f"Line {n}" for n in range(8)]
    until(lambda: contact in agent.roster, "the contact is still there")
    agent.say(contact, "After the crash")
    again.expect(message(body="After the crash"))
    assert agent.ended is None


@scenario
def a_full_queue_says_so_and_lets_the_others_be(w):
    w.daemon(limits={"max_queue": 2}, departments=[
        {"id": "sales", "name": "Sales", "agents": [w.jid("agent")]}],
        agents=[{"jid": w.jid("agent"), "name": "Nina", "capacity": 1}])
    agent, first = w.agent(), w.visitor()
    w.chatting(agent, first)
    waiting = [w.visitor() for _ in range(2)]
    for number, visitor in enumerate(waiting):
        visitor.write(f"I wait {number}")
    late = w.visitor()
    number = late.say(w.sales, "No room for me")
    refused = late.expect(message(id=number, error="resource-constraint"))
    assert find(refused, "error").get("type") == "wait"
    first.end_chat()
    agent.expect(message(body="I wait 0"))
    agent.quiet(message(body="No room for me"), 0.3)
    agent.say(agent_contact(w, waiting[0]), "Your turn")
    until(lambda: late_is_taken(late, w.sales), "there is room again")


def agent_contact(w, visitor):
    return f"{visitor.id}@{w.domain}"


def late_is_taken(visitor, department):
    number = visitor.say(department, "Once more")
    answer = visitor.expect(message(where=lambda e: e.get("id") == number or (
        find(e, "receipts:received") is not None and
        find(e, "receipts:received").get("id") == number)))
    return answer.get("type") != "error"


@scenario
def seats_are_counted_over_all_departments(w):
    """One agent with one seat in two departments is offered one chat."""
    w.daemon(departments=[{"id": "sales", "name": "Sales", "agents": [w.jid("agent")]},
                          {"id": "service", "name": "Service", "agents": [w.jid("agent")]}],
             agents=[{"jid": w.jid("agent"), "name": "Nina", "capacity": 1}])
    agent, one, two = w.agent(), w.visitor(), w.visitor(department="service")
    contact = w.chatting(agent, one)
    two.write("I am for the service")
    agent.quiet(message(body="I am for the service"), 0.7)
    agent.say(contact, "!end")
    line = agent.expect(message(body="I am for the service"))
    agent.say(line.get("from"), "The service speaks")
    assert two.expect(message(body="The service speaks")).get("from") == f"service@{w.domain}/Nina"
