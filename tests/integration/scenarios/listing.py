"""Lists of tickets, searching in them, and tickets that are made by hand."""
import re

from command import FORM, WAYS, by_form, by_text, command_of, execute, refusal, submitted
from tickets import begun, ended, house, number_of, other
from world import scenario
from xmpp import message


def named(give, first=None, **fields):
    """A field in front, the others by name; as the form has them, or as they are typed."""
    if give is by_form:
        return {**(first or {}), **fields}
    return {**(first or {}), **{name: f"{name}={value}" for name, value in fields.items()}}


def numbers(answer):
    """Of the tickets that are listed, in their order."""
    return re.findall(r"^(?:— )?(\d{4,}), ", answer, re.M)


def listed(give, client, address, view, **fields):
    return numbers(give(client, address, "tickets", **named(give, {"view": view}, **fields)))


@scenario
def tickets_are_listed_and_lists_are_saved(w):
    house(w)
    nina, tom = w.agent(), w.agent("agent2")
    _, contact, first = ended(w, nina, "My printer is broken and it is a very long story about paper", "ticket")
    second_contact = w.chatting(nina, w.visitor(), "Where is my parcel?")
    second = number_of(nina, second_contact)
    by_text(nina, second_contact, "tag", tag="billing")
    by_text(nina, second_contact, "priority", priority="high")
    by_text(nina, second_contact, "end")
    by_text(tom, w.sales, "convert", number=second)
    by_text(tom, w.sales, "assign", number=second, who="nobody")
    assert begun(nina, w.sales, "tickets", "view") == "mine"
    for give in WAYS:
        answer = give(nina, w.sales, "tickets")
        line = next(line for line in answer.split("\n") if first in line)
        assert re.match(rf"(— )?{first}, being worked on, \d+ min, .*My printer is broken", line), line
        assert len(line) < 120 and line.endswith("…"), line
        assert numbers(answer) == [first], answer
        assert listed(give, nina, w.sales, "unowned") == [second]
        assert listed(give, nina, contact, "unfinished") == [second, first]
        assert listed(give, tom, w.domain, "mine") == []
        assert listed(give, nina, w.sales, "open", department="sales") == [second, first]
        assert listed(give, nina, w.sales, "open", department="help") == []
        assert listed(give, nina, w.sales, "all", tag="billing") == [second]
        assert listed(give, nina, w.sales, "all", tag="bill") == []
        assert listed(give, nina, w.sales, "unfinished", priority="high") == [second]
        assert listed(give, nina, w.sales, "all", before=second) == [first]
        assert listed(give, nina, w.sales, "overdue") == []
        for bad in ("sold", "my-own"):
            assert "none of these" in give(nina, w.sales, "tickets", view=bad), bad
        assert "no number" in give(nina, w.sales, "tickets",
                                   **named(give, {"view": "all"}, before="x"))
        assert "is saved: !tickets bills" in give(
            nina, w.sales, "tickets", **named(give, {"view": "unowned"}, tag="billing", save="bills"))
        assert listed(give, nina, w.sales, "bills") == [second]
        assert "none of these" in give(tom, w.sales, "tickets", view="bills")
        for bad in ("Bills", "a" * 33, "ünder"):
            assert "small letters" in give(nina, w.sales, "tickets",
                                           **named(give, {"view": "all"}, save=bad)), bad
        assert "for everybody" in give(nina, w.sales, "tickets",
                                       **named(give, {"view": "all"}, save="mine"))
        assert "not saved any more" in give(nina, w.sales, "tickets",
                                            **named(give, {"view": "all"}, drop="bills"))
        assert "saved no list" in give(nina, w.sales, "tickets",
                                       **named(give, {"view": "all"}, drop="bills"))
    nina.say(w.sales, "!tickets save bills unowned tag=billing")
    nina.expect(message(from_=w.sales, says="is saved: !tickets bills"))
    w.current.stop()
    w.current.start()
    nina = w.agent()
    assert listed(by_text, nina, w.sales, "bills") == [second]
    assert listed(by_text, nina, w.sales, "tag=billing") == [second]
    nina.say(w.sales, "!tickets save once save twice all")
    nina.expect(message(from_=w.sales, says='"save" is none of these'))
    nina.say(w.sales, "!tickets drop bills")
    nina.expect(message(from_=w.sales, says="not saved any more"))


