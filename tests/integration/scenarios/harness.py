"""The servers themselves, made of examples/, before any daemon: what everything else stands on."""
import base64
import json
import urllib.error
import urllib.request

from world import scenario
from xmpp import Component, iq, message, presence


def api(w, command, password="pw", **fields):
    secret = base64.b64encode(f"bridge@{w.host}:{password}".encode()).decode()
    request = urllib.request.Request(f"{w.server.api_url(w.host)}/{command}",
                                     json.dumps(fields).encode(),
                                     {"Authorization": f"Basic {secret}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def component(w):
    return w.keep(Component(w.server.component_port(w.host), w.domain, w.server.secret))


@scenario
def two_clients_and_a_component_talk(w):
    desk, agent, alice = component(w), w.client("agent").available(), w.client("alice").available()
    number = alice.say(agent.jid, "Good morning")
    agent.expect(message(body="Good morning"))
    alice.expect(message(receipt=number))
    desk.send(f"<message type='chat' from='sales@{w.domain}' to='{agent.jid}'>"
              "<body>From the desk</body></message>")
    agent.expect(message(from_=f"sales@{w.domain}", body="From the desk"))
    agent.say(f"sales@{w.domain}", "To the desk")
    desk.expect(message(from_=agent.jid, body="To the desk"))


@scenario(servers=("prosody",))
def prosodys_example_lets_the_component_write_rosters(w):
    desk, agent = component(w), w.client("agent").available()
    desk.send(f"<iq type='set' id='r1' from='{w.domain}' to='{agent.jid}'>"
              f"<query xmlns='jabber:iq:roster'><item jid='v1@{w.domain}' name='One' "
              "subscription='both'><group>Website</group></item></query></iq>")
    desk.expect(iq(id="r1", type="result"))
    agent.wait_contact(lambda roster: f"v1@{w.domain}" in roster)
    desk.send(f"<presence from='v1@{w.domain}/web' to='{agent.jid}'/>")
    agent.expect(presence(from_=f"v1@{w.domain}"))


@scenario(servers=("ejabberd",))
def ejabberds_example_lets_the_bridge_write_rosters_and_nobody_else(w):
    component(w)
    agent = w.client("agent").available()
    assert api(w, "add_rosteritem", localuser="agent", localhost=w.host, user="v1", host=w.domain,
               nick="One", group="Website", subs="both") == 0
    agent.wait_contact(lambda roster: f"v1@{w.domain}" in roster)
    for password, command in (("wrong", "get_roster"), ("pw", "unregister")):
        try:
            api(w, command, password, user="agent", host=w.host)
        except urllib.error.HTTPError as refused:
            assert refused.code in (401, 403), refused.code
        else:
            raise AssertionError(f"{command} with {password} was allowed")


@scenario
def anonymous_users_reach_the_component_over_websocket_and_bosh(w):
    desk = component(w)
    for road in ("server-websocket", "server-bosh"):
        stream = w.stream(road)
        assert stream.jid.partition("/")[0].endswith("@" + w.anonymous), stream.jid
        stream.say(w.sales, f"over {road}")
        sender = desk.expect(message(body=f"over {road}")).get("from")
        desk.send(f"<message type='chat' from='{w.sales}' to='{sender}'><body>back</body></message>")
        stream.expect(message(body="back"))
