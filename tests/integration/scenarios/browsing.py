"""Visitors of a website that is monitored: contacts while they look at pages, and an agent who writes
first."""
from command import by_text
from world import scenario
from xmpp import NS, message, presence

MONITORED = {"monitoring": True}
PRICES = "Prices – https://shop.example/prices"


def shown(agent, page):
    """The contact of somebody who is on that page."""
    return agent.expect(presence(
        from_="visitor-*", show="away",
        where=lambda e: (e.findtext("{jabber:client}status") or "").startswith(page + " (on the site since ")
    )).get("from").partition("/")[0]


def turns(visitor, url, title):
    answer = visitor.ask(visitor.department,
                         f"<page xmlns='{NS['visit']}' url='{url}' title='{title}'/>", "set")
    assert answer.get("type") == "result"


@scenario
def who_is_on_the_site_is_a_contact_until_they_leave(w):
    w.daemon(web=MONITORED)
    nina = w.agent()
    visitor = w.visitor()
    contact = shown(nina, PRICES)
    nina.wait_contact(lambda roster: contact in roster)
    turns(visitor, "https://shop.example/help", "Help")
    assert shown(nina, "Help – https://shop.example/help") == contact
    visitor.close()
    w.gone(nina, contact)
    nina.wait_contact(lambda roster: contact not in roster)


@scenario
def an_agent_writes_first(w):
    w.daemon(web=MONITORED)
    nina, tom = w.agent(), w.agent("agent2")
    visitor = w.visitor()
    contact = shown(nina, PRICES)
    assert shown(tom, PRICES) == contact
    assert "Prices" in by_text(nina, contact, "info")
    nina.say(contact, "Can I help you?")
    visitor.expect(message(body="Can I help you?"))
    tom.expect(presence(from_=contact, type="unavailable"))
    visitor.write("Yes, please")
    nina.expect(message(from_=contact, body="Yes, please"))


@scenario
def nobody_is_shown_where_the_site_is_not_monitored(w):
    w.daemon(sites=[{"id": "other", "origins": ["https://other.example"], "monitoring": True}])
    nina = w.agent()
    visitor = w.visitor()
    turns(visitor, "https://shop.example/help", "Help")
    nina.quiet(presence(from_="visitor-*"), 2)


@scenario
def only_who_has_agreed_is_shown_where_the_site_asks(w):
    w.daemon(web={"monitoring": True, "consent": True})
    nina = w.agent()
    visitor = w.visitor()
    turns(visitor, "https://shop.example/help", "Help")
    nina.quiet(presence(from_="visitor-*"), 2)
    visitor.check_in(visitor.token, form={"monitoring": "1"})
    contact = shown(nina, PRICES)
    turns(visitor, "https://shop.example/help", "Help")
    assert shown(nina, "Help – https://shop.example/help") == contact
    visitor.check_in(visitor.token, form={"monitoring": "0"})
    nina.expect(presence(from_=contact, type="unavailable"))
    turns(visitor, "https://shop.example/help", "Help")
    nina.quiet(presence(from_=contact, type=""), 2)
    other = w.visitor()
    other.check_in(other.token, form={"monitoring": "perhaps"})
    nina.quiet(presence(from_="visitor-*"), 2)


@scenario(servers=("prosody",))
def only_so_many_are_shown(w):
    w.daemon(web=MONITORED, departments=[{"id": "sales", "name": "Sales", "max_browsing": 1,
                                          "agents": [f"agent@{w.host}", f"agent2@{w.host}"]}])
    nina = w.agent()
    w.visitor()
    shown(nina, PRICES)
    w.visitor()
    nina.quiet(presence(from_="visitor-*"), 1)
