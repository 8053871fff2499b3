"""What agents' rosters, presences and clients see of us, and that no ghost stays."""
import base64
import hashlib

from daemon import until
from world import scenario
from xmpp import NS, find, kind_of, message, presence


def features(answer):
    return {f.get("var") for f in answer.iter(f"{{{NS['disco']}}}feature")}


@scenario
def service_department_and_visitor_answer_what_clients_ask(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor(title="Prices")
    contact = w.chatting(agent, visitor)
    for address in (w.domain, w.sales, contact):
        info = agent.ask(address, f"<query xmlns='{NS['disco']}'/>")
        assert info.get("type") == "result", address
        assert info.find(f".//{{{NS['disco']}}}identity") is not None
        assert NS["ping"] in features(info), address
        assert agent.ping(address), address
        version = agent.ask(address, f"<query xmlns='{NS['version']}'/>")
        assert version.get("type") == "result", address
    info = features(agent.ask(contact, f"<query xmlns='{NS['disco']}'/>"))
    for feature in (NS["receipts"], NS["chatstates"], NS["markers"]):
        assert feature in info, feature
    items = agent.ask(w.domain, f"<query xmlns='{NS['items']}'/>")
    assert w.sales in {item.get("jid") for item in items.iter(f"{{{NS['items']}}}item")}
    card = agent.ask(contact, "<vCard xmlns='vcard-temp'/>")
    text = "".join(card.itertext())
    assert card.get("type") == "result" and "shop.example/prices" in text and "Firefox" in text


@scenario
def capabilities_in_the_presence_match_the_answer(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    shown = agent.expect(presence(from_=contact, type="", has="caps:c"))
    caps = find(shown, "caps:c")
    node = f"{caps.get('node')}#{caps.get('ver')}"
    answer = agent.ask(shown.get("from"), f"<query xmlns='{NS['disco']}' node='{node}'/>")
    assert answer.get("type") == "result", node
    assert caps.get("hash") == "sha-1"
    assert hashed(answer) == caps.get("ver")


def hashed(answer):
    """The verification string of XEP-0115, section 5.1 (no forms)."""
    parts = sorted(f"{i.get('category')}/{i.get('type')}/"
                   f"{i.get('{http://www.w3.org/XML/1998/namespace}lang', '')}/{i.get('name', '')}"
                   for i in answer.iter(f"{{{NS['disco']}}}identity"))
    parts += sorted(features(answer))
    text = "".join(part + "<" for part in parts)
    return base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()


@scenario
def everything_else_is_answered_with_an_error(w):
    """V-0S5: unknown questions, hundreds of them: each gets its error, and the link lives."""
    w.daemon()
    agent, alice = w.agent(), w.plain_user()
    for address in (w.domain, w.sales, f"visitor-nobody@{w.domain}", f"nobody@{w.domain}"):
        for payload in ("<query xmlns='jabber:iq:register'/>", "<query xmlns='urn:unknown'/>",
                        "<pubsub xmlns='http://jabber.org/protocol/pubsub'/>"):
            answer = alice.ask(address, payload)
            assert answer.get("type") == "error", (address, payload)
    for number in range(300):
        alice.send(f"<iq type='get' id='flood{number}' to='{w.domain}'>"
                   f"<query xmlns='{NS['disco']}' node='n{number}'/></iq>")
    until(lambda: alice.count(lambda e: (e.get("id") or "").startswith("flood")) >= 100,
          "most of the flood is answered")
    assert w.current.readiness() == 200
    number = agent.say(f"visitor-0000@{w.domain}", "Anybody?")
    agent.expect(message(id=number, error="item-not-found"))
    number = alice.say(f"nobody@{w.domain}", "Anybody?")
    alice.expect(message(id=number, type="error"))


@scenario
def the_contact_goes_after_the_chat_and_a_while(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    visitor.end_chat()
    agent.wait_contact(lambda roster: contact not in roster)
    agent.expect(presence(from_=contact, type="unavailable"))
    assert w.sales in agent.roster


@scenario
def an_agent_who_deletes_the_department_gets_it_back(w):
    w.daemon()
    agent = w.agent()
    agent.ask(None, f"<query xmlns='{NS['roster']}'><item jid='{w.sales}' subscription='remove'/>"
              "</query>", "set")
    agent.close()
    agent = w.agent()
    w.chatting(agent, w.visitor())


@scenario
def a_clean_exit_takes_leave_of_everybody(w):
    daemon = w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    alice = w.plain_user()
    alice.look()
    agent.expect(presence(from_=contact, type=""))
    agent.forget()
    assert daemon.stop() == 0
    agent.expect(presence(from_=contact, type="unavailable"))
    agent.expect(presence(from_=w.sales, type="unavailable"))
    alice.expect(presence(from_=w.sales, type="unavailable"))
    visitor.expect_end()
    assert visitor.close_code in (1000, 1001), visitor.close_code


@scenario
def a_presence_that_the_link_took_along_is_said_again(w):
    """A contact is out of the roster (on ejabberd by its HTTP API, beside the link), but that it is
    gone was still on its way when the link was cut: the client would show it for ever."""
    w.daemon(wired=True, departments=[{"id": "sales", "name": "Sales",
                                       "agents": [w.jid("agent"), w.jid("agent2")]}])
    nina, tom, visitor = w.agent(), w.agent("agent2"), w.visitor()
    visitor.write("Is anybody there?")
    contact = nina.expect(message(from_="visitor-*", body="Is anybody there?")).get("from")
    contact = contact.partition("/")[0]
    tom.expect(message(from_=contact, body="Is anybody there?"))
    tom.expect(presence(from_=contact, type=""))
    tom.forget()
    w.wire.hold("out")
    nina.say(contact, "I am")
    w.wire.expect_out("has taken this chat")
    if w.server.kind == "ejabberd":
        tom.wait_contact(lambda roster: contact not in roster)
    w.wire.cut()
    w.wire.release()
    w.wire.mend()
    w.current.wait(200)
    tom.expect(presence(from_=contact, type="unavailable"), 40)
    tom.wait_contact(lambda roster: contact not in roster)
    nina.say(contact, "Still here")
    visitor.expect(message(body="Still here"))


@scenario
def a_crash_leaves_no_ghost(w):
    """Killed while a visitor stood in the roster, who never comes back: shown as gone; another's
    contact disappears with the chat."""
    daemon = w.daemon(limits={"idle_s": 60})
    agent, other = w.agent(), w.visitor()
    visitor = w.visitor()
    contact = w.chatting(agent, visitor)
    ended = w.offered(agent, other, "I end it")
    agent.say(ended, "Bye")
    other.expect(message(body="Bye"))
    agent.forget()
    daemon.kill()
    visitor.expect_end()
    daemon.start()
    w.gone(agent, contact)
    back = w.visitor(token=other.token)
    agent.expect(presence(from_=ended, type="", show=""))
    back.end_chat()
    agent.wait_contact(lambda roster: ended not in roster)


@scenario
def an_agent_who_logs_in_later_sees_who_is_there(w):
    w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    phone = w.client("agent", resource="phone")
    assert contact in phone.roster
    phone.available()
    phone.expect(presence(from_=contact, type=""))
    phone.expect(presence(from_=w.sales, type=""))


@scenario
def strangers_cannot_fish_for_visitors(w):
    """V-0S4: subscriptions of strangers to visitors: none is accepted, nothing is told."""
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    alice = w.plain_user()
    for _ in range(20):
        alice.send(f"<presence type='subscribe' to='{contact}'/>")
        alice.send(f"<presence to='{contact}'/>")
        alice.send(f"<presence type='probe' to='{contact}'/>")
    card = alice.ask(contact, "<vCard xmlns='vcard-temp'/>")
    assert card.get("type") == "error"
    alice.quiet(presence(from_=contact, where=lambda e: e.get("type") in (None, "subscribed")))
    number = alice.say(contact, "Psst")
    alice.expect(message(id=number, type="error"))
    assert kind_of(card) == "iq"


@scenario
def variants_of_an_agents_address_are_that_agent_or_nobody(w):
    """V-0S7: the server folds the case of a JID; V-0S6: a look-alike name is no agent."""
    w.daemon(departments=[{"id": "sales", "name": "Sales",
                           "agents": [w.jid("agent").upper().replace("LOCALHOST", "localhost")]}],
             agents=None)
    agent = w.agent()
    assert agent.jid == w.jid("agent")
    contact = w.chatting(agent, w.visitor())
    stranger = w.plain_user("agent3")
    number = stranger.say(contact, "!end")
    stranger.expect(message(id=number, type="error"))
    agent.say(contact, "Still open")
