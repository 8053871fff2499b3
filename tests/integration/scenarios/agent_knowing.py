"""What agents know of a visitor, and what they keep: each command as text and as a form."""
import re

from command import WAYS, by_form, by_text, execute, refusal
from world import scenario
from xmpp import NS, message, presence

PAGES = [("https://shop.example/", "Shop"), ("https://shop.example/shoes", "Shoes"),
         ("https://shop.example/cart", "Cart")]


def goes_to(w, visitor, page):
    url, title = page
    answer = visitor.ask(w.sales, f"<page xmlns='{NS['visit']}' url='{url}' title='{title}'/>", "set")
    assert answer.get("type") == "result"


def never_noted(visitor, word):
    """Neither live nor in the visitor's history."""
    assert not visitor.count(message(says=word))
    assert not [m for _, m in visitor.history() if word in (m.findtext("{*}body") or "")]


def came_back(w, visitor):
    """After a restart: the same visitor on a new stream."""
    return w.visitor(token=visitor.token)


def number_of(nina, contact):
    return re.search(r"Ticket: (\d+)", by_text(nina, contact, "ticket"))[1]


@scenario
def a_note_is_for_agents_and_never_for_the_visitor(w):
    w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    tom = w.agent("agent2")
    number = number_of(nina, contact)
    for give in WAYS:
        assert "Noted" in give(tom, contact, "note", text=f"paid twice {give.__name__}")
        nina.expect(message(from_=contact, says=f"noted: paid twice {give.__name__}"))
        assert "paid twice" in give(nina, contact, "history", number=number)
        assert "missing" in give(nina, contact, "note", text="")
    nina.say(contact, "The last line")
    visitor.expect(message(body="The last line"))
    never_noted(visitor, "paid twice")
    w.current.stop()
    w.current.start()
    visitor = came_back(w, visitor)
    nina.expect(presence(from_=contact, type=""))
    assert "paid twice" in by_text(nina, contact, "history", number=number)


@scenario
def tags_are_kept_with_the_chat(w):
    w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    for give in WAYS:
        word = give.__name__
        assert "no tags" in give(nina, contact, "tag")
        assert "on the chat" in give(nina, contact, "tag", tag=word)
        assert "so already" in give(nina, contact, "tag", tag=word)
        assert f"Tags: {word}" in give(nina, contact, "tag")
        assert "one word" in give(nina, contact, "tag", tag="two words")
        assert "off the chat" in give(nina, contact, "untag", tag=word)
        assert "so already" in give(nina, contact, "untag", tag=word)
        assert "missing" in give(nina, contact, "untag", tag="")
    for number in range(10):
        assert "on the chat" in by_form(nina, contact, "tag", tag=f"t{number}")
    assert "no room" in by_form(nina, contact, "tag", tag="t10")
    assert "too long" in by_form(nina, contact, "tag", tag="x" * 41)
    assert "t0 t1 t2" in by_form(nina, contact, "ticket")


@scenario
def what_is_known_is_on_the_card(w):
    w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    for page in PAGES:
        goes_to(w, visitor, page)
    number = number_of(nina, contact)
    for give in WAYS:
        card = give(nina, contact, "info")
        for wanted in ("Identity: not verified", "Cart – https://shop.example/cart",
                       "Shoes – https://shop.example/shoes", "Network: 127.0.0.0/24", "(Europe/Berlin)", "Local time: ", number):
            assert wanted in card, card
        where = give(nina, contact, "page")
        assert "https://shop.example/cart" in where and "https://shop.example/shoes" in where
    for name, space in (("vCard", "vcard-temp"), ("vcard", "urn:ietf:params:xml:ns:vcard-4.0")):
        answer = nina.ask(contact, f"<{name} xmlns='{space}'/>")
        told = "".join(answer.itertext())
        assert "not verified" in told and "https://shop.example/cart" in told, told


