"""Own fields of tickets: written in the chat and at the ticket, by typing and by form, and what is not solved without them."""
import json

from command import (COMMANDS, FORM, WAYS, by_form, by_text, command_of, execute, submitted,
                     text_of)
from reports import done
from ticket_address import address
from tickets import ended, number_of, other
from world import scenario
from xmpp import message, presence

FIELDS = [
    {"name": "order", "label": "Order number", "type": "number", "required": "solved"},
    {"name": "wish", "label": "Wish", "type": "list", "options": ["repair", "refund"]},
    {"name": "bought", "label": "Bought on", "type": "date"},
    {"name": "paid", "label": "Paid", "type": "boolean"},
    {"name": "customer", "label": "Customer", "pattern": "K-####"},
    {"name": "remark"},
]


def house(w, **sales):
    w.daemon(departments=[
        {"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")], "fields": FIELDS, **sales},
        {"id": "help", "agents": [w.jid("agent3")], "fields": [{"name": "device"}]}],
        roles={"supervisors": [w.jid("alice")], "dispatchers": [w.jid("bridge")]},
        masks=["####-@@"], limits={"linger_s": 60})


def form_of(client, to, word="set"):
    """The form that is opened, and its fields by var."""
    command = command_of(execute(client, to, word))
    form = command.find(f"{{{FORM}}}x")
    return command, {field.get("var"): field for field in form.findall(f"{{{FORM}}}field")}


def fills(client, to, **values):
    """The same filled in: what comes back, done or the form once more."""
    command, _ = form_of(client, to)
    return command_of(execute(client, to, "set", "complete", command.get("sessionid"),
                              submitted(**{f"own-{name}": value for name, value in values.items()})))


def value_of(field):
    return field.findtext(f"{{{FORM}}}value") or ""


@scenario
def a_field_is_written_in_the_chat_and_at_the_ticket(w):
    house(w)
    nina = w.agent()
    supervisor, bridge = other(w, "alice"), other(w, "bridge")
    stranger = w.agent("agent3", department=f"help@{w.domain}")
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor, "It is broken")
        number = number_of(nina, contact)
        assert f"Ticket {number}, Order number: 17.5" in give(nina, contact, "set", field="order",
                                                              value="17,5")
        assert "so already" in give(nina, contact, "set", field="order", value="17.5")
        assert "Wish: refund" in give(nina, contact, "set", field="Wish", value="REFUND")
        # What is no field of the ticket is one of the visitor, as ever.
        assert "is corrected" in give(nina, contact, "set", field="company", value="Cargo")
        assert "this is missing" in give(nina, contact, "set", field="company", value="")
        by_text(nina, contact, "end", how="ticket")
        ticket = address(w, number)
        assert "Bought on: 2026-12-31" in give(nina, ticket, "set", field="bought",
                                               value="31.12.2026")
        assert "Paid: no" in give(nina, ticket, "set", field="paid", value="nein")
        assert "Customer: K-1234" in give(nina, ticket, "set", field="customer", value="k-1234")
        assert "Remark" not in give(nina, ticket, "ticket")
        assert "remark: code xxxx-xx" in give(supervisor, ticket, "set", field="remark",
                                              value="code 1234-ab")
        shown = give(nina, ticket, "ticket")
        for wanted in ("Order number: 17.5", "Wish: refund", "Bought on: 2026-12-31", "Paid: no",
                       "Customer: K-1234", "remark: code xxxx-xx"):
            assert wanted in shown, shown
        assert "Wish: nothing any more" in give(nina, ticket, "set", field="wish", value="")
        assert "Paid: nothing any more" in give(nina, ticket, "set", field="paid", value="-")
        shown = give(nina, ticket, "ticket")
        assert "Wish" not in shown and "Paid" not in shown, shown
        record = give(nina, ticket, "history")
        for wanted in ("[field] Nina: Order number: - -> 17.5", "Wish: - -> refund",
                       "Wish: refund -> -", "remark: - -> code xxxx-xx"):
            assert wanted in record, record
        # Nobody else's.
        assert "no ticket of this number" in give(stranger, ticket, "set", field="order", value="1")
        assert "agents of the ticket's department" in text_of_dispatcher(bridge, ticket)
        assert "none of these: order, wish" in give(nina, ticket, "set", field="nonsense", value="1")
        assert "no ticket of this number" in give(nina, address(w, 999999), "set", field="order",
                                                  value="1")
        assert f"{number}, " in by_text(nina, w.sales, "search", words="1234 broken")


def text_of_dispatcher(bridge, ticket):
    """A dispatcher has no such command."""
    bridge.say(ticket, "!set order 1", "d1", receipt=False)
    told = bridge.expect(message(from_=ticket, says="^— ", lacks="receipts:request"))
    text = told.findtext("{*}body")
    return "agents of the ticket's department" if "not for you" in text else text


