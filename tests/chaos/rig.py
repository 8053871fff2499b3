"""A server whose archive is in SQL, a daemon, and a bad network on either side of it."""
import os
import pathlib
import signal
import sqlite3
import subprocess
import time

from daemon import Daemon
from relay import Relay
from servers import Ejabberd, Prosody

HOST = "h1.localhost"
LITE = "/usr/share/ejabberd/sql/lite.sql"
AGENTS = [f"agent{number}" for number in range(1, 13)]


def replace(path, *pairs):
    text = path.read_text()
    for old, new in pairs:
        assert old in text, f"{path.name} has no '{old}'"
        text = text.replace(old, new)
    path.write_text(text)


class Lasting:
    """What a server that is stopped and launched again needs beyond servers.Server."""

    accounts = tuple(AGENTS) + ("bridge",)

    def quit(self):
        """Politely; it is killed if it does not."""
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


class SqlProsody(Lasting, Prosody):
    def write_configuration(self):
        super().write_configuration()
        replace(self.directory / "prosody.cfg.lua", (
            # By its answer the daemon knows Prosody; Debian's configuration has it, too.
            '"lastactivity"', '"lastactivity"; "version"'), (
            'storage = "internal"',
            'storage = { archive = "sql" }; '
            'sql = { driver = "SQLite3"; database = d.."/archive.sqlite" }'))


class SqlEjabberd(Lasting, Ejabberd):
    def write_configuration(self):
        super().write_configuration()
        base = self.directory / "archive.sqlite"
        replace(self.directory / "ejabberd.yml",
                ("mod_mam: {", "mod_mam: {db_type: sql, "),
                ("auth_method: internal",
                 f'sql_type: sqlite\nsql_database: "{base}"\nauth_method: internal'))
        schema = sqlite3.connect(base)
        schema.executescript(pathlib.Path(LITE).read_text())
        schema.close()


KINDS = {"prosody": SqlProsody, "ejabberd": SqlEjabberd}


class Rig:
    def __init__(self, kind, program, directory, loop, chance, agents):
        self.kind, self.loop = kind, loop
        self.directory = pathlib.Path(directory)
        self.server = KINDS[kind](self.directory / "server", [HOST]).start()
        self.domain = "support." + HOST
        self.link = loop.ask(lambda: Relay(loop, self.server.component_port(HOST), chance))
        api = self.server.api_url(HOST) if kind == "ejabberd" else None
        jids = [f"{name}@{HOST}" for name in AGENTS[:agents]]
        self.daemon = Daemon(
            program, self.directory / "daemon", HOST, (self.link.port, self.server.secret), api,
            # What is acknowledged is to be shown to an agent: no chat becomes a ticket here.
            departments=[{"id": "sales", "name": "Sales", "agents": jids, "left": "chat"}],
            agents=[{"jid": jid, "name": jid.partition("@")[0].title(), "capacity": 100}
                    for jid in jids],
            limits={"agent_grace_s": 600, "visitor_grace_s": 600, "leave_s": 2, "linger_s": 1,
                    "message_burst": 1000, "max_queue": 1000, "streams_per_address": 100000,
                    "new_streams_per_minute": 1000000},
            log_level="info")
        self.gate = loop.ask(lambda: Relay(loop, self.daemon.port, chance))
        self.kills, self.server_ends, self.recoveries, self.badly = 0, 0, [], []

    @property
    def database(self):
        return self.daemon.directory / "tresen.db"

    def jid(self, number):
        return f"{AGENTS[number]}@{HOST}"

    def start(self):
        self.daemon.start()

    def kill_daemon(self):
        """kill -9, and at once the next one; how long until it is ready?"""
        if self.daemon.process.poll() is not None:
            self.badly.append(f"the daemon had ended by itself: {self.daemon.process.returncode}")
        self.daemon.kill()
        self.kills += 1
        begun = time.monotonic()
        self.daemon.start()
        self.recoveries.append(time.monotonic() - begun)

    def stop(self):
        """What they wrote stays, for who wants to know what went wrong."""
        self.daemon.kill()
        self.server.kill()


def sockets(directory, names):
    return [name for name in names if (pathlib.Path(directory) / name).is_socket()]
