// Messages that were left: what the desk says of them, where lines go, what is shown. Without a browser: the view gets elements of its own.
import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { Chat } from '../../widget/src/chat.js';
import { Stream } from '../../widget/src/stream.js';
import { Visit } from '../../widget/src/visit.js';
import { child, parse } from '../../widget/src/xml.js';
import { fakeTabs, fakeTransport, memoryStore } from './fakes.mjs';
import './sheets.mjs';

const { make: makeTickets, usual } = await import('../../widget/src/view/tickets.js');
const { default: words } = await import('../../widget/src/i18n/en-more.js');

const VISIT = 'urn:tresen:visit:1';
const C = "xmlns='jabber:client' from='sales@d'";
const settle = async () => { for (let i = 0; i < 30; i++) await Promise.resolve(); };
test.afterEach(() => mock.timers.reset());

const ticket = (number, state = 'taken', more = '') => `<ticket number='${number}' state='${state}' subject='About ${number}' ${more}/>`;
const step = (id, number, state, more = '') => `<message ${C} type='chat' id='e${id}'><body>Step ${state}</body><stanza-id xmlns='urn:xmpp:sid:0' by='sales@d' id='${id}'/>
<line xmlns='${VISIT}' by='desk' event='ticket-${state}' stamp='2026-01-05T10:00:00Z'/>${more}<ticket xmlns='${VISIT}' number='${number}' state='${state}'/></message>`;
const reply = (id) => `<message xmlns='jabber:client' from='sales@d/Nina' type='chat' id='a${id}'><body>Yes.</body><stanza-id xmlns='urn:xmpp:sid:0' by='sales@d' id='${id}'/>
<line xmlns='${VISIT}' by='agent' name='Nina' stamp='2026-01-05T10:00:00Z'/></message>`;
const left = (number) => `<chat xmlns='${VISIT}' state='closed' number='${number}' left='true'/>`;

/** A page, checked in; `hear` is what the desk says, `sent` what it is told. */
async function make({ store = memoryStore(), tabs = fakeTabs(), answer = '', availability = 'chat' } = {}) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const { connect, made } = fakeTransport();
  const chat = new Chat(store, () => {});
  const stream = new Stream({ websocket: connect, bosh: async () => connect, domain: 'd', hello: () => visit.hello(), onelement: (e) => visit.hear(e),
    onstate: () => stream.state !== 'online' && visit.lost(), tabs: tabs(), ontab: (kind, value) => visit.told(kind, value) });
  const visit = new Visit({ context: {}, stream, chat, store, department: 'sales', edits: async () => () => false, describe: () => ({
    page: { url: 'https://shop.example/', title: '' }, lang: 'en', zone: '', browser: '' }) });
  stream.open();
  await settle();
  const net = made[0];
  const sent = (part) => net.sent.filter((xml) => xml.includes(part));
  const hear = async (xml) => {
    net.on.onelement(parse(xml));
    await settle();
  };
  const result = (part, content = '', type = 'result') => hear(`<iq ${C} type='${type}' id='${parse(sent(part).at(-1)).attrs.id}'>${content}</iq>`);
  const checkin = (more, present = availability) => result('<visit', `<visit xmlns='${VISIT}' department='Sales' visitor='visitor-1' availability='${present}'><token>t</token>${more}</visit>`);
  if (net) {
    net.on.onready();
    await settle();
    net.on.onstart('d');
    await result('<bind');
    await checkin(answer);
    await result('<query', "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'/></fin>");
  }
  return { chat, visit, stream, store, sent, hear, result, checkin };
}

/** What messages say about where they belong. */
const abouts = (sent) => sent('<body').map((xml) => {
  const message = parse(xml);
  return child(message, 'ticket', VISIT)?.attrs.number || (child(message, 'new-chat', VISIT) ? 'new' : '');
});

