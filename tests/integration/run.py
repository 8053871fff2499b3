#!/usr/bin/env python3
"""Runs the scenarios of scenarios/*.py against a real Prosody, a real ejabberd and a fake server.

    tests/integration/run.py [--build DIRECTORY] [--server prosody|ejabberd|fake] [--only WORD]
                             [--jobs N] [--times N]

One process for each server, all at once; each starts its server once and gives every scenario a
virtual host of its own. Of a scenario that failed the logs stay in build/test-logs/integration/.
Ends with "N passed, N failed".
"""
import argparse
import concurrent.futures
import importlib
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
LOGS = TOP / "build" / "test-logs" / "integration"
sys.path[:0] = [str(HERE), str(HERE / "scenarios")]

import servers  # noqa: E402
import world  # noqa: E402

LONGEST = 300
FILES = 16384


def discover(kind, only, times):
    for file in sorted((HERE / "scenarios").glob("*.py")):
        importlib.import_module(file.stem)
    chosen = [function for function, where in world.SCENARIOS if kind in where
              and (not only or re.search(only, f"{function.__module__}.{function.__name__}"))]
    return chosen * times


def reason(error):
    """One line: what went wrong, and the scenario's line."""
    places = [frame for frame in traceback.extract_tb(error.__traceback__)
              if "/scenarios/" in frame.filename]
    where = f" (line {places[-1].lineno}: {places[-1].line})" if places else ""
    said = str(error) or type(error).__name__
    if not isinstance(error, AssertionError):
        said = f"{type(error).__name__}: {said}"
    return said, where


def play(function, server, kind, host, program, directory, empty):
    """Runs one scenario with a limit of time; returns None or what went wrong. (The directory's
    path is short: a Unix socket stands in it.)"""
    kept = LOGS / f"{kind}-{function.__name__}"
    shutil.rmtree(kept, ignore_errors=True)
    wrong = []

    def body():
        given = None
        try:
            given = world.World(server, host, program, directory, empty)
            function(given)
        except BaseException as error:  # whatever it is, the scenario failed by it
            wrong.append(error)
        try:
            if given:
                given.close()
        except BaseException as error:
            wrong.append(error)

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    thread.join(LONGEST)
    if thread.is_alive():
        shutil.copytree(directory, kept, ignore=sockets, dirs_exist_ok=True)
        return f"no end within {LONGEST} s", ""
    if wrong and isinstance(wrong[0], world.Skip):
        return wrong[0]
    if wrong:
        shutil.copytree(directory, kept, ignore=sockets, dirs_exist_ok=True)
        (kept / "failure.txt").write_text(
            "".join("".join(traceback.format_exception(error)) for error in wrong))
        return reason(wrong[0])
    shutil.rmtree(directory, ignore_errors=True)
    return None


# A host without a scenario: of its accounts, whose rosters nobody is let into, one may use some.
FAR = "far.localhost"


def sockets(directory, names):
    return [name for name in names if (pathlib.Path(directory) / name).is_socket()]


def keep_logs(server, failed):
    for name in server.logs() if failed else ():
        if (server.directory / name).exists():
            shutil.copy(server.directory / name, LOGS / f"{server.kind}-{name.replace('/', '-')}")


def run_one_server(kind, options):
    program = str((TOP / options.build / "tresen").resolve())
    chosen = discover(kind, options.only, options.times)
    hosts = [f"h{number}.localhost" for number in range(1, len(chosen) + 1)]
    hosts.append(FAR)
    passed = failed = 0
    if not chosen:
        print("0 passed, 0 failed")
        return 0
    if not pathlib.Path(program).exists():
        print(f"FAIL {kind}: {program} was not built\n0 passed, 1 failed")
        return 1
    scratch = tempfile.mkdtemp(prefix=f"tresen-{kind}-")
    server = None
    try:
        empty = None
        if kind in servers.KINDS:
            empty = world.empty_database(program, scratch + "/empty")
            server = servers.KINDS[kind](scratch + "/server", hosts)
            server.start()
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            def timed(pair):
                started = time.monotonic()
                return pair[0], play(pair[0], server, kind, pair[1], program,
                                     f"{scratch}/{pair[1]}", empty), time.monotonic() - started
            for function, wrong, seconds in pool.map(timed, zip(chosen, hosts)):
                if isinstance(wrong, world.Skip):
                    print(f"SKIP {kind}: {function.__name__}: {wrong}")
                elif wrong:
                    failed += 1
                    said, where = wrong
                    first, _, rest = said.partition("\n")
                    print(f"FAIL {kind}: {function.__name__}: {first}{where}\n{rest}".rstrip())
                else:
                    passed += 1
                    print(f"ok   {kind}: {function.__name__} ({seconds:.1f} s)")
                sys.stdout.flush()
    except Exception as error:  # no scenario's: each counts for itself
        failed += 1
        traceback.print_exc()
        print(f"FAIL {kind}: the run broke off: " + str(error).strip().replace("\n", " | "))
    finally:
        if server:
            keep_logs(server, failed)
            server.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def run_all(arguments):
    """One process a server; their lines as they come, the counts at the end."""
    kinds = [*servers.KINDS, "fake"]
    started = [subprocess.Popen([sys.executable, __file__, "--server", kind, *arguments],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
               for kind in kinds]
    totals = [0, 0]
    lock = threading.Lock()

    def follow(kind, process):
        counted = False
        for line in process.stdout:
            counts = re.match(r"(\d+) passed, (\d+) failed$", line)
            with lock:
                if counts:
                    counted = True
                    totals[0] += int(counts[1])
                    totals[1] += int(counts[2])
                else:
                    print(line, end="", flush=True)
        if process.wait() not in (0, 1) or not counted:
            with lock:
                totals[1] += 1
                print(f"FAIL {kind}: the runner ended with {process.returncode}")

    threads = [threading.Thread(target=follow, args=pair) for pair in zip(kinds, started)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{totals[0]} passed, {totals[1]} failed")
    return 1 if totals[1] else 0


def open_more_files():
    """Thousands of sockets at once; many systems give 1,024 unless asked."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if least != resource.RLIM_INFINITY and least < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def main():
    open_more_files()
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/asan")
    parser.add_argument("--server", choices=[*servers.KINDS, "fake"])
    parser.add_argument("--only", help="a regular expression for file.scenario")
    parser.add_argument("--jobs", type=int, default=4, help="scenarios at once, for each server")
    parser.add_argument("--times", type=int, default=1, help="each scenario so often")
    options = parser.parse_args()
    LOGS.mkdir(parents=True, exist_ok=True)
    if options.server:
        return run_one_server(options.server, options)
    return run_all(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
