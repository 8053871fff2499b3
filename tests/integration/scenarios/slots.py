"""Slots: a fixed number of contacts that visitors take turns at, approved once by subscription."""
from command import by_form, by_text, listed
from world import scenario
from xmpp import NS, Client, message, presence


def approve(agent, count):
    """What somebody does in a client: allows each request, and asks back."""
    slots = []
    for _ in range(count):
        slot = agent.expect(presence(from_="slot-*", type="subscribe")).get("from")
        agent.send(f"<presence type='subscribed' to='{slot}'/>"
                   f"<presence type='subscribe' to='{slot}'/>")
        slots.append(slot)
    agent.wait_contact(lambda roster: all(
        slot in roster and roster[slot].get("subscription") == "both" for slot in slots))
    return sorted(slots)


def desk_with_slots(w, count=2, **more):
    """Nobody lets the daemon into rosters; the agent has approved what was asked for."""
    limits = {"slot_rest_s": 1, "linger_s": 60, **more.pop("limits", {})}
    agents = [{"jid": w.jid("agent"), "name": "Nina", "capacity": 5, "slots": count},
              {"jid": w.jid("agent2"), "name": "Tom", "capacity": 5, "slots": count}]
    w.daemon(server={"roster": "none"}, limits=limits, agents=agents, **more)
    agent = w.client("agent")
    return agent, begin(w, agent, count)


def begin(w, agent, count):
    """The agent comes online and allows what has asked; returns the slots."""
    mark = len(w.current.log.read_text(errors="replace"))
    agent.available()
    agent.expect(presence(from_=w.sales, type="subscribe"))
    agent.send(f"<presence type='subscribed' to='{w.sales}'/>"
               f"<presence type='subscribe' to='{w.sales}'/>")
    slots = approve(agent, count)
    agent.expect(presence(from_=w.sales, type="", show=""))
    w.current.wait_log(r"(?s)^.{%d}.*availability=free" % mark)
    return slots


def offered(agent, visitor, body):
    """Returns the slot in which the agent sees the visitor."""
    number = visitor.say(visitor.department, body)
    visitor.expect(message(receipt=number))
    return agent.expect(message(from_="slot-*", body=body)).get("from").partition("/")[0]


@scenario
def slots_are_approved_once_and_a_visit_begins_and_ends_in_words(w):
    agent, slots = desk_with_slots(w)
    agent.expect(presence(from_=slots[0], type="unavailable"))
    visitor = w.visitor(title="Prices")
    slot = offered(agent, visitor, "Hello")
    assert slot == slots[0]
    agent.expect(message(from_=slot, says=r"^— Visitor \d+ is here now \(chat \d+\)\.\n— "))
    shown = agent.expect(presence(from_=slot, type="", has="caps:c"))
    assert "shop.example" in shown.findtext("{jabber:client}status")
    assert "Visitor" in shown.findtext("{http://jabber.org/protocol/nick}nick")
    agent.say(slot, "Hi")
    visitor.expect(message(body="Hi"))
    visitor.write("One more")
    agent.expect(message(from_=slot, body="One more"))
    card = agent.ask(slot, "<vCard xmlns='vcard-temp'/>")
    assert "shop.example/prices" in "".join(card.itertext())
    agent.typing(slot)
    visitor.expect(message(has="chatstates:composing"))
    agent.say(slot, "!end")
    visitor.expect(message(state="closed"))
    agent.expect(message(from_=slot, says=r"End of chat \d+\."))
    agent.expect(presence(from_=slot, type="unavailable"))
    assert not agent.contacts("visitor-")
    agent.quiet(message(from_="visitor-*"), 0.2)


