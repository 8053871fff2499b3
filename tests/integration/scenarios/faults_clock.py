"""The wall clock jumps while the daemon runs: it is for people to read; what waits for a time to pass
counts the time that passed, and order is the order of what happened."""
import time

from faults import Talk
from trouble import Clock
from world import scenario
from xmpp import body_of, message, presence

HOUR, DAY = 3600, 86400
JUMPS = (HOUR, -HOUR, 10 * 366 * DAY, -time.time())
LIMITS = {"limits": {"message_burst": 100, "agent_grace_s": 2, "visitor_grace_s": 2, "leave_s": 2,
                     "idle_s": 60}}


def talk_on(talk, number):
    talk.agent.say(talk.contact, f"Answer {number}")
    talk.visitor.expect(message(body=f"Answer {number}"))
    line = talk.visitor.write(f"Question {number}")
    talk.agent.expect(message(from_=talk.contact, body=f"Question {number}"))
    return line


@scenario(servers=("prosody",))
def a_clock_that_jumps_ends_no_chat_and_keeps_the_order(w):
    """C-11, V-157: an hour forth and back, ten years, to 1970, and right again."""
    daemon = w.daemon(start=False, **LIMITS)
    clock = Clock(daemon)
    daemon.start()
    talk = Talk(w)
    expected = []
    talk.visitor.forget()
    talk.agent.forget()
    for number, ahead in enumerate((*JUMPS, 0)):
        clock.jump(ahead)
        talk_on(talk, number)
        expected += [f"Answer {number}", f"Question {number}"]
        # More than every grace time above, and ticks of the desk.
        talk.visitor.quiet(message(has="visit:chat"), 2.5)
        talk.agent.quiet(presence(from_=talk.contact, type="unavailable"), 0.1)
        talk.agent.quiet(message(from_=talk.contact, says="^— "), 0.1)
    assert not talk.visitor.count(message(state="closed"))
    history = talk.visitor.history(max=100)
    assert [body for body in (body_of(line) for _, line in history) if body in expected] == expected
    numbers = [int(number) for number, _ in history]
    assert numbers == sorted(numbers)
    talk.crash()


@scenario(fake=True)
def tokens_live_by_the_wall_clock(w):
    """An hour does no harm; after a jump over token_days a visitor begins anew, and the conversation
    of the token is not shown to anybody."""
    fake = w.fake_server(ready=False, start=False)
    daemon = w.current
    clock = Clock(daemon)
    daemon.start(ready=False)
    fake.serve()
    visitor = w.visitor()
    visitor.write("Mine")
    for ahead in (HOUR, -HOUR, 0):
        clock.jump(ahead)
        again = w.visitor(token=visitor.token)
        assert again.id == visitor.id and "Mine" in again.bodies()
        visitor.token = again.token
    clock.jump(10 * 366 * DAY)
    stranger = w.visitor(token=visitor.token)
    assert stranger.id != visitor.id and "Mine" not in stranger.bodies()


@scenario(servers=("ejabberd",))
def a_line_on_its_way_is_not_given_up_because_the_clock_jumps(w):
    """What ejabberd has only routed is sent again after a loss of the link, for ten minutes: minutes
    that pass, not those that the clock shows."""
    daemon = w.daemon(start=False, wired=True, limits={"agent_grace_s": 600})
    clock = Clock(daemon)
    daemon.start()
    agent, visitor = w.agent(receipts=False), w.visitor()
    contact = w.chatting(agent, visitor)
    visitor.write("Routed only")
    agent.expect(message(from_=contact, body="Routed only"))
    clock.jump(HOUR)
    visitor.quiet(message(body="nothing"), 2.5)  # the outbox is looked through every second
    w.wire.cut()
    daemon.wait(503)
    w.wire.mend()
    daemon.wait(200)
    agent.expect(message(from_=contact, says=r"^\(again\) Routed only"), 40)
