/* fuzz_gateway.c - what comes to the gateway over HTTP and WebSocket, as scripts
 * (whole/daemon.h): questions of pages, files and uploads, streams from the handshake to the line
 * that an agent reads. The bytes of HTTP, WebSocket and BOSH themselves have targets of their own.
 */
#include "whole/daemon.h"
#include "whole/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Nina is there; a visitor has a chat with her, and may send a file. */
static const char PROLOGUE[] =
    "+L\n"
    "E type='result'/>\n"
    "L<presence from='nina@example.org/pc' to='sales@desk.example'/>\n"
    "+0\n"
    "0<iq type='set' id='v' to='sales@desk.example'><visit xmlns='urn:tresen:visit:1'/></iq>\n"
    "0<message type='chat' to='sales@desk.example' id='m'><body>Hello</body></message>\n"
    "0<iq type='get' id='u' to='sales@desk.example'><request xmlns='urn:xmpp:http:upload:0' "
    "filename='a b.png' size='12'/></iq>\n";

#define AT "{{0|1|2|3}}"
#define PATH                                                                                       \
    "{{/w/1/status/sales|/w/1/status/sales%20help|/w/1/status/|/w/1/status/none|/w/1/invite/"      \
    "sales|/w/1/hours/help|"                                                                       \
    "/w/1/face/Nina|/w/1/file/x|/w/1/loader.js|/w/0.1.0/loader.js|/w/1/words.json|/|/index.html|"  \
    "/healthz|/readyz|/http-bind|/xmpp-websocket|%u|/w/1/upload/x|/w/2/x|/../etc/passwd|"          \
    "/w/1/face/Nina%20B.}}{{|?lang=de|?lang=%64e&x=1|?lang=}}"
#define ORIGIN                                                                                     \
    "{{|Origin: https://shop.example\\r\\n|Origin: https://other.example\\r\\n|Origin: null\\r\\n" \
    "|Origin: https://evil.example\\r\\n}}"
#define HEADS                                                                                      \
    "{{|Accept-Encoding: gzip, br;q=0\\r\\n|If-None-Match: *\\r\\n|X-Forwarded-For: 192.0.2.7, "   \
    "10.0.0.1\\r\\n|X-Forwarded-For: [2001:db8::1]:99\\r\\n|Connection: close\\r\\n|"              \
    "Expect: 100-continue\\r\\n|Range: bytes=0-\\r\\n}}"

SCRIPT_GRAMMAR(
    "{{+|-}}{{0|L}}", "T{{1|10}}", "X" AT, "H",
    "W" AT "{{GET|HEAD|OPTIONS|POST|PUT}} " PATH " HTTP/1.1\\r\\nHost: x\\r\\n" ORIGIN HEADS
    "\\r\\n",
    "W" AT "PUT %u HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: {{12|5|13|0|2001}}\\r\\n" ORIGIN HEADS
    "\\r\\n{{\\x89PNG\\r\\n\\x1a\\n1234|12345|GIF89a123456}}",
    "W" AT "{{1|\\x89PNG|%PDF-1.4 xyz|PK\\x03\\x0412345678|RIFF1234WEBP|\\xff\\xd8\\xff123456789}}",
    "0<iq type='get' id='u' to='sales@desk.example'><request xmlns='urn:xmpp:http:upload:0' "
    "filename='{{a.png|../x|%2e}}' size='{{5|12|2000}}'/></iq>",
    "0<message type='chat' to='sales@desk.example' id='f'><body>%g</body></message>",
    "W" AT "GET %p HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n",
    "W" AT "POST /http-bind HTTP/1.1\\r\\nHost: x\\r\\n" ORIGIN
    "Content-Length: 118\\r\\n\\r\\n<body "
    "xmlns='http://jabber.org/protocol/httpbind' rid='1' to='desk.example' wait='60' hold='1' "
    "ver='1.6' xml:lang='en'/>  ",
    "W" AT "GET /xmpp-websocket HTTP/1.1\\r\\nHost: x\\r\\nUpgrade: websocket\\r\\nConnection: "
    "Upgrade\\r\\nSec-WebSocket-Version: {{13|13|8}}\\r\\nSec-WebSocket-Key: "
    "dGhlIHNhbXBsZSBub25jZQ==\\r\\nSec-WebSocket-Protocol: {{xmpp|xmpp, chat|chat}}\\r\\n" ORIGIN
    "\\r\\n",
    "F" AT "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='{{desk.example|else}}' "
    "version='1.0'/>",
    "F" AT "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='{{ANONYMOUS|PLAIN}}'/>",
    "F" AT "<iq xmlns='jabber:client' type='set' id='b'><bind "
    "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
    "F" AT "<iq xmlns='jabber:client' type='set' id='s'><session "
    "xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>",
    "F" AT "<iq xmlns='jabber:client' type='set' id='v' to='sales@desk.example'><visit "
    "xmlns='urn:tresen:visit:1'>{{<token>%t</token>|}}</visit></iq>",
    "F" AT "<message xmlns='jabber:client' to='sales@desk.example' id='{{m|n}}'><body>Hi</body>"
    "</message>",
    "F" AT "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>",
    "W" AT
    "{{\\x89\\x80abcd|\\x8a\\x80abcd|\\x88\\x82\\x00\\x00\\x00\\x00\\x03\\xe8|\\x82\\x80abcd}}",
    "L<message from='nina@example.org/pc' to='%c' type='chat' id='n'><body>{{Hi|!end}}</body>"
    "</message>");

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    daemon_play(PROLOGUE, bytes, len);
    return 0;
}
