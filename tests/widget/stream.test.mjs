import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { Stream } from '../../widget/src/stream.js';
import { parse } from '../../widget/src/xml.js';
import { fakeTabs, fakeTransport } from './fakes.mjs';

const settle = async () => { for (let i = 0; i < 10; i++) await Promise.resolve(); };
const result = (id) => parse(`<iq xmlns='jabber:client' type='result' id='${id}'/>`);
const idOf = (xml) => parse(xml).attrs.id;

/** A stream with fake transports, and what it told. */
function make({ domain = 'd', bosh, tabs = fakeTabs()(), websocket = fakeTransport() } = {}) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const http = fakeTransport();
  const told = { hello: 0, states: [], elements: [] };
  const stream = new Stream({
    websocket: websocket.connect,
    bosh: bosh || (async () => http.connect),
    domain,
    tabs,
    ontab: () => {},
    hello: () => { told.hello++; },
    onelement: (element) => told.elements.push(element.name),
    onstate: () => told.states.push(stream.state),
  });
  return { stream, websocket: websocket.made, http: http.made, told };
}

/** Two pages of one visitor. */
function two() {
  const tab = fakeTabs();
  const websocket = fakeTransport();
  const first = make({ tabs: tab(), websocket });
  mock.timers.reset();
  const { stream: second, told: others } = make({ domain: '', tabs: tab(), websocket });
  return { ...first, second, others };
}

/** The other side answers everything as it should. */
function accept(transport, from = 'd') {
  transport.on.onstart(from);
  transport.on.onelement(parse("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"));
  transport.on.onelement(result(idOf(transport.sent.find((xml) => xml.includes('<bind')))));
}

test.afterEach(() => mock.timers.reset());

test('stream: everything goes out at once when the transport is ready', async () => {
  const { stream, websocket, told } = make();
  stream.open();
  await settle();
  const [t] = websocket;
  t.on.onready();
  assert.equal(t.to, 'd');
  assert.match(t.sent[0], /<auth .*mechanism='ANONYMOUS'/);
  assert.equal(t.restarts, 1);
  assert.match(t.sent[1], /<iq .*<bind/);
  assert.equal(told.hello, 1);
  accept(t);
  await settle();
  assert.deepEqual(told.states, ['connecting', 'online']);
});

test('stream: an unknown domain is learned from the server, and kept', async () => {
  const { stream, websocket, told } = make({ domain: '' });
  stream.open();
  await settle();
  const [t] = websocket;
  t.on.onready();
  assert.equal(told.hello, 0);
  assert.equal(t.to, '');
  t.on.onstart('real.test');
  assert.equal(stream.domain, 'real.test');
  assert.equal(told.hello, 1);
});

test('stream: a server that does not talk to who does not know it is asked again at once', async () => {
  const { stream, websocket, told } = make({ domain: '' });
  stream.open();
  await settle();
  websocket[0].on.onready();
  websocket[0].on.onstart('real.test');
  websocket[0].on.onelement(parse("<stream:error xmlns:stream='http://etherx.jabber.org/streams'><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"));
  await settle();
  assert.equal(websocket.length, 2);
  assert.ok(!told.states.includes('waiting'));
  websocket[1].on.onready();
  assert.equal(websocket[1].to, 'real.test');
  websocket[1].on.onclose();
  await settle();
  assert.notEqual(stream.state, 'online');
  assert.equal(websocket.length, 2, 'once only');
});

test('stream: a domain that is wrong by now is replaced, with one more connection', async () => {
  const { stream, websocket } = make({ domain: 'old.test' });
  stream.open();
  await settle();
  websocket[0].on.onready();
  websocket[0].on.onstart('new.test');
  await settle();
  assert.equal(websocket.length, 2);
  assert.equal(websocket[0].closed, true);
  websocket[1].on.onready();
  assert.equal(websocket[1].to, 'new.test');
  assert.equal(stream.domain, 'new.test');
});

test('stream: answers find their questions; errors have their condition', async () => {
  const { stream, websocket } = make();
  stream.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  const good = stream.request('get', 'd', '<q/>');
  const bad = stream.request('get', 'd', '<q/>');
  const [a, b] = websocket[0].sent.slice(-2).map(idOf);
  websocket[0].on.onelement(parse(`<iq xmlns='jabber:client' type='error' id='${b}'><error type='wait'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>x</text><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`));
  websocket[0].on.onelement(result(a));
  assert.equal((await good).attrs.id, a);
  await assert.rejects(bad, { message: 'resource-constraint' });
  websocket[0].on.onelement(result('nobody asked'));
});

