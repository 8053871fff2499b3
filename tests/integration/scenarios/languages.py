"""What agents read, each in their own language."""
from reload import reload
from command import WAYS, by_text
from ratings import rate
from tickets import number_of_german
from world import scenario
from xmpp import find, message, presence


def configured(w, first, second, **more):
    return {"agents": [{"jid": w.jid("agent"), "name": "Nina", **first},
                       {"jid": w.jid("agent2"), "name": "Tom", **second}], **more}


@scenario
def each_agent_reads_the_language_of_their_own(w):
    """Offer, who took it, a line too late, the end: German for Nina, English for Tom."""
    w.daemon(**configured(w, {"language": "de"}, {"language": "en"}))
    nina, tom = w.agent("agent"), w.agent("agent2")
    visitor = w.visitor()
    contact = w.offered(nina, visitor, "Hello?")
    nina.expect(message(from_=contact, says=" wartet in Sales [(]Chat [0-9]+[)]"))
    tom.expect(message(from_=contact, says=" waits in Sales [(]chat [0-9]+[)]"))
    assert nina.roster[contact].get("name").startswith("Besucher ")
    assert tom.roster[contact].get("name").startswith("Visitor ")
    tom.say(contact, "Hi, this is Tom")
    visitor.expect(message(body="Hi, this is Tom"))
    nina.expect(message(from_=contact, says="— Tom hat diesen Chat übernommen."))
    second = w.visitor()
    other = w.offered(tom, second, "Me, too")
    nina.expect(message(from_=other, says=" wartet in Sales [(]Chat [0-9]+[)]"))
    nina.say(other, "Guten Tag")
    second.expect(message(body="Guten Tag"))
    tom.expect(message(from_=other, says="— Nina has taken this chat."))
    visitor.end_chat()
    tom.expect(message(from_=contact, says="— The visitor has ended the chat."))
    second.end_chat()
    nina.expect(message(from_=other, says="— Der Besucher hat den Chat beendet."))


@scenario
def the_house_has_a_language_and_a_reload_changes_it(w):
    """Who has not chosen reads what the house reads; contacts and their status follow at once."""
    daemon = w.daemon(**configured(w, {}, {"language": "en"}, language="de"))
    nina, tom = w.client("agent"), w.client("agent2")
    for agent in (nina, tom):
        w.enrolled(agent)
        agent.available()
    nina.expect(presence(from_=w.sales, where=status_says("geöffnet")))
    tom.expect(presence(from_=w.sales, where=status_says("open")))
    reload(daemon, language="en")
    nina.expect(presence(from_=w.sales, where=status_says("open")))


@scenario
def the_record_is_read_in_the_language_of_the_agent(w):
    """States, priorities and what visitors think of it; what is stored is the same for both."""
    w.daemon(**configured(w, {"language": "de"}, {"language": "en"}), limits={"linger_s": 60},
             departments=[{"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")],
                           "rating": "stars"}])
    nina, tom = w.agent("agent"), w.agent("agent2")
    visitor = w.visitor()
    contact = w.chatting(nina, visitor, "My chair is broken")
    by_text(nina, contact, "priority", priority="urgent")
    number = number_of_german(nina, contact)
    by_text(nina, contact, "end", how="ticket")
    by_text(nina, w.sales, "state", number=number, state="solved")
    assert rate(visitor, number, "4", "open -> solved").get("type") == "result"
    for give in WAYS:
        german = give(nina, w.sales, "history", number=number)
        for wanted in ("[Dringlichkeit] Nina: dringend", "[Stand] Nina: in Arbeit -> gelöst",
                       "[bewertet] 4 von 5", "    open -> solved"):
            assert wanted in german, german
        english = give(tom, w.sales, "history", number=number)
        for wanted in ("[priority] Nina: urgent", "[state] Nina: open -> solved", "stars 4",
                       "    open -> solved"):
            assert wanted in english, english


def status_says(words):
    def does(stanza):
        status = find(stanza, "status")
        return status is not None and words in (status.text or "")
    return does
