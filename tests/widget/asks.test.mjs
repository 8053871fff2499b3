import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from '../../widget/src/xml.js';
import { answer, makeAsks } from '../../widget/src/view/asks.js';
import { makeFields } from '../../widget/src/view/fields.js';

const X = `<x xmlns='jabber:x:data' type='form'><title>Return</title><instructions>For a label.</instructions>
  <field type='hidden' var='urn:tresen:visit:1#line'><value>e7</value></field>
  <field type='text-single' var='order' label='Order'><required/></field>
  <field type='list-single' var='why' label='Why?'><option label='small'><value>small</value></option><option label='big'><value>big</value></option></field>
  <field type='text-multi' var='more' label='More'/>
  <field type='text-single' var='email' label='E-mail'><validate xmlns='http://jabber.org/protocol/xdata-validate'/></field></x>`;

const message = (id, attrs, inside = '', by = 'agent') => parse(`<message xmlns='jabber:client' from='sales@D/Nina' id='${id}'><body>x</body>${inside}
  <line xmlns='urn:tresen:visit:1' by='${by}' ${attrs}/></message>`);

/** An element as far as a card needs one. */
function h(tag, props = {}, ...children) {
  const element = { tag, props: { ...props }, children: children.filter(Boolean), value: '', listeners: {}, focused: 0, behind: [],
    validity: { valid: true }, textContent: '',
    matches: () => false, hasAttribute: (name) => name in element.props, focus() { element.focused++; },
    addEventListener(name, act) { element.listeners[name] = act; }, replaceWith(other) { element.replaced = other; },
    after(...more) { element.behind.push(...more); },
    before(...more) { element.parent.children.splice(element.parent.children.indexOf(element), 0, ...more); } };
  for (const child of element.children) if (typeof child === 'object') child.parent = element;
  return element;
}
const dom = {
  h, say: (element, text) => { element.textContent = text; },
  attribute: (element, name, value) => { if (value === undefined) delete element.props[name]; else element.props[name] = value; },
};
const all = (element) => (typeof element === 'string' ? [] : [element, ...element.children.flatMap(all)]);
const shown = (element) => all(element).flatMap((e) => [...e.children.filter((c) => typeof c === 'string'), e.textContent]).filter(Boolean);

const soon = () => new Promise((done) => { setTimeout(done, 5); });

function make(request = () => Promise.resolve(), bring = () => Promise.resolve({ makeFields })) {
  const said = [];
  const asked = [];
  const asks = makeAsks(dom, (key, values = {}) => [key, ...Object.values(values)].join(' '), (text) => said.push(text), () => {},
    { request: (...args) => { asked.push(args); return request(...args); } }, bring);
  const card = (id) => {
    const line = h('div');
    asks.show(line, id);
    return line.behind[0];
  };
  const input = (id, name) => all(card(id)).find((e) => e.props.id === `ask-${id}-${name}`);
  const submit = (id) => card(id).props.onsubmit({ preventDefault() {} });
  const refuse = (id) => all(card(id)).find((e) => e.props.class === 'quiet ask-no').props.onclick();
  /** The card is drawn, and its fields have come. */
  const drawn = async (id) => {
    card(id);
    await soon();
  };
  return { asks, said, asked, card, input, submit, refuse, drawn };
}

test('asks: a line with a form has a card with labelled fields', async () => {
  const { asks, card, input, drawn } = make();
  const entry = { body: 'Please:\n\nReturn\n- Order *' };
  asks.requested(message('e7', "requested='form'", X), entry);
  assert.deepEqual([entry.body, entry.edit[5]], ['Please:', 'e7'], 'what the form asks stands in the card');
  await drawn('e7');
  assert.equal(card('e7'), card('e7'), 'made once: what is typed stays');
  assert.deepEqual(['order', 'why', 'more', 'email'].map((name) => input('e7', name).tag), ['input', 'select', 'textarea', 'input']);
  assert.deepEqual([input('e7', 'order').props.required, input('e7', 'email').props.type], [true, 'email']);
  assert.deepEqual(all(card('e7')).filter((e) => e.tag === 'label').map((e) => e.props.for), ['order', 'why', 'more', 'email'].map((n) => `ask-e7-${n}`));
  assert.deepEqual(input('e7', 'why').children.map((o) => o.props.value), ['', 'small', 'big']);
  const plain = { body: 'Return\n- Order *' };
  asks.requested(message('e8', "requested='form'", X), plain);
  assert.equal(plain.body, 'ask.title');
  for (const other of [message('e9', '', X), message('e9', "requested='form'"), message('m9', "requested='form'", X)]) {
    const none = { body: 'x' };
    asks.requested(other, none);
    assert.equal(none.edit, undefined);
  }
});

