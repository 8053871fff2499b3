"""Canned answers, and macros: kept, shared, filled in, sent, followed by commands."""
import json

from command import WAYS, by_form, by_text, command_of, execute, submitted
from world import scenario
from xmpp import body_of, message

FORM = "jabber:x:data"


@scenario
def a_canned_answer_is_kept_looked_at_sent_and_dropped_both_ways(w):
    w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina"}])
    nina = w.agent()
    for give in WAYS:
        visitor = w.visitor()
        contact = w.offered(nina, visitor, "Anybody?")
        assert "no canned answers yet" in give(nina, contact, "c", action="list")
        assert "is kept" in give(nina, contact, "c", action="add", word="Hello",
                                 text="Hello {name}, I am {agent} of {department}.")
        assert "hello (only for you): Hello {name}" in give(nina, contact, "c", action="list")
        assert "Hello, I am Nina of " in give(nina, contact, "c", action="show", word="hello")
        assert "Sent to the visitor" in give(nina, contact, "c", action="send", word="hello")
        line = visitor.expect(message(says="^Hello, I am Nina of Sales"))
        assert "{" not in body_of(line)
        assert "no canned answer \"nothing\"" in give(nina, contact, "c", action="send",
                                                      word="nothing")
        assert "is gone" in give(nina, contact, "c", action="drop", word="hello")
        assert "no canned answer" in give(nina, contact, "c", action="show", word="hello")
        nina.say(contact, "My chat")  # the answer had taken it
        visitor.expect(message(body="My chat"))
        give(nina, contact, "end")


@scenario
def it_is_typed_quickly_and_outlives_a_restart(w):
    daemon = w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    assert "is kept" in by_text(nina, contact, "c add bye See you!\nOn {date|some day}.")
    assert "bye (only for you): See you! On" in by_text(nina, contact, "c")
    daemon.stop()
    daemon.start()
    nina = w.agent("agent", resource="again")
    visitor = w.visitor(token=visitor.token)
    assert "See you!\nOn 20" in by_text(nina, contact, "c bye")
    assert "Sent to the visitor" in by_text(nina, contact, "c BYE!")
    visitor.expect(message(says="^See you!\nOn 20"))


@scenario
def who_keeps_what_is_looked_up(w):
    w.daemon(departments=[{"id": "sales", "name": "Sales",
                           "agents": [w.jid("agent"), w.jid("agent2")]}],
             roles={"supervisors": [w.jid("alice")]})
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    tom, boss = w.agent("agent2"), w.client("alice").available()
    for give, word in zip(WAYS, ("first", "second")):
        give(nina, contact, "c", action="add", word=word, text=f"The {word}")
        assert "no canned answer" in give(tom, w.sales, "c", action="show", word=word)
        assert "not for you" in give(nina, contact, "c", action="share", word=word, scope="all")
        assert "is shared" in give(nina, contact, "c", action="share", word=word)
        assert f"{word} (for the department)" in give(tom, w.sales, "c", action="list")
        assert "under the contact of a visitor" in give(tom, w.sales, "c", action="send",
                                                        word=word)
        give(tom, w.sales, "c", action="add", word=word, text="Mine")
        assert "Mine" in give(tom, w.sales, "c", action="show", word=word)
        assert "already" in give(tom, w.sales, "c", action="share", word=word)
        give(boss, w.sales, "c", action="add", word="for-" + word, text="From above")
        assert "is shared" in give(boss, w.sales, "c", action="share", word="for-" + word,
                                   scope="all")
        assert "From above" in give(tom, w.domain, "c", action="show", word="for-" + word)
        assert "not for you" in give(tom, w.domain, "c", action="drop", word="for-" + word)
        assert "is gone" in give(boss, w.domain, "c", action="drop", word="for-" + word)


@scenario
def malformed_canned_answers_are_refused(w):
    w.daemon()
    nina = w.agent()
    for give in WAYS:
        def add(word, text="Text", give=give):
            return give(nina, w.sales, "c", action="add", word=word, text=text)
        assert "is kept" in add("a" * 32)
        for word in ("a" * 33, "über", "a_b"):
            assert "at most 32 small letters" in add(word), word
        assert "Choose another word" in add("send")
        assert "{nonsense} is not known" in add("x", "Dear {nonsense}")
        assert "cannot be a step: !c x!" in add("x", "Hello\n!c x!")
        assert "This is no command" in add("x", "Hello\n!nonsense")
        assert "only commands may" in add("x", "Hello\n!end\nand more")
        assert "more than 8" in add("x", "Hello" + "\n!end" * 9)
        assert "is kept" in add("x", "Hello" + "\n!end" * 8)
        assert "is none of these" in give(nina, w.sales, "c", action="show", word="x",
                                          scope="nobody")
    assert "is none of these" in by_form(nina, w.sales, "c", action="dance", word="x")
    assert "too long" in by_form(nina, w.sales, "c", action="add", word="y", text="y" * 100000)


