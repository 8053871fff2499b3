"""Judges a finished run by what people saw (the journal, the pages, the deliveries) and by the
database of the stopped daemon. Each check is a function that returns what is wrong, as sentences.
"""
import collections
import re
import sqlite3
import time

from agent import AGAIN
from journal import tag_of

MESSAGE, NOTICE, NOTE = 1, 2, 3
VISITOR, AGENT = 1, 2
CLOSED = 4
ASIDE = re.compile(r"set aside.*entry (\d+) of the record")

Entry = collections.namedtuple("Entry", "sequence kind by sender_id body visitor owner state uuid")


class Evidence:
    """All that the checks look at, taken before and after the end."""

    def __init__(self, load):
        self.journal, self.visitors, self.agents = load.journal, load.visitors, load.agents
        self.rig, self.kind = load.rig, load.rig.kind
        self.rosters, self.histories = {}, {}
        self.server_ends = load.rig.server_ends

    def look(self, load, patience=75):
        """While everything still runs: rosters and screens, until they are what the ledger says (a
        roster that refused is asked again after a minute); each visitor's whole archive anew."""
        deadline = time.monotonic() + patience
        while True:
            self.look_at_screens(load.loop)
            self.read()
            if not no_ghosts(self) or time.monotonic() > deadline:
                break
            time.sleep(1)
        load.loop.ask(lambda: [visitor.read_again() for visitor in self.visitors])
        assert load.loop.until(lambda: all((v.history or {}).get("complete")
                                           for v in self.visitors), 60), "an archive did not answer"
        for visitor in self.visitors:
            self.histories[visitor.name] = {n: b for n, b in visitor.history.items()
                                            if n != "complete"}

    def look_at_screens(self, loop):
        def ask():
            for agent in self.agents:
                agent.answers.clear()
                agent.ask_roster()
        loop.ask(ask)
        assert loop.until(lambda: all("roster" in a.answers for a in self.agents), 30), \
            "a roster was not answered"
        self.rosters, self.there = loop.ask(lambda: ({a.jid: a.answers["roster"] for a in self.agents},
                                                     {a.jid: set(a.there) for a in self.agents}))

    def read(self):
        """What is stored; for good, after the daemon was killed for the last time."""
        base = sqlite3.connect(self.rig.database)
        self.integrity = base.execute("PRAGMA integrity_check").fetchone()[0]
        rows = base.execute("SELECT sequence, kind, by, sender_id, body, visitor, owner, state "
                            "FROM entries JOIN chats ON number = chat ORDER BY sequence")
        self.entries = [Entry(*row, (tag_of(row[4]) or (None,))[0]) for row in rows]
        self.contacts = base.execute(
            "SELECT agent, contact, in_roster, present FROM contacts").fetchall()
        self.open = dict(base.execute(
            f"SELECT visitor, owner FROM chats WHERE state <> {CLOSED}"))
        base.close()
        log = self.rig.daemon.log.read_text(errors="replace")
        self.aside = {int(number) for number in ASIDE.findall(log)}

    def lines(self, by):
        return [e for e in self.entries if e.by == by and e.kind == MESSAGE and e.uuid]


def acknowledged_is_stored(v):
    stored = collections.Counter(e.uuid for e in v.entries if e.uuid)
    lost = [f"lost: {key}, acknowledged to {said}"
            for key, said in v.journal.acknowledged.items() if not stored[key]]
    twice = [f"stored {count} times: {key}" for key, count in stored.items() if count > 1]
    whole = [] if v.integrity == "ok" else [f"integrity_check: {v.integrity}"]
    return lost + twice + whole


def text_of(body):
    return body[len(AGAIN):] if body.startswith(AGAIN) else body


def seen_by_agents(v):
    seen = set()
    for agent in v.agents:
        for d in agent.deliveries:
            tag = tag_of(d.body)
            if tag and not text_of(d.body).startswith("— "):
                seen.add(tag.uuid)
    return seen


def unseen(v):
    """Visitors' lines that no agent was shown; what was set aside with an alarm has failed visibly."""
    seen = seen_by_agents(v)
    return [e for e in v.lines(VISITOR) if e.uuid not in seen and e.sequence not in v.aside]


def is_ejabberds(v, e):
    """It answers a fence when it has routed: what it loses when it is ended, of a client that sends no
    receipts, the desk cannot know. Counted by itself."""
    silent = {agent.jid for agent in v.agents if not agent.receipts}
    return v.kind == "ejabberd" and v.server_ends > 0 and e.owner in silent


def visitors_lines_are_shown(v):
    return [f"not shown to any agent: {e.sequence} {e.body}" for e in unseen(v)
            if not is_ejabberds(v, e)]


def agents_lines_are_shown(v):
    pages = {visitor.name: visitor.bodies for visitor in v.visitors}
    return [f"not shown to {e.visitor}: {e.sequence} {e.body}" for e in v.lines(AGENT)
            if e.uuid not in pages.get(e.visitor, {})]


def pages_are_the_archive(v):
    """What a page shows after all that has happened is what a new page would show."""
    wrong = []
    for visitor in v.visitors:
        fresh, shown = set(v.histories[visitor.name]), set(visitor.shown)
        if fresh != shown:
            wrong.append(f"{visitor.name}: the page lacks {sorted(fresh - shown)[:5]}, has besides "
                         f"{sorted(shown - fresh)[:5]}")
    return wrong


def accused(words):
    def check(v):
        return [said for said in v.journal.wrong if said.startswith(words)]
    return check


