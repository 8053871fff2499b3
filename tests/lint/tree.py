"""The files under lint: what git tracks, read as text."""
import functools
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


@functools.lru_cache(maxsize=None)
def files(*suffixes):
    """Tracked files (paths relative to the top), those with one of the suffixes if any is named."""
    listed = subprocess.run(["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT,
                            check=False, capture_output=True, text=True)
    if listed.returncode != 0:
        sys.exit(f"lint looks at what git tracks, and git says: {listed.stderr.strip()}")
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [name for name in names if not suffixes or name.endswith(suffixes)]


@functools.lru_cache(maxsize=None)
def text(name):
    """A picture, or what else git would take for no text, has none."""
    octets = (ROOT / name).read_bytes()
    return "" if b"\0" in octets[:8000] else octets.decode(encoding="utf-8", errors="replace")


def code(name):
    """The text of a C file with comments and string literals blanked, line numbers kept."""
    source, out, at = text(name), [], 0
    while at < len(source):
        two = source[at:at + 2]
        if two == "/*":
            end = source.find("*/", at + 2)
            end = len(source) if end < 0 else end + 2
        elif two == "//":
            end = source.find("\n", at)
            end = len(source) if end < 0 else end
        elif source[at] in "\"'":
            end = at + 1
            while end < len(source) and source[end] not in (source[at], "\n"):
                end += 2 if source[end] == "\\" else 1
            end += 1
            out.append(source[at] + " " * max(0, end - at - 2) + source[at])
            at = end
            continue
        else:
            out.append(source[at])
            at += 1
            continue
        out.append("".join(c if c == "\n" else " " for c in source[at:end]))
        at = end
    return "".join(out)
