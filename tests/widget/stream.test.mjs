import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { Stream } from '../../widget/src/stream.js';
import { parse } from '../../widget/src/xml.js';
import { fakeTransport } from './fakes.mjs';

const settle = async () => { for (let i = 0; i < 10; i++) await Promise.resolve(); };
const result = (id) => parse(`<iq xmlns='jabber:client' type='result' id='${id}'/>`);
const idOf = (xml) => parse(xml).attrs.id;

/** A stream with fake transports, and what it told. */
function make({ domain = 'd', gate, bosh } = {}) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const websocket = fakeTransport();
  const http = fakeTransport();
  const told = { hello: 0, states: [], elements: [], domains: [] };
  const stream = new Stream({
    websocket: websocket.connect,
    bosh: bosh || (async () => http.connect),
    domain,
    gate,
    hello: () => { told.hello++; },
    onelement: (element) => told.elements.push(element.name),
    onstate: () => told.states.push(stream.state),
    ondomain: (name) => told.domains.push(name),
  });
  return { stream, websocket: websocket.made, http: http.made, told };
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
  assert.deepEqual(told.domains, ['real.test']);
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
  const { stream, websocket, told } = make({ domain: 'old.test' });
  stream.open();
  await settle();
  websocket[0].on.onready();
  websocket[0].on.onstart('new.test');
  await settle();
  assert.equal(websocket.length, 2);
  assert.equal(websocket[0].closed, true);
  websocket[1].on.onready();
  assert.equal(websocket[1].to, 'new.test');
  assert.deepEqual(told.domains, ['new.test']);
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
  assert.ok(pauses.every((p) => p >= 1000 && p <= 30000), String(pauses));
  assert.ok(pauses.at(-1) >= 15000);
  assert.equal(told.states.includes('online'), true);
  websocket.at(-1).on.onready();
  accept(websocket.at(-1));
  await settle();
  assert.equal(stream.state, 'online');
  websocket.at(-1).on.onclose();
  assert.ok(stream.until - Date.now() <= 1000, 'starts small again');
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

test('stream: waits at the gate and frees it after the check-in, or when it fails', async () => {
  let free = 0;
  const pass = [];
  const { stream, websocket } = make({ gate: () => new Promise((done) => pass.push(() => done(() => { free++; }))) });
  stream.open();
  await settle();
  assert.equal(websocket.length, 0);
  pass[0]();
  await settle();
  assert.equal(websocket.length, 1);
  stream.admitted();
  stream.admitted();
  assert.equal(free, 1);
  stream.drop();
  await settle();
  pass[1]();
  await settle();
  websocket[1].on.onclose();
  assert.equal(free, 2);
  stream.close();
  stream.open();
  await settle();
  stream.close(); // while it waits at the gate
  pass[2]();
  await settle();
  assert.equal(free, 3, 'given back by who does not need it any more');
  assert.equal(websocket.length, 2);
});
