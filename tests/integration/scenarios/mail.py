"""Mails to visitors: the queue in the database, the server and what may be wrong with it."""
import re
import sqlite3
import threading
import time

from daemon import ORIGIN, until
from smtp import SmtpServer, certificates
from world import scenario
from left import step
from xmpp import body_of, find, message

USER, PASSWORD = "support", "pass word"
ANN = "ann@customer.example"


def post_office(w, **more):
    folder = w.directory / "smtp"
    folder.mkdir()
    server = w.keep(SmtpServer(certificates(folder), **more))
    return server.start()


def house(w, server, start=True, mail=None, left="chat", **more):
    """One whose mail goes to that server; each chat is a ticket, and so is what is left."""
    login = {"user": server.user, "password_file": "mail-password"} if server.user else {}
    keys = {"url": server.url, "from": "support@shop.example", "name": "Müller & Söhne",
            "ca_file": str(server.folder / "ca.pem"), "unseen_after_s": 1, **login, **(mail or {})}
    daemon = w.daemon(start=False, **more, mail={k: v for k, v in keys.items() if v is not None},
        departments=[{"id": "sales", "name": "Sales", "tickets": "always", "left": left,
                      "form": {"email": "optional"}, "agents": [w.jid("agent"), w.jid("agent2")]}])
    daemon.write("mail-password", PASSWORD)
    if start:
        daemon.start()
    return daemon


def left(w, text="My printer is broken", address=ANN, language="en", page=f"{ORIGIN}/prices"):
    """A ticket of a visitor's whom nobody answered."""
    visitor = w.visitor(form={"email": address}, lang=language, url=page)
    visitor.write(text)
    visitor.end_chat()
    visitor.expect(message(says="The chat has ended.|Das Gespr.*"))
    return visitor


def write(w, statement, *values):
    """Into the database of a daemon that does not run."""
    database = sqlite3.connect(w.directory / "tresen.db")
    with database:
        done = database.execute(statement, values).fetchall()
    database.close()
    return done


def to_go(w, first=0, last=0):
    """A mail about the last ticket, which is to go at once; the ticket's number."""
    number = write(w, "SELECT max(number) FROM tickets")[0][0]
    now = int(time.time() * 1000)
    write(w, "INSERT INTO mails (ticket, first, last, at, due, tries) VALUES (?, ?, ?, ?, ?, 0)",
          number, first, last, now, now)
    return number


def waiting(w):
    return write(w, "SELECT count(*) FROM mails")[0][0]


def queued(w, server, **more):
    """A daemon that does not run, of a house with a ticket whose receipt is to go; its number."""
    daemon = house(w, server, **more)
    left(w)
    daemon.stop()
    return daemon, to_go(w)


@scenario
def a_receipt_goes_out_once(w):
    server = post_office(w, user=USER, password=PASSWORD)
    daemon, number = queued(w, server)
    daemon.start()
    mail = server.wait()[0]
    assert mail.sender == "support@shop.example" and mail.recipients == [ANN], mail.raw
    assert mail["To"] == ANN and mail["Reply-To"] is None
    assert mail["From"] == "Müller & Söhne <support@shop.example>", mail["From"]
    assert str(number) in mail["Subject"] and mail["Auto-Submitted"] == "auto-replied"
    assert re.fullmatch(rf"<{number}\.0\.\d+@{w.domain}>", mail["Message-ID"]), mail["Message-ID"]
    assert abs(mail["Date"].datetime.timestamp() - time.time()) < 600
    assert f"Its number is {number}." in mail.text and f"{ORIGIN}/prices" in mail.text
    assert "printer" not in mail.text, "a receipt says nothing of what a stranger typed"
    assert mail.raw.isascii() and all(len(line) <= 80 for line in mail.raw.split(b"\r\n"))
    assert server.clear_text == [f"EHLO {w.domain}", "STARTTLS"], server.clear_text
    daemon.wait_log(rf"mail: sent ticket={number} kind=receipt tries=1")
    assert ANN not in daemon.log.read_text(), "an address is in the log"
    until(lambda: waiting(w) == 0, "the row is gone")
    daemon.stop()
    noted = write(w, "SELECT body FROM entries WHERE event = 'mailed' AND chat = ?", number)
    assert noted == [("receipt",)], noted
    daemon.start()
    assert len(server.mails) == 1


