"""Is the oracle awake? Into the evidence of a run that was judged, one wrong thing at a time is
planted, and the check whose business it is has to complain.
"""
import copy
import types
import uuid

import oracle
from journal import Journal, tagged
from visitor import Visitor


def agents_of(v):
    return [types.SimpleNamespace(name=a.name, jid=a.jid, receipts=a.receipts,
                                  deliveries=list(a.deliveries)) for a in v.agents]


def some_delivery(v):
    """(agent, place) of a visitor's line that came plainly."""
    for agent in v.agents:
        for place, d in enumerate(agent.deliveries):
            if d.live and not d.marked and (d.id or "").startswith("e") and oracle.tag_of(d.body):
                return agent, place
    raise AssertionError("no agent has got a plain line")


def acknowledged_is_gone(v):
    gone = next(key for key in v.journal.acknowledged)
    v.entries = [e for e in v.entries if e.uuid != gone]


def line_is_stored_twice(v):
    v.entries = v.entries + [v.lines(oracle.VISITOR)[-1]._replace(sequence=10 ** 9)]


def invented(v, by):
    like = v.lines(by)[-1]
    mark = uuid.uuid4().hex
    v.entries = v.entries + [like._replace(sequence=10 ** 9, uuid=mark, owner="",
                                           body=like.body.replace(like.uuid, mark))]


def visitors_line_is_not_shown(v):
    invented(v, oracle.VISITOR)


def agents_line_is_not_shown(v):
    invented(v, oracle.AGENT)


def page_has_a_gap(v):
    name = next(n for n, archive in v.histories.items() if archive)
    v.histories = dict(v.histories, **{name: dict(v.histories[name], **{"999999999": "more"})})


def repeat_is_not_marked(v):
    agent, place = some_delivery(v)
    agent.deliveries.append(agent.deliveries[place])


def mark_is_halved(v):
    agent, place = some_delivery(v)
    agent.deliveries[place] = agent.deliveries[place]._replace(marked=True)


def order_is_lost(v):
    agent, place = some_delivery(v)
    d = agent.deliveries[place]
    agent.deliveries.insert(place, d._replace(id="e999999999"))


def line_is_with_another(v):
    agent, place = some_delivery(v)
    agent.deliveries[place] = agent.deliveries[place]._replace(contact="visitor-other@else")


def ghost_is_in_a_roster(v):
    jid = v.agents[0].jid
    v.rosters = dict(v.rosters, **{jid: dict(v.rosters[jid], **{f"visitor-x@{v.rig.domain}": "both"})})


def ghost_is_on_a_screen(v):
    jid = v.agents[0].jid
    v.there = dict(v.there, **{jid: v.there[jid] | {f"visitor-x@{v.rig.domain}"}})


def contact_outlives_its_chat(v):
    v.contacts = v.contacts + [(v.agents[0].jid, "visitor-x", 0, 0)]


PLANTS = [
    (acknowledged_is_gone, oracle.acknowledged_is_stored),
    (line_is_stored_twice, oracle.acknowledged_is_stored),
    (visitors_line_is_not_shown, oracle.visitors_lines_are_shown),
    (agents_line_is_not_shown, oracle.agents_lines_are_shown),
    (page_has_a_gap, oracle.pages_are_the_archive),
    (repeat_is_not_marked, oracle.repeats_are_marked),
    (mark_is_halved, oracle.repeats_are_marked),
    (order_is_lost, oracle.order_is_kept),
    (line_is_with_another, oracle.nothing_goes_astray),
    (ghost_is_in_a_roster, oracle.no_ghosts),
    (ghost_is_on_a_screen, oracle.no_ghosts),
    (contact_outlives_its_chat, oracle.no_ghosts),
]


def a_page_that_is_wronged(directory):
    """What a visitor's page itself has to notice; returns what it did not."""
    journal = Journal(directory / "planted.log")
    visitor = Visitor(None, journal, None, 0, "desk", 1)
    visitor.name = "visitor-a"
    body, other = (tagged("agent1", who, 1, "x") for who in ("visitor-a", "visitor-b"))
    visitor.show("5", "agent", body)
    visitor.show("6", "agent", body)
    visitor.show("7", "agent", other)
    journal.close()
    return [f"the page did not notice: {words}" for words in ("twice", "wrong person")
            if not any(said.startswith(words) for said in journal.wrong)]


def unnoticed(evidence, directory):
    wrong = a_page_that_is_wronged(directory)
    for plant, check in PLANTS:
        v = copy.copy(evidence)
        v.agents = agents_of(evidence)
        before = len(check(v))
        plant(v)
        if len(check(v)) <= before:
            wrong.append(f"the oracle did not notice: {plant.__name__}")
    return wrong