def repeats_are_marked(v):
    wrong = []
    for agent in v.agents:
        plain = collections.Counter()
        for d in agent.deliveries:
            if not d.contact.startswith("visitor-"):
                continue
            if d.marked != d.delayed:
                wrong.append(f"half a mark: {agent.name} got {d}")
            if not d.marked and d.id:
                plain[d.id] += 1
        wrong += [f"repeated without a mark: {agent.name} got {number} {count} times plainly"
                  for number, count in plain.items() if count > 1]
    return wrong


def order_is_kept(v):
    """Of each conversation the lines come to an agent in order, as long as nothing is repeated; and
    they are stored in the order in which the visitor said them."""
    wrong = accused("order")(v)
    for agent in v.agents:
        highest = collections.Counter()
        for d in agent.deliveries:
            if d.live and not d.marked and re.fullmatch(r"e\d+", d.id or ""):
                place, sequence = (d.contact, d.session), int(d.id[1:])
                if sequence < highest[place]:
                    wrong.append(f"order: {agent.name} got {sequence} behind {highest[place]} "
                                 f"of {d.contact}")
                highest[place] = max(highest[place], sequence)
    said = collections.Counter()
    for e in v.lines(VISITOR):
        number = tag_of(e.body).number
        if number < said[e.visitor]:
            wrong.append(f"order: {e.visitor} said {number} before {said[e.visitor]}")
        said[e.visitor] = max(said[e.visitor], number)
    return wrong


def nothing_goes_astray(v):
    wrong = accused("wrong person")(v)
    for agent in v.agents:
        for d in agent.deliveries:
            tag = tag_of(d.body)
            if tag and d.contact.startswith("visitor-"):
                contact = d.contact.partition("@")[0]
                if contact not in (tag.sender, tag.receiver):
                    wrong.append(f"{agent.name} got under {contact}: {d.body}")
    for e in v.entries:
        tag = tag_of(e.body)
        if tag and e.visitor not in (tag.sender, tag.receiver):
            wrong.append(f"stored with {e.visitor}: {e.body}")
    return wrong


def no_ghosts(v):
    """Rosters and screens are what the ledger says, and the ledger is what is open."""
    wrong, domain = [], v.rig.domain
    for agent in v.agents:
        mine = {c: (r, p) for a, c, r, p in v.contacts if a == agent.jid}
        ledger = {f"{c}@{domain}" for c, (r, p) in mine.items() if r}
        screen = {f"{c}@{domain}" for c, (r, p) in mine.items() if p}
        roster = {jid for jid in v.rosters[agent.jid] if jid.endswith("@" + domain)}
        if ledger != roster:
            wrong.append(f"{agent.name}: ghosts in the roster {sorted(roster - ledger)[:4]}, missing "
                         f"{sorted(ledger - roster)[:4]}")
        if screen != v.there[agent.jid]:
            wrong.append(f"{agent.name}: ghosts on the screen {sorted(v.there[agent.jid] - screen)[:4]}"
                         f", missing {sorted(screen - v.there[agent.jid])[:4]}")
        due = {visitor for visitor, owner in v.open.items() if owner == agent.jid}
        wrong += [f"{agent.name}: no contact for the chat with {who}" for who in due - set(mine)]
        wrong += [f"{agent.name}: a contact without a chat: {who}" for who in mine
                  if who.startswith("visitor-") and who not in v.open]
    return wrong


def something_was_at_stake(v):
    """Or all that was said above says nothing."""
    counts = v.journal.counts
    told = {"kills": v.rig.kills, "acknowledged to visitors": counts["acknowledged to visitor"],
            "acknowledged to agents": counts["acknowledged to agent"]}
    least = {"kills": 5, "acknowledged to visitors": 100, "acknowledged to agents": 100}
    return [f"{words}: {told[words]}" for words, few in least.items() if told[words] < few]


def the_daemon_is_sound(v):
    return v.rig.daemon.complaints() + v.rig.badly + accused("broken")(v)


CHECKS = [
    ("what was acknowledged is stored, once", acknowledged_is_stored),
    ("visitors' lines are shown to an agent", visitors_lines_are_shown),
    ("agents' lines are shown to the visitor", agents_lines_are_shown),
    ("nothing is shown twice to a visitor", accused("twice")),
    ("the page is what the archive says", pages_are_the_archive),
    ("the archive gives what was asked for", accused("archive")),
    ("every visitor found the conversation again", accused("forgotten")),
    ("repeats at an agent are marked", repeats_are_marked),
    ("order is kept", order_is_kept),
    ("nothing goes to a wrong person", nothing_goes_astray),
    ("no ghost in a roster or on a screen", no_ghosts),
    ("something was at stake", something_was_at_stake),
    ("the daemon ended only when it was killed", the_daemon_is_sound),
]


def figures(v):
    deliveries = [d for a in v.agents for d in a.deliveries]
    counts = collections.Counter(v.journal.counts)
    counts["stored of visitors"] = len(v.lines(VISITOR))
    counts["stored of agents"] = len(v.lines(AGENT))
    counts["repeats marked"] = sum(d.marked for d in deliveries)
    counts["deliveries to agents"] = len(deliveries)
    counts["resumed streams"] = sum(x.connections - 1 for x in v.visitors)
    counts["agents' log-ins again"] = sum(a.session - 1 for a in v.agents)
    counts["set aside"] = len(v.aside)
    counts["kills"] = v.rig.kills
    counts["lost by the server"] = sum(is_ejabberds(v, e) for e in unseen(v))
    return counts
