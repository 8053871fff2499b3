"""Clients as they are: several devices, encryption, corrections."""
from world import scenario
from xmpp import NS, clark, message, presence

CORRECT = "urn:xmpp:message-correct:0"
SEALED = ("<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>"
          "<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/>"
          "<store xmlns='urn:xmpp:hints'/>")


def agent_with(w, name, software, **more):
    """An agent whose client says what it is, and was asked about it."""
    agent = w.client(name, **more)
    agent.software = software
    w.enrolled(agent)
    agent.available()
    agent.expect(presence(from_=w.sales, type=""))
    agent.expect(lambda e: e.find(clark("disco:query")) is not None)
    return agent


def replaced(element):
    found = element.find(f"{{{CORRECT}}}replace")
    return found.get("id") if found is not None else None


@scenario
def carbons_and_two_devices_double_nothing(w):
    w.daemon()
    desktop = w.agent(resource="desktop")
    phone = w.client("agent", resource="phone")
    phone.available()
    phone.expect(presence(from_=w.sales, type=""))
    visitor = w.visitor()
    contact = w.offered(desktop, visitor, "Hello")
    phone.expect(message(body="Hello"))
    phone.say(contact, "Hi from the phone")
    visitor.expect(message(body="Hi from the phone"))
    visitor.write("And now?")
    for device in (desktop, phone):
        device.expect(message(from_=contact, body="And now?"))
    desktop.say(contact, "Here, at the desk")
    visitor.expect(message(body="Here, at the desk"))
    phone.expect(message(where=lambda e: e.find("{urn:xmpp:carbons:2}sent") is not None and
                         "Here, at the desk" in "".join(e.itertext())))
    for device in (desktop, phone):
        for body in ("Hello", "And now?"):
            assert device.count(message(from_=contact, body=body)) == 1, body
    for body in ("Hi from the phone", "Here, at the desk"):
        assert visitor.count(message(body=body)) == 1, body


@scenario
def who_has_taken_a_chat_replaces_the_offer_where_the_client_shows_that(w):
    w.daemon()
    nina = agent_with(w, "agent", ("https://dino.im", "Dino", [CORRECT]))
    tom = w.agent("agent2")
    visitor = w.visitor()
    contact = w.offered(tom, visitor, "Hello")
    offer = nina.expect(message(from_=contact, says="waits in Sales"))
    tom.say(contact, "Hi")
    visitor.expect(message(body="Hi"))
    taken = nina.expect(message(from_=contact, body="— Tom has taken this chat."))
    assert replaced(taken) == offer.get("id")
    other = w.visitor()
    contact = w.offered(nina, other, "And I?")
    tom.expect(message(from_=contact, says="waits in Sales"))
    nina.say(contact, "Hi")
    other.expect(message(body="Hi"))
    taken = tom.expect(message(from_=contact, body="— Nina has taken this chat."))
    assert replaced(taken) is None, "a client that does not say that it shows corrections"


@scenario
def a_phone_that_shows_no_corrections_is_told_by_a_notice(w):
    w.daemon()
    nina = agent_with(w, "agent", ("https://dino.im", "Dino", [CORRECT]))
    phone = w.client("agent", resource="phone")
    phone.available()
    w.current.wait_log("presence type=\"\" from=.*phone")
    tom = w.agent("agent2")
    visitor = w.visitor()
    contact = w.offered(tom, visitor, "Hello")
    tom.say(contact, "Hi")
    visitor.expect(message(body="Hi"))
    for device in (nina, phone):
        taken = device.expect(message(from_=contact, body="— Tom has taken this chat."))
        assert replaced(taken) is None


@scenario
def an_encrypted_line_is_answered_with_what_to_press_in_that_client(w):
    w.daemon()
    agent = agent_with(w, "agent", ("https://conversations.im", "Conversations", []))
    visitor = w.visitor()
    contact = w.chatting(agent, visitor)
    first = agent.say(contact, "I sent you an OMEMO encrypted message", extra=SEALED)
    agent.expect(message(id=first, error="not-acceptable"))
    agent.expect(message(from_=contact, says="In Conversations: tap the padlock"))
    second = agent.say(contact, "I sent you an OMEMO encrypted message", extra=SEALED)
    agent.expect(message(id=second, error="not-acceptable"))
    agent.say(contact, "In the clear")
    visitor.expect(message(body="In the clear"))
    assert agent.count(message(from_=contact, says="padlock")) == 1
    assert not visitor.count(message(says="OMEMO"))


@scenario
def nothing_that_is_sent_shows_as_an_empty_line(w):
    """What agents receive has words, or is a sign that no client shows and no archive keeps."""
    w.daemon()
    nina, tom, visitor = w.agent(), w.agent("agent2"), w.visitor()
    contact = w.offered(nina, visitor, "Hello")
    tom.expect(message(body="Hello"))
    visitor.stream.send(f"<message type='chat' to='{visitor.department}'>"
                        f"<composing xmlns='{NS['chatstates']}'/></message>")
    nina.expect(message(has="chatstates:composing"))
    nina.say(contact, "Hi", id="n-1", extra="<markable xmlns='urn:xmpp:chat-markers:0'/>")
    visitor.expect(message(body="Hi"))
    visitor.end_chat()
    nina.expect(message(says="ended the chat"))
    tom.expect(message(says="has taken"))
    for client in (nina, tom):
        for stanza in client.seen:
            if stanza.tag.endswith("}message") and stanza.get("type") != "error" and \
                    w.domain in (stanza.get("from") or ""):
                names = {child.tag for child in stanza}
                signs = {clark("receipts:received"), clark("markers:displayed"),
                         "{urn:xmpp:hints}no-store"}
                assert clark("body") in names or names & signs, stanza.attrib
