"""Clients that nobody here wrote: npm's strophe.js and @xmpp/client as visitors, Profanity in a
terminal (tmux) as an agent."""
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time

from daemon import ORIGIN

CLIENTS = pathlib.Path(__file__).resolve().parent / "clients"


class NodeVisitor:
    """clients/NAME.mjs: one line for each event; a line written to it is a message."""

    def __init__(self, name, url, domain, department):
        self.name, self.lines = name, []
        self.changed = threading.Condition()
        self.process = subprocess.Popen(
            ["node", str(CLIENTS / f"{name}.mjs"), url, domain, department, ORIGIN],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()

    def expect(self, pattern, timeout=40):
        with self.changed:
            found = []

            def is_there():
                found[:] = [line for line in self.lines if re.search(pattern, line)]
                return found
            if not self.changed.wait_for(is_there, timeout):
                raise AssertionError(f"{self.name}: no line like {pattern}: {self.lines[-8:]}")
            return found[0]

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def close(self):
        try:
            self.process.stdin.close()
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


class Profanity:
    """Profanity in a tmux of its own, with a home directory of its own."""

    def __init__(self, jid, port, password="pw"):
        self.home = tempfile.mkdtemp(prefix="tresen-profanity-")
        self.tmux = ["tmux", "-S", f"{self.home}/tmux"]
        environment = {"HOME": self.home, "XDG_CONFIG_HOME": f"{self.home}/config",
                       "XDG_DATA_HOME": f"{self.home}/share", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
                       "TERM": "xterm-256color", "PATH": "/usr/bin:/bin:/usr/games"}
        self.run("-f", "/dev/null", "new-session", "-d", "-x", "150", "-y", "45",
                 "profanity", env=environment)
        self.expect("Profanity")
        self.type(f"/connect {jid} server 127.0.0.1 port {port} tls disable")
        self.expect("password")
        self.type(password)
        self.expect("logged in successfully")

    def run(self, *words, env=None):
        return subprocess.run([*self.tmux, *words], env=env, check=True, capture_output=True,
                              text=True).stdout

    def type(self, line):
        """One line of input and Enter."""
        self.run("send-keys", "-l", line)
        self.run("send-keys", "Enter")

    def screen(self):
        return self.run("capture-pane", "-p")

    def expect(self, pattern, timeout=40):
        """Until the screen shows it."""
        deadline = time.monotonic() + timeout
        while True:
            screen = self.screen()
            if re.search(pattern, screen, re.I):
                return screen
            if time.monotonic() > deadline:
                shown = "\n".join(line for line in screen.splitlines() if line.strip())
                raise AssertionError(f"Profanity does not show {pattern}:\n{shown}")
            time.sleep(0.1)

    def close(self):
        try:
            self.run("kill-server")
        except subprocess.CalledProcessError:
            pass
        shutil.rmtree(self.home, ignore_errors=True)
