"""examples/quickstart.sh: what a newcomer does first, and how it ends. Runs with the build under
test; installing and building are tried in a clean Debian by hand (docs/TESTING.md)."""
import contextlib
import os
import pathlib
import pty
import re
import select
import signal
import socket
import time

from servers import EXAMPLES, free_port
from world import Skip, scenario

ROOT = EXAMPLES.parent
TIMEOUT = 120


class Quickstart:
    """A run in a terminal of its own, and on a port of its own: several run at a time."""

    def __init__(self, w, *options, port=True):
        if not (ROOT / "widget" / "dist" / "manifest.json").exists():
            raise Skip("the widget is not built")
        self.directory = w.directory / "quickstart"
        self.said, self.code = "", None
        environment = dict(os.environ, TRESEN_RUN=str(self.directory), TRESEN_OFFLINE="1",
                           TRESEN_BUILD=str(pathlib.Path(w.program).parent.resolve()))
        chosen = ["--port", str(free_port())] if port else []
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            # Whoever is started in the background has it ignored, and so has everything below.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execvpe("sh", ["sh", str(EXAMPLES / "quickstart.sh"), "--server", w.kind, *chosen,
                              *options], environment)
        w.keep(self)

    def read(self, until, timeout=TIMEOUT):
        deadline = time.monotonic() + timeout
        while not re.search(until, self.said):
            assert time.monotonic() < deadline, f"never '{until}' in: {self.said}"
            if select.select([self.terminal], [], [], 0.2)[0]:
                try:
                    octets = os.read(self.terminal, 65536)
                except OSError:
                    octets = b""
                assert octets or re.search(until, self.said), f"no '{until}' in: {self.said}"
                self.said += octets.decode(errors="replace")
        return re.search(until, self.said)

    def end(self, timeout=TIMEOUT):
        """The rest of what it says; the exit code."""
        deadline = time.monotonic() + timeout
        while self.code is None and time.monotonic() < deadline:
            self.listen(0.1)
            pid, status = os.waitpid(self.child, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        assert self.code is not None, f"it does not end: {self.said}"
        while self.listen(0):
            pass  # its last words came between the look and the end
        return self.code

    def listen(self, seconds):
        """True: it said something in that time."""
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            octets = os.read(self.terminal, 65536)
        except OSError:
            octets = b""
        self.said += octets.decode(errors="replace")
        return bool(octets)

    def children(self):
        """Processes whose command line names the run's folder."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                line = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if str(self.directory).encode() in line and int(process.name) != os.getpid():
                found.append(int(process.name))
        return found

    def expect_nothing_left(self):
        assert not self.children(), f"processes are left: {self.children()}"
        assert not self.directory.exists(), "its folder is left"

    def close(self):
        if self.code is None:
            os.kill(self.child, signal.SIGTERM)
            self.end()
        os.close(self.terminal)
        for process in self.children():
            os.kill(process, signal.SIGKILL)


def type_into(run, text):
    os.write(run.terminal, text.encode())


@scenario
def quickstart_checks_itself(w):
    run = Quickstart(w, "--check")
    assert run.end() == 0, run.said
    assert f"everything works on {w.kind}" in run.said, run.said
    run.expect_nothing_left()


@scenario(servers=("prosody",))
def quickstart_serves_until_ctrl_c(w):
    run = Quickstart(w)
    page = run.read(r"http://127\.0\.0\.1:(\d+)/")
    run.read("Ctrl-C ends everything")
    with socket.create_connection(("127.0.0.1", int(page[1])), 10) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 200"), run.said
    second = Quickstart(w)
    assert second.end() == 1 and "an earlier run is still there" in second.said, second.said
    type_into(run, "\x03")
    assert run.end() == 0, run.said
    run.expect_nothing_left()


@scenario(servers=("prosody",))
def quickstart_opens_the_agent_in_the_terminal(w):
    run = Quickstart(w, "--agent")
    run.read(r"The password:\s+\w+")
    run.read("(?i)online|logged in|you are|/help|here")
    type_into(run, "/quit\n")
    assert run.end() == 0, run.said
    run.expect_nothing_left()


@scenario(servers=("prosody",))
def quickstart_ends_what_a_killed_run_left(w):
    run = Quickstart(w)
    run.read("Ctrl-C ends everything")
    left = run.children()
    os.kill(run.child, signal.SIGKILL)
    assert run.end() == -signal.SIGKILL
    assert len(left) >= 2, left
    again = Quickstart(w, "--check")
    assert again.end() == 0 and "of an earlier run" in again.said, again.said
    again.expect_nothing_left()


@scenario(servers=("prosody",))
def quickstart_says_in_a_sentence_what_is_wrong(w):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = Quickstart(w, "--port", port)
        assert run.end() == 1 and f"port {port} is in use by another program" in run.said, run.said
        run.expect_nothing_left()
    for options, words in ((["--server", "openfire"], "prosody or ejabberd, not openfire"),
                           (["--dance"], "there is no option --dance"),
                           (["--port", "many"], "--port is a number")):
        run = Quickstart(w, *options)
        assert run.end() == 1 and words in run.said, run.said
        run.expect_nothing_left()


@scenario(servers=("prosody",))
def quickstart_does_not_go_on_without_its_server(w):
    """Nor does it need the usual port, which is taken here."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(socket.create_server(("127.0.0.1", 8080)))
        except OSError:
            pass  # by somebody else
        run = Quickstart(w, port=False)
        run.read("port 8080 is in use by another program: the page is on port")
        run.read("Ctrl-C ends everything")
    server = [p for p in run.children() if b"prosody" in pathlib.Path(f"/proc/{p}/cmdline").read_bytes()
              and b"tresen.yml" not in pathlib.Path(f"/proc/{p}/cmdline").read_bytes()]
    assert server, run.children()
    os.kill(server[0], signal.SIGKILL)
    assert run.end() == 1 and "prosody has ended" in run.said, run.said
    run.expect_nothing_left()
