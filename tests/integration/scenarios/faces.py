"""An agent's own picture, for visitors."""
import base64
import hashlib
import struct
import zlib

from daemon import until
from world import scenario
from xmpp import presence


def png(colour):
    """A picture of 8 by 8 points."""
    def chunk(kind, data):
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))
    rows = (b"\0" + bytes(colour) * 8) * 8
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def publish(client, account, picture, kind="image/png"):
    """As a client does: the vCard, then a presence with the hash (XEP-0153)."""
    answer = client.ask(account, "<vCard xmlns='vcard-temp'><FN>Nina Nobody</FN><PHOTO>"
                        f"<TYPE>{kind}</TYPE><BINVAL>{base64.b64encode(picture).decode()}</BINVAL>"
                        "</PHOTO></vCard>", "set")
    assert answer.get("type") == "result", answer.get("type")
    client.send("<presence><x xmlns='vcard-temp:x:update'><photo>"
                f"{hashlib.sha1(picture).hexdigest()}</photo></x></presence>")


@scenario
def an_agent_who_has_agreed_has_a_face(w):
    daemon = w.daemon(agents=[{"jid": w.jid("agent"), "name": "Nina", "face": True},
                              {"jid": w.jid("agent2"), "name": "Tom"}])
    red, blue = png((200, 0, 0)), png((0, 0, 200))

    def face(name):
        return daemon.get(f"/w/1/face/{name}")

    assert face("Nina")[0] == 204
    tom = w.agent("agent2")
    publish(tom, w.jid("agent2"), red)
    nina = w.agent()
    publish(nina, w.jid("agent"), red)
    until(lambda: face("Nina")[0] == 200, "a picture")
    status, headers, body = face("Nina")
    assert (status, body) == (200, red)
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert daemon.get("/w/1/face/Nina", {"If-None-Match": headers["ETag"]})[0] == 304
    publish(nina, w.jid("agent"), blue)
    until(lambda: face("Nina")[2] == blue, "the other picture")
    publish(nina, w.jid("agent"), b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    until(lambda: face("Nina")[0] == 204, "no picture that is none")
    assert "is not shown: no PNG" in daemon.log.read_text()
    # Who has not agreed was not even asked, and nobody is found by an address.
    for name in ("Tom", w.jid("agent"), "agent", "nina", ""):
        assert face(name)[0] == 204, name
    daemon.kill()
    daemon.revive()
    publish(nina, w.jid("agent"), red)
    nina.expect(presence(from_=w.sales, type=""))
    until(lambda: face("Nina")[2] == red, "the picture after a restart")