test('stream: pings are answered, other questions refused', async () => {
  const { stream, websocket } = make();
  stream.open();
  await settle();
  websocket[0].on.onready();
  websocket[0].on.onelement(parse("<iq xmlns='jabber:client' type='get' id='p' from='d'><ping xmlns='urn:xmpp:ping'/></iq>"));
  assert.match(websocket[0].sent.at(-1), /type='result' id='p' to='d'/);
  websocket[0].on.onelement(parse("<iq xmlns='jabber:client' type='set' id='r' from='d'><query xmlns='jabber:iq:roster'/></iq>"));
  assert.match(websocket[0].sent.at(-1), /type='error' id='r'.*service-unavailable/);
});

test('stream: a connection that breaks is made again, later and later, at most every 30 seconds', async () => {
  const { stream, websocket, told } = make();
  mock.method(Math, 'random', () => 0.999);
  stream.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  const pauses = [];
  for (let i = 0; i < 9; i++) {
    websocket.at(-1).on.onclose();
    assert.equal(stream.state, 'waiting');
    const pause = stream.until - Date.now();
    pauses.push(pause);
    mock.timers.tick(pause - 1);
    await settle();
    const before = websocket.length;
    mock.timers.tick(1);
    await settle();
    assert.equal(websocket.length, before + 1);
  }
  mock.restoreAll();
  assert.deepEqual(pauses.map((p) => Math.round(p / 1000)), [2, 4, 8, 16, 30, 30, 30, 30, 30]);
  assert.equal(told.states.includes('online'), true);
  websocket.at(-1).on.onready();
  accept(websocket.at(-1));
  await settle();
  assert.equal(stream.state, 'online');
  websocket.at(-1).on.onclose();
  assert.ok(stream.until - Date.now() <= 2000, 'starts small again');
});

test('stream: open() does not wait for the back-off', async () => {
  const { stream, websocket } = make();
  stream.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  websocket[0].on.onclose();
  stream.open();
  await settle();
  assert.equal(websocket.length, 2);
  mock.timers.tick(60000);
  await settle();
  assert.equal(stream.state === 'idle', false);
});

test('stream: BOSH when WebSocket was never open, and for the rest of the page view', async () => {
  const { stream, websocket, http, told } = make();
  stream.open();
  await settle();
  websocket[0].on.onclose();
  await settle();
  assert.equal(http.length, 1, 'at once');
  http[0].on.onready();
  accept(http[0]);
  await settle();
  assert.equal(stream.state, 'online');
  assert.deepEqual(told.states, ['connecting', 'connecting', 'online']);
  http[0].on.onclose();
  mock.timers.tick(30000);
  await settle();
  assert.equal(http.length, 2);
  assert.equal(websocket.length, 1);
});

test('stream: where neither gets through, both are tried in turn', async () => {
  const { stream, websocket, http } = make();
  stream.open();
  for (let i = 1; i <= 3; i++) {
    await settle();
    assert.equal(websocket.length, i);
    websocket.at(-1).on.onclose();
    await settle();
    assert.equal(http.length, i);
    http.at(-1).on.onclose();
    assert.equal(stream.state, 'waiting');
    mock.timers.tick(30000);
  }
});

test('stream: no BOSH after WebSocket has worked once', async () => {
  const { stream, websocket, http } = make();
  stream.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  websocket[0].on.onclose();
  mock.timers.tick(30000);
  await settle();
  websocket[1].on.onclose();
  mock.timers.tick(30000);
  await settle();
  assert.equal(http.length, 0);
  assert.equal(websocket.length, 3);
});

test('stream: a socket that stays silent is given up, and BOSH tried', async () => {
  const { stream, websocket, http } = make();
  stream.open();
  await settle();
  mock.timers.tick(8000);
  await settle();
  assert.equal(websocket[0].closed, true);
  assert.equal(http.length, 1);
});

test('stream: no such chunk, no such constructor: as a connection that failed', async () => {
  const { stream } = make({ bosh: () => Promise.reject(new Error('no chunk')) });
  stream.open();
  await settle();
  mock.timers.tick(8000);
  await settle();
  assert.equal(stream.state, 'waiting');
});

test('stream: an unanswered question means a dead connection', async () => {
  const { stream, websocket } = make();
  stream.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  stream.check();
  assert.match(websocket[0].sent.at(-1), /<ping/);
  mock.timers.tick(10000);
  await settle();
  assert.equal(websocket[0].closed, true);
  assert.equal(websocket.length, 2);
});

test('stream: what is pending when the connection goes is refused; so is what comes after', async () => {
  const { stream, websocket } = make();
  stream.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  const asked = stream.request('get', 'd', '<q/>');
  websocket[0].on.onclose();
  await assert.rejects(asked, { message: 'offline' });
  await assert.rejects(stream.request('get', 'd', '<q/>'), { message: 'offline' });
  assert.equal(stream.send('<x/>'), false);
});

