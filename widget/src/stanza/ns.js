/** The namespaces that the widget speaks. */
export const CLIENT = 'jabber:client';
export const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing'; // RFC 7395
export const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'; // RFC 6120 6
export const BIND = 'urn:ietf:params:xml:ns:xmpp-bind'; // RFC 6120 7
export const STREAM = 'http://etherx.jabber.org/streams'; // RFC 6120 4.8
export const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas'; // RFC 6120 8.3
export const VISIT = 'urn:tresen:visit:1'; // docs/PROTOCOL.md
export const FORM = 'jabber:x:data'; // XEP-0004
export const RSM = 'http://jabber.org/protocol/rsm'; // XEP-0059
export const STATES = 'http://jabber.org/protocol/chatstates'; // XEP-0085
export const RECEIPTS = 'urn:xmpp:receipts'; // XEP-0184
export const PING = 'urn:xmpp:ping'; // XEP-0199
export const FORWARD = 'urn:xmpp:forward:0'; // XEP-0297
export const MAM = 'urn:xmpp:mam:2'; // XEP-0313
export const MARKERS = 'urn:xmpp:chat-markers:0'; // XEP-0333
export const SID = 'urn:xmpp:sid:0'; // XEP-0359
