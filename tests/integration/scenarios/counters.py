"""Figures that people and Prometheus watch: each moves when its cause happens; the port answers nothing
else and nobody who comes by another name; `tresen status` says the same, and goes on with --watch."""
import json
import os
import pathlib
import pty
import re
import select
import signal
import socket
import subprocess
import time

from daemon import ORIGIN, until
from figures import Figures, figures
from gateway import BoshStream, Refused, Visitor, WebSocketStream
from servers import free_port
from trouble import Locked
from world import scenario
from xmpp import message

TOP = pathlib.Path(__file__).resolve().parents[3]
LASTING = {"agent_grace_s": 600, "visitor_grace_s": 600}


def watched(w, **more):
    """A daemon's configuration with that port."""
    return {"metrics": {"listen": f"127.0.0.1:{free_port()}", **more.pop("metrics", {})}, **more}


def alone(w, **more):
    """Behind a fake server, whose link is up."""
    fake = w.fake_server(ready=False, **watched(w, **more))
    link = fake.serve()
    w.current.wait(200)
    return fake, link, w.current


def port(daemon):
    return int(daemon.configuration["metrics"]["listen"].rpartition(":")[2])


def ask(daemon, request):
    """Raw bytes out; all that comes until the end of the connection."""
    with socket.create_connection(("127.0.0.1", port(daemon)), 15) as line:
        line.sendall(request.encode("latin-1"))
        got = b""
        try:
            while octets := line.recv(65536):
                got += octets
        except ConnectionResetError:
            pass
    return got.decode()


def get(path="/metrics", host="127.0.0.1", method="GET", more=""):
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n"


def status_of(answer):
    return int(answer.split(" ", 2)[1]) if answer else 0


# ---- the port ----------------------------------------------------------------------------------

