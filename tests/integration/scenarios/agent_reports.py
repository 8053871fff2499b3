"""The figures of a period in a supervisor's own client."""
import re
import time

from command import WAYS, by_text, command_of, execute, refusal, submitted
from daemon import within_a_day
from tickets import ended, house, other
from world import scenario
from xmpp import message

FORM = "{jabber:x:data}"


def day_of_today():
    within_a_day("UTC")
    return time.strftime("%Y-%m-%d", time.gmtime())


def figures(line):
    """Name, and what stands behind each label."""
    name, *rest = line.split(", ")
    return name, dict(part.split(": ", 1) for part in rest)


def table(client, to, /, **fields):
    """As a form: what is reported, a dictionary an item."""
    session = command_of(execute(client, to, "report")).get("sessionid")
    command = command_of(execute(client, to, "report", "complete", session, submitted(**fields)))
    form = command.findall(f"{FORM}x")[-1]  # the first is for clients that know no tables
    return [{field.get("var"): field.findtext(f"{FORM}value") or "" for field in item}
            for item in form.findall(f"{FORM}item")]


@scenario
def a_supervisor_reads_figures_in_their_client(w):
    day = day_of_today()
    w.daemon(departments=[{"id": "sales", "agents": [w.jid("agent"), w.jid("agent2")]},
                          {"id": "help", "agents": [w.jid("agent3")]}],
             roles={"supervisors": [w.jid("alice")], "administrators": [w.jid("bridge")]},
             limits={"linger_s": 60}, zone="UTC")
    nina, alice, root = w.agent(), other(w, "alice"), other(w, "bridge")
    ended(w, nina, "Hello", "ticket")
    ended(w, nina, "Hello again")
    gone = w.visitor()
    gone.write("Too slow")
    nina.expect(message(body="Too slow"))
    gone.end_chat()
    nina.expect(message(says="(?i)ended|closed"))
    for word in ("", "today", "TODAY", "week", "month", day, f"{day} {day}",
                 "department=sales"):
        name, told = figures(by_text(alice, w.domain, "report", arguments=word).removeprefix("— "))
        assert told["Chats"] == "3" and told["Answered"] == "2 (67 %)", (word, told)
        assert told["Abandoned"] == "1" and told["Missed"] == "0" and told["Tickets"] == "1", told
        assert re.match(r"\d+ s \(90 %: \d+ s\)", told["Waited"]), told
        assert name.endswith(day), name
        time.sleep(0.2)  # lines of one sender have a rate
    for word in ("yesterday", "last month", "last-month", "2020", "2020-02", "2020-02-29",
                 "department=help"):
        name, told = figures(by_text(root, w.domain, "report", arguments=word).removeprefix("— "))
        assert told["Chats"] == "0" and "Waited" not in told, (word, told)
        assert word[:4] != "2020" or name.startswith("2020-0"), name
        time.sleep(0.2)
    (all_of_them,) = table(alice, w.domain, period="today")
    assert all_of_them["chats"] == "3" and all_of_them["of"] == day, all_of_them
    (sales,) = table(alice, w.sales, **{"from": day, "to": day})
    assert sales["chats"] == "3", sales
    (empty,) = table(alice, f"help@{w.domain}", period="today")
    assert empty["chats"] == "0", empty
    assert not nina.count(message(says="Chats"))


@scenario
def figures_of_departments_and_agents_are_told_apart(w):
    within_a_day()
    house(w, reports={"per_agent": True})
    nina, alice = w.agent(), other(w, "alice")
    helper = w.agent("agent3", department=f"help@{w.domain}")
    ended(w, nina)
    visitor = w.visitor(department="help")
    w.chatting(helper, visitor, "Help")
    lines = [figures(line.removeprefix("— "))
             for line in by_text(alice, w.domain, "report").strip().split("\n")]
    shown = {name: told["Chats"] for name, told in lines}
    assert len(shown) == 5 and list(shown.values()) == ["2", "1", "1", "1", "1"], shown
    assert {"sales", "help"} <= {name.lower() for name in shown}, shown
    assert "Nina" in shown, shown
    assert [line["chats"] for line in table(alice, w.domain, period="today")] == \
        ["2", "1", "1", "1", "1"]


@scenario
def figures_are_not_for_everybody_and_nonsense_is_refused(w):
    day = day_of_today()
    house(w)
    nina, alice = w.agent(), other(w, "alice")
    answer = by_text(nina, w.domain, "report")
    assert "This command is not for you" in answer and "Chats" not in answer, answer
    assert refusal(execute(nina, w.domain, "report")) == "forbidden"
    assert refusal(execute(other(w, "bridge"), w.sales, "report")) == "forbidden"  # dispatches
    for give, bad in ((give, bad) for give in WAYS for bad in (
            {"from": "2026-02-30"}, {"from": "1990-01-01", "to": day}, {"from": day, "to": "x"},
            {"from": day, "to": "2020-01-01"})):
        typed = {name: f"{name}={value}" for name, value in bad.items()}
        answer = give(alice, w.domain, "report", period="days",
                      **(typed if give is by_text else bad))
        assert "These are no days" in answer, (bad, answer)
        time.sleep(0.2)
    for words, said in (("tomorrow", "none of these: today, yesterday"), ("days", "Either a period"),
                        ("today from=2026-01-01", "Either a period"),
                        ("today department=none", "none of these"), ("week x", "not understood")):
        assert said in by_text(alice, w.domain, "report", words=words), words
        time.sleep(0.2)
