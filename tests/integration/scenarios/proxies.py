"""Visitors through the reverse proxies of examples/proxy: WebSocket, BOSH without buffering, the
widget's files, and the visitor's own address."""
import http.client
import time
import urllib.parse

from daemon import ORIGIN
from gateway import BoshStream, Refused, Visitor, WebSocketStream
from proxy import HOST, Proxy, Relay
from uploads import slot, tell
from world import scenario
from xmpp import message

AT_ONCE_S = 5
MOST = 10 << 20  # `files.max_bytes` as it is by itself


def get(relay, path):
    line = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=15)
    try:
        line.request("GET", path, headers={"Host": HOST, "Origin": ORIGIN})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def chat_through(w, agent, stream, body):
    """A chat each way; an answer must come at once, not when a buffer is full or a poll ends."""
    visitor = Visitor(w.keep(stream).start(), w.sales)
    visitor.check_in()
    contact = w.chatting(agent, visitor, body)
    for number in range(3):
        began = time.monotonic()
        agent.say(contact, f"Line {number} for {body}")
        visitor.expect(message(body=f"Line {number} for {body}"))
        assert time.monotonic() - began < AT_ONCE_S, "the line was held back"
    visitor.say(w.sales, f"Thanks from {body}")
    agent.expect(message(body=f"Thanks from {body}"))
    return visitor, contact


def file_through(agent, visitor, contact, relay):
    """A file as large as one may be goes in and comes out."""
    body = bytes(range(256)) * (MOST // 256)
    to, get_url = slot(visitor, "large.bin", len(body))
    line = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=60)
    try:
        line.request("PUT", urllib.parse.urlsplit(to).path, body, {"Host": HOST, "Origin": ORIGIN})
        answer = line.getresponse()
        assert (answer.status, answer.read()) == (201, b""), answer.status
    finally:
        line.close()
    tell(visitor, get_url)
    agent.expect(message(from_=contact, body=get_url))
    assert get(relay, urllib.parse.urlsplit(get_url).path) == (200, body)


def limited(w, relay, forged=None):
    """Is a further WebSocket from there refused by the limit of streams an address?"""
    headers = {"Host": HOST}
    if forged:
        headers["X-Forwarded-For"] = forged
    stream = WebSocketStream(f"ws://127.0.0.1:{relay.port}/xmpp-websocket", w.domain, ORIGIN, headers)
    try:
        w.keep(stream).start()
    except Refused as refused:
        assert refused.status == 429, refused
        return True
    return False


def play(w, kind):
    daemon = w.daemon(web={"trusted_proxies": ["127.0.0.1"], "public_url": f"https://{HOST}"},
                      limits={"streams_per_address": 2})
    proxy = w.keep(Proxy(kind, w.directory / "proxy", f"127.0.0.1:{daemon.port}"))
    relay = w.keep(Relay(proxy, "127.0.0.2"))
    status, body = get(relay, "/w/1/status/sales")
    assert status == 200 and b"availability" in body, (status, body)
    assert get(relay, "/readyz")[0] == 404, "the proxy passes on what is not for browsers"
    agent = w.agent()
    base = f"127.0.0.1:{relay.port}"
    visitor, contact = chat_through(
        w, agent, WebSocketStream(f"ws://{base}/xmpp-websocket", w.domain, ORIGIN, {"Host": HOST}),
        "websocket")
    chat_through(w, agent, BoshStream(f"http://{base}/http-bind", w.domain, ORIGIN,
                                      {"Host": HOST}), "bosh")
    file_through(agent, visitor, contact, relay)
    # Two streams are open from 127.0.0.2: a third is refused, whatever it claims to come from.
    assert limited(w, relay), "the visitor's address did not arrive"
    assert limited(w, relay, "198.51.100.7"), "a forged address was believed"
    assert not limited(w, w.keep(Relay(proxy, "127.0.0.3"))), "all visitors count as one"


@scenario(servers=("prosody",))
def visitors_come_through_nginx(w):
    play(w, "nginx")


@scenario(servers=("prosody",))
def visitors_come_through_apache(w):
    play(w, "apache2")


@scenario(servers=("prosody",))
def visitors_come_through_caddy(w):
    play(w, "caddy")


@scenario(servers=("prosody",))
def visitors_come_through_haproxy(w):
    play(w, "haproxy")
