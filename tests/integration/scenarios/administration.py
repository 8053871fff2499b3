"""Administrators change who works here: by text, by form, by subcommands; the file wins, the audit
log knows, a restart keeps it."""
import json
import os
import re
import signal
import sqlite3

from command import WAYS, Refused, by_form, by_text, command_of, execute, listed, submitted
from trouble import Locked
from world import scenario
from xmpp import body_of, message

FORM = "jabber:x:data"


def administered(w, **more):
    """A daemon whose file names Nina and sales; boss is its administrator and no agent."""
    daemon = w.daemon(**{"departments": [{"id": "sales", "name": "Sales",
                                          "agents": [w.jid("agent")]}],
                         "agents": [{"jid": w.jid("agent"), "name": "Nina", "capacity": 5}],
                         "roles": {"administrators": [w.jid("alice")]}, **more})
    return daemon, w.client("alice").available()


def give_it(give, client, w, word, act, item, **fields):
    """As text, fields are typed by name; in a form they are fields."""
    if give is by_text:
        typed = {name: f"{name}={value}" for name, value in fields.items()}
        return by_text(client, w.domain, word, act=act, item=item, **typed)
    key = "jid" if word == "agent" else "id"
    return by_form(client, w.domain, word, act=act, **{key: item}, **fields)


def audit(daemon):
    return daemon.command("audit", "100").stdout


@scenario
def an_agent_is_added_changed_and_removed_both_ways(w):
    daemon, boss = administered(w)
    tom = w.client("agent2").available()
    for give in WAYS:
        assert "is added and in force" in give_it(give, boss, w, "agent", "add", w.jid("agent2"),
                                                  departments="sales", name="Tom Jones",
                                                  capacity="2")
        w.enrolled(tom)
        there = by_text(boss, w.domain, "agents")
        assert by_form(boss, w.domain, "agents") == there
        assert f"{w.jid('agent2')} (Tom Jones): departments=sales capacity=2 – database" in there
        assert re.search(rf"{w.jid('agent')} \(Nina\): .* – .*tresen\.yml:\d+", there), there
        visitor = w.visitor()
        visitor.write("Is anybody there?")
        contact = tom.expect(message(from_="visitor-*", body="Is anybody there?")).get("from")
        contact = contact.partition("/")[0]
        tom.say(contact, "Yes")
        visitor.expect(message(body="Yes"))
        assert "is there already" in give_it(give, boss, w, "agent", "add", w.jid("agent2"),
                                             departments="sales")
        assert "is changed and in force" in give_it(give, boss, w, "agent", "change",
                                                    w.jid("agent2"), name="Thomas")
        assert "(Thomas): departments=sales capacity=2" in by_text(boss, w.domain, "agents")
        assert "Nothing was changed" in give_it(give, boss, w, "agent", "change", w.jid("agent2"),
                                                name="Thomas")
        # Whoever is removed gives the chat to others, and that is said.
        gone = give_it(give, boss, w, "agent", "remove", w.jid("agent2"))
        assert "is removed. 1 open chat goes to others" in gone, gone
        tom.expect(message(from_=contact, says="do not answer for Sales any more"))
        assert w.jid("agent2") not in by_text(boss, w.domain, "agents")
        assert f"There is no {w.jid('agent2')}" in give_it(give, boss, w, "agent", "remove",
                                                            w.jid("agent2"))
        tom.wait_contact(lambda roster: w.sales not in roster)
        tom.forget()
        visitor.end_chat()
    written = audit(daemon).splitlines()
    assert len(written) == 6, written
    assert re.search(rf"^20\d\d-\d\d-\d\d [\d:]+ {w.jid('alice')}: agent remove {w.jid('agent2')}; "
                     "before: capacity=2 name=Thomas departments=sales$", written[0]), written[0]
    assert "; now: capacity=2 name=Tom Jones departments=sales" in written[-1], written[-1]
    assert by_text(boss, w.domain, "audit").removeprefix("— ").splitlines() == written
    assert by_form(boss, w.domain, "audit", number="1") == "— " + written[0]