test('tickets: the check-in has them, and whether who waits may leave a message', async () => {
  const { chat, checkin, hear } = await make({ answer: `<leave/><tickets>${ticket(1042, 'waiting', "waits='true' last='151'")}${ticket(1007, 'solved')}</tickets>` });
  assert.deepEqual(chat.tickets.map(({ number, state, subject, waits }) => [number, state, subject, waits]),
    [['1042', 'waiting', 'About 1042', 'true'], ['1007', 'solved', 'About 1007', undefined]]);
  assert.equal(chat.leave, true);
  await hear(step(160, 1007, 'solved'));
  await checkin('');
  assert.deepEqual([chat.tickets, chat.leave], [[], false], 'there are none any more');
});

test('tickets: the part of the panel is wanted where there are some, nobody is there, or the visitor may leave a message', async () => {
  const queued = "<chat state='queued' number='7' position='2'/>";
  for (const [answer, wanted, availability] of [['', false, 'chat'], ['', false, 'dnd'], ['', true, 'unavailable'], [`<tickets>${ticket(1)}</tickets>`, true, 'chat'],
    [queued, false, 'dnd'], [`<leave/>${queued}`, true, 'dnd'], ["<leave/><chat state='active' number='7'/>", false, 'dnd']]) {
    const { chat } = await make({ answer, availability });
    assert.equal(Boolean(chat.hasTickets), wanted, answer + availability);
    mock.timers.reset();
  }
  assert.ok(!new Chat(memoryStore(), () => {}).hasTickets, 'not before the desk has said anything');
});

test('tickets: a step is a notice in the log, and the desk is asked what there is now; the next page looks for the answer', async () => {
  const { chat, hear, store, sent, checkin } = await make();
  assert.equal(store.get('run'), '');
  await hear(step(161, 1060, 'received', left(1060)));
  assert.deepEqual(chat.entries.map(({ by, body }) => [by, body]), [['desk', 'Step received']]);
  assert.deepEqual([chat.chat.state, chat.chat.left, chat.running], ['closed', 'true', false]);
  assert.equal(sent('<visit').length, 2);
  assert.equal(store.get('run'), '1', 'the ticket is known to be there before its number is');
  await checkin(`<tickets>${ticket(1060, 'received')}</tickets>`);
  assert.deepEqual(chat.tickets.map(({ number, subject }) => [number, subject]), [['1060', 'About 1060']]);
  assert.equal(store.get('run'), '1');
  assert.equal(chat.chat.left, 'true', 'as it was');
  await hear(step(162, 1060, 'solved'));
  await checkin(`<tickets>${ticket(1060, 'solved')}</tickets>`);
  assert.equal(store.get('run'), '', 'nothing is to come any more');
});

test('tickets: an answer outside a chat: the desk is asked which ticket waits now, of the page that shows it', async () => {
  const { chat, hear, sent, checkin } = await make({ answer: `<tickets>${ticket(1042)}${ticket(1007)}</tickets>` });
  assert.equal(sent('<visit').length, 1);
  await hear(reply(160));
  assert.equal(sent('<visit').length, 2);
  await checkin(`<tickets>${ticket(1007, 'taken', "waits='true'")}${ticket(1042)}</tickets>`);
  assert.equal(usual(chat), '1007');
  await hear(`<message ${C} type='chat' id='j'><body>Nina</body><chat xmlns='${VISIT}' state='active' number='1051'><agent name='Nina'/></chat></message>`);
  await hear(reply(161));
  assert.equal(sent('<visit').length, 2, 'in a chat there is nothing to ask');
});

