"""XEP-0313 at ticket-N@D: the record as an archive, for who may read it."""
from command import by_text, refusal
from ticket_address import address, replies
from tickets import ended, house, number_of, other
from world import scenario
from xmpp import NS, find, message, show

MAM = "urn:xmpp:mam:2"
FORM = "jabber:x:data"
RETRACT = "urn:xmpp:message-retract:1"
INFO = "http://jabber.org/protocol/disco#info"
counter = iter(range(1, 10 ** 6))


def field(var, *values):
    return f"<field var='{var}'>" + "".join(f"<value>{v}</value>" for v in values) + "</field>"


def query(fields="", page="", more="", queryid=""):
    form = f"<x xmlns='{FORM}' type='submit'>{field('FORM_TYPE', MAM)}{fields}</x>"
    return f"<query xmlns='{MAM}' queryid='{queryid}'>{form}" \
           f"<set xmlns='{NS['rsm']}'>{page}</set>{more}</query>"


class Page:
    """What came back for one question: (id, message) pairs, and how it ends."""

    def __init__(self, client, ticket, **question):
        number = f"a{next(counter)}"
        answer = client.ask(ticket, query(**question, queryid=number), "set")
        assert answer.get("type") == "result", show(answer)
        fin = find(answer, "mam:fin")
        self.complete = fin.get("complete") == "true"
        self.count = int(fin.find(f"{{{NS['rsm']}}}set/{{{NS['rsm']}}}count").text)
        self.lines, self.stamps = [], []
        with client.changed:
            for element in list(client.waiting):
                result = find(element, "mam:result")
                if result is not None and result.get("queryid") == number:
                    assert element.get("from") == ticket, show(element)
                    client.waiting.remove(element)
                    forwarded = find(result, "forward:forwarded")
                    self.lines.append((result.get("id"), find(forwarded, "message")))
                    self.stamps.append(forwarded.find("{urn:xmpp:delay}delay").get("stamp"))

    @property
    def ids(self):
        return [number for number, _ in self.lines]

    @property
    def bodies(self):
        return [line.findtext("{jabber:client}body") for _, line in self.lines]


@scenario
def the_record_is_an_archive(w):
    house(w)
    nina, boss = w.agent(), other(w, "alice")
    visitor, _, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    replies(nina, ticket, visitor, "Which one?")
    visitor.write("The red one")
    nina.expect(message(from_=ticket, body="The red one"))
    by_text(nina, ticket, "note", text="He is angry")
    whole = Page(nina, ticket)
    assert whole.complete and whole.count == len(whole.lines), (whole.count, whole.bodies)
    said = [body for body in whole.bodies if not body.startswith("—")]
    assert said[0] == "It is broken" and said[-2:] == ["Which one?", "The red one"], said
    assert whole.bodies[-1] == "— [note] Nina: He is angry", whole.bodies
    lines = {line.findtext("{jabber:client}body"): line for _, line in whole.lines}
    own, theirs = lines["Which one?"], lines["The red one"]
    assert own.get("from") == w.jid("agent") and own.get("to") == ticket, show(own)
    assert theirs.get("from") == f"{ticket}/web" and theirs.get("to") == w.jid("agent")
    # A supervisor sees who wrote, by the name that visitors see.
    assert "— Nina wrote: Which one?" in Page(boss, ticket).bodies
    # Pages, both ways, without a line too many.
    collected, after = [], ""
    while True:
        page = Page(nina, ticket, page=f"<max>2</max>{after}")
        collected += page.ids
        after = f"<after>{collected[-1]}</after>"
        if page.complete:
            break
    assert collected == whole.ids, (collected, whole.ids)
    last = Page(nina, ticket, page="<max>2</max><before/>")
    assert last.ids == whole.ids[-2:] and not last.complete
    flipped = Page(nina, ticket, page="<max>2</max><before/>", more="<flip-page/>")
    assert flipped.ids == whole.ids[:-3:-1], flipped.ids
    counted = Page(nina, ticket, page="<max>0</max>")
    assert counted.count == whole.count and not counted.lines
    # Filters.
    middle = whole.stamps[-2]
    assert Page(nina, ticket, fields=field("start", middle)).ids == whole.ids[-2:]
    assert Page(nina, ticket, fields=field("end", whole.stamps[0])).ids[0] == whole.ids[0]
    assert Page(nina, ticket, fields=field("with", ticket)).ids == whole.ids
    assert Page(nina, ticket, fields=field("with", "who@example.org")).ids == []
    hers = Page(nina, ticket, fields=field("with", w.jid("agent")))
    assert "Which one?" in hers.bodies and "The red one" not in hers.bodies, hers.bodies
    between = field("after-id", whole.ids[0]) + field("before-id", whole.ids[-1])
    assert Page(nina, ticket, fields=between).ids == whole.ids[1:-1]
    some = [whole.ids[0], whole.ids[-1]]
    assert Page(nina, ticket, fields=field("ids", *some)).ids == some
    metadata = nina.ask(ticket, f"<metadata xmlns='{MAM}'/>").find(f"{{{MAM}}}metadata")
    ends = [(end.get("id"), end.get("timestamp")) for end in metadata]
    assert ends == [(whole.ids[0], whole.stamps[0]), (whole.ids[-1], whole.stamps[-1])], ends
    form = nina.ask(ticket, f"<query xmlns='{MAM}'/>").find(f"{{{MAM}}}query/{{{FORM}}}x")
    assert [f.get("var") for f in form] == ["FORM_TYPE", "with", "start", "end", "before-id",
                                            "after-id", "ids"], show(form)


