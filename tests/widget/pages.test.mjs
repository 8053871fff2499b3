import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from '../../widget/src/xml.js';
import { address, makePages } from '../../widget/src/view/pages.js';

const line = (id, attrs, by = 'agent') => parse(`<message xmlns='jabber:client' from='sales@D/Nina' id='${id}'><body>x</body>
  <line xmlns='urn:tresen:visit:1' by='${by}' ${attrs}/></message>`);

/** An element as far as a card needs one. */
function h(tag, props = {}, ...children) {
  return { tag, props, children: children.filter(Boolean), matches: () => false, after(...more) { this.children.push(...more); },
    replaceChildren(...now) { this.children = now; } };
}

function make(request) {
  const said = [];
  const gone = [];
  const asked = [];
  const stream = { request: (...args) => { asked.push(args); return request(...args); } };
  const pages = makePages(h, (key) => key, (text) => said.push(text), () => {}, stream, (url) => gone.push(url), () => 'https://shop.example');
  const show = (id) => {
    const bubble = h('div');
    pages.show(bubble, id);
    return bubble.children[1];
  };
  return { pages, said, gone, asked, show };
}

const words = (card) => card.children.map((c) => c.children.join(''));
const click = (more = {}) => { const event = { prevented: false, preventDefault() { event.prevented = true; }, ...more }; return event; };
const soon = () => new Promise((done) => { setTimeout(done, 5); });

test('pages: only http and https addresses get buttons', () => {
  assert.equal(address('https://shop.example/a?b#c'), 'https://shop.example/a?b#c');
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'https://a@shop.example/', '/prices', 'vbscript:x', '', 'ftp://shop.example/']) {
    assert.equal(address(bad), '', bad);
  }
  const { pages } = make();
  const entry = { body: 'x' };
  pages.offered(line('e1', "offered='javascript:alert(1)'"), entry);
  assert.equal(entry.edit, undefined);
  pages.offered(line("a&apos;b", "offered='https://shop.example/'"), entry);
  assert.equal(entry.edit, undefined, 'an id that is none of ours');
});

test('pages: a page is opened after the desk knows it, once', async () => {
  let stored;
  const { pages, gone, asked, show } = make(() => new Promise((done) => { stored = done; }));
  const entry = { body: 'x' };
  pages.offered(line('e7', "offered='https://shop.example/'"), entry);
  assert.deepEqual([entry.edit[4], entry.body], ['e7', 'page.title'], 'the address is no link of its own');
  const more = { body: 'Look\nhere:\nhttps://shop.example/' };
  pages.offered(line('e7', "offered='https://shop.example/'"), more);
  assert.equal(more.body, 'Look\nhere:');
  const card = show('e7');
  assert.deepEqual(words(card), ['page.open', 'page.no']);
  const [open] = card.children;
  const event = click();
  open.props.onclick(event);
  open.props.onclick(click());
  assert.equal(event.prevented, true);
  assert.deepEqual(gone, []);
  stored();
  await soon();
  assert.deepEqual(gone, ['https://shop.example/']);
  assert.deepEqual(asked, [['set', 'sales@D', "<answer xmlns='urn:tresen:visit:1' about='e7' answered='opened'/>"]]);
  assert.deepEqual(words(card), ['page.opened', 'page.open']);
});

test('pages: with a key pressed it is a link like any other', () => {
  const { pages, asked, show } = make(() => Promise.resolve());
  pages.offered(line('e7', "offered='https://shop.example/'"), { body: '' });
  const event = click({ ctrlKey: true });
  show('e7').children[0].props.onclick(event);
  assert.deepEqual([event.prevented, asked.length], [false, 1], 'the desk is told all the same');
});

test('pages: of another origin: a tab of its own, where the host is named', async () => {
  const { pages, gone, asked, show } = make(() => Promise.resolve());
  pages.offered(line('e7', "offered='https://help.shop.example/a'"), { body: '' });
  const [open] = show('e7').children;
  assert.deepEqual([open.props.target, open.props.rel, open.children.join('')], ['_blank', 'noopener', 'page.open (help.shop.example)']);
  const event = click();
  open.props.onclick(event);
  await soon();
  assert.deepEqual([event.prevented, gone.length, asked.length], [false, 0, 1]);
  pages.offered(line('e8', "offered='https://shop.example/a'"), { body: '' });
  assert.equal(show('e8').children[0].props.target, undefined);
});

test('pages: what cannot be told is said, and may be tried again; opening goes on', async () => {
  let works = false;
  const { pages, said, gone, show } = make(() => (works ? Promise.resolve() : Promise.reject(new Error('offline'))));
  pages.offered(line('e7', "offered='https://shop.example/'"), { body: '' });
  const card = show('e7');
  card.children[1].props.onclick();
  await soon();
  assert.deepEqual(said, ['page.failed']);
  assert.deepEqual(words(card), ['page.open', 'page.no', 'page.failed']);
  works = true;
  card.children[1].props.onclick();
  await soon();
  assert.deepEqual(said, ['page.failed', 'page.declined']);
  assert.deepEqual(words(card), ['page.declined', 'page.open']);
  works = false;
  pages.offered(line('e8', "offered='https://shop.example/b'"), { body: '' });
  show('e8').children[0].props.onclick(click());
  await soon();
  assert.deepEqual(gone, ['https://shop.example/b']);
});

test('pages: what became of it comes from history and other tabs, in any order', () => {
  const { pages, show } = make();
  assert.equal(pages.answered(line('e2', "about='e1' answered='declined'", 'visitor')), true);
  assert.equal(pages.answered(line('e3', '')), false);
  assert.equal(pages.answered(line('e3', "about='e1' answered='eaten'")), false);
  pages.offered(line('e1', "offered='https://shop.example/'"), { body: '' });
  const card = show('e1');
  assert.deepEqual(words(card), ['page.declined', 'page.open']);
  pages.offered(line('e4', "offered='https://shop.example/'"), { body: '' });
  const other = show('e4');
  pages.answered(line('e5', "about='e4' answered='opened'", 'visitor'));
  assert.deepEqual(words(other), ['page.opened', 'page.open']);
});