test('tickets: what the next line is about goes with it, with each repeat, to other pages and to the next page', async () => {
  const tabs = fakeTabs();
  const store = memoryStore();
  const first = await make({ tabs, store });
  first.chat.about = '1042';
  first.visit.say('to the ticket');
  first.chat.about = '0';
  first.visit.say('a new question');
  first.chat.about = '';
  first.visit.say('as it comes');
  assert.deepEqual(abouts(first.sent), ['1042', 'new', '']);
  assert.match(first.sent('<body')[0], /<ticket xmlns='urn:tresen:visit:1' number='1042'\/><\/message>$/);
  assert.match(first.sent('<body')[1], /<new-chat xmlns='urn:tresen:visit:1'\/><\/message>$/);
  mock.timers.tick(15000);
  await settle();
  assert.deepEqual(abouts(first.sent).slice(3), ['1042', 'new', ''], 'repeated as it was');
  const next = new Chat(store, () => {});
  assert.deepEqual(next.pending.map(({ about }) => about), ['1042', '0', '']);
  mock.timers.reset();
  const second = await make({ tabs, store: memoryStore() });
  second.chat.about = '1042';
  second.visit.say('from the other page');
  await settle();
  assert.equal(abouts(first.sent).length, 6, 'it is not known yet whose line that is');
  await first.checkin(''); // the other page's
  assert.equal(abouts(first.sent).at(-1), '1042');
});

test('tickets: where a line goes of which nothing was said', () => {
  const tickets = (...all) => all.map(([number, state, waits]) => ({ number, state, waits }));
  const at = (availability, ...all) => usual({ running: false, availability, tickets: tickets(...all) });
  assert.equal(at('chat'), '');
  assert.equal(at('chat', ['1', 'taken']), '', 'somebody is there: a new chat');
  assert.equal(at('chat', ['2', 'taken'], ['1', 'waiting']), '1');
  assert.equal(at('chat', ['2', 'taken'], ['1', 'solved', 'true']), '1', 'an agent spoke last');
  assert.equal(at('unavailable', ['2', 'received'], ['1', 'taken']), '2', 'nobody is there: the latest');
  assert.equal(at('unavailable', ['2', 'solved'], ['1', 'taken']), '', 'the latest is done');
  assert.equal(at('unavailable', ['2', 'received'], ['1', 'taken', 'true']), '1');
  assert.equal(usual({ running: true, availability: 'chat', tickets: tickets(['1', 'waiting', 'true']) }), '', 'in a chat a line is the chat\'s');
});

/** An element as far as the view needs one. */
function h(tag, props = {}, ...children) {
  const element = { tag, props: { ...props }, hidden: false, dataset: {}, textContent: '', focused: 0, beside: [],
    children: children.filter(Boolean),
    after(...more) { element.beside.push(...more); }, before(...more) { element.beside.push(...more); },
    replaceChildren(...more) { element.children = more; }, focus() { element.focused++; },
    querySelector: () => element.children.find((e) => !e.hidden) };
  return element;
}
const dom = {
  h, button: (name, act, ...children) => h('button', { class: name, onclick: act }, ...children),
  say: (element, text) => { element.textContent = text; },
  attribute: (element, name, value) => { element.props[name] = value; },
};
const text = (element) => (typeof element === 'string' ? element : element.hidden ? '' : element.textContent || element.children.map(text).filter((part) => part.trim()).join(' '));
const all = (element) => (typeof element === 'string' ? [] : [element, ...element.children.flatMap(all)]);

/** The view of one page; `show` is a draw of the panel. */
function view(request = async () => {}) {
  const parts = Object.fromEntries(['input', 'banner', 'hurry', 'composer'].map((part) => [part, h('div')]));
  parts.hurry.hidden = true;
  const asked = [];
  const visit = { to: 'sales@d' };
  const t = (key, values = {}) => (words[key] || '').replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const part = async () => ({ make: () => () => {} }); // the opening hours
  const draw = makeTickets(dom, t, { querySelector: (name) => parts[name.slice(1)] }, { request: async (...args) => { asked.push(args); await request(); } }, visit, '', undefined, { part });
  const chat = { tickets: [], entries: [], about: '', running: false, leave: true, queued: false, availability: 'chat', chat: { state: '', left: false } };
  const [strip] = parts.banner.beside;
  const [target] = parts.composer.beside;
  const [leave, problem] = parts.hurry.beside;
  const find = (part, inside = strip) => all(inside).filter((e) => e.props.class?.split(' ').includes(part));
  const cards = () => find('ticket').filter((e) => !e.hidden).map(text);
  const press = (part, inside) => find(part, inside).filter((e) => !e.hidden)[0].props.onclick();
  return { parts, asked, strip, target, leave, problem, find, cards, press, chat, show: (more = {}) => draw(Object.assign(chat, more)) };
}
const said = (about, state = 'stored', more = {}) => ({ id: `${Math.random()}`, by: 'visitor', about, state, body: 'My line', ...more });
const one = { number: '1042', state: 'taken', subject: 'Do you ship?' };
const two = { number: '1007', state: 'solved', subject: 'Grinder' };