@scenario(servers=("prosody",))
def a_mail_is_in_the_language_of_the_visitor(w):
    server = post_office(w)
    daemon = house(w, server, mail={"name": None, "reply_to": "office@shop.example"})
    left(w, language="de-AT", page="https://evil.example/login")
    daemon.stop()
    number = to_go(w)
    daemon.start()
    mail = server.wait()[0]
    assert mail["Content-Language"] == "de" and mail["Reply-To"] == "office@shop.example"
    assert mail["From"] == "Sales <support@shop.example>"
    assert f"Sie hat die Nummer {number}." in mail.text and "auch auf diese E-Mail" in mail.text
    assert "evil" not in mail.text and f"{ORIGIN}/" in mail.text


@scenario(servers=("prosody",))
def what_a_visitor_types_is_no_header_and_no_command(w):
    server = post_office(w)
    daemon = house(w, server)
    for address in ("ann@customer.example&#13;&#10;Bcc: eve@customer.example",
                    "ann@customer.example&gt;&#10;RCPT TO:&lt;eve@customer.example",
                    "ann@[127.0.0.1]", "&quot;ann eve&quot;@customer.example", "ann@cust_omer.example"):
        left(w, address=address)
        daemon.stop()
        to_go(w)
        daemon.start()
        until(lambda: waiting(w) == 0, "the row is gone")
    left(w)
    daemon.stop()
    to_go(w)
    daemon.start()
    assert server.wait()[0].recipients == [ANN]
    assert server.said("RCPT") == [f"RCPT TO:<{ANN}>"], server.said("RCPT")


# ---- a server that is not as it should be ------------------------------------------------------

def refused_safely(w, server, words, **more):
    """Nothing is sent, no password said; the log and `tresen check` say why."""
    daemon, _ = queued(w, server, **more)
    daemon.start()
    daemon.wait_log(f"mail: none can be sent, 1 wait: .*{words}")
    check = daemon.command("check")
    assert re.search(f"FAIL +mail +{re.escape(server.url)}: .*{words}", check.stdout), check.stdout
    assert check.returncode == 1
    status = " ".join(daemon.command("status").stdout.split())
    assert re.search(f" mail waiting: 1; NONE CAN BE SENT .*{words}", status), status
    assert not server.mails and not server.said("MAIL") and waiting(w) == 1
    assert not any("AUTH" in line for line in server.clear_text), server.clear_text
    return daemon


@scenario(servers=("prosody",))
def without_starttls_nothing_is_sent(w):
    refused_safely(w, post_office(w, user=USER, password=PASSWORD, starttls=False),
                   "offers no STARTTLS")


@scenario(servers=("prosody",))
def to_a_server_with_a_wrong_certificate_nothing_is_sent(w):
    server = post_office(w, user=USER, password=PASSWORD, cert="wrong.pem")
    daemon = refused_safely(w, server, "certificate is not good")
    assert not server.said("AUTH"), "the password went to whoever it was"
    server.cert = "cert.pem"
    server.wait()
    daemon.wait_log("mail: the server takes them again")


@scenario(servers=("prosody",))
def to_a_server_that_nobody_known_has_signed_nothing_is_sent(w):
    refused_safely(w, post_office(w), "certificate", mail={"ca_file": None})


@scenario(servers=("prosody",))
def a_wrong_password_is_said(w):
    refused_safely(w, post_office(w, user=USER, password="another"), "user and password")


@scenario(servers=("prosody",))
def a_server_may_begin_with_tls(w):
    server = post_office(w, tls=True, user=USER, password=PASSWORD)
    daemon, _ = queued(w, server)
    daemon.start()
    server.wait()
    check = daemon.command("check")
    assert f"ok    mail           {server.url} takes us: TLS" in check.stdout, check.stdout
    assert f"logged in as {USER}" in check.stdout and len(server.said("MAIL")) == 1


