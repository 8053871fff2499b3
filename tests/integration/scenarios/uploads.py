"""Files of visitors: a slot (XEP-0363), the bytes, the line that says so, and what agents make of it."""
import http.client
import re
import socket
import urllib.parse

from command import WAYS, by_text
from daemon import ORIGIN, until
from trouble import SmallDisk, lines_of
from world import scenario
from xmpp import body_of, find, kind_of, message

UPLOAD = "urn:xmpp:http:upload:0"
OOB = "{jabber:x:oob}"
VISIT = "{urn:tresen:visit:1}"
INFO = "http://jabber.org/protocol/disco#info"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
MOST = 200000


def with_uploads(w, **more):
    files = {"max_bytes": MOST, "max_per_chat": 3, **more.pop("files", {})}
    w.daemon(start=False, **more)
    w.current.configuration["files"] = files
    w.current.configuration["web"]["public_url"] = w.current.url
    return w.current.start()


def ask(visitor, name="photo.png", size=len(PNG), kind="image/png", to=None):
    """What comes back when a slot is asked for."""
    return visitor.ask(to or visitor.department, f"<request xmlns='{UPLOAD}' filename='{name}' "
                       f"size='{size}' content-type='{kind}'/>")


def slot(visitor, name="photo.png", size=len(PNG), kind="image/png"):
    """(put, get)."""
    answer = ask(visitor, name, size, kind)
    assert answer.get("type") == "result", show(answer)
    return tuple(answer.find(f".//{{{UPLOAD}}}{way}").get("url") for way in ("put", "get"))


def show(answer):
    """Conditions of an error, and its type."""
    error = answer.find("{*}error")
    return error.get("type"), [kind_of(child) for child in error]


def put(url, body, length=None, origin=ORIGIN):
    """The status."""
    parts = urllib.parse.urlsplit(url)
    line = http.client.HTTPConnection(parts.netloc, timeout=30)
    headers = {"Origin": origin} if origin else {}
    try:
        line.request("PUT", parts.path, body, {**headers, "Content-Length": str(length or len(body))})
        answer = line.getresponse()
        answer.read()
        if origin:
            assert answer.getheader("Access-Control-Allow-Origin") == origin, answer.headers
        return answer.status
    finally:
        line.close()


