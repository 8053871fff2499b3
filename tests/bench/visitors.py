"""What visitors cost who only are there, who come, who load a page, who all come back at a time: at
Tresen, and at the servers' own endpoints for anonymous users. In one run, in turns.

A visitor of Tresen is connected and checked in; one of a server is connected, logged in, bound and
has sent presence.
"""
import time

import places

FIRST = 100       # are there before anything is measured: what is made once is made
WIDTH = 64        # come at a time
STORM = 10000
DELAY_MS = 2000   # the widget comes back within that, by chance (widget/src/stream.js)
PAGES = 3000
BOSH = 1000


def begin(build, scratch, servers, most):
    own = places.alone(build, scratch / "visitors", most, agents=1)
    return [own] + [places.at(build, server, most) for server in servers]


def gather(found, sizes, quiet):
    """{name: [figures of each size]}."""
    figures, bases = {}, {}
    for place in found:
        place.generator.do("come", FIRST, WIDTH)
    for place in found:
        figures[place.name], bases[place.name] = [], place.meter.settled_bytes(quiet)
    there = FIRST
    for size in sizes:
        for place in found:
            told, spent, _ = place.cost("come", size, WIDTH)
            figures[place.name].append({
                "visitors": size, "connect_us": spent / (size - there),
                "p50_us": told["came"]["p50"],
                "bytes": (place.meter.settled_bytes(quiet) - bases[place.name]) / (size - FIRST),
                "idle_percent": place.meter.idle_share(quiet)})
        there = size
    return figures


def storm(place, count):
    """The streams of all of them end at a time, and they come back as the widget does."""
    place.generator.do("go")
    place.generator.do("come", count, WIDTH)
    time.sleep(1)
    steady = place.meter.resident_bytes()
    place.meter.forget_peak()
    place.generator.do("go")
    told, spent, _ = place.cost("return", count, DELAY_MS)
    return {"visitors": count, "at_99_s": told["at_99_us"] / 1e6, "all_s": told["us"] / 1e6,
            "cpu_us": spent / count, "peak": place.meter.peak_bytes() / steady}


def page_loads(place, count):
    told, spent, _ = place.cost("load", count, WIDTH)
    return {"loads": count, "cpu_us": spent / count, "p50_us": told["came"]["p50"],
            "p99_us": told["came"]["p99"]}


def by_bosh(build, scratch, servers, count, quiet):
    """The same, over HTTP requests, one of which is always held; servers have had nobody yet."""
    own = places.alone(build, scratch / "bosh", count, agents=1, transport="bosh")
    roads = [own, *(places.at(build, server, count, transport="bosh") for server in servers)]
    try:
        return {name: of[0] for name, of in gather(roads, (count,), quiet).items()}
    finally:
        for road in roads:
            road.stop()


def measure(build, scratch, servers, sizes, quiet, long):
    found = begin(build, scratch, servers, max(*sizes, STORM if long else 0, FIRST))
    try:
        figures = {"there": gather(found, sizes, quiet)}
        if long:
            figures["storm"] = storm(found[0], STORM)
        figures["pages"] = page_loads(found[0], PAGES if long else FIRST)
    finally:
        for place in found:
            place.stop()
    return figures
