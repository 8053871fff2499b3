"""Whether what component/base/mem.c wants of jemalloc is in force: the tests of units run with the
sanitizers' allocator and cannot tell."""
import os
import re
import subprocess

WANTED = {"narenas": "1", "dirty_decay_ms": "5000", "muzzy_decay_ms": "0", "background_thread": "true"}


def judge(build, tally):
    told = subprocess.run([build / "tresen", "version"], env={**os.environ, "MALLOC_CONF": "stats_print:true"},
                          capture_output=True, text=True, check=True).stderr
    options = dict(re.findall(r"^ *opt\.(\w+): (\w+)", told, re.M))
    for name, value in WANTED.items():
        found = options.get(name, "nothing")
        tally.tell(f"allocator: {name} is {value}", "" if found == value else f"it is {found}")
