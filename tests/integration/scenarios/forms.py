"""Forms that agents send to visitors: `!ask`."""
import itertools
import json

from command import WAYS, FORM, by_form, by_text, execute, submitted
from world import scenario
from xmpp import body_of, find, iq, message

RETURN = {"id": "return", "title": "Return of goods", "instructions": "So that we can send a label.",
          "fields": [
              {"id": "order", "label": "Order", "answer": "required"},
              {"id": "why", "label": "Why?", "kind": "choice", "options": ["too small", "broken"]},
              {"id": "email", "label": "E-mail", "kind": "email"},
              {"id": "more", "label": "More", "kind": "lines"}]}
HELP = {"id": "stay", "title": "Stay", "departments": ["help"],
        "fields": [{"id": "night", "label": "Night"}]}
X = f"{{{FORM}}}x"
counter = itertools.count(1)


def desk(w, **more):
    return w.daemon(departments=[{"id": "sales", "name": "Sales",
                                  "agents": [w.jid("agent"), w.jid("agent2")]},
                                 {"id": "help", "agents": [w.jid("agent2")]}],
                    forms=[RETURN, HELP], **more)


def asked():
    return message(has="visit:line", where=lambda e: e.find(X) is not None
                   and e.find(X).get("type") == "form")


def settled(how):
    return message(has="visit:line", where=lambda e: find(e, "visit:line").get("answered") == how)


def answers(visitor, about, form, key=None):
    """What the desk says to the widget's way: 'result', or the condition of the error."""
    number = next(counter)
    visitor.send(f"<iq xmlns='jabber:client' type='set' id='form{number}' to='{visitor.department}'>"
                 f"<answer xmlns='urn:tresen:visit:1' about='{about}' id='{key or number}'>{form}"
                 "</answer></iq>")
    answer = visitor.expect(iq(id=f"form{number}"))
    if answer.get("type") == "result":
        return "result"
    return answer.find("{*}error")[0].tag.partition("}")[2]


def cancelled():
    return f"<x xmlns='{FORM}' type='cancel'/>"


@scenario
def a_form_is_answered_and_the_answers_are_known(w):
    desk(w)
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    for give, order in zip(WAYS, ("4711", "4712")):
        assert "return: Return of goods" in give(nina, contact, "ask")
        assert "is sent" in give(nina, contact, "ask", form="return", text="Please fill this in.")
        question = visitor.expect(asked())
        body = body_of(question)
        assert body.startswith("Please fill this in.\n\nReturn of goods\nSo that"), body
        assert "- Why? (too small / broken)" in body and "in your own words" in body
        fields = {f.get("var"): f for f in question.find(X).findall(f"{{{FORM}}}field")}
        assert list(fields) == ["urn:tresen:visit:1#line", "order", "why", "email", "more"]
        about = question.get("id")
        assert fields["urn:tresen:visit:1#line"][0].text == about
        assert "another form" in give(nina, contact, "ask", form="return"), "one at a time"
        answer = submitted(order=order, why="broken", email="ann@shop.example", more="One.\nTwo.")
        assert answers(visitor, about, answer, f"key-{order}") == "result"
        told = body_of(nina.expect(message(from_=contact, says="has answered the form")))
        assert told == ("— The visitor has answered the form: Return of goods\n"
                        f"    Order: {order}\n    Why?: broken\n    E-mail: ann@shop.example\n"
                        "    More: One.\n        Two."), told
        assert answers(visitor, about, answer, f"key-{order}") == "result", "the same once more"
        assert answers(visitor, about, answer, "other") == "conflict"
        visitor.expect(settled("form-answered"))
    nina.quiet(message(from_=contact, says="answered the form"))
    info = by_text(nina, contact, "info")
    assert "order: 4712" in info and "more: One. Two." in info and "ann@shop.example" in info, info
    chats = by_text(nina, contact, "history")
    number = chats.removeprefix("— ").partition(",")[0]
    past = by_text(nina, contact, "history", number=number)
    assert past.count("[form sent] Nina: Please fill") == 2, past
    assert "[form answered] Visitor: Return of goods\n    Order: 4711" in past, past


@scenario
def a_form_is_declined_or_taken_back_and_stays_so(w):
    desk(w)
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    questions = []
    for give in WAYS:
        assert "No form waits" in give(nina, contact, "ask", form="-")
        give(nina, contact, "ask", form="return")
        questions.append(visitor.expect(asked()).get("id"))
        assert answers(visitor, questions[-1], cancelled()) == "result"
        nina.expect(message(from_=contact, says="does not want to fill in the form: Return"))
        give(nina, contact, "ask", form="return")
        questions.append(visitor.expect(asked()).get("id"))
        assert "is taken back" in give(nina, contact, "ask", form="-")
        visitor.expect(settled("form-withdrawn"))
        assert answers(visitor, questions[-1], submitted(order="1")) == "conflict"
    w.current.stop()
    w.current.start()
    visitor = w.visitor(token=visitor.token)
    past = [m for _, m in visitor.history()]
    assert [m.get("id") for m in past if m.find(X) is not None] == questions
    lines = [find(m, "visit:line") for m in past]
    told = [(line.get("about"), line.get("answered")) for line in lines if line.get("answered")]
    assert told == list(zip(questions, ["form-declined", "form-withdrawn"] * 2))
    assert answers(visitor, questions[0], submitted(order="1")) == "conflict"


