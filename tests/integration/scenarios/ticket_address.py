"""ticket-N@D: what agents and requesters write to each other behind the end of a chat."""
from command import WAYS, by_form, by_text, listed, refusal
from tickets import ended, house, number_of, other
from world import scenario
from xmpp import body_of, message, show

VISIT = "urn:tresen:visit:1"
INFO = "http://jabber.org/protocol/disco#info"


def address(w, number):
    return f"ticket-{number}@{w.domain}"


def replies(agent, ticket, visitor, body):
    """A line that is stored, and read by the visitor; the message as they got it."""
    number = agent.say(ticket, body)
    agent.expect(message(from_=ticket, receipt=number))
    return visitor.expect(message(body=body))


def naming(number):
    return f"<ticket xmlns='{VISIT}' number='{number}'/>"


NEW_CHAT = f"<new-chat xmlns='{VISIT}'/>"


@scenario
def a_reply_reaches_the_requester_and_the_answer_its_owner(w):
    house(w)
    nina = w.agent()
    visitor, contact, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    line = replies(nina, ticket, visitor, "Which one?")
    assert line.get("from") == f"{w.sales}/Nina", line.get("from")
    visitor.write("The red one")
    told = body_of(nina.expect(message(from_=ticket, says="^— ")))
    assert f"writes in ticket {number} (It is broken)" in told, told
    nina.expect(message(from_=ticket, body="The red one"))
    assert not nina.count(message(from_=contact, body="The red one"))
    nina.say(ticket, "!!important")  # a line that starts with the prefix
    visitor.expect(message(body="!important"))


@scenario
def a_reply_waits_for_who_is_not_there(w):
    house(w)
    nina = w.agent()
    visitor, _, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    last = visitor.history()[-1][0]
    visitor.drop()
    said = nina.say(ticket, "Here you are")
    nina.expect(message(from_=ticket, receipt=said))
    w.current.stop()
    w.current.start()
    again = w.visitor(token=visitor.token)
    assert again.bodies(after=last) == ["Here you are"], again.bodies(after=last)
    again.write("Thank you")
    nina.expect(message(from_=ticket, body="Thank you"))
    assert "State: being worked on" in by_text(nina, ticket, "ticket")
    # A repeat after any doubt is stored once, also behind a restart.
    nina.say(ticket, "Here you are", said)
    nina.expect(message(from_=ticket, receipt=said))
    kept = again.bodies(after=last)
    assert kept[:2] == ["Here you are", "Thank you"], kept  # steps may follow
    assert kept.count("Here you are") == 1, kept


@scenario
def a_line_goes_where_the_visitor_says(w):
    house(w)
    nina = w.agent()
    visitor, contact, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    visitor.write("And the screws are missing", extra=naming(number))
    nina.expect(message(from_=ticket, body="And the screws are missing"))
    replies(nina, ticket, visitor, "All of them?")
    visitor.write("Something else", extra=NEW_CHAT)
    nina.expect(message(from_=contact, body="Something else"))
    visitor.write("While the chat is open", extra=naming(number))
    nina.expect(message(from_=contact, body="While the chat is open"))
    nina.say(contact, "Yes?")
    visitor.end_chat()
    nina.expect(message(from_=contact, says="ended"))
    visitor.write("All of them")
    nina.expect(message(from_=ticket, body="All of them"))
    stranger = w.visitor()
    for wrong in (number, "999999", "0", "x", ""):
        refused = stranger.say(w.sales, "Mine now", extra=naming(wrong))
        stranger.expect(message(id=refused, error="item-not-found"))
    assert "Mine now" not in by_text(nina, ticket, "history")


@scenario
def an_answer_opens_what_was_solved_and_for_a_while_what_was_closed(w):
    house(w)
    nina = w.agent()
    visitor, contact, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    replies(nina, ticket, visitor, "Done")
    assert f"Ticket {number} is now: solved" in by_text(nina, ticket, "end")
    visitor.write("Not quite")
    nina.expect(message(from_=ticket, body="Not quite"))
    assert "State: being worked on" in by_text(nina, ticket, "ticket")
    by_text(nina, ticket, "state", state="closed")
    visitor.write("Still not", extra=naming(number))
    nina.expect(message(from_=ticket, body="Still not"))
    assert "State: being worked on" in by_text(nina, ticket, "ticket")
    record = by_text(nina, ticket, "history")
    for wanted in ("Nina: Done", "[state] Nina: open -> solved", "[state] solved -> open",
                   "[state] closed -> open"):
        assert wanted in record, record


