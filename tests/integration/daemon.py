"""The daemon under test: writes its configuration, starts it, waits until it is ready, stops it."""
import datetime
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
import zoneinfo

from servers import MORTAL, free_port

ORIGIN = "https://shop.example"
REPORTS = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:|ThreadSanitizer|Assertion|"
                     r"\bBUG\b")


def merge(base, more):
    """more over base; maps are joined, everything else is replaced, None takes away."""
    out = dict(base)
    for key, value in more.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merge(out[key], value)
        else:
            out[key] = value
    return out


class Daemon:
    """directory holds tresen.yml, secret, tresen.db and daemon.log.

    left: of each department that says nothing itself. Most stories are about the queue, which
    messages wait in where nobody is there; None is what comes without a word (left.py)."""

    def __init__(self, program, directory, host, component, api=None, left="chat", **more):
        self.program, self.directory = program, pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process, self.log = None, self.directory / "daemon.log"
        self.tracer = []  # words before the program's, of one that watches it by ptrace
        self.surroundings = {}  # of its environment, what a scenario adds
        domain = "support." + host
        server = {"host": "127.0.0.1", "port": component[0], "secret_file": "secret"}
        if api:
            server["api"] = {"url": api, "user": f"bridge@{host}", "password_file": "api-password"}
        self.configuration = merge({
            "domain": domain, "server": server,
            "web": {"listen": f"127.0.0.1:{self.port}", "origins": [ORIGIN]},
            "storage": "sqlite:tresen.db", "default_department": "sales",
            "departments": [{"id": "sales", "name": "Sales",
                             "agents": [f"agent@{host}", f"agent2@{host}"]}],
            "agents": [{"jid": f"agent@{host}", "name": "Nina", "capacity": 5},
                       {"jid": f"agent2@{host}", "name": "Tom", "capacity": 5}],
            "limits": {"agent_grace_s": 1, "visitor_grace_s": 2, "leave_s": 2,
                       "linger_s": 1},
            "log_level": "debug"}, more)
        self.left = left
        self.write("secret", component[1])
        self.write("api-password", "pw")

    def write(self, name, text):
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_text(text)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket_url(self):
        return f"ws://127.0.0.1:{self.port}/xmpp-websocket"

    @property
    def bosh_url(self):
        return f"{self.url}/http-bind"

    def command(self, *words, **more):
        """Runs a subcommand with this configuration; returns the finished process."""
        return subprocess.run([self.program, *words, "-c", str(self.directory / "tresen.yml")],
                              capture_output=True, text=True, timeout=120,
                              env=self.environment(), check=False, **more)

    def environment(self):
        leaks = 0 if self.tracer else 1  # LeakSanitizer is a tracer, too: there can be one only
        return {**os.environ, "ASAN_OPTIONS": f"abort_on_error=1:detect_leaks={leaks}",
                "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1", **self.surroundings}

    def spawn(self, files=None):
        for department in self.configuration["departments"] if self.left else []:
            department.setdefault("left", self.left)
        # JSON is YAML.
        (self.directory / "tresen.yml").write_text(json.dumps(self.configuration, indent=1))
        log = open(self.log, "ab")
        limit = ["prlimit", f"--nofile={files}"] if files else []
        self.process = subprocess.Popen(
            [*MORTAL, *limit, *self.tracer, self.program, "run", "-c",
             str(self.directory / "tresen.yml")], stdout=log,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=self.environment())
        log.close()

    def start(self, ready=True, files=None):
        self.spawn(files)
        self.wait(200 if ready else None)
        return self

    def get(self, path, headers=None):
        """(status, headers, body)."""
        request = urllib.request.Request(self.url + path, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read()

    def readiness(self):
        try:
            return self.get("/readyz")[0]
        except (OSError, http.client.HTTPException):
            return 0

    def wait(self, status, timeout=40):
        """Until /readyz says so (None: until it says anything)."""
        deadline = time.monotonic() + timeout
        while True:
            now = self.readiness()
            if now == status or (status is None and now):
                return
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended with {self.process.returncode}: "
                                     f"{self.tail()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"/readyz says {now}, not {status}: {self.tail()}")
            time.sleep(0.02)

    def wait_log(self, pattern, timeout=20):
        """Until a line of the log fits."""
        deadline = time.monotonic() + timeout
        while not re.search(pattern, self.log.read_text(errors="replace")):
            if time.monotonic() > deadline:
                raise AssertionError(f"no log line like {pattern}: {self.tail()}")
            time.sleep(0.05)

    def tail(self, lines=12):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self, timeout=30):
        """SIGTERM; the exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process and self.process.returncode
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired as late:
            self.kill()
            raise AssertionError(f"no end within {timeout} s of SIGTERM: {self.tail()}") from late

    def revive(self):
        """kill -9 and another start; until the presence of an agent is known again."""
        self.kill()
        mark = len(self.log.read_text(errors="replace"))
        self.start()
        self.wait_log(r"(?s)^.{%d}.*availability=free" % mark)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def complaints(self):
        """What sanitizers and our own BUG() wrote."""
        if not self.log.exists():
            return []
        return [line for line in self.log.read_text(errors="replace").splitlines()
                if REPORTS.search(line)]


def until(condition, what, timeout=20):
    """Calls condition until it is true; returns its value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.05)


def within_a_day(zone=None):
    """Sleeps over midnight (of the machine's zone, or of that one) where it is near: a day that ends
    beneath a scenario has other figures."""
    now = datetime.datetime.now(zoneinfo.ZoneInfo(zone) if zone else None)
    left = 24 * 3600 - (now.hour * 3600 + now.minute * 60 + now.second)
    if left < 120:
        time.sleep(left + 1)
