"""docs/RELIABILITY.md: what the long run has found, and the command that repeats it."""
import datetime

PAGE = """# Reliability, as measured

Written by `tests/chaos/run.py --long` on {date} (seed {seed}, {machine}). It says what that run saw; nothing here is
edited by hand. The words are explained in [TESTING.md](TESTING.md), section *Chaos*.

```
python3 tests/chaos/run.py --build build/release --long --seed {seed}{limit}
```

The seed decides which faults come when. How far the people have come by then is a matter of the machine, so that the
counts of another run differ.

## What was asked for

{verdict}

| | {kinds} |
|---|{dashes}|
{counts}

## What went wrong meanwhile

| | {kinds} |
|---|{dashes}|
{faults}

A *kill* is `kill -9` of the daemon at a random moment, a *point* its death at the entry of the Nth system call of that name
(strace; N = 1, 2, 3, … as far as given). *Freeze* stops it for up to two seconds. *Cut*, *stall* and *crumble* are what the
relays on the link and before the gateway do to connections: end them, hold them, deliver them in pieces of a few bytes.
*Quit* and *kill server* restart the XMPP server politely and by `kill -9`. Archives and databases were in memory: these
faults end processes; none of them cuts the power.

## What ejabberd loses when it is killed

ejabberd answers a fence when it has routed, not when it has stored. So the desk keeps a line until the
client's receipt, or its answer to a ping from behind the line, and repeats it after the link's loss. Of the agent whose client sends no receipts, {unreceipted} lines were
not among what was shown, over {server_kills} restarts of ejabberd; they stand in the record, and are counted here alone.

## Ready again

From the start after a `kill -9` to `/readyz` 200, link included, with {tickets} tickets and {open} open chats, of ten starts:

| server | median | slowest | with 100 tickets, median |
|---|---|---|---|
{ready}

{walks}"""

ROWS = (
    ("lines acknowledged to visitors", "acknowledged to visitor"),
    ("lines acknowledged to agents", "acknowledged to agent"),
    ("lines stored, of visitors", "stored of visitors"),
    ("lines stored, of agents", "stored of agents"),
    ("refused in words", "refused in words"),
    ("deliveries to agents", "deliveries to agents"),
    ("of them repeats, all marked", "repeats marked"),
    ("visitors' streams resumed", "resumed streams"),
    ("agents' log-ins again", "agents' log-ins again"),
    ("agents told of their last line that arrived", "told of the last line"),
    ("agents' lines said again with their id", "agents' lines said again"),
    ("set aside with an alarm", "set aside"),
    ("deaths of the daemon", "kills"),
    ("median from a kill to ready, ms", "recovery median ms"),
)


def table(rows, figures, kinds):
    return "\n".join(f"| {words} | " + " | ".join(f"{figures[kind].get(key, 0):,}" for kind in kinds)
                     + " |" for words, key in rows)


def total(figures, *keys):
    return sum(one.get(key, 0) for one in figures.values() for key in keys)


def verdict(figures, tally):
    said = (f"{total(figures, 'kills'):,} deaths of the daemon, "
            f"{total(figures, 'acknowledged to visitor', 'acknowledged to agent'):,} acknowledged "
            "messages. ")
    if not tally:
        return said + ("0 lost, 0 shown twice to a visitor, 0 unmarked repeats at an agent, "
                       "0 misdelivered, 0 ghosts; order kept.")
    return said + "**Not all of it held:**\n\n" + "\n".join(f"- {words}" for words in tally)


def milliseconds(seconds):
    return f"{1000 * seconds:,.0f} ms"


def ready_rows(figures, kinds):
    rows = []
    for kind in kinds:
        if "ready" in figures[kind]:
            many, few = figures[kind]["ready"]["many"], figures[kind]["ready"]["few"]
            rows.append(f"| {kind} | {milliseconds(many[len(many) // 2])} | "
                        f"{milliseconds(many[-1])} | {milliseconds(few[len(few) // 2])} |")
    return "\n".join(rows)


def write(path, seed, limit, figures, failures, tickets, open_chats, machine, walks):
    kinds = sorted(figures)
    faults = sorted({key for one in figures.values() for key in one
                     if key.startswith(("fault ", "point "))})
    ejabberd = figures.get("ejabberd", {})
    path.write_text(PAGE.format(
        date=datetime.date.today().isoformat(), seed=seed, limit=limit, machine=machine,
        verdict=verdict(figures, failures), kinds=" | ".join(kinds), dashes="---|" * (len(kinds) - 1)
        + "---", counts=table(ROWS, figures, kinds),
        faults=table([(key.replace("fault ", "").replace("-", " "), key) for key in faults],
                     figures, kinds),
        unreceipted=ejabberd.get("lost by the server", 0),
        server_kills=ejabberd.get("fault kill-server", 0) + ejabberd.get("fault quit-server", 0),
        tickets=f"{tickets:,}", open=open_chats, ready=ready_rows(figures, kinds), walks=walks),
        encoding="utf-8")
