"""Handing a chat over, and several agents in one."""
import json

from command import WAYS, by_text
from reload import reload
from world import scenario
from xmpp import find, message


def event(name):
    """A notice of the desk to the visitor."""
    return message(has="visit:line", where=lambda e: find(e, "visit:line").get("event") == name)


def desk_of_two(w, **more):
    """Nina answers for sales, Tom for help."""
    daemon = w.daemon(departments=[{"id": "sales", "name": "Sales", "agents": [w.jid("agent")]},
                                   {"id": "help", "name": "Help", "agents": [w.jid("agent2")]}],
                      agents=[{"jid": w.jid("agent"), "name": "Nina"},
                              {"jid": w.jid("agent2"), "name": "Tom"}], **more)
    nina = w.agent()
    return daemon, nina, w.agent("agent2", department=f"help@{w.domain}")


@scenario
def a_chat_is_handed_over_both_ways(w):
    _, nina, tom = desk_of_two(w)
    for give, to in zip(WAYS, ("agent2", "help")):
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        answer = give(nina, contact, "transfer", who=to, comment="wants a bigger one")
        assert "is asked to take this chat" in answer, answer
        tom.expect(message(from_=contact, says="Nina hands you Visitor"))
        told = tom.expect(message(from_=contact, says="note by Nina: wants a bigger one"))
        assert "UTC] Nina: " in told.find("{*}body").text
        visitor.write("Are you there?")
        nina.expect(message(from_=contact, body="Are you there?"))
        tom.expect(message(from_=contact, body="Are you there?"))
        tom.say(contact, "I am Tom")
        visitor.expect(event("transferred"))
        visitor.expect(message(body="I am Tom"))
        nina.expect(message(from_=contact, says="Tom has taken this chat"))
        nina.say(contact, "One more thing")
        nina.expect(message(from_=contact, says="Tom has this chat"))
        assert not visitor.count(message(body="One more thing"))
        tom.say(contact, "!end")
        tom.expect(message(from_=contact, says="chat has ended"))


@scenario
def a_chat_that_nobody_takes_comes_back(w):
    daemon, nina, tom = desk_of_two(w)
    visitor = w.visitor()
    contact = w.chatting(nina, visitor)
    for give in WAYS:
        give(nina, contact, "transfer", who="agent2")
        tom.expect(message(from_=contact, says="hands you"))
        assert "Left to others" in give(tom, contact, "decline")
        nina.expect(message(from_=contact, says="Tom has not taken this chat"))
    reload(daemon, limits={"transfer_s": 5})
    by_text(nina, contact, "transfer", who="help")
    tom.expect(message(from_=contact, says="hands you"))
    nina.expect(message(from_=contact, says="Help has not taken this chat"), timeout=20)
    nina.say(contact, "So it is me")
    visitor.expect(message(body="So it is me"))
    assert "is none of these" in by_text(nina, contact, "transfer", who="nowhere")
    assert "is missing" in by_text(nina, contact, "transfer")


@scenario
def a_chat_is_escalated_to_a_level(w):
    daemon = w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina"},
                              {"jid": w.jid("agent2"), "name": "Tom", "level": 2, "language": "de"}],
                      departments=[{"id": "sales", "name": "Sales",
                                    "agents": [w.jid("agent"), w.jid("agent2")]}])
    nina = w.agent()
    for give, away in zip(WAYS, ("level2", "level2")):
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        refused = give(nina, contact, "transfer", who=away)
        assert refused == "— Level 2 cannot take it now: nobody is there with a free seat.", refused
    tom = w.agent("agent2")
    for give, level in zip((*WAYS, by_text), ("level2", "level2", "2")):
        answer = give(nina, contact, "transfer", who=level, comment="a hard one")
        assert answer.startswith("— Level 2 is asked to take this chat"), answer
        tom.expect(message(from_=contact, says="Nina übergibt dir"))
        tom.expect(message(from_=contact, says="a hard one"))
        assert "Anderen überlassen" in give(tom, contact, "decline")
        nina.expect(message(from_=contact, says="Nobody of level 2 has taken this chat"))
    reload(daemon, limits={"transfer_s": 5})
    by_text(nina, contact, "transfer", who="level2")
    tom.expect(message(from_=contact, says="Nina übergibt dir"))
    nina.expect(message(from_=contact, says="Nobody of level 2 has taken this chat"), timeout=20)
    reload(daemon, limits={"transfer_s": 60})
    by_text(nina, contact, "transfer", who="agent2")
    tom.expect(message(from_=contact, says="Nina übergibt dir"))
    tom.say(contact, "I am Tom")
    visitor.expect(message(body="I am Tom"))
    answer = by_text(tom, contact, "transfer", who="Stufe1")
    assert answer.startswith("— Stufe 1 "), answer
    nina.expect(message(from_=contact, says="Tom hands you"))
    assert "is none of these" in by_text(nina, w.chatting(nina, w.visitor()), "transfer",
                                         who="level3")


@scenario
def a_supervisor_who_is_no_agent_is_told_what_to_do(w):
    _, nina, _ = desk_of_two(w, roles={"supervisors": [w.jid("agent3")]})
    boss = w.client("agent3")
    boss.available()
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        offer = nina.expect(message(from_=contact, says=r"\(chat \d+\)")).findtext("{*}body")
        number = offer.partition("(chat ")[2].partition(")")[0]
        for word in ("watch", "takeover"):
            answer = give(boss, w.sales, word, number=number)
            assert "add you to the agents of a department" in answer, answer
        nina.say(contact, "Still mine")
        visitor.expect(message(body="Still mine"))
    assert not nina.count(message(says="is reading this chat"))


