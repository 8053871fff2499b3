import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { Chat } from '../../widget/src/chat.js';
import * as write from '../../widget/src/stanza/write.js';
import { Stream } from '../../widget/src/stream.js';
import { Visit } from '../../widget/src/visit.js';
import { child, parse, text } from '../../widget/src/xml.js';
import { fakeTabs, fakeTransport, memoryStore } from './fakes.mjs';

const settle = async () => { for (let i = 0; i < 30; i++) await Promise.resolve(); };
const C = "xmlns='jabber:client' from='sales@d'";

/** A page with a stream that is connected; `net` is the other side. */
async function make({ stored = {}, department = 'sales', edits = async () => () => false, identity } = {}) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const transports = fakeTransport();
  const store = memoryStore(stored);
  const chat = new Chat(store, () => {});
  const stream = new Stream({ websocket: transports.connect, bosh: async () => transports.connect, domain: 'd', hello: () => visit.hello(),
    onelement: (e) => visit.hear(e), onstate: () => stream.state !== 'online' && visit.lost(), tabs: fakeTabs()(), ontab: (kind, value) => visit.told(kind, value) });
  const visit = new Visit({ context: { identity }, stream, chat, store, department, edits: () => edits(chat), describe: () => ({
    page: { url: 'https://u:p@shop.example/prices?secret=1#x', title: 'Prices', referrer: 'https://search.example/?q=1' }, lang: 'de', zone: 'Europe/Berlin', browser: 'Test 1' }) });
  stream.open();
  await settle();
  const net = () => transports.made.at(-1);
  net().on.onready();
  await settle();
  const sent = (part) => net().sent.filter((xml) => xml.includes(part));
  const hear = async (xml) => {
    net().on.onelement(parse(xml.replace('QUERY', xml.includes('QUERY') && parse(sent('<query').at(-1)).children[0].attrs.queryid)));
    await settle();
  };
  const answer = (part, content = '', type = 'result') => hear(`<iq ${C} type='${type}' id='${parse(sent(part).at(-1)).attrs.id}'>${content}</iq>`);
  const checkin = (more = '', attrs = "visitor='visitor-1' availability='chat'") => answer('<visit',
    `<visit xmlns='urn:tresen:visit:1' department='Sales' ${attrs}><token>new-token</token>${more}</visit>`);
  const fin = (last = '', complete = true) => answer('<query', `<fin xmlns='urn:xmpp:mam:2' ${complete ? "complete='true'" : ''}><set xmlns='http://jabber.org/protocol/rsm'>${last && `<first>1</first><last>${last}</last>`}</set></fin>`);
  const start = async () => {
    net().on.onstart('d');
    await answer('<bind');
  };
  return { chat, stream, visit, store, net, sent, hear, answer, checkin, fin, start, transports };
}

test.afterEach(() => mock.timers.reset());

const old = (id, by, body, message = `m${id}`) => `<message ${C}><result xmlns='urn:xmpp:mam:2' queryid='QUERY' id='${id}'><forwarded xmlns='urn:xmpp:forward:0'>
<delay xmlns='urn:xmpp:delay' stamp='2026-01-05T10:00:00Z'/><message xmlns='jabber:client' from='${by === 'visitor' ? 'visitor-1@d' : 'sales@d/Nina'}' id='${message}'><body>${body}</body>
<line xmlns='urn:tresen:visit:1' by='${by}' stamp='2026-01-05T10:00:00.5Z' seen='displayed'/></message></forwarded></result></message>`;
const live = (id, body, message = `a${id}`) => `<message type='chat' xmlns='jabber:client' from='sales@d/Nina' id='${message}'><body>${body}</body>
<stanza-id xmlns='urn:xmpp:sid:0' by='sales@d' id='${id}'/><line xmlns='urn:tresen:visit:1' by='agent' name='Nina' stamp='2026-01-05T10:00:00.5Z'/><request xmlns='urn:xmpp:receipts'/></message>`;
const receipt = (id, archive) => `<message ${C}><received xmlns='urn:xmpp:receipts' id='${id}'/><stanza-id xmlns='urn:xmpp:sid:0' by='sales@d' id='${archive}'/></message>`;
const refusal = (id, type, condition) => `<message ${C} type='error' id='${id}'><error type='${type}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`;

