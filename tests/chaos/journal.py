"""What people saw, recorded outside the daemon; the oracle judges by it and by the database alone.

Each line that is said carries a tag: [uuid WHO WHOM n], where WHO and WHOM are a visitor's or an
agent's own names, so that whoever receives it can see whose it is.
"""
import collections
import os
import re
import uuid

TAG = re.compile(r"\[([0-9a-f]{32}) (\S+) (\S+) (\d+)\]")
Tag = collections.namedtuple("Tag", "uuid sender receiver number")
# A line of a visitor at an agent. key: what the server's archive calls this delivery.
Delivery = collections.namedtuple("Delivery", "key id contact body marked delayed session live at")


def tagged(sender, receiver, number, words):
    return f"[{uuid.uuid4().hex} {sender} {receiver} {number}] {words}"


def tag_of(body):
    found = TAG.search(body or "")
    return Tag(found[1], found[2], found[3], int(found[4])) if found else None


class Journal:
    """Acknowledgements in memory and, one a line, in a file that is only appended to."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8")
        self.acknowledged = {}   # uuid -> (side, who, how)
        self.wrong = []          # what a person saw that must never be seen
        self.counts = collections.Counter()
        self.unheard = collections.defaultdict(set)  # visitor -> uuids that no agent has yet

    def say(self, side, who, body):
        if side == "visitor":
            self.unheard[who].add(tag_of(body).uuid)
        self.counts[f"said by {side}"] += 1

    def hear(self, body):
        tag = tag_of(body)
        if tag:
            self.unheard[tag.sender].discard(tag.uuid)

    def acknowledge(self, side, who, body, how):
        key = tag_of(body).uuid
        if key not in self.acknowledged:
            self.acknowledged[key] = (side, who, how)
            self.counts[f"acknowledged to {side}"] += 1
            self.file.write(f"{key} {side} {who} {how}\n")

    def fail(self, body, why):
        """Refused, in view of who had said it."""
        self.file.write(f"{tag_of(body).uuid} refused {why!r}\n")
        self.counts["refused in words"] += 1

    def accuse(self, words):
        self.wrong.append(words)

    def keep(self, path, agents):
        """Every delivery to every agent, one a line: evidence for people."""
        with open(path, "w", encoding="utf-8") as file:
            for agent in agents:
                for d in agent.deliveries:
                    file.write(f"{d.at:.3f} {agent.name} session {d.session} "
                               f"{'live' if d.live else 'archive'} {d.key} {d.contact} {d.id} "
                               f"{d.body!r}\n")

    def end_round(self):
        self.file.flush()
        os.fsync(self.file.fileno())

    def close(self):
        self.end_round()
        self.file.close()
