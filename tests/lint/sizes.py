"""Functions to 60 lines, files to 500; "lint: long because ..." in a comment waives, with a reason.

For a function the comment stands in it or in the five lines above it; for a file anywhere.
"""
import re

import tree

FUNCTION_LINES = 60
FILE_LINES = 500
WAIVER = re.compile(r"lint: long because \S+")
SOURCES = (".c", ".h", ".js", ".mjs", ".py", ".sh", ".css")


def functions(name):
    """(name, line of the opening brace, line of the closing one) of a clang-formatted C file."""
    lines = tree.code(name).split("\n")
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            start = number
        elif line.startswith("}") and start:
            # A struct or a table ends with "};", a function with "}".
            if line.rstrip() == "}":
                head = " ".join(lines[max(0, start - 8):start - 1])
                called = re.findall(r"(\w+)\s*\(", head)
                yield called[0] if called else "?", start, number
            start = None


def check(_build):
    complaints = []
    for name in tree.files(*SOURCES):
        text = tree.text(name)
        lines = text.split("\n")
        if text.count("\n") > FILE_LINES and not WAIVER.search(text):
            complaints.append(f"{name}: {len(lines) - 1} lines, more than {FILE_LINES}")
        if not name.endswith((".c", ".h")):
            continue
        for function, start, end in functions(name):
            around = "\n".join(lines[max(0, start - 6):end])
            if end - start - 1 > FUNCTION_LINES and not WAIVER.search(around):
                complaints.append(f"{name}:{start}: {function}: {end - start - 1} lines, "
                                  f"more than {FUNCTION_LINES}")
    return complaints
