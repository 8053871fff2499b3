"""What a department asks before a chat: a form of its own, and what becomes of the answers."""
from command import FORM, by_text
from world import scenario
from xmpp import message

CONTACT = {"id": "contact", "title": "Contact", "fields": [
    {"id": "topic", "label": "Topic", "kind": "choice", "options": ["Billing", "Delivery"], "answer": "required"},
    {"id": "order", "label": "Order, as RE-1234", "pattern": "RE-####"},
    {"id": "parts", "label": "Parts", "kind": "choices", "options": ["left", "right"]},
    {"id": "news", "label": "News", "kind": "tick"}]}


def desk(w, **more):
    return w.daemon(forms=[CONTACT], departments=[
        {"id": "sales", "name": "Sales", "agents": [w.jid("agent"), w.jid("agent2")],
         "form": {"name": "required", "ask": "contact"}, **more}])


def asked(visitor):
    """Fields of the form in the check-in's answer: (type, var, required, options, regular expression)."""
    form = visitor.visit.find(f"{{{FORM}}}x")
    fields = [] if form is None else form.findall(f"{{{FORM}}}field")
    return [(f.get("type"), f.get("var"), f.find(f"{{{FORM}}}required") is not None,
             [v.text for v in f.findall(f"{{{FORM}}}option/{{{FORM}}}value")],
             f.findtext(".//{http://jabber.org/protocol/xdata-validate}regex")) for f in fields]


def refused(visitor, body):
    number = visitor.say(visitor.department, body)
    visitor.expect(message(id=number, error="not-acceptable"))


@scenario
def a_form_comes_first_and_agents_read_it_with_the_offer(w):
    desk(w)
    nina = w.agent()
    visitor = w.visitor()
    assert asked(visitor) == [
        ("text-single", "name", True, [], None),
        ("list-single", "topic", True, ["Billing", "Delivery"], None),
        ("text-single", "order", False, [], "[Rr][Ee]-[0-9][0-9][0-9][0-9]"),
        ("list-multi", "parts", False, ["left", "right"], None), ("boolean", "news", False, [], None)]
    refused(visitor, "Hello")
    visitor.check_in(visitor.token, form={"name": "Ada", "topic": "Weather"})
    assert [field[1] for field in asked(visitor)] == ["name", "topic", "order", "parts", "news"]
    visitor.check_in(visitor.token, form={"name": "Ada", "topic": "Billing", "order": "RE-42"})
    assert asked(visitor), "the order does not look so"
    refused(visitor, "Hello")
    visitor.check_in(visitor.token, form={"name": "Ada", "topic": "Billing", "order": "re-0042",
                                          "parts": "left</value><value>right", "news": "1"})
    assert asked(visitor) == []
    visitor.write("Hello")
    answers = "Contact\n    Topic: Billing\n    Order, as RE-1234: re-0042\n    Parts: left\n        right\n    News: \u2713"
    contact = nina.expect(message(from_="visitor-*", body=f"— The visitor has answered the form: {answers}")).get("from").partition("/")[0]
    nina.expect(message(from_=contact, body="Hello"))
    own = visitor.expect(message(has="visit:line", says="Your answers: Contact"))
    assert "Parts: left\n    right" in own.findtext("{jabber:client}body")
    card = by_text(nina, contact, "info")
    assert "topic: Billing" in card and "parts: left, right" in card and "news: yes" in card, card
    nina.say(contact, "Hi")
    visitor.expect(message(body="Hi"))
    assert any("Topic: Billing" in m.findtext("{jabber:client}body") for _, m in visitor.history())


@scenario(servers=("prosody",))
def each_chat_is_asked_anew_and_a_restart_forgets_nothing_of_the_chat(w):
    daemon = desk(w)
    nina = w.agent()
    visitor = w.visitor()
    visitor.check_in(visitor.token, form={"name": "Ada", "topic": "Billing"})
    contact = w.chatting(nina, visitor)
    daemon.stop()
    daemon.start()
    visitor = w.visitor(token=visitor.token)
    assert asked(visitor) == [], "the chat goes on"
    visitor.write("Still there")
    nina.expect(message(from_=contact, body="Still there"))
    visitor.end_chat()
    visitor.check_in(visitor.token)
    assert [field[1] for field in asked(visitor)] == ["name", "topic", "order", "parts", "news"]
    refused(visitor, "Once more")


@scenario(servers=("prosody",))
def rules_look_at_what_was_filled_in(w):
    w.daemon(forms=[CONTACT], agents=[{"jid": w.jid("agent"), "name": "Nina", "skills": ["billing"]},
                                      {"jid": w.jid("agent2"), "name": "Tom"}],
             departments=[{"id": "sales", "name": "Sales", "agents": [w.jid("agent"), w.jid("agent2")],
                           "form": {"ask": "contact"},
                           "rules": [{"field": "topic", "is": "billing", "require": {"skill": "billing"}}]}])
    nina, tom = w.agent(), w.agent("agent2")
    visitor = w.visitor(form={"topic": "Billing"})
    visitor.write("About the bill")
    nina.expect(message(from_="visitor-*", body="About the bill"))
    tom.quiet(message(from_="visitor-*"), 1)
    other = w.visitor(form={"topic": "Delivery"})
    other.write("About the parcel")
    tom.expect(message(from_="visitor-*", body="About the parcel"))
