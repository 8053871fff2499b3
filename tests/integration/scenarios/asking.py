"""What agents offer to visitors: pages of the site."""
from command import WAYS, by_form, by_text
from daemon import ORIGIN
from world import scenario
from xmpp import body_of, find, iq, message

PAGE = f"{ORIGIN}/prices?of=shoes#red"


def offered(url):
    return message(has="visit:line", where=lambda e: find(e, "visit:line").get("offered") == url)


def answers(visitor, offer, what):
    """What the desk says to it: 'result', or the condition of the error."""
    number = visitor.ask_page = getattr(visitor, "ask_page", 0) + 1
    visitor.send(f"<iq xmlns='jabber:client' type='set' id='page{number}' to='{visitor.department}'>"
                 f"<answer xmlns='urn:tresen:visit:1' about='{offer}' answered='{what}'/></iq>")
    answer = visitor.expect(iq(id=f"page{number}"))
    if answer.get("type") == "result":
        return "result"
    return answer.find("{*}error")[0].tag.partition("}")[2]


@scenario
def a_page_is_offered_and_the_agent_told_what_becomes_of_it(w):
    w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    for give, what, words in zip(WAYS, ("opened", "declined"), ("has opened", "does not want")):
        assert "is offered" in give(nina, contact, "push", url=PAGE, text="Have a look")
        offer = visitor.expect(offered(PAGE))
        assert body_of(offer) == f"Have a look\n{PAGE}", "a stock client reads it as a line"
        assert answers(visitor, offer.get("id"), what) == "result"
        nina.expect(message(from_=contact, says=f"{words}.*{ORIGIN}/prices"))
        assert answers(visitor, offer.get("id"), "opened") == "result", "the first answer counts"
    nina.quiet(message(from_=contact, says="the page"))
    w.current.stop()
    w.current.start()
    visitor = w.visitor(token=visitor.token)
    lines = [find(m, "visit:line") for _, m in visitor.history()]
    assert [line.get("answered") for line in lines if line.get("answered")] == ["opened", "declined"]
    told = {line.get("about") for line in lines if line.get("answered")}
    assert told == {m.get("id") for _, m in visitor.history() if find(m, "visit:line").get("offered")}
    assert answers(visitor, sorted(told)[0], "declined") == "result", "answered before the restart"


@scenario
def only_pages_of_the_site_are_offered(w):
    w.daemon(limits={"linger_s": 60})
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor)
    wrong = ("javascript:alert(1)", "https://evil.example/", "//evil.example/", f"{ORIGIN}.evil.example/",
             f"{ORIGIN}@evil.example/", f"{ORIGIN}\\@evil.example/", "ftp://shop.example/", "shop.example",
             ORIGIN.replace("://", "://nina:secret@") + "/")
    for give in WAYS:
        for url in wrong:
            assert f"begins with {ORIGIN}" in give(nina, contact, "push", url=url), url
        assert "missing" in give(nina, contact, "push", url="")
        page = ORIGIN + "/" + "x" * (1000 - len(ORIGIN) - 1)
        assert "is offered" in give(nina, contact, "push", url=page)
        visitor.expect(offered(page))
        assert "too long" in give(nina, contact, "push", url=page + "x")
    assert visitor.count(message(has="visit:line", where=lambda e: find(e, "visit:line").get("offered"))) == 2
    tom = w.agent("agent2")
    for give in WAYS:
        assert "not yours" in give(tom, contact, "push", url=PAGE)
    by_text(nina, contact, "end")
    for give in WAYS:
        assert "no open chat" in give(nina, contact, "push", url=PAGE)


@scenario
def an_answer_to_what_was_not_offered_is_refused(w):
    w.daemon()
    nina, visitor, other = w.agent(), w.visitor(), w.visitor()
    contact = w.chatting(nina, visitor)
    w.chatting(nina, other)
    by_form(nina, contact, "push", url=PAGE)
    offer = visitor.expect(offered(PAGE)).get("id")
    assert answers(other, offer, "opened") == "item-not-found", "somebody else's"
    assert answers(visitor, "e999999", "opened") == "item-not-found"
    assert answers(visitor, "", "opened") == "item-not-found"
    assert answers(visitor, offer, "bought") == "bad-request"
    by_text(nina, contact, "end")
    visitor.expect(message(has="visit:chat", where=lambda e: find(e, "visit:chat").get("state") == "closed"))
    assert answers(visitor, offer, "opened") == "not-allowed"


@scenario
def a_customer_in_a_stock_client_reads_the_address(w):
    w.daemon()
    nina, alice = w.agent(), w.plain_user()
    alice.say(f"sales@{w.domain}", "Hello")
    contact = nina.expect(message(body="Hello")).get("from").split("/")[0]
    nina.say(contact, "Hi")
    alice.expect(message(body="Hi"))
    assert "is offered" in by_text(nina, contact, "push", url=PAGE)
    assert body_of(alice.expect(message(body=PAGE)))
