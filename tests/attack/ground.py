"""Where it happens: a daemon with the limits that it has by default, a server and agents that are the
load (tests/bench/load), and honest visitors who ask and are answered all the while."""
import json
import pathlib
import subprocess
import sys
import time

import places
from servers import MORTAL

HERE = pathlib.Path(__file__).resolve().parent

HONEST = 200  # from sixteen addresses
TALKERS = 50
WIDTH = 20
RATE = 50     # questions a second
WARM_RATE, WARM_S, WARM_TURNS, WARM_BYTES = 300, 20, 10, 1 << 16
# Of places.MANY that is kept which lets few agents answer everybody; what holds attackers off is as shipped.
LIMITS = {**{name: places.MANY[name] for name in ("answer_s", "offer_s", "agent_grace_s", "message_burst")},
          "visitor_grace_s": 10, "leave_s": 5, "linger_s": 1}


class Attacker:
    """tests/attack/attacker.py, at work."""

    def __init__(self, *words):
        self.process = subprocess.Popen([*MORTAL, sys.executable, HERE / "attacker.py", *map(str, words)],
                                        text=True, stdout=subprocess.PIPE)

    def wait(self):
        """What has become of its connections."""
        told, _ = self.process.communicate()
        if self.process.returncode:
            raise RuntimeError("the attacker has broken off")
        return json.loads(told)


class Ground:
    def __init__(self, build, directory, visitors=HONEST):
        self.place = places.alone(build, directory, visitors, limits=LIMITS)
        self.meter, self.daemon = self.place.meter, self.place.daemon
        self.department = f"sales@{self.daemon.configuration['domain']}"
        self.files = pathlib.Path("/proc") / str(self.daemon.process.pid) / "fd"

    def gather(self):
        self.place.generator.do("come", HONEST, WIDTH)
        self.place.generator.do("talk", TALKERS, WIDTH)

    def warm_up(self):
        """What chats keep of their lines, and the database of its pages, is there before it counts.
        (What is resident does not tell: there is room that the crowds have left.)"""
        before = 0
        for _ in range(WARM_TURNS):
            now = self.used_bytes()
            if now < before + WARM_BYTES:
                break
            before = now
            self.ask(WARM_S, WARM_RATE)

    def ask(self, seconds, rate=RATE):
        """What honest visitors see meanwhile; that any is lost, or not answered, is an error here."""
        told = self.place.generator.do("ask", rate, seconds)
        if told["answered"] != told["asked"]:
            raise RuntimeError(f"{told['asked']} asked, {told['answered']} answered")
        return told["answers"]

    def attack(self, kind, seconds, count, done=0):
        return Attacker(kind, self.daemon.port, self.department, seconds, count, done)

    def used_bytes(self):
        """What is in use, as it says itself: what is resident beyond it is kept for the next crowd."""
        return json.loads(self.daemon.command("status", "--json").stdout)["memory_used_bytes"]

    def open_files(self):
        return len(list(self.files.iterdir()))

    def write_ahead_bytes(self):
        log = self.daemon.directory / "tresen.db-wal"
        return log.stat().st_size if log.exists() else 0

    def settles(self, what, most, seconds):
        """Whether what() is at most that within that time; and what it is then."""
        end = time.monotonic() + seconds
        while what() > most and time.monotonic() < end:
            time.sleep(0.5)
        now = what()
        return now <= most, now

    def is_alive(self):
        return self.daemon.process.poll() is None

    def stop(self):
        self.place.stop()
