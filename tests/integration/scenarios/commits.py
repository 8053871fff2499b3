"""Commit, then tell: what the kernel was asked for, and in which order (strace)."""
import re
import subprocess

from world import Skip, scenario
from xmpp import message

CALLS = "fdatasync,write,sendto,sendmsg,writev,pwrite64"
# "1234 pwrite64(7</x/tresen.db-wal>, …) = 4096"; what another thread interrupts is two lines,
# "1234 fdatasync(7</x/tresen.db-wal> <unfinished ...>" and "1234 <... fdatasync resumed>) = 0".
BEGIN = re.compile(r"^(\d+) +(\w+)\((\d+)<([^>]*)>(.*)$")
# Where one buffer of a vector ends and the next begins.
JOINT = re.compile(r'", iov_len=\d+\}, \{iov_base="')
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>")


class Call:
    def __init__(self, name, path, said, begun):
        self.name, self.path, self.said, self.begun, self.ended = name, path, said, begun, None


def calls_of(trace):
    """In the order in which they began; begun and ended are places in the trace."""
    calls, open_calls = [], {}
    for at, line in enumerate(trace):
        begin, resumed = BEGIN.match(line), RESUMED.match(line)
        if begin:
            thread, name, _, path, said = begin.groups()
            call = Call(name, path, JOINT.sub("", said), at)
            calls.append(call)
            if said.endswith("<unfinished ...>"):
                open_calls[thread] = call
            elif " = -1 " not in said:
                call.ended = at
        elif resumed and resumed[1] in open_calls and " = -1 " not in line:
            open_calls.pop(resumed[1]).ended = at
    return calls


def told_too_early(trace, ids):
    """Those messages whose receipt began to leave before a sync of the log, begun behind the write
    of their row, had ended; and those of which either was not seen at all."""
    calls, wrong = calls_of(trace), []
    of_log = [c for c in calls if c.path.endswith("tresen.db-wal")]
    sent = [c for c in calls if c.path.startswith(("TCP", "socket"))]
    for number in ids:
        row = next((c for c in of_log if c.name == "pwrite64" and number in c.said), None)
        receipt = next((c for c in sent if number in c.said and "urn:xmpp:receipts" in c.said), None)
        if not row or row.ended is None or not receipt or not any(
                c.name == "fdatasync" and c.begun > row.ended and c.ended is not None and
                c.ended < receipt.begun for c in of_log):
            wrong.append(number)
    return wrong


@scenario
def a_receipt_leaves_when_its_row_has_been_synced(w):
    """C-26, for visitors (over WebSocket and BOSH) and for agents."""
    trace = w.directory / "trace"
    tracer = ["strace", "-D", "-f", "-yy", "-s", "100000", "-e", f"trace={CALLS}", "-o"]
    tried = subprocess.run([*tracer, "/dev/null", "true"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        raise Skip(f"may not trace: {tried.stderr.strip()}")
    daemon = w.daemon(start=False, limits={"message_burst": 1000})
    daemon.tracer = [*tracer, str(trace)]
    daemon.start()
    agent, visitors, ids = w.agent(), [w.visitor(), w.visitor("bosh")], []
    contacts = [w.chatting(agent, visitor) for visitor in visitors]
    for turn in range(10):
        for visitor, contact in zip(visitors, contacts):
            ids.append(visitor.say(w.sales, f"Question {turn}", f"q-{turn}-{visitor.id}-q"))
            ids.append(agent.say(contact, f"Answer {turn}", f"a-{turn}-{visitor.id}-a"))
    for number in ids:
        (agent if number.endswith("-a") else
         visitors["-" + visitors[1].id + "-" in number]).expect(message(receipt=number))
    assert daemon.stop() == 0
    lines = trace.read_text(errors="replace").splitlines()
    early = told_too_early(lines, ids)
    assert not early, f"{len(early)} of {len(ids)} receipts were not behind their sync: {early[:3]}"
    # The oracle sees what it should: without the syncs every receipt is too early.
    unsynced = [line for line in lines if "fdatasync" not in line]
    assert told_too_early(unsynced, ids) == ids
