/* fuzz_agent.c - what agents, their clients and their servers say, as scripts (whole/daemon.h):
 * every command as text and as a form, rosters, presence, archives and cards of tickets, receipts,
 * bounces, slots, pictures; and what ejabberd's API and upload services answer. */
#include "whole/daemon.h"
#include "whole/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A visitor has written, and is offered to Nina and Otto. */
static const char PROLOGUE[] =
    "+L\n"
    "E type='result'><query xmlns='jabber:iq:version'><name>Prosody</name></query></iq>\n"
    "E type='result'><query xmlns='jabber:iq:roster'/></iq>\n"
    "L<presence from='nina@example.org/pc' to='sales@desk.example'/>\n"
    "L<presence from='otto@example.org/pc' to='sales@desk.example'/>\n"
    "E type='result'/>\n"
    "+0\n"
    "0<iq type='set' id='v' to='sales@desk.example'><visit xmlns='urn:tresen:visit:1'><page "
    "url='https://shop.example/p' title='P'/><locale lang='de'/></visit></iq>\n"
    "0<message type='chat' to='sales@desk.example' id='m'><body>Hello</body></message>\n"
    "E type='result'/>\n";

#define WHO                                                                                        \
    "{{nina@example.org|nina@example.org|otto@example.org|fred@far.example|boss@example.org|"      \
    "admin@example.org|privacy@example.org|desk@example.org}}/{{pc|pc|phone}}"
#define WHERE                                                                                      \
    "{{%c|%c|sales@desk.example|help@desk.example|desk.example|ticket-1001@desk.example|"          \
    "slot-1@desk.example|visitor-none@desk.example}}"
#define SAYS "L<message from='" WHO "' to='" WHERE "' type='chat' id='{{a|b|c|d}}'>"
#define ASKS(type) "L<iq from='" WHO "' to='" WHERE "' type='" type "' id='{{q|r}}'>"
#define WORD                                                                                       \
    "{{help|take|next|decline|release|hold|resume|transfer|invite|join|leave|watch|unwatch|"       \
    "takeover|push|ask|whisper|end|convert|mine|who|queue|on|off|pause|c|info|page|follow|"        \
    "unfollow|history|files|name|email|phone|set|note|tag|untag|priority|ticket|tickets|search|"   \
    "new|report|state|assign|due|subject|time|link|unlink|merge|split|block|unblock|blocked|"      \
    "notice|agents|agent|departments|department|calendars|hours|audit|reads|export|erase}}"
#define ARGUMENT                                                                                   \
    "{{|1001|1002|otto@example.org|Nina|sales|help|level 2|add|change|remove|hi Hello {name|Ada}|" \
    "add hi Hello {visitor}|https://shop.example/a|return|order K-12ab|amount 3,5|bought "         \
    "31.12.2026|why repair|urgent|solved|open|2026-12-01|2026-12-01 09:30|tomorrow|3|-5|60|"       \
    "urgent|ada@big.example|visitor-x yes|jid:bob@far.example|ticket enough|save mine|drop mine|"  \
    "department=sales tag=x|name=Ada phone=1 text=Now|site=other for=2h Slow today|-|nobody}}"
#define FIELD(var) "<field var='" var "'><value>" ARGUMENT "</value></field>"
#define VARS                                                                                       \
    "{{number|who|comment|how|reason|value|text|field|tag|priority|view|before|save|drop|period|"  \
    "from|to|department|act|id|jid|name|agents|departments|capacity|hours|holidays|zone|person|"   \
    "sure|page|form|url|date|state|subject|minutes|other|lines|action|word|scope|where|for|way}}"

