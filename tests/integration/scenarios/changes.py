"""What becomes of a line that was said, both ways: correction (XEP-0308), retraction (XEP-0424),
reactions (XEP-0444), reply (XEP-0461); who may, and what is kept.
"""
import sqlite3

from world import scenario
from xmpp import body_of, find, message

CORRECT, RETRACT = "urn:xmpp:message-correct:0", "urn:xmpp:message-retract:1"
REACTIONS, REPLY, FALLBACK = "urn:xmpp:reactions:0", "urn:xmpp:reply:0", "urn:xmpp:fallback:0"
ROADS = ("websocket", "server-websocket", "customer")


def correct(who, to, line, body):
    return who.say(to, body, extra=f"<replace xmlns='{CORRECT}' id='{line}'/>")


def retract(who, to, line):
    return who.say(to, "This person attempted to retract a message",
                   extra=f"<retract xmlns='{RETRACT}' id='{line}'/>"
                         f"<fallback xmlns='{FALLBACK}' for='{RETRACT}'/>")


def react(who, to, line, *emojis):
    number = f"r{abs(hash((line, emojis)))}"
    inside = "".join(f"<reaction>{emoji}</reaction>" for emoji in emojis)
    who.send(f"<message type='chat' to='{to}' id='{number}'>"
             f"<reactions xmlns='{REACTIONS}' id='{line}'>{inside}</reactions>"
             f"<request xmlns='urn:xmpp:receipts'/><store xmlns='urn:xmpp:hints'/></message>")
    return number


def reply(who, to, line, author, quoted, body):
    text = f"> {quoted}\n"
    return who.say(to, text + body, extra=f"<reply xmlns='{REPLY}' to='{author}' id='{line}'/>"
                   f"<fallback xmlns='{FALLBACK}' for='{REPLY}'><body start='0' end='{len(text)}'/>"
                   "</fallback>")


def corrects(line):
    return lambda e: named(e, CORRECT, "replace") == line


def retracts(line):
    return lambda e: named(e, RETRACT, "retract") == line


def reacts(line, *emojis):
    def fits(element):
        found = element.find(f"{{{REACTIONS}}}reactions")
        return (found is not None and found.get("id") == line
                and tuple(child.text for child in found) == emojis)
    return fits


def replies(line):
    return lambda e: named(e, REPLY, "reply") == line


def named(element, namespace, name):
    found = element.find(f"{{{namespace}}}{name}")
    return found.get("id") if found is not None else None


def explained(element, namespace):
    """Who does not know the payload reads words, which say for what they stand there."""
    assert (body_of(element) or "").strip(), "no body that explains it"
    assert [e for e in element.iter(f"{{{FALLBACK}}}fallback") if e.get("for") == namespace]


def without_quotation(element):
    """The body as a client shows it that knows replies."""
    region = element.find(f"{{{FALLBACK}}}fallback/{{{FALLBACK}}}body")
    body = body_of(element)
    return body[:int(region.get("start"))] + body[int(region.get("end")):]


def somebody_on(w, road):
    return w.plain_user() if road == "customer" else w.visitor(road)


def chats(w):
    """On each road: (agent, visitor, contact)."""
    agent = w.agent()
    for road in ROADS:
        visitor = somebody_on(w, road)
        yield agent, visitor, w.chatting(agent, visitor, f"Hello from {road}")


def rows(w, sql):
    with sqlite3.connect(f"file:{w.directory}/tresen.db?mode=ro", uri=True) as db:
        return db.execute(sql).fetchall()


@scenario
def a_correction_goes_both_ways(w):
    w.daemon()
    for agent, visitor, contact in chats(w):
        said = visitor.write("Do you sihp to Norway?")
        line = agent.expect(message(body="Do you sihp to Norway?")).get("id")
        correction = correct(visitor, w.sales, said, "Do you ship to Norway?")
        visitor.expect(message(receipt=correction))
        agent.expect(message(body="Do you ship to Norway?", where=corrects(line)))
        # The id of the correction is as good (not by XEP-0308, but some clients do so).
        correct(visitor, w.sales, correction, "Do you ship to Oslo?")
        agent.expect(message(body="Do you ship to Oslo?", where=corrects(line)))
        answer = agent.say(contact, "Yse.")
        shown = visitor.expect(message(body="Yse.")).get("id")
        correction = correct(agent, contact, answer, "Yes.")
        agent.expect(message(receipt=correction))
        visitor.expect(message(body="Yes.", from_=w.sales, where=corrects(shown)))
    assert rows(w, "SELECT body, shown FROM entries WHERE fate = 1 AND kind = 1 AND by = 2") == \
        [("Yse.", "Yes.")] * len(ROADS), "what was said is not kept"


