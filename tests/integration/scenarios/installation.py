"""cmake --install: programs, widget, examples, man pages and the unit are where Debian expects them."""
import json
import pathlib
import re
import shutil
import subprocess

from servers import EXAMPLES
from world import Skip, scenario


def install(w):
    prefix = w.directory / "usr"
    build = pathlib.Path(w.program).parent
    done = subprocess.run(["cmake", "--install", str(build), "--prefix", str(prefix)],
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return prefix


@scenario(fake=True)
def everything_is_installed(w):
    prefix = install(w)
    for name in ("bin/tresen", "bin/tresen-agent", "lib/systemd/system/tresen.service",
                 "lib/sysusers.d/tresen.conf", "share/man/man1/tresen.1",
                 "share/man/man5/tresen.yml.5", "share/doc/tresen/examples/tresen.yml",
                 "share/doc/tresen/examples/prosody/prosody.cfg.lua",
                 "share/doc/tresen/examples/ejabberd/ejabberd.yml",
                 "share/doc/tresen/examples/proxy/nginx.conf", "share/tresen/website/index.html",
                 "share/tresen/locale/agents/LC_MESSAGES/tresen-de.mo"):
        assert (prefix / name).is_file(), f"{name} is not installed"
    program = re.search(r"^ExecStart=(\S+) run -c /etc/tresen/tresen.yml$",
                        (prefix / "lib/systemd/system/tresen.service").read_text(), re.M)
    assert program and program[1].endswith("/bin/tresen"), program


@scenario(fake=True)
def an_installed_daemon_serves_the_installed_widget(w):
    if not (EXAMPLES.parent / "widget" / "dist" / "manifest.json").exists():
        raise Skip("the widget is not built")
    prefix = install(w)
    assert json.loads((prefix / "share/tresen/widget/manifest.json").read_text())["version"]
    w.program = str(prefix / "bin" / "tresen")
    fake = w.fake_server(start=False)
    w.current.start(ready=False)
    fake.serve()
    w.current.wait(200)
    status, _, body = w.current.get("/w/1/loader.js")
    assert status == 200 and body == (prefix / "share/tresen/widget/loader.js").read_bytes()


@scenario(fake=True)
def an_upgrade_keeps_the_versions_that_websites_have_pinned(w):
    if not (EXAMPLES.parent / "widget" / "dist" / "manifest.json").exists():
        raise Skip("the widget is not built")
    prefix = install(w)
    kept = prefix / "share/tresen/widget-versions"
    current = json.loads((prefix / "share/tresen/widget/manifest.json").read_text())["version"]
    # As an installation of an older version has left it.
    (kept / current).rename(kept / "0.0.9")
    (kept / "0.0.9/manifest.json").write_text('{"version": "0.0.9", "files": []}\n')
    (kept / "0.0.9/loader.js").write_text("// as it was\n")
    install(w)
    w.program = str(prefix / "bin" / "tresen")
    fake = w.fake_server(start=False)
    w.current.start(ready=False)
    fake.serve()
    w.current.wait(200)
    status, headers, body = w.current.get("/w/0.0.9/loader.js")
    assert status == 200 and body == b"// as it was\n", (status, body)
    assert "immutable" in dict(headers)["Cache-Control"], headers
    status, _, body = w.current.get(f"/w/{current}/loader.js")
    assert status == 200 and body == (prefix / "share/tresen/widget/loader.js").read_bytes()
    checked = w.current.command("check")
    assert f"version {current}, and also 0.0.9" in checked.stdout, checked.stdout
    (kept / "0.0.9/manifest.json").unlink()
    checked = w.current.command("check")
    assert checked.returncode == 1 and "0.0.9/manifest.json is missing" in checked.stdout, checked


@scenario(fake=True)
def the_unit_is_hardened(w):
    if not shutil.which("systemd-analyze"):
        raise Skip("systemd-analyze is not installed")
    unit = EXAMPLES / "systemd" / "tresen.service"
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)],
                          capture_output=True, text=True, timeout=60, check=False)
    score = re.search(r"Overall exposure level for tresen.service: ([\d.]+)", done.stdout)
    if not score:
        raise Skip(f"systemd-analyze says nothing: {done.stderr.strip()}")
    assert float(score[1]) <= 1.5, done.stdout
