"""For so many minutes visitors come, talk, load pages, break away and come back. What the daemon holds
must not grow: memory, descriptors, the write-ahead log."""
import statistics
import time

COME = 1000
WIDTH = 32
TALKERS = 100
LEAVE_S = 12     # until those who went have been left
NEW = 20         # at a time
MOST = 1.05      # of the median in the second third, in the last one
SLACK_BYTES = 1 << 20


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


def thirds(turns, when, what):
    of = [turn[when][what] for turn in turns]
    third = len(of) // 3
    return statistics.median(of[third:2 * third]), statistics.median(of[-third:])


def judge(turns, tally):
    for when in ("there", "gone"):
        for what, slack in (("bytes", SLACK_BYTES), ("used", SLACK_BYTES), ("files", 4), ("log", SLACK_BYTES)):
            before, after = thirds(turns, when, what)
            grown = after > MOST * before and after > before + slack
            tally.tell(f"{what} while they are {when}: {before:.0f}, then {after:.0f}", "it grows" if grown else "")
