"""Throw-away Prosody and ejabberd, made of the lines that examples/ tells administrators to add.

Each scenario gets a virtual host of its own (h1.localhost with the component support.h1.localhost
and the accounts agent, agent2, alice and bridge, password pw), so that one server serves them all
and none sees another's rosters. Beside it stands anon.h1.localhost, for anonymous users who come
over the server's own WebSocket and BOSH.
Ready means: a component handshake with a secret made for this run has succeeded.
"""
import hashlib
import os
import pathlib
import platform
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
ACCOUNTS = ("agent", "agent2", "agent3", "alice", "bridge")
PASSWORD = "pw"
# Before a command: it ends with whoever started it, however that ends.
MORTAL = ["setpriv", "--pdeathsig", "KILL"]


class Ports:
    """Ports below the range from which the kernel picks for clients, and above that of the quick
    start, which looks only whether somebody listens. Each process has blocks of
    its own, whose first ports it holds as long as it lives: nobody is given a port that is meant
    for a server which has yet to open it. No port is given twice."""

    def __init__(self):
        self.lock, self.blocks, self.next = threading.Lock(), [], 0

    def claim(self):
        while True:
            first = random.SystemRandom().randrange(21000, 32000, 500)
            try:
                self.blocks.append(socket.create_server(("127.0.0.1", first), reuse_port=False))
            except OSError:
                continue
            self.next = first + 1
            return

    def free(self):
        with self.lock:
            while True:
                if self.next % 500 == 0:
                    self.claim()
                port, self.next = self.next, self.next + 1
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    try:
                        probe.bind(("127.0.0.1", port))
                        return port
                    except OSError:
                        continue


free_port = Ports().free


def handshake(port, domain, secret, timeout=2):
    """One XEP-0114 login; true if the server took it."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as link:
            link.settimeout(timeout)
            link.sendall(b"<stream:stream xmlns='jabber:component:accept' to='%s' "
                         b"xmlns:stream='http://etherx.jabber.org/streams'>" % domain.encode())
            got = b""
            while not re.search(rb"<stream:stream[^>]*>", got):
                more = link.recv(4096)
                if not more:
                    return False
                got += more
            stream = re.search(rb"\bid=['\"]([^'\"]+)", got)[1].decode()
            digest = hashlib.sha1((stream + secret).encode()).hexdigest()
            link.sendall(b"<handshake>%s</handshake>" % digest.encode())
            return b"<handshake" in link.recv(4096)
    except OSError:
        return False


class Server:
    kind = ""
    accounts = ACCOUNTS

    def __init__(self, directory, hosts):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.hosts = hosts
        self.secret = secrets.token_hex(16)
        self.c2s_port, self.web_port = free_port(), free_port()
        self.process = None

    def example(self, name, host, port=None):
        """A file of examples/ with the domain, the secret and the ports of this run."""
        text = (EXAMPLES / self.kind / name).read_text()
        text = re.sub(r"(?<![\w.])((?:support\.|anon\.|bridge@)?)localhost", rf"\1{host}", text)
        for number, mine in (port or {}).items():
            assert f"port: {number}" in text, f"{name} has no port {number}"
            text = text.replace(f"port: {number}", f"port: {mine}")
        return text.replace("change-me", self.secret)

    def component_port(self, host):
        raise NotImplementedError

    def web(self, host):
        """The port of the server's own WebSocket and BOSH."""
        raise NotImplementedError

    def websocket_url(self, host):
        return f"ws://127.0.0.1:{self.web(host)}/xmpp-websocket"

    def bosh_url(self, host):
        return f"http://127.0.0.1:{self.web(host)}/http-bind"

    def start(self):
        self.write_configuration()
        return self.launch()

    def launch(self):
        log = open(self.directory / "stdout", "ab")
        self.process = subprocess.Popen(MORTAL + self.command(), env=self.environment(), stdout=log,
                                        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                        cwd=self.directory, start_new_session=True)
        log.close()
        deadline = time.monotonic() + 600  # four hundred hosts, on a machine that does more
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.kind} did not start: {self.tail()}")
            time.sleep(0.05)
        return self

    def is_ready(self):
        last = self.hosts[-1]
        return handshake(self.component_port(last), "support." + last, self.secret)

    def tail(self):
        lines = []
        for name in self.logs():
            if (self.directory / name).exists():
                lines += (self.directory / name).read_text(errors="replace").splitlines()[-8:]
        return "\n".join(lines)

    def kill(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self):
        """Throw-away data: nothing is lost by not waiting for a polite end."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


class Prosody(Server):
    kind = "prosody"

    def __init__(self, directory, hosts):
        super().__init__(directory, hosts)
        self.port = free_port()

    def component_port(self, host):
        return self.port

    def web(self, host):
        return self.web_port

    def write_configuration(self):
        for host in self.hosts:
            accounts = self.directory / "data" / re.sub(
                r"[^a-z0-9]", lambda c: f"%{ord(c[0]):02x}", host) / "accounts"
            accounts.mkdir(parents=True)
            for name in self.accounts:
                (accounts / f"{name}.dat").write_text(
                    f'return {{\n\t["password"] = "{PASSWORD}";\n}};\n')
            (self.directory / f"{host}.cfg.lua").write_text(self.example("prosody.cfg.lua", host))
            (self.directory / f"anon.{host}.cfg.lua").write_text(
                self.example("anonymous.cfg.lua", host))
        (self.directory / "prosody.cfg.lua").write_text(f"""
