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

/** @param {string} text @returns {Element} throws where the text is not exactly one element */
export function parse(text) {
  let at = 0;
  /** @returns {never} */
  const fail = () => { throw new Error(`XML at ${at}`); };
  if (text.length > MAX_LENGTH) fail();
  if (ILLEGAL.test(text)) fail();

  const name = () => {
    NAME.lastIndex = at;
    const found = NAME.exec(text);
    if (!found) return fail();
    at += found[0].length;
    return found[0];
  };
  const space = () => {
    const start = at;
    while (' \t\r\n'.includes(text[at] || 'x')) at++;
    return at > start;
  };
  const expect = (/** @type {string} */ what) => {
    if (!text.startsWith(what, at)) fail();
    at += what.length;
  };
  /** Up to the next `stop`, which is passed over. */
  const until = (/** @type {string} */ stop) => {
    const end = text.indexOf(stop, at);
    if (end < 0) fail();
    const part = text.slice(at, end);
    at = end + stop.length;
    return part;
  };
  const decode = (/** @type {string} */ raw) => raw.replace(/\r\n?/g, '\n').replace(/&([^;&]*;?)/g, (_, reference) => {
    const [, entity, hex, decimal] = /^(?:([a-z]+)|#x([\da-fA-F]{1,8})|#(\d{1,9}));$/.exec(reference) || [];
    const code = hex ? parseInt(hex, 16) : decimal ? +decimal : -1;
    const plain = entity ? ENTITIES.get(entity) : code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    return plain && !ILLEGAL.test(plain) ? plain : fail();
  });

  /** @param {Record<string, string>} scope prefix → namespace @param {string} qname */
  const resolve = (scope, qname) => {
    const colon = qname.indexOf(':');
    const ns = scope[qname.slice(0, Math.max(colon, 0))];
    if (ns === undefined || (colon > 0 && !ns)) fail();
    return { ns, local: qname.slice(colon + 1) };
  };

  /** @param {Record<string, string>} outer @param {number} depth @returns {Element} */
  const element = (outer, depth) => {
    if (depth > MAX_DEPTH) fail();
    expect('<');
    const qname = name();
    const attrs = /** @type {Record<string, string>} */ (Object.create(null));
    const scope = Object.assign(Object.create(null), outer);
    for (;;) {
      const apart = space();
      if (text[at] === '>' || text[at] === '/') break;
      if (!apart) fail();
      const key = name();
      if (key in attrs) fail();
      space();
      expect('=');
      space();
      const quote = text[at++];
      if (quote !== '"' && quote !== "'") fail();
      const raw = until(quote);
      if (raw.includes('<')) fail();
      attrs[key] = decode(raw.replace(/\r\n|[\t\n\r]/g, ' '));
      if (key === 'xmlns') scope[''] = attrs[key];
      else if (key.startsWith('xmlns:')) {
        const prefix = key.slice(6);
        if (!attrs[key] || prefix === 'xmlns' || (prefix === 'xml') !== (attrs[key] === XML_NS)) fail();
        scope[prefix] = attrs[key];
      }
    }
    // No two attributes may have the same namespace and name, however they are prefixed.
    const expanded = new Set();
    for (const key in attrs) {
      if (!key.includes(':') || key.startsWith('xmlns:')) continue;
      const { ns, local } = resolve(scope, key);
      if (expanded.size === expanded.add(`${ns} ${local}`).size) fail();
    }
    const { ns, local } = resolve(scope, qname);
    const self = /** @type {Element} */ ({ name: local, ns, attrs, children: [] });
    if (text[at] === '/') {
      expect('/>');
      return self;
    }
    expect('>');
    let chars = '';
    for (;;) {
      const next = text.indexOf('<', at);
      if (next < 0) fail();
      const raw = text.slice(at, next);
      if (raw.includes(']]>')) fail();
      chars += decode(raw);
      at = next;
      if (text.startsWith('<![CDATA[', at)) {
        at += 9;
        chars += until(']]>').replace(/\r\n?/g, '\n');
        continue;
      }
      if (chars) self.children.push(chars);
      chars = '';
      if (text[at + 1] === '/') break;
      self.children.push(element(scope, depth + 1));
    }
    at += 2;
    expect(qname);
    space();
    expect('>');
    return self;
  };

  const root = element({ '': '', xml: XML_NS }, 1);
  if (at !== text.length) fail();
  return root;
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
