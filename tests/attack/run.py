#!/usr/bin/env python3
"""Who is unkind to the gateway reaches nothing: others are served, what it took comes back.

    tests/attack/run.py [--build DIRECTORY] [--minutes N] [--connects N] [--scratch DIRECTORY] [--only NAME]

Every way of attacker.py against a daemon that honest visitors are talking to; what hostile inputs
cost; so many connects that come to nothing; and N minutes of visitors who come and go. It wants the
machine for itself. Writes build/attack.json and docs/BOUNDS.md. Ends with "N passed, N failed".
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "bench"), str(HERE.parent / "integration")]

import ground as grounds  # noqa: E402
import inputs  # noqa: E402
import places  # noqa: E402
import soak  # noqa: E402
from report import write  # noqa: E402
from tally import Tally  # noqa: E402

SECONDS, SLICES = 24, 3
# kind, connections at a time, the oldest that one may become (0: of them that is not asked)
ATTACKS = (
    ("slow-heads", 2000, 10), ("slow-bodies", 2000, 10), ("slow-frames", 2000, 20), ("silence", 2000, 20),
    ("never-reads", 50, 0), ("pings", 20, 0), ("crumbs", 20, 0), ("connects", 20, 0), ("resets", 50, 0),
    ("sessions", 20, 0), ("garbage", 20, 0),
)
LATE_S = 4            # the gateway looks once a second, and neither clock is to the second
MOST = 2.0            # times what honest visitors wait otherwise, 99th percentile
FLOOR_US = 20000      # of which less is the two cores that all of them share
SLACK_BYTES = 1 << 20
WARM_S, CROWD_S = 3, 24
TRIES = 3             # what a noisy disk does is not there each time, what an attacker does is
QUIET_S = 60          # longer than any deadline of the gateway


def asked(ground):
    """What honest visitors see in SECONDS: the median of the slices. A disk that was slow once, which
    their lines wait for too, is not the attacker's."""
    slices = [ground.ask(SECONDS // SLICES) for _ in range(SLICES)]
    return {what: statistics.median(of[what] for of in slices) for what in slices[0]}


def struck(ground, kind, count):
    """(what they see without it, with it, what has become of the attacker's connections)"""
    calm = asked(ground)
    attacker = ground.attack(kind, SECONDS, count)
    under = asked(ground)
    return calm, under, attacker.wait()


def waits_longer(calm, under):
    return under["p99"] > max(MOST * calm["p99"], FLOOR_US)


def one(ground, kind, count, oldest, tally):
    bytes_before, files_before, used_before = ground.meter.own_bytes(), ground.open_files(), ground.used_bytes()
    ground.meter.forget_peak()
    for _ in range(TRIES):
        calm, under, told = struck(ground, kind, count)
        if not waits_longer(calm, under):
            break
    peak = ground.meter.peak_bytes()
    files_back, files = ground.settles(ground.open_files, files_before + 4, QUIET_S)
    bytes_back, left = ground.settles(ground.meter.own_bytes, bytes_before + SLACK_BYTES, QUIET_S)
    used_back, used = ground.settles(ground.used_bytes, used_before + SLACK_BYTES, QUIET_S)
    tally.tell(f"{kind}: others wait as long as ever",
               f"{under['p99']} us, {calm['p99']} without" if waits_longer(calm, under) else "")
    tally.tell(f"{kind}: its descriptors come back", "" if files_back else f"{files}, {files_before} before")
    tally.tell(f"{kind}: its memory comes back", "" if bytes_back else f"{left} bytes, {bytes_before} before")
    tally.tell(f"{kind}: nothing of it is in use", "" if used_back else f"{used} bytes, {used_before} before")
    if oldest:
        tally.tell(f"{kind}: ended after {oldest} s", "" if not told["left"] and told["oldest_s"] <= oldest + LATE_S
                   else f"{told['left']} were left, the oldest was {told['oldest_s']:.0f} s")
    return {"kind": kind, "at_once": count, "made": told["made"], "oldest_s": told["oldest_s"], "calm": calm,
            "under": under, "peak": peak, "kept_bytes": left - bytes_before,
            "used_bytes": used - used_before}


def crowd(ground, count, tally):
    """So many who come and go; the first tenth shows what is kept for reuse."""
    ground.attack("connects", 3600, 50, count // 10).wait()
    ground.settles(ground.open_files, 0, 5)
    before = ground.meter.own_bytes()
    told = ground.attack("connects", 3600, 50, count).wait()
    back, left = ground.settles(ground.meter.own_bytes, before + SLACK_BYTES, QUIET_S)
    tally.tell(f"{told['made']} connects leave nothing", "" if back else f"{left} bytes, {before} before")
    return {"made": told["made"], "seconds": told["seconds"], "kept_bytes": left - before}


def attacked(ground, options, tally):
    wanted = options.only
    found = {}
    ground.gather()
    ground.attack("silence", WARM_S, 2000).wait()  # what the allocator keeps for so many is there from now on
    ground.attack("never-reads", WARM_S, 50).wait()
    ground.attack("connects", CROWD_S, 20).wait()
    ground.attack("sessions", CROWD_S, 20).wait()
    ground.warm_up()
    if not wanted or wanted == "inputs":
        found["inputs"] = inputs.measure(ground)
        inputs.judge(found["inputs"], tally)
    found["attacks"] = [one(ground, *attack, tally) for attack in ATTACKS if wanted in ("", attack[0])]
    if not wanted or wanted == "crowd":
        found["crowd"] = crowd(ground, options.connects, tally)
    tally.tell("it is still the same process", "" if ground.is_alive() else "it has ended")
    return found


def soaked(ground, options, tally):
    turns = soak.run(ground, options.minutes)
    soak.judge(turns, tally)
    return {"soak": turns}


def measure(build, scratch, options, tally):
    found = {}
    for part, visitors in ((attacked, grounds.HONEST), (soaked, soak.COME)):
        if (options.only == "soak") == (part is soaked) or not options.only:
            ground = grounds.Ground(build, scratch / part.__name__, visitors)
            try:
                found.update(part(ground, options, tally))
            finally:
                ground.stop()
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--connects", type=int, default=1000000)
    parser.add_argument("--scratch")
    parser.add_argument("--only", default="", help="inputs, crowd, soak, or an attack's name; no page is written")
    options = parser.parse_args()
    build = (TOP / options.build).resolve()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="tresen-attack-", dir=options.scratch)).resolve()
    tally = Tally()
    places.allow_sockets()
    try:
        found = measure(build, scratch, options, tally)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    (TOP / "build" / "attack.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if not options.only:
        write(TOP / "docs" / "BOUNDS.md", found, options.minutes, f"{os.cpu_count()} cores, {platform.machine()}",
              grounds.TALKERS, soak.last_two)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
