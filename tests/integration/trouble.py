"""What goes wrong in the world, caused for real and ended again.

Each trouble is made ready by its constructor (Skip where this machine cannot cause it), begun by
begin(), ended by end(); close() ends it in any case.
"""
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import time

from daemon import until
from world import Skip


def cpu_seconds(process):
    """What the process has used so far, in the kernel and outside."""
    text = pathlib.Path(f"/proc/{process.pid}/stat").read_text()
    fields = text.rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Idle:
    """A stretch in which the daemon may wait but not spin: with Idle(daemon): …"""

    MOST = 0.25  # of one core; a sanitized daemon that answers a few stanzas needs a tenth of it

    def __init__(self, daemon):
        self.process = daemon.process

    def __enter__(self):
        self.wall, self.cpu = time.monotonic(), cpu_seconds(self.process)
        return self

    def __exit__(self, *failed):
        if not any(failed):
            share = (cpu_seconds(self.process) - self.cpu) / (time.monotonic() - self.wall)
            assert share < self.MOST, f"the daemon spins: {share:.0%} of a core"


class Trouble:
    def begin(self):
        raise NotImplementedError

    def end(self):
        raise NotImplementedError

    def close(self):
        self.end()


class SmallDisk(Trouble):
    """A tmpfs of a few MiB, for as long as the scenario runs; the trouble is that it is full."""

    SIZE = 4 << 20

    def __init__(self, place):
        self.place = place
        place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.SIZE}", "tmpfs",
                               str(place)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Skip(f"may not mount a small file system: {done.stderr.strip()}")

    def begin(self):
        with open(self.place / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 4096)
            except OSError:
                pass

    def end(self):
        (self.place / "filler").unlink(missing_ok=True)

    def remount(self, how):
        return subprocess.run(["mount", "-o", f"remount,{how}", str(self.place)],
                              capture_output=True, check=False).returncode == 0

    def close(self):
        subprocess.run(["umount", "-l", str(self.place)], capture_output=True, check=False)


class Locked(Trouble):
    """Somebody has begun a transaction in a shell and went for lunch."""

    def __init__(self, path, how="EXCLUSIVE"):
        self.path, self.how, self.shell = path, how, None

    def begin(self):
        self.shell = sqlite3.connect(self.path, isolation_level=None, timeout=20,
                                     check_same_thread=False)
        self.shell.execute(f"BEGIN {self.how}")

    def end(self):
        if self.shell:
            self.shell.execute("ROLLBACK")
            self.shell.close()
            self.shell = None


class Moved(Trouble):
    """Somebody tidied up, and puts it back."""

    def __init__(self, path):
        self.path, self.away = path, path.with_name("away.db")

    def begin(self):
        self.path.rename(self.away)

    def end(self):
        if self.away.exists():
            self.away.rename(self.path)


class Immutable(Trouble):
    """The files may not be changed any more, not even through descriptors that are open."""

    def __init__(self, path):
        self.files = [path, pathlib.Path(f"{path}-wal")]
        if not shutil.which("chattr"):
            raise Skip("chattr is not installed")
        probe = pathlib.Path(path).with_name("probe")
        with open(probe, "wb", buffering=0) as file:
            done = subprocess.run(["chattr", "+i", str(probe)], capture_output=True, text=True,
                                  check=False)
            try:
                file.write(b"x")
                effective = False
            except PermissionError:
                effective = True
        subprocess.run(["chattr", "-i", str(probe)], capture_output=True, check=False)
        probe.unlink()
        if not effective:
            raise Skip(f"chattr +i does not stop writing here: {done.stderr.strip()}")

    def mark(self, how):
        subprocess.run(["chattr", how, *(str(file) for file in self.files if file.exists())],
                       check=True, capture_output=True)

    def begin(self):
        self.mark("+i")

    def end(self):
        self.mark("-i")


class Injected(Trouble):
    """System calls of the daemon fail: what a dying disk answers."""

    def __init__(self, daemon, call, error="EIO"):
        self.daemon, self.call, self.error, self.tracer = daemon, call, error, None
        if not shutil.which("strace"):
            raise Skip("strace is not installed")
        trial = subprocess.run(["strace", "-o", "/dev/null", "-e", "inject=close:error=EIO:when=99+",
                                "true"], capture_output=True, text=True, check=False)
        if trial.returncode != 0:
            raise Skip(f"strace may not trace here: {trial.stderr.strip()}")

    def begin(self):
        log = self.daemon.directory / "strace.log"
        with open(log, "wb") as out:
            self.tracer = subprocess.Popen(
                ["strace", "-f", "-p", str(self.daemon.process.pid), "-e", f"trace={self.call}",
                 "-e", f"inject={self.call}:error={self.error}"], stdout=out, stderr=out)
        def said():
            return log.read_text(errors="replace")
        until(lambda: "attached" in said() or self.tracer.poll() is not None, "strace is attached")
        if "attached" not in said():
            raise Skip(f"strace may not attach to the daemon: {said().strip()}")

    def end(self):
        if self.tracer:
            self.tracer.send_signal(signal.SIGINT)
            self.tracer.wait(20)
            self.tracer = None


class Frozen(Trouble):
    """A process group that stands still (a server that swaps, a machine that is paused)."""

    def __init__(self, server):
        self.server = server

    def begin(self):
        os.killpg(self.server.process.pid, signal.SIGSTOP)

    def end(self):
        if self.server.process.poll() is None:
            os.killpg(self.server.process.pid, signal.SIGCONT)


class Clock(Trouble):
    """The daemon's wall clock, which jumps. It is to start behind this."""

    SOURCE = pathlib.Path(__file__).resolve().parent / "shims" / "clock.c"

    def __init__(self, daemon):
        self.file = daemon.directory / "ahead"
        library = daemon.directory / "clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(self.SOURCE)],
                       check=True)
        self.jump(0)
        # A sanitizer that is a library wants to be the first.
        sanitizer = re.findall(r"(/\S*/lib[at]san\.so\S*)", subprocess.run(
            ["ldd", daemon.program], capture_output=True, text=True, check=False).stdout)
        daemon.surroundings = {"LD_PRELOAD": ":".join([*sanitizer, str(library)]),
                               "SHIM_CLOCK": str(self.file)}

    def jump(self, ahead_s):
        """It is so far ahead from now on, or behind."""
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("=q", int(ahead_s)))

    def begin(self):
        self.jump(3600)

    def end(self):
        self.jump(0)


def lines_of(daemon, pattern, since=0):
    """How many lines of the log fit."""
    log = daemon.log.read_text(errors="replace")[since:]
    return sum(1 for line in log.splitlines() if re.search(pattern, line))
