"""docs/PERFORMANCE.md: what the long run has found, and the command that repeats it."""
import datetime
import re
import statistics

PAGE = """# Performance, as measured

Written by `tests/bench/run.py --long` on {date} ({machine}). It says what that run saw; nothing but *Where goals are missed* is written by hand.

```
sh tests/run.sh bench --long
```

{costs}{missed}## A database of {tickets} tickets

{entries} entries of {tickets} chats, each of which is a ticket; {lines} lines a second are stored while each list and each
search is asked for, one after the other. A time is from asking on the loop's thread to being answered there: the reading is
done by the reader's thread, the storing by the writer's. Of {runs} runs, the medians; *slowest* is the slowest answer of all
runs together.

| milliseconds | median | 99th percentile | slowest |
|---|---|---|---|
{rows}

A *commit* is from sealing a batch to being told that it is durable; the index of words is merged in small steps by the
commits that write to it.

| | |
|---|---|
| from the start to `/readyz`, after a `kill -9`, median of {runs} | {start} ms |
| the slowest of them | {slowest} ms |
| the file before and after the index of words was made | {before} MB, {after} MB |
| making it, once, at the upgrade | {migrated} s |

{widget}## In the ordinary run

`sh tests/run.sh bench` compares each list and search with the same by plain SQL on the same, smaller file: it must find the
same tickets, and may cost no multiple of it, in time of the processor. Of visitors and lines it measures a few, and judges what above
is no time.
"""


def section(path, heading):
    """What another program has written below this heading; empty: nothing."""
    found = path.exists() and re.search(rf"^## {heading}\n.*?(?=^## )", path.read_text(encoding="utf-8"), re.S | re.M)
    return found.group(0) if found else ""


def write(path, figures, costs, runs, machine):
    rows = "\n".join(f"| {name} | {of['p50']:.2f} | {of['p99']:.2f} | {of['max']:.0f} |"
                     for name, of in figures["asked"].items())
    starts = figures["starts_s"]
    path.write_text(PAGE.format(
        date=datetime.date.today().isoformat(), machine=machine, tickets=f"{figures['tickets']:,}",
        entries=f"{figures['entries']:,}", lines=figures["lines"], runs=runs, rows=rows,
        start=round(1000 * statistics.median(starts)), slowest=round(1000 * starts[-1]),
        before=figures["bytes_before"] // 10 ** 6, after=figures["bytes_after"] // 10 ** 6,
        migrated=figures["migrated_s"], costs=costs, missed=section(path, "Where goals are missed"),
        widget=section(path, "The widget")), encoding="utf-8")