@scenario
def what_the_file_names_is_refused_with_file_and_line(w):
    daemon, boss = administered(w, calendars=[{"id": "day", "hours": ["mon-fri 09:00-17:00"]}])
    lines = (daemon.directory / "tresen.yml").read_text().splitlines()
    at = {word: 1 + max(i for i, line in enumerate(lines) if needle in line) for word, needle in
          (("agent", '"jid": "' + w.jid("agent")), ("department", '"id": "sales"'),
           ("hours", '"id": "day"'))}
    for give in WAYS:
        for act in ("change", "remove", "add"):
            for word, item, fields in (("agent", w.jid("agent"), {"name": "Other"}),
                                       ("department", "sales", {"name": "Other"}),
                                       ("hours", "day", {"zone": "UTC"})):
                answer = give_it(give, boss, w, word, act, item, **fields)
                found = re.search(r"wins: change it there, .*tresen\.yml:(\d+)\.", answer)
                assert found, answer
                assert abs(int(found[1]) - at[word]) <= 1, (answer, at)
    done = daemon.command("department", "remove", "sales")
    assert done.returncode == 2 and "tresen.yml:" in done.stderr, done
    assert audit(daemon) == ""


@scenario
def a_department_has_agents_hours_and_open_chats(w):
    daemon, boss = administered(w)
    nina = w.agent()
    for give, day in zip(WAYS, ("office", "counter")):
        def department(act, item="returns", give=give, **fields):
            return give_it(give, boss, w, "department", act, item, **fields)
        def hours(act, item=day, give=give, **fields):
            return give_it(give, boss, w, "hours", act, item, **fields)
        assert "has no agents" in department("add", name="Returns")
        assert "there is no such agent" in department("add", agents="nobody@" + w.host)
        assert "is added and in force" in department("add", agents=w.jid("agent"), name="Returns")
        w.enrolled(nina, "returns@" + w.domain)
        assert daemon.get("/w/1/status/returns")[0] == 200
        there = by_text(boss, w.domain, "departments")
        assert "returns (Returns): agents=" + w.jid("agent") in there
        assert by_form(boss, w.domain, "departments") == there
        assert f"hours {day}: hours[0]: " in hours("add", hours="mon-fri late")
        assert "is added and in force" in hours("add", hours="mon-sun 00:00-00:01; mon 03:00-03:01",
                                                holidays="12-25", zone="Europe/Berlin")
        listing = by_text(boss, w.domain, "calendars")
        assert by_form(boss, w.domain, "calendars") == listing
        assert (f"{day} ({day}): hours=mon-sun 00:00-00:01; mon 03:00-03:01 holidays=12-25"
                " zone=Europe/Berlin – database") in listing, listing
        assert "is no calendar" in department("change", calendar="nothing")
        assert "is changed and in force" in department("change", calendar=day)
        assert "is no calendar" in hours("remove")
        assert "is changed and in force" in department("change", calendar="-")
        assert "is removed" in hours("remove")
        # Nobody would be left there, or the agent would be nowhere.
        tom = w.jid("agent2")
        give_it(give, boss, w, "agent", "add", tom, departments="sales")
        assert "is added" in department("add", item="alone", agents=tom)
        assert "department alone: has no agents" in give_it(give, boss, w, "agent", "remove", tom)
        give_it(give, boss, w, "agent", "change", tom, departments="alone")
        assert f"{tom} is in no department" in department("remove", item="alone")
        give_it(give, boss, w, "agent", "change", tom, departments="sales\nalone"
                if give is by_form else "sales,alone")
        assert "is removed" in department("remove", item="alone")
        assert "is removed" in give_it(give, boss, w, "agent", "remove", tom)
        visitor = w.visitor(department="returns")
        visitor.write("I want to send it back")
        contact = nina.expect(message(from_="visitor-*", body="I want to send it back")).get("from")
        contact = contact.partition("/")[0]
        nina.say(contact, "Do")
        visitor.expect(message(body="Do"))
        assert "returns is not there any more, but has open chats" in department("remove")
        nina.forget()
        visitor.end_chat()
        nina.expect(message(from_=contact, says="has ended|left|ended the chat"))
        assert "is removed" in department("remove")
        nina.wait_contact(lambda roster: "returns@" + w.domain not in roster)
        assert daemon.get("/w/1/status/returns")[0] == 404
        nina.forget()


