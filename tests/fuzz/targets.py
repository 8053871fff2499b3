#!/usr/bin/env python3
"""The list of fuzz targets in docs/TESTING.md, and whether it is true.

Between the two comments "fuzz targets" there is a row for each target: its name, what it reads, the
parsers that do so, and what it plays besides; files in backquotes, with globs. A parser is no part
of a glob of the last column. Run as a program it says what is not as it should be: a target without
a row, a row without a target or without a corpus, a file that is named twice or is not there, a
file of a folder that has to be named whole.
"""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIST = os.path.join(ROOT, "docs", "TESTING.md")
HERE = os.path.join(ROOT, "tests", "fuzz")
# Whoever adds a file there says by which target it is reached.
WHOLE = ["component/xml", "component/transport", "component/visitors", "component/outbox"]
# What stands in them and reads nothing that comes from outside.
NOT_FROM_OUTSIDE = {
    "component/xml/draft.c", "component/xml/writer.c",  # write
    "component/transport/listener.c", "component/transport/accept_pause.c",  # the listening socket
    "component/transport/dial.c",  # connects to the one server that is configured
    "component/transport/assets_load.c", "component/transport/versions.c",  # our own folders
    "component/transport/link_pace.c",  # when the link tries again
}
CORPUS_FILE_MAX = 16 * 1024


def expand(cell):
    """The files that a cell names; a glob that fits none stays what it is."""
    files = []
    for pattern in re.findall(r"`([^`]+)`", cell):
        there = sorted(glob.glob(os.path.join(ROOT, pattern)))
        files += [os.path.relpath(f, ROOT) for f in there] or [pattern]
    return files


def rows():
    """[(target, [parser, …], [other file, …])] in the order of the page; relative to the root."""
    with open(LIST, encoding="utf-8") as page:
        table = page.read().split("<!-- fuzz targets -->")[1]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    listed = [row for row in cells if len(row) == 4 and re.fullmatch(r"`\w+`", row[0])]
    parsers = {f for row in listed for f in expand(row[2])}
    return [(row[0].strip("`"), expand(row[2]), [f for f in expand(row[3]) if f not in parsers])
            for row in listed]


def targets():
    return sorted(os.path.basename(f)[len("fuzz_"):-len(".c")]
                  for f in glob.glob(os.path.join(HERE, "fuzz_*.c")))


def complaints():
    listed = rows()
    names = [name for name, _, _ in listed]
    files = [f for _, parsers, others in listed for f in parsers + others]
    for name in targets():
        if names.count(name) != 1:
            yield f"fuzz_{name}.c has {names.count(name)} rows in docs/TESTING.md"
    for name in sorted(set(names) - set(targets())):
        yield f"docs/TESTING.md lists the target {name}, which there is not"
    for name in names:
        corpus = glob.glob(os.path.join(HERE, "corpus", name, "*"))
        if not corpus:
            yield f"the target {name} has no corpus"
        for path in corpus:
            if os.path.getsize(path) > CORPUS_FILE_MAX:
                yield f"{os.path.relpath(path, ROOT)} is over {CORPUS_FILE_MAX} bytes"
    for name in sorted(set(files)):
        if files.count(name) > 1:
            yield f"docs/TESTING.md names {name} {files.count(name)} times"
        if not os.path.isfile(os.path.join(ROOT, name)):
            yield f"docs/TESTING.md names {name}, which there is not"
    for folder in WHOLE:
        for path in sorted(glob.glob(os.path.join(ROOT, folder, "*.c"))):
            name = os.path.relpath(path, ROOT)
            if (name in files) == (name in NOT_FROM_OUTSIDE):
                yield f"{name}: no target of docs/TESTING.md reaches it, or it needs none"


def main():
    wrong = list(complaints())
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
