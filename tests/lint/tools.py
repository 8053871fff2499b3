"""The lints that are other people's programs."""
import concurrent.futures
import json
import os
import subprocess
import warnings

import tree


def run(*command):
    return subprocess.run(command, cwd=tree.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False)


def complaints_of(done, keep=lambda line: True):
    if done.returncode == 0:
        return []
    lines = [line for line in done.stdout.split("\n") if line.strip() and keep(line)]
    return lines or [f"exit {done.returncode}: {done.stdout.strip()[:200]}"]


def clang_format(_build):
    names = tree.files(".c", ".h")
    if not names:
        return ["no C files"]
    places = complaints_of(run("clang-format", "--dry-run", "-Werror", *names),
                           lambda line: "error:" in line)
    lines = {}
    for place in places:
        name, line, *_ = place.split(":") + [""]
        lines.setdefault(name, []).append(line)
    return [f"{name}: not as clang-format writes it, lines {', '.join(found[:5])}"
            for name, found in lines.items()]


def shellcheck(_build):
    names = tree.files(".sh") + [n for n in tree.files() if tree.text(n).startswith("#!/bin/")
                                 and not n.endswith(".sh")]
    return complaints_of(run("shellcheck", "--format=gcc", *sorted(set(names))))


def python(_build):
    """Every Python file compiles; warnings (bad escapes and the like) are errors."""
    complaints = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in tree.files(".py"):
            try:
                compile((tree.ROOT / name).read_bytes(), name, "exec")
            except (SyntaxError, ValueError, Warning) as wrong:
                complaints.append(f"{name}: {type(wrong).__name__}: {wrong}")
    return complaints


def compiled(build):
    """The C files of ours in compile_commands.json, as paths; a complaint if there are none."""
    place = tree.ROOT / build / "compile_commands.json"
    if not place.exists():
        return []
    names = {os.path.relpath(entry["file"], tree.ROOT) for entry in json.loads(place.read_text())}
    return sorted(names & set(tree.files(".c")))


def cppcheck(build):
    names = compiled(build)
    if not names:
        return [f"no compile_commands.json in {build}"]
    done = run("cppcheck", "--quiet", "--std=c11", "-j2", "--error-exitcode=1", "--inline-suppr",
               "--enable=warning,portability", "--suppress=missingIncludeSystem",
               "--suppress=checkersReport", "--max-configs=4",
               "--library=tests/lint/cppcheck.cfg", "-Icomponent", "-I.",
               "--template={file}:{line}: {id}: {message}",
               *[name for name in names if name.startswith(("component/", "storage/"))])
    return complaints_of(done)


def tidy(build, names):
    # gcc's own switches in compile_commands.json are nothing that clang must know.
    return run("clang-tidy", "--quiet", "-p", build, "--extra-arg=-Wno-unknown-warning-option",
               "--extra-arg=-Wno-unused-command-line-argument", *names)


def clang_tidy(build):
    """The checks stand in .clang-tidy; two at a time, and several files to each: for a short one
    half of the work is clang's own start."""
    names = [n for n in compiled(build) if n.startswith(("component/", "storage/"))]
    if not names:
        return [f"no compile_commands.json in {build}"]
    complaints = []
    handfuls = [names[at:at + 8] for at in range(0, len(names), 8)]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for done in pool.map(lambda some: tidy(str(tree.ROOT / build), some), handfuls):
            complaints += complaints_of(done, lambda line: "error:" in line or "warning:" in line)
    return [line.replace(str(tree.ROOT) + "/", "") for line in complaints]
