#!/usr/bin/env python3
"""Load, misfortune, and an oracle, on a real Prosody and a real ejabberd at a time.

    tests/chaos/run.py [--build DIRECTORY] [--server prosody|ejabberd|both] [--seed S] [--long]
                       [--minutes M] [--walks N]

The seed decides which faults come when; it is printed, and given again it gives the same schedule.
Each invariant on each server is one test. --long goes on until there is enough of everything, adds
the time that a restart takes, and writes docs/RELIABILITY.md; --minutes: at most so long under
load; --walks: so many through pages, of both servers together.
Ends with "N passed, N failed". docs/TESTING.md.
"""
import argparse
import json
import os
import pathlib
import platform
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
LOGS = TOP / "build" / "test-logs" / "chaos"
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

import driver  # noqa: E402
import faults  # noqa: E402
import oracle  # noqa: E402
import planted  # noqa: E402
import points  # noqa: E402
import report  # noqa: E402
import restart  # noqa: E402
import rig  # noqa: E402

# kills, acknowledged: enough of them, on each server. seconds: no longer under load. step: of the
# points of death, every so-manieth. ready_s: the median start, where only this runs: a machine that
# does other things has no absolute times. A round is ten faults, then undisturbed talk.
SHORT = {"visitors": 16, "agents": 4, "pace": 0.8, "seconds": 40, "kills": 8, "acknowledged": 600,
         "calm": 3, "rest": 60, "points": 25, "step": 7, "walks": 10, "tickets": 5000, "starts": 3,
         "ready_s": None}
LONG = {"visitors": 40, "agents": 10, "pace": 1.8, "seconds": 1200, "kills": 55,
        "acknowledged": 52000, "calm": 30, "rest": 300, "points": 60, "step": 1, "walks": 500,
        "tickets": 100000, "starts": 10, "ready_s": 1}
ROUND = 10
ROOM = 2 << 30
# The start reads the database once; it may not do more for each ticket than that.
SLOWER = 6


class Tally:
    """Prints a line for each test, counts them."""

    def __init__(self):
        self.passed = self.failed = 0

    def tell(self, name, wrong):
        if wrong:
            self.failed += 1
            print(f"FAIL {name}: {len(wrong)}: {wrong[0]}")
            for said in wrong[1:10]:
                print(f"     {said}")
        else:
            self.passed += 1
            print(f"ok   {name}")
        sys.stdout.flush()


def misfortune(load, size, chance):
    """Rounds of faults until there were enough of them and enough was said; what has struck."""
    strikes = faults.Misfortune(load)
    planned = faults.schedule(chance)
    deadline = time.monotonic() + size["seconds"]

    def enough():
        return len(load.journal.acknowledged) >= size["acknowledged"] and \
            load.rig.kills >= size["kills"]
    while not enough() and time.monotonic() < deadline:
        for fault in [next(planned) for _ in range(ROUND)]:
            if time.monotonic() < deadline and load.rig.kills < 2 * size["kills"]:
                time.sleep(fault.pause)
                strikes.strike(fault)
        load.loop.ask(load.journal.end_round)
        load.loop.until(enough, min(size["calm"], max(0, deadline - time.monotonic())))
    return strikes.done


def under_load(kind, program, scratch, seed, size, tally, figures):
    """The main part: people talk while things break; then the oracle."""
    load = driver.Load(kind, program, scratch, random.Random(f"{seed} {kind} people"),
                       size["visitors"], size["agents"], size["pace"])
    try:
        load.begin()
        struck = misfortune(load, size, random.Random(f"{seed} {kind}"))
        load.talking = False
        figures.update({f"fault {name}": count for name, count in struck.items()})
        die_by_point(kind, load, size, tally, figures)
        calm = load.quieten(size["rest"])
        evidence = oracle.Evidence(load)
        evidence.look(load)
        load.rig.daemon.kill()
        evidence.read()
        figures.update(oracle.figures(evidence))
        figures["recovery median ms"] = median(load.rig.recoveries)
        tally.tell(f"{kind}: everything comes to rest", [] if calm else load.unrest())
        for name, check in oracle.CHECKS:
            tally.tell(f"{kind}: {name}", check(evidence))
        tally.tell(f"{kind}: what is planted is noticed",
                   planted.unnoticed(evidence, load.rig.directory))
    finally:
        load.journal.keep(load.rig.directory / "deliveries.log", load.agents)
        load.close()


def die_by_point(kind, load, size, tally, figures):
    obstacle = points.may_trace()
    if obstacle:
        print(f"SKIP {kind}: death at a system call: {obstacle}")
        return
    traced = points.Points(load)
    traced.run(size["points"], size["step"])
    figures.update({f"point {call}": at for call, at in traced.reached.items()})
    tally.tell(f"{kind}: death at system calls of every kind",
               [f"never at {call}" for call in points.CALLS if call not in traced.reached])