def half(url, body):
    """A connection on which the first half has been sent."""
    parts = urllib.parse.urlsplit(url)
    line = socket.create_connection((parts.hostname, parts.port), 20)
    line.sendall(f"PUT {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:len(body) // 2])
    return line


def tell(visitor, get):
    """The line that says that the file is there; its id."""
    return visitor.write(get, extra=f"<x xmlns='jabber:x:oob'><url>{get}</url></x>")


def send_file(visitor, body=PNG, name="photo.png", origin=ORIGIN):
    to, get = slot(visitor, name, len(body))
    assert put(to, body, origin=origin) == 201
    tell(visitor, get)
    return get


def kept(w):
    """Names in the folder of files."""
    return sorted(f.name for f in (w.directory / "files").iterdir())


def number_of(agent, contact):
    return re.search(r"Ticket: (\d+)", by_text(agent, contact, "ticket"))[1]


def opened(w, get):
    status, headers, body = w.current.get(get[len(w.current.url):])
    return status, headers.get("Content-Type"), body


def is_file(get):
    return lambda e: e.findtext(f"{OOB}x/{OOB}url") == get


@scenario
def a_visitors_file_reaches_the_agent_and_both_records(w):
    daemon = with_uploads(w)
    nina, visitor = w.agent(), w.visitor()
    assert visitor.visit.find(f"{VISIT}upload").get("max-bytes") == str(MOST)
    info = visitor.ask(visitor.department, f"<query xmlns='{INFO}'/>")
    assert UPLOAD in {f.get("var") for f in info.iter(f"{{{INFO}}}feature")}
    fields = {f.get("var"): f.findtext("{*}value") for f in info.iter("{jabber:x:data}field")}
    assert fields == {"FORM_TYPE": UPLOAD, "max-file-size": str(MOST)}, fields
    contact = w.chatting(nina, visitor)
    tab = w.visitor(token=visitor.token)
    to, get = slot(visitor, "Foto ü.png")
    assert put(to, PNG) == 201
    assert opened(w, get) == (200, "image/png", PNG)
    number = tell(visitor, get)
    line = nina.expect(message(from_=contact, body=get))
    assert is_file(get)(line), "clients show what is nothing but an address as the file"
    said = f"Foto ü.png (10 kB)\n{get}"
    copy = tab.expect(message(body=said))
    assert copy.find(f"{VISIT}line").get("by") == "visitor"
    visitor.say(visitor.department, get, number)  # after a doubt: known, and not told again
    visitor.expect(message(receipt=number))
    nina.say(contact, "Nice")
    visitor.expect(message(body="Nice"))
    assert nina.count(message(body=get)) == 1
    ticket = number_of(nina, contact)
    for give in WAYS:
        assert "[file]" in give(nina, contact, "history", number=ticket)
        assert "Foto ü.png (10 kB)" in give(nina, contact, "history", number=ticket)
        for fields in ({}, {"number": ticket}):
            listed = give(nina, contact, "files", **fields)
            assert "Visitor: Foto ü.png (10 kB)" in listed and get in listed, listed
        for wrong in ("x", "-1", "9" * 16):
            assert "number of a chat is wanted" in give(nina, contact, "files", number=wrong)
        assert "no such chat" in give(nina, contact, "files", number="999999")
    assert "Foto" in by_text(nina, contact, "dateien")
    # What was acknowledged is there after any end.
    daemon.kill()
    daemon.start()
    assert opened(w, get) == (200, "image/png", PNG)
    back = w.visitor(token=visitor.token)
    lines = [body_of(line) for _, line in back.history()]
    assert said in lines and get not in lines, lines


@scenario
def a_visitor_over_the_servers_own_endpoint_sends_files_alike(w):
    with_uploads(w)
    nina, visitor = w.agent(), w.visitor("server-websocket")
    assert visitor.visit.find(f"{VISIT}upload").get("max-bytes") == str(MOST)
    contact = w.chatting(nina, visitor)
    get = send_file(visitor, origin=None)
    assert is_file(get)(nina.expect(message(from_=contact, body=get)))
    assert f"photo.png (10 kB)\n{get}" in [body_of(line) for _, line in visitor.history()]
    customer = w.plain_user()
    contact = w.chatting(nina, customer)
    get = send_file(customer, b"Just words", "notes.txt", origin=None)
    assert is_file(get)(nina.expect(message(from_=contact, body=get)))
    assert opened(w, get) == (200, "text/plain; charset=utf-8", b"Just words")


@scenario
def what_may_not_be_sent_is_refused_in_words(w):
    """V-095, V-101, V-102, V-103."""
    daemon = with_uploads(w)
    nina, visitor = w.agent(), w.visitor()
    kind, conditions = show(ask(visitor))
    assert (kind, conditions[0]) == ("wait", "unexpected-request"), "nothing was written yet"
    contact = w.chatting(nina, visitor)
    error = ask(visitor, size=MOST + 1)
    assert show(error) == ("modify", ["not-acceptable", "text", "file-too-large"])
    assert error.findtext(f".//{{{UPLOAD}}}max-file-size") == str(MOST)
    for wrong in ({"name": ""}, {"name": "x" * 1001}, {"size": 0}, {"size": "-1"}, {"size": "1e3"},
                  {"size": "9" * 16}, {"kind": "png"}, {"kind": "image/" + "x" * 250}):
        assert show(ask(visitor, **wrong))[1] == ["bad-request"], wrong
    to, get = slot(visitor, size=1000)
    for body, status in ((b"x" * 999, 400), (b"x" * 1001, 413), (b"x" * 1000, 201),
                         (b"x" * 1000, 404)):
        assert put(to, body) == status, len(body)
    assert put(to[:-10] + "a" * 10, b"x") == 404
    tell(visitor, get)
    nina.expect(message(from_=contact, body=get))
    for name in ("most", "last"):
        send_file(visitor, b"x" * MOST, name)
    kind, conditions = show(ask(visitor))
    assert (kind, conditions[0]) == ("wait", "resource-constraint"), "there are three"
    assert len(kept(w)) == 3
    # Another chat's address is just text, and so is what only begins like one.
    other = w.visitor()
    second = w.chatting(nina, other, "Hello, too")
    for text in (get, f"See {get}", f"{get}?x", daemon.url + "/w/1/file/"):
        other.write(text)
        line = nina.expect(message(from_=second, body=text))
        assert line.find(f"{OOB}x") is None, text
    assert "no files in this chat" in by_text(nina, second, "files")
    # Whose chat has ended, and who was blocked.
    to, get = slot(other)
    by_text(nina, second, "block", hours="2")
    other.expect(message(where=lambda e: find(e, "visit:line") is not None and find(
        e, "visit:line").get("event") == "refused"))
    assert put(to, PNG) == 403
    assert show(ask(other))[1][0] == "not-allowed"
    assert show(ask(visitor, to=f"{w.domain}"))[1][0] == "resource-constraint", "the same at D"


@scenario(servers=("prosody",))
def where_no_files_come_in_nothing_is_announced(w):
    w.daemon()
    nina, visitor = w.agent(), w.visitor()
    assert visitor.visit.find(f"{VISIT}upload") is None
    info = visitor.ask(visitor.department, f"<query xmlns='{INFO}'/>")
    assert UPLOAD not in {f.get("var") for f in info.iter(f"{{{INFO}}}feature")}
    contact = w.chatting(nina, visitor)
    assert show(ask(visitor))[1] == ["service-unavailable"]
    assert put(f"{w.current.url}/w/1/upload/{'a' * 52}", b"x") == 404
    assert "no files in this chat" in by_text(nina, contact, "files")


@scenario(servers=("prosody",))
def a_department_may_take_no_files(w):
    agents = [w.jid("agent"), w.jid("agent2")]
    with_uploads(w, departments=[{"id": "sales", "agents": agents, "uploads": False},
                                 {"id": "help", "agents": agents}])
    nina, visitor, other = w.agent(), w.visitor(), w.visitor(department="help")
    assert visitor.visit.find(f"{VISIT}upload") is None
    assert other.visit.find(f"{VISIT}upload") is not None
    w.chatting(nina, visitor)
    w.chatting(nina, other, "Hello, too")
    assert show(ask(visitor))[1] == ["service-unavailable"]
    assert show(ask(visitor, to=other.department))[1] == ["service-unavailable"], "by its chat"
    send_file(other)


@scenario
def a_file_that_is_cut_leaves_nothing_and_may_come_again(w):
    """V-101."""
    daemon = with_uploads(w)
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    to, get = slot(visitor)
    line = half(to, PNG)
    until(lambda: [n for n in kept(w) if n.startswith("part-")], "the first half is there")
    line.close()
    until(lambda: not kept(w), "it is gone with its connection")
    # A connection that is dead, though nobody knows: the newer one counts.
    stuck = half(to, PNG)
    until(lambda: kept(w), "the first half is there")
    assert put(to, PNG) == 201
    stuck.close()
    assert opened(w, get)[2] == PNG
    # The daemon dies in the middle.
    to, second = slot(visitor, "second.png")
    line = half(to, PNG)
    until(lambda: len(kept(w)) == 2, "the first half is there")
    daemon.revive()
    line.close()
    assert len(kept(w)) == 1 and not kept(w)[0].startswith("part-"), kept(w)
    assert put(to, PNG) == 404, "slots are not kept"
    assert opened(w, second)[0] == 404
    back = w.visitor(token=visitor.token)
    tell(back, get)
    nina.expect(message(from_=contact, body=get, where=is_file(get)))
    get = send_file(back, name="second.png")
    nina.expect(message(from_=contact, body=get, where=is_file(get)))


@scenario
def a_full_disk_is_told_once_and_nothing_is_promised(w):
    disk = w.keep(SmallDisk(w.directory / "small"))
    daemon = with_uploads(w, files={"directory": str(disk.place / "files"), "max_per_chat": 20})
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    before = send_file(visitor)
    nina.expect(message(from_=contact, body=before))
    to, get = slot(visitor, size=MOST)
    disk.begin()
    for _ in range(3):
        assert put(to, b"x" * MOST) == 507
    assert lines_of(daemon, " error files: nothing can be kept in .*No space left") == 1
    assert not [f for f in (disk.place / "files").iterdir() if f.name.startswith("part-")]
    assert opened(w, get)[0] == 404 and opened(w, before)[2] == PNG
    visitor.write("Lines go on")
    nina.expect(message(from_=contact, body="Lines go on"))
    checked = daemon.command("check").stdout
    assert re.search(r"FAIL +files .*cannot be written: No space left", checked), checked
    disk.end()
    assert put(to, b"x" * MOST) == 201, "the token is good until its end"
    tell(visitor, get)
    nina.expect(message(from_=contact, body=get, where=is_file(get)))
    daemon.wait_log("info files: they are kept again")
    checked = daemon.command("check").stdout
    assert re.search(rf"ok +files .*/files can be written, and lies on the disk of \S*small, "
                     r"0\.0 GB free", checked), checked


@scenario
def files_of_a_chat_are_for_who_may_read_it(w):
    with_uploads(w, departments=[{"id": "sales", "agents": [w.jid("agent")]},
                                 {"id": "help", "agents": [w.jid("agent2")]}],
                 roles={"data_protection": [w.jid("agent2")]})
    nina, visitor, other = w.agent(), w.visitor(), w.visitor()
    contact = w.chatting(nina, visitor)
    get = send_file(visitor)
    nina.expect(message(from_=contact, body=get))
    to, _ = slot(visitor, "unsaid.bin", 3)
    assert put(to, b"\0\1\2") == 201
    number = number_of(nina, contact)
    second = w.chatting(nina, other, "Hello, too")
    for give in WAYS:
        listed = give(nina, contact, "files")
        assert "unsaid.bin (3 B)\n" in listed and "No line of this chat" in listed, listed
        # Another visitor's contact does not lead there.
        assert "no such chat" in give(nina, second, "files", number=number)
    # Data protection reads all chats.
    tom = w.agent("agent2", department=f"help@{w.domain}")
    assert get in by_text(tom, contact, "files")
    # What was taken back has no address any more.
    said = [m for _, m in visitor.history() if (body_of(m) or "").endswith(get)][0]
    visitor.send(f"<message to='{visitor.department}' type='chat' id='gone'>"
                 f"<retract xmlns='urn:xmpp:message-retract:1' id='{said.get('id')}'/></message>")
    nina.expect(message(from_=contact, says="taken back"))
    assert get not in by_text(nina, contact, "files")
