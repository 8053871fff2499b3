"""The gateway as strangers see it: HTTP, WebSocket frames and BOSH, byte by byte, in the running
daemon. (A fake server stands behind: the gateway needs none.)"""
import base64
import hashlib
import json
import os
import re
import socket
import struct
import threading

from daemon import ORIGIN
from gateway import CLOSE, PONG, TEXT, BoshStream, Refused, WebSocket
from world import scenario

BOSH = "xmlns='http://jabber.org/protocol/httpbind'"
OPEN = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='{}' version='1.0'/>"


def up(w, **more):
    fake = w.fake_server(ready=False, **more)
    fake.serve()
    w.current.wait(200)
    return w.current


def ask(daemon, request, timeout=15):
    """Raw bytes out; (status, head, body) of the first answer, or (0, '', b'') if it just closed."""
    octets = request if isinstance(request, bytes) else request.encode("latin-1")
    with socket.create_connection(("127.0.0.1", daemon.port), timeout) as line:
        got = b""
        try:
            line.sendall(octets)
            while b"\r\n\r\n" not in got or len(got) < length(got):
                more = line.recv(65536)
                if not more:
                    break
                got += more
        except (ConnectionResetError, BrokenPipeError):
            pass
    head, _, body = got.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head else 0), head.decode("latin-1"), body


def length(got):
    head = got.partition(b"\r\n\r\n")[0]
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return len(head) + 4 + (int(found[1]) if found else 0)


def get(path="/healthz", more="", host="chat.example"):
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n"


@scenario(fake=True)
def health_readiness_and_status_are_served(w):
    daemon = up(w)
    assert ask(daemon, get("/healthz"))[0] == 200
    assert ask(daemon, get("/readyz"))[0] == 200
    status, head, body = ask(daemon, get("/w/1/status/sales", f"Origin: {ORIGIN}\r\n"))
    assert status == 200, status
    assert json.loads(body) == {"availability": "unavailable", "domain": w.domain}, body
    assert "max-age=30" in head and "ccess-control-allow-origin" in head.lower(), head
    assert ask(daemon, get("/w/1/status/nobody"))[0] == 404
    assert ask(daemon, get("/nothing"))[0] == 404
    assert ask(daemon, "DELETE /healthz HTTP/1.1\r\nHost: x\r\n\r\n")[0] in (400, 405, 501)


@scenario(fake=True)
def opening_hours_are_served(w):
    agents = [f"{name}@{w.host}" for name in ("agent", "agent2")]
    departments = [{"id": "sales", "agents": agents, "calendar": "week"}, {"id": "always", "agents": agents}]
    calendars = [{"id": "week", "zone": "Asia/Kathmandu", "hours": ["mon-sun 08:00-12:00 13:00-17:00"]}]
    daemon = up(w, departments=departments, calendars=calendars)
    status, head, body = ask(daemon, get("/w/1/hours/sales", f"Origin: {ORIGIN}\r\n"))
    answer = json.loads(body)
    assert status == 200 and "max-age=60" in head and "ccess-control-allow-origin" in head.lower(), head
    assert answer["offset"] == 20700 and len(answer["hours"]) == 18, answer
    assert answer["hours"][0][0].endswith("T02:15:00.000Z") and answer["hours"][1][1].endswith("T11:15:00.000Z"), answer
    assert answer.get("opens") in [None] + [begin for begin, _ in answer["hours"]], answer
    assert json.loads(ask(daemon, get("/w/1/hours/"))[2])["hours"] == answer["hours"]
    assert ask(daemon, get("/w/1/hours/always"))[2] == b"{}"
    assert ask(daemon, get("/w/1/hours/nobody"))[0] == 404