SCRIPT_GRAMMAR(
    "{{+|-}}{{0|1|L}}", "T{{1|5|30|60}}", "J{{10|70|1500|50000}}", "H", "R",
    SAYS "<body>!" WORD " " ARGUMENT "</body></message>",
    SAYS "<body>!" WORD " " ARGUMENT " " ARGUMENT "</body></message>",
    SAYS "<body>{{Hi|!!x|? OTR|%a/up/a.png}}</body><request "
         "xmlns='urn:xmpp:receipts'/></message>",
    ASKS("set") "<command xmlns='http://jabber.org/protocol/commands' node='" WORD "' action='"
                "{{execute|complete|next|cancel|prev}}'/></iq>",
    ASKS("set") "<command xmlns='http://jabber.org/protocol/commands' node='" WORD "' "
                "sessionid='s'><x xmlns='jabber:x:data' type='submit'>" FIELD(VARS) FIELD(VARS)
                    FIELD(VARS) "</x></command></iq>",
    ASKS("get") "<query xmlns='http://jabber.org/protocol/disco#{{info|items}}' node='"
                "{{http://jabber.org/protocol/commands|help|end|x}}'/></iq>",
    ASKS("get") "<{{query xmlns='http://jabber.org/protocol/disco#info'|query "
                "xmlns='http://jabber.org/protocol/disco#items'|vCard xmlns='vcard-temp'|vcard "
                "xmlns='urn:ietf:params:xml:ns:vcard-4.0'|query xmlns='jabber:iq:version'|ping "
                "xmlns='urn:xmpp:ping'|query xmlns='urn:xmpp:mam:2'|metadata "
                "xmlns='urn:xmpp:mam:2'}}/></iq>",
    ASKS("set") "<query xmlns='urn:xmpp:mam:2' queryid='q'><x xmlns='jabber:x:data' "
                "type='submit'><field var='{{with|start|end|before-id|after-id|ids|FORM_TYPE}}'>"
                "<value>{{2026-01-05T10:00:00Z|%e|ticket-1001@desk.example|nina@example.org}}"
                "</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>{{0|1|50}}"
                "</max>{{<before/>|<after>%e</after>|}}</set>{{<flip-page/>|}}</query></iq>",
    SAYS "<{{composing|active}} xmlns='http://jabber.org/protocol/chatstates'/></message>",
    SAYS "<{{received|displayed}} xmlns='{{urn:xmpp:chat-markers:0|urn:xmpp:receipts}}' "
         "id='{{e%e|%i}}'/></message>",
    SAYS "<body>Hi there</body><replace xmlns='urn:xmpp:message-correct:0' id='{{a|b|c}}'/>"
         "</message>",
    SAYS "<retract xmlns='urn:xmpp:message-retract:1' id='{{a|b|e%e}}'/></message>",
    SAYS "<reactions xmlns='urn:xmpp:reactions:0' id='{{a|e%e}}'><reaction>\xf0\x9f\x91\x8d"
         "</reaction></reactions></message>",
    SAYS "<body>Yes</body><reply xmlns='urn:xmpp:reply:0' id='{{e%e|a}}'/></message>",
    SAYS "<body>x</body><{{encryption xmlns='urn:xmpp:eme:0' namespace='{{eu.siacs."
         "conversations.axolotl|jabber:x:encrypted}}'|encrypted "
         "xmlns='eu.siacs.conversations.axolotl'|x xmlns='jabber:x:encrypted'}}/></message>",
    "L<message from='{{nina@example.org|otto@example.org}}' to='" WHERE
    "' type='error' id='{{%i|e%e}}'>"
    "<error type='cancel'><{{service-unavailable|item-not-found|recipient-unavailable}} "
    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
    "L<presence from='" WHO "' to='" WHERE "'{{ type='unavailable'| type='subscribe'| "
    "type='subscribed'| type='unsubscribe'| type='unsubscribed'| type='probe'|||}}><show>"
    "{{away|dnd|xa|chat}}</show><status>Here</status><priority>{{-1|0|5}}</priority><c "
    "xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='{{v|w}}'/><x "
    "xmlns='vcard-temp:x:update'><photo>{{p|q|}}</photo></x></presence>",
    "E type='result'><query xmlns='jabber:iq:roster'><item jid='{{%c|visitor-old@desk.example|"
    "sales@desk.example}}' subscription='both'/></query></iq>",
    "E type='result'><query xmlns='http://jabber.org/protocol/disco#info'><identity "
    "category='client' type='{{pc|phone}}' name='{{Gajim|Dino}}'/><feature "
    "var='urn:xmpp:message-correct:0'/></query></iq>",
    "E type='result'><vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>"
    "iVBORw0KGgo=</BINVAL></PHOTO></vCard></iq>",
    "E type='error'><error type='cancel'><{{forbidden|service-unavailable|"
    "feature-not-implemented}} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    "E type='result'/>",
    "AHTTP/1.1 {{200 OK|400 Bad|401 No|500 Oh}}\\r\\nContent-Length: {{1|2}}\\r\\n\\r\\n{{0|1|[]}}",
    "0<message type='chat' to='sales@desk.example' id='{{m|n|o}}'><body>{{Well|Order "
    "K-12}}</body></message>",
    "0<iq type='set' id='x' to='sales@desk.example'><{{end|leave}} xmlns='urn:tresen:visit:1'/>"
    "</iq>");

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    daemon_play(PROLOGUE, bytes, len);
    return 0;
}