@scenario
def several_agents_speak_in_one_chat(w):
    _, nina, tom = desk_of_two(w)
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        assert "is asked to come" in give(nina, contact, "invite", who="agent2", comment="look")
        tom.expect(message(from_=contact, says="Nina asks you to come into this chat"))
        tom.expect(message(from_=contact, says="note by Nina: look"))
        assert "already" in give(nina, contact, "invite", who="agent2")
        assert "You are in this chat" in give(tom, contact, "join")
        assert "already" in give(tom, contact, "join")
        nina.expect(message(from_=contact, says="Tom is in this chat now"))
        visitor.expect(event("joined"))
        tom.say(contact, "I can help")
        line = visitor.expect(message(body="I can help"))
        assert line.get("from") == f"{w.sales}/Tom"
        nina.expect(message(from_=contact, body="— Tom wrote: I can help"))
        assert "agents of this chat only" in give(tom, contact, "whisper", text="give a discount")
        nina.expect(message(from_=contact, says="Tom to you, not to the visitor: give a discount"))
        visitor.write("Thank you")
        nina.expect(message(from_=contact, body="Thank you"))
        tom.expect(message(from_=contact, body="Thank you"))
        assert "This chat is yours" in give(nina, contact, "leave")
        assert "You have left" in give(tom, contact, "leave")
        visitor.expect(event("left"))
        nina.expect(message(from_=contact, says="Tom has left this chat"))
        tom.say(contact, "One more thing")
        tom.expect(message(from_=contact, says="Nina has this chat"))
        assert not visitor.count(message(says="discount")) and not visitor.count(
            message(body="One more thing"))
        nina.say(contact, "!end")
        nina.expect(message(from_=contact, says="chat has ended"))


@scenario
def an_agent_who_joined_is_in_the_chat_after_a_restart(w):
    # However long the server takes to say again who is there, the chat is not offered to others.
    daemon, nina, tom = desk_of_two(w, limits={"agent_grace_s": 60})
    visitor = w.visitor()
    contact = w.chatting(nina, visitor)
    by_text(nina, contact, "invite", who="agent2")
    tom.expect(message(from_=contact, says="asks you to come"))
    tom.say(contact, "Hello from Tom")
    visitor.expect(message(body="Hello from Tom"))
    daemon.kill()
    daemon.revive()
    tom.say(contact, "Still Tom")
    nina.expect(message(from_=contact, body="— Tom wrote: Still Tom"))


@scenario
def a_supervisor_reads_a_chat_and_has_it(w):
    _, nina, tom = desk_of_two(w, roles={"supervisors": [w.jid("agent2")]})
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        offer = nina.expect(message(from_=contact, says=r"\(chat \d+\)")).find("{*}body").text
        number = offer.partition("(chat ")[2].partition(")")[0]
        assert "You read this chat" in give(tom, f"help@{w.domain}", "watch", number=number)
        tom.expect(message(from_=contact, says="UTC] Nina: "))
        nina.expect(message(from_=contact, says="Tom is reading this chat"))
        visitor.write("Anybody?")
        tom.expect(message(from_=contact, body="Anybody?"))
        tom.say(contact, "Not for the visitor")
        tom.expect(message(from_=contact, says="Nina has this chat"))
        assert "already" in give(tom, contact, "watch")
        assert "yours now" in give(tom, contact, "takeover")
        nina.expect(message(from_=contact, says="Tom has taken this chat"))
        visitor.expect(event("transferred"))
        assert "yours already" in give(tom, contact, "takeover")
        assert "Nobody has a chat" in give(tom, f"help@{w.domain}", "takeover", number="7")
        tom.say(contact, "Tom here")
        visitor.expect(message(body="Tom here"))
        assert not visitor.count(message(body="Not for the visitor"))
        assert "not for you" in by_text(nina, w.sales, "watch", number=number)
        tom.say(contact, "!end")
        tom.expect(message(from_=contact, says="chat has ended"))


@scenario
def whose_role_was_taken_away_reads_no_more(w):
    daemon, nina, tom = desk_of_two(w, roles={"supervisors": [w.jid("agent2")]})
    visitor = w.visitor()
    contact = w.chatting(nina, visitor)
    number = nina.expect(message(from_=contact, says=r"\(chat \d+\)")).find("{*}body").text
    number = number.partition("(chat ")[2].partition(")")[0]
    by_text(tom, f"help@{w.domain}", "watch", number=number)
    nina.expect(message(from_=contact, says="Tom is reading this chat"))
    daemon.configuration = {**daemon.configuration, "roles": {"supervisors": []}}
    (daemon.directory / "tresen.yml").write_text(json.dumps(daemon.configuration, indent=1))
    assert daemon.command("reload").returncode == 0
    tom.expect(message(from_=contact, says="You are no supervisor any more"))
    tom.wait_contact(lambda roster: contact not in roster)
    visitor.write("My secret")
    nina.expect(message(from_=contact, body="My secret"))
    assert not tom.count(message(body="My secret"))
