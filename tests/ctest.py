#!/usr/bin/env python3
"""Runs the programs that ctest knows under a label, two at a time, and counts what is in them.

    tests/ctest.py BUILD-DIRECTORY LABEL

A cmocka program prints TAP here, and each of its tests counts; any other program counts as one
test. A program that dies, times out or prints less than its plan is one failure more. A test that
this machine cannot play is a SKIP line, and is not counted.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time


def find(build, label):
    shown = subprocess.run(["ctest", "--show-only=json-v1", "-L", f"^{label}$"], cwd=build,
                           check=True, capture_output=True, text=True).stdout
    for test in json.loads(shown)["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        yield test["name"], test.get("command"), properties.get("TIMEOUT", 60)


def count(output, code):
    """Returns (passed, failed, why) of one program's TAP, or of its exit code."""
    skips = re.findall(r"^not ok \d+ # SKIP (.*)", output, re.M)  # as cmocka writes it
    output = re.sub(r"^not ok \d+ # SKIP .*", "", output, flags=re.M)
    oks = re.findall(r"^ok \d+", output, re.M)
    bad = re.findall(r"^not ok \d+ -? ?(.*)", output, re.M)
    planned = sum(int(n) for n in re.findall(r"^1\.\.(\d+)", output, re.M))
    if not planned:
        return (1, 0, "") if code == 0 else (0, 1, f"exit {code}")
    done = len(oks) + len(bad) + len(skips)
    if done < planned:
        return len(oks), len(bad) + 1, f"died after {done} of {planned}, exit {code}"
    if code != 0 and not bad:
        return len(oks), 1, f"exit {code} (a sanitizer's report?)"
    return len(oks), len(bad), ", ".join(bad)


def run(name, command, timeout, build):
    if not command or not os.path.exists(command[0]):
        return name, 0, 1, "was not built", "", 0
    environment = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
    started = time.monotonic()
    try:
        done = subprocess.run(command, cwd=build, env=environment, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL)
        output, code = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode(errors="replace")
        return name, 0, 1, f"no end within {timeout:.0f} s", output, time.monotonic() - started
    return (name, *count(output, code), output, time.monotonic() - started)


def main():
    build, label = sys.argv[1], sys.argv[2]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for done in [pool.submit(run, *test, build) for test in find(build, label)]:
            name, good, bad, why, output, seconds = done.result()
            for test in re.findall(r"^not ok \d+ # SKIP (.*)", output, re.M):
                print(f"SKIP {name}: {test}")
            passed, failed = passed + good, failed + bad
            if bad:
                print(output.rstrip())
                print(f"FAIL {name}: {why}")
            else:
                print(f"ok   {name}: {good} in {seconds:.1f} s", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