def starts(kind, program, scratch, size, tally, figures):
    """How long until it is ready again, with many tickets and with few."""
    few, many = 100, size["tickets"]
    results = restart.measure(kind, program, pathlib.Path(scratch), (few, many), size["starts"])
    (quick, first), (slow, second) = results
    figures["ready"] = {"few": quick, "many": slow}
    tally.tell(f"{kind}: open chats go on after kills, with {many} tickets behind them",
               first + second)
    if size["ready_s"]:
        tally.tell(f"{kind}: ready within {size['ready_s']} s",
                   [f"{slow[len(slow) // 2]:.2f} s"] if slow[len(slow) // 2] > size["ready_s"] else [])
        return
    ratio = slow[0] / quick[0]
    tally.tell(f"{kind}: a start with {many} tickets is no {SLOWER} times one with {few}",
               [f"{ratio:.1f} times"] if ratio > SLOWER else [])


def median(values):
    values = sorted(values)
    return round(1000 * values[len(values) // 2]) if values else 0


def memory():
    """Whoever kills processes needs no disk: what was written is there. Power is not cut here, and
    with a disk that many share the servers' archives would be what is measured."""
    place = "/dev/shm"
    there_is_room = os.access(place, os.W_OK) and shutil.disk_usage(place).free > ROOM
    return place if there_is_room else None


def size_of(options):
    size = dict(LONG if options.long else SHORT)
    if options.minutes:
        size["seconds"] = options.minutes * 60
    if options.walks is not None:
        size["walks"] = options.walks
    return size


def run_one_server(kind, options):
    program = str((TOP / options.build / "tresen").resolve())
    size, tally, figures = size_of(options), Tally(), {}
    scratch = tempfile.mkdtemp(prefix=f"tresen-chaos-{kind}-", dir=memory())
    kept = LOGS / kind
    shutil.rmtree(kept, ignore_errors=True)
    try:
        for part, arguments in ((under_load, (scratch + "/load", options.seed, size)),
                                (starts, (scratch + "/starts", size))):
            try:
                part(kind, program, *arguments, tally, figures)
            except (AssertionError, OSError, RuntimeError, TimeoutError) as failed:
                tally.tell(f"{kind}: {part.__name__}", [f"{type(failed).__name__}: {failed}"])
                traceback.print_exc()
    finally:
        if tally.failed:
            shutil.copytree(scratch, kept, ignore=rig.sockets, dirs_exist_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"figures {kind} {json.dumps(figures)}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


# ---- both servers, and the pages ---------------------------------------------------------------


class Gathered:
    """What several runners print: lines passed on, counts and figures added."""

    def __init__(self):
        self.passed = self.failed = 0
        self.figures, self.failures = {}, []
        self.lock = threading.Lock()

    def follow(self, name, process):
        counted = False
        for line in process.stdout:
            counts = re.match(r"(\d+) passed, (\d+) failed$", line)
            figures = re.match(r"figures (\w+) (.*)", line)
            with self.lock:
                if counts:
                    counted = True
                    self.passed += int(counts[1])
                    self.failed += int(counts[2])
                    continue
                if figures:
                    self.figures[figures[1]] = json.loads(figures[2])
                if line.startswith("FAIL "):
                    self.failures.append(line[5:].strip())
                print(line, end="", flush=True)
        if process.wait() not in (0, 1) or not counted:
            with self.lock:
                self.tell(f"{name}: the runner", [f"it ended with {process.returncode}"])

    def tell(self, name, wrong):
        tally = Tally()
        tally.tell(name, wrong)
        self.passed += tally.passed
        self.failed += tally.failed
        self.failures += [f"{name}: {said}" for said in wrong]

    def run(self, commands):
        """All at once; each a name and its words."""
        threads = []
        for name, words in commands.items():
            process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       text=True)
            threads.append(threading.Thread(target=self.follow, args=(name, process)))
            threads[-1].start()
        for thread in threads:
            thread.join()


def page_walks(options, kind, count):
    return ["node", str(HERE / "walks.mjs"), "--walks", str(count), "--seed", str(options.seed),
            "--build", str((TOP / options.build).resolve()), "--server", kind]


def run_both(options):
    gathered, size = Gathered(), size_of(options)
    print(f"seed {options.seed}", flush=True)
    own = [sys.executable, __file__, "--build", options.build, "--seed", str(options.seed)]
    own += ["--long"] if options.long else []
    own += ["--minutes", str(options.minutes)] if options.minutes else []
    gathered.run({kind: [*own, "--server", kind] for kind in rig.KINDS})
    walks = ""
    if (HERE / "walks.mjs").exists():
        each = size["walks"] // len(rig.KINDS)
        gathered.run({f"walks on {kind}": page_walks(options, kind, each) for kind in rig.KINDS})
        walks = f"## In the browser\n\n{2 * each} random walks through pages in Chromium.\n"
    if options.long:
        kills = report.total(gathered.figures, "kills")
        said = report.total(gathered.figures, "acknowledged to visitor", "acknowledged to agent")
        gathered.tell("at least 100 deaths and 100,000 acknowledged messages",
                      [] if kills >= 100 and said >= 100000 else [f"{kills} and {said}"])
        limit = f" --minutes {options.minutes:g}" if options.minutes else ""
        limit += f" --walks {options.walks}" if options.walks is not None else ""
        report.write(TOP / "docs" / "RELIABILITY.md", options.seed, limit, gathered.figures,
                     gathered.failures, size["tickets"], restart.OPEN,
                     f"{os.cpu_count()} cores, {platform.machine()}", walks)
    print(f"{gathered.passed} passed, {gathered.failed} failed")
    return 1 if gathered.failed else 0


def open_more_files():
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if most == resource.RLIM_INFINITY else min(8192, most)
    if least != resource.RLIM_INFINITY and least < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def main():
    open_more_files()
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--server", choices=[*rig.KINDS, "both"], default="both")
    parser.add_argument("--seed", type=int, help="which faults come when; default: chance")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--walks", type=int)
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10 ** 6)
    LOGS.mkdir(parents=True, exist_ok=True)
    if options.server == "both":
        return run_both(options)
    return run_one_server(options.server, options)


if __name__ == "__main__":
    sys.exit(main())