@scenario(servers=("prosody",))
def a_server_on_this_machine_may_do_without_tls(w):
    server = post_office(w, starttls=False)
    daemon, _ = queued(w, server, mail={"tls": "none"})
    daemon.start()
    server.wait()
    assert "in clear text" in daemon.command("check").stdout
    daemon.configuration["mail"]["url"] = "smtp://mail.example.org:25"
    daemon.stop()
    daemon.spawn()
    assert daemon.process.wait(20) == 2
    daemon.wait_log("mail.tls: may be none for a server on this machine only")
    daemon.process = None


# ---- what goes wrong in between ------------------------------------------------------------------

@scenario
def a_server_that_is_down_gets_it_when_it_is_up(w):
    server = post_office(w)
    daemon, _ = queued(w, server)
    server.stop()
    daemon.start()
    daemon.wait_log("mail: none can be sent, 1 wait")
    visitor = w.visitor()
    visitor.write("the daemon goes on meanwhile")
    server.start()
    server.wait()
    daemon.wait_log("mail: the server takes them again")


@scenario
def a_daemon_that_is_killed_sends_the_same_mail_again(w):
    server = post_office(w)
    daemon, _ = queued(w, server)
    server.hold = threading.Event()
    daemon.start()
    first = server.wait()[0]
    daemon.kill()
    server.hold.set()
    assert waiting(w) == 1
    daemon.start()
    second = server.wait(2)[1]
    assert first["Message-ID"] == second["Message-ID"] and first["Date"] == second["Date"]
    until(lambda: waiting(w) == 0, "the row is gone")


@scenario(servers=("prosody",))
def a_daemon_stops_at_once_whatever_the_server_does(w):
    server = post_office(w)
    daemon, _ = queued(w, server)
    server.hold = threading.Event()
    daemon.start()
    server.wait()
    begun = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - begun < 15
    server.hold.set()


@scenario(servers=("prosody",))
def an_address_that_nobody_has_is_a_note_of_the_record(w):
    server = post_office(w)
    server.replies["RCPT"] = "550 5.1.1 <x@customer.example>: nobody is called so"
    daemon, number = queued(w, server)
    daemon.start()
    daemon.wait_log(rf"mail: refused ticket={number} kind=receipt tries=1 reply=550")
    until(lambda: waiting(w) == 0, "the row is gone")
    daemon.stop()
    noted = write(w, "SELECT body FROM entries WHERE event = 'mail-failed' AND chat = ?", number)
    assert len(noted) == 1 and noted[0][0].startswith("receipt: 550 5.1.1 "), noted
    assert "customer.example" not in daemon.log.read_text(), "an address is in the log"


@scenario(servers=("prosody",))
def a_server_that_says_later_is_asked_later(w):
    server = post_office(w)
    server.replies["RCPT"] = "451 4.7.1 greylisted"
    daemon, number = queued(w, server)
    daemon.start()
    daemon.wait_log(rf"mail: put off ticket={number} kind=receipt tries=1 reply=451")
    # A try is stored before it is made, what becomes of it behind the line of the log.
    due = until(lambda: write(w, "SELECT due - at FROM mails WHERE tries = 1 AND due > at"),
                "put off")[0][0]
    assert due >= 60 * 1000, due
    server.replies.clear()
    daemon.stop()
    write(w, "UPDATE mails SET due = 0")
    daemon.start()
    server.wait()


@scenario(servers=("prosody",))
def a_mail_of_what_was_erased_goes_nowhere(w):
    server = post_office(w)
    daemon, _ = queued(w, server)
    write(w, "UPDATE mails SET ticket = 999999")
    daemon.start()
    until(lambda: waiting(w) == 0, "the row is gone")
    assert not server.said("MAIL")


@scenario(servers=("prosody",))
def another_server_is_in_force_by_a_reload(w):
    server, other = post_office(w, starttls=False), None
    daemon, _ = queued(w, server)
    daemon.start()
    daemon.wait_log("mail: none can be sent")
    other = SmtpServer(server.folder)
    w.keep(other).start()
    file = w.directory / "tresen.yml"
    file.write_text(file.read_text().replace(server.url, other.url))
    assert daemon.command("reload").returncode == 0
    other.wait()
    assert not server.mails


