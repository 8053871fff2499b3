"""How the widget looks and what it says, as the answer before the click tells it: from the
configuration, by department, site and language, again after a reload, and not with a mistake in it."""
import json
from datetime import UTC, datetime

from daemon import ORIGIN
from reload import refused, reload
from world import scenario

WORDS = {"languages": {"en": {"dir": "ltr", "launcher": {"open": "Open chat", "chat": "We are here"}},
                       "de": {"dir": "ltr", "launcher": {"open": "Chat öffnen", "chat": "Wir sind da"}},
                       "ar": {"dir": "rtl", "launcher": {"open": "افتح", "chat": "نحن هنا"}}},
         "texts": {"open": "", "chat": "", "hello": "", "queued": "n"}}
OTHER = "https://other.example"


def up(w, words=True, **more):
    """A running daemon with a widget of few words."""
    fake = w.fake_server(start=False, web={"widget": "widget"}, **more)
    folder = w.current.directory / "widget"
    folder.mkdir()
    (folder / "loader.js").write_text("0;")
    (folder / "manifest.json").write_text(json.dumps({"version": "0.9", "files": []}))
    if words:
        (folder / "words.json").write_text(json.dumps(WORDS))
    w.current.start(ready=False)
    fake.serve()
    w.current.wait(200)
    return w.current


def look(daemon, path="sales", origin=""):
    status, head, body = daemon.get(f"/w/1/status/{path}", {"Origin": origin} if origin else {})
    assert status == 200, (status, body)
    assert head["Vary"] == "Origin" and "max-age=30" in head["Cache-Control"], head
    assert head["Access-Control-Allow-Origin"] == "*", head
    return json.loads(body)


@scenario(fake=True)
def the_answer_before_the_click_has_looks_and_words(w):
    daemon = up(w, widget={"color": "#123456", "texts": [{"key": "hello", "text": "House"}]},
                sites=[{"id": "other", "origins": [OTHER], "widget": {"color": "#abc"}}])
    plain = look(daemon)
    assert plain == {"availability": "unavailable", "domain": w.domain, "color": "#123456",
                     "lang": "en", "dir": "ltr",
                     "texts": {"open": "Open chat", "chat": "We are here", "hello": "House"}}, plain
    assert look(daemon, "") == plain  # the default department
    assert look(daemon, "sales?lang=de-AT")["texts"]["open"] == "Chat öffnen"
    arabic = look(daemon, "sales?lang=ar")
    assert arabic["dir"] == "rtl" and arabic["lang"] == "ar", arabic
    for strange in ("tlh", "%22%7d", "e" * 1000, "%00", ""):
        assert look(daemon, "sales?lang=" + strange) == plain, strange
    assert look(daemon, origin=OTHER)["color"] == "#abc"
    assert look(daemon, origin=ORIGIN) == look(daemon, origin="https://stranger.example") == plain
    assert daemon.get("/w/1/status/nobody?lang=de")[0] == 404


@scenario(fake=True)
def several_departments_are_one_answer(w):
    departments = [{"id": f"d{i}", "name": f"Number {i}", "agents": [w.jid("agent"), w.jid("agent2")]} for i in range(20)]
    departments[1]["calendar"] = "never"
    departments[2].update(calendar="tomorrow", widget={"color": "#0b5cad", "greeting": "Moin!"})
    daemon = up(w, departments=departments, default_department="d0", widget={"color": "#123456"},
                sites=[{"id": "other", "origins": [OTHER], "widget": {"color": "#abc"}}],
                calendars=[{"id": "never", "zone": "UTC", "hours": ["mon 09:00-10:00"],
                            "holidays": ["2000-01-01..2999-12-31"]},
                           {"id": "tomorrow", "zone": "UTC", "hours": ["mon-sun 00:00-24:00"],
                            "holidays": [str(datetime.now(UTC).date())]}])
    answer = look(daemon, "d2%20d0%20d1?lang=de")
    opens = answer["departments"][0].pop("opens")
    assert opens > datetime.now(UTC).isoformat() and opens.endswith("T00:00:00.000Z"), opens
    assert answer["departments"] == [{"id": f"d{i}", "name": f"Number {i}", "availability": "unavailable"}
                                     for i in (2, 0, 1)], answer
    assert (answer["availability"], answer["lang"]) == ("unavailable", "de")
    # What they have in common: none has been chosen yet.
    assert answer["color"] == "#123456" and "greeting" not in answer, answer
    assert look(daemon, "d2%20d0", origin=OTHER)["color"] == "#abc"
    assert look(daemon, "d2")["color"] == "#0b5cad" and "departments" not in look(daemon, "d2")
    # As it stands in a tag; each once.
    assert [d["id"] for d in look(daemon, "%20d0%20%20d0%20")["departments"]] == ["d0"]
    # At the limit, over it, and one that is none.
    path = "%20".join(d["id"] for d in departments)
    assert [d["id"] for d in look(daemon, path)["departments"]] == [d["id"] for d in departments]
    for bad in ("d0%20nobody", "nobody%20d0", "d0,d1", "d0+d1", "d0%09d1", "%20", path + "%20nobody"):
        assert daemon.get("/w/1/status/" + bad)[0] == 404, bad
    reload(daemon, departments=[*departments, {"id": "d20", "name": "One more", "agents": [w.jid("agent")]}])
    assert daemon.get("/w/1/status/" + path + "%20d20")[0] == 404
    assert len(look(daemon, path)["departments"]) == 20


@scenario(fake=True)
def looks_are_in_force_after_a_reload(w):
    daemon = up(w)
    assert "color" not in look(daemon)
    sales = dict(daemon.configuration["departments"][0])
    reload(daemon, departments=[{**sales, "widget": {
        "color": "#0b5cad", "position": "left", "launcher": "text", "absent": "hint", "greeting": "Moin!",
        "texts": [{"key": "open", "language": "de", "text": "Frag uns"}]}}])
    german = look(daemon, "sales?lang=de")
    assert {key: german[key] for key in ("color", "position", "launcher", "absent", "greeting")} == {
        "color": "#0b5cad", "position": "left", "launcher": "text", "absent": "hint", "greeting": "Moin!"}
    assert german["texts"] == {"open": "Frag uns", "chat": "Wir sind da"}, german
    assert look(daemon)["texts"]["open"] == "Open chat"
    # What is wrong is said with its line, and changes nothing.
    for text, words in (({"key": "helo", "text": "x"}, "did you mean \"hello\"?"),
                        ({"key": "hello", "text": "{n}"}, "nothing is filled in here"),
                        ({"key": "hello", "language": "fr", "text": "x"}, "there are: en de ar")):
        reload_with = {**sales, "widget": {"texts": [text]}}
        daemon.configuration["departments"] = [reload_with]
        (daemon.directory / "tresen.yml").write_text(json.dumps(daemon.configuration, indent=1))
        refused(daemon, words)
        checked = daemon.command("check")
        assert checked.returncode == 2 and "departments[0].widget.texts[0]." in checked.stderr, checked
        assert ":1: " not in checked.stderr, checked.stderr
    assert look(daemon, "sales?lang=de") == german


@scenario(fake=True)
def a_widget_without_words_tells_who_is_there(w):
    daemon = up(w, words=False, widget={"color": "#123456"})
    assert look(daemon, "sales?lang=de") == {"availability": "unavailable", "domain": w.domain,
                                             "color": "#123456"}
    assert "words are not known" in daemon.log.read_text()
