"""Invitations: what a page is told of them while somebody is free, by department, site and language; after a reload; what
the agent sees of the one that was taken; and none that is not the configuration's."""
import json

from command import WAYS
from reload import refused, reload, write
from world import scenario
from xmpp import body_of, message, presence

ALL = [{"id": "cart", "text": "May I help?", "texts": [{"language": "de", "text": "Darf ich helfen?"}], "departments": ["sales"],
        "attribute": "cart", "attribute_min": 100, "after": "5s"},
       {"id": "other", "text": "Hello", "sites": ["shop"], "leaves": True}]


def asked(daemon, what="invite", path="sales", origin=""):
    status, head, body = daemon.get(f"/w/1/{what}/{path}", {"Origin": origin} if origin else {})
    assert status == 200, (status, body)
    assert head["Vary"] == "Origin" and "max-age=30" in head["Cache-Control"], head
    assert len(body) <= 512 or what == "invite", body
    return json.loads(body)


@scenario
def a_page_is_told_them_and_the_agent_which_one_was_taken(w):
    daemon = w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina"}], invitations=ALL,
                      sites=[{"id": "shop", "origins": ["https://other.example"]}],
                      departments=[{"id": "sales", "name": "Sales", "agents": [w.jid("agent"), w.jid("agent2")]},
                                   {"id": "help", "name": "Help", "agents": [w.jid("agent3")]}])
    assert "parts" not in asked(daemon, "status")  # nobody is there
    assert "agent" not in asked(daemon)
    nina = w.agent()
    assert asked(daemon, "status")["parts"] == ["invite"]
    rule = {"id": "cart", "text": "May I help?", "after": 5, "attribute": "cart", "min": 100,
            "rest": 86400}
    assert asked(daemon) == {"agent": "Nina", "rules": [rule]}
    assert asked(daemon, path="?lang=de")["rules"] == [{**rule, "text": "Darf ich helfen?"}]
    assert asked(daemon, origin="https://other.example")["rules"] == [
        rule, {"id": "other", "text": "Hello", "leaves": True, "rest": 86400}]
    assert daemon.get("/w/1/invite/nobody")[0] == 404
    # Of several departments the answer is of the first that has some, and somebody for them.
    both = asked(daemon, "status", "help%20sales")
    assert [(d["id"], d["availability"]) for d in both["departments"]] == [("help", "unavailable"), ("sales", "chat")]
    assert (both["availability"], both["parts"]) == ("chat", ["invite"]), both
    assert asked(daemon, path="help%20sales") == {"department": "sales", "agent": "Nina", "rules": [rule]}
    assert "parts" not in asked(daemon, "status", "help%20help")
    assert daemon.get("/w/1/invite/sales%20nobody")[0] == 404
    for give in WAYS:
        visitor = w.visitor(form={"invitation": "cart"})
        contact = w.offered(nina, visitor, "Yes, please")
        offer = body_of(nina.expect(message(from_=contact, says="^— .* waits in ")))
        assert "\nInvitation: cart: May I help?" in offer, offer
        assert "Invitation: cart: May I help?" in give(nina, contact, "info")
        nina.say(contact, "Hello")
        visitor.expect(message(body="Hello"))
        record = give(nina, contact, "history", number=offer.partition("(chat ")[2].partition(")")[0])
        assert "[invitation] cart: May I help?" in record, record
        give(nina, contact, "end")
    # What the configuration does not have, or has for another website, is nothing.
    for strange in ("none", "other", "x" * 300, "cart&lt;"):
        visitor = w.visitor(form={"invitation": strange})
        contact = w.offered(nina, visitor, "Hi")
        assert "Invitation" not in WAYS[0](nina, contact, "info"), strange
        nina.say(contact, "Hello")
        visitor.expect(message(body="Hello"))
        WAYS[0](nina, contact, "end")
    nina.available("away")
    nina.expect(presence(from_=w.sales, where=lambda e: e.findtext("{*}show") == "away"))
    assert "agent" not in asked(daemon) and "parts" not in asked(daemon, "status")


@scenario
def they_are_in_force_after_a_reload_and_not_with_a_mistake(w):
    daemon = w.daemon()
    assert asked(daemon)["rules"] == []
    reload(daemon, invitations=ALL[:1])
    assert [rule["id"] for rule in asked(daemon)["rules"]] == ["cart"]
    write(daemon, invitations=[{"id": "cart", "text": "A"}])
    refused(daemon, "invitations[0].id: has no condition")
    assert [rule["id"] for rule in asked(daemon)["rules"]] == ["cart"]
