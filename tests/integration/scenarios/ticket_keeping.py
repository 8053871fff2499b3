"""Tags, priority and canned answers at a ticket's address, and lines of tickets that come back."""
from command import WAYS, by_form, by_text
from ticket_address import address, naming, replies
from tickets import ended, house, number_of, other
from world import scenario
from xmpp import find, message, presence, show


@scenario
def a_ticket_has_tags_and_a_priority_of_its_own(w):
    house(w)
    nina, mover = w.agent(), other(w, "bridge")
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    for give in WAYS:
        _, _, number = ended(w, nina, "It is broken", "ticket")
        ticket = address(w, number)
        assert "has no tags" in give(nina, ticket, "tag")
        assert "is on the ticket" in give(nina, ticket, "tag", tag="billing")
        assert "so already" in give(nina, ticket, "tag", tag="billing")
        assert "is on the ticket" in give(nina, ticket, "tag", tag="red")
        assert "billing red" in give(nina, ticket, "tag")
        assert "is off the ticket" in give(nina, ticket, "untag", tag="red")
        assert "no room" in give(nina, ticket, "tag", tag="x" * 41)
        assert "ticket is: urgent" in give(nina, ticket, "priority", priority="urgent")
        assert "so already" in give(nina, ticket, "priority", priority="urgent")
        assert "ticket is: low" in give(mover, ticket, "priority", priority="low")
        assert "no ticket of this number" in give(stranger, ticket, "priority", priority="high")
        assert "no ticket of this number" in give(stranger, ticket, "tag", tag="mine")
        assert "no ticket of this number" in give(nina, address(w, 999999), "tag")
        shown = give(nina, ticket, "ticket")
        assert "Priority: low" in shown and "billing" in shown, shown
        record = give(nina, ticket, "history")
        for wanted in ("[tag added] Nina: billing", "[tag taken off] Nina: red",
                       "[priority] Nina: normal -> urgent", "urgent -> low"):
            assert wanted in record, record
        assert f"{number}, " in by_text(nina, w.sales, "tickets", words="tag=billing")


@scenario
def what_is_kept_of_a_ticket_stays_behind_a_restart(w):
    house(w)
    nina = w.agent()
    _, _, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    w.current.stop()
    w.current.start()
    nina.expect(presence(from_=w.sales, type=""))
    assert "is on the ticket" in by_text(nina, ticket, "tag", tag="billing")
    assert "ticket is: high" in by_text(nina, ticket, "priority", priority="high")
    w.current.stop()
    w.current.start()
    nina.expect(presence(from_=w.sales, type=""))
    shown = by_text(nina, ticket, "ticket")
    assert "Priority: high" in shown and "billing" in shown, shown


@scenario
def a_canned_answer_is_a_reply_to_the_ticket(w):
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    for give in WAYS:
        visitor, _, number = ended(w, nina, "It is broken", "ticket")
        ticket = address(w, number)
        name = "hi" if give is by_form else "hello"
        text = "This is {agent} for number {number} in {department}.\n!tag answered"
        by_text(nina, ticket, "c", what=f"add {name} {text}")
        assert name in give(nina, ticket, "c")
        shown = give(nina, ticket, "c", action="show", word=name) if give is by_form \
            else by_text(nina, ticket, "c", what=name)
        wanted = f"This is Nina for number {number} in Sales."
        assert wanted in shown and "!tag answered" in shown, shown
        sent = give(nina, ticket, "c", action="send", word=name) if give is by_form \
            else by_text(nina, ticket, "c", what=f"{name}!")
        assert "Sent to the requester" in sent and "is on the ticket" in sent, sent
        line = visitor.expect(message(body=wanted))
        assert find(line, "visit:ticket").get("number") == number, show(line)
        assert f"Nina: {wanted}" in by_text(tom, ticket, "history")
        assert "no ticket of this number" in by_text(stranger, ticket, "c")
    visitor = w.visitor()
    contact = w.chatting(nina, visitor, "It runs")
    running = address(w, number_of(nina, contact))
    assert "goes on" in by_text(nina, running, "c", what="hi!")
    assert not visitor.count(message(says="This is Nina"))


@scenario
def an_agents_line_says_of_which_ticket_it_is(w):
    house(w)
    nina = w.agent()
    visitor = w.visitor()
    contact = w.chatting(nina, visitor, "It is broken")
    number = number_of(nina, contact)
    nina.say(contact, "In the chat")
    assert find(visitor.expect(message(body="In the chat")), "visit:ticket") is None
    by_text(nina, contact, "end", how="ticket")
    replies(nina, address(w, number), visitor, "Still broken?")
    line = next(m for m in visitor.seen if m.findtext("{*}body") == "Still broken?")
    assert find(line, "visit:ticket").get("number") == number, show(line)
    assert find(line, "visit:ticket").get("state") is None


def blocks(client, jid):
    done = client.ask(None, f"<block xmlns='urn:xmpp:blocking'><item jid='{jid}'/></block>", "set")
    assert done.get("type") == "result", show(done)


@scenario
def a_line_that_its_owners_server_sends_back_is_told(w):
    """The server refuses it (here: she has blocked the ticket): her colleague is told once, also
    behind a restart, she is by the service, and it stays hers."""
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    visitor, _, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    blocks(nina, ticket)
    visitor.write("Hello?", extra=naming(number))
    told = tom.expect(message(from_=w.sales, says=f"ticket {number} did not reach"))
    assert ticket in told.findtext("{*}body"), show(told)

    def anew(element):  # not the same again, as it may come behind a restart
        says = message(from_=w.sales, says="did not reach")
        return says(element) and element.get("id") != told.get("id")

    nina.expect(message(from_=w.domain, says=f"ticket {number} has not reached you"))
    w.current.stop()
    w.current.start()
    nina.expect(presence(from_=w.sales, type=""))
    visitor = w.visitor(token=visitor.token)
    visitor.write("Anybody?", extra=naming(number))
    record = by_text(tom, ticket, "history")
    assert "came back from the agent's server]" in record and "Hello?" in record, record
    assert "Nina has this ticket" in by_text(tom, ticket, "take")
    tom.quiet(anew)


@scenario
def who_is_away_is_told_when_they_come(w):
    """Offline, and nobody keeps it for her: the service says so when she is there, also behind a
    restart."""
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    visitor, _, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    blocks(nina, ticket)
    nina.close()
    visitor.write("Hello?", extra=naming(number))
    tom.expect(message(from_=w.sales, says=f"ticket {number} did not reach"))
    w.current.stop()
    w.current.start()
    again = w.agent()
    again.expect(message(from_=w.domain, says=f"ticket {number} has not reached you"))


@scenario
def an_answer_that_the_requesters_server_sends_back_is_told(w):
    w.daemon(limits={"linger_s": 60})
    nina = w.agent()
    customer = w.plain_user("alice")
    contact = w.chatting(nina, customer, "It is broken")
    number = number_of(nina, contact)
    by_text(nina, contact, "end", how="ticket")
    ticket = address(w, number)
    blocks(customer, w.sales)
    w.current.stop()  # the bare address: COMPAT Prosody bounces what is for a full one only there
    w.current.start()
    nina.expect(presence(from_=w.sales, type=""))
    nina.say(ticket, "Which one?")
    told = nina.expect(message(from_=w.sales, says=f"answer in ticket {number} came back"))
    assert ticket in told.findtext("{*}body"), show(told)
    record = by_text(nina, ticket, "history")
    assert "[came back from the visitor's server]" in record, record
