"""bench_load (tests/bench/load): visitors and agents that cost little themselves. One task at a time;
whatever goes otherwise than it should is an error here."""
import json
import subprocess

from daemon import ORIGIN
from servers import MORTAL

LATE = 300  # seconds; the load itself gives up before


class Generator:
    def __init__(self, build, visitors, **words):
        given = [f"{name.replace('_', '-')}={value}" for name, value in words.items()]
        self.process = subprocess.Popen(
            [*MORTAL, build / "bench_load", f"visitors={visitors}", *given], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def do(self, task, first=0, second=0):
        """What the task has come to: see tests/bench/load/crowd.h."""
        self.process.stdin.write(f"{task} {first} {second}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        told = json.loads(line) if line else {"lost": 1, "why": "the load has ended"}
        if told["lost"]:
            raise RuntimeError(f"{task} {first} {second}: {told['lost']} lost, {told['why']}: {line}")
        return told

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def at_desk(build, daemon, visitors, **more):
    """Visitors of a daemon's gateway."""
    domain = daemon.configuration["domain"]
    return Generator(build, visitors, web=daemon.port, host=domain, origin=ORIGIN,
                     department=f"sales@{domain}", **more)


def at_server(build, server, host, visitors, **more):
    """Anonymous users of the server's own endpoint."""
    return Generator(build, visitors, web=server.web(host), host=f"anon.{host}", **more)