test('visit: a first visit says where it is, without what is private, and asks for history only once it is known', async () => {
  const { sent, checkin, store, chat } = await make();
  const visit = child(parse(sent('<visit')[0]), 'visit');
  assert.deepEqual({ ...child(visit, 'page').attrs }, { url: 'https://shop.example/prices', title: 'Prices', referrer: 'https://search.example/' });
  assert.deepEqual({ ...child(visit, 'locale').attrs }, { lang: 'de', zone: 'Europe/Berlin' });
  assert.equal(text(child(visit, 'browser')), 'Test 1');
  assert.equal(child(visit, 'token'), undefined);
  assert.match(sent('<presence')[0], /to='sales@d'/);
  assert.equal(sent('<query').length, 0);
  await checkin();
  assert.equal(store.get('token'), 'new-token');
  assert.equal(chat.availability, 'chat');
  assert.equal(chat.department, 'Sales');
  assert.match(sent('<query')[0], /<before\/>/);
});

test('visit: before its check-in a page shares lines as the visitor of the browser, unless it may name another', async () => {
  const stored = { token: 'old-token', visitor: 'visitor-1' };
  const line = { id: 'x', body: 'from another page', time: 1, about: '' };
  for (const [identity, whose] of [[undefined, 'visitor-1'], [{ vouch: () => null }, '']]) {
    const { visit, stream, chat } = await make({ stored, identity });
    const told = [];
    stream.tell = (kind, { body, visitor }) => told.push([kind, body, visitor]);
    visit.say('hi');
    assert.deepEqual(told, [['line', 'hi', whose]]);
    visit.told('line', { ...line, visitor: whose });
    visit.told('line', { ...line, id: 'y', visitor: 'visitor-2' });
    assert.deepEqual(chat.entries.map(({ body }) => body), ['hi', line.body]);
    mock.timers.reset();
  }
});

test('visit: a returning visitor asks for everything at once', async () => {
  const { sent, checkin, fin, hear, chat, store } = await make({ stored: { token: 'old-token', visitor: 'visitor-1' } });
  assert.match(sent('<visit')[0], /<token>old-token<\/token>/);
  assert.equal(sent('<query').length, 1, 'in the same breath');
  await checkin("<chat state='active' number='7'><agent name='Nina'/></chat>");
  await hear(old(1, 'visitor', 'hi'));
  await hear(old(2, 'agent', 'hello'));
  await fin('2');
  assert.deepEqual(chat.entries.map((e) => [e.by, e.body, e.state]), [['visitor', 'hi', 'read'], ['agent', 'hello', 'read']]);
  assert.equal(chat.chat.agent, 'Nina');
  assert.equal(store.get('run'), '1');
  assert.equal(chat.last, '2');
});

test('visit: the default department is the domain itself', async () => {
  const { sent } = await make({ department: '' });
  assert.match(sent('<presence')[0], /to='d'/);
});

test('visit: a token that is not known any more begins a new conversation', async () => {
  const m = await make({ stored: { token: 'old', visitor: 'visitor-0', seen: '2' } });
  m.chat.page('last', [{ id: 'x', archive: '1', by: 'agent', name: 'N', event: '', body: 'not yours', time: 1, seen: '' }], { complete: true, first: '1', last: '1' });
  await m.checkin();
  assert.deepEqual(m.chat.entries, []);
  assert.equal(m.store.get('visitor'), 'visitor-1');
  assert.equal(m.store.get('seen'), '');
});

test('visit: lines wait for the check-in, then go out, and are repeated with the same id until there is a receipt', async () => {
  const { visit, sent, start, checkin, fin, hear, chat } = await make();
  visit.say('one <&>');
  assert.equal(sent('<body').length, 0);
  await start();
  await checkin();
  await fin();
  assert.equal(sent('<body').length, 1);
  const message = parse(sent('<body')[0]);
  assert.equal(text(child(message, 'body')), 'one <&>');
  assert.ok(child(message, 'request', 'urn:xmpp:receipts'));
  assert.ok(child(message, 'markable', 'urn:xmpp:chat-markers:0'));
  mock.timers.tick(15000);
  await settle();
  assert.equal(sent('<ping').length, 1);
  assert.deepEqual(sent('<body').map((xml) => parse(xml).attrs.id), [message.attrs.id, message.attrs.id]);
  await hear(receipt(message.attrs.id, 5));
  assert.equal(chat.entries[0].state, 'stored');
  mock.timers.tick(5000);
  assert.equal(sent('<body').length, 2);
  await hear(`<message ${C}><displayed xmlns='urn:xmpp:chat-markers:0' id='${message.attrs.id}'/></message>`);
  assert.equal(chat.entries[0].state, 'read');
});