@scenario
def what_is_known_is_corrected_and_the_record_says_by_whom(w):
    w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    number = number_of(nina, contact)
    wrong = (("email", {"value": "nonsense"}), ("phone", {"value": "call me"}),
             ("name", {"value": "x" * 41}), ("set", {"field": "a:b", "value": "c"}),
             ("set", {"field": "x" * 41, "value": "c"}), ("set", {"field": "a", "value": ""}))
    for give in WAYS:
        way = give.__name__
        for word, fields in (("name", {"value": f"Ada {way}"}),
                             ("email", {"value": f"{way}@example.org"}),
                             ("phone", {"value": "+49 30 12" + ("3" if way == "by_text" else "4")}),
                             ("set", {"field": "customer", "value": f"number {way}"})):
            assert "is corrected" in give(nina, contact, word, **fields), word
            assert fields["value"] in give(nina, contact, "info")
            assert fields["value"] in give(nina, contact, "history", number=number)
        nina.wait_contact(lambda roster: f"Ada {way}" in (roster[contact].get("name") or ""))
        for word, fields in wrong:
            assert "corrected" not in give(nina, contact, word, **fields), word
    for extra in range(19):
        assert "is corrected" in by_form(nina, contact, "set", field=f"f{extra}", value="v")
    assert "no room" in by_form(nina, contact, "set", field="f19", value="v")
    assert "taken out" in by_text(nina, contact, "phone", value="-")
    w.current.stop()
    w.current.start()
    visitor = came_back(w, visitor)
    nina.expect(presence(from_=contact, type=""))
    card = by_text(nina, contact, "info")
    assert "Ada by_form" in card and "customer: number by_form" in card and "+49" not in card
    never_noted(visitor, "number by_form")


@scenario
def former_chats_are_read_by_who_may(w):
    w.daemon(departments=[{"id": "sales", "agents": [w.jid("agent")]},
                          {"id": "help", "agents": [w.jid("agent2")]}],
             roles={"supervisors": [w.jid("alice")], "dispatchers": [w.jid("bridge")],
                    "data_protection": [w.jid("agent3")]})
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor, "My secret for sales")
    first = number_of(nina, contact)
    by_text(nina, contact, "end")
    tom = w.agent("agent2", department=f"help@{w.domain}")
    number = visitor.say(f"help@{w.domain}", "Something else")
    visitor.expect(message(receipt=number))
    tom.expect(message(from_="visitor-*", body="Something else"))
    boss = w.client("alice")
    mover, guardian = w.client("bridge"), w.client("agent3")
    for client in (boss, mover, guardian):
        client.available()
    for give in WAYS:
        assert "secret" not in give(tom, contact, "history", number=first)
        assert "not for you" in give(tom, contact, "history", number=first)
        assert first not in give(tom, contact, "info")
        assert first not in give(tom, contact, "history")
        assert "My secret for sales" in give(boss, contact, "history", number=first)
        assert first in give(boss, contact, "history")
        assert "My secret for sales" in give(guardian, contact, "history", number=first)
        assert "not for you" in give(mover, contact, "history", number=first)
        for bad in ("0", "-1", "x", "1" * 16):
            assert "number of a chat" in give(boss, contact, "history", number=bad)
        assert "no such chat" in give(boss, contact, "history", number="999999")
        assert "number of a chat" in give(boss, contact, "history", number=first, page="401")
    assert "not for you" in by_text(guardian, contact, "note", text="mine")
    assert refusal(execute(guardian, contact, "note")) == "forbidden"


@scenario
def a_long_chat_is_read_in_pages(w):
    w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    number = number_of(nina, contact)
    for line in range(27):
        by_form(nina, contact, "note", text=f"Line <{line}>")
    last = by_text(nina, contact, "history", number=number)
    assert "Line <26>" in last and "Line <2>" in last and "Line <1>" not in last
    assert f"!history {number} 2" in last
    before = by_form(nina, contact, "history", number=number, page="2")
    assert "Line <1>" in before and "Line <2>" not in before and "Hello" in before


@scenario
def a_visitor_is_followed_until_the_chat_ends(w):
    w.daemon(limits={"linger_s": 60})
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    goes_to(w, visitor, PAGES[0])
    for give in WAYS:
        assert "do not follow" in give(nina, contact, "unfollow")
        assert "told each page" in give(nina, contact, "follow")
        assert "already" in give(nina, contact, "follow")
        page = ("https://shop.example/" + give.__name__, give.__name__)
        goes_to(w, visitor, page)
        nina.expect(message(from_=contact, says=f"Page: {give.__name__} – {page[0]}"))
        assert "any more" in give(nina, contact, "unfollow")
    by_text(nina, contact, "follow")
    by_text(nina, contact, "end")
    for give in WAYS:
        assert "open chat" in give(nina, contact, "follow")


@scenario
def the_priority_of_a_chat_is_changed_both_ways(w):
    w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina", "language": "de"}])
    nina = w.agent()
    visitor = w.visitor()
    contact = w.chatting(nina, visitor)
    for give, word, told in zip(WAYS, ("dringend", "low"), ("dringend", "niedrig"), strict=True):
        assert f"Die Dringlichkeit dieses Chats ist: {told}" in give(
            nina, contact, "priority", priority=word)
        assert f"Dringlichkeit: {told}" in by_text(nina, contact, "ticket")
    assert "keines davon" in by_text(nina, contact, "priority", priority="whenever")
    assert "fehlt" in by_text(nina, contact, "priority")
