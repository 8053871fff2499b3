"""Death at every system call: each life of the daemon ends when it enters the Nth fdatasync, the Nth
pwrite64, … (strace counts them for each thread), N = 1, 2, 3, and so on, while people return and
hold a short conversation. A life that outlasts the conversation is the last one for that call.
"""
import shutil
import signal
import subprocess
import time

# What the writer thread keeps the promise by, and what the loop (and the writer, to wake it) tells
# it by.
CALLS = ("fdatasync", "pwrite64", "sendmsg", "recvfrom", "write")
LINES = 3
LIFE = 20  # seconds for one conversation, when strace slows it down on a busy machine


def may_trace():
    """None, or why not."""
    if not shutil.which("strace"):
        return "strace is not installed"
    trial = subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True,
                           text=True, check=False)
    return trial.stderr.strip() if trial.returncode else None


class Points:
    def __init__(self, load):
        self.load, self.rig, self.loop = load, load.rig, load.loop
        self.reached = {}   # call -> the last N at which it died

    def run(self, seconds, step):
        """Each call's points, those of all calls in turn; step: every so-manieth. The first of each
        however long it takes."""
        deadline = time.monotonic() + seconds
        left = {call: 1 for call in CALLS}
        while left and (1 in left.values() or time.monotonic() < deadline):
            for call in list(left):
                if left[call] > 1 and time.monotonic() > deadline:
                    continue
                if self.dies_at(call, left[call]):
                    self.reached[call] = left[call]
                    left[call] += step
                else:
                    del left[call]
        self.rig.daemon.tracer = []
        self.rig.daemon.kill()
        self.rig.daemon.start()

    def dies_at(self, call, number):
        """One life; whether it ended by that call."""
        daemon = self.rig.daemon
        daemon.kill()
        # -D: the daemon is our child, not the tracer.
        daemon.tracer = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                         "-e", f"inject={call}:signal=KILL:when={number}"]
        daemon.spawn()
        deadline = time.monotonic() + LIFE
        self.loop.ask(self.begin)
        while daemon.process.poll() is None and time.monotonic() < deadline:
            if self.loop.ask(self.is_over):
                return False
            time.sleep(0.02)
        died = daemon.process.poll() is not None
        if died:
            self.rig.kills += 1
            if daemon.process.returncode != -signal.SIGKILL:
                self.rig.badly.append(f"{call} {number}: ended with {daemon.process.returncode}")
        return died

    def begin(self):
        """Everybody has three more lines to say."""
        self.wanted = {v: v.said + LINES for v in self.load.visitors}
        self.wished = {a: sum(t.said for t in a.talks.values()) + LINES for a in self.load.agents}
        self.going = True
        self.speak()

    def speak(self):
        if not self.going:
            return
        for visitor, wanted in self.wanted.items():
            if visitor.said < wanted and visitor.may_say():
                visitor.say("Point by point.")
        for agent, wanted in self.wished.items():
            for talk in agent.talks.values():
                if sum(t.said for t in agent.talks.values()) < wanted and agent.may_say(talk):
                    agent.say(talk, "One by one.")
        self.loop.after(0.02, self.speak)

    def is_over(self):
        over = all(v.said >= wanted and not v.pending for v, wanted in self.wanted.items()) and \
            all(not t.lines for a in self.load.agents for t in a.talks.values() if t.mine)
        self.going = self.going and not over
        return over
