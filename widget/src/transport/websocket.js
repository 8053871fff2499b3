/**
 * XMPP over WebSocket, RFC 7395: a message is an element.
 *
 * The contract of every transport. `open` says whom one wants to talk to, `restart` begins the stream anew after
 * authentication; neither waits for the other side (XEP-0305).
 * @typedef {{open(to: string): void, send(xml: string): void, restart(): void, close(): void}} Transport
 * @typedef {{
 *   onready(): void, onstart(from: string): void,
 *   onelement(element: import('../xml.js').Element): void, onclose(): void,
 * }} Handlers  onready: it can be written to; onstart: the other side opened its stream; onclose: once, at the end
 */
import { parse, x } from '../xml.js';
import { FRAMING } from '../stanza/ns.js';

/** @param {string} gateway origin @param {Handlers} on @returns {Transport} */
export function connect(gateway, on) {
  let to = '';
  let over = false;
  const socket = new WebSocket(`${gateway.replace(/^http/, 'ws')}/xmpp-websocket`, 'xmpp');
  const finish = () => {
    if (over) return;
    over = true;
    socket.close();
    on.onclose();
  };
  socket.onopen = () => on.onready();
  socket.onerror = finish;
  socket.onclose = finish;
  socket.onmessage = ({ data }) => {
    if (over) return;
    let element;
    try {
      element = parse(data);
    } catch {
      finish();
      return;
    }
    if (element.ns !== FRAMING) on.onelement(element);
    else if (element.name === 'open') on.onstart(element.attrs.from || '');
    else finish();
  };
  const send = (/** @type {string} */ xml) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(xml);
  };
  const header = () => send(x('open', { xmlns: FRAMING, to, version: '1.0' }));
  return {
    open(domain) {
      to = domain;
      header();
    },
    send,
    restart: header,
    close() {
      over = true;
      send(x('close', { xmlns: FRAMING }));
      socket.close();
    },
  };
}
