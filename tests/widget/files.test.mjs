import assert from 'node:assert/strict';
import test from 'node:test';
import { fileIn, sizeOf } from '../../widget/src/file.js';
import { askSlot, atGateway, mayTryAgain, Uploads } from '../../widget/src/uploads.js';
import { parse } from '../../widget/src/xml.js';

const CAPABILITY = 'abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst';
const PATH = `/w/1/file/${CAPABILITY}`;

test('files: a line is a file by its address, with or without name and size above it', () => {
  assert.equal(CAPABILITY.length, 52);
  const url = `https://chat.shop.example${PATH}/photo%20%C3%BC.png`;
  assert.deepEqual(fileIn(url), { name: 'photo ü.png', size: '', path: `${PATH}/photo%20%C3%BC.png` });
  assert.deepEqual(fileIn(`a (1) (12 kB)\n${url}`), { name: 'a (1)', size: '12 kB', path: `${PATH}/photo%20%C3%BC.png` });
  assert.equal(fileIn(`a.pdf (1.5 MB)\nhttp://127.0.0.1:8080${PATH}/a.pdf`).size, '1.5 MB');
  assert.equal(fileIn(`a.pdf (15 B)\nhttps://shop.example/chat${PATH}/a.pdf`).path, `${PATH}/a.pdf`, 'a gateway below a path');
  assert.equal(fileIn(`https://a.example${PATH}/%FF`).name, '%FF', 'no UTF-8');
  assert.equal(fileIn(`gpj\u202eexe.a (1 B)\n${url}`).name, 'gpjexe.a', 'not read backwards');
});

test('files: whatever else is said is a text', () => {
  const url = `https://a.example${PATH}/a.png`;
  for (const text of ['', 'a.png (12 kB)', `look: ${url}`, `${url} `, ` ${url}`, `${url}\n`, `a.png\n${url}`, `a (1 kB)\nb (1 kB)\n${url}`, `${url}?x`, `${url}#x`,
    url.replace('https', 'javascript'), url.replace('abc', 'ABC'), url.replace('/a.png', ''), `${url}/b`, url.replace('/w/1/', '/w/2/'), url.replace('abc', 'abcd')]) {
    assert.equal(fileIn(text), undefined, text);
  }
  assert.equal(fileIn(`${'x'.repeat(5000)}${url}`), undefined);
});

test('files: sizes are written as the desk writes them', () => {
  assert.deepEqual([1, 999, 1000, 1499, 1500, 999499, 1000000, 12345678].map(sizeOf),
    ['1 B', '999 B', '1 kB', '1 kB', '2 kB', '999 kB', '1.0 MB', '12.3 MB']);
});

test('files: the bytes go to the gateway that the widget is from', () => {
  assert.equal(atGateway('https://public.example/w/1/upload/abc', 'https://shop.example/chat'), 'https://shop.example/chat/w/1/upload/abc');
  assert.equal(atGateway('https://public.example/x/w/1/upload/abc', 'http://127.0.0.1:1'), 'http://127.0.0.1:1/w/1/upload/abc');
});

test('files: a slot is asked for with name, size and type, and read', async () => {
  const asked = [];
  const stream = { request: async (...what) => {
    asked.push(what);
    return parse("<iq xmlns='jabber:client'><slot xmlns='urn:xmpp:http:upload:0'><put url='p'/><get url='g'/></slot></iq>");
  } };
  assert.deepEqual(await askSlot(stream, 'sales@d', { name: "it's <ü>.png", size: 12, type: 'image/png' }), { put: 'p', get: 'g' });
  await askSlot(stream, 'sales@d', { name: 'x', size: 1, type: '' });
  assert.deepEqual(asked, [
    ['get', 'sales@d', "<request xmlns='urn:xmpp:http:upload:0' filename='it&#39;s &#60;ü&#62;.png' size='12' content-type='image/png'/>"],
    ['get', 'sales@d', "<request xmlns='urn:xmpp:http:upload:0' filename='x' size='1'/>"],
  ]);
});

const soon = () => new Promise((done) => { setTimeout(done, 0); });

/** Uploads whose slots and bytes the test gives. */
function make({ slot = async ({ name }) => ({ put: `put ${name}`, get: `get ${name}` }), say = () => true } = {}) {
  const puts = [];
  const said = [];
  const seen = [];
  const uploads = new Uploads({
    slot,
    put: (url, file, moved) => {
      const put = { url, moved, aborted: false };
      const done = new Promise((resolve) => { put.end = resolve; });
      puts.push(put);
      return { done, abort: () => { put.aborted = true; put.end(0); } };
    },
    say: (address) => say(address) && !!said.push(address),
    changed: ({ file, state, problem, loaded }) => seen.push([file.name, state, ...(problem ? [problem] : []), ...(loaded ? [loaded] : [])]),
  });
  uploads.max = 1000;
  return { uploads, puts, said, seen };
}
const file = (name, size = 10) => ({ name, size, type: '' });

