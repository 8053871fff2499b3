"""Visitors and lines: the servers, started once for both parts."""
import contextlib

import places
import talk
import visitors

SIZES, FEW = (1000, 5000, 15000), (3000,)  # with fewer, what allocators of the servers hold beside it decides
BOSH = 1000
RUNS = 3


@contextlib.contextmanager
def servers_in(scratch):
    with contextlib.ExitStack() as ending:
        servers = []
        for kind, server in places.KINDS.items():
            servers.append(server(scratch / kind, [places.DIRECT, places.BEHIND]))
            ending.callback(servers[-1].stop)
            servers[-1].start()
        yield servers


def measure(build, scratch, long):
    has_sockets = places.allow_sockets()
    if long and not has_sockets:
        raise RuntimeError("fifteen thousand visitors want ulimit -Hn 18000")
    with servers_in(scratch) as servers:
        figures = {"visitors": visitors.measure(build, scratch, servers, SIZES if long else FEW,
                                                5 if long else 1, long),
                   "talk": talk.measure(build, scratch, servers, 4 if long else 1.5, RUNS, long)}
    if long:
        # Servers of their own: what others have left free in the first ones would be filled again.
        with servers_in(scratch / "others") as servers:
            figures["visitors"]["bosh"] = visitors.by_bosh(build, scratch, servers, BOSH, 5)
    return figures