@scenario
def a_restart_and_a_kill_keep_it(w):
    daemon, boss = administered(w)
    assert "is added" in give_it(by_text, boss, w, "agent", "add", w.jid("agent2"),
                                 departments="sales", name="Tom")
    daemon.kill()
    daemon.start()
    tom = w.agent("agent2")
    visitor = w.visitor()
    contact = w.offered(tom, visitor, "After the kill")
    tom.say(contact, "I am in the database")
    visitor.expect(message(body="I am in the database"))
    daemon.stop()
    with sqlite3.connect(daemon.directory / "tresen.db") as db:
        assert db.execute("SELECT count(*) FROM audit").fetchone() == (1,)
        try:
            db.execute("UPDATE audit SET who = 'nobody'")
            raise AssertionError("the audit log was changed")
        except sqlite3.IntegrityError:
            pass
    # Without the daemon, subcommands act on the database.
    listing = daemon.command("agent", "list")
    assert listing.returncode == 0 and "(Tom): departments=sales" in listing.stdout, listing
    changed = daemon.command("agent", "change", w.jid("agent2"), "name=Thomas B", "capacity=7")
    assert changed.returncode == 0 and "is changed" in changed.stdout, changed
    assert f"tresen subcommand, uid {os.getuid()}: agent change" in audit(daemon)
    checked = daemon.command("check")
    assert f"{w.jid('agent2')} (Thomas B): departments=sales capacity=7 – database" in \
        checked.stdout, checked.stdout
    assert re.search(rf"{w.jid('agent')} \(Nina\).*tresen\.yml:\d+", checked.stdout)
    daemon.start()
    assert "(Thomas B)" in daemon.command("agent", "list").stdout


@scenario
def a_kill_leaves_all_of_a_change_or_nothing(w):
    daemon, boss = administered(w)
    for number in range(6):
        jid = f"new{number}@{w.host}"
        mark = len(daemon.log.read_text(errors="replace"))
        boss.say(w.domain, f"!agent add {jid} departments=sales name=New", f"k{number}",
                 receipt=False)
        if number % 2:
            daemon.wait_log(r"(?s)^.{%d}.*tresen\.yml is in force" % mark)
        daemon.kill()
        with sqlite3.connect(daemon.directory / "tresen.db") as db:
            rows = db.execute("SELECT count(*) FROM settings WHERE id = ?", (jid,)).fetchone()[0]
            logged = db.execute("SELECT count(*) FROM audit WHERE what = ?",
                                (f"agent add {jid}",)).fetchone()[0]
        assert (rows, logged) in ((0, 0), (3, 1)), (jid, rows, logged)
        assert rows or not number % 2, "it was in force, and is gone"
        boss.ping(w.host)  # the server has let go of the order, if it was still on its way
        daemon.start()
        assert (jid in daemon.command("agent", "list").stdout) == bool(rows)


@scenario
def of_two_orders_at_once_none_is_half_done(w):
    daemon, boss = administered(w)
    for number in range(8):
        boss.say(w.domain, f"!agent add n{number}@{w.host} departments=sales", f"b{number}",
                 receipt=False)
    done = 0
    for number in range(8):
        answer = boss.expect(message(from_=w.domain, says="^— ", lacks="receipts:request"))
        answer = "".join(answer.itertext())
        assert "is added and in force" in answer or "try again" in answer, answer
        done += "is added" in answer
    assert done >= 1
    listing = daemon.command("agent", "list").stdout
    assert listing.count("– database") == done == len(audit(daemon).splitlines()), listing


