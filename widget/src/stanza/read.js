/** What the desk says to the visitor, as plain values: docs/PROTOCOL.md sections 2 to 6. */
import { child, children, text } from '../xml.js';
import * as NS from './ns.js';

/**
 * @typedef {import('../xml.js').Element} Element
 * @typedef {import('../chat.js').Line} Line
 * @typedef {import('../chat.js').ChatState} ChatState
 * @typedef {import('../chat.js').Availability} Availability
 * @typedef {{
 *   line?: Line, chat?: ChatState, ticket?: boolean, typing?: boolean,
 *   stored?: {id: string, archive: string}, seen?: {id: string, seen: 'delivered'|'read'},
 *   error?: {id: string, wait: boolean, condition: string}, wantsReceipt?: boolean,
 * }} News
 */

/** The defined condition of an error stanza (RFC 6120 section 8.3.3). @param {Element} stanza */
export function condition(stanza) {
  const inside = /** @type {Element[]|undefined} */ (child(stanza, 'error')?.children); // a text has neither name nor namespace
  return inside?.find(({ ns, name }) => ns === NS.STANZAS && name !== 'text')?.name || 'other';
}

/** @param {Element|undefined} element @returns {ChatState|undefined} */
function chat(element) {
  if (!element) return undefined;
  const { attrs } = element;
  return /** @type {any} */ ({ ...attrs, state: attrs['state'], position: +attrs.position || 0, agent: child(element, 'agent')?.attrs.name || '' });
}

/** @param {Element} message @param {string} archive @returns {Line|undefined} */
function line(message, archive) {
  const mark = child(message, 'line', NS.VISIT);
  const body = child(message, 'body');
  if (!body || !mark) return undefined;
  const { by, name = '', seen, stamp } = mark.attrs;
  return {
    id: message.attrs.id || archive, archive, body: text(body), by, name, time: Date.parse(stamp) || Date.now(),
    seen: seen === 'displayed' ? 'read' : seen === 'received' ? 'delivered' : '',
  };
}

/** A message that arrives live. @param {Element} m @returns {News} */
export function message(m) {
  const id = m.attrs.id || '';
  if (m.attrs.type === 'error') {
    return { error: { id, wait: child(m, 'error')?.attrs.type === 'wait', condition: condition(m) } };
  }
  const archive = child(m, 'stanza-id', NS.SID)?.attrs.id || '';
  const receipt = child(m, 'received', NS.RECEIPTS);
  if (receipt) return { stored: { id: receipt.attrs.id || '', archive } };
  const delivered = child(m, 'received', NS.MARKERS);
  const read = child(m, 'displayed', NS.MARKERS);
  if (delivered || read) {
    return { seen: { id: (read || delivered)?.attrs.id || '', seen: read ? 'read' : 'delivered' } };
  }
  const typing = /** @type {Element[]} */ (m.children).find(({ ns }) => ns === NS.STATES); // a text has none
  return {
    line: line(m, archive),
    chat: chat(child(m, 'chat', NS.VISIT)),
    ticket: !!child(m, 'ticket', NS.VISIT),
    typing: typing && typing.name === 'composing',
    wantsReceipt: !!child(m, 'request', NS.RECEIPTS),
  };
}

/** One line of history, if that is what the message carries, and the query that it answers. @param {Element} m */
export function archived(m) {
  const result = child(m, 'result', NS.MAM);
  const forwarded = child(result, 'forwarded', NS.FORWARD);
  const inner = child(forwarded, 'message');
  const found = inner && line(inner, result?.attrs.id || '');
  return found && { line: found, inner, query: result?.attrs.queryid };
}

/** @param {Element} iq the answer to a history query */
export function fin(iq) {
  const element = child(iq, 'fin', NS.MAM);
  const set = child(element, 'set', NS.RSM);
  return { complete: element?.attrs.complete === 'true', first: text(child(set, 'first')), last: text(child(set, 'last')) };
}

/** @param {Element} iq the answer to a check-in */
export function checkin(iq) {
  const element = child(iq, 'visit', NS.VISIT);
  const { visitor = '', department = '', availability, verified } = element?.attrs || {};
  const form = children(child(element, 'x', NS.FORM), 'field').map((f) => ({ element: f, required: !!child(f, 'required') }));
  return {
    verified, token: text(child(element, 'token')), chat: chat(child(element, 'chat')),
    known: {
      visitor, department, availability: /** @type {Availability} */ (availability || 'unavailable'), form, leave: !!child(element, 'leave'),
      tickets: children(child(element, 'tickets'), 'ticket').map(({ attrs }) => /** @type {any} */ (attrs)),
      bulletin: text(child(element, 'bulletin')),
      room: +(child(element, 'upload')?.attrs['max-bytes'] || 0),
    },
  };
}

/** Who is there, and what all visitors are told. @param {Element} p @returns {{availability: Availability, bulletin: string}} */
export const presence = (p) => ({
  availability: /** @type {Availability} */ (p.attrs.type || text(child(p, 'show')) || 'chat'),
  bulletin: text(child(p, 'bulletin')),
});