def examples_name_what_there_is(daemon):
    """Alerts and the dashboard use figures that exist, with labels that they have; the document
    names all of them, and no others."""
    now = figures(daemon)
    names = {name for name, _ in now.samples}
    known = {name: {label for n, labels in now.samples if n == name for label, _ in labels} for name in names}
    word = re.compile(r"\b(?:tresen|process)_[a-z_]+\b")
    rules = (TOP / "examples/prometheus/alerts.yml").read_text()
    board = json.loads((TOP / "examples/prometheus/dashboard.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    assert len(asked) > 10 and rules.count("- alert:") > 8
    for text in (rules, *asked):
        for name, selector in re.findall(r"\b((?:tresen|process)_[a-z_]+)(?:\{([^}]*)\})?", text):
            assert name in names, f"no such figure: {name}"
            labels = set(re.findall(r'(\w+) *(?:=|!=|=~|!~) *"', selector)) - {"job", "instance"}
            assert labels <= known[name], f"{name} has no {labels - known[name]}"
    page = (TOP / "docs/OPERATIONS.md").read_text().partition("## Figures to watch")[2].partition("\n## ")[0]
    said = {name for name in word.findall(page)}
    assert said == set(now.kinds), (said ^ set(now.kinds))
    for reason in (dict(labels)["reason"] for n, labels in now.samples if n.endswith("_refused_total")):
        assert f"`{reason}`" in page, f"the document does not say what {reason} is"


@scenario(fake=True)
def figures_are_on_a_port_of_their_own_and_nothing_else_is(w):
    """GET and HEAD of one path; not on the port of browsers. A port that is taken is an end in words."""
    fake, _, daemon = alone(w, mail={"url": "smtp://127.0.0.1:1", "from": "desk@shop.example", "tls": "none"})
    answer = ask(daemon, get())
    head, _, body = answer.partition("\r\n\r\n")
    assert status_of(answer) == 200 and "\r\nCache-Control: no-store" in head, head
    assert "\r\nConnection: close" in head and Figures(body)("tresen_ready") == 1
    head, _, body = ask(daemon, get(method="HEAD")).partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 200 ") and not body and "Content-Length: 0" not in head, head
    for method in ("POST", "PUT", "OPTIONS"):
        answer = ask(daemon, get(method=method, more="Content-Length: 3\r\n") + "abc")
        assert status_of(answer) == 405 and "Allow: GET, HEAD\r\n" in answer, answer
    assert status_of(ask(daemon, get(method="DELETE"))) in (405, 501)
    for path in ("/", "/metrics/", "/metrics.txt", "/xmpp-websocket", "/w/1/loader.js", "/%6detrics/x"):
        assert status_of(ask(daemon, get(path))) == 404, path
    assert status_of(ask(daemon, get("/metrics?x=y"))) == 200
    assert daemon.get("/metrics")[0] == 404, "browsers reach it"
    assert len(re.findall("HTTP/1.1 ", ask(daemon, get() + get()))) == 1, "one request a connection"
    examples_name_what_there_is(daemon)
    daemon.stop()
    fake.listener.close()
    with socket.create_server(("127.0.0.1", port(daemon))):
        done = daemon.command("run")
        assert done.returncode == 1 and "cannot listen" in done.stderr, done.stderr
        done = daemon.command("check")
        assert "FAIL  metrics" in done.stdout and "change metrics.listen or end it" in done.stdout, done.stdout


def held(w, there):
    """A connection that stays: one that has just ended may still have a place, and then there is none."""
    def taken():
        line = w.keep(socket.create_connection(("127.0.0.1", there), 15))
        line.settimeout(0.3)
        try:
            return None if line.recv(1) == b"" else line
        except ConnectionResetError:
            return None
        except TimeoutError:
            return line
    return until(taken, "a place")


@scenario(fake=True)
def who_comes_by_another_name_or_with_a_hostile_head_learns_nothing(w):
    """DNS rebinding: a page's own name may lead here, but its Host is not ours. V-009 to V-013 hold on
    this port, too; four connections at once, and what is idle keeps nobody out for ever."""
    _, _, daemon = alone(w, metrics={"hosts": ["desk.example.org"]})
    there = port(daemon)
    for host in ("127.0.0.1", f"127.0.0.1:{there}", f"localhost:{there}", "LocalHost", "[::1]:9464",
                 f"Desk.Example.org:{there}", "desk.example.org"):
        assert status_of(ask(daemon, get(host=host))) == 200, host
    for host in ("evil.example", f"evil.example:{there}", "127.0.0.1.evil.example", "localhost.evil.example",
                 "desk.example.org.evil.example", "xdesk.example.org", "localhost:x", "2130706433", ""):
        answer = ask(daemon, get(host=host))
        assert status_of(answer) in (400, 403) and "tresen_" not in answer, (host, answer)
    daemon.configuration["metrics"]["hosts"] = ["other.example"]
    daemon.write("tresen.yml", json.dumps(daemon.configuration))
    done = daemon.command("reload")
    assert done.returncode == 0, done.stderr
    assert status_of(ask(daemon, get(host="other.example"))) == 200
    assert status_of(ask(daemon, get(host="desk.example.org"))) == 403
    for request in (get(more="X: " + "x" * 8200 + "\r\n"), get(more="X: a\nY: b\r\n"), get(more="X : a\r\n"),
                    get(more="Host: evil.example\r\n"), "\x16\x03\x01\x02\x00" + get(),
                    get(more="Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
                    "GET http://evil.example/metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                    "GET /metrics HTTP/1.1\r\n\r\n", f"GET /{'x' * 3000} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"):
        answer = ask(daemon, request)
        assert status_of(answer) in (0, 400, 414, 431, 501) and "tresen_" not in answer, (request[:60], answer)
    idle = [held(w, there) for _ in range(4)]
    for line in idle[:2]:
        line.sendall(b"GET /metrics HTTP/1.1\r\nHo")
    assert ask(daemon, get()) == "", "there was room for a fifth"
    for line in idle:
        line.close()
    until(lambda: status_of(ask(daemon, get())) == 200, "there is room again")


# ---- what moves them -----------------------------------------------------------------------------

@scenario
def figures_follow_visitors_agents_and_chats(w):
    daemon = w.daemon(**watched(w, limits=LASTING))

    def becomes(name, number, **labels):
        until(lambda: figures(daemon)(name, **labels) == number, f"{name} {labels} is {number}")

    now = figures(daemon)
    assert now("tresen_visitors") == now("tresen_streams") == now("tresen_chats_begun_total") == 0
    assert now("tresen_link_up") == now("tresen_department_open") == 1 <= now("tresen_link_handshakes_total")
    assert now("tresen_agents", availability="gone") == 2 and now("tresen_free_seats") == 0
    assert now("process_resident_memory_bytes") > 1e6 and now("process_start_time_seconds") > 1.7e9
    agent = w.agent()
    becomes("tresen_agents", 1, department="sales", availability="free")
    assert figures(daemon)("tresen_free_seats", department="sales") == 5
    visitor = w.visitor()
    now = figures(daemon)
    assert now("tresen_visitors", chat="no") == now("tresen_streams") == 1, now.samples
    assert now("tresen_connections") >= 1
    contact = w.offered(agent, visitor, "Is anybody there?")
    now = figures(daemon)
    assert now("tresen_chats", state="offered") == now("tresen_chats_begun_total") == 1
    assert now("tresen_visitors", chat="yes") == 1 and now("tresen_visitors") == 1
    until(lambda: figures(daemon)("tresen_queue_longest_wait_seconds") >= 1, "the wait grows")
    agent.say(contact, "Yes")
    visitor.expect(message(body="Yes"))
    now = figures(daemon)
    assert now("tresen_chats", state="active") == 1 and now("tresen_chats") == 1
    assert now("tresen_queue_wait_seconds_count") == 1 and now("tresen_queue_wait_seconds_sum") >= 1
    assert now("tresen_queue_longest_wait_seconds") == 0 and now("tresen_free_seats") == 4
    assert now("tresen_commit_seconds_count") > 3 and now("tresen_outbox_sent_total") >= 1
    visitor.end_chat()
    becomes("tresen_chats", 0)
    gone = w.visitor()
    w.offered(agent, gone, "Never mind")
    gone.end_chat()
    becomes("tresen_chats_abandoned_total", 1, department="sales")
    agent.unavailable()
    becomes("tresen_agents", 2, availability="gone")
    late = w.visitor()
    late.write("Nobody?")
    until(lambda: figures(daemon)("tresen_chats", state="left") == 1, "it is a message that was left")
    now = figures(daemon)
    assert now("tresen_chats_left_total") == 1 and now("tresen_chats_begun_total") == 3
    status = json.loads(daemon.command("status", "--json").stdout)
    assert status["visitors"]["online"] == now("tresen_visitors") and status["streams"] == now("tresen_streams")
    assert status["departments"][0]["left"] == 1 and status["departments"][0]["chats_begun"] == 3, status


@scenario(fake=True)
def figures_follow_the_link_and_the_outbox(w):
    _, link, daemon = alone(w, limits=LASTING, server={"roster": "none"})
    link.send(f"<presence from='{w.jid('agent')}/test' to='{w.sales}'/>")
    until(lambda: figures(daemon)("tresen_agents", availability="free") == 1, "the agent is there")
    link.settle(f"{w.jid('agent')}/test")
    link.answers_pings = False
    visitor = w.visitor()
    visitor.write("Hello")
    link.expect(message(body="Hello"))
    until(lambda: figures(daemon)("tresen_outbox_messages", state="sent") > 0, "it is sent, and not known to be there")
    link.fail("conflict")
    until(lambda: figures(daemon)("tresen_link_up") == 0, "the link is down")
    now = figures(daemon)
    assert now("tresen_link_fault", fault="conflict") == now("tresen_link_fault") == 1
    assert now("tresen_ready") == 0 and now("tresen_outbox_messages", state="sent") == 0
    assert now("tresen_outbox_messages", state="queued") > 0
    page = daemon.command("status").stdout
    assert re.search(r"(?m)^ready +NO: the link to the XMPP server is down$", page), page
    assert re.search(r"(?m)^link +DOWN; handshakes since the start: 1\n +the server says that this domain is taken",
                     page), page


@scenario(fake=True)
def what_is_refused_is_counted_by_its_reason(w):
    _, _, daemon = alone(w, limits={**LASTING, "message_burst": 5, "body_points": 100,
                                    "new_streams_per_minute": 3})

    def one(reason, family="visitors"):
        until(lambda: figures(daemon)(f"tresen_{family}_refused_total", reason=reason) == 1, reason)

    visitor = w.visitor()
    assert figures(daemon)("tresen_visitors_refused_total") == 0
    visitor.say(w.sales, "x" * 101)
    one("length")
    trouble = w.keep(Locked(daemon.directory / "tresen.db"))
    trouble.begin()
    visitor.say(w.sales, "Into the trouble")
    daemon.wait(503)
    assert figures(daemon)("tresen_storage_refusing") == 1
    assert figures(daemon)("tresen_storage_waiting_writes") > 0
    visitor.say(w.sales, "Refused")
    one("storage")
    trouble.end()
    daemon.wait(200)
    now = figures(daemon)
    assert now("tresen_storage_refusing") == now("tresen_storage_waiting_writes") == 0
    slow = now("tresen_commit_seconds_count") - now("tresen_commit_seconds_bucket", le="1")
    assert slow >= 1, "the commit that waited was quick"
    for origin, stream in ((None, WebSocketStream), ("https://evil.example", BoshStream)):
        url = daemon.websocket_url if stream is WebSocketStream else daemon.bosh_url
        try:
            stream(url, w.domain, origin).start()
            raise AssertionError(f"{origin} was let in")
        except Refused as no:
            assert no.status == 403, no.status
    assert figures(daemon)("tresen_gateway_refused_total", reason="origin") == 2
    others = [Visitor(w.stream(), w.sales) for _ in range(2)]
    for other in others:
        other.check_in()
    try:
        WebSocketStream(daemon.websocket_url, w.domain, ORIGIN).start()
        raise AssertionError("there was room for another new one")
    except Refused as no:
        assert no.status == 429, no.status
    one("address", "gateway")
    for number in range(8):
        visitor.say(w.sales, f"Quick {number}")
    until(lambda: figures(daemon)("tresen_visitors_refused_total", reason="pace") > 0, "they write too fast")
    page = daemon.command("status").stdout
    assert re.search(r"(?m)^refused +address: 1, origin: 2, storage: 1, pace: \d, length: 1$", page), page


# ---- tresen status --watch -------------------------------------------------------------------------

class Terminal:
    """tresen status --watch on a terminal of its own: what it shows is kept."""

    def __init__(self, daemon, *more):
        self.seen, (self.ours, theirs) = "", pty.openpty()
        self.process = subprocess.Popen(
            [daemon.program, "status", "--watch", *more, "-c", str(daemon.directory / "tresen.yml")],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env={**daemon.environment(), "TERM": "xterm"})
        os.close(theirs)

    def expect(self, pattern, timeout=20):
        """In what has come since the last that was expected."""
        deadline = time.monotonic() + timeout
        while not (found := re.search(pattern, self.seen)):
            left = deadline - time.monotonic()
            assert left > 0, f"never shown: {pattern}; but: {self.seen[-1500:]!r}"
            if select.select([self.ours], [], [], left)[0]:
                self.seen += os.read(self.ours, 65536).decode()
        self.seen = self.seen[found.end():]
        return found

    def end(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return self.process.wait(10)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.ours)


@scenario(fake=True)
def watching_goes_on_through_a_restart_until_ctrl_c(w):
    fake, _, daemon = alone(w)
    terminal = w.keep(Terminal(daemon))
    terminal.expect(r"Ctrl-C ends\x1b\[K")
    terminal.expect(r"\nready +yes\x1b\[K")
    terminal.expect(r"\nsales +nobody +0 +0 +0 +0 +0:00")
    visitor = w.visitor()
    terminal.expect(r"\x1b\[H")
    terminal.expect(r"visitors +online: 1, in a chat: 0; streams: 1")
    visitor.close()
    daemon.stop()
    terminal.expect(r"no daemon answers on .*control.sock")
    daemon.spawn()
    fake.serve()
    terminal.expect(r"THE DAEMON WAS STARTED AGAIN, seen at ")
    assert terminal.end() == 0
    lines = subprocess.Popen([daemon.program, "status", "--watch", "-c", str(daemon.directory / "tresen.yml")],
                             stdout=subprocess.PIPE, text=True, env=daemon.environment())
    line = lines.stdout.readline()
    lines.send_signal(signal.SIGTERM)
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ready=(yes|no) link=(up|down) storage=good visitors=\d+ .*"
                    r" longest_wait_s=0 free_seats=0 outbox=\d+ set_aside=0 refused=0 memory_bytes=\d+\n$", line), line
    assert lines.wait(10) == 0
    daemon.stop()
    done = daemon.command("status")
    assert done.returncode == 1 and "no daemon answers" in done.stderr
    told = w.keep(Terminal(daemon, "--json"))
    assert json.loads(told.expect(r"(\{.*\})\r\n")[1])["error"].startswith("no daemon answers on ")
    assert told.end(signal.SIGTERM) == 0