@scenario
def a_file_that_drops_what_the_database_needs_is_refused(w):
    daemon, boss = administered(w, calendars=[{"id": "day", "hours": ["mon-sun 00:00-24:00"]}])
    give_it(by_text, boss, w, "department", "add", "returns", agents=w.jid("agent"),
            calendar="day")
    whole = daemon.configuration
    daemon.configuration = {key: value for key, value in whole.items() if key != "calendars"}
    (daemon.directory / "tresen.yml").write_text(json.dumps(daemon.configuration, indent=1))
    complaint = 'in the database: department returns: calendar: "day" is no calendar'
    done = daemon.command("reload")
    assert done.returncode == 2 and complaint in done.stderr, done
    assert daemon.get("/w/1/status/returns")[0] == 200  # as before
    daemon.stop()
    daemon.spawn()
    assert daemon.process.wait(30) == 2
    daemon.wait_log(re.escape(complaint))
    checked = daemon.command("check")
    assert checked.returncode == 1 and complaint in checked.stdout, checked
    # It can be taken out without the daemon.
    done = daemon.command("department", "change", "returns", "calendar=-")
    assert done.returncode == 0, done
    daemon.start()
    assert daemon.get("/w/1/status/returns")[0] == 200
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_log("tresen.yml is in force")
    assert "SIGHUP: reload; now: in force" in audit(daemon)


@scenario
def the_file_that_names_it_later_wins_and_says_so(w):
    daemon, boss = administered(w)
    give_it(by_text, boss, w, "agent", "add", w.jid("agent2"), departments="sales", name="Tom")
    daemon.configuration = {**daemon.configuration, "agents": [
        {"jid": w.jid("agent"), "name": "Nina"}, {"jid": w.jid("agent2"), "name": "Filed"}],
        "departments": [{"id": "sales", "name": "Sales",
                         "agents": [w.jid("agent"), w.jid("agent2")]}]}
    (daemon.directory / "tresen.yml").write_text(json.dumps(daemon.configuration, indent=1))
    assert daemon.command("reload").returncode == 0
    daemon.wait_log(rf"tresen\.yml:\d+: the file says it, so what the database says of agent "
                    rf"{w.jid('agent2')} does not count")
    assert re.search(r"\(Filed\): .*tresen\.yml:\d+", by_text(boss, w.domain, "agents"))
    checked = daemon.command("check").stdout
    assert re.search(rf"shadowed +agent {w.jid('agent2')}: the database says something, but .*"
                     r"tresen\.yml:\d+ counts", checked), checked
    assert f"tresen reload, uid {os.getuid()}: reload; now: in force" in audit(daemon)


@scenario
def only_administrators_may_and_it_is_looked_up_each_time(w):
    daemon, boss = administered(w, roles={"administrators": [w.jid("alice")],
                                          "data_protection": [w.jid("agent2")]})
    nina, lawyer = w.agent(), w.client("agent2").available()
    words = ("agents", "agent", "departments", "department", "calendars", "hours", "audit")
    assert set(words) <= set(listed(boss, w.domain))
    assert not set(words) & set(listed(nina, w.domain))
    assert set(words) & set(listed(lawyer, w.domain)) == {"audit"}
    assert "Nothing was changed yet" in by_text(lawyer, w.domain, "audit")
    # Canned answers for all are theirs, too.
    by_text(boss, w.domain, "c add house From the house")
    assert "is shared" in by_text(boss, w.domain, "c share house all")
    assert "From the house" in by_text(nina, w.sales, "c house")
    assert "not for you" in by_text(nina, w.sales, "c drop house all")
    assert "is gone" in by_text(boss, w.domain, "c drop house all")
    told = by_text(nina, w.domain, "help")
    for word in words:
        assert f"!{word}" not in told.split()
        assert "not for you" in by_text(nina, w.domain, word + " add x y=z")
        try:
            raise AssertionError(command_of(execute(nina, w.domain, word)))
        except Refused as no:
            assert str(no) == "forbidden"
        assert "for another contact" in by_text(nina, w.sales, word)
    # A form that was opened by somebody who is no administrator any more.
    opened = command_of(execute(boss, w.domain, "agent"))
    daemon.configuration = {**daemon.configuration, "roles": {"administrators": []}}
    (daemon.directory / "tresen.yml").write_text(json.dumps(daemon.configuration, indent=1))
    assert daemon.command("reload").returncode == 0
    answer = execute(boss, w.domain, "agent", "complete", opened.get("sessionid"),
                     submitted(act="add", jid=w.jid("agent2"), departments="sales"))
    assert answer.get("type") == "error"
    assert "agent add" not in audit(daemon)


