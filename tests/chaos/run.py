#!/usr/bin/env python3
"""Load, misfortune, and an oracle, on a real Prosody and a real ejabberd at a time.

    tests/chaos/run.py [--build DIRECTORY] [--server prosody|ejabberd|both] [--seed S] [--long]
                       [--minutes M]

The seed decides which faults come when; it is printed, and given again it gives the same schedule.
Each invariant on each server is one test. Ends with "N passed, N failed". docs/TESTING.md.
"""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
LOGS = TOP / "build" / "test-logs" / "chaos"
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

import driver  # noqa: E402
import faults  # noqa: E402
import oracle  # noqa: E402
import points  # noqa: E402
import rig  # noqa: E402

SHORT = {"visitors": 16, "agents": 4, "pace": 0.8, "seconds": 45, "rest": 60, "points": 30, "step": 7}
LONG = {"visitors": 60, "agents": 10, "pace": 1.6, "seconds": 8 * 60, "rest": 300, "points": 120, "step": 1}


class Tally:
    """Prints a line for each test, counts them."""

    def __init__(self):
        self.passed = self.failed = 0

    def tell(self, name, wrong, detail=""):
        if wrong:
            self.failed += 1
            print(f"FAIL {name}: {len(wrong)}: {wrong[0]}")
            for said in wrong[1:10]:
                print(f"     {said}")
        else:
            self.passed += 1
            print(f"ok   {name}{detail}")
        sys.stdout.flush()


def under_load(kind, program, scratch, seed, size, tally, figures):
    """The main part: people talk while things break; then the oracle."""
    chance = random.Random(f"{seed} {kind}")
    planned = faults.schedule(chance, 4000)
    load = driver.Load(kind, program, scratch, random.Random(f"{seed} {kind} people"),
                       size["visitors"], size["agents"], size["pace"])
    try:
        load.begin()
        misfortune = faults.Misfortune(load)
        deadline = time.monotonic() + size["seconds"]
        for number, fault in enumerate(planned):
            if time.monotonic() > deadline:
                break
            time.sleep(fault.pause)
            misfortune.strike(fault)
            if number % 10 == 9:
                load.loop.ask(load.journal.end_round)
        load.talking = False
        traced = points.Points(load)
        if points.may_trace() is None:
            traced.run(size["points"], size["step"])
        calm = load.quieten(size["rest"])
        evidence = oracle.Evidence(load)
        evidence.look(load)
        load.rig.daemon.kill()
        evidence.read()
        tally.tell(f"{kind}: everything comes to rest", [] if calm else ["lines without receipt"])
        for name, check in oracle.CHECKS:
            tally.tell(f"{kind}: {name}", check(evidence))
        figures.update(oracle.figures(evidence))
        figures.update({f"fault {name}": count for name, count in misfortune.done.items()})
        figures.update({f"point {call}": number for call, number in traced.reached.items()})
        figures["deaths at a system call"] = traced.deaths
        figures["recovery median ms"] = median(load.rig.recoveries)
    finally:
        load.close()


def median(values):
    values = sorted(values)
    return round(1000 * values[len(values) // 2]) if values else 0


def memory():
    """Whoever kills processes needs no disk: what was written is there. Power is not cut here, and
    with a disk that many share the servers' archives would be what is measured."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def run_one_server(kind, options):
    program = str((TOP / options.build / "tresen").resolve())
    size = dict(LONG if options.long else SHORT)
    if options.minutes:
        size["seconds"] = options.minutes * 60
    tally, figures = Tally(), {}
    scratch = tempfile.mkdtemp(prefix=f"tresen-chaos-{kind}-", dir=memory())
    kept = LOGS / kind
    shutil.rmtree(kept, ignore_errors=True)
    try:
        under_load(kind, program, scratch, options.seed, size, tally, figures)
    except (AssertionError, OSError, RuntimeError) as failed:
        tally.tell(f"{kind}: the run", [f"{type(failed).__name__}: {failed}"])
        import traceback
        traceback.print_exc()
    finally:
        if tally.failed:
            shutil.copytree(scratch, kept, ignore=rig.sockets, dirs_exist_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"figures {kind} {json.dumps(figures)}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


def run_both(arguments, options):
    kinds = list(rig.KINDS)
    started = [subprocess.Popen([sys.executable, __file__, *arguments, "--server", kind,
                                 "--seed", str(options.seed)],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
               for kind in kinds]
    totals, lock, figures = [0, 0], threading.Lock(), {}

    def follow(kind, process):
        counted = False
        for line in process.stdout:
            counts = re.match(r"(\d+) passed, (\d+) failed$", line)
            with lock:
                if counts:
                    counted = True
                    totals[0] += int(counts[1])
                    totals[1] += int(counts[2])
                else:
                    print(line, end="", flush=True)
        if process.wait() not in (0, 1) or not counted:
            with lock:
                totals[1] += 1
                print(f"FAIL {kind}: the runner ended with {process.returncode}")

    threads = [threading.Thread(target=follow, args=pair) for pair in zip(kinds, started)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{totals[0]} passed, {totals[1]} failed")
    return 1 if totals[1] else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/asan")
    parser.add_argument("--server", choices=[*rig.KINDS, "both"], default="both")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--minutes", type=float)
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10 ** 6)
    LOGS.mkdir(parents=True, exist_ok=True)
    if options.server == "both":
        print(f"seed {options.seed}")
        return run_both([a for a in sys.argv[1:]], options)
    return run_one_server(options.server, options)


if __name__ == "__main__":
    sys.exit(main())
