/**
 * Finds addresses in a text, and makes links and text nodes of it. Fetched when a line looks as if it had one, so it is a
 * file of its own in the bundle.
 *
 * A link shows what was written; where the address that would be opened has another host than the one one reads
 * (letters of other alphabets), the real one is added. Addresses with credentials are never links. Bidi controls
 * end an address, so that none can be read backwards. A line that is a file is shown as one (file_card.js).
 *
 * @typedef {{text: string, href?: string}} Piece
 */
import { fileIn } from '../file.js';
import { css, show } from './file_card.js';

export { css };

const FOUND = /(?:https?:\/\/|www\.|mailto:|tel:)[^\s<>"\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+|[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b/gi;
const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:']);
const MAX_LINK = 2000;

/** Where this file comes from: GATEWAY/w/VERSION/linkify.js. */
const GATEWAY = import.meta.url.replace(/\/w\/[^/]*\/[^/]*$/, '');

/** Those that have waited for this file were read out already; later ones are filled before anybody looks. */
let late = true;

/** @param {HTMLElement} element @param {string} text @param {typeof import('./h.js').h} h @param {import('../main.js').Words} t */
export function fill(element, text, h, t) {
  if (late) {
    element.setAttribute('aria-live', 'off');
    setTimeout(() => { late = false; });
  }
  const file = fileIn(text);
  if (file) show(element, file, h, t, GATEWAY);
  else element.replaceChildren(...linkify(text).map((piece) => (piece.href
    ? h('a', { href: piece.href, dir: 'ltr', target: '_blank', rel: 'noopener noreferrer nofollow ugc' }, piece.text) : piece.text)));
}

/** @param {string} text @returns {Piece[]} */
export function linkify(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let at = 0;
  for (const found of text.matchAll(FOUND)) {
    if (found[0].length > MAX_LINK) continue;
    const link = trim(found[0]);
    const before = text[found.index - 1] || ' ';
    const href = /[\w/@]/.test(before) ? '' : address(link);
    if (!href) continue;
    if (found.index > at) pieces.push({ text: text.slice(at, found.index) });
    const host = new URL(href).host;
    const hidden = link.toLowerCase().replace(/^https?:\/\//, '').startsWith(host) ? '' : ` (${host})`;
    pieces.push({ text: link + hidden, href });
    at = found.index + link.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** Without the punctuation of the sentence around it. @param {string} link */
function trim(link) {
  let end = link.length;
  for (; end; end--) {
    const last = link[end - 1];
    if ('.,;:!?\'*_~'.includes(last)) continue;
    const open = '([{'[')]}'.indexOf(last)];
    if (!open) break;
    const part = link.slice(0, end);
    if (part.split(open).length >= part.split(last).length) break;
  }
  return link.slice(0, end);
}

/** @param {string} link @returns {string} empty: not one that we open */
function address(link) {
  const full = /^www\./i.test(link) ? `https://${link}` : /^(https?:|mailto:|tel:)/i.test(link) ? link : `mailto:${link}`;
  try {
    const url = new URL(full);
    const good = SCHEMES.has(url.protocol) && !url.username && !url.password &&
      (/^(mailto|tel):$/.test(url.protocol) ? url.pathname.length > 1 : url.hostname.length > 0);
    return good ? url.href : '';
  } catch {
    return '';
  }
}