@scenario
def a_correction_that_comes_twice_is_shown_once(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    said = visitor.write("One")
    line = agent.expect(message(body="One")).get("id")
    for _ in range(2):
        visitor.say(w.sales, "Two", "twice", f"<replace xmlns='{CORRECT}' id='{said}'/>")
        visitor.expect(message(receipt="twice"))
    visitor.write("Three")
    agent.expect(message(body="Three"))
    assert agent.count(message(body="Two", where=corrects(line))) == 1
    answer = agent.say(contact, "Vier")
    shown = visitor.expect(message(body="Vier")).get("id")
    for _ in range(2):
        agent.say(contact, "Four", "fourfold", f"<replace xmlns='{CORRECT}' id='{answer}'/>")
        agent.expect(message(receipt="fourfold"))
    agent.say(contact, "Five")
    visitor.expect(message(body="Five"))
    assert visitor.count(message(body="Four", where=corrects(shown))) == 1


@scenario
def a_correction_of_what_nobody_knows_is_a_line(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    correct(visitor, w.sales, "never-said", "Hello again")
    line = agent.expect(message(body="Hello again"))
    assert named(line, CORRECT, "replace") is None
    correct(agent, contact, "never-said", "And to you")
    line = visitor.expect(message(body="And to you"))
    assert named(line, CORRECT, "replace") is None
    # What was no line but a command with a slip is the command now.
    slip = agent.say(contact, "!edn")
    agent.expect(message(from_=contact, says="no such command"))
    correct(agent, contact, slip, "!end")
    visitor.expect(message(state="closed"))


@scenario
def a_retraction_goes_both_ways_and_the_record_keeps_the_text(w):
    w.daemon()
    for agent, visitor, contact in chats(w):
        said = visitor.write("My password is swordfish")
        line = agent.expect(message(body="My password is swordfish")).get("id")
        retract(visitor, w.sales, said)
        element = agent.expect(message(from_=contact, where=retracts(line)))
        explained(element, RETRACT)
        assert "swordfish" not in body_of(element)
        answer = agent.say(contact, "Wrong window")
        shown = visitor.expect(message(body="Wrong window")).get("id")
        number = retract(agent, contact, answer)
        agent.expect(message(receipt=number))
        element = visitor.expect(message(from_=w.sales, where=retracts(shown)))
        explained(element, RETRACT)
    assert rows(w, "SELECT count(*) FROM entries WHERE fate = 2 AND body IN"
                   " ('My password is swordfish', 'Wrong window')") == [(2 * len(ROADS),)]
    assert rows(w, "SELECT count(*) FROM entries WHERE event = 'retracted' AND about > 0"
                   " AND at > 0") == [(2 * len(ROADS),)]


@scenario
def reactions_go_both_ways(w):
    w.daemon()
    for agent, visitor, contact in chats(w):
        said = visitor.write("Thanks a lot")
        line = agent.expect(message(body="Thanks a lot")).get("id")
        answer = agent.say(contact, "With pleasure")
        shown = visitor.expect(message(body="With pleasure")).get("id")
        number = react(visitor, w.sales, shown, "👍", "❤️")
        visitor.expect(message(receipt=number))
        element = agent.expect(message(from_=contact, where=reacts(answer, "👍", "❤️")))
        explained(element, REACTIONS)
        assert "👍" in body_of(element) and "With pleasure" in body_of(element)
        react(visitor, w.sales, shown)
        explained(agent.expect(message(from_=contact, where=reacts(answer))), REACTIONS)
        number = react(agent, contact, line, "🎉")
        agent.expect(message(receipt=number))
        element = visitor.expect(message(from_=w.sales, where=reacts(said, "🎉")))
        explained(element, REACTIONS)
        assert "Nina" in body_of(element) and "🎉" in body_of(element)


@scenario
def a_reply_goes_both_ways(w):
    w.daemon()
    for agent, visitor, contact in chats(w):
        said = visitor.write("In blue?")
        line = agent.expect(message(body="In blue?")).get("id")
        reply(agent, contact, line, contact, "In blue?", "Yes, in blue.")
        element = visitor.expect(message(says="Yes, in blue", where=replies(said)))
        assert without_quotation(element) == "Yes, in blue."
        assert body_of(element) == "> In blue?\nYes, in blue."
        shown = element.get("id")
        reply(visitor, w.sales, shown, w.sales, "Yes, in blue.", "Good")
        element = agent.expect(message(says="Good$", from_=contact))
        assert replies(line)(element) is False and named(element, REPLY, "reply")
        assert without_quotation(element) == "Good"
        # To what nobody knows: the quotation is all that tells what it is about.
        reply(visitor, w.sales, "never-said", w.sales, "Remember?", "That one")
        element = agent.expect(message(says="That one", from_=contact))
        assert body_of(element) == "> Remember?\nThat one"
        assert named(element, REPLY, "reply") is None


@scenario
def only_the_author_changes_a_line(w):
    w.daemon()
    nina, tom, visitor = w.agent("agent"), w.agent("agent2"), w.visitor()
    visitor.write("Mine")
    line = tom.expect(message(body="Mine")).get("id")
    contact = nina.expect(message(body="Mine")).get("from").partition("/")[0]
    answer = nina.say(contact, "Hers")
    shown = visitor.expect(message(body="Hers")).get("id")
    for act in (lambda who, to, id: correct(who, to, id, "Forged"), retract):
        number = act(visitor, w.sales, shown)
        visitor.expect(message(id=number, error="forbidden"))
        act(nina, contact, line)
        nina.expect(message(from_=contact, says="only who wrote a line"))
        act(tom, contact, line)
        tom.expect(message(from_=contact, says="not yours"))
    # By the id of another agent's line it is a line of Tom's, which is not for this visitor.
    correct(tom, contact, answer, "Forged")
    tom.expect(message(from_=contact, says="has not seen your line"))
    react(tom, contact, line, "👍")
    tom.expect(message(from_=contact, says="not yours"))
    alice = w.client("alice")
    correct(alice, contact, answer, "Forged")
    alice.expect(message(error="item-not-found"))
    visitor.write("Undisturbed?")
    nina.expect(message(body="Undisturbed?"))
    for who in (visitor, nina):
        assert not who.count(message(says="Forged"))
        assert not who.count(message(where=lambda e: named(e, RETRACT, "retract")))


@scenario
def what_is_not_known_or_too_much_is_refused_in_words(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    number = react(visitor, w.sales, "never-said", "👍")
    visitor.expect(message(id=number, error="item-not-found"))
    number = retract(visitor, w.sales, "never-said")
    visitor.expect(message(id=number, error="item-not-found"))
    react(agent, contact, "n1", "👍")
    agent.expect(message(from_=contact, says="was not told"))
    retract(agent, contact, "never-said")
    agent.expect(message(from_=contact, says="was not told"))
    said = visitor.write("Nine emojis, please")
    line = agent.expect(message(body="Nine emojis, please")).get("id")
    many = [chr(0x1F600 + i) for i in range(9)]
    number = react(agent, contact, line, *many)
    agent.expect(message(id=number, error="not-acceptable"))
    number = react(agent, contact, line, *many[:8])
    visitor.expect(message(where=reacts(said, *many[:8])))
    number = react(visitor, w.sales, said, "a\u202eb")
    visitor.expect(message(id=number, error="not-acceptable"))
    answer = agent.say(contact, "0")
    visitor.expect(message(body="0"))
    for turn in range(1, 21):
        correct(agent, contact, answer, str(turn))
        visitor.expect(message(body=str(turn)))
    correct(agent, contact, answer, "21")
    agent.expect(message(from_=contact, says="too often"))
    retract(agent, contact, answer)
    visitor.expect(message(where=lambda e: named(e, RETRACT, "retract")))


@scenario
def what_was_said_in_a_chat_that_ended_stays(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    said = visitor.write("Final")
    agent.expect(message(body="Final"))
    answer = agent.say(contact, "Final too")
    visitor.expect(message(body="Final too"))
    visitor.end_chat()
    agent.expect(message(from_=contact, says="has ended the chat"))
    number = correct(visitor, w.sales, said, "Not final")
    visitor.expect(message(id=number, error="not-allowed"))
    number = retract(visitor, w.sales, said)
    visitor.expect(message(id=number, error="not-allowed"))
    correct(agent, contact, answer, "Not final either")
    agent.expect(message(from_=contact, says="has ended: what was said"))
    assert rows(w, "SELECT count(*) FROM entries WHERE fate <> 0") == [(0,)]


@scenario
def history_gives_what_is_shown_now(w):
    """After a reload, and for who was away: by the last id, without a gap."""
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    said = visitor.write("Secret")
    line = agent.expect(message(body="Secret")).get("id")
    answer = agent.say(contact, "Wrnog")
    visitor.expect(message(body="Wrnog"))
    before = visitor.history()[-1][0]
    correct(visitor, w.sales, said, "Secret, corrected")
    agent.expect(message(where=corrects(line)))
    react(agent, contact, line, "👍")
    visitor.expect(message(where=reacts(said, "👍")))
    correct(agent, contact, answer, "Right")
    visitor.expect(message(body="Right"))
    retract(visitor, w.sales, said)
    agent.expect(message(where=retracts(line)))
    again = w.visitor(token=visitor.token)
    lines = again.history()
    bodies = [body_of(element) for _, element in lines]
    assert not [body for body in bodies if "Secret" in body], bodies
    marks = {find(element, "visit:line").get("corrected"): body_of(element)
             for _, element in lines}
    assert marks["true"] == "Right", marks
    gone = [element for _, element in lines if element.find(f"{{{RETRACT}}}retracted") is not None]
    assert [find(element, "visit:line").get("retracted") for element in gone] == ["true"]
    after = [element for _, element in again.history(after=before)]
    assert [named(e, CORRECT, "replace") or named(e, RETRACT, "retract")
            or named(e, REACTIONS, "reactions") for e in after if body_of(e)] == \
        [line, f"e{before}", line], \
        [body_of(e) for e in after]
    assert again.fin.get("complete") == "true"


@scenario
def a_change_over_a_link_that_was_lost_comes_again(w):
    """It goes through the outbox as lines do: repeated with the same id, and marked."""
    w.daemon(wired=True, limits={"agent_grace_s": 600, "leave_s": 60})
    agent, visitor = w.agent(), w.visitor()
    w.chatting(agent, visitor)
    said = visitor.write("Befor")
    line = agent.expect(message(body="Befor")).get("id")
    w.wire.hold("out")
    correct(visitor, w.sales, said, "Before")
    w.wire.expect_out(">Before<")
    w.wire.cut()
    w.wire.release()
    w.current.wait(503)
    w.wire.mend()
    w.current.wait(200)
    element = agent.expect(message(body="(again) Before", where=corrects(line)))
    assert find(element, "delay:delay") is not None
    visitor.write("Behind")
    agent.expect(message(body="Behind"))
    assert agent.count(message(where=corrects(line))) == 1


@scenario
def a_change_is_known_after_a_restart(w):
    w.daemon()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor)
    said = visitor.write("Befor")
    line = agent.expect(message(body="Befor")).get("id")
    correction = correct(visitor, w.sales, said, "Before")
    agent.expect(message(body="Before", where=corrects(line)))
    w.current.kill()
    w.current.start()
    w.enrolled(agent)
    again = w.visitor(token=visitor.token)
    again.say(w.sales, "Before", correction, f"<replace xmlns='{CORRECT}' id='{said}'/>")
    again.expect(message(receipt=correction))
    correct(again, w.sales, said, "Before the restart")
    agent.expect(message(says="Before the restart", from_=contact, where=corrects(line)))
    assert agent.count(message(body="Before", where=corrects(line))) == 1
