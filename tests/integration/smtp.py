"""An SMTP server for scenarios: STARTTLS or TLS, AUTH PLAIN, and whatever may go wrong with one.

Everything that clients said stands in `dialogue`, what was taken in `mails`. Certificates are made
by openssl, by an authority of the scenario's own.
"""
import base64
import email
import email.policy
import shutil
import socket
import ssl
import subprocess
import threading

from daemon import until
from servers import free_port
from world import Skip

NAME = "localhost"


def certificates(folder):
    """ca.pem, and cert.pem with key.pem for `localhost`; wrong.pem with the same key for another."""
    if not shutil.which("openssl"):
        raise Skip("openssl is not installed")

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=An authority")
    openssl("req", *curve, "-keyout", "key.pem", "-out", "cert.csr", "-subj", "/CN=mail")
    for name, out in ((NAME, "cert.pem"), ("elsewhere.example", "wrong.pem")):
        (folder / "names").write_text(f"subjectAltName=DNS:{name}\n")
        openssl("x509", "-req", "-in", "cert.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", out)
    return folder


class Lost(Exception):
    """The client has gone, or is to be sent away."""


class SmtpServer:
    """replies: what is answered instead, by the verb ("RCPT": "550 5.1.1 unknown"); hold: an event
    that the answer to a whole mail waits for."""

    def __init__(self, folder, user=None, password=None, starttls=True, tls=False, cert="cert.pem"):
        self.folder, self.user, self.password = folder, user, password
        self.starttls, self.tls, self.cert = starttls, tls, cert
        self.port = free_port()
        self.mails, self.dialogue, self.replies, self.hold = [], [], {}, None
        self.clear_text = []  # what came without TLS
        self.listener, self.sockets = None, set()

    @property
    def url(self):
        return f"{'smtps' if self.tls else 'smtp'}://{NAME}:{self.port}"

    # -- life ------------------------------------------------------------------------------------

    def start(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()
        return self

    def stop(self):
        """Nobody listens any more, and who is connected is cut off."""
        if self.listener:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        for client in list(self.sockets):
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    close = stop

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def secured(self, client):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / self.cert, self.folder / "key.pem")
        self.sockets.discard(client)
        secured = context.wrap_socket(client, server_side=True)
        self.sockets.add(secured)
        return secured

    def serve(self, client):
        self.sockets.add(client)
        session = Session(self, client)
        try:
            if self.tls:
                session.secure()
            session.run()
        except (OSError, Lost, ssl.SSLError):
            pass
        finally:
            self.sockets.discard(session.client)
            session.client.close()

    # -- what came -------------------------------------------------------------------------------

    def wait(self, count=1, timeout=30):
        """The mails, when there are so many."""
        until(lambda: len(self.mails) >= count, f"{count} mails; there are {len(self.mails)}, "
              "and what was said is in dialogue", timeout)
        return self.mails

    def said(self, verb):
        return [line for line in self.dialogue if line.split(" ")[0].upper() == verb]


class Session:
    def __init__(self, server, client):
        self.server, self.client = server, client
        self.reader = client.makefile("rb")
        self.is_secure, self.is_known = False, False
        self.sender, self.recipients = None, []

    def say(self, line):
        self.client.sendall(line.encode() + b"\r\n")

    def secure(self):
        self.client = self.server.secured(self.client)
        self.reader = self.client.makefile("rb")
        self.is_secure, self.is_known = True, False

    def run(self):
        self.say("220 mail.test ESMTP")
        while True:
            raw = self.reader.readline()
            if not raw:
                raise Lost
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            self.server.dialogue.append(line)
            if not self.is_secure:
                self.server.clear_text.append(line)
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb in self.server.replies:
                self.say(self.server.replies[verb])
                continue
            getattr(self, "on_" + verb.lower(), self.unknown)(line)

    def unknown(self, _line):
        self.say("500 5.5.1 what?")

    def on_ehlo(self, _line):
        offers = ["mail.test", "8BITMIME"]
        if self.server.starttls and not self.is_secure:
            offers.append("STARTTLS")
        if self.server.user and self.is_secure:
            offers.append("AUTH PLAIN")
        for offer in offers[:-1]:
            self.say("250-" + offer)
        self.say("250 " + offers[-1])

    def on_starttls(self, _line):
        if not self.server.starttls:
            self.say("502 5.5.1 no")
            return
        self.say("220 go on")
        self.secure()

    def on_auth(self, line):
        words = line.split(" ")
        if len(words) < 3:
            self.say("334 ")
            words.append(self.reader.readline().decode().strip())
        _, user, password = base64.b64decode(words[-1]).decode().split("\0")
        self.is_known = (user, password) == (self.server.user, self.server.password)
        self.say("235 2.7.0 welcome" if self.is_known else "535 5.7.8 no")

    def on_mail(self, line):
        if self.server.user and not self.is_known:
            self.say("530 5.7.0 log in first")
            return
        self.sender, self.recipients = line.partition("<")[2].partition(">")[0], []
        self.say("250 2.1.0 ok")

    def on_rcpt(self, line):
        self.recipients.append(line.partition("<")[2].partition(">")[0])
        self.say("250 2.1.5 ok")

    def on_data(self, _line):
        self.say("354 go on")
        lines = []
        while (line := self.reader.readline()) != b".\r\n":
            if not line:
                raise Lost
            lines.append(line[1:] if line.startswith(b".") else line)
        self.server.mails.append(Mail(self.sender, self.recipients, b"".join(lines)))
        if self.server.hold:
            self.server.hold.wait(60)
        self.say(self.server.replies.get("END", "250 2.0.0 taken"))

    def on_noop(self, _line):
        self.say("250 2.0.0 ok")

    def on_rset(self, _line):
        self.say("250 2.0.0 ok")

    def on_quit(self, _line):
        self.say("221 2.0.0 bye")
        raise Lost


class Mail:
    """As it came, and as Python reads it."""

    def __init__(self, sender, recipients, raw):
        self.sender, self.recipients, self.raw = sender, recipients, raw
        self.message = email.message_from_bytes(raw, policy=email.policy.default)
        assert not self.message.defects, self.message.defects

    def __getitem__(self, header):
        return self.message[header]

    @property
    def text(self):
        return self.message.get_content().replace("\r\n", "\n")