test('tickets: nobody is there: said above the input once something was said, and what is written is a message to be left', () => {
  const { show, parts, target, strip } = view();
  show({ availability: 'unavailable' });
  assert.deepEqual([parts.input.props.placeholder, target.hidden, strip.hidden], ['Leave a message', true, true], 'the greeting says the rest');
  show({ entries: [{ by: 'agent', body: 'Bye' }] });
  assert.equal(text(target), 'Nobody is here right now. What you write gets a number, and you find our answer here.');
  parts.input.props.placeholder = 'as the panel says';
  show({ availability: 'chat' });
  assert.deepEqual([parts.input.props.placeholder, target.hidden], ['as the panel says', true]);
  show({ running: true, chat: { state: 'queued', left: true } });
  assert.equal(parts.input.props.placeholder, 'Leave a message', 'the department keeps messages in its queue');
});

test('tickets: a card has number, subject and step; the receipt says where the answer will be', () => {
  const { show, cards, find } = view();
  show({ tickets: [{ ...one, state: 'received' }] });
  assert.deepEqual(cards(), ['Do you ship? Number 1042 received Write about this You find our answer here, on a later visit, too.']);
  show({ tickets: [{ number: '1042', state: 'taken' }] });
  assert.match(cards()[0], /^Number 1042/, 'without a subject');
  show({ tickets: [{ ...one, subject: 'Norway' }] });
  assert.deepEqual(cards(), ['Norway Number 1042 in progress Write about this']);
  assert.equal(find('ticket')[0].props['data-state'], 'taken');
  show({ tickets: [{ ...one, state: 'waiting' }] });
  assert.match(cards()[0], /waiting for you/);
});

test('tickets: one is shown, what waits first; the others behind a button, and all of them there when none goes on', () => {
  const { show, cards, find, press, strip } = view();
  const first = (card) => card.split(' Number')[0];
  const toggle = () => find('tickets-all')[0];
  show({ tickets: [one] });
  assert.equal(toggle().hidden, true);
  show({ tickets: [one, two, { number: '1001', state: 'waiting', subject: 'Parcel' }] });
  assert.deepEqual(cards().map(first), ['Parcel']);
  assert.deepEqual([text(toggle()), toggle().props['aria-expanded']], ['Your messages to us (3)', 'false']);
  const [card] = find('ticket');
  press('tickets-all');
  assert.deepEqual(cards().map(first), ['Parcel', 'Do you ship?', 'Grinder']);
  assert.equal(toggle().props['aria-expanded'], 'true');
  assert.equal(find('ticket')[0], card, 'what has the focus keeps it');
  press('tickets-all');
  show({ tickets: [two] });
  assert.deepEqual([cards(), text(strip)], [[], 'Your messages to us (1)']);
  show({ tickets: [one], running: true });
  assert.deepEqual(cards(), [], 'a chat has the place for itself');
  show({ tickets: [] });
  assert.equal(strip.hidden, true);
});