@scenario
def a_value_that_does_not_fit_is_refused_with_what_does(w):
    house(w)
    nina = w.agent()
    for give in WAYS:
        _, _, number = ended(w, nina, "It is broken", "ticket")
        ticket = address(w, number)
        for field, value, said in (
                ("order", "many", "Order number: this must be a number"),
                ("order", "1" * 21, "Order number: this must be a number"),
                ("wish", "money", "Wish: this must be one of: repair, refund"),
                ("bought", "2026-02-30", "Bought on: this must be a day, like 2026-12-31"),
                ("paid", "perhaps", "Paid: this must be yes or no"),
                ("customer", "K-123", "Customer: this must look like K-####"),
                ("remark", "x" * 401, "remark: this is too long")):
            told = give(nina, ticket, "set", field=field, value=value)
            assert said in told, told
        assert "remark: " + "x" * 400 in give(nina, ticket, "set", field="remark", value="x" * 400)
        shown = give(nina, ticket, "ticket")
        assert "Order number" not in shown and "Customer" not in shown, shown
    # As typed, a label may have blanks.
    assert "Order number: 18" in by_text(nina, ticket, "set", words="order NUMBER 18")
    assert "Order number: nothing any more" in by_text(nina, ticket, "set", words="Order number")


@scenario
def a_form_has_a_field_of_its_kind_for_each(w):
    house(w)
    nina = w.agent()
    visitor = w.visitor()
    contact = w.chatting(nina, visitor, "It is broken")
    number = number_of(nina, contact)
    for to, end in ((contact, True), (address(w, number), False)):
        _, fields = form_of(nina, to)
        kinds = {name: field.get("type") for name, field in fields.items()}
        assert kinds == {"field": "text-single", "value": "text-single",
                         "own-order": "text-single", "own-wish": "list-single",
                         "own-bought": "text-single", "own-paid": "list-single",
                         "own-customer": "text-single", "own-remark": "text-single"}, kinds
        checked = {name: found.get("datatype") for name, field in fields.items()
                   if (found := field.find("{*}validate")) is not None}
        assert checked == {"own-order": "xs:decimal", "own-bought": "xs:date"}, checked
        options = [value_of(option) for option in fields["own-wish"].findall(f"{{{FORM}}}option")]
        assert options == ["-", "repair", "refund"], options
        # One that does not fit: nothing is changed, and the form comes again with what was typed.
        again = fills(nina, to, order="many", wish="repair")
        assert again.get("status") == "executing"
        assert "Order number: this must be a number" in again.findtext(f"{{{COMMANDS}}}note")
        typed = {field.get("var"): value_of(field) for field in again.iter(f"{{{FORM}}}field")}
        assert typed["own-order"] == "many" and typed["own-wish"] == "repair", typed
        assert "Wish" not in by_text(nina, to, "ticket")
        again = fills(nina, to, wish="repair", remark="x" * 401)
        assert again.get("status") == "executing"
        assert "remark: this is too long" in again.findtext(f"{{{COMMANDS}}}note")
        assert "Wish" not in by_text(nina, to, "ticket")
        done = text_of(fills(nina, to, order="17", wish="repair", paid="-"))
        assert f"Ticket {number}, Order number: 17" in done and "Wish: repair" in done, done
        assert "Paid" not in done, done
        _, fields = form_of(nina, to)
        assert value_of(fields["own-order"]) == "17" and value_of(fields["own-paid"]) == "-"
        fills(nina, to, order="", wish="-")
        assert "Order number" not in by_text(nina, to, "ticket")
        if end:
            by_text(nina, contact, "end", how="ticket")


@scenario
def nothing_is_solved_without_what_is_required(w):
    house(w)
    nina = w.agent()
    for give in WAYS:
        _, _, number = ended(w, nina, "It is broken", "ticket")
        ticket = address(w, number)
        here = {"number": number} if give is by_form else {}
        refused = give(nina, ticket, "state", **here, state="solved")
        assert '"Order number" is missing' in refused and "!set order VALUE" in refused, refused
        assert '"Order number" is missing' in give(nina, ticket, "end")
        assert "Order number: 17" in give(nina, ticket, "set", field="order", value="17")
        assert "is now: solved" in give(nina, ticket, "end")
        assert "as long as the ticket is solved" in give(nina, ticket, "set", field="order", value="-")
        assert "State: solved" in give(nina, ticket, "ticket")


