"""Lists and searches of tickets, and the start with as many of them."""
import re
import statistics
import subprocess
import time

from daemon import Daemon
from servers import Prosody

HOST = "h1.localhost"
TICKETS, ENTRIES, LINES = 1000000, 10, 200  # LINES a second are stored meanwhile
SECONDS = 2  # of each list and search in a run
P99_MS, START_S = 50, 3
FEW = (20000, 10)
TIMES = re.compile(r"(.+?) +n=(\d+) +rows=(\d+) +short=(\d+) +p50=([\d.]+) p99=([\d.]+) max=([\d.]+)")
OPENED = re.compile(r"opened in ([\d.]+) s")


def bench(build, *words):
    made = subprocess.run([build / "bench_tickets", *map(str, words)], stdout=subprocess.PIPE,
                          text=True, check=False)
    return made.returncode, made.stdout.splitlines()


def compare(build, scratch, tally):
    code, lines = bench(build, "compare", scratch / "few.db", *FEW)
    told = 0
    for line in lines:
        verdict, _, words = line.partition(" ")
        if verdict in ("ok", "FAIL"):
            tally.tell(f"tickets: {words.strip()}", "" if verdict == "ok" else "too dear, or wrong")
            told += 1
    if told == 0 or (code != 0) != (tally.failed > 0):
        tally.tell("tickets: the comparison", f"ended with {code}")


def read(build, path, runs):
    """Of each run, {name: (median, 99th percentile, slowest)} in milliseconds."""
    found = []
    for _ in range(runs):
        code, lines = bench(build, "read", path, SECONDS, LINES)
        if code != 0:
            raise RuntimeError(f"bench_tickets read ended with {code}")
        matches = [match for match in map(TIMES.match, lines) if match]
        found.append({m[1]: tuple(map(float, m.group(5, 6, 7))) for m in matches})
    return found


def median(runs, name, column):
    return round(statistics.median(run[name][column] for run in runs), 2)


def start(build, scratch, path, runs):
    """From the process to /readyz, link included, each time after a kill -9; in seconds."""
    server = Prosody(scratch / "server", [HOST]).start()
    took = []
    try:
        daemon = Daemon(build / "tresen", scratch / "daemon", HOST,
                        (server.component_port(HOST), server.secret), log_level="info")
        path.rename(daemon.directory / "tresen.db")
        for _ in range(runs):
            begun = time.monotonic()
            daemon.start()
            took.append(round(time.monotonic() - begun, 3))
            daemon.kill()
    finally:
        server.stop()
    return took


def measure(build, scratch, runs, tally):
    path = scratch / "million.db"
    begun = time.monotonic()
    if bench(build, "fill", path, TICKETS, ENTRIES)[0] != 0:
        raise RuntimeError("the database could not be filled")
    filled = time.monotonic() - begun
    before = path.stat().st_size
    _, lines = bench(build, "read", path, 0, 0)
    migrated = next(float(match[1]) for match in map(OPENED.match, lines) if match)
    after = path.stat().st_size
    found = read(build, path, runs)
    names = list(found[0])
    figures = {
        "tickets": TICKETS, "entries": TICKETS * ENTRIES, "lines": LINES, "filled_s": round(filled),
        "migrated_s": round(migrated), "bytes_before": before, "bytes_after": after,
        "asked": {name: {"p50": median(found, name, 0), "p99": median(found, name, 1),
                         "max": max(run[name][2] for run in found)} for name in names},
        "starts_s": sorted(start(build, scratch, path, runs)),
    }
    for name in names:
        if name != "commits":
            p99 = figures["asked"][name]["p99"]
            tally.tell(f"tickets: {name} within {P99_MS} ms",
                       f"{p99} ms" if p99 > P99_MS else "")
    middle = statistics.median(figures["starts_s"])
    tally.tell(f"tickets: ready within {START_S} s", f"{middle} s" if middle > START_S else "")
    return figures
