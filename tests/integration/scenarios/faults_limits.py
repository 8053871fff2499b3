"""The machine gives no more: descriptors, memory. And its clock jumps."""
import json
import os
import signal
import socket
import subprocess

from daemon import until
from faults import QUICK, Talk
from gateway import Refused
from link import open_files
from trouble import Idle, lines_of
from world import scenario
from xmpp import message

ROOMY = {"streams_per_address": 4000, "new_streams_per_minute": 10000}


def come(w, count):
    return [w.keep(socket.create_connection(("127.0.0.1", w.current.port))) for _ in range(count)]


def limit_files(daemon, count):
    subprocess.run(["prlimit", "--pid", str(daemon.process.pid), f"--nofile={count}:"], check=True)


def status(daemon):
    return json.loads(daemon.command("status", "--json").stdout)


@scenario
def with_all_descriptors_taken_the_desk_works_on(w):
    """C-09: browsers leave the database, the link and the control socket what they need; who comes
    too much is told (503), and may come when others have left."""
    daemon = w.daemon(wired=True, files=112, **{**QUICK, "limits": {**QUICK["limits"], **ROOMY}})
    talk = Talk(w)
    mark = len(daemon.log.read_bytes())
    browsers = come(w, 200)
    until(lambda: open_files(daemon) > 64, "the room for browsers is taken")
    with Idle(daemon):
        try:
            w.stream()
            raise AssertionError("there was room for one more")
        except Refused as refused:
            assert refused.status == 503
        talk.say("In the crowd")
        talk.agent.expect(message(from_=talk.contact, says="In the crowd"))
        connections = w.wire.connections
        w.wire.cut()
        until(lambda: status(daemon)["link"]["state"] == "down", "the link is down")
        w.wire.mend()
        until(lambda: status(daemon)["link"]["state"] == "up", "the link is up again")
        assert w.wire.connections > connections and status(daemon)["storage"] == "good"
        talk.agent.say(talk.contact, "Over the new link")
        talk.visitor.expect(message(body="Over the new link"))
    assert lines_of(daemon, " (warn|error) (gateway|control)", mark) <= 2, "the log is flooded"
    for browser in browsers:
        browser.close()
    until(lambda: daemon.readiness() == 200, "there is room again")
    assert w.visitor().id != talk.visitor.id
    talk.go_on()


@scenario(servers=("prosody",))
def descriptors_that_are_taken_away_come_back(w):
    """The limit sinks below what is open: whoever connects waits or is closed, nothing spins, and
    afterwards all goes on."""
    daemon = w.daemon(**{**QUICK, "limits": {**QUICK["limits"], **ROOMY}})
    talk = Talk(w)
    mark = len(daemon.log.read_bytes())
    soft = os.sysconf("SC_OPEN_MAX")
    limit_files(daemon, 8)
    come(w, 50)
    ask = w.keep(socket.socket(socket.AF_UNIX))
    ask.connect(str(daemon.directory / "control.sock"))
    ask.sendall(b'{"command":"status"}\n')
    with Idle(daemon):
        talk.say("Without one more descriptor")
        talk.agent.expect(message(from_=talk.contact, says="Without one more descriptor"))
        daemon.wait_log("control: cannot accept: Too many open files")
        talk.visitor.quiet(message(body="nothing"), 3)
    daemon.wait_log("gateway: cannot accept: Too many open files")
    assert lines_of(daemon, " (warn|error) (gateway|control)", mark) <= 2, "the log is flooded"
    limit_files(daemon, soft)
    ask.settimeout(20)
    assert b'"ok"' in ask.recv(65536), "who waited at the control socket was forgotten"
    until(lambda: daemon.readiness() == 200, "there are descriptors again")
    w.visitor()
    talk.go_on()
    talk.crash()


@scenario(servers=("ejabberd",))
def without_memory_the_daemon_ends_and_loses_nothing(w):
    """C-10: the allocation that fails ends the process, in words. What was acknowledged is there after
    the next start; what was not is said again, as the widget does, and stored once."""
    daemon = w.daemon(start=False, **QUICK)
    daemon.surroundings = {"ASAN_OPTIONS": "abort_on_error=1:allocator_may_return_null=1"}
    daemon.start()
    talk = Talk(w, 3000)
    for number in range(5):
        talk.visitor.expect(message(receipt=talk.say(f"Before {number}")))
    take_memory_away(daemon)
    while not talk.visitor.ended:
        last = talk.say(f"Into the trouble {len(talk.said)}")
        until(lambda n=last: talk.is_acknowledged(n) or talk.visitor.ended, "an answer, or the end")
    assert daemon.process.wait(20) == -signal.SIGABRT, daemon.tail()
    daemon.wait_log("error bug: (out of memory|.*(event|memory))")
    told = {text for number, text in talk.said.items() if talk.is_acknowledged(number)}
    daemon.start()
    again = w.visitor(token=talk.visitor.token)
    assert again.id == talk.visitor.id
    stored = talk.bodies(again)
    assert told <= set(stored), f"acknowledged and lost: {told - set(stored)}"
    again.write(talk.said[last] + " " + "x" * talk.size, id=last)
    talk.check_stored(again)


def take_memory_away(daemon):
    """No page more than it has; for a daemon that starts anew all is well again."""
    subprocess.run(["prlimit", "--pid", str(daemon.process.pid), "--data=65536"], check=True)