@scenario
def who_has_joined_stays_when_another_takes_what_both_were_asked_for(w):
    jids = [w.jid("agent"), w.jid("agent2"), w.jid("agent3")]
    w.daemon(server={"roster": "none"},
             departments=[{"id": "sales", "name": "Sales", "agents": jids}],
             agents=[{"jid": jid, "name": name, "slots": 1}
                     for jid, name in zip(jids, ("Nina", "Tom", "Eve"))])
    nina = w.client("agent")
    (slot,) = begin(w, nina, 1)
    visitor = w.visitor()
    offered(nina, visitor, "Hello")
    nina.say(slot, "Hi")
    visitor.expect(message(body="Hi"))
    tom, eve = w.client("agent2"), w.client("agent3")
    begin(w, tom, 1)
    begin(w, eve, 1)
    number = nina.expect(message(says=r"\(chat \d+\)")).findtext("{*}body")
    number = number.partition("(chat ")[2].partition(")")[0]
    assert "You are in this chat" in by_text(tom, w.sales, "join", number=number)
    tom.say(slot, "Tom is here, too")
    visitor.expect(message(body="Tom is here, too"))
    by_text(nina, slot, "transfer", who="sales")
    tom.expect(message(from_=slot, says="Nina hands you"))
    eve.expect(message(from_=slot, says="Nina hands you"))
    eve.say(slot, "I have it")
    visitor.expect(message(body="I have it"))
    taken = tom.expect(message(from_=slot, says="Eve has taken this chat"))
    assert "End of chat" not in taken.findtext("{*}body")
    assert "End of chat" in nina.expect(
        message(from_=slot, says="Eve has taken this chat")).findtext("{*}body")
    visitor.write("And what now?")
    tom.expect(message(from_=slot, body="And what now?"))
    tom.say(slot, "Now us")
    visitor.expect(message(body="Now us"))
    eve.say(slot, "!end")
    tom.expect(message(from_=slot, says=r"End of chat \d+\."))


@scenario
def late_lines_go_to_the_chat_that_ended_and_never_to_the_next(w):
    agent, (slot,) = desk_with_slots(w, 1, limits={"slot_rest_s": 10})
    ada, bob = w.visitor(), w.visitor()
    offered(agent, ada, "Hello")
    agent.say(slot, "Hi")
    ada.expect(message(body="Hi"))
    ada.end_chat()
    agent.expect(message(from_=slot, says=r"ended the chat\.\n— End of chat"))
    number = bob.say(bob.department, "I wait")
    bob.expect(message(receipt=number))
    agent.say(slot, "Only for Ada", id="late")
    agent.expect(message(from_=slot, receipt="late"))
    agent.expect(message(from_=slot, says="added to its record"))
    agent.expect(message(from_=slot, body="I wait"))
    agent.say(slot, "About your first line", extra="<reply xmlns='urn:xmpp:reply:0' id='e1'/>")
    agent.expect(message(from_=slot, says="refers to one of a chat that has ended"))
    agent.say(slot, "Yes, Bob?")
    bob.expect(message(body="Yes, Bob?"))
    assert not bob.count(message(says="Ada|first line"))
    assert not ada.count(message(body="Only for Ada"))


@scenario
def lines_that_no_client_received_keep_the_slot(w):
    """The client that takes lines says so; while it does not, the next visitor waits for the
    contact."""
    agent, (slot,) = desk_with_slots(w, 1)
    ada, bob = w.visitor(), w.visitor()
    offered(agent, ada, "Hello")
    agent.say(slot, "Hi")
    ada.expect(message(body="Hi"))
    agent.receipts = False
    ada.end_chat()
    end = agent.expect(message(from_=slot, says="End of chat"))
    number = bob.say(bob.department, "I wait")
    bob.expect(message(receipt=number))
    status = agent.expect(presence(from_=w.sales, type="", where=lambda e: "slots are in use" in
                                   (e.findtext("{jabber:client}status") or "")))
    assert status.findtext("{jabber:client}show") == "dnd"
    agent.quiet(message(body="I wait"), 3)
    agent.receipts = True
    agent.send(f"<message to='{slot}'><received xmlns='{NS['receipts']}' id='{end.get('id')}'/>"
               "</message>")
    agent.expect(message(from_=slot, body="I wait"))


@scenario
def who_has_no_slot_leaves_the_chat_to_others(w):
    nina, _ = desk_with_slots(w, 1)
    ada, bob = w.visitor(), w.visitor()
    slot = offered(nina, ada, "One")
    nina.say(slot, "Hi")
    ada.expect(message(body="Hi"))
    tom = w.client("agent2")
    tom.available()
    tom.send(f"<presence type='subscribed' to='{w.sales}'/>"
             f"<presence type='subscribe' to='{w.sales}'/>")
    other = offered(tom, bob, "Two")
    assert other == slot, "the names are the same for every agent"
    tom.say(other, "Hello Bob")
    bob.expect(message(body="Hello Bob"))
    assert not ada.count(message(body="Hello Bob"))
    assert not nina.count(message(body="Two"))