@scenario
def a_list_is_a_report_in_a_form(w):
    house(w)
    nina = w.agent()
    _, _, number = ended(w, nina, "Hello", "ticket")
    command = command_of(execute(nina, w.sales, "tickets", "complete", form=submitted(view="all")))
    plain, form = command.findall(f"{{{FORM}}}x")
    assert (command.get("status"), form.get("type")) == ("completed", "result")
    assert plain.find(f"{{{FORM}}}reported") is None, "Gajim reads the first, and no tables"
    assert plain.findtext(f"{{{FORM}}}field/{{{FORM}}}value").startswith(f"{number}, ")
    reported = form.find(f"{{{FORM}}}reported")
    columns = [(field.get("var"), field.get("label")) for field in reported]
    assert [var for var, _ in columns] == ["number", "state", "age", "name", "subject"], columns
    assert all(label for _, label in columns)
    items = form.findall(f"{{{FORM}}}item")
    assert [item.findtext(f"{{{FORM}}}field[@var='number']/{{{FORM}}}value")
            for item in items] == [number]


@scenario
def a_search_finds_what_was_said_noted_and_kept(w):
    house(w)
    nina = w.agent()
    visitor, contact, number = ended(w, nina, "Die Straße nach Köln-Süd ist gesperrt 東京都", "ticket")
    by_text(nina, contact, "note", text="Sounds like a detour")
    by_text(nina, contact, "set", field="plate", value="K-AB4711")
    by_text(nina, contact, "name", name="Zaphod")
    by_text(nina, contact, "subject", subject="Roadworks \"NEAR\" the river")
    running = w.visitor()
    w.chatting(nina, running, "The straße again")
    for give in WAYS:
        for words in ("gesperrt", "STRASSE koln", "straße zaphod", "detour roadworks", "ab4711 plate",
                      "AB4711", "東京", "京都 detour", "\"NEAR\" river", "near(the river)", "köln-süd",
                      "koln* zaphod", "(sud", "detour 🎉", "sud: -ist", "^gesperrt"):
            found = numbers(give(nina, w.sales, "search", text=words))
            assert number in found, (words, found)
        assert len(numbers(give(nina, w.sales, "search", text="strasse"))) == 2
        for words in ("gesperrt NOT detour", "gesperr", "detour OR elephant", "京東", "🎉", "* ( \" -",
                      "'; DROP TABLE entries; --"):
            answer = give(nina, w.sales, "search", text=words)
            assert f"There is none that you may see: !search {words}" in answer, answer
        assert "goes on" in give(nina, contact, "search", text="again")
        assert "At most 400" in give(nina, w.sales, "search", text="a" * 401)
        assert "missing" in give(nina, w.sales, "search", text="") if give is by_text else True
    assert not visitor.count(message(says="search"))
    assert numbers(by_text(nina, w.sales, "search", text=f"before={number} strasse")) == []


@scenario
def lists_and_searches_have_what_the_reader_may_read(w):
    house(w)
    nina = w.agent()
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    mover, boss = other(w, "bridge"), other(w, "alice")
    _, contact, number = ended(w, nina, "A secret about elephants", "ticket")
    by_text(nina, contact, "name", name="Zaphod")
    _, _, plain = ended(w, nina, "Elephants once more")
    for give in WAYS:
        for address in (f"help@{w.domain}", w.domain):
            assert listed(give, stranger, address, "all") == []
            assert "There is none" in give(stranger, address, "search", text="elephants")
            assert "There is none" in give(stranger, address, "search", text="zaphod")
        assert numbers(give(boss, w.sales, "search", text="elephants")) == [plain, number]
        assert "secret" in give(boss, w.sales, "tickets", view="all")
        answer = give(mover, w.sales, "tickets", view="all")
        assert numbers(answer) == [number] and "secret" not in answer, answer
        assert "There is none" in give(mover, w.sales, "search", text="elephants")
        answer = give(mover, w.sales, "search", text="zaphod")
        assert numbers(answer) == [number] and "secret" not in answer, answer
        assert listed(give, mover, w.sales, "mine") == []
    by_text(boss, w.sales, "assign", number=number, who="nobody")
    assert listed(by_text, mover, w.sales, "unowned") == [number]


