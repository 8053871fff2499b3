"""What agents read, each in their own language."""
from reload import reload
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


def status_says(words):
    def does(stanza):
        status = find(stanza, "status")
        return status is not None and words in (status.text or "")
    return does
