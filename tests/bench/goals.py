"""What is wanted of the figures of visitors.py and talk.py, and whether it is so.

Ratios within a run, counts and bytes decide; times depend on the machine and are told. A goal has a
title, what was measured, the bound, and whether it decides.
"""
import collections

Goal = collections.namedtuple("Goal", "title measured bound unit decides")
# Servers cost so many times as much at least: memory of a visitor, coming, a round trip.
TIMES = {"prosody": (9, 10, 7), "ejabberd": (14, 4, 3)}
VISITOR_BYTES, COME_US, ROUND_TRIP_US, COMMITS = 4096, 150, 60, 4
DURABLE, RECEIPT_MS, ADDED_MS, STORM_S, STORM_PEAK = 10000, 25, 1, 10, 1.3
AT_MOST, AT_LEAST = "≤", "≥"


def holds(goal):
    sign, bound = goal.bound
    return goal.measured <= bound if sign == AT_MOST else goal.measured >= bound


def of_visitors(figures):
    there = figures["there"]
    own = there["Tresen"][-1]
    yield Goal("memory of a visitor who is there", own["bytes"], (AT_MOST, VISITOR_BYTES), "bytes", True)
    yield Goal("coming, with check-in: time of the processor", own["connect_us"], (AT_MOST, COME_US), "µs", False)
    for kind, (memory, coming, _) in TIMES.items():
        theirs = there[kind][-1]
        yield Goal(f"memory of a visitor: {kind}'s in Tresen's", theirs["bytes"] / own["bytes"],
                   (AT_LEAST, memory), "times", True)
        yield Goal(f"coming: {kind}'s time in Tresen's", theirs["connect_us"] / own["connect_us"],
                   (AT_LEAST, coming), "times", True)
    if "storm" in figures:
        storm = figures["storm"]
        yield Goal(f"{storm['visitors']:,} come back after their streams ended: until all are there", storm["all_s"],
                   (AT_MOST, STORM_S), "s", False)
        yield Goal("the same: most memory, of what it was before", storm["peak"],
                   (AT_MOST, STORM_PEAK), "times", True)


def of_talk(figures):
    trips = figures["round_trips"]
    own = trips["Tresen"]["0"]
    yield Goal("a round trip, both lines on disk, at saturation: time of the processor", own["cpu_us"],
               (AT_MOST, ROUND_TRIP_US), "µs", False)
    for kind, (_, _, times) in TIMES.items():
        yield Goal(f"a round trip: {kind}'s time, which keeps nothing, in Tresen's",
                   trips[kind]["0"]["cpu_us"] / own["cpu_us"], (AT_LEAST, times), "times", True)
        if "100" in trips[kind]:
            added = trips[f"Tresen behind {kind}"]["100"]["p50_us"] - trips[kind]["100"]["p50_us"]
            yield Goal(f"what Tresen adds to a round trip through {kind}, at 100 a second", added / 1000,
                       (AT_MOST, ADDED_MS), "ms", False)
    if "commits" in figures:
        yield Goal("commits of a round trip, at 100 a second", figures["commits"], (AT_MOST, COMMITS), "", True)
    yield Goal("durable lines a second", figures["durable"]["rate"], (AT_LEAST, DURABLE), "", False)
    yield Goal("their receipts, 99th percentile", figures["durable"]["p99_us"] / 1000,
               (AT_MOST, RECEIPT_MS), "ms", False)


def all_of(figures):
    return [*of_visitors(figures["visitors"]), *of_talk(figures["talk"])]


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def words(goal):
    sign, bound = goal.bound
    return f"{number(goal.measured)} {goal.unit}".strip(), f"{sign} {number(bound)} {goal.unit}".strip()


def judge(figures, tally):
    for goal in all_of(figures):
        measured, wanted = words(goal)
        if goal.decides:
            tally.tell(f"costs: {goal.title}: {measured}, {wanted}",
                       "" if holds(goal) else "it is not so")
        else:
            print(f"     costs: {goal.title}: {measured}, goal {wanted}", flush=True)
