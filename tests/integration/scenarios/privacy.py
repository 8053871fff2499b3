"""Data protection: persons who are erased or exported, what goes with time, masks, chats of which
nothing is stored, and who read what."""
import contextlib
import json
import sqlite3
import subprocess
import time

from command import WAYS, by_text
from daemon import until
from ratings import rate
from tickets import number_of
from uploads import PNG, kept, send_file, with_uploads
from world import scenario
from xmpp import message

RSM = "http://jabber.org/protocol/rsm"
SECRETS = [b"Anna Muster", b"anna@shop.example", b"my knee hurts", b"take an aspirin",
           b"limps a little", b"x-ray.png", b"knee-tag", b"Wilma", b"walks again", b"left meniscus"]


def house(w, **more):
    """alice is for data protection; visitors say who they are."""
    sales = {"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")],
             "form": {"name": "optional", "email": "optional"}, "rating": "stars",
             "fields": [{"name": "knee"}], **more.pop("sales", {})}
    if sales.get("transcript") is False:
        del sales["fields"]  # nothing is kept of such chats
    return with_uploads(w, departments=[sales], roles={"data_protection": [w.jid("alice")]},
                        limits={"linger_s": 1}, **more)


def anna(w, nina, end=True):
    """A chat with everything in it; visitor and contact."""
    visitor = w.visitor()
    visitor.check_in(visitor.token, form={"name": "Anna Muster", "email": "anna@shop.example"})
    contact = w.chatting(nina, visitor, "Hello, my knee hurts")
    nina.say(contact, "Then take an aspirin")
    visitor.expect(message(body="Then take an aspirin"))
    send_file(visitor, PNG + b"knee", "x-ray.png")
    by_text(nina, contact, "note", text="limps a little")
    by_text(nina, contact, "tag", tag="knee-tag")
    by_text(nina, contact, "set", field="dog", value="Wilma")
    by_text(nina, contact, "set", field="knee", value="left meniscus")
    if end:
        number = number_of(nina, contact)
        by_text(nina, contact, "end", how="ticket")
        assert rate(visitor, number, "5", "She walks again").get("type") == "result"
        nina.wait_contact(lambda roster: contact not in roster)
    return visitor, contact


def ashes(w):
    """What is left of her, in whatever file of ours."""
    found = []
    for path in [*w.directory.glob("tresen.db*"), *(w.directory / "files").iterdir()]:
        data = path.read_bytes()
        found += [(path.name, word) for word in [*SECRETS, PNG + b"knee"] if word in data]
    return found


@contextlib.contextmanager
def database(w):
    with contextlib.closing(sqlite3.connect(w.directory / "tresen.db")) as db, db:
        yield db


def query(w, sql):
    with database(w) as db:
        return db.execute(sql).fetchall()


@scenario
def a_person_is_erased_while_the_daemon_runs(w):
    daemon = house(w)
    nina = w.agent()
    other = w.visitor()
    zoe = w.chatting(nina, other, "I am Zoe")
    visitor, contact = anna(w, nina)
    assert ashes(w)
    shown = daemon.command("erase", "ANNA@shop.example")
    assert shown.returncode == 0 and "Chats: 1" in shown.stdout, shown
    assert "Files: 1" in shown.stdout and "with --yes" in shown.stdout, shown.stdout
    assert ashes(w), "a look changes nothing"
    done = daemon.command("erase", "anna@shop.example", "--yes")
    assert done.returncode == 0 and "nothing of it is left here" in done.stdout, done
    assert "backups" in done.stdout, done.stdout
    assert not ashes(w)
    assert contact.partition("@")[0].encode() not in (w.directory / "tresen.db").read_bytes()
    assert len(kept(w)) == 0
    assert "Nothing is kept" in daemon.command("erase", "anna@shop.example", "--yes").stdout
    # Whoever still has the page open is a stranger now, and everybody else is where they were.
    visitor.write("Is somebody there?")
    fresh = nina.expect(message(from_="visitor-*", body="Is somebody there?"))
    assert fresh.get("from").partition("/")[0] != contact
    other.write("I am still here")
    nina.expect(message(from_=zoe, body="I am still here"))
    audit = daemon.command("audit").stdout
    assert "erased a person" in audit and "anna" not in audit.lower(), audit


