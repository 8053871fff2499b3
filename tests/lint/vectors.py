#!/usr/bin/env python3
"""The attack vectors of the test plan, and which tests carry their numbers.

A test carries a vector when its name or a comment says so: V-031, or a range: V-031 to V-036.
A vector that nothing carries must stand in NOT_YET with a reason. Run as a program it prints
every number with the files that carry it.
"""
import re
import sys

import tree

VECTORS = {
    "V-001": "Origin of another site", "V-002": "Origin null or missing",
    "V-003": "Origins that look alike", "V-004": "cookies never authenticate",
    "V-005": "Sec-WebSocket-Version", "V-006": "Sec-WebSocket-Key", "V-007": "subprotocol",
    "V-008": "no extension is granted", "V-009": "Content-Length with Transfer-Encoding",
    "V-010": "odd Transfer-Encoding", "V-011": "odd Content-Length", "V-012": "odd header bytes",
    "V-013": "header limits", "V-014": "chunk sizes", "V-015": "path traversal",
    "V-016": "absolute-form target", "V-017": "X-Forwarded-For of a stranger",
    "V-018": "X-Forwarded-For of a trusted proxy", "V-019": "PROXY header not enabled",
    "V-020": "wrong sid", "V-021": "sid without the key", "V-022": "rid below the window",
    "V-023": "rid out of order", "V-024": "rid jump", "V-025": "rid that is no number",
    "V-026": "wait, hold and flood", "V-027": "body over its limits", "V-028": "odd body element",
    "V-029": "creation replayed", "V-030": "nothing is reflected",
    "V-031": "control character", "V-032": "control character by reference", "V-033": "NUL",
    "V-034": "overlong UTF-8", "V-035": "surrogates", "V-036": "non-characters",
    "V-037": "beyond Unicode, truncated", "V-038": "other encodings",
    "V-039": "non-characters that no XML parser saw", "V-040": "poison row in the outbox",
    "V-041": "text in linear time", "V-042": "depth", "V-043": "many attributes",
    "V-044": "colliding attributes", "V-045": "long attribute", "V-046": "long name",
    "V-047": "many prefixes", "V-048": "entities", "V-049": "comment, PI, CDATA",
    "V-050": "from in a foreign namespace", "V-051": "xmlns in a foreign namespace",
    "V-052": "two bodies", "V-053": "forged carbon", "V-054": "forged archive result",
    "V-055": "forwarded", "V-056": "children that are dropped", "V-057": "forged delay, stanza-id",
    "V-058": "odd ids", "V-059": "top-level elements that are no stanza",
    "V-060": "visitor writes elsewhere", "V-061": "visitor's iq elsewhere",
    "V-062": "visitor joins a room", "V-063": "visitor's subscriptions", "V-064": "guessed iq ids",
    "V-065": "odd message types", "V-066": "another visitor's address",
    "V-067": "second open, bind, auth", "V-068": "stream management forged",
    "V-069": "receipt of another's message", "V-070": "receipt of one's own message",
    "V-071": "marker into the future", "V-072": "correction of another's",
    "V-073": "two claims at once", "V-074": "answer of a non-owner",
    "V-075": "guessed tokens", "V-076": "mangled token", "V-077": "token in a URL",
    "V-078": "token fixation", "V-079": "resume twice at once", "V-080": "resume too late",
    "V-081": "old token after rotation", "V-082": "log-out in the same browser",
    "V-083": "JWT without a signature", "V-084": "public key as a secret", "V-085": "odd kid",
    "V-086": "JWT that has run out", "V-087": "JWT of the future", "V-088": "JWT for another site",
    "V-089": "JWT that is good for too long", "V-090": "JWT of another person",
    "V-091": "JWT shown again",
    "V-0A1": "unmasked frame", "V-0A2": "reserved opcode", "V-0A3": "reserved bits",
    "V-0A4": "control frame too long or cut", "V-0A5": "close payload", "V-0A6": "length 2^63",
    "V-0A7": "length 2^31", "V-0A8": "length not minimal", "V-0A9": "binary frame",
    "V-0A10": "fragments", "V-0A11": "continuation out of place", "V-0A12": "code point cut",
    "V-0A13": "ping flood", "V-0A14": "cut at every byte", "V-0A15": "after close",
    "V-0A16": "not one stanza a message", "V-0A17": "blank, BOM, XML declaration",
    "V-0S1": "receipt while storage is full", "V-0S2": "our own address as sender",
    "V-0S3": "bounce of our message", "V-0S4": "subscriptions of strangers",
    "V-0S5": "disco flood", "V-0S6": "look-alike domain", "V-0S7": "variants of an agent's JID",
}

# What does not apply to what is built so far.
NOT_YET = {
}

NUMBER = r"V-0(?:\d\d|[AS]\d{1,2})"
RANGE = re.compile(rf"({NUMBER})(?:\s*(?:to|\.\.\.?|…|–|through)\s*({NUMBER}))?")


def carried():
    """Maps each number to the set of files under tests/ that carry it."""
    order, places = list(VECTORS), {}
    for name in tree.files():
        if not name.startswith("tests/") or name.startswith("tests/lint/"):
            continue
        for first, last in RANGE.findall(tree.text(name)):
            if first not in VECTORS:
                continue
            numbers = [first]
            if last in VECTORS:
                numbers = order[order.index(first):order.index(last) + 1]
            for number in numbers:
                places.setdefault(number, set()).add(name)
    return places


def check(_build):
    places = carried()
    complaints = [f"{number} ({what}): no test carries it" for number, what in VECTORS.items()
                  if number not in places and number not in NOT_YET]
    return complaints + [f"{number}: excused, but tested: take the excuse away"
                         for number in NOT_YET if number in places]


def main():
    places = carried()
    for number, what in VECTORS.items():
        where = ", ".join(sorted(places.get(number, []))) or \
            ("not yet: " + NOT_YET[number] if number in NOT_YET else "NOBODY")
        print(f"{number:7} {what}: {where}")
    return 1 if check(None) else 0


if __name__ == "__main__":
    sys.exit(main())