@scenario
def the_form_brings_the_text_that_there_is(w):
    w.daemon()
    nina = w.agent()
    by_text(nina, w.sales, "c add hello One\ntwo")
    answer = command_of(execute(nina, w.sales, "c", "complete", "s1",
                                submitted(action="add", word="hello")))
    assert answer.get("status") == "executing"
    fields = {field.get("var"): [v.text for v in field.findall(f"{{{FORM}}}value")]
              for field in answer.iter(f"{{{FORM}}}field")}
    assert fields["text"] == ["One", "two"] and fields["scope"] == ["own"], fields


@scenario
def a_macro_ends_at_the_first_step_that_fails(w):
    w.daemon(limits={"linger_s": 60})
    nina = w.agent()
    for give, word in zip(WAYS, ("sold", "sold-again")):
        visitor = w.visitor()
        contact = w.chatting(nina, visitor)
        give(nina, contact, "c", action="add", word=word,
             text="Thank you!\n!end\n!decline\n!end")
        answer = give(nina, contact, "c", action="send", word=word)
        visitor.expect(message(body="Thank you!"))
        assert "Thank you!\n!end: The chat has ended." in answer, answer
        assert "!decline: This chat is not offered to you." in answer, answer
        assert answer.endswith("It ended there. Not done:\n!end"), answer
        # Steps without a text; and an ended chat's visitor is told nothing.
        assert "has not seen this" in give(nina, contact, "c", action="send", word=word)
        assert visitor.count(message(body="Thank you!")) == 1
        give(nina, contact, "c", action="add", word="gone", text="!end")
        assert "!end: The chat has ended." in give(nina, contact, "c", action="send", word="gone")


@scenario
def whoever_runs_the_daemon_keeps_those_that_are_shared(w):
    daemon = w.daemon(roles={"supervisors": [w.jid("alice")]})
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)

    def canned(*words, code=0, **more):
        done = daemon.command("canned", *words, **more)
        assert done.returncode == code, done
        return done.stdout + done.stderr

    assert canned("list") == ""
    assert "sales hi is kept" in canned("set", "sales", "hi", "Hello", "{name|there},\nI am {agent}.")
    assert "all bye is kept" in canned("set", "all", "bye", "-", input="Bye.\nSee you!\n")
    assert canned("list") == ("sales hi\n    Hello {name|there},\n    I am {agent}.\n"
                              "all bye\n    Bye.\n    See you!\n")
    assert "Sent" in by_text(nina, contact, "c hi!")
    visitor.expect(message(says="^Hello there,\nI am "))
    # Nothing that a form would refuse.
    assert "{nmae} is not known" in canned("set", "sales", "hi", "Hello {nmae}", code=2)
    assert "This is no command" in canned("set", "sales", "hi", "Hello\n!end\nBye", code=2)
    assert "is called by a word" in canned("set", "sales", "Hi!", "Hello", code=2)
    assert "the text is missing" in canned("set", "sales", "hi", " ", code=2)
    assert "too long" in canned("set", "sales", "hi", "x" * 5001, code=2)
    assert "no department nowhere" in canned("set", "nowhere", "hi", "Hello", code=2)
    assert "has no canned answer hi" in canned("remove", "all", "hi", code=2)
    assert "goes like this" in canned("drop", "sales", "hi", code=2)
    # An agent's own is theirs; what is shared is everybody's business.
    by_text(nina, contact, "c add mine My words")
    assert "mine" not in canned("list")
    by_text(nina, contact, "c share mine")
    assert "sales hi is gone" in canned("remove", "sales", "hi")
    assert "no canned answer" in by_text(nina, contact, "c hi")
    rows = daemon.command("audit").stdout.splitlines()
    assert [row.partition("Z ")[2] or row for row in rows][0].count("canned remove sales hi"), rows
    assert any(f"{w.jid('agent')}: canned add sales mine" in row and "My words" in row
               for row in rows), rows
    assert sum("canned" in row for row in rows) == 4, rows
    daemon.stop()
    assert "the daemon does not run" in canned("list", code=1)


@scenario
def a_macro_ends_where_the_role_is_gone(w):
    """What a step may is looked up when its turn comes, not when the macro was kept."""
    daemon = w.daemon(departments=[{"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")]}],
                      roles={"supervisors": [w.jid("agent2")]})
    nina, tom = w.agent(), w.agent("agent2")
    visitor = w.visitor()
    contact = w.chatting(nina, visitor)
    give_role = {**daemon.configuration}
    for give, word in zip(WAYS, ("look", "look-again")):
        give(tom, w.sales, "c", action="add", word=word,
             text=f"!tag {word}\n!watch\n!note {word}")
        daemon.configuration = {**give_role, "roles": {"supervisors": []}}
        (daemon.directory / "tresen.yml").write_text(json.dumps(daemon.configuration, indent=1))
        assert daemon.command("reload").returncode == 0
        answer = give(tom, contact, "c", action="send", word=word)
        assert "!watch: This command is not for you." in answer, answer
        assert answer.endswith(f"It ended there. Not done:\n!note {word}"), answer
        assert not nina.count(message(from_=contact, says="is reading this chat|note by"))
        daemon.configuration = give_role
        (daemon.directory / "tresen.yml").write_text(json.dumps(daemon.configuration, indent=1))
        assert daemon.command("reload").returncode == 0