@scenario(fake=True)
def smuggled_requests_are_refused(w):
    """V-009 to V-012, V-014, V-019: two lengths, odd encodings, odd bytes, odd chunks, a PROXY line:
    refused, and the connection ends, so that nothing behind them is taken for a request."""
    daemon = up(w)
    post = f"POST /http-bind HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\n"
    behind = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for request in (
            post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
            post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
            post + "Content-Length: +4\r\n\r\nabcd", post + "Content-Length: 4,4\r\n\r\nabcd",
            post + "Content-Length: 0x4\r\n\r\nabcd", post + f"Content-Length: {'9' * 20}\r\n\r\nab",
            get(more="X: a\nY: b\r\n"), get(more="X: a\rY: b\r\n"), get(more="X: a\r\n folded\r\n"),
            get(more="X: a\0b\r\n"), get(more="X : a\r\n"),
            post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nabc",
            post + "Transfer-Encoding: chunked\r\n\r\n1;e=" + "x" * 5000 + "\r\na\r\n0\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\n1\r\naXX0\r\n\r\n",
            "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + get(),
            b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + b"\1" * 12 + get().encode()):
        more = request.encode("latin-1") if isinstance(request, str) else request
        status, head, _ = ask(daemon, more + behind.encode())
        assert status in (0, 400, 413, 431, 501), (request[-60:], status)
        assert status == 0 or "connection: close" in head.lower(), (request[-60:], head)
    assert ask(daemon, get())[0] == 200


@scenario(fake=True)
def heads_have_limits(w):
    """V-013: too long a head, too many fields, too long a line; slowly sent heads time out."""
    daemon = up(w)
    assert ask(daemon, get(more="X: " + "x" * 8200 + "\r\n"))[0] == 431
    assert ask(daemon, get(more="".join(f"X{n}: 1\r\n" for n in range(65))))[0] == 431
    assert ask(daemon, get("/" + "x" * 2100))[0] == 414
    with socket.create_connection(("127.0.0.1", daemon.port), 30) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        while slow.recv(4096):
            pass


@scenario(fake=True)
def no_path_leads_out(w):
    """V-015: traversal in every spelling; V-016: a target on another host."""
    daemon = up(w)
    for path in ("/..%2f..%2fetc/passwd", "/%2e%2e/", "/w/1/../../etc/passwd",
                 "/static/%u002e%u002e/x", "/static/..%5c", "/static/%00", "//etc/passwd",
                 "/w/1/%2e%2e/%2e%2e/etc/passwd"):
        status, _, body = ask(daemon, get(path))
        assert status in (400, 404), (path, status)
        assert b"root:" not in body
    assert ask(daemon, "GET http://other/healthz HTTP/1.1\r\nHost: x\r\n\r\n")[0] in (400, 421)
    assert ask(daemon, "GET /healthz HTTP/1.1\r\n\r\n")[0] == 400


def flood(daemon, address, count):
    """How many of so many streams in a row were let in."""
    let_in = 0
    for _ in range(count):
        try:
            WebSocket(daemon.websocket_url, ORIGIN,
                      headers={"X-Forwarded-For": address}).socket.close()
            let_in += 1
        except (Refused, ConnectionError):
            pass
    return let_in


@scenario(fake=True)
def a_stranger_cannot_choose_an_address(w):
    """V-017: X-Forwarded-For counts only from a trusted proxy."""
    daemon = up(w, web={"trusted_proxies": ["192.0.2.1"]}, limits={"new_streams_per_minute": 5})
    assert sum(flood(daemon, f"198.51.100.{n}", 1) for n in range(20)) <= 8
    assert "198.51.100." not in daemon.log.read_text()


@scenario(fake=True)
def behind_a_proxy_every_visitor_has_an_address(w):
    """V-018: from a trusted proxy the right-most address that is no proxy's counts; garbage falls
    back to the proxy's own."""
    daemon = up(w, limits={"new_streams_per_minute": 5})
    assert all(flood(daemon, f"198.51.100.{n}", 1) for n in range(20))
    forged = ", ".join(f"10.0.0.{n}" for n in range(50)) + ", 203.0.113.9"
    assert flood(daemon, forged, 20) <= 8
    assert flood(daemon, "fe80::1%eth0, garbage, 203.0.113.10", 3) == 3
    flood(daemon, "garbage", 3)
    assert ask(daemon, get())[0] == 200


