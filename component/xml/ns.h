/* ns.h - every XML namespace that Tresen speaks, with the document that defines it. */
#pragma once

#define NS_CLIENT "jabber:client"                               /* RFC 6120 */
#define NS_COMPONENT "jabber:component:accept"                  /* XEP-0114 */
#define NS_STREAM "http://etherx.jabber.org/streams"            /* RFC 6120 4.8 */
#define NS_STREAM_ERROR "urn:ietf:params:xml:ns:xmpp-streams"   /* RFC 6120 4.9 */
#define NS_STANZA_ERROR "urn:ietf:params:xml:ns:xmpp-stanzas"   /* RFC 6120 8.3 */
#define NS_SASL "urn:ietf:params:xml:ns:xmpp-sasl"              /* RFC 6120 6 */
#define NS_BIND "urn:ietf:params:xml:ns:xmpp-bind"              /* RFC 6120 7 */
#define NS_SESSION "urn:ietf:params:xml:ns:xmpp-session"        /* RFC 3921 3, for old clients */
#define NS_FRAMING "urn:ietf:params:xml:ns:xmpp-framing"        /* RFC 7395 */
#define NS_HTTPBIND "http://jabber.org/protocol/httpbind"       /* XEP-0124 */
#define NS_XBOSH "urn:xmpp:xbosh"                               /* XEP-0206 */
#define NS_ROSTER "jabber:iq:roster"                            /* RFC 6121 2 */
#define NS_FORM "jabber:x:data"                                 /* XEP-0004 */
#define NS_VALIDATE "http://jabber.org/protocol/xdata-validate" /* XEP-0122 */
#define NS_DISCO_INFO "http://jabber.org/protocol/disco#info"   /* XEP-0030 */
#define NS_DISCO_ITEMS "http://jabber.org/protocol/disco#items" /* XEP-0030 */
#define NS_COMMANDS "http://jabber.org/protocol/commands"       /* XEP-0050 */
#define NS_VCARD4 "urn:ietf:params:xml:ns:vcard-4.0"            /* XEP-0292 */
#define NS_VCARD_UPDATE "vcard-temp:x:update"                   /* XEP-0153 */
#define NS_VCARD "vcard-temp"                                   /* XEP-0054 */
#define NS_OOB "jabber:x:oob"                                   /* XEP-0066 */
#define NS_RSM "http://jabber.org/protocol/rsm"                 /* XEP-0059 */
#define NS_CHATSTATES "http://jabber.org/protocol/chatstates"   /* XEP-0085 */
#define NS_VERSION "jabber:iq:version"                          /* XEP-0092 */
#define NS_CAPS "http://jabber.org/protocol/caps"               /* XEP-0115 */
#define NS_NICK "http://jabber.org/protocol/nick"               /* XEP-0172 */
#define NS_RECEIPTS "urn:xmpp:receipts"                         /* XEP-0184 */
#define NS_PING "urn:xmpp:ping"                                 /* XEP-0199 */
#define NS_DELAY "urn:xmpp:delay"                               /* XEP-0203 */
#define NS_CARBONS "urn:xmpp:carbons:2"                         /* XEP-0280 */
#define NS_FORWARD "urn:xmpp:forward:0"                         /* XEP-0297 */
#define NS_CORRECT "urn:xmpp:message-correct:0"                 /* XEP-0308 */
#define NS_MAM "urn:xmpp:mam:2"                                 /* XEP-0313 */
#define NS_MAM_EXTENDED "urn:xmpp:mam:2#extended"               /* XEP-0313 7 */
#define NS_MARKERS "urn:xmpp:chat-markers:0"                    /* XEP-0333 */
#define NS_HINTS "urn:xmpp:hints"                               /* XEP-0334 */
#define NS_PRIVILEGE_2 "urn:xmpp:privilege:2"                   /* XEP-0356 */
#define NS_PRIVILEGE_1 "urn:xmpp:privilege:1"                   /* XEP-0356 0.2, ejabberd 23.01 */
#define NS_UPLOAD "urn:xmpp:http:upload:0"                      /* XEP-0363 */
#define NS_SID "urn:xmpp:sid:0"                                 /* XEP-0359 */
#define NS_EME "urn:xmpp:eme:0"                                 /* XEP-0380 */
#define NS_RETRACT "urn:xmpp:message-retract:1"                 /* XEP-0424 */
#define NS_FALLBACK "urn:xmpp:fallback:0"                       /* XEP-0428 */
#define NS_REACTIONS "urn:xmpp:reactions:0"                     /* XEP-0444 */
#define NS_REPLY "urn:xmpp:reply:0"                             /* XEP-0461 */
#define NS_VISIT "urn:tresen:visit:1"                           /* docs/PROTOCOL.md */
