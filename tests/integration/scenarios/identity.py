"""Signed identity: a website says by a JWT who its visitor is (docs/PROTOCOL.md section 19)."""
import json
import pathlib
import shutil
import subprocess
import time

import jwt
from command import WAYS, by_text
from daemon import until
from gateway import Visitor
from privacy import query
from reload import reload
from agent_knowing import number_of
from world import scenario
from xmpp import NS, find, message


def stranger(w, road="websocket"):
    """A stream that has not checked in."""
    return Visitor(w.stream(road), w.sales)


def refused(w, condition, visitor=None, **said):
    visitor = visitor or stranger(w)
    answer = visitor.try_in(**said)
    tags = "".join(element.tag for element in answer.iter())
    assert answer.get("type") == "error" and condition in tags, (condition, tags)
    return visitor


def logout(visitor):
    answer = visitor.ask(visitor.department, f"<logout xmlns='{NS['visit']}'/>", "set")
    assert answer.get("type") == "result"


def verified(visit):
    return visit.get("verified") == "true"


@scenario
def agents_see_who_is_verified(w):
    daemon = w.daemon(identity=jwt.site(w))
    nina = w.agent()
    for road in ("websocket", "bosh"):
        ada = w.visitor(road, identity=jwt.signed(
            f"ada {road}", name="Ada", email="ada@example.org", plan="gold", secret_claim="x",
            cart=["Red shoes", "Laces"]))
        assert verified(ada.visit)
        contact = w.chatting(nina, ada)
        for give in WAYS:
            card = give(nina, contact, "info")
            for wanted in (f"verified by the website: ada {road}", "plan: gold", "Red shoes, Laces",
                           "Name: Ada", "ada@example.org"):
                assert wanted in card, card
            assert "secret_claim" not in card and "not verified" not in card
        for name, space in (("vCard", "vcard-temp"), ("vcard", "urn:ietf:params:xml:ns:vcard-4.0")):
            told = "".join(nina.ask(contact, f"<{name} xmlns='{space}'/>").itertext())
            assert f"verified by the website: ada {road}" in told and "plan: gold" in told
        # The cart changes, and what the visitor says of themselves does not count.
        ada.check_in(ada.token, identity=jwt.signed(f"ada {road}", name="Ada", plan="gold", cart=[]),
                     form={"name": "Grace"})
        card = by_text(nina, contact, "info")
        assert "Red shoes" not in card and "Name: Ada" in card and "Grace" not in card, card
        record = by_text(nina, contact, f"history {number_of(nina, contact)}")
        assert f"[verified by the website] ada {road}" in record, record
        ada.end_chat()
        ada.close()
        w.gone(nina, contact)
    bob = w.visitor()
    assert not verified(bob.visit)
    assert "not verified" in by_text(nina, w.chatting(nina, bob), "info")
    log = daemon.log.read_text()
    assert jwt.SECRET not in log and ".eyJ" not in log


@scenario
def what_is_not_as_it_must_be_is_refused(w):
    """V-083 to V-091."""
    pair = jwt.Pair(w.directory)
    w.daemon(identity=jwt.site(w, jwt.key(w), {"id": "pair", "algorithm": "EdDSA", "file": "site.pub"}),
             sites=[{"id": "other", "origins": ["https://other.example"]}])
    now = int(time.time())
    good = jwt.signed()
    head, payload, signature = good.split(".")
    none = jwt.to_sign({"alg": "none"}, jwt.claims())
    wrongs = {
        "expired": jwt.signed(at=now - 1000),
        "early": jwt.signed(at=now + 600),
        "not before": jwt.signed(nbf=now + 600),
        "too long": jwt.signed(lasts=3601),
        "audience": jwt.signed(aud="other"),
        "key": jwt.signed(secret=jwt.OTHER_SECRET),
        "none": none + ".",
        "stripped": f"{head}.{payload}.",
        "changed": f"{head}.{jwt.url(json.dumps(jwt.claims('4712')).encode())}.{signature}",
    }
    for name, wrong in wrongs.items():
        visitor = refused(w, "not-authorized", identity=wrong)
        assert not find_visitors(w, "4711") and not find_visitors(w, "4712"), name
        visitor.close()
    assert verified(w.visitor(identity=good).visit)
    assert verified(w.visitor(identity=pair.eddsa(jwt.claims("4713"), kid="pair")).visit)


