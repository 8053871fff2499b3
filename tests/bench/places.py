"""What is measured: a Prosody, an ejabberd, and a daemon behind each of them or behind the load, which
then is server and agents at a time. Throw-away, without archives and without lines in logs: an
archive would cost the servers a multiple of what is measured here, and is nobody's whose clients
do not ask for it.
"""
import resource
import shutil

from daemon import Daemon
from generator import at_desk, at_server
from meter import Meter
from servers import Ejabberd, Prosody, free_port

DIRECT, BEHIND = "h1.localhost", "h2.localhost"  # whom visitors talk to without a desk, and by it
AGENTS = 200
FILES = 20000
MANY = {"agent_grace_s": 600, "visitor_grace_s": 600, "leave_s": 10, "linger_s": 1, "answer_s": 0, "offer_s": 0,
        "message_burst": 1000, "max_queue": 10000, "streams_per_address": 100000,
        "new_streams_per_minute": 1000000, "max_connections": 19000}


def allow_sockets():
    """For whatever is started from now on. True: fifteen thousand visitors fit into a process."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most >= 18000


def names(count):
    return tuple(f"agent{number}" for number in range(1, count + 1))


def replace(path, *pairs):
    text = path.read_text()
    for old, new in pairs:
        assert old in text, f"{path.name} has no '{old}'"
        text = text.replace(old, new)
    path.write_text(text)


class LeanProsody(Prosody):
    accounts = names(AGENTS) + ("bridge",)

    def write_configuration(self):
        super().write_configuration()
        replace(self.directory / "prosody.cfg.lua", ('"mam"; ', '"version"; '),
                ('min = "info"', 'min = "warn"'))


class LeanEjabberd(Ejabberd):
    accounts = names(AGENTS) + ("bridge",)

    def write_configuration(self):
        super().write_configuration()
        replace(self.directory / "ejabberd.yml",
                ("  mod_mam: {default: always, assume_mam_usage: true}\n", ""),
                ("loglevel: info", "loglevel: warning"),
                # Its own five are fewer than come at a time: the others would wait for seconds.
                ("starttls: false, shaper: none}", "starttls: false, shaper: none, backlog: 1024}"))
        replace(self.directory / f"anon.{DIRECT}.yml",
                ("    module: ejabberd_http\n", "    module: ejabberd_http\n    backlog: 1024\n"))


KINDS = {"prosody": LeanProsody, "ejabberd": LeanEjabberd}


def daemon_of(build, directory, host, component, api=None, agents=AGENTS, capacity=5, limits=None):
    jids = [f"{name}@{host}" for name in names(agents)]
    return Daemon(build / "tresen", directory, host, component, api, log_level="warn", limits=limits or MANY,
                  departments=[{"id": "sales", "name": "Sales", "agents": jids,
                                "routing": "least_busy"}],
                  agents=[{"jid": jid, "capacity": capacity} for jid in jids])


class Place:
    """Somewhere that visitors can be. name is for people; meter of what is measured."""

    def __init__(self, name, meter, generator, daemon=None, server=None):
        self.name, self.meter, self.generator = name, meter, generator
        self.daemon, self.server = daemon, server

    def cost(self, task, first, second):
        """(what the load tells, microseconds of the processor, those of the server behind it)."""
        behind = self.server.cpu_us() if self.server else 0
        before = self.meter.cpu_us()
        told = self.generator.do(task, first, second)
        spent = self.meter.cpu_us() - before
        return told, spent, (self.server.cpu_us() - behind if self.server else 0)

    def stop(self):
        self.generator.stop()
        if self.daemon:
            self.daemon.kill()


def alone(build, directory, visitors, agents=500, capacity=5, database=None, tracer=(), limits=None,
          **more):
    """A daemon whose server and agents are the load: nothing but it is what limits it."""
    port = free_port()
    daemon = daemon_of(build, directory, DIRECT, (port, "secret"), agents=agents, capacity=capacity,
                       limits=limits)
    if database:
        shutil.copy(database, daemon.directory / "tresen.db")
    daemon.tracer = list(tracer)
    generator = at_desk(build, daemon, visitors, link=port, agent_host=DIRECT, agents=agents, **more)
    daemon.start()
    generator.do("link")
    return Place("Tresen", Meter(daemon.process.pid), generator, daemon)


def at(build, server, visitors, agents=0, **more):
    """The server by itself."""
    generator = at_server(build, server, DIRECT, visitors, agent_port=server.c2s_port,
                          agent_host=DIRECT, agents=agents, **more)
    generator.do("agents")
    return Place(server.kind, Meter(server.process.pid), generator)


def behind(build, directory, server, visitors, agents):
    """A daemon behind that server, whose agents are its clients."""
    api = server.api_url(BEHIND) if server.kind == "ejabberd" else None
    daemon = daemon_of(build, directory, BEHIND, (server.component_port(BEHIND), server.secret), api,
                       agents)
    daemon.start()
    generator = at_desk(build, daemon, visitors, agent_port=server.c2s_port, agent_host=BEHIND,
                        agents=agents)
    generator.do("agents")
    return Place(f"Tresen behind {server.kind}", Meter(daemon.process.pid), generator, daemon,
                 Meter(server.process.pid))