test('asks: what is missing is said, and has the focus; nothing is sent', async () => {
  const { asks, asked, card, input, submit, drawn } = make();
  asks.requested(message('e7', "requested='form'", X), { body: '' });
  await drawn('e7');
  submit('e7');
  assert.deepEqual([asked.length, input('e7', 'order').focused, input('e7', 'order').props['aria-invalid']], [0, 1, 'true']);
  assert.ok(shown(card('e7')).includes('ask.check Order'));
  assert.ok(shown(card('e7')).includes('form.missing'));
  input('e7', 'order').value = '17';
  input('e7', 'order').listeners.input();
  assert.equal(input('e7', 'order').props['aria-invalid'], undefined);
});

test('asks: answers are sent once, and shown then', async () => {
  let stored;
  const { asks, said, asked, card, input, submit, drawn } = make(() => new Promise((done) => { stored = done; }));
  asks.requested(message('e7', "requested='form'", X), { body: '' });
  await drawn('e7');
  input('e7', 'order').value = " 17 <'";
  input('e7', 'more').value = 'one\ntwo';
  submit('e7');
  submit('e7');
  assert.equal(asked.length, 1);
  const [kind, to, xml] = asked[0];
  assert.deepEqual([kind, to], ['set', 'sales@D']);
  const sent = parse(xml);
  assert.deepEqual([sent.name, sent.attrs.about, /^[\d-]+$/.test(sent.attrs.id)], ['answer', 'e7', true]);
  const fields = sent.children[0].children.map((f) => [f.attrs.var, f.children.map((v) => v.children.join(''))]);
  assert.deepEqual([sent.children[0].attrs.type, fields], ['submit', [['order', ["17 <'"]], ['more', ['one', 'two']]]]);
  stored();
  await soon();
  assert.deepEqual(said, ['ask.answered']);
  assert.deepEqual(shown(card('e7')), ['Return', "Order: 17 <'\nMore: one\ntwo", 'ask.answered']);
});

test('asks: what was not sent stays, is sent again with the same key; what is over says so', async () => {
  let why = 'offline';
  const { asks, asked, card, input, submit, refuse, drawn } = make(() => Promise.reject(new Error(why)));
  asks.requested(message('e7', "requested='form'", X), { body: '' });
  await drawn('e7');
  input('e7', 'order').value = '17';
  submit('e7');
  await soon();
  assert.ok(shown(card('e7')).includes('ask.failed'));
  assert.equal(input('e7', 'order').value, '17');
  why = 'not-acceptable';
  submit('e7');
  await soon();
  assert.ok(shown(card('e7')).includes('form.wrong'));
  assert.equal(parse(asked[0][2]).attrs.id, parse(asked[1][2]).attrs.id);
  why = 'conflict';
  refuse('e7');
  await soon();
  assert.equal(parse(asked[2][2]).children[0].attrs.type, 'cancel');
  assert.deepEqual(shown(card('e7')), ['Return', 'ask.over']);
});

