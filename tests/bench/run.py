#!/usr/bin/env python3
"""What Tresen costs: each part of the bench against its bounds.

    tests/bench/run.py [--build DIRECTORY] [--long] [--runs N] [--scratch DIRECTORY]

The ordinary run compares, on one machine and at the same time: with what anybody would do without
Tresen's own code, and with Prosody and ejabberd. --long measures at full size, which wants the
machine for itself, and writes docs/PERFORMANCE.md. Both write build/bench.json. Ends with "N passed,
N failed".
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

import allocator  # noqa: E402
import costs  # noqa: E402
import goals  # noqa: E402
import page  # noqa: E402
import page_costs  # noqa: E402
import tickets  # noqa: E402
from tally import Tally  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--runs", type=int, default=10, help="of which the median counts")
    parser.add_argument("--scratch", help="where there are ten gigabytes")
    options = parser.parse_args()
    build = (TOP / options.build).resolve()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="tresen-bench-", dir=options.scratch)).resolve()
    tally = Tally()
    try:
        allocator.judge(build, tally)
        figures = {"costs": costs.measure(build, scratch, options.long)}
        if options.long:
            figures.update(tickets.measure(build, scratch, options.runs, tally))
            page.write(TOP / "docs" / "PERFORMANCE.md", figures, page_costs.text(figures["costs"], costs.RUNS),
                       options.runs, f"{os.cpu_count()} cores, {platform.machine()}")
        else:
            tickets.compare(build, scratch, tally)
        goals.judge(figures["costs"], tally)
        (TOP / "build" / "bench.json").write_text(json.dumps(figures, indent=1) + "\n")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