@scenario
def a_notice_that_waits_for_the_link_is_erased_with_its_person(w):
    """It comes from the department and names no address: who has taken the chat of whom."""
    daemon = house(w, wired=True, sales={"call_absent_after_s": 1})
    tom, nina = w.agent("agent2"), w.agent()
    for agent in (tom, nina):
        by_text(agent, w.sales, "off")
    visitor = w.visitor()
    visitor.check_in(visitor.token, form={"name": "Anna Muster", "email": "anna@shop.example"})
    visitor.write("Hello, my knee hurts")
    call = tom.expect(message(from_=w.sales, says="^— Anna Muster .*has waited"))
    contact = call.findtext("{jabber:client}body").rpartition(" takes it")[0].rpartition(" ")[2]
    nina.expect(message(from_=w.sales, says="^— Anna Muster .*has waited"))
    until(lambda: not query(w, "SELECT 1 FROM outbox WHERE handed = 0"), "all is with the server")
    w.wire.hold("out")
    nina.say(contact, "I am coming")
    visitor.expect(message(body="I am coming"))
    taken = "SELECT visitor FROM outbox WHERE body LIKE '%has taken the chat of Anna Muster%'"
    until(lambda: query(w, taken), "the notice waits")
    assert query(w, taken) == [(contact.partition("@")[0],)]
    done = daemon.command("erase", "anna@shop.example", "--yes", "--end")
    assert done.returncode == 0 and "nothing of it is left here" in done.stdout, done
    assert not query(w, "SELECT * FROM outbox")
    assert not ashes(w)
    w.wire.release()


def archived(client, contact):
    """How many messages with that contact the account's archive has (XEP-0313)."""
    answer = client.ask(client.jid, "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' "
                        "type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2"
                        f"</value></field><field var='with'><value>{contact}</value></field></x>"
                        f"<set xmlns='{RSM}'><max>1</max></set></query>", "set")
    return int(answer.findtext(f".//{{{RSM}}}count"))


@scenario(servers=("ejabberd",))
def archives_of_agents_are_asked_to_forget(w):
    daemon = house(w)
    nina = w.agent()
    _, contact = anna(w, nina)
    assert archived(nina, contact) > 0
    done = daemon.command("erase", "anna@shop.example", "--yes")
    assert "are asked to forget" in done.stdout, done
    until(lambda: archived(nina, contact) == 0, "the archive has forgotten")


@scenario
def an_open_chat_is_not_erased_unawares(w):
    daemon = house(w)
    nina = w.agent()
    visitor, contact = anna(w, nina, end=False)
    refused = daemon.command("erase", visitor.id, "--yes")
    assert refused.returncode == 1 and "is open" in refused.stderr, refused
    nina.say(contact, "Still here")
    visitor.expect(message(body="Still here"))
    done = daemon.command("erase", visitor.id, "--yes", "--end")
    assert done.returncode == 0, done
    nina.wait_contact(lambda roster: contact not in roster)
    assert not ashes(w)


@scenario
def a_person_is_erased_without_the_daemon(w):
    daemon = house(w)
    anna(w, w.agent())
    daemon.stop()
    done = daemon.command("erase", "anna@shop.example", "--yes")
    assert done.returncode == 0 and "nothing of it is left" in done.stdout, done
    assert not ashes(w)
    daemon.start()


@scenario
def an_erasure_that_was_killed_is_finished_by_another(w):
    daemon = house(w)
    anna(w, w.agent())
    daemon.stop()
    with database(w) as db:  # as far as it may have come
        db.execute("INSERT INTO upkeep (work, since) VALUES ('scrub', 1)")
        db.execute("DELETE FROM files")
    daemon.start()
    daemon.wait_log("an erasure was interrupted")
    daemon.kill()
    daemon.start()
    done = daemon.command("erase", "anna@shop.example", "--yes")
    assert done.returncode == 0, done
    assert not ashes(w)
    assert not query(w, "SELECT * FROM upkeep")
    daemon.stop()
    with database(w) as db:
        db.execute("INSERT INTO upkeep (work, since) VALUES ('scrub', 1)")
    assert "is finished now" in daemon.command("erase", "anna@shop.example", "--yes").stdout
    assert not query(w, "SELECT * FROM upkeep")