@scenario
def the_algorithm_is_the_keys(w):
    pair = jwt.Pair(w.directory)
    w.daemon(identity=jwt.site(w, {"id": "pair", "algorithm": "EdDSA", "file": "site.pub"}))
    public = pair.public.read_text()
    for wrong in (jwt.hs256(jwt.claims(), public, kid="pair"), jwt.hs256(jwt.claims(), public),
                  jwt.hs256(jwt.claims(), public, alg="EdDSA", kid="pair"),
                  jwt.hs256(jwt.claims(), public.strip(), kid="pair"),
                  pair.eddsa(jwt.claims(), kid="other")):
        refused(w, "not-authorized", identity=wrong)
    assert verified(w.visitor(identity=pair.eddsa(jwt.claims(), kid="pair")).visit)


@scenario
def guesses_are_counted(w):
    w.daemon(identity=jwt.site(w))
    visitor = stranger(w)
    for _ in range(10):
        refused(w, "not-authorized", visitor, identity="a.b.c")
    refused(w, "policy-violation", visitor, identity=jwt.signed())
    assert not verified(w.visitor().visit)


@scenario(servers=("prosody",))
def what_the_site_has_signed_is_no_guess_when_it_has_run_out(w):
    w.daemon(identity=jwt.site(w))
    visitor = stranger(w)
    for at in [int(time.time()) - 1000] * 6 + [int(time.time()) - 30 * 24 * 3600] * 6:
        refused(w, "not-authorized", visitor, identity=jwt.signed(at=at))
    assert verified(w.visitor(identity=jwt.signed()).visit)


def find_visitors(w, subject):
    return query(w, f"SELECT id FROM visitors WHERE subject = '{subject}' ORDER BY first_seen, id")


@scenario
def the_same_person_is_one_visitor_on_two_devices(w):
    w.daemon(identity=jwt.site(w))
    nina = w.agent()
    desk = w.visitor(identity=jwt.signed())
    contact = w.chatting(nina, desk, "From my desk")
    phone = w.visitor(identity=jwt.signed())
    assert phone.id == desk.id and "From my desk" in phone.bodies()
    nina.say(contact, "To both")
    for device in (desk, phone):
        device.expect(message(body="To both"))
    # Both come back, each by its own token, in any order.
    for device in (phone, desk, phone):
        again = w.visitor(token=device.token, identity=jwt.signed())
        assert again.id == desk.id and verified(again.visit)
        device.token = again.token
        again.close()
    assert len(find_visitors(w, "4711")) == 1


@scenario
def where_devices_are_apart_each_has_its_own(w):
    w.daemon(identity=jwt.site(w, devices="apart"))
    nina = w.agent()
    desk = w.visitor(identity=jwt.signed())
    w.chatting(nina, desk, "From my desk")
    phone = w.visitor(identity=jwt.signed())
    assert phone.id != desk.id and "From my desk" not in phone.bodies()
    again = w.visitor(token=desk.token, identity=jwt.signed())
    assert again.id == desk.id and "From my desk" in again.bodies()


@scenario
def another_person_on_the_same_device_sees_nothing(w):
    w.daemon(identity=jwt.site(w), limits={"linger_s": 60})
    nina = w.agent()
    ada = w.visitor(identity=jwt.signed("ada"))
    w.chatting(nina, ada, "Ada's secret")
    token = ada.token
    ada.close()
    # Somebody who is not logged in, and somebody else who is: with Ada's token in the browser.
    for said in ({}, {"identity": jwt.signed("bob")}):
        other = w.visitor(token=token, **said)
        assert other.id != ada.id and other.bodies() == [], other.bodies()
        assert other.visit.find(f"{{{NS['visit']}}}chat") is None
        other.close()
    # Bob's check-in has made that token void: with it and a JWT that has run out nobody comes in.
    old = jwt.signed("ada", at=int(time.time()) - 1000)
    refused(w, "not-authorized", token=token, identity=old)
    # On one stream, too: tresen('identify') with another JWT.
    both = w.visitor(identity=jwt.signed("ada"))
    assert both.id == ada.id and "Ada's secret" in both.bodies()
    both.check_in(identity=jwt.signed("bob"))
    assert both.id != ada.id and both.bodies() == []