@scenario
def what_was_taken_back_is_not_in_the_archive(w):
    """Also while the chat runs: its record can be read there, and not written to."""
    house(w)
    nina, tom, visitor = w.agent(), w.agent("agent2"), w.visitor()
    contact = w.chatting(nina, visitor, "It runs")
    number = number_of(nina, contact)
    ticket = address(w, number)
    wrong = nina.say(contact, "Sorry, wrong window")
    visitor.expect(message(body="Sorry, wrong window"))
    nina.send(f"<message type='chat' to='{contact}' id='r{number}'><retract "
              f"xmlns='{RETRACT}' id='{wrong}'/><body>/me took it back</body>"
              "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/></message>")
    visitor.expect(message(where=lambda m: m.find(f"{{{RETRACT}}}retract") is not None))
    for agent in (nina, tom):
        page = Page(agent, ticket)
        assert not any("wrong window" in body for body in page.bodies), page.bodies
        assert any("taken back" in body for body in page.bodies), page.bodies
        assert "It runs" in page.bodies


@scenario
def an_archive_is_for_who_may_read_it(w):
    house(w)
    nina, mover = w.agent(), other(w, "bridge")
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    visitor, _, number = ended(w, nina, "My secret", "ticket")
    ticket, missing = address(w, number), address(w, 999999)
    questions = ((query(), "set"), (f"<query xmlns='{MAM}'/>", "get"),
                 (f"<metadata xmlns='{MAM}'/>", "get"), (f"<query xmlns='{INFO}'/>", "get"))
    for payload, kind in questions:
        there, not_there = (stranger.ask(to, payload, kind) for to in (ticket, missing))
        assert refusal(there) == refusal(not_there) == "item-not-found", show(there)
        for answer in there, not_there:
            answer.set("id", "i")  # which may hold the number
        assert show(there).replace(number, "N") == show(not_there).replace("999999", "N"), \
            (show(there), show(not_there))
        assert "secret" not in show(there)
        assert refusal(nina.ask(missing, payload, kind)) == "item-not-found"
    for payload, kind in questions[:3]:
        assert refusal(mover.ask(ticket, payload, kind)) == "forbidden"
        assert refusal(visitor.ask(ticket, payload, kind)) == "service-unavailable"
    features = show(mover.ask(ticket, f"<query xmlns='{INFO}'/>"))
    assert MAM not in features, features
    features = nina.ask(ticket, f"<query xmlns='{INFO}'/>").find(f"{{{INFO}}}query")
    known = {feature.get("var") for feature in features}
    assert {MAM, MAM + "#extended", NS["rsm"]} <= known, known


@scenario
def there_is_no_archive_for_other_accounts(w):
    w.daemon(limits={"linger_s": 60})
    nina, nobody = w.agent(), w.client("alice")
    _, _, number = ended(w, nina, "My secret", "ticket")
    for to in (address(w, number), address(w, 999999)):
        for payload, kind in ((query(), "set"), (f"<query xmlns='{MAM}'/>", "get"),
                              (f"<metadata xmlns='{MAM}'/>", "get"),
                              (f"<query xmlns='{INFO}'/>", "get")):
            assert refusal(nobody.ask(to, payload, kind)) == "item-not-found"


@scenario
def a_question_that_is_wrong_is_refused(w):
    house(w)
    nina = w.agent()
    _, _, number = ended(w, nina, "One", "ticket")
    _, _, second = ended(w, nina, "Two", "ticket")
    ticket = address(w, number)
    foreign = Page(nina, address(w, second)).ids[0]
    for fields, page, wrong in (
            (field("start", "yesterday"), "", "bad-request"),
            (field("colour", "red"), "", "feature-not-implemented"),
            (field("ids", foreign), "", "item-not-found"),
            (field("after-id", "999999"), "", "item-not-found"),
            ("", f"<before>{foreign}</before>", "item-not-found"),
            ("", "<after>x</after>", "item-not-found"),
            ("", "<max>-1</max>", "bad-request")):
        refused = nina.ask(ticket, query(fields, page), "set")
        assert refusal(refused) == wrong, (fields, page, show(refused))
    assert refusal(nina.ask(ticket, query(queryid="q" * 65), "set")) == "bad-request"
    assert refusal(nina.ask(ticket, f"<prefs xmlns='{MAM}'/>")) == "service-unavailable"


@scenario
def who_reads_an_archive_is_noted_and_held_back(w):
    w.daemon(roles={"supervisors": [w.jid("alice")], "data_protection": [w.jid("bridge")]},
             limits={"linger_s": 60})
    nina, boss, lawyer = w.agent(), other(w, "alice"), other(w, "bridge")
    visitor, _, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    Page(boss, ticket)
    noted = by_text(lawyer, w.domain, "reads", visitor=visitor.id)
    assert w.jid("alice") in noted and number in noted, noted
    assert Page(lawyer, ticket).lines
    for number in range(60):  # more at once than anybody reads
        boss.send(f"<iq type='set' to='{ticket}' id='much{number}'>{query(page='<max>1</max>')}</iq>")
    boss.expect(lambda e: e.get("id", "").startswith("much") and e.get("type") == "error"
                and refusal(e) == "resource-constraint")
    assert Page(nina, ticket).lines  # others are not held back