@scenario
def malformed_orders_change_nothing(w):
    daemon, boss = administered(w)
    new = w.jid("agent2")
    for give in WAYS:
        def agent(item=new, give=give, **fields):
            return give_it(give, boss, w, "agent", "add", item, **{"departments": "sales",
                                                                   **fields})
        assert "must be an XMPP address" in agent("no-address")
        assert "must be an XMPP address" in agent("@" + w.host)
        assert "is an address of the component itself" in agent("x@" + w.domain)
        assert "capacity" in agent(capacity="0")
        assert "capacity" in agent(capacity="101")
        assert "capacity" in agent(capacity="many")
        assert "name" in agent(name="n" * 41)
        assert "is none of these: sales" in agent(departments="nowhere")
        assert "is none of these: default, en, de" in agent(language="fr")
        assert "too long" in agent("a" * 300 + "@" + w.host)
        assert "small letters" in give_it(give, boss, w, "department", "add", "Not An Id".replace(
            " ", "_"), agents=w.jid("agent"))
        assert "may not begin with" in give_it(give, boss, w, "department", "add", "visitor-x",
                                               agents=w.jid("agent"))
        assert "is none of these: add, change, remove" in give_it(give, boss, w, "agent", "kill",
                                                                  new)
    assert "is in no department" in by_text(boss, w.domain, f"agent add {new}")
    assert "\"shoe\" is none of these" in by_text(boss, w.domain, f"agent add {new} shoe=43")
    assert "is not understood" in by_text(boss, w.domain, f"agent add {new} what else")
    for words in (["agent", "add"], ["agent", "dance", new], ["agent", "add", new, "nonsense"],
                  ["agent", "add", new, "departments=sales", "origins=x"],
                  ["department", "add", "x", "rules[].page=x"], ["audit", "0"], ["audit", "101"]):
        done = daemon.command(*words)
        assert done.returncode == 2 and done.stderr, done
    assert audit(daemon) == ""
    assert new not in by_text(boss, w.domain, "agents")
    # At the limits.
    assert "is added" in by_text(boss, w.domain,
                                 f"agent add {new} departments=sales capacity=100 name=" + "n" * 40)


@scenario
def a_form_brings_what_there_is(w):
    _, boss = administered(w)
    give_it(by_text, boss, w, "agent", "add", w.jid("agent2"), departments="sales", name="Tom",
            skills="billing, returns")
    first = command_of(execute(boss, w.domain, "agent"))
    kinds = {f.get("var"): f.get("type") for f in first.iter(f"{{{FORM}}}field")}
    assert kinds["departments"] == "list-multi" and kinds["act"] == "list-single", kinds
    second = command_of(execute(boss, w.domain, "agent", "complete", first.get("sessionid"),
                                submitted(act="change", jid=w.jid("agent2"))))
    assert second.get("status") == "executing"
    values = {f.get("var"): [v.text for v in f.findall(f"{{{FORM}}}value")]
              for f in second.iter(f"{{{FORM}}}field")}
    assert values["name"] == ["Tom"] and values["departments"] == ["sales"], values
    assert values["skills"] == ["billing", "returns"], values
    third = command_of(execute(boss, w.domain, "agent", "complete", first.get("sessionid"),
                               submitted(act="change", jid=w.jid("agent2"), name="Tom",
                                         departments="sales", skills="billing")))
    assert third.get("status") == "completed"
    assert "skills=billing –" in by_text(boss, w.domain, "agents")


@scenario
def subcommands_go_through_the_daemon(w):
    daemon, boss = administered(w)
    done = daemon.command("agent", "add", w.jid("agent2"), "departments=sales", "name=Tom Jones")
    assert done.returncode == 0 and "is added and in force" in done.stdout, done
    tom = w.client("agent2").available()
    w.enrolled(tom)
    assert "(Tom Jones)" in by_text(boss, w.domain, "agents")
    assert "(Tom Jones)" in daemon.command("agent", "list").stdout
    assert "sales (Sales)" in daemon.command("department", "list").stdout
    done = daemon.command("hours", "add", "day", "hours=mon-fri 09:00-17:00; sat 10:00-12:00")
    assert done.returncode == 0, done
    assert "hours=mon-fri 09:00-17:00; sat 10:00-12:00" in daemon.command("hours", "list").stdout
    done = daemon.command("agent", "remove", w.jid("agent2"))
    assert done.returncode == 0 and "is removed" in done.stdout, done
    tom.wait_contact(lambda roster: w.sales not in roster)
    assert f"tresen subcommand, uid {os.getuid()}: agent remove" in \
        by_text(boss, w.domain, "audit 1")
    done = daemon.command("agent", "remove", w.jid("agent2"))
    assert done.returncode == 2 and "There is no" in done.stderr, done