@scenario
def a_long_list_goes_on_by_number(w):
    house(w)
    nina = w.agent()
    for at in range(17):
        answer = by_text(nina, w.sales, "new", subject=f"Call {at} about rain")
        assert "was made" in answer, answer
    for word, first, typed in (("tickets", {"view": "all"}, "tickets all before="),
                               ("search", {"text": "rain call"}, "search before=")):
        for give in WAYS:
            answer = give(nina, w.sales, word, **first)
            page = numbers(answer)
            assert len(page) == 15, answer
            rest = re.search(rf"There is more: !{typed}(\d+)", answer)
            assert rest, answer
            if word == "search":
                more = numbers(by_text(nina, w.sales, "search", text=f"before={rest[1]} rain call"))
            else:
                more = listed(give, nina, w.sales, "all", before=rest[1])
            assert len(more) == 2 and int(more[0]) < int(page[-1]), (page, more)


@scenario
def a_ticket_is_made_by_hand(w):
    w.daemon(departments=[{"id": "sales", "name": "Our Sales", "agents": [w.jid("agent"), w.jid("agent2")]},
                          {"id": "help", "agents": [w.jid("agent3")], "tickets": "never"}],
             roles={"supervisors": [w.jid("alice")]})
    nina, boss = w.agent(), other(w, "alice")
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    for give in WAYS:
        fields = named(give, None, name="Ada Miller", phone="+49 30 1234", email="ada@example.org",
                       way="letter", text="She wants *her* parcel")
        subject = {"subject": "Where is the parcel"}
        where = {"department": "sales"} if give is by_form else {}
        answer = give(nina, w.sales, "new", **where, **subject, **fields)
        number = re.search(r"Ticket (\d+) was made", answer)[1]
        shown = give(nina, w.sales, "ticket", number=number)
        for wanted in ("Subject: Where is the parcel", "State: being worked on", "Agent: Nina",
                       "Ada Miller", "E-mail: ada@example.org", "Telephone: +49 30 1234"):
            assert wanted in shown, shown
        assert "[letter] Nina: She wants *her* parcel" in give(nina, w.sales, "history", number=number)
        assert number in numbers(give(nina, w.sales, "search", text="parcel miller"))
        assert number in numbers(give(nina, w.sales, "tickets"))
        answer = give(boss, w.domain, "new", department="sales", **subject)
        number = re.search(r"Ticket (\d+) was made", answer)[1]
        assert "State: new" in give(boss, w.sales, "ticket", number=number)
        assert "is now: solved" in give(nina, w.sales, "state", number=number, state="solved")
        answer = give(stranger, w.domain, "new", department="sales", **subject)
        assert "none of these: help" in answer, answer
        assert "makes no tickets" in give(stranger, w.domain, "new", department="help", **subject)
        for bad in ("ada", "@", "a@b@c"):
            assert "no e-mail" in give(nina, w.sales, "new", **where, **subject,
                                       **named(give, None, email=bad)), bad
        assert "at most 400" in give(nina, w.sales, "new", **where, subject="s" * 401)
        assert "none of these" in give(nina, w.sales, "new", **where, **subject,
                                       **named(give, None, way="pigeon"))
    assert "Subject: this is missing" in by_text(nina, w.sales, "new")
    assert refusal(execute(nina, "visitor-none@" + w.domain, "new")) == "item-not-found"
    w.current.stop()
    w.current.start()
    nina = w.agent()
    assert "was made" in by_text(nina, w.sales, "new", subject="One more")


@scenario
def lists_are_read_in_german(w):
    w.daemon(language="de")
    nina = w.agent()
    answer = by_text(nina, w.sales, "neu", subject="Der Drucker", name="Name=Ada", phone="Telefon=030 12")
    number = re.search(r"Vorgang (\d+) ist angelegt", answer)[1]
    assert number in numbers(by_text(nina, w.sales, "liste", view="meine"))
    assert "in Arbeit" in by_text(nina, w.sales, "liste")
    assert number in numbers(by_text(nina, w.sales, "suche", text="drucker ada"))
    assert "ist gemerkt" in by_text(nina, w.sales, "liste", save="merken mein meine")
    assert number in numbers(by_text(nina, w.sales, "liste", view="mein"))
    assert "nicht mehr gemerkt" in by_text(nina, w.sales, "liste", drop="vergessen mein")
