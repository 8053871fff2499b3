import assert from 'node:assert/strict';
import test from 'node:test';
import { child, children, escape, parse, text, x } from '../../widget/src/xml.js';

const plain = ({ name, ns, attrs, children: inner }) => ({ name, ns, attrs: { ...attrs },
  children: inner.map((c) => (typeof c === 'string' ? c : plain(c))) });

test('xml: accepts what XMPP sends', () => {
  assert.deepEqual(plain(parse("<a xmlns='n' b='1'>x<c/>y</a>")), { name: 'a', ns: 'n', attrs: { xmlns: 'n', b: '1' },
    children: ['x', { name: 'c', ns: 'n', attrs: {}, children: [] }, 'y'] });
  const features = parse("<stream:features xmlns:stream='s'><bind xmlns='b'/><stream:x/></stream:features>");
  assert.equal(features.name, 'features');
  assert.equal(features.ns, 's');
  assert.equal(child(features, 'bind', 'b')?.ns, 'b');
  assert.equal(child(features, 'x')?.ns, 's');
  assert.equal(child(features, 'bind', 'other'), undefined);
  for (const [xml, expected] of [
    ['<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</a>', '<>&"\'A\u{1F600}'],
    ['<a>1\r\n2\r3</a>', '1\n2\n3'],
    ['<a>&#13;</a>', '\r'],
    ['<a><![CDATA[<b>&amp;]]></a>', '<b>&amp;'],
    ['<a >x</a\n>', 'x'],
    ['<a>]] ></a>', ']] >'],
  ]) assert.equal(text(parse(xml)), expected, xml);
  assert.equal(parse("<a b='1\t2\r\n3&#10;4'/>").attrs.b, '1 2 3\n4');
  assert.equal(parse('<a b = "it\'s"/>').attrs.b, "it's");
  assert.equal(parse("<a xml:lang='de'/>").attrs['xml:lang'], 'de');
  assert.equal(parse("<a xmlns='x'><b xmlns=''/></a>").children[0].ns, '');
  assert.equal(children(parse('<a><b/>t<b/><c/></a>'), 'b').length, 2);
});

const refused = {
  'nothing': '', 'text only': 'hello', 'space before': ' <a/>', 'space after': '<a/> ', 'two elements': '<a/><a/>',
  'not closed': '<a>', 'closed twice': '<a></a></a>', 'wrong end': '<a></b>', 'prefix of the name': '<ab></a>', 'end only': '</a>',
  'declaration': "<?xml version='1.0'?><a/>", 'processing instruction': '<a><?p?></a>', 'comment': '<a><!-- c --></a>',
  'document type': '<!DOCTYPE a><a/>', 'inner document type': '<a><!DOCTYPE a></a>', 'entity bomb': '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  'unknown entity': '<a>&nbsp;</a>', 'object property as entity': '<a>&constructor;</a>', 'bare ampersand': '<a>a & b</a>',
  'ampersand at the end': '<a>&amp</a>', 'reference to nothing': '<a>&#0;</a>', 'reference to a surrogate': '<a>&#xD800;</a>',
  'reference beyond Unicode': '<a>&#x110000;</a>', 'reference to a control': '<a>&#8;</a>', 'control character': '<a>\u0001</a>',
  'lone surrogate': '<a>\ud800</a>', 'not a character': '<a>\uffff</a>', 'NUL': '<a>\0</a>',
  'attribute twice': "<a b='1' b='2'/>", 'attribute twice by prefix': "<a xmlns:p='n' xmlns:q='n' p:b='1' q:b='2'/>",
  'no quotes': '<a b=1/>', 'no value': '<a b/>', 'no space': "<a b='1'c='2'/>", '< in attribute': "<a b='<'/>", 'quote not closed': "<a b='1/>",
  'unknown prefix': '<p:a/>', 'unknown attribute prefix': "<a p:b='1'/>", 'two colons': "<a:b:c xmlns:a='n'/>", 'colon first': '<:a/>',
  'digit first': '<1a/>', 'prefix unbound': "<a xmlns:p=''/>", 'xmlns bound': "<a xmlns:xmlns='n'/>", 'xml bound to another': "<a xmlns:xml='n'/>",
  'xml namespace elsewhere': "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", ']]> in text': '<a>]]></a>',
  'slash apart': '<a/ >', 'CDATA not closed': '<a><![CDATA[x</a>', 'too deep': '<a>'.repeat(40) + '</a>'.repeat(40),
  'too long': `<a>${'x'.repeat(1 << 20)}</a>`,
};

for (const [why, xml] of Object.entries(refused)) {
  test(`xml: refuses ${why}`, () => { assert.throws(() => parse(xml), /^Error: XML at/); });
}

test('xml: __proto__ and constructor are ordinary names', () => {
  const element = parse("<a __proto__='1' constructor='2'/>");
  assert.equal(element.attrs.constructor, '2');
  assert.equal(Object.getPrototypeOf(element.attrs), null);
  assert.equal({}.b, undefined);
});

test('xml: whatever is written can be read again', () => {
  const nasty = 'a<b>&"\'\r\n\t\u{1f600}]]>\u00e9';
  const element = parse(x('m', { xmlns: 'n', a: nasty, empty: '', none: undefined, n: 0 }, x('body', {}, escape(nasty)), x('c')));
  assert.equal(text(child(element, 'body')), nasty);
  assert.equal(element.attrs.a.replace(/\s/g, ''), nasty.replace(/\s/g, ''));
  assert.deepEqual(Object.keys(element.attrs), ['xmlns', 'a', 'n']);
  assert.equal(text(parse(`<a>${escape('x\u0000\ud800y\ufffe')}</a>`)), 'x\ufffd\ufffdy\ufffd');
});

test('xml: mutated stanzas are refused or give a sound tree, and never hang', () => {
  const seeds = [
    "<message xmlns='jabber:client' type='chat' from='sales@d/Nina' id='a7'><body>Hi &amp; ho</body><stanza-id xmlns='urn:xmpp:sid:0' id='1'/></message>",
    "<stream:features xmlns:stream='http://etherx.jabber.org/streams'><bind xmlns='b'/></stream:features>",
    '<a><![CDATA[x]]><b c="&#x41;" d=\'2\'>t</b></a>',
  ];
  const bits = ['<', '>', '/', '&', ';', "'", '"', '=', ' ', '!', '?', '[', ']', ':', '#', 'x', '\0', '\ud800', '<!--', ']]>', '&lt;', 'xmlns=""'];
  let state = 42;
  const random = (n) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % n;
  };
  const sound = (e) => typeof e === 'string' || (/^[\w.-]+$/.test(e.name) && typeof e.ns === 'string' && e.children.every(sound));
  let accepted = 0;
  const start = Date.now();
  for (let i = 0; i < 20000; i++) {
    let xml = seeds[i % seeds.length];
    for (let n = 1 + random(3); n--;) {
      const at = random(xml.length);
      xml = xml.slice(0, at) + (random(3) ? bits[random(bits.length)] : '') + xml.slice(at + random(3));
    }
    let element;
    try {
      element = parse(xml);
    } catch (error) {
      assert.match(error.message, /^XML at/, xml);
      continue;
    }
    accepted++;
    assert.ok(sound(element), xml);
    assert.ok(!/<[!?](?!\[CDATA\[)/.test(xml) || xml.includes('<![CDATA['), xml);
  }
  assert.ok(accepted > 200, `${accepted} accepted`);
  assert.ok(Date.now() - start < 10000);
});
