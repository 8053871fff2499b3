"""What must not be written: vague names, dangerous calls, places of one machine, to-do notes."""
import re

import tree

VAGUE = {"manager", "managers", "helper", "helpers", "util", "utils", "data"}
BANNED = ["strcpy", "strcat", "sprintf", "vsprintf", "gets", "alloca", "system", "popen", "strtok",
          "tmpnam", "mktemp", "atoi", "atol", "rand", "srand"]
PLACES = [
    (re.compile(r"(?<![\w.$}/-])/(work|home|Users)/\w"), "a path of one machine"),
    (re.compile(r"(?<![\w.$}/-])/tmp/[a-z]*(build|tresen)"), "a path of one machine"),
    (re.compile(r"\bregistry\.[a-z0-9-]+\.[a-z]"), "a package registry's host"),
    (re.compile(r"\b(verdaccio|artifactory|nexus)\b", re.I), "a package registry"),
]
OURS = ("component/", "storage/", "widget/", "tests/", "examples/", "cmake/", "docs/", ".ci/")


def lines_of(name, pattern, text=None):
    text = tree.text(name) if text is None else text
    for found in pattern.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found


def check_names(_build):
    complaints = []
    for name in tree.files():
        for part in name.lower().split("/"):
            words = set(re.split(r"[^a-z]+", part))
            for word in words & VAGUE:
                complaints.append(f"{name}: '{word}' says nothing; name the concept")
    # Definitions and declarations of functions and types; a parameter may be called data.
    defined = re.compile(r"^(?:[\w*]+[ *]+)+(\w+)\(|^(?:struct|enum|union) (\w+) \{", re.M)
    for name in tree.files(".c", ".h"):
        for line, found in lines_of(name, defined, tree.code(name)):
            called = found[1] or found[2]
            for word in set(called.lower().split("_")) & VAGUE:
                complaints.append(f"{name}:{line}: {called}: '{word}' says nothing")
    named = re.compile(r"\b(?:function|class)\s+(\w+)|^(?:async )?def (\w+)", re.M)
    for name in tree.files(".js", ".mjs", ".py"):
        for line, found in lines_of(name, named):
            called = found[1] or found[2]
            words = re.findall(r"[A-Z]?[a-z]+", called)
            for word in {w.lower() for w in words} & VAGUE:
                complaints.append(f"{name}:{line}: {called}: '{word}' says nothing")
    return complaints


def check_calls(_build):
    complaints = []
    call = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
    exec_sql = re.compile(r"\bsqlite3_exec\s*\(\s*[^,]+,\s*([^\"A-Z\s][^,]*),")
    for name in tree.files(".c", ".h"):
        if not name.startswith(("component/", "storage/")):
            continue  # tests may
        for line, found in lines_of(name, call, tree.code(name)):
            complaints.append(f"{name}:{line}: {found[1]}() is banned")
        for line, found in lines_of(name, exec_sql):
            if "lint: literal" not in tree.text(name).split("\n")[line - 1]:
                complaints.append(f"{name}:{line}: sqlite3_exec of something that is no literal")
    return complaints


def check_places(_build):
    complaints = []
    for name in tree.files():
        if name == "tests/lint/words.py":
            continue
        for pattern, what in PLACES:
            for line, found in lines_of(name, pattern):
                complaints.append(f"{name}:{line}: {what}: {found[0]}")
    return complaints


def check_todo(_build):
    complaints = []
    note = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
    for name in tree.files():
        if name.startswith(OURS):
            complaints += [f"{name}:{line}: {found[0]}" for line, found in lines_of(name, note)]
    return complaints


def check_locks(_build):
    complaints = []
    for name in tree.files("package-lock.json"):
        for line, _ in lines_of(name, re.compile(r'"resolved": "http')):
            complaints.append(f"{name}:{line}: resolved: names a registry "
                              "(npm config set omit-lockfile-registry-resolved true)")
    return complaints
