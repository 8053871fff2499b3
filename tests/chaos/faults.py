"""What goes wrong, and when: a schedule that its seed alone decides, and those who carry it out."""
import collections
import signal
import time

Fault = collections.namedtuple("Fault", "name pause seconds pick")

# How often each is in a deck of fifty, and for how long it lasts: at least, at most.
KINDS = {
    "kill": (31, 0, 0),
    "freeze": (3, 0.2, 2.0),
    "cut-link": (3, 0, 1.0),
    "stall-link": (2, 0.2, 2.0),
    "crumble-link": (2, 0.5, 2.0),
    "stall-gate": (1, 0.2, 2.0),
    "crumble-gate": (2, 0.5, 2.0),
    "cut-visitors": (2, 0, 0),
    "cut-agent": (2, 0, 0),
    "quit-server": (1, 0, 0),
    "kill-server": (1, 0, 0),
}


def schedule(chance):
    """Faults without end, in shuffled decks: none is left out by chance. Life between two of them
    lasts for 50 to 3,000 ms."""
    while True:
        deck = [name for name, (often, _, _) in KINDS.items() for _ in range(often)]
        chance.shuffle(deck)
        for name in deck:
            _, least, most = KINDS[name]
            yield Fault(name, chance.uniform(0.05, 3.0), chance.uniform(least, most),
                        chance.random())


class Misfortune:
    """Carries a schedule out on a load."""

    def __init__(self, load):
        self.load, self.rig, self.loop = load, load.rig, load.loop
        self.done = collections.Counter()

    def strike(self, fault):
        getattr(self, fault.name.replace("-", "_"))(fault)
        self.done[fault.name] += 1

    def kill(self, _fault):
        self.rig.kill_daemon()

    def freeze(self, fault):
        self.rig.daemon.process.send_signal(signal.SIGSTOP)
        time.sleep(fault.seconds)
        self.rig.daemon.process.send_signal(signal.SIGCONT)

    def back(self, timeout=60):
        self.rig.daemon.wait(200, timeout)

    def cut_link(self, fault):
        self.loop.ask(self.rig.link.cut)
        time.sleep(fault.seconds)
        self.loop.ask(self.rig.link.mend)
        self.back()

    def turned(self, relay, what, fault):
        self.loop.ask(lambda: getattr(relay, what)(True))
        time.sleep(fault.seconds)
        self.loop.ask(lambda: getattr(relay, what)(False))

    def stall_link(self, fault):
        self.turned(self.rig.link, "stall", fault)
        self.back()

    def crumble_link(self, fault):
        self.turned(self.rig.link, "crumble", fault)
        self.back()

    def stall_gate(self, fault):
        self.turned(self.rig.gate, "stall", fault)

    def crumble_gate(self, fault):
        self.turned(self.rig.gate, "crumble", fault)

    def cut_visitors(self, fault):
        def cut():
            for visitor in self.load.visitors:
                if (visitor.number + int(fault.pick * 100)) % 3 == 0:
                    visitor.cut()
        self.loop.ask(cut)

    def cut_agent(self, fault):
        agents = self.load.agents
        self.loop.ask(agents[int(fault.pick * len(agents))].cut)

    def server(self, end):
        """The link comes back when the agents have (or ejabberd drops what comes first)."""
        self.rig.server_ends += 1
        self.loop.ask(self.rig.link.cut)
        end()
        self.rig.server.launch()
        self.loop.until(lambda: all(agent.ready for agent in self.load.agents), 60)
        self.loop.ask(self.rig.link.mend)
        self.back()

    def quit_server(self, _fault):
        self.server(self.rig.server.quit)

    def kill_server(self, _fault):
        self.server(self.rig.server.kill)