@scenario
def a_closed_ticket_makes_a_new_chat_where_that_is_configured(w):
    house(w, sales={"reopen_days": 0})
    nina = w.agent()
    visitor, contact, number = ended(w, nina, "It is broken", "ticket")
    by_text(nina, address(w, number), "state", state="closed")
    visitor.write("Again", extra=naming(number))
    nina.expect(message(from_=contact, body="Again"))
    assert "State: closed" in by_text(nina, address(w, number), "ticket")


@scenario
def a_ticket_is_worked_on_at_its_address(w):
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    for give in WAYS:
        visitor, _, number = ended(w, nina, "It is broken", "ticket")
        ticket = address(w, number)
        here = dict(number=number) if give is by_form else {}
        shown = give(nina, ticket, "ticket")
        assert f"Ticket: {number}" in shown and "Subject: It is broken" in shown, shown
        assert "Nina has this ticket" in give(tom, ticket, "take")
        assert "nobody's now" in give(nina, ticket, "assign", **here, who="nobody")
        visitor.write("Hello?", extra=naming(number))
        for agent in (nina, tom):
            agent.expect(message(from_=w.sales, says=f"In ticket {number}, .* at {ticket}"))
        assert "is yours now" in give(tom, ticket, "take")
        assert "so already" in give(tom, ticket, "take")
        assert "Noted" in give(nina, ticket, "note", text="He is angry\nand loud")
        tom.expect(message(from_=ticket, says="He is angry\nand loud"))
        answer = give(tom, ticket, "subject", **here, subject="2 printers are broken")
        assert "new subject" in answer, answer
        assert "so already" in give(tom, ticket, "due", **here, date="never")
        assert "is now: closed" in give(tom, ticket, "state", **here, state="closed")
        assert "is now: being" in give(tom, ticket, "state", **here, state="open")
        assert "no files" in give(tom, ticket, "files")
        assert "Commands:" in give(tom, ticket, "help")
        record = give(tom, ticket, "history")
        for wanted in ("[note] Nina: He is angry", "[given to] Tom: ", "Hello?",
                       "2 printers are broken"):
            assert wanted in record, record
        assert "is now: solved" in give(tom, ticket, "end", reason="two new ones")
        assert "already" in give(tom, ticket, "convert", **here)
        assert not visitor.count(message(says="angry"))


@scenario
def an_address_of_a_ticket_is_for_who_may(w):
    house(w)
    nina = w.agent()
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    mover, boss = other(w, "bridge"), other(w, "alice")
    visitor, contact, number = ended(w, nina, "My secret", "ticket")
    ticket = address(w, number)
    for client, condition in ((stranger, "item-not-found"), (visitor, "service-unavailable"),
                              (mover, "forbidden"), (boss, "forbidden")):
        client.expect(message(id=client.say(ticket, "Mine now"), error=condition))
    for node in listed(nina, ticket):
        for missing in (ticket, address(w, 999999)):
            answer = by_text(stranger, missing, node)
            assert node == "help" or "secret" not in answer, answer
    assert "secret" not in by_text(stranger, ticket, "history")
    record = by_text(nina, ticket, "history")
    assert "ine now" not in record and "[note]" not in record, record
    assert "Mine" not in str(visitor.bodies())


@scenario
def what_is_no_ticket_can_be_read_and_not_written_to(w):
    house(w)
    nina = w.agent()
    visitor = w.visitor()
    contact = w.chatting(nina, visitor, "It runs")
    number = number_of(nina, contact)
    ticket = address(w, number)
    assert "It runs" in by_text(nina, ticket, "history")
    nina.expect(message(id=nina.say(ticket, "Here?"), error="not-acceptable"))
    by_text(nina, contact, "end")
    nina.expect(message(id=nina.say(ticket, "And here?"), error="not-acceptable"))
    assert "is a ticket now" in by_text(nina, ticket, "convert")
    replies(nina, ticket, visitor, "Here!")
    long = nina.say(ticket, "x" * 20001)
    nina.expect(message(id=long, error="not-acceptable"))


