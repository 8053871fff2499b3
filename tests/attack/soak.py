"""For so many minutes visitors come, talk, load pages, break away and come back. What the daemon holds
must not grow: memory, descriptors, the write-ahead log."""
import statistics
import time

COME = 1000
WIDTH = 32
TALKERS = 100
LEAVE_S = 12     # until those who went have been left
NEW = 20         # at a time
# What fills (200 lines of each chat, SQLite's two caches) has filled by then: it took 36 turns of 59.
PARTS = 5
# figure: times the median of the last part but one, and so much more, which the last may be.
MOST = {"bytes": (1.05, 1 << 20), "used": (1.02, 1 << 18), "files": (1.0, 4), "log": (1.05, 1 << 20)}


def turn(ground):
    do = ground.place.generator.do
    do("come", COME, WIDTH)
    do("talk", TALKERS, WIDTH)
    do("ask", 100, 5)
    do("load", COME, WIDTH)
    there = sample(ground)
    do("go")
    ground.attack("resets", LEAVE_S, NEW).wait()  # some of them are visitors who are never seen again
    gone = sample(ground)
    return {"there": there, "gone": gone}


def sample(ground):
    return {"bytes": ground.meter.own_bytes(), "used": ground.used_bytes(), "files": ground.open_files(),
            "log": ground.write_ahead_bytes()}


def run(ground, minutes):
    """[what there was at the end of each turn]"""
    end = time.monotonic() + 60 * minutes
    turns = []
    while time.monotonic() < end or len(turns) < 6:
        turns.append(turn(ground))
    return turns


def last_two(turns, when, what):
    """The medians of the last part but one, and of the last."""
    of = [turn[when][what] for turn in turns]
    part = max(1, len(of) // PARTS)
    return statistics.median(of[-2 * part:-part]), statistics.median(of[-part:])


def judge(turns, tally):
    for when in ("there", "gone"):
        for what, (times, slack) in MOST.items():
            before, after = last_two(turns, when, what)
            grown = after > times * before and after > before + slack
            tally.tell(f"{what} while they are {when}: {before:.0f}, then {after:.0f}", "it grows" if grown else "")