test('tickets: what waits gets the next lines, unless the visitor has a new question', () => {
  const { show, target, press, parts, chat } = view();
  const waiting = { ...one, state: 'waiting', waits: 'true' };
  parts.banner.dataset.kind = 'closed';
  show({ tickets: [waiting], chat: { state: 'closed' } });
  assert.equal(chat.about, '1042');
  assert.equal(text(target), 'What you write goes to number 1042. A new question instead');
  assert.equal(parts.banner.hidden, true, 'which says that writing begins a new chat');
  press('target-other', target);
  assert.deepEqual([chat.about, text(target), parts.input.focused], ['0', 'What you write is a new question. To number 1042 after all', 1]);
  press('target-other', target);
  assert.equal(chat.about, '1042');
  press('target-other', target);
  chat.entries.push(said('0', 'sending'));
  show();
  assert.equal(chat.about, '0', 'until it is stored');
  show({ running: true });
  assert.deepEqual([chat.about, target.hidden], ['', true]);
  parts.composer.hidden = true;
  show({ running: false });
  assert.equal(target.hidden, true, 'a form is asked for first');
});

test('tickets: lines that follow go where the first went; a new question that was left is the next ticket', () => {
  const { show, chat, press, target } = view();
  show({ tickets: [{ ...one, waits: 'true' }] });
  chat.entries.push(said('1042', 'sending'));
  show({ tickets: [one] });
  assert.equal(chat.about, '');
  chat.entries.at(-1).state = 'stored';
  show();
  assert.equal(chat.about, '1042', 'it waits no more, but the visitor is in the middle of it');
  press('target-other', target);
  assert.deepEqual([chat.about, target.hidden], ['0', false]);
  chat.entries.push(said('0'));
  show({ availability: 'unavailable', tickets: [{ number: '1060', state: 'received' }, one] });
  assert.equal(chat.about, '1060');
  show({ tickets: [] });
  assert.equal(chat.about, '');
});

test('tickets: a card may be written to, solved ones, too; the button is not there where lines go there already', () => {
  const { show, chat, find, press, target } = view();
  show({ tickets: [two, one] });
  press('tickets-all');
  const [, solved] = find('ticket').map((card) => find('ticket-write', card)[0]);
  assert.equal(solved.props['aria-label'], 'Write about this: number 1042');
  press('ticket-write');
  assert.equal(chat.about, '1007');
  assert.match(text(target), /goes to number 1007/);
  assert.deepEqual(find('ticket-write').map((e) => e.hidden), [true, false]);
  show({ running: true });
  assert.deepEqual(find('ticket-write').map((e) => e.hidden), [true, true]);
});

test('tickets: who waits leaves a message instead; the receipt gets the focus', async () => {
  const { show, leave, asked, find, chat } = view();
  show({ running: true, queued: true, chat: { state: 'queued', left: false } });
  assert.deepEqual([leave.hidden, text(leave)], [false, 'Leave a message instead']);
  leave.props.onclick();
  leave.props.onclick();
  assert.deepEqual(asked, [['set', 'sales@d', "<leave xmlns='urn:tresen:visit:1'/>"]], 'once');
  show({ running: false, queued: false, chat: { state: 'closed', left: true }, tickets: [{ number: '1042', state: 'received' }] });
  await settle();
  show();
  assert.equal(leave.hidden, true);
  assert.equal(find('ticket')[0].focused, 1);
  show();
  assert.equal(find('ticket')[0].focused, 1);
  assert.equal(chat.about, '');
});

test('tickets: it did not work: said, and the place is kept; an agent was faster: nothing to say', async () => {
  for (const [message, words_] of [['resource-constraint', 'That did not work just now. You keep your place.'], ['unexpected-request', ''], ['item-not-found', '']]) {
    const { show, leave, problem, parts } = view(async () => { throw new Error(message); });
    show({ running: true, queued: true, chat: { state: 'queued', left: false } });
    leave.props.onclick();
    await settle();
    assert.equal(problem.textContent, words_, message);
    parts.hurry.hidden = false;
    show();
    assert.equal(leave.hidden, true, 'no connection');
    show({ queued: false });
    assert.equal(problem.textContent, '');
  }
});