test('visit: what had no receipt goes out again on the next connection', async () => {
  const { visit, net, sent, start, checkin, fin, transports, chat } = await make();
  await start();
  await checkin();
  await fin();
  visit.say('one');
  const { id } = parse(sent('<body')[0]).attrs;
  net().on.onclose();
  mock.timers.tick(30000);
  await settle();
  assert.equal(transports.made.length, 2);
  net().on.onready();
  await settle();
  assert.equal(sent('<body').length, 0, 'not before the check-in');
  assert.match(sent('<query')[0], /<before\/>/, 'nothing was known yet');
  await start();
  await checkin();
  assert.equal(parse(sent('<body')[0]).attrs.id, id);
  assert.equal(chat.entries.length, 1);
});

test('visit: after a reconnect it asks for what came after the last line', async () => {
  const { net, sent, start, checkin, fin, hear, chat } = await make({ stored: { token: 't', visitor: 'visitor-1' } });
  await start();
  await checkin();
  await hear(old(4, 'agent', 'four'));
  await fin('4');
  net().on.onclose();
  mock.timers.tick(30000);
  await settle();
  net().on.onready();
  await settle();
  assert.match(sent('<query')[0], /<after>4<\/after>/);
  await start();
  await checkin();
  await hear(live(9, 'nine'));
  await hear(old(5, 'agent', 'five'));
  await fin('5', false);
  assert.equal(chat.last, '5');
  assert.match(sent('<query')[1], /<after>5<\/after>/);
  await hear(old(9, 'agent', 'nine'));
  await fin('9');
  assert.deepEqual(chat.entries.map((e) => e.body), ['four', 'five', 'nine']);
  assert.equal(chat.synced, true);
});

test('visit: an id that the archive has forgotten leads to its end', async () => {
  const { net, sent, start, checkin, fin, hear, answer, chat } = await make({ stored: { token: 't', visitor: 'visitor-1' } });
  await start();
  await checkin();
  await hear(old(4, 'agent', 'four'));
  await fin('4');
  net().on.onclose();
  mock.timers.tick(30000);
  await settle();
  net().on.onready();
  await settle();
  await start();
  await checkin();
  await answer('<query', "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>", 'error');
  assert.match(sent('<query').at(-1), /<before\/>/);
  await hear(old(8, 'agent', 'eight'));
  await fin('8');
  assert.deepEqual(chat.entries.map((e) => e.body), ['eight']);
});

test('visit: agents\' lines are acknowledged when shown, and marked as seen when looked at', async () => {
  const { visit, sent, start, checkin, fin, hear, chat } = await make();
  await start();
  await checkin();
  await fin();
  await hear(live(3, 'hi'));
  assert.match(sent("xmlns='urn:xmpp:receipts' id='a3'")[0], /<received/);
  assert.equal(chat.unread, 1);
  visit.see();
  visit.see();
  assert.equal(sent('<displayed').length, 1);
  assert.match(sent('<displayed')[0], /id='a3'/);
  await hear(live(3, 'hi'));
  assert.equal(chat.entries.length, 1);
});

test('visit: too fast: the same line goes out again later, in order and slowly', async () => {
  const { visit, sent, start, checkin, fin, hear, chat } = await make();
  await start();
  await checkin();
  await fin();
  visit.say('one');
  visit.say('two');
  const ids = sent('<body').map((xml) => parse(xml).attrs.id);
  for (const id of ids) await hear(refusal(id, 'wait', 'resource-constraint'));
  assert.deepEqual(chat.entries.map((e) => [e.state, e.problem]), [['sending', 'wait'], ['sending', 'wait']]);
  visit.say('three');
  assert.equal(sent('<body').length, 2, 'nothing overtakes');
  mock.timers.tick(4000);
  await settle();
  assert.deepEqual(sent('<body').map((xml) => parse(xml).attrs.id), [...ids, ids[0]], 'one at a time');
  await hear(receipt(ids[0], 1));
  mock.timers.tick(1100);
  await settle();
  await hear(receipt(ids[1], 2));
  mock.timers.tick(1100);
  await settle();
  assert.equal(sent('<body').length, 5);
  assert.deepEqual(chat.entries.map((e) => e.problem), ['', '', '']);
  await hear(receipt(parse(sent('<body')[4]).attrs.id, 3));
  visit.say('four');
  visit.say('five');
  assert.equal(sent('<body').length, 7, 'fast again');
});

