"""The subcommands beside the daemon: check, status, backup, restore, and the lock."""
import json
import os
import pathlib
import re
import sqlite3
import stat

from servers import free_port
from world import scenario
from xmpp import message


def configure(w, wired=False, **more):
    """A daemon that is not started, with its file and a widget's folder."""
    widget = w.directory / "widget"
    widget.mkdir()
    (widget / "loader.js").write_text("// the loader\n")
    (widget / "manifest.json").write_text('{"version": "1.0.0", "files": []}\n')
    daemon = w.daemon(start=False, new=True, wired=wired, web={"widget": str(widget)}, **more)
    daemon.write("tresen.yml", json.dumps(daemon.configuration))
    return daemon


def expect(done, code, *words):
    said = done.stdout + done.stderr
    assert done.returncode == code, f"exit {done.returncode}, not {code}: {said}"
    for word in words:
        assert word in said, f"no '{word}' in: {said}"


@scenario
def check_tries_what_the_file_names(w):
    daemon = configure(w)
    works = "XEP-0356 (privileged entity) works" if w.kind == "prosody" \
        else "ejabberd's HTTP API works"
    expect(daemon.command("check", "--roster-trial", w.jid("agent")), 0, "can be made",
           "is free", f"takes us as {w.domain}", works)
    agent = w.client("agent")
    assert not agent.roster, "the trial contact stayed in the roster"
    assert not (daemon.directory / "tresen.db").exists(), "check made a database"


@scenario
def check_says_what_to_change_for_a_wrong_secret(w):
    daemon = configure(w)
    daemon.write("secret", "not-the-secret")
    expect(daemon.command("check"), 1, "FAIL  link", f'Component "{w.domain}"',
           'modules_enabled = { "privilege" }', "module: ejabberd_service", f"{w.domain}:")


@scenario
def check_says_what_to_change_for_a_roster_that_cannot_be_written(w):
    daemon = configure(w, server={"api": None})
    expect(daemon.command("check", "--roster-trial", "agent@elsewhere.example"), 1,
           "FAIL  rosters", 'VirtualHost "elsewhere.example"', "privileged_entities",
           "api_permissions:", "add_rosteritem")


@scenario
def check_and_status_ask_the_daemon_and_open_no_second_link(w):
    daemon = configure(w, wired=True)
    daemon.start()
    assert w.wire.connections == 1, f"{w.wire.connections} links"
    expect(daemon.command("check", "--roster-trial", w.jid("agent")), 0, "up, says the daemon",
           "contacts come and go")
    done = daemon.command("status", "--json")
    status = json.loads(done.stdout)
    assert done.returncode == 0 and status["link"]["state"] == "up", done.stdout
    assert status["departments"][0]["id"] == "sales", done.stdout
    done = daemon.command("status")
    assert done.returncode == 0 and re.search(r"(?m)^sales +nobody ", done.stdout), done.stdout
    assert w.wire.connections == 1, f"{w.wire.connections} links: a subcommand opened one"
    socket = daemon.directory / "control.sock"
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600
    daemon.stop()
    expect(daemon.command("status"), 1, "no daemon answers")
    assert not socket.exists()


@scenario
def a_second_daemon_is_refused_and_the_first_goes_on(w):
    """V-141."""
    daemon = configure(w, wired=True)
    daemon.start()
    expect(daemon.command("run"), 75, "is in use by another tresen")
    assert daemon.readiness() == 200 and w.wire.connections == 1


@scenario
def a_backup_is_made_while_a_chat_goes_on_and_can_be_restored(w):
    daemon = configure(w)
    daemon.start()
    agent, visitor = w.agent(), w.visitor()
    contact = w.chatting(agent, visitor, "Do you sell tea?")
    copy = daemon.directory / "copy.db"
    expect(daemon.command("backup", str(copy)), 0, str(copy))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    expect(daemon.command("backup", str(copy)), 1, "no backup")
    agent.say(contact, "After the backup.")
    visitor.expect(message(body="After the backup."))
    with sqlite3.connect(copy) as opened:
        said = [row[0] for row in opened.execute("SELECT body FROM entries")]
    assert "Do you sell tea?" in said and "After the backup." not in said, said
    expect(daemon.command("restore", "--force", str(copy)), 1, "stop it first")
    daemon.stop()
    expect(daemon.command("restore", str(copy)), 1, "--force")
    expect(daemon.command("restore", "--force", str(copy)), 0, "tresen.db.old-")
    daemon.start()
    status = json.loads(daemon.command("status", "--json").stdout)
    assert status["departments"][0]["active"] == 1, status


@scenario(fake=True)
def a_wrong_file_is_refused_with_file_line_and_key(w):
    fake = w.fake_server(start=False)
    daemon = w.current
    daemon.write("tresen.yml", "domain: d\nlimts: {}\n")
    expect(daemon.command("run"), 2, "tresen.yml:2: limts: is not a known key", '"limits"')
    daemon.write("tresen.yml", json.dumps(daemon.configuration, indent=1))
    (daemon.directory / "secret").chmod(0o644)
    expect(daemon.command("run"), 2, "server.secret_file: others may read", "chmod 600")
    assert not fake.links, "it dialled"


@scenario(fake=True)
def check_tells_a_server_that_is_not_there(w):
    fake = w.fake_server(start=False)
    fake.listener.close()
    daemon = w.current
    daemon.configuration["server"]["port"] = free_port()  # which nobody else is given
    daemon.write("tresen.yml", json.dumps(daemon.configuration))
    expect(daemon.command("check"), 1, "FAIL  link", "cannot be reached", "component_ports")


@scenario(fake=True)
def the_daemon_keeps_its_secrets_and_its_rights_small(w):
    """V-161: no secret in the command line, the environment or the log; no core, no new rights."""
    fake = w.fake_server(ready=False)
    fake.serve()
    daemon = w.current
    daemon.wait(200)
    process = pathlib.Path(f"/proc/{daemon.process.pid}")
    for place in (process / "cmdline", process / "environ", daemon.log):
        try:
            assert fake.secret.encode() not in place.read_bytes(), place
        except PermissionError:
            assert os.getuid() != 0 and place.name == "environ"  # root alone may look
    status = (process / "status").read_text()
    assert "NoNewPrivs:\t1" in status and "Umask:\t0077" in status, status
    limits = {line[:25].strip(): line[25:].split()[:2]
              for line in (process / "limits").read_text().splitlines()}
    assert limits["Max core file size"] == ["0", "0"], limits
    soft, hard = limits["Max open files"]
    assert soft == hard, limits
    for name in ("tresen.db", "tresen.db.lock", "control.sock"):
        mode = stat.S_IMODE((daemon.directory / name).stat().st_mode)
        assert mode == 0o600, f"{name} has mode {mode:o}"
