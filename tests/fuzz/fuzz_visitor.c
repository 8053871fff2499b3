/* fuzz_visitor.c - what visitors say, as scripts (whole/daemon.h): check-ins with tokens and signed
 * identities, lines and what becomes of them, forms, consent, ratings, pages, uploads, archives,
 * presence; on our gateway and over the link. */
#include "whole/daemon.h"
#include "whole/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char PROLOGUE[] =
    "+L\n"
    "E type='result'><query xmlns='jabber:iq:version'><name>Prosody</name></query></iq>\n"
    "L<presence from='nina@example.org/pc' to='sales@desk.example'/>\n"
    "+0\n"
    "+1\n";

#define VISIT "urn:tresen:visit:1"
#define TO "to='{{sales|sales|sales|help|mute}}@desk.example'"
#define ID "id='{{a|b|c|d}}'"
#define SET "{{0|0|1|2}}<iq type='set' " ID " " TO ">"
#define SAYS "{{0|0|1}}<message type='chat' " ID " " TO ">"
#define FIELD                                                                                      \
    "<field var='{{name|email|consent|invitation|order|why|mail|more}}'><value>{{Ada|ada@big."     \
    "example|1|cart|4711|broken}}</value></field>"
#define FORM                                                                                       \
    "<x xmlns='jabber:x:data' type='{{submit|submit|cancel|form}}'>" FIELD FIELD FIELD "</x>"

SCRIPT_GRAMMAR(
    "{{+|-}}{{0|1|2|L}}", "T{{1|5|30|60}}", "J{{10|70|1500|50000}}", "H",
    SET "<visit xmlns='" VISIT "'><page url='https://shop.example/{{cart|billing/}}' title='T'/>"
        "<locale lang='{{de|en|ar}}'/></visit></iq>",
    SET "<visit xmlns='" VISIT "'><token>%t</token>" FORM "</visit></iq>",
    SET "<visit xmlns='" VISIT "'><identity>%J{\"sub\":\"{{1|2}}\",\"aud\":\"{{default|other}}\","
        "\"iat\":1767607200,\"exp\":1767607500,\"name\":\"Ada\",\"jti\":\"{{a|b}}\","
        "\"cart\":[\"x\",1]}%;</identity>{{<token>%t</token>|}}</visit></iq>",
    SET "<{{end|leave|logout}} xmlns='" VISIT "'/></iq>",
    SET "<page xmlns='" VISIT "' url='https://shop.example/{{a|b}}' title='A'/></iq>",
    SET "<rating xmlns='" VISIT "' number='{{1001|1002}}' value='{{1|5|6|up|down}}'>fine</rating>"
        "</iq>",
    SET "<answer xmlns='" VISIT "' about='e%e' answered='{{opened|declined|x}}'/></iq>",
    SET "<answer xmlns='" VISIT "' about='e%e' id='k'>" FORM "</answer></iq>",
    SET "<query xmlns='urn:xmpp:mam:2' queryid='q'><set xmlns='http://jabber.org/protocol/rsm'>"
        "<max>{{0|1|50}}</max>{{<before/>|<after>%e</after>|<before>%e</before>}}</set></query>"
        "</iq>",
    "0<iq type='get' " ID " " TO "><request xmlns='urn:xmpp:http:upload:0' filename='a.png' "
    "size='{{5|2000|2001}}' content-type='image/png'/></iq>",
    "W1PUT %u HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: {{5|4|6}}\\r\\n\\r\\n\\x89PNG\\n",
    "0<message type='chat' " ID " to='sales@desk.example'><body>%g</body></message>",
    "W2GET %p HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n",
    SAYS "<body>{{Hello|4111 1111 1111 1111|%g}}</body><request xmlns='urn:xmpp:receipts'/>"
         "{{<ticket xmlns='" VISIT "' number='1001'/>|<new-chat xmlns='" VISIT "'/>|}}</message>",
    SAYS "<body>Hallo</body><replace xmlns='urn:xmpp:message-correct:0' id='{{a|b|%e}}'/>"
         "</message>",
    SAYS "<retract xmlns='urn:xmpp:message-retract:1' id='{{a|b|e%e}}'/></message>",
    SAYS "<reactions xmlns='urn:xmpp:reactions:0' id='{{a|b|e%e}}'><reaction>\xf0\x9f\x91\x8d"
         "</reaction></reactions></message>",
    SAYS "<body>> Hi&#10;yes</body><reply xmlns='urn:xmpp:reply:0' id='e%e'/><fallback "
         "xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='5'/></fallback>"
         "</message>",
    SAYS "<reply xmlns='urn:xmpp:reply:0' id='e%e'/>" FORM "</message>",
    SAYS "<{{composing|paused|gone}} xmlns='http://jabber.org/protocol/chatstates'/></message>",
    SAYS "<{{received|displayed}} xmlns='urn:xmpp:chat-markers:0' id='e%e'/></message>",
    "{{0|1}}<presence " TO "{{ type='unavailable'| type='subscribe'|}}/>",
    "{{0|1}}<iq type='get' " ID " " TO "><query xmlns='http://jabber.org/protocol/disco#info'/>"
    "</iq>",
    "L<message from='{{bob@far.example/y|eve@example.org}}' to='sales@desk.example' type='chat' "
    "id='{{x|y}}'><body>Good day</body></message>",
    "L<presence from='bob@far.example/y' to='sales@desk.example' type='{{subscribe|unsubscribe|"
    "unavailable|probe}}'/>",
    "L<message from='bob@far.example/y' to='sales@desk.example' type='error' id='{{%i|x}}'><error "
    "type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    "</message>",
    "L<message from='nina@example.org/pc' to='%c' type='chat' id='{{n|m}}'><body>{{Hi|!end|!ask "
    "return|!push https://shop.example/a|!block|!convert|!hold}}</body></message>",
    "L<presence from='nina@example.org/pc' to='sales@desk.example'{{ type='unavailable'|}}/>",
    "S<{{message|iq|x}} from='{{bob@far.example/y|desk.example|@}}' to='sales@desk.example' "
    "type='{{get|result}}' id='s'/>",
    "E type='{{result|error}}'/>");

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    daemon_play(PROLOGUE, bytes, len);
    return 0;
}