test('visit: refused for good: shown, not repeated, tried again when the visitor says so', async () => {
  const { visit, sent, start, checkin, fin, hear, chat } = await make();
  await start();
  await checkin();
  await fin();
  visit.say('bad');
  await hear(refusal(chat.entries[0].id, 'modify', 'not-acceptable'));
  assert.deepEqual([chat.entries[0].state, chat.entries[0].problem], ['failed', 'not-acceptable']);
  mock.timers.tick(14000);
  assert.equal(sent('<body').length, 1);
  visit.sendAgain(chat.entries[0]);
  assert.equal(sent('<body').length, 2);
});

test('visit: a form that must be filled in holds the lines back; its answer is a check-in', async () => {
  const { visit, sent, start, checkin, fin, answer, chat } = await make();
  visit.say('early');
  await start();
  await checkin("<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'><value>v</value></field><field var='name' type='text-single' label='Name'><required/></field><field var='email' type='text-single'/></x>");
  await fin();
  assert.deepEqual(chat.form.map(({ element, required }) => [element.attrs.var, required]), [['FORM_TYPE', false], ['name', true], ['email', false]]);
  assert.equal(sent('<body').length, 0);
  const done = visit.answer({ name: 'Ada <1>', email: '' });
  const again = parse(sent('<visit')[1]);
  const form = child(child(again, 'visit'), 'x', 'jabber:x:data');
  assert.equal(form.attrs.type, 'submit');
  assert.equal(text(child(child(form, 'field'), 'value')), 'Ada <1>');
  assert.match(sent('<visit')[1], /<token>new-token</);
  await answer('<visit', "<visit xmlns='urn:tresen:visit:1' visitor='visitor-1' availability='chat'><token>third</token></visit>");
  await done;
  assert.equal(sent('<body').length, 1);
});

test('visit: typing is told once, with its pauses and its end', async () => {
  const { visit, sent, start, checkin, fin } = await make();
  await start();
  visit.typing(true);
  await checkin("<chat state='active' number='7'><agent name='Nina'/></chat>");
  await fin();
  assert.equal(sent('chatstates').length, 0);
  visit.typing(true);
  visit.typing(true);
  assert.equal(sent('<composing').length, 1);
  mock.timers.tick(5000);
  assert.equal(sent('<paused').length, 1);
  visit.typing(true);
  visit.typing(false);
  assert.equal(sent('<active').length, 1);
  visit.typing(true);
  visit.say('done');
  mock.timers.tick(5000);
  assert.equal(sent('<paused').length, 1);
});

