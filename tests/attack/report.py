"""docs/BOUNDS.md: what the run has found, and the command that repeats it."""
import datetime

PAGE = """# What attackers reach, as measured

Written by `tests/attack/run.py` on {date} ({machine}). It says what that run saw; nothing here is edited by hand.

```
sh tests/run.sh attack [--minutes N]
```

The daemon has the limits of its defaults. {talking} honest visitors ask and are answered all the while; what they wait is measured
without the attacker and with it, one after the other, on the same cores (medians of three parts of the time). None of their lines was lost, or the run would have ended.

| | at a time | in all | the oldest when it was ended | others wait, median / 99th percentile, without | with | memory more in use | resident |
|---|---|---|---|---|---|---|---|
{attacks}

Of those that are slow or silent each is ended by its deadline. What is resident beyond what is in use is the allocator's, in pages that hold
something else, too ([0164](decisions/0164-memory-that-comes-back.md)).

## What an input of 64 KiB costs

The daemon's processor time, beside a harmless message of that size; medians.

| | | |
|---|---|---|
{inputs}

## Connects that come to nothing

{made:,} connects, each upgraded to a WebSocket and gone, in {seconds:.0f} s: {kept} KiB of memory behind them.

## {minutes:g} minutes of coming and going

A thousand visitors come, a hundred of them talk, each loads a page; all go, and strangers break away in the middle of a visit;
{turns} times. Medians of the last fifth but one, and of the last: what fills has filled by then.

| | last but one | last |
|---|---|---|
{soak}
"""


def ms(us):
    return f"{us / 1000:.1f}"


def attack_row(of):
    oldest = f"{of['oldest_s']:.0f} s" if of["oldest_s"] >= 1 else "at once"
    return (f"| {of['kind']} | {of['at_once']} | {of['made']:,} | {oldest} | "
            f"{ms(of['calm']['p50'])} / {ms(of['calm']['p99'])} ms | {ms(of['under']['p50'])} / {ms(of['under']['p99'])} ms | "
            f"{of['used_bytes'] // 1024} KiB | {of['kept_bytes'] // 1024} KiB |")


def soak_rows(turns, last_two):
    names = {"bytes": "KiB of memory", "used": "of it in use", "files": "descriptors", "log": "KiB of write-ahead log"}
    for when in ("there", "gone"):
        for what, name in names.items():
            part = 1024 if what != "files" else 1
            before, after = (of // part for of in last_two(turns, when, what))
            yield f"| {name}, while they are {when} | {before:,.0f} | {after:,.0f} |"


def write(path, found, minutes, machine, talking, last_two):
    harmless = found["inputs"]["harmless"]
    path.write_text(PAGE.format(
        date=datetime.date.today().isoformat(), machine=machine, talking=talking, minutes=minutes,
        attacks="\n".join(map(attack_row, found["attacks"])),
        inputs="\n".join(f"| {name} | {us:.0f} us | {us / harmless:.2f} |" for name, us in found["inputs"].items()),
        made=found["crowd"]["made"], seconds=found["crowd"]["seconds"], kept=found["crowd"]["kept_bytes"] // 1024,
        turns=len(found["soak"]), soak="\n".join(soak_rows(found["soak"], last_two))), encoding="utf-8")