test('files: one after the other, each with its line when its bytes are there', async () => {
  const { uploads, puts, said, seen } = make();
  uploads.add([file('a'), file('b')]);
  await soon();
  assert.deepEqual(puts.map((p) => p.url), ['put a']);
  assert.equal(uploads.busy, true);
  puts[0].moved(5);
  puts[0].end(201);
  await soon();
  assert.deepEqual(said, ['get a']);
  puts[1].end(201);
  await soon();
  assert.deepEqual(said, ['get a', 'get b']);
  assert.deepEqual(seen, [['a', 'waiting'], ['b', 'waiting'], ['a', 'sending'], ['a', 'sending', 5], ['a', 'sent', 5], ['b', 'sending'], ['b', 'sent']]);
  assert.deepEqual([uploads.list, uploads.busy], [[], false]);
});

test('files: too large, empty and too many at once never leave the page', async () => {
  const { uploads, puts, seen } = make();
  uploads.add([file('a', 1000), file('b', 1001), file('c', 0)]);
  assert.deepEqual(seen.slice(1, 3), [['b', 'failed', 'large'], ['c', 'failed', 'empty']]);
  assert.deepEqual(uploads.list.map(mayTryAgain), [false, false, false]);
  uploads.add(Array.from({ length: 10 }, (_, i) => file(`d${i}`)));
  assert.deepEqual(uploads.list.filter((u) => u.problem === 'crowd').map((u) => u.file.name), ['d9']);
  assert.equal(mayTryAgain(uploads.list.at(-1)), true);
  await soon();
  assert.equal(puts.length, 1);
});

test('files: what the desk and the gateway refuse has words, and goes again where that may help', async () => {
  for (const [reason, problem, again] of [['not-acceptable', 'large', false], ['resource-constraint', 'many', true], ['unexpected-request', 'early', true],
    ['not-allowed', 'refused', false], ['bad-request', 'refused', false], ['service-unavailable', 'refused', false], ['offline', 'lost', true], ['internal-server-error', 'failed', true]]) {
    const { uploads } = make({ slot: async () => { throw new Error(reason); } });
    uploads.add([file('a')]);
    await soon();
    assert.deepEqual([uploads.list[0].problem, mayTryAgain(uploads.list[0])], [problem, again], reason);
  }
  for (const [status, problem] of [[413, 'large'], [400, 'failed'], [403, 'refused'], [408, 'lost'], [404, 'lost'], [507, 'disk'], [503, 'failed'], [0, 'lost']]) {
    const { uploads, puts, said } = make();
    uploads.add([file('a'), file('b')]);
    await soon();
    puts[0].end(status);
    await soon();
    assert.equal(uploads.list[0].problem, problem, status);
    assert.equal(puts[1].url, 'put b', 'the next one goes on');
    assert.deepEqual(said, []);
  }
});

test('files: again: with a slot of its own; what is at the gateway already is only said', async () => {
  let full = true;
  const { uploads, puts, said } = make({ say: () => !full });
  uploads.add([file('a')]);
  await soon();
  puts[0].end(0);
  await soon();
  uploads.again(uploads.list[0]);
  await soon();
  assert.deepEqual([puts.length, uploads.list[0].state, uploads.list[0].loaded], [2, 'sending', 0]);
  puts[0].moved(7);
  assert.equal(uploads.list[0].loaded, 0, 'what the first one still says is not heard');
  puts[1].end(201);
  await soon();
  assert.deepEqual([uploads.list[0].state, uploads.list[0].problem], ['failed', 'full']);
  full = false;
  uploads.again(uploads.list[0]);
  await soon();
  assert.deepEqual([puts.length, said, uploads.list.length], [2, ['get a'], 0]);
});

test('files: cancelled at any time, it is gone, and the next one goes on', async () => {
  let give;
  const { uploads, puts, said, seen } = make({ slot: ({ name }) => (name === 'a' ? new Promise((resolve) => { give = resolve; }) : Promise.resolve({ put: name, get: name })) });
  uploads.add([file('a'), file('b'), file('c'), file('d')]);
  await soon();
  uploads.cancel(uploads.list[2]); // c waits
  uploads.cancel(uploads.list[0]); // a asks for a slot
  give({ put: 'a', get: 'a' });
  await soon();
  assert.deepEqual(puts.map((p) => p.url), ['b']);
  uploads.cancel(uploads.list[0]); // b is on its way
  await soon();
  assert.deepEqual([puts[0].aborted, puts[1].url], [true, 'd']);
  puts[1].end(201);
  await soon();
  assert.deepEqual(said, ['d']);
  assert.deepEqual(seen.filter(([, state]) => state === 'gone').map(([name]) => name), ['c', 'a', 'b']);
});

test('files: when the chat is over nothing goes on, until it is asked for', async () => {
  const { uploads, puts, said } = make();
  uploads.add([file('a'), file('b')]);
  await soon();
  uploads.stop('early');
  await soon();
  assert.deepEqual(uploads.list.map((u) => [u.state, u.problem]), [['failed', 'early'], ['failed', 'early']]);
  assert.deepEqual([puts.length, puts[0].aborted, uploads.busy], [1, true, false]);
  uploads.again(uploads.list[1]);
  await soon();
  puts[1].end(201);
  await soon();
  assert.deepEqual(said, ['get b']);
  uploads.clear();
  assert.deepEqual(uploads.list, []);
});
