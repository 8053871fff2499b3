#!/usr/bin/env python3
"""Fuzzes: every target for its share of the time, then the corpora's coverage of the parsers.

    tests/fuzz/run.py --minutes 20 [--only REGEX] [--jobs 2] [--keep]

Wants build/fuzz and build/coverage (sh tests/run.sh fuzz --minutes 20 makes both). All targets
together take so many minutes on so many processors; 0 minutes: only the coverage. What is found
comes into build/fuzz-found/TARGET: new (inputs that reach what the corpus does not, as few and as
short as possible) and crash-*. --keep puts the new ones into the corpus as well; those that time or
chance has put there before (named by their hash) and that are no longer needed go.

A target that found a crash fails, and so does a parser of the list in docs/TESTING.md of which the
corpora run less than 90 % of the lines.
"""
import argparse
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys

import targets

ROOT = targets.ROOT
FOUND = os.path.join(ROOT, "build", "fuzz-found")
LOGS = os.path.join(ROOT, "build", "test-logs", "fuzz")
FLOOR = 90.0  # per cent of a file's lines
INPUT_MAX = 4096  # of what is put into the corpus
HASH = re.compile(r"[0-9a-f]{40}$")
# Words that several targets know.
DICTIONARIES = {"agent": "xmpp", "visitor": "xmpp", "stanza": "xmpp", "payload": "xmpp",
                "xml_reader": "xmpp", "link": "xmpp", "bosh": "xmpp", "gateway": "http",
                "control": "xmpp"}


def corpus_of(name):
    return os.path.join(ROOT, "tests", "fuzz", "corpus", name)


def start(name, arguments, log):
    """Runs a target of build/fuzz; returns (exit code, what it said)."""
    program = os.path.join(ROOT, "build", "fuzz", f"fuzz_{name}")
    words = os.path.join(ROOT, "tests", "fuzz", "dictionaries",
                         DICTIONARIES.get(name, name) + ".dict")
    if os.path.exists(words):
        arguments = [f"-dict={words}", *arguments]
    with open(log, "w", encoding="utf-8", errors="replace") as out:
        code = subprocess.run([program, "-print_final_stats=1", "-rss_limit_mb=2048",
                               "-timeout=25", *arguments], stdout=out, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, check=False).returncode
    with open(log, encoding="utf-8", errors="replace") as said:
        return code, said.read()


def fuzz(name, seconds):
    """Returns (executions, new inputs, crashes)."""
    folder = os.path.join(FOUND, name)
    raw = os.path.join(folder, "raw")
    os.makedirs(raw, exist_ok=True)
    code, said = start(name, [f"-max_total_time={seconds}", f"-artifact_prefix={folder}/",
                              "-max_len=16384", raw, corpus_of(name)],
                       os.path.join(LOGS, f"{name}.log"))
    done = re.findall(r"stat::number_of_executed_units: (\d+)", said)
    crashes = [f for kind in ("crash", "leak", "oom", "timeout")
               for f in glob.glob(os.path.join(folder, f"{kind}-*"))]
    if code != 0 and not crashes:
        crashes = [f"exit {code}, see build/test-logs/fuzz/{name}.log"]
    return int(done[-1]) if done else 0, merge(name, folder, raw), crashes


def merge(name, folder, raw):
    """Puts what the corpus lacks of raw into folder/new; returns those files."""
    new = os.path.join(folder, "new")
    named = os.path.join(folder, "named")
    for path in (new, named):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(corpus_of(name), named)
    before = set(os.listdir(named))
    start(name, ["-merge=1", "-max_len=16384", named, raw],
          os.path.join(LOGS, f"{name}-merge.log"))
    os.makedirs(new)
    for file in sorted(set(os.listdir(named)) - before):
        shutil.move(os.path.join(named, file), os.path.join(new, file))
    shutil.rmtree(named)
    return sorted(os.listdir(new))