test('stream: an earlier connection is not heard any more', async () => {
  const { stream, websocket, told } = make();
  stream.open();
  await settle();
  websocket[0].on.onready();
  stream.drop();
  await settle();
  assert.equal(websocket.length, 2);
  websocket[0].on.onelement(parse("<message xmlns='jabber:client'/>"));
  websocket[0].on.onclose();
  websocket[0].on.onstart('elsewhere');
  assert.deepEqual(told.elements, []);
  assert.equal(stream.state, 'connecting');
});

test('stream: a stream error or a refused login ends the connection', async () => {
  for (const xml of ["<stream:error xmlns:stream='http://etherx.jabber.org/streams'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
    "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>"]) {
    const { stream, websocket } = make();
    stream.open();
    await settle();
    websocket[0].on.onready();
    websocket[0].on.onstart('d');
    websocket[0].on.onelement(parse(xml));
    assert.equal(stream.state, 'waiting');
    assert.equal(websocket[0].closed, true);
    mock.timers.reset();
  }
});

test('stream: only stanzas are passed on', async () => {
  const { stream, websocket, told } = make();
  stream.open();
  await settle();
  websocket[0].on.onready();
  for (const xml of ["<message xmlns='jabber:client'/>", "<presence xmlns='jabber:client'/>", "<message xmlns='evil'/>", "<stream:features xmlns:stream='s'/>"]) {
    websocket[0].on.onelement(parse(xml));
  }
  assert.deepEqual(told.elements, ['message', 'presence']);
});

test('stream: one page has the connection, the others speak and hear through it', async () => {
  const { stream, second, websocket, told, others } = two();
  stream.open();
  second.open();
  await settle();
  assert.equal(websocket.length, 1);
  assert.deepEqual([stream.leads, second.leads, second.state], [true, false, 'connecting']);
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  assert.deepEqual([second.state, second.domain, others.hello], ['online', 'd', 1]);
  assert.equal(second.send('<message/>'), true);
  const asked = second.request('get', 'd', '<q/>');
  await settle();
  assert.equal(websocket[0].sent.at(-2), '<message/>');
  websocket[0].on.onelement(parse("<message xmlns='jabber:client'/>"));
  websocket[0].on.onelement(parse("<iq xmlns='jabber:client' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>"));
  websocket[0].on.onelement(result(idOf(websocket[0].sent.find((xml) => xml.includes('<q/>')))));
  assert.equal((await asked).name, 'iq');
  assert.deepEqual([told.elements, others.elements], [['message'], ['message']]);
  assert.equal(websocket[0].sent.filter((xml) => xml.includes("id='p'")).length, 1, 'one page answers');
});

test('stream: a page that comes later finds the connection', async () => {
  const { stream, second, websocket, others } = two();
  stream.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  second.open();
  await settle();
  assert.deepEqual([second.state, others.hello, websocket.length], ['online', 1, 1]);
});

test('stream: the page that leads closes: the next one connects, and what was asked has no answer', async () => {
  const { stream, second, websocket, others } = two();
  stream.open();
  second.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  const asked = second.request('get', 'd', '<q/>');
  stream.close();
  await settle();
  assert.equal(second.leads, true);
  await assert.rejects(asked, { message: 'offline' });
  websocket[1].on.onready();
  accept(websocket[1]);
  await settle();
  assert.deepEqual([second.state, others.hello], ['online', 2]);
});

test('stream: a lost connection is lost for all pages; one that wants it now gets it', async () => {
  const { stream, second, websocket } = two();
  stream.open();
  second.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  websocket[0].on.onclose();
  await settle();
  assert.deepEqual([second.state, second.until], ['waiting', stream.until]);
  assert.equal(second.send('<x/>'), false);
  second.open();
  await settle();
  assert.equal(websocket.length, 2);
});

test('stream: a page that leads and does not answer is robbed', async () => {
  const { stream, second, websocket } = two();
  stream.open();
  second.open();
  await settle();
  websocket[0].on.onready();
  accept(websocket[0]);
  await settle();
  second.check();
  await settle();
  mock.timers.tick(10000);
  await settle();
  assert.deepEqual([stream.leads, second.leads, websocket.length, websocket[0].closed], [false, true, 2, true]);
  websocket[1].on.onready();
  accept(websocket[1]);
  await settle();
  assert.equal(stream.state, 'online', 'it follows now');
});

test('stream: many that lose their connection at the same moment do not come back at the same moment', async () => {
  const waits = [];
  for (let i = 0; i < 200; i++) {
    const { stream, websocket } = make();
    stream.open();
    await settle();
    websocket[0].on.onready();
    accept(websocket[0]);
    await settle();
    websocket[0].on.onclose();
    waits.push(stream.until - Date.now());
    stream.close();
    mock.timers.reset();
  }
  const slots = new Set(waits.map((wait) => Math.floor(wait / 200)));
  assert.ok(waits.every((wait) => wait >= 0 && wait <= 2000));
  assert.equal(slots.size, 10, 'in each fifth of a second of the first two seconds');
});