@scenario
def a_daemon_that_dies_in_an_erasure_finishes_it_later(w):
    """kill -9 when rows are gone and the file is still to be gone through: a reader holds it there."""
    daemon = house(w)
    anna(w, w.agent())
    reader = sqlite3.connect(w.directory / "tresen.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entries").fetchall()
    with subprocess.Popen([daemon.program, "erase", "anna@shop.example", "--yes", "-c",
                           str(w.directory / "tresen.yml")], env=daemon.environment(),
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as order:
        until(lambda: query(w, "SELECT work FROM upkeep") and
              not query(w, "SELECT 1 FROM entries WHERE body LIKE '%knee%'"), "rows are gone")
        daemon.kill()
        assert order.wait(30) != 0
    assert ashes(w), "it was too late"
    reader.close()
    daemon.start()
    daemon.wait_log("an erasure was interrupted")
    done = daemon.command("erase", "anna@shop.example", "--yes")
    assert done.returncode == 0, done
    assert not ashes(w)
    assert not query(w, "SELECT * FROM upkeep")


@scenario(servers=("prosody",))
def an_erasure_that_dies_at_any_write_is_finished(w):
    """kill -9 at one write after the other: among rows, in the file's unused parts, at its log."""
    daemon = house(w)
    anna(w, w.agent())
    daemon.stop()
    environment = {**daemon.environment(), "ASAN_OPTIONS": "detect_leaks=0"}
    deaths, nth, code = 0, 1, None
    while code != 0:
        code = subprocess.run(
            ["strace", "-f", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
             f"inject=pwrite64:signal=KILL:when={nth}", daemon.program, "erase",
             "anna@shop.example", "--yes", "-c", str(w.directory / "tresen.yml")],
            env=environment, capture_output=True, timeout=120, check=False).returncode
        deaths += code != 0
        nth += 1 + nth // 3
    assert deaths >= 4, deaths
    assert not ashes(w)
    assert not query(w, "SELECT * FROM upkeep")


@scenario
def a_person_gets_all_that_is_kept(w):
    daemon = house(w)
    anna(w, w.agent())
    path = w.directory / "anna.json"
    done = daemon.command("export-person", "anna@shop.example", str(path))
    assert done.returncode == 0 and done.stdout.strip() == str(path), done
    assert path.stat().st_mode & 0o777 == 0o600
    everything = json.loads(path.read_text())
    assert everything["visitors"][0]["name"] == "Anna Muster"
    assert "Then take an aspirin" in [e["body"] for e in everything["entries"]]
    assert everything["own_fields"][0]["value"] == "left meniscus", everything["own_fields"]
    assert len(everything["tickets"]) == 1 and everything["tokens"]
    copies = [f for f in (w.directory / "anna.json.files").iterdir()]
    assert [f.name for f in copies] == ["1-x-ray.png"] and copies[0].read_bytes() == PNG + b"knee"
    assert "is there already" in daemon.command("export-person", "anna@shop.example",
                                                str(path)).stderr
    assert "whom?" in daemon.command("erase", "anna").stderr
    daemon.stop()
    (w.directory / "anna.json").unlink()
    (w.directory / "anna.json.files" / "1-x-ray.png").unlink()
    (w.directory / "anna.json.files").rmdir()
    assert daemon.command("export-person", "anna@shop.example", str(path)).returncode == 0
    assert json.loads(path.read_text())["visitors"][0]["email"] == "anna@shop.example"


@scenario
def who_has_that_role_erases_and_exports_from_a_client(w):
    house(w)
    nina, alice = w.agent(), w.client("alice").available()
    for give in WAYS:
        anna(w, nina)
        shown = give(alice, w.domain, "export", person="anna@shop.example")
        assert "name: Anna Muster" in shown and "Then take an aspirin" in shown, shown
        assert "no such page" in give(alice, w.domain, "export", person="anna@shop.example",
                                      page="9")
        shown = give(alice, w.domain, "erase", person="anna@shop.example")
        assert "Chats: 1" in shown and "Nothing was changed" in shown, shown
        done = give(alice, w.domain, "erase", person="anna@shop.example", sure="yes")
        assert "nothing of it is left here" in done, done
        assert not ashes(w)
        assert "Nothing is kept" in give(alice, w.domain, "export", person="anna@shop.example")
        assert "Whom?" in give(alice, w.domain, "erase", person="anna")
    assert "not for you" in by_text(nina, w.domain, "erase", person="anna@shop.example")


@scenario
def who_read_what_is_kept(w):
    house(w)
    nina, alice = w.agent(), w.client("alice").available()
    for give in WAYS:
        visitor, _ = anna(w, nina)
        number = query(w, "SELECT max(number) FROM tickets")[0][0]
        give(nina, w.sales, "ticket", number=str(number))
        give(nina, w.sales, "history", number=str(number))
        assert str(number) in give(nina, w.sales, "search", text="aspirin")
        assert str(number) in give(nina, w.sales, "tickets", view="all")
        assert "none that you" in give(nina, w.sales, "search", text="nothing like that")
        shown = give(alice, w.domain, "reads", visitor=visitor.id)
        assert f"{w.jid('agent')}: what was said, {number}, {visitor.id}" in shown, shown
        assert f"{w.jid('agent')}: ticket, {number}" in shown, shown
        assert shown.count(f"{w.jid('agent')}: found by a search, {number}, {visitor.id}") == 1, shown
        assert f"{w.jid('agent')}: list of tickets, {number}" in shown, shown
        assert "Nobody has read" in give(alice, w.domain, "reads", visitor="visitor-nobody")
    assert "not for you" in by_text(nina, w.domain, "reads")


@scenario
def what_was_kept_long_enough_goes(w):
    daemon = house(w, sales={"keep": {"chats_days": 30, "tickets_days": 60}})
    nina = w.agent()
    anna(w, nina)
    visitor = w.visitor()
    contact = w.chatting(nina, visitor, "A chat that stays a chat")
    by_text(nina, contact, "end")
    nina.wait_contact(lambda roster: contact not in roster)
    daemon.stop()
    old = int((time.time() - 61 * 86400) * 1000)
    with database(w) as db:
        db.execute("UPDATE chats SET closed = ?", (old,))
        db.execute("UPDATE tickets SET changed = ?", (old,))
    daemon.start()  # the ticket is open: nobody has said that it is done
    daemon.wait_log("kept long enough and erased: chats=1 tickets=0 visitors=0 files=0", 60)
    assert query(w, "SELECT count(*) FROM chats") == [(1,)]
    daemon.stop()
    with database(w) as db:
        db.execute("UPDATE tickets SET state = 5")
        db.execute("UPDATE visitors SET last_seen = ?", (old - 40 * 86400000,))
    daemon.start()
    daemon.wait_log("erased: chats=0 tickets=1 visitors=2 files=1", 60)
    until(lambda: query(w, "SELECT count(*) FROM entries") == [(0,)], "entries are gone")
    assert not kept(w)


@scenario
def what_is_masked_is_nowhere(w):
    house(w, masks=["card", "PIN ####"])
    nina, visitor = w.agent(), w.visitor()
    visitor.write("my card 4111 1111 1111 1111, PIN 1234")
    line = nina.expect(message(from_="visitor-*", body="my card xxxx xxxx xxxx 1111, xxx xxxx"))
    contact = line.get("from").partition("/")[0]
    nina.say(contact, "You mean 5500-0000-0000-0004?")
    visitor.expect(message(body="You mean xxxx-xxxx-xxxx-0004?"))
    by_text(nina, contact, "note", text="PIN 9876")
    by_text(nina, contact, "end")
    said = [row[0] for row in query(w, "SELECT body FROM entries ORDER BY sequence")]
    assert "my card xxxx xxxx xxxx 1111, xxx xxxx" in said, said
    assert "xxx xxxx" in said and "You mean xxxx-xxxx-xxxx-0004?" in said, said
    data = b"".join(p.read_bytes() for p in w.directory.glob("tresen.db*"))
    assert b"4111 1111" not in data and b"PIN 1234" not in data and b"PIN 9876" not in data


@scenario
def of_a_chat_without_transcript_nothing_is_stored(w):
    daemon = house(w, sales={"transcript": False})
    nina, visitor = w.agent(), w.visitor()
    contact = w.offered(nina, visitor, "my knee hurts")
    nina.say(contact, "take an aspirin")
    visitor.expect(message(body="take an aspirin"))
    visitor.write("my knee hurts, still")
    line = nina.expect(message(from_=contact, body="my knee hurts, still"))
    assert line.find("{urn:xmpp:hints}no-store") is not None
    by_text(nina, contact, "note", text="limps a little")
    assert visitor.bodies() == []
    assert query(w, "SELECT count(*) FROM entries") == [(0,)]
    assert query(w, "SELECT unrecorded FROM chats") == [(1,)]
    assert not ashes(w)
    answer = by_text(nina, contact, "end", how="ticket")
    assert "no tickets" in answer or "keeps none" in answer, answer
    last = query(w, "SELECT seq FROM sqlite_sequence WHERE name = 'entries'")[0][0]
    daemon.revive()  # it goes on, and its numbers too
    visitor = w.visitor(token=visitor.token)
    visitor.write("once more")
    nina.expect(message(from_=contact, body="once more"))
    assert query(w, "SELECT seq FROM sqlite_sequence WHERE name = 'entries'")[0][0] > last
    assert not ashes(w)


@scenario
def check_says_that_servers_archive(w):
    """Only where a department keeps no transcript. Prosody tells strangers nothing of its archives."""
    daemon = house(w, sales={"transcript": False})
    asked = daemon.command("check").stdout
    assert "does not say whether" in asked and "module mam" in asked, asked
    daemon.stop()
    shown = daemon.command("check").stdout
    host = w.jid("agent").partition("@")[2]
    words = "does not say whether" if w.kind == "prosody" else "keeps archives (XEP-0313)"
    assert f"{host} {words}" in shown, shown
    daemon.configuration["departments"][0]["transcript"] = True
    daemon.start()
    daemon.stop()
    assert "archive" not in daemon.command("check").stdout  # neither asked nor told
