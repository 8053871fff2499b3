"""How long until the daemon is ready again, with a hundred thousand tickets behind it.

The daemon makes the database, and then it is filled: chats that are closed, each with a few entries,
and chats that are open, with contacts in the ledger. Ready: /readyz says so, which is when link and
storage are good. The open chats have to go on: their contacts are on the agent's screen again, and
the agent's line to one is stored.
"""
import random
import sqlite3
import time

from daemon import Daemon, until
from rig import HOST, KINDS
from xmpp import Client, message

OPEN = 200
DAY_MS = 24 * 3600 * 1000
WORDS = ("Do you ship to Austria?", "Yes, we do.", "Thank you!", "Which size would that be?")


def insert(base, table, rows):
    """rows: dictionaries. What a later schema has besides, has a default there."""
    names = list(rows[0])
    base.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES "
                     f"({', '.join(':' + name for name in names)})", rows)


def visitor_row(name, at):
    return dict(id=name, site="default", jid="", name="", email="", language="en", zone="UTC",
                browser="Firefox 140, Linux", page_url="https://shop.example/", page_title="Shop",
                referrer="", only_agent="", first_seen=at, last_seen=at)


def chat_row(number, name, at, is_open, agent):
    return dict(number=number, visitor=name, department="sales", address="sales", state=3 if is_open else 4,
                owner=agent, was_left=0, created=at, waiting_since=at, claimed=at,
                closed=0 if is_open else at + 60000, closed_by="" if is_open else "visitor")


def entry_rows(number, name, at, agent):
    common = dict(chat=number, seen=0, event="")
    return [dict(common, kind=1, by=2 if turn % 2 else 1, at=at + turn,
                 agent=agent if turn % 2 else "", name="Nina" if turn % 2 else "",
                 sender_id=f"{name}-{turn}", body=WORDS[turn % len(WORDS)]) for turn in range(5)]


def fill(path, tickets, agent):
    """tickets closed chats and OPEN open ones; returns the visitors of those."""
    now = int(time.time() * 1000)
    base = sqlite3.connect(path)
    chance = random.Random(tickets)
    opened = []
    with base:
        for first in range(0, tickets + OPEN, 10000):
            visitors, chats, entries, contacts = [], [], [], []
            for at_all in range(first, min(first + 10000, tickets + OPEN)):
                number, is_open = 1001 + at_all, at_all >= tickets
                name = "visitor-" + "".join(chance.choices("abcdefghijkmnpqrstuvwxyz23456789", k=13))
                at = now - (0 if is_open else chance.randrange(DAY_MS, 400 * DAY_MS))
                visitors.append(visitor_row(name, at))
                chats.append(chat_row(number, name, at, is_open, agent))
                entries += entry_rows(number, name, at, agent)
                if is_open:
                    opened.append(name)
                    contacts.append(dict(agent=agent, contact=name, name=f"Visitor {number}",
                                         in_roster=1, present=1))
            insert(base, "visitors", visitors)
            insert(base, "chats", chats)
            insert(base, "entries", entries)
            if contacts:
                insert(base, "contacts", contacts)
    base.close()
    return opened


class Measured:
    """A daemon on a generated database beside a server, with an agent of its own: it would take the
    contacts of another database out of that agent's roster."""

    def __init__(self, server, program, directory, tickets, agent):
        api = server.api_url(HOST) if server.kind == "ejabberd" else None
        self.server, self.agent, self.took = server, agent, []
        self.daemon = Daemon(program, directory, HOST,
                             (server.component_port(HOST), server.secret), api,
                             departments=[{"id": "sales", "name": "Sales", "agents": [agent]}],
                             agents=[{"jid": agent, "name": "Nina", "capacity": 100}],
                             limits={"agent_grace_s": 600, "idle_s": 86400}, log_level="info")
        self.daemon.start()
        self.daemon.kill()
        self.opened = fill(self.daemon.directory / "tresen.db", tickets, agent)

    def restart(self):
        """From a start to ready; killed then, so that the next one starts after a death."""
        begun = time.monotonic()
        self.daemon.start()
        self.took.append(time.monotonic() - begun)
        self.daemon.kill()

    def goes_on(self):
        """What is wrong with the open chats, after all those kills."""
        domain = "support." + HOST
        self.daemon.start()
        agent = Client(self.server.c2s_port, self.agent, "pw").login()
        try:
            agent.available()
            wanted = sorted(f"{name}@{domain}" for name in self.opened)
            until(lambda: agent.contacts() == wanted, "just the open chats in the roster", 60)
            for name in (self.opened[0], self.opened[-1]):
                number = agent.say(f"{name}@{domain}", "And on we go.")
                agent.expect(message(receipt=number), 60)
            return []
        except AssertionError as failed:
            return [f"{self.agent}: {failed}"]
        finally:
            agent.close()
            self.daemon.kill()


def measure(kind, program, directory, tickets, count):
    """For each number of tickets: (seconds from start to ready, sorted; what is wrong with the open
    chats). They take turns, so that whatever else the machine does strikes all of them."""
    server = KINDS[kind](directory / f"server-{kind}", [HOST]).start()
    all_of_them = []
    try:
        for number in tickets:
            all_of_them.append(Measured(server, program, directory / f"daemon-{number}", number,
                                        f"agent{len(all_of_them) + 1}@{HOST}"))
        for _ in range(count):
            for measured in all_of_them:
                measured.restart()
        return [(sorted(measured.took), measured.goes_on()) for measured in all_of_them]
    finally:
        for measured in all_of_them:
            measured.daemon.kill()
        server.stop()