test('visit: state, typing, availability and notices of the desk', async () => {
  const { start, checkin, fin, hear, chat } = await make();
  await start();
  await checkin();
  await fin();
  await hear(`<message ${C} type='chat' id='q'><body>You are number 2.</body><chat xmlns='urn:tresen:visit:1' state='queued' number='1042' position='2'/><no-store xmlns='urn:xmpp:hints'/></message>`);
  assert.deepEqual(chat.chat, { state: 'queued', number: '1042', position: 2, agent: '', xmlns: 'urn:tresen:visit:1' });
  assert.equal(chat.entries.length, 0, 'a state is no line');
  await hear(`<message ${C} type='chat' id='j'><body>Nina has joined.</body><stanza-id xmlns='urn:xmpp:sid:0' by='sales@d' id='9'/><line xmlns='urn:tresen:visit:1' by='desk' event='joined' name='Nina' stamp='2026-01-05T10:00:00Z'/><chat xmlns='urn:tresen:visit:1' state='active' number='1042'><agent name='Nina'/></chat></message>`);
  assert.equal(chat.chat.state, 'active');
  assert.deepEqual([chat.entries[0].by, chat.entries[0].body, chat.entries[0].name], ['desk', 'Nina has joined.', 'Nina']);
  await hear("<message xmlns='jabber:client' from='sales@d/Nina' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
  assert.equal(chat.typing, true);
  await hear(live(10, 'hi'));
  assert.equal(chat.typing, false, 'a line ends it');
  for (const [xml, expected] of [["type='unavailable'/>", 'unavailable'], ['><show>away</show></presence>', 'away'], ['><show>dnd</show></presence>', 'dnd'], ['/>', 'chat']]) {
    await hear(`<presence ${C} ${xml}`);
    assert.equal(chat.availability, expected);
  }
  await hear("<presence xmlns='jabber:client' from='other@d' type='unavailable'/>");
  await hear(`<presence ${C} type='error'/>`);
  assert.equal(chat.availability, 'chat');
});

test('visit: a check-in that is refused is shown and tried again', async () => {
  const { start, answer, sent, checkin, chat } = await make();
  await start();
  await answer('<visit', "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>", 'error');
  assert.equal(chat.isShut, 'item-not-found');
  mock.timers.tick(25000);
  assert.equal(sent('<visit').length, 1);
  mock.timers.tick(5000);
  assert.equal(sent('<visit').length, 2);
  await checkin();
  assert.equal(chat.isShut, '');
});

test('write: limits and private parts', () => {
  assert.equal(write.clip('\u00e4\u00e4\u00e4', 5), '\u00e4\u00e4');
  assert.equal(write.clip('\u{1f600}\u{1f600}', 7), '\u{1f600}');
  for (const [full, cut] of [['https://a.example/b?c#d', 'https://a.example/b'], ['https://u:p@a.example/', 'https://a.example/'],
    ['https://a.example/x@y', 'https://a.example/x@y'], ['', ''], ['https://a.example/#?x\ny', 'https://a.example/']]) assert.equal(write.bare(full), cut);
  const page = parse(write.page({ url: `https://a.example/${'x'.repeat(2000)}`, title: '\u20ac'.repeat(100) }));
  assert.equal(page.attrs.url.length, 1000);
  assert.equal(page.attrs.title.length, 66);
});

test('visit: who is blocked is not let in, and does not ask again; who is refused for now does', async () => {
  const refusedBy = (condition) => `<error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;
  for (const [condition, again] of [['not-allowed', 1], ['resource-constraint', 2]]) {
    const { chat, sent, answer, start } = await make();
    await start();
    await answer('<visit', refusedBy(condition), 'error');
    assert.equal(chat.isShut, condition);
    mock.timers.tick(60000);
    await settle();
    assert.equal(sent('<visit').length, again, condition);
    mock.timers.reset();
  }
});

test('visit: what a blocked visitor writes, or has written, fails with the reason; what is refused for now waits', async () => {
  const refusedBy = (condition) => `<error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;
  const states = (chat) => chat.entries.map(({ body, state, problem }) => [body, state, problem]);
  for (const [condition, state, problem] of [['not-allowed', 'failed', 'not-allowed'], ['resource-constraint', 'sending', '']]) {
    const { chat, visit, sent, answer, start, checkin } = await make();
    await start();
    assert.ok(visit.say('before'));
    await answer('<visit', refusedBy(condition), 'error');
    assert.ok(visit.say('behind'));
    assert.deepEqual(states(chat), [['before', state, problem], ['behind', state, problem]]);
    visit.sendAgain(chat.entries[0]);
    assert.deepEqual(states(chat)[0], ['before', state, problem], 'trying again changes nothing');
    assert.equal(sent('<body').length, 0);
    visit.hello(); // as on the next connection
    await checkin();
    assert.equal(chat.isShut, '');
    visit.sendAgain(chat.entries[0]);
    assert.deepEqual(states(chat)[0], ['before', 'sending', '']);
    assert.match(sent('<body>before')[0], /to='sales@d'/);
    mock.timers.reset();
  }
});

test('visit: the desk says that it takes files, and of how many bytes', async () => {
  for (const [said, heard] of [['', 0], ["<upload max-bytes='5000'/>", 5000]]) {
    const { chat, checkin } = await make();
    await checkin(said);
    assert.equal(chat.room, heard);
    mock.timers.reset();
  }
});