@scenario
def a_client_shows_what_a_ticket_is_called(w):
    house(w)
    nina = w.agent()
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    _, _, number = ended(w, nina, "My secret", "ticket")
    ticket = address(w, number)
    for payload, wanted in ((f"<query xmlns='{INFO}'/>", f"Ticket {number}: My secret"),
                            ("<vCard xmlns='vcard-temp'/>", f"Ticket {number}: My secret"),
                            ("<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>", "My secret"),
                            ("<ping xmlns='urn:xmpp:ping'/>", "result")):
        answer = show(nina.ask(ticket, payload))
        assert wanted in answer, answer
        refused = stranger.ask(ticket, payload)
        assert refusal(refused) == "item-not-found" and "secret" not in show(refused)
        assert refusal(nina.ask(address(w, 999999), payload)) == "item-not-found"
    assert refusal(nina.ask(ticket, "<query xmlns='jabber:iq:last'/>")) == "service-unavailable"


@scenario
def both_sides_see_what_was_read(w):
    house(w)
    nina = w.agent()
    visitor, _, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    said = nina.say(ticket, "Which one?")
    line = visitor.expect(message(body="Which one?"))
    visitor.send(f"<message to='{w.sales}' type='chat'>"
                 f"<displayed xmlns='urn:xmpp:chat-markers:0' id='{line.get('id')}'/></message>")
    nina.expect(message(from_=ticket, marker=("displayed", said)))
    answer = visitor.write("The red one")
    read = nina.expect(message(from_=ticket, body="The red one"))
    nina.send(f"<message to='{ticket}' type='chat'>"
              f"<displayed xmlns='urn:xmpp:chat-markers:0' id='{read.get('id')}'/></message>")
    visitor.expect(message(marker=("displayed", answer)))


@scenario
def a_customer_reads_a_reply_wherever_they_are(w):
    """Somebody with an XMPP account, whom the daemon has forgotten meanwhile."""
    w.daemon(limits={"linger_s": 60})
    nina = w.agent()
    customer = w.plain_user("alice")
    contact = w.chatting(nina, customer, "It is broken")
    number = number_of(nina, contact)
    by_text(nina, contact, "end", how="ticket")
    w.current.stop()
    w.current.start()
    ticket = address(w, number)
    nina.say(ticket, "Which one?")
    customer.expect(message(body="Which one?"))
    customer.say(w.sales, "The red one")
    nina.expect(message(from_=ticket, body="The red one"))


@scenario
def agents_watch_tickets_that_are_not_theirs(w):
    house(w)
    nina, tom, stranger = w.agent(), w.agent("agent2"), other(w, "agent3")
    visitor, _, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    for give in WAYS:
        assert f"said and noted on ticket {number}" in give(tom, ticket, "watch")
        assert "so already" in give(tom, ticket, "watch")
        assert "Watched by: Tom" in give(nina, ticket, "ticket")
        said = f"Which one, {give.__name__}?"
        replies(nina, ticket, visitor, said)
        tom.expect(message(from_=ticket, says=f"Nina.*{said[:9]}"))
        visitor.write(f"The red one, {give.__name__}")
        tom.expect(message(from_=ticket, body=f"The red one, {give.__name__}"))
        nina.expect(message(from_=ticket, body=f"The red one, {give.__name__}"))
        by_text(nina, ticket, "note", text="she is patient")
        tom.expect(message(from_=ticket, says="noted.*she is patient"))
        assert "not watch this ticket any more" in give(tom, ticket, "unwatch")
        assert "so already" in give(tom, ticket, "unwatch")
        assert "Watched by" not in give(nina, ticket, "ticket")
    assert "not for you" in by_text(stranger, ticket, "watch")
    assert "not for you" in by_text(stranger, ticket, "unwatch")
