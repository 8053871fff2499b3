"""What agents can do, as text and as forms: the framework, and every command against wrong hands."""
import pathlib
import re

import command
from command import COMMANDS, Refused, by_form, by_text, execute, listed, refusal, submitted
from world import scenario
from xmpp import find, message

HANDBOOK = pathlib.Path(__file__).resolve().parents[3] / "docs" / "AGENTS.md"
ROW = re.compile(r"^\| `!(\w+)[^`]*` \| ([^|]+) \| `!(\w+)[^`]*` \| ([^|]*)\|", re.M)


def event(name):
    return lambda e: find(e, "visit:line") is not None and find(
        e, "visit:line").get("event") == name


def rows(answer):
    """Word and explanation of each line of !help."""
    return dict(re.findall(r"^!(\w+)[^–\n]* – (.*)$", answer, re.M))


def handbook():
    """Place -> word -> explanation, from the table of docs/AGENTS.md."""
    table = {"visitor": {}, "department": {}, "service": {}, "ticket": {}}
    for word, places, _, explained in ROW.findall(HANDBOOK.read_text()):
        for place in table:
            if place in places:
                table[place][word] = explained.strip()
    return table


@scenario
def help_and_the_list_of_commands_and_the_handbook_are_the_same_table(w):
    w.daemon(roles={role: [w.jid("agent")] for role in
                    ("dispatchers", "supervisors", "administrators", "data_protection")})
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    written = handbook()
    ticket = re.search(r"Ticket: (\d+)", by_text(nina, contact, "ticket"))[1]
    for place, address in (("visitor", contact), ("department", w.sales), ("service", w.domain),
                           ("ticket", f"ticket-{ticket}@{w.domain}")):
        told = rows(by_text(nina, address, "help"))
        assert told == written[place], f"{place}: {told} is not {written[place]}"
        assert listed(nina, address) == told, place
        assert rows(by_form(nina, address, "help")) == told, place


@scenario
def a_command_is_described_as_the_xep_says(w):
    w.daemon()
    nina = w.agent()
    info = "http://jabber.org/protocol/disco#info"
    whole = nina.ask(w.sales, f"<query xmlns='{info}'/>")
    assert COMMANDS in {f.get("var") for f in whole.iter(f"{{{info}}}feature")}
    for node, kind in ((COMMANDS, "command-list"), ("queue", "command-node")):
        answer = nina.ask(w.sales, f"<query xmlns='{info}' node='{node}'/>")
        identity = answer.find(f".//{{{info}}}identity")
        assert (identity.get("category"), identity.get("type")) == ("automation", kind)
    answer = nina.ask(w.sales, f"<query xmlns='{info}' node='nonsense'/>")
    assert refusal(answer) == "item-not-found"


@scenario
def no_command_is_for_strangers_or_other_departments(w):
    """Each command of the table, at each address: a customer, an agent of another department."""
    w.daemon(departments=[{"id": "sales", "agents": [w.jid("agent")]},
                          {"id": "help", "agents": [w.jid("agent2")]}])
    nina, visitor, customer = w.agent(), w.visitor(), w.client("alice")
    contact = w.chatting(nina, visitor)
    tom = w.agent("agent2", department=f"help@{w.domain}")
    for address in (contact, w.sales, w.domain):
        for node in listed(nina, address):
            answer = execute(customer, address, node)
            assert answer.get("type") == "error", f"{node} at {address}"
    for node in listed(nina, contact):
        assert refusal(execute(tom, contact, node)) == "item-not-found", node
        assert "Nobody is at this address" in by_text(tom, contact, node)
    try:
        raise AssertionError(listed(customer, w.sales))
    except Refused:
        pass
    nina.say(contact, "Still here")
    visitor.expect(message(body="Still here"))


@scenario
def malformed_commands_are_refused_and_cost_nothing(w):
    w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    assert refusal(execute(nina, contact, "nonsense")) == "item-not-found"
    assert refusal(execute(nina, contact, None)) == "item-not-found"
    assert refusal(execute(nina, contact, "queue")) == "item-not-found"  # for a department
    assert refusal(execute(nina, "visitor-none@" + w.domain, "end")) == "item-not-found"
    assert refusal(execute(nina, contact, "help", "dance")) == "bad-request bad-action"
    assert refusal(execute(nina, contact, "help", "prev")) == "bad-request bad-action"
    long = execute(nina, contact, "help", session="s" * 65)
    assert refusal(long) == "bad-request bad-sessionid"
    answer = execute(nina, contact, "help", "cancel", "mine")
    done = command.command_of(answer)
    assert (done.get("status"), done.get("sessionid")) == ("canceled", "mine")
    for text in ("!nonsense", "!END!", "!queue", "!decline this please", "!é"):
        nina.say(contact, text)
        nina.expect(message(from_=contact, says="^— "))
    assert not visitor.count(message(says="!"))
    nina.say(contact, "!!important")
    visitor.expect(message(body="!important"))


@scenario
def the_prefix_is_the_administrators_choice(w):
    w.daemon(commands={"prefix": "#"})
    nina, tom, visitor = w.agent(), w.agent("agent2"), w.visitor()
    contact = w.offered(nina, visitor, "Hello")
    nina.expect(message(from_=contact, says="Answer to take it, #decline to leave it to others"))
    nina.say(contact, "Hi")
    visitor.expect(message(body="Hi"))
    nina.say(contact, "!end is what I typed elsewhere")
    visitor.expect(message(body="!end is what I typed elsewhere"))
    nina.say(contact, "##hashtag")
    visitor.expect(message(body="#hashtag"))
    tom.say(contact, "Me, too")
    tom.expect(message(from_=contact, says="#join lets you .* takes it with #takeover"))
    nina.say(contact, "#transfer agent2")
    tom.expect(message(from_=contact, says="Answer to take this chat, #decline to give it back"))
    tom.say(contact, "#decline")
    nina.expect(message(from_=contact, says="Tom has not taken this chat"))
    nina.say(contact, "#ende")
    nina.expect(message(from_=contact, says="chat has ended"))


@scenario
def a_chat_is_ended_and_an_offer_declined_both_ways(w):
    w.daemon()
    nina = w.agent()
    for give in (by_text, by_form):
        visitor = w.visitor()
        contact = w.offered(nina, visitor, "Anybody?")
        assert "Left to others" in give(nina, contact, "decline")
        nina.say(contact, "I take it after all")
        visitor.expect(message(body="I take it after all"))
        assert "not offered" in give(nina, contact, "decline")
        assert "has ended" in give(nina, contact, "end", reason="bought something")
        visitor.expect(event("closed"))
        assert not visitor.count(message(says="bought something"))