def upgrade(key=None, **more):
    lines = {"Host": "x", "Upgrade": "websocket", "Connection": "Upgrade", "Origin": ORIGIN,
             "Sec-WebSocket-Version": "13", "Sec-WebSocket-Protocol": "xmpp",
             "Sec-WebSocket-Key": key or base64.b64encode(os.urandom(16)).decode()}
    lines.update({name.replace("_", "-"): value for name, value in more.items()})
    return ("GET /xmpp-websocket HTTP/1.1\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in lines.items() if value is not None) + "\r\n")


@scenario(fake=True)
def handshakes_are_checked(w):
    """V-005: version; V-006: key; V-007: subprotocol; V-008: no extension is granted."""
    daemon = up(w)
    status, head, _ = ask(daemon, upgrade(Sec_WebSocket_Version="12"))
    assert status == 426 and "sec-websocket-version: 13" in head.lower(), head
    for key in ("AAAA", base64.b64encode(b"x" * 25).decode(), "not base64!"):
        assert ask(daemon, upgrade(key))[0] == 400, key
    key = base64.b64encode(b"x" * 16).decode()
    twice = upgrade(key).replace("\r\n\r\n", f"\r\nSec-WebSocket-Key: {key}\r\n\r\n")
    assert ask(daemon, twice)[0] == 400
    assert ask(daemon, upgrade(Sec_WebSocket_Protocol=None))[0] == 400
    assert ask(daemon, upgrade(Sec_WebSocket_Protocol="XMPP"))[0] == 400
    status, head, _ = ask(daemon, upgrade(Sec_WebSocket_Protocol="xmpp2, xmpp"))
    assert status == 101 and "sec-websocket-protocol: xmpp\r\n" in head.lower() + "\r\n", head
    status, head, _ = ask(daemon, upgrade(Sec_WebSocket_Extensions="permessage-deflate"))
    assert status == 101 and "extensions" not in head.lower(), head


def frame(payload=b"", first=0x81, mask=True, size=None):
    """A frame as it is told, right or wrong."""
    key = b"\1\2\3\4" if mask else b""
    bit = 128 if mask else 0
    if size is not None:
        head = bytes([first]) + size
    elif len(payload) < 126:
        head = bytes([first, bit | len(payload)])
    else:
        head = bytes([first, bit | 126]) + struct.pack(">H", len(payload))
    if mask:
        payload = bytes(octet ^ key[at & 3] for at, octet in enumerate(payload))
    return head + key + payload


def closes_with(daemon, octets):
    """The close code that bytes on a fresh WebSocket bring."""
    web = WebSocket(daemon.websocket_url, ORIGIN)
    web.socket.settimeout(15)
    try:
        try:
            web.socket.sendall(octets)
        except (ConnectionResetError, BrokenPipeError):
            pass
        while True:
            opcode, payload = web.receive()
            if opcode == CLOSE:
                return struct.unpack(">H", payload[:2])[0] if payload else 1005
    except ConnectionError:
        return 1006
    finally:
        web.socket.close()


@scenario(fake=True)
def bad_frames_close_the_connection(w):
    """V-0A1 to V-0A6, V-0A8 to V-0A12, V-0A15: each with the code that RFC 6455 has for it."""
    daemon = up(w)
    split = "\U0001f600".encode()
    cases = [(1002, frame(b"x", mask=False)), (1002, frame(b"x", 0xa1)), (1002, frame(b"x", 0x91)),
             (1002, frame(b"x" * 126, 0x89)), (1002, frame(b"x", 0x09)),
             (1002, frame(b"x", 0x88)), (1007, frame(b"\x03\xe8\xff", 0x88)),
             (1002, frame(b"hello", size=b"\xfe\0\5")),
             (1003, frame(b"x", 0x82)), (1002, frame(b"x", 0x80)),
             (1002, frame(b"<", 0x01) + frame(b"x", 0x81)),
             (1007, frame(b"<a>" + split[:2], 0x81)),
             (1009, frame(b"<", 0x01) + frame(b"a", 0x00) * 20)]
    cases += [(1002, frame(b"", 0x80 | code)) for code in (3, 7, 0xb, 0xf)]
    cases += [(1002, frame(struct.pack(">H", code), 0x88)) for code in (
        0, 999, 1004, 1005, 1006, 1015, 2999)]
    for wanted, octets in cases:
        code = closes_with(daemon, octets)
        assert code == wanted, (octets[:24], code, wanted)
    huge = closes_with(daemon, b"\x81\xff\x80" + b"\0" * 7 + b"\1\2\3\4")
    assert huge in (1002, 1009), huge
    after = closes_with(daemon, frame(struct.pack(">H", 1000), 0x88) + frame(b"<open/>"))
    assert after == 1000, after


@scenario(fake=True)
def frames_may_be_cut_anywhere(w):
    """V-0A14: one byte a segment; V-0A12: a code point over two fragments is whole again."""
    daemon = up(w)
    web = WebSocket(daemon.websocket_url, ORIGIN)
    web.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for octet in frame(OPEN.format(w.domain).encode()):
        web.socket.sendall(bytes([octet]))
    opcode, payload = web.receive()
    assert opcode == TEXT and payload.startswith(b"<open"), payload
    web.receive()
    split = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='\U0001f600'/>".encode()
    at = split.index(b"\xf0") + 1
    web.socket.sendall(frame(split[:at], 0x01) + frame(b"ping", 0x89) + frame(split[at:], 0x80))
    pong, text = sorted((web.receive(), web.receive()), reverse=True)
    assert pong == (PONG, b"ping"), pong
    assert text[0] == TEXT and b"invalid-mechanism" in text[1], text


@scenario(fake=True)
def a_flood_of_pings_or_empty_frames_is_cut_off(w):
    """V-0A13: thousands of pings; V-0A10: endless empty fragments."""
    daemon = up(w)
    assert closes_with(daemon, frame(b"x" * 125, 0x89) * 10000) in (1006, 1008)
    assert closes_with(daemon, frame(b"<", 0x01) + frame(b"", 0x00) * 20000) in (1006, 1008, 1009)
    assert ask(daemon, get())[0] == 200


def post(daemon, body, more="", origin=ORIGIN):
    octets = body.encode()
    status, head, answer = ask(daemon, f"POST /http-bind HTTP/1.1\r\nHost: x\r\nOrigin: {origin}\r\n"
                               f"Content-Type: text/xml\r\n{more}Content-Length: {len(octets)}"
                               "\r\n\r\n" + octets.decode("latin-1"), 70)
    return status, head, answer.decode(errors="replace")


def create(w, rid=1000, more=""):
    status, _, body = post(w.current, f"<body {BOSH} rid='{rid}' to='{w.domain}' wait='1' hold='1' "
                           f"ver='1.6' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh' {more}/>")
    assert status == 200, status
    return re.search(r"\bsid=['\"]([^'\"]+)", body)[1], body


def ended(answer, condition):
    status, _, body = answer
    return status in (400, 403, 404) or ("terminate" in body and condition in body)


@scenario(fake=True)
def bosh_sessions_belong_to_who_has_their_id(w):
    """V-020: an id with one letter changed; V-021: a session with a key sequence wants its keys."""
    up(w)
    sid, _ = create(w)
    other = ("a" if sid[0] != "a" else "b") + sid[1:]
    assert ended(post(w.current, f"<body {BOSH} sid='{other}' rid='1001'/>"), "item-not-found")
    assert post(w.current, f"<body {BOSH} sid='{sid}' rid='1001'/>")[0] == 200
    keys = ["seed"]
    for _ in range(3):
        keys.append(hashlib.sha1(keys[-1].encode()).hexdigest())
    sid, _ = create(w, 2000, f"newkey='{keys[3]}'")
    assert post(w.current, f"<body {BOSH} sid='{sid}' rid='2001' key='{keys[2]}'/>")[0] == 200
    assert ended(post(w.current, f"<body {BOSH} sid='{sid}' rid='2002' key='{keys[0]}'/>"),
                 "item-not-found")


@scenario(fake=True)
def bosh_requests_are_counted(w):
    """V-022: a repeated rid brings the same answer, another body under it ends the session; V-023: one
    too early waits for its turn; V-024: a jump ends it; V-025: what is no number is refused."""
    up(w)
    sid, _ = create(w)
    auth = ("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>")
    first = post(w.current, f"<body {BOSH} sid='{sid}' rid='1001'>{auth}</body>")
    assert "success" in first[2], first
    assert post(w.current, f"<body {BOSH} sid='{sid}' rid='1001'>{auth}</body>")[2] == first[2]
    assert ended(post(w.current, f"<body {BOSH} sid='{sid}' rid='1001'><x/></body>"),
                 "item-not-found")
    sid, _ = create(w, 5000)
    early = []
    late = threading.Thread(target=lambda: early.append(
        post(w.current, f"<body {BOSH} sid='{sid}' rid='5002'/>")))
    late.start()
    assert post(w.current, f"<body {BOSH} sid='{sid}' rid='5001'>{auth}</body>")[0] == 200
    late.join(30)
    assert early and early[0][0] == 200
    assert ended(post(w.current, f"<body {BOSH} sid='{sid}' rid='5020'/>"), "item-not-found")
    for rid in ("9007199254740993", "-1", "1e3", "", "9" * 200):
        assert ended(post(w.current, f"<body {BOSH} rid='{rid}' to='{w.domain}' wait='1' hold='1' "
                          "ver='1.6'/>"), "bad-request"), rid


@scenario(fake=True)
def bosh_bodies_are_checked(w):
    """V-026: wait and hold are bounded; V-027: too many or nested; V-028: wrong namespace or a DTD;
    V-030: nothing is reflected."""
    up(w)
    status, _, body = post(w.current, f"<body {BOSH} rid='10' to='{w.domain}' wait='999999999' "
                           "hold='1000' ver='1.6'/>")
    assert status == 200
    assert int(re.search(r"wait=['\"](\d+)", body)[1]) <= 60, body
    assert int(re.search(r"hold=['\"](\d+)", body)[1]) <= 2, body
    for wrong in ("<message xmlns='jabber:client'/>" * 1000, f"<body {BOSH}/>", "x" * 70000):
        sid, _ = create(w, 50)
        answer = post(w.current, f"<body {BOSH} sid='{sid}' rid='51'>{wrong}</body>")
        assert answer[0] == 413 or ended(answer, ""), (wrong[:40], answer)
    for wrong in ("<body rid='1'/>", "<body xmlns='urn:x' rid='1'/>", "<nobody/>", "", "<body",
                  f"<!DOCTYPE a [<!ENTITY b 'c'>]><body {BOSH} rid='1' to='{w.domain}'/>"):
        assert ended(post(w.current, wrong), "bad-request"), wrong
    status, head, body = post(
        w.current, f"<body {BOSH} rid='1' to='{w.domain}' wait='1' hold='1' ver='1.6' "
        "content='&quot;>&lt;script>evil' route='xmpp:evil.example:5222'/>")
    assert "evil" not in head + body and "nosniff" in head, (head, body)
    assert re.search(r"(?i)content-type: text/xml", head), head
    answer = post(w.current, f"<body {BOSH} rid='1' to='evil.example' wait='1' hold='1' ver='1.6'/>")
    assert ended(answer, "host-unknown") and "evil" not in answer[2], answer


@scenario(fake=True)
def bosh_sessions_are_limited_and_die_when_left(w):
    """V-029: creation repeated again and again: bounded; a session that is never continued goes."""
    daemon = up(w, limits={"new_streams_per_minute": 20})
    made = []
    for number in range(60):
        status, _, body = post(daemon, f"<body {BOSH} rid='{number + 1}' to='{w.domain}' wait='1' "
                               "hold='1' ver='1.6'/>")
        made.append(status == 200 and "sid=" in body and "terminate" not in body)
    assert 0 < sum(made) <= 30, sum(made)
    assert ask(daemon, get())[0] == 200


@scenario(fake=True)
def bosh_asks_for_the_origin_too(w):
    """V-001 over BOSH: another website's page may not open sessions."""
    up(w)
    for origin in ("https://evil.example", "null"):
        status, _, body = post(w.current, f"<body {BOSH} rid='1' to='{w.domain}' wait='1' hold='1' "
                               "ver='1.6'/>", origin=origin)
        assert status == 403 and "sid=" not in body, (origin, status)
    stream = w.keep(BoshStream(w.current.bosh_url, w.domain, ORIGIN))
    stream.start()
    assert stream.jid.endswith(w.domain) or w.domain in stream.jid
