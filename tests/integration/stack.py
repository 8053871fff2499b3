#!/usr/bin/env python3
"""A whole stack for whoever drives it from outside (the browser tests): server, daemon, pages.

    tests/integration/stack.py --build DIRECTORY [--server prosody|ejabberd] [--website FOLDER]
                               [--origin ORIGIN] [--set JSON]

Prints one line of JSON when it is ready: url (pages, widget, gateway), domain, department, agent,
agent2, password, c2s_port, server_websocket (the XMPP server's own), directory, pid (the daemon's).
Each line on standard input is an order, answered by "ok" or "error …":
kill, stop, start (the daemon), cut, mend (the link). The end of the input ends everything.
"""
import argparse
import json
import pathlib
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path.insert(0, str(HERE))

import servers  # noqa: E402
import trouble  # noqa: E402
import world  # noqa: E402


def obey(order, w, daemon, lock):
    orders = {"kill": daemon.kill, "stop": daemon.stop, "start": daemon.start, "cut": w.wire.cut,
              "mend": w.wire.mend, "lock": lock.begin, "unlock": lock.end}
    if order not in orders:
        return f"error there is no '{order}'"
    try:
        orders[order]()
    except AssertionError as failed:
        return f"error {str(failed).splitlines()[0]}"
    return "ok"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=str(TOP / "build/release"))
    parser.add_argument("--server", choices=servers.KINDS, default="prosody")
    parser.add_argument("--website", default=str(TOP / "examples/website"))
    parser.add_argument("--widget", default=str(TOP / "widget/dist"))
    parser.add_argument("--origin", action="append", default=[], help="one more website")
    parser.add_argument("--set", default="{}", help="more configuration, as JSON")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="tresen-stack-") as scratch:
        server = servers.KINDS[options.server](scratch + "/server", ["h1.localhost"]).start()
        w = None
        try:
            w = world.World(server, "h1.localhost", str(pathlib.Path(options.build) / "tresen"),
                            scratch + "/daemon")
            daemon = w.daemon(start=False, wired=True, left=None)
            daemon.configuration["web"].update(website=options.website, widget=options.widget,
                                               public_url=daemon.url)
            daemon.configuration["web"]["origins"] += [daemon.url, *options.origin]
            daemon.configuration = world.merge(daemon.configuration, json.loads(options.set))
            daemon.start()
            print(json.dumps({
                "url": daemon.url, "domain": w.domain, "department": w.sales,
                "agent": w.jid("agent"), "agent2": w.jid("agent2"), "password": servers.PASSWORD,
                "c2s_port": server.c2s_port, "server_websocket": server.websocket_url("h1.localhost"),
                "directory": scratch, "pid": daemon.process.pid}), flush=True)
            lock = w.keep(trouble.Locked(daemon.directory / "tresen.db"))
            for line in sys.stdin:
                print(obey(line.strip(), w, daemon, lock), flush=True)
        finally:
            if w:
                w.close()
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
