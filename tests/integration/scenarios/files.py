"""Files: what an agent sends by the server's upload service is copied, and opened at our address."""
import contextlib
import http.server
import re
import threading
import urllib.parse

from daemon import until
from servers import free_port
from trouble import SmallDisk, lines_of
from world import scenario
from xmpp import body_of, message

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
PAGE = b"<html><script>alert(1)</script></html>"


@contextlib.contextmanager
def upload_service(content):
    """What agents' clients have uploaded: path -> bytes, a status or a function of the handler."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            answer = content.get(urllib.parse.unquote(self.path), 404)
            if callable(answer):
                answer(self)
                return
            self.send_response(200 if isinstance(answer, bytes) else answer)
            body = answer if isinstance(answer, bytes) else b""
            if answer == 302:
                self.send_header("Location", "/up/1/photo.png")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def with_files(w, service, **more):
    w.daemon(start=False, **more)
    configuration = w.current.configuration
    configuration["files"] = {"upload_services": [f"{service}/up"], "max_bytes": 20000,
                              "max_per_chat": 3}
    configuration["web"]["public_url"] = w.current.url
    return w.current.start()


def shown(visitor, name):
    """The address of a file that the visitor is shown, once it is kept."""
    line = visitor.expect(message(says=re.escape(name) + r" \("))
    assert line.find("{urn:xmpp:message-correct:0}replace") is not None, "it replaces the line with the link"
    return line.findtext("{jabber:client}body").partition("\n")[2]


@scenario
def an_agents_file_is_copied_and_opened_at_our_address(w):
    with upload_service({"/up/1/photo ü.png": PNG, "/up/1/a.html": PAGE}) as (service, _):
        daemon = with_files(w, service)
        nina, visitor = w.agent(), w.visitor()
        contact = w.chatting(nina, visitor)
        link = f"{service}/up/1/photo%20%C3%BC.png"
        nina.say(contact, link)
        visitor.expect(message(body=link))
        url = shown(visitor, "photo ü.png")
        assert url.startswith(daemon.url + "/w/1/file/"), url
        status, headers, body = daemon.get(url[len(daemon.url):])
        assert (status, body, headers["Content-Type"]) == (200, PNG, "image/png")
        assert headers["Content-Disposition"].startswith("inline"), headers
        nina.say(contact, f"{service}/up/1/a.html")
        page = shown(visitor, "a.html")
        status, headers, body = daemon.get(page[len(daemon.url):])
        assert (status, body) == (200, PAGE)
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Content-Disposition"].startswith("attachment"), headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        kept = [f for f in (w.directory / "files").iterdir()]
        assert len(kept) == 2 and not [f for f in kept if f.stat().st_mode & 0o077]
        assert url.split("/")[-2] not in [f.name for f in kept], "who sees the folder has no address"
        for wrong in (url[:-30] + "a" * 10 + url[-20:], daemon.url + "/w/1/file/", page[:-40],
                      daemon.url + "/w/1/file/../../tresen.yml"):
            assert daemon.get(wrong[len(daemon.url):])[0] in (400, 404), wrong
    # The server has forgotten it; the daemon was killed.
    daemon.kill()
    (w.directory / "files" / "part-left").write_bytes(b"half")
    (w.directory / "files" / ("0" * 64)).write_bytes(b"without a row")
    daemon.start()
    assert daemon.get(url[len(daemon.url):])[2] == PNG
    assert sorted(f.name for f in (w.directory / "files").iterdir()) == sorted(
        f.name for f in kept)


@scenario
def what_cannot_be_copied_stays_a_link_and_the_agent_knows(w):
    def too_long(handler):
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(100):
                handler.wfile.write(b"x" * 1000)

    content = {"/up/1/large": b"x" * 20001, "/up/1/long": too_long, "/up/1/moved": 302,
               "/up/1/photo.png": PNG, "/up/1/most": b"x" * 20000, "/up/1/none": b"",
               "/elsewhere/secret": b"secret"}
    with upload_service(content) as (service, seen):
        with_files(w, service)
        nina, visitor = w.agent(), w.visitor()
        contact = w.chatting(nina, visitor)
        for name, words in (("large", "too large"), ("long", "too large"),
                            ("moved", "could not be fetched"), ("gone", "could not be fetched"),
                            ("none", "nothing in this file")):
            nina.say(contact, f"{service}/up/1/{name}")
            visitor.expect(message(body=f"{service}/up/1/{name}"))
            nina.expect(message(from_=contact, says=words))
        assert "/up/1/photo.png" not in seen, "no redirect is followed"
        for path in ("/elsewhere/secret", "/up/../elsewhere/secret", "/up/%2e%2e/elsewhere/secret",
                     "/upstairs/x"):
            nina.say(contact, service + path)
            visitor.expect(message(body=service + path))
        for number in range(3):
            content[f"/up/1/most?{number}"] = content["/up/1/most"]
            nina.say(contact, f"{service}/up/1/most?{number}")
            shown(visitor, "most")
        nina.say(contact, f"{service}/up/1/most?3")
        nina.expect(message(from_=contact, says="too many files"))
        assert not [path for path in seen if not path.startswith("/up/1/")], seen
        names = [f.name for f in (w.directory / "files").iterdir()]
        assert len(names) == 3 and not [n for n in names if n.startswith("part")], names


@scenario(servers=("prosody",))
def a_file_that_does_not_come_holds_nothing_up(w):
    asked, go_on = threading.Event(), threading.Event()

    def slow(handler):
        asked.set()
        go_on.wait(30)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(PNG)))
        handler.end_headers()
        handler.wfile.write(PNG)

    with upload_service({"/up/1/slow.png": slow}) as (service, _):
        daemon = with_files(w, service)
        nina, visitor = w.agent(), w.visitor()
        contact = w.chatting(nina, visitor)
        nina.say(contact, f"{service}/up/1/slow.png")
        visitor.expect(message(body=f"{service}/up/1/slow.png"))
        assert asked.wait(30)
        nina.say(contact, "While it comes")
        visitor.expect(message(body="While it comes"))
        assert daemon.get("/healthz")[0] == 200
        go_on.set()
        shown(visitor, "slow.png")


def stopping(body, asked, go_on):
    """A server that stops in the middle of a file, until it is told to go on."""
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        with contextlib.suppress(OSError):
            handler.wfile.write(body[:len(body) // 2])
            handler.wfile.flush()
            asked.set()
            go_on.wait(30)
            handler.wfile.write(body[len(body) // 2:])

    return answer


@scenario
def a_file_that_is_copied_after_the_end_is_kept_and_the_agent_knows(w):
    ended = threading.Event()

    def when_it_has_ended(handler):
        ended.wait(60)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(PNG)))
        handler.end_headers()
        handler.wfile.write(PNG)

    with upload_service({"/up/1/photo.png": when_it_has_ended}) as (service, _):
        daemon = with_files(w, service, limits={"linger_s": 60})
        nina, visitor = w.agent(), w.visitor()
        contact = w.chatting(nina, visitor)
        link = f"{service}/up/1/photo.png"
        nina.say(contact, link)
        visitor.expect(message(body=link))
        nina.say(contact, "!end")
        nina.expect(message(from_=contact, says="The chat has ended"))
        ended.set()
        nina.expect(message(from_=contact, says="is kept with its record"))
        nina.say(contact, "!files")
        url = body_of(nina.expect(message(from_=contact, says=re.escape("photo.png"))))
        assert daemon.get(re.search(r"/w/1/file/\S+", url)[0])[2] == PNG


@scenario
def a_copy_that_a_death_interrupts_leaves_the_link_and_no_half_file(w):
    asked, go_on = threading.Event(), threading.Event()
    content = {"/up/1/slow.png": stopping(PNG, asked, go_on), "/up/1/photo.png": PNG}
    with upload_service(content) as (service, _):
        daemon = with_files(w, service)
        folder = w.directory / "files"
        nina, visitor = w.agent(), w.visitor()
        contact = w.chatting(nina, visitor)
        nina.say(contact, f"{service}/up/1/slow.png")
        visitor.expect(message(body=f"{service}/up/1/slow.png"))
        assert asked.wait(30)
        until(lambda: [f for f in folder.iterdir() if f.stat().st_size > 0], "half of it is there")
        daemon.revive()
        go_on.set()
        assert not list(folder.iterdir())
        back = w.visitor(token=visitor.token)
        assert f"{service}/up/1/slow.png" in [body_of(line) for _, line in back.history()]
        nina.say(contact, f"{service}/up/1/photo.png")
        shown(back, "photo.png")
        assert len(list(folder.iterdir())) == 1


@scenario
def on_a_full_disk_an_agents_file_stays_a_link(w):
    disk = w.keep(SmallDisk(w.directory / "small"))
    large = b"x" * 20000
    with upload_service({"/up/1/large.bin": large}) as (service, _):
        w.daemon(start=False)
        configuration = w.current.configuration
        configuration["files"] = {"upload_services": [f"{service}/up"],
                                  "directory": str(disk.place / "files")}
        configuration["web"]["public_url"] = w.current.url
        daemon = w.current.start()
        nina, visitor = w.agent(), w.visitor()
        contact = w.chatting(nina, visitor)
        disk.begin()
        for _ in range(2):
            nina.say(contact, f"{service}/up/1/large.bin")
            visitor.expect(message(body=f"{service}/up/1/large.bin"))
            nina.expect(message(from_=contact, says="cannot be kept right now"))
        assert lines_of(daemon, " error files: nothing can be kept in .*No space left") == 1
        assert not list((disk.place / "files").iterdir())
        disk.end()
        nina.say(contact, f"{service}/up/1/large.bin")
        url = shown(visitor, "large.bin")
        assert daemon.get(url[len(daemon.url):])[2] == large