def keep(name):
    """New inputs into the corpus; of all that are named by their hash, those that are needed."""
    corpus = corpus_of(name)
    folder = os.path.join(FOUND, name)
    wanted = os.path.join(folder, "wanted")
    others = os.path.join(folder, "others")
    for path in (wanted, others):
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
    for file in os.listdir(corpus):
        shutil.copy(os.path.join(corpus, file), others if HASH.match(file) else wanted)
    for file in os.listdir(os.path.join(folder, "new")):
        shutil.copy(os.path.join(folder, "new", file), others)
    start(name, ["-merge=1", f"-max_len={INPUT_MAX}", wanted, others],
          os.path.join(LOGS, f"{name}-keep.log"))
    for file in os.listdir(corpus):
        if HASH.match(file) and not os.path.exists(os.path.join(wanted, file)):
            os.remove(os.path.join(corpus, file))
    for file in os.listdir(wanted):
        if os.path.getsize(os.path.join(wanted, file)) <= INPUT_MAX:
            shutil.copy(os.path.join(wanted, file), corpus)


def fuzz_all(names, minutes, jobs, keeps):
    """Yields (fine, line to print) for each target."""
    seconds = max(1, int(minutes * 60 * jobs / len(names)))
    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        running = {name: pool.submit(fuzz, name, seconds) for name in names}
        for name, done in running.items():
            executions, new, crashes = done.result()
            if keeps:
                keep(name)
            yield not crashes, (f"fuzz {name}: {executions} executions in {seconds} s, "
                                f"{len(new)} new inputs, {len(crashes)} crashes"
                                + "".join(f"\n  {c}" for c in crashes))


# ---- coverage ----


def lines_run(names):
    """{file: (lines, lines that the corpora run)}"""
    build = os.path.join(ROOT, "build", "coverage")
    profiles = os.path.join(build, "profiles")
    shutil.rmtree(profiles, ignore_errors=True)
    os.makedirs(profiles)
    programs = [os.path.join(build, f"fuzz_{name}") for name in names]
    for name, program in zip(names, programs):
        environment = dict(os.environ,
                           LLVM_PROFILE_FILE=os.path.join(profiles, f"{name}.profraw"))
        subprocess.run([program, corpus_of(name)], env=environment, check=True,
                       stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    merged = os.path.join(profiles, "all.profdata")
    subprocess.run(["llvm-profdata", "merge", "-sparse", "-o", merged,
                    *glob.glob(os.path.join(profiles, "*.profraw"))], check=True)
    objects = [word for program in programs[1:] for word in ("-object", program)]
    said = subprocess.run(["llvm-cov", "export", "-summary-only", f"-instr-profile={merged}",
                           programs[0], *objects], check=True, capture_output=True).stdout
    covered = {}
    for file in json.loads(said)["data"][0]["files"]:
        summary = file["summary"]["lines"]
        covered[os.path.relpath(file["filename"], ROOT)] = (summary["count"], summary["covered"])
    return covered


def per_cent(run, count):
    return 100.0 * run / count if count else 0.0


def coverage():
    """Yields (fine, line to print) for each parser of the list, and for what else a target plays."""
    covered = lines_run(targets.targets())
    for name, parsers, others in targets.rows():
        for file in parsers:
            count, run = covered.get(file, (0, 0))
            share = per_cent(run, count)
            yield share >= FLOOR, f"lines {file}: {run} of {count}, {share:.1f} % ({name})"
        if others:
            count, run = (sum(sums) for sums in zip(*(covered.get(f, (0, 0)) for f in others)))
            yield True, (f"lines of {len(others)} more files: {run} of {count}, "
                         f"{per_cent(run, count):.1f} % ({name})")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=0)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments.add_argument("--keep", action="store_true")
    chosen = arguments.parse_args()
    names = [name for name in targets.targets() if re.search(chosen.only, name)]
    os.makedirs(LOGS, exist_ok=True)
    passed = failed = 0
    results = []
    if chosen.minutes > 0 and names:
        results.append(fuzz_all(names, chosen.minutes, chosen.jobs, chosen.keep))
    if not chosen.only:
        results.append(coverage())
    for part in results:
        for fine, line in part:
            passed, failed = passed + fine, failed + (not fine)
            print(line if fine else f"FAIL {line}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
