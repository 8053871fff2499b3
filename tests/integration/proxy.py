"""The reverse proxies of examples/proxy, run from these very files with the ports, certificate and
folders of a test; and a relay through which a browser without TLS reaches them."""
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

from servers import EXAMPLES, free_port
from world import Skip

HOST = "chat.example.org"
MODULES = "/usr/lib/apache2/modules"


def replace(text, *pairs):
    """Each of them must be there: or the example and the test have parted."""
    for old, new in pairs:
        assert old in text, f"the example has no '{old}'"
        text = text.replace(old, new)
    return text


def nginx(directory, port, upstream, certificate):
    site = (EXAMPLES / "proxy" / "nginx.conf").read_text()
    site = replace(site, ("listen [::]:443 ssl http2;", ""), ("listen 443 ", f"listen 127.0.0.1:{port} "),
                   ("127.0.0.1:8080", upstream),
                   (f"/etc/letsencrypt/live/{HOST}/fullchain.pem", f"{certificate}/fullchain.pem"),
                   (f"/etc/letsencrypt/live/{HOST}/privkey.pem", f"{certificate}/privkey.pem"))
    (directory / "tresen.conf").write_text(site)
    temporary = "".join(f"{name}_temp_path {directory}/{name};" for name in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.getuid() == 0 else ""
    (directory / "nginx.conf").write_text(
        f"{user} daemon off; pid {directory}/pid; worker_processes 1; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary} include {directory}/tresen.conf; }}\n")
    return ["nginx", "-p", str(directory), "-e", "stderr", "-c", str(directory / "nginx.conf")]


def apache(directory, port, upstream, certificate):
    site = (EXAMPLES / "proxy" / "apache.conf").read_text()
    named = re.search(r"a2enmod (.*?) &&", site)[1].split()
    site = replace(site, ("*:443", f"127.0.0.1:{port}"), ("127.0.0.1:8080", upstream),
                   (f"/etc/letsencrypt/live/{HOST}/fullchain.pem", f"{certificate}/fullchain.pem"),
                   (f"/etc/letsencrypt/live/{HOST}/privkey.pem", f"{certificate}/privkey.pem"))
    loaded = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n"
                     for name in ["mpm_event", "authz_core", "socache_shmcb", *named])
    (directory / "apache.conf").write_text(
        f"ServerRoot {directory}\nDefaultRuntimeDir {directory}\nPidFile {directory}/pid\n"
        f"{loaded}ServerName localhost\nListen 127.0.0.1:{port}\nErrorLog {directory}/error.log\n"
        f"User #{os.getuid() or 65534}\nGroup #{os.getgid() or 65534}\n"
        "StartServers 1\nMaxRequestWorkers 50\n" + site)
    return ["apache2", "-D", "FOREGROUND", "-f", str(directory / "apache.conf")]


def caddy(directory, port, upstream, certificate):
    site = (EXAMPLES / "proxy" / "Caddyfile").read_text()
    site = replace(site, ("127.0.0.1:8080", upstream),
                   (f"{HOST} {{", f"{HOST} {{\n\tbind 127.0.0.1\n"
                    f"\ttls {certificate}/fullchain.pem {certificate}/privkey.pem"))
    (directory / "Caddyfile").write_text(
        "{\n\tadmin off\n\tauto_https disable_redirects\n"
        f"\thttps_port {port}\n\thttp_port {free_port()}\n}}\n" + site)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(directory / "Caddyfile")]


def haproxy(directory, port, upstream, certificate):
    pem = pathlib.Path(certificate, "fullchain.pem").read_text() + \
        pathlib.Path(certificate, "privkey.pem").read_text()
    (directory / "both.pem").write_text(pem)
    site = (EXAMPLES / "proxy" / "haproxy.cfg").read_text()
    site = replace(site, ("bind :443", f"bind 127.0.0.1:{port}"), ("127.0.0.1:8080", upstream),
                   (f"/etc/haproxy/{HOST}.pem", str(directory / "both.pem")))
    (directory / "haproxy.cfg").write_text("global\n    maxconn 200\n" + site)
    return ["haproxy", "-db", "-f", str(directory / "haproxy.cfg")]


PROXIES = {"nginx": nginx, "apache2": apache, "caddy": caddy, "haproxy": haproxy}


class Proxy:
    """port: TLS, as browsers would reach it."""

    def __init__(self, kind, directory, upstream):
        if not shutil.which(kind) or not shutil.which("openssl"):
            raise Skip(f"{kind} or openssl is not installed")
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(mode=0o755)
        self.port = free_port()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
                        "-addext", f"subjectAltName=DNS:{HOST}", "-keyout",
                        self.directory / "privkey.pem", "-out", self.directory / "fullchain.pem"],
                       check=True, capture_output=True)
        command = PROXIES[kind](self.directory, self.port, upstream, self.directory)
        self.log = open(self.directory / "log", "ab")
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            start_new_session=True, env=dict(os.environ, HOME=str(self.directory)))
        deadline = time.monotonic() + 30
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = (self.directory / "log").read_text(errors="replace")[-2000:]
                self.close()
                raise AssertionError(f"{kind} did not start: {said}")
            time.sleep(0.05)

    def is_ready(self):
        try:
            self.connect().close()
            return True
        except OSError:
            return False

    def connect(self, source="127.0.0.1"):
        """A TLS connection from a loopback address of one's choice."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["http/1.1"])
        plain = socket.create_connection(("127.0.0.1", self.port), 15, (source, 0))
        try:
            return context.wrap_socket(plain, server_hostname=HOST)
        except OSError:
            plain.close()
            raise

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


class Relay:
    """Plain TCP in, TLS to the proxy out, from one source address."""

    def __init__(self, proxy, source="127.0.0.1"):
        self.proxy, self.source = proxy, source
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.ends = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            # A thread each: a slow handshake delays nobody else.
            threading.Thread(target=self.relay, args=(near,), daemon=True).start()

    def relay(self, near):
        """One thread a connection: a TLS socket may not be read and written by two at once."""
        try:
            far = self.proxy.connect(self.source)
        except OSError:
            near.close()
            return
        self.ends += [near, far]
        far.setblocking(False)
        try:
            while self.turn(near, far):
                pass
        except OSError:
            pass
        near.close()
        far.close()

    def turn(self, near, far):
        """Copies what is there in either direction; False at the end of one."""
        ready = select.select([near, far], [], [])[0]
        if near in ready:
            octets = near.recv(65536)
            if not octets:
                return False
            self.send(far, octets)
        while far in ready:
            try:
                octets = far.recv(65536)
            except ssl.SSLWantReadError:
                break
            if not octets:
                return False
            near.sendall(octets)
        return True

    @staticmethod
    def send(far, octets):
        while octets:
            try:
                octets = octets[far.send(octets):]
            except ssl.SSLWantWriteError:
                select.select([], [far], [])
            except ssl.SSLWantReadError:
                select.select([far], [], [])

    def close(self):
        self.listener.close()
        for end in self.ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