# ---- from a message that was left to the answer --------------------------------------------------

def left_and_receipted(w, server, **mail):
    """A visitor who has left a message when nobody was there, the ticket's number and the agent,
    who has come since."""
    house(w, server, mail=mail, left="ticket")
    visitor = w.visitor(form={"email": ANN})
    visitor.write("Please call me back")
    receipt = server.wait()[0]
    number = re.search(r"Its number is (\d+)", receipt.text)[1]
    visitor.write("or write to me")  # to the same ticket: no other receipt
    assert receipt.recipients == [ANN] and "call me back" not in receipt.text
    return visitor, number, w.agent()


@scenario
def a_visitor_reads_of_the_receipt_only_where_one_goes(w):
    server = post_office(w)
    house(w, server, left="ticket", mail={"receipts_per_address": 1})
    promises = {"en": "You get the number by e-mail, too.",
                "de": "Die Nummer bekommen Sie auch per E-Mail."}

    def leaves(language, address):
        visitor = w.visitor(lang=language, **({"form": {"email": address}} if address else {}))
        visitor.write("Please call me back")
        notice = visitor.expect(step("received"))
        assert [body_of(line) for _, line in visitor.history()][-1] == body_of(notice)
        promised = find(notice, "visit:ticket").get("mail") == "true"
        assert promised == (promises[language] in body_of(notice)), body_of(notice)
        assert promised or "ail" not in body_of(notice), body_of(notice)
        return promised

    assert leaves("en", ANN)
    assert not leaves("en", None)
    assert not leaves("de", ANN.upper()), "enough for that address, for an hour"
    assert leaves("de", "bea@customer.example")
    assert [mail.recipients for mail in server.wait(2)] == [[ANN], ["bea@customer.example"]]
    until(lambda: waiting(w) == 0, "no other is on its way")
    assert len(server.mails) == 2


def displayed(visitor, line):
    visitor.send(f"<message to='{visitor.department}'><displayed xmlns='urn:xmpp:chat-markers:0' "
                 f"id='{line.get('id')}'/></message>")


@scenario
def an_answer_that_nobody_has_seen_goes_out_by_mail(w):
    server = post_office(w, user=USER, password=PASSWORD)
    visitor, number, agent = left_and_receipted(w, server)
    agent.say(f"ticket-{number}@{w.domain}", "We have it, für Sie")
    visitor.expect(message(body="We have it, für Sie"))  # in a page that nobody looks at
    answer = server.wait(2)[1]
    assert answer["Auto-Submitted"] == "auto-generated" and number in answer["Subject"]
    assert "Nina has written to you:\n\nWe have it, für Sie\n" in answer.text, answer.text
    assert answer["References"] == server.mails[0]["References"]
    until(lambda: waiting(w) == 0, "the row is gone")
    assert len(server.mails) == 2


@scenario
def an_answer_that_was_seen_goes_nowhere(w):
    server = post_office(w)
    visitor, number, agent = left_and_receipted(w, server, unseen_after_s=60)
    agent.say(f"ticket-{number}@{w.domain}", "We have it")
    visitor.expect(message(body="We have it"))
    agent.say(f"ticket-{number}@{w.domain}", "and it is blue")
    line = visitor.expect(message(body="and it is blue"))
    until(lambda: waiting(w) == 1, "it is to go")
    displayed(visitor, line)
    until(lambda: waiting(w) == 0, "it is not to go any more")
    assert len(server.mails) == 1


@scenario(servers=("prosody",))
def an_answer_waits_for_a_server_that_is_down(w):
    server = post_office(w)
    _, number, agent = left_and_receipted(w, server)
    server.stop()
    agent.say(f"ticket-{number}@{w.domain}", "We have it")
    w.current.wait_log("mail: none can be sent, 1 wait")
    w.current.kill()
    server.start()
    w.current.start()
    assert "We have it" in server.wait(2)[1].text
