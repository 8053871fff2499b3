/**
 * Reads one XML element, strictly: the subset that RFC 6120 section 11 leaves (no document type, processing
 * instruction or comment). Not the browser's parser: that one is refused under Trusted Types 'none', and
 * does not exist in node, where this file is tested.
 *
 * @typedef {{name: string, ns: string, attrs: Record<string, string>, children: (Element|string)[]}} Element
 */

// ASCII only: no name that XMPP defines has other letters.
const NAME = /[A-Za-z_][-.\w]*(?::[A-Za-z_][-.\w]*)?/y;
// What XML 1.0 section 2.2 does not allow, lone surrogates included.
const ILLEGAL = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const ENTITIES = new Map([['lt', '<'], ['gt', '>'], ['amp', '&'], ['quot', '"'], ['apos', "'"]]);
const XML_NS = 'http://www.w3.org/XML/1998/namespace';
const MAX_DEPTH = 32;
const MAX_LENGTH = 1 << 20;

/**
 * Where the reading is.
 * @typedef {{text: string, at: number}} Cursor
 * @typedef {Record<string, string>} Scope  prefix → namespace
 */

/** @param {string} text @returns {Element} throws where the text is not exactly one element */
export function parse(text) {
  const cursor = { text, at: 0 };
  if (text.length > MAX_LENGTH || ILLEGAL.test(text)) fail(cursor);
  const root = element(cursor, { '': '', xml: XML_NS }, 1);
  if (cursor.at !== text.length) fail(cursor);
  return root;
}

/** @param {Cursor} cursor @returns {never} */
function fail({ at }) {
  throw new Error(`XML at ${at}`);
}

/** @param {Cursor} cursor */
function name(cursor) {
  NAME.lastIndex = cursor.at;
  const found = NAME.exec(cursor.text) || fail(cursor);
  cursor.at += found[0].length;
  return found[0];
}

/** @param {Cursor} cursor @returns {boolean} there was space */
function space(cursor) {
  const start = cursor.at;
  while (' \t\r\n'.includes(cursor.text[cursor.at] || 'x')) cursor.at++;
  return cursor.at > start;
}

/** @param {Cursor} cursor @param {string} what @returns {boolean} it was there, and is passed over */
function skip(cursor, what) {
  const there = cursor.text.startsWith(what, cursor.at);
  if (there) cursor.at += what.length;
  return there;
}

/** What is before the next `stop`, which is passed over too. @param {Cursor} cursor @param {string} stop */
function until(cursor, stop) {
  const end = cursor.text.indexOf(stop, cursor.at);
  if (end < 0) fail(cursor);
  const part = cursor.text.slice(cursor.at, end);
  cursor.at = end + stop.length;
  return part;
}