@scenario
def logging_out_forgets(w):
    w.daemon(identity=jwt.site(w), limits={"linger_s": 60})
    nina = w.agent()
    ada = w.visitor(identity=jwt.signed("ada"))
    contact = w.chatting(nina, ada, "Ada's secret")
    first = ada.token
    ada.check_in(ada.token, identity=jwt.signed("ada"))
    second = ada.token
    logout(ada)
    w.gone(nina, contact)
    nina.say(contact, "Are you there?")
    ada.check_in()
    assert ada.id and not verified(ada.visit) and ada.bodies() == []
    ada.quiet(message(body="Are you there?"), 0.3)
    old = jwt.signed("ada", at=int(time.time()) - 1000)
    for token in (first, second):
        refused(w, "not-authorized", token=token, identity=old)
    again = w.visitor(identity=jwt.signed("ada"))
    assert "Are you there?" in again.bodies()
    # Without identity it works alike: whoever was here is not found again.
    bob = w.visitor()
    w.chatting(nina, bob, "Bob's words")
    token = bob.token
    logout(bob)
    logout(bob)
    other = w.visitor(token=token)
    assert other.id != bob.id and other.bodies() == []


@scenario
def a_page_reconnects_with_a_jwt_that_has_run_out(w):
    daemon = w.daemon(identity=jwt.site(w, lifetime="60s", session="10m"))
    nina = w.agent()
    now = int(time.time())
    ada = w.visitor(identity=jwt.signed("ada", lasts=60))
    w.chatting(nina, ada, "Still here")
    old = jwt.signed("ada", at=now - 400, lasts=60)
    again = w.visitor(token=ada.token, identity=old)
    assert again.id == ada.id and "Still here" in again.bodies()
    again.check_in(again.token, identity=old)
    again.check_in(identity=old)  # the stream is hers
    refused(w, "not-authorized", identity=old)
    refused(w, "not-authorized", token=again.token,
            identity=jwt.signed("ada", at=now - 1000, lasts=60))
    refused(w, "not-authorized", token=again.token, identity=jwt.signed("bob", at=now - 400, lasts=60))
    assert "has run out" in daemon.log.read_text()


@scenario
def a_jwt_with_a_jti_brings_in_once(w):
    daemon = w.daemon(identity=jwt.site(w))
    started = int(time.time())  # a JWT says whole seconds; one of that of the start is not new
    until(lambda: int(time.time()) > started, "the next second")
    once = jwt.signed("ada", jti="one")
    ada = w.visitor(identity=once)
    refused(w, "not-authorized", identity=once)
    ada.check_in(identity=once)
    again = w.visitor(token=ada.token, identity=once)
    assert again.id == ada.id
    assert verified(w.visitor(identity=jwt.signed("ada", jti="two")).visit)
    # What was used before a restart is not known any more: nothing of then brings anybody in.
    unused = jwt.signed("ada", jti="three", at=int(time.time()) - 5)
    daemon.stop()
    daemon.start()
    refused(w, "not-authorized", identity=once)
    refused(w, "not-authorized", identity=unused)
    assert w.visitor(token=again.token, identity=once).id == ada.id


@scenario
def who_logs_in_during_a_chat_goes_on_with_it(w):
    w.daemon(identity=jwt.site(w))
    nina = w.agent()
    ada = w.visitor()
    contact = w.chatting(nina, ada, "I cannot log in")
    before = ada.id
    ada.check_in(ada.token, identity=jwt.signed("ada", plan="gold"))
    assert ada.id == before and verified(ada.visit) and "I cannot log in" in ada.bodies()
    card = by_text(nina, contact, "info")
    assert "verified by the website: ada" in card and "plan: gold" in card
    # But a former chat of somebody unknown does not come along.
    bob = w.visitor()
    w.chatting(nina, bob, "Bob's words")
    bob.end_chat()
    bob.expect(message(where=lambda m: find(m, "visit:chat") is not None
                       and find(m, "visit:chat").get("state") == "closed"))
    again = w.visitor(token=bob.token, identity=jwt.signed("eve"))
    assert again.id != bob.id and again.bodies() == []


@scenario
def where_it_is_required_nobody_else_comes_in(w):
    w.daemon(identity=jwt.site(w, use="required"))
    visitor = refused(w, "registration-required")
    number = visitor.say(visitor.department, "Hello")
    assert "registration-required" in "".join(
        e.tag for e in visitor.expect(message(id=number, type="error")).iter())
    refused(w, "registration-required", token="a" * 52)
    refused(w, "registration-required", stranger(w, "bosh"))
    visitor.check_in(identity=jwt.signed())
    visitor.write("Hello")
    visitor.check_in(visitor.token)  # the stream has proved it
    refused(w, "registration-required", token=visitor.token)
    alice = w.plain_user()
    number = alice.say(alice.department, "Hello")
    assert "registration-required" in "".join(
        e.tag for e in alice.expect(message(id=number, type="error")).iter())