@scenario
def what_waits_waits_over_a_restart_and_a_reload(w):
    daemon = desk(w)
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    by_text(nina, contact, "ask", form="return")
    about = visitor.expect(asked()).get("id")
    daemon.configuration["forms"] = [{**HELP, "id": "return", "departments": ["sales"]}]
    daemon.write("tresen.yml", json.dumps(daemon.configuration))
    assert daemon.command("reload").returncode == 0
    assert "return: Stay" in by_text(nina, contact, "ask")
    daemon.stop()
    daemon.start()
    visitor = w.visitor(token=visitor.token)
    assert answers(visitor, about, submitted(night="1")) == "not-acceptable", "as it was asked"
    assert answers(visitor, about, submitted(order="17")) == "result"
    nina.expect(message(from_=contact, says="has answered the form: Return of goods\n    Order: 17"))


@scenario
def who_may_not_ask_and_what_is_malformed(w):
    desk(w, limits={"linger_s": 60})
    nina, visitor, other = w.agent(), w.visitor(), w.visitor()
    contact = w.chatting(nina, visitor)
    w.chatting(nina, other)
    tom = w.agent("agent2")
    for give in WAYS:
        assert "not yours" in give(tom, contact, "ask", form="return")
        assert "not yours" in give(tom, contact, "ask", form="-")
        assert "Nothing can be said" in give(nina, contact, "ask", form="-", text="sorry")
        for wrong in ("stay", "none", "return2"):
            assert "is none of these: return, -" in give(nina, contact, "ask", form=wrong), wrong
    assert not visitor.count(asked())
    by_form(nina, contact, "ask", form="return")
    about = visitor.expect(asked()).get("id")
    assert answers(other, about, submitted(order="1")) == "item-not-found", "somebody else's"
    assert answers(other, "", submitted(order="1")) == "item-not-found", "nothing waits"
    assert answers(visitor, "e999999", submitted(order="1")) == "item-not-found"
    for wrong in ({}, {"order": ""}, {"order": "1\n2"}, {"order": "x" * 201},
                  {"order": "1", "why": "stolen"}, {"order": "1", "email": "nobody"},
                  {"order": "1", "more": "x" * 1001}):
        assert answers(visitor, about, submitted(**wrong)) == "not-acceptable", wrong
    assert answers(visitor, about, f"<x xmlns='{FORM}' type='form'/>") == "bad-request"
    nina.quiet(message(from_=contact, says="answered the form"))
    by_text(nina, contact, "end")
    visitor.expect(message(has="visit:chat",
                           where=lambda e: find(e, "visit:chat").get("state") == "closed"))
    assert answers(visitor, about, submitted(order="1")) == "not-allowed"
    for give in WAYS:
        assert "no open chat" in give(nina, contact, "ask", form="return")


@scenario
def a_customer_in_any_client_fills_in_a_form_or_writes(w):
    desk(w)
    nina, alice = w.agent(), w.plain_user()
    alice.say(f"sales@{w.domain}", "Hello")
    contact = nina.expect(message(body="Hello")).get("from").split("/")[0]
    nina.say(contact, "Hi")
    alice.expect(message(body="Hi"))
    by_text(nina, contact, "ask", form="return")
    question = alice.expect(asked())
    hidden = question.find(X).findall(f"{{{FORM}}}field")[0]
    form = submitted(**{hidden.get("var"): hidden[0].text, "order": "17"})
    alice.send(f"<message type='chat' to='{alice.department}' id='f1'>{form}</message>")
    alice.expect(message(receipt="f1"))
    nina.expect(message(from_=contact, says="has answered the form: Return of goods\n    Order: 17"))
    alice.send(f"<message type='chat' to='{alice.department}' id='f2'>{form}</message>")
    alice.expect(message(type="error", id="f2"))
    by_text(nina, contact, "ask", form="return")
    alice.expect(asked())
    alice.say(alice.department, "My order is 18.")
    nina.expect(message(from_=contact, body="My order is 18."))
    alice.send(f"<message type='chat' to='{alice.department}' id='f3'>{cancelled()}</message>")
    nina.expect(message(from_=contact, says="does not want to fill in"))


@scenario
def the_form_of_the_command_lists_the_forms(w):
    desk(w)
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    answer = execute(nina, contact, "ask")
    options = [o.get("label") for o in answer.iter(f"{{{FORM}}}option")]
    assert options == ["Return of goods", "take back the form that was sent"], options
