"""Agents and visitors with programs that nobody here wrote."""
from thirdparty import NodeVisitor, Profanity
from world import scenario
from xmpp import Component, message, presence


def component(w):
    return w.keep(Component(w.server.component_port(w.host), w.domain, w.server.secret))


@scenario
def npm_clients_reach_a_bare_component(w):
    """Proves the harness: both libraries through the server's own anonymous endpoint."""
    desk = component(w)
    for name, url in (("strophe", w.server.websocket_url(w.host)),
                      ("strophe", w.server.bosh_url(w.host)),
                      ("xmppjs", w.server.websocket_url(w.host))):
        visitor = w.keep(NodeVisitor(name, url, w.anonymous, w.sales))
        visitor.expect("^connected .*@anon[.]")
        visitor.say(f"Hello from {name}")
        line = desk.expect(message(body=f"Hello from {name}"))
        desk.send(f"<message type='chat' from='{w.sales}' to='{line.get('from')}'>"
                  "<body>Hello back</body></message>")
        visitor.expect("^message .*Hello back")


def talk(w, visitor, words):
    """The agent is asked and answers; the visitor says thanks."""
    visitor.expect("^connected ")
    agent = w.current_agent
    visitor.say(words)
    contact = agent.expect(message(from_="visitor-*", body=words)).get("from").partition("/")[0]
    agent.expect(presence(from_=contact, type=""))
    agent.say(contact, f"Answer to: {words}")
    visitor.expect(f"^message {w.sales}(/Nina)? Answer to: {words}")
    visitor.say(f"Thanks for: {words}")
    agent.expect(message(from_=contact, body=f"Thanks for: {words}"))
    visitor.close()
    w.gone(agent, contact)


@scenario
def strophe_js_is_a_visitor(w):
    """Through our gateway and through the server's endpoint, over WebSocket and BOSH."""
    daemon = w.daemon()
    w.current_agent = w.agent()
    for words, url, domain in (
            ("gateway websocket", daemon.websocket_url, w.domain),
            ("gateway bosh", daemon.bosh_url, w.domain),
            ("server websocket", w.server.websocket_url(w.host), w.anonymous),
            ("server bosh", w.server.bosh_url(w.host), w.anonymous)):
        talk(w, w.keep(NodeVisitor("strophe", url, domain, w.sales)), words)


@scenario
def xmpp_js_is_a_visitor(w):
    daemon = w.daemon()
    w.current_agent = w.agent()
    for words, url, domain in (("gateway", daemon.websocket_url, w.domain),
                               ("server", w.server.websocket_url(w.host), w.anonymous)):
        talk(w, w.keep(NodeVisitor("xmppjs", url, domain, w.sales)), words)


@scenario
def profanity_talks_with_a_bare_component(w):
    """Proves the harness: Profanity logs in, gets a line, answers it."""
    desk = component(w)
    profanity = w.keep(Profanity(w.jid("agent"), w.server.c2s_port))
    desk.send(f"<message type='chat' from='visitor-1@{w.domain}' to='{w.jid('agent')}'>"
              "<body>Hello Profanity</body></message>")
    profanity.expect("visitor-1")
    profanity.type(f"/msg visitor-1@{w.domain} Hello desk")
    desk.expect(message(body="Hello desk"))
    profanity.expect("Hello Profanity")


@scenario
def profanity_is_an_agent(w):
    """Logs in, sees the contact come online, answers in its window, is answered."""
    w.daemon()
    watching = w.client("agent", resource="watching")
    w.enrolled(watching)
    profanity = w.keep(Profanity(w.jid("agent"), w.server.c2s_port))
    watching.close()
    visitor = w.visitor(title="Prices")
    visitor.write("Do you know Profanity?")
    profanity.expect("visitor-|Do you know")
    contact = f"{visitor.id}@{w.domain}"
    profanity.type(f"/msg {contact} Yes, I do")
    profanity.expect("Do you know Profanity")
    visitor.expect(message(body="Yes, I do"))
    visitor.write("Good to hear")
    profanity.expect("Good to hear")
    profanity.type("/wins")
    profanity.type("/win 1")
    profanity.type("/roster online")
    profanity.expect("(?s)online.*(Website|Visitor|visitor-)")
    profanity.type(f"/msg {contact} !end")
    visitor.expect(message(state="closed"))


@scenario
def profanity_hands_a_chat_over(w):
    """A note, a canned answer, another agent who takes the chat, and the words of all three."""
    w.daemon()
    tom = w.agent("agent2")
    watching = w.client("agent", resource="watching")
    w.enrolled(watching)
    profanity = w.keep(Profanity(w.jid("agent"), w.server.c2s_port))
    watching.close()
    visitor = w.visitor()
    contact = w.offered(tom, visitor, "Do you repair hubs?")
    profanity.expect("visitor-|Do you repair")
    profanity.type(f"/msg {contact} We do")
    visitor.expect(message(body="We do"))
    profanity.type("!note rides a hub")
    profanity.expect("Noted. The visitor does not see it")
    profanity.type("!c add days Three days, says {agent}.")
    profanity.expect(r"\"days\" is kept")
    profanity.type("!c days!")
    visitor.expect(message(body="Three days, says Nina."))
    profanity.type("!transfer Tom knows hubs")
    tom.expect(message(from_=contact, says="^— Nina hands you "))
    tom.expect(message(from_=contact, says="note by Nina: rides a hub(?s:.*)note by Nina: knows hubs"))
    profanity.expect("Tom is asked to take this chat")
    tom.say(contact, "Tom here")
    visitor.expect(message(body="Tom here"))
    profanity.expect("Tom has taken this chat")
    assert not visitor.count(message(says="rides a hub|knows hubs"))