@scenario
def a_chat_that_becomes_a_solved_ticket_is_not_ended_without_it(w):
    house(w, tickets="always")
    nina = w.agent()
    for give in WAYS:
        visitor = w.visitor()
        contact = w.chatting(nina, visitor, "It is broken")
        number = number_of(nina, contact)
        refused = give(nina, contact, "end")
        assert '"Order number" is missing' in refused and "!end ticket" in refused, refused
        assert "Order number: 17" in give(nina, contact, "set", field="order", value="17")
        assert f"It is ticket {number} now: solved" in give(nina, contact, "end")
        visitor = w.visitor()
        contact = w.chatting(nina, visitor, "It is broken")
        assert "now: being worked on" in give(nina, contact, "end", how="ticket")


@scenario
def fields_stay_with_a_ticket_wherever_it_goes(w):
    house(w)
    nina = w.agent()
    helper = w.agent("agent3", department=f"help@{w.domain}")
    visitor = w.visitor()
    contact = w.chatting(nina, visitor, "It is broken")
    number = number_of(nina, contact)
    by_text(nina, contact, "set", field="order", value="17")
    w.current.stop()
    nina.forget()
    w.current.start()
    nina.expect(presence(from_=w.sales, type=""))
    assert "Order number: 17" in by_text(nina, contact, "ticket")
    by_text(nina, contact, "end", how="ticket")
    ticket = address(w, number)
    assert "help" in by_text(nina, ticket, "transfer", who="help").lower()
    shown = by_text(helper, ticket, "ticket")
    assert "order: 17" in shown, shown
    assert "device: printer" in by_text(helper, ticket, "set", field="device", value="printer")
    assert "none of these: device" in by_text(helper, ticket, "set", field="order", value="18")
    assert number in by_text(helper, f"help@{w.domain}", "search", words="printer")
    for give in WAYS:
        assert "device: scanner" in give(helper, ticket, "set", field="device", value="scanner")
        assert "device: printer" in give(helper, ticket, "set", field="device", value="printer")
    assert number not in by_text(helper, f"help@{w.domain}", "search", words="scanner")


@scenario
def fields_are_exported_and_set_through_the_daemon(w):
    house(w)
    daemon = w.current
    nina = w.agent()
    _, _, number = ended(w, nina, "It is broken", "ticket")
    assert "cannot be solved without Order number: order=VALUE" in done(
        daemon, "tickets", "set", number, "state=solved", code=2)
    assert "has another type or pattern" in done(daemon, "tickets", "set", number, "order=x", code=2)
    assert "the fields are" in done(daemon, "tickets", "set", number, "device=x", code=2)
    assert done(daemon, "tickets", "set", number, "order=17", "wish=Refund", "remark==1+1",
                "state=solved") == "order: 17\nwish: refund\nremark: =1+1\nstate: solved\n"
    assert "must be there as long" in done(daemon, "tickets", "set", number, "order=-", code=2)
    audit = done(daemon, "audit")
    # What it says of people can be erased, and the log of who changed what cannot.
    assert f"ticket {number} order\n" in audit and "1+1" not in audit, audit
    assert f"ticket {number} state; before: open; now: solved" in audit, audit
    record = json.loads(done(daemon, "tickets", "export", number))[0]
    assert record["own"] == {"order": "17", "remark": "=1+1", "wish": "refund"}, record
    assert record["state"] == "solved"
    row = json.loads(done(daemon, "tickets", "list", "--json"))[0]
    assert row["fields"] == "order: 17; remark: =1+1; wish: refund", row
    found = json.loads(done(daemon, "tickets", "search", "--json", "refund", "broken"))
    assert [t["number"] for t in found] == [int(number)] and "order: 17" in found[0]["fields"]
    table = done(daemon, "tickets", "list", "--csv")
    assert "order: 17; remark: =1+1; wish: refund" in table and ",fields" in table, table
    assert "Fields: order: 17" in done(daemon, "tickets", "show", number)
    assert "order: 17" not in done(daemon, "tickets", "show", number, "--public")
    paper = done(daemon, "tickets", "export", number, "--html")
    assert "<dt>Fields</dt><dd><bdi>order: 17" in paper, paper
    assert "[field]" in done(daemon, "tickets", "show", number)


@scenario
def fields_follow_the_configuration(w):
    house(w)
    daemon = w.current
    nina = w.agent()
    _, _, number = ended(w, nina, "It is broken", "ticket")
    ticket = address(w, number)
    assert "Customer: K-1234" in by_text(nina, ticket, "set", field="customer", value="K-1234")
    daemon.configuration["departments"][0]["fields"] = [{"name": "room", "type": "number"}]
    (daemon.directory / "tresen.yml").write_text(json.dumps(daemon.configuration, indent=1))
    assert daemon.command("reload").returncode == 0
    shown = by_text(nina, ticket, "ticket")
    assert "customer: K-1234" in shown, shown
    for give in WAYS:
        assert "none of these: room" in give(nina, ticket, "set", field="customer", value="K-1")
    assert "room: 12" in by_text(nina, ticket, "set", field="room", value="12")
    assert "is now: solved" in by_text(nina, ticket, "state", state="solved")