-- A throw-away server: only what the examples do not say.
local d = "{self.directory}"
pidfile = d.."/prosody.pid"; data_path = d.."/data"; certificates = d
run_as_root = true -- heeded only where the tests run as root
log = {{ {{ levels = {{ min = "info" }}, to = "file", filename = d.."/prosody.log" }} }}
interfaces = {{ "127.0.0.1" }}; local_interfaces = {{ "127.0.0.1" }}
component_interfaces = {{ "127.0.0.1" }}; http_interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {self.c2s_port} }}; component_ports = {{ {self.port} }}; s2s_ports = {{}}
http_ports = {{ {self.web_port} }}; https_ports = {{}}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = false; allow_unencrypted_plain_auth = true
authentication = "internal_plain"; storage = "internal"
consider_bosh_secure = true; consider_websocket_secure = true
http_default_host = "anon.{self.hosts[0]}"
default_archive_policy = true
smacks_hibernation_time = 4
modules_enabled = {{ "roster"; "saslauth"; "disco"; "ping"; "posix"; "carbons"; "mam"; "offline";
	"blocklist"; "pep"; "private"; "smacks"; "lastactivity"; "bosh"; "websocket"; "vcard_legacy" }}
Include (d.."/*localhost.cfg.lua")
""")

    def command(self):
        return ["prosody", "-F", "--config", str(self.directory / "prosody.cfg.lua")]

    def environment(self):
        return dict(os.environ, HOME=str(self.directory))

    def logs(self):
        return "stdout", "prosody.log"


class Ejabberd(Server):
    kind = "ejabberd"

    def __init__(self, directory, hosts):
        super().__init__(directory, hosts)
        self.ports = {host: free_port() for host in hosts}
        self.api_ports = {host: free_port() for host in hosts}
        self.web_ports = {host: free_port() for host in hosts}

    def component_port(self, host):
        return self.ports[host]

    def web(self, host):
        return self.web_ports[host]

    def api_url(self, host):
        return f"http://127.0.0.1:{self.api_ports[host]}/api"

    def write_configuration(self):
        for name in ("spool", "logs"):
            (self.directory / name).mkdir()
        included = []
        for host in self.hosts:
            text = self.example("ejabberd.yml", host,
                                {5347: self.ports[host], 5281: self.api_ports[host]})
            # One section a host; administrators have one.
            text = text.replace('"tresen":', f'"tresen {host}":')
            (self.directory / f"{host}.yml").write_text(text)
            (self.directory / f"anon.{host}.yml").write_text(
                self.example("anonymous.yml", host, {5290: self.web_ports[host]}))
            included += [f"{self.directory}/{host}.yml", f"{self.directory}/anon.{host}.yml"]
        (self.directory / "ejabberd.yml").write_text(f"""
# A throw-away server: only what the examples do not say.
loglevel: info
log_rotate_count: 0
hosts: [{", ".join(self.hosts + ["anon." + host for host in self.hosts])}]
certfiles: []
auth_method: internal
auth_password_format: plain
s2s_access: s2s_none
include_config_file: [{", ".join(included)}]
listen:
  - {{port: {self.c2s_port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, shaper: none}}
access_rules:
  s2s_none: [deny: all]
modules:
  mod_adhoc: {{}}
  mod_admin_extra: {{}}
  mod_blocking: {{}}
  mod_bosh: {{}}
  mod_carboncopy: {{}}
  mod_disco: {{}}
  mod_http_api: {{}}
  mod_last: {{}}
  mod_mam: {{default: always, assume_mam_usage: true}}
  mod_offline: {{}}
  mod_ping: {{}}
  mod_privacy: {{}}
  mod_private: {{}}
  mod_roster: {{}}
  mod_stream_mgmt: {{resume_timeout: 4}}
  mod_vcard: {{}}
""")

    def command(self):
        users = ", ".join(f'<<"{name}">>' for name in self.accounts)
        hosts = ", ".join(f'<<"{host}">>' for host in self.hosts)
        register = (f'[ejabberd_auth:try_register(U, H, <<"{PASSWORD}">>) || U <- [{users}], '
                    f'H <- [{hosts}]], file:write_file("{self.directory}/registered", <<>>).')
        return ["erl", "+S", "2:2", "-noinput", "-mnesia", "dir", f'"{self.directory}/spool"',
                "-s", "ejabberd", "-eval", register]

    def environment(self):
        return dict(os.environ, HOME=str(self.directory), ERL_CRASH_DUMP="/dev/null",
                    EJABBERD_CONFIG_PATH=str(self.directory / "ejabberd.yml"),
                    EJABBERD_LOG_PATH=str(self.directory / "logs" / "ejabberd.log"),
                    ERL_LIBS=f"/usr/lib/{platform.machine()}-linux-gnu")

    def is_ready(self):
        return (self.directory / "registered").exists() and super().is_ready()

    def logs(self):
        return "stdout", "logs/ejabberd.log"


KINDS = {"prosody": Prosody, "ejabberd": Ejabberd}
