"""A command of an agent, given as text or as a form (XEP-0050): one call for both.

    for give in WAYS:
        answer = give(nina, contact, "end", reason="bought something")
        assert "has ended" in answer

fields in the order of the command's table. The answer is the text that the agent reads.
"""
import itertools
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from xmpp import body_of, find, iq, message

COMMANDS = "http://jabber.org/protocol/commands"
ITEMS = "http://jabber.org/protocol/disco#items"
FORM = "jabber:x:data"
counter = itertools.count(1)


class Refused(Exception):
    """The condition of the error that came instead of an answer."""


def by_text(client, to, word, /, **fields):
    """What is answered to '!word values'."""
    client.say(to, " ".join([f"!{word}", *(value for value in fields.values() if value)]),
               f"c{next(counter)}", receipt=False)
    # What the desk says by itself asks for a receipt, an answer does not.
    return body_of(client.expect(message(from_=to, says="^— ", lacks="receipts:request")))


def execute(client, to, node, action=None, session=None, form=""):
    """One step; the iq that comes back, a result or an error."""
    attributes = f" node={quoteattr(node)}" if node is not None else ""
    attributes += f" action={quoteattr(action)}" if action else ""
    attributes += f" sessionid={quoteattr(session)}" if session else ""
    return client.ask(to, f"<command xmlns='{COMMANDS}'{attributes}>{form}</command>", "set")


def submitted(**fields):
    """A form as a client sends it; the lines of a value are a value each."""
    return f"<x xmlns='{FORM}' type='submit'>" + "".join(
        f"<field var={quoteattr(name)}>" + "".join(
            f"<value>{escape(line)}</value>" for line in value.split("\n")) + "</field>"
        for name, value in fields.items()) + "</x>"


def refusal(answer):
    """The condition of an error, and that of XEP-0050 if there is one."""
    error = answer.find("{*}error")
    return " ".join(child.tag.partition("}")[2] for child in error
                    if not child.tag.endswith("}text"))


def command_of(answer):
    if answer.get("type") == "error":
        raise Refused(refusal(answer))
    return answer.find(f"{{{COMMANDS}}}command")


def items_of(form):
    """A line each; every item has the fields that are reported (XEP-0004 3.4)."""
    columns = [field.get("var") for field in form.find(f"{{{FORM}}}reported")]
    lines = []
    for item in form.findall(f"{{{FORM}}}item"):
        values = {field.get("var"): field.findtext(f"{{{FORM}}}value") or "" for field in item}
        assert list(values) == columns, (values, columns)
        lines.append(", ".join(value for value in values.values() if value))
    return lines


def text_of(command):
    """Notes and facts, as by_text has them."""
    said = [note.text or "" for note in command.findall(f"{{{COMMANDS}}}note")]
    forms = command.findall(f"{{{FORM}}}x")
    if len(forms) == 2:  # a table, and before it the same for clients that know no tables
        lines = [value.text for value in forms[0].find(f"{{{FORM}}}field")]
        assert lines == items_of(forms[1]), lines
        return "— " + "\n".join(lines + said)
    for field in forms[0].findall(f"{{{FORM}}}field") if forms else []:
        values = "\n".join(v.text or "" for v in field.findall(f"{{{FORM}}}value"))
        said.append(f"{field.get('label')}: {values}")
    return "— " + "\n".join(said)


def by_form(client, to, word, /, **fields):
    """The same through the form: asked for, filled in, submitted."""
    command = command_of(execute(client, to, word))
    if command.get("status") == "executing":
        form = command.find(f"{{{FORM}}}x")
        known = {field.get("var") for field in form.findall(f"{{{FORM}}}field")}
        assert set(fields) <= known, f"{word} has no field {set(fields) - known}, but {known}"
        command = command_of(execute(client, to, word, "complete", command.get("sessionid"),
                                     submitted(**fields)))
    return text_of(command)


WAYS = (by_text, by_form)


def listed(client, to):
    """Nodes of the commands at that address (XEP-0050 3.1) and what their names say behind the word."""
    answer = client.ask(to, f"<query xmlns='{ITEMS}' node='{COMMANDS}'/>")
    if answer.get("type") == "error":
        raise Refused(refusal(answer))
    items = [(item.get("node"), item.get("name").partition(" – "))
             for item in answer.iter(f"{{{ITEMS}}}item")]
    assert all(word == node for node, (word, _, _) in items), items
    return {node: explained for node, (_, _, explained) in items}
