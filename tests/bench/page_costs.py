"""The part of docs/PERFORMANCE.md about visitors and lines."""
import goals

HEAD = """## What visitors and lines cost

Prosody, ejabberd and Tresen on one machine, in one run, in turns, driven by one load (`tests/bench/load`, in C, so that it is not
what limits). Time is the processor's, as the kernel keeps account of it, of all threads of a process. *Tresen* alone has
the load for a server (XEP-0114) and for all agents: so nothing but Tresen limits it. The servers alone have visitors as anonymous
users of their own WebSocket endpoint, who write to agents directly. They keep no archive here (theirs would cost a multiple);
Tresen has each line on disk, `synchronous=FULL`, before it tells anybody. Ratios, counts and bytes decide whether a run fails;
times are this machine's. What a round trip is made of, and where the limit of the design lies: [0159](decisions/0159-what-a-round-trip-is-made-of.md).

| | measured | goal | |
|---|---|---|---|
"""
THERE = """
### Visitors who are there

Memory is the process's own (`RssAnon`), a visitor's share of what came on top of the first hundred; *idle* is of one core while all
of them only are there; *coming* is connecting, logging in and, at Tresen, the check-in, by WebSocket, 64 at a time.

| | visitors | memory of each | coming, processor | coming, median | idle |
|---|---|---|---|---|---|
"""
BOSH = """
By BOSH, where one request of each is held:

| | visitors | memory of each | coming, processor | coming, median | idle |
|---|---|---|---|---|---|
"""
COMING_BACK = """
### Visitors who come back

| | |
|---|---|
| a page load (stream, check-in with the token, presence, last page of the history), {loads:,} of them | {cpu:.0f} µs of the processor, median {p50:.1f} ms, 99th percentile {p99:.1f} ms |
| {visitors:,} streams end at a time, and all come back within two seconds, as the widget does | 99 % after {at_99:.2f} s, all after {all:.2f} s, {storm_cpu:.0f} µs of the processor each |
| most memory meanwhile, of what it was before | {peak:.2f} times |
"""
TRIPS = """
### A round trip

A visitor asks, an agent's client sends a receipt and answers, the visitor's client sends a receipt: two lines, and a receipt for
each from whoever stands between, and from the other end. *Tresen* behind a server is Tresen's part of it; what the server spends
meanwhile stands beside it. Medians of {runs} runs.

| | a second | processor | the server's | median | 99th percentile |
|---|---|---|---|---|---|
"""
LINES = """
### Durable lines

Two hundred visitors, each of whom writes on when the last line is on disk; the receipt says so.

| | lines a second | processor, a line | receipt, median | 99th percentile |
|---|---|---|---|---|
"""
GROWTH = """
### Growth

A round trip at 1,000 a second and a page load of somebody who has a chat, with more of each.

| | a round trip | median | a page load | median |
|---|---|---|---|---|
"""


def there(figures):
    return "".join(
        f"| {name} | {of['visitors']:,} | {of['bytes'] / 1024:.2f} KiB | "
        f"{of['connect_us']:.0f} µs | {of['p50_us'] / 1000:.1f} ms | {of['idle_percent']:.2f} % |\n"
        for name, sizes in figures.items() for of in sizes)


def coming_back(figures):
    pages, storm = figures["pages"], figures["storm"]
    return COMING_BACK.format(
        loads=pages["loads"], cpu=pages["cpu_us"], p50=pages["p50_us"] / 1000, p99=pages["p99_us"] / 1000,
        visitors=storm["visitors"], at_99=storm["at_99_s"], all=storm["all_s"], storm_cpu=storm["cpu_us"],
        peak=storm["peak"])


def trips(figures):
    rows = []
    for name, rates in figures.items():
        for rate, of in rates.items():
            told = f"{of['rate']:,.0f}" + (" (saturated)" if rate == "0" else "")
            server = f"{of['server_us']:.0f} µs" if of["server_us"] else ""
            rows.append(f"| {name} | {told} | {of['cpu_us']:.0f} µs | {server} | {of['p50_us'] / 1000:.2f} ms | "
                        f"{of['p99_us'] / 1000:.2f} ms |\n")
    return "".join(rows)


def lines(name, of):
    return (f"| {name} | {of['rate']:,.0f} | {of['cpu_us']:.0f} µs | {of['p50_us'] / 1000:.1f} ms | "
            f"{of['p99_us'] / 1000:.1f} ms |\n")


GROWN = {"few": "{chats:,} visitors, as many chats, an empty database", "visitors": "{visitors:,} visitors",
         "chats": "{chats:,} chats that are open", "entries": "1,000,000 entries of 100,000 chats stored before"}


def growth(figures):
    return "".join(
        f"| {GROWN[name].format(**of)} | {of['cpu_us']:.0f} µs | {of['p50_us'] / 1000:.2f} ms | {of['page_us']:.0f} µs | "
        f"{of['page_p50_us'] / 1000:.2f} ms |\n" for name, of in figures.items())


def text(figures, runs):
    visitors, talk = figures["visitors"], figures["talk"]
    wanted = []
    for goal in goals.all_of(figures):
        measured, bound = goals.words(goal)
        wanted.append(f"| {goal.title} | {measured} | {bound} | {'' if goals.holds(goal) else 'missed'} |\n")
    bosh = {name: [of] for name, of in visitors["bosh"].items()}
    parts = [HEAD, *wanted, THERE, there(visitors["there"]), BOSH, there(bosh),
             coming_back(visitors), TRIPS.format(runs=runs), trips(talk["round_trips"]), LINES,
             lines("on this disk", talk["durable"])]
    if talk.get("slow"):
        parts.append(lines("2 ms more for each sync (strace: its own cost is in it)", talk["slow"]))
    parts.append(f"\nOne row's commit by nothing but SQLite takes {talk['bare_commit_us'] / 1000:.2f} ms on this disk, at 100 a second "
                 "(median): a round trip, which has two lines one after the other, waits for two at least.\n")
    if "commits" in talk:
        parts.append(f"\nAt 100 round trips a second one has {talk['commits']:.2f} commits: syncs of the "
                     "database's log, counted by strace.\n")
    return "".join([*parts, GROWTH, growth(talk["growth"])]) + "\n"