test('asks: what became of it comes from history and other pages, in any order', () => {
  const { asks, said, card } = make();
  const settle = (id, attrs, body = '', by = 'visitor') => asks.settled(message(id, attrs, '', by), { body });
  assert.equal(settle('e8', "about='e7' answered='form-answered'", 'Your answers: Return\nOrder: 17'), true);
  asks.requested(message('e7', "requested='form'", X), { body: '' });
  assert.deepEqual(shown(card('e7')), ['Return', 'Order: 17', 'ask.answered']);
  asks.requested(message('e9', "requested='form'", X), { body: '' });
  card('e9');
  settle('e10', "about='e9' answered='form-withdrawn'", '', 'agent');
  assert.deepEqual([shown(card('e9')), said], [['Return', 'ask.withdrawn'], ['ask.withdrawn']]);
  settle('e11', "about='e9' answered='form-answered'");
  assert.deepEqual(shown(card('e9')), ['Return', 'ask.withdrawn'], 'the first counts');
  assert.equal(settle('e12', "about='e9' answered='opened'"), false);
});

test('asks: with the chat its forms are over', () => {
  const { asks, card } = make();
  asks.requested(message('e7', "requested='form'", X), { body: '' });
  assert.equal(asks.settled(message('e9', "event='closed'", '', 'desk'), { body: '' }), false);
  assert.deepEqual(shown(card('e7')), ['Return', 'ask.over']);
  asks.requested(message('e5', "requested='form'", X), { body: '' });
  assert.deepEqual(shown(card('e5')), ['Return', 'ask.over'], 'of an earlier page of history');
  asks.requested(message('e10', "requested='form'", X), { body: '' });
  assert.ok(shown(card('e10')).includes('ask.send'));
});

test('asks: where the fields cannot be fetched, that is said, and Send tries once more', async () => {
  let has = false;
  const { asks, asked, card, input, submit, drawn } = make(undefined, () => (has ? Promise.resolve({ makeFields }) : Promise.reject(new Error('offline'))));
  asks.requested(message('e7', "requested='form'", X), { body: '' });
  await drawn('e7');
  assert.ok(shown(card('e7')).includes('ask.failed'));
  has = true;
  submit('e7');
  await soon();
  assert.ok(!shown(card('e7')).includes('ask.failed'));
  input('e7', 'order').value = '17';
  submit('e7');
  await soon();
  assert.equal(asked.length, 1);
});

test('asks: several of a list, a box, a pattern', async () => {
  const { asks, asked, card, input, submit, drawn } = make();
  asks.requested(message('e7', "requested='form'", `<x xmlns='jabber:x:data' type='form'><title>Parts</title>
    <field type='list-multi' var='parts' label='Parts'><required/><option><value>left</value></option><option><value>lid</value></option></field>
    <field type='boolean' var='news' label='News'/><field type='boolean' var='terms' label='Terms'><required/></field>
    <field type='text-single' var='bill' label='Bill'><validate xmlns='http://jabber.org/protocol/xdata-validate'><regex>[0-9]</regex></validate></field></x>`), { body: '' });
  await drawn('e7');
  assert.deepEqual(['parts_0', 'parts_1', 'news', 'terms'].map((name) => input('e7', name).props.type), ['checkbox', 'checkbox', 'checkbox', 'checkbox']);
  assert.deepEqual([input('e7', 'bill').props.type, input('e7', 'bill').props.pattern], ['text', '[0-9]']);
  submit('e7');
  assert.ok(shown(card('e7')).includes('ask.check Partsask.commaTerms'));
  assert.deepEqual(shown(card('e7')).filter((words) => /^form\.(missing|agree)/.test(words)), ['form.missing', 'form.agree']);
  for (const name of ['parts_0', 'parts_1', 'terms']) input('e7', name).checked = true;
  input('e7', 'parts_0').value = 'left';
  input('e7', 'parts_1').value = 'lid';
  submit('e7');
  await soon();
  const fields = parse(asked[0][2]).children[0].children.map((f) => [f.attrs.var, f.children.map((v) => v.children.join(''))]);
  assert.deepEqual(fields, [['parts', ['left', 'lid']], ['news', ['0']], ['terms', ['1']]]);
  assert.deepEqual(shown(card('e7')), ['Parts', 'Parts: left\nlid\nNews: ✗\nTerms: ✓', 'ask.answered']);
});

test('asks: what is declined has no fields', () => {
  assert.equal(answer('e7', 'k', undefined), "<answer xmlns='urn:tresen:visit:1' about='e7' id='k'><x xmlns='jabber:x:data' type='cancel'/></answer>");
});
