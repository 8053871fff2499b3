"""People and load: visitors and agents who talk as much as they may until they are told to stop."""
import time

from agent import Agent
from journal import Journal
from loop import Loop
from rig import Rig
from visitor import BoshRoad, Visitor, WebSocketRoad

TICK = 0.1
CALM = 6  # seconds without a movement: longer than any timer of ours that moves something
WORDS = ("Do you ship to Austria?", "It is the blue one & not the red one.", "a < b, ä€😀",
         "One moment, please.", "Yes.", "That is a longer line, as people write them who explain "
         "what they have tried already and what came of it.")


class Load:
    """visitors: of them one in ten over BOSH. agents: the last one sends no receipts."""

    def __init__(self, kind, program, directory, chance, visitors, agents, pace):
        self.chance, self.pace = chance, pace
        self.loop = Loop().start()
        self.rig = Rig(kind, program, directory, self.loop, chance, agents)
        self.journal = Journal(self.rig.directory / "acknowledged.log")
        self.visitors, self.agents = [], []
        self.talking, self.last = False, time.monotonic()
        self.counts = (visitors, agents)

    def begin(self):
        self.rig.start()
        self.loop.ask(self.populate)
        ready = self.loop.until(lambda: all(a.synced for a in self.agents), 60)
        assert ready, "not all agents have logged in"
        self.loop.ask(self.open_doors)
        assert self.loop.until(lambda: all(v.synced for v in self.visitors), 60), \
            "not all visitors have checked in"
        self.loop.ask(self.greet)
        assert self.loop.until(lambda: all(v.chat == "active" for v in self.visitors), 60), \
            "not all chats have been taken"
        self.talking = True

    def greet(self):
        for visitor in self.visitors:
            visitor.say("Good morning!")

    def populate(self):
        rig, (visitors, agents) = self.rig, self.counts
        self.agents = [Agent(self.loop, self.journal, self.chance, rig.server.c2s_port,
                             rig.jid(number), number, agents, receipts=number < agents - 1)
                       for number in range(agents)]
        self.visitors = [Visitor(self.loop, self.journal, self.chance, rig.gate.port, rig.domain,
                                 number, BoshRoad if number % 10 == 9 else WebSocketRoad)
                         for number in range(visitors)]
        for agent in self.agents:
            agent.connect()

    def open_doors(self):
        for visitor in self.visitors:
            visitor.connect()
        self.tick()

    def tick(self):
        now = time.monotonic()
        passed, self.last = min(1.0, now - self.last), now
        if self.talking:
            self.visitors_speak(passed)
            self.agents_speak()
        self.loop.after(TICK, self.tick)

    def visitors_speak(self, passed):
        for visitor in self.visitors:
            wanted = visitor.chance.random() < self.pace * passed
            if wanted and visitor.may_say():
                visitor.say(self.chance.choice(WORDS))
                if visitor.chat in ("queued", "offered", "active") and \
                        self.chance.random() < 0.002:
                    visitor.end_chat()

    def agents_speak(self):
        """Ten lines a second are what the desk takes of one agent; whoever sends no receipts, and
        so has ten minutes of lines in the outbox of a server that stores nothing, is slower."""
        for agent in self.agents:
            talks = [talk for talk in agent.talks.values() if agent.may_say(talk)]
            self.chance.shuffle(talks)
            for talk in talks:
                if not agent.take_budget(8.5 if agent.receipts else 1.0):
                    break
                agent.say(talk, self.chance.choice(WORDS))

    # -- the end ---------------------------------------------------------------------------------

    def idle(self):
        return all(not v.pending and v.synced for v in self.visitors) and \
            all(a.ready and a.synced for a in self.agents) and not self.unanswered()

    def unanswered(self):
        """Agents who wait for the desk to have a line of a chat of theirs."""
        return [a for a in self.agents if any(t.lines for t in a.talks.values() if t.mine)]

    def unrest(self):
        """Who still waits for something."""
        return [f"{v.name}: {len(v.pending)} lines without a receipt, synced: {v.synced}"
                for v in self.visitors if v.pending or not v.synced] + \
            [f"{a.name}: logged in: {a.ready}, archive read: {a.synced}" for a in self.agents
             if not (a.ready and a.synced)] + \
            [f"{a.name}: lines without a receipt" for a in self.unanswered()] + ["people were still hearing something"]

    def heard(self):
        return sum(len(a.deliveries) for a in self.agents) + \
            sum(len(v.shown) for v in self.visitors)

    def quieten(self, longest):
        """Nobody says anything new; true when in the end nobody waits for anything and nothing has
        moved for a while."""
        self.talking = False
        before, since, deadline = -1, time.monotonic(), time.monotonic() + longest
        while time.monotonic() < deadline:
            now, idle = self.loop.ask(lambda: (self.heard(), self.idle()))
            if now != before or not idle:
                before, since = now, time.monotonic()
            elif time.monotonic() - since > CALM:
                return True
            time.sleep(0.2)
        return False

    def close(self):
        def leave():
            for person in self.visitors + self.agents:
                person.stop()
        if self.loop.failure is None:
            self.loop.ask(leave)
            self.loop.stop()
        self.rig.stop()
        self.journal.close()