/** Character data without references. @param {Cursor} cursor @param {string} raw */
function decode(cursor, raw) {
  return raw.replace(/\r\n?/g, '\n').replace(/&([^;&]*;?)/g, (_, reference) => {
    const [, entity, hex, decimal] = /^(?:([a-z]+)|#x([\da-fA-F]{1,8})|#(\d{1,9}));$/.exec(reference) || [];
    const code = hex ? parseInt(hex, 16) : +decimal;
    const plain = entity ? ENTITIES.get(entity) : code <= 0x10ffff ? String.fromCodePoint(code) : '';
    return plain && !ILLEGAL.test(plain) ? plain : fail(cursor);
  });
}

/** @param {Cursor} cursor @param {Scope} scope @param {string} qname */
function resolve(cursor, scope, qname) {
  const colon = qname.indexOf(':');
  const ns = scope[qname.slice(0, Math.max(colon, 0))];
  if (ns === undefined || (colon > 0 && !ns)) fail(cursor);
  return { ns, local: qname.slice(colon + 1) };
}

/** The attributes of a tag; the namespaces that they declare go into `scope`. @param {Cursor} cursor @param {Scope} scope */
function attributes(cursor, scope) {
  const attrs = /** @type {Record<string, string>} */ (Object.create(null));
  for (;;) {
    const apart = space(cursor);
    if ('/>'.includes(cursor.text[cursor.at])) break;
    if (!apart) fail(cursor);
    const key = name(cursor);
    space(cursor);
    if (key in attrs || !skip(cursor, '=')) fail(cursor);
    space(cursor);
    const quote = skip(cursor, '"') ? '"' : skip(cursor, "'") ? "'" : fail(cursor);
    const raw = until(cursor, quote);
    if (raw.includes('<')) fail(cursor);
    const value = attrs[key] = decode(cursor, raw.replace(/\r\n|[\t\n\r]/g, ' '));
    if (key === 'xmlns') scope[''] = value;
    else if (key.startsWith('xmlns:')) {
      const prefix = key.slice(6);
      if (!value || prefix === 'xmlns' || (prefix === 'xml') !== (value === XML_NS)) fail(cursor);
      scope[prefix] = value;
    }
  }
  // No two attributes may have the same namespace and name, however they are prefixed.
  const expanded = new Set();
  for (const key in attrs) {
    if (!key.includes(':') || key.startsWith('xmlns:')) continue;
    const { ns, local } = resolve(cursor, scope, key);
    if (expanded.size === expanded.add(`${ns} ${local}`).size) fail(cursor);
  }
  return attrs;
}

/** @param {Cursor} cursor @param {Scope} outer @param {number} depth @returns {Element} */
function element(cursor, outer, depth) {
  if (depth > MAX_DEPTH || !skip(cursor, '<')) fail(cursor);
  const qname = name(cursor);
  const scope = Object.assign(Object.create(null), outer);
  const attrs = attributes(cursor, scope);
  const { ns, local } = resolve(cursor, scope, qname);
  const self = /** @type {Element} */ ({ name: local, ns, attrs, children: [] });
  if (skip(cursor, '/>')) return self;
  if (!skip(cursor, '>')) fail(cursor);
  let chars = '';
  for (;;) {
    const raw = until(cursor, '<');
    if (raw.includes(']]>')) fail(cursor);
    chars += decode(cursor, raw);
    if (skip(cursor, '![CDATA[')) {
      chars += until(cursor, ']]>').replace(/\r\n?/g, '\n');
      continue;
    }
    if (chars) self.children.push(chars);
    chars = '';
    if (skip(cursor, '/')) break;
    cursor.at--;
    self.children.push(element(cursor, scope, depth + 1));
  }
  if (!skip(cursor, qname)) fail(cursor);
  space(cursor);
  if (!skip(cursor, '>')) fail(cursor);
  return self;
}

/** @param {Element|undefined} parent @param {string} name @param {string} [ns] @returns {Element|undefined} */
export function child(parent, name, ns) {
  return children(parent, name).find((c) => !ns || c.ns === ns);
}

/** @param {Element|undefined} parent @param {string} name @returns {Element[]} */
export function children(parent, name) {
  return /** @type {Element[]} */ (
    parent ? parent.children.filter((c) => typeof c !== 'string' && c.name === name) : []);
}

/** The character data directly in an element. @param {Element|undefined} element */
export function text(element) {
  return element ? element.children.filter((c) => typeof c === 'string').join('') : '';
}

/** Text as XML: escaped, and without what XML cannot carry. @param {string} plain */
export function escape(plain) {
  return plain.replace(new RegExp(ILLEGAL, 'gu'), '\ufffd').replace(/[<>&"'\r]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/**
 * An element as XML. Attributes that are undefined or empty are left out; content is XML already: `t(text)` for text.
 * @param {string} name @param {Record<string, string|number|undefined>} [attrs] @param {...string} content
 */
export function x(name, attrs = {}, ...content) {
  let out = `<${name}`;
  for (const key in attrs) {
    const value = attrs[key];
    if (value !== undefined && value !== '') out += ` ${key}='${escape(String(value))}'`;
  }
  const inner = content.join('');
  return inner ? `${out}>${inner}</${name}>` : `${out}/>`;
}