@scenario
def a_crash_changes_nobody_behind_a_slot(w):
    agent, slots = desk_with_slots(w)
    ada, bob = w.visitor(), w.visitor()
    first = offered(agent, ada, "I am Ada")
    second = offered(agent, bob, "I am Bob")
    assert [first, second] == slots
    for slot, visitor in ((first, ada), (second, bob)):
        agent.say(slot, "Hi")
        visitor.expect(message(body="Hi"))
    agent.forget()
    w.current.revive()
    assert not agent.count(presence(from_="slot-*", type="unsubscribe"))
    ada, bob = w.visitor(token=ada.token), w.visitor(token=bob.token)
    agent.say(second, "Bob?")
    bob.expect(message(body="Bob?"))
    agent.say(first, "Ada?")
    ada.expect(message(body="Ada?"))
    ada.write("Yes")
    agent.expect(message(from_=first, body="Yes"))
    agent.quiet(presence(from_="slot-*", type="subscribe"), 0.3)


@scenario
def slots_by_choice_carry_the_visitors_name(w):
    """Where rosters are open the administrator may prefer slots all the same."""
    w.daemon(contacts="slots", agents=[
        {"jid": w.jid("agent"), "name": "Nina", "capacity": 2, "slots": 2},
        {"jid": w.jid("agent2"), "name": "Tom", "contacts": "visitor"}],
        limits={"slot_rest_s": 1, "linger_s": 60})
    agent = w.agent()
    slot = f"slot-1@{w.domain}"
    agent.wait_contact(lambda roster: slot in roster and roster[slot].get("name") == "Slot 1" and
                       roster[slot].get("subscription") == "both")
    visitor = w.visitor()
    assert offered(agent, visitor, "Hello") == slot
    agent.wait_contact(lambda roster: roster[slot].get("name", "").startswith("Visitor"))
    agent.say(slot, "Hi")
    visitor.expect(message(body="Hi"))
    visitor.end_chat()
    agent.wait_contact(lambda roster: roster[slot].get("name") == "Slot 1")
    tom = w.agent("agent2")
    assert not tom.contacts("slot-")
    other = w.visitor()
    other.write("Both of you")
    tom.expect(message(from_="visitor-*", body="Both of you"))
    agent.expect(message(from_="slot-*", body="Both of you"))


@scenario
def an_agent_elsewhere_has_slots_by_itself(w):
    """Nothing is configured for it: that server refuses the roster, so there are slots; who is at
    home has a contact for each visitor, where there is a way."""
    far = "agent3@far.localhost"
    w.daemon(departments=[{"id": "sales", "name": "Sales", "agents": [far, w.jid("agent")]}],
             agents=[{"jid": far, "name": "Fred", "capacity": 1},
                     {"jid": w.jid("agent"), "name": "Nina"}],
             server={"roster": "privilege"}, limits={"slot_rest_s": 1, "linger_s": 60})
    fred = w.keep(Client(w.server.c2s_port, far, "pw", "test").login())
    slots = begin(w, fred, 4)  # capacity and three more
    visitor = w.visitor()
    slot = offered(fred, visitor, "Hello")
    assert slot == slots[0]
    fred.say(slot, "Hi from afar")
    visitor.expect(message(body="Hi from afar"))
    trial = w.current.command("check", "--roster-trial", far)
    assert "has 4 slots instead" in trial.stdout, trial.stdout
    if w.kind == "prosody":
        nina = w.agent()
        other = w.visitor()
        other.write("And I?")
        nina.expect(message(from_="visitor-*", body="And I?"))


@scenario
def commands_at_a_slot_are_for_who_is_behind_it(w):
    """By form and by text; one that is late ends nobody's chat, and an empty slot is nobody."""
    agent, (slot,) = desk_with_slots(w, 1)
    ada, bob = w.visitor(), w.visitor()
    offered(agent, ada, "Hello")
    agent.say(slot, "Hi")
    ada.expect(message(body="Hi"))
    assert "end" in listed(agent, slot)
    by_form(agent, slot, "end")
    ada.expect(message(state="closed"))
    agent.expect(message(from_=slot, says="End of chat"))
    offered(agent, bob, "Now me")
    agent.say(slot, "Yes?")
    bob.expect(message(body="Yes?"))
    late = agent.say(slot, "!end", extra="<reply xmlns='urn:xmpp:reply:0' id='e1'/>")
    agent.expect(message(from_=slot, says="refers to one of a chat that has ended"))
    assert late and not bob.count(message(state="closed"))
    by_text(agent, slot, "end")
    bob.expect(message(state="closed"))
