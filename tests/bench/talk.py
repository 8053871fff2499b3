"""What lines cost: a visitor asks, an agent's client sends a receipt and answers, the visitor's client
sends a receipt. Through Tresen both lines are on disk before anybody is told; a server alone passes
them on and keeps nothing. In one run, in turns.

Of each rate, questions a second; 0: two hundred visitors, each of whom asks on when answered.
"""
import contextlib
import re
import shutil
import sqlite3
import subprocess
import time

import places

TALKERS = 200
WIDTH = 20             # first questions at a time
AGENTS_ALONE = 500     # a chat has one of them
RUSH_S = 0.8           # at rate 0: an agent's hundred lines at once (agents.c) last longer than that, ten come back each second
SYNC_US = 2000


def median(values):
    return sorted(values)[len(values) // 2]


def one(place, task, rate, seconds):
    told, spent, server = place.cost(task, rate, seconds)
    if told["answered"] != told["asked"]:
        raise RuntimeError(f"{place.name}: {told['asked']} asked, {told['answered']} answered")
    count = told["answered"]
    return {"count": count, "rate": count / (told["us"] / 1e6), "cpu_us": spent / count,
            "server_us": server / count,
            "p50_us": told["answers" if task == "ask" else "receipts"]["p50"],
            "p99_us": told["answers" if task == "ask" else "receipts"]["p99"],
            "receipt_p99_us": told["receipts"]["p99"]}


def medians(found):
    """Of several runs of the same."""
    return {key: median([of[key] for of in found]) for key in found[0]}


def round_trips(build, scratch, servers, rates, seconds, runs):
    """{name: {rate: figures}}, of a server alone, of Tresen behind it, of Tresen alone."""
    found = [places.alone(build, scratch / "alone", TALKERS, agents=AGENTS_ALONE)]
    try:
        for server in servers:
            found.append(places.at(build, server, TALKERS, places.AGENTS))
            found.append(places.behind(build, scratch / server.kind, server, TALKERS, places.AGENTS))
        for place in found:
            place.generator.do("come", TALKERS, WIDTH)
            place.generator.do("talk", TALKERS, WIDTH)
        figures = {place.name: {} for place in found}
        for rate in rates:
            taken = {place.name: [] for place in found}
            for _ in range(runs):
                for place in found:
                    taken[place.name].append(one(place, "ask", rate, seconds if rate else RUSH_S))
            for name, of in taken.items():
                figures[name][str(rate)] = medians(of)
    finally:
        for place in found:
            place.stop()
    return figures


# -- the disk ------------------------------------------------------------------------------------

def may_trace():
    """None, or why not."""
    if not shutil.which("strace"):
        return "strace is not installed"
    trial = subprocess.run(["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "true"],
                           capture_output=True, text=True, check=False)
    return trial.stderr.strip() if trial.returncode else None


def tracer(log, *more):
    return ["strace", "-D", "-f", "-qq", "-y", "--seccomp-bpf", "-o", str(log), "-e",
            "trace=fdatasync", *more]


def commits(build, scratch, rate, seconds):
    """Syncs of the log of the database, a round trip."""
    log = scratch / "syncs"
    place = places.alone(build, scratch / "traced", TALKERS, agents=AGENTS_ALONE, tracer=tracer(log))

    def count():
        return len(re.findall(r"-wal>", log.read_text(errors="replace")))
    try:
        place.generator.do("come", TALKERS, WIDTH)
        place.generator.do("talk", TALKERS, WIDTH)
        before = count()
        told = place.generator.do("ask", rate, seconds)
        return (count() - before) / told["answered"]
    finally:
        place.stop()


def bare_commit(scratch, rate, seconds):
    """Microseconds of one row's commit by nothing but SQLite, so many a second; the median. What a durable line waits for at least."""
    found = []
    with contextlib.closing(sqlite3.connect(scratch / "bare.db", isolation_level=None)) as db:
        db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE line (body TEXT)")
        for _ in range(int(rate * seconds)):
            time.sleep(1 / rate)
            begun = time.perf_counter()
            db.execute("INSERT INTO line VALUES ('a line')")
            found.append((time.perf_counter() - begun) * 1e6)
    return median(found)


def durable(build, scratch, seconds, name, traced=()):
    """Lines of visitors, each of whom writes on when the last one is stored."""
    place = places.alone(build, scratch / name, TALKERS, agents=AGENTS_ALONE,
                         tracer=traced)
    try:
        place.generator.do("come", TALKERS, WIDTH)
        place.generator.do("talk", TALKERS, WIDTH)
        place.generator.do("answers", 0)
        return one(place, "write", 0, seconds)
    finally:
        place.stop()


def slow_disk():
    return tracer("/dev/null", "-e", f"inject=fdatasync:delay_exit={SYNC_US}")


# -- growth --------------------------------------------------------------------------------------

def grown(build, scratch, name, visitors, talkers, seconds, database=None):
    """A round trip's cost with so many there, so many of whom have an open chat."""
    place = places.alone(build, scratch / name, visitors, agents=AGENTS_ALONE, database=database)
    try:
        place.generator.do("come", visitors, 64)
        place.generator.do("talk", talkers, WIDTH)
        asked = one(place, "ask", 1000, seconds)
        loads, spent, _ = place.cost("load", 1000, WIDTH)
        return {"visitors": visitors, "chats": talkers, "cpu_us": asked["cpu_us"],
                "p50_us": asked["p50_us"], "page_us": spent / 1000,
                "page_p50_us": loads["came"]["p50"]}
    finally:
        place.stop()


def growth(build, scratch, seconds):
    """The same with many more of each: visitors, open chats, stored entries."""
    filled = scratch / "filled.db"
    made = subprocess.run([build / "bench_tickets", "fill", filled, "100000", "10"], check=False)
    if made.returncode != 0:
        raise RuntimeError("the database could not be filled")
    return {
        "few": grown(build, scratch, "few", TALKERS, TALKERS, seconds),
        "visitors": grown(build, scratch, "many-visitors", 15000, TALKERS, seconds),
        "chats": grown(build, scratch, "many-chats", 2000, 2000, seconds),
        "entries": grown(build, scratch, "many-entries", TALKERS, TALKERS, seconds, filled),
    }


def measure(build, scratch, servers, seconds, runs, long):
    rates = (100, 1000, 0) if long else (0,)
    figures = {"round_trips": round_trips(build, scratch, servers, rates, seconds, runs),
               "durable": durable(build, scratch, seconds, "durable"),
               "bare_commit_us": bare_commit(scratch, 100, seconds)}
    why = may_trace()
    if why:
        print(f"SKIP commits a round trip, and a slow disk: {why}", flush=True)
    else:
        figures["commits"] = commits(build, scratch, 100, seconds)
        figures["slow"] = durable(build, scratch, seconds, "slow", slow_disk()) if long else None
    if long:
        figures["growth"] = growth(build, scratch, seconds)
    return figures