@scenario
def keys_take_each_others_place(w):
    daemon = w.daemon(identity=jwt.site(w, jwt.key(w, id="2025")))
    refused(w, "not-authorized", identity=jwt.signed(secret=jwt.OTHER_SECRET, kid="2026"))
    new = jwt.key(w, "new.key", jwt.OTHER_SECRET, id="2026")
    reload(daemon, identity=jwt.site(w, jwt.key(w, id="2025"), new))
    ada = w.visitor(identity=jwt.signed(kid="2025"))
    assert w.visitor(identity=jwt.signed(secret=jwt.OTHER_SECRET, kid="2026")).id == ada.id
    reload(daemon, identity=jwt.site(w, new))
    refused(w, "not-authorized", identity=jwt.signed(kid="2025"))
    assert w.visitor(identity=jwt.signed(secret=jwt.OTHER_SECRET, kid="2026")).id == ada.id
    reload(daemon, identity=None)
    refused(w, "feature-not-implemented", identity=jwt.signed(kid="2025"))
    daemon.configuration["identity"] = jwt.site(w, {**new, "file": "secret.none"})
    (w.directory / "tresen.yml").write_text(json.dumps(daemon.configuration))
    done = daemon.command("check")
    assert done.returncode == 2 and "identity[0].keys[0].file" in done.stderr, done


@scenario
def a_customer_of_the_servers_logs_in(w):
    """Roads b and c: the JWT goes with the check-in, the account brings back who has shown one."""
    w.daemon(identity=jwt.site(w), limits={"linger_s": 60})
    nina = w.agent()
    alice = w.plain_user()
    alice.check_in(identity=jwt.signed("alice"))
    assert verified(alice.visit)
    contact = w.chatting(nina, alice, "By XMPP")
    assert "verified by the website: alice" in by_text(nina, contact, "info")
    web = w.visitor(identity=jwt.signed("alice"))
    assert web.id == alice.id and "By XMPP" in web.bodies()
    logout(alice)
    alice.check_in()
    assert alice.id != web.id and not verified(alice.visit)


@scenario
def a_person_is_exported_and_erased_by_identity(w):
    daemon = w.daemon(identity=jwt.site(w))
    nina = w.agent()
    ada = w.visitor(identity=jwt.signed("4711", name="Ada", plan="gold"))
    w.chatting(nina, ada, "To be erased")
    ada.end_chat()
    w.visitor(identity=jwt.signed("4712"))
    path = w.directory / "ada.json"
    assert daemon.command("export-person", "identity:default/4711", str(path)).returncode == 0
    everything = json.loads(path.read_text())
    assert [v["subject"] for v in everything["visitors"]] == ["4711"]
    assert everything["visitors"][0]["claims"] == "name: Ada\nplan: gold\n"
    done = daemon.command("erase", "identity:default/4711", "--yes")
    assert done.returncode == 0, done
    assert not find_visitors(w, "4711") and find_visitors(w, "4712")
    for wrong in ("identity:", "identity:4711", "identity:/4711", "identity:default/"):
        assert daemon.command("erase", wrong).returncode == 2
    assert "Nothing is kept" in daemon.command("erase", "identity:other/4712", "--yes").stdout


@scenario
def what_the_examples_sign_is_good(w):
    pair = jwt.Pair(w.directory)
    w.daemon(identity=jwt.site(w, jwt.key(w), {"id": "pair", "algorithm": "EdDSA", "file": "site.pub"}))
    folder = pathlib.Path(__file__).parents[3] / "examples" / "identity"
    more = '{"name": "Ada", "plan": "gold"}'
    signers = [["sh", folder / "sign.sh", w.directory / "identity.key", "4711", "default",
                more.strip("{}")],
               ["node", folder / "sign.mjs", w.directory / "identity.key", "4711", more],
               ["node", folder / "sign.mjs", pair.private, "4711", more, "pair"]]
    if shutil.which("php"):
        signers.append(["php", folder / "sign.php", w.directory / "identity.key", "4711", more])
    nina = w.agent()
    for words in signers:
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
        visitor = w.visitor(identity=done.stdout.strip())
        assert verified(visitor.visit), words
    contact = w.chatting(nina, visitor)
    assert "Name: Ada" in by_text(nina, contact, "info")