@scenario
def german_administrators_read_german(w):
    _, boss = administered(w, language="de")
    answer = by_text(boss, w.domain, f"mitarbeiter neu {w.jid('agent2')} "
                                     "abteilungen=sales name=Tom")
    assert "ist angelegt und gilt" in answer, answer
    assert "– Datenbank" in by_text(boss, w.domain, "mitarbeiterliste")
    assert "jetzt: " in by_text(boss, w.domain, "protokoll 1")


def order_while_locked(w, daemon, boss, order):
    """The order is planned and waits for its commit; returns what holds that up."""
    lock = w.keep(Locked(daemon.directory / "tresen.db"))
    lock.begin()
    boss.say(w.domain, order, "locked", receipt=False)
    # A form is asked for behind it, and is sent without a commit.
    assert command_of(execute(boss, w.domain, "agent")).get("status") == "executing"
    return lock


@scenario
def what_a_chat_keeps_from_being_in_force_is_kept_and_says_so(w):
    daemon, boss = administered(w)
    nina = w.agent()
    give_it(by_text, boss, w, "department", "add", "returns", agents=w.jid("agent"))
    w.enrolled(nina, "returns@" + w.domain)
    visitor = w.visitor(department="returns")
    lock = order_while_locked(w, daemon, boss, "!department remove returns")
    visitor.say(visitor.department, "I came in between")
    visitor.ask(visitor.department, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
    lock.end()
    told = boss.expect(message(from_=w.domain, says="kept, but not in force yet"))
    assert "returns is not there any more, but has open chats" in body_of(told), body_of(told)
    contact = nina.expect(message(from_="visitor-*", body="I came in between")).get("from")
    contact = contact.partition("/")[0]
    assert "returns (Returns)" in by_text(boss, w.domain, "departments")
    assert "department remove returns" in audit(daemon)
    nina.say(contact, "Still here")
    visitor.expect(message(body="Still here"))
    assert "has open chats" in daemon.command("reload").stderr
    visitor.end_chat()
    nina.expect(message(from_=contact, says="has ended|left|ended the chat"))
    assert daemon.command("reload").returncode == 0
    assert daemon.get("/w/1/status/returns")[0] == 404


@scenario
def a_kill_before_the_commit_of_a_change_leaves_nothing_of_it(w):
    daemon, boss = administered(w)
    jid = w.jid("agent2")
    lock = order_while_locked(w, daemon, boss, f"!agent add {jid} departments=sales")
    daemon.kill()
    lock.end()
    daemon.start()
    assert jid not in daemon.command("agent", "list").stdout
    assert audit(daemon) == ""
    assert "is added" in daemon.command("agent", "add", jid, "departments=sales").stdout


@scenario
def an_address_is_the_same_in_capitals(w):
    _, boss = administered(w)
    jid = w.jid("agent2")
    give_it(by_text, boss, w, "agent", "add", jid, departments="sales", name="Tom")
    tom = w.agent("agent2")
    visitor = w.visitor()
    w.chatting(tom, visitor)
    typed = jid.upper()
    shown = command_of(execute(boss, w.domain, "agent", "complete", None,
                               submitted(act="change", jid=typed)))
    values = {f.get("var"): [v.text for v in f.findall(f"{{{FORM}}}value")]
              for f in shown.iter(f"{{{FORM}}}field")}
    assert values["name"] == ["Tom"], values
    assert "1 open chat goes to others" in give_it(by_text, boss, w, "agent", "remove", typed)


@scenario
def the_audit_log_has_a_name_that_is_the_id(w):
    daemon, boss = administered(w)
    give_it(by_text, boss, w, "department", "add", "returns", agents=w.jid("agent"),
            name="returns")
    assert f"; now: name=returns agents={w.jid('agent')}" in audit(daemon)
